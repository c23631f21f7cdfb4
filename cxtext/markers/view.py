"""A text as rules read it: folded words and marks, from which every word leads back to its place.

Folding makes one word of its spellings ("Kündigung", "KUENDIGUNG"), so that rules need not know them. Words that speech
puts in without meaning ("ähm", "uh") are left out; marks are kept as four: ``,`` ``.`` ``!`` ``?``.
"""

import re
import unicodedata
from collections.abc import Callable, Collection
from dataclasses import dataclass
from itertools import accumulate

# A number with the dot of an ordinal, a word, a mark, or an emoji. A hyphen inside a word parts it: "E-Mail" is two.
_TOKEN = re.compile(
    r"\d+(?:[.,:]\d+)*\.?|[\w\u0300-\u036f\u00ad'’]+|[.!?…,;:\n()–—\"„“”»«]|(?<=\s)-+(?=\s)"
    r"|[\U0001f300-\U0001faff\u2600-\u27bf]"
)
_MARKS = {".": ".", "…": ".", "!": "!", "?": "?"}
_SPELLED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "'": None, "’": None, "\u00ad": None, "_": None})
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


@dataclass(frozen=True, slots=True)
class View:
    """A passage as rules read it.

    ``words`` are folded; ``text`` is a blank, then every word with a blank behind it. ``spans`` gives each word's place
    in the text that was read.
    """

    words: list[str]
    text: str
    spans: Callable[[], list[tuple[int, int]]]

    def place(self, start: int, end: int) -> tuple[int, int]:
        """First word, and the one after the last, of a stretch of ``text`` that starts and ends at words."""
        first = last = -1
        at = 1
        for i, length in enumerate(map(len, self.words)):
            if at == start:
                first = i
            at += length + 1
            if at == end:
                last = i + 1
                break
        return first, last


def tokens(text: str, start: int, end: int) -> list[str]:
    """Give the tokens of ``text[start:end]`` as they are spelled."""
    return _TOKEN.findall(text, start, end)


def token_spans(text: str, start: int, end: int, left_out: Collection[str]) -> list[tuple[int, int]]:
    """Places of the tokens of ``text[start:end]`` that stay in the view."""
    found = ((m.span(), fold(m.group())) for m in _TOKEN.finditer(text, start, end))
    return [span for span, word in found if word and word not in left_out]


def view(text: str, start: int, end: int, words: list[str], left_out: Collection[str]) -> View:
    """Make the view of ``text[start:end]``, whose folded words are known."""
    return View(words, f" {' '.join(words)} ", lambda: token_spans(text, start, end, left_out))


def starts(words: list[str]) -> list[int]:
    """Where each word starts in the text of a view, and where the next one would.

    >>> starts(["ich", "kuendige"])
    [1, 5, 14]
    """
    return list(accumulate((len(w) + 1 for w in words), initial=1))
