"""A fitted topic model on disk: ``topic_model.json`` and ``topic_model.npz``, no pickle and no texts.

The JSON holds the schema version, the parameters, the topics, corrections and the SHA-256 of the npz; the npz holds the
space, the centroids and what is remembered of the texts. Of the customers' words it keeps labels and keywords only.

Schema 1 had neither ids of their own for the centroids nor a memory. It is read; such a model predicts, but cannot be
updated.
"""

import hashlib
import io
import json
import os
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxtext._version import __version__
from cxtext.encoder.files import read_arrays, read_bytes, read_json
from cxtext.errors import ArtefactError
from cxtext.topics.corrections import Corrections
from cxtext.topics.known import Known
from cxtext.topics.memory import Memory, nothing
from cxtext.topics.places import Topics
from cxtext.topics.table import Topic

KIND, VERSION = "cxtext.topic_model", 2
_JSON, _NPZ = "topic_model.json", "topic_model.npz"
_PLACES = ("axes", "centroids", "parts", "part_means", "rest")  # rows as wide as the mean
_COUNTS = {"ids": "centroids", "seen": "centroids", "since": "centroids", "owners": "parts", "part_sizes": "parts"}
_COUNTS |= {"rest_sizes": "rest"}  # one number for each row of the other array
_FIRST = ("mean", "axes", "centroids")  # what schema 1 has
_LARGEST = 256 * 2**20  # bytes of arrays; a real model has a few MB


def write(directory: str | os.PathLike[str], state: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write a model; existing files of another model in that folder are replaced, each in one step."""
    folder = Path(directory)
    folder.mkdir(parents=True, exist_ok=True)
    buffer = io.BytesIO()
    np.savez_compressed(buffer, allow_pickle=False, **arrays)
    data = buffer.getvalue()
    text = {"schema": f"{KIND}/{VERSION}", "cxtext": __version__, "sha256": hashlib.sha256(data).hexdigest(), **state}
    content = json.dumps(text, ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False) + "\n"
    for name, value in ((_NPZ, data), (_JSON, content.encode("utf-8"))):
        temporary = folder / f".{name}.{os.getpid()}"
        temporary.write_bytes(value)
        temporary.replace(folder / name)


def read(directory: str | os.PathLike[str]) -> tuple[dict[str, Any], dict[str, NDArray[np.float64]]]:
    """Read a model.

    Raises
    ------
    ArtefactError
        If a file is missing, damaged, or of a schema that this version cannot read.
    """
    folder = Path(directory)
    try:
        state, data = read_json(folder / _JSON), read_bytes(folder / _NPZ, largest=_LARGEST)
    except OSError as error:
        missing = Path(str(error.filename)).name
        raise ArtefactError(
            f"{folder} holds no topic model that can be read: {missing}: {error.strerror}; save one with "
            "TopicModel.save(directory)"
        ) from None
    _check_schema(state, folder)
    if hashlib.sha256(data).hexdigest() != state.get("sha256"):
        raise ArtefactError(f"{folder / _NPZ} is damaged: its SHA-256 is not the one in {_JSON}; save the model again")
    try:
        names = _FIRST if _version(state) == 1 else ("mean", *_PLACES, *_COUNTS)
        arrays = read_arrays(io.BytesIO(data), names, largest=_LARGEST)
    except ValueError:
        raise ArtefactError(
            f"{folder / _NPZ} is damaged, lacks an array, or holds more than {_LARGEST} bytes of them; save it again"
        ) from None
    width = arrays["mean"].shape[-1:]
    fits = arrays["mean"].ndim == 1
    fits = fits and all(arrays[n].ndim == 2 and arrays[n].shape[1:] == width for n in _PLACES if n in arrays)
    fits = fits and all(arrays[n].shape == arrays[of].shape[:1] for n, of in _COUNTS.items() if n in arrays)
    fits = fits and all(np.isfinite(array).all() for array in arrays.values())
    owners = arrays.get("owners", np.zeros(0))
    if not fits or (owners < 0).any() or (owners >= len(arrays["centroids"])).any():
        raise ArtefactError(f"{folder / _NPZ} holds arrays whose shapes do not fit together; save the model again")
    return state, arrays


def pack(known: Known) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Give topics as plain values and arrays; places are whole numbers, which take less room as such."""
    topics, memory = known.places, known.places.memory
    remembered = {
        "reach": memory.reach,
        "coherence": memory.coherence,
        "texts": memory.texts,
        "next_id": topics.next_id,
    }
    arrays: dict[str, NDArray[Any]] = {
        "centroids": topics.centroids.astype(np.int16),
        "parts": memory.parts.astype(np.int16),
        "rest": memory.rest.astype(np.int16),
        "part_means": memory.part_means.astype(np.int32),
        "ids": topics.ids,
        **{name: getattr(memory, name).astype(np.int64) for name in ("seen", "since", "owners", "part_sizes")},
        "rest_sizes": memory.rest_sizes,
    }
    state = {
        "language": known.main,
        "topics": [{**asdict(t), "keywords": list(t.keywords)} for t in known.topics],
        "memory": remembered,
        "corrections": known.corrections.to_dict(),
        "gone": [{"id": k, "label_de": v[0], "label_en": v[1]} for k, v in sorted(known.gone.items())],
    }
    return state, arrays


def unpack(state: Mapping[str, Any], arrays: Mapping[str, NDArray[np.float64]]) -> Known:
    """Read what :func:`pack` gives, or the centroids of schema 1.

    Raises
    ------
    KeyError, TypeError, ValueError
        If something is missing or of another type.
    """
    centroids = arrays["centroids"].astype(np.float32)
    table = tuple(Topic(**{**row, "keywords": tuple(row["keywords"])}) for row in state["topics"])
    if _version(state) == 1:
        places = Topics(np.arange(len(centroids)), centroids, nothing(centroids), len(table))
        return Known(places, table, state["language"])
    whole = {name: arrays[name].astype(np.int64) for name in _COUNTS}
    values = state["memory"]
    memory = Memory(
        parts=arrays["parts"].astype(np.float32),
        owners=whole["owners"].astype(np.intp),
        part_means=arrays["part_means"],
        part_sizes=whole["part_sizes"],
        reach=float(values["reach"]),
        coherence=float(values["coherence"]),
        rest=arrays["rest"].astype(np.float32),
        rest_sizes=whole["rest_sizes"],
        texts=int(values["texts"]),
        seen=whole["seen"],
        since=whole["since"],
    )
    return Known(
        Topics(whole["ids"], centroids, memory, int(values["next_id"])),
        table,
        state["language"],
        Corrections.from_dict(state["corrections"]),
        {int(v["id"]): (v["label_de"], v["label_en"]) for v in state["gone"]},
    )


def _version(state: Mapping[str, Any]) -> int:
    return int(str(state["schema"]).partition("/")[2])


def _check_schema(state: object, folder: Path) -> None:
    schema = state.get("schema") if isinstance(state, dict) else None
    kind, _, version = schema.partition("/") if isinstance(schema, str) else ("", "", "")
    if kind != KIND or not (version.isdecimal() and len(version) <= 9):
        raise ArtefactError(f"{folder / _JSON} is not a topic model: its 'schema' is not '{KIND}/...'")
    if int(version) > VERSION:
        raise ArtefactError(
            f"{folder / _JSON} is of schema {KIND}/{int(version)}, this cxtext {__version__} reads up to "
            f"{KIND}/{VERSION}; upgrade cxtext"
        )
