"""Documents through the encoder: windows end at segment borders, nothing is cut, only the customer's words count."""

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxtext.documents import Document, Language, Segment
from cxtext.encoder.stage import Encode
from cxtext.encoder.tokens import QUESTION_TOKENS, _owners, _windows, encode_documents
from cxtext.pipeline import Draft


def one(runtime, text, segments, question=None):
    [tokens] = encode_documents(runtime, [text], [segments], [question])
    return tokens


def arrays(tokens):
    return {f.name: getattr(tokens, f.name).tobytes() for f in fields(tokens) if f.name not in ("manifest", "segments")}


def test_tokens_are_those_of_the_customers_segments(runtime):
    text = "Guten Tag!\nMeine Rechnung ist falsch.\nVielen Dank.\nWie bitte?"
    segments = (
        Segment(0, 10, kind="agent", role="agent"),
        Segment(11, 37),
        Segment(38, 50),
        Segment(51, 61, kind="quoted_reply", role=None),
    )
    tokens = one(runtime, text, segments)
    assert set(tokens.segments.tolist()) == {1, 2}
    for (start, end), segment in zip(tokens.offsets.tolist(), tokens.segments.tolist(), strict=True):
        assert segments[segment].start <= start <= end <= segments[segment].end + 1
        assert start == end or not text[start].isspace()
    assert len(tokens.offsets) == len(tokens.sentiment) == len(tokens.aspects) == len(tokens.opinions)


def test_words_of_others_influence_nothing(runtime):
    plain = one(runtime, "Meine Rechnung ist falsch.", (Segment(0, 26),))
    text = "Meine Rechnung ist falsch.\n> Alles super, vielen Dank!"
    quoted = one(runtime, text, (Segment(0, 26), Segment(27, len(text), kind="quoted_reply", role=None)))
    assert arrays(quoted) == arrays(plain)


def test_each_window_has_an_embedding_and_says_where_it_begins(runtime):
    sentence = "Die Lieferung kam zwei Wochen zu spät. "
    text = sentence * 60
    segments = tuple(Segment(i * len(sentence), (i + 1) * len(sentence) - 1) for i in range(60))
    tokens = one(runtime, text, segments)
    assert len(tokens.passages) == len(tokens.embeddings) > 1
    assert tokens.passages[0] == 0
    assert tokens.embeddings.shape[1] == runtime.manifest.dimension
    assert tokens.lower.shape == (len(tokens.passages), 2 * runtime.manifest.dimension)
    first = one(runtime, sentence.strip(), (Segment(0, len(sentence) - 1),))
    assert first.passages.tolist() == [0]
    assert first.embeddings.shape == (1, runtime.manifest.dimension)


def test_documents_without_the_customers_words_have_no_tokens(runtime):
    agent = Segment(0, 10, kind="agent", role="agent")
    texts = ["Guten Tag!", "Guten Tag!", "Guten Tag!"]
    found = encode_documents(runtime, texts, [(agent,), (), (Segment(0, 10),)], [None, None, None])
    assert [t is None for t in found] == [True, True, False]


def test_no_documents_give_no_tokens(runtime):
    assert encode_documents(runtime, [], [], []) == []


def test_a_document_is_the_same_whatever_stands_beside_it(runtime, varied):
    texts = varied(40, 11)
    segments = [(Segment(0, len(t)),) for t in texts]
    together = encode_documents(runtime, texts, segments, [None] * len(texts))
    for text, own, tokens in zip(texts, segments, together, strict=True):
        assert arrays(one(runtime, text, own)) == arrays(tokens)


def test_a_question_is_context_for_its_own_document_only(runtime):
    text, segments = "Der Preis", (Segment(0, 9),)
    plain, asked = encode_documents(runtime, [text] * 2, [segments] * 2, [None, "Was hat Sie gestört?"])
    assert arrays(plain) == arrays(one(runtime, text, segments))
    assert arrays(asked) == arrays(one(runtime, text, segments, "Was hat Sie gestört?"))
    assert (plain.offsets == asked.offsets).all()
    assert plain.sentiment.tobytes() != asked.sentiment.tobytes()


def test_a_long_question_counts_with_its_first_words(runtime):
    text, segments = "Der Preis", (Segment(0, 9),)
    question = "Was hat Sie gestört " * QUESTION_TOKENS
    assert arrays(one(runtime, text, segments, question)) == arrays(one(runtime, text, segments, question + "heute?"))


