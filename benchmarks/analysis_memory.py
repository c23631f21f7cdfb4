"""Measure what the analysis of many comments takes: memory and seconds by step, without waiting for the network.

    python -m benchmarks.analysis_memory --data DIR --n N [--out FILE]

Comments are those of :mod:`benchmarks.scale`. A few thousand are annotated; all others are copies of them that carry
another number in the text, so that no two are the same, and other ids. Their topic vectors are sums of random vectors
of their words, of the encoder's size: for each of a million different texts, the network would take hours. Everything
else is what :func:`cxtext.analyze` does after annotating, report included; duplicates are looked for and kept. Resident
memory is looked at ten times a second.
"""

import argparse
import hashlib
import json
import os
import platform
import re
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np

from benchmarks.scale import resident, write_comments
from cxtext.documents import Annotation
from cxtext.engines.batch import Batch, Settings
from cxtext.engines.summary import summarise
from cxtext.pipeline import Pipeline

ANNOTATED = 6_000
DIMENSION = 384
_WORD = re.compile(r"\w+")


@cache
def word_vector(word: str) -> np.ndarray:
    """Give a random vector (384,) that depends on the word alone."""
    seed = int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest(), "big")
    vector = np.random.default_rng(seed).standard_normal(DIMENSION).astype(np.float32)
    return vector / (1 if len(word) > 4 else 3)


def by_words(texts: Iterable[str], *, encoder: object = None) -> np.ndarray:
    """Stand in for :func:`cxtext.encoder.encode_subjects`: float32 (n, 384), of length 1; zero without words."""
    listed = list(texts)
    out = np.zeros((len(listed), DIMENSION), np.float32)
    for row, text in enumerate(listed):
        for word in _WORD.findall(text.lower()):
            if not word.isdigit():
                out[row] += word_vector(word)
    lengths = np.linalg.norm(out, axis=1, keepdims=True)
    return out / np.where(lengths == 0, 1, lengths)


def copies(annotated: list[Annotation], n: int) -> Iterator[Annotation]:
    """Give ``n`` annotations with their documents: the first as they are, then copies with other numbers and ids."""
    for i in range(n):
        one = annotated[i % len(annotated)]
        if one.document is None:
            raise ValueError("an annotation without its document has no text to copy")
        number = f"({i % len(annotated):0{WIDTH}})"
        text = one.document.text.replace(number, f"({i:0{WIDTH}})")
        if i >= len(annotated) and text == one.document.text:
            raise ValueError("a comment carries no number; its copies would be the same")
        copy = replace(one, id=f"comments.jsonl#{i}")
        object.__setattr__(copy, "document", replace(one.document, text=text, id=copy.id))
        yield copy


WIDTH = 7  # digits of the number that a comment carries, so that a copy has the offsets of its original


class Peaks:
    """The highest memory of each step."""

    def __init__(self) -> None:
        self.steps: list[dict[str, Any]] = []
        self._begun = time.perf_counter()
        self._ended = threading.Event()
        threading.Thread(target=self._look, daemon=True).start()

    def step(self, name: str) -> None:
        """Begin a step."""
        now = time.perf_counter()
        if self.steps:
            self.steps[-1]["seconds"] = round(now - self._begun, 1)
            print(json.dumps(self.steps[-1]), flush=True)
        self._begun = now
        self.steps.append({"step": name, "MB": round(resident())})

    def _look(self) -> None:
        while not self._ended.wait(0.1):
            if self.steps:
                self.steps[-1]["MB"] = max(self.steps[-1]["MB"], round(resident()))

    def end(self) -> list[dict[str, Any]]:
        """Give the steps."""
        self.step("end")
        self._ended.set()
        return self.steps[:-1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--n", type=int, default=1_000_000)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    peaks = Peaks()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "comments.jsonl"
        write_comments(options.data, ANNOTATED, path)
        numbered = re.compile(r"\((\d+)\)(?=\", \"nps)")
        path.write_text(
            numbered.sub(lambda m: f"({int(m[1]):0{WIDTH}})", path.read_text(encoding="utf-8")), encoding="utf-8"
        )
        settings = Settings(text=("text",), score=("nps=nps",), time="date", segment=("region",), duplicates="all")
        batch = Batch([path], settings)
        pipeline = Pipeline.default(redact="keep")
        peaks.step(f"annotate {ANNOTATED}")
        annotated = list(pipeline.run(batch.reading))
        peaks.step("gather")
        with (
            patch("cxtext.encoder.encode_subjects", by_words),
            watched("cxtext.engines.summary.find", peaks, "topics"),
            watched("cxtext.engines.summary._drivers", peaks, "key drivers"),
            watched("cxtext.engines.summary.root_causes", peaks, "root causes"),
            watched("cxtext.engines.summary.queue_table", peaks, "queue, quotes"),
        ):
            analysis = summarise(
                copies(annotated, options.n), batch._question(), load=batch.reading.report, pipeline=pipeline
            )
        peaks.step("write")
        analysis.save(Path(folder) / "report")
        steps = peaks.end()
    result = {
        "n": options.n,
        "annotated": ANNOTATED,
        "units": int(sum(len(a.segments) for a in annotated) / len(annotated) * options.n),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "peak MB": max(step["MB"] for step in steps),
        "steps": steps,
    }
    print(json.dumps(result, indent=1))
    if options.out:
        options.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


def watched(name: str, peaks: Peaks, step: str) -> Any:  # noqa: ANN401
    """Begin a step where a function is called; what follows it belongs to the step, too."""
    module, _, function = name.rpartition(".")
    whole = getattr(__import__(module, fromlist=[function]), function)

    def begun(*values: Any, **named: Any) -> Any:  # noqa: ANN401
        peaks.step(step)
        return whole(*values, **named)

    return patch(name, begun)


if __name__ == "__main__":
    main()
