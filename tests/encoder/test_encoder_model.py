"""Texts in, vectors out."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import Normalizer

from cxtext.encoder import embedding, encode_subjects
from cxtext.encoder.model import CHUNK, Encoder, TextEncoder, encode
from cxtext.errors import InputTypeError, InputValueError


def test_rows_have_unit_length_and_texts_without_words_are_zero(varied):
    texts = [*varied(60, 1), "", "  \n\t", "\u00a0"]
    vectors = encode(texts)
    assert vectors.dtype == np.float32
    assert vectors.shape == (63, Encoder().dimension)
    assert np.linalg.norm(vectors[:60], axis=1) == pytest.approx(np.ones(60), abs=1e-5)
    assert not vectors[60:].any()


def test_one_string_is_one_row():
    assert encode("Sehr freundlich").shape == (1, 384)
    assert encode("").shape == (1, 384)
    assert encode([]).shape == (0, 384)
    assert encode(t for t in ["a", "b"]).shape == (2, 384)


def test_a_vector_is_the_same_in_any_order_and_alone(varied):
    texts = varied(150, 2)
    vectors = encode(texts)
    order = list(range(len(texts)))
    random.Random(2).shuffle(order)
    assert encode([texts[i] for i in order]).tobytes() == vectors[order].tobytes()
    for i in order[:25]:
        assert encode(texts[i]).tobytes() == vectors[i].tobytes()


@pytest.mark.slow
def test_ten_thousand_vectors_are_the_same_in_any_order_and_batch(varied):
    texts = varied(10_000, 7)
    vectors = encode(texts)
    order = list(range(len(texts)))
    random.Random(7).shuffle(order)
    assert encode([texts[i] for i in order]).tobytes() == vectors[order].tobytes()
    rng, start = random.Random(8), 0
    while start < len(texts):
        size = rng.randrange(1, 400)
        assert encode(texts[start : start + size]).tobytes() == vectors[start : start + size].tobytes()
        start += size


def test_white_space_at_the_edges_has_no_influence():
    assert encode("  Gut. \n").tobytes() == encode("Gut.").tobytes()


def test_chunks_have_no_influence(monkeypatch, varied):
    texts = varied(20, 3)
    vectors = encode(texts)
    assert len(texts) < CHUNK
    monkeypatch.setattr("cxtext.encoder.model.CHUNK", 7)
    assert encode(texts).tobytes() == vectors.tobytes()


def test_every_sentence_of_a_long_text_counts():
    words = "Die Lieferung kam pünktlich und der Fahrer war sehr freundlich zu uns allen. " * 250
    assert len(words.split()) >= 3000
    one, other = encode([words + "Alles bestens.", words + "Die Rechnung ist eine Katastrophe."])
    assert one.tobytes() != other.tobytes()
    first, second = encode(["Alles bestens. " + words, "Die Rechnung ist eine Katastrophe. " + words])
    assert first.tobytes() != second.tobytes()


def test_a_long_text_is_the_mean_over_all_its_tokens(runtime):
    window = runtime.manifest.window
    text = ("Die Lieferung kam zu spät, der Support war nett. " * 60).strip()
    [encoded] = runtime.tokenize([text])
    rows = [encoded.ids[i : i + window] for i in range(0, len(encoded.ids), window)]
    assert len(rows) > 2
    total = np.sum([r.embedding for r in runtime.run(rows)], axis=0, dtype=np.float64)
    assert embedding.embed(runtime, [text])[0] == pytest.approx(total / np.linalg.norm(total), abs=1e-5)


@settings(max_examples=25)
@given(st.lists(st.text(st.characters(exclude_categories=[]), max_size=60), max_size=4))
def test_any_text_gives_a_finite_unit_or_zero_row(texts):
    vectors = encode(texts)
    assert vectors.shape == (len(texts), 384)
    for text, vector in zip(texts, vectors, strict=True):
        length = float(np.linalg.norm(vector))
        assert length == pytest.approx(1, abs=1e-5) or (length == 0 and not any(c.isalnum() for c in text))


def test_translations_lie_closer_than_other_topics():
    german, english, other = encode(
        ["Der Zug war schon wieder zu spät.", "The train was late again.", "Das Essen hat uns sehr gut geschmeckt."]
    )
    assert german @ english > german @ other


def test_a_bad_item_is_named():
    with pytest.raises(InputTypeError, match="item 1 must be a str, got NoneType"):
        encode(["gut", None])


# --- the estimator -------------------------------------------------------------------------------------------------


def test_an_encoder_is_a_scikit_learn_transformer():
    encoder = Encoder(threads=1)
    assert clone(encoder).get_params() == {"folder": None, "threads": 1}
    assert encoder.fit(["x"]) is encoder
    vectors = make_pipeline(encoder, Normalizer()).fit_transform(["Der Zug war spät", "Gut"])
    assert vectors == pytest.approx(encode(["Der Zug war spät", "Gut"]), abs=1e-6)
    assert encoder.set_params(threads=0) is encoder
    assert encoder.threads == 0
    with pytest.raises(InputValueError, match="no parameter 'model'"):
        encoder.set_params(model="x")


def test_the_shipped_encoder_is_a_text_encoder():
    assert isinstance(Encoder(), TextEncoder)


# --- other encoders ------------------------------------------------------------------------------------------------


class Lengths:
    """Encodes a text by its length; keeps what it was given."""

    def __init__(self):
        self.seen = []

    def encode(self, texts):
        self.seen.append(texts)
        return [[3.0 * len(t), 4.0 * len(t)] for t in texts]


def test_any_object_that_encodes_is_taken_and_normalised():
    lengths = Lengths()
    vectors = encode(["ab", " ", "abc"], encoder=lengths)
    assert vectors.dtype == np.float32
    assert vectors == pytest.approx(np.array([[0.6, 0.8], [0, 0], [0.6, 0.8]], np.float32))
    assert lengths.seen == [["ab", "abc"]], "texts without words never reach it"


def test_a_zero_vector_stays_zero():
    class Zero:
        def encode(self, texts):
            return np.zeros((len(texts), 3))

    assert not encode(["a"], encoder=Zero()).any()


@pytest.mark.parametrize("shape", [(1, 2), (2,), (2, 2, 2)])
def test_an_encoder_that_gives_another_shape_is_refused(shape):
    class Wrong:
        def encode(self, texts):
            return np.ones(shape)

    with pytest.raises(InputValueError, match="one row for each of 2 texts"):
        encode(["a", "b"], encoder=Wrong())


@pytest.mark.parametrize("encoder", [3, object(), len])
def test_what_cannot_encode_is_refused(encoder):
    with pytest.raises(InputTypeError, match="an object with encode"):
        encode(["a"], encoder=encoder)


@pytest.mark.parametrize(
    ("praise", "blame", "other"),
    [
        ("Das Essen war gut.", "Das Essen war schlecht.", "Die App ist gut."),
        ("The food was great.", "The food was awful.", "The app is great."),
    ],
)
def test_subjects_draw_praise_and_blame_of_one_thing_together(praise, blame, other):
    plain, subjects = encode([praise, blame, other]), encode_subjects([praise, blame, other])
    assert subjects[0] @ subjects[1] > plain[0] @ plain[1]
    assert subjects[0] @ subjects[1] > subjects[0] @ subjects[2]
    np.testing.assert_allclose(np.linalg.norm(subjects, axis=1), 1, rtol=1e-5)


def test_subjects_do_not_depend_on_whom_a_text_goes_to():
    plain, tweet, only = encode_subjects(
        ["The flight was late.", "@united The flight was late. http://t.co/x", "@united"]
    )
    np.testing.assert_array_equal(plain, tweet)
    assert not only.any()


def test_subjects_of_another_encoder_are_its_vectors():
    class Ones:
        def encode(self, texts):
            return np.ones((len(texts), 4))

    np.testing.assert_array_equal(encode_subjects(["a", ""], encoder=Ones()), encode(["a", ""], encoder=Ones()))
