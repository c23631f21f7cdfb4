"""Sentences made of words that judge: what is marked is what was put in, and its polarity is the word's."""

import random
from itertools import islice

import pytest

from models.recipe.data import LABELS
from models.recipe.lexicon import sentence, sentences, words

KINDS = {"person", "thing", "process"}


@pytest.mark.parametrize("language", ["de", "en"])
def test_every_kind_has_things_and_words_of_both_polarities(language):
    assert set(words()[language]) == KINDS
    for kind in words()[language].values():
        assert set(kind) == {"aspects", "positive", "negative"}
        assert all(len(set(values)) == len(values) >= 20 for values in kind.values())
        assert not set(kind["positive"]) & set(kind["negative"])
        assert all(word == word.strip() for values in kind.values() for word in values)


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("seed", range(50))
def test_mentions_stand_where_they_are_said_to_stand(language, seed):
    example = sentence(language, random.Random(seed))
    opinions = {p: {w for k in words()[language].values() for w in k[p]} for p in ("positive", "negative")}
    aspects = {a.split(" ", 1)[-1].lower() for k in words()[language].values() for a in k["aspects"]}
    assert example.lang == language
    for mention in example.mentions:
        assert example.text[slice(*mention.opinion)] in opinions[mention.polarity]
        found = example.text[slice(*mention.aspect)].lower()
        assert found in aspects or f"customer {found}" in aspects or found == "customer service"


def test_praise_and_blame_together_have_no_label():
    for example in islice(sentences(random.Random(1)), 500):
        polarities = {m.polarity for m in example.mentions}
        assert example.label == (polarities.pop() if len(polarities) == 1 else None)
        assert example.label is None or example.label in LABELS
        assert "{" not in example.text
        assert example.text[0].isupper()


def test_the_same_seed_gives_the_same_sentences():
    first, second = (list(islice(sentences(random.Random(7)), 20)) for _ in range(2))
    assert first == second
