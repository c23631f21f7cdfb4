"""A text as rules read it: folded words and marks, from which every word leads back to its place.

Folding makes one word of its spellings ("Kündigung", "KUENDIGUNG"), so that rules need not know them. Words that speech
puts in without meaning ("ähm", "uh") are left out; marks are kept as four: ``,`` ``.`` ``!`` ``?``.
"""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Callable
from itertools import accumulate

# A number with the dot of an ordinal, a word, a mark, or an emoji. A hyphen inside a word parts it: "E-Mail" is two.
_TOKEN = re.compile(
    r"\d+(?:[.,:]\d+)*\.?|[\w\u0300-\u036f\u00ad'’]+|[.!?…,;:\n()–—\"„“”»«]|(?<=\s)-+(?=\s)"
    r"|[\U0001f300-\U0001faff\u2600-\u27bf]"
)
_MARKS = {".": ".", "…": ".", "!": "!", "?": "?"}
_SPELLED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "'": None, "’": None, "\u00ad": None, "_": None})
# A folded word, "" if it is left out; and the patterns that it serves as first, second and third need, one bit each.
Word = tuple[str, int, int, int]

# Whatever is no letter, digit or joining mark and yet a token says where a clause ends.
_CLAUSE = ","


def fold(token: str) -> str:
    """Fold a token: lower case, umlauts and ß spelled out, no accents, apostrophes and soft hyphens; marks become few.

    Examples
    --------
    >>> fold("Kündigung"), fold("KUENDIGUNG"), fold("Grüße"), fold("Grüsse")
    ('kuendigung', 'kuendigung', 'gruesse', 'gruesse')
    >>> fold("Don’t"), fold("café"), fold("14."), fold(";")
    ('dont', 'cafe', '14', ',')
    """
    if not token[0].isalnum() and token[0] not in "'’_\u00ad":
        if len(token) == 1 and token in _MARKS:
            return _MARKS[token]
        if token[0] >= "\u2600":
            return token
        if not any(c.isalnum() for c in token):
            return _CLAUSE
    word = unicodedata.normalize("NFKC", token).lower().translate(_SPELLED)
    if not word.isascii():
        word = "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))
    return word.rstrip(".").replace(" ", "")


class View:
    """A passage as rules read it.

    Attributes
    ----------
    entries
        Every token as it was looked up.
    words
        Folded words and marks, without those that are left out.
    text
        A blank, then every word with a blank behind it.
    """

    def __init__(self, text: str, start: int, end: int, read: Callable[[str], Word]) -> None:
        self._source, self._start, self._end = text, start, end
        self.entries = [read(token) for token in _TOKEN.findall(text, start, end)]
        self.words = [entry[0] for entry in self.entries if entry[0]]
        self.text = f" {' '.join(self.words)} "
        self._starts: list[int] | None = None
        self._spans: list[tuple[int, int]] | None = None

    def place(self, start: int, end: int) -> tuple[int, int]:
        """First word, and the one after the last, of a stretch of ``text`` that starts and ends at words."""
        if self._starts is None:
            self._starts = list(accumulate((len(w) + 1 for w in self.words), initial=1))
        return bisect_left(self._starts, start), bisect_left(self._starts, end)

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Where the words from ``first`` to before ``last`` stand in the text that was read."""
        if self._spans is None:
            found = _TOKEN.finditer(self._source, self._start, self._end)
            self._spans = [m.span() for m, entry in zip(found, self.entries, strict=True) if entry[0]]
        return self._spans[first][0], self._spans[last - 1][1]
