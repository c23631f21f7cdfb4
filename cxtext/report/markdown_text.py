"""Texts and tables in Markdown, with every word that could be taken for a mark escaped."""

import re
from collections.abc import Iterable, Sequence

# What could open a link, an image, a table cell, emphasis, code or a tag, and what opens a heading or a list in front.
_INLINE = re.compile(r"[\\`*_\[\]<>|~&]")
_FRONT = re.compile(r"^(\d{0,9})([#+.)-])")
_BREAKS = re.compile(r"[^\S\u00a0]+")  # a no-break space is meant


def escaped(text: str) -> str:
    r"""Write a text so that Markdown shows it as it is, on one line.

    >>> print(escaped("a | <b>\n# c"))
    a \| \<b\> # c
    >>> print(escaped("+20 (of 30)"), escaped("1. Bahn"))
    \+20 (of 30) 1\. Bahn
    """
    return _FRONT.sub(r"\1\\\2", _cell(text))


def _cell(text: str) -> str:
    return _INLINE.sub(r"\\\g<0>", _BREAKS.sub(" ", text).strip())


def table(heads: Sequence[str], rows: Iterable[Sequence[str]], *, right: Sequence[int] = (1,)) -> str:
    """Set a table; the columns ``right`` are aligned to the right."""
    lines = [heads, ["---:" if i in right else "---" for i in range(len(heads))]]
    written = [[_cell(str(cell)) for cell in row] for row in rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in [*lines, *written])
