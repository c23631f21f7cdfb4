"""Pictures of topics as Altair charts: a map, sizes by tone, the hierarchy, and the course over time.

Each function takes an :class:`cxtext.Analysis` and gives a chart that a notebook shows, with quotes where one points.
The rules for small numbers hold here as in the report, whose map is drawn from the same specification. Tone is told by
shape or side as well as by colour, and every chart has a title and a description.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from cxtext.report.charts import COLOURS, SHAPES
from cxtext.report.content import ReportLanguage
from cxtext.report.view import POLARITIES, Labels, Values, topic_size
from cxtext.report.wording import Wording, wording

if TYPE_CHECKING:
    import altair as alt

    from cxtext.report.result import Analysis

WIDTH, HEIGHT, EDGE = 700, 460, 56
"""Size of the map and its margin, in pixels."""
MOSTLY = 2 / 3
"""Share of a topic's mentions from which its tone is called one-sided."""
MOST = 40
"""Topics that a chart draws, largest first."""
QUOTES, LONGEST = 2, 160
"""Quotes of a topic that show where one points, and their length in characters."""
_TONES = {"positive": (COLOURS["positive"], SHAPES["positive"]), "negative": (COLOURS["negative"], SHAPES["negative"])}
_NEITHER = ("#4b5563", "square")


def topic_map(analysis: "Analysis", *, language: ReportLanguage | None = None) -> "alt.LayerChart":
    """Draw the topics on a map: near each other where they are about like things.

    Parameters
    ----------
    analysis
        Its topics need ``x`` and ``y``, which :func:`cxtext.analyze` gives.
    language
        ``"de"``, ``"en"`` or null for the language of most documents.

    Examples
    --------
    >>> import pandas as pd
    >>> from cxtext.report.result import Analysis
    >>> topics = pd.DataFrame(
    ...     {"id": [0, 1], "parent": None, "label": ["Lieferung", "app"], "size": [30, 20], "x": [0, 1], "y": [0, 1]}
    ... )
    >>> topic_map(Analysis(topics=topics, drivers=pd.DataFrame()), language="de").title
    'Landkarte der Themen'
    """
    report = analysis.to_dict(language=language)
    w = wording(report["language"])
    points = map_points(report, w)
    chart = map_chart(points, w)
    return chart.properties(title=w("topic_map"), description=w("topic_map_alt", n=len(points)))


def topic_tone(analysis: "Analysis", *, language: ReportLanguage | None = None) -> "alt.Chart":
    """Draw how many responses criticise (left) and praise (right) each topic; the two are never netted.

    Parameters
    ----------
    analysis, language
        As for :func:`topic_map`.
    """
    import altair as alt

    report = analysis.to_dict(language=language)
    w = wording(report["language"])
    counts = _counts(report)
    rows = []
    for topic in _ordered(report, Labels(report)):
        for polarity in POLARITIES:
            n = counts.get((topic["id"], polarity), 0)
            rows.append(
                {
                    "topic": topic["name"],
                    "n": n if polarity == "positive" else -n,
                    "count": n,
                    "tone": w("praised" if polarity == "positive" else "criticised"),
                    "at": topic["place"],
                }
            )
    chart: alt.Chart = (
        alt.Chart(_data(rows), title=w("topics"), description=w("topics_intro"))
        .mark_bar()
        .encode(
            y=alt.Y("topic:N", title=None, sort=alt.EncodingSortField("at")),
            x=alt.X("n:Q", title=w("responses"), axis=alt.Axis(labelExpr="format(abs(datum.value), 'd')")),
            color=_colour("tone:N", [w("criticised"), w("praised")], [COLOURS["negative"], COLOURS["positive"]]),
            tooltip=["topic:N", "tone:N", "count:Q"],
        )
    )
    return chart


def topic_tree(analysis: "Analysis", *, language: ReportLanguage | None = None) -> "alt.LayerChart":
    """Draw topics and sub-topics as an icicle: heights are sizes, parents stand left of their children.

    Parameters
    ----------
    analysis, language
        As for :func:`topic_map`.
    """
    import altair as alt

    report = analysis.to_dict(language=language)
    w = wording(report["language"])
    rows = _icicle(report, w)
    x = alt.X("left:Q", axis=None, scale=alt.Scale(domain=[0, 2]))
    y = alt.Y("top:Q", axis=None, scale=alt.Scale(reverse=True, nice=False))
    base = alt.Chart(_data(rows))
    boxes = base.mark_rect(stroke="#ffffff", strokeWidth=2, cornerRadius=3).encode(
        x=x, x2="right:Q", y=y, y2="bottom:Q", color=_tone_colour(w), tooltip=["topic:N", "size:Q", "tone:N"]
    )
    names = (
        base.transform_filter("datum.shows")
        .mark_text(align="left", dx=8, color="#ffffff", limit=290)
        .encode(x=x, y=alt.Y("middle:Q"), text="name:N")
    )
    return alt.LayerChart(layer=[boxes, names]).properties(
        width=WIDTH, height=HEIGHT, title=w("topics"), description=w("topic_map_alt", n=len(rows))
    )


