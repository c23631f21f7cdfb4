"""The charts of these notebooks: twenty lines of Altair over the tables that an analysis has.

Praise is a blue circle, blame an orange diamond; the bar is the 95 % interval. Pictures are PNG, so that they show
wherever a notebook is opened.
"""

import altair as alt
import pandas as pd

alt.renderers.enable("png", scale_factor=1.5)

PRAISE, BLAME = "▲ praise", "▼ blame"
_SIGNS = {"positive": PRAISE, "negative": BLAME}


def shares(drivers: pd.DataFrame) -> alt.LayerChart:
    """Draw which share of the texts praises and blames each topic."""
    return _intervals(drivers, "share", alt.Axis(format="%"), "share of texts that mention it")


def impacts(drivers: pd.DataFrame, score: str) -> alt.LayerChart:
    """Draw how far each topic's mentions move the mean score."""
    return _intervals(drivers, "impact", alt.Axis(format="+~g"), f"impact on {score}")


def figures(rows: pd.DataFrame, title: str, *, name: str = "name", low: float, high: float) -> alt.LayerChart:
    """Draw one figure a row: columns ``name``, ``estimate``, ``low``, ``high``."""
    y = alt.Y(name, title=None, sort=None)
    scale = alt.Scale(domain=[low, high])
    bars = alt.Chart(rows).mark_rule(strokeWidth=5, opacity=0.4).encode(y=y, x=alt.X("low", scale=scale), x2="high")
    points = alt.Chart(rows).mark_point(filled=True, size=60, opacity=1).encode(y=y, x=alt.X("estimate", title=title))
    return _set(bars + points, rows[name].nunique())


def _intervals(drivers: pd.DataFrame, what: str, axis: alt.Axis, title: str) -> alt.LayerChart:
    data = drivers.assign(mention=drivers["polarity"].map(_SIGNS))
    y = alt.Y("label", title=None, sort=alt.EncodingSortField("n", op="sum", order="descending"))
    offset = alt.YOffset("mention", sort=[PRAISE, BLAME])
    colours = alt.Scale(domain=[PRAISE, BLAME], range=["#0a5fa5", "#b5470b"])
    shapes = alt.Scale(domain=[PRAISE, BLAME], range=["circle", "diamond"])
    bars = (
        alt.Chart(data)
        .mark_rule(strokeWidth=5, opacity=0.4)
        .encode(y=y, yOffset=offset, x=f"{what}_low", x2=f"{what}_high", color=alt.Color("mention", scale=colours))
    )
    points = (
        alt.Chart(data)
        .mark_point(filled=True, size=60, opacity=1)
        .encode(
            y=y,
            yOffset=offset,
            x=alt.X(what, title=title, axis=axis),
            color=alt.Color("mention", scale=colours, title=None),
            shape=alt.Shape("mention", scale=shapes, title=None),
        )
    )
    return _set(bars + points, data["label"].nunique())


def _set(chart: alt.LayerChart, rows: int) -> alt.LayerChart:
    return chart.properties(width=430, height=40 * rows).configure_view(stroke="#e2e5e9")
