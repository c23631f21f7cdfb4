"""Measure how long topics take, and how much memory, for many segments whose embeddings are there.

    python -m benchmarks.topics_scale --data DIR [--rows N ...] [--bertopic N] [--vectors FILE] [--out FILE]

The texts are those of ``topics/*.train.jsonl`` in DIR, and their shipped embeddings (``--vectors`` names a file of them
made before) are drawn with noise as often as rows are asked for. The second draw of a text has one exclamation mark
more than the first, and so on, so that all texts are distinct. Every measurement runs in a process of its own; memory
is its peak, with the embeddings in it. BERTopic with its defaults and a fixed seed of UMAP gets the same texts and
vectors (extra ``bench``); ``--bertopic 0`` leaves it out.
"""

import argparse
import json
import multiprocessing
import resource
import time
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxtext.encoder import encode
from cxtext.topics.model import TopicModel

NOISE = 0.35  # length of the noise beside a vector of length 1: a draw stays near its text, not on it
BLOCK = 10_000


def texts_of(data: Path) -> list[str]:
    files = sorted((data / "topics").glob("*.train.jsonl"))
    lines = [line for path in files for line in path.read_text(encoding="utf-8").splitlines()]
    return sorted({json.loads(line)["text"] for line in lines})


def draw(texts: list[str], vectors: NDArray[np.float32], rows: int) -> tuple[list[str], NDArray[np.float32]]:
    """Draw rows with noise, in blocks: at a million rows nothing may be there twice."""
    rng = np.random.default_rng(0)
    picked = rng.integers(len(texts), size=rows)
    out = np.empty((rows, vectors.shape[1]), dtype=np.float32)
    for start in range(0, rows, BLOCK):
        part = picked[start : start + BLOCK]
        out[start : start + BLOCK] = vectors[part]
        noise = rng.standard_normal((len(part), vectors.shape[1]), dtype=np.float32)
        out[start : start + BLOCK] += noise * np.float32(NOISE / vectors.shape[1] ** 0.5)
        out[start : start + BLOCK] /= np.linalg.norm(out[start : start + BLOCK], axis=1, keepdims=True)
    times: Counter[int] = Counter()
    drawn = []
    for i in picked.tolist():
        times[i] += 1
        drawn.append(texts[i] + " " + "!" * times[i])
    return drawn, out


def measure(method: str, data: Path, file: Path, rows: int) -> dict[str, Any]:
    texts, vectors = draw(texts_of(data), np.load(file), rows)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    if method == "TopicModel":
        begun = time.perf_counter()
        labels = TopicModel().fit(texts, embeddings=vectors).labels_
    else:
        from bertopic import BERTopic
        from umap import UMAP

        # Its default, but for the seed.
        flat = UMAP(n_neighbors=15, n_components=5, min_dist=0.0, metric="cosine", low_memory=False, random_state=42)
        # What numba compiles at the first use is not counted.
        BERTopic(umap_model=UMAP(n_components=5, random_state=42)).fit_transform(texts[:1_000], vectors[:1_000])
        begun = time.perf_counter()
        labels = np.array(BERTopic(umap_model=flat).fit_transform(texts, vectors)[0])
    return {
        "method": method,
        "rows": rows,
        "seconds": round(time.perf_counter() - begun, 1),
        "peak GB": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6, 2),
        "of that texts, embeddings and imports": round(before / 1e6, 2),
        "topics": len(set(labels.tolist()) - {-1}),
        "unassigned": round(float(np.mean(labels == -1)), 3),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--rows", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--bertopic", type=int, default=100_000, help="rows for BERTopic")
    parser.add_argument("--vectors", type=Path, default=Path("topics_scale.npy"), help="made if it is not there")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    if not options.vectors.exists():
        np.save(options.vectors, encode(texts_of(options.data)))
    runs = [("TopicModel", rows) for rows in options.rows]
    if options.bertopic:
        runs.append(("BERTopic", options.bertopic))
    results = []
    for method, rows in runs:
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            results.append(pool.apply(measure, (method, options.data, options.vectors, rows)))
        print("  ".join(f"{key} {value}" for key, value in results[-1].items()), flush=True)
    if options.out:
        options.out.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
