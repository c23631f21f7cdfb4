"""From token scores to the sentiment of passages.

A passage's logits are the mean of its tokens' logits, weighted by the softmax of their attention scores (additive
attention pooling, Yang et al. 2016), calibrated by one temperature and one bias a class that were fitted on
development data (Guo et al. 2017). So a passage is any set of tokens, and every word's share is known.

Passages of many documents are computed together, their tokens end to end: one call for a batch costs hardly more than
one for a document.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from cxtext.documents import LABELS, Probabilities, Sentiment, WeightedSpan
from cxtext.encoder.artefact import Manifest
from cxtext.encoder.runtime import Floats
from cxtext.encoder.tokens import Tokens
from cxtext.text.characters import Characters, is_alphanumeric, join

# Words shown as the reason for a sentiment: at most so many, each with at least this share of the strongest one.
MAX_WHY = 5
MIN_WHY = 0.25
# A tag of this probability counts as praise or blame when a single sentence is checked for both.
MIXED_TAG = 0.6

_ASCII = 128


@dataclass(frozen=True, slots=True)
class Passages:
    """Passages whose tokens lie end to end: each one's first token, and each token's passage. None is empty.

    Sums go through a passage's tokens from left to right, so that they are the same to the last bit whatever passages
    are computed together; numpy's own sums and matrix products are not.
    """

    starts: NDArray[np.intp]
    owners: NDArray[np.intp]

    @classmethod
    def from_lengths(cls, lengths: Sequence[int]) -> Self:
        """Lay out passages of so many tokens."""
        counts = np.asarray(lengths, np.intp)
        return cls(np.cumsum(counts) - counts, np.repeat(np.arange(len(counts)), counts))

    @classmethod
    def of(cls, tokens: Sequence[Tokens]) -> Self:
        """Take whole documents as passages."""
        return cls.from_lengths([len(t.segments) for t in tokens])

    @classmethod
    def from_starts(cls, starts: NDArray[np.intp], tokens: int) -> Self:
        """Lay out passages that start at these of so many tokens."""
        return cls(starts, np.repeat(np.arange(len(starts)), np.diff(starts, append=tokens)))

    def sum(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Sum each passage's values."""
        return np.asarray(np.bincount(self.owners, values, len(self.starts)), np.float64)

    def largest(self, values: NDArray[Any]) -> NDArray[Any]:
        """Give each passage's largest value."""
        return np.asarray(np.maximum.reduceat(values, self.starts))


def attend(sentiment: Floats, passages: Passages) -> NDArray[np.float64]:
    """Weights (t,) of tokens with scores (t, 4); those of each passage sum to 1."""
    score = sentiment[:, 3].astype(np.float64)
    weights = np.exp(score - passages.largest(score)[passages.owners])
    return np.asarray(weights / passages.sum(weights)[passages.owners])


def judge(sentiment: Floats, passages: Passages, manifest: Manifest) -> NDArray[np.float64]:
    """Calibrated probabilities (n, 3) of passages of tokens with scores (t, 4): negative, neutral, positive."""
    weighted = attend(sentiment, passages)[:, None] * sentiment[:, :3]
    return calibrate(np.stack([passages.sum(column) for column in weighted.T], axis=1), manifest)


def attention(tokens: Tokens, own: slice | NDArray[np.intp]) -> NDArray[np.float64]:
    """Weights (n,) of the tokens of one passage; they sum to 1."""
    scores = tokens.sentiment[own]
    return attend(scores, Passages.from_lengths([len(scores)]))


def probabilities(tokens: Tokens, own: slice | NDArray[np.intp]) -> tuple[float, float, float]:
    """Calibrated probabilities (negative, neutral, positive) of one passage."""
    scores = tokens.sentiment[own]
    [(negative, neutral, positive)] = judge(scores, Passages.from_lengths([len(scores)]), tokens.manifest).tolist()
    return negative, neutral, positive


def calibrate(logits: NDArray[np.float64], manifest: Manifest) -> NDArray[np.float64]:
    """Turn logits (..., 3) into probabilities."""
    scaled = logits / manifest.temperature + np.asarray(manifest.bias)
    powers = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


def to_sentiment(chances: tuple[float, float, float]) -> Sentiment:
    """Name the likeliest class and round for output."""
    [found] = to_sentiments(np.array([chances]))
    return found


def to_sentiments(chances: NDArray[np.float64]) -> list[Sentiment]:
    """Name the likeliest class of each row of probabilities (n, 3) and round for output."""
    labels = chances.argmax(axis=1).tolist()
    scores = rounded(chances[:, 2] - chances[:, 0])
    return [
        Sentiment(LABELS[label], score, Probabilities(*row))
        for label, score, row in zip(labels, scores, rounded(chances), strict=True)
    ]


