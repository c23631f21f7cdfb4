"""Segments against each other: what is mentioned more in one than in the rest, and how the score differs."""

from typing import Any

import numpy as np
import pandas as pd
from scipy.special import gammaln

from cxtext.analysis.impact import MIN_DOCUMENTS
from cxtext.analysis.intervals import Floats, benjamini_hochberg, mean_interval, significant, wilson
from cxtext.analysis.mentions import check_documents, read_mentions
from cxtext.analysis.outcome import DETRACTOR_TO, PROMOTER_FROM, Metric, check_metric, nps_points, read_numbers
from cxtext.analysis.scores import net_promoter_interval
from cxtext.errors import InputTypeError, InputValueError

# Values with fewer documents are left out: single customers could be recognised in them.
MIN_SHOWN = 5
# With fewer documents a value is shown and flagged, and not tested.
MIN_COMPARED = 30


def segment_drivers(mentions: pd.DataFrame, segments: pd.DataFrame) -> pd.DataFrame:
    """Compare how often each topic is praised and blamed in one segment and in the rest.

    Parameters
    ----------
    mentions
        Columns ``document_id``, ``topic``, ``polarity``. Duplicates count once.
    segments
        One column per way to divide the documents, e.g. channel or region; its index lists all documents. Documents
        without a value take no part in that column's comparison.

    Returns
    -------
    DataFrame
        One row per segment column, value, topic and polarity: ``segment``, ``value``, ``topic``, ``polarity``,
        ``metric`` (``"share"``), ``n`` (documents that mention it), ``documents`` (of that value), ``estimate`` (their
        share) with its Wilson interval ``low``, ``high``, ``rest`` (the share elsewhere), ``difference`` (estimate
        minus rest) with its Newcombe interval ``difference_low``, ``difference_high``, ``p_value`` (Fisher's exact
        test), ``q_value`` (Benjamini-Hochberg over the table), ``small`` (under 30 documents on one side: shown, not
        tested). Values with fewer than 5 documents are left out.

    Raises
    ------
    InputTypeError, InputValueError, ColumnError
        If an argument has the wrong type, columns are missing, or a mention names an unknown document.

    Notes
    -----
    Newcombe (1998), https://doi.org/10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I.

    Examples
    --------
    >>> channel = pd.DataFrame({"channel": ["phone"] * 40 + ["Filiale"] * 40})
    >>> queueing = pd.DataFrame({"document_id": range(30), "topic": "Warteschlange", "polarity": "negative"})
    >>> segment_drivers(queueing, channel)[["value", "n", "estimate", "rest", "small"]]
         value   n  estimate  rest  small
    0  Filiale   0      0.00  0.75  False
    1    phone  30      0.75  0.00  False
    """
    index = check_segments(segments)
    table = read_mentions(mentions, index, known_as="the index of segments")
    parts = []
    for name, values, codes in segment_columns(segments, index):
        known = np.flatnonzero(codes >= 0)
        matrix, codes = table.matrix[known], codes[known]
        everyone = np.asarray(matrix.sum(axis=0), dtype=float).ravel()
        for code, value in enumerate(values):
            inside = np.flatnonzero(codes == code)
            if inside.size < MIN_SHOWN:
                continue
            n = np.asarray(matrix[inside].sum(axis=0), dtype=float).ravel()
            parts.append(
                _compare(table.pairs, str(name), value, n, inside.size, everyone - n, codes.size - inside.size)
            )
    return _finish(parts, table.pairs)


def _compare(
    pairs: pd.DataFrame, name: str, value: str, n: Floats, documents: int, rest: Floats, others: int
) -> pd.DataFrame:
    low, high = wilson(n, documents)
    rest_low, rest_high = wilson(rest, others)
    share = n / documents
    rest_share = rest / others if others else np.full(rest.shape, np.nan)
    small = min(documents, others) < MIN_COMPARED
    p_value = np.full(n.shape, np.nan)
    if not small:
        p_value = np.asarray([fisher_exact(a, documents, b, others) for a, b in zip(n, rest, strict=True)])
    part = pairs.copy()
    part.insert(0, "segment", name)
    part.insert(1, "value", value)
    part["n"], part["documents"] = n.astype(np.int64), documents
    part["metric"] = "share"
    part["estimate"], part["low"], part["high"] = share, low, high
    part["rest"], part["difference"] = rest_share, share - rest_share
    part["difference_low"] = share - rest_share - np.sqrt((share - low) ** 2 + (rest_high - rest_share) ** 2)
    part["difference_high"] = share - rest_share + np.sqrt((high - share) ** 2 + (rest_share - rest_low) ** 2)
    part["p_value"], part["small"] = p_value, small
    return part


def fisher_exact(first: float, first_total: float, second: float, second_total: float) -> float:
    """Give the two-sided p-value of Fisher's exact test for two shares.

    The tables with the same margins lie on one line, so that their probabilities come from one vector; scipy's own
    function, which searches for the other tail, takes some fifty times as long per cell.

    Examples
    --------
    >>> round(fisher_exact(8, 10, 1, 10), 6)
    0.005477
    """
    column, total = first + second, first_total + second_total
    cell = np.arange(max(0.0, column - second_total), min(first_total, column) + 1)
    weight = -(
        gammaln(cell + 1)
        + gammaln(first_total - cell + 1)
        + gammaln(column - cell + 1)
        + gammaln(second_total - column + cell + 1)
    )
    constant = (
        gammaln(first_total + 1)
        + gammaln(second_total + 1)
        + gammaln(column + 1)
        + gammaln(total - column + 1)
        - gammaln(total + 1)
    )
    chance = np.exp(weight + constant)
    observed = chance[int(first - cell[0])]
    # Equal probabilities differ in their last bits.
    return min(float(chance[chance <= observed * (1 + 1e-7)].sum()), 1.0)


