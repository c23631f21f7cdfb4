"""The first page: what the report's template shows, with every number already written.

HTML and Markdown both read this, so that they say the same.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from cxtext.report.quotes import pieces
from cxtext.report.rules import HIDDEN_BELOW
from cxtext.report.wording import Wording

POLARITIES = ("positive", "negative")
TOP = 5
"""Drivers of each polarity on the first page, alike for both."""
FIRST_QUOTES = 2
MORE_QUOTES = 8
FIRST_REASONS = 2
"""Stated causes that stand under a driver on the first page."""

Values = dict[str, Any]


class Labels:
    """Topics' names in the report's language."""

    def __init__(self, report: Mapping[str, Any]) -> None:
        own = f"label_{report['language']}"
        self._names = {topic["id"]: topic.get(own) or topic["label"] for topic in report["topics"]}

    def __call__(self, row: Mapping[str, Any]) -> str:
        """Name the topic of a row; a row without one has no name."""
        topic = row.get("topic")
        return str(self._names.get(topic) or row.get("label") or ("" if topic is None else topic))


def score_name(name: str) -> str:
    """Write a score's name: the known ones are acronyms."""
    return name.upper() if name in ("nps", "csat", "ces") else name


def outcome_name(report: Mapping[str, Any]) -> str | None:
    """Name the outcome as readers know it, a column's name in quotes; null where there is none."""
    outcome = report["meta"].get("outcome")
    if not outcome:
        return None
    name = score_name(str(outcome["name"]))
    if name != outcome["name"]:
        return name
    return f"„{name}“" if report["language"] == "de" else f"“{name}”"


def topic_size(row: Mapping[str, Any]) -> int:
    """Give how many responses speak of a topic, or how many text units where that is not known."""
    documents = row.get("documents")
    return int(row["size"] or 0) if documents is None else int(documents)


def size_label(report: Mapping[str, Any], w: Wording) -> str:
    """Name what :func:`topic_size` counts."""
    return w("responses" if any(row.get("documents") is not None for row in report["topics"]) else "size")


def outcome_scale(report: Mapping[str, Any]) -> tuple[float, float] | None:
    """Give the worst and the best value of the outcome, where they are known."""
    outcome = report["meta"].get("outcome") or {}
    worst, best = outcome.get("worst"), outcome.get("best")
    return None if worst is None or best is None else (float(worst), float(best))


def score_decimals(report: Mapping[str, Any]) -> int:
    """Digits after the point that the outcome needs: NPS counts in hundreds, stars in ones."""
    ends = outcome_scale(report)
    nps = (report["meta"].get("outcome") or {}).get("metric") == "nps"
    return 1 if nps or (ends is not None and abs(ends[1] - ends[0]) >= 50) else 2


def impact_decimals(report: Mapping[str, Any]) -> int:
    """Digits after the point that impacts need: so many that the largest has two that count.

    An impact of 0.009 with an interval from 0.004 to 0.014 is not "+0.01 (0.00 to +0.01)", which looks like chance.
    """
    least = score_decimals(report)
    rows = [row for rows in report["drivers"].values() for row in rows]
    largest = max(values(rows, ("impact",), size=True), default=0.0)
    return least if largest == 0 else max(least, min(4, 1 - math.floor(math.log10(largest))))


def first_page(report: Mapping[str, Any], w: Wording) -> Values:
    """Give title, basis, scores, the main finding and the two lists."""
    meta, score = report["meta"], outcome_name(report)
    lists = [_list(report, w, polarity, score) for polarity in POLARITIES]
    return {
        "title": str(meta["title"]) if meta.get("title") else w("title"),
        "basis": _basis(report, w),
        "scores": [_score(row, w) for row in report["scores"]],
        "finding": _finding(report, w, score),
        "lists": lists,
        "marks": _marks(report, lists, w, score),
        "score": score,
        "small": report["small"],
    }


def _basis(report: Mapping[str, Any], w: Wording) -> list[str]:
    parts = []
    n, read = report["analysed"], report["quality"].get("documents")
    if n is not None:
        parts.append(w("basis", n=n) + (f" {w('basis_of', read=int(read))}" if read and read > n else ""))
    period = report["meta"].get("period")
    if period:
        parts.append(w("period", start=w.date(period["start"]), end=w.date(period["end"])))
    counts = {k: v for k, v in (report["meta"].get("languages") or {}).items() if v}
    total = sum(counts.values())
    if total:
        shares = [
            f"{w(f'language_{code}')} {_at_least(counts[code] / total, w)}"
            for code in ("de", "en", "other")
            if code in counts
        ]
        parts.append(w("languages", list=", ".join(shares)))
    return parts


