"""The stage ``sentiment.v1``: sentiment of the document and of each of the customer's segments."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, ClassVar

import numpy as np

from cxtext.documents import LABELS, Sentiment
from cxtext.encoder.own import OwnModel
from cxtext.encoder.tokens import Tokens
from cxtext.pipeline import Draft
from cxtext.sentiment.own import classify_own, load_sentiment
from cxtext.sentiment.pooling import praise_and_blame, probabilities, to_sentiment, words_that_carried


class ClassifySentiment:
    """Read sentiment off the encoder's tokens, or judge it by a model of one's own.

    A document is ``mixed`` where it has a positive and a negative segment, or praise and blame are tagged in it. A
    model of one's own does not say which words carried its judgement: ``why`` is empty then.
    """

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Config:
        """``model``: a folder of ``python -m cxtext.train``. ``threads``: of its network; 0 takes one per core."""

        model: str | None = None
        threads: int = 0

    name: ClassVar[str] = "sentiment.v1"
    requires: ClassVar[frozenset[str]] = frozenset({"document", "language", "segments", "tokens"})
    provides: ClassVar[frozenset[str]] = frozenset({"sentiment", "segment_sentiments"})

    def __init__(self, config: Config | None = None) -> None:
        self.config = config or self.Config()
        # Read now: a pipeline with a model that is not there should not be built.
        model, threads = self.config.model, self.config.threads
        self._own: OwnModel | None = None if model is None else load_sentiment(model, threads=threads)

    @property
    def classes(self) -> tuple[str, ...]:
        """Labels that it can give."""
        return LABELS if self._own is None else self._own.head.classes

    def predict(self, batch: Sequence[Draft]) -> list[dict[str, Any]]:
        """Give each draft its ``sentiment`` and ``segment_sentiments``; null where no words are the customer's."""
        if self._own is None:
            return [classify(d.tokens, d.document.text, len(d.segments)) for d in batch]
        tokens = [d.tokens for d in batch]
        found = classify_own(self._own, [d.document.text for d in batch], [d.segments for d in batch], tokens)
        return [_own_result(t, *moods) for t, moods in zip(tokens, found, strict=True)]


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
    return {
        "sentiment": to_sentiment(whole, mixed=_mixed(tokens, moods), why=words_that_carried(tokens, text)),
        "segment_sentiments": tuple(moods),
    }


def _own_result(tokens: Tokens | None, whole: Sentiment | None, moods: list[Sentiment | None]) -> dict[str, Any]:
    if whole is not None and tokens is not None:
        whole = replace(whole, mixed=_mixed(tokens, moods))
    return {"sentiment": whole, "segment_sentiments": tuple(moods)}


def _mixed(tokens: Tokens, moods: Sequence[Sentiment | None]) -> bool:
    praise, blame = praise_and_blame(tokens)
    labels = {m.label for m in moods if m is not None}
    return (praise or "positive" in labels) and (blame or "negative" in labels)