_FLOATS = (
    "estimate", "low", "high", "rest", "difference", "difference_low", "difference_high", "p_value", "q_value",
)  # fmt: skip


def _finish(parts: list[pd.DataFrame], pairs: pd.DataFrame) -> pd.DataFrame:
    if not parts:
        parts = [_compare(pairs.iloc[:0], "", "", np.zeros(0), 1, np.zeros(0), 1)]
    result = pd.concat(parts, ignore_index=True)
    result["q_value"] = benjamini_hochberg(result["p_value"].to_numpy(dtype=float))
    for column in _FLOATS:
        result[column] = significant(result[column].to_numpy(dtype=float))
    for column in ("segment", "value", "metric"):
        result[column] = result[column].astype("str")
    return result[["segment", "value", "topic", "polarity", "metric", "n", "documents", *_FLOATS, "small"]]


def segment_scores(outcome: "pd.Series[Any]", segments: pd.DataFrame, *, metric: Metric = "mean") -> pd.DataFrame:
    """Give the score of each segment.

    Parameters
    ----------
    outcome
        Numbers, indexed by document; NaN is left out.
    segments
        One column per way to divide the documents, indexed by document.
    metric
        ``"mean"`` (t interval) or ``"nps"`` for answers from 0 to 10 (adjusted Wald interval).

    Returns
    -------
    DataFrame
        ``segment``, ``value``, ``metric``, ``n`` (answers), ``estimate``, ``low``, ``high``, ``small`` (under 30
        answers, under 100 for NPS, whose interval is still 15 points wide to either side then: not to be ranked).
        Values with fewer than 5 answers are left out.

    Raises
    ------
    InputTypeError, InputValueError
        If an argument has the wrong type, or outcome holds a document that segments does not.

    Examples
    --------
    >>> stars = pd.Series([5.0, 4, 5, 4, 5, 1, 2, 1, 2, 1])
    >>> region = pd.DataFrame({"region": ["Zürich"] * 5 + ["Köln"] * 5})
    >>> segment_scores(stars, region)[["value", "n", "estimate", "small"]]
        value  n  estimate  small
    0    Köln  5       1.4   True
    1  Zürich  5       4.6   True
    """
    check_metric(metric)
    index = check_segments(segments)
    if not isinstance(outcome, pd.Series):
        raise InputTypeError(
            f"outcome must be a pandas Series whose index holds the document ids, got {type(outcome).__name__}"
        )
    scored = check_documents(outcome.index, "outcome")
    row = index.get_indexer(scored)
    if (row < 0).any():
        raise InputValueError(
            f"outcome has {int((row < 0).sum())} of {len(scored)} documents that segments does not list"
        )
    answers = np.full(len(index), np.nan)
    answers[row] = read_numbers(outcome.loc[scored], "outcome")
    points = nps_points(answers) if metric == "nps" else answers
    rows = []
    for name, values, codes in segment_columns(segments, index):
        for code, value in enumerate(values):
            inside = (codes == code) & ~np.isnan(answers)
            n = int(inside.sum())
            if n < MIN_SHOWN:
                continue
            mean, low, high = mean_interval(points[inside])
            if metric == "nps":
                given = answers[inside]
                low, high = net_promoter_interval(
                    int((given >= PROMOTER_FROM).sum()), int((given <= DETRACTOR_TO).sum()), n
                )
            few = MIN_DOCUMENTS if metric == "nps" else MIN_COMPARED
            rows.append((str(name), value, metric, n, mean, low, high, n < few))
    result = pd.DataFrame(rows, columns=["segment", "value", "metric", "n", "estimate", "low", "high", "small"])
    for column in ("estimate", "low", "high"):
        result[column] = significant(result[column].to_numpy(dtype=float))
    return result.astype({"segment": "str", "value": "str", "metric": "str", "n": "int64", "small": "bool"})


def check_segments(segments: Any) -> "pd.Index[Any]":  # noqa: ANN401
    """Check the table of segments and give the documents it lists, sorted.

    Raises
    ------
    InputTypeError, InputValueError
        If it is not a DataFrame, or an id is null or occurs twice.
    """
    if not isinstance(segments, pd.DataFrame):
        raise InputTypeError(
            f"segments must be a pandas DataFrame whose index holds the document ids, got {type(segments).__name__}"
        )
    return check_documents(segments.index, "segments")


def segment_columns(
    segments: pd.DataFrame, index: "pd.Index[Any]"
) -> list[tuple[object, list[str], "np.ndarray[Any, np.dtype[np.int64]]"]]:
    """Give each column's name, its values as text, sorted, and a code per document of ``index``; -1 is missing."""
    found: list[tuple[object, list[str], np.ndarray[Any, np.dtype[np.int64]]]] = []
    row = segments.index.get_indexer(index)
    for position, name in enumerate(segments.columns):
        column = segments.iloc[row, position]
        texts = column.astype("str").to_numpy(dtype=object)
        missing = column.isna().to_numpy()
        values = sorted({t for t, m in zip(texts, missing, strict=True) if not m})
        place = {value: code for code, value in enumerate(values)}
        codes = np.asarray([-1 if m else place[t] for t, m in zip(texts, missing, strict=True)], dtype=np.int64)
        found.append((name, values, codes))
    return found
