"""Delighted's survey responses as its API gives them: nested records into rows of a table."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from cxtext.sources.survey_export import SurveyExport, question_text
from cxtext.sources.survey_layouts import survey_of

_NESTED = frozenset({"person", "person_properties", "additional_answers", "notes", "tags"})


def is_delighted(record: Mapping[Any, Any]) -> bool:
    """Tell a survey response of Delighted by its keys.

    >>> is_delighted({"id": "1", "survey_type": "nps", "score": 9, "comment": None, "person_properties": {}})
    True
    """
    return {"survey_type", "score", "comment"} <= record.keys() and bool(_NESTED & record.keys())


def flat(record: Mapping[Any, Any]) -> dict[Any, Any]:
    """Bring a response to one level: properties of the person under their own names, answers under their questions.

    >>> answer = {"value": {"free_response": "Mehr Züge."}, "question": {"text": "Was fehlt?"}}
    >>> flat({"score": 3, "person_properties": {"Region": "Süd"}, "additional_answers": [answer]})
    {'score': 3, 'Was fehlt?': 'Mehr Züge.', 'Region': 'Süd'}
    """
    row = {key: value for key, value in record.items() if key not in _NESTED}
    person = record.get("person")
    if person is not None:
        row["person"] = person.get("id") if isinstance(person, Mapping) else person
    for question, value in _answers(record):
        row.setdefault(question, value)
    properties = record.get("person_properties")
    for key, value in properties.items() if isinstance(properties, Mapping) else ():
        row.setdefault(key, value)
    return row


def _answers(record: Mapping[Any, Any]) -> list[tuple[str, object]]:
    found = []
    for answer in _listed(record):
        question, value = (answer.get("question"), answer.get("value")) if isinstance(answer, Mapping) else (None, None)
        if (
            isinstance(question, Mapping)
            and isinstance(value, Mapping)
            and (text := question_text(question.get("text")))
        ):
            found.append((text, _value(value)))
    return found


def _listed(record: Mapping[Any, Any]) -> list[Any]:
    given = record.get("additional_answers")
    return given if isinstance(given, list) else []


def _value(value: Mapping[Any, Any]) -> object:
    if "select_one" in value:
        return _choice(value["select_one"])
    if "select_many" in value:
        many = value["select_many"]
        return "; ".join(str(_choice(one)) for one in many) if isinstance(many, list) else None
    return value.get("free_response", value.get("scale"))


def _choice(value: object) -> object:
    return value.get("text") if isinstance(value, Mapping) else value


def survey_of_responses(header: Sequence[str], records: Sequence[Mapping[Any, Any]]) -> SurveyExport | None:
    """Say what the columns of flattened responses mean.

    Parameters
    ----------
    header
        Names of the columns.
    records
        Responses as they came, from which the open questions are told.
    """
    rows = [flat(record) for record in records]
    survey = survey_of([header, *([row.get(name) for name in header] for row in rows)])
    if survey is None:
        return None
    asked = {
        question_text(answer["question"].get("text"))
        for record in records
        for answer in _listed(record)
        if isinstance(answer, Mapping)
        and isinstance(answer.get("question"), Mapping)
        and isinstance(answer.get("value"), Mapping)
        and "free_response" in answer["value"]
    }
    own = [i for i, name in enumerate(header) if name in asked]
    questions = {i: header[i] for i in own}
    return replace(survey, why="keys survey_type, score, comment", text=(*survey.text, *own), questions=questions)
