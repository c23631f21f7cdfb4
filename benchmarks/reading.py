"""Measure what share of a run goes into reading and the text stages, redaction included.

    python -m benchmarks.reading --data DIR [--repeats 3]

Survey comments and tweets of the training sets in DIR are written into a CSV file, which is read and taken through
redaction, language and segments, and then through the whole pipeline as well.
"""

import argparse
import csv
import json
import statistics
import tempfile
from collections.abc import Iterable
from pathlib import Path
from time import perf_counter

from cxtext.pipeline import DEFAULT, Pipeline, make_stage
from cxtext.sources import read

SETS = ("themes/nhs_survey.train.jsonl", "sentiment/umsab_de.train.jsonl", "sentiment/umsab_en.train.jsonl")
TEXT_STAGES = ("language.v1", "segment.v1")


def write_csv(path: Path, texts: Iterable[str]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["id", "comment", "nps"])
        rows.writerows([number, text, number % 11] for number, text in enumerate(texts))


def seconds(pipeline: Pipeline, path: Path) -> float:
    """Time reading a file and annotating all of it."""
    began = perf_counter()
    for _ in pipeline.run(read(path)):
        pass
    return perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    texts = [
        json.loads(line)["text"]
        for name in SETS
        for line in (options.data / name).read_text(encoding="utf-8").splitlines()
    ]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "comments.csv"
        write_csv(path, texts)
        for mode in ("keep", "mask"):
            redaction = make_stage("redact.v1", mode=mode)
            part, whole = Pipeline([redaction, *TEXT_STAGES]), Pipeline([redaction, *DEFAULT])
            seconds(part, path)
            parts = [seconds(part, path) for _ in range(options.repeats)]
            wholes = [seconds(whole, path) for _ in range(options.repeats)]
            share = statistics.median(parts) / statistics.median(wholes)
            print(
                f"redact={mode}: {len(texts)} texts, reading and text stages {statistics.median(parts):.2f} s of "
                f"{statistics.median(wholes):.2f} s: {share:.1%}"
            )


if __name__ == "__main__":
    main()
