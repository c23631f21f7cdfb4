"""Rows of a table into documents."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from itertools import chain, islice
from typing import Any, Protocol

from cxtext.documents import Channel, Document, LanguageCode
from cxtext.sources.cells import (
    DateOrder,
    as_channel,
    as_language,
    as_text,
    as_time,
    date_order,
    has_slashes,
    is_missing,
    mixes_orders,
    names_zone,
)
from cxtext.sources.columns import is_text_header, plain_header
from cxtext.sources.input import Options
from cxtext.sources.load_report import LoadedFile, LoadReport, Reject
from cxtext.sources.mapping import ColumnMapping
from cxtext.sources.ratings import as_rating, check_directions
from cxtext.sources.survey_export import SurveyExport, has_mark

# Rows looked at to tell 03/04 from 04/03.
_SAMPLE = 500

Row = tuple[int, Sequence[object]]


class Table(Protocol):
    """A table whose header is known and whose rows stream.

    ``rows(used)`` gives ``(row number from 1, values in the order of the header)``; values of columns that are not in
    ``used`` may be null. Rows that cannot be read come as :class:`Reject`. ``head`` are some of the first rows, as far
    as they are known without reading on; ``survey`` is set if a survey tool wrote the table; ``above`` counts the
    rows of titles above the header.
    """

    header: tuple[str, ...]
    head: Sequence[Sequence[object]]
    survey: SurveyExport | None
    encoding: str | None
    delimiter: str | None
    sheet: str | None
    above: int

    def rows(self, used: Sequence[int]) -> Iterator[Row | Reject]:
        """Give the rows, see above."""
        ...


def spread(used: Sequence[int], width: int, columns: Sequence[Sequence[object]], first: int) -> Iterator[Row]:
    """Give rows of ``width`` cells from the columns that were read, numbered from ``first``."""
    for number, cells in enumerate(zip(*columns, strict=True), start=first):
        row: list[object] = [None] * width
        for index, cell in zip(used, cells, strict=True):
            row[index] = cell
        yield number, row


def values_of(column: Any) -> list[object]:  # noqa: ANN401 (pyarrow is untyped)
    """Give the values of an Arrow column; a time that Python has no year for as text, which counts as unreadable."""
    try:
        values: list[object] = column.to_pylist()
    except UnicodeDecodeError:  # text, which the caller tells of
        raise
    except (OverflowError, ValueError):
        return [_time_of(scalar) for scalar in column]
    return values


def _time_of(scalar: Any) -> object:  # noqa: ANN401
    try:
        value: object = scalar.as_py()
    except (OverflowError, ValueError):
        return f"{scalar.value} {scalar.type}"
    return value


@dataclass(frozen=True, slots=True)
class _Constants:
    """What is the same for all rows of a table."""

    mapping: ColumnMapping
    options: Options
    order: DateOrder
    zone: tzinfo
    header: Sequence[str]
    name: str


def documents_of_table(
    table: Table, mapping: ColumnMapping, *, options: Options, report: LoadReport, loaded: LoadedFile
) -> Iterator[Document | Reject]:
    """Turn a table's rows into documents, one per row and text column."""
    rows = table.rows(mapping.used)
    order: DateOrder = "dmy"
    zone = mapping.survey.zone if mapping.survey and mapping.survey.zone else options.zone
    head = list(islice(rows, _SAMPLE))
    rows = chain(head, rows)
    read = [row[1] for row in head if not isinstance(row, Reject)]
    if not table.head:  # nothing was known of the cells when the columns were settled
        check_directions(table.header, mapping, read, where=loaded.name)
    if (time := mapping.single.get("time")) is not None:
        sample = [values[time] for values in read]
        order = _noted_order(sample, table.header[time], loaded.name, report)
        if any(not is_missing(v) and not names_zone(v, order) for v in sample):
            how = "their zone in the file is" if zone is not options.zone else "name no time zone; taken as"
            report.note(f"{loaded.name}: times in {table.header[time]!r}: {how} {zone}")
    constants = _Constants(mapping, options, order, zone, table.header, loaded.name)
    for row in rows:
        loaded.rows += 1
        loaded.encoding = table.encoding  # settled when the rows begin
        if isinstance(row, Reject):
            yield row
        else:
            yield from _documents(row, constants, report)


def _noted_order(sample: Sequence[object], column: str, name: str, report: LoadReport) -> DateOrder:
    order = date_order(sample)
    if order is None:
        if has_slashes(sample):
            report.note(f"{name}: dates in {column!r} fit day/month and month/day; taken as day/month")
        return "dmy"
    if mixes_orders(sample):
        taken = "day/month" if order == "dmy" else "month/day"
        report.note(
            f"{name}: dates in {column!r} are day/month in some rows and month/day in others; taken as {taken}, "
            "so that the others are unreadable or wrong: write them as yyyy-mm-dd"
        )
    elif order == "mdy":
        report.note(f"{name}: dates in {column!r} are month/day/year")
    return order


