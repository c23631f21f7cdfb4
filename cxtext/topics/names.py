"""Labels that a manager can read: phrases from the texts themselves, in German and in English.

A topic's phrases are ranked by c-TF-IDF (Grootendorst 2022, "BERTopic") over the texts that hold them, times the cosine
between the topic and the mean of those texts, which is how KeyBERT ranks phrases, but without encoding each. What looks
like a noun comes first: preceded by a determiner or, in German, written with a capital. English phrases that are mostly
written with capitals are names, and left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxtext.topics.clusters import Labels, Units
from cxtext.topics.phrases import CODES, Code, Phrase, count_phrases

_RANKED = 40  # phrases of a topic that are compared by embedding
_KEPT = 12  # phrases that stay with a topic
_FEWEST = 2  # texts of a language that a label in it needs, and texts that a phrase needs
_LEAST_LANGUAGE = 0.05  # of a topic's texts that are in a language, for a label in it
_LEAST_SHARE = 0.03  # of a topic's texts in a language that a phrase needs to stand for it


@dataclass(frozen=True, slots=True)
class Names:
    """What a topic is called: in each language its phrases, best first; none where it has too few texts of it."""

    de: tuple[str, ...]
    en: tuple[str, ...]


def name_topics(
    texts: Sequence[str],
    languages: Sequence[str | None],
    labels: Labels,
    weights: NDArray[np.float64],
    units: Units,
    centroids: Units,
) -> list[Names]:
    """Find the phrases of each topic.

    Parameters
    ----------
    texts, languages, labels, weights, units
        Distinct texts in canonical order; for each its language (``"de"``, ``"en"`` or null), topic, weight and place.
    centroids
        Places of the topics (k, d).

    Returns
    -------
    One :class:`Names` a topic.
    """
    found: dict[Code, list[tuple[str, ...]]] = {}
    count = np.bincount(labels, minlength=len(centroids))
    least = np.minimum(count, np.maximum(_FEWEST, _LEAST_LANGUAGE * count))
    for code in CODES:
        rows = np.array([i for i, language in enumerate(languages) if language == code], dtype=np.intp)
        found[code] = _phrases_of(
            [texts[i] for i in rows], code, labels[rows], weights[rows], units[rows], centroids, least
        )
    return [Names(de=de, en=en) for de, en in zip(found["de"], found["en"], strict=True)]


def choose_labels(ranked: Sequence[Sequence[str]], order: Sequence[int]) -> list[str | None]:
    """Give each topic its best phrase that no topic before it in ``order`` has.

    Where all are taken, two of its phrases together make the label.

    Returns
    -------
    One label a topic, all different; null for a topic without phrases.

    Examples
    --------
    >>> choose_labels([["Zug", "Verspätung"], ["Zug", "Sitzplatz"], []], [0, 1, 2])
    ['Zug', 'Sitzplatz', None]
    >>> choose_labels([["train"], ["train", "late train"]], [1, 0])
    ['train (2)', 'train']
    """
    labels: list[str | None] = [None] * len(ranked)
    taken: set[str] = set()
    for topic in order:
        phrases = ranked[topic]
        if not phrases:
            continue
        pairs = [f"{a}, {b}" for i, a in enumerate(phrases) for b in phrases[i + 1 :]]
        numbered = (f"{phrases[0]} ({i})" for i in range(2, len(ranked) + 2))
        label = next(p for p in [*phrases, *pairs, *numbered] if p.casefold() not in taken)
        taken.add(label.casefold())
        labels[topic] = label
    return labels


def _phrases_of(
    texts: Sequence[str],
    code: Code,
    labels: Labels,
    weights: NDArray[np.float64],
    units: Units,
    centroids: Units,
    least: NDArray[np.float64],
) -> list[tuple[str, ...]]:
    from scipy.sparse import csr_matrix

    topics = len(centroids)
    none: list[tuple[str, ...]] = [()] * topics
    if not texts:
        return none
    phrases, rows, columns = count_phrases(texts, code)
    if not phrases:
        return none
    holds: Any = csr_matrix((weights[rows], (rows, columns)), shape=(len(texts), len(phrases)))
    member: Any = csr_matrix(
        (np.ones(len(texts)), (labels, np.arange(len(texts)))), shape=(topics, len(texts)), dtype=np.float64
    )
    counts: Any = (member @ holds).tocsr()
    sizes = np.bincount(labels, weights=weights, minlength=topics)
    rarity = np.log1p(weights.sum() / np.asarray(holds.sum(axis=0)).ravel())
    holders: Any = holds.tocsc()
    listed = list(phrases.values())
    names = {i for i, phrase in enumerate(listed) if phrase.is_name(code)}
    shape = np.array([phrase.weight() for phrase in listed])
    texts_in = np.bincount(labels, minlength=topics)
    out: list[tuple[str, ...]] = []
    for topic in range(topics):
        if texts_in[topic] < max(1, least[topic]):
            out.append(())
            continue
        here = slice(counts.indptr[topic], counts.indptr[topic + 1])
        found = np.array([c for c in counts.indices[here] if c not in names], dtype=np.intp)
        held = np.asarray(counts[topic, found].todense()).ravel() if len(found) else np.zeros(0)
        enough = held >= max(_FEWEST, _LEAST_SHARE * sizes[topic])
        if enough.any():  # else there are too few texts to ask for repetition
            found, held = found[enough], held[enough]
        score = shape[found] * (held / max(sizes[topic], 1.0)) * rarity[found]
        order = np.lexsort((found, -np.round(score, 9)))[:_RANKED]
        ranked = []
        for column, value in zip(found[order], score[order], strict=True):
            inside = holders.indices[holders.indptr[column] : holders.indptr[column + 1]]
            cosine = _cosine(units[inside].astype(np.float64).sum(axis=0), centroids[topic].astype(np.float64))
            ranked.append((-round(float(value) * max(cosine, 0.0), 9), int(column)))
        out.append(_distinct([listed[column] for _, column in sorted(ranked)], code))
    return out


def _cosine(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    lengths = float(np.sqrt((a * a).sum() * (b * b).sum()))
    return float((a * b).sum()) / lengths if lengths else 0.0


def _distinct(phrases: Sequence[Phrase], code: Code) -> tuple[str, ...]:
    chosen: dict[str, str] = {}
    for phrase in phrases:
        surface = phrase.surface(code)
        chosen.setdefault(surface.casefold(), surface)
        if len(chosen) == _KEPT:
            break
    return tuple(chosen.values())
