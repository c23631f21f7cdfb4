"""Names of the three classes: cxtext.sentiment.labels."""

import re

import pytest

from cxtext.documents import LABELS
from cxtext.sentiment.labels import as_sentiment, sentiment_words, with_sentiment
from cxtext.sources.columns import plain_header
from cxtext.sources.labelled import LabelledText


@pytest.mark.parametrize(
    ("word", "label", "why"),
    [
        ("positiv", "positive", "German"),
        ("NEUTRAL", "neutral", "any case"),
        ("neg.", "negative", "short, with a stop"),
        ("sehr_negativ", "negative", "five steps are three classes"),
        ("gemischt", None, "mixed is none of the three"),
        ("1", None, "a number may mean anything"),
        ("", None, "nothing is nothing"),
    ],
)
def test_labels_are_read_by_their_names(word, label, why):
    assert as_sentiment(word) == label, why


def test_every_word_is_in_plain_spelling_and_the_classes_name_themselves():
    assert all(plain_header(word) == word for word in sentiment_words())
    assert all(as_sentiment(label) == label for label in LABELS)


def test_others_are_counted_by_name():
    items = [LabelledText(i, "x", label) for i, label in enumerate(["Positiv", "mixed", "mixed", "ironie"])]
    kept, notes = with_sentiment(items)
    assert [(k.row, k.label) for k in kept] == [(0, "positive")]
    assert notes == ["1 rows are left out: 'ironie' is no sentiment", "2 rows are left out: 'mixed' is no sentiment"]


def test_the_table_of_names_is_documented(root):
    text = (root / "docs" / "own-labels.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(negative|neutral|positive)` \| (.*) \|$", text, flags=re.MULTILINE)
    shown = {word: label for label, words in rows for word in words.split(", ")}
    assert shown == dict(sentiment_words())
