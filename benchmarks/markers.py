"""Measure the markers that `cxtext.annotate` gives, on labelled texts.

    python -m benchmarks.markers [--split dev|test] [--json] [--out FILE] [--misses TYPE]

For each language and type: precision, recall and F1 with a bootstrap interval, and how many texts have the label; the
same for texts as speech recognition writes them (lower case, no marks, fillers; seed 0), and what is lost by it. A text
has a type if it has at least one marker of it. `--misses` lists dev texts; those of the test half are never shown.
"""

import argparse
import json
import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

import cxtext
from benchmarks.marker_data import AGENT, INTENTS, TYPES, Labelled, read_split, spoken
from cxtext.documents import Document
from cxtext.markers.kinds import KINDS, kind_of
from cxtext.markers.rules import LANGUAGES
from cxtext.pipeline import DEFAULT, Pipeline, make_stage

RESAMPLES = 1000
GROUPS = {"intents": INTENTS, "emotions": ("anger", "worry", "joy", "gratitude"), "all": TYPES}
Row = dict[str, Any]
Marks = list[frozenset[str]]


def found_in(rows: Sequence[Labelled]) -> Marks:
    """Types, and ``type:kind``, of the markers of each text."""
    annotations = cxtext.annotate([Document(text=r.text, language=r.language) for r in rows])  # type: ignore[arg-type]
    return [
        frozenset(name for m in a.markers for name in (m.type, f"{m.type}:{kind_of(m)}"))
        for a in annotations
    ]  # fmt: skip


def found_of_agents(rows: Sequence[Labelled]) -> Marks:
    pipeline = Pipeline([make_stage(n, **({"agent": True} if n == "markers.v1" else {})) for n in DEFAULT])
    documents = [Document.from_turns([{"role": "agent", "speaker": "A", "text": r.text}]) for r in rows]
    documents = [replace(d, language=r.language) for d, r in zip(documents, rows, strict=True)]  # type: ignore[arg-type]
    return [frozenset(m.type for m in a.markers) for a in pipeline.run(documents)]


def counts(rows: Sequence[Labelled], found: Marks, name: str) -> np.ndarray[Any, Any]:
    """Hits, false alarms and misses of a label in each text (n, 3)."""
    labelled = np.array([name in r.labels or name in r.types for r in rows])
    marked = np.array([name in f for f in found])
    return np.stack([labelled & marked, marked & ~labelled, labelled & ~marked], axis=1).astype(float)


def f1(sums: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    return 2 * sums[..., 0] / np.maximum(1, 2 * sums[..., 0] + sums[..., 1] + sums[..., 2])


def measure(rows: Sequence[Labelled], found: Marks, names: Sequence[str]) -> list[Row]:
    """Precision, recall and F1 of each label, with an interval of F1 over resampled texts."""
    draws = np.random.default_rng(0).integers(0, len(rows), (RESAMPLES, len(rows)))
    measured = []
    for name in names:
        each = counts(rows, found, name)
        hit, alarm, miss = each.sum(axis=0)
        low, high = np.quantile(f1(each[draws].sum(axis=1)), (0.025, 0.975))
        measured.append(
            {
                "type": name, "n": int(hit + miss), "found": int(hit + alarm),
                "precision": rounded(hit / max(1, hit + alarm)), "recall": rounded(hit / max(1, hit + miss)),
                "f1": rounded(f1(each.sum(axis=0))), "low": rounded(low), "high": rounded(high),
            }
        )  # fmt: skip
    return measured


def rounded(value: float) -> float:
    return round(float(value), 4)


def mean_f1(measured: Sequence[Row], names: Sequence[str]) -> float:
    return rounded(np.mean([m["f1"] for m in measured if m["type"] in names]))


def of_language(code: str, split: str) -> Row:
    rows = read_split(code, split)
    rng = random.Random(0)
    heard = [replace(r, text=spoken(r.text, code, rng)) for r in rows]
    names = [*TYPES, *(f"{t}:{k}" for t, kinds in KINDS.items() for k in kinds)]
    written, said = (measure(r, found_in(r), names) for r in (rows, heard))
    summary = {}
    for group, members in GROUPS.items():
        before, after = mean_f1(written, members), mean_f1(said, members)
        summary[group] = {"written": before, "spoken": after, "loss": rounded(before - after)}
    agents = read_split(code, split, agent=True)
    return {
        "language": code, "split": split, "texts": len(rows), "macro_f1": summary,
        "written": written, "spoken": said, "agents": measure(agents, found_of_agents(agents), AGENT),
    }  # fmt: skip


def show(result: Row) -> None:
    print(f"\n{result['language']} {result['split']}, {result['texts']} texts")
    said = {m["type"]: f"{m['f1']:10.2f}" for m in result["spoken"]}
    print(f"{'':24}{'n':>5}{'P':>7}{'R':>7}{'F1':>7}{'':13}{'spoken':>9}")
    for m in [*result["written"], *result["agents"]]:
        figures = "".join(f"{m[key]:7.2f}" for key in ("precision", "recall", "f1"))
        print(f"{m['type']:24}{m['n']:5}{figures} [{m['low']:.2f}, {m['high']:.2f}]{said.get(m['type'], '')}")
    for group, mean in result["macro_f1"].items():
        print(f"macro-F1 {group:10} {mean['written']:.3f}, spoken {mean['spoken']:.3f}, loss {mean['loss']:+.3f}")


def show_misses(name: str) -> None:
    for code in LANGUAGES:
        rows = read_split(code, "dev")
        for row, found in zip(rows, found_in(rows), strict=True):
            labelled = name in row.labels or name in row.types
            if labelled != (name in found):
                print("missed" if labelled else "wrong ", code, "|", row.text, "|", sorted(row.labels))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--split", choices=("dev", "test"), default="test", help="which half to measure")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.add_argument("--out", type=Path, help="write the figures as JSON")
    parser.add_argument("--misses", metavar="TYPE", help="list the dev texts where this type is wrong")
    options = parser.parse_args()
    if options.misses:
        show_misses(options.misses)
        return
    results = [of_language(code, options.split) for code in LANGUAGES]
    content = json.dumps({"library": cxtext.__version__, "seed": 0, "results": results}, indent=1) + "\n"
    if options.json:
        print(content, end="")
    else:
        for result in results:
            show(result)
    if options.out:
        options.out.write_text(content, encoding="utf-8")


if __name__ == "__main__":
    main()
