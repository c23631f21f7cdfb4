"""What a model knows of its topics, and how people correct it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from cxtext.errors import InputValueError
from cxtext.topics import kept
from cxtext.topics.corrections import Correction, Corrections, Merge, Pin, Split, check_id, check_ids
from cxtext.topics.places import Topics, ordered
from cxtext.topics.registry import Registry
from cxtext.topics.start import apply
from cxtext.topics.table import Topic
from cxtext.topics.word_lists import Code


@dataclass(frozen=True, eq=False)
class Known:
    """Topics: where they are, what they are called, and what has been corrected.

    Parameters
    ----------
    places
        Where the leaf topics are.
    topics
        The table: leaf topics by id, then their parents.
    main
        Language of ``label``.
    corrections
        What people have corrected.
    gone
        Topics that are no more: id -> German and English label.
    """

    places: Topics
    topics: tuple[Topic, ...]
    main: Code
    corrections: Corrections = field(default_factory=Corrections)
    gone: Mapping[int, tuple[str, str]] = field(default_factory=dict)

    @property
    def sizes(self) -> dict[int, int]:
        """Texts of each leaf topic, as the table tells."""
        leaves = set(self.places.leaves)
        return {t.id: t.size for t in self.topics if t.id in leaves}

    def settled(self, topics: Sequence[Topic], before: Sequence[Topic] = ()) -> "Known":
        """Take over a table: with people's names, and with the names of topics before that are no more."""
        present = {t.id for t in topics}
        gone = {t.id: (t.label_de, t.label_en) for t in before if t.id not in present}
        named = tuple(kept.corrected(topics, self.corrections, self.main))
        return replace(self, topics=named, gone={**self.gone, **gone})

    def renamed(self, topic: object, label_de: str | None, label_en: str | None) -> "Known":
        """Give a topic other labels; see :meth:`cxtext.TopicModel.rename`."""
        number = check_id(topic, [t.id for t in self.topics], self.corrections.merged, self.gone)
        if label_de is None and label_en is None:
            raise InputValueError("give label_de, label_en or both")
        for name, label in (("label_de", label_de), ("label_en", label_en)):
            if label is None:
                continue
            if not isinstance(label, str) or not label.strip():
                raise InputValueError(f"{name} must be a text that is not empty, got {type(label).__name__}")
            same = [t.id for t in self.topics if getattr(t, name).casefold() == label.casefold() and t.id != number]
            if same:
                raise InputValueError(f"topic {same[0]} has this {name} already; labels must differ")
        corrections = self.corrections.renamed(number, label_de, label_en)
        return replace(self, corrections=corrections).settled(self.topics)

    def merged(self, ids: object) -> tuple["Known", list[int]]:
        """Make one topic of several; also gives their ids. See :meth:`cxtext.TopicModel.merge`."""
        listed = check_ids(ids, self.places.leaves, self.corrections.merged, self.gone)
        listed = list(dict.fromkeys(listed))
        if len(listed) < 2:
            raise InputValueError(f"merge needs two different topics or more, got {len(listed)}")
        sizes = {i: n for i, n in self.sizes.items() if i not in listed[1:]}
        sizes[listed[0]] = sum(self.sizes[i] for i in listed)
        changed = self._corrected(Merge(tuple(listed)))
        return changed.settled(kept.extend(self.topics, {}, sizes, {}), self.topics), listed

    def split(self, topic: object, parts: int) -> "Known":
        """Make several topics of one; see :meth:`cxtext.TopicModel.split`."""
        number = check_id(topic, self.places.leaves, self.corrections.merged, self.gone)
        changed = self._corrected(Split(number, parts))
        ids = [number, *sorted(set(changed.places.leaves) - set(self.places.leaves))]
        memory = changed.places.memory
        seen = [int(memory.seen[changed.places.ids == i].sum()) for i in ids]
        size = self.sizes[number]
        shares = [size * s // max(sum(seen), 1) for s in seen]
        shares[0] += size - sum(shares)
        own = next(t for t in self.topics if t.id == number)
        sizes = {**self.sizes, **dict(zip(ids, shares, strict=True))}
        described = dict.fromkeys(ids[1:], own)
        return changed.settled(kept.extend(self.topics, described, sizes, dict.fromkeys(ids[1:], own.parent)))

    def pinned(self, topic: object) -> "Known":
        """Keep a topic; see :meth:`cxtext.TopicModel.pin`."""
        return self._corrected(Pin(check_id(topic, self.places.leaves, self.corrections.merged, self.gone)))

    def to_registry(self, encoder: str | None) -> Registry:
        """Give what a later fit needs.

        Raises
        ------
        InputValueError
            If nothing is remembered of the texts.
        """
        if not self.places.memory.texts:
            raise InputValueError("this model was saved by a version that kept too little for a registry; fit again")
        return Registry(
            topics=self.topics,
            ids=self.places.ids,
            means=self.places.memory.means,
            seen=self.places.memory.seen,
            since=self.places.memory.since,
            next_id=self.places.next_id,
            corrections=self.corrections,
            gone=dict(self.gone),
            encoder=encoder,
        )

    def counted(self, labels: "np.ndarray[tuple[int], np.dtype[np.int64]]") -> dict[int, int]:
        """Count the texts of each leaf topic in ``labels``."""
        ids = self.places.leaves
        found = np.searchsorted(ids, labels[labels >= 0])
        return dict(zip(ids, np.bincount(found, minlength=len(ids)).tolist(), strict=True))

    def _corrected(self, correction: Correction) -> "Known":
        places, corrections = apply(self.places, self.corrections, [correction])
        return replace(self, places=ordered(places), corrections=corrections)