def topics_over_time(
    analysis: "Analysis", *, topics: Sequence[int] | None = None, language: ReportLanguage | None = None
) -> "alt.FacetChart":
    """Draw each topic's share of responses over time, praise and criticism apart.

    Parameters
    ----------
    analysis
        With trends.
    topics
        Ids in the order to draw them; null: the nine that most documents mention.
    language
        As for :func:`topic_map`.
    """
    import altair as alt

    report = analysis.to_dict(language=language)
    w, label = wording(report["language"]), Labels(report)
    total: dict[Any, int] = {}
    for row in report["trends"]:
        total[row["topic"]] = total.get(row["topic"], 0) + row["n"]
    drawn = list(topics) if topics is not None else sorted(total, key=lambda t: (-total[t], str(t)))[:9]
    tones = {"positive": w("praised"), "negative": w("criticised")}
    rows = [
        {"period": str(row["period"]), "share": row["share"], "n": row["n"], "documents": row["documents"]}
        | {"topic": _short(label(row)), "tone": tones[row["polarity"]]}
        for row in report["trends"]
        if row["topic"] in drawn and row["share"] is not None
    ]
    order = list(dict.fromkeys(_short(label({"topic": t})) for t in drawn))
    colours = [COLOURS["negative"], COLOURS["positive"]]
    chart: alt.FacetChart = (
        alt.Chart(_data(rows))
        .mark_line(point=alt.OverlayMarkDef(size=36, filled=True))
        .encode(
            x=alt.X("period:T", title=None, scale=alt.Scale(type="utc")),
            y=alt.Y("share:Q", title=w("share"), axis=alt.Axis(format="~%")),
            color=_colour("tone:N", [tones["negative"], tones["positive"]], colours),
            shape=alt.Shape(
                "tone:N",
                title=None,
                scale=alt.Scale(
                    domain=[tones["negative"], tones["positive"]], range=[SHAPES["negative"], SHAPES["positive"]]
                ),
            ),
            tooltip=["topic:N", "tone:N", "period:T", "n:Q", "documents:Q"],
        )
        .properties(width=200, height=110)
        .facet(alt.Facet("topic:N", title=None, sort=order), columns=3)
        .properties(title=w("trends"), description=w("trends_intro"))
    )
    return chart


def map_points(report: Mapping[str, Any], w: Wording) -> list[Values]:
    """Give what the map shows of each placed topic.

    Parameters
    ----------
    report
        What :meth:`cxtext.Analysis.to_dict` gives.
    w
        The language.

    Returns
    -------
    id, number (its place by size), x and y in pixels, size, tone (words), side ("positive", "negative", "both"), topic
    (label), quotes (texts), largest first.
    """
    label, counts = Labels(report), _counts(report)
    placed = [row for row in report["topics"] if row.get("x") is not None and row.get("y") is not None]
    placed.sort(key=lambda row: (-topic_size(row), str(row["label"])))
    return [
        {
            "id": row["id"],
            "number": i + 1,
            "x": round(EDGE + row["x"] * (WIDTH - 2 * EDGE), 1),
            "y": round(HEIGHT - EDGE - row["y"] * (HEIGHT - 2 * EDGE), 1),
            "size": topic_size(row),
            "side": side(counts, row["id"]),
            "tone": w(f"tone_{side(counts, row['id'])}"),
            "topic": label({"topic": row["id"]}),
            "quotes": _quotes(report, row["id"]),
        }
        for i, row in enumerate(placed[:MOST])
    ]


def map_chart(points: Sequence[Values], w: Wording) -> "alt.LayerChart":
    """Give the map's chart; one point is about its topic's share of the ink."""
    import altair as alt

    shown = [
        {**{k: v for k, v in p.items() if k not in ("id", "quotes")}, "quotes": " — ".join(p["quotes"])} for p in points
    ]
    base = alt.Chart(_data(shown))
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, WIDTH], nice=False))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[HEIGHT, 0], nice=False))
    sides = [w(f"tone_{s}") for s in ("positive", "negative", "both")]
    shape = alt.Shape(
        "tone:N",
        title=None,
        scale=alt.Scale(domain=sides, range=[_TONES["positive"][1], _TONES["negative"][1], _NEITHER[1]]),
    )
    top = max((p["size"] for p in points), default=1) or 1
    size = alt.Size("size:Q", legend=None, scale=alt.Scale(domain=[0, top], range=[480, 1600]))
    tooltip = [alt.Tooltip("topic:N", title=w("topic")), alt.Tooltip("size:Q", title=w("size"))]
    tooltip += [alt.Tooltip("tone:N"), alt.Tooltip("quotes:N")]
    marks = base.mark_point(filled=True, opacity=1, stroke="#ffffff").encode(
        x=x, y=y, size=size, shape=shape, color=_tone_colour(w), tooltip=tooltip
    )
    numbers = base.mark_text(fontSize=12, fontWeight="bold", color="#ffffff").encode(x=x, y=y, text="number:N")
    names = base.mark_text(fontSize=12, dy=32, limit=140, color="#1f2328").encode(x=x, y=y, text="topic:N")
    return alt.LayerChart(layer=[marks, numbers, names]).properties(width=WIDTH, height=HEIGHT)


