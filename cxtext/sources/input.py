"""What a reader is given: one file, and how to read it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from pathlib import Path

from cxtext.documents import Document, LanguageCode, Role
from cxtext.sources.columns import Columns
from cxtext.sources.load_report import LoadedFile, LoadReport, Reject


@dataclass(frozen=True, slots=True)
class Options:
    """How to read, the same for all inputs."""

    columns: Columns = field(default_factory=Columns)
    language: LanguageCode | None = None
    zone: tzinfo = UTC
    roles: Mapping[str, Role] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class InputFile:
    """One file to read; readers count rows in ``loaded`` and report decisions to ``report``."""

    path: Path
    name: str
    options: Options
    loaded: LoadedFile
    report: LoadReport


# Reads a file into documents and rejects, lazily.
Reader = Callable[[InputFile], Iterator[Document | Reject]]
