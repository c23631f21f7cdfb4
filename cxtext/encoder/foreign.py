"""Other encoders: any model of the library sentence-transformers, by name or folder."""

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxtext.errors import ArtefactError, InputValueError, MissingExtraError

PREFIX = "sentence-transformers:"

# What modules.json of an encoder folder of ours names; models/recipe writes it.
MODULE = "cxtext.encoder.sentence_transformers_module.CxtextEncoder"


@dataclass(frozen=True, slots=True)
class NamedModel:
    """A loaded model of sentence-transformers, run on the CPU, where the same texts give the same bytes."""

    name: str
    model: Any

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self.model.get_embedding_dimension())

    def encode(self, texts: list[str], /) -> NDArray[np.float32]:
        """Give one vector a text.

        Raises
        ------
        ArtefactError
            If the model fails.
        """
        # Its tokenizer refuses lone surrogates, which UTF-8 cannot hold.
        clean = [re.sub("[\ud800-\udfff]", "\ufffd", t) for t in texts]
        try:
            vectors = self.model.encode(clean, show_progress_bar=False, convert_to_numpy=True)
        except Exception as error:
            # Whatever the model raises may quote a text.
            raise ArtefactError(
                f"the sentence-transformers model {self.name!r} failed on {len(texts)} texts ({type(error).__name__})"
            ) from None
        return np.asarray(vectors, np.float32)


@lru_cache(maxsize=2)
def load_named(name: str) -> NamedModel:
    """Load a model of sentence-transformers once per process.

    A folder is read from disk alone. A name is looked up as that library does: in its cache, and on the model hub
    unless ``HF_HUB_OFFLINE=1`` is set. Code that comes with a model is never run.

    Raises
    ------
    InputValueError
        If the name is empty.
    MissingExtraError
        If sentence-transformers is not installed.
    ArtefactError
        If there is no such model, or it cannot be loaded.
    """
    if not name.strip():
        raise InputValueError(f"{PREFIX!r} must be followed by the name or the folder of a model")
    try:
        from sentence_transformers import SentenceTransformer
    except ImportError:
        raise MissingExtraError("sentence-transformers", "transformers") from None
    folder = Path(name).is_dir()
    try:
        if folder and _module_types(Path(name)) == [MODULE]:
            from cxtext.encoder.sentence_transformers_module import CxtextEncoder

            # The class is ours and imported here, so that nobody need trust the folder.
            return NamedModel(name, SentenceTransformer(modules=[CxtextEncoder(name)], device="cpu"))
        return NamedModel(name, SentenceTransformer(name, device="cpu", local_files_only=folder))
    except ArtefactError:
        raise
    except Exception as error:  # the library and those below it raise a dozen kinds
        raise ArtefactError(_why(name, folder, error)) from None


def _module_types(folder: Path) -> list[str]:
    try:
        return [m["type"] for m in json.loads((folder / "modules.json").read_text(encoding="utf-8"))]
    except (OSError, ValueError, TypeError, KeyError):
        return []


def _why(name: str, folder: bool, error: Exception) -> str:
    """Say in one line what a model lacks; what the library says runs over many, and names its own options."""
    if "trust_remote_code" in str(error):
        return (
            f"the model {name!r} brings code of its own, which cxtext does not run; load it with sentence-transformers "
            "and give the object: encoder=SentenceTransformer(..., trust_remote_code=True)"
        )
    kind = type(error).__name__
    if folder:
        return f"the folder {name!r} holds no model that sentence-transformers can load ({kind})"
    return (
        f"sentence-transformers finds no model {name!r} ({kind}): it is no folder, and neither in the local cache nor "
        "to be downloaded; give the path of a model's folder, or a name as the model hub spells it"
    )
