"""From tag scores to aspect and opinion spans.

Tags are begin/inside/outside with polarity, a class a token. Spans grow to whole words (in a German compound the aspect
is the whole word) and carry no article and no edge punctuation.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from cxtext.encoder.runtime import Floats

# Articles, and what stands before a noun without naming it.
_LEADING = re.compile(r"(?:der|die|das|den|dem|des|ein|eine|einen|einem|einer|eines|the|a|an)\s+", re.IGNORECASE)

# The same at the end: it belongs to a noun that is not in the span. "an" and "ein" are particles of verbs there.
_TRAILING = re.compile(r"\s(?:der|die|das|den|dem|des|eine|einen|einem|einer|eines|the)\Z", re.IGNORECASE)

_MASKED = re.compile(r"\[[A-Z_]{2,40}\]\Z")

_JOINTS = frozenset("-'’")
# Characters between two pieces of one word, at most: words that go on longer are none.
_LONGEST_GAP = 64


@dataclass(frozen=True, slots=True)
class TaggedSpan:
    """A span with its tokens (first, last + 1), mean polarity probabilities and confidence."""

    start: int
    end: int
    first: int
    last: int
    negative: float
    neutral: float
    positive: float

    @property
    def confidence(self) -> float:
        """Mean probability that its tokens belong to a span at all."""
        return self.negative + self.neutral + self.positive


def softmax(logits: Floats) -> NDArray[np.float64]:
    """Row-wise softmax of (n, k) logits."""
    powers = np.exp(logits.astype(np.float64) - logits.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


@dataclass(frozen=True, slots=True)
class Tagged:
    """The tagged tokens of one document, in order.

    ``tokens``: which ones. ``begins``: whether the likeliest tag begins a span. ``chances``: probabilities of the three
    polarities, whether at the beginning of a span or inside.
    """

    tokens: list[int]
    begins: list[bool]
    chances: list[list[float]]


def find_tagged(logits: Sequence[Floats], tags: tuple[str, ...]) -> list[Tagged]:
    """Find the tagged tokens of documents with tag logits (n, 7) each; most tokens of most documents are not."""
    if not logits:
        return []
    lengths = np.fromiter(map(len, logits), np.intp, len(logits))
    together = np.concatenate(logits)
    # The tag "O" comes first; on a draw it wins.
    tagged = np.flatnonzero(np.ascontiguousarray(together[:, 1:].T).max(axis=0) > together[:, 0])
    own = together[tagged]
    chances = softmax(own)
    polarities = np.stack([chances[:, columns].sum(axis=1) for columns in _columns(tags)], axis=1).tolist()
    begins = np.array([t.startswith("B") for t in tags])[own.argmax(axis=1)].tolist()
    ends = np.cumsum(lengths)
    borders = [0, *np.searchsorted(tagged, ends).tolist()]
    tokens = (tagged - np.repeat(ends - lengths, lengths)[tagged]).tolist()
    return [Tagged(tokens[a:b], begins[a:b], polarities[a:b]) for a, b in pairwise(borders)]


@cache
def _columns(tags: tuple[str, ...]) -> list[list[int]]:
    return [[i for i, t in enumerate(tags) if t.endswith(p)] for p in ("negative", "neutral", "positive")]


def decode(tagged: Tagged, offsets: list[list[int]], segments: list[int], text: str) -> list[TaggedSpan]:
    """Read spans off the tagged tokens of one document.

    Parameters
    ----------
    tagged
        The tagged tokens.
    offsets
        Character offsets (n, 2) of all tokens, without white space at the front.
    segments
        Segment of each token; a span never crosses one.
    text
        The document's text.
    """
    spans: list[TaggedSpan] = []
    for first, last in _runs(tagged, offsets, segments, text):
        span = _to_span(tagged, first, last, offsets, text)
        if span is not None and (not spans or span.start >= spans[-1].end):
            spans.append(span)
    return spans


def _runs(tagged: Tagged, offsets: list[list[int]], segments: list[int], text: str) -> Iterator[tuple[int, int]]:
    """Give the first tagged token of each span and the one behind its last."""
    if not tagged.tokens:
        return
    first = 0
    for k, (last, token) in enumerate(pairwise(tagged.tokens), 1):
        end = offsets[last][1]
        goes_on = (
            segments[token] == segments[last]
            # An untagged piece of a word that began tagged does not end the span: "can't" is one word.
            and (token == last + 1 or all(_same_word(text, end, offsets[t][0]) for t in range(last + 1, token)))
            and (not tagged.begins[k] or _same_word(text, end, offsets[token][0]))
        )
        if not goes_on:
            yield first, k
            first = k
    yield first, len(tagged.tokens)


def _joined(text: str, position: int) -> bool:
    """Whether one word runs across ``position``: hyphens join ("Hotline-Mitarbeiterin"), and so do "n't" and "'s"."""
    if not 0 < position < len(text):
        return False
    before, after = text[position - 1], text[position]
    if before == " " or after == " ":
        return False
    if before in _JOINTS or after in _JOINTS:
        left, right = (position - 2, position) if before in _JOINTS else (position - 1, position + 1)
        if not (left >= 0 and right < len(text) and _is_word(text[left]) and _is_word(text[right])):
            return False
        return (
            text[left + 1] == "-"
            or text[left : right + 1].lower() in ("n't", "n’t")
            # A genitive or a short "is": left alone, the "s" would pass for a thing of its own.
            or (text[right] in "sS" and not (right + 1 < len(text) and _is_word(text[right + 1])))
        )
    return _is_word(before) and _is_word(after)


def _same_word(text: str, end: int, start: int) -> bool:
    """Whether what ends at ``end`` and what starts at ``start`` are pieces of one word."""
    return start - end < _LONGEST_GAP and all(_joined(text, k) for k in range(end, start + 1))


def _is_word(character: str) -> bool:
    # Accents may be characters of their own ("o" + U+0308), and a soft hyphen stands inside a word.
    return character.isalnum() or character in "_\u00ad" or unicodedata.category(character).startswith("M")


def _to_span(tagged: Tagged, first: int, last: int, offsets: list[list[int]], text: str) -> TaggedSpan | None:
    own = tagged.tokens[first:last]
    start, end = offsets[own[0]][0], offsets[own[-1]][1]
    while _joined(text, start):
        start -= 1
    while _joined(text, end):
        end += 1
    start, end = trim(text, start, end)
    if start >= end:
        return None
    negative = neutral = positive = 0.0
    for chances in tagged.chances[first:last]:
        negative += chances[0]
        neutral += chances[1]
        positive += chances[2]
    n = len(own)
    return TaggedSpan(start, end, own[0], own[-1] + 1, negative / n, neutral / n, positive / n)


def trim(text: str, start: int, end: int) -> tuple[int, int]:
    """Take articles, a closing "'s", white space and punctuation off the edges; symbols such as emoji stay.

    Examples
    --------
    >>> trim("Die Beratung, ", 0, 14)
    (4, 12)
    >>> trim("the staff's", 0, 11)
    (4, 9)
    >>> trim("fehlt der", 0, 9)
    (0, 5)
    """
    while True:
        while start < end and _edge(text[start]):
            start += 1
        article = _LEADING.match(text, start, end)
        if article is None or article.end() >= end:
            break
        start = article.end()
    while end > start:
        # "Frau [NAME]": the bracket closes what stands for a word.
        if text[end - 1] == "]" and _MASKED.search(text, start, end):
            break
        if _edge(text[end - 1]):
            end -= 1
        elif (article := _TRAILING.search(text, max(start, end - 7), end)) is not None:
            end = article.start()
        elif end - start > 2 and text[end - 1] in "sS" and text[end - 2] in "'’" and _is_word(text[end - 3]):
            end -= 2
        else:
            break
    return start, end


def _edge(character: str) -> bool:
    return character.isspace() or character in _PUNCTUATION


_PUNCTUATION = frozenset(".,;:!?…\"'`´‘’‚‛“”„‟«»‹›()[]{}<>-–—/\\|*_~#@&+=")
