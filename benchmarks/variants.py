"""Set encoder folders side by side: depth and quantisation against quality and speed.

    python -m benchmarks.variants --data DIR NAME=FOLDER [NAME=FOLDER ...] [--limit N] [--out FILE]

The first folder is the one that the others' sentence vectors are compared with. Every figure is a mean over the dev
sets that the recipe splits off; texts a second are those of the bare network on batches of 25-token rows.
"""

import argparse
import json
import statistics
from collections import Counter
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from benchmarks.quality import draw, rounded
from cxtext.encoder.embedding import embed
from cxtext.encoder.runtime import Runtime
from models.recipe.data import LABELS, Example, licence, load
from models.recipe.evaluate import driver_counts, embedding_table, encode_all, f1, macro_f1, predict

TOKENS, ROWS, REPEATS = 25, 1000, 5


def texts_a_second(runtime: Runtime) -> float:
    """Median over repeats, warm."""
    rng = np.random.default_rng(0)
    rows = [rng.integers(4, 40_000, TOKENS).tolist() for _ in range(ROWS)]
    runtime.run(rows)
    seconds = []
    for _ in range(REPEATS):
        started = perf_counter()
        runtime.run(rows)
        seconds.append(perf_counter() - started)
    return ROWS / statistics.median(seconds)


def quality(runtime: Runtime, dev: dict[str, list[Example]], limit: int | None) -> dict[str, float]:
    """Mean macro-F1 over sentiment sets, and mean micro-F1 over driver sets, whose train part may train."""
    macro, micro = [], {"aspects": [], "triplets": []}
    for name, examples in sorted(dev.items()):
        kind, source = name.split("/")
        if licence(source) == "no" or "target" in examples[0].annotated:
            continue
        drawn = draw(examples, limit)
        if kind == "sentiment":
            judged = [e for e in drawn if e.label in LABELS]
            gold = np.array([LABELS.index(str(e.label)) for e in judged])
            macro.append(macro_f1(gold, predict(encode_all(runtime, [e.text for e in judged])).argmax(axis=1)))
            continue
        counts = driver_counts(runtime, drawn)
        for part, found in micro.items():
            score = f1(counts[part])
            if score is not None:
                found.append(score)
    return {"sentiment": float(np.mean(macro)), **{part: float(np.mean(found)) for part, found in micro.items()}}


def layers(folder: Path) -> int:
    """Layers of an encoder folder's network."""
    import onnx

    graph = onnx.load(folder / "model.onnx").graph
    return Counter(node.op_type for node in graph.node)["MultiHeadAttention"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", metavar="NAME=FOLDER")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--limit", type=int)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "results" / "variants.json")
    options = parser.parse_args()
    _, dev = load(options.data, licences="shipped")
    texts = draw([e.text for examples in dev.values() for e in examples], 2000)
    reference: np.ndarray | None = None
    rows: list[dict[str, Any]] = []
    for entry in options.folders:
        name, folder = entry.split("=", 1)
        runtime = Runtime(Path(folder))
        vectors = embed(runtime, texts)
        reference = vectors if reference is None else reference
        found = embedding_table(partial(embed, runtime), options.data, options.limit)
        row = {
            "name": name,
            "layers": layers(Path(folder)),
            "megabytes": (Path(folder) / "model.onnx").stat().st_size / 1e6,
            "texts_a_second": texts_a_second(runtime),
            "cosine": float((vectors * reference).sum(axis=1).mean()),
            **quality(runtime, dev, options.limit),
            "sts_de_en": found["sts_de_en"],
        }
        rows.append(row)
        print(json.dumps(rounded(row)), flush=True)
    options.out.write_text(
        json.dumps(rounded({"limit": options.limit, "rows": rows}), indent=1) + "\n", encoding="utf-8"
    )


if __name__ == "__main__":
    main()
