"""One annotation as a piece of HTML for a notebook.

Terms are those by which code reaches the same values (aspect, opinion, cause). The style stands at each element, since
notebooks take style sheets away from outputs that they do not trust; without any style the signs still tell praise from
blame.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from cxtext.documents import Annotation, Driver, Sentiment, Span
from cxtext.report.quotes import CUT, Piece, pieces
from cxtext.report.templating import cleaned, environment
from cxtext.report.view import POLARITIES, Values

LONGEST = 1_200
"""Characters of the text that are shown; a longer one is cut around its first drivers."""
ROWS = 12
"""Drivers of each polarity, and markers, that are listed."""
LONGEST_SPAN = 160
SIGNS = {"positive": "▲", "negative": "▼", "neutral": "●"}
_PARTS = ("aspect", "opinion", "cause")


def render(annotation: Annotation) -> str:
    """Give the HTML: the text with its drivers marked, what was judged, and the drivers as a table.

    Everything that customers wrote is escaped. Passages that are not the customer's own words are pale.

    Examples
    --------
    >>> import cxtext
    >>> html = render(cxtext.annotate("Die App ist <b>langsam</b>."))
    >>> "&lt;b&gt;" in html, "▼" in html
    (True, True)
    >>> "▲" in render(cxtext.annotate("The staff were friendly."))
    True
    """
    a = annotation
    counted = Counter((m.type, m.text) for m in a.markers)
    markers = [{"type": kind, "text": _short(text), "n": n} for (kind, text), n in counted.items()]
    return (
        environment()
        .get_template("annotation.html.j2")
        .render(
            facts=list(_facts(a)),
            skipped=a.status == "skipped",
            pieces=_pieces(a),
            length=_length(a),
            longest=LONGEST,
            language=a.language.code if a.language.code != "other" else None,
            drivers=[row for polarity in POLARITIES for row in _rows(a, polarity)],
            more=[
                f"{len(found) - ROWS} more in .drivers.{polarity}"
                for polarity in POLARITIES
                if len(found := getattr(a.drivers, polarity)) > ROWS
            ],
            markers=markers[:ROWS],
            more_markers=len(markers[ROWS:]),
        )
    )


def mood(sentiment: Sentiment | None) -> str:
    """Write a sentiment with its sign.

    Examples
    --------
    >>> import cxtext
    >>> mood(cxtext.annotate("Alles bestens, danke!").sentiment).split()[:2]
    ['▲', 'positive']
    >>> mood(None)
    'no sentiment'
    """
    if sentiment is None:
        return "no sentiment"
    return f"{SIGNS[sentiment.label]} {sentiment.label} {signed(sentiment.score)}" + (
        ", mixed" if sentiment.mixed else ""
    )


def signed(value: float) -> str:
    """Write a mood with a true minus, as in the report, and no sign before a zero.

    >>> signed(-0.5), signed(0.25), signed(-0.001)
    ('−0.50', '+0.25', '0.00')
    """
    return f"{value:+.2f}".replace("-", "\u2212").replace("\u22120.00", "0.00").replace("+0.00", "0.00")


def _facts(a: Annotation) -> Iterator[str]:
    if a.status == "skipped":
        yield f"skipped: {a.reason}"
    else:
        yield mood(a.sentiment)
        yield f"language {a.language.code} ({a.language.confidence:.2f})" + (", mixed" if a.language.mixed else "")
    if a.id is not None:
        yield f"id {_short(a.id)}"
    if a.topics:
        yield "topics " + ", ".join(dict.fromkeys(_short(t.label) for t in a.topics[:ROWS]))
    if a.pii:
        yield "personal data: " + ", ".join(sorted({p.type for p in a.pii}))


def _length(a: Annotation) -> int | None:
    return None if a.document is None else len(a.document.text)


def _pieces(a: Annotation) -> list[Values]:
    """Split the text where marks begin and end."""
    if a.document is None:
        return []
    return marked(pieces(cleaned(a.document.text), _spans(a), longest=LONGEST))


def marked(found: Sequence[Piece]) -> list[Values]:
    """Give each piece its signs: a mark that begins brings that of its polarity."""
    shown, before = [], frozenset[str]()
    for piece in found:
        kinds = dict.fromkeys(piece.kinds)
        began = {kind.split()[0] for kind in kinds if kind not in before}
        shown.append(
            {"text": piece.text, "kinds": list(kinds), "signs": "".join(SIGNS[p] for p in POLARITIES if p in began)}
        )
        before = frozenset(kinds)
    return shown


def _spans(a: Annotation) -> list[dict[str, Any]]:
    drivers = driver_spans(a)
    aside = [("aside", s.start, s.end) for s in a.segments if s.kind != "customer"]
    if drivers and (_length(a) or 0) > LONGEST:
        # What is cut is cut around the drivers.
        first = min(start for _, start, _ in drivers)
        aside = [span for span in aside if span[1] >= first]
    return [{"kind": kind, "start": start, "end": end} for kind, start, end in (*drivers, *aside)]


def driver_spans(a: Annotation) -> list[tuple[str, int, int]]:
    """Give the spans of all drivers, each once: polarity and part, start, end."""
    return list(
        dict.fromkeys(
            (f"{polarity} {part}", span.start, span.end)
            for polarity in POLARITIES
            for driver in getattr(a.drivers, polarity)
            for part in _PARTS
            if (span := getattr(driver, part)) is not None
        )
    )


def _rows(a: Annotation, polarity: str) -> list[Values]:
    found: Sequence[Driver] = getattr(a.drivers, polarity)[:ROWS]
    return [
        {
            "sign": f"{SIGNS[polarity]} {polarity}",
            "polarity": polarity,
            "category": d.category,
            **{part: _span(getattr(d, part)) for part in _PARTS},
            "score": f"{d.score:.2f}",
        }
        for d in found
    ]


def _span(span: Span | None) -> str | None:
    return None if span is None else _short(span.text)


def _short(text: str) -> str:
    shown: str = cleaned(text)
    return shown if len(shown) <= LONGEST_SPAN else f"{shown[:LONGEST_SPAN]} {CUT}"
