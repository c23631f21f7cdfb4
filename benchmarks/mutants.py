"""Measure how many small faults in the analysis and the drivers the tests notice.

    python -m benchmarks.mutants [--sample N] [--seed N] [--only PATTERN] [--keep]

Mutmut changes one place of a function at a time (a comparison, a number, a word, an argument) and runs those tests of
`tests/analysis` and `tests/drivers` that call the function; a change that no test fails on has survived. A draw of the
changes is enough for a share with an interval, here Wilson's at 95 %; `--sample 0` takes all of them, for hours.
`mutmut show NAME` then shows a survivor. What is asked for is in `[tool.mutmut]` of `pyproject.toml`. `--keep` uses the
mutants of the last run again, which is right where only tests have changed.
"""

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from fnmatch import fnmatch
from pathlib import Path

from mutmut.configuration import config
from mutmut.stats import status_by_exit_code
from mutmut.utils.file_utils import copy_also_copy_files, copy_src_dir, walk_mutatable_files

from cxtext.analysis.intervals import wilson

FOLDER = Path("mutants")
# A mutant that never ends, or takes the process down, is noticed too.
NOTICED = frozenset({"killed", "timeout", "segfault"})


def every_mutant(only: str) -> dict[str, Path]:
    """Make all mutants that are not there yet, and give those whose names match a pattern, with the file each is of."""
    from mutmut.__main__ import create_mutants  # decides how processes start, so not before it is needed

    FOLDER.mkdir(exist_ok=True)
    copy_src_dir()
    copy_also_copy_files()
    create_mutants(os.cpu_count() or 1)
    found = {}
    for path in sorted(walk_mutatable_files()):
        found |= dict.fromkeys(_codes(path), path)
    return {name: path for name, path in found.items() if fnmatch(name, only)}


def _codes(path: Path) -> dict[str, int | None]:
    notes = FOLDER / f"{path}.meta"
    codes: dict[str, int | None] = json.loads(notes.read_text(encoding="utf-8"))["exit_code_by_key"]
    return codes


def draw(names: Sequence[str], size: int, seed: int) -> list[str]:
    """Draw so many names at random, each equally likely; 0: all."""
    ordered = sorted(names)
    return sorted(random.Random(seed).sample(ordered, size)) if 0 < size < len(ordered) else ordered


def verdicts(drawn: Mapping[str, Path]) -> dict[str, str]:
    """Read what came of each mutant."""
    codes: dict[str, int | None] = {}
    for path in set(drawn.values()):
        codes |= _codes(path)
    return {name: status_by_exit_code[codes[name]] for name in drawn}


def page(drawn: Mapping[str, Path], found: Mapping[str, str], total: int) -> str:
    """Lay out shares by file and of all, and the names of those that nothing noticed."""
    files: dict[Path, Counter[bool]] = {}
    for name, path in drawn.items():
        files.setdefault(path, Counter())[found[name] in NOTICED] += 1
    lines = [f"{c[True]:4} of {c.total():4}  {path}" for path, c in sorted(files.items())]
    noticed = sum(status in NOTICED for status in found.values())
    low, high = (float(v) for v in wilson(noticed, len(found)))
    left = [f"{status}: {name}" for name, status in sorted(found.items()) if status not in NOTICED]
    endless = sum(status == "timeout" for status in found.values())
    whole = (
        f"{noticed} of {len(found)} noticed: {noticed / len(found):.1%} [{low:.1%}, {high:.1%}], {endless} of them by "
        f"the time limit; drawn from {total}"
    )
    return "\n".join([*left, "", *lines, "", whole])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sample", type=int, default=300)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default="*", help="pattern of mutants' names, e.g. 'cxtext.drivers.*'")
    parser.add_argument("--keep", action="store_true")
    arguments = parser.parse_args()
    if not config().only_mutate:
        parser.error("pyproject.toml has no [tool.mutmut]; run this in the root of the checkout")
    if not arguments.keep:
        shutil.rmtree(FOLDER, ignore_errors=True)
    mutants = every_mutant(arguments.only)
    drawn = {name: mutants[name] for name in draw(list(mutants), arguments.sample, arguments.seed)}
    mutmut = Path(sys.executable).with_name("mutmut")
    done = subprocess.run([mutmut, "run", *drawn], check=False)  # noqa: S603 (our own names)
    if done.returncode:
        return done.returncode
    print(page(drawn, verdicts(drawn), len(mutants)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
