"""Recognise the exports of survey tools by their first rows."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cxtext.sources.columns import KNOWN_SCALES, ScoreScale, plain_header
from cxtext.sources.load_report import UnreadableError
from cxtext.sources.survey_answers import nps_by_question, open_columns
from cxtext.sources.survey_export import (
    SurveyExport,
    cell_text,
    first_of,
    marked,
    question_text,
    roles_of,
    tools,
    unique,
)

Rows = Sequence[Sequence[object]]
# Qualtrics writes it into the third row.
_IMPORT = '"ImportId"'
_OPEN_IMPORT = re.compile(r"QID\w*_TEXT")


def survey_of(rows: Rows) -> SurveyExport | None:
    """Recognise a survey tool's export; null if it is none.

    Parameters
    ----------
    rows
        The first rows of a table as they are, the header at the top.

    Raises
    ------
    UnreadableError
        If the rows above the data break off.

    Examples
    --------
    >>> header = ["Zeitstempel", "Was hat Ihnen gefallen?", "Welche Linie nutzen Sie?"]
    >>> survey = survey_of([header, ["2026/02/03 8:15:00", "Das Personal war sehr freundlich", "S1"]])
    >>> survey.tool, survey.questions[survey.text[0]]
    ('google forms', 'Was hat Ihnen gefallen?')
    >>> survey_of([["id", "comment"], ["1", "Great service"]]) is None
    True
    """
    if not rows:
        return None
    return _qualtrics(rows) or _surveymonkey(rows) or _by_header(rows)


def _row(rows: Rows, number: int, width: int) -> list[str]:
    cells = [cell_text(cell) for cell in rows[number][:width]] if number < len(rows) else []
    return cells + [""] * (width - len(cells))


def _qualtrics(rows: Rows) -> SurveyExport | None:
    width = len(rows[0])
    first, second, third = (_row(rows, number, width) for number in range(3))
    imports = [_imported(cell) for cell in third]
    tool = tools()["qualtrics"]
    if any(_IMPORT in cell for cell in third):
        if len(rows[2]) < width or len(rows[1]) < width:
            raise UnreadableError("broken_header", length=sum(map(len, third)))
        names, asked, header_rows, why = first, second, 3, f"row 3 has {_IMPORT}"
    elif {"ResponseID", "ResponseSet"} <= {*first} | {*second} or {"ResponseId", "RecordedDate"} <= {*first}:
        # Exports of before 2017, and newer ones whose further header rows were cut off. The eldest have "V1", "V2", ...
        # in the first row and the names in the second.
        own = "ResponseID" in second and "ResponseID" not in first
        names = (
            [b if a[:1] == "V" and a[1:].isdigit() else a for a, b in zip(first, second, strict=True)] if own else first
        )
        place = first_of(names, tool["id"])
        header_rows = 1 if place is None or second[place].startswith("R_") or len(rows) < 2 else 2
        asked = second if header_rows == 2 else [""] * width
        why = "its columns " + ", ".join(
            name for name in ("ResponseID", "ResponseSet", "ResponseId", "RecordedDate") if name in names
        )
    else:
        return None
    header = unique(names)
    single = roles_of(header, tool)
    questions = {i: question_text(q) for i, q in enumerate(asked) if question_text(q)}
    text = tuple(
        i
        for i, name in enumerate(names)
        if _OPEN_IMPORT.fullmatch(imports[i].get("ImportId", "")) or name.endswith("_TEXT")
    )
    data = rows[header_rows:]
    if not text:
        own_columns = [
            i for i in range(width) if i not in single.values() and (i in questions or re.fullmatch(r"Q\d.*", names[i]))
        ]
        text = tuple(open_columns(data, own_columns, questions))
    nps = [i for i, name in enumerate(names) if f"{name}_NPS_GROUP" in names]
    scores = {"nps": (nps[0], ScoreScale(header[nps[0]], *KNOWN_SCALES["nps"], given=False))} if len(nps) == 1 else {}
    if not nps:
        scores = nps_by_question(questions, data, [i for i in questions if i not in text])
    zone = imports[single["time"]].get("timeZone") if "time" in single else None
    return SurveyExport(
        tool="qualtrics",
        why=why,
        header=header,
        header_rows=header_rows,
        questions=questions,
        text=text,
        single=single,
        scores=scores,
        zone=_zone(zone),
        previews=marked(header, tool, "status", "previews"),
        unfinished=marked(header, tool, "finished", "unfinished"),
    )


def _imported(cell: str) -> Mapping[str, str]:
    try:
        value = json.loads(cell) if _IMPORT in cell else {}
    except (ValueError, RecursionError):
        return {}
    return {k: v for k, v in value.items() if isinstance(v, str)} if isinstance(value, dict) else {}


def _zone(name: str | None) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _surveymonkey(rows: Rows) -> SurveyExport | None:
    tool = tools()["surveymonkey"]
    # The titles of questions with several columns stand above the first one.
    width = max(len(rows[0]), len(rows[1]) if len(rows) > 1 else 0)
    first, second = _row(rows, 0, width), _row(rows, 1, width)
    place, collector = first_of(first, tool["id"]), first_of(first, tool["collector"])
    if place is None or collector is None:
        return None
    header_rows = 1 if len(rows) > 1 and second[place] else 2
    labels = second if header_rows == 2 else [""] * width
    titles: list[str] = []
    for title in first:
        titles.append(question_text(title) or (titles[-1] if titles else ""))
    several = {title for title in titles if titles.count(title) > 1}
    header = unique(
        f"{title} [{question_text(label)}]" if title in several and label else title
        for title, label in zip(titles, labels, strict=True)
    )
    single = roles_of(header, tool)
    plain = [plain_header(label) for label in labels]
    said = [*tool["open_answers"], *tool["other_answers"]]
    questions = {i: title for i, title in enumerate(titles) if title}
    text = [i for i, label in enumerate(plain) if label in said]
    data = rows[header_rows:]
    free = [i for i in range(width) if i not in single.values() and i not in text and i > max(place, collector)]
    if not text:
        text = open_columns(data, free, questions)
    known = next((label for label in (*said, *tool["answers"]) if label in plain), None)
    why = f"row 2 has {labels[plain.index(known)]!r}" if known else f"its columns {first[place]}, {first[collector]}"
    return SurveyExport(
        tool="surveymonkey",
        why=why,
        header=header,
        header_rows=header_rows,
        questions=questions,
        text=tuple(text),
        single=single,
        scores=nps_by_question(questions, data, [i for i in free if i not in text]),
    )


def _by_header(rows: Rows) -> SurveyExport | None:
    names = [cell_text(cell) for cell in rows[0]]
    while len(names) > 1 and not names[-1]:
        names.pop()
    plain = [plain_header(name) for name in names]
    for name, tool in tools().items():
        for words in tool.get("recognised_by", ()) if isinstance(tool, dict) else ():
            if set(words) <= set(plain) and _fits(plain, names, words, tool):
                why = "its columns " + ", ".join(names[plain.index(word)] for word in words)
                return _declared(name, tool, why, unique(names), rows[1:])
    return None


def _fits(plain: Sequence[str], names: Sequence[str], words: Sequence[str], tool: Mapping[str, Any]) -> bool:
    if not tool.get("headers_are_questions"):
        return True
    # The time stands first, written as the tool does, and somewhere a whole question does.
    asked = [n for n in names if n.endswith("?") or re.search(r"\S \[[^\[\]]+\]$", n) or len(n.split()) > 3]
    return plain[0] in words and names[0].istitle() and bool(asked)


def _declared(name: str, tool: Mapping[str, Any], why: str, header: tuple[str, ...], data: Rows) -> SurveyExport:
    single = roles_of(header, tool)
    plain = [plain_header(h) for h in header]
    finished = marked(header, tool, "finished", "unfinished")
    not_shown = frozenset(tool.get("not_shown", ()))
    scores, kinds = _scores_by_kind(plain, tool, data)
    text = [i for i, h in enumerate(plain) if h in tool.get("text", ())]
    free = [
        i
        for i in range(len(header))
        if i not in single.values()
        and i not in text
        and plain[i] not in tool.get("other_columns", ())
        and (finished is None or i != finished[0])
    ]
    questions: dict[int, str] = {}
    if tool.get("open_answers"):
        questions = {i: question_text(header[i]) for i in free}
        text = open_columns(data, free, questions, not_shown=not_shown)
        scores = {**scores, **nps_by_question(questions, data, [i for i in free if i not in text])}
    return SurveyExport(
        tool=name,
        why=why,
        header=header,
        questions=questions,
        text=tuple(text),
        single=single,
        scores=scores,
        score_kind=kinds,
        unfinished=finished,
        not_shown=not_shown,
        no_time=frozenset(tool.get("no_time", ())),
    )


def _scores_by_kind(
    plain: Sequence[str], tool: Mapping[str, Any], data: Rows
) -> tuple[dict[str, tuple[int, ScoreScale]], dict[str, tuple[int, str]]]:
    """Find the scores of a tool that writes all kinds into one column and the kind into another."""
    if tool.get("score") not in plain or tool.get("score_type") not in plain:
        return {}, {}
    column, kind_column = plain.index(tool["score"]), plain.index(tool["score_type"])
    seen = {cell_text(row[kind_column]).casefold() for row in data if kind_column < len(row)}
    kinds = {kind: scale for kind, scale in tool["scores"].items() if kind in seen}
    scores = {name: (column, ScoreScale(plain[column], worst, best)) for name, worst, best in kinds.values()}
    return scores, {name: (kind_column, kind) for kind, (name, _, _) in kinds.items()}
