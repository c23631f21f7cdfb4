"""Whether the reasons that people gave to complaints are found among the negative drivers.

    python -m benchmarks.complaint_reasons --data DIR [--n 6000] [--out benchmarks/results/complaint_reasons.json]

DIR holds ``sentiment/airline.train.jsonl`` ({text, label, reason, segment}): tweets to airlines, a gold reason by each
complaint. :func:`cxtext.analyze` sees the tweets and their label as outcome, never the reasons. Each negative driver's
documents are then counted by reason. A reason is told by its drivers of 20 documents and more: ``share`` of a driver's
documents have the reason, which is ``lift`` times what all negative documents have.
"""

import argparse
import json
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pandas as pd

import cxtext
from cxtext.engines import summary
from cxtext.engines.found import Found
from cxtext.engines.gather import Collection
from cxtext.engines.question import Question

LEAST = 20  # documents of a driver
SHOWN = 3  # drivers of a reason
VALUES = {"negative": -1, "neutral": 0, "positive": 1}


def negative_drivers(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Give one row for each document and topic that it blames: the topic's id, label and grade, and the gold reason."""
    seen: dict[str, Any] = {}

    def find(collection: Collection, asked: Question, **options: Any) -> Found:  # noqa: ANN401 (passed on)
        seen["collection"], seen["found"] = collection, real(collection, asked, **options)
        return seen["found"]

    real = summary.find
    table = pd.DataFrame(
        {
            "id": [str(i) for i in range(len(rows))],
            "tweet": [r["text"] for r in rows],
            "feeling": [VALUES[r["label"]] for r in rows],
            "airline": [r["segment"] for r in rows],
        }
    )
    with patch.object(summary, "find", find):
        result = cxtext.analyze(
            table, text="tweet", id="id", scores={"feeling": ("feeling", -1, 1)}, segments=["airline"], channel="social"
        )
    mentions, documents = seen["collection"].mentions, seen["collection"].documents
    blamed = pd.DataFrame(
        {
            "document": documents["id"].to_numpy()[mentions["document"].to_numpy(dtype=int)],
            "topic": seen["found"].mentions,
            "polarity": mentions["polarity"].to_numpy(),
        }
    )
    blamed = blamed[(blamed["polarity"] == "negative") & (blamed["topic"] >= 0)].drop_duplicates()
    blamed["reason"] = [rows[int(i)]["reason"] for i in blamed["document"]]
    drivers = result.drivers[result.drivers["polarity"] == "negative"].set_index("topic")
    blamed["label"] = blamed["topic"].map(result.topics.set_index("id")["label"])
    blamed["grade"] = blamed["topic"].map(drivers["grade"])
    return blamed[blamed["reason"].notna()]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--n", type=int, default=6000)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    lines = (options.data / "sentiment" / "airline.train.jsonl").read_text(encoding="utf-8").splitlines()
    blamed = negative_drivers([json.loads(line) for line in lines[: options.n]])
    counts = pd.crosstab([blamed["label"], blamed["grade"]], blamed["reason"])
    everywhere = counts.sum() / counts.to_numpy().sum()
    large = counts[counts.sum(axis=1) >= LEAST]
    shares = large.div(large.sum(axis=1), axis=0)
    results = []
    for reason in everywhere.sort_values(ascending=False).index:
        found = (shares[reason] / everywhere[reason]).sort_values(ascending=False)[:SHOWN]
        drivers = [
            {
                "driver": label,
                "grade": grade,
                "n": int(large.loc[(label, grade)].sum()),
                "share": round(float(shares[reason][(label, grade)]), 3),
                "lift": round(float(lift), 2),
            }
            for (label, grade), lift in found.items()
        ]
        results.append({"reason": reason, "share": round(float(everywhere[reason]), 3), "drivers": drivers})
        print(f"{reason} ({everywhere[reason]:.1%})")
        for d in drivers:
            print(f"  {d['driver']} [{d['grade'] or '-'}]: {d['share']:.0%} of {d['n']}, {d['lift']:.1f} times")
    if options.out:
        options.out.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
