"""The rules by which topic_labels.py judges labels, against cases judged by hand."""

import numpy as np
import pytest

from benchmarks.topic_labels import choose, count, faults, judge, languages_of, page, presentable, shown, texts_in

GERMAN = ["Der Zug kam mit Verspätung.", "Schon wieder verspätet!", "Am Schalter in Köln war alles gut."]
ENGLISH = ["The train was late.", "They cancel every train.", "Sarah was friendly at the desk."]


@pytest.mark.parametrize(
    ("code", "label", "expected", "why"),
    [
        ("de", "Zug", set(), "a noun that is there"),
        ("de", "Verspätung", set(), "the noun of a verb that is there"),
        ("de", "Zug, Schalter", set(), "two phrases"),
        ("de", "Gesamteindruck", set(), "the noun of a judgement"),
        ("de", "", {"empty"}, "nothing"),
        ("de", "Thema 3", {"empty"}, "a number"),
        ("de", "war", {"stop word"}, "says nothing"),
        ("de", "verspätet", {"verb only"}, "no noun"),
        ("de", "pünktlich", {"adjective only", "rare"}, "no noun, and in no text"),
        ("de", "Schalter in Köln", {"name"}, "a place"),
        ("de", "Fahrrad", {"rare"}, "in no text"),
        ("de", "Sonstiges (Fahrrad)", {"rare"}, "what stands in brackets is judged"),
        ("de", "Zug (2)", {"numbered"}, "as another topic"),
        ("de", "The train", {"wrong language", "rare"}, "English"),
        ("en", "train", set(), "a noun that is there"),
        ("en", "cancellation", set(), "the noun of a verb that is there"),
        ("en", "cancel", {"verb only"}, "no noun"),
        ("en", "late", {"adjective only"}, "no noun"),
        ("en", "Sarah", {"name"}, "a person"),
        ("en", "Der Zug", {"wrong language", "rare"}, "German"),
    ],
)
def test_faults(code, label, expected, why):
    texts = GERMAN if code == "de" else ENGLISH
    found = faults(label, texts_in(code, texts, [code] * 3), [0, 1, 2])
    assert found == expected, why


def test_labels_are_judged_in_the_languages_that_a_topic_has():
    labels = {0: {"de": "Zug", "en": "Zug"}, 1: {"de": "train", "en": "train"}}
    judged = judge(labels, np.array([0] * 3 + [1] * 3), GERMAN + ENGLISH, ["de"] * 3 + ["en"] * 3)
    assert judged == {(0, "de"): set(), (1, "en"): set()}


def test_texts_that_do_not_say_are_in_the_main_language():
    assert languages_of(["https://x.example", "The staff were kind and listened to me."], main="de") == ["de", "en"]


def test_the_hundred_are_the_largest_of_each_set_in_turn():
    measured = [{"rows": [{"n": n} for n in range(size)]} for size in (2, 80, 40)]
    assert [len(rows) for rows in choose(measured)] == [2, 58, 40]


def test_quotes_are_one_line_without_links_users_and_markup():
    assert shown("@bahn  zu\nspät | *immer* https://x.example") == r"… zu spät \| \*immer\* …"
    assert shown("Wort " * 40).endswith(" …")
    assert presentable("Der Zug kam zu spät.")
    assert not presentable("RT @x: Der Zug kam zu spät.")
    assert not presentable("Sarah half uns am Schalter.")


def test_page_lists_counts_and_rows():
    row = {"label": "Zug", "size": 3, "quote": "Der Zug", "border": "Die App", "next": "App", "faults": [set()]}
    measured = [{"set": "feedback", "texts": 9, "rows": [row]}]
    counts = {"listed": count([set(), {"rare"}])}
    text = page(measured, [[row]], counts)
    assert "| listed | 2 | 1 | 0 | 0 | 0 | 0 | 0 | 0 | 1 | 0 |" in text
    assert "| **Zug** | 3 | Der Zug | Die App | App |" in text
