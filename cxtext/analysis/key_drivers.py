"""Key drivers: which topics, praised or blamed, go with a better or worse outcome, and how sure that is."""

from typing import Any

import numpy as np
import pandas as pd

from cxtext.analysis.controls import control_columns
from cxtext.analysis.effects import joint_effects
from cxtext.analysis.evidence import draw, grade, kinds
from cxtext.analysis.impact import Clusters, leave_out_impact, make_clusters, share_interval
from cxtext.analysis.intervals import Floats, benjamini_hochberg, check_alpha, significant
from cxtext.analysis.mentions import Mentions, align, check_documents, read_mentions
from cxtext.analysis.outcome import Metric, check_metric, read_outcome
from cxtext.errors import InputTypeError, InputValueError

COLUMNS = (
    "topic", "polarity", "n", "share", "share_low", "share_high", "impact", "impact_low", "impact_high", "effect",
    "p_value", "q_value", "grade", "kind",
)  # fmt: skip
_RANK = {"A": 0, "B": 1, "C": 2, "": 3}


def key_drivers(
    mentions: pd.DataFrame,
    outcome: "pd.Series[Any] | None" = None,
    *,
    documents: Any = None,  # noqa: ANN401 (any collection of ids)
    controls: pd.DataFrame | None = None,
    groups: "pd.Series[Any] | None" = None,
    metric: Metric = "mean",
    alpha: float = 0.05,
    random_state: int = 0,
) -> pd.DataFrame:
    """Measure how each topic, praised and blamed apart, goes with the outcome.

    A topic that is praised and blamed gives two rows, which are never netted. All figures are associations.

    Parameters
    ----------
    mentions
        Columns ``document_id``, ``topic`` and ``polarity`` (``"positive"`` or ``"negative"``). Duplicates count once.
    outcome
        Numbers or truth values; its index lists all documents, mentioned or not. Documents without a value (NaN) count
        for ``share`` and for nothing else. Null: shares only.
    documents
        Ids of all documents. Needed without ``outcome``; with it, documents that it lacks have no value.
    controls
        Columns to hold fixed in the joint model, indexed by document: numbers, dates or categories.
    groups
        What documents belong together (a customer), indexed by document. Intervals and tests then count groups.
    metric
        ``"mean"``, or ``"nps"`` for answers from 0 to 10, which become -100, 0 and 100 first.
    alpha
        Level of the false discovery rate, over all pairs of the table. Intervals are at 95 %.
    random_state
        Seed of the resampling.

    Returns
    -------
    DataFrame
        One row per (topic, polarity) that occurs, best evidence and largest impact first:

        - ``topic`` as given, ``polarity`` (str)
        - ``n`` (int64): documents that mention it; ``share`` of all documents with its Wilson interval ``share_low``,
          ``share_high`` (float64)
        - ``impact``: mean(all) - mean(all without those who mention it), equal to n_k (mean_k - mean) / (n - n_k), over
          documents with an outcome; ``impact_low``, ``impact_high`` from 100 documents and 20 mentioners on
        - ``effect``: coefficient in the joint model of all pairs and controls, in the outcome's units, with ``p_value``
          and Benjamini-Hochberg ``q_value``; null below 20 mentioners, or where pairs cannot be told apart
        - ``grade`` (str): ``"A"``, ``"B"`` (a driver), ``"C"`` (marginal evidence only), ``""`` (none, or too little
          data); see :func:`cxtext.analysis.evidence.grade`
        - ``kind`` (str): ``"basic"``, ``"performance"``, ``"excitement"``, ``"indifferent"``, ``"undecided"``, the
          topic's kind on both its rows; null without an outcome

    Raises
    ------
    InputTypeError, InputValueError, ColumnError
        If an argument has the wrong type, columns are missing, values are not allowed, or a mention names an unknown
        document.

    Examples
    --------
    A hundred answers, 50 promoters and 20 detractors; of the 20 who complain about the app 2 promote and 12 detract:

    >>> scores = pd.Series([9] * 2 + [8] * 6 + [3] * 12 + [10] * 48 + [7] * 24 + [0] * 8)
    >>> app = pd.DataFrame({"document_id": range(20), "topic": "App", "polarity": "negative"})
    >>> key_drivers(app, scores, metric="nps")[["topic", "polarity", "n", "share", "impact"]]
      topic  polarity   n  share  impact
    0   App  negative  20    0.2   -20.0

    Ohne Ergebnisspalte bleiben die Anteile:

    >>> lob = pd.DataFrame({"document_id": ["a", "b"], "topic": "Beratung", "polarity": "positive"})
    >>> key_drivers(lob, documents=["a", "b", "c", "d"])[["topic", "n", "share", "impact"]]
          topic  n  share  impact
    0  Beratung  2    0.5     NaN
    """
    check_metric(metric)
    alpha = check_alpha(alpha)
    if isinstance(random_state, bool) or not isinstance(random_state, int | np.integer) or random_state < 0:
        raise InputValueError(
            f"random_state must be a whole number from 0 on, got {type(random_state).__name__} {random_state!r:.20}"
        )
    everyone, known_as, scored = _all_documents(outcome, documents)
    table = read_mentions(mentions, everyone, known_as=known_as)
    clusters, codes = _read_groups(groups, everyone)
    n, share, low, high = share_interval(table.matrix, clusters)
    result = table.pairs.copy()
    result["n"] = n.astype(np.int64)
    result["share"], result["share_low"], result["share_high"] = share, low, high
    y = np.full(len(everyone), np.nan)
    if scored is not None:
        y[everyone.get_indexer(scored)] = read_outcome(outcome, scored, metric)
    if np.isnan(y).all():
        for column in ("impact", "impact_low", "impact_high", "effect", "p_value", "q_value"):
            result[column] = np.nan
        result["grade"], result["kind"] = "", None
        if controls is not None:
            control_columns(controls, everyone[:0])
    else:
        _against(result, table, y, codes, controls, alpha, int(random_state))
    return _finish(result)


