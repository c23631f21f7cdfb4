"""Measure texts a second and peak memory of annotate, beside a BERT-base classifier in the same run.

    python -m benchmarks.speed [--data DIR] [--encoder DIR] [--tokens 10 25 60 250] [--repeats 5] [--out FILE]

For each length: ``cxtext.annotate`` with everything it does by default; the bare ONNX session on the very batches that
it ran, by as many threads; BERT-base with random weights on the same texts in batches of 32, tokenised beforehand, in
float32 (torch) and int8 (ONNX Runtime). All are warm, take turns, and the median of the repeats counts. Texts are
German and English, put together from the examples and the challenge set, or from the dev sets in DIR, and cut to
lengths around the wanted one. Run it on an idle machine.
"""

import argparse
import json
import multiprocessing
import os
import platform
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

import cxtext
from benchmarks import bert
from benchmarks.quality import annotator, rounded
from benchmarks.texts import Pool, build, sentences
from cxtext.encoder.runtime import Runtime, load

# Tokens of a measurement, so that each takes seconds whatever the length; BERT gets fewer, for it takes longer.
TOKENS = 40_000
TOKENS_FOR_BERT = 4_800
CUBE = 4096


@dataclass
class Recorder:
    """Stands in for a session and keeps what it was given."""

    session: Any
    calls: list[tuple[Any, dict[str, np.ndarray]]] = field(default_factory=list)

    def run(self, outputs: Any, feeds: dict[str, np.ndarray]) -> Any:  # noqa: ANN401 (onnxruntime is untyped)
        """Keep the batch, and run it."""
        self.calls.append((outputs, feeds))
        return self.session.run(outputs, feeds)


@contextmanager
def recording(runtime: Runtime) -> Iterator[Recorder]:
    """Keep all batches that go through a runtime's session."""
    recorder = Recorder(runtime.session())
    runtime.session = lambda: recorder  # type: ignore[method-assign]
    try:
        yield recorder
    finally:
        del runtime.session


def replay(recorder: Recorder, threads: int) -> Callable[[], None]:
    """Give what runs the recorded batches, and nothing else, on as many threads as the library uses."""
    pool = ThreadPoolExecutor(max(1, threads))

    def one(call: tuple[Any, dict[str, np.ndarray]]) -> None:
        recorder.session.run(*call)

    def run() -> None:
        for _ in pool.map(one, recorder.calls):
            pass

    return run


def multiply_adds(model: Any, hidden: int) -> tuple[int, int]:  # noqa: ANN401 (an ONNX model)
    """Multiply-adds of a token: in products with weights; and in attention, for each token that it looks at."""
    shapes = {t.name: tuple(t.dims) for t in model.graph.initializer}
    products = attention = 0
    for node in model.graph.node:
        if "MatMul" in node.op_type or node.op_type == "Gemm":
            weights = [shapes[name] for name in node.input[:2] if len(shapes.get(name, ())) == 2]
            products += sum(rows * columns for rows, columns in weights)
        elif node.op_type == "MultiHeadAttention":
            attention += 2 * hidden
    return products, attention


def row_lengths(calls: list[tuple[Any, dict[str, np.ndarray]]]) -> np.ndarray:
    """Tokens of each row of recorded batches, without padding."""
    lengths = [
        feeds["mask"].sum(axis=1) if "mask" in feeds else np.full(len(feeds["ids"]), feeds["ids"].shape[1])
        for _, feeds in calls
    ]
    return np.concatenate(lengths)


def int8_peak(repeats: int = 10) -> float:
    """Measure the most operations a second (two a multiply-add) of an int8 product of 4096 cubed, on all cores."""
    import onnxruntime
    from onnx import TensorProto, helper, numpy_helper

    rng = np.random.default_rng(0)
    left = rng.integers(0, 256, (CUBE, CUBE), dtype=np.uint8)
    right = rng.integers(-127, 128, (CUBE, CUBE)).astype(np.int8)
    graph = helper.make_graph(
        [helper.make_node("MatMulInteger", ["left", "right"], ["out"])],
        "product",
        [helper.make_tensor_value_info("left", TensorProto.UINT8, [CUBE, CUBE])],
        [helper.make_tensor_value_info("out", TensorProto.INT32, [CUBE, CUBE])],
        [numpy_helper.from_array(right, "right")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)])
    model.ir_version = 10
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    best = min(timed(lambda: session.run(None, {"left": left})) for _ in range(repeats))
    return 2 * CUBE**3 / best


def timed(run: Callable[[], Any]) -> float:
    begin = perf_counter()
    run()
    return perf_counter() - begin


