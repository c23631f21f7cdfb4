"""The encoder folder as a module of sentence-transformers, over the same ONNX file.

``modules.json`` in the folder names the class below. It hands texts to the same functions as :func:`cxtext.encode`, so
that both give the same vectors. This module needs the extra ``transformers``; nothing else of cxtext imports it on its
way in.
"""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

import torch
from sentence_transformers.base.modules import InputModule

from cxtext.encoder.embedding import embed
from cxtext.encoder.runtime import Runtime, load
from cxtext.errors import ArtefactError, InputTypeError


class CxtextEncoder(InputModule):  # type: ignore[misc]
    """Texts in, sentence embeddings out; one class from tokens to pooling.

    Nothing is cut (a long text is the mean of its windows), rows are L2-normalised, and texts without words give zero
    rows. The network is int8 on the CPU: there is nothing to train or to move to another device.

    Parameters
    ----------
    folder
        An encoder folder; see :mod:`cxtext.encoder.artefact`.

    Raises
    ------
    ArtefactError
        If the folder is none, or damaged.

    Examples
    --------
    >>> from cxtext.encoder.artefact import find_encoder
    >>> from sentence_transformers import SentenceTransformer
    >>> model = SentenceTransformer(modules=[CxtextEncoder(find_encoder())])
    >>> german, english, other = model.encode(["Der Zug kam zu spät.", "The train was late.", "Leckeres Essen!"])
    >>> bool(german @ english > german @ other)
    True
    """

    def __init__(self, folder: str | Path) -> None:
        super().__init__()
        # The path alone: a session can neither be copied nor sent to a worker process, which loads its own.
        self.folder = str(Path(folder).resolve())
        self.dimension = self._runtime().manifest.dimension

    def _runtime(self) -> Runtime:
        return load(Path(self.folder))

    @classmethod
    def load(
        cls,
        model_name_or_path: str,
        subfolder: str = "",
        token: bool | str | None = None,
        cache_folder: str | None = None,
        revision: str | None = None,
        local_files_only: bool = False,
        **kwargs: Any,  # noqa: ANN401 (options of other modules: for torch models, tokenizers, backends)
    ) -> Self:
        """Load from a folder, or from the model hub; sentence-transformers calls this.

        Raises
        ------
        ArtefactError
            If there is no such folder, or it is damaged.
        """
        folder = cls.load_dir_path(
            model_name_or_path,
            subfolder=subfolder,
            token=token,
            cache_folder=cache_folder,
            revision=revision,
            local_files_only=local_files_only,
        )
        if folder is None:
            raise ArtefactError(f"{model_name_or_path!r} is not an encoder folder")
        return cls(folder)

    def preprocess(
        self,
        inputs: Sequence[Any],
        prompt: str | None = None,
        **kwargs: Any,  # noqa: ANN401
    ) -> dict[str, Any]:
        """Check the texts and put the prompt before them, if there is one; windows are made in the forward pass.

        Raises
        ------
        InputTypeError
            If an input is not a string.
        """
        for item in inputs:
            if not isinstance(item, str):
                raise InputTypeError(
                    f"this encoder reads texts only: an input must be a str, got {type(item).__name__}"
                )
        return {"texts": [f"{prompt}{t}" for t in inputs] if prompt else list(inputs)}

    def forward(self, features: dict[str, Any], **kwargs: Any) -> dict[str, torch.Tensor]:  # noqa: ANN401
        """Encode the texts: ``sentence_embedding``, float32 (n, dimension)."""
        return {"sentence_embedding": torch.from_numpy(embed(self._runtime(), features["texts"]))}

    def get_embedding_dimension(self) -> int:
        """Length of a vector."""
        return self.dimension

    def save(self, output_path: str, *args: Any, safe_serialization: bool = True, **kwargs: Any) -> None:  # noqa: ANN401
        """Copy the files that the manifest names, and the manifest; there are no torch weights."""
        source, target = Path(self.folder), Path(output_path).resolve()
        if source == target:
            return
        for name in (*self._runtime().manifest.files, "manifest.json"):
            shutil.copyfile(source / name, target / name)
