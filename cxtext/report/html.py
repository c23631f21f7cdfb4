"""The report as one HTML file that opens from disk, prints, and asks nothing of the network.

The charts are SVG, set into the page: nothing runs when it is opened, it prints as it looks, and its own security
policy can forbid every script. That policy is a second wall; the first is that every word that is not the report's own
is escaped by the template.
"""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from cxtext.report import charts, sections
from cxtext.report.causes import causes
from cxtext.report.change_page import change
from cxtext.report.conversation_page import conversations
from cxtext.report.groups_page import courses, gaps, touchpoints
from cxtext.report.journeys_page import journeys
from cxtext.report.outcome_page import importance, standings
from cxtext.report.queue_page import queue
from cxtext.report.rules import UNRANKED_BELOW
from cxtext.report.taxonomy import taxonomy
from cxtext.report.templating import cleaned, environment, source
from cxtext.report.topic_charts import HEIGHT, WIDTH, map_points
from cxtext.report.view import POLARITIES, Values, first_page, outcome_name, size_label, values
from cxtext.report.wording import Wording, wording

# A name on the map, in pixels of the picture: it stands so far under its point, and is cut beyond this width.
_MOST_NAMES = 16
_POINT, _NAME_BELOW, _NAME_TALL, _NAME_WIDE, _LETTER = 14, 17, 15, 124, 7


def render(report: Mapping[str, Any]) -> str:
    """Give the report's HTML.

    Parameters
    ----------
    report
        What :meth:`cxtext.Analysis.to_dict` gives, also after a trip through JSON.

    Returns
    -------
    str
        A whole document: style and charts inside, no script, no address that a browser would fetch.
    """
    w = wording(report["language"])
    clean: Mapping[str, Any] = cleaned(report)
    points = map_points(clean, w)
    points = points if len(points) >= sections.LEAST_POINTS else []
    style = source("report.css") + source("why.css") + _positions(points)
    page = first_page(clean, w)
    return (
        environment()
        .get_template("report.html.j2")
        .render(
            w=w,
            report=clean,
            page=page,
            style=Markup(style),  # noqa: S704 (our own file)
            style_hash=_hash(style),
            alerts=sections.alerts(clean, w),
            first_alerts=sections.FIRST_ALERTS,
            queue=queue(clean, w),
            talks=_talks(clean, w),
            quality=sections.quality(clean, w),
            topics=sections.topics(clean, w),
            size_label=size_label(clean, w),
            taxonomy=taxonomy(clean, w),
            maps=_maps(clean, w),
            topic_map=_topic_map(points, size_label(clean, w), w),
            numbers={p["id"]: p["number"] for p in points},
            segments=sections.segments(clean, w),
            causes=causes(clean, w),
            importance=importance(clean, w),
            standings=standings(clean, w),
            touchpoints=touchpoints(clean, w),
            gaps=gaps(clean, w),
            courses=_courses(clean, w),
            change=change(clean, w),
            journeys=journeys(clean, w),
            trends=_trends(clean, w),
            drivers=sections.all_drivers(clean, w),
            method=sections.method(clean, w),
            manifest=sections.manifest(clean, w),
        )
    )


def preview(report: Mapping[str, Any], rows: Mapping[str, int]) -> str:
    """Give the first page's two lists as a small piece of HTML for a notebook.

    Parameters
    ----------
    report
        What :meth:`cxtext.Analysis.to_dict` gives.
    rows
        Table -> its rows, to say which there are.
    """
    w = wording(report["language"])
    clean: Mapping[str, Any] = cleaned(report)
    return (
        environment()
        .get_template("preview.html.j2")
        .render(w=w, page=first_page(clean, w), change=change(clean, w), rows={k: w.number(n) for k, n in rows.items()})
    )


def _maps(report: Mapping[str, Any], w: Wording) -> list[Values]:
    found = []
    for polarity in POLARITIES:
        points = sections.map_points(report, polarity)
        if len(points) >= sections.LEAST_POINTS:
            score = outcome_name(report)
            svg = charts.importance_map(points, polarity, w, y_title=w("impact_label", score=score))
            found.append(
                {
                    "polarity": polarity,
                    "heading": w("praised" if polarity == "positive" else "criticised"),
                    "alt": w(f"map_alt_{polarity}", score=score),
                    "svg": Markup(svg),  # noqa: S704 (drawn from numbers)
                }
            )
    return found


def _talks(report: Mapping[str, Any], w: Wording) -> Values | None:
    page = conversations(report, w)
    if page is not None:
        page["svg"] = Markup(charts.quarters(page["points"], w)) if page["points"] else None  # noqa: S704 (from numbers)
    return page


def _positions(points: Sequence[Values]) -> str:
    # The page's policy allows no style at an element; these are numbers, and part of the sheet that it allows.
    return "".join(
        f".map .p{p['number']} {{ left: {100 * p['x'] / WIDTH:.2f}%; top: {100 * p['y'] / HEIGHT:.2f}%; }}\n"
        for p in points
    )


def _topic_map(points: Sequence[Values], counted: str, w: Wording) -> Values | None:
    if not points:
        return None
    named = _named(points)
    hits = [
        {
            **p,
            "named": p["number"] in named,
            "corner": f"{'west' if p['x'] > WIDTH / 2 else 'east'} {'north' if p['y'] > HEIGHT / 2 else 'south'}",
            "about": f"{counted}: {w.number(p['size'])} · {p['tone']}",
        }
        for p in points
    ]
    # Drawn from numbers; the tones are the report's own words.
    return {"hits": hits, "svg": Markup(charts.topics_on_a_map(points, w))}  # noqa: S704


def _named(points: Sequence[Values]) -> set[int]:
    """Say which topics have room for their names under their points, the largest first."""
    named: set[int] = set()
    taken: list[tuple[float, float, float, float]] = [
        (p["x"] - _POINT, p["y"] - _POINT, p["x"] + _POINT, p["y"] + _POINT) for p in points
    ]
    for p in points[:_MOST_NAMES]:
        half = min(_NAME_WIDE, _LETTER * len(p["topic"])) / 2
        box = (p["x"] - half, p["y"] + _NAME_BELOW, p["x"] + half, p["y"] + _NAME_BELOW + _NAME_TALL)
        within = box[0] >= 0 and box[2] <= WIDTH
        if within and not any(box[0] < c and a < box[2] and box[1] < d and b < box[3] for a, b, c, d in taken):
            taken.append(box)
            named.add(p["number"])
    return named


def _trends(report: Mapping[str, Any], w: Wording) -> list[Values]:
    found = sections.trends(report, w)
    # Periods of few responses, whose intervals are wide, must not squeeze all others.
    points = [p for trend in found for p in trend["points"]]
    firm = [p for p in points if p["documents"] >= UNRANKED_BELOW]
    top = max([*values(firm or points, ("share", "share_high")), *values(points, ("share",))], default=1.0)
    for trend in found:
        svg = charts.trend(trend["points"], trend["polarity"], w, top=top)
        trend["svg"] = Markup(svg)  # noqa: S704 (drawn from numbers and dates)
    return found


def _courses(report: Mapping[str, Any], w: Wording) -> list[Values]:
    found = courses(report, w)
    for one in found:
        # One axis for groups that stand side by side.
        top = max(values((p for g in one["groups"] for p in g["points"]), ("share", "share_high")), default=1.0)
        for group in one["groups"]:
            svg = charts.trend(group["points"], one["polarity"], w, top=top)
            group["svg"] = Markup(svg)  # noqa: S704 (drawn from numbers and dates)
    return found


def _hash(style: str) -> str:
    # What the policy compares: the element's text, byte for byte.
    return base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
