"""Which opinion belongs to which aspect, and with what polarity."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cxtext.documents import LanguageCode, Polarity
from cxtext.drivers.spans import TaggedSpan
from cxtext.encoder.runtime import Floats
from cxtext.encoder.tokens import Tokens

# A pair stands from this probability on: right pairs are worth more than many.
PAIR = 0.6
# At least one span of a driver is a span with this probability. By asking for more, dev texts gain nothing, and
# mentions get lost.
CONFIDENT: Mapping[LanguageCode, float] = {"de": 0.72, "en": 0.6, "other": 0.6}
# A span without partner needs this polarity probability to be a driver by itself.
ALONE = 0.5
_SENTENCE_END = re.compile(r"[.!?;]")


@dataclass(frozen=True, slots=True)
class Pair:
    """An aspect, an opinion, or both, with a polarity and its probability."""

    aspect: TaggedSpan | None
    opinion: TaggedSpan | None
    polarity: Polarity
    score: float


def pair(
    tokens: Tokens, aspects: list[TaggedSpan], opinions: list[TaggedSpan], text: str, language: LanguageCode
) -> list[Pair]:
    """Pair aspects with opinions of the same segment; spans without partner stand alone.

    Neutral mentions are left out: they are no reason to be happy or unhappy.
    """
    homes: dict[int, tuple[list[TaggedSpan], list[TaggedSpan]]] = {}
    for kind, spans in enumerate((aspects, opinions)):
        for span in spans:
            homes.setdefault(int(tokens.segments[span.first]), ([], []))[kind].append(span)
    found: list[tuple[TaggedSpan | None, TaggedSpan | None]] = []
    for segment in sorted(homes):
        found += _match(tokens, *homes[segment], text)
    pairs = [p for a, o in found if (p := _judge(a, o, CONFIDENT[language])) is not None]
    return sorted(pairs, key=_position)


def _match(
    tokens: Tokens, aspects: list[TaggedSpan], opinions: list[TaggedSpan], text: str
) -> list[tuple[TaggedSpan | None, TaggedSpan | None]]:
    if not aspects or not opinions:
        return [*((a, None) for a in aspects), *((None, o) for o in opinions)]
    chances = pair_probabilities(tokens, aspects, opinions, text)
    matched = [(i, j) for i in range(len(aspects)) for j in range(len(opinions)) if chances[i][j] >= PAIR]
    lone_aspects = set(range(len(aspects))) - {i for i, _ in matched}
    lone_opinions = set(range(len(opinions))) - {j for _, j in matched}
    chosen: list[tuple[TaggedSpan | None, TaggedSpan | None]] = [(aspects[i], opinions[j]) for i, j in matched]
    chosen += [(aspects[i], None) for i in sorted(lone_aspects)]
    chosen += [(None, opinions[j]) for j in sorted(lone_opinions)]
    return chosen


def pair_probabilities(
    tokens: Tokens, aspects: list[TaggedSpan], opinions: list[TaggedSpan], text: str
) -> list[list[float]]:
    """Probability of each aspect (rows) and opinion (columns) that the one is judged by the other.

    A logistic regression over :func:`pair_features`, whose weights the encoder's folder holds.
    """
    weights, bias = tokens.manifest.pair_weights, tokens.manifest.pair_bias
    found = []
    for row in pair_features(tokens, aspects, opinions, text):
        logits = [sum(w * f for w, f in zip(weights, features, strict=True)) + bias for features in row]
        found.append([1 / (1 + math.exp(-max(-60.0, min(60.0, logit)))) for logit in logits])
    return found


def pair_features(
    tokens: Tokens, aspects: list[TaggedSpan], opinions: list[TaggedSpan], text: str
) -> list[list[tuple[float, ...]]]:
    """Give what says whether an aspect (rows) and an opinion (columns) belong together.

    The network's score (scaled dot product of the spans' mean projections), the logarithm of the distance in tokens,
    whether the aspect stands first, and what stands between: commas, the end of a sentence, other aspects, other
    opinions.
    """
    size = tokens.manifest.pair_size
    left = [_mean(tokens.pairs[a.first : a.last, :size]) for a in aspects]
    right = [_mean(tokens.pairs[o.first : o.last, size:]) for o in opinions]

    def features(i: int, j: int) -> tuple[float, ...]:
        aspect, opinion = aspects[i], opinions[j]
        gap = max(0, max(aspect.first, opinion.first) - min(aspect.last, opinion.last))
        low, high = min(aspect.end, opinion.end), max(aspect.start, opinion.start)
        return (
            float(np.add.reduce(left[i] * right[j])) / math.sqrt(size),
            math.log1p(gap),
            float(aspect.start < opinion.start),
            text.count(",", low, high) if low < high else 0,
            float(low < high and _SENTENCE_END.search(text, low, high) is not None),
            sum(low <= a.start and a.end <= high for a in aspects),
            sum(low <= o.start and o.end <= high for o in opinions),
        )

    return [[features(i, j) for j in range(len(opinions))] for i in range(len(aspects))]


def _mean(rows: Floats) -> NDArray[np.float64]:
    """Average rows, as ``mean(axis=0)`` does at twice the price for so few numbers."""
    return np.asarray(np.add.reduce(rows, axis=0, dtype=np.float64) / len(rows))


def _judge(aspect: TaggedSpan | None, opinion: TaggedSpan | None, confident: float) -> Pair | None:
    spans = [s for s in (aspect, opinion) if s is not None]
    negative = neutral = positive = confidence = 0.0
    for span in spans:
        negative += span.negative / len(spans)
        neutral += span.neutral / len(spans)
        positive += span.positive / len(spans)
        confidence = max(confidence, span.confidence)
    total = negative + neutral + positive
    polarity: Polarity = "positive" if positive > negative else "negative"
    strength = max(positive, negative)
    if confidence < confident or strength <= neutral or (len(spans) == 1 and strength < ALONE * total):
        return None
    return Pair(aspect, opinion, polarity, strength / total * min(1.0, confidence))


def _position(pair: Pair) -> tuple[int, int, int]:
    starts = [s.start for s in (pair.aspect, pair.opinion) if s is not None]
    return (min(starts), pair.aspect.start if pair.aspect else -1, pair.opinion.start if pair.opinion else -1)
