"""Changed spellings: the offsets keep pointing at the same words."""

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.recipe.augment import augment, joint, lower, speech, swiss_spelling, typing_error, umlaut_spelling
from models.recipe.data import Example, Mention

WORDS = st.lists(st.text("aäöüßÄÖÜKbe", min_size=1, max_size=9), min_size=1, max_size=8)
ENDS = st.sampled_from(["", ".", "!", ",", "...", "?!"])
SPELL = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"})


@st.composite
def examples(draw):
    """A text with one mention for each of its words, without the punctuation behind it."""
    text, mentions = "", []
    for word in draw(WORDS):
        mentions.append(Mention((len(text), len(text) + len(word)), None, "positive"))
        text += word + draw(ENDS) + " "
    return Example(text.rstrip(), "de", "test", mentions=tuple(mentions))


def words(example):
    return [example.text[slice(*m.aspect)] for m in example.mentions]


@given(examples())
def test_spellings_change_the_words_and_nothing_else(example):
    assert words(umlaut_spelling(example)) == [w.translate(SPELL) for w in words(example)]
    assert words(swiss_spelling(example)) == [w.replace("ß", "ss") for w in words(example)]
    assert words(lower(example)) == [w.lower() for w in words(example)]


@given(examples())
def test_speech_has_neither_capitals_nor_punctuation(example):
    spoken = speech(example)
    assert words(spoken) == [w.lower() for w in words(example)]
    assert spoken.text == " ".join(words(spoken))


@given(examples(), st.integers(0, 99))
def test_a_typing_error_stays_inside_one_word(example, seed):
    changed = typing_error(example, random.Random(seed))
    assert len(words(changed)) == len(words(example))
    different = [(a, b) for a, b in zip(words(example), words(changed), strict=True) if a != b]
    assert len(different) <= 1
    for before, after in different:
        assert (before[0], before[-1]) == (after[0], after[-1]), "first and last letter stay"
        assert abs(len(before) - len(after)) <= 1
    assert re.findall(r"\W+", changed.text) == re.findall(r"\W+", example.text)


@pytest.mark.parametrize("text", ["", "👍", "so gut", "!!! ..."])
def test_texts_without_long_words_have_no_typing_errors(text):
    example = Example(text, "de", "test")
    assert typing_error(example, random.Random(0)) == example


def test_a_lower_case_letter_of_another_length_stays():
    assert lower(Example("İstanbul GUT", "de", "test")).text == "İstanbul gut"


def test_most_texts_stay_and_english_keeps_its_letters():
    rng = random.Random(0)
    german = Example("Die Größe der Tür ist übel.", "de", "test")
    changed = [augment(german, rng) for _ in range(2000)]
    assert 0.65 < sum(c == german for c in changed) / 2000 < 0.80
    english = Example("Über is a naïve ß brand.", "en", "test")
    assert not any("ss" in augment(english, rng).text.lower() for _ in range(500))


def test_the_same_seed_gives_the_same_changes():
    example = Example("Die Größe der Tür ist übel.", "de", "test")
    one, two = (([augment(example, r) for _ in range(50)], joint(r)) for r in (random.Random(3), random.Random(3)))
    assert one == two
