"""What is known of a survey tool's export, and the words by which its columns are known."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from functools import cache
from types import MappingProxyType
from typing import Any

from cxtext.config import read_data
from cxtext.sources.columns import ScoreScale, plain_header

_MARKUP = re.compile(r"<[a-zA-Z/][^<>]*>|&nbsp;")


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyExport:
    """The columns of an export, by position, as its tool means them.

    Parameters
    ----------
    tool
        What wrote it.
    why
        By what it was recognised.
    header
        Names of the columns, each once.
    header_rows
        Rows above the data.
    questions
        What was asked, per column.
    text
        Columns of open answers.
    single, scores
        As in :class:`cxtext.sources.columns.ColumnMapping`.
    score_kind
        Score name -> column and the value there that says that a row has this score.
    zone
        Time zone of times that name none.
    previews
        Column and values of rows that nobody answered in earnest.
    unfinished
        Column and values of rows that break off before the end.
    not_shown
        Texts that stand for a question that was not shown.
    no_time
        Times that stand for none.
    """

    tool: str
    why: str
    header: tuple[str, ...]
    header_rows: int = 1
    questions: Mapping[int, str] = field(default_factory=lambda: MappingProxyType({}))
    text: tuple[int, ...] = ()
    single: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    scores: Mapping[str, tuple[int, ScoreScale]] = field(default_factory=lambda: MappingProxyType({}))
    score_kind: Mapping[str, tuple[int, str]] = field(default_factory=lambda: MappingProxyType({}))
    zone: tzinfo | None = None
    previews: tuple[int, frozenset[str]] | None = None
    unfinished: tuple[int, frozenset[str]] | None = None
    not_shown: frozenset[str] = frozenset()
    no_time: frozenset[str] = frozenset()

    @property
    def used(self) -> set[int]:
        """Positions of the columns that are needed beside those with a role."""
        marks = (self.previews, self.unfinished, *self.score_kind.values())
        return {mark[0] for mark in marks if mark is not None}


@cache
def tools() -> Mapping[str, Any]:
    """Read what is known of each tool, from ``data/survey_exports.toml``."""
    return read_data("survey_exports.toml")


def cell_text(value: object) -> str:
    """Give a header cell as text; what is none is empty."""
    return value.strip() if isinstance(value, str) else "" if value is None else str(value)


def question_text(value: object) -> str:
    """Tidy a question as it stands in a header: without markup, on one line.

    >>> question_text("Was hat Ihnen<br>nicht <b>gefallen</b>?")
    'Was hat Ihnen nicht gefallen ?'
    """
    return " ".join(_MARKUP.sub(" ", cell_text(value)).split())


def unique(names: Iterable[str]) -> tuple[str, ...]:
    """Give each name once; those that come again get a number.

    >>> unique(["Warum?", "Note", "Warum?"])
    ('Warum?', 'Note', 'Warum? (2)')
    """
    taken: set[str] = set()
    result = []
    for name in names:
        free, number = name, 1
        while free in taken and name:
            number += 1
            free = f"{name} ({number})"
        taken.add(free)
        result.append(free)
    return tuple(result)


def first_of(header: Sequence[str], words: Sequence[str]) -> int | None:
    """Find the column of the first word that is a header; null if none is."""
    plain = [plain_header(name) for name in header]
    return next((plain.index(word) for word in words if word in plain), None)


def roles_of(header: Sequence[str], tool: Mapping[str, Any]) -> dict[str, int]:
    """Find the columns of the roles that a tool always has."""
    roles = ("id", "time", "language", "customer")
    found = {role: first_of(header, tool[role]) for role in roles if role in tool}
    return {role: index for role, index in found.items() if index is not None}


def marked(
    header: Sequence[str], tool: Mapping[str, Any], column: str, values: str
) -> tuple[int, frozenset[str]] | None:
    """Find a column whose values mark rows, and those values; null if the tool or the table has none."""
    index = first_of(header, tool[column]) if column in tool else None
    return None if index is None else (index, frozenset(tool[values]))


def has_mark(values: Sequence[object], mark: tuple[int, frozenset[str]] | None) -> bool:
    """Say whether a row is marked."""
    if mark is None:
        return False
    value = values[mark[0]]
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return ("" if value is None or value != value else str(value).strip().casefold()) in mark[1]
