"""Annotate a stream of documents into Parquet parts, so that a run that was broken off can go on.

Documents are cut into shards by count and size of text alone. A finished shard is a part file and a line in the
journal; both are on disk before the next shard begins. A run that goes on reads the documents again, which is quick,
and skips the shards that the journal has and whose files are whole, so that its files are those of an undisturbed run.
"""

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cxtext.documents import Document
from cxtext.engines.parts import Parts, write_part
from cxtext.errors import OutputExistsError
from cxtext.pipeline import Pipeline

SCHEMA = "cxtext.journal/1"
JOURNAL = "journal.jsonl"

# A shard ends at whichever comes first. They bound memory; other values give other files, so they are in the journal.
DOCUMENTS = 2048
CHARACTERS = 8_000_000


@dataclass(frozen=True, slots=True)
class Shard:
    """One finished part: its number, how many documents it holds, and the SHA-256 of its file."""

    number: int
    documents: int
    sha256: str

    @property
    def name(self) -> str:
        """File name of the part."""
        return f"part-{self.number:05d}.parquet"


def annotate_shards(
    documents: Iterable[Document],
    folder: Path,
    *,
    pipeline: Pipeline,
    key: Mapping[str, str],
    resume: bool = False,
    on_shard: Callable[[int], None] | None = None,
) -> Parts:
    """Annotate a stream of documents into ``part-00000.parquet``, ``part-00001.parquet`` and so on.

    Parameters
    ----------
    documents
        The stream; read once.
    folder
        Where the parts and the journal go; made if it does not exist.
    pipeline
        What annotates.
    key
        What the parts depend on, as hashes: the inputs, the configuration, the model. A run goes on only where all are
        the same.
    resume
        Whether to go on with what the folder holds; see :func:`check_resumable`. Otherwise what it holds of an earlier
        run is removed.
    on_shard
        Called with the number of documents of each finished shard.

    Raises
    ------
    OutputExistsError
        If the folder holds parts that were made from other inputs or with other options, and ``resume`` is set.
    """
    folder.mkdir(parents=True, exist_ok=True)
    journal = folder / JOURNAL
    head = _head(key)
    finished = _read_journal(journal, head) if resume else {}
    _remove_parts(folder, keep={s.name for s in finished.values()})
    # Written anew, so that a line torn by a crash does not stay.
    _write_lines(journal, [head, *map(_line, finished.values())])
    paths = []
    for number, batch in enumerate(_cut(documents)):
        done = finished.get(number)
        path = folder / Shard(number, 0, "").name
        if done is None or done.documents != len(batch) or not _whole(path, done):
            write_part(path, list(pipeline.run(batch)))
            done = Shard(number, len(batch), sha256(path))
            if done != finished.get(number):
                _append_line(journal, _line(done))
        paths.append(path)
        if on_shard is not None:
            on_shard(len(batch))
    return Parts(paths)


def check_resumable(folder: Path, key: Mapping[str, str]) -> None:
    """Check that what the folder holds was made from the same inputs and with the same options, and touch nothing.

    Raises
    ------
    OutputExistsError
        If it was not.
    """
    _read_journal(folder / JOURNAL, _head(key))


def sha256(path: Path) -> str:
    """SHA-256 of a file's bytes, as hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _head(key: Mapping[str, str]) -> dict[str, Any]:
    return {"schema": SCHEMA, "documents": DOCUMENTS, "characters": CHARACTERS, "key": dict(key)}


def _cut(documents: Iterable[Document]) -> Iterator[list[Document]]:
    batch: list[Document] = []
    size = 0
    for document in documents:
        if batch and (len(batch) == DOCUMENTS or size + len(document.text) > CHARACTERS):
            yield batch
            batch, size = [], 0
        batch.append(document)
        size += len(document.text)
    if batch:
        yield batch


def _read_journal(journal: Path, head: Mapping[str, Any]) -> dict[int, Shard]:
    try:
        lines = journal.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return {}
    except UnicodeDecodeError:
        raise OutputExistsError(f"{journal} is damaged; use --force to begin anew") from None
    entries = []
    for i, line in enumerate(lines):
        try:
            entries.append(json.loads(line))
        except ValueError:
            if i < len(lines) - 1 or i == 0:
                raise OutputExistsError(f"{journal} is damaged at line {i + 1}; use --force to begin anew") from None
    if not entries:
        return {}
    if entries[0] != head:
        known = entries[0].get("key", {}) if isinstance(entries[0], dict) else {}
        changed = sorted(k for k in {*known, *head["key"]} if known.get(k) != head["key"].get(k))
        what = " and ".join(changed) or "format"
        raise OutputExistsError(
            f"{journal.parent} was made by a run whose {what} differed, so it cannot be resumed; "
            "use --force to begin anew, or another --out"
        )
    return {s.number: s for s in (Shard(e["shard"], e["documents"], e["sha256"]) for e in entries[1:])}


def _whole(path: Path, shard: Shard) -> bool:
    return path.is_file() and sha256(path) == shard.sha256


def _remove_parts(folder: Path, *, keep: set[str]) -> None:
    for path in [*folder.glob("part-*.parquet"), *folder.glob("part-*.parquet.tmp")]:
        if path.name not in keep:
            path.unlink()


def _line(shard: Shard) -> dict[str, Any]:
    return {"shard": shard.number, "documents": shard.documents, "sha256": shard.sha256}


def _write_lines(path: Path, lines: Iterable[Mapping[str, Any]]) -> None:
    temporary = path.with_name(path.name + ".tmp")
    with temporary.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(json.dumps(line) + "\n" for line in lines)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def _append_line(path: Path, line: Mapping[str, Any]) -> None:
    with path.open("a", encoding="utf-8", newline="\n") as file:
        file.write(json.dumps(line) + "\n")
        file.flush()
        os.fsync(file.fileno())
