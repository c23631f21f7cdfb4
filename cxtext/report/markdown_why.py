"""The tables of the root cause as Markdown."""

from collections.abc import Mapping
from typing import Any

from cxtext.report.change_page import change
from cxtext.report.groups_page import gaps, touchpoints
from cxtext.report.journeys_page import journeys
from cxtext.report.markdown_text import escaped, table
from cxtext.report.outcome_page import importance, standings
from cxtext.report.view import Values
from cxtext.report.wording import Wording


def why(report: Mapping[str, Any], w: Wording) -> list[str]:
    """Give the blocks: importance, standings, touchpoints, gaps, change and journeys, where there are any."""
    return [
        *_importance(importance(report, w), w),
        *_standings(standings(report, w), w),
        *_touchpoints(touchpoints(report, w), w),
        *_gaps(gaps(report, w), w),
        *_change(change(report, w), w),
        *_journeys(journeys(report, w), w),
    ]


def _importance(page: Values | None, w: Wording) -> list[str]:
    if page is None:
        return []
    blocks = [f"## {w('importance')}", escaped(f"{page['explained']} {page['method']}")]
    heads = [w("topic"), w("importance_column"), w("performance_column"), w("interval"), w("field_column")]
    for side in page["sides"]:
        rows = (
            (
                *(r[k] for k in ("label", "importance", "performance", "interval")),
                r["field"] if r["clear"] else f"{r['field']} ({w('field_unclear')})",
            )
            for r in side["rows"]
        )
        blocks += [f"### {side['symbol']} {side['heading']}", table(heads, rows, right=(1, 2, 3))]
    return blocks


def _standings(page: Values | None, w: Wording) -> list[str]:
    if page is None:
        return []
    blocks = [f"## {w('standings')}", escaped(w("standings_intro"))]
    heads = [w("topic"), *page["columns"], w("q_value")]
    for side in page["sides"]:
        rows = ((r["label"], *(f"{c['n']} {c['share']}".strip() for c in r["cells"]), r["q"]) for r in side["rows"])
        blocks += [f"### {side['symbol']} {side['heading']}", table(heads, rows, right=(1, 2, 3, 4))]
    return blocks


def _touchpoints(page: Values | None, w: Wording) -> list[str]:
    if page is None:
        return []
    name = escaped(page["name"])
    blocks = [f"## {w('touchpoints')}: {name}" if name else f"## {w('touchpoints')}"]
    heads = [w("topic"), *(escaped(f"{c['name']} ({c['n']})") for c in page["columns"])]
    for side in page["sides"]:
        rows = (
            (r["label"], *(f"{c['share']} {c['sign']}".strip() if c["known"] else w("not_shown") for c in r["cells"]))
            for r in side["rows"]
        )
        places = tuple(range(1, len(heads)))
        blocks += [f"### {side['symbol']} {side['heading']}", table(heads, rows, right=places)]
    return blocks


def _gaps(pages: list[Values], w: Wording) -> list[str]:
    blocks = []
    heads = [w("group"), w("responses"), w("gaps_gap"), w("gaps_mix"), w("gaps_adjusted"), w("q_value")]
    for page in pages:
        rows = (
            (*(r[k] for k in ("value", "n", "gap", "mix")), f"{r['adjusted']} ({r['interval']})", r["q"])
            for r in page["rows"]
        )
        blocks += [f"### {escaped(page['caption'])}", table(heads, rows, right=(1, 2, 3, 4, 5))]
    return [f"## {w('gaps')}", *blocks] if blocks else []


def _change(page: Values | None, w: Wording) -> list[str]:
    if page is None:
        return []
    blocks = [f"## {w('change')}", escaped(page["sentence"])]
    if page["rows"]:
        blocks.append(escaped(" ".join(x for x in (page["difference"], page["none"], page["turned"]) if x)))
        heads = [w("change_part"), w("change_share"), w("change_often"), w("change_severe"), w("change_total")]
        rows = (
            (
                f"{r['symbol']} {r['label']}".strip(),
                r["shares"],
                r["often"],
                r["severe"],
                f"{r['total']} ({r['total_interval']})",
            )
            for r in [*page["rows"], page["whole"]]
        )
        blocks.append(table(heads, rows, right=(1, 2, 3, 4)))
    return blocks


def _journeys(page: Values | None, w: Wording) -> list[str]:
    if page is None:
        return []
    blocks = [f"## {w('journeys')}", escaped(page["sentence"])]
    if page["facts"]:
        blocks.append(
            table(
                ["", w("step_customers"), w("share")],
                ((f["name"], f["n"], f["share"]) for f in page["facts"]),
                right=(1, 2),
            )
        )
    if page["steps"]:
        heads = [w("step"), w("step_contacts"), w("step_customers"), w("step_below"), w("interval"), w("step_worst")]
        rows = (tuple(s[k] for k in ("step", "n", "customers", "below", "interval", "worst_in")) for s in page["steps"])
        blocks += [f"### {w('steps')}", table(heads, rows, right=(1, 2, 3, 4, 5))]
    if page["worst"]:
        lines = (
            f"- {j['first']} – {j['last']}: " + " → ".join(f"{s['step'] or ''} {s['id']}".strip() for s in j["way"])
            for j in page["worst"]
        )
        blocks += [f"### {w('journeys_first')}", "\n".join(f"- {escaped(line.removeprefix('- '))}" for line in lines)]
    return blocks
