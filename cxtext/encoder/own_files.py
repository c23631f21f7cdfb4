"""A model for labels of one's own on disk: ``own_model.json``, ``head.npz``, and a network where one was fine-tuned.

The JSON holds schema, task, classes, figures and the SHA-256 of the other files. Of the labelled table it keeps the
names of the classes and counts, no text. Nothing in the folder is executable.
"""

import hashlib
import io
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxtext._version import __version__
from cxtext.encoder.files import digest_of, read_arrays, read_json
from cxtext.errors import ArtefactError, OutputExistsError

SCHEMA = "cxtext.own_model/1"
JSON, HEAD, NETWORK, TOKENIZER = "own_model.json", "head.npz", "network.onnx", "tokenizer.json"
_LARGEST = 64 * 2**20  # bytes of the head's arrays, and of the JSON; a real one has a few hundred kB


def check_free(folder: Path, *, force: bool) -> None:
    """Check that a model may be written into a folder, and touch nothing.

    Raises
    ------
    OutputExistsError
        If it is a file, or holds a model and ``force`` is not given, or holds something else.
    """
    if not folder.exists():
        return
    if not folder.is_dir():
        raise OutputExistsError(f"{folder} is a file; name a folder for the model, e.g. --out my-model/")
    if (folder / JSON).exists():
        if not force:
            raise OutputExistsError(f"{folder} holds a model already; --force replaces it, or name another --out")
    elif any(folder.iterdir()):
        raise OutputExistsError(f"{folder} is not empty and holds no model; name another --out")


def write(
    folder: Path, state: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]], files: Mapping[str, bytes]
) -> None:
    """Write a model; the JSON last, so that where it lies the model is whole."""
    folder.mkdir(parents=True, exist_ok=True)
    buffer = io.BytesIO()
    np.savez_compressed(buffer, allow_pickle=False, **arrays)
    contents = {HEAD: buffer.getvalue(), **files}
    digests = {name: hashlib.sha256(data).hexdigest() for name, data in sorted(contents.items())}
    whole = {"schema": SCHEMA, "cxtext": __version__, **state, "files": digests}
    text = json.dumps(whole, ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False) + "\n"
    contents[JSON] = text.encode("utf-8", "replace")
    for name in {NETWORK, TOKENIZER} - contents.keys():
        (folder / name).unlink(missing_ok=True)
    for name, data in contents.items():
        temporary = folder / f".{name}.{os.getpid()}"
        temporary.write_bytes(data)
        temporary.replace(folder / name)


def read(folder: Path) -> tuple[dict[str, Any], dict[str, NDArray[np.float64]]]:
    """Read a model's state and the arrays of its head; the other files are checked and not read.

    Raises
    ------
    ArtefactError
        If a file is missing, damaged, or of another schema.
    """
    path = folder / JSON
    try:
        state = read_json(path, largest=_LARGEST)
    except OSError as error:
        raise ArtefactError(
            f"{folder} holds no model of your own that can be read: {JSON}: {error.strerror}; make one with "
            "python -m cxtext.train"
        ) from None
    schema = state.get("schema") if isinstance(state, dict) else None
    if schema != SCHEMA:
        raise ArtefactError(f"{path} is of schema {schema!r:.60}; this version of cxtext reads {SCHEMA!r}")
    digests = state.get("files")
    if not isinstance(digests, dict) or HEAD not in digests or set(digests) - {HEAD, NETWORK, TOKENIZER}:
        raise ArtefactError(f"{path} is damaged: its 'files' are not those of a model; train the model again")
    for name, digest in digests.items():
        try:
            found = digest_of(folder / name, graph=name == NETWORK)
        except OSError as error:
            raise ArtefactError(f"{folder / name} cannot be read: {error.strerror}; train the model again") from None
        if found != digest:
            raise ArtefactError(f"{folder / name} is damaged: its SHA-256 is not the one in {JSON}; train it again")
    return state, _arrays(folder / HEAD)


def _arrays(path: Path) -> dict[str, NDArray[np.float64]]:
    try:
        arrays = read_arrays(path, ("weights", "bias"), largest=_LARGEST)
    except ValueError:
        raise ArtefactError(
            f"{path} is damaged, lacks an array, or holds more than {_LARGEST} bytes of them; train the model again"
        ) from None
    if arrays["weights"].ndim != 2 or arrays["bias"].shape != arrays["weights"].shape[:1]:
        raise ArtefactError(f"{path} holds arrays whose shapes do not fit together; train the model again")
    return arrays
