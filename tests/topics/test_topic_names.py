"""Labels and the phrases they are made of."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cxtext.errors import InputTypeError
from cxtext.topics.inflection import german_noun, german_phrase
from cxtext.topics.labels import choose_labels, propose
from cxtext.topics.names import name_topics
from cxtext.topics.phrases import find_phrases
from cxtext.topics.quotes import borderline, representatives

PIECES = [
    "Der",
    "den",
    "keine",
    "no",
    "guten",
    "lange",
    "Zug",
    "top",
    "up",
    "of",
    "im",
    "Köln",
    "nett,",
    "\ud800",
    "é",
    "3",
]


def _name(texts, code, *, topics=None):
    """What the topics are called."""
    labels = np.array(topics or [0] * len(texts), dtype=np.intp)
    count = int(labels.max()) + 1
    units = np.zeros((len(texts), count), dtype=np.float32)
    units[np.arange(len(texts)), labels] = 4_000
    centroids = 4_000 * np.eye(count, dtype=np.float32)
    names = name_topics(texts, [code] * len(texts), np.ones(len(texts)), units, [(labels, centroids)])
    return [n.of(code).labels for n in names]


@pytest.mark.parametrize(
    ("code", "texts", "expected", "why"),
    [
        ("de", ["Der Zug kam nicht.", "Alle Züge waren voll.", "Mit dem Zug nie wieder."], "Zug", "inflection is one"),
        ("de", ["Die Züge sind voll.", "Viele Zuege fehlen.", "Unsere Züge halten nicht."], "Züge", "umlauts are one"),
        ("de", ["Toll!", "Toll, eure Anzeige.", "Die Anzeige ist toll."], "Anzeige", "praise is no topic"),
        ("de", ["Herr Meier half.", "Frau Meier war nett zum Kunden.", "Herr Meier, ein Kunde."], "Kunde", "no names"),
        (
            "de",
            ["Der Schalter in Bergheim.", "Am Schalter in Bergheim.", "Schalter in Bergheim zu."],
            "Schalter",
            "place",
        ),
        ("de", ["In Köln fehlt ein Aufzug.", "Ein Aufzug in Köln!", "Kein Aufzug in Köln."], "Aufzug", "a known place"),
        ("de", ["Die App geht nicht.", "Nichts geht, die App spinnt.", "Es geht nur die App."], "App", "no verbs"),
        ("de", ["mit gutem Service", "einen guten Service", "den guten Service"], "guter Service", "nominative"),
        (
            "de",
            ["wegen langer Wartezeit", "mit langer Wartezeit", "die lange Wartezeit"],
            "lange Wartezeit",
            "feminine",
        ),
        (
            "de",
            ["die freundlichen Mitarbeiter"] * 2 + ["freundliche Mitarbeiter"],
            "freundlicher Mitarbeiter",
            "one lemma",
        ),
        ("de", ["die musik ist laut", "mach die musik an", "spiel musik"], "Musik", "nouns of texts in lower case"),
        ("de", ["lösche die liste", "was steht auf der liste", "zeig meine liste"], "Liste", "a noun like a verb"),
        ("de", ["die Service-Hotline", "eine Servicehotline", "der Service-Hotline"], "Service-Hotline", "hyphens"),
        ("de", ["Sie waren pünktlich.", "Pünktlich!", "immer pünktlich"], "Pünktlichkeit", "the noun of an adjective"),
        ("de", ["Super!", "Alles war gut.", "Einfach toll."], "Gesamteindruck", "praise of nothing in particular"),
        (
            "de",
            ["keine Antwort", "Wieder keine Antwort.", "Bis heute keine Antwort"],
            "keine Antwort",
            "what is missing",
        ),
        ("de", ["Das geht.", "Es geht.", "geht so"], "Sonstiges (geht)", "a verb is never the label alone"),
        ("en", ["The waiting time was long.", "A waiting time of hours.", "My waiting time!"], "waiting time", "nouns"),
        ("en", ["Mr. Miller called a taxi.", "The taxi of Mr Miller.", "No taxi, Mrs. Miller."], "taxi", "no names"),
        ("en", ["we told Kelly about the bus", "then Kelly took the bus", "so Kelly said the bus"], "bus", "no names"),
        ("en", ["see https://x.example/app the form", "a form @support", "the form 4711"], "form", "no links, numbers"),
        ("en", ["[NAME] had a delay", "the delay, [NAME]", "[NAME] again, a delay"], "delay", "no masks"),
        ("en", ["GOOD APP", "the app is good", "a good app"], "good app", "case is one"),
        ("en", ["They always listen to the staff.", "to listen, the staff", "I listen to staff"], "staff", "no verbs"),
        ("en", ["The NHS app", "my NHS app", "an NHS app"], "NHS app", "acronyms keep their capitals"),
        ("en", ["to top up a card", "I want to top up a card", "a top up of the card"], "top up", "verb and particle"),
        (
            "en",
            ["the exchange rate", "an exchange rate", "we exchange at a rate"],
            "exchange rate",
            "a noun like a verb",
        ),
        ("en", ["the quality of care", "a quality of care", "quality of care"], "quality of care", "noun of noun"),
        ("en", ["They were kind.", "so kind", "very kind indeed"], "kindness", "the noun of an adjective"),
    ],
)
def test_best_phrase(code, texts, expected, why):
    assert _name(texts, code)[0][0] == expected, why


@pytest.mark.parametrize(
    ("code", "texts", "label", "judging"),
    [
        ("de", ["Einfach lächerlich gut.", "Gut, aber lächerlich.", "Lächerlich!"], "Gesamteindruck", "lächerlich"),
        ("en", ["Just ridiculous, bad.", "Good but ridiculous.", "Ridiculous!"], "overall impression", "ridiculous"),
    ],
)
def test_a_judgement_of_the_whole_is_called_by_no_word_that_would_name_praise_and_blame_alike(
    code, texts, label, judging
):
    [labels] = _name(texts, code)
    assert labels[0] == label
    assert not any(judging in name for name in labels)


@pytest.mark.parametrize(
    ("forms", "expected", "why"),
    [
        ({"Aufzug": 2, "Aufzugs": 1}, ("Aufzug", False), "the genitive is no plural"),
        ({"Mitarbeitern": 4}, ("Mitarbeiter", False), "dative plural that is like the singular"),
        ({"Zügen": 2, "Züge": 2}, ("Züge", True), "dative plural"),
        ({"Gebühren": 9, "Gebühr": 1}, ("Gebühren", True), "the plural is what people say"),
        ({"Gebühren": 2, "Gebühr": 1}, ("Gebühr", False), "not clearly"),
        ({"wlan": 2, "WLAN": 1}, ("Wlan", False), "the more frequent spelling"),
        ({"Angestellte": 3}, ("Angestellte", False), "an adjective used as a noun keeps its form"),
    ],
)
def test_german_nouns_are_shown_in_the_nominative(forms, expected, why):
    assert german_noun(forms) == expected, why


@pytest.mark.parametrize(
    ("first", "noun", "gender", "plural", "expected", "why"),
    [
        ({"teuer": 2}, "Essen", "n", False, "teures Essen", "the stem changes"),
        ({"offen": 2}, "Tür", "f", False, "offene Tür", "the base form ends as if inflected"),
        ({"super": 2}, "Beratung", "f", False, "super Beratung", "never inflected"),
        ({"NETTE": 1, "nettes": 1}, "Personal", "n", False, "nettes Personal", "capitals are no form of their own"),
        ({"kurzen": 2}, "Xylo", None, False, "kurzer Xylo", "unknown gender: what the ending allows"),
        ({"kurze": 2}, "Xylo", None, False, "kurze Xylo", "unknown gender: what the ending allows"),
        ({"kein": 1, "keinem": 2}, "Personal", "n", False, "kein Personal", "no"),
        ({"keinen": 2}, "Züge", "m", True, "keine Züge", "no, many"),
    ],
)
def test_german_adjectives_agree_with_their_noun(first, noun, gender, plural, expected, why):
    assert german_phrase(first, noun, gender, plural=plural) == expected, why


def test_no_phrase_has_a_stop_word_at_its_edge():
    texts = [
        "Die Qualität der Betreuung ist mir sehr wichtig.",
        "Es geht um die Qualität der Betreuung auf der Station.",
    ]
    keys = {phrase.key for phrase in find_phrases(texts, "de").phrases}
    for key in keys:
        assert not {key[0], key[-1]} & {"die", "der", "ist", "mir", "es", "um", "auf", "sehr"}
    assert ("qualitaet", "der", "betreuung") in keys


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    st.lists(
        st.one_of(
            st.text(max_size=40),
            st.lists(st.sampled_from(PIECES), max_size=8).map(" ".join),
        ),
        max_size=6,
    ),
    st.sampled_from(["de", "en"]),
)
def test_any_phrase_of_any_text_can_be_shown(texts, code):
    found = find_phrases(texts, code)
    assert len(found.rows) == len(found.columns)
    for phrase in found.phrases:
        shown = found.show(phrase)
        assert shown.strip() == shown != ""
        assert 0 < phrase.worth < 2


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


def test_two_phrases_together_are_the_label_where_none_stands_in_enough_texts():
    other = [
        f"{word} {word}"
        for word in [
            "ab",
            "ba",
            "ca",
            "da",
            "fa",
            "ga",
            "ha",
            "ka",
            "la",
            "ma",
            "na",
            "pa",
            "ra",
            "sa",
            "ta",
            "va",
            "wa",
            "za",
        ]
    ]
    texts = ["the queue", "a queue", "the desk", "a desk", *other]
    assert _name(texts, "en")[0][:2] == ("queue, desk", "queue")


def test_texts_without_a_common_subject_are_called_other():
    words = [f"the {a}{b}{c}" for a in "bdfg" for b in "aeiou" for c in "kqvxz"]
    texts = [*words, "the queue", "a queue"]
    assert _name(texts, "en")[0][0] == "other (queue)"


def test_what_is_said_of_a_taken_phrase_stands_beside_it():
    texts = ["the card", "a card", "my card"] * 4 + ["the card", "a card"] * 3 + ["lost my card"] * 2
    labels = choose_labels(_name(texts, "en", topics=[0] * 12 + [1] * 8))
    assert labels == ["card", "card, loss"]


def test_a_name_is_the_label_of_a_topic_that_is_about_it():
    cologne = ["Wie ist das Wetter in Köln?", "Was ist in Köln los?", "Das Wetter in Köln, bitte."]
    other = ["Das Wetter heute", "Ist das Wetter schön?", "Wie wird das Wetter?"]
    assert "Köln" in _name([*cologne, *other], "de", topics=[0, 0, 0, 1, 1, 1])[0]


def test_a_language_with_too_few_texts_has_the_names_of_the_other():
    texts = ["the train was late"] * 3 + ["der Zug"]
    languages = ["en", "en", "en", "de"]
    level = (np.zeros(4, dtype=np.intp), np.ones((1, 2), dtype=np.float32))
    (names,) = name_topics(texts, languages, np.ones(4), np.ones((4, 2), dtype=np.float32), [level])
    assert names.de.labels == ()
    assert names.of("de").labels[0] == names.of("en").labels[0] == "train"


def test_few_texts_of_a_language_in_a_large_collection_are_taken_for_mistakes():
    texts = [f"the train {'x' * i} was late" for i in range(1, 200)] + ["Tickets", "Tickets!"]
    languages = ["en"] * 199 + ["de"] * 2
    topics = np.array([0] * 199 + [1] * 2, dtype=np.intp)
    places = np.ones((len(texts), 2), dtype=np.float32)
    names = name_topics(texts, languages, np.ones(len(texts)), places, [(topics, np.ones((2, 2), dtype=np.float32))])
    assert names[1].de.labels == ()


def test_texts_of_no_topic_name_none():
    texts = ["the train", "a train", "my seat", "the seat"]
    topics = np.array([-1, -1, 0, 0], dtype=np.intp)
    level = (topics, np.ones((1, 2), dtype=np.float32))
    (names,) = name_topics(texts, ["en"] * 4, np.ones(4), np.ones((4, 2), dtype=np.float32), [level])
    assert names.en.labels == ("seat",)


def test_texts_without_words_have_no_phrases():
    assert _name(["🙂", "!!!", "12345"], "en") == [()]


def test_labels_are_unique_without_regard_to_case():
    labels = choose_labels([["App"], ["app"], ["APP", "update"], ["App", "Update"]])
    assert labels == ["App", "app (2)", "update", "App (3)"]


@pytest.mark.parametrize(
    ("answers", "expected", "why"),
    [
        (["Züge", "Preise"], ["Züge", "Preise"], "answers are taken"),
        (["", "  "], ["Zug", "Preis"], "empty answers leave what there is"),
        (["Bahn", "bahn"], ["Bahn", "Preis"], "the first keeps it, the other has its own"),
        (["Preis", ""], ["Preis", "Preis (2)"], "an answer that is the other's only name"),
        (["zu\nspät  heute", ""], ["zu spät heute", "Preis"], "one line"),
    ],
)
def test_a_labeller_proposes(answers, expected, why):
    left = iter(answers)
    proposed = propose(lambda *_: next(left), [["Zug"], ["Preis"]], [["Zug"], ["Preis"]], {}, "de")
    assert choose_labels(proposed) == expected, why


def test_a_labeller_that_returns_no_text_is_an_error_without_its_answer():
    with pytest.raises(InputTypeError, match="labeller must return a str, got list for topic 0") as error:
        propose(lambda *_: ["secret"], [["Zug"]], [["Zug"]], {}, "de")
    assert "secret" not in str(error.value)


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


def test_borderline_texts_are_those_with_the_smallest_lead():
    texts = [
        "The train was late again today.",
        "The app shows a wrong train now.",
        "Late.",
        "The app is slow today, too.",
    ]
    labels = np.array([0, 0, 0, -1])
    near = np.array([0.9, 0.6, 0.5, 0.5], dtype=np.float32)
    other = np.array([0.1, 0.5, 0.5, 0.5], dtype=np.float32)
    assert borderline(texts, labels, near, other) == {0: [1, 0, 2]}
