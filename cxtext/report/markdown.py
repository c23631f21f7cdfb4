"""The report as Markdown: the same numbers, in short."""

from collections.abc import Mapping, Sequence
from typing import Any

from cxtext.report import sections
from cxtext.report.markdown_text import escaped, table
from cxtext.report.markdown_why import why
from cxtext.report.queue_page import queue
from cxtext.report.taxonomy import taxonomy
from cxtext.report.view import Values, first_page, size_label
from cxtext.report.wording import MISSING, Wording, wording


def render(report: Mapping[str, Any]) -> str:
    """Give the report's tables as GitHub-flavoured Markdown.

    Parameters
    ----------
    report
        What :meth:`cxtext.Analysis.to_dict` gives.
    """
    w = wording(report["language"])
    page = first_page(report, w)
    blocks = [f"# {escaped(page['title'])}", " · ".join(page["basis"])]
    if page["scores"]:
        blocks.append("\n".join(_score(score, w) for score in page["scores"]))
    blocks.append(escaped(page["finding"]))
    for one in page["lists"]:
        blocks += _list(one, page, w)
    alerts = sections.alerts(report, w)
    blocks.append(f"## {w('alerts')}")
    blocks.append(
        "\n".join(f"- {escaped(a['text'])}: {escaped(a['count'])}" for a in alerts)
        or w("no_alerts" if report["trends"] else "no_alerts_time")
    )
    listed = queue(report, w)
    blocks += [f"## {w('queue')}", _queue(listed)]
    quality = sections.quality(report, w)
    blocks.append(f"## {w('quality')}")
    blocks.append(table(["", ""], ((q["name"], q["value"]) for q in quality)) if quality else w("quality_none"))
    topics = sections.topics(report, w)
    if topics:
        blocks += [f"## {w('topics')}", _topics(topics, size_label(report, w), w)]
    covered = taxonomy(report, w)
    if covered:
        blocks += [f"## {w('taxonomy')}", *_taxonomy(covered, w)]
    for one in sections.segments(report, w):
        rows = ((r["value"], r["n"], r["estimate"], r["interval"]) for r in one["rows"])
        heads = [w("group"), w("responses"), "", w("interval")]
        blocks += [f"## {escaped(one['caption'])}", table(heads, rows, right=(1, 2))]
    blocks += why(report, w)
    blocks += [f"## {w('method')}", "\n".join(f"- {escaped(text)}" for text in sections.method(report, w))]
    return "\n\n".join(blocks) + "\n"


def _score(score: Values, w: Wording) -> str:
    if not score["known"]:
        return f"- **{escaped(score['name'])}**: {w('score_hidden')}"
    told = [w("score_interval", interval=score["interval"])] if score["interval"] else []
    within = f" ({'; '.join(x for x in (*told, score['n'], score['standings'], score['range']) if x)})"
    return f"- **{escaped(score['name'])}**: {score['value']}{within}"


def _queue(listed: Values) -> str:
    if not listed["any"]:
        return str(listed["text"])
    return ", ".join(x for x in (f"{listed['n']} {listed['text']}", listed["urgent"]) if x)


def _list(one: Values, page: Values, w: Wording) -> list[str]:
    blocks = [f"## {one['symbol']} {one['heading']}"]
    if not one["drivers"]:
        return [*blocks, one["none"]]
    estimated = page["score"] is not None and not page["small"]
    heads = [w("rank"), w("topic"), w("responses"), w("share"), w("interval")]
    if estimated:
        heads += [w("impact_label", score=escaped(page["score"])), w("interval"), w("grade"), w("kind")]
    rows = []
    for d in one["drivers"]:
        row = [str(d["rank"] or ""), d["label"], d["count"], d["share"] or MISSING, d["share_interval"] or MISSING]
        if estimated:
            row += [
                d["impact"] or MISSING,
                d["impact_interval"] or MISSING,
                d["grade"] or MISSING,
                d["kind"] or MISSING,
            ]
        rows.append(row)
    return [*blocks, table(heads, rows, right=(0, 2, 3, 4, 5, 6))]


def _taxonomy(covered: Values, w: Wording) -> list[str]:
    missed = [f"- {escaped(t['label'])} ({t['size']})" for t in covered["missed"]]
    blocks = [escaped(f"{covered['untagged']} {w('taxonomy_missed' if missed else 'taxonomy_none_missed')}")]
    if missed:
        blocks.append("\n".join(missed))
    if covered["overlaps"]:
        blocks += [w("taxonomy_overlaps"), "\n".join(f"- {escaped(text)}" for text in covered["overlaps"])]
    return blocks


def _topics(topics: Sequence[Values], counted: str, w: Wording) -> str:
    heads = [w("topic"), counted, w("praised"), w("criticised"), w("keywords")]
    rows = (
        (
            f"{'– ' * t['depth']}{t['label']}",
            t["size"],
            f"{t['positive']['n']} {t['positive']['share']}",
            f"{t['negative']['n']} {t['negative']['share']}",
            t["keywords"],
        )
        for t in topics
    )
    return table(heads, rows, right=(1, 2, 3))
