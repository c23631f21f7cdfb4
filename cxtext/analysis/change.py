"""Why two groups of documents differ in their score: how often topics are mentioned, how much they weigh, and the rest.

The groups may be two periods (before and after), or a channel and all others.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse, stats

from cxtext.analysis.impact import MIN_MENTIONERS, make_clusters
from cxtext.analysis.intervals import Floats, Z, benjamini_hochberg, significant
from cxtext.analysis.mentions import align, check_documents, read_mentions
from cxtext.analysis.outcome import Metric, check_metric, read_outcome
from cxtext.analysis.segments import MIN_COMPARED, check_segments, segment_columns
from cxtext.errors import InputTypeError, InputValueError

RESAMPLES = 1000
NOT_TOPICS = ""


@dataclass(frozen=True, eq=False)
class _Fit:
    """Shares and coefficients of one group, and resampled ones; arrays of shape (1 + resamples, pairs)."""

    shares: Floats
    effects: Floats
    rest: Floats


def mix_and_rate(outcome: "pd.Series[Any]", parts: "pd.Series[Any]", second: "pd.Series[Any]") -> pd.DataFrame:
    """Split the difference of two means into mix (other shares of the parts) and rate (other means within them).

    For parts that exclude each other: one primary topic, a channel, a product. For topics, of which a document can
    mention several, see :func:`explain_difference`.

    Parameters
    ----------
    outcome
        Numbers, indexed by document; NaN is left out.
    parts
        What part each document belongs to; a missing one is a part of its own, null in the table.
    second
        Truth values: documents of the second group (after). The others are the first (before).

    Returns
    -------
    DataFrame
        One row per part: ``part``, ``n_first``, ``n_second``, ``mean_first``, ``mean_second``, ``mix``, ``rate``. All
        ``mix`` and ``rate`` together are the difference of the two means, exactly. A part's mix is counted against the
        overall mean, so that more of a part below it lowers the score.

    Raises
    ------
    InputTypeError, InputValueError
        If an argument is no Series over the same documents, or a group has no outcome.

    Notes
    -----
    sum (s2 - s1) (m1 + m2) / 2 + sum (m2 - m1) (s1 + s2) / 2 (Kitagawa 1955,
    https://doi.org/10.1080/01621459.1955.10501299). A part that one group lacks has the mean of the other group there:
    all of it is mix.

    Examples
    --------
    >>> stars = pd.Series([5.0, 5, 5, 1, 5, 5, 1, 1])
    >>> channel = pd.Series(["Filiale", "Filiale", "Filiale", "phone"] + ["Filiale", "Filiale", "phone", "phone"])
    >>> mix_and_rate(stars, channel, pd.Series([False] * 4 + [True] * 4))[["part", "mix", "rate"]]
          part    mix  rate
    0  Filiale -0.375   0.0
    1    phone -0.625   0.0
    """
    index, y, after = _two_groups(outcome, second, "mean")
    codes, names = pd.factorize(align(parts, index, "parts"), use_na_sentinel=False, sort=True)
    known = ~np.isnan(y)
    codes, y, after = codes[known], y[known], after[known]
    counts, sums = np.zeros((2, len(names))), np.zeros((2, len(names)))
    for group in (0, 1):
        inside = after == bool(group)
        counts[group] = np.bincount(codes[inside], minlength=len(names))
        sums[group] = np.bincount(codes[inside], weights=y[inside], minlength=len(names))
    shares = counts / counts.sum(axis=1, keepdims=True)
    means = np.divide(sums, counts, out=np.full(sums.shape, np.nan), where=counts > 0)
    filled = np.where(np.isnan(means), means[::-1], means)
    overall = float((sums.sum(axis=1) / counts.sum(axis=1)).mean())
    mix = (shares[1] - shares[0]) * (filled.mean(axis=0) - overall)
    rate = (filled[1] - filled[0]) * shares.mean(axis=0)
    result = pd.DataFrame({"part": names, "n_first": counts[0].astype(int), "n_second": counts[1].astype(int)})
    result["mean_first"], result["mean_second"] = significant(means[0]), significant(means[1])
    result["mix"], result["rate"] = mix, rate
    kept: pd.DataFrame = result[counts.sum(axis=0) > 0].reset_index(drop=True)
    return kept


def explain_difference(
    mentions: pd.DataFrame,
    outcome: "pd.Series[Any]",
    second: "pd.Series[Any]",
    *,
    metric: Metric = "mean",
    groups: "pd.Series[Any] | None" = None,
    random_state: int = 0,
) -> pd.DataFrame:
    """Split the difference of two mean scores by topic into how often, how much, and what topics do not explain.

    Parameters
    ----------
    mentions
        Columns ``document_id``, ``topic``, ``polarity``. Duplicates count once.
    outcome
        Numbers or truth values; its index lists all documents. Documents without a value are left out.
    second
        Truth values: documents of the second group (after, or the channel in question).
    metric
        As in :func:`cxtext.key_drivers`.
    groups
        What documents belong together (a customer); resamples then draw groups.
    random_state
        Seed of the resampling.

    Returns
    -------
    DataFrame
        One row per (topic, polarity) with at least 20 mentioners in each group: ``topic``, ``polarity``,
        ``share_first``, ``share_second``, ``effect_first``, ``effect_second``, ``often`` (change of share x mean
        effect), ``severe`` (change of effect x mean share) and ``total`` (both), each with ``_low`` and ``_high``
        (95 %, 1,000 resamples of a one-step multiplier bootstrap). The last two rows have an empty topic: polarity
        ``"unexplained"`` (its ``severe`` is the change of the intercept) and ``"difference"`` (its ``often`` and
        ``severe`` are the sums, and add up to the difference of the two means, exactly).

    Raises
    ------
    InputTypeError, InputValueError, ColumnError
        If an argument has the wrong type, documents are missing, or a group has fewer than 30 documents with a value.

    Notes
    -----
    Blinder (1973), Oaxaca (1973), in the symmetric two-fold form: with least squares in each group, the difference is
    sum dm_k mean(b_k) + sum mean(m_k) db_k + db_0.

    Examples
    --------
    >>> stars = pd.Series([1.0] * 25 + [5] * 75 + [1.0] * 50 + [5] * 50)
    >>> late = pd.DataFrame({"document_id": [*range(25), *range(100, 150)], "topic": "late", "polarity": "negative"})
    >>> table = explain_difference(late, stars, pd.Series([False] * 100 + [True] * 100))
    >>> table[["topic", "polarity", "often", "severe"]].round(6)
      topic     polarity  often  severe
    0  late     negative   -1.0     0.0
    1        unexplained    0.0     0.0
    2         difference   -1.0     0.0
    """
    check_metric(metric)
    index, y, after = _two_groups(outcome, second, metric)
    table = read_mentions(mentions, index, known_as="the outcome's index")
    codes = np.arange(len(index)) if groups is None else pd.factorize(align(groups, index, "groups"))[0]
    known = ~np.isnan(y)
    rows = [np.flatnonzero(known & (after == bool(g))) for g in (0, 1)]
    for name, chosen in zip(("first", "second"), rows, strict=True):
        if chosen.size < MIN_COMPARED:
            raise InputValueError(
                f"the {name} group has {chosen.size} documents with an outcome; at least {MIN_COMPARED} are needed"
            )
    counts = np.vstack([np.asarray(table.matrix[chosen].sum(axis=0)).ravel() for chosen in rows])
    size = np.asarray([[chosen.size] for chosen in rows])
    kept = np.flatnonzero(((counts >= MIN_MENTIONERS) & (size - counts >= MIN_MENTIONERS)).all(axis=0))
    rng = np.random.default_rng(random_state)
    fits = [_fit(table.matrix[chosen][:, kept], y[chosen], codes[chosen], rng) for chosen in rows]
    often = (fits[1].shares - fits[0].shares) * (fits[0].effects + fits[1].effects) / 2
    severe = (fits[1].effects - fits[0].effects) * (fits[0].shares + fits[1].shares) / 2
    unexplained = fits[1].rest - fits[0].rest
    zero = np.zeros((often.shape[0], 1))
    whole_often = np.hstack([often, zero, often.sum(axis=1, keepdims=True)])
    whole_severe = np.hstack([severe, unexplained, severe.sum(axis=1, keepdims=True) + unexplained])
    result = table.pairs.iloc[kept].reset_index(drop=True)
    result["topic"] = result["topic"].astype("str")
    last = pd.DataFrame({"topic": [NOT_TOPICS] * 2, "polarity": ["unexplained", "difference"]}).astype("str")
    result = pd.concat([result, last], ignore_index=True)
    for name, number in (("first", 0), ("second", 1)):
        result[f"share_{name}"] = [*significant(fits[number].shares[0]), np.nan, np.nan]
        result[f"effect_{name}"] = [*significant(fits[number].effects[0]), np.nan, np.nan]
    for name, values in (("often", whole_often), ("severe", whole_severe), ("total", whole_often + whole_severe)):
        result[name] = values[0]
        result[f"{name}_low"], result[f"{name}_high"] = significant(np.percentile(values[1:], [2.5, 97.5], axis=0))
    return result


def segment_gaps(
    mentions: pd.DataFrame, outcome: "pd.Series[Any]", segments: pd.DataFrame, *, metric: Metric = "mean"
) -> pd.DataFrame:
    """Compare each segment's score with that of the rest, adjusted for what is mentioned how often.

    Parameters
    ----------
    mentions, outcome, metric
        As for :func:`explain_difference`.
    segments
        One column per way to divide the documents, e.g. channel; its index lists all documents.

    Returns
    -------
    DataFrame
        ``segment``, ``value``, ``n`` (documents with a score), ``gap`` (mean minus mean of the rest), ``mix`` (of it,
        what comes of other topics being mentioned), ``adjusted`` (gap minus mix) with ``adjusted_low``,
        ``adjusted_high``, ``p_value`` and Benjamini-Hochberg ``q_value`` (of adjusted = 0, over the table). Values with
        fewer than 30 documents on one side are left out.

    Raises
    ------
    InputTypeError, InputValueError, ColumnError
        As :func:`explain_difference`.

    Examples
    --------
    >>> stars = pd.Series(([1.0] * 30 + [5.0] * 30 + [1.0] * 20 + [5.0] * 60))
    >>> channel = pd.DataFrame({"channel": ["Telefon"] * 60 + ["e-mail"] * 80})
    >>> queue = pd.DataFrame({"document_id": [*range(30), *range(60, 80)], "topic": "queue", "polarity": "negative"})
    >>> segment_gaps(queue, stars, channel)[["value", "n", "gap", "mix"]].round(6)
         value   n  gap  mix
    0  Telefon  60 -1.0 -1.0
    1   e-mail  80  1.0  1.0
    """
    index = check_segments(segments)
    if not isinstance(outcome, pd.Series):
        raise InputTypeError(
            f"outcome must be a pandas Series whose index holds the document ids, got {type(outcome).__name__}"
        )
    y = align(outcome, index, "outcome")
    read_mentions(mentions, index, known_as="the index of segments")
    scored = y.notna().to_numpy()
    rows: list[tuple[Any, ...]] = []
    for name, values, codes in segment_columns(segments, index):
        for code, value in enumerate(values):
            inside, given = codes == code, (codes >= 0) & scored
            n = int((inside & given).sum())
            if min(n, int(given.sum()) - n) < MIN_COMPARED:
                continue
            ids = index[given]
            part = explain_difference(
                mentions[mentions["document_id"].isin(ids)],
                y[given],
                pd.Series(inside[given], index=ids),
                metric=metric,
            ).iloc[-1]
            low, high = part["severe_low"], part["severe_high"]
            adjusted = part["severe"]
            rows.append((str(name), value, n, part["often"] + adjusted, part["often"], adjusted, low, high))
    columns = ["segment", "value", "n", "gap", "mix", "adjusted", "adjusted_low", "adjusted_high"]
    result = pd.DataFrame(rows, columns=columns)
    error = (result["adjusted_high"] - result["adjusted_low"]).to_numpy(dtype=float) / (2 * Z)
    adjusted_all = result["adjusted"].to_numpy(dtype=float)
    statistic = np.divide(adjusted_all, error, out=np.zeros_like(error), where=error > 0)
    result["p_value"] = significant(2 * stats.norm.sf(np.abs(statistic)))
    result["q_value"] = significant(benjamini_hochberg(result["p_value"].to_numpy(dtype=float)))
    for column in columns[3:]:
        result[column] = significant(result[column].to_numpy(dtype=float))
    return result.astype({"segment": "str", "value": "str", "n": "int64"})


def _two_groups(outcome: Any, second: Any, metric: Metric) -> tuple["pd.Index[Any]", Floats, Any]:  # noqa: ANN401
    if not isinstance(outcome, pd.Series):
        raise InputTypeError(
            f"outcome must be a pandas Series whose index holds the document ids, got {type(outcome).__name__}"
        )
    index = check_documents(outcome.index, "outcome")
    after = align(second, index, "second")
    if not pd.api.types.is_bool_dtype(after.dtype):
        raise InputTypeError(f"second must hold truth values, got dtype {after.dtype}")
    y = read_outcome(outcome, index, metric)
    group = after.to_numpy(dtype=bool)
    for name, chosen in (("first", ~group), ("second", group)):
        if np.isnan(y[chosen]).all():
            raise InputValueError(f"the {name} group has no document with an outcome")
    return index, y, group


def _fit(x: Any, y: Floats, codes: Any, rng: np.random.Generator) -> _Fit:  # noqa: ANN401 (scipy has no types)
    # Nothing here lays out a number for each document and pair: of a million documents that would be gigabytes.
    documents, pairs = x.shape
    size = np.asarray(x.sum(axis=0), dtype=float).ravel()
    gram = np.empty((pairs + 1, pairs + 1))
    gram[0, 0], gram[0, 1:], gram[1:, 0], gram[1:, 1:] = documents, size, size, (x.T @ x).toarray()
    inverse = np.linalg.pinv(gram, rcond=1e-10, hermitian=True)
    coefficients = inverse @ np.concatenate([[y.sum()], x.T @ y])
    shares = size / documents
    residual = y - coefficients[0] - x @ coefficients[1:]
    clusters = make_clusters(codes)
    n = np.asarray(clusters.member.sum(axis=1), dtype=float).ravel()
    mentions = clusters.sums(x)
    weighted = x.multiply(residual.reshape(-1, 1)).tocsr()
    scores = sparse.hstack([clusters.sums(residual).reshape(-1, 1), clusters.sums(weighted)], format="csr")
    # The influence of a group on (shares, intercept and effects) is (mentions - n shares) / documents and
    # scores @ inverse; this is the sum of its squares, multiplied out.
    beside = np.outer(np.asarray(mentions.T @ n).ravel(), shares)
    often = (mentions.T @ mentions).toarray() - beside - beside.T + float(n @ n) * np.outer(shares, shares)
    both = (mentions.T @ scores).toarray() - np.outer(shares, np.asarray(scores.T @ n).ravel())
    spread = np.block(
        [
            [often / documents**2, both @ inverse / documents],
            [inverse @ both.T / documents, inverse @ (scores.T @ scores).toarray() @ inverse],
        ]
    )
    values, vectors = np.linalg.eigh((spread + spread.T) / 2)
    root = (vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T
    noise = rng.standard_normal((RESAMPLES, 2 * pairs + 1)) @ root
    drawn = np.vstack([np.zeros(2 * pairs + 1), noise]) + np.concatenate([shares, coefficients])
    return _Fit(drawn[:, :pairs], drawn[:, pairs + 1 :], drawn[:, [pairs]])
