"""The stage ``sentiment.v1``: sentiment of the document and of each of the customer's segments."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np

from cxtext.documents import LABELS, Sentiment
from cxtext.encoder.own import OwnModel
from cxtext.encoder.tokens import Tokens
from cxtext.pipeline import Draft
from cxtext.sentiment.own import classify_own, load_sentiment
from cxtext.sentiment.pooling import Passages, judge, praise_and_blame, to_sentiments, words_that_carried


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
        tokens = [d.tokens for d in batch]
        texts = [d.document.text for d in batch]
        if self._own is None:
            return classify(tokens, texts, [len(d.segments) for d in batch])
        found = classify_own(self._own, texts, [d.segments for d in batch], tokens)
        return [_own_result(t, *moods) for t, moods in zip(tokens, found, strict=True)]


def classify(tokens: Sequence[Tokens | None], texts: Sequence[str], segments: Sequence[int]) -> list[dict[str, Any]]:
    """Sentiment of documents and of their segments, of which each has so many; null where it has no tokens."""
    results: list[dict[str, Any]] = [{"sentiment": None, "segment_sentiments": (None,) * n} for n in segments]
    own = [i for i, t in enumerate(tokens) if t is not None]
    found = [t for t in tokens if t is not None]
    if not found:
        return results
    whole = to_sentiments(judge(np.concatenate([t.sentiment for t in found]), Passages.of(found), found[0].manifest))
    moods = _moods(found, [segments[i] for i in own])
    praise, blame = (tagged.tolist() for tagged in praise_and_blame(found))
    why = words_that_carried(found, [texts[i] for i in own])
    for k, i in enumerate(own):
        mixed = _mixed(moods[k], praise=praise[k], blame=blame[k])
        results[i] = {
            "sentiment": Sentiment(whole[k].label, whole[k].score, whole[k].probabilities, mixed, why[k]),
            "segment_sentiments": tuple(moods[k]),
        }
    return results


def _moods(tokens: Sequence[Tokens], segments: Sequence[int]) -> list[list[Sentiment | None]]:
    """Sentiment of each document's segments; null for segments without tokens."""
    documents = Passages.of(tokens)
    homes = np.concatenate([t.segments for t in tokens])
    first = np.append(True, homes[1:] != homes[:-1])
    first[documents.starts] = True
    parts = Passages.from_starts(np.flatnonzero(first), len(homes))
    found = to_sentiments(judge(np.concatenate([t.sentiment for t in tokens]), parts, tokens[0].manifest))
    moods: list[list[Sentiment | None]] = [[None] * n for n in segments]
    owners = documents.owners[parts.starts].tolist()
    for owner, home, mood in zip(owners, homes[parts.starts].tolist(), found, strict=True):
        moods[owner][home] = mood
    return moods


def _own_result(tokens: Tokens | None, whole: Sentiment | None, moods: list[Sentiment | None]) -> dict[str, Any]:
    if whole is not None and tokens is not None:
        [praise], [blame] = (tagged.tolist() for tagged in praise_and_blame([tokens]))
        whole = replace(whole, mixed=_mixed(moods, praise=praise, blame=blame))
    return {"sentiment": whole, "segment_sentiments": tuple(moods)}


def _mixed(moods: Sequence[Sentiment | None], *, praise: bool, blame: bool) -> bool:
    labels = {m.label for m in moods if m is not None}
    return (praise or "positive" in labels) and (blame or "negative" in labels)
