"""Which texts stand for a topic."""

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
    words = [_WORD.findall(text) for text in texts]
    order = sorted(
        (i for i in range(len(texts)) if labels[i] >= 0),
        key=lambda i: (
            int(labels[i]),
            not _SHORTEST <= len(words[i]) <= _LONGEST,
            -float(similarities[i]),
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
