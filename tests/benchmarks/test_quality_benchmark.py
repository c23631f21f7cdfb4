"""What quality.py counts, against tables worked out by hand."""

import json
from collections import Counter

import numpy as np
import pytest

from benchmarks.baselines import by_cut, learned, majority
from benchmarks.quality import (
    FIELDS,
    chances,
    draw,
    driver_spans,
    embedding_intervals,
    field_scores,
    ratio,
    rounded,
    unseen,
)
from cxtext.documents import Annotation
from models.recipe.data import OWN, Example, read_own


def annotation(*, positive=(), negative=(), sentiment=None) -> Annotation:
    def span(text):
        return None if text is None else {"start": 0, "end": len(text), "text": text}

    def drivers(pairs):
        return [
            {"aspect": span(a), "opinion": span(o), "cause": None, "category": None, "score": 1.0, "segment": 0}
            for a, o in pairs
        ]

    return Annotation.from_dict(
        {
            "schema": "cxtext.annotation/1",
            "id": None,
            "status": "ok",
            "reason": None,
            "truncated": False,
            "language": {"code": "de", "confidence": 1.0, "mixed": False},
            "sentiment": sentiment,
            "segments": [],
            "drivers": {"positive": drivers(positive), "negative": drivers(negative)},
            "topics": [],
            "conversation": None,
            "markers": [],
            "pii": [],
        }
    )


def test_a_draw_is_the_same_every_time_and_keeps_the_order():
    items = list(range(100))
    some = draw(items, 10)
    assert len(some) == 10
    assert some == sorted(some) == draw(items, 10)
    assert draw(items, None) == draw(items, 100) == items


def test_a_text_without_sentiment_counts_as_the_least_sure_neutral():
    [row] = chances([annotation()])
    assert row.argmax() == 1
    assert row.max() == pytest.approx(1 / 3, abs=0.01)


def test_probabilities_stand_in_the_order_of_the_labels():
    probabilities = {"positive": 0.7, "negative": 0.1, "neutral": 0.2}
    sentiment = {"label": "positive", "score": 0.6, "probabilities": probabilities, "mixed": False, "why": []}
    assert chances([annotation(sentiment=sentiment)]).tolist() == [[0.1, 0.2, 0.7]]


def test_triplets_have_an_aspect_and_an_opinion():
    found = driver_spans(annotation(positive=[("Personal", "nett"), (None, "super")], negative=[("Essen", None)]))
    assert found == {
        "aspects": {(0, 8, "positive"), (0, 5, "negative")},
        "opinions": {(0, 4), (0, 5)},
        "triplets": {(0, 8, 0, 4, "positive")},
    }


def test_fields_count_mentions_and_texts():
    annotations = [
        annotation(positive=[("Personal", "nett"), ("Essen", "gut")], negative=[("Bad", "alt")]),
        annotation(negative=[("Bad", "alt")]),
        annotation(),
    ]
    scores = field_scores(["positive", "positive", "negative"], annotations)
    assert (scores["n"], scores["mentions"]) == (3, 4)
    assert scores["right_list"]["value"] == 2 / 4
    assert scores["texts_with_mention"]["value"] == pytest.approx(1 / 3)


def test_a_ratio_lies_in_its_interval_and_is_null_where_there_is_nothing():
    rng = np.random.default_rng(0)
    wholes = rng.integers(1, 5, 80)
    parts = rng.integers(0, wholes + 1)
    row = ratio(parts, wholes)
    assert row["low"] < row["value"] < row["high"]
    assert row["value"] == parts.sum() / wholes.sum()
    assert ratio(np.zeros(3), np.zeros(3)) is None


@pytest.mark.parametrize(
    ("scores", "cut", "classes", "why"),
    [
        ([-0.05, 0.05], 0.05, [0, 2], "the cut belongs to the outer classes"),
        ([-0.04, 0.0, 0.04], 0.05, [1, 1, 1], "between the cuts is neutral"),
        ([-0.01, 0.0, 0.01], 0.0, [0, 1, 2], "without a cut only zero is neutral"),
    ],
)
def test_scores_become_classes(scores, cut, classes, why):
    assert by_cut(scores, cut).tolist() == classes, why


def test_the_majority_is_one_class():
    assert majority(np.array([0, 2, 2, 1])).tolist() == [2] * 4


def test_tfidf_learns_a_plain_difference_and_refuses_too_few_texts():
    train = [Example(f"{word} Zimmer {i}", "de", "x", label)
             for i in range(40) for word, label in (("schönes", "positive"), ("schmutziges", "negative"))]  # fmt: skip
    assert learned(train, ["schönes Bad", "schmutziges Bad"]).tolist() == [2, 0]
    assert learned(train[:10], ["schönes Bad"]) is None
    assert learned(train[::2], ["schönes Bad"]) is None


def test_intervals_of_embeddings_hold_the_value_and_narrow_with_n():
    found = {"sts_de": 0.8, "sts_en": 0.8, "sts_de_en": 0.5, "retrieval_de_en": 0.97}
    small = embedding_intervals(found | {"sts_n": 50, "retrieval_n": 50})
    large = embedding_intervals(found | {"sts_n": 1500, "retrieval_n": 1500})
    for name, value in found.items():
        assert small[name][0] < large[name][0] < value < large[name][1] < small[name][1] < 1


def test_floats_are_rounded_and_nothing_else_changes():
    assert rounded({"a": [0.123456, 3, None, "x", True]}) == {"a": [0.1235, 3, None, "x", True]}


def test_the_fields_are_half_praise_and_half_blame_and_each_stands_under_a_question():
    rows = [json.loads(line) for line in FIELDS.read_text(encoding="utf-8").splitlines()]
    assert Counter(r["polarity"] for r in rows) == {"positive": 100, "negative": 100}
    assert len({(r["text"], r["question"]) for r in rows}) == 200
    assert all(r["text"] == r["text"].strip() != "" and r["question"].strip() and len(r) == 3 for r in rows)
    asked = {p: {r["question"] for r in rows if r["polarity"] == p} for p in ("positive", "negative")}
    assert not asked["positive"] & asked["negative"], "a question asks for praise or for blame"


def test_no_field_that_says_more_than_a_word_or_two_stands_in_the_training_examples():
    rows = [json.loads(line) for line in FIELDS.read_text(encoding="utf-8").splitlines()]
    longer = [r for r in rows if len(r["text"].split()) >= 4]
    train = [e for path in sorted(OWN.glob("*.txt")) for e in read_own(path)]
    assert unseen(longer, train) == longer


def test_a_field_that_trains_is_left_out_whatever_its_case_and_points():
    fields = [{"text": "Das Essen."}, {"text": "Das Essen war kalt"}]
    assert unseen(fields, [Example("das Essen", "de", "own")]) == fields[1:]
