"""Measure the memory of a process that calls annotate again and again, each time with another text.

    python -m benchmarks.calls [--calls 1000000] [--out FILE]

Texts are put together from the examples and the challenge set, with numbers in them that occur once: whatever keeps a
word that it has seen grows. Memory is that of the process (resident), by quarters of the calls.
"""

import argparse
import json
import random
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

import cxtext
from benchmarks.texts import sentences


def resident() -> float:
    """Memory of this process in MB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096 / 1e6


def texts(n: int) -> Iterator[str]:
    """Give n texts that all differ."""
    pool = [text for some in sentences(None).values() for text in some]
    rng = random.Random(0)
    for i in range(n):
        yield f"{rng.choice(pool)} Ticket {i}, user{rng.randrange(10**9)}@example.com, Wort{i}heit."


def measure(calls: int) -> dict[str, Any]:
    """Call so often; give the memory by quarters."""
    samples: list[float] = []
    for i, text in enumerate(texts(calls)):
        cxtext.annotate(text, redact="mask" if i % 4 == 0 else "keep")
        if i % max(1, calls // 400) == 0:
            samples.append(resident())
    size = len(samples) // 4
    quarters = [median(samples[i * size : (i + 1) * size]) for i in range(4)]
    return {
        "calls": calls,
        "memory_mb_by_quarter": [round(q, 1) for q in quarters],
        "last_over_second": round(quarters[3] / quarters[1], 3),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=1_000_000)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    text = json.dumps(measure(options.calls), indent=1)
    print(text)
    if options.out:
        options.out.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
