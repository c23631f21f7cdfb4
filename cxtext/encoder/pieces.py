"""What goes through the encoder apart: whole documents, and each turn of a conversation.

A turn is encoded by itself, so that what is said of it depends neither on what the other side says nor on what comes
after: a conversation that is still going on gives the same in the end as one that is read at once. Turns in one window
would also see each other, which the shipped model, trained on single comments, takes for one opinion
(``benchmarks/conversations.py`` measures it).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from cxtext.documents import Document, Segment
from cxtext.encoder.runtime import Runtime
from cxtext.encoder.tokens import Tokens, encode_documents


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a document that is encoded by itself.

    ``start`` is its place in the document, ``first`` the index of its first segment there; ``segments`` have offsets
    into ``text``. Pieces that differ only in ``start`` and ``first`` have the same encoding.
    """

    text: str
    segments: tuple[Segment, ...]
    question: str | None
    start: int = 0
    first: int = 0


def cut(document: Document, segments: Sequence[Segment]) -> list[Piece]:
    """Cut a document into pieces: one for each turn in which the customer speaks; the whole where there are no turns.

    Examples
    --------
    >>> talk = Document.from_turns([{"role": "agent", "text": "Ja?"}, {"role": "customer", "text": "Kein Signal!"}])
    >>> parts = [Segment(0, 3, kind="agent"), Segment(4, 16)]
    >>> [(piece.text, piece.start, piece.first) for piece in cut(talk, parts)]
    [('Kein Signal!', 4, 1)]
    >>> [piece.text for piece in cut(Document(text="No signal!"), [Segment(0, 10)])]
    ['No signal!']
    """
    if not document.turns:
        return [Piece(document.text, tuple(segments), document.question)]
    pieces = []
    position = 0
    for turn in document.turns:
        while position < len(segments) and segments[position].start < turn.start:
            position += 1
        first = position
        while position < len(segments) and segments[position].start < turn.end:
            position += 1
        own = segments[first:position]
        if any(s.kind == "customer" for s in own):
            moved = tuple(replace(s, start=s.start - turn.start, end=s.end - turn.start) for s in own)
            text = document.text[turn.start : turn.end]
            pieces.append(Piece(text, moved, document.question, turn.start, first))
    return pieces


def encode_pieces(runtime: Runtime, pieces: Sequence[Piece]) -> list[Tokens | None]:
    """Encode each piece; null where no words are the customer's."""
    return encode_documents(
        runtime, [p.text for p in pieces], [p.segments for p in pieces], [p.question for p in pieces]
    )


def put_together(pieces: Sequence[Piece], encoded: Sequence[Tokens | None]) -> Tokens | None:
    """Put the encodings of one document's pieces together; null where there are none."""
    found = [(p, t) for p, t in zip(pieces, encoded, strict=True) if t is not None]
    if not found:
        return None
    placed = [_placed(p, t) for p, t in found]
    if len(placed) == 1:
        return placed[0]
    starts = np.cumsum([0, *(len(t.offsets) for t in placed[:-1])])
    return Tokens(
        offsets=np.concatenate([t.offsets for t in placed]),
        segments=np.concatenate([t.segments for t in placed]),
        sentiment=np.concatenate([t.sentiment for t in placed]),
        aspects=np.concatenate([t.aspects for t in placed]),
        opinions=np.concatenate([t.opinions for t in placed]),
        pairs=np.concatenate([t.pairs for t in placed]),
        manifest=placed[0].manifest,
        passages=np.concatenate([t.passages + at for t, at in zip(placed, starts, strict=True)]).astype(np.int32),
        embeddings=np.concatenate([t.embeddings for t in placed]),
        lower=np.concatenate([t.lower for t in placed]),
    )


def _placed(piece: Piece, tokens: Tokens) -> Tokens:
    if not piece.start and not piece.first:
        return tokens
    return replace(
        tokens,
        offsets=(tokens.offsets + piece.start).astype(np.int32),
        segments=(tokens.segments + piece.first).astype(np.int32),
    )
