"""Charts as SVG: drawn by Altair and Vega here, so that the report needs no script and no network.

No customer's word goes into a chart: names stand in the HTML around it, where they are escaped.
"""

import json
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from cxtext.report.wording import Wording

# Blue and vermilion after Okabe and Ito: told apart with every common colour blindness, and in grey by their shape.
COLOURS = {"positive": "#0a5fa5", "negative": "#b5470b"}
SHAPES = {"positive": "circle", "negative": "diamond"}
_LOCALES: Mapping[str, Literal["de-DE", "en-GB"]] = {"de": "de-DE", "en": "en-GB"}
_ZERO = "datum.value === 0 ? '0' : datum.label"
_WIDE, _TALL = 360, 260
_NUMBER = 20, 15
"""Size of a map, and of the room that a number takes in it, in pixels."""
_OPENING = re.compile(r"<svg [^>]*?viewBox=\"([^\"]*)\"[^>]*>")


def importance_map(rows: Sequence[Mapping[str, Any]], polarity: str, w: Wording, *, y_title: str) -> str:
    """Draw one polarity's drivers: how often (share) against how strongly (impact).

    Parameters
    ----------
    rows
        share, impact, impact_low, impact_high, rank, clear (evidence A or B).
    polarity
        Settles colour and shape.
    w
        Language of the axes.
    y_title
        Title of the vertical axis.
    """
    import altair as alt

    data = alt.InlineData(values=_named(rows))
    colour = COLOURS[polarity]
    x = alt.X(
        "share:Q",
        title=w("map_x"),
        axis=alt.Axis(format="~%", tickCount=5),
        scale=alt.Scale(zero=True, nice=True),
    )
    y = alt.Y(
        "impact:Q",
        title=y_title,
        axis=alt.Axis(format="+~g", tickCount=5, labelExpr=_ZERO),
        scale=alt.Scale(zero=True, nice=True),
    )
    chart = alt.layer(
        alt.Chart(alt.InlineData(values=[{"zero": 0}])).mark_rule(color="#6b7280").encode(y="zero:Q"),
        alt.Chart(data).mark_rule(color=colour, opacity=0.45).encode(x=x, y=alt.Y("impact_low:Q"), y2="impact_high:Q"),
        alt.Chart(data)
        .mark_point(size=90, strokeWidth=2, shape=SHAPES[polarity], opacity=1, color=colour)
        .encode(x=x, y=y, fill=alt.condition("datum.clear", alt.value(colour), alt.value("#ffffff"))),
        alt.Chart(data)
        .mark_text(dx=10, dy=-9, fontSize=13, color="#1f2328")
        .transform_filter("datum.named")
        .encode(x=x, y=y, text=alt.Text("rank:Q", format="d")),
    ).properties(width=_WIDE, height=_TALL)
    return _svg(chart, w)