def _at_least(share: float, w: Wording) -> str:
    # One text of a thousand is few, and not none.
    return f"< {w.percent(0.01, 0)}" if 0 < share < 0.005 else w.percent(share, 0)


def _score(row: Mapping[str, Any], w: Wording) -> Values:
    def written(value: float | None) -> str:
        if row["metric"] == "csat":
            return w.percent(value)
        return w.number(value, 1 if row["metric"] in ("nps", "composite") else 2)

    worst, best = row.get("worst"), row.get("best")
    return {
        "name": w("score_composite") if row["metric"] == "composite" else score_name(str(row["score"])),
        "standings": _standings(row, w),
        "value": written(row["value"]),
        "known": row["value"] is not None,
        "interval": None if row["low"] is None else interval(row, written, w),
        "n": w("score_n", n=int(row["n"])),
        "range": None
        if worst is None or best is None
        else w("score_range", worst=_short(worst, w), best=_short(best, w)),
    }


def _standings(row: Mapping[str, Any], w: Wording) -> str | None:
    counts = {name: row.get(name) for name in ("promoters", "passives", "detractors")}
    if row["value"] is None or any(n is None or 0 < n < HIDDEN_BELOW for n in counts.values()):
        return None
    return w("score_standings", **{name: int(n) for name, n in counts.items() if n is not None})


def interval(row: Mapping[str, Any], written: Callable[[float | None], str], w: Wording) -> str:
    """Write the interval of a score or a group's figure."""
    if row["metric"] in ("csat", "share"):
        return w.percents(row["low"], row["high"])
    return w.between(written(row["low"]), written(row["high"]))


def _short(value: float, w: Wording) -> str:
    return w.number(value, 0 if float(value).is_integer() else 1)


def _finding(report: Mapping[str, Any], w: Wording, score: str | None) -> str:
    if not report["analysed"] and not any(report["drivers"].values()):
        return w("finding_empty")
    if report["small"]:
        return w("finding_small", n=report["analysed"])
    if score is None:
        return w("finding_no_score")
    label = Labels(report)
    leading = {
        polarity: f"„{label(rows[0])}“" if w.language == "de" else f"“{label(rows[0])}”"
        for polarity, rows in report["drivers"].items()
        if rows and rows[0]["evidence"] == "driver"
    }
    if not leading:
        return w("finding_none", score=score)
    key = "finding_both" if len(leading) == 2 else f"finding_{next(iter(leading))}"
    return w(key, score=score, **leading)


def _list(report: Mapping[str, Any], w: Wording, polarity: str, score: str | None) -> Values:
    rows = report["drivers"][polarity]
    shown = rows[:TOP]
    label, axis = Labels(report), _axis(report)
    items = []
    for row in shown:
        quotes = _quotes(report, w, polarity, row["topic"])
        split: Values = {"reasons": _reasons(report, w, polarity, row["topic"])}
        split |= {"quotes": quotes[:FIRST_QUOTES], "more": quotes[FIRST_QUOTES:]}
        items.append(driver(report, w, row, label(row), axis) | split)
    # Without evidence for any row there is nothing to set apart.
    mixed = score is not None and not report["small"]
    for before, item in zip([None, *items], items, strict=False):
        tier = item["evidence"]
        begins = before is None or before["evidence"] != tier
        item["tier"] = None
        if begins and tier == "few" and not report["small"]:
            item["tier"] = w("tier_few")
        elif begins and tier == "mentioned" and mixed:
            item["tier"] = w("tier_mentioned", score=score)
    return {
        "polarity": polarity,
        "heading": w(polarity),
        "sub": w(f"{polarity}_sub" if any(i["evidence"] == "driver" for i in items) else f"{polarity}_sub_plain"),
        "symbol": w(f"{polarity}_symbol"),
        "drivers": items,
        "none": w(f"no_{polarity}", below=report["suppressed"]["below"]),
        # With too few texts for any topic, the quotes still say something.
        "quotes": _quotes(report, w, polarity, None) if report["small"] and not items else [],
    }


def _marks(report: Mapping[str, Any], lists: Sequence[Values], w: Wording, score: str | None) -> str | None:
    if not any(item["mark"] for one in lists for item in one["drivers"]):
        return None
    return w("marks_impact", score=score) if _axis(report)[0] < 0 else w("marks_share")


