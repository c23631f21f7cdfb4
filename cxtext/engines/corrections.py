"""Corrections of single driver mentions by people who read them: the right polarity, or the right topic.

They come from a CSV or JSONL file, a line per mention::

    document,start,end,polarity,topic
    survey.csv#12,8,27,positive,
    survey.csv#40,0,11,,Lieferung

``document`` is the id in the results, ``start`` and ``end`` are offsets in its text there: those of the mention's
opinion, of its aspect, or from the first to the last character of both. ``polarity`` is ``positive`` or ``negative``,
``topic`` a label, an id or a category, or ``none``; what is empty stays as it is.

What is named changes, and nothing else. A line that names no mention, or more than one, is listed as such.
"""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from os import PathLike, fspath
from pathlib import Path
from typing import Any, ClassVar

from cxtext.config import build
from cxtext.documents import Driver, Drivers
from cxtext.errors import ConfigError, InputTypeError
from cxtext.pipeline import Draft, Pipeline
from cxtext.topics.corrections import read_corrections as read_topic_corrections

Paths = str | PathLike[str] | Sequence[str | PathLike[str]] | None

_SUFFIXES = (".csv", ".jsonl", ".ndjson")
_POLARITIES = ("positive", "negative")


@dataclass(frozen=True, slots=True)
class MentionCorrection:
    """What one mention should have been; what is null stays."""

    document: str
    start: int
    end: int
    polarity: str | None = None
    topic: str | None = None


@dataclass(frozen=True, slots=True)
class Corrections:
    """The files of corrections: one for topics as a whole (its path), and the lines for single mentions."""

    topics: str | None = None
    mentions: tuple[MentionCorrection, ...] = ()


def read_corrections(paths: Paths) -> Corrections:
    """Read files of corrections: TOML and JSON for topics, CSV and JSONL for single mentions.

    Parameters
    ----------
    paths
        One path or several; null for none.

    Raises
    ------
    InputTypeError, ConfigError
        If something is no path, a file is missing or holds something else, two files are for topics, or two lines name
        the same span. Messages name the file and the line, never a text.
    """
    if paths is None:
        return Corrections()
    listed = [paths] if isinstance(paths, str | PathLike) else list(paths)
    for path in listed:
        if not isinstance(path, str | PathLike):
            raise InputTypeError(f"corrections must be a path or a list of paths, got {type(path).__name__}")
    for_topics = [path for path in listed if Path(path).suffix.lower() not in _SUFFIXES]
    if len(for_topics) > 1:
        raise ConfigError(f"{fspath(for_topics[1])} is a second file of corrections of topics; put both into one")
    for path in for_topics:
        read_topic_corrections(path)
    mentions: list[MentionCorrection] = []
    seen: set[tuple[str, int, int]] = set()
    for path in listed:
        if path in for_topics:
            continue
        for where, row in _rows(Path(path)):
            found = _mention(row, where)
            key = (found.document, found.start, found.end)
            if key in seen:
                raise ConfigError(f"{where} names a span that an earlier line corrects; keep one of them")
            seen.add(key)
            mentions.append(found)
    return Corrections(fspath(for_topics[0]) if for_topics else None, tuple(mentions))


