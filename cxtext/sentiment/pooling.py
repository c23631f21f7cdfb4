"""From token scores to the sentiment of a passage.

A passage's logits are the mean of its tokens' logits, weighted by the softmax of their attention scores (additive
attention pooling, Yang et al. 2016), calibrated by one temperature and one bias a class that were fitted on
development data (Guo et al. 2017). So a passage is any set of tokens, and every word's share is known.
"""

import numpy as np
from numpy.typing import NDArray

from cxtext.documents import LABELS, Probabilities, Sentiment, WeightedSpan, digits
from cxtext.encoder.artefact import Manifest
from cxtext.encoder.tokens import Tokens

# Words shown as the reason for a sentiment: at most so many, each with at least this share of the strongest one.
MAX_WHY = 5
MIN_WHY = 0.25
# A tag of this probability counts as praise or blame when a single sentence is checked for both.
MIXED_TAG = 0.6


def attention(tokens: Tokens, own: slice | NDArray[np.intp]) -> NDArray[np.float64]:
    """Weights (n,) of the passage's tokens; they sum to 1."""
    score = tokens.sentiment[own, 3].astype(np.float64)
    weights = np.exp(score - score.max())
    return np.asarray(weights / weights.sum())


def probabilities(tokens: Tokens, own: slice | NDArray[np.intp]) -> tuple[float, float, float]:
    """Calibrated probabilities (negative, neutral, positive) of a passage."""
    weights = attention(tokens, own)
    # A sum instead of a matrix product: its result does not depend on how many passages are computed together.
    logits = (weights[:, None] * tokens.sentiment[own, :3]).sum(axis=0)
    return calibrate(logits, tokens.manifest)


def calibrate(logits: NDArray[np.float64], manifest: Manifest) -> tuple[float, float, float]:
    """Turn logits (3,) into probabilities."""
    scaled = logits / manifest.temperature + np.asarray(manifest.bias)
    powers = np.exp(scaled - scaled.max())
    negative, neutral, positive = (powers / powers.sum()).tolist()
    return negative, neutral, positive


def to_sentiment(
    chances: tuple[float, float, float], *, mixed: bool = False, why: tuple[WeightedSpan, ...] = ()
) -> Sentiment:
    """Name the likeliest class and round for output."""
    negative, neutral, positive = chances
    label = LABELS[max(range(3), key=lambda i: chances[i])]
    return Sentiment(
        label=label,
        score=digits(positive - negative),
        probabilities=Probabilities(digits(negative), digits(neutral), digits(positive)),
        mixed=mixed,
        why=why,
    )


def praise_and_blame(tokens: Tokens) -> tuple[bool, bool]:
    """Say whether any word is tagged as part of praise, and any as part of blame."""
    tags = tokens.manifest.tags
    found = []
    for polarity in ("positive", "negative"):
        columns = [i for i, t in enumerate(tags) if t.endswith(polarity)]
        best = 0.0
        for logits in (tokens.aspects, tokens.opinions):
            powers = np.exp(logits - logits.max(axis=1, keepdims=True))
            best = max(best, float((powers[:, columns].sum(axis=1) / powers.sum(axis=1)).max()))
        found.append(best >= MIXED_TAG)
    return found[0], found[1]


def words_that_carried(tokens: Tokens, text: str) -> tuple[WeightedSpan, ...]:
    """Give the words that moved the document's sentiment most, in text order.

    A word's weight is its tokens' attention times their positive minus negative logits, scaled so that all words'
    absolute weights sum to 1.
    """
    share = attention(tokens, slice(None)) * (tokens.sentiment[:, 2] - tokens.sentiment[:, 0])
    words: list[tuple[int, int, float]] = []
    for (start, end), weight in zip(tokens.offsets.tolist(), share.tolist(), strict=True):
        if end <= start:
            continue
        if words and start == words[-1][1] and text[start].isalnum() and text[start - 1].isalnum():
            words[-1] = (words[-1][0], end, words[-1][2] + weight)
        else:
            words.append((start, end, weight))
    total = sum(abs(weight) for _, _, weight in words)
    # Punctuation carries tone, but nobody is happy because of a comma. Emoji and other symbols stay.
    shown = [w for w in words if text[w[0]].isalnum() or not text[w[0]].isascii()]
    strongest = max((abs(weight) for _, _, weight in shown), default=0.0)
    if strongest == 0:
        return ()
    kept = sorted((w for w in shown if abs(w[2]) >= MIN_WHY * strongest), key=lambda w: (-abs(w[2]), w[0]))[:MAX_WHY]
    return tuple(WeightedSpan(s, e, text[s:e], digits(weight / total)) for s, e, weight in sorted(kept))
