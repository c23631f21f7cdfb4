"""Files of models: read whole and within bounds, checked by hash, and never executed.

A folder of a model may come from anywhere. What is read of it is JSON, npz without pickled objects, and ONNX; nothing
larger than a model can be is read, devices and pipes are none, and what a file says of its own size is checked before
memory is taken for it.
"""

import hashlib
import json
import math
import mmap
import zipfile
from collections.abc import Sequence
from io import BufferedReader, BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxtext.errors import ArtefactError

LARGEST_JSON = 256 * 2**20
LARGEST_FILE = 2**31  # of protocol buffers, which ONNX is made of
# The name of the field by which an ONNX graph has its weights in another file.
_ELSEWHERE = b"location"


def read_bytes(path: Path, *, largest: int = LARGEST_JSON) -> bytes:
    """Read a file.

    Raises
    ------
    OSError
        If there is none.
    ArtefactError
        If it is no regular file, or larger than it may be.
    """
    with _opened(path, largest) as file:
        # By its size: asking for the most would take memory for as much.
        return file.read(path.stat().st_size)


def read_json(path: Path, *, largest: int = LARGEST_JSON) -> Any:  # noqa: ANN401 (any JSON value)
    """Read a JSON file.

    Raises
    ------
    OSError
        If there is none.
    ArtefactError
        If it is too large, or not JSON.
    """
    data = read_bytes(path, largest=largest)
    try:
        return json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError):  # also numbers of thousands of digits, and brackets in brackets without end
        raise ArtefactError(f"{path} is damaged: it is not JSON") from None


def digest_of(path: Path, *, graph: bool = False) -> str:
    """Give the SHA-256 of a file.

    Parameters
    ----------
    path
        The file.
    graph
        Whether it is an ONNX graph, which must hold its weights itself: one that names other files could read any.

    Raises
    ------
    OSError
        If there is none.
    ArtefactError
        If it is no regular file, too large, or a graph that names other files.
    """
    with _opened(path, LARGEST_FILE) as file:
        if graph and path.stat().st_size:
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as view:
                if view.find(_ELSEWHERE) >= 0:
                    raise ArtefactError(f"{path} keeps weights in another file, which is not allowed; train it again")
                return hashlib.sha256(view).hexdigest()
        return hashlib.file_digest(file, "sha256").hexdigest()


def _opened(path: Path, largest: int) -> BufferedReader:
    # Asked before it is opened: opening a pipe would wait for ever.
    if path.exists() and not path.is_file():
        raise ArtefactError(f"{path} is no file")
    size = path.stat().st_size
    if size > largest:
        raise ArtefactError(f"{path} holds {size} bytes, more than the {largest} that a model needs")
    return path.open("rb")


def read_arrays(file: BytesIO | Path, names: Sequence[str], *, largest: int) -> dict[str, NDArray[np.float64]]:
    """Read arrays of numbers from an npz file.

    Parameters
    ----------
    file
        The file.
    names
        The arrays to read.
    largest
        Bytes that all of them may take as numbers of 8 bytes.

    Raises
    ------
    ValueError
        If it is no npz, lacks an array, or one is of another kind or larger than said.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            left = largest
            for name in names:
                left -= 8 * _count(archive, f"{name}.npy")
                if left < 0:
                    raise ValueError("the arrays are too large")
        if isinstance(file, BytesIO):
            file.seek(0)
        with np.load(file, allow_pickle=False) as arrays:
            return {name: np.asarray(arrays[name], dtype=np.float64) for name in names}
    except Exception as error:  # headers are read by Python's own parser, members by a dozen ways to unpack
        raise ValueError(type(error).__name__) from None


def _count(archive: zipfile.ZipFile, name: str) -> int:
    """Give how many numbers an array says that it has, if the archive holds as many."""
    size = archive.getinfo(name).file_size  # no more than this is unpacked
    with archive.open(name) as member:
        version = np.lib.format.read_magic(member)
        read = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}.get(version)
        if read is None:
            raise ValueError("an unknown version")
        shape, _, kind = read(member)
    count = math.prod(shape)
    if kind.kind not in "fiu" or count < 0 or count * kind.itemsize > size:
        raise ValueError("an array is of another kind, or larger than its file")
    return count
