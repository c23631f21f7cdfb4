"""Corrections of topics by the people who know: rename, merge, split, pin.

They are kept with the model and in the registry, so that they hold in every later update and refit. They can be made
one by one (``TopicModel.rename`` and so on) or come from a TOML or JSON file::

    schema = "cxtext.topic_corrections/1"

    [[merge]]              # the first keeps its id
    ids = [7, 12]

    [[split]]              # the largest part keeps the id
    id = 3
    parts = 2

    [[rename]]
    id = 7
    label_de = "Verspätung"
    label_en = "delay"

    [[pin]]                # never merged, split or retired, whatever the texts say
    id = 7

A file is carried out in this order. What has been done already is not done again, so that the same file can stay beside
a registry.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from os import PathLike, fspath
from pathlib import Path
from typing import Any

import numpy as np

from cxtext.config import build, read_toml
from cxtext.encoder.files import read_json
from cxtext.errors import ArtefactError, ConfigError, InputTypeError, InputValueError
from cxtext.topics.clusters import centroids_of, cut, tree
from cxtext.topics.memory import Memory
from cxtext.topics.places import Topics

SCHEMA = "cxtext.topic_corrections/1"
_KINDS = ("merge", "split", "rename", "pin")


@dataclass(frozen=True, slots=True)
class Merge:
    """Topics that are one; the first keeps its id."""

    ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Split:
    """A topic that is several."""

    id: int
    parts: int = 2


@dataclass(frozen=True, slots=True)
class Rename:
    """What a topic is called."""

    id: int
    label_de: str | None = None
    label_en: str | None = None


@dataclass(frozen=True, slots=True)
class Pin:
    """A topic that stays."""

    id: int


Correction = Merge | Split | Rename | Pin


@dataclass(frozen=True)
class Corrections:
    """What has been corrected so far.

    Parameters
    ----------
    names
        Topic -> its German and English label, each null where it is not corrected.
    pinned
        Topics that stay.
    merged
        Topic that is no more -> the one that it is part of.
    split
        Topic -> its parts, the first of which has its id.
    unnamed
        Parts whose labels are to come from the next texts.
    """

    names: Mapping[int, tuple[str | None, str | None]] = field(default_factory=dict)
    pinned: frozenset[int] = frozenset()
    merged: Mapping[int, int] = field(default_factory=dict)
    split: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    unnamed: frozenset[int] = frozenset()

    @property
    def held(self) -> frozenset[int]:
        """Topics whose place must not be lost in a refit: pinned ones, and parts of one that was split."""
        return self.pinned | {part for parts in self.split.values() for part in parts}

    def renamed(self, topic: int, label_de: str | None, label_en: str | None) -> "Corrections":
        """Add a name; what is null stays as it is."""
        old = self.names.get(topic, (None, None))
        return replace(self, names={**self.names, topic: (label_de or old[0], label_en or old[1])})

    def with_pin(self, topic: int) -> "Corrections":
        """Add a pin."""
        return replace(self, pinned=self.pinned | {topic})

    def with_merge(self, ids: Sequence[int]) -> "Corrections":
        """Add a merger; what was merged into one of its topics before follows."""
        first, rest = ids[0], set(ids[1:])
        merged = {k: first if v in rest else v for k, v in self.merged.items()} | dict.fromkeys(sorted(rest), first)
        names = {k: v for k, v in self.names.items() if k not in rest}
        split = {k: kept for k, v in self.split.items() if len(kept := tuple(p for p in v if p not in rest)) > 1}
        pinned = (self.pinned - rest) | ({first} if self.pinned & rest else set())
        return Corrections(names, frozenset(pinned), merged, split, self.unnamed - rest)

    def with_split(self, topic: int, parts: Sequence[int]) -> "Corrections":
        """Add a split."""
        split = {**self.split, topic: (*self.split.get(topic, (topic,)), *parts[1:])}
        return replace(self, split=split, unnamed=self.unnamed | set(parts[1:]))

    def to_dict(self) -> dict[str, Any]:
        """Give plain values, as JSON holds them."""
        return {
            "names": [{"id": k, "label_de": v[0], "label_en": v[1]} for k, v in sorted(self.names.items())],
            "pinned": sorted(self.pinned),
            "merged": [{"id": k, "into": v} for k, v in sorted(self.merged.items())],
            "split": [{"id": k, "parts": list(v)} for k, v in sorted(self.split.items())],
            "unnamed": sorted(self.unnamed),
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "Corrections":
        """Read what :meth:`to_dict` gives.

        Raises
        ------
        KeyError, TypeError, ValueError
            If something is missing or of another type.
        """
        return cls(
            names={int(v["id"]): (v["label_de"], v["label_en"]) for v in values["names"]},
            pinned=frozenset(int(v) for v in values["pinned"]),
            merged={int(v["id"]): int(v["into"]) for v in values["merged"]},
            split={int(v["id"]): tuple(int(p) for p in v["parts"]) for v in values["split"]},
            unnamed=frozenset(int(v) for v in values["unnamed"]),
        )


def read_corrections(path: str | PathLike[str]) -> list[Correction]:
    """Read a file of corrections.

    Returns
    -------
    Mergers, splits, names and pins, in this order.

    Raises
    ------
    ConfigError
        If the file is missing, no TOML or JSON, or holds something else.
    """
    where = fspath(path)
    values = _read_json(Path(path)) if Path(path).suffix.lower() == ".json" else read_toml(path)
    if values.pop("schema", None) != SCHEMA:
        raise ConfigError(f'{where} is no file of corrections: its first line must be schema = "{SCHEMA}"')
    unknown = sorted(set(values) - set(_KINDS))
    if unknown:
        raise ConfigError(f"{where} has an unknown table {unknown[0]!r}; allowed: {', '.join(_KINDS)}")
    kinds: dict[str, type] = {"merge": Merge, "split": Split, "rename": Rename, "pin": Pin}
    found: list[Correction] = []
    for name in _KINDS:
        tables = values.get(name, [])
        if not isinstance(tables, list) or not all(isinstance(t, dict) for t in tables):
            raise ConfigError(f"{where}: {name} must be a list of tables, written [[{name}]]")
        found.extend(build(kinds[name], t, where=f"{where}, {name} {i}") for i, t in enumerate(tables, 1))
    return found


def check_ids(ids: object, known: Sequence[int], merged: Mapping[int, int], gone: Collection[int] = ()) -> list[int]:
    """Check that ids are those of leaf topics of the model.

    Raises
    ------
    InputTypeError, InputValueError
        If one is no whole number, or there is no such topic; the message says what became of it.
    """
    if isinstance(ids, str) or not isinstance(ids, Sequence | set | frozenset | np.ndarray):
        raise InputTypeError(f"ids must be a list of topic ids, got {type(ids).__name__}")
    return [check_id(i, known, merged, gone) for i in ids]


def check_id(topic: object, known: Sequence[int], merged: Mapping[int, int], gone: Collection[int] = ()) -> int:
    """Check one id, as :func:`check_ids` does."""
    if isinstance(topic, bool) or not isinstance(topic, int | np.integer):
        raise InputTypeError(f"a topic id must be a whole number, got {type(topic).__name__}")
    number = int(topic)
    if number in merged and number not in known:
        raise InputValueError(f"topic {number} was merged into topic {merged[number]}; use that id")
    if number in gone:
        raise InputValueError(f"topic {number} is no more: it was retired or merged, see drift_")
    if number not in known:
        some = ", ".join(str(i) for i in sorted(known)[:20]) + (" …" if len(known) > 20 else "")
        raise InputValueError(f"there is no topic {number}; the ids here are {some}")
    return number


def merge(topics: Topics, ids: Sequence[int]) -> Topics:
    """Make one topic of several: it has the places of all, and the first one's id."""
    return replace(topics, ids=np.where(np.isin(topics.ids, ids[1:]), ids[0], topics.ids))


