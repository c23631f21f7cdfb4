"""The table of topics: leaf topics, their parents, and what they are called."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cxtext.topics.clusters import Labels, Units, centroids_of
from cxtext.topics.names import Names, choose_labels, name_topics
from cxtext.topics.phrases import CODES, Code

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

    Returns
    -------
    Leaf topics (ids from 0), then parents (ids from k). A topic without phrases in one language has its label from the
    other; one without any phrase, of emoji only, say, is called by its number.
    """
    count = len(centroids)
    above = np.array([-1 if p is None else p for p in parents], dtype=np.intp)
    names = name_topics(texts, languages, leaves, weights, units, centroids)
    if (above >= 0).any():
        inside = above[leaves] >= 0
        grouped = above >= 0
        names += name_topics(
            [text for text, kept in zip(texts, inside, strict=True) if kept],
            [language for language, kept in zip(languages, inside, strict=True) if kept],
            above[leaves][inside],
            weights[inside],
            units[inside],
            centroids_of(centroids[grouped], np.array(sizes, dtype=np.float64)[grouped] + 1.0, above[grouped]),
        )
    # Parents first: the broader term belongs to them.
    order = [*range(count, len(names)), *range(count)]
    labels = {code: _labels(names, code, order) for code in CODES}
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


def _labels(names: Sequence[Names], code: Code, order: Sequence[int]) -> list[str]:
    ranked = [(n.de or n.en) if code == "de" else (n.en or n.de) for n in names]
    labels = choose_labels(ranked, order)
    return [_UNNAMED[code].format(i + 1) if label is None else label for i, label in enumerate(labels)]


def _keywords(names: Names, main: Code) -> tuple[str, ...]:
    """Take the best phrases of the main language, and of the other one as far as there is room, at least a third."""
    first, second = (names.de, names.en) if main == "de" else (names.en, names.de)
    room = max(_KEYWORDS - len(second), _KEYWORDS - _KEYWORDS // 3)
    kept = [*first[:room], *second]
    return tuple({word.casefold(): word for word in reversed(kept[:_KEYWORDS])}.values())[::-1]
