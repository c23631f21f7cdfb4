"""Sentiment by labels of one's own.

A head for sentiment starts from what the shipped model says of a text, as log odds, and learns from the embedding what
to add to them: with a dozen examples a class there is no learning sentiment anew, but there is learning where one's own
labels differ.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from os import PathLike

import numpy as np
from numpy.typing import NDArray

from cxtext.documents import LABELS, Segment, Sentiment
from cxtext.encoder.head import Head, fit_correction
from cxtext.encoder.own import Learnt, OwnModel, learn, load_own
from cxtext.encoder.tokens import Tokens
from cxtext.errors import InputValueError
from cxtext.sentiment.pooling import probabilities, to_sentiment

# What a saved head expects of its features.
SCALE = 0.3
# Best on development data at 8 to 250 examples a class (benchmarks/own_labels.py).
STRENGTH, SHIFT = 3.0, 1 / 30


def log_odds(chances: NDArray[np.float64]) -> NDArray[np.float64]:
    """Turn probabilities (n, 3) into centred and scaled log odds (n, 3).

    >>> log_odds(np.array([[0.2, 0.2, 0.6]])).round(2).tolist()
    [[-0.11, -0.11, 0.22]]
    """
    logs = np.log(np.clip(np.round(chances, 6), 1e-4, 1.0))
    return np.asarray(SCALE * (logs - logs.mean(axis=1, keepdims=True)))


def _shipped(texts: list[str], threads: int) -> NDArray[np.float64]:
    # Imported late, as it is an estimator: the stage must not wait for scikit-learn.
    from cxtext.sentiment.classifier import SentimentClassifier

    chances: NDArray[np.float64] = SentimentClassifier(threads=threads).predict_proba(texts)
    return chances


def _of_texts(threads: int) -> Callable[[Sequence[str]], NDArray[np.float64]]:
    return lambda texts: log_odds(_shipped(list(texts), threads))


def fit_sentiment(features: NDArray[np.float64], labels: Sequence[str]) -> Head:
    """Learn a head whose scores are the shipped model's log odds and what there is to add to them.

    Parameters
    ----------
    features
        Embeddings and :func:`log_odds` side by side (n, d + 3).
    labels
        The right sentiments (n,).
    """
    embeddings, odds = np.split(features, [-len(LABELS)], axis=1)
    # Labels stand in alphabetical order, as classes do.
    shipped = np.eye(len(LABELS))[[i for i, label in enumerate(LABELS) if label in set(labels)]] / SCALE
    learnt = fit_correction(embeddings, odds @ shipped.T, labels, strength=STRENGTH, shift=SHIFT)
    return replace(learnt, weights=np.hstack([learnt.weights, shipped]))


def learn_sentiment(
    texts: Sequence[str],
    labels: Sequence[str],
    *,
    seed: int = 0,
    threads: int = 0,
    step: Callable[[], None] = lambda: None,
) -> Learnt:
    """Learn sentiment from labelled texts; see :func:`cxtext.encoder.own.learn`.

    Raises
    ------
    InputValueError
        If a label is none of negative, neutral, positive, or a class has too few examples.
    """
    if unknown := set(labels) - set(LABELS):
        raise InputValueError(f"{len(unknown)} labels are no sentiment; allowed: {', '.join(LABELS)}")
    return learn(
        texts,
        labels,
        task="sentiment",
        fit=fit_sentiment,
        beside=_of_texts(threads),
        seed=seed,
        threads=threads,
        step=step,
    )


def load_sentiment(directory: str | PathLike[str], *, threads: int = 0) -> OwnModel:
    """Load a sentiment model of one's own.

    Raises
    ------
    ArtefactError
        If it is missing, damaged, for another task, or was learnt on another encoder.
    """
    return load_own(directory, task="sentiment", beside=_of_texts(threads), beside_size=len(LABELS), threads=threads)


@dataclass(frozen=True, slots=True)
class _Passage:
    """A document or a segment to judge: its words, and what the shipped model says of them."""

    text: str
    shipped: tuple[float, float, float]


def classify_own(
    model: OwnModel, texts: Sequence[str], segments: Sequence[Sequence[Segment]], tokens: Sequence[Tokens | None]
) -> list[tuple[Sentiment | None, list[Sentiment | None]]]:
    """Judge documents and their segments; null where no words are the customer's."""
    passages: list[_Passage] = []
    places: list[tuple[int, dict[int, int]] | None] = []
    for text, own, found in zip(texts, segments, tokens, strict=True):
        if found is None:
            places.append(None)
            continue
        starts = [0, *(np.flatnonzero(np.diff(found.segments)) + 1).tolist(), len(found.segments)]
        homes = [int(found.segments[s]) for s in starts[:-1]]
        words = [text[own[h].start : own[h].end] for h in homes]
        whole = len(passages)
        passages.append(_Passage("\n".join(words), probabilities(found, slice(None))))
        if len(homes) > 1:
            for place, (start, end) in enumerate(pairwise(starts)):
                passages.append(_Passage(words[place], probabilities(found, slice(start, end))))
        first = whole + 1 if len(homes) > 1 else whole
        places.append((whole, {home: first + place for place, home in enumerate(homes)}))
    moods = _judge(model, passages)
    return [
        (None, [None] * len(own))
        if place is None
        else (moods[place[0]], [moods[place[1][i]] if i in place[1] else None for i in range(len(own))])
        for own, place in zip(segments, places, strict=True)
    ]


def _judge(model: OwnModel, passages: Sequence[_Passage]) -> list[Sentiment]:
    if not passages:
        return []
    features = model.embed([p.text for p in passages])
    if model.network is None:
        features = np.hstack([features, log_odds(np.array([p.shipped for p in passages], np.float64))])
    return [
        _sentiment(dict(zip(model.head.classes, row, strict=True)))
        for row in model.head.probabilities(features).tolist()
    ]


def _sentiment(chances: Mapping[str, float]) -> Sentiment:
    # A class that was not among the labels is never given.
    negative, neutral, positive = (chances.get(label, 0.0) for label in LABELS)
    return to_sentiment((negative, neutral, positive))


def shipped_labels(texts: Sequence[str], *, threads: int = 0) -> tuple[list[str], list[float]]:
    """Give the shipped model's label and confidence for each text, to compare with."""
    chances = _shipped(list(texts), threads)
    return [LABELS[i] for i in chances.argmax(axis=1).tolist()], chances.max(axis=1).tolist()
