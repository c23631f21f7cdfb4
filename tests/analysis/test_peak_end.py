"""Which summary of a conversation predicts a score."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import LinearRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import RepeatedKFold

from cxtext.analysis.peak_end import SUMMARIES, compare_summaries
from cxtext.errors import ColumnError, InputTypeError, InputValueError


def talks(n: int, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return pd.DataFrame(rng.uniform(-1, 1, (n, 4)), columns=SUMMARIES).assign(document_id=[f"c{i}" for i in range(n)])


def outcome(table: pd.DataFrame, values: object) -> "pd.Series[float]":
    return pd.Series(np.asarray(values, dtype=float), index=table["document_id"])


@pytest.mark.parametrize("summary", SUMMARIES)
@pytest.mark.parametrize("classes", [False, True])
def test_the_one_that_makes_the_score_is_found(summary: str, classes: bool) -> None:
    table = talks(200)
    score = table[summary] + np.random.default_rng(1).normal(0, 0.4, 200)
    found = compare_summaries(table, outcome(table, score > 0 if classes else score))
    assert found.metric == ("auc" if classes else "r2")
    assert (found.verdict, found.supported, found.n) == ("one", (summary,), 200)
    assert found.table["summary"].iloc[0] == summary
    assert (found.table["low"] <= found.table["score"]).all()
    assert (found.table["score"] <= found.table["high"]).all()
    assert (found.differences.loc[found.differences["first"] == summary, "low"] > 0).all()


def test_a_score_that_has_nothing_to_do_with_it_is_predicted_by_none() -> None:
    table = talks(120)
    rng = np.random.default_rng(3)
    for values in (rng.normal(size=120), rng.random(120) > 0.5):
        found = compare_summaries(table, outcome(table, values))
        assert (found.verdict, found.supported) == ("none_predicts", ())


def test_summaries_that_are_alike_are_all_supported() -> None:
    table = talks(100)
    for name in SUMMARIES:
        table[name] = table["mean"]
    found = compare_summaries(table, outcome(table, table["mean"]))
    assert (found.verdict, found.supported) == ("no_difference", SUMMARIES)
    assert (found.differences["difference"] == 0).all()


def test_two_that_make_the_score_are_several() -> None:
    table = talks(300)
    table["peak_end"] = table["end"] + np.random.default_rng(1).normal(0, 0.05, 300)
    found = compare_summaries(table, outcome(table, table["end"] + np.random.default_rng(2).normal(0, 0.5, 300)))
    assert found.verdict == "several"
    assert set(found.supported) == {"end", "peak_end"}


@pytest.mark.parametrize(
    ("values", "why"),
    [
        (np.arange(29.0), "29 conversations"),
        ([np.nan] * 11 + list(range(29)), "29 with an outcome"),
        ([1.0] * 9 + [0.0] * 40, "nine of one class"),
        ([3.0] * 50, "all outcomes are the same"),
        ([], "none"),
    ],
)
def test_too_little_data_is_said(values: object, why: str) -> None:
    table = talks(len(values))  # type: ignore[arg-type]
    found = compare_summaries(table, outcome(table, values))
    assert (found.verdict, found.supported) == ("too_few", ()), why
    assert found.table["score"].isna().all()
    assert found.differences["p_adjusted"].isna().all()
    assert set(found.table["summary"]) == set(SUMMARIES)


def test_r2_is_that_of_scikit_learns_cross_validation() -> None:
    table = talks(150)
    y = (table["end"] + np.random.default_rng(1).normal(0, 0.6, 150)).to_numpy()
    found = compare_summaries(table, outcome(table, y)).table.set_index("summary")["score"]
    for name in SUMMARIES:
        x = table[[name]].to_numpy()
        errors = nothing = 0.0
        for rest, own in RepeatedKFold(n_splits=5, n_repeats=40, random_state=1).split(x):
            line = LinearRegression().fit(x[rest], y[rest])
            errors += ((y[own] - line.predict(x[own])) ** 2).sum()
            nothing += ((y[own] - y[rest].mean()) ** 2).sum()
        assert found[name] == pytest.approx(1 - errors / nothing, abs=0.005)


def test_the_area_is_that_of_scikit_learn() -> None:
    table = talks(150)
    y = (table["end"] + np.random.default_rng(1).normal(0, 0.6, 150)).to_numpy() > 0
    found = compare_summaries(table, outcome(table, y)).table.set_index("summary")["score"]
    for name in SUMMARIES:
        assert found[name] == pytest.approx(roc_auc_score(y, table[name]), abs=1e-9)


@settings(max_examples=15)
@given(st.randoms(use_true_random=False), st.booleans())
def test_the_order_of_conversations_does_not_matter(chance: object, classes: bool) -> None:
    table = talks(60)
    y = outcome(table, (table["end"] > 0) if classes else table["end"] ** 3)
    places = list(range(60))
    chance.shuffle(places)  # type: ignore[attr-defined]
    one, two = compare_summaries(table, y), compare_summaries(table.iloc[places], y.iloc[places[::-1]])
    pd.testing.assert_frame_equal(one.table, two.table, check_exact=True)
    pd.testing.assert_frame_equal(one.differences, two.differences, check_exact=True)


@settings(max_examples=15)
@given(st.floats(0.1, 50), st.floats(-100, 100))
def test_units_of_the_score_do_not_matter(factor: float, shift: float) -> None:
    table = talks(60)
    y = outcome(table, table["end"] + np.random.default_rng(1).normal(0, 0.5, 60))
    one, two = compare_summaries(table, y), compare_summaries(table, y * factor + shift)
    assert one.verdict == two.verdict
    assert np.allclose(one.table["score"], two.table["score"], atol=1e-6)


def test_a_score_where_less_is_better_is_predicted_as_well() -> None:
    table = talks(80)
    y = outcome(table, table["end"] > 0)
    one, two = compare_summaries(table, y), compare_summaries(table, 1 - y)
    assert np.allclose(one.table["score"], two.table["score"])


def test_the_seed_decides_the_folds_and_nothing_else() -> None:
    table = talks(80)
    y = outcome(table, table["end"] + np.random.default_rng(1).normal(0, 0.5, 80))
    first, same, other = (compare_summaries(table, y, random_state=seed) for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(first.table, same.table)
    assert np.allclose(first.table["score"], other.table["score"], atol=0.02)


def test_what_is_wrong_is_said() -> None:
    table = talks(40)
    y = outcome(table, range(40))
    with pytest.raises(ColumnError, match="conversations has no column 'end'"):
        compare_summaries(table.drop(columns="end"), y)
    with pytest.raises(InputTypeError, match="outcome must be a pandas Series"):
        compare_summaries(table, [1.0] * 40)  # type: ignore[arg-type]
    with pytest.raises(InputValueError, match="alpha must be a number above 0 and below 1"):
        compare_summaries(table, y, alpha=2)
    with pytest.raises(InputTypeError, match="outcome must hold numbers"):
        compare_summaries(table, pd.Series("gut", index=y.index))


def test_conversations_without_an_outcome_or_a_summary_are_left_out():
    rng = np.random.default_rng(0)
    talks = pd.DataFrame({"document_id": range(60), **{name: rng.normal(size=60) for name in SUMMARIES}})
    outcome = pd.Series(rng.normal(size=60))
    talks.loc[:4, "end"] = np.nan
    outcome[10:17] = np.nan
    found = compare_summaries(talks, outcome)
    assert found.n == 48
    known = talks["end"].notna() & outcome.notna()
    pd.testing.assert_frame_equal(found.table, compare_summaries(talks[known], outcome[known]).table)
