"""Documents through the encoder: one pass, from which sentiment, drivers and embeddings are read."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice, pairwise

import numpy as np
from numpy.typing import NDArray

from cxtext.documents import Segment
from cxtext.encoder.artefact import Manifest
from cxtext.encoder.runtime import Encoded, Floats, Row, Runtime
from cxtext.text.characters import join, next_filled

# A question is context, not content: its first words say what was asked.
QUESTION_TOKENS = 48


@dataclass(frozen=True, slots=True)
class Tokens:
    """The encoder's output for the customer's words of one document, n subword tokens.

    ``offsets`` (n, 2) into the document's text, without white space at the edges; ``segments`` (n,) index into the
    document's segments. ``sentiment`` (n, 4), ``aspects`` and ``opinions`` (n, 7), ``pairs`` (n, 2 x pair size) as in
    :class:`cxtext.encoder.runtime.Row`. The words went through the network in p passages: ``passages`` (p,) gives the
    first token of each, ``embeddings`` (p, dimension) its sum of token embeddings, those of the question included, and
    ``lower`` (p, 2 x dimension) the same sums of two lower layers.
    """

    offsets: NDArray[np.int32]
    segments: NDArray[np.int32]
    sentiment: Floats
    aspects: Floats
    opinions: Floats
    pairs: Floats
    manifest: Manifest
    passages: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, np.int32))
    embeddings: Floats = field(default_factory=lambda: np.zeros((0, 0), np.float32))
    lower: Floats = field(default_factory=lambda: np.zeros((0, 0), np.float32))


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
    kept: list[tuple[_Own, list[tuple[int, int]]] | None] = []
    for encoding, own, question in zip(encoded, _own_tokens(texts, encoded, segments), questions, strict=True):
        if own is None:
            kept.append(None)
            continue
        context = contexts[question] if question else []
        every = len(own.places) == len(encoding.ids)
        ids = encoding.ids if every else [encoding.ids[p] for p in own.places.tolist()]
        borders = _windows(own.segments, runtime.manifest.window - (len(context) + 1 if context else 0))
        for start, end in borders:
            rows.append(ids[start:end])
            row_contexts.append(context)
        kept.append((own, borders))
    results = iter(runtime.run(rows, contexts=row_contexts))
    return [None if entry is None else _tokens(*entry, results, runtime.manifest) for entry in kept]


@dataclass(frozen=True, slots=True)
class _Own:
    """The customer's tokens of one document: which ones, where they stand, and in which segments."""

    places: NDArray[np.intp]
    offsets: NDArray[np.int32]
    segments: NDArray[np.int32]


def _tokens(own: _Own, windows: list[tuple[int, int]], results: Iterator[Row], manifest: Manifest) -> Tokens:
    """Put the windows of one document together."""
    row = next(results)
    sentiment, aspects, opinions, pairs = row.sentiment, row.aspects, row.opinions, row.pairs
    embeddings, lower = row.embedding[None], row.lower[None]
    if len(windows) > 1:
        rows = [row, *islice(results, len(windows) - 1)]
        sentiment, aspects, opinions, pairs = (
            np.concatenate([getattr(r, name) for r in rows]) for name in ("sentiment", "aspects", "opinions", "pairs")
        )
        embeddings, lower = np.stack([r.embedding for r in rows]), np.stack([r.lower for r in rows])
    passages = np.array([start for start, _ in windows], np.int32)
    return Tokens(
        own.offsets,
        own.segments,
        sentiment,
        aspects,
        opinions,
        pairs,
        manifest,
        passages=passages,
        embeddings=embeddings,
        lower=lower,
    )


def _own_tokens(
    texts: Sequence[str], encoded: Sequence[Encoded], segments: Sequence[Sequence[Segment]]
) -> list[_Own | None]:
    """Find the customer's tokens of each text, without white space at their front; null where there are none."""
    if not texts:
        return []
    counts = np.fromiter((len(e.ids) for e in encoded), np.intp, len(encoded))
    documents = np.repeat(np.arange(len(texts)), counts)
    joined = join(texts)
    places = np.concatenate([e.offsets for e in encoded]) + joined.starts[documents, None]
    starts = np.minimum(next_filled(joined.codes)[places[:, 0]], places[:, 1])
    owners = _owners(places[:, 1], documents, joined.starts, segments)
    # White space behind the last word says nothing.
    filled = np.flatnonzero((owners >= 0) & (starts < places[:, 1]))
    last = np.full(len(texts), -1)
    np.maximum.at(last, documents[filled], filled)
    own = np.flatnonzero((owners >= 0) & (np.arange(len(owners)) <= last[documents]))
    trimmed = np.stack([starts, places[:, 1]], axis=1) - joined.starts[documents, None]
    offsets, homes, documents = trimmed[own].astype(np.int32), owners[own].astype(np.int32), documents[own]
    local = own - (np.cumsum(counts) - counts)[documents]
    borders = np.searchsorted(documents, np.arange(len(texts) + 1)).tolist()
    return [_Own(local[a:b], offsets[a:b], homes[a:b]) if a < b else None for a, b in pairwise(borders)]


def _owners(
    ends: NDArray[np.int64],
    documents: NDArray[np.intp],
    text_starts: NDArray[np.int64],
    segments: Sequence[Sequence[Segment]],
) -> NDArray[np.int64]:
    """Segment index of every token, -1 for tokens that are not the customer's words.

    Parameters
    ----------
    ends
        Where each token ends, in texts that lie end to end.
    documents
        Which text each token belongs to.
    text_starts
        Where each text starts.
    segments
        The segments of each text, with offsets into it.
    """
    counts = np.fromiter((len(own) for own in segments), np.intp, len(segments))
    every = [s for own in segments for s in own]
    starts = np.fromiter((s.start for s in every), np.int64, len(every)) + np.repeat(text_starts, counts)
    customers = np.fromiter((s.kind == "customer" for s in every), np.bool_, len(every))
    # A token may begin with the white space before it, so its last character decides.
    found = np.searchsorted(starts, ends - 1, side="right") - 1
    owners = found - (np.cumsum(counts) - counts)[documents]
    owners[(owners < 0) | ~np.append(customers, False)[found]] = -1
    # Where there is but one segment, white space before it is part of it too.
    whole = np.fromiter((len(own) == 1 and own[0].kind == "customer" for own in segments), np.bool_, len(segments))
    owners[whole[documents]] = 0
    return np.asarray(owners)


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
