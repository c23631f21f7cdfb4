"""What people call the three classes of sentiment, in German and English."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from types import MappingProxyType

from cxtext.documents import LABELS, Label
from cxtext.sources.columns import plain_header
from cxtext.sources.labelled import LabelledText, label_words


@cache
def sentiment_words() -> Mapping[str, Label]:
    """Give the known words, in plain spelling, with their class; from ``data/labels.toml``."""
    words = label_words()["sentiment"]
    return MappingProxyType({word: label for label in LABELS for word in words[label]})


def as_sentiment(word: str) -> Label | None:
    """Read a label; null if it names none of the three classes.

    Examples
    --------
    >>> as_sentiment("Negativ"), as_sentiment("pos"), as_sentiment("gemischt")
    ('negative', 'positive', None)
    """
    return sentiment_words().get(plain_header(word))


def with_sentiment(items: Iterable[LabelledText]) -> tuple[list[LabelledText], list[str]]:
    """Give the items whose label is a sentiment, under its usual name, and say how many others there were.

    Examples
    --------
    >>> kept, notes = with_sentiment([LabelledText(1, "Gut.", "Positiv"), LabelledText(2, "So-so.", "mixed")])
    >>> kept[0].label, notes
    ('positive', ["1 rows are left out: 'mixed' is no sentiment"])
    """
    named = [(item, as_sentiment(item.label)) for item in items]
    others = Counter(item.label for item, label in named if label is None)
    notes = [f"{n:,} rows are left out: {label!r} is no sentiment" for label, n in sorted(others.items())]
    return [replace(item, label=label) for item, label in named if label is not None], notes
