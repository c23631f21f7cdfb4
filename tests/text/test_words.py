import tomllib
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxtext.text.words import fold, is_known, lemma, negators, stop_words, tokenize


@pytest.mark.parametrize(
    ("text", "words", "why"),
    [
        ("Die App-Abstürze!", ["Die", "App-Abstürze"], "hyphens hold a compound together"),
        ("Lieferung, ‑kontrolle", ["Lieferung", "kontrolle"], "a suspended compound loses its hyphen"),
        ("3,5 Std.", ["3,5", "Std"], "decimal comma"),
        ("It doesn’t work", ["It", "doesn’t", "work"], "typographic apostrophe"),
        ("gut👍super", ["gut", "super"], "emoji part words"),
        ("", [], "nothing"),
        ("😊 ... !", [], "no words"),
    ],
)
def test_words_have_offsets(text, words, why):
    assert [text[a:b] for a, b in tokenize(text)] == words, why


@given(st.text(max_size=40))
def test_word_offsets_stand_in_order(text):
    position = 0
    for a, b in tokenize(text, "en"):
        assert position <= a < b <= len(text)
        position = b


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Verspaetung", "Verspätung"),
        ("Grüsse", "Grüße"),
        ("STRASSE", "Straße"),
        ("Verspa\u0308tung", "Verspätung"),
        ("E‑Mail", "e-mail"),
        ("Waren\u00adkorb", "Warenkorb"),
    ],
)
def test_spellings_of_one_word_fold_to_one_key(one, other):
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("word", "language", "base"),
    [
        ("Verspätungen", "de", "Verspätung"),
        ("Verspaetung", "de", "Verspätung"),
        ("Häuser", "de", "Haus"),
        ("stürzt", "de", "stürzen"),
        ("nurses", "en", "nurse"),
        ("delayed", "en", "delay"),
        ("bonjour", "other", "bonjour"),
        ("\ud800", "de", "\ud800"),
        ("", "en", ""),
    ],
)
def test_base_forms(word, language, base):
    assert lemma(word, language) == base


@pytest.mark.parametrize("language", ["de", "en"])
def test_negators_and_opinions_are_no_stop_words(language):
    stop = stop_words(language)
    assert not stop & negators(language)
    assert not stop & {"gut", "schlecht", "teuer", "langsam", "good", "bad", "slow", "expensive", "helpful"}
    assert all(word == word.lower() for word in stop)


def test_word_lists_hold_no_word_twice():
    table = tomllib.loads((files("cxtext.data") / "words.toml").read_text(encoding="utf-8"))
    for group in ("negators", "stop"):
        for language, words in table[group].items():
            listed = words.split()
            assert len(listed) == len(set(listed)), (group, language)


@pytest.mark.parametrize(
    ("word", "language", "known", "why"),
    [
        ("Verspätung", "de", True, "as it is written"),
        ("verspaetung", "de", True, "in lower case and without umlaut"),
        ("Zugverspätung", "de", True, "a common compound"),
        ("liefer", "de", False, "a stem is no word"),
        ("queues", "en", True, "an inflected form"),
        ("queues", "other", False, "no dictionary"),
        ("\ud83d", "de", False, "a lone surrogate"),
        ("-", "de", False, "no letters"),
    ],
)
def test_known_words_stand_in_the_dictionary(word, language, known, why):
    assert is_known(word, language) is known, why
