"""What the head judges as one: a short text or turn with its vectors, or a single sentence of anything longer."""

from collections.abc import Iterator
from dataclasses import dataclass

from cxtext.encoder.tokens import Tokens
from cxtext.markers.head import Vectors
from cxtext.pipeline import Draft

# Subword tokens: the vectors of a longer passage say little of each of its sentences.
LONGEST = 128


@dataclass(frozen=True, slots=True)
class Passage:
    """Indexes of the customer's segments that are judged together, and the encoder's vectors of them if known.

    ``whole``: the customer says no more than this in the document.
    """

    segments: tuple[int, ...]
    vectors: Vectors | None
    whole: bool = False


def passages(draft: Draft, *, known: bool) -> Iterator[Passage]:
    """Cut a draft into passages, in text order.

    Parameters
    ----------
    known
        Whether the head knows the vectors of the draft's encoder.
    """
    own = [i for i, s in enumerate(draft.segments) if s.kind == "customer"]
    tokens = draft.tokens
    # The words of a question are part of the vectors, and would be taken for the customer's.
    if not known or tokens is None or draft.document.question or not len(tokens.passages):
        yield from (Passage((i,), None, whole=len(own) == 1) for i in own)
        return
    seen: set[int] = set()
    for segments, vectors in _encoded(tokens):
        fresh = tuple(i for i in segments if i not in seen)
        seen.update(fresh)
        if vectors is None:
            yield from (Passage((i,), None) for i in fresh)
        elif fresh:
            yield Passage(fresh, vectors, whole=len(fresh) == len(own))
    yield from (Passage((i,), None) for i in own if i not in seen)


def _encoded(tokens: Tokens) -> Iterator[tuple[list[int], Vectors | None]]:
    """Segments of each stretch that went through the network by itself, with its vectors unless it is long."""
    ends = [*tokens.passages[1:].tolist(), len(tokens.segments)]
    for i, (start, end) in enumerate(zip(tokens.passages.tolist(), ends, strict=True)):
        segments = list(dict.fromkeys(tokens.segments[start:end].tolist()))
        yield segments, Vectors(tokens.embeddings[i], tokens.lower[i]) if end - start <= LONGEST else None
