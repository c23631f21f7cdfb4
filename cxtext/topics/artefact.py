"""A fitted topic model on disk: ``topic_model.json`` and ``topic_model.npz``, no pickle and no texts.

The JSON holds the schema version, the parameters, the topics and the SHA-256 of the npz; the npz holds the space and
the centroids. Of the customers' words it keeps labels and keywords only.
"""

import hashlib
import io
import json
import os
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxtext._version import __version__
from cxtext.errors import ArtefactError

KIND, VERSION = "cxtext.topic_model", 1
_JSON, _NPZ = "topic_model.json", "topic_model.npz"
_ARRAYS = ("mean", "axes", "centroids")
_LARGEST = 512 * 1024 * 1024  # bytes of arrays; a real model has a few MB


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
        content, data = (folder / _JSON).read_bytes(), (folder / _NPZ).read_bytes()
    except OSError as error:
        missing = Path(str(error.filename)).name
        raise ArtefactError(
            f"{folder} holds no topic model that can be read: {missing}: {error.strerror}; save one with "
            "TopicModel.save(directory)"
        ) from None
    try:
        state = json.loads(content)
    except ValueError:
        raise ArtefactError(f"{folder / _JSON} is damaged: it is not JSON; save the model again") from None
    _check_schema(state, folder)
    if hashlib.sha256(data).hexdigest() != state.get("sha256"):
        raise ArtefactError(f"{folder / _NPZ} is damaged: its SHA-256 is not the one in {_JSON}; save the model again")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
        if size > _LARGEST:
            raise ArtefactError(f"{folder / _NPZ} holds {size} bytes of arrays; at most {_LARGEST} are read")
        with np.load(io.BytesIO(data), allow_pickle=False) as file:
            arrays = {name: np.asarray(file[name], dtype=np.float64) for name in _ARRAYS}
    except (ValueError, KeyError, OSError, zipfile.BadZipFile):
        raise ArtefactError(f"{folder / _NPZ} is damaged or lacks an array; save the model again") from None
    width = arrays["mean"].shape[-1:]
    if arrays["mean"].ndim != 1 or any(arrays[n].ndim != 2 or arrays[n].shape[1:] != width for n in _ARRAYS[1:]):
        raise ArtefactError(f"{folder / _NPZ} holds arrays whose shapes do not fit together; save the model again")
    return state, arrays


def _check_schema(state: object, folder: Path) -> None:
    schema = state.get("schema") if isinstance(state, dict) else None
    kind, _, version = schema.partition("/") if isinstance(schema, str) else ("", "", "")
    if kind != KIND or not version.isdecimal():
        raise ArtefactError(f"{folder / _JSON} is not a topic model: its 'schema' is not '{KIND}/...'")
    if int(version) > VERSION:
        raise ArtefactError(
            f"{folder / _JSON} is of schema {KIND}/{int(version)}, this cxtext {__version__} reads up to "
            f"{KIND}/{VERSION}; upgrade cxtext"
        )
