"""The table of topics: leaf topics, their parents, and what they are called."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cxtext.topics.clusters import Labels, Units, centroids_of, similarities
from cxtext.topics.labels import Labeller, choose_labels, propose
from cxtext.topics.names import Names, name_topics
from cxtext.topics.quotes import representatives
from cxtext.topics.word_lists import CODES, Code

if TYPE_CHECKING:
    from pandas import DataFrame

_KEYWORDS = 8
_UNNAMED: dict[Code, str] = {"de": "Thema {}", "en": "Topic {}"}


@dataclass(frozen=True, slots=True)
class Topic:
    """One row of the table. ``parent`` is null at the top; ``size`` counts texts, duplicates included."""

    id: int
    parent: int | None
    label: str
    label_de: str
    label_en: str
    keywords: tuple[str, ...]
    size: int


def describe(
    texts: Sequence[str],
    languages: Sequence[str | None],
    leaves: Labels,
    weights: NDArray[np.float64],
    units: Units,
    centroids: Units,
    *,
    parents: Sequence[int | None],
    sizes: Sequence[int],
    main: Code,
    labeller: Labeller | None = None,
) -> list[Topic]:
    """Name the topics and put them into a table.

    Parameters
    ----------
    texts, languages, leaves, weights, units
        Distinct texts; for each its language, leaf topic, weight and place.
    centroids
        Places of the leaf topics (k, d).
    parents
        Number of each leaf topic's parent, counted from 0, or null.
    sizes
        Texts in each leaf topic.
    main
        Language of ``label``.
    labeller
        A callable of the user's that is asked first, see :func:`cxtext.topics.labels.propose`.

    Returns
    -------
    Leaf topics (ids from 0), then parents (ids from k). A topic without phrases in one language has its label from the
    other; one without any phrase, of emoji only, say, is called by its number.
    """
    count = len(centroids)
    above = np.array([-1 if p is None else p for p in parents], dtype=np.intp)
    levels = [(leaves, centroids)]
    if (above >= 0).any():
        grouped = above >= 0
        counted = np.array(sizes, dtype=np.float64)[grouped] + 1.0
        levels.append((above[leaves], centroids_of(centroids[grouped], counted, above[grouped])))
    names = name_topics(texts, languages, weights, units, levels)
    quotes: dict[Code, dict[int, list[str]]] = {}
    if labeller is not None:
        quotes = {code: _quotes(texts, languages, units, levels, code) for code in CODES}
    labels = {code: _labels(names, code, labeller, quotes.get(code, {})) for code in CODES}
    for parent in range(len(names) - count):
        sizes = [*sizes, sum(s for s, p in zip(sizes, parents, strict=False) if p == parent)]
    return [
        Topic(
            id=i,
            parent=None if i >= count or parents[i] is None else count + int(above[i]),
            label=labels[main][i],
            label_de=labels["de"][i],
            label_en=labels["en"][i],
            keywords=_keywords(names[i], main),
            size=int(sizes[i]),
        )
        for i in range(len(names))
    ]


def to_frame(topics: Sequence[Topic]) -> "DataFrame":
    """Give topics as a DataFrame; ``parent`` is a nullable integer, ``keywords`` a list."""
    import pandas as pd

    columns = list(Topic.__dataclass_fields__)
    frame = pd.DataFrame([asdict(topic) for topic in topics], columns=columns)
    frame["parent"] = frame["parent"].astype("Int64")
    frame["keywords"] = [list(topic.keywords) for topic in topics]
    return frame.astype({"id": "int64", "size": "int64"})


def _labels(
    names: Sequence[Names], code: Code, labeller: Labeller | None, quotes: Mapping[int, Sequence[str]]
) -> list[str]:
    """Choose the labels in one language: leaf topics first, whose texts are fewer and say one thing."""
    ranked: Sequence[Sequence[str]] = [n.of(code).labels for n in names]
    if labeller is not None:
        ranked = propose(labeller, ranked, [n.of(code).keywords for n in names], quotes, code)
    return [_UNNAMED[code].format(i + 1) if label is None else label for i, label in enumerate(choose_labels(ranked))]


def _quotes(
    texts: Sequence[str],
    languages: Sequence[str | None],
    units: Units,
    levels: Sequence[tuple[Labels, Units]],
    code: Code,
) -> dict[int, list[str]]:
    """Choose the texts that stand for each topic, in a language where it has such."""
    quotes: dict[int, list[str]] = {}
    own = np.array([language == code for language in languages])
    first = 0
    for topics, centroids in levels:
        near = similarities(units, centroids)[np.arange(len(texts)), np.maximum(topics, 0)]
        for kept in (np.ones(len(own), dtype=np.bool_), own):  # those in the language, where there are, replace all
            chosen = representatives(texts, np.where(kept, topics, -1), near)
            quotes.update({first + topic: [texts[i] for i in rows] for topic, rows in chosen.items()})
        first += len(centroids)
    return quotes


def _keywords(names: Names, main: Code) -> tuple[str, ...]:
    """Take the best phrases of the main language, and of the other one as far as there is room, at least a third."""
    first, second = names.of(main).keywords, (names.en if main == "de" else names.de).keywords
    room = max(_KEYWORDS - len(second), _KEYWORDS - _KEYWORDS // 3)
    kept = [*first[:room], *second]
    return tuple({word.casefold(): word for word in reversed(kept[:_KEYWORDS])}.values())[::-1]
