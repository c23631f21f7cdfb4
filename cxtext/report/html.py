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
from cxtext.report.taxonomy import taxonomy
from cxtext.report.templating import cleaned, environment, source
from cxtext.report.topic_charts import HEIGHT, WIDTH, map_points
from cxtext.report.view import POLARITIES, Values, first_page, outcome_name, values
from cxtext.report.wording import Wording, wording


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
            taxonomy=taxonomy(clean, w),
            maps=_maps(clean, w),
            topic_map=_topic_map(points, w),
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


def _topic_map(points: Sequence[Values], w: Wording) -> Values | None:
    if not points:
        return None
    hits = [
        {
            **p,
            "corner": f"{'west' if p['x'] > WIDTH / 2 else 'east'} {'north' if p['y'] > HEIGHT / 2 else 'south'}",
            "about": f"{w('size')}: {w.number(p['size'])} · {p['tone']}",
        }
        for p in points
    ]
    # Drawn from numbers; the tones are the report's own words.
    return {"hits": hits, "svg": Markup(charts.topics_on_a_map(points, w))}  # noqa: S704


def _trends(report: Mapping[str, Any], w: Wording) -> list[Values]:
    found = sections.trends(report, w)
    top = max(values((p for trend in found for p in trend["points"]), ("share", "share_high")), default=1.0)
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
