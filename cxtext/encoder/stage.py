"""The stage ``encode.v1``: the one pass through the network."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, ClassVar

from cxtext.encoder.pieces import Piece, cut, encode_pieces, put_together
from cxtext.encoder.runtime import Runtime, load
from cxtext.encoder.tokens import Tokens
from cxtext.pipeline import Draft


class Encode:
    """Run the customer's words through the shared encoder, each turn of a conversation by itself.

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
        return encode_drafts(batch, lambda pieces: encode_pieces(self.runtime, pieces))


def encode_drafts(batch: Sequence[Draft], encode: Callable[[list[Piece]], list[Tokens | None]]) -> list[dict[str, Any]]:
    """Give each draft its ``tokens`` by a function that encodes pieces; null for other languages."""
    cuts = [cut(d.document, d.segments) if d.language is not None and d.language.code != "other" else [] for d in batch]
    encoded = iter(encode([piece for pieces in cuts for piece in pieces]))
    return [{"tokens": put_together(pieces, list(islice(encoded, len(pieces))))} for pieces in cuts]
