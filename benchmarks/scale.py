"""Measure a batch run of many comments: texts a second beside bare annotate, and memory from quarter to quarter.

    python -m benchmarks.scale --data DIR --n N [--engine local|ray] [--only-annotate] [--price P] [--out FILE]

Comments are put together from the texts of ``topics/*.train.jsonl`` in DIR until they have about 25 tokens, with a
number each, so that no two are the same; the same ones every time. Everything runs in a process of its own:

- ``bare``: ``cxtext.annotate`` on the first ``--bare`` comments in a list, before and after the run;
- ``processes``: the same by two processes with a thread each, instead of one process with two threads;
- ``run``: the batch job from the file to the report (with ``--only-annotate``: to the parts). Resident memory is
  looked at twice a second; of each quarter of the annotated documents the highest counts.

``--engine ray`` annotates on two nodes of Ray's cluster utilities on this machine, a core each, and in one process with
as many threads in the same run; the cost of a million comments follows from that and ``--price``, of a machine with so
many cores for an hour.
"""

import argparse
import json
import multiprocessing
import os
import platform
import random
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

TOKENS = 25
# Of multilingual subword tokens, in these texts.
CHARACTERS_PER_TOKEN = 4.2
EVERY = 0.5  # seconds between two looks at memory


def write_comments(data: Path, n: int, path: Path) -> None:
    files = sorted((data / "topics").glob("*.train.jsonl"))
    pool = sorted({json.loads(line)["text"] for f in files for line in f.read_text(encoding="utf-8").splitlines()})
    rng = random.Random(0)
    with path.open("w", encoding="utf-8") as out:
        for i in range(n):
            text, wanted = rng.choice(pool), rng.gauss(TOKENS, 6) * CHARACTERS_PER_TOKEN
            while len(text) < wanted:
                text = f"{text.rstrip('. ')}. {rng.choice(pool)}"
            row = {"text": f"{text[:600]} ({i})", "nps": rng.randint(0, 10), "region": rng.choice("NOSW")}
            row["date"] = f"2026-{1 + i * 12 // n:02d}-{1 + rng.randrange(28):02d}"
            out.write(json.dumps(row, ensure_ascii=False) + "\n")


def first(path: Path, n: int) -> list[str]:
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line)["text"] for _, line in zip(range(n), lines, strict=False)]


