"""From token scores to the sentiment of a passage, with scores made by hand."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxtext.encoder.artefact import Manifest
from cxtext.encoder.tokens import Tokens
from cxtext.sentiment.pooling import (
    MAX_WHY,
    attention,
    calibrate,
    praise_and_blame,
    probabilities,
    to_sentiment,
    words_that_carried,
)
from cxtext.sentiment.stage import classify

TAGS = ("O", "B-negative", "B-neutral", "B-positive", "I-negative", "I-neutral", "I-positive")


def manifest(temperature=1.0, bias=(0.0, 0.0, 0.0)):
    return Manifest(
        folder=Path(),
        version="0",
        dimension=1,
        pair_size=1,
        window=254,
        pad_id=1,
        sentiment=("negative", "neutral", "positive"),
        tags=TAGS,
        temperature=temperature,
        bias=bias,
        pair_bias=0.0,
        files={},
    )


def tokens(text, pieces, scores, *, tags=(), segments=None):
    """Build tokens: ``scores`` are (negative, neutral, positive, attention) of each piece."""
    offsets, position = [], 0
    for piece in pieces:
        position = text.index(piece, position)
        offsets.append((position, position + len(piece)))
        position += len(piece)
    n = len(pieces)
    tagged = np.zeros((n, 7), np.float32)
    tagged[:, 0] = 5
    for i, tag in dict(tags).items():
        tagged[i, TAGS.index(tag)] = 15
    empty = np.zeros((n, 7), np.float32)
    empty[:, 0] = 5
    return Tokens(
        np.array(offsets, np.int32),
        np.array(segments or [0] * n, np.int32),
        np.array(scores, np.float32),
        empty,
        tagged,
        np.zeros((n, 2), np.float32),
        manifest(),
    )


GOOD, BAD, PLAIN = (-2, 0, 3, 2), (3, 0, -2, 2), (0, 1, 0, -2)


def test_attention_sums_to_one_and_prefers_the_higher_score():
    made = tokens("a b c", ["a", "b", "c"], [PLAIN, GOOD, PLAIN])
    weights = attention(made, slice(None))
    assert weights.sum() == pytest.approx(1)
    assert weights[1] > weights[0] == weights[2]


def test_a_passage_is_the_attention_weighted_mean_of_its_tokens():
    made = tokens("a b", ["a", "b"], [(1, 2, 3, 0), (3, 0, 1, 0)])
    assert probabilities(made, slice(None)) == pytest.approx(calibrate(np.array([2.0, 1.0, 2.0]), manifest()))
    assert probabilities(made, slice(0, 1)) == pytest.approx(calibrate(np.array([1.0, 2.0, 3.0]), manifest()))
    assert probabilities(made, np.array([1])) == pytest.approx(calibrate(np.array([3.0, 0.0, 1.0]), manifest()))


def test_calibration_divides_by_the_temperature_and_adds_the_bias():
    logits = np.array([2.0, 0.0, -2.0])
    assert calibrate(logits, manifest(temperature=1e9)) == pytest.approx((1 / 3, 1 / 3, 1 / 3))
    hot, cold = calibrate(logits, manifest(temperature=2.0)), calibrate(logits, manifest(temperature=0.5))
    assert cold[0] > hot[0] > 1 / 3
    assert calibrate(np.zeros(3), manifest(bias=(0.0, np.log(2), 0.0))) == pytest.approx((0.25, 0.5, 0.25))


@given(st.lists(st.floats(-1e4, 1e4), min_size=3, max_size=3), st.floats(0.05, 20))
def test_probabilities_sum_to_one_for_any_logits(logits, temperature):
    chances = calibrate(np.array(logits), manifest(temperature=temperature))
    assert sum(chances) == pytest.approx(1)
    assert all(0 <= c <= 1 for c in chances)


@pytest.mark.parametrize(
    ("chances", "label", "score"),
    [((0.7, 0.2, 0.1), "negative", -0.6), ((0.2, 0.5, 0.3), "neutral", 0.1), ((0.0, 0.1, 0.9), "positive", 0.9)],
)
def test_the_likeliest_class_names_the_sentiment(chances, label, score):
    sentiment = to_sentiment(chances)
    assert (sentiment.label, sentiment.score, sentiment.mixed) == (label, score, False)
    p = sentiment.probabilities
    assert (p.negative, p.neutral, p.positive) == chances


def test_output_is_rounded_to_six_digits():
    sentiment = to_sentiment((1 / 3 + 1e-9, 1 / 3, 1 / 3 - 1e-9))
    assert sentiment.probabilities.negative == 0.333333
    assert str(sentiment.score) == "0.0", "no negative zero"


# --- words ---------------------------------------------------------------------------------------------------------


def test_the_words_that_carried_come_in_text_order_with_their_sign():
    text = "sehr nett aber leider zu teuer"
    made = tokens(text, text.split(), [PLAIN, GOOD, PLAIN, PLAIN, PLAIN, BAD])
    why = words_that_carried(made, text)
    assert [w.text for w in why] == ["nett", "teuer"]
    assert why[0].weight > 0 > why[1].weight
    assert all(text[w.start : w.end] == w.text for w in why)
    assert sum(abs(w.weight) for w in why) <= 1


def test_subwords_are_one_word():
    text = "Katastrophe!"
    why = words_that_carried(tokens(text, ["Kata", "strophe", "!"], [BAD, BAD, PLAIN]), text)
    assert [w.text for w in why] == ["Katastrophe"]
    assert why[0].weight == -1


def test_punctuation_is_never_a_reason_and_emoji_are():
    text = "ok !!! 😡"
    assert [w.text for w in words_that_carried(tokens(text, ["ok", "!!!", "😡"], [PLAIN, BAD, BAD]), text)] == ["😡"]


def test_only_the_strongest_words_are_shown():
    text = "a b c d e f g h"
    made = tokens(text, text.split(), [GOOD] * 8)
    assert len(words_that_carried(made, text)) == MAX_WHY


def test_words_without_weight_are_no_reason():
    assert words_that_carried(tokens("ja so", ["ja", "so"], [PLAIN, PLAIN]), "ja so") == ()


# --- mixed ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tags", "found"),
    [
        ({}, (False, False)),
        ({0: "B-positive"}, (True, False)),
        ({0: "I-negative"}, (False, True)),
        ({0: "B-positive", 1: "B-negative"}, (True, True)),
        ({0: "B-neutral"}, (False, False)),
    ],
)
def test_praise_and_blame_are_seen_in_the_tags(tags, found):
    assert praise_and_blame(tokens("a b", ["a", "b"], [PLAIN, PLAIN], tags=tags)) == found


def test_one_sentence_with_praise_and_blame_is_mixed():
    text = "nett teuer"
    made = tokens(text, text.split(), [GOOD, BAD], tags={0: "B-positive", 1: "B-negative"})
    assert classify(made, text, 1)["sentiment"].mixed
    assert not classify(tokens(text, text.split(), [GOOD, BAD]), text, 1)["sentiment"].mixed


def test_a_good_and_a_bad_segment_make_a_mixed_document():
    text = "nett teuer"
    result = classify(tokens(text, text.split(), [GOOD, BAD], segments=[0, 2]), text, 3)
    assert [m and m.label for m in result["segment_sentiments"]] == ["positive", None, "negative"]
    assert result["sentiment"].mixed
    assert not any(m.mixed for m in result["segment_sentiments"] if m)


def test_without_tokens_there_is_no_sentiment():
    assert classify(None, "Guten Tag", 2) == {"sentiment": None, "segment_sentiments": (None, None)}


def test_the_only_segment_has_the_sentiment_of_the_document():
    result = classify(tokens("nett", ["nett"], [GOOD]), "nett", 1)
    assert result["segment_sentiments"][0].probabilities == result["sentiment"].probabilities
