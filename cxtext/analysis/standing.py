"""What promoters, passives and detractors mention, and scores put together from several."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from cxtext.analysis.intervals import benjamini_hochberg, mean_interval, significant, two_sided, wilson
from cxtext.analysis.log_odds import log_odds
from cxtext.analysis.mentions import check_documents, read_mentions
from cxtext.analysis.outcome import DETRACTOR_TO, PROMOTER_FROM, nps_points, read_numbers
from cxtext.analysis.scores import Score
from cxtext.errors import ColumnError, InputTypeError, InputValueError, nearest

STANDINGS = ("promoter", "passive", "detractor")


def promoter_table(mentions: pd.DataFrame, answers: "pd.Series[Any]") -> pd.DataFrame:
    """Compare what promoters, passives and detractors mention.

    Parameters
    ----------
    mentions
        Columns ``document_id``, ``topic``, ``polarity``. Duplicates count once.
    answers
        NPS answers from 0 to 10; its index lists all documents. Documents without one are left out.

    Returns
    -------
    DataFrame
        One row per (topic, polarity): ``topic``, ``polarity``; for each of promoter, passive and detractor ``n_*``,
        ``share_*`` with its Wilson interval ``share_*_low``, ``share_*_high``; ``detractor_log_odds``, ``detractor_z``,
        ``detractor_q`` (detractors against promoters, above 0: more of detractors) and ``passive_log_odds``,
        ``passive_z``, ``passive_q`` (passives against promoters: what keeps passives from being promoters). Log-odds
        with an informative Dirichlet prior, see :func:`cxtext.analysis.log_odds.log_odds`; q by Benjamini-Hochberg
        within the column. Null where a standing has no documents.

    Raises
    ------
    InputTypeError, InputValueError, ColumnError
        If an argument has the wrong type, answers are no whole numbers from 0 to 10, or a mention names an unknown
        document.

    Examples
    --------
    >>> answers = pd.Series([10] * 20 + [8] * 10 + [3] * 10)
    >>> late = pd.DataFrame({"document_id": range(28, 40), "topic": "Verspätung", "polarity": "negative"})
    >>> promoter_table(late, answers)[["n_promoter", "n_passive", "n_detractor", "share_passive"]]
       n_promoter  n_passive  n_detractor  share_passive
    0           0          2           10            0.2
    """
    if not isinstance(answers, pd.Series):
        raise InputTypeError(
            f"answers must be a pandas Series whose index holds the document ids, got {type(answers).__name__}"
        )
    index = check_documents(answers.index, "answers")
    table = read_mentions(mentions, index, known_as="the index of answers")
    given = read_numbers(answers.loc[index], "answers")
    nps_points(given, "answers")
    groups = {
        "promoter": given >= PROMOTER_FROM,
        "passive": (given > DETRACTOR_TO) & (given < PROMOTER_FROM),
        "detractor": given <= DETRACTOR_TO,
    }
    result = table.pairs.copy()
    counts, totals = {}, {}
    for name, inside in groups.items():
        rows = np.flatnonzero(inside)
        n = np.asarray(table.matrix[rows].sum(axis=0), dtype=float).ravel()
        counts[name], totals[name] = n, rows.size
        low, high = wilson(n, rows.size)
        result[f"n_{name}"] = n.astype(np.int64)
        result[f"share_{name}"] = significant(n / rows.size if rows.size else np.full(n.shape, np.nan))
        result[f"share_{name}_low"], result[f"share_{name}_high"] = significant(low), significant(high)
    everyone = sum(counts.values()) / max(sum(totals.values()), 1)
    for name in ("detractor", "passive"):
        delta, z = np.full(len(result), np.nan), np.full(len(result), np.nan)
        if totals[name] and totals["promoter"]:
            delta, z = log_odds(counts[name], totals[name], counts["promoter"], totals["promoter"], background=everyone)
        result[f"{name}_log_odds"], result[f"{name}_z"] = significant(delta), significant(z)
        result[f"{name}_q"] = significant(benjamini_hochberg(two_sided(z, np.inf)))
    return result


def composite_score(
    scores: pd.DataFrame, weights: Mapping[str, float], scales: Mapping[str, tuple[float, float]]
) -> Score:
    """Put several scores of one journey together with declared weights, on a scale from 0 (worst) to 100 (best).

    Parameters
    ----------
    scores
        One column per score, a row per document or journey.
    weights
        Score name -> weight above 0. They are divided by their sum.
    scales
        Score name -> (worst, best), so that effort, where more is worse, counts in the right direction.

    Returns
    -------
    Score
        Mean over the rows that have all of the scores, with a t interval and their number.

    Raises
    ------
    InputTypeError, InputValueError, ColumnError
        If a weight is not above 0, a score has no column or no scale, or values lie outside their scale.

    Examples
    --------
    Zufriedenheit 4 of 1..5 is 75; Aufwand 2 of 7..1 is 83.3; twice the one, once the other:

    >>> given = pd.DataFrame({"csat": [4.0, 5.0], "effort": [2.0, None]})
    >>> composite_score(given, {"csat": 2, "effort": 1}, {"csat": (1, 5), "effort": (7, 1)}).value
    77.77777778
    """
    if not isinstance(scores, pd.DataFrame):
        raise InputTypeError(f"scores must be a pandas DataFrame, got {type(scores).__name__}")
    if not weights:
        raise InputValueError("weights is empty; name at least one score and its weight")
    total = 0.0
    whole = np.zeros(len(scores))
    for name, weight in weights.items():
        if isinstance(weight, bool) or not isinstance(weight, int | float) or not 0 < weight < float("inf"):
            raise InputValueError(f"the weight of {name!r} must be a number above 0, got {weight!r:.20}")
        if name not in scores.columns:
            raise ColumnError(f"scores has no column {name!r}; {nearest(name, [str(c) for c in scores.columns])}")
        if name not in scales:
            raise InputValueError(f"scales lacks {name!r}; give its ends as (worst, best)")
        worst, best = scales[name]
        values = read_numbers(scores[name], name)
        off = int(((values < min(worst, best)) | (values > max(worst, best))).sum())
        if off or worst == best:
            raise InputValueError(f"{name}: {off} values do not lie between {worst} and {best}; set them to NaN")
        whole += weight * 100 * (values - worst) / (best - worst)
        total += weight
    complete = np.sort((whole / total)[~np.isnan(whole)])
    mean, low, high = (float(v) for v in significant(mean_interval(complete)))
    return Score(mean, low, high, complete.size)