def _rows(path: Path) -> Iterable[tuple[str, Mapping[str, Any]]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise ConfigError(f"there is no file {path}") from None
    except ValueError:
        raise ConfigError(f"{path} is not UTF-8") from None
    if path.suffix.lower() == ".csv":
        reader = csv.DictReader(io.StringIO(text), delimiter=";" if ";" in text.partition("\n")[0] else ",")
        for row in reader:
            if None in row:
                raise ConfigError(f"{path}, line {reader.line_num} has more cells than the first line has names")
            yield f"{path}, line {reader.line_num}", row
        return
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            values = json.loads(line)
        except ValueError:
            values = None
        if not isinstance(values, dict):
            raise ConfigError(f"{path}, line {number} is no JSON object")
        yield f"{path}, line {number}", values


def _mention(row: Mapping[str, Any], where: str) -> MentionCorrection:
    values = {str(k).strip(): v.strip() if isinstance(v, str) else v for k, v in row.items()}
    values = {k: v for k, v in values.items() if v not in (None, "")}
    for name in ("start", "end"):
        if isinstance(values.get(name), str):
            if not values[name].isdecimal():
                raise ConfigError(f"{where}: {name} must be a whole number from 0 on")
            values[name] = int(values[name])
    if isinstance(values.get("topic"), int):
        values["topic"] = str(values["topic"])
    found = build(MentionCorrection, values, where=where)
    if not 0 <= found.start < found.end:
        raise ConfigError(f"{where}: start must be before end, got {found.start} and {found.end}")
    if found.polarity is not None and found.polarity not in _POLARITIES:
        raise ConfigError(f"{where}: polarity must be positive or negative, or empty")
    if found.polarity is None and found.topic is None:
        raise ConfigError(f"{where} says neither a polarity nor a topic")
    return found


@dataclass(frozen=True, slots=True)
class CorrectDriversConfig:
    """Right polarities: (document, start, end, polarity) each."""

    polarities: tuple[tuple[str, int, int, str], ...] = ()


class CorrectDrivers:
    """Move named drivers to the list of their right polarity."""

    name: ClassVar[str] = "corrections.v1"
    requires: ClassVar[frozenset[str]] = frozenset({"document", "drivers"})
    provides: ClassVar[frozenset[str]] = frozenset({"drivers"})
    Config: ClassVar[type] = CorrectDriversConfig

    def __init__(self, config: CorrectDriversConfig) -> None:
        self.config = config
        self._of: dict[str, list[tuple[int, int, str]]] = {}
        for document, start, end, polarity in config.polarities:
            self._of.setdefault(document, []).append((start, end, polarity))

    def predict(self, batch: Sequence[Draft]) -> list[dict[str, Any]]:
        """Give each draft's drivers."""
        return [{"drivers": self._corrected(draft)} for draft in batch]

    def _corrected(self, draft: Draft) -> Drivers:
        drivers = draft.drivers
        lines = self._of.get(draft.document.id or "", [])
        if not lines:
            return drivers
        listed: list[tuple[str, Driver]] = [(p, d) for p in _POLARITIES for d in getattr(drivers, p)]
        spans = [[(s.start, s.end) if s else None for s in (d.aspect, d.opinion, d.cause)] for _, d in listed]
        right = {row: polarity for start, end, polarity in lines if (row := named(spans, start, end)) is not None}
        lists = {p: [d for i, (q, d) in enumerate(listed) if p == q == right.get(i, q)] for p in _POLARITIES}
        for row, polarity in right.items():
            before, driver = listed[row]
            if before != polarity:
                # The others stay where they are.
                later = (i for i, d in enumerate(lists[polarity]) if _place(d) > _place(driver))
                lists[polarity].insert(next(later, len(lists[polarity])), driver)
        return Drivers(positive=tuple(lists["positive"]), negative=tuple(lists["negative"]))


def _place(driver: Driver) -> tuple[int, int]:
    starts = [s.start for s in (driver.aspect, driver.opinion) if s is not None]
    return driver.segment, min(starts, default=0)


def named(spans: Sequence[Sequence[tuple[int, int] | None]], start: int, end: int) -> int | None:
    """Say which mention a span names: by both its aspect and opinion, by its opinion, or by its aspect.

    Parameters
    ----------
    spans
        Of each mention: aspect, opinion and further ones, each null where it is not stated.
    start, end
        The span.

    Returns
    -------
    int or None
        The mention's place; null where none, or more than one, is named.

    Examples
    --------
    >>> both = [[(4, 7), (20, 30)], [(4, 7), (40, 50)]]
    >>> named(both, 4, 30), named(both, 40, 50), named(both, 4, 7), named(both, 0, 3)
    (0, 1, None, None)
    """
    found = candidates(spans, start, end)
    return found[0] if len(found) == 1 else None


def candidates(spans: Sequence[Sequence[tuple[int, int] | None]], start: int, end: int) -> list[int]:
    """Give the places of all mentions that a span could name."""
    for way in (_both, lambda s: s[1], lambda s: s[0]):
        found = [i for i, own in enumerate(spans) if way(own) == (start, end)]
        if found:
            return found
    return []


def _both(own: Sequence[tuple[int, int] | None]) -> tuple[int, int] | None:
    aspect, opinion = own[0], own[1]
    if aspect is None or opinion is None:
        return None
    return min(aspect[0], opinion[0]), max(aspect[1], opinion[1])


def with_corrections(pipeline: Pipeline, corrections: Corrections) -> Pipeline:
    """Give a pipeline that also corrects polarities; the same one where there are none to correct."""
    right = tuple((c.document, c.start, c.end, c.polarity) for c in corrections.mentions if c.polarity is not None)
    if not right:
        return pipeline
    return Pipeline([*pipeline.stages, CorrectDrivers(CorrectDriversConfig(right))])
