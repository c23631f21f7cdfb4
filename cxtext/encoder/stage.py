"""The stage ``encode.v1``: the one pass through the network."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from cxtext.encoder.runtime import Runtime, load
from cxtext.encoder.tokens import encode_documents
from cxtext.pipeline import Draft


class Encode:
    """Run the customer's words through the shared encoder.

    Documents in other languages than German and English are left out.
    """

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Config:
        """``folder``: an encoder folder instead of the shipped one. ``threads``: 0 takes one per core."""

        folder: str | None = None
        threads: int = 0

    name: ClassVar[str] = "encode.v1"
    requires: ClassVar[frozenset[str]] = frozenset({"document", "language", "segments"})
    provides: ClassVar[frozenset[str]] = frozenset({"tokens"})

    def __init__(self, config: Config | None = None) -> None:
        self.config = config or self.Config()

    @property
    def runtime(self) -> Runtime:
        """The loaded encoder, shared by all stages of this process."""
        folder = self.config.folder
        return load(Path(folder) if folder else None, self.config.threads)

    def predict(self, batch: Sequence[Draft]) -> list[dict[str, Any]]:
        """Give each draft its ``tokens``."""
        chosen = [i for i, d in enumerate(batch) if d.language is not None and d.language.code != "other"]
        documents = [batch[i].document for i in chosen]
        found = encode_documents(
            self.runtime,
            [d.text for d in documents],
            [batch[i].segments for i in chosen],
            [d.question for d in documents],
        )
        tokens = dict(zip(chosen, found, strict=True))
        return [{"tokens": tokens.get(i)} for i in range(len(batch))]
