"""The tables of an analysis: which columns each has, and which of them may be left out.

A table may carry further columns; they are kept and come out in the exports.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

import pandas as pd

from cxtext.errors import ColumnError, InputTypeError, InputValueError

# Columns in order. A name with "?" may be missing and is then filled with nulls.
COLUMNS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "topics": ("id", "parent", "label", "label_de?", "label_en?", "keywords?", "size"),
        "drivers": (
            "topic", "label?", "polarity", "n", "share", "share_low", "share_high", "impact?", "impact_low?",
            "impact_high?", "effect?", "p_value?", "q_value?", "grade?", "kind?",
        ),
        "segments": (
            "segment", "value", "topic?", "label?", "polarity?", "metric", "n", "estimate", "low?", "high?", "q_value?",
        ),
        "trends": ("period", "topic", "label?", "polarity", "n", "documents", "share?", "share_low?", "share_high?"),
        "alerts": (
            "id", "kind", "topic?", "label?", "polarity?", "period", "n", "expected?", "p_value?", "q_value?",
            "false_alarms?",
        ),
        "queue": (
            "document_id", "customer?", "queue", "priority", "urgency?", "needs_response?", "reasons?", "quote?",
            "quote_start?", "quote_spans?", "deadline?", "deadline_hours?", "due?", "suppress_marketing?", "route_to?",
            "channel?", "touchpoint?", "case_status?", "language?", "created_at?",
        ),
        "scores": (
            "score", "metric", "value", "low?", "high?", "n", "worst?", "best?", "promoters?", "passives?",
            "detractors?",
        ),
        "importance": (
            "topic", "label?", "polarity", "n", "weight", "importance", "correlation?", "method?", "performance?",
            "performance_low?", "performance_high?", "field?", "clear?",
        ),
        "standings": (
            "topic", "label?", "polarity", "n_promoter", "share_promoter?", "n_passive", "share_passive?",
            "n_detractor", "share_detractor?", "detractor_q?", "passive_q?",
        ),
        "touchpoints": (
            "touchpoint", "topic", "label?", "polarity", "n", "documents", "share?", "share_low?", "share_high?",
            "rest?", "q_value?", "sentiment?", "sentiment_low?", "sentiment_high?",
        ),
        "journeys": (
            "customer", "contacts", "first", "last", "document_ids?", "steps?", "start?", "end?", "trend?", "mean?",
            "worst?", "worst_mood?", "worst_step?", "repeats",
        ),
        "steps": (
            "step", "n", "customers", "mean?", "below?", "below_low?", "below_high?", "p_value?", "q_value?",
            "worst_in?", "worst_low?", "worst_high?",
        ),
        "change": (
            "part", "topic?", "label?", "polarity?", "share_first?", "share_second?", "effect_first?",
            "effect_second?", "often?", "often_low?", "often_high?", "severe?", "severe_low?",
            "severe_high?", "total?", "total_low?", "total_high?",
        ),
        "gaps": (
            "segment", "value", "n", "gap", "mix?", "adjusted?", "adjusted_low?", "adjusted_high?", "p_value?",
            "q_value?",
        ),
        "segment_trends": (
            "segment", "value", "period", "topic", "label?", "polarity", "n", "documents", "share?", "share_low?",
            "share_high?",
        ),
        "cases": ("topic", "label?", "polarity", "n", "open", "closed"),
        "conversations": (
            "document_id", "group?", "turns", "start?", "end?", "mean?", "trend?", "end_weighted?", "peak_positive?",
            "peak_negative?", "peak_end?", "quarter_1?", "quarter_2?", "quarter_3?", "quarter_4?", "recovery?",
            "bad_goodbye?",
        ),
        "trajectories": ("group", "measure", "n", "estimate", "low?", "high?", "small?"),
        "closings": (
            "kind", "name", "good_n", "good_share", "good_low?", "good_high?", "bad_n", "bad_share", "bad_low?",
            "bad_high?", "difference", "difference_low?", "difference_high?", "p_value?", "q_value?", "small?",
        ),
        "effort": (
            "name", "n", "share", "share_low?", "share_high?", "end?", "end_low?", "end_high?", "rest?", "rest_low?",
            "rest_high?",
        ),
        "effort_topics": (
            "name", "effort_n", "effort_share", "effort_low?", "effort_high?", "rest_n", "rest_share", "rest_low?",
            "rest_high?", "difference", "difference_low?", "difference_high?", "p_value?", "q_value?", "small?",
        ),
        "stories": ("kind", "document_id", "text", "start?", "end?", "language?", "created_at?"),
        "quotes": (
            "topic", "polarity", "document_id", "text", "aspect_start?", "aspect_end?", "opinion_start?",
            "opinion_end?", "cause_start?", "cause_end?", "language?", "created_at?",
        ),
        "causes": (
            "topic", "label?", "polarity", "source", "cause", "n", "share?", "rest?", "z?", "forms?", "document_id?",
            "text?", "cause_start?", "cause_end?", "language?",
        ),
        "duplicates": ("document_id", "first_id", "kind"),
        "corrections": ("document_id", "start", "end", "polarity?", "topic?", "status"),
    }
)  # fmt: skip

SPANS: tuple[str, ...] = ("aspect", "opinion", "cause")


def names(table: str) -> list[str]:
    """Column names of a table, in order."""
    return [name.removesuffix("?") for name in COLUMNS[table]]


def checked(table: str, frame: pd.DataFrame | None) -> pd.DataFrame:
    """Give the table with its columns in order, further columns after them, and a plain index.

    Parameters
    ----------
    table
        Key of :data:`COLUMNS`.
    frame
        The rows; null is an empty table.

    Raises
    ------
    InputTypeError, ColumnError
        If ``frame`` is no DataFrame, or lacks a column that it must have.

    Examples
    --------
    >>> list(checked("scores", None).columns)
    ['score', 'metric', 'value', 'low', 'high', 'n', 'worst', 'best', 'promoters', 'passives', 'detractors']
    """
    if frame is None or (isinstance(frame, pd.DataFrame) and not len(frame.columns)):
        return pd.DataFrame(columns=names(table))
    if not isinstance(frame, pd.DataFrame):  # callers may not use types
        raise InputTypeError(f"Analysis.{table} must be a pandas DataFrame or null, got {type(frame).__name__}")
    needed = [name for name in COLUMNS[table] if not name.endswith("?")]
    missing = [name for name in needed if name not in frame.columns]
    if missing:
        raise ColumnError(f"Analysis.{table} lacks the column {missing[0]!r}; it needs {_listed(needed)}")
    known = names(table)
    rest = [name for name in frame.columns if name not in known]
    whole = frame.reindex(columns=[*known, *rest]).reset_index(drop=True)
    if "polarity" in known:
        _check_polarity(table, whole["polarity"], optional="polarity?" in COLUMNS[table])
    if table == "topics":
        _check_unique(table, whole, ["id"])
    if table == "drivers":
        _check_unique(table, whole, ["topic", "polarity"])
    if table == "quotes":
        _check_spans(whole)
    return whole


def labelled(frame: pd.DataFrame, topics: pd.DataFrame) -> pd.DataFrame:
    """Fill missing labels of a table from the topics; a topic that is not listed there goes by its own name."""
    if "label" not in frame.columns or frame.empty:
        return frame
    known = dict(zip(topics["id"], topics["label"], strict=True))
    labels = [
        known.get(topic, str(topic)) if pd.isna(label) and not pd.isna(topic) else label
        for topic, label in zip(frame["topic"], frame["label"], strict=True)
    ]
    return frame.assign(label=pd.Series(labels, index=frame.index, dtype=object))


def _check_polarity(table: str, values: pd.Series, *, optional: bool) -> None:
    wrong = ~values.isin(["positive", "negative"])
    if optional:
        wrong &= values.notna()
    if wrong.any():
        row = int(wrong.to_numpy().argmax())
        raise InputValueError(f"Analysis.{table}: row {row} has a polarity other than 'positive' and 'negative'")


def _check_unique(table: str, frame: pd.DataFrame, columns: list[str]) -> None:
    again = frame.duplicated(columns)
    if again.any():
        raise InputValueError(
            f"Analysis.{table}: row {int(again.to_numpy().argmax())} repeats an earlier {' and '.join(columns)}"
        )


def _check_spans(quotes: pd.DataFrame) -> None:
    # Wrong offsets would mark the wrong words in front of the reader, which is worse than no marks.
    length = quotes["text"].str.len()
    for span in SPANS:
        start, end = quotes[f"{span}_start"].astype(float), quotes[f"{span}_end"].astype(float)
        wrong = (start.isna() != end.isna()) | (start < 0) | (end < start) | (end > length)
        if wrong.any():
            row = int(wrong.to_numpy().argmax())
            raise InputValueError(
                f"Analysis.quotes: row {row} has {span} offsets outside its text; they count the characters of the "
                "quote's own text"
            )


def _listed(columns: Iterable[str]) -> str:
    return ", ".join(repr(name) for name in columns)
