"""A tiny pipeline in the way a third party would write one: no model, and every field that the engines read."""

import hashlib
import re
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest

from cxtext.documents import Driver, Drivers, Language, Pii, Probabilities, Segment, Sentiment, Span
from cxtext.engines import local
from cxtext.pipeline import Pipeline

GOOD = {"freundlich", "pünktlich", "great", "helpful", "schnell"}
BAD = {"langsam", "teuer", "slow", "broken", "kaputt", "unfreundlich"}
THINGS = {"Beratung", "Lieferung", "App", "Hotline", "Preis", "delivery", "advice", "price"}


@dataclass(frozen=True)
class NoConfig:
    pass


class TinyLanguage:
    name: ClassVar[str] = "tiny-language.v1"
    requires: ClassVar[frozenset[str]] = frozenset({"document"})
    provides: ClassVar[frozenset[str]] = frozenset({"language"})
    Config = NoConfig
    config = NoConfig()

    def predict(self, batch):
        return [{"language": self._of(d.document)} for d in batch]

    def _of(self, document):
        if document.language:
            return Language(code=document.language, confidence=1.0)
        german = re.search(r"\b(der|die|das|ist|war|und)\b", document.text, re.IGNORECASE)
        return Language(code="de" if german else "en", confidence=0.5)


class TinySegments:
    name: ClassVar[str] = "tiny-segments.v1"
    requires: ClassVar[frozenset[str]] = frozenset({"document", "language"})
    provides: ClassVar[frozenset[str]] = frozenset({"segments"})
    Config = NoConfig
    config = NoConfig()

    def predict(self, batch):
        return [
            {
                "segments": tuple(
                    Segment(start=m.start(), end=m.end())
                    for m in re.finditer(r"[^\s.!?][^.!?]*[.!?]?", d.document.text)
                )
            }
            for d in batch
        ]


class TinyOpinions:
    name: ClassVar[str] = "tiny-opinions.v1"
    requires: ClassVar[frozenset[str]] = frozenset({"document", "segments"})
    provides: ClassVar[frozenset[str]] = frozenset({"sentiment", "segment_sentiments", "drivers", "pii"})
    Config = NoConfig
    config = NoConfig()

    def predict(self, batch):
        return [self._of(d) for d in batch]

    def _of(self, draft):
        found = {"positive": [], "negative": []}
        moods = []
        for i, segment in enumerate(draft.segments):
            words = [
                Span(m.start() + segment.start, m.end() + segment.start, m.group())
                for m in re.finditer(r"\w+", draft.document.text[segment.start : segment.end])
            ]
            thing = None
            score = 0
            for word in words:
                if word.text in THINGS:
                    thing = word
                for polarity, lexicon in (("positive", GOOD), ("negative", BAD)):
                    if word.text in lexicon:
                        score += 1 if polarity == "positive" else -1
                        found[polarity].append(
                            Driver(aspect=thing, opinion=word, cause=None, category=None, score=0.9, segment=i)
                        )
            moods.append(mood(score))
        return {
            "sentiment": mood(sum(m.score for m in moods)),
            "segment_sentiments": tuple(moods),
            "drivers": Drivers(positive=tuple(found["positive"]), negative=tuple(found["negative"])),
            "pii": tuple(Pii("EMAIL", m.start(), m.end()) for m in re.finditer(r"\S+@\S+", draft.document.text)),
        }


def mood(score):
    label = "positive" if score > 0 else "negative" if score < 0 else "neutral"
    chances = {"positive": (0.1, 0.1, 0.8), "negative": (0.8, 0.1, 0.1), "neutral": (0.1, 0.8, 0.1)}[label]
    return Sentiment(label=label, score=chances[2] - chances[0], probabilities=Probabilities(*chances))


@pytest.fixture(scope="session")
def tiny():
    return Pipeline([TinyLanguage(), TinySegments(), TinyOpinions()])


def hashed_bag_of_words(texts, *, encoder=None):
    """Stands in for the encoder: texts that share words (by their first five letters) are near to each other."""
    rows = np.zeros((len(texts), 128), dtype=np.float32)
    for row, text in zip(rows, texts, strict=True):
        for word in re.findall(r"\w{4,}", text.lower()):
            row[int(hashlib.sha256(word[:5].encode(errors="replace")).hexdigest(), 16) % 128] += 1
        length = np.linalg.norm(row)
        if length:
            row /= length
    return rows


@pytest.fixture
def without_model(monkeypatch, tiny):
    """The whole of cxtext with the tiny pipeline as the default one and without the shipped encoder."""
    monkeypatch.setattr(local, "_default", dict.fromkeys(local.REDACTIONS, tiny))
    monkeypatch.setattr("cxtext.encoder.encode", hashed_bag_of_words)
    monkeypatch.setattr("cxtext.encoder.encode_subjects", hashed_bag_of_words)
