"""Documents through the encoder: one pass, from which sentiment, drivers and embeddings are read."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cxtext.documents import Segment
from cxtext.encoder.artefact import Manifest
from cxtext.encoder.runtime import Floats, Runtime

# A question is context, not content: its first words say what was asked.
QUESTION_TOKENS = 48


@dataclass(frozen=True, slots=True)
class Tokens:
    """The encoder's output for the customer's words of one document, n subword tokens.

    ``offsets`` (n, 2) into the document's text, without white space at the edges; ``segments`` (n,) index into the
    document's segments. ``sentiment`` (n, 4), ``aspects`` and ``opinions`` (n, 7), ``pairs`` (n, 2 x pair size) as in
    :class:`cxtext.encoder.runtime.Row`.
    """

    offsets: NDArray[np.int32]
    segments: NDArray[np.int32]
    sentiment: Floats
    aspects: Floats
    opinions: Floats
    pairs: Floats
    manifest: Manifest


def encode_documents(
    runtime: Runtime, texts: Sequence[str], segments: Sequence[Sequence[Segment]], questions: Sequence[str | None]
) -> list[Tokens | None]:
    """Encode the customer's segments of each text; null where there are none.

    Long texts go through in windows that end at segment borders. Nothing is cut: a segment longer than a window is
    spread over several.
    """
    encoded = runtime.tokenize(texts)
    asked = sorted({q for q in questions if q})
    contexts = dict(zip(asked, (e.ids[:QUESTION_TOKENS] for e in runtime.tokenize(asked)), strict=True))
    rows: list[list[int]] = []
    row_contexts: list[list[int]] = []
    kept: list[tuple[NDArray[np.int32], NDArray[np.int32], int] | None] = []
    for i, (encoding, parts) in enumerate(zip(encoded, segments, strict=True)):
        owners = _owners(encoding.offsets, parts)
        offsets = _trim(encoding.offsets, texts[i])
        own = np.flatnonzero(owners >= 0)
        # White space behind the last word says nothing.
        filled = np.flatnonzero(offsets[own, 0] < offsets[own, 1])
        own = own[: filled[-1] + 1] if len(filled) else own[:0]
        if not len(own):
            kept.append(None)
            continue
        owners = owners[own]
        context = contexts.get(questions[i] or "", [])
        ids = [encoding.ids[t] for t in own]
        borders = _windows(owners, runtime.manifest.window - (len(context) + 1 if context else 0))
        for start, end in borders:
            rows.append(ids[start:end])
            row_contexts.append(context)
        kept.append((offsets[own], owners, len(borders)))
    results = iter(runtime.run(rows, contexts=row_contexts))
    tokens: list[Tokens | None] = []
    for entry in kept:
        if entry is None:
            tokens.append(None)
            continue
        offsets, owners, windows = entry
        own_rows = [next(results) for _ in range(windows)]
        sentiment, aspects, opinions, pairs = (
            np.concatenate([getattr(r, name) for r in own_rows]) if windows > 1 else getattr(own_rows[0], name)
            for name in ("sentiment", "aspects", "opinions", "pairs")
        )
        tokens.append(Tokens(offsets, owners, sentiment, aspects, opinions, pairs, runtime.manifest))
    return tokens


def _owners(offsets: NDArray[np.int32], segments: Sequence[Segment]) -> NDArray[np.int32]:
    """Segment index of every token, -1 for tokens that are not the customer's words."""
    if not len(offsets) or not segments:
        return np.full(len(offsets), -1, np.int32)
    if len(segments) == 1 and segments[0].kind == "customer":
        return np.zeros(len(offsets), np.int32)
    starts = np.fromiter((s.start for s in segments), np.int32, len(segments))
    # A token may begin with the white space before it, so its last character decides.
    owners = np.searchsorted(starts, offsets[:, 1] - 1, side="right").astype(np.int32) - 1
    customers = np.fromiter((s.kind == "customer" for s in segments), np.bool_, len(segments))
    owners[(owners >= 0) & ~customers[owners]] = -1
    return owners


def _windows(owners: NDArray[np.int32], size: int) -> list[tuple[int, int]]:
    """Cut a row of tokens into windows of at most ``size``, at segment borders where they exist."""
    n = len(owners)
    if n <= size:
        return [(0, n)]
    changes = [0, *(np.flatnonzero(np.diff(owners)) + 1).tolist(), n]
    windows: list[tuple[int, int]] = []
    start = 0
    while start < n:
        end = max((c for c in changes if start < c <= start + size), default=min(start + size, n))
        windows.append((start, end))
        start = end
    return windows


def _trim(offsets: NDArray[np.int32], text: str) -> NDArray[np.int32]:
    """Take white space off the front of token offsets."""
    trimmed = offsets.copy()
    for i, (start, end) in enumerate(offsets.tolist()):
        while start < end and text[start].isspace():
            start += 1
        trimmed[i, 0] = start
    return trimmed
