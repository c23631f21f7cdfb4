"""From tag scores to aspect and opinion spans.

Tags are begin/inside/outside with polarity, a class a token. Spans grow to whole words (in a German compound the aspect
is the whole word) and carry no article and no edge punctuation.
"""

import re
import unicodedata
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cxtext.encoder.runtime import Floats

# Articles, and what stands before a noun without naming it.
_LEADING = re.compile(r"(?:der|die|das|den|dem|des|ein|eine|einen|einem|einer|eines|the|a|an)\s+", re.IGNORECASE)

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


def decode(
    logits: Floats, offsets: NDArray[np.int32], segments: NDArray[np.int32], text: str, tags: tuple[str, ...]
) -> list[TaggedSpan]:
    """Read spans off tag logits (n, 7).

    Parameters
    ----------
    logits
        Tag scores a token.
    offsets
        Character offsets (n, 2) of the tokens, without white space at the front.
    segments
        Segment of each token; a span never crosses one.
    text
        The document's text.
    tags
        Names of the classes: ``O``, ``B-negative`` ...
    """
    best = logits.argmax(axis=1)
    if not best.any():
        return []
    chances = softmax(logits)
    begins = np.array([t.startswith("B") for t in tags])
    spans: list[TaggedSpan] = []
    run: list[int] = []

    def close() -> None:
        span = _to_span(run, chances, offsets, text, tags)
        if span is not None and (not spans or span.start >= spans[-1].end):
            spans.append(span)
        run.clear()

    for token in range(len(best)):
        if best[token] == 0:
            # An untagged piece of a word that began tagged does not end the span: "can't" is one word.
            if run and not _same_word(text, int(offsets[run[-1], 1]), int(offsets[token, 0])):
                close()
            continue
        if run:
            last = run[-1]
            same_word = _same_word(text, int(offsets[last, 1]), int(offsets[token, 0]))
            if segments[token] != segments[last] or (begins[best[token]] and not same_word):
                close()
        run.append(token)
    if run:
        close()
    return spans


def _joined(text: str, position: int) -> bool:
    """Whether one word runs across ``position``: hyphens join ("Hotline-Mitarbeiterin"), and so does "n't"."""
    if not 0 < position < len(text):
        return False
    before, after = text[position - 1], text[position]
    if before in _JOINTS or after in _JOINTS:
        left, right = (position - 2, position) if before in _JOINTS else (position - 1, position + 1)
        if not (left >= 0 and right < len(text) and _is_word(text[left]) and _is_word(text[right])):
            return False
        return text[left + 1] == "-" or text[left : right + 1].lower() in ("n't", "n’t")
    return _is_word(before) and _is_word(after)


def _same_word(text: str, end: int, start: int) -> bool:
    """Whether what ends at ``end`` and what starts at ``start`` are pieces of one word."""
    return start - end < _LONGEST_GAP and all(_joined(text, k) for k in range(end, start + 1))


def _is_word(character: str) -> bool:
    # Accents may be characters of their own ("o" + U+0308), and a soft hyphen stands inside a word.
    return character.isalnum() or character in "_\u00ad" or unicodedata.category(character).startswith("M")


def _to_span(
    run: list[int], chances: NDArray[np.float64], offsets: NDArray[np.int32], text: str, tags: tuple[str, ...]
) -> TaggedSpan | None:
    start, end = int(offsets[run[0], 0]), int(offsets[run[-1], 1])
    while _joined(text, start):
        start -= 1
    while _joined(text, end):
        end += 1
    start, end = trim(text, start, end)
    if start >= end:
        return None
    mean = chances[run].mean(axis=0)
    mass = {p: float(sum(m for m, t in zip(mean, tags, strict=True) if t.endswith(p))) for p in _POLARITIES}
    return TaggedSpan(start, end, run[0], run[-1] + 1, mass["negative"], mass["neutral"], mass["positive"])


_POLARITIES = ("negative", "neutral", "positive")


def trim(text: str, start: int, end: int) -> tuple[int, int]:
    """Take articles, white space and punctuation off the edges; symbols such as emoji stay.

    Examples
    --------
    >>> trim("Die Beratung, ", 0, 14)
    (4, 12)
    >>> trim("the staff.", 0, 10)
    (4, 9)
    """
    while True:
        while start < end and _edge(text[start]):
            start += 1
        article = _LEADING.match(text, start, end)
        if article is None or article.end() >= end:
            break
        start = article.end()
    while end > start and _edge(text[end - 1]):
        end -= 1
    return start, end


def _edge(character: str) -> bool:
    return character.isspace() or character in _PUNCTUATION


_PUNCTUATION = frozenset(".,;:!?…\"'`´‘’‚‛“”„‟«»‹›()[]{}<>-–—/\\|*_~#@&+=")
