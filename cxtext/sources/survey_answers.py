"""Which columns of a survey hold open answers, and which hold its score, where the export does not say it."""

import re
from collections.abc import Mapping, Sequence
from itertools import islice

from cxtext.sources.cells import is_missing
from cxtext.sources.columns import KNOWN_SCALES, ScoreScale, is_text_header, plain_header
from cxtext.sources.ratings import as_rating
from cxtext.sources.survey_export import tools

_WORD = re.compile(r"[^\W\d_]{2,}")
_CHOICES = re.compile(r"\s*[,;]\s*")
# An answer in somebody's own words has some of them, and hardly any comes twice.
_WORDS = 3
_SHARE = 0.5
_DIFFERENT = 0.7


def open_columns(
    rows: Sequence[Sequence[object]],
    columns: Sequence[int],
    questions: Mapping[int, str],
    *,
    not_shown: frozenset[str] = frozenset(),
) -> list[int]:
    """Find the columns of open answers: by their cells, or by a question that asks for a comment."""
    by_cells = open_answers(rows, columns, not_shown=not_shown)
    return [i for i in columns if i in by_cells or is_text_header(plain_header(questions.get(i, "")))]


def open_answers(rows: Sequence[Sequence[object]], columns: Sequence[int], *, not_shown: frozenset[str]) -> list[int]:
    """Find the columns that hold answers in people's own words, by a sample of rows.

    At least half of a column's answers have three words or more, and they differ from each other, also in the pieces
    between commas and semicolons: several choices in one cell come again and again.
    """
    return [column for column in columns if _is_open([row[column] for row in rows if column < len(row)], not_shown)]


def _is_open(cells: Sequence[object], not_shown: frozenset[str]) -> bool:
    filled = [cell for cell in cells if not is_missing(cell) and cell not in not_shown]
    texts = [cell.strip() for cell in filled if isinstance(cell, str)]
    if not texts or len(texts) < len(filled):
        return False
    long = sum(len(list(islice(_WORD.finditer(text), _WORDS))) == _WORDS for text in texts)
    pieces = [piece for text in texts for piece in _CHOICES.split(text) if piece]
    different = min(len(set(texts)) / len(texts), len(set(pieces)) / max(1, len(pieces)))
    return long >= _SHARE * len(texts) and different >= _DIFFERENT


def nps_by_question(
    questions: Mapping[int, str], rows: Sequence[Sequence[object]], free: Sequence[int]
) -> dict[str, tuple[int, ScoreScale]]:
    """Find the one column whose question asks for a recommendation and whose answers run from 0 to 10.

    A sample without 0 and without anything above 5 may be one of five points; it is not taken.
    """
    patterns = [re.compile(pattern) for pattern in tools()["questions"]["nps"]]
    found = []
    for column in free:
        asked = plain_header(questions.get(column, ""))
        if any(pattern.search(asked) for pattern in patterns):
            scale = ScoreScale(asked, *KNOWN_SCALES["nps"])
            cells = [row[column] for row in rows if column < len(row) and not is_missing(row[column])]
            ratings = [as_rating(cell, scale) for cell in cells]
            held = [r for r in ratings if r is not None and scale.holds(r)]
            if held and len(held) == len(cells) and (min(held) == 0 or max(held) > 5):
                found.append(column)
    return (
        {"nps": (found[0], ScoreScale(questions[found[0]], *KNOWN_SCALES["nps"], given=False))}
        if len(found) == 1
        else {}
    )