def split(topics: Topics, topic: int, parts: int) -> tuple[Topics, list[int]]:
    """Make several topics of one, from the parts that the model remembers.

    Returns
    -------
    The topics, and the ids of the parts: the largest keeps the topic's, the others have new ones.

    Raises
    ------
    InputValueError
        If ``parts`` is no number from 2, or the model remembers fewer parts.
    """
    if isinstance(parts, bool) or not isinstance(parts, int | np.integer) or parts < 2:
        raise InputValueError(f"a topic can be split into 2 or more parts, got {parts!r}")
    memory = topics.memory
    places = np.flatnonzero(topics.ids == topic)
    own = np.flatnonzero(np.isin(memory.owners, places))
    if len(own) < parts:
        raise InputValueError(
            f"topic {topic} cannot be split into {parts}: the model remembers {len(own)} part(s) of it; "
            + ("split it into fewer, or " if len(own) > 1 else "")
            + "fit on more texts"
        )
    groups = cut(tree(memory.parts[own]), int(parts))
    sizes = memory.part_sizes[own].astype(np.float64)
    counts = np.bincount(groups, weights=sizes)
    rank = np.empty(len(counts), dtype=np.intp)
    rank[np.argsort(-counts, kind="stable")] = np.arange(len(counts))
    groups = rank[groups]
    ids = [topic, *range(topics.next_id, topics.next_id + int(groups.max()))]
    return _replaced(topics, places, own, groups, ids), ids


def _replaced(topics: Topics, places: "np.ndarray[Any, Any]", own: Any, groups: Any, ids: list[int]) -> Topics:  # noqa: ANN401
    """Put the groups of a topic's parts in its place."""
    memory, count = topics.memory, len(ids)
    sizes = memory.part_sizes[own].astype(np.float64)
    kept = np.ones(len(topics.ids), dtype=np.bool_)
    kept[places] = False
    row = np.cumsum(kept) - 1
    owners = np.where(np.isin(np.arange(len(memory.owners)), own), 0, row[memory.owners])
    owners[own] = kept.sum() + groups
    shares = np.bincount(groups, weights=sizes) / max(sizes.sum(), 1.0)
    seen = np.rint(shares * memory.seen[places].sum()).astype(np.int64)
    since = np.full(count, memory.since[places].max(), dtype=np.int64)
    changed: Memory = replace(
        memory,
        owners=owners,
        seen=np.concatenate([memory.seen[kept], seen]),
        since=np.concatenate([memory.since[kept], since]),
    )
    return Topics(
        np.concatenate([topics.ids[kept], np.array(ids, dtype=np.int64)]),
        np.concatenate([topics.centroids[kept], centroids_of(memory.parts[own], np.maximum(sizes, 1.0), groups)]),
        changed,
        topics.next_id + count - 1,
    )


def _read_json(path: Path) -> dict[str, Any]:
    try:
        values = read_json(path)
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}") from None
    except ArtefactError:
        raise ConfigError(f"{path} is not JSON in UTF-8") from None
    if not isinstance(values, dict):
        raise ConfigError(f"{path} must hold one JSON object")
    return values
