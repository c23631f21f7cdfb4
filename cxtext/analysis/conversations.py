"""Conversations side by side: how those with a good and a bad outcome went, and what they ended on."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from cxtext.analysis.intervals import benjamini_hochberg, mean_interval, significant, wilson
from cxtext.analysis.mentions import align, canonical_order, check_documents, locate
from cxtext.analysis.segments import MIN_COMPARED, MIN_SHOWN, fisher_exact
from cxtext.documents import Annotation
from cxtext.errors import ColumnError, InputTypeError, InputValueError, nearest
from cxtext.markers.trajectory import quarter_slices
from cxtext.markers.turns import annotated_moods

QUARTERS = ("quarter_1", "quarter_2", "quarter_3", "quarter_4")
# Moods from -1 to 1, and truth values.
MOODS = ("start", "end", "mean", "trend", "end_weighted", "peak_positive", "peak_negative", "peak_end", *QUARTERS)
FLAGS = ("recovery", "bad_goodbye")


def conversation_table(annotations: Iterable[Annotation]) -> pd.DataFrame:
    """Lay the trajectories of conversations out as a table.

    Parameters
    ----------
    annotations
        What :func:`cxtext.annotate` returned. Those without a trajectory (no turns, or fewer than three that say
        something) are left out.

    Returns
    -------
    DataFrame
        One row per conversation: ``document_id`` (its id, or its place in the input where it has none), ``turns``,
        the moods ``start``, ``end``, ``mean``, ``trend``, ``end_weighted``, ``peak_positive``, ``peak_negative``,
        ``peak_end``, ``quarter_1`` to ``quarter_4``, and the truth values ``recovery`` and ``bad_goodbye``.

    Raises
    ------
    InputTypeError
        If something is not an annotation.

    Examples
    --------
    >>> import cxtext
    >>> said = ["Das ist eine Frechheit!", "Seit Wochen warte ich.", "Endlich, vielen Dank!"]
    >>> talk = {"id": "c1", "turns": [{"role": "customer", "text": text} for text in said]}
    >>> table = conversation_table(cxtext.annotate([talk, "No conversation."]))
    >>> table[["document_id", "turns", "recovery"]]
      document_id  turns  recovery
    0          c1      3     False
    """
    return lay_out((_name(a, position), a.conversation) for position, a in enumerate(_checked(annotations)))


def lay_out(conversations: Iterable[tuple[Any, Mapping[str, Any] | None]]) -> pd.DataFrame:
    """Lay out what ``Annotation.conversation`` holds, beside the documents' names: see :func:`conversation_table`.

    Examples
    --------
    >>> lay_out([("Gespräch 1", None), ("call 2", None)]).columns[:2].tolist()
    ['document_id', 'turns']
    """
    rows = [
        {"document_id": name, **found, **dict(zip(QUARTERS, found["quarters"], strict=True))}
        for name, found in conversations
        if found is not None
    ]
    table = pd.DataFrame(rows, columns=["document_id", "turns", *MOODS, *FLAGS])
    return table.astype({"turns": "int64", **dict.fromkeys(MOODS, "float64"), **dict.fromkeys(FLAGS, "bool")})


def trajectories_by(conversations: pd.DataFrame, groups: "pd.Series[Any]") -> pd.DataFrame:
    """Say how the conversations of each group went, e.g. by outcome, queue or team.

    Parameters
    ----------
    conversations
        What :func:`conversation_table` returns.
    groups
        The group of each conversation, indexed by document id; null: in none. It may list more documents.

    Returns
    -------
    DataFrame
        One row per group and measure, groups sorted: ``group``, ``measure`` (a mood or a truth value of the table),
        ``n`` (conversations), ``estimate`` (mean mood, or share), ``low``, ``high`` (t interval or Wilson interval at
        95 %), ``small`` (under 30). Groups with fewer than 5 conversations are left out.

    Raises
    ------
    InputTypeError, InputValueError, ColumnError
        If an argument has the wrong type, a column is missing, or a conversation has no entry in ``groups``.

    Examples
    --------
    >>> calm = dict.fromkeys(MOODS, 0.5) | dict.fromkeys(FLAGS, False)
    >>> went = pd.DataFrame({"document_id": range(12)}).assign(**calm)
    >>> solved = pd.Series(["gelöst"] * 6 + ["open"] * 6)
    >>> table = trajectories_by(went, solved)
    >>> table[table["measure"] == "end"][["group", "n", "estimate", "small"]].reset_index(drop=True)
        group  n  estimate  small
    0  gelöst  6       0.5   True
    1    open  6       0.5   True
    """
    table, labels = _grouped(conversations, groups, "groups")
    rows = []
    names = pd.Index(labels.dropna().unique())
    for label in names[canonical_order(names)]:
        part = table[(labels == label).to_numpy(dtype=bool)]
        if len(part) < MIN_SHOWN:
            continue
        small = len(part) < MIN_COMPARED
        for measure in MOODS:
            estimate, low, high = mean_interval(part[measure].to_numpy(dtype=float))
            rows.append((label, measure, len(part), estimate, low, high, small))
        for measure in FLAGS:
            count = int(part[measure].sum())
            low, high = (float(v) for v in wilson(count, len(part)))
            rows.append((label, measure, len(part), count / len(part), low, high, small))
    result = pd.DataFrame(rows, columns=["group", "measure", "n", "estimate", "low", "high", "small"])
    for column in ("estimate", "low", "high"):
        result[column] = significant(result[column].to_numpy(dtype=float))
    return result.astype({"measure": "str", "n": "int64", "small": "bool"})


def closing_segment(annotation: Annotation) -> int | None:
    """Say with which segment the last quarter of a conversation begins, the one that ``end`` is the mood of.

    Returns
    -------
    int or None
        Index into ``annotation.segments``; null where there is no trajectory. What anybody says from there on belongs
        to the closing.

    Raises
    ------
    InputTypeError, InputValueError
        As :func:`cxtext.markers.turns.annotated_moods`.

    Examples
    --------
    >>> import cxtext
    >>> said = ["It is broken again.", "I have waited for weeks.", "Mhm.", "Wonderful, thank you!"]
    >>> talk = cxtext.annotate({"turns": [{"role": "customer", "text": text} for text in said]})
    >>> closing_segment(talk)
    3
    >>> closing_segment(cxtext.annotate("Kein Gespräch.")) is None
    True
    """
    moods = annotated_moods(annotation)
    if annotation.conversation is None or not moods:
        return None
    start = moods[quarter_slices(len(moods))[3]][0].start
    return next(i for i, s in enumerate(annotation.segments) if s.start >= start)


def closing_mentions(annotations: Iterable[Annotation]) -> pd.DataFrame:
    """List what is marked, praised and blamed in the last quarter of each conversation.

    Parameters
    ----------
    annotations
        With their documents.

    Returns
    -------
    DataFrame
        ``document_id``, ``kind`` (``"praised"``, ``"blamed"`` or ``"marker"``), ``name`` (a driver's category, or its
        aspect in lower case; a marker's type), each once a conversation. Tables of topics can be brought into this form
        with :func:`closing_segment`.

    Raises
    ------
    InputTypeError, InputValueError
        If something is not an annotation, or has lost its document.

    Examples
    --------
    >>> import cxtext
    >>> said = ["Wo bleibt mein Paket?", "Das ist schlimm.", "Die Beratung war wirklich super!"]
    >>> talk = {"id": "c1", "turns": [{"role": "customer", "text": text} for text in said]}
    >>> found = closing_mentions(cxtext.annotate([talk, "The staff were great."]))
    >>> found[found["kind"] == "praised"]["name"].tolist()
    ['beratung']
    """
    rows: dict[tuple[Any, str, str], None] = {}
    for position, annotation in enumerate(_checked(annotations)):
        first = closing_segment(annotation)
        if first is None:
            continue
        name = _name(annotation, position)
        for kind, drivers in (("blamed", annotation.drivers.negative), ("praised", annotation.drivers.positive)):
            for driver in drivers:
                what = driver.category or (driver.aspect.text.lower() if driver.aspect is not None else None)
                if driver.segment >= first and what is not None:
                    rows[name, kind, what] = None
        start = annotation.segments[first].start
        for marker in annotation.markers:
            if marker.start >= start:
                rows[name, "marker", marker.type] = None
    return pd.DataFrame(list(rows), columns=["document_id", "kind", "name"]).astype({"kind": "str", "name": "str"})


def closings(mentions: pd.DataFrame, good: "pd.Series[Any]") -> pd.DataFrame:
    """Compare what good and bad conversations close on.

    Parameters
    ----------
    mentions
        Columns ``document_id``, ``kind``, ``name``, as :func:`closing_mentions` returns; duplicates count once.
    good
        Whether each conversation was good, indexed by document id; null: neither. It lists all conversations, also
        those in whose closing nothing was found.

    Returns
    -------
    DataFrame
        One row per kind and name, the greatest difference first: ``kind``, ``name``, ``good_n``, ``good_share``,
        ``good_low``, ``good_high``, ``bad_n``, ``bad_share``, ``bad_low``, ``bad_high`` (Wilson intervals),
        ``difference`` (good minus bad) with its Newcombe interval ``difference_low``, ``difference_high``, ``p_value``
        (Fisher's exact test), ``q_value`` (Benjamini-Hochberg over the table), ``small`` (under 30 conversations on one
        side: shown, not tested). Empty with fewer than 5 on one side; names that occur in fewer than 5 conversations
        are left out.

    Raises
    ------
    InputTypeError, InputValueError, ColumnError
        If an argument has the wrong type, a column is missing, or a mention names an unknown conversation.

    Examples
    --------
    >>> thanked = pd.DataFrame({"document_id": range(30), "kind": "marker", "name": "gratitude"})
    >>> good = pd.Series([True] * 40 + [False] * 40)
    >>> closings(thanked, good)[["name", "good_share", "bad_share", "difference", "small"]]
            name  good_share  bad_share  difference  small
    0  gratitude        0.75        0.0        0.75  False
    """
    if not isinstance(mentions, pd.DataFrame):
        raise InputTypeError(f"mentions must be a pandas DataFrame, got {type(mentions).__name__}")
    _need(mentions, ("document_id", "kind", "name"), "mentions")
    if not isinstance(good, pd.Series):
        raise InputTypeError(f"good must be a pandas Series, got {type(good).__name__}")
    index = check_documents(good.index, "good")
    values = align(good, index, "good")
    known = values.notna().to_numpy()
    if not values[known].isin([True, False]).all():
        raise InputValueError("good must hold true, false or null; compare a score with a limit to get it")
    is_good = known & values.eq(True).to_numpy(dtype=bool, na_value=False)
    totals = (int(is_good.sum()), int(known.sum() - is_good.sum()))
    cells = mentions[["document_id", "kind", "name"]].drop_duplicates()
    place = locate(cells["document_id"], index, "mentions", "the index of good")
    rows = []
    if min(totals) >= MIN_SHOWN:
        small = min(totals) < MIN_COMPARED
        cells = cells.assign(good=is_good[place])[known[place]]
        for (kind, name), part in cells.groupby(["kind", "name"], sort=True):
            if len(part) >= MIN_SHOWN:
                first = int(part["good"].sum())
                rows.append((kind, name, *_difference((first, len(part) - first), totals, small=small)))
    sides = [f"{side}_{what}" for side in ("good", "bad") for what in ("n", "share", "low", "high")]
    columns = ["kind", "name", *sides, "difference", "difference_low", "difference_high", "p_value", "small"]
    result = pd.DataFrame(rows, columns=columns)
    result.insert(len(columns) - 1, "q_value", benjamini_hochberg(result["p_value"].to_numpy(dtype=float)))
    for column in [c for c in result.columns[2:-1] if not c.endswith("_n")]:
        result[column] = significant(result[column].to_numpy(dtype=float))
    result = result.astype({"kind": "str", "name": "str", "good_n": "int64", "bad_n": "int64", "small": "bool"})
    order = result["difference"].abs().sort_values(ascending=False, kind="stable").index
    return result.loc[order].reset_index(drop=True)


def _difference(counts: tuple[int, int], totals: tuple[int, int], *, small: bool) -> tuple[Any, ...]:
    lows, highs = wilson(counts, totals)
    (good_low, bad_low), (good_high, bad_high) = lows.tolist(), highs.tolist()
    good, bad = counts[0] / totals[0], counts[1] / totals[1]
    low = good - bad - np.hypot(good - good_low, bad_high - bad)
    high = good - bad + np.hypot(good_high - good, bad - bad_low)
    p_value = np.nan if small else fisher_exact(counts[0], totals[0], counts[1], totals[1])
    return (
        counts[0], good, good_low, good_high, counts[1], bad, bad_low, bad_high, good - bad, low, high, p_value, small,
    )  # fmt: skip


def _grouped(conversations: pd.DataFrame, groups: "pd.Series[Any]", name: str) -> tuple[pd.DataFrame, "pd.Series[Any]"]:
    table = check_table(conversations, (*MOODS, *FLAGS))
    return table, align(groups, pd.Index(table["document_id"]), name).reset_index(drop=True)


def check_table(conversations: Any, columns: Iterable[str]) -> pd.DataFrame:  # noqa: ANN401
    """Check a table of conversations, and sort it by document.

    Raises
    ------
    InputTypeError, InputValueError, ColumnError
        If it is no table, lacks a column, or an id is null or occurs twice.
    """
    if not isinstance(conversations, pd.DataFrame):
        raise InputTypeError(
            f"conversations must be a DataFrame of conversation_table, got {type(conversations).__name__}"
        )
    _need(conversations, ("document_id", *columns), "conversations")
    index = check_documents(conversations["document_id"], "conversations")
    place = pd.Index(conversations["document_id"]).get_indexer(index)
    ordered: pd.DataFrame = conversations.iloc[place].reset_index(drop=True)
    return ordered


def _need(table: pd.DataFrame, columns: Iterable[str], name: str) -> None:
    for column in columns:
        if column not in table.columns:
            there = [str(c) for c in table.columns[:50]]
            raise ColumnError(f"{name} has no column {column!r}; {nearest(column, there) if there else 'it has none'}")


def _checked(annotations: Iterable[Annotation]) -> Iterable[Annotation]:
    for position, annotation in enumerate(annotations):
        if not isinstance(annotation, Annotation):
            raise InputTypeError(
                f"item {position} is not an Annotation but {type(annotation).__name__}; "
                "Annotation.from_dict reads dicts"
            )
        yield annotation


def _name(annotation: Annotation, position: int) -> Any:  # noqa: ANN401 (an id or a number)
    return position if annotation.id is None else annotation.id
