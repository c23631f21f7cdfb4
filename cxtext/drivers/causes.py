"""Stated causes: what follows "weil", "wegen", "because", "due to".

Patterns lie in ``cxtext/data/causes.toml``. A cause runs from its connector to the end of the clause, and belongs to
the drivers of its segment that stand outside it.
"""

import re
import tomllib
from functools import cache
from importlib.resources import files

from cxtext.documents import Span
from cxtext.drivers.spans import trim


@cache
def _connectors(language: str) -> re.Pattern[str]:
    data = tomllib.loads(files("cxtext.data").joinpath("causes.toml").read_text(encoding="utf-8"))
    words = sorted(data[language]["connectors"], key=len, reverse=True)
    return re.compile(r"(?<![\w-])(?:" + "|".join(words) + r")(?![\w-])\s*:?\s*", re.IGNORECASE)


# A cause ends at the end of its clause: a full stop, or a comma that opens a new main clause.
_END = re.compile(r"[.!?;\n]|,\s+(?:aber|doch|jedoch|sondern|but|however|yet)\b|\s[-–—]\s", re.IGNORECASE)
MIN_CHARACTERS = 4


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
    found: list[tuple[int, Span]] = []
    position = start
    while (match := _connectors(language).search(text, position, end)) is not None:
        stop = _END.search(text, match.end(), end)
        cause_start, cause_end = match.end(), stop.start() if stop else end
        # A subordinate clause that comes first ends at its comma: "Weil der Zug ausfiel, kam ich zu spät."
        if not text[start : match.start()].strip():
            comma = text.find(",", cause_start, cause_end)
            cause_end = comma if comma >= 0 else cause_end
        cause_start, cause_end = _edges(text, cause_start, cause_end)
        if cause_end - cause_start >= MIN_CHARACTERS:
            found.append((match.start(), Span(cause_start, cause_end, text[cause_start:cause_end])))
        position = max(match.end(), cause_end)
    return found


def _edges(text: str, start: int, end: int) -> tuple[int, int]:
    """Punctuation off the edges; a cause is a clause, so its article stays."""
    without_article, end = trim(text, start, end)
    while start < without_article and not text[start].isalnum():
        start += 1
    return start, end
