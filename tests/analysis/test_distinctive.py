"""Phrases that set a group apart: counted by document, longer ones first, no word twice."""

import numpy as np

from cxtext.analysis.distinctive import Distinctive, distinctive_phrases
from cxtext.analysis.log_odds import log_odds

LATE = ["Der Zug kam zu spät, Signal gestört"] * 12
REST = ["Der Zug war sauber", "Die Beratung war nett", "Alles gut"] * 20


def find(texts, group, documents=None, language="de", **options):
    counted = Distinctive.count(documents or range(len(texts)), texts, [language] * len(texts))
    return distinctive_phrases(counted, np.asarray(group), **options)


def test_z_is_that_of_the_log_odds_over_documents():
    found = find([*LATE, *REST], range(12))
    assert found[0].phrase == "Signal gestört"
    _, z = log_odds(12, 12, 0, 60)
    assert (found[0].n, found[0].rest, found[0].z) == (12, 0.0, round(float(z), 6))


def test_a_document_counts_once_however_often_it_says_something():
    assert find([*LATE, *REST], range(12), documents=[*[0] * 9, 1, 2, 3, *range(4, 64)]) == []


def test_no_word_stands_in_two_phrases_and_none_of_the_name_is_told_again():
    phrases = [p.phrase for p in find([*LATE, *REST], range(12), without=["Signal"])]
    assert not any("Signal" in p for p in phrases)
    words = " ".join(phrases).split()
    assert len(words) == len(set(words))


def test_the_example_stands_where_it_says():
    texts = [*LATE, *REST]
    for phrase in find(texts, range(12)):
        assert texts[phrase.row][phrase.start : phrase.end] == phrase.phrase


def test_inflected_forms_are_one_word_and_a_lone_negation_is_none():
    texts = ["no refunds"] * 5 + ["a refund is not there"] * 8 + ["nice people"] * 60
    assert next((p.phrase, p.n) for p in find(texts, range(13), language="en")) == ("refund", 13)
    assert not {"no", "not"} & {p.phrase for p in find(texts, range(13), language="en")}


def test_links_handles_and_entities_are_no_phrases():
    texts = [f"@FlyBird &amp; late again http://t.co/x{i} www.bird.example" for i in range(12)] + ["nice people"] * 60
    found = {p.phrase.lower() for p in find(texts, range(12), language="en")}
    assert found == {"late"} or found == {"late again"}


def test_a_phrase_is_spelt_as_inside_a_sentence():
    texts = ["Prompt answers", "Prompt help", "Prompt reply", "We got prompt help", "a prompt call"] + ["nice"] * 60
    assert [p.phrase for p in find(texts, range(5), language="en")] == ["prompt"]
    alone = ["Unacceptable, really"] * 5 + ["nice"] * 60
    assert [p.phrase for p in find(alone, range(5), language="en")] == ["Unacceptable"]


def test_an_example_is_shown_once_and_a_long_one_only_if_there_is_no_other():
    long = "The driver was friendly and the car was clean, " + "and so on it went, " * 15
    texts = [long, *["The driver came"] * 6, *["very friendly"] * 6, *["car fine"] * 6, *["something else"] * 90]
    found = find(texts, range(19), language="en")
    shown = [texts[p.row] for p in found]
    assert len(found) == 3
    assert long not in shown
    assert len(set(shown)) == len(shown)


def test_row_order_has_no_influence_and_few_documents_say_nothing():
    texts = [*LATE, *REST]
    turned = find(texts[::-1], range(60, 72))
    assert [(p.phrase, p.n, p.z) for p in turned] == [(p.phrase, p.n, p.z) for p in find(texts, range(12))]
    assert find(texts, range(4)) == []
    assert find(LATE, range(12)) == [], "there is no rest to differ from"


def test_shuffled_groups_are_seldom_distinct():
    rng = np.random.default_rng(0)
    words = [f"wort{chr(97 + i)}{chr(97 + j)}" for i in range(6) for j in range(10)]
    texts = [". ".join(np.asarray(words)[rng.random(60) < 0.15]) for _ in range(500)]
    counted = Distinctive.count(range(500), texts, ["de"] * 500)
    found = [
        len(distinctive_phrases(counted, np.flatnonzero(np.random.default_rng(s).random(500) < 0.3), top=60))
        for s in range(10)
    ]
    assert np.mean(np.asarray(found) > 0) <= 0.2, "all tested at once"


def test_a_word_mostly_said_with_another_is_named_with_it():
    texts = ["mental health ward"] * 8 + ["mental strain"] * 3 + ["good health"] * 20 + ["nice people"] * 60
    assert find(texts, range(11), language="en", top=1)[0].phrase == "mental health"


def test_a_word_that_only_judges_is_no_reason():
    texts = ["good parking"] * 9 + ["good"] * 9 + ["the food"] * 60
    phrases = [p.phrase for p in find(texts, range(18), language="en")]
    assert "good" not in phrases
    assert phrases


def test_words_that_only_judge_are_not_counted_alone_where_the_language_is_known():
    for text, code, counted in (
        ("Die Beratung ist gut", "de", {("beratung",)}),
        ("good advice", "en", {("advice",), ("good", "advice")}),
        ("good advice", "other", {("good",), ("advice",), ("good", "advice")}),
    ):
        assert set(Distinctive.count([0], [text], [code]).keys) == counted, code


def test_phrases_are_pairs_of_neighbours_with_white_space_alone_between():
    keys = Distinctive.count([0], ["Rechnung falsch, Mahnung falsch"], ["de"]).keys
    assert ("rechnung", "falsch") in keys
    assert ("falsch", "mahnung") not in keys


def test_an_example_is_the_first_text_of_the_group_with_the_most_frequent_spelling():
    texts = ["RÜCKGABE", "Rückgabe", "Alles", "Rückgabe", "rückgabe", "Rückgabe", *["Preis stimmt"] * 40]
    [phrase] = find(texts, [0, 1, 3, 4, 5], top=1)
    assert (phrase.phrase, phrase.n, phrase.row) == ("Rückgabe", 5, 1)
    assert texts[phrase.row][phrase.start : phrase.end] == "Rückgabe"


def test_texts_of_one_document_count_once():
    counted = Distinctive.count(["a", "a", "b"], ["Bus zu spät", "Bus voll", "Bus leer"], ["de"] * 3)
    place = counted.keys.index(("bus",))
    assert counted.documents.tolist() == [0, 0, 1]
    assert counted.documents_hold[:, [place]].toarray().ravel().tolist() == [1, 1]
    assert counted.holds[:, [place]].toarray().ravel().tolist() == [1, 1, 1]
