"""Notes of the reader of the sources, in the report's language.

Notes are English sentences with names and numbers in them, for the console, the load report and the logs. The catalogue
of another language holds each sentence with gaps, and what it is there, as gettext does; a sentence that it does not
hold stays as it is.
"""

import re
import tomllib
from functools import cache
from importlib.resources import files

_GAP = re.compile(r"\{(\w+)\}")


def in_language(note: str, language: str) -> str:
    """Give a note in a language.

    Examples
    --------
    >>> in_language("f.csv: dates in 'Datum' are month/day/year", "de")
    'f.csv: Daten in „Datum“ sind Monat/Tag/Jahr'
    >>> in_language("f.csv: dates in 'date' are month/day/year", "en")
    "f.csv: dates in 'date' are month/day/year"
    """
    if language == "en":
        return note
    for pattern, said in _catalogue(language):
        found = pattern.fullmatch(note)
        if found:
            return said.format(**found.groupdict())
    return note


@cache
def _catalogue(language: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    text = files("cxtext.report").joinpath(f"templates/notes.{language}.toml").read_text(encoding="utf-8")
    return tuple((_pattern(pair["en"]), pair[language]) for pair in tomllib.loads(text)["notes"])


def _pattern(sentence: str) -> re.Pattern[str]:
    parts = _GAP.split(sentence)
    # Names of columns stand in the quotes that Python puts around them.
    fixed = [re.escape(p).replace("'", "['\"]") if i % 2 == 0 else f"(?P<{p}>.+?)" for i, p in enumerate(parts)]
    return re.compile("".join(fixed), re.DOTALL)