def test_a_long_text_with_a_long_question_is_read_whole(runtime):
    text = "Die Lieferung kam zu spät und niemand hat sich gemeldet. " * 60
    tokens = one(runtime, text, (Segment(0, len(text)),), "Was hat Sie gestört " * QUESTION_TOKENS)
    assert int(tokens.offsets[-1, 1]) >= len(text.rstrip())
    assert np.isfinite(tokens.sentiment).all()


def test_windows_of_a_long_text_do_not_look_into_each_other(runtime):
    sentence = "Die Lieferung kam zu spät. "
    count = 60
    segments = tuple(Segment(i * len(sentence), (i + 1) * len(sentence) - 1) for i in range(count))
    one_ending = one(runtime, sentence * (count - 1) + "Der Fahrer war nett.       ", segments)
    other = one(runtime, sentence * (count - 1) + "Der Fahrer war frech.      ", segments)
    window = runtime.manifest.window
    assert len(one_ending.offsets) > window
    first = int(np.searchsorted(one_ending.segments, one_ending.segments[window]))
    assert one_ending.sentiment[:first].tobytes() == other.sentiment[:first].tobytes()
    assert one_ending.sentiment[first:].tobytes() != other.sentiment[first:].tobytes()


# --- windows and owners --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("owners", "size", "windows", "why"),
    [
        ([0, 0, 1], 3, [(0, 3)], "all fit"),
        ([0, 0, 1, 1], 3, [(0, 2), (2, 4)], "cut at the segment border"),
        ([0, 1, 1, 2, 2, 2], 3, [(0, 3), (3, 6)], "as many segments as fit"),
        ([0, 0, 0, 0, 0], 2, [(0, 2), (2, 4), (4, 5)], "a segment longer than a window"),
        ([0, 1, 1, 1, 1, 2], 3, [(0, 1), (1, 4), (4, 6)], "a long segment begins its own window"),
    ],
)
def test_windows_end_at_segment_borders_where_they_can(owners, size, windows, why):
    assert _windows(np.array(owners, np.int32), size) == windows, why


@given(st.lists(st.integers(1, 9), min_size=1, max_size=12), st.integers(1, 10))
def test_windows_cover_every_token_once_and_split_no_segment_that_fits(lengths, size):
    owners = np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)
    windows = _windows(owners, size)
    assert [i for start, end in windows for i in range(start, end)] == list(range(len(owners)))
    assert all(0 < end - start <= size for start, end in windows)
    if max(lengths) <= size:
        assert all(end == len(owners) or owners[end] != owners[end - 1] for _, end in windows)


def owners(offsets, segments):
    """Owners of the tokens of texts of 20 characters."""
    documents = np.repeat(np.arange(len(offsets)), [len(o) for o in offsets])
    starts = np.arange(len(offsets)) * 20
    return _owners(np.concatenate(offsets)[:, 1] + starts[documents], documents, starts, segments).tolist()


def test_a_token_belongs_to_the_segment_of_its_last_character():
    segments = (Segment(0, 4), Segment(5, 9, kind="agent", role="agent"), Segment(10, 14))
    offsets = np.array([[0, 4], [4, 9], [9, 14], [14, 15]], np.int32)
    assert owners([offsets], [segments]) == [0, -1, 2, 2]
    assert owners([offsets], [()]) == [-1] * 4
    assert owners([offsets[:0]], [segments]) == []
    assert owners([offsets, offsets, offsets[:0], offsets], [segments, (), segments, segments[1:]]) == [
        *(0, -1, 2, 2),
        *(-1, -1, -1, -1),
        *(-1, -1, 1, 1),
    ]


def test_a_segment_that_stands_alone_has_every_token():
    offsets = np.array([[0, 1], [1, 5]], np.int32)
    assert owners([offsets], [(Segment(1, 5),)]) == [0, 0]
    assert owners([offsets], [(Segment(1, 5, kind="agent"),)]) == [-1, -1]


# --- the stage -----------------------------------------------------------------------------------------------------


def test_documents_in_other_languages_are_left_out():
    def draft(code, text):
        return Draft(document=Document(text=text), language=Language(code, 0.9), segments=(Segment(0, len(text)),))

    drafts = [draft("other", "Très bien"), draft("de", "Sehr gut"), draft("en", "Very good")]
    tokens = [result["tokens"] for result in Encode().predict(drafts)]
    assert tokens[0] is None
    assert arrays(tokens[1]) == arrays(Encode().predict(drafts[1:2])[0]["tokens"])
    assert tokens[2] is not None


def test_stages_of_one_config_share_one_encoder():
    assert Encode().runtime is Encode(Encode.Config()).runtime
    assert Encode(Encode.Config(threads=1)).runtime.threads == 1
