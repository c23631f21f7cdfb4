"""The recipe's measures, against tables worked out by hand."""

import numpy as np
import pytest
from sklearn.metrics import f1_score

from models.recipe.data import Example, Mention
from models.recipe.evaluate import (
    count_spans,
    expected_calibration_error,
    f1,
    gold_spans,
    interval,
    macro_f1,
    overlaps,
)


@pytest.mark.parametrize(
    ("gold", "found", "score", "why"),
    [
        ([0, 1, 2], [0, 1, 2], 1.0, "all right"),
        ([0, 0], [1, 1], 0.0, "all wrong"),
        ([0, 0, 1, 1], [0, 1, 1, 1], (2 / 3 + 4 / 5) / 2, "F1 of 2/3 and 4/5"),
        ([0, 0, 1], [0, 2, 1], (2 / 3 + 1) / 2, "a class that is never gold has no F1 of its own"),
    ],
)
def test_macro_f1_is_the_mean_over_the_gold_classes(gold, found, score, why):
    assert macro_f1(np.array(gold), np.array(found)) == pytest.approx(score), why


def test_macro_f1_agrees_with_scikit_learn():
    rng = np.random.default_rng(0)
    gold, found = rng.integers(3, size=(2, 200))
    assert macro_f1(gold, found) == pytest.approx(f1_score(gold, found, average="macro"))


def test_calibration_error_is_the_gap_between_confidence_and_accuracy():
    sure = np.tile([0.9, 0.05, 0.05], (10, 1))
    assert expected_calibration_error(np.zeros(10, int), sure) == pytest.approx(0.1)
    assert expected_calibration_error(np.array([0] * 9 + [1]), sure) == pytest.approx(0)
    assert expected_calibration_error(np.ones(10, int), sure) == pytest.approx(0.9)


def test_calibration_error_weighs_bins_by_their_size():
    chances = np.array([[1.0, 0, 0]] * 3 + [[0.5, 0.3, 0.2]])
    # Three sure and right (gap 0), one half sure and right (gap 0.5): a quarter of the rows.
    assert expected_calibration_error(np.zeros(4, int), chances) == pytest.approx(0.125)


def test_the_interval_holds_the_score_and_is_the_same_every_time():
    rng = np.random.default_rng(1)
    gold = rng.integers(3, size=150)
    found = np.where(rng.random(150) < 0.7, gold, 0)
    low, high = interval(gold, found)
    assert low < macro_f1(gold, found) < high
    assert interval(gold, found) == (low, high)


@pytest.mark.parametrize(
    ("counts", "score"), [((2, 3, 5), 0.5), ((0, 4, 4), 0.0), ((3, 3, 3), 1.0), ((0, 0, 2), 0.0), ((0, 2, 0), None)]
)
def test_f1_of_counts(counts, score):
    assert f1(counts) == score


def test_gold_spans_have_no_article_and_no_neutral_mention():
    text = "Das Personal war nett, der Preis normal."
    example = Example(
        text, "de", "x", mentions=(Mention((0, 12), (17, 22), "positive"), Mention((23, 32), (33, 40), "neutral"))
    )
    assert gold_spans(example) == {
        "aspects": {(4, 12, "positive")},
        "opinions": {(17, 21)},
        "triplets": {(4, 12, 17, 21, "positive")},
        "neutral": {(33, 39)},
    }


@pytest.mark.parametrize(
    ("gold", "found", "hits", "why"),
    [
        ({(0, 5, "positive")}, {(4, 9, "positive")}, 1, "one character is enough"),
        ({(0, 5, "positive")}, {(5, 9, "positive")}, 0, "side by side is not over one another"),
        ({(0, 5, "positive")}, {(0, 5, "negative")}, 0, "another polarity"),
        ({(0, 9, "positive")}, {(0, 2, "positive"), (3, 5, "positive")}, 1, "a gold span is found once"),
        ({(0, 2, "positive"), (3, 5, "positive")}, {(0, 9, "positive")}, 1, "a span finds one gold span"),
        ({(0, 2, "positive"), (3, 5, "negative")}, {(1, 4, "negative"), (0, 1, "positive")}, 2, "each its own"),
    ],
)
def test_overlaps_are_counted_one_to_one(gold, found, hits, why):
    assert overlaps(gold, found) == hits, why


def test_spans_are_counted_as_hits_found_and_gold():
    text = "Das Personal war nett, der Preis normal."
    mentions = (Mention((0, 12), (17, 21), "positive"), Mention((23, 32), (33, 39), "neutral"))
    example = Example(text, "de", "x", mentions=mentions, annotated=frozenset({"aspect", "opinion"}))
    found = {
        "aspects": {(4, 12, "positive"), (27, 32, "negative")},
        "opinions": {(17, 21), (33, 39)},
        "triplets": {(4, 12, 17, 21, "positive"), (27, 32, 33, 39, "negative")},
    }
    assert count_spans([example], [found]) == {
        "aspects": [1, 2, 1],
        "opinions": [1, 1, 1],
        "triplets": [1, 2, 1],
        "aspects_overlap": [1, 2, 1],
    }


def test_opinions_are_not_counted_where_nobody_annotated_them():
    example = Example("Personal nett", "de", "x", mentions=(Mention((0, 8), None, "positive"),))
    found = {"aspects": {(0, 8, "positive")}, "opinions": {(9, 13)}, "triplets": {(0, 8, 9, 13, "positive")}}
    counts = count_spans([example], [found])
    assert counts["opinions"] == counts["triplets"] == [0, 0, 0]
    assert counts["aspects"] == [1, 1, 1]
