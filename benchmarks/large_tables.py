"""Measure time and memory of reading tables that grow: what streams needs no more memory for a larger file.

    python -m benchmarks.large_tables [--sizes 30 300] [--formats csv jsonl parquet] [--out FILE]

Needs Linux, which says how much memory a process had at most. Each file is made in a temporary folder from a few
sentences, and read in a process of its own; sizes are those of the CSV file in MB, of which the others hold the same
rows.
"""

import argparse
import csv
import json
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HEADER = ("Antwort-ID", "Datum", "Kanal", "NPS", "Kommentar")
SENTENCES = (
    "Der Zug kam pünktlich, aber die Klimaanlage war kaputt.",
    'Die Beraterin sagte "gern"\nund half sofort; danke!',
    "App stürzt beim Bezahlen ab.",
    "Great service, quick delivery.",
    "I waited forty minutes on the hotline, twice.",
    "Preis in Ordnung, Auswahl eher klein.",
)
READ = """
import json, sys, time
from cxtext.sources import read
def peak():  # of this process alone; the maximum that getrusage gives has the parent's in it
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM"))
start, reading, characters = time.perf_counter(), read(sys.argv[1]), 0
before = peak()
for document in reading:
    characters += len(document.text)
seconds = time.perf_counter() - start
print(json.dumps({"documents": reading.report.documents, "rejects": len(reading.report.rejects), "seconds": seconds,
                  "peak_mb": peak(), "opened_mb": before}))
"""


def rows() -> Iterator[tuple[str, str, str, int, str]]:
    """Give rows without end, the same in each run."""
    random.seed(0)
    number = 0
    while True:
        number += 1
        text = " ".join(random.choices(SENTENCES, k=random.randint(1, 12)))
        yield f"r{number}", f"{1 + number % 28:02d}.02.2026", random.choice(("E-Mail", "Web")), number % 11, text


def write_csv(path: Path, size: int) -> int:
    """Write at least ``size`` bytes, and say how many rows they are."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(HEADER)
        for number, row in enumerate(rows(), start=1):
            writer.writerow(row)
            if number % 1000 == 0 and file.tell() >= size:
                return number
    raise AssertionError("rows end")


def write_jsonl(path: Path, count: int) -> None:
    with path.open("w", encoding="utf-8") as file:
        for _, row in zip(range(count), rows(), strict=False):
            file.write(json.dumps(dict(zip(HEADER, row, strict=True)), ensure_ascii=False) + "\n")


def write_parquet(path: Path, count: int) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    source, chunk = rows(), 10_000
    schema = pa.schema([(name, pa.int64() if name == "NPS" else pa.string()) for name in HEADER])
    with pq.ParquetWriter(path, schema) as writer:
        for start in range(0, count, chunk):
            part = [next(source) for _ in range(min(chunk, count - start))]
            writer.write_table(pa.table(dict(zip(HEADER, zip(*part, strict=True), strict=True)), schema=schema))


def measure(path: Path) -> dict[str, Any]:
    """Read a file in a process of its own."""
    done = subprocess.run([sys.executable, "-c", READ, str(path)], check=True, capture_output=True, text=True)  # noqa: S603
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[30, 300], metavar="MB")
    parser.add_argument(
        "--formats", nargs="+", default=["csv", "jsonl", "parquet"], choices=["csv", "jsonl", "parquet"]
    )
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    results = []
    for size in options.sizes:
        with tempfile.TemporaryDirectory() as folder:
            table = Path(folder) / "large.csv"
            count = write_csv(table, size * 2**20)
            for name in options.formats:
                path = table.with_suffix(f".{name}")
                if name == "jsonl":
                    write_jsonl(path, count)
                elif name == "parquet":
                    write_parquet(path, count)
                found = {"format": name, "mb": round(path.stat().st_size / 2**20, 1), "rows": count, **measure(path)}
                results.append(found)
                rate = found["documents"] / found["seconds"]
                print(
                    f"{name:8} {found['mb']:7,.1f} MB {count:10,} rows {rate:9,.0f} rows/s  peak "
                    f"{found['peak_mb']:6,.0f} MB (opened {found['opened_mb']:,.0f} MB), {found['rejects']} rejects",
                    flush=True,
                )
                if path != table:
                    path.unlink()
    if options.out:
        options.out.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
