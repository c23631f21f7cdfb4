"""Ratings as people and survey tools write them: numbers, "4 von 5", stars, words, smileys and thumbs."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from cxtext.config import read_data
from cxtext.errors import ColumnError
from cxtext.sources.cells import as_number
from cxtext.sources.columns import ScoreScale, plain_header
from cxtext.sources.mapping import ColumnMapping

# Marks that change how a sign looks and not what it says: variation selectors and skin tones.
_LOOKS = re.compile("[\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]")
# Longer cells are texts and no ratings.
_LONGEST = 80


@cache
def _vocabulary() -> Mapping[str, Any]:
    return read_data("ratings.toml")


@cache
def _answers() -> Mapping[int, Mapping[str, int]]:
    """By number of points: answer -> its place, the worst at 0."""
    places: dict[int, dict[str, int]] = {}
    for scale in _vocabulary()["scales"]:
        known = places.setdefault(len(scale["answers"]), {})
        for place, answers in enumerate(scale["answers"]):
            known.update({_plain(answer): place for answer in answers})
    return places


@cache
def _numbers() -> Mapping[str, re.Pattern[str]]:
    words = _vocabulary()["numbers"]
    of, units = ("|".join(sorted(map(re.escape, words[kind]), key=len, reverse=True)) for kind in ("of", "units"))
    number = r"(?P<number>[+-]?\d+(?:[.,]\d+)?)"
    return {
        "of": re.compile(rf"{number}\s*(?:{of})\s*(?P<most>\d+(?:[.,]\d+)?)(?:\s*(?:{units}))?", re.IGNORECASE),
        "unit": re.compile(rf"{number}\s*(?:{units})", re.IGNORECASE),
        "labelled": re.compile(rf"{number}\s*(?:[-–—=:]|\s(?=\()|(?=\())\s*(?P<label>[^\d\s].*)", re.DOTALL),
        "end": re.compile(r"(?<![\d.,])(?P<number>\d+)\s*[-–=:]\s*(?P<label>[^\d,;()\[\]/|]+)"),
        "stars": re.compile(f"[{''.join(words['star'])}]+[{''.join(words['no_star'])}]*"),
    }


def _plain(text: str) -> str:
    words = plain_header(text.replace(",", " ").replace("'", " ")) if any(c.isalpha() for c in text) else ""
    # ":D" has a letter and is a sign all the same.
    return words if len(words) > 1 else text


def as_rating(value: object, scale: ScoreScale) -> float | None:
    """Read a rating in the units of its scale; null if it is none.

    Takes numbers with decimal point or comma, numbers with a label ("1 = sehr leicht"), with their scale ("4 von 5",
    if 5 is an end of the scale) or what they count ("4 stars"), rows of stars, and the answers in
    ``data/ratings.toml`` if the scale has as many points as theirs.

    Examples
    --------
    >>> csat = ScoreScale("Zufriedenheit", worst=1, best=5)
    >>> [as_rating(v, csat) for v in ("4,5", "3 von 5", "★★★★☆", "sehr zufrieden", "dissatisfied", "8/10", "na ja")]
    [4.5, 3.0, 4.0, 5.0, 2.0, None, None]
    >>> as_rating("sehr gut", ScoreScale("Schulnote", worst=6, best=1)), as_rating("👍", ScoreScale("thumbs", 0, 1))
    (1.0, 1.0)
    """
    number = as_number(value)
    if number is not None:
        return number
    if isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or len(value) > _LONGEST:
        return None
    text = _LOOKS.sub("", value.strip())
    patterns = _numbers()
    if found := patterns["of"].fullmatch(text):
        # "8/10" in a column from 1 to 5 is another unit, and not 8.
        return as_number(found["number"]) if as_number(found["most"]) == max(scale.worst, scale.best) else None
    if found := patterns["unit"].fullmatch(text) or patterns["labelled"].fullmatch(text):
        return as_number(found["number"])
    if patterns["stars"].fullmatch(text):
        return float(sum(text.count(star) for star in _vocabulary()["numbers"]["star"]))
    return _in_words(text, scale)


def _in_words(text: str, scale: ScoreScale) -> float | None:
    points = abs(scale.best - scale.worst) + 1
    known = _answers().get(int(points)) if points == int(points) else None
    place = known.get(_plain(text)) if known else None
    if place is None:
        return None
    return float(scale.worst + place * (1 if scale.best > scale.worst else -1))


def runs_other_way(header: str, values: Iterable[object], scale: ScoreScale) -> float | None:
    """Find a number that is labelled as one end of the scale and stands at the other; null if there is none.

    Parameters
    ----------
    header
        The column's name or its question, which may explain the ends.
    values
        Some of its cells.
    scale
        What it is taken for.

    Examples
    --------
    >>> ces = ScoreScale("Aufwand", worst=1, best=7)
    >>> runs_other_way("Aufwand", ["1 = sehr leicht", "7 = sehr schwer"], ces)
    1.0
    >>> runs_other_way("How easy was it? (1: very difficult, 7: very easy)", ["3"], ces) is None
    True
    """
    middle = (scale.worst + scale.best) / 2
    for number, label in _labelled(header, values):
        end = _end(label)
        if end is not None and scale.holds(number) and number != middle:
            at_best = (number > middle) == (scale.best > scale.worst)
            if at_best != (end == "best"):
                return number
    return None


def _labelled(header: str, values: Iterable[object]) -> Iterator[tuple[float, str]]:
    for found in _numbers()["end"].finditer(header):
        yield float(found["number"]), found["label"]
    for value in values:
        if isinstance(value, str) and len(value) <= _LONGEST:
            match = _numbers()["labelled"].fullmatch(value.strip())
            number = as_number(match["number"]) if match else None
            if match and number is not None:
                yield number, match["label"]


def _end(label: str) -> str | None:
    plain = plain_header(label)
    return next((end for end in ("worst", "best") if plain in _vocabulary()["ends"][end]), None)


def is_mostly_reversed(header: str) -> bool:
    """Say whether a score of that name mostly has its best value at the small end, as German school grades have.

    >>> is_mostly_reversed("Schulnote"), is_mostly_reversed("Sterne")
    (True, False)
    """
    return plain_header(header) in _vocabulary()["reversed_headers"]["exact"]


def check_directions(
    header: Sequence[str], mapping: ColumnMapping, rows: Sequence[Sequence[object]], *, where: str
) -> None:
    """Refuse a score that is taken with its usual range although it runs the other way.

    Parameters
    ----------
    header
        The table's column names.
    mapping
        What is taken for what.
    rows
        Some rows.
    where
        What to call the table in messages.

    Raises
    ------
    ColumnError
        If a column's name, its question or labels in its cells say that its best value is where the scale has the
        worst, and nobody named the range.
    """
    for name, (index, scale) in mapping.scores.items():
        if scale.given:
            continue
        column = header[index]
        question = mapping.survey.questions.get(index, "") if mapping.survey else ""
        cells = [row[index] for row in rows if index < len(row)]
        number = runs_other_way(f"{column} {question}", cells, scale)
        if number is None and not is_mostly_reversed(column):
            continue
        why = (
            "is called like one whose best value is the smallest"
            if number is None
            else (f"its labels say that {number:g} is the other end")
        )
        one, other = f"{scale.worst:g}..{scale.best:g}", f"{scale.best:g}..{scale.worst:g}"
        raise ColumnError(
            f"{where}: column {column!r} is taken for {name}, {one} (worst..best), but {why}. Name its range, the "
            f"worst value first. If it runs the other way: --score {name}={column}:{other} or "
            f'scores={{"{name}": ("{column}", {scale.best:g}, {scale.worst:g})}}, and German school grades 6..1; '
            f"if it does not: --score {name}={column}:{one}"
        )
