"""What following up one document needs: how urgent it is, which passages say so, how a conversation went."""

from bisect import bisect_right
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from cxtext.analysis.case_status import case_status
from cxtext.analysis.conversations import closing_segment
from cxtext.config import read_data
from cxtext.documents import Annotation, Document, Marker
from cxtext.engines.signals import Signal
from cxtext.markers.kinds import kind_of
from cxtext.markers.matching import HINT, find_hits
from cxtext.markers.rules import LANGUAGES, shipped_rules
from cxtext.markers.stage import CERTAIN
from cxtext.markers.urgency import CHURN, WEIGHTS, assess
from cxtext.sources.columns import plain_header

# conversation: as in the annotation; closing: the segment with which the last quarter of a conversation begins.
CASE_COLUMNS = ("urgency", "level", "needs_response", "conversation", "closing", "case_status", "touchpoint")

Place = tuple[int, int]
"""A segment, and its offset in the text."""


@dataclass(frozen=True)
class Case:
    """What following up one document needs.

    Attributes
    ----------
    row
        The values of :data:`CASE_COLUMNS`.
    signals
        What is marked in the customer's own words.
    passages
        For recover, engage and advocate the segment that says it most, or null.
    """

    row: tuple[Any, ...]
    signals: tuple[Signal, ...]
    passages: tuple[Place | None, ...]


_CHECKED = ("churn", "loyalty")
_ASKS = ("request", "question", "suggestion")


def read_case(annotation: Annotation, document: Document) -> Case:
    """Say what following up one document needs.

    Parameters
    ----------
    annotation
        Of a document with text.
    document
        The annotation's document.
    """
    annotation = replace(
        annotation, markers=tuple(m for m in annotation.markers if _is_said(m, annotation, document.text))
    )
    pressing = assess(annotation)
    signals = _signals(annotation)
    talk = annotation.conversation
    row = (
        pressing.score,
        pressing.level,
        pressing.needs_response,
        talk,
        None if talk is None else closing_segment(annotation),
        case_status(document.attributes),
        _touchpoint(document),
    )
    return Case(row, signals, _passages(annotation, document.text, signals))


def _is_said(marker: Marker, annotation: Annotation, text: str) -> bool:
    """Whether words say what a marker stands for, where a wrong one costs a call or an advertisement.

    That somebody leaves, or stays, is a reason that a reader checks against the quote. Where the head merely thinks so
    of a whole sentence in which no rule found words, and is not sure, there is nothing to check.
    """
    if marker.type not in _CHECKED or marker.score >= CERTAIN:
        return True
    whole = any(
        segment.start <= marker.start
        and not text[segment.start : marker.start].strip()
        and marker.end <= segment.end
        and not text[marker.end : segment.end].strip()
        for segment in annotation.segments
    )
    return not whole or any(
        hit.rule.type == marker.type and hit.rule.score >= HINT
        for code in LANGUAGES
        for hit in find_hits(marker.text, 0, len(marker.text), shipped_rules(code))
    )


def code_of(type_: str, kind: str | None) -> str:
    """Name a marker: its type, and its kind after a colon where it has one."""
    return type_ if kind is None else f"{type_}:{kind}"


def _signals(annotation: Annotation) -> tuple[Signal, ...]:
    segments = annotation.segments
    starts = [segment.start for segment in segments]
    found = []
    for marker in annotation.markers:
        i = bisect_right(starts, marker.start) - 1
        # Agents' cues, where they were asked for, are no reason to call a customer back.
        if i >= 0 and segments[i].kind == "customer" and marker.start < segments[i].end:
            start, end = marker.start - starts[i], min(marker.end, segments[i].end) - starts[i]
            found.append((code_of(marker.type, kind_of(marker)), i, start, end))
    return tuple(found)


def _passages(annotation: Annotation, text: str, signals: tuple[Signal, ...]) -> tuple[Place | None, ...]:
    codes: dict[int, set[str]] = {}
    for code, i, *_ in signals:
        codes.setdefault(i, set()).add(code)
    blamed = {d.segment for d in annotation.drivers.negative}
    praised = {d.segment for d in annotation.drivers.positive}
    best: list[tuple[float, int] | None] = [None, None, None]
    for i, segment in enumerate(annotation.segments):
        if segment.kind != "customer" or not text[segment.start : segment.end].strip():
            continue
        here = codes.get(i, set())
        types = {code.partition(":")[0] for code in here}
        mood = segment.sentiment.score if segment.sentiment else 0.0
        asks, grumbles = bool(types.intersection(_ASKS)), bool(types & {"effort", "complaint"})
        worth = (
            # What presses goes before the tone; effort and complaints underline it.
            10 * max((_press(code) for code in here), default=0.0) - mood + 0.3 * grumbles + 0.2 * (i in blamed),
            asks + 0.8 * ("complaint" in types) + 0.6 * (i in blamed) + 0.3 * (i in praised) - 0.2 * mood,
            mood + 0.3 * bool(types & {"praise", "loyalty"}) + 0.3 * (i in praised),
        )
        for k, value in enumerate(worth):
            # Rounded, so that the last bits of a float, in which machines differ, choose nothing; then the first wins.
            if (known := best[k]) is None or round(value, 4) > known[0]:
                best[k] = (round(value, 4), i)
    return tuple(None if b is None else (b[1], annotation.segments[b[1]].start) for b in best)


def _press(code: str) -> float:
    type_, _, kind = code.partition(":")
    if type_ == "churn":
        return CHURN
    # A passage that says what is urgent is quoted rather than one that merely sounds so.
    return WEIGHTS.get(kind, CHURN / 2) if type_ == "urgency" else 0.0


def _touchpoint(document: Document) -> str | None:
    names = _touchpoint_attributes()
    for name, value in document.attributes.items():
        if plain_header(name) in names and value is not None and value == value and str(value).strip():
            return str(value)
    return None


@cache
def _touchpoint_attributes() -> frozenset[str]:
    table = read_data("queue.toml")
    return frozenset(plain_header(name) for name in table["touchpoint"]["attributes"])