def rounded(values: NDArray[np.float64]) -> list[Any]:
    """Round as :func:`cxtext.documents.digits` does, and give plain lists.

    >>> rounded(np.array([0.12345678, -1e-9]))
    [0.123457, 0.0]
    """
    plain: list[Any] = (np.round(values, 6) + 0.0).tolist()
    return plain


def praise_and_blame(tokens: Sequence[Tokens]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Say of each document whether any word is tagged as part of praise, and whether any as part of blame."""
    passages = Passages.of(tokens)
    tags = tokens[0].manifest.tags
    best = {"positive": np.zeros(len(tokens)), "negative": np.zeros(len(tokens))}
    for head in ([t.aspects for t in tokens], [t.opinions for t in tokens]):
        # A row a tag: numpy is many times quicker along long rows than down short ones.
        logits = np.ascontiguousarray(np.concatenate(head).T)
        powers = np.exp(logits - logits.max(axis=0))
        total = powers.sum(axis=0)
        for polarity, found in best.items():
            rows = [i for i, t in enumerate(tags) if t.endswith(polarity)]
            np.maximum(found, passages.largest(powers[rows].sum(axis=0) / total), out=found)
    return best["positive"] >= MIXED_TAG, best["negative"] >= MIXED_TAG


def words_that_carried(tokens: Sequence[Tokens], texts: Sequence[str]) -> list[tuple[WeightedSpan, ...]]:
    """Give the words that moved each document's sentiment most, in text order.

    A word's weight is its tokens' attention times their positive minus negative logits, scaled so that all words'
    absolute weights sum to 1.
    """
    passages = Passages.of(tokens)
    sentiment = np.concatenate([t.sentiment for t in tokens])
    share = attend(sentiment, passages) * (sentiment[:, 2] - sentiment[:, 0])
    joined = join(texts)
    places = np.concatenate([t.offsets for t in tokens]) + joined.starts[passages.owners, None]
    filled = np.flatnonzero(places[:, 0] < places[:, 1])
    places = places[filled]
    words = _words(places, joined)
    if not len(words.starts):
        return [()] * len(texts)
    weights = words.sum(share[filled])
    owners = passages.owners[filled[words.starts]]
    spans = np.stack([places[words.starts, 0], words.largest(places[:, 1])], axis=1) - joined.starts[owners, None]
    kept = _strongest(weights, owners, _may_be_shown(joined.codes[places[words.starts, 0]]), len(texts))
    kept = kept[np.lexsort((weights[kept], spans[kept, 1], spans[kept, 0], owners[kept]))]
    total = np.bincount(owners, np.abs(weights), len(texts))
    found: list[list[WeightedSpan]] = [[] for _ in texts]
    shares = rounded(weights[kept] / total[owners[kept]])
    for owner, (start, end), weight in zip(owners[kept].tolist(), spans[kept].tolist(), shares, strict=True):
        found[owner].append(WeightedSpan(start, end, texts[owner][start:end], weight))
    return [tuple(f) for f in found]


def _words(places: NDArray[np.int64], joined: Characters) -> Passages:
    """Tokens (t, 2) that follow each other inside a word are one word."""
    begins = places[1:, 0]
    inside = begins == places[:-1, 1]
    meeting = begins[inside]
    inside[inside] = is_alphanumeric(joined.codes[meeting]) & is_alphanumeric(joined.codes[meeting - 1])
    return Passages.from_starts(np.flatnonzero(np.append(True, ~inside)[: len(places)]), len(places))


def _may_be_shown(codes: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """Punctuation carries tone, but nobody is happy because of a comma. Emoji and other symbols stay."""
    return is_alphanumeric(codes) | (codes >= _ASCII)


def _strongest(
    weights: NDArray[np.float64], owners: NDArray[np.intp], allowed: NDArray[np.bool_], documents: int
) -> NDArray[np.intp]:
    """Choose the words to show of each document."""
    sizes = np.abs(weights)
    most = np.zeros(documents)
    np.maximum.at(most, owners[allowed], sizes[allowed])
    kept = np.flatnonzero(allowed & (sizes >= MIN_WHY * most[owners]) & (most[owners] > 0))
    # The largest of each document first, the earlier one of two that are alike; then a rank in the document.
    ranked = kept[np.lexsort((kept, -sizes[kept], owners[kept]))]
    rank = np.arange(len(ranked)) - np.searchsorted(owners[ranked], owners[ranked])
    return np.asarray(ranked[rank < MAX_WHY])
