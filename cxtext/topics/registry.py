"""The registry of topics: ids, names and places in one JSON file, which a later fit reads.

A fit finds topics anew. With the registry of an earlier one it gives those that are the same subject their old ids and
names, so that topic 7 of June is topic 7 of March. The mean embeddings of the old topics are placed in the new space
and matched with the new topics (:func:`cxtext.topics.drift.match`). No id is ever given to another topic.

The file holds labels and keywords, which are words of the texts, and means of at least a few texts each; no texts.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxtext._version import __version__
from cxtext.encoder.artefact import find_encoder
from cxtext.errors import ArtefactError, InputValueError
from cxtext.topics.clusters import Units, nearest, similarities
from cxtext.topics.corrections import Corrections
from cxtext.topics.drift import Move, State, match
from cxtext.topics.memory import ALIKE
from cxtext.topics.space import GRID, Space
from cxtext.topics.table import Topic

KIND, VERSION = "cxtext.topic_registry", 1


@dataclass(frozen=True, eq=False)
class Registry:
    """What is known of topics.

    Parameters
    ----------
    topics
        Those of the last fit or update, parents too.
    ids
        Topic (p,) of each place.
    means
        Mean embedding (p, d) of each place's texts, whole numbers in steps of 1e-4.
    next_id
        The id that the next new topic gets.
    corrections
        What people have corrected.
    gone
        Topics that are no more: id -> German and English label.
    encoder
        The encoder's name, where it has one.
    """

    topics: tuple[Topic, ...]
    ids: NDArray[np.int64]
    means: NDArray[np.float64]
    next_id: int
    corrections: Corrections
    gone: Mapping[int, tuple[str, str]]
    encoder: str | None

    def to_dict(self) -> dict[str, Any]:
        """Give plain values, as the file holds them (schema ``cxtext.topic_registry/1``)."""
        return {
            "schema": f"{KIND}/{VERSION}",
            "cxtext": __version__,
            "encoder": self.encoder,
            "next_id": self.next_id,
            "topics": [{**asdict(t), "keywords": list(t.keywords)} for t in self.topics],
            "places": [
                {"id": int(i), "mean": m.astype(int).tolist()} for i, m in zip(self.ids, self.means, strict=True)
            ],
            "corrections": self.corrections.to_dict(),
            "gone": [{"id": k, "label_de": v[0], "label_en": v[1]} for k, v in sorted(self.gone.items())],
        }

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the file; one that is there is replaced in one step."""
        target = Path(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = target.with_name(f".{target.name}.{os.getpid()}")
        temporary.write_text(to_json(self.to_dict()), encoding="utf-8", newline="\n")
        temporary.replace(target)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> "Registry":
        """Read a file that :meth:`save` wrote.

        Raises
        ------
        ArtefactError
            If it is missing, damaged, something else, or of a later schema.
        """
        file = Path(path)
        try:
            values = json.loads(file.read_bytes())
        except OSError as error:
            raise ArtefactError(f"the topic registry {file} cannot be read: {error.strerror}") from None
        except ValueError:
            raise ArtefactError(f"the topic registry {file} is damaged: it is not JSON") from None
        return cls.from_dict(values, where=str(file))

    @classmethod
    def from_dict(cls, values: object, *, where: str = "the topic registry") -> "Registry":
        """Read what :meth:`to_dict` gives; errors as for :meth:`load`."""
        schema = values.get("schema") if isinstance(values, dict) else None
        kind, _, version = schema.partition("/") if isinstance(schema, str) else ("", "", "")
        if not isinstance(values, dict) or kind != KIND or not version.isdecimal():
            raise ArtefactError(f"{where} is no topic registry: its 'schema' is not '{KIND}/...'")
        if int(version) > VERSION:
            raise ArtefactError(
                f"{where} is of schema {KIND}/{int(version)}, this cxtext {__version__} reads up to {KIND}/{VERSION}; "
                "upgrade cxtext"
            )
        try:
            found = cls(
                topics=tuple(Topic(**{**row, "keywords": tuple(row["keywords"])}) for row in values["topics"]),
                ids=np.array([int(p["id"]) for p in values["places"]], dtype=np.int64),
                means=np.array([p["mean"] for p in values["places"]], dtype=np.float64),
                next_id=int(values["next_id"]),
                corrections=Corrections.from_dict(values["corrections"]),
                gone={int(v["id"]): (str(v["label_de"]), str(v["label_en"])) for v in values["gone"]},
                encoder=values["encoder"],
            )
            known = {t.id for t in found.topics}
            fits = found.means.ndim == 2 and np.isfinite(found.means).all() and set(found.ids.tolist()) <= known
            fits = fits and max([*known, *found.gone, -1]) < found.next_id and len(known) == len(found.topics)
        except (KeyError, TypeError, ValueError, AttributeError):
            fits = False
        if not fits:
            raise ArtefactError(f"{where} is damaged: it lacks something, or its parts do not fit together")
        return found


@dataclass(frozen=True, eq=False)
class Carried:
    """Topics of a new fit under their old ids.

    Parameters
    ----------
    ids
        Topic (p,) of each place.
    centroids
        Places (p, d); those of the fit, and held ones of the registry.
    held
        Row of ``centroids`` -> row of ``Registry.means``, for places that are the registry's.
    moves
        What became of each topic.
    next_id
        The id that the next new topic gets.
    """

    ids: NDArray[np.int64]
    centroids: Units
    held: Mapping[int, int]
    moves: tuple[Move, ...]
    next_id: int


def encoder_name(encoder: object) -> str | None:
    """Name the encoder whose vectors a registry is of; null for an object, which has no name to be told by."""
    if isinstance(encoder, str):
        return encoder
    if encoder is not None:
        return None
    manifest = json.loads((find_encoder() / "manifest.json").read_text(encoding="utf-8"))
    return f"cxtext encoder {manifest['version']}"


def carry(registry: Registry, space: Space, centroids: Units) -> Carried:
    """Give the topics of a new fit the ids that they have in a registry.

    Places of pinned topics, and of parts of a topic that was split by hand, take the place of the new topic that they
    match, or stand beside the new ones.

    Raises
    ------
    InputValueError
        If the registry is of embeddings with another number of dimensions.
    """
    if registry.means.shape[1] != len(space.mean):
        raise InputValueError(
            f"the topic registry is of embeddings with {registry.means.shape[1]} dimensions, these have "
            f"{len(space.mean)}; use the encoder that it was made with, or leave it out"
        )
    old = space.place(registry.means / GRID)
    matched = match(old, centroids)
    held = {i for i, topic in enumerate(registry.ids) if int(topic) in registry.corrections.held}
    ids = np.full(len(centroids), -1, dtype=np.int64)
    places, from_registry = centroids.copy(), {}
    for i, j in matched.items():
        ids[j] = registry.ids[i]
        if i in held:
            places[j] = old[i]
            from_registry[j] = i
    fresh = np.flatnonzero(ids < 0)
    ids[fresh] = registry.next_id + np.arange(len(fresh))
    lost = sorted(held - set(matched))
    from_registry.update({len(centroids) + n: i for n, i in enumerate(lost)})
    ids = np.concatenate([ids, registry.ids[lost]]).astype(np.int64)
    places = np.concatenate([places, old[lost]])
    moves = _moves(registry, old, centroids, ids, fresh)
    return Carried(ids, places, from_registry, moves, registry.next_id + len(fresh))


def _moves(
    registry: Registry, old: Units, centroids: Units, ids: NDArray[np.int64], fresh: NDArray[np.intp]
) -> tuple[Move, ...]:
    near = similarities(old, centroids)
    sources: dict[int, int] = {}
    moves: list[Move] = []
    own, closest = nearest(centroids[fresh], old) if len(fresh) else (fresh, np.zeros(0, dtype=np.float32))
    for j, i, value in zip(fresh, own, closest, strict=True):
        came = (int(registry.ids[i]),) if value >= ALIKE else ()
        sources.update(dict.fromkeys([int(ids[j])], came[0]) if came else {})
        moves.append(Move(int(ids[j]), "new", came, (int(ids[j]),), round(float(value), 6)))
    for topic in np.unique(registry.ids):
        i, rows = int(topic), np.flatnonzero(registry.ids == topic)
        columns = np.flatnonzero(ids[: len(centroids)] == i)
        children = tuple(sorted(n for n, source in sources.items() if source == i))
        state: State = "kept"
        to_ids: tuple[int, ...] = (i,)
        value = float(near[rows].max()) if len(columns) == 0 else float(near[np.ix_(rows, columns)].max())
        if i not in ids:
            nearby = int(ids[int(near[rows].max(axis=0).argmax())])
            state, to_ids = ("merged", (nearby,)) if value >= ALIKE else ("retired", ())
        elif children:
            state, to_ids = "split", (i, *children)
        moves.append(Move(i, state, (i,), to_ids, round(value, 6)))
    return tuple(moves)


def to_json(values: Mapping[str, Any]) -> str:
    """Give the file's text: a line for each topic and each place."""
    lines = []
    for key, value in values.items():
        if key in ("topics", "places") and value:
            rows = ",\n".join("  " + json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in value)
            lines.append(f" {json.dumps(key)}: [\n{rows}\n ]")
        else:
            lines.append(f" {json.dumps(key)}: {json.dumps(value, ensure_ascii=False, allow_nan=False)}")
    return "{\n" + ",\n".join(lines) + "\n}\n"
