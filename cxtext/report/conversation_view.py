"""One conversation as a piece of HTML for a notebook: its turns, the customer's mood, drivers and markers.

As in :mod:`cxtext.report.annotation_view` the style stands at each element, and without any the signs still tell.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from cxtext.documents import Annotation, Turn
from cxtext.errors import InputValueError
from cxtext.markers.trajectory import quarter_slices
from cxtext.markers.turns import TurnMood, annotated_moods
from cxtext.report.annotation_view import SIGNS, driver_spans, marked, mood, signed
from cxtext.report.quotes import pieces
from cxtext.report.templating import cleaned, environment
from cxtext.report.view import Values

LONGEST = 600
"""Characters of a turn that are shown; a longer one is cut around its first mark."""
SHOWN = 200
"""Turns that are shown; of more, the first and the last."""
# From here on a mood has a sign; between, it is neither.
PLAIN = 1 / 3
LONGEST_NAME = 40


def render(annotation: Annotation) -> str:
    """Give the HTML.

    Everything that was said is escaped. The line is the mood of the customer's turns that say something, the grey bars
    are the mean moods ``start`` and ``end``.

    Raises
    ------
    InputValueError
        If the annotation has no document, or the document no turns.

    Examples
    --------
    >>> import cxtext
    >>> said = ["Das ist eine Frechheit!", "Ich warte seit <b>Wochen</b>.", "Oh, vielen Dank!"]
    >>> html = render(cxtext.annotate({"turns": [{"role": "customer", "text": text} for text in said]}))
    >>> "&lt;b&gt;" in html, "<svg" in html, "▼" in html
    (True, True, True)
    >>> said = [{"role": "agent", "text": "Hello?"}, {"role": "customer", "text": "The line is awful."}]
    >>> "line</mark>" in render(cxtext.annotate({"turns": said}))
    True
    """
    document = annotation.document
    if document is None or not document.turns:
        raise InputValueError("the annotation carries no conversation; cxtext.annotate a document that has turns")
    moods = annotated_moods(annotation)
    went = annotation.conversation
    return (
        environment()
        .get_template("conversation.html.j2")
        .render(
            facts=list(_facts(annotation)),
            course=[] if went is None else _course(went),
            verdict=None if went is None else _verdict(went),
            points=[] if went is None else _points(moods),
            quarters=[] if went is None else _quarters(moods, went),
            label="" if went is None else f"mood from {signed(went['start'])} at the start to {signed(went['end'])}",
            turns=list(_turns(annotation, {m.turn: m for m in moods})),
            language=annotation.language.code if annotation.language.code != "other" else None,
        )
    )


def sign(score: float) -> str:
    """Give the sign of a mood.

    >>> sign(0.5), sign(-0.5), sign(0.1)
    ('▲', '▼', '●')
    """
    return SIGNS["positive" if score > PLAIN else "negative" if score < -PLAIN else "neutral"]


def _facts(a: Annotation) -> Iterator[str]:
    yield mood(a.sentiment)
    yield f"language {a.language.code} ({a.language.confidence:.2f})"
    turns = a.document.turns if a.document is not None else ()
    yield f"{len(turns)} turns"
    yield f"drivers: {len(a.drivers.positive)} ▲, {len(a.drivers.negative)} ▼"
    if a.id is not None:
        yield f"id {cleaned(a.id)[:LONGEST_NAME]}"


def _course(went: Any) -> list[tuple[str, str]]:  # noqa: ANN401 (a mapping of the schema)
    names = ("start", "end", "trend", "mean", "peak_positive", "peak_negative", "peak_end")
    return [(name, signed(went[name])) for name in names]


def _verdict(went: Any) -> str | None:  # noqa: ANN401
    if went["recovery"]:
        return "recovery"
    return "bad goodbye" if went["bad_goodbye"] else None


def _points(moods: Sequence[TurnMood]) -> list[Values]:
    return [
        {
            "x": _x(i, len(moods)),
            "y": _y(m.score),
            "sign": sign(m.score),
            "title": f"turn {m.turn + 1}: {signed(m.score)}",
        }
        for i, m in enumerate(moods)
    ]


def _x(position: int, count: int) -> float:
    # Room for a dot at both ends.
    return round(10 + 980 * position / max(count - 1, 1), 1)


def _y(score: float) -> float:
    return round(50 - 46 * score, 1)


def _quarters(moods: Sequence[TurnMood], went: Any) -> list[Values]:  # noqa: ANN401
    n, half = len(moods), 490 / max(len(moods) - 1, 1)
    slices = quarter_slices(n)
    return [
        {
            "x1": max(_x(part.start, n) - half / 2, 0),
            "x2": min(_x(part.stop - 1, n) + half / 2, 1000),
            "y": _y(went[name]),
            "title": f"{name}: {signed(went[name])}",
        }
        for name, part in (("start", slices[0]), ("end", slices[3]))
    ]


def _turns(a: Annotation, moods: dict[int, TurnMood]) -> Iterator[Values]:
    document = a.document
    if document is None:
        return
    spans = [*driver_spans(a), *((f"marker {m.type}", m.start, m.end) for m in a.markers)]
    known = any(turn.role is not None for turn in document.turns)
    text = cleaned(document.text)
    count = len(document.turns)
    for i, turn in enumerate(document.turns):
        if count > SHOWN and SHOWN // 2 <= i < count - SHOWN // 2:
            if i == SHOWN // 2:
                yield {"left_out": count - SHOWN}
            continue
        inside = [
            {"kind": kind, "start": start - turn.start, "end": end - turn.start}
            for kind, start, end in spans
            if turn.start <= start and end <= turn.end
        ]
        found = moods.get(i)
        yield {
            "left_out": 0,
            "number": i + 1,
            "who": _who(turn),
            "time": None if turn.start_time is None else _clock(turn.start_time),
            "own": turn.role == "customer" or not known,
            "mood": None if found is None else signed(found.score),
            "sign": sign(found.score) if found is not None else "",
            "markers": list(dict.fromkeys(m.type for m in a.markers if turn.start <= m.start < turn.end)),
            "pieces": marked(pieces(text[turn.start : turn.end], inside, longest=LONGEST)),
        }


def _who(turn: Turn) -> str:
    named = "" if turn.speaker is None else cleaned(turn.speaker)[:LONGEST_NAME]
    role = turn.role or ("" if named else "unknown")
    return " · ".join(dict.fromkeys(part for part in (role, named) if part))


def _clock(seconds: float) -> str:
    """Write seconds as minutes.

    >>> _clock(75.4), _clock(3675)
    ('1:15', '61:15')
    """
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