def _all_documents(
    outcome: Any,  # noqa: ANN401
    documents: Any,  # noqa: ANN401
) -> tuple["pd.Index[Any]", str, "pd.Index[Any] | None"]:
    # All documents, what messages call the place where they stand, and those that the outcome lists.
    if outcome is None:
        if documents is None:
            raise InputValueError(
                "without an outcome, documents is needed: the ids of all documents, mentioned or not; shares have no "
                "denominator otherwise"
            )
        return check_documents(documents, "documents"), "documents", None
    if not isinstance(outcome, pd.Series):
        raise InputTypeError(
            f"outcome must be a pandas Series whose index holds the document ids, got {type(outcome).__name__}"
        )
    index = check_documents(outcome.index, "outcome")
    if documents is None:
        return index, "the outcome's index", index
    everyone = check_documents(documents, "documents")
    extra = int((everyone.get_indexer(index) < 0).sum())
    if extra:
        raise InputValueError(
            f"outcome has {extra} of {len(index)} documents that are not in documents; list every document there"
        )
    return everyone, "documents", index


def _read_groups(
    groups: Any,  # noqa: ANN401
    documents: "pd.Index[Any]",
) -> tuple[Clusters | None, "np.ndarray[Any, Any] | None"]:
    if groups is None:
        return None, None
    # Missing groups (code -1) stand alone. Codes follow the sorted documents, so row order has no influence.
    codes, _ = pd.factorize(align(groups, documents, "groups"))
    return make_clusters(codes), codes


def _against(
    result: pd.DataFrame,
    table: Mentions,
    outcome: Floats,
    codes: "np.ndarray[Any, Any] | None",
    controls: pd.DataFrame | None,
    alpha: float,
    random_state: int,
) -> None:
    scored = np.flatnonzero(~np.isnan(outcome))
    y = outcome[scored]
    matrix = table.matrix[scored]
    clusters = None if codes is None else make_clusters(codes[scored])
    impact = leave_out_impact(matrix, y, clusters)
    result["impact"], result["impact_low"], result["impact_high"] = impact.value, impact.low, impact.high
    fixed = control_columns(controls, table.documents[scored])
    effects = joint_effects(matrix, y, fixed, clusters, impact.enough)
    draws = None if effects is None else draw(effects, random_state)
    value, p_value = np.full(len(result), np.nan), np.full(len(result), np.nan)
    if effects is not None:
        value[effects.columns], p_value[effects.columns] = effects.value, effects.p_value
    result["effect"], result["p_value"], result["q_value"] = value, p_value, benjamini_hochberg(p_value)
    result["grade"] = grade(effects, draws, table.signs, impact.p_value, impact.value, alpha)
    result["kind"] = kinds(effects, draws, table.pairs, table.signs, float(y.std()))


def _finish(result: pd.DataFrame) -> pd.DataFrame:
    for column in COLUMNS[3:12]:
        result[column] = significant(result[column].to_numpy(dtype=float))
    result["grade"] = result["grade"].astype("str")
    result["kind"] = pd.Series(result["kind"], index=result.index, dtype="str")
    size = result["impact"].abs().fillna(-1.0).to_numpy()
    # Pairs are sorted already; a stable sort keeps that order among equals.
    order = np.lexsort((-result["n"].to_numpy(), -size, result["grade"].map(_RANK).to_numpy(dtype=int)))
    return result.iloc[order][list(COLUMNS)].reset_index(drop=True)
