"""How well a taxonomy covers what texts are about: what has no topic, and topics that are given together."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import combinations

# A pair is worth telling where so many texts have both topics, and so large a part of those that have the rarer one.
_FEWEST, _SHARE = 5, 0.25


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two topics that are often given together.

    ``n`` texts have both; ``share`` is their part of the texts that have ``first``, the rarer one.
    """

    first: int
    second: int
    n: int
    share: float


@dataclass(frozen=True, slots=True)
class Coverage:
    """``texts`` were looked at, ``untagged`` of them have no topic."""

    texts: int
    untagged: int
    overlaps: tuple[Overlap, ...]

    @property
    def untagged_share(self) -> float | None:
        """Share of texts without a topic; null without texts."""
        return self.untagged / self.texts if self.texts else None


def coverage(tagged: Sequence[Collection[int]]) -> Coverage:
    """Count untagged texts and overlaps.

    Parameters
    ----------
    tagged
        The topics of each text.

    Returns
    -------
    Coverage
        Overlaps of at least five texts and a quarter of those with the rarer topic, the largest share first.

    Examples
    --------
    >>> found = coverage([{0, 1}] * 6 + [{1}] * 10 + [{2}, set()])
    >>> found.untagged, found.overlaps
    (1, (Overlap(first=0, second=1, n=6, share=1.0),))
    """
    counts: Counter[int] = Counter()
    pairs: Counter[tuple[int, int]] = Counter()
    for topics in tagged:
        own = sorted(set(topics))
        counts.update(own)
        pairs.update(combinations(own, 2))
    found = []
    for (a, b), n in pairs.items():
        rarer, other = sorted((a, b), key=lambda topic: (counts[topic], topic))
        share = n / counts[rarer]
        if n >= _FEWEST and share >= _SHARE:
            found.append(Overlap(rarer, other, n, round(share, 6)))
    found.sort(key=lambda pair: (-pair.share, -pair.n, pair.first, pair.second))
    return Coverage(texts=len(tagged), untagged=sum(not topics for topics in tagged), overlaps=tuple(found))