def _named(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Say which points get their number: in the order of their ranks, those whose number has room."""
    ends = [float(row[k]) for row in rows for k in ("impact_low", "impact_high", "impact") if row[k] is not None]
    across = max((float(row["share"]) for row in rows), default=0.0) or 1.0
    tall = (max([0.0, *ends]) - min([0.0, *ends])) or 1.0
    taken: list[tuple[float, float]] = []
    found = []
    for row in sorted(rows, key=lambda r: r["rank"] or math.inf):
        at = _WIDE * float(row["share"]) / across, _TALL * float(row["impact"]) / tall
        free = all(abs(at[0] - x) >= _NUMBER[0] or abs(at[1] - y) >= _NUMBER[1] for x, y in taken)
        if free:
            taken.append(at)
        found.append({**row, "named": free})
    return found


def trend(rows: Sequence[Mapping[str, Any]], polarity: str, w: Wording, *, top: float) -> str:
    """Draw one topic's share over time with its interval.

    Parameters
    ----------
    rows
        period (ISO date), share, share_low, share_high.
    polarity
        Settles colour and shape.
    w
        Language of the axes.
    top
        Upper end of the vertical axis, the same for charts that stand side by side.
    """
    import altair as alt

    # The interval of a period with few responses may end beyond the picture.
    data = alt.InlineData(values=[{**row, "share_high": _at_most(row["share_high"], top)} for row in rows])
    colour = COLOURS[polarity]
    long = rows[0]["period"][:4] != rows[-1]["period"][:4]
    dates = "%b %Y" if long else {"de": "%-d. %b", "en": "%-d %b"}[w.language]
    x = alt.X(
        "period:T",
        title=None,
        # Days are days everywhere: no time zone moves them.
        scale=alt.Scale(type="utc"),
        axis=alt.Axis(format=dates, tickCount=4, grid=False, labelOverlap=True),
    )
    scale = alt.Scale(domain=[0, top], nice=False)
    y = alt.Y("share:Q", title=None, axis=alt.Axis(format="~%", tickCount=4), scale=scale)
    chart = alt.layer(
        alt.Chart(data).mark_area(opacity=0.15, color=colour).encode(x=x, y=alt.Y("share_low:Q"), y2="share_high:Q"),
        alt.Chart(data).mark_line(color=colour, strokeWidth=2).encode(x=x, y=y),
        alt.Chart(data)
        .mark_point(size=26, filled=True, opacity=1, color=colour, shape=SHAPES[polarity])
        .encode(x=x, y=y),
    ).properties(width=250, height=120)
    return _svg(chart, w)


def _at_most(value: float | None, top: float) -> float | None:
    return None if value is None else min(value, top)


def quarters(rows: Sequence[Mapping[str, Any]], w: Wording) -> str:
    """Draw how the mood of groups of conversations went, quarter by quarter, with its interval.

    Parameters
    ----------
    rows
        group ("good", "middle", "bad"), quarter (1 to 4), estimate, low, high.
    w
        Language of the axes.
    """
    import altair as alt

    groups = ["good", "middle", "bad"]
    colours = alt.Color(
        "group:N",
        legend=None,
        scale=alt.Scale(domain=groups, range=[COLOURS["positive"], "#4b5563", COLOURS["negative"]]),
    )
    # Side by side, so that no interval hides another.
    data = alt.InlineData(
        values=[{**row, "at": row["quarter"] + 0.06 * (groups.index(row["group"]) - 1)} for row in rows]
    )
    x = alt.X(
        "at:Q",
        title=w("talks_x"),
        scale=alt.Scale(domain=[0.7, 4.3], nice=False),
        axis=alt.Axis(values=[1, 2, 3, 4], format="d", grid=False),
    )
    y = alt.Y(
        "estimate:Q",
        title=w("talks_y"),
        scale=alt.Scale(domain=[-1, 1], nice=False),
        axis=alt.Axis(values=[-1, -0.5, 0, 0.5, 1], format="+~g", labelExpr=_ZERO),
    )
    chart = alt.layer(
        alt.Chart(alt.InlineData(values=[{"zero": 0}])).mark_rule(color="#6b7280").encode(y="zero:Q"),
        alt.Chart(data).mark_rule(opacity=0.5, strokeWidth=2).encode(x=x, y="low:Q", y2="high:Q", color=colours),
        alt.Chart(data).mark_line(strokeWidth=2).encode(x=x, y=y, color=colours),
        alt.Chart(data)
        .mark_point(size=60, filled=True, opacity=1)
        .encode(
            x=x,
            y=y,
            color=colours,
            shape=alt.Shape(
                "group:N", legend=None, scale=alt.Scale(domain=groups, range=["circle", "square", "diamond"])
            ),
        ),
    ).properties(width=360, height=220)
    return _svg(chart, w)


def topics_on_a_map(points: Sequence[Mapping[str, Any]], w: Wording) -> str:
    """Draw the map of topics with their numbers; names and quotes stand in the HTML around it."""
    from cxtext.report.topic_charts import map_chart

    bare = [{**point, "topic": "", "quotes": []} for point in points]
    # The key stands in the HTML, too; here it would widen the picture, and every name would miss its point.
    return _svg(map_chart(bare, w).properties(padding=0), w, legend={"disable": True})


def _svg(chart: Any, w: Wording, *, legend: Mapping[str, Any] | None = None) -> str:  # noqa: ANN401 (no types)
    import vl_convert

    chart = chart.configure(
        # The figure around the chart carries the text for screen readers; Vega's own would be English noise.
        aria=False,
        background="transparent",
        font="system-ui, sans-serif",
        view={"stroke": None},
        legend=dict(legend or {}),
        axis={
            "labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal", "titleColor": "#4b5563",
            "labelColor": "#4b5563", "gridColor": "#e5e7eb", "domain": False, "tickColor": "#d1d5db",
            # Fonts differ in width from machine to machine: room for the widest.
            "titlePadding": 14, "labelSeparation": 24,
        },
    )  # fmt: skip
    locale = _LOCALES[w.language]
    svg: str = vl_convert.vegalite_to_svg(
        json.dumps(chart.to_dict()),
        allowed_base_urls=[],
        format_locale={**vl_convert.get_format_locale(locale), "percent": w.percent(0, 0).removeprefix("0")},
        time_format_locale=vl_convert.get_time_format_locale(locale),
    )
    # The size comes from the page: charts shrink with the column that holds them.
    return _OPENING.sub(r'<svg viewBox="\1" aria-hidden="true" focusable="false">', svg, count=1)
