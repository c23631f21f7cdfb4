"""Verbatims with their highlighted spans, ready to be set."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

LONGEST = 360
"""Characters of a quote in the report; longer texts are cut around what is highlighted."""
CUT = "[…]"


@dataclass(frozen=True)
class Piece:
    """A stretch of a quote under the same spans; ``kinds`` is empty outside of them."""

    text: str
    kinds: tuple[str, ...]


def pieces(text: str, spans: Sequence[Mapping[str, Any]], *, longest: int = LONGEST) -> list[Piece]:
    """Split a quote where its spans begin and end, and cut it if it is long.

    Spans may overlap; a piece under two spans names both. The pieces, put together, are the text or an excerpt of it
    between cut marks.

    Parameters
    ----------
    text
        The quote.
    spans
        Mappings with ``kind``, ``start``, ``end`` in characters of ``text``.
    longest
        Longest excerpt in characters.

    Examples
    --------
    >>> [(p.text, p.kinds) for p in pieces("Das WLAN ist lahm.", [{"kind": "aspect", "start": 4, "end": 8}])]
    [('Das ', ()), ('WLAN', ('aspect',)), (' ist lahm.', ())]
    >>> [p.text for p in pieces("The app crashes. " * 40, [{"kind": "opinion", "start": 8, "end": 15}], longest=26)]
    ['The app ', 'crashes', '. The app', ' […]']
    """
    start, end = _window(text, spans, longest)
    borders = {start, end}
    for span in spans:
        borders |= {min(max(span["start"], start), end), min(max(span["end"], start), end)}
    ordered = sorted(borders)
    found = [
        Piece(text[a:b], tuple(s["kind"] for s in spans if s["start"] <= a and b <= s["end"]))
        for a, b in pairwise(ordered)
    ]
    before = [Piece(f"{CUT} ", ())] if start > 0 else []
    after = [Piece(f" {CUT}", ())] if end < len(text) else []
    return [*before, *found, *after]


def _window(text: str, spans: Sequence[Mapping[str, Any]], longest: int) -> tuple[int, int]:
    if len(text) <= longest:
        return 0, len(text)
    first = min((s["start"] for s in spans), default=0)
    last = min(max((s["end"] for s in spans), default=0), first + longest)
    spare = longest - (last - first)
    # A third of the room before, the rest after: the words that follow usually say more.
    start = 0 if first <= spare // 2 else max(0, min(first - spare // 3, len(text) - longest))
    end = min(len(text), start + longest)
    return _word_start(text, start, first), _word_end(text, end, last)


def _word_start(text: str, start: int, first: int) -> int:
    # Move into the window to the next word, but never past what is highlighted; a word may be as long as the text.
    while 0 < start < first and not text[start - 1].isspace():
        start += 1
    return start


def _word_end(text: str, end: int, last: int) -> int:
    cut = end
    while cut < len(text) and last < cut and not text[cut].isspace():
        cut -= 1
    # No space in sight: one endless word is cut where the room ends.
    return end if cut <= last and end > last else cut