def side(counts: Mapping[tuple[Any, str], int], topic: Any) -> str:  # noqa: ANN401 (an id)
    """Say whether a topic is mostly praised, mostly criticised, or neither.

    >>> side({(0, "positive"): 20, (0, "negative"): 5}, 0), side({(0, "positive"): 3, (0, "negative"): 4}, 0)
    ('positive', 'both')
    """
    positive, negative = counts.get((topic, "positive"), 0), counts.get((topic, "negative"), 0)
    both = positive + negative
    if both and positive >= MOSTLY * both:
        return "positive"
    return "negative" if both and negative >= MOSTLY * both else "both"


def _counts(report: Mapping[str, Any]) -> dict[tuple[Any, str], int]:
    return {(row["topic"], p): int(row["n"]) for p in POLARITIES for row in report["drivers"][p]}


def _quotes(report: Mapping[str, Any], topic: Any) -> list[str]:  # noqa: ANN401 (an id)
    texts: list[str] = []
    for polarity in POLARITIES:
        own = [q["text"] for q in report["quotes"] if q["topic"] == topic and q["polarity"] == polarity]
        texts += own[: QUOTES // 2]
    return [text if len(text) <= LONGEST else f"{text[: LONGEST - 1].rstrip()}…" for text in texts]


def _ordered(report: Mapping[str, Any], label: Labels) -> list[Values]:
    """Give the topics in reading order: by size, children under their parents."""
    rows = sorted(report["topics"], key=lambda r: (-(r["size"] or 0), str(r["label"])))
    known = {row["id"] for row in rows}
    found: list[Values] = []

    def walk(parent: Any, depth: int) -> None:  # noqa: ANN401 (an id)
        for row in rows:
            above = row["parent"] if row["parent"] in known and row["parent"] != row["id"] else None
            if above == parent and all(row["id"] != f["id"] for f in found):
                name = f"{'  ' * depth}{_short(label({'topic': row['id']}))}"
                found.append({"id": row["id"], "name": name, "place": len(found), "row": row, "depth": depth})
                walk(row["id"], depth + 1)

    walk(None, 0)
    return found[:MOST]


def _icicle(report: Mapping[str, Any], w: Wording) -> list[Values]:
    label, counts = Labels(report), _counts(report)
    listed = _ordered(report, label)
    children: dict[Any, list[Values]] = {}
    for topic in listed:
        if topic["depth"] == 1:
            children.setdefault(topic["row"]["parent"], []).append(topic)
    whole = sum(t["row"]["size"] or 0 for t in listed if t["depth"] == 0) or 1
    rows: list[Values] = []

    def box(topic: Values, left: int, right: int, top: float, sides: tuple[int, int]) -> float:
        size = topic["row"]["size"] or 0
        tall = size / whole
        tone = side({("t", "positive"): sides[0], ("t", "negative"): sides[1]}, "t")
        rows.append(
            {"topic": topic["name"].strip(), "name": f"{_SYMBOLS[tone]} {topic['name'].strip()} ({w.number(size)})"}
            | {"size": size, "tone": w(f"tone_{tone}"), "left": left, "right": right, "top": top, "bottom": top + tall}
            | {"middle": top + tall / 2, "shows": tall * HEIGHT >= 15}
        )
        return top + tall

    def sides_of(topics: Sequence[Values]) -> tuple[int, int]:
        positive, negative = (sum(counts.get((t["id"], p), 0) for t in topics) for p in POLARITIES)
        return positive, negative

    top = 0.0
    for topic in listed:
        if topic["depth"] == 0:
            below, own = top, children.get(topic["id"], [])
            for child in own:
                below = box(child, 1, 2, below, sides_of([child]))
            top = box(topic, 0, 1 if own else 2, top, sides_of(own or [topic]))
    return rows


_SYMBOLS = {"positive": "▲", "negative": "▼", "both": "■"}


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39].rstrip()}…"


def _data(rows: Sequence[Mapping[str, Any]]) -> Any:  # noqa: ANN401 (altair's own types)
    import altair as alt

    return alt.InlineData(values=[dict(row) for row in rows])


def _colour(field: str, domain: Sequence[str], colours: Sequence[str]) -> Any:  # noqa: ANN401 (altair's own types)
    import altair as alt

    return alt.Color(field, title=None, scale=alt.Scale(domain=list(domain), range=list(colours)))


def _tone_colour(w: Wording) -> Any:  # noqa: ANN401 (altair's own types)
    sides = [w(f"tone_{s}") for s in ("positive", "negative", "both")]
    return _colour("tone:N", sides, [_TONES["positive"][0], _TONES["negative"][0], _NEITHER[0]])
