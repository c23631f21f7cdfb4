"""Fingerprints: equal for equal words, alike for texts that share most of their wording, and always of one size."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxtext.text.fingerprints import BINS, fingerprint, plain, similarity

MAIL = (
    "Guten Tag, am Montag habe ich bei Ihnen eine Waschmaschine bestellt, die gestern mit einer Delle an der Seite "
    "geliefert wurde. Bitte holen Sie das Gerät ab und schicken Sie mir ein neues, ich bin ab 15 Uhr zu Hause."
)


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        ("Die Lieferung kam zu spät!", "die lieferung  kam zu spaet", "case, spaces, punctuation, umlaut spelling"),
        ("Grüße aus Köln", "GRUESSE AUS KOELN", "capitals"),
        ("It was great.", "it was great", "punctuation"),
        ("", "?!", "no word at all"),
    ],
)
def test_texts_of_equal_words_have_equal_fingerprints(one, other, why):
    assert similarity(fingerprint(plain(one)), fingerprint(plain(other))) == 1.0, why


@pytest.mark.parametrize(
    ("other", "low", "high", "why"),
    [
        (MAIL.replace("Montag", "Dienstag"), 0.8, 1.0, "one word of forty"),
        (MAIL + " Danke.", 0.85, 1.0, "a word more"),
        (MAIL[: len(MAIL) // 2], 0.3, 0.75, "half of it"),
        ("The staff were kind and the room was clean, we will come again next summer.", 0.0, 0.1, "another text"),
        ("Mein Paket liegt seit einer Woche in der Filiale und niemand kann mir sagen, warum.", 0.0, 0.15, "another"),
    ],
)
def test_similarity_estimates_what_texts_share(other, low, high, why):
    assert low <= similarity(fingerprint(plain(MAIL)), fingerprint(plain(other))) <= high, why


def test_short_words_are_told_apart():
    assert similarity(fingerprint("gut"), fingerprint("nix")) == 0.0


@given(st.text(st.characters(exclude_categories=[])))
def test_any_text_has_a_fingerprint_of_one_size_that_is_always_the_same(text):
    first, second = fingerprint(plain(text)), fingerprint(plain(text))
    assert first.shape == (BINS,)
    assert first.dtype == np.uint32
    assert similarity(first, second) == 1.0
