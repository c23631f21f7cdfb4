"""Turns are encoded one by one, and what comes out fits the document."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cxtext.documents import Document
from cxtext.encoder.pieces import cut, encode_pieces, put_together
from cxtext.encoder.runtime import Runtime
from cxtext.text.segmentation import segment

TALK = [
    {"role": "agent", "text": "Guten Tag, wie kann ich helfen?"},
    {"role": "customer", "text": "Die Lieferung fehlt. Niemand meldet sich!"},
    {"role": "agent", "text": ""},
    {"role": "customer", "text": "  Das ist ärgerlich.  "},
    {"role": None, "text": "Wer spricht hier?"},
]


def test_there_is_a_piece_for_each_turn_of_the_customer() -> None:
    talk = Document.from_turns(TALK)
    pieces = cut(talk, segment(talk))
    assert [p.text for p in pieces] == [TALK[1]["text"], TALK[3]["text"]]
    for piece in pieces:
        assert talk.text[piece.start : piece.start + len(piece.text)] == piece.text
        for own, whole in zip(piece.segments, segment(talk)[piece.first :], strict=False):
            start, end = own.start + piece.start, own.end + piece.start
            assert (start, end, own.kind) == (whole.start, whole.end, whole.kind)


def test_a_turn_has_the_vectors_of_its_text_alone_moved_to_its_place(runtime: Runtime) -> None:
    talk = Document.from_turns(TALK, question="Was ist los?")
    segments = segment(talk)
    pieces = cut(talk, segments)
    together = put_together(pieces, encode_pieces(runtime, pieces))
    assert together is not None
    alone = []
    for piece in pieces:
        lone = Document(text=piece.text, question="Was ist los?")
        [tokens] = encode_pieces(runtime, cut(lone, segment(lone)))
        assert tokens is not None
        alone.append((piece, tokens))
    for name in ("sentiment", "aspects", "opinions", "pairs"):
        assert np.array_equal(getattr(together, name), np.concatenate([getattr(t, name) for _, t in alone]))
    assert np.array_equal(together.offsets, np.concatenate([t.offsets + p.start for p, t in alone]))
    assert together.offsets.dtype == together.segments.dtype == np.int32
    for (start, end), home in zip(together.offsets.tolist(), together.segments.tolist(), strict=True):
        assert segments[home].start <= start <= end <= segments[home].end


def test_who_never_speaks_has_no_tokens() -> None:
    talk = Document.from_turns([{"role": "agent", "text": "Hallo?"}, {"role": "customer", "text": " "}])
    pieces = cut(talk, segment(talk))
    assert pieces == []
    assert put_together(pieces, []) is None


turns = st.lists(
    st.tuples(st.sampled_from(["customer", "agent", "bot", None]), st.text("ab. !?\nÄ", max_size=12)), max_size=8
)


@given(turns)
def test_every_customer_segment_lies_in_exactly_one_piece(said: list[tuple[str | None, str]]) -> None:
    talk = Document.from_turns([{"role": role, "text": text} for role, text in said])
    if not talk.turns:
        return
    segments = segment(talk)
    found = [p.first + i for p in cut(talk, segments) for i, s in enumerate(p.segments) if s.kind == "customer"]
    assert found == [i for i, s in enumerate(segments) if s.kind == "customer"]
