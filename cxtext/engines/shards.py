"""Annotate a stream of documents into Parquet parts, so that a run that was broken off can go on.

Documents are cut into shards by count and size of text alone. A finished shard is a part file and a line in the
journal, both flushed to disk. A run that goes on reads the documents again, which is quick, and skips the shards that
the journal has and whose files are whole, so that its files are those of an undisturbed run.

Every line of the journal names the run and the hash of its file. Damage, wherever it is, costs the shards that it hit:
a line that cannot be read or belongs to another run does not count, and a file with another hash is made again.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cxtext.documents import Document
from cxtext.engines.durable import append_line, write_whole
from cxtext.engines.parts import Parts, to_bytes
from cxtext.errors import OutputExistsError
from cxtext.pipeline import Pipeline

SCHEMA = "cxtext.journal/2"
# Readers of a folder of Parquet files pass over names that begin so.
JOURNAL = "_journal.jsonl"

# A shard ends at whichever comes first. They bound memory; other values give other files, so they are in the journal.
DOCUMENTS = 2048
CHARACTERS = 8_000_000


Work = Callable[[Iterable[tuple[int, list[Document]]]], Iterator[tuple[int, bytes]]]
"""What annotates: numbered shards of documents in, the same numbers with the content of their part files out.

It takes no more shards than it has work for, and may give them back in another order.
"""


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
    work: Work | None = None,
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
    work
        Where the pipeline is run; null for this process.
    resume
        Whether to go on with what the folder holds; see :func:`check_resumable`. Otherwise what it holds of an earlier
        run is removed.
    on_shard
        Called with the number of documents of each finished shard.

    Raises
    ------
    OutputExistsError
        If the folder holds parts that were made from other inputs or with other options, and ``resume`` is set.
    OSError
        If a file cannot be written. What was finished before stays, and a run may go on with it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    journal = folder / JOURNAL
    head = _head(key)
    known = _read_journal(journal, head) if resume else {}
    _remove_parts(folder, keep={s.name for s in known.values()})
    # Written anew, so that a line torn by a crash does not stay.
    _write_journal(journal, head, known.values())
    finished: dict[int, Shard] = {}
    begun: dict[int, int] = {}

    def finish(shard: Shard) -> None:
        finished[shard.number] = shard
        if on_shard is not None:
            on_shard(shard.documents)

    def to_do() -> Iterator[tuple[int, list[Document]]]:
        for number, batch in enumerate(_cut(documents)):
            shard = known.get(number)
            if shard is not None and shard.documents == len(batch) and _whole(folder / shard.name, shard):
                finish(shard)
            else:
                begun[number] = len(batch)
                yield number, batch

    for number, content in (work or _here(pipeline))(to_do()):
        shard = Shard(number, begun.pop(number), hashlib.sha256(content).hexdigest())
        write_whole(folder / shard.name, content)
        append_line(journal, _line(shard, head))
        finish(shard)
    # In the order of the shards, and without lines of shards that were made again.
    _write_journal(journal, head, (finished[number] for number in sorted(finished)))
    return Parts(folder / finished[number].name for number in sorted(finished))


def _here(pipeline: Pipeline) -> Work:
    def work(shards: Iterable[tuple[int, list[Document]]]) -> Iterator[tuple[int, bytes]]:
        for number, batch in shards:
            yield number, to_bytes(list(pipeline.run(batch)))

    return work


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
        lines = journal.read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return {}
    entries = [_parse(line) for line in lines]
    found = [shard for entry in entries if (shard := _shard(entry, _run(head))) is not None]
    if found or not entries or entries[0] == head:
        return {shard.number: shard for shard in found}
    first = entries[0]
    if first.get("schema") is None:
        raise OutputExistsError(f"{journal} is damaged at line 1; use --force to begin anew")
    known = first["key"] if isinstance(first.get("key"), dict) else {}
    changed = sorted(k for k in {*known, *head["key"]} if known.get(k) != head["key"].get(k))
    what = " and ".join(changed) or "format"
    raise OutputExistsError(
        f"{journal.parent} was made by a run whose {what} differed, so it cannot be resumed; "
        "use --force to begin anew, or another --out"
    )


def _parse(line: str) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _shard(entry: Mapping[str, Any], run: str) -> Shard | None:
    number, documents, digest = entry.get("shard"), entry.get("documents"), entry.get("sha256")
    if entry.get("run") != run or type(number) is not int or type(documents) is not int or number < 0:
        return None
    return Shard(number, documents, str(digest))


def _whole(path: Path, shard: Shard) -> bool:
    return path.is_file() and sha256(path) == shard.sha256


def _remove_parts(folder: Path, *, keep: set[str]) -> None:
    for path in [*folder.glob("part-*.parquet"), *folder.glob("*.tmp")]:
        if path.name not in keep:
            path.unlink()


def _run(head: Mapping[str, Any]) -> str:
    """Name a run by what its parts depend on."""
    return hashlib.sha256(json.dumps(head, sort_keys=True).encode()).hexdigest()[:16]


def _line(shard: Shard, head: Mapping[str, Any]) -> str:
    entry = {"run": _run(head), "shard": shard.number, "documents": shard.documents, "sha256": shard.sha256}
    return json.dumps(entry)


def _write_journal(path: Path, head: Mapping[str, Any], shards: Iterable[Shard]) -> None:
    lines = [json.dumps(head), *(_line(shard, head) for shard in shards)]
    write_whole(path, "".join(f"{line}\n" for line in lines).encode())
