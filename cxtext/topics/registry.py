"""The registry of topics: ids, names and places in one JSON file, which a later fit reads.

A fit finds topics anew. With the registry of an earlier one, topic 7 of June is topic 7 of March: the mean embeddings
of the known topics are placed in the new space, where they stay topics with their ids and names, and of those that the
fit finds only the ones that match none of them (:func:`cxtext.topics.drift.match`) are added. What merges, splits and
retires is judged as in an update (:mod:`cxtext.topics.evolve`). No id is ever given to another topic. Without the
registry's topics, two fits on halves of one collection would differ in a third to a half of their texts
(``benchmarks/topics_over_time.py``).

The file holds labels and keywords, which are words of the texts, and means of at least a few texts each; no texts.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxtext._version import __version__
from cxtext.encoder.artefact import find_encoder
from cxtext.encoder.files import read_json
from cxtext.errors import ArtefactError, InputValueError
from cxtext.topics.clusters import Units, similarities
from cxtext.topics.corrections import Corrections
from cxtext.topics.drift import match
from cxtext.topics.evolve import one_subject
from cxtext.topics.memory import Counts, nothing
from cxtext.topics.places import Topics
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
    seen, since
        Distinct texts (p,) of each place, and of all places since it is there.
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
    seen: Counts
    since: Counts
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
                {"id": int(i), "seen": int(a), "since": int(b), "mean": mean.astype(int).tolist()}
                for i, a, b, mean in zip(self.ids, self.seen, self.since, self.means, strict=True)
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
            values = read_json(file)
        except OSError as error:
            raise ArtefactError(f"the topic registry {file} cannot be read: {error.strerror}") from None
        return cls.from_dict(values, where=str(file))

    @classmethod
    def from_dict(cls, values: object, *, where: str = "the topic registry") -> "Registry":
        """Read what :meth:`to_dict` gives; errors as for :meth:`load`."""
        schema = values.get("schema") if isinstance(values, dict) else None
        kind, _, version = schema.partition("/") if isinstance(schema, str) else ("", "", "")
        if not isinstance(values, dict) or kind != KIND or not (version.isdecimal() and len(version) <= 9):
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
                seen=np.array([int(p["seen"]) for p in values["places"]], dtype=np.int64),
                since=np.array([int(p["since"]) for p in values["places"]], dtype=np.int64),
                next_id=int(values["next_id"]),
                corrections=Corrections.from_dict(values["corrections"]),
                gone={int(v["id"]): (str(v["label_de"]), str(v["label_en"])) for v in values["gone"]},
                encoder=values["encoder"],
            )
            known = {t.id for t in found.topics}
            fits = found.means.ndim == 2 and np.isfinite(found.means).all() and set(found.ids.tolist()) <= known
            fits = fits and max([*known, *found.gone, -1]) < found.next_id and len(known) == len(found.topics)
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
            fits = False
        if not fits:
            raise ArtefactError(f"{where} is damaged: it lacks something, or its parts do not fit together")
        return found


def encoder_name(encoder: object) -> str | None:
    """Name the encoder whose vectors a registry is of; null for an object, which has no name to be told by."""
    if isinstance(encoder, str):
        return encoder
    if encoder is not None:
        return None
    manifest = json.loads((find_encoder() / "manifest.json").read_text(encoding="utf-8"))
    return f"cxtext encoder {manifest['version']}"


def known_places(registry: Registry, space: Space) -> Topics:
    """Place the topics of a registry in a space.

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
    places = space.place(registry.means / GRID)
    memory = replace(nothing(places), part_means=registry.means, seen=registry.seen, since=registry.since)
    return Topics(registry.ids, places, memory, registry.next_id)


def new_places(known: Units, found: Units) -> Units:
    """Give the places of a new fit that match no known topic, and are no nearer to one than most are to another."""
    matched = set(match(known, found).values())
    limit = one_subject(known)
    near = similarities(found, known).max(axis=1)
    return found[[j for j in range(len(found)) if j not in matched and near[j] < limit]]


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
