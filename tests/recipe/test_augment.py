"""Changed spellings: the offsets keep pointing at the same words."""

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.recipe.augment import (
    asked,
    augment,
    emoji,
    field,
    joint,
    lower,
    negation,
    speech,
    swiss_spelling,
    typing_error,
    umlaut_spelling,
)
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
    assert 0.60 < sum(c == german for c in changed) / 2000 < 0.78
    english = Example("Über is a naïve ß brand.", "en", "test")
    assert not any("ss" in augment(english, rng).text.lower() for _ in range(500))


def test_the_same_seed_gives_the_same_changes():
    example = Example("Die Größe der Tür ist übel.", "de", "test")
    one, two = (([augment(example, r) for _ in range(50)], joint(r)) for r in (random.Random(3), random.Random(3)))
    assert one == two


BOTH = frozenset({"aspect", "opinion"})


def judged(text, aspect, opinion, lang="de", label="positive", polarity="positive"):
    def span(words):
        return (text.index(words), text.index(words) + len(words))

    return Example(text, lang, "test", label, (Mention(span(aspect), span(opinion), polarity),), BOTH)


@pytest.mark.parametrize(
    ("example", "text", "opinion"),
    [
        (
            judged("Das Personal war sehr nett.", "Personal", "sehr nett"),
            "Das Personal war nicht sehr nett.",
            "nicht sehr nett",
        ),
        (judged("The food is great here.", "food", "great", "en"), "The food is not great here.", "not great"),
    ],
)
def test_negation_turns_praise_into_blame_and_belongs_to_the_opinion(example, text, opinion):
    turned = negation(example)
    (mention,) = turned.mentions
    assert (turned.text, turned.label, mention.polarity) == (text, "negative", "negative")
    assert turned.text[slice(*mention.opinion)] == opinion
    assert turned.text[slice(*mention.aspect)] == example.text[slice(*example.mentions[0].aspect)]


@pytest.mark.parametrize(
    ("example", "why"),
    [
        (judged("Das Personal war laut.", "Personal", "laut", label="negative", polarity="negative"), "blame"),
        (judged("Sehr nettes Personal.", "Personal", "nettes"), "no verb before the opinion"),
        (judged("Das Personal war nett, das Essen kalt.", "Personal", "nett"), "a second clause"),
        (Example("Alles war gut.", "de", "test", "positive"), "nothing marked"),
    ],
)
def test_negation_leaves_alone_what_one_word_does_not_turn(example, why):
    assert negation(example) == example, why


def test_an_emoji_has_the_tone_of_the_text():
    rng = random.Random(0)
    for label, ones in (("positive", "👍😊😍❤️🙏👏⭐"), ("negative", "👎😡😤🙄😞🤬💩")):
        for _ in range(20):
            text = emoji(Example("So war es.", "de", "test", label), rng).text
            assert text.startswith("So war es. ")
            assert set(text[11:]) <= set(ones)
    unknown = Example("So war es.", "de", "test")
    assert emoji(unknown, rng) == unknown


def test_a_question_is_put_before_texts_that_speak_for_themselves():
    rng = random.Random(0)
    example = Example("Das Essen war richtig gut.", "de", "test", "positive")
    found = asked(example, rng)
    assert found.question
    assert (found.text, found.label) == (example.text, "positive")
    for kept in (Example("Nichts", "de", "test", "neutral"), Example("a b c d e", "en", "test", question="Why?")):
        assert asked(kept, rng) == kept


def test_a_field_takes_its_polarity_from_the_question():
    rng = random.Random(0)
    example = judged("Das Personal war sehr nett.", "Personal", "sehr nett")
    seen = set()
    for _ in range(20):
        found = field(example, rng)
        (mention,) = found.mentions
        assert found.text == "Personal" == found.text[slice(*mention.aspect)]
        assert mention.opinion is None
        assert found.label == mention.polarity
        seen.add((found.label, found.question in ("Pro", "Was war gut?")))
    assert {label for label, _ in seen} == {"positive", "negative"}
    assert ("negative", True) not in seen
