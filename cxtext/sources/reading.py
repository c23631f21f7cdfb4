"""One way to read everything: paths, tables in memory, and documents."""

import copy
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from itertools import chain
from os import PathLike, fspath
from pathlib import Path
from typing import Any, cast, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cxtext.documents import Channel, Document, LanguageCode, Role
from cxtext.errors import InputTypeError, InputValueError, nearest
from cxtext.sources.columns import CHANNELS, Columns
from cxtext.sources.formats import Format, known_suffixes, recognise
from cxtext.sources.frames import table_in_memory
from cxtext.sources.input import InputFile, Options
from cxtext.sources.load_report import LoadedFile, LoadReport, Reject, UnreadableError
from cxtext.sources.mapping import ColumnMapping, resolve
from cxtext.sources.paths import FoundFile, find_files
from cxtext.sources.ratings import check_directions
from cxtext.sources.table_files import RecordTable
from cxtext.sources.tables import Table, documents_of_table
from cxtext.sources.transcripts import UNKNOWN_ROLES, nobody_known

_Part = Callable[[LoadReport, LoadedFile], Iterator[Document | Reject]]

# A file with more is given up: rejects are kept in memory, and a hostile file could be made of nothing else.
MOST_REJECTS = 1_000_000


class Reading:
    """Documents of a source, read when they are iterated, and a report of what happened.

    Attributes
    ----------
    report
        Before the iteration: the files and the columns that will be taken. While it runs and after it: also the counts.
        Each new iteration begins a new report.
    scales
        Score name -> ``(worst, best)`` of every score that is read. Scores in documents keep the user's own units.
    """

    def __init__(self, parts: list[_Part], plan: LoadReport, scales: Mapping[str, tuple[float, float]]) -> None:
        self._parts = parts
        self._plan = plan
        self.scales = dict(sorted(scales.items()))
        self.report = copy.deepcopy(plan)

    def __iter__(self) -> Iterator[Document]:
        report = self.report = copy.deepcopy(self._plan)
        for part, loaded in zip(self._parts, report.files, strict=True):
            most = len(report.rejects) + MOST_REJECTS
            try:
                for item in part(report, loaded):
                    if isinstance(item, Reject):
                        report.rejects.append(item)
                        if len(report.rejects) >= most:
                            raise UnreadableError("too_many_rejects")
                        continue
                    loaded.documents += 1
                    report.empty_texts += not item.text.strip()
                    report.roles.update(turn.role or "unknown" for turn in item.turns)
                    if item.turns and nobody_known(item):
                        report.note(UNKNOWN_ROLES)
                    yield item
            except UnreadableError as error:
                report.rejects.append(Reject(loaded.name, error.reason, row=None, byte=error.byte, length=error.length))
            except UnicodeDecodeError:
                # UTF-16 that breaks off or is none: its decoder cannot mark single bytes, so the rest is not read.
                report.rejects.append(Reject(loaded.name, "bad_encoding"))
            except OSError:
                report.rejects.append(Reject(loaded.name, "unreadable_file"))


