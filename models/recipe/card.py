"""Step 9: write the measured figures into the model card.

    python -m models.recipe.card

Reads ``models/evaluation.json`` and ``models/baseline.json``, and replaces what stands between the markers of
``models/README.md``.
"""

import json
import re
from pathlib import Path
from typing import Any

from models.recipe.data import licence

CARD = Path("models/README.md")
BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"


def number(value: float | None) -> str:
    """Write a figure with three digits, or a dash."""
    return "–" if value is None else f"{value:.3f}"


def sentiment_rows(evaluation: dict[str, Any], baseline: list[dict[str, Any]]) -> list[str]:
    """Give the sentiment table."""
    beside = {row["set"]: row for row in baseline}
    rows = [
        "| dev set | language | train part used | n | cxtext macro-F1 [95 %] | TF-IDF + LR | majority | ECE |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for row in evaluation["sentiment"]:
        name = row["set"].removesuffix(" + question")
        other = beside.get(name, {}) if name == row["set"] else {}
        trained = "no" if licence(name) == "no" else "yes"
        rows.append(
            f"| {row['set']} | {row['lang']} | {trained} | {row['n']} | {number(row['macro_f1'])} "
            f"[{number(row['low'])}, {number(row['high'])}] | {number(other.get('tfidf'))} | "
            f"{number(other.get('majority'))} | {number(row['ece'])} |"
        )
    return rows


def driver_rows(evaluation: dict[str, Any]) -> list[str]:
    """Give the table of spans."""
    parts = ("aspects", "aspects_overlap", "opinions", "triplets")
    rows = [
        "| dev set | language | n | aspect + polarity, exact | overlap | opinions, exact | triplets, exact |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in evaluation["drivers"]:
        rows.append(
            f"| {row['set']} | {row['lang']} | {row['n']} | " + " | ".join(number(row[p]) for p in parts) + " |"
        )
    return rows


def embedding_rows(evaluation: dict[str, Any]) -> list[str]:
    """Give the table of the embedding space."""
    found = evaluation["embedding"]
    return [
        "| German STS | English STS | German-English STS | German-English retrieval, accuracy |",
        "|---|---|---|---|",
        f"| {number(found['sts_de'])} | {number(found['sts_en'])} | {number(found['sts_de_en'])} | "
        f"{number(found['retrieval_de_en'])} (n = {found['retrieval_n']}) |",
    ]


def main() -> None:
    evaluation = json.loads(Path("models/evaluation.json").read_text(encoding="utf-8"))
    baseline = json.loads(Path("models/baseline.json").read_text(encoding="utf-8"))
    figures = [
        BEGIN,
        "",
        f"Version {evaluation['version']}, measured through the library's own code.",
        "",
        "### Sentiment",
        "",
        *sentiment_rows(evaluation, baseline),
        "",
        "### Driver spans (micro-F1)",
        "",
        *driver_rows(evaluation),
        "",
        "### Sentence embeddings (Spearman correlation on STS pairs)",
        "",
        *embedding_rows(evaluation),
        "",
        END,
    ]
    card = CARD.read_text(encoding="utf-8")
    pattern = re.compile(re.escape(BEGIN) + ".*" + re.escape(END), re.DOTALL)
    CARD.write_text(pattern.sub(lambda _: "\n".join(figures), card), encoding="utf-8")


if __name__ == "__main__":
    main()
