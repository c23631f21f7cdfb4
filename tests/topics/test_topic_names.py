"""Labels and the phrases they are made of."""

import numpy as np
import pytest

from cxtext.topics.names import choose_labels, name_topics
from cxtext.topics.phrases import count_phrases
from cxtext.topics.quotes import representatives


def _name(texts, code, *, topics=None):
    labels = np.array(topics or [0] * len(texts), dtype=np.intp)
    count = int(labels.max()) + 1
    units = np.zeros((len(texts), count), dtype=np.float32)
    units[np.arange(len(texts)), labels] = 4_000
    centroids = 4_000 * np.eye(count, dtype=np.float32)
    names = name_topics(texts, [code] * len(texts), labels, np.ones(len(texts)), units, centroids)
    return [getattr(n, code) for n in names]


@pytest.mark.parametrize(
    ("code", "texts", "expected", "why"),
    [
        ("de", ["Der Zug kam nicht.", "Alle Züge waren voll.", "Mit dem Zug nie wieder."], "Zug", "inflection is one"),
        ("de", ["Die Züge sind voll.", "Viele Zuege fehlen.", "Unsere Züge halten nicht."], "Züge", "umlauts are one"),
        ("de", ["Toll!", "Toll, eure Anzeige.", "Die Anzeige ist toll."], "Anzeige", "praise is no topic"),
        ("de", ["Herr Meier half.", "Frau Meier war nett zum Kunden.", "Herr Meier, ein Kunde."], "Kunde", "no names"),
        ("en", ["The waiting time was long.", "A waiting time of hours.", "My waiting time!"], "waiting time", "nouns"),
        ("en", ["Mr. Miller called a taxi.", "The taxi of Mr Miller.", "No taxi, Mrs. Miller."], "taxi", "no names"),
        ("en", ["we told Kelly about the bus", "then Kelly took the bus", "so Kelly said the bus"], "bus", "no names"),
        ("en", ["see https://x.example/app the form", "a form @support", "the form 4711"], "form", "no links, numbers"),
        ("en", ["[NAME] had a delay", "the delay, [NAME]", "[NAME] again, a delay"], "delay", "no masks"),
        ("en", ["GOOD APP", "the app is good", "a good app"], "good app", "case is one"),
    ],
)
def test_best_phrase(code, texts, expected, why):
    assert _name(texts, code)[0][0] == expected, why


def test_no_phrase_has_a_stop_word_at_its_edge():
    texts = [
        "Die Qualität der Betreuung ist mir sehr wichtig.",
        "Es geht um die Qualität der Betreuung auf der Station.",
    ]
    phrases, _, _ = count_phrases(texts, "de")
    for key in phrases:
        assert not {key[0], key[-1]} & {"die", "der", "ist", "mir", "es", "um", "auf", "sehr"}
    assert ("qualitaet", "der", "betreuung") in phrases


def test_words_of_one_topic_come_before_words_of_all():
    texts = [
        "the card was stolen",
        "a stolen card",
        "my stolen card",
        "the card limit",
        "a card limit",
        "my card limit",
    ]
    first, second = _name(texts, "en", topics=[0, 0, 0, 1, 1, 1])
    assert first[0] == "stolen card"
    assert second[0] == "card limit"


def test_a_language_with_too_few_texts_has_no_phrases():
    texts = ["the train was late"] * 3 + ["der Zug"]
    names = name_topics(
        texts, ["en", "en", "en", "de"], np.zeros(4, dtype=np.intp), np.ones(4), np.ones((4, 2), dtype=np.float32),
        np.ones((1, 2), dtype=np.float32),
    )  # fmt: skip
    assert names[0].de == ()
    assert names[0].en[0] == "train"


def test_texts_without_words_have_no_phrases():
    assert _name(["🙂", "!!!", "12345"], "en") == [()]


def test_labels_are_unique_without_regard_to_case():
    labels = choose_labels([["App"], ["app"], ["APP", "update"], ["App", "Update"]], [0, 1, 2, 3])
    assert labels == ["App", "app (2)", "update", "App, Update"]


def test_quotes_do_not_depend_on_the_order_of_rows():
    texts = [
        "The train was late again today.",
        "Our train was full as always.",
        "Late.",
        "The app is slow since Monday.",
    ]
    labels, near = np.array([0, 0, 0, 1]), np.array([0.9, 0.9, 1.0, 0.5], dtype=np.float32)
    chosen = representatives(texts, labels, near)
    order = np.array([3, 1, 0, 2])
    other = representatives([texts[i] for i in order], labels[order], near[order])
    assert chosen == {0: [1, 0, 2], 1: [3]}
    assert {k: [int(order[i]) for i in v] for k, v in other.items()} == chosen


def test_unassigned_texts_are_no_quotes():
    assert representatives(["a b c d e f"], np.array([-1]), np.array([0.0])) == {}
