"""Which opinion belongs to which aspect, and with what polarity."""

import math
from dataclasses import dataclass

import numpy as np

from cxtext.documents import Polarity
from cxtext.drivers.spans import TaggedSpan
from cxtext.encoder.tokens import Tokens

# A pair stands from this probability on.
PAIR = 0.5
# A span without partner needs this polarity probability to be a driver by itself.
ALONE = 0.5


@dataclass(frozen=True, slots=True)
class Pair:
    """An aspect, an opinion, or both, with a polarity and its probability."""

    aspect: TaggedSpan | None
    opinion: TaggedSpan | None
    polarity: Polarity
    score: float


def pair(tokens: Tokens, aspects: list[TaggedSpan], opinions: list[TaggedSpan]) -> list[Pair]:
    """Pair aspects with opinions of the same segment; spans without partner stand alone.

    Neutral mentions are left out: they are no reason to be happy or unhappy.
    """
    found: list[tuple[TaggedSpan | None, TaggedSpan | None]] = []
    for segment in sorted({int(tokens.segments[s.first]) for s in (*aspects, *opinions)}):
        own_aspects = [a for a in aspects if tokens.segments[a.first] == segment]
        own_opinions = [o for o in opinions if tokens.segments[o.first] == segment]
        found += _match(tokens, own_aspects, own_opinions)
    pairs = [p for a, o in found if (p := _judge(a, o)) is not None]
    return sorted(pairs, key=_position)


def _match(
    tokens: Tokens, aspects: list[TaggedSpan], opinions: list[TaggedSpan]
) -> list[tuple[TaggedSpan | None, TaggedSpan | None]]:
    chosen: list[tuple[TaggedSpan | None, TaggedSpan | None]] = []
    paired_aspects: set[int] = set()
    paired_opinions: set[int] = set()
    for i, aspect in enumerate(aspects):
        for j, opinion in enumerate(opinions):
            if pair_probability(tokens, aspect, opinion) >= PAIR:
                chosen.append((aspect, opinion))
                paired_aspects.add(i)
                paired_opinions.add(j)
    chosen += [(a, None) for i, a in enumerate(aspects) if i not in paired_aspects]
    chosen += [(None, o) for j, o in enumerate(opinions) if j not in paired_opinions]
    return chosen


def pair_probability(tokens: Tokens, aspect: TaggedSpan, opinion: TaggedSpan) -> float:
    """Probability that the opinion is about the aspect: the scaled dot product of the spans' mean projections."""
    size = tokens.manifest.pair_size
    left = tokens.pairs[aspect.first : aspect.last, :size].mean(axis=0)
    right = tokens.pairs[opinion.first : opinion.last, size:].mean(axis=0)
    logit = float((left * right).sum(dtype=np.float64)) / math.sqrt(size) + tokens.manifest.pair_bias
    return 1 / (1 + math.exp(-max(-60.0, min(60.0, logit))))


def _judge(aspect: TaggedSpan | None, opinion: TaggedSpan | None) -> Pair | None:
    spans = [s for s in (aspect, opinion) if s is not None]
    negative = sum(s.negative for s in spans) / len(spans)
    neutral = sum(s.neutral for s in spans) / len(spans)
    positive = sum(s.positive for s in spans) / len(spans)
    total = negative + neutral + positive
    polarity: Polarity = "positive" if positive > negative else "negative"
    strength = max(positive, negative)
    if strength <= neutral or (len(spans) == 1 and strength < ALONE * total):
        return None
    return Pair(aspect, opinion, polarity, strength / total * min(1.0, max(s.confidence for s in spans)))


def _position(pair: Pair) -> tuple[int, int, int]:
    starts = [s.start for s in (pair.aspect, pair.opinion) if s is not None]
    return (min(starts), pair.aspect.start if pair.aspect else -1, pair.opinion.start if pair.opinion else -1)
