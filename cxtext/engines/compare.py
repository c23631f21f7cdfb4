"""Lay the comparisons of a collection out as the report wants them: groups, periods, alerts, scores."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from cxtext.analysis.alerts import alerts
from cxtext.analysis.outcome import Metric
from cxtext.analysis.scores import csat, mean_score, nps
from cxtext.analysis.segments import segment_drivers, segment_scores
from cxtext.analysis.standing import STANDINGS, composite_score
from cxtext.analysis.trends import trends
from cxtext.engines.question import Scale
from cxtext.report.tables import checked
from cxtext.sources import KNOWN_SCALES


def on_scale(scores: pd.DataFrame, scales: Mapping[str, Scale]) -> tuple[pd.DataFrame, dict[str, int]]:
    """Take values that are not on their scale as missing, and count them by score.

    Tables have been checked while they were read; documents bring whatever they bring.

    Examples
    --------
    >>> values, off = on_scale(pd.DataFrame({"nps": [10, 7.5, 11], "note": [1, 6, 9]}), {"note": (6, 1)})
    >>> off, values["note"].tolist()
    ({'nps': 2, 'note': 1}, [1.0, 6.0, nan])
    """
    scores = scores.astype(float)
    wrong: dict[str, int] = {}
    for name in scores.columns:
        scale = scale_of(name, scales)
        if scale is None:
            continue
        values = scores[name]
        off = (values < min(scale)) | (values > max(scale))
        if is_nps(name, scale):
            off |= values.notna() & (values != values.round())
        if off.any():
            wrong[name] = int(off.sum())
            scores.loc[off, name] = np.nan
    return scores, wrong


def scale_of(name: str | None, scales: Mapping[str, Scale]) -> Scale | None:
    """Give the scale of a score: the one that was named, else the known one, else null."""
    return None if name is None else scales.get(name) or KNOWN_SCALES.get(name)


def is_nps(name: str, scale: Scale | None) -> bool:
    """Say whether a score is the question whether one would recommend, from 0 to 10."""
    return name == "nps" and scale is not None and tuple(scale) == KNOWN_SCALES["nps"]


def score_table(
    values: pd.DataFrame,
    scales: Mapping[str, Scale],
    *,
    documents: pd.DataFrame | None = None,
    weights: Mapping[str, float] | None = None,
) -> pd.DataFrame:
    """Give each score's figure with its interval, in its own units; a CSAT is a share from 0 to 1.

    Parameters
    ----------
    values
        One column per score, a row per document.
    scales
        Ends of the scores' scales, where they were named.
    documents
        With ``respondent`` and ``created_at``: somebody who answers several questions in one form gives several
        documents, and each of their scores counts once.
    weights
        Of the scores that are put together to one from 0 to 100.

    Examples
    --------
    >>> score_table(pd.DataFrame({"nps": [10, 9, 0, 8], "rating": [1.0, 2, 2, 3]}), {"rating": (5, 1)})[
    ...     ["score", "metric", "value", "n", "worst", "best"]
    ... ]
        score metric  value  n  worst  best
    0     nps    nps   25.0  4      0    10
    1  rating   mean    2.0  4      5     1
    """
    rows = []
    for name in values.columns:
        scale = scale_of(name, scales)
        answered = values[name] if documents is None else _once(values[name], documents)
        standard = scale is not None and tuple(scale) == KNOWN_SCALES.get(name)
        answers = answered.to_numpy(dtype=float)
        metric, factor = (name, 1.0) if standard and name in ("nps", "csat", "ces") else ("mean", 1.0)
        score: Any
        if metric == "nps":
            score = nps(answers)
        elif metric == "csat":
            score, factor = csat(answers), 0.01
        else:
            score = mean_score(answers)
        worst, best = scale or (None, None)
        rows.append(
            {
                "score": name,
                "metric": metric,
                "value": score.value * factor,
                "low": score.low * factor,
                "high": score.high * factor,
                "n": score.n,
                "worst": worst,
                "best": best,
                **({f"{who}s": getattr(score, f"{who}s") for who in STANDINGS} if metric == "nps" else {}),
            }
        )
    if weights:
        ends = {name: scale for name in weights if (scale := scale_of(name, scales)) is not None}
        whole = composite_score(values if documents is None else _forms(values, documents), weights, ends)
        figures = {name: getattr(whole, name) for name in ("value", "low", "high", "n")}
        rows.append({"score": "composite", "metric": "composite", **figures, "worst": 0, "best": 100})
    return checked("scores", pd.DataFrame(rows) if rows else None)


def _forms(values: pd.DataFrame, documents: pd.DataFrame) -> pd.DataFrame:
    form = documents["respondent"].where(documents["respondent"].notna(), pd.Series(documents.index, documents.index))
    return values[~pd.Series(form.astype("str").to_numpy()).duplicated().to_numpy()]


def _once(values: "pd.Series[Any]", documents: pd.DataFrame) -> "pd.Series[Any]":
    form = documents["respondent"].notna().to_numpy()
    key = pd.DataFrame(
        {
            "respondent": documents["respondent"].astype("str").to_numpy(),
            "when": documents["created_at"].astype("str").to_numpy(),
            "value": values.to_numpy(dtype=float),
        }
    )
    kept: pd.Series[Any] = values.loc[~(form & key.duplicated().to_numpy())]
    return kept


def segment_table(
    groups: pd.DataFrame,
    mentions: pd.DataFrame,
    sentiment: "pd.Series[Any]",
    outcome: "pd.Series[Any] | None",
    metric: Metric,
) -> pd.DataFrame:
    """Compare groups of documents: sentiment, outcome, and the share of documents that mention each topic.

    Parameters
    ----------
    groups
        A column per way to divide the documents; a row per document.
    mentions
        document_id, topic, polarity.
    sentiment, outcome
        Numbers by document; the outcome in its own units.
    metric
        Of the outcome.
    """
    if groups.empty or not len(groups.columns):
        return checked("segments", None)
    parts = [segment_scores(sentiment, groups).assign(metric="sentiment")]
    if outcome is not None:
        parts.append(segment_scores(outcome, groups, metric=metric).assign(metric=metric))
    figures = pd.concat(parts, ignore_index=True)
    shares = segment_drivers(mentions, groups).assign(metric="share")
    shares = shares.rename(columns={"n": "mentions", "documents": "n"})
    return checked("segments", _stacked([figures, shares]))


def trend_tables(mentions: pd.DataFrame, times: "pd.Series[Any]", alpha: float) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Count mentions per week or month, and say what has risen.

    Parameters
    ----------
    mentions
        document_id, topic, polarity.
    times
        Aware datetimes or null by document. Days are those of the document's own clock.
    alpha
        Level of the false discovery rate of alerts.

    Returns
    -------
    tuple of DataFrame
        Trends and alerts.
    """
    days = pd.Series([None if t is None else np.datetime64(t.date(), "s") for t in times], index=times.index)
    days = days.astype("datetime64[s]")
    if days.isna().all() or mentions.empty:
        return checked("trends", None), checked("alerts", None)
    counted = trends(mentions, days)
    # Long histories are drawn by month, and watched by week all the same: an alert that comes a month late is none.
    weekly = trends(mentions, days, period="week")
    return checked("trends", counted), checked("alerts", alerts(weekly, alpha=alpha))


def _stacked(parts: list[pd.DataFrame]) -> pd.DataFrame:
    # Whole-number columns that a part lacks become nullable integers and not floats.
    whole = {c for part in parts for c in part.columns if pd.api.types.is_integer_dtype(part[c].dtype)}
    names = list(dict.fromkeys(c for part in parts for c in part.columns))
    aligned = [
        part.reindex(columns=names).astype({c: "Int64" if c in whole else "object" for c in names}) for part in parts
    ]
    return pd.concat(aligned, ignore_index=True).infer_objects()
