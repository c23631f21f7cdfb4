"""Which spans say something, and how far a German verb reaches."""

import pytest

from cxtext.drivers.spans import TaggedSpan
from cxtext.drivers.wording import closed, says_something, with_particles


def span(text, words):
    start = text.index(words)
    return TaggedSpan(start, start + len(words), 0, 1, 1.0, 0.0, 0.0)


@pytest.mark.parametrize(
    ("language", "words", "expected", "why"),
    [
        ("de", "sehr freundlich", True, "an adjective judges"),
        ("de", "dafür", False, "an adverb that points back judges nothing"),
        ("de", "musste", False, "an auxiliary alone judges nothing"),
        ("de", "nicht", False, "a bare negation negates something that is missing here"),
        ("de", "nie wieder", True, "negation with an adverb is a verdict"),
        ("de", "nicht zu viel", True, "a negated degree is a verdict"),
        ("de", "👍", True, "a symbol without words says what it says"),
        ("de", "5 Euro", True, "figures say something"),
        ("en", "No", False, "a bare negation"),
        ("en", "never again", True, "a verdict"),
        ("en", "very", False, "a degree of nothing"),
        ("en", "too long", True, "a judgement"),
    ],
)
def test_a_span_of_function_words_alone_says_nothing(language, words, expected, why):
    assert says_something(words, span(words, words), language) is expected, why


@pytest.mark.parametrize(
    ("text", "opinion", "aspect", "expected", "why"),
    [
        ("Die App stürzt ständig ab.", "stürzt", "App", "stürzt ständig ab", "particle at the end of the clause"),
        ("Die App stürzt ab", "stürzt", "App", "stürzt ab", "no full stop needed"),
        ("Das kommt bei allen sehr gut an!", "gut", None, "gut an", "an adverb reaches as well"),
        ("Der Akku geht nach zwei Stunden aus, leider.", "geht", "Akku", "geht nach zwei Stunden aus", "four words on"),
        ("Ich rief an und bekam keine Antwort.", "rief", None, "rief", "the particle does not end the clause"),
        ("Hier stürzt die App ab.", "stürzt", "App", "stürzt", "the aspect stands between"),
        ("Das Essen war lecker, aus der Region.", "lecker", None, "lecker", "a comma ends the reach"),
        ("Es dauert so elend viel zu lange aus.", "dauert", None, "dauert", "too far away"),
    ],
)
def test_an_opinion_reaches_to_the_particle_of_its_verb(text, opinion, aspect, expected, why):
    aspects = [span(text, aspect)] if aspect else []
    (found,) = with_particles(text, [span(text, opinion)], aspects, [len(text)])
    assert text[found.start : found.end] == expected, why


def test_a_particle_tagged_by_itself_is_taken_into_its_verb():
    text = "Die App stürzt ständig ab."
    found = with_particles(text, [span(text, "stürzt"), span(text, "ab")], [span(text, "App")], [len(text)] * 2)
    assert [text[s.start : s.end] for s in found] == ["stürzt ständig ab"]


def test_an_opinion_never_reaches_beyond_its_segment():
    text = "Sie stürzt ständig ab"
    (found,) = with_particles(text, [span(text, "stürzt")], [], [len("Sie stürzt ständig")])
    assert text[found.start : found.end] == "stürzt"


@pytest.mark.parametrize(
    ("text", "aspect", "expected", "why"),
    [
        ("Beratung am Schalter gut", "Beratung am", "Beratung", "a preposition with article"),
        ("Personal an der Kasse nett", "Personal an der", "Personal", "preposition and article"),
        ("Preis und Leistung stimmen", "Preis und Leistung", "Preis und Leistung", "inside a name they stay"),
        ("Der Zug war voll", "Zug", "Zug", "nothing to take off"),
        ("Das hier ist gut", "hier", "hier", "a single word stays what it is"),
    ],
)
def test_a_german_aspect_does_not_end_in_function_words(text, aspect, expected, why):
    found = closed(text, span(text, aspect))
    assert text[found.start : found.end] == expected, why


@pytest.mark.parametrize(
    ("text", "span", "says", "why"),
    [
        ("[NAME] war unfreundlich", "NAME", False, "a name that was masked"),
        ("mit PERSON_NAME zufrieden", "PERSON_NAME", False, "as corpora mask it"),
        ("XXXX XXXX was rude", "XXXX XXXX", False, "as authorities mask it"),
        ("Frau [NAME] war nett", "Frau [NAME]", True, "a word stands beside it"),
        ("die [App] nervt", "App", True, "brackets of the customer's own"),
        ("XL war zu groß", "XL", True, "a size"),
    ],
)
def test_what_stands_for_a_word_says_nothing(text, span, says, why):
    start = text.index(span)
    found = TaggedSpan(start, start + len(span), 0, 1, 0.0, 0.1, 0.9)
    assert says_something(text, found, "de") is says, why


@pytest.mark.parametrize(
    ("text", "aspect", "closed_", "why"),
    [
        ("Beratung in der am Ende", "Beratung in der am", "Beratung", "one after the other"),
        ("Beratung, die am Schalter", "Beratung, die", "Beratung", "with the comma before it"),
        ("Beratung AM Schalter", "Beratung AM", "Beratung", "in capitals"),
        ("Preis und Leistung und", "Preis und Leistung und", "Preis und Leistung", "only from the end"),
    ],
)
def test_function_words_go_until_a_word_that_names(text, aspect, closed_, why):
    found = closed(text, span(text, aspect))
    assert text[found.start : found.end] == closed_, why


def test_opinions_are_kept_apart_and_each_to_its_own_segment():
    text = "App stürzt ständig ab. Seite lädt nicht"
    opinions = [span(text, "stürzt"), span(text, "lädt nicht")]
    found = with_particles(text, opinions, [span(text, "App"), span(text, "Seite")], [22, len(text)])
    assert [text[s.start : s.end] for s in found] == ["stürzt ständig ab", "lädt nicht"]


def test_an_aspect_that_begins_where_the_reach_ends_does_not_stand_between():
    text = "Sie stürzt ständig ab App"
    ends = [len("Sie stürzt ständig ab")]
    (found,) = with_particles(text, [span(text, "stürzt")], [span(text, "App"), span(text, "Sie")], ends)
    assert text[found.start : found.end] == "stürzt ständig ab"
