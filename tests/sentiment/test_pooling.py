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
    Passages,
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


def why_of(made, text):
    [found] = words_that_carried([made], [text])
    return found


def test_the_words_that_carried_come_in_text_order_with_their_sign():
    text = "sehr nett aber leider zu teuer"
    made = tokens(text, text.split(), [PLAIN, GOOD, PLAIN, PLAIN, PLAIN, BAD])
    why = why_of(made, text)
    assert [w.text for w in why] == ["nett", "teuer"]
    assert why[0].weight > 0 > why[1].weight
    assert all(text[w.start : w.end] == w.text for w in why)
    assert sum(abs(w.weight) for w in why) <= 1


def test_subwords_are_one_word():
    text = "Katastrophe!"
    why = why_of(tokens(text, ["Kata", "strophe", "!"], [BAD, BAD, PLAIN]), text)
    assert [w.text for w in why] == ["Katastrophe"]
    assert why[0].weight == -1


def test_punctuation_is_never_a_reason_and_emoji_are():
    text = "ok !!! 😡"
    assert [w.text for w in why_of(tokens(text, ["ok", "!!!", "😡"], [PLAIN, BAD, BAD]), text)] == ["😡"]


def test_only_the_strongest_words_are_shown():
    text = "a b c d e f g h"
    made = tokens(text, text.split(), [GOOD] * 8)
    assert len(why_of(made, text)) == MAX_WHY


def test_words_without_weight_are_no_reason():
    assert why_of(tokens("ja so", ["ja", "so"], [PLAIN, PLAIN]), "ja so") == ()


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
    praise, blame = praise_and_blame([tokens("a b", ["a", "b"], [PLAIN, PLAIN], tags=tags)])
    assert (praise.tolist(), blame.tolist()) == ([found[0]], [found[1]])


def one(made, text, segments):
    [result] = classify([made], [text], [segments])
    return result


def test_one_sentence_with_praise_and_blame_is_mixed():
    text = "nett teuer"
    made = tokens(text, text.split(), [GOOD, BAD], tags={0: "B-positive", 1: "B-negative"})
    assert one(made, text, 1)["sentiment"].mixed
    assert not one(tokens(text, text.split(), [GOOD, BAD]), text, 1)["sentiment"].mixed


def test_a_good_and_a_bad_segment_make_a_mixed_document():
    text = "nett teuer"
    result = one(tokens(text, text.split(), [GOOD, BAD], segments=[0, 2]), text, 3)
    assert [m and m.label for m in result["segment_sentiments"]] == ["positive", None, "negative"]
    assert result["sentiment"].mixed
    assert not any(m.mixed for m in result["segment_sentiments"] if m)


def test_documents_are_judged_by_their_own_tokens_alone():
    texts = ["nett. teuer", "Guten Tag", "sehr nett aber leider zu teuer", "ok !!! 😡", "ja so"]
    made = [
        tokens(texts[0], ["nett", ".", "teuer"], [GOOD, PLAIN, BAD], segments=[0, 0, 1]),
        None,
        tokens(texts[2], texts[2].split(), [PLAIN, GOOD, PLAIN, PLAIN, PLAIN, BAD], tags={1: "B-positive"}),
        tokens(texts[3], ["ok", "!!!", "😡"], [PLAIN, BAD, BAD], tags={2: "B-negative"}),
        tokens(texts[4], ["ja", "so"], [PLAIN, PLAIN]),
    ]
    segments = [2, 1, 1, 1, 1]
    alone = [one(*each) for each in zip(made, texts, segments, strict=True)]
    assert classify(made, texts, segments) == alone
    assert classify(made[::-1], texts[::-1], segments[::-1]) == alone[::-1]


@given(st.lists(st.lists(st.floats(-30, 30, width=32), min_size=1, max_size=20), min_size=1, max_size=8))
def test_a_sum_is_the_same_whatever_passages_are_summed_with_it(passages):
    together = Passages.from_lengths([len(p) for p in passages])
    sums = together.sum(np.concatenate(passages))
    for values, total, most in zip(passages, sums, together.largest(np.concatenate(passages)), strict=True):
        assert Passages.from_lengths([len(values)]).sum(np.array(values)).tobytes() == total.tobytes()
        assert most == max(values)


def test_without_tokens_there_is_no_sentiment():
    assert one(None, "Guten Tag", 2) == {"sentiment": None, "segment_sentiments": (None, None)}


def test_the_only_segment_has_the_sentiment_of_the_document():
    result = one(tokens("nett", ["nett"], [GOOD]), "nett", 1)
    assert result["segment_sentiments"][0].probabilities == result["sentiment"].probabilities