def driver(
    report: Mapping[str, Any], w: Wording, row: Mapping[str, Any], label: str, axis: tuple[float, float]
) -> Values:
    """Give one driver as it is shown in a list or a table."""
    decimals = impact_decimals(report)
    has_impact = row["impact"] is not None
    grade = row["grade"] or ""
    return {
        "label": label,
        "owner": row.get("owner"),
        "polarity": row["polarity"],
        "symbol": w(f"{row['polarity']}_symbol"),
        "direction": w(f"{row['polarity']}_short"),
        "rank": row["rank"],
        "evidence": row["evidence"],
        "n": w("documents", n=int(row["n"])),
        "count": w.number(row["n"]),
        "share": None if row["share"] is None else w.percent(row["share"]),
        "share_interval": None if row["share_low"] is None else w.percents(row["share_low"], row["share_high"]),
        "impact": w.signed(row["impact"], decimals) if has_impact else None,
        "impact_interval": None
        if row["impact_low"] is None
        else w.between(w.signed(row["impact_low"], decimals), w.signed(row["impact_high"], decimals)),
        "effect": w.signed(row["effect"], decimals),
        "q": w.p_value(row["q_value"]),
        "grade": grade,
        "grade_text": w(f"grade_short_{grade or 'none'}"),
        "kind": w(f"kind_{row['kind']}") if row["kind"] else None,
        "kind_hint": w(f"kind_{row['kind']}_hint") if row["kind"] else None,
        "kind_known": bool(row["kind"]) and row["kind"] != "undecided",
        "mark": _mark(row, axis),
    }


def _quotes(report: Mapping[str, Any], w: Wording, polarity: str, topic: Any) -> list[Values]:  # noqa: ANN401
    found = [
        quote
        for quote in report["quotes"]
        if quote["polarity"] == polarity and (topic is None or quote["topic"] == topic)
    ]
    return [
        {
            "pieces": pieces(quote["text"], quote["spans"]),
            "language": quote["language"] if quote["language"] in ("de", "en") else None,
            "tag": foreign(quote["language"], w),
            "id": None if quote["document_id"] is None else str(quote["document_id"]),
            "date": w.date(quote["created_at"]) if quote["created_at"] else None,
        }
        for quote in found[: FIRST_QUOTES + MORE_QUOTES]
    ]


def foreign(language: str | None, w: Wording) -> str:
    """Name a quote's language where it is not the report's own.

    >>> from cxtext.report.wording import wording
    >>> foreign("en", wording("de")), foreign("de", wording("de")), foreign(None, wording("en"))
    ('EN', '', '')
    """
    return "" if language is None or language == w.language else language.upper()


def _reasons(report: Mapping[str, Any], w: Wording, polarity: str, topic: Any) -> str | None:  # noqa: ANN401
    own = [
        row
        for row in report["causes"]
        if row["source"] == "stated" and row["polarity"] == polarity and row["topic"] == topic
    ]
    listed = [f"{row['cause']} ({w.number(row['n'])})" for row in own[:FIRST_REASONS]]
    return w("reasons_stated", list="; ".join(listed)) if listed else None


def _axis(report: Mapping[str, Any]) -> tuple[float, float]:
    # One scale for both lists, so that lengths can be compared across them; zero in the middle, so that the side
    # says the sign.
    rows = [row for polarity in POLARITIES for row in report["drivers"][polarity][:TOP]]
    if any(row["impact"] is not None for row in rows):
        reach = max((abs(v) for v in values(rows, ("impact", "impact_low", "impact_high"))), default=0.0)
        return -(reach or 1.0), reach or 1.0
    return 0.0, max(values(rows, ("share_high", "share")), default=0.0) or 1.0


def values(rows: Iterable[Mapping[str, Any]], names: Sequence[str], *, size: bool = False) -> list[float]:
    """Collect the numbers of some columns, without gaps; with ``size``, how large they are."""
    found = [float(row[name]) for row in rows for name in names if row[name] is not None]
    return [abs(value) for value in found] if size else found


def _mark(row: Mapping[str, Any], axis: tuple[float, float]) -> Values | None:
    what = "impact" if axis[0] < 0 else "share"
    if row[what] is None:
        return None
    return interval_mark(row[what], row[f"{what}_low"], row[f"{what}_high"], axis)


def interval_mark(value: float, low: float | None, high: float | None, axis: tuple[float, float]) -> Values:
    """Place a value and its interval on a line 200 units long, 6 of them margin on each side."""

    def place(v: float) -> float:
        inside = min(max(v, axis[0]), axis[1])
        return round(6 + 188 * (inside - axis[0]) / (axis[1] - axis[0]), 1)

    return {
        "at": place(value),
        "low": place(value if low is None else low),
        "high": place(value if high is None else high),
        "zero": place(0.0) if axis[0] <= 0 <= axis[1] else None,
    }
