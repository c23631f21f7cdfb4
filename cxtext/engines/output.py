"""The folder that a batch run writes: what lies in it, whether it is in use, and its manifest."""

import json
import shutil
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from platform import python_version
from typing import Any

from cxtext._version import __version__
from cxtext.engines.durable import flush_file, write_whole
from cxtext.engines.shards import JOURNAL, sha256
from cxtext.errors import OutputExistsError

ANNOTATIONS = "annotations"
MANIFEST = "manifest.json"
REJECTS = "rejects.jsonl"
SCHEMA = "cxtext.manifest/1"

# What Analysis.save may write. Tables without rows are not written, so those of an earlier run must go first.
REPORT_FILES = (
    "report.html", "report.json", "report.md", "topics.json", "topic_registry.json", "drivers.csv", "segments.csv",
    "trends.csv",
    "alerts.json", "queue.csv", "queue.json", "causes.csv", "duplicates.csv", "scores.csv", "importance.csv",
    "standings.csv", "touchpoints.csv", "journeys.csv", "steps.csv", "change.csv", "gaps.csv", "segment_trends.csv",
    "corrections.csv", "cases.csv", "conversations.csv", "trajectories.csv", "closings.csv", "effort.csv",
    "effort_topics.csv", "stories.csv",
)  # fmt: skip

# Libraries whose version may change a result.
_LIBRARIES = (
    "numpy", "onnxruntime", "pandas", "pyarrow", "scikit-learn", "scipy", "spacy", "statsmodels", "tokenizers",
)  # fmt: skip


def check_free(folder: Path, *, replace: bool) -> None:
    """Check that a run may write into the folder, and touch nothing.

    Parameters
    ----------
    folder
        It need not exist.
    replace
        Whether what an earlier run has written may be replaced.

    Raises
    ------
    OutputExistsError
        If it holds the results of a run that may not be replaced.
    """
    found = next((p for p in (*_results(folder), folder / ANNOTATIONS / JOURNAL) if p.exists()), None)
    if found is not None and not replace:
        raise OutputExistsError(
            f"the output folder {folder} is in use: it holds {found.relative_to(folder)} of another run; "
            "--resume goes on with that run, --force replaces its files, or name another --out"
        )


def clear_results(folder: Path) -> None:
    """Make the folder, and remove the results of an earlier run but for its annotations; other files are left alone."""
    left_over = (path for name in REPORT_FILES for path in folder.glob(f".{name}.*.part"))
    for path in (*_results(folder), folder / REJECTS, folder / f"{MANIFEST}.tmp", *left_over):
        path.unlink(missing_ok=True)
    folder.mkdir(parents=True, exist_ok=True)


def drop_annotations(folder: Path) -> None:
    """Remove the annotations of a run."""
    if (folder / ANNOTATIONS / JOURNAL).exists():
        shutil.rmtree(folder / ANNOTATIONS)


def versions() -> dict[str, str]:
    """Name cxtext's version, Python's and those of the libraries whose version may change a result.

    >>> sorted(versions())[:3]
    ['cxtext', 'numpy', 'onnxruntime']
    """
    found = {"cxtext": __version__, "python": python_version()}
    for name in _LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def write_manifest(folder: Path, content: Mapping[str, Any]) -> None:
    """Write the manifest, last of all files: where it lies, the run is whole. It names the other files' SHA-256."""
    for path in _outputs(folder):
        flush_file(path)
    outputs = {p.relative_to(folder).as_posix(): sha256(p) for p in sorted(_outputs(folder))}
    text = json.dumps({"schema": SCHEMA, **content, "outputs": outputs}, ensure_ascii=False, indent=1) + "\n"
    write_whole(folder / MANIFEST, text.encode())


def _results(folder: Path) -> Iterator[Path]:
    yield folder / MANIFEST
    yield from (folder / name for name in REPORT_FILES)


def _outputs(folder: Path) -> Iterator[Path]:
    yield from (p for p in (*_results(folder), folder / REJECTS) if p.exists() and p.name != MANIFEST)
    yield from (folder / ANNOTATIONS).glob("part-*.parquet")
