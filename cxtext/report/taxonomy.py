"""What a report says of the taxonomy that topics came from: what it covers, misses and gives together."""

from collections.abc import Mapping
from typing import Any

from cxtext.report.view import Labels, Values
from cxtext.report.wording import Wording

_MISSED = 10
"""Discovered topics that are listed; all are in the table of topics."""
_OVERLAPS = 10
"""Pairs of topics that are listed."""


def taxonomy(report: Mapping[str, Any], w: Wording) -> Values | None:
    """Give the section on the taxonomy; null where topics came from no taxonomy.

    Parameters
    ----------
    report
        What :meth:`cxtext.Analysis.to_dict` gives. ``meta["taxonomy"]`` holds name, units, untagged and overlaps;
        topics that have no ``category`` were discovered beside the taxonomy.
    w
        The report's words.
    """
    told = report["meta"].get("taxonomy")
    if not told or told.get("untagged") is None:
        return None
    label = Labels(report)
    known = {row["id"] for row in report["topics"]}
    missed = [row for row in report["topics"] if row.get("category") is None and row["parent"] not in known]
    missed.sort(key=lambda row: (-(row["size"] or 0), str(row["label"])))
    share, name, n = w.percent(told["untagged"]), str(told["name"]), told["units"]
    overlaps = [
        w(
            "taxonomy_overlap",
            n=pair["n"],
            first=label({"topic": pair["topics"][0]}),
            second=label({"topic": pair["topics"][1]}),
            share=w.percent(pair["share"]),
        )
        for pair in told.get("overlaps") or []
    ]
    return {
        "untagged": w("taxonomy_untagged", share=share, name=name, n=n),
        "missed": [{"label": label({"topic": row["id"]}), "size": w.number(row["size"])} for row in missed[:_MISSED]],
        "overlaps": overlaps[:_OVERLAPS],
    }