def _documents(row: Row, constants: _Constants, report: LoadReport) -> Iterator[Document | Reject]:
    number, values = row
    mapping = constants.mapping
    survey = mapping.survey
    if survey is not None and has_mark(values, survey.previews):
        report.previews += 1
        return
    respondent = f"{constants.name}#{number}"
    if (own := mapping.single.get("id")) is not None and not is_missing(values[own]):
        respondent = (as_text(values[own]) or "").strip() or respondent
    fields = _fields(values, constants, report)
    if survey is not None and has_mark(values, survey.unfinished):
        report.unfinished += 1
        fields["attributes"]["finished"] = False
    for index, text in _answers(values, mapping, report):
        column = constants.header[index]
        question = fields["question"]
        if question is None and survey is not None:
            question = survey.questions.get(index)
        if text is None:
            yield Reject(constants.name, "not_text", row=number, column=column)
        elif len(mapping.text) == 1:
            yield Document(text=text, id=respondent, **{**fields, "question": question})
        else:
            attributes = {**fields["attributes"], "respondent": respondent}
            if question is None and (survey is None or not is_text_header(plain_header(column))):
                question = column  # unless it only says that here is a comment
            piece = {**fields, "attributes": attributes, "question": question}
            yield Document(text=text, id=f"{respondent}:{column}", **piece)


def _answers(values: Sequence[object], mapping: ColumnMapping, report: LoadReport) -> Sequence[tuple[int, str | None]]:
    """Give a row's texts; null where a cell holds something else.

    Of several questions, those without an answer are left out, unless none has one: the row may have a score.
    """
    survey = mapping.survey
    texts = [(index, as_text(values[index])) for index in mapping.text]
    if survey is not None and survey.not_shown:
        texts = [(index, "" if text in survey.not_shown else text) for index, text in texts]
    answered = [(index, text) for index, text in texts if text is None or text.strip()]
    if len(texts) == 1:
        return texts
    report.unanswered += len(texts) - max(1, len(answered))
    return answered or texts[:1]


def _fields(values: Sequence[object], constants: _Constants, report: LoadReport) -> dict[str, Any]:
    mapping, options = constants.mapping, constants.options
    single = mapping.single

    def cell(role: str) -> object:
        value = values[single[role]] if role in single else None
        return None if is_missing(value) else value

    time = cell("time")
    if mapping.survey is not None and isinstance(time, str) and time in mapping.survey.no_time:
        time = None
    created_at = as_time(time, order=constants.order, zone=constants.zone)
    report.unreadable_times += time is not None and created_at is None
    attributes: dict[str, Any] = {
        constants.header[i]: None if is_missing(values[i]) else values[i] for i in mapping.segments
    }
    if (customer := cell("customer")) is not None:
        attributes["customer"] = as_text(customer)
    if (status := cell("case_status")) is not None:
        attributes["case_status"] = as_text(status)
    question = as_text(cell("question")) or mapping.constants.get("question")
    return {
        "channel": _channel(cell("channel"), mapping.constants.get("channel"), report),
        "created_at": created_at,
        "language": _language(cell("language"), options.language, report),
        "question": question,
        "scores": _scores(values, constants, report),
        "attributes": attributes,
    }


def _channel(value: object, constant: str | None, report: LoadReport) -> Channel | None:
    if value is None:
        return as_channel(constant)
    channel = as_channel(value)
    report.unknown_channels += channel is None
    return channel


def _language(value: object, declared: LanguageCode | None, report: LoadReport) -> LanguageCode | None:
    if value is None:
        return declared
    language = as_language(value)
    report.unknown_languages += language is None
    return language or declared


def _scores(values: Sequence[object], constants: _Constants, report: LoadReport) -> dict[str, float]:
    mapping = constants.mapping
    scores: dict[str, float] = {}
    kinds: Mapping[str, tuple[int, str]] = mapping.survey.score_kind if mapping.survey else {}
    for name, (index, scale) in mapping.scores.items():
        if is_missing(values[index]) or (name in kinds and not _is_kind(values, kinds[name])):
            continue
        number = as_rating(values[index], scale)
        if number is None:
            report.not_numbers[name] += 1
        elif not scale.holds(number):
            report.out_of_scale[name] += 1
        else:
            scores[name] = number
    if kinds and not any(_is_kind(values, kind) for kind in kinds.values()):
        column = constants.header[next(iter(kinds.values()))[0]]
        known = ", ".join(kind for _, kind in kinds.values())
        report.note(f"{constants.name}: scores whose {column!r} is none of {known} are not taken")
    return scores


def _is_kind(values: Sequence[object], kind: tuple[int, str]) -> bool:
    return str(values[kind[0]]).strip().casefold() == kind[1]