def read(
    source: Any,  # noqa: ANN401 (paths, tables of several libraries, iterables)
    *,
    columns: Columns | None = None,
    language: LanguageCode | None = None,
    time_zone: str = "UTC",
    roles: Mapping[str, Role] | None = None,
    rename: Callable[[str], str] | None = None,
) -> Reading:
    """Read feedback from wherever it is.

    Columns are settled at once, so that a wrong column name is an error before the first document; the documents
    themselves are read while the result is iterated. Rows and files that cannot be read are rejected into the report.

    Parameters
    ----------
    source
        A path or several (files, or folders, which are walked in sorted order): CSV, TSV, XLSX, JSON lines, JSON,
        Parquet, ``.eml``, mbox, WebVTT, SRT, plain text, and transcripts, tickets and reviews in the JSON of their
        platforms; what is in a file counts before its suffix. Or a table in memory: a DataFrame of pandas or polars, an
        Arrow table, a ``datasets.Dataset``. Or an iterable of Documents, mappings and strings. A list of strings is
        one of paths if each exists or ends like a file that can be read, otherwise one of texts. Mappings have a
        Document's fields, unless columns are named: then they are rows of a table.
    columns
        Which columns of tables to take; what is not named is found by its header.
    language
        Declared language of documents that have no language column.
    time_zone
        IANA name of the zone of times that name none.
    roles
        Speaker label -> role, beside the known ones (``Kunde``, ``Agent``, ...).
    rename
        Gives what a file is called in ids and in the report, where its own name must not be told.

    Raises
    ------
    SourceNotFoundError
        If a path does not exist.
    ColumnError
        If a named column is not there, or the text column cannot be told.
    InputTypeError, InputValueError
        If the source is none of the above, or an option has a value that is not allowed.

    Examples
    --------
    >>> reading = read([{"Kommentar": "Zug war pünktlich.", "NPS": 9}], columns=Columns(text="Kommentar"))
    >>> [(d.id, d.text, d.scores["nps"]) for d in reading]
    [('item#1', 'Zug war pünktlich.', 9.0)]
    >>> [d.text for d in read(["The app crashes.", "Great advice!"])]
    ['The app crashes.', 'Great advice!']
    """
    options = _options(columns, language, time_zone, roles)
    if (paths := _paths(source)) is not None:
        found = find_files(paths)
        return _read_files(found if rename is None else [replace(f, name=rename(f.name)) for f in found], options)
    if isinstance(source, Mapping | bytes | Document):
        raise _no_source(source)
    if (table := table_in_memory(source)) is not None:
        return _read_tables([(table, LoadedFile("table", "table"))], options)
    if not isinstance(source, Iterable):
        raise _no_source(source)
    if options.columns != Columns():
        first = next(iter(source), None)
        if isinstance(source, Iterator) and first is not None:
            source = chain([first], source)
        if isinstance(first, Mapping):
            return _read_tables([(RecordTable(source, "item"), LoadedFile("item", "records"))], options)
    if options.columns.channel is not None and options.columns.channel not in CHANNELS:
        raise InputValueError(
            f"channel is {options.columns.channel!r}, and the source has no columns; {nearest('', CHANNELS)}"
        )
    plan = LoadReport(files=[LoadedFile("item", "documents")])
    if options.columns.text or options.columns.scores:
        plan.note("columns are named, but the source has none: it is made of texts or documents")
    return Reading([lambda report, loaded: _items(source, options, loaded)], plan, {})


def _no_source(source: object) -> InputTypeError:
    return InputTypeError(
        "a source is a path, a table, or an iterable of documents, mappings or texts (one document: a list of it; one "
        f"split of a DatasetDict); got {type(source).__name__}"
    )


def preview(
    source: Any,  # noqa: ANN401
    *,
    columns: Columns | None = None,
    language: LanguageCode | None = None,
    time_zone: str = "UTC",
    roles: Mapping[str, Role] | None = None,
) -> LoadReport:
    """Say what :func:`read` would take, without reading more than headers: files, formats, columns, open questions.

    Parameters and errors are those of :func:`read`. An iterator loses the items that are looked at.
    """
    return read(source, columns=columns, language=language, time_zone=time_zone, roles=roles).report


def _options(
    columns: Columns | None, language: LanguageCode | None, time_zone: str, roles: Mapping[str, Role] | None
) -> Options:
    columns = Columns() if columns is None else columns
    if not isinstance(columns, Columns):
        raise InputTypeError(f"columns must be a Columns, got {type(columns).__name__}")
    if language is not None and language not in get_args(LanguageCode):
        raise InputValueError(f"language is {language!r}; {nearest('', get_args(LanguageCode))} or null")
    for label, role in (roles or {}).items():
        if role not in get_args(Role):
            raise InputValueError(f"roles[{label!r}] is {role!r}; {nearest('', get_args(Role))}")
    try:
        zone = ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise InputValueError(f"there is no time zone {time_zone!r}; an IANA name is, e.g. 'Europe/Berlin'") from None
    return Options(columns, language, zone, dict(roles or {}))


def _paths(source: object) -> list[Path] | None:
    if isinstance(source, str | PathLike):
        return [Path(fspath(cast(str, source)))]
    if isinstance(source, list | tuple) and source:
        if all(isinstance(item, PathLike) for item in source):
            return [Path(item) for item in source]
        if all(isinstance(item, str | PathLike) and _looks_like_path(item) for item in source):
            return [Path(item) for item in source]
    return None


def _looks_like_path(item: str | PathLike[str]) -> bool:
    if not isinstance(item, str):
        return True
    # No file name is longer than this on common systems; a text with a line break is none either.
    if not item.strip() or len(item) > 1000 or "\n" in item or "\0" in item:
        return False
    exists = False
    with suppress(OSError, ValueError):
        exists = Path(item).exists()
    return exists or Path(item).suffix.lower() in known_suffixes()


