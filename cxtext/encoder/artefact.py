"""Where the shipped encoder lies, and what its folder holds.

``manifest.json`` names schema, version, files with their SHA-256, the outputs' layout and the calibration. The weights
are ``model.onnx``; ``tokenizer.json`` is a Hugging Face tokenizer. Nothing in the folder is executable.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cxtext.encoder.files import digest_of, read_json
from cxtext.errors import ArtefactError

SCHEMA = "cxtext.encoder/1"
FILES = {"model.onnx", "tokenizer.json"}
_LARGEST_MANIFEST = 16 * 2**20
_MOST = 2**16
PACKAGE = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an encoder folder says of itself.

    ``temperature`` and ``bias`` calibrate the sentiment logits: softmax(logits / temperature + bias). ``tone`` is the
    direction of the embedding space from blame to praise, empty where it was not measured. ``pair_weights`` and
    ``pair_bias`` belong to :func:`cxtext.drivers.pairing.pair_features`.
    """

    folder: Path
    version: str
    dimension: int
    pair_size: int
    window: int
    sentiment: tuple[str, ...]
    tags: tuple[str, ...]
    temperature: float
    bias: tuple[float, ...]
    pair_bias: float
    files: Mapping[str, str]
    tone: tuple[float, ...] = ()
    pair_weights: tuple[float, ...] = (1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


def find_encoder() -> Path:
    """Find the shipped encoder: in a checkout ``models/encoder``, in an installed wheel ``cxtext/_encoder``.

    Raises
    ------
    ArtefactError
        If neither is there.
    """
    for folder in (PACKAGE.parent / "models" / "encoder", PACKAGE / "_encoder"):
        if (folder / "manifest.json").is_file():
            return folder
    raise ArtefactError(
        "the shipped encoder is missing: neither models/encoder nor cxtext/_encoder holds a manifest.json; "
        "reinstall cxtext, or make the encoder with the recipe in models/recipe"
    )


def read_manifest(folder: Path) -> Manifest:
    """Read and check an encoder folder.

    Raises
    ------
    ArtefactError
        If a file is missing, damaged, of another schema or outside the folder.
    """
    path = folder / "manifest.json"
    try:
        data = read_json(path, largest=_LARGEST_MANIFEST)
    except OSError:
        raise ArtefactError(f"{folder} is not an encoder folder: it has no manifest.json") from None
    schema = data.get("schema") if isinstance(data, dict) else None
    if schema != SCHEMA:
        raise ArtefactError(f"{path} is of schema {schema!r:.60}; this version of cxtext reads {SCHEMA!r}")
    try:
        return _checked(folder, data)
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError):
        raise ArtefactError(f"{path} is damaged: a key is missing or has another type; reinstall cxtext") from None


def _checked(folder: Path, data: Mapping[str, Any]) -> Manifest:
    missing = sorted(FILES - data["files"].keys())
    if missing:
        raise ArtefactError(f"{folder / 'manifest.json'} names no {missing[0]}; reinstall cxtext")
    for name, digest in data["files"].items():
        if name in {"", ".", ".."} or Path(name).name != name or "\\" in name:
            raise ArtefactError(f"{folder / 'manifest.json'} names a file outside its folder")
        try:
            found = digest_of(folder / name, graph=name.endswith(".onnx"))
        except OSError:
            raise ArtefactError(f"{folder} lacks {name}; reinstall cxtext") from None
        if found != digest:
            raise ArtefactError(f"{folder / name} is damaged: its SHA-256 differs from manifest.json; reinstall cxtext")
    return Manifest(
        folder=folder,
        version=data["version"],
        dimension=_size(data["dimension"]),
        pair_size=_size(data["pair_size"]),
        window=_size(data["window"]),
        sentiment=tuple(data["sentiment"]),
        tags=tuple(data["tags"]),
        temperature=float(data["calibration"]["temperature"]),
        bias=tuple(data["calibration"]["bias"]),
        pair_bias=float(data["calibration"]["pair_bias"]),
        files=data["files"],
        tone=tuple(data["calibration"].get("tone", ())),
        pair_weights=tuple(data["calibration"]["pair_weights"]),
    )


def _size(value: object) -> int:
    if not isinstance(value, int) or not 1 <= value <= _MOST:
        raise ValueError("no size of a network")
    return value
