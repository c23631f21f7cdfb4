"""Stated causes: what follows "weil", "wegen", "because", "due to".

Patterns lie in ``cxtext/data/causes.toml``. A cause runs from its connector to the end of the clause or of the noun
phrase, and belongs to the drivers of its segment whose opinion stands outside it.
"""

import re
from dataclasses import dataclass
from functools import cache

from cxtext.config import read_data
from cxtext.documents import Span
from cxtext.drivers.spans import trim

MIN_CHARACTERS = 4


@dataclass(frozen=True, slots=True)
class _Patterns:
    connector: re.Pattern[str]
    end: re.Pattern[str]
    phrase_end: re.Pattern[str]
    goes_on: frozenset[str]
    determiners: frozenset[str]


_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")


@cache
def _patterns(language: str) -> _Patterns:
    data = read_data("causes.toml")[language]
    groups = "|".join(
        f"(?P<{kind}>{'|'.join(sorted(data[kind], key=len, reverse=True))})"
        for kind in ("statement", "phrase", "clause")
    )
    every = "|".join(w for kind in ("statement", "phrase", "clause") for w in data[kind])
    # A cause ends at the end of its clause: at a full stop (not after a number or a single letter, as in "3. Mai" and
    # "z. B."), before a comma that opens a new main clause, or before the next cause.
    end = (
        r"(?<!\d)(?<!\b\w)\.(?=\s|$)|[!?;\n]|,\s+(?:aber|doch|jedoch|sondern|but|however|yet)\b|\s[-–—]\s"
        rf"|(?:,|,?\s+(?:und|oder|sowie|and|or))\s+(?=(?:{every})(?![\w-]))"
    )
    return _Patterns(
        re.compile(rf"(?<![\w-])(?:{groups})(?![\w-])\s*:?\s*", re.IGNORECASE),
        re.compile(end, re.IGNORECASE),
        re.compile(rf"\s(?:{'|'.join(data['phrase_end'])})\b", re.IGNORECASE),
        frozenset(data["goes_on"]),
        frozenset(data.get("determiners", ())),
    )


def find_causes(text: str, start: int, end: int, language: str) -> list[tuple[int, Span]]:
    """Find stated causes in ``text[start:end]``; gives the connector's position and the cause's span.

    Parameters
    ----------
    language
        ``"de"`` or ``"en"``.

    Examples
    --------
    >>> text = "Sehr ärgerlich, weil der Zug ausfiel."
    >>> [span.text for _, span in find_causes(text, 0, len(text), "de")]
    ['der Zug ausfiel']
    >>> text = "Great, because the staff helped at once, but too expensive."
    >>> [span.text for _, span in find_causes(text, 0, len(text), "en")]
    ['the staff helped at once']
    """
    patterns = _patterns(language)
    part = text[start:end]
    found: list[tuple[int, Span]] = []
    position = 0
    while (match := patterns.connector.search(part, position)) is not None:
        stop = patterns.end.search(part, match.end())
        cause_start, cause_end = match.end(), stop.start() if stop else len(part)
        if match.lastgroup != "statement":
            cause_end = _before_the_main_clause(part, match, cause_end, patterns)
        cause_start, cause_end = _edges(part, cause_start, cause_end)
        if cause_end - cause_start >= MIN_CHARACTERS:
            span = Span(start + cause_start, start + cause_end, part[cause_start:cause_end])
            found.append((start + match.start(), span))
        position = max(match.end(), cause_end)
    return found


def _before_the_main_clause(part: str, match: re.Match[str], end: int, patterns: _Patterns) -> int:
    """Where the main clause goes on: "Weil der Zug ausfiel, kam ich zu spät", "Wegen des Umbaus war es laut"."""
    comma = part.find(",", match.end(), end)
    if match.lastgroup == "phrase":
        stop = comma if comma >= 0 else end
        goes_on = patterns.phrase_end.search(part, match.end(), stop)
        stop = _noun_phrase_end(part, match.end(), goes_on.start() if goes_on else stop, patterns)
        if goes_on is not None or stop < (comma if comma >= 0 else end):
            return stop
    opens = not any(c.isalnum() for c in part[: match.start()])
    return comma if opens and comma >= 0 else end


def _noun_phrase_end(part: str, start: int, end: int, patterns: _Patterns) -> int:
    """Where a noun phrase ends, by its form alone.

    In German behind a noun, before a word in small letters that does not go on with the phrase: "wegen des Updates |
    stürzt". In English before the article of the next phrase: "because of the strike | the train". A text without
    capitals ends elsewhere.
    """
    noun, before = False, ""
    last = start
    for word in _WORD.finditer(part, start, end):
        plain = word[0].lower()
        if patterns.determiners:
            inside = before in patterns.goes_on or before.endswith("ing") or not before
            if plain in patterns.determiners and not inside:
                return last
        elif plain in patterns.goes_on:
            noun = False
        elif word[0][0].isupper():
            noun = True
        elif noun:
            return last
        before, last = plain, word.end()
    return end


def _edges(text: str, start: int, end: int) -> tuple[int, int]:
    """Punctuation off the edges; a cause is a clause, so its article stays."""
    without_article, end = trim(text, start, end)
    while start < without_article and not text[start].isalnum():
        start += 1
    return start, end
