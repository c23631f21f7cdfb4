"""The stage ``sentiment.v1``: sentiment of the document and of each of the customer's segments."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, ClassVar

import numpy as np

from cxtext.documents import Sentiment
from cxtext.encoder.tokens import Tokens
from cxtext.pipeline import Draft
from cxtext.sentiment.pooling import praise_and_blame, probabilities, to_sentiment, words_that_carried


class ClassifySentiment:
    """Read sentiment off the encoder's tokens.

    A document is ``mixed`` where it has a positive and a negative segment, or praise and blame are tagged in it.
    """

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Config:
        """No options."""

    name: ClassVar[str] = "sentiment.v1"
    requires: ClassVar[frozenset[str]] = frozenset({"document", "language", "segments", "tokens"})
    provides: ClassVar[frozenset[str]] = frozenset({"sentiment", "segment_sentiments"})

    def __init__(self, config: Config | None = None) -> None:
        self.config = config or self.Config()

    def predict(self, batch: Sequence[Draft]) -> list[dict[str, Any]]:
        """Give each draft its ``sentiment`` and ``segment_sentiments``; null where no words are the customer's."""
        return [classify(d.tokens, d.document.text, len(d.segments)) for d in batch]


def classify(tokens: Tokens | None, text: str, segments: int) -> dict[str, Any]:
    """Sentiment of one document and of its segments."""
    if tokens is None:
        return {"sentiment": None, "segment_sentiments": (None,) * segments}
    whole = probabilities(tokens, slice(None))
    moods: list[Sentiment | None] = [None] * segments
    if segments == 1:
        moods[0] = to_sentiment(whole)
    else:
        starts = [0, *(np.flatnonzero(np.diff(tokens.segments)) + 1).tolist(), len(tokens.segments)]
        for start, end in pairwise(starts):
            moods[int(tokens.segments[start])] = to_sentiment(probabilities(tokens, slice(start, end)))
    praise, blame = praise_and_blame(tokens)
    labels = {m.label for m in moods if m is not None}
    mixed = (praise or "positive" in labels) and (blame or "negative" in labels)
    return {
        "sentiment": to_sentiment(whole, mixed=mixed, why=words_that_carried(tokens, text)),
        "segment_sentiments": tuple(moods),
    }