def _read_files(found: list[FoundFile], options: Options) -> Reading:
    plan = LoadReport()
    parts: list[_Part] = []
    scales: dict[str, tuple[float, float]] = {}
    # Reviews are also tables, and whoever names columns means them.
    named = bool(options.columns.text or options.columns.scores)
    for file in found:
        if file.hidden and not file.named:
            plan.rejects.append(Reject(file.name, "hidden_file"))
            continue
        try:
            if not file.named and not file.path.is_file():  # a pipe would wait for ever, a dead link is nothing
                raise UnreadableError("unreadable_file")
            found_format = recognise(file.path, sniff=file.named, tables=not named)
            if found_format is None:
                plan.rejects.append(Reject(file.name, "unknown_format", length=file.path.stat().st_size))
                continue
            known, why = found_format
            part, loaded = _part_of_file(file, known, why, options, plan, scales)
        except UnreadableError as error:
            plan.rejects.append(Reject(file.name, error.reason, byte=error.byte, length=error.length))
            continue
        except UnicodeDecodeError:
            plan.rejects.append(Reject(file.name, "bad_encoding"))
            continue
        except OSError:
            plan.rejects.append(Reject(file.name, "unreadable_file"))
            continue
        parts.append(part)
        plan.files.append(loaded)
    return Reading(parts, plan, scales)


def _part_of_file(
    file: FoundFile,
    known: Format,
    why: str,
    options: Options,
    plan: LoadReport,
    scales: dict[str, tuple[float, float]],
) -> tuple[_Part, LoadedFile]:
    loaded = LoadedFile(file.name, known.name, why=why)
    if known.table is not None:
        return _part_of_table(known.table(file.path, file.name), loaded, options, plan, scales), loaded
    scales.update(known.scales)
    reader = known.documents
    assert reader is not None  # noqa: S101 (Format holds that one of the two is given)
    # A name that is no channel is that of a column, which other files may have.
    channel = cast("Channel", options.columns.channel) if options.columns.channel in CHANNELS else None

    def part(report: LoadReport, counted: LoadedFile) -> Iterator[Document | Reject]:
        for item in reader(InputFile(file.path, file.name, options, counted, report)):
            plain = isinstance(item, Document) and item.channel is None and channel is not None
            yield replace(item, channel=channel) if plain else item  # type: ignore[arg-type]

    return part, loaded


def _part_of_table(
    table: Table, loaded: LoadedFile, options: Options, plan: LoadReport, scales: dict[str, tuple[float, float]]
) -> _Part:
    survey = table.survey
    mapping: ColumnMapping = resolve(table.header, options.columns, where=loaded.name, survey=survey)
    check_directions(table.header, mapping, table.head, where=loaded.name)
    if survey is not None:
        loaded.format, loaded.why = f"{survey.tool} {loaded.format}", survey.why
    plan.notes.extend(note for note in mapping.notes if note not in plan.notes)
    if table.above:
        plan.note(f"{loaded.name}: the header is in row {table.above + 1}; what stands above it was passed over")
    scales.update({name: (scale.worst, scale.best) for name, (_, scale) in mapping.scores.items()})
    loaded.encoding, loaded.delimiter, loaded.sheet = table.encoding, table.delimiter, table.sheet
    loaded.columns = mapping.found

    def part(report: LoadReport, counted: LoadedFile) -> Iterator[Document | Reject]:
        return documents_of_table(table, mapping, options=options, report=report, loaded=counted)

    return part


def _read_tables(tables: list[tuple[Table, LoadedFile]], options: Options) -> Reading:
    plan = LoadReport()
    scales: dict[str, tuple[float, float]] = {}
    parts = [_part_of_table(table, loaded, options, plan, scales) for table, loaded in tables]
    plan.files.extend(loaded for _, loaded in tables)
    return Reading(parts, plan, scales)


def _items(source: Iterable[object], options: Options, loaded: LoadedFile) -> Iterator[Document]:
    columns = options.columns
    # Items have no columns; what is said of all rows of a table can be said of them too.
    constants = {"language": options.language, "question": columns.question, "channel": columns.channel}
    for position, value in enumerate(source):
        loaded.rows += 1
        item = value.as_py() if hasattr(value, "as_py") else value  # Arrow scalars
        if isinstance(item, str):
            document = Document(text=item)
        elif isinstance(item, Document):
            document = item
        elif isinstance(item, Mapping):
            document = Document.from_mapping(item)
        else:
            raise InputTypeError(
                f"item {position} of the source must be a str, a mapping or a Document, got {type(item).__name__}"
            )
        wanted: dict[str, Any] = {"id": f"{loaded.name}#{position + 1}", **constants}
        changes: dict[str, Any] = {k: v for k, v in wanted.items() if v is not None and getattr(document, k) is None}
        yield replace(document, **changes) if changes else document