def take_turns(runs: dict[str, Callable[[], Any]], repeats: int) -> dict[str, list[float]]:
    """Time each run so many times, in turn, so that a slow moment of the machine does not hit one alone."""
    for run in runs.values():
        run()
    times: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(repeats):
        for name, run in runs.items():
            times[name].append(timed(run))
    return times


def peak_memory() -> float:
    """Peak resident memory of this process in MB."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(x for x in status.read_text(encoding="ascii").splitlines() if x.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024**2 if sys.platform == "darwin" else 1024)


def memory_of(texts: list[str], encoder: Path | None) -> tuple[float, float]:
    """Peak memory after the first text, and after all."""
    annotate = annotator(encoder)
    annotate(texts[:1])
    first = peak_memory()
    annotate(texts)
    return first, peak_memory()


def in_new_process(texts: list[str], encoder: Path | None) -> tuple[float, float]:
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(memory_of, texts, encoder).result()


def measure(
    pool: Pool, tokens: int, encoder: Path | None, others: dict[str, Any], repeats: int, cost: tuple[int, int]
) -> dict[str, Any]:
    """Measure one length."""
    runtime = load(encoder, 0)
    annotate = annotator(encoder)
    texts = build(pool, runtime, tokens, TOKENS // tokens)
    rows = [e.ids for e in runtime.tokenize(texts)]
    annotate(texts[:50])
    with recording(runtime) as recorder:
        annotate(texts)
    runs: dict[str, Callable[[], Any]] = {
        "annotate": partial(annotate, texts),
        "session": replay(recorder, runtime.threads),
    }
    for_bert = rows[: max(bert.BATCH, TOKENS_FOR_BERT // tokens // bert.BATCH * bert.BATCH)]
    batches = bert.padded([[101, *row, 102] for row in for_bert], vocabulary=30_000)
    runs |= {name: partial(run, batches) for name, run in others.items()}
    times = take_turns(runs, repeats)
    seconds = {name: statistics.median(t) for name, t in times.items()}
    speed = {name: len(for_bert if name in others else texts) / s for name, s in seconds.items()}
    lengths = row_lengths(recorder.calls)
    products, attention = cost
    work = int((lengths * products + lengths * lengths * attention).sum())
    first, peak = in_new_process(texts, encoder)
    return {
        "tokens": tokens,
        "mean_tokens": statistics.mean(len(row) for row in rows),
        "texts": len(texts),
        "distinct": len(set(texts)),
        "texts_per_second": speed,
        "fastest_and_slowest": {name: [min(t), max(t)] for name, t in times.items()},
        "over_bert_fp32": speed["annotate"] / speed["bert_fp32"],
        "over_bert_int8": speed["annotate"] / speed["bert_int8"],
        "overhead": seconds["annotate"] / seconds["session"],
        "operations_per_second": 2 * work / seconds["annotate"],
        "memory_mb": {"first_text": first, "all_texts": peak},
    }


def machine(threads: int) -> dict[str, Any]:
    import onnxruntime
    import torch

    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    names = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
    return {
        "processor": names[0] if names else platform.processor(),
        "cores": os.cpu_count(),
        "threads": threads,
        "python": platform.python_version(),
        "onnxruntime": onnxruntime.__version__,
        "torch": torch.__version__,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="build texts from the dev sets there")
    parser.add_argument("--encoder", type=Path, help="an encoder folder instead of the shipped one")
    parser.add_argument("--tokens", type=int, nargs="+", default=[10, 25, 60, 250])
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "results" / "speed.json")
    options = parser.parse_args()
    import onnx

    runtime = load(options.encoder, 0)
    manifest = runtime.manifest
    cost = multiply_adds(onnx.load(str(manifest.folder / "model.onnx")), manifest.dimension)
    pool = sentences(options.data)
    model = bert.make()
    with tempfile.TemporaryDirectory() as folder:
        others = {"bert_fp32": bert.in_torch(model), "bert_int8": bert.in_int8(model, Path(folder))}
        peak = int8_peak()
        rows = []
        for tokens in options.tokens:
            row = measure(pool, tokens, options.encoder, others, options.repeats, cost)
            row["share_of_int8_peak"] = row["operations_per_second"] / peak
            print({k: v for k, v in rounded(row).items() if k != "fastest_and_slowest"}, flush=True)
            rows.append(row)
    result = {
        "library": cxtext.__version__,
        "encoder": manifest.version,
        "machine": machine(runtime.threads),
        "texts_from": "the dev sets" if options.data else "the examples and the challenge set",
        "repeats": options.repeats,
        "multiply_adds_per_token": cost[0],
        "int8_peak": peak,
        "rows": rows,
    }
    options.out.parent.mkdir(exist_ok=True)
    options.out.write_text(json.dumps(rounded(result), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(f"wrote {options.out}; benchmarks/tables.py puts it into docs/benchmarks.md")


if __name__ == "__main__":
    main()
