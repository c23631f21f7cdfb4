"""What the head judges as one: a short text or turn with its embedding, or a single sentence of anything longer."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cxtext.encoder.tokens import Tokens
from cxtext.pipeline import Draft

# Subword tokens: the embedding of a longer passage says little of each of its sentences.
LONGEST = 128


@dataclass(frozen=True, slots=True)
class Passage:
    """Indexes of the customer's segments that are judged together, and the sum of their token embeddings if known.

    ``whole``: the customer says no more than this in the document.
    """

    segments: tuple[int, ...]
    embedding: NDArray[np.float32] | None
    whole: bool = False


def passages(draft: Draft, *, embeddings: bool) -> Iterator[Passage]:
    """Cut a draft into passages, in text order.

    Parameters
    ----------
    embeddings
        Whether the head knows the vectors of the draft's encoder.
    """
    own = [i for i, s in enumerate(draft.segments) if s.kind == "customer"]
    tokens = draft.tokens
    # The words of a question are part of the embedding, and would be taken for the customer's.
    if not embeddings or tokens is None or draft.document.question or not len(tokens.passages):
        yield from (Passage((i,), None, whole=len(own) == 1) for i in own)
        return
    seen: set[int] = set()
    for segments, embedding in _encoded(tokens):
        fresh = tuple(i for i in segments if i not in seen)
        seen.update(fresh)
        if embedding is None:
            yield from (Passage((i,), None) for i in fresh)
        elif fresh:
            yield Passage(fresh, embedding, whole=len(fresh) == len(own))
    yield from (Passage((i,), None) for i in own if i not in seen)


def _encoded(tokens: Tokens) -> Iterator[tuple[list[int], NDArray[np.float32] | None]]:
    """Segments of each stretch that went through the network by itself, with its embedding unless it is long."""
    ends = [*tokens.passages[1:].tolist(), len(tokens.segments)]
    for i, (start, end) in enumerate(zip(tokens.passages.tolist(), ends, strict=True)):
        segments = list(dict.fromkeys(tokens.segments[start:end].tolist()))
        yield segments, tokens.embeddings[i] if end - start <= LONGEST else None
