"""Read public transcripts, and count what came out and what did not.

    python -m benchmarks.transcripts --data DIR [--out FILE]

DIR holds ``transcripts/``, folders of samples that platforms and parsers publish; some are published broken.
"""

import argparse
import json
from collections import Counter
from pathlib import Path
from typing import Any

from benchmarks.tables import transcripts
from cxtext.sources import LoadReport, read
from cxtext.sources.formats import known_suffixes

OTHER = ("LICENSE", "_SOURCE.txt")


def read_whole(path: Path) -> LoadReport:
    reading = read(path)
    for _ in reading:
        pass
    return reading.report


def counts(folder: Path) -> dict[str, dict[str, Any]]:
    """Count by loader; files that no loader takes stand under their suffix."""
    found: dict[str, Counter[str]] = {}
    rejects: dict[str, Counter[str]] = {}
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or path.suffix not in known_suffixes() or path.name in OTHER:
            continue
        report = read_whole(path)
        name = report.files[0].format if report.files else path.suffix
        count = found.setdefault(name, Counter())
        count.update(
            files=1,
            unread_files=int(not report.documents),
            documents=report.documents,
            turns=sum(report.roles.values()),
            turns_with_role=sum(n for role, n in report.roles.items() if role != "unknown"),
        )
        rejects.setdefault(name, Counter()).update(report.reject_counts())
    return {name: {**found[name], "rejects": dict(rejects[name])} for name in sorted(found)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    result = counts(options.data / "transcripts")
    print("\n".join(transcripts(result)))
    if options.out:
        options.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
