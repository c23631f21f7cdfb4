"""Finding keywords: cxtext.topics.keywords."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxtext.topics.keywords import KeywordIndex
from cxtext.topics.taxonomy import Keyword


def find(keyword, text, language="de"):
    index = KeywordIndex([[Keyword(keyword, language)]])
    return [text[m.start : m.end] for m in index.find(text, language)]


@pytest.mark.parametrize(
    ("keyword", "text", "found", "why"),
    [
        ("Verspätung", "Die Verspätungen nerven.", ["Verspätungen"], "plural"),
        ("Verspätung", "VERSPAETUNG!", ["VERSPAETUNG"], "capitals and no umlaut"),
        ("Verspätung", "immer verspätungen", ["verspätungen"], "lower case"),
        ("Verspaetung", "Verspätung", ["Verspätung"], "the keyword without umlaut"),
        ("Verzögerung", "Lieferverzögerung ohne Ende", ["Lieferverzögerung"], "last part, after a verb's stem"),
        ("Verzögerung", "Paketverzögerungen", ["Paketverzögerungen"], "last part, inflected"),
        ("Preis", "der Fahrpreisanstieg", [], "not in the middle"),
        ("Preis", "Preisanstieg und Preis", ["Preisanstieg", "Preis"], "first part"),
        ("Rechnung", "Rechnungsbetrag", ["Rechnungsbetrag"], "first part with its link"),
        ("App", "Appetit auf Kuchen", [], "short words are no parts"),
        ("App", "Die Handy-App geht.", ["Handy-App"], "but stand between hyphens"),
        ("Wartezeit", "Warte-Zeit", ["Warte-Zeit"], "hyphens do not part a word"),
        ("Post", "Kompost", [], "what is left is no word"),
        ("Lage", "Vorlage, Auflage", [], "what is left is a prefix"),
        ("Essen", "Adressen und Interessen", [], "an ending is no part"),
        ("Essen", "Er hat nicht gegrüßt", [], "a border does not part an umlaut"),
        ("freundlich", "ein unfreundlicher Herr", ["unfreundlicher"], "the opposite is about the same"),
        ("laut", "im Wortlaut", [], "adjectives are no parts"),
        ("abstürzen", "Die App stürzt ständig ab.", ["stürzt ständig ab"], "a verb in two parts"),
        ("abstürzen", "Sie ist abgestürzt.", ["abgestürzt"], "and in one"),
        ("abstürzen", "ohne abzustürzen", ["abzustürzen"], "with zu"),
        ("abstürzen", "Sie stürzt, aber ab und zu geht sie", [], "the particle stands in another clause"),
        ("abstürzen", "stürzt ab und an", [], "the particle does not end the clause"),
        ("Preis-Leistung", "Preis-Leistung stimmt", ["Preis-Leistung"], "with a hyphen"),
        ("lange gewartet", "Wir mussten lange warten.", ["lange warten"], "a phrase, inflected"),
        ("keine Antwort", "keine klare Antwort", [], "a phrase stands together"),
        ("Bus", "Gut\x00 und \ud83d Busse", ["Busse"], "odd characters"),
        ("!", "Nie wieder!", [], "a keyword without letters finds nothing"),
    ],
)
def test_german_keywords_are_found_in_all_their_forms(keyword, text, found, why):
    assert find(keyword, text) == found, why


@pytest.mark.parametrize(
    ("keyword", "text", "found", "why"),
    [
        ("delay", "Two delays, delayed again", ["delays", "delayed"], "forms of a word"),
        ("packaged", "My package came", [], "a participle stands for itself"),
        ("packaged", "well packaged", ["packaged"], "and is found"),
        ("on hold", "Put ON HOLD for an hour", ["ON HOLD"], "a phrase in capitals"),
        ("get through", "could not get through", ["get through"], "a phrasal verb"),
        ("price", "pricey", [], "another word"),
        ("app", "Apps crash", ["Apps"], "the first word of a sentence"),
    ],
)
def test_english_keywords_are_found_in_all_their_forms(keyword, text, found, why):
    assert find(keyword, text, "en") == found, why


def test_a_keyword_itself_hides_shorter_ones_inside_it():
    index = KeywordIndex([[Keyword("Mangel", "de")], [Keyword("Personalmangel", "de")]])
    assert [m.owner for m in index.find("Personalmangel", "de")] == [1]
    assert [m.owner for m in index.find("Platzmangel", "de")] == [0]


def test_a_keyword_of_one_language_is_not_looked_for_in_the_other():
    index = KeywordIndex([[Keyword("bad", "en")], [Keyword("Service")]])
    assert index.find("Das Bad war schmutzig.", "de") == []
    assert [m.owner for m in index.find("bad Service")] == [0, 1], "without a language all are looked for"
    assert [m.owner for m in index.find("Service", "en")] == [1]


@given(st.text(max_size=60))
def test_whatever_is_found_stands_where_it_is_said(text):
    index = KeywordIndex(
        [[Keyword("Preis", "de"), Keyword("aufgeben", "de"), Keyword("a b"), Keyword("on hold", "en")]]
    )
    found = index.find(text)
    assert all(0 <= m.start < m.end <= len(text) for m in found)
    assert found == sorted(found, key=lambda m: (m.start, -m.end, m.owner, m.keyword))