def resident(pid: int | str = "self") -> float:
    """Resident memory of a process in MB."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) / 1024


def bare(texts: list[str], threads: int) -> float:
    """Texts a second of annotate, warm."""
    from cxtext.engines.local import annotate
    from cxtext.pipeline import DEFAULT, Pipeline, make_stage

    encode = make_stage("encode.v1", threads=threads)
    pipeline = Pipeline([make_stage("redact.v1", mode="mask"), *(encode if s == "encode.v1" else s for s in DEFAULT)])
    annotate(texts[:200], pipeline=pipeline)
    begun = time.perf_counter()
    annotate(texts, pipeline=pipeline)
    return len(texts) / (time.perf_counter() - begun)


class Watch:
    """Looks at the memory of this process while a job runs, and notes when documents and steps were done."""

    def __init__(self) -> None:
        self.looks: list[tuple[float, float]] = []
        self.done: list[tuple[float, int]] = []
        self.steps: list[tuple[float, str]] = []
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def _look(self) -> None:
        while not self._ended.wait(EVERY):
            self.looks.append((time.perf_counter(), resident()))

    def documents(self, n: int) -> None:
        """Note that so many more documents are done."""
        self.done.append((time.perf_counter(), n + (self.done[-1][1] if self.done else 0)))

    def step(self, name: str) -> None:
        """Note that a step begins."""
        self.steps.append((time.perf_counter(), name))

    def end(self) -> dict[str, Any]:
        """Stop looking, and give the figures."""
        self._ended.set()
        self._thread.join()
        begun = self.steps[0][0]
        total, last = self.done[-1][1], self.done[-1][0]
        # From the first finished shard on: what comes before is loading the model.
        start, before = self.done[0]
        quarters = []
        for quarter in range(4):
            bounds = [next(t for t, n in self.done if n >= total * q / 4) for q in (quarter, quarter + 1)]
            seen = [mb for t, mb in self.looks if (begun if quarter == 0 else bounds[0]) <= t <= bounds[1]]
            # The last shard may be too small to be looked at while it is made.
            quarters.append(round(max(seen or [min(self.looks, key=lambda look: abs(look[0] - bounds[1]))[1]])))
        ends = [*(t for t, _ in self.steps[1:]), time.perf_counter()]
        phases = {}
        for (t, name), end in zip(self.steps, ends, strict=True):
            seen = [mb for look, mb in self.looks if t <= look <= end]
            phases[name] = {"seconds": round(end - t, 1), "peak MB": round(max(seen, default=resident()))}
        return {
            "documents": total,
            "texts a second": round((total - before) / (last - start), 1) if last > start else None,
            "with start": round(total / (last - begun), 1),
            "MB by quarter": quarters,
            "phases": phases,
        }


def run(path: Path, folder: Path, engine: str, *, only_annotate: bool) -> dict[str, Any]:
    from cxtext.engines import cluster
    from cxtext.engines.batch import Batch, Settings
    from cxtext.engines.shards import annotate_shards
    from cxtext.pipeline import Pipeline
    from cxtext.sources import read

    watch = Watch()
    if only_annotate:
        pipeline = Pipeline.default(redact="mask")
        work = cluster.on_ray(pipeline) if engine == "ray" else None
        watch.step("annotate")
        annotate_shards(read(path), folder, pipeline=pipeline, key={}, work=work, on_shard=watch.documents)
    else:
        settings = Settings(text=("text",), score=("nps=nps",), time="date", segment=("region",), engine=engine)
        Batch([path], settings).run(folder, on_step=watch.step, on_documents=watch.documents)
    return watch.end()


def run_on_two_nodes(path: Path, folder: Path, *, only_annotate: bool) -> dict[str, Any]:
    # Set for the cluster and its workers: at their usual lowest priority they would wait for this very process.
    os.environ |= {"RAY_USAGE_STATS_ENABLED": "0", "RAY_worker_niceness": "0"}
    import ray
    from ray.cluster_utils import Cluster

    nodes = Cluster(initialize_head=True, head_node_args={"num_cpus": 1})
    nodes.add_node(num_cpus=1)
    ray.init(address=nodes.address, log_to_driver=False, logging_level="error")
    try:
        return run(path, folder, "ray", only_annotate=only_annotate)
    finally:
        ray.shutdown()
        nodes.shutdown()


def apart(job: Callable[..., Any], *values: Any, **named: Any) -> Any:  # noqa: ANN401
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(job, *values, **named).result()


def two_processes(texts: list[str]) -> float:
    """Texts a second of two processes with a thread each, by the slower one."""
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        halves = [texts[::2], texts[1::2]]
        return 2 * min(pool.map(partial(bare, threads=1), halves))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--n", type=int, default=1_000_000)
    parser.add_argument("--bare", type=int, default=5_000, help="comments for bare annotate")
    parser.add_argument("--engine", choices=["local", "ray"], default="local")
    parser.add_argument("--only-annotate", action="store_true")
    parser.add_argument("--price", type=float, default=0.10, help="of a machine with these cores, an hour")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    result: dict[str, Any] = {"n": options.n, "cores": os.cpu_count(), "python": platform.python_version()}
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "comments.jsonl"
        write_comments(options.data, options.n, path)
        texts = first(path, options.bare)
        rates = [apart(bare, texts, 0)]
        result["two processes, texts a second"] = round(apart(two_processes, texts), 1)
        result["local"] = apart(run, path, Path(name) / "local", "local", only_annotate=options.only_annotate)
        if options.engine == "ray":
            result["ray"] = apart(run_on_two_nodes, path, Path(name) / "ray", only_annotate=options.only_annotate)
            rate = result["ray"]["texts a second"]
            result["ray to local, time"] = round(result["local"]["texts a second"] / rate, 3)
            result["cost of a million by ray"] = round(1e6 / rate / 3600 * options.price, 2)
        rates.append(apart(bare, texts, 0))
        result["bare, texts a second"] = [round(rate, 1) for rate in rates]
        result["local to bare"] = round(result["local"]["texts a second"] / (sum(rates) / len(rates)), 3)
    print(json.dumps(result, indent=1))
    if options.out:
        options.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
