"""What the network is told that a text is, as a whole and in its parts."""

import random

import pytest

pytest.importorskip("torch")

from models.recipe.batches import join, to_item
from models.recipe.data import Example, Mention

NEGATIVE, NEUTRAL, POSITIVE = 0, 1, 2
PRAISE, BLAME = Mention((0, 3), None, "positive"), Mention((4, 7), None, "negative")


def example(label, *mentions, annotated=("aspect",), text="Zug gut, App schlecht."):
    return Example(text, "de", "set", label, mentions, frozenset(annotated))


@pytest.mark.parametrize(
    ("given", "label", "why"),
    [
        (example("negative", PRAISE, BLAME), NEGATIVE, "the label that people gave comes first"),
        (example(None, PRAISE, BLAME), NEUTRAL, "as much praise as blame"),
        (example(None, PRAISE, PRAISE, BLAME), None, "more praise than blame: nobody said what that is"),
        (example(None), None, "no mention says nothing about the text"),
        (example(None, PRAISE, BLAME, annotated=("target",)), None, "only one aspect of many was labelled"),
    ],
)
def test_a_text_is_labelled_as_a_whole(given, label, why):
    labels = [passage[2] for passage in to_item(given).passages]
    assert labels == ([] if label is None else [label]), why


@pytest.mark.parametrize(
    ("first", "second", "whole"),
    [("positive", "negative", NEUTRAL), ("negative", "positive", NEUTRAL), ("positive", "neutral", None)],
)
def test_praise_and_blame_joined_are_neutral_as_a_whole(first, second, whole):
    item = join(example(first, text="Alles gut."), example(second, text="Zu teuer."), random.Random(0))
    spans = [passage for passage in item.passages if passage[:2] == (0, len(item.text))]
    assert [passage[2] for passage in spans] == ([] if whole is None else [whole])
    assert len(item.passages) - len(spans) == 2, "each half keeps its own label"
