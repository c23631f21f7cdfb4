"""Texts and tables in Markdown, with every word that could be taken for a mark escaped."""

import re
from collections.abc import Iterable, Sequence

# What could open a heading, a link, an image, a table cell, emphasis, code or a tag.
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+!|~&])")
_BREAKS = re.compile(r"[^\S\u00a0]+")  # a no-break space is meant


def escaped(text: str) -> str:
    r"""Write a text so that Markdown shows it as it is, on one line.

    >>> print(escaped("a | <b>\n# c"))
    a \| \<b\> \# c
    """
    return _SPECIAL.sub(r"\\\1", _BREAKS.sub(" ", text).strip())


def table(heads: Sequence[str], rows: Iterable[Sequence[str]], *, right: Sequence[int] = (1,)) -> str:
    """Set a table; the columns ``right`` are aligned to the right."""
    lines = [heads, ["---:" if i in right else "---" for i in range(len(heads))]]
    written = [[escaped(str(cell)) for cell in row] for row in rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in [*lines, *written])
