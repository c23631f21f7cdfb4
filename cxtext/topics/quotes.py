"""Which texts stand for a topic, and which lie at its border."""

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_WORD = re.compile(r"\w+")
_SHORTEST, _LONGEST = 5, 40  # words of a quote that says enough and can be read at a glance


def representatives(
    texts: Sequence[str], labels: NDArray[np.int64], similarities: NDArray[np.float32], *, k: int = 3
) -> dict[int, list[int]]:
    """Choose the texts that stand for each topic.

    Nearest to the topic first; texts of 5 to 40 words before shorter and longer ones; no two that differ only in case,
    punctuation or blanks. Of equally near texts the alphabetically first, so that the order of rows does not matter.

    Parameters
    ----------
    texts
        The texts.
    labels
        The topic of each (n,); -1 is left out.
    similarities
        How near each is to its topic (n,).
    k
        How many a topic at most.

    Returns
    -------
    For each topic the positions of its texts, best first; topics in order.

    Examples
    --------
    >>> texts = ["Zug", "Der Zug kam schon wieder zu spät.", "der zug kam schon wieder zu spät"]
    >>> representatives(texts, np.array([0, 0, 0]), np.array([0.9, 0.8, 0.7], dtype=np.float32))
    {0: [1, 0]}
    >>> representatives(["late", "The train was late once again."], np.array([2, 2]), np.array([0.9, 0.8]), k=1)
    {2: [1]}
    """
    return _choose(texts, labels, -similarities.astype(np.float64), k)


def borderline(
    texts: Sequence[str],
    labels: NDArray[np.int64],
    similarities: NDArray[np.float32],
    others: NDArray[np.float32],
    *,
    k: int = 3,
) -> dict[int, list[int]]:
    """Choose the texts of each topic that nearly belong to another one.

    The smaller the lead of the topic over the next one, the earlier; otherwise as :func:`representatives`. They show
    where a topic ends, and whether two of them should be one.

    Parameters
    ----------
    texts, labels, similarities, k
        As for :func:`representatives`.
    others
        How near each text is to the next topic (n,).

    Returns
    -------
    For each topic the positions of its texts, nearest to the border first; topics in order.

    Examples
    --------
    >>> texts = ["Der Zug kam schon wieder zu spät.", "Die App zeigt den falschen Zug an."]
    >>> borderline(texts, np.array([0, 0]), np.array([0.9, 0.6]), np.array([0.1, 0.5]), k=1)
    {0: [1]}
    >>> texts = ["The train was late once again.", "The app shows no delay of the train."]
    >>> borderline(texts, np.array([0, 0]), np.array([0.9, 0.6]), np.array([0.1, 0.5]))
    {0: [1, 0]}
    """
    return _choose(texts, labels, np.round(similarities.astype(np.float64) - others, 6), k)


def _choose(
    texts: Sequence[str], labels: NDArray[np.int64], ranks: NDArray[np.float64], k: int
) -> dict[int, list[int]]:
    """Choose the texts with the lowest ranks."""
    words = [_WORD.findall(text) for text in texts]
    order = sorted(
        (i for i in range(len(texts)) if labels[i] >= 0),
        key=lambda i: (
            int(labels[i]),
            not _SHORTEST <= len(words[i]) <= _LONGEST,
            float(ranks[i]),
            texts[i],
            i,
        ),
    )
    chosen: dict[int, list[int]] = {}
    seen: set[tuple[int, str]] = set()
    for i in order:
        topic = int(labels[i])
        same = (topic, " ".join(words[i]).casefold() or texts[i])
        found = chosen.setdefault(topic, [])
        if len(found) < k and same not in seen:
            seen.add(same)
            found.append(i)
    return chosen
