"""key_drivers: golden values, the contract's columns, what counts as a driver, and what is refused."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cxtext
from cxtext.analysis.key_drivers import COLUMNS, key_drivers
from cxtext.errors import ColumnError, CxtextError, InputTypeError, InputValueError
from cxtext.testing.synth import planted_topics, tags

DTYPES = dict.fromkeys(COLUMNS, "float64") | {
    "topic": "str", "polarity": "str", "n": "int64", "grade": "str", "kind": "str",
}  # fmt: skip


def mention(ids, topic="App", polarity="negative"):
    return pd.DataFrame({"document_id": list(ids), "topic": topic, "polarity": polarity})


@pytest.fixture(scope="module")
def drawn():
    return tags(3000, planted_topics(seed=1), seed=2, halo=0.5, missed=0.2, flipped=0.05)


@pytest.fixture(scope="module")
def table(drawn):
    return key_drivers(drawn.mentions, drawn.outcome)


def golden():
    """A hundred answers, NPS 30; of the 20 who mention the app 2 promote and 12 detract."""
    return pd.Series([9] * 2 + [8] * 6 + [3] * 12 + [10] * 48 + [7] * 24 + [0] * 8)


def test_impact_on_nps_is_the_published_golden_value():
    row = key_drivers(mention(range(20)), golden(), metric="nps").iloc[0]
    assert (row["n"], row["share"], row["impact"]) == (20, 0.2, -20.0)
    assert row["impact_low"] < -20 < row["impact_high"] < 0


@pytest.mark.parametrize("metric", ["mean", "nps"])
def test_impact_equals_both_published_formulas(drawn, metric):
    table = key_drivers(drawn.mentions, drawn.outcome, metric=metric)
    y = drawn.outcome
    if metric == "nps":
        y = y.map(lambda v: 100.0 if v >= 9 else -100.0 if v <= 6 else 0.0)
    for row in table.itertuples():
        of = drawn.mentions[(drawn.mentions["topic"] == row.topic) & (drawn.mentions["polarity"] == row.polarity)]
        mentioned = y.index.isin(of["document_id"])
        n_k, n = mentioned.sum(), len(y)
        assert row.n == n_k
        assert row.impact == pytest.approx(y.mean() - y[~mentioned].mean(), rel=1e-8, abs=1e-10)
        assert row.impact == pytest.approx(n_k * (y[mentioned].mean() - y.mean()) / (n - n_k), rel=1e-8, abs=1e-10)


def test_columns_and_dtypes_are_those_of_the_contract(drawn, table):
    assert {c: str(t) for c, t in table.dtypes.items()} == DTYPES
    assert list(table.columns) == list(COLUMNS)
    assert len(table) == len(drawn.mentions[["topic", "polarity"]].drop_duplicates())
    assert set(table["grade"]) <= {"A", "B", "C", ""}
    assert set(table["kind"]) <= {"basic", "performance", "excitement", "indifferent", "undecided"}
    assert cxtext.key_drivers is key_drivers


def test_share_interval_is_wilsons():
    row = key_drivers(mention(range(7)), documents=range(20)).iloc[0]
    assert (row["share_low"], row["share_high"]) == pytest.approx((0.1812, 0.5671), abs=5e-5)


def test_joint_effect_is_least_squares_with_hc3(drawn):
    import statsmodels.api as sm

    table = key_drivers(drawn.mentions, drawn.outcome)
    dummies = drawn.mentions.assign(one=1.0).pivot_table(
        index="document_id", columns=["topic", "polarity"], values="one", fill_value=0.0, aggfunc="max"
    )
    dummies = dummies.reindex(drawn.outcome.index, fill_value=0.0)
    enough = [c for c in dummies if dummies[c].sum() >= 20]
    fit = sm.OLS(drawn.outcome.to_numpy(), sm.add_constant(dummies[enough].to_numpy())).fit(cov_type="HC3", use_t=True)
    ours = table.set_index(["topic", "polarity"]).loc[enough]
    assert ours["effect"].to_numpy() == pytest.approx(fit.params[1:], rel=1e-6)
    assert ours["p_value"].to_numpy() == pytest.approx(fit.pvalues[1:], rel=1e-5)


def test_groups_give_cluster_robust_errors():
    import statsmodels.api as sm

    rng = np.random.default_rng(3)
    customer = np.repeat(np.arange(200), 3)
    y = rng.normal(size=600) + rng.normal(size=200)[customer]
    x = rng.random(600) < 0.3
    table = key_drivers(mention(np.flatnonzero(x)), pd.Series(y), groups=pd.Series(customer))
    fit = sm.OLS(y, sm.add_constant(x.astype(float))).fit(cov_type="cluster", cov_kwds={"groups": customer}, use_t=True)
    assert table["effect"].iloc[0] == pytest.approx(fit.params[1])
    assert table["p_value"].iloc[0] == pytest.approx(fit.pvalues[1], rel=1e-6)


def test_repeating_every_customer_does_not_narrow_the_intervals():
    rng = np.random.default_rng(4)
    y = pd.Series(rng.normal(7, 2, 300))
    ids = np.flatnonzero(rng.random(300) < 0.3)
    once = key_drivers(mention(ids), y).iloc[0]
    many = pd.Series(np.tile(y, 4))
    four = mention(np.concatenate([ids + 300 * i for i in range(4)]))
    grouped = key_drivers(four, many, groups=pd.Series(np.tile(np.arange(300), 4))).iloc[0]
    alone = key_drivers(four, many).iloc[0]
    for low, high in (("impact_low", "impact_high"), ("share_low", "share_high")):
        width = once[high] - once[low]
        assert grouped[high] - grouped[low] == pytest.approx(width, rel=0.01)
        assert alone[high] - alone[low] < 0.55 * width
    assert grouped["p_value"] == pytest.approx(once["p_value"], rel=0.1)


def test_q_values_are_benjamini_hochberg_over_the_table(table):
    from scipy.stats import false_discovery_control

    tested = table.dropna(subset=["p_value"])
    assert tested["q_value"].to_numpy() == pytest.approx(false_discovery_control(tested["p_value"].to_numpy()))


def test_planted_drivers_are_found_and_little_else():
    right = claimed = true = 0
    for seed in range(4):
        drawn = tags(8000, planted_topics(seed=seed), seed=seed, halo=0.7, missed=0.25, flipped=0.08, spurious=0.01)
        table = key_drivers(drawn.mentions, drawn.outcome).merge(drawn.gold, on=["topic", "polarity"])
        driver = table["grade"].isin(["A", "B"])
        right += (driver & table["driver"]).sum()
        claimed += driver.sum()
        true += drawn.gold["driver"].sum()
    assert right / claimed >= 0.9
    assert right / true >= 0.75


def test_a_shuffled_outcome_gives_hardly_any_driver(drawn):
    rng = np.random.default_rng(5)
    claims = 0
    for _ in range(20):
        y = pd.Series(rng.permutation(drawn.outcome.to_numpy()), index=drawn.outcome.index)
        claims += key_drivers(drawn.mentions, y)["grade"].isin(["A", "B"]).any()
    assert claims <= 3


def test_a_general_mood_alone_makes_no_driver():
    # No topic does anything; a mood moves the rating and every polarity.
    plan = [t.__class__(name=t.name, prevalence=t.prevalence) for t in planted_topics(riders=0)]
    drawn = tags(6000, plan, halo=1.0, seed=6)
    table = key_drivers(drawn.mentions, drawn.outcome)
    assert (table["grade"] == "C").sum() > 10
    assert table["grade"].isin(["A", "B"]).sum() <= 1


def test_kinds_follow_the_planted_asymmetry():
    drawn = tags(12000, planted_topics(seed=3), seed=9)
    table = key_drivers(drawn.mentions, drawn.outcome).merge(drawn.gold, on=["topic", "polarity"], suffixes=("", "_"))
    decided = table[table["kind"] != "undecided"]
    assert (decided["kind"] == decided["kind_"]).mean() >= 0.9
    assert {"basic", "performance", "excitement", "indifferent"} <= set(decided["kind"])
    assert len(table[["topic", "kind"]].drop_duplicates()) == table["topic"].nunique()


def test_praise_and_blame_are_two_rows_and_never_netted():
    mentions = pd.concat([mention(range(50)), mention(range(50, 100), polarity="positive")])
    table = key_drivers(mentions, pd.Series([2.0] * 50 + [9.0] * 50 + [6.0, 5.0] * 100))
    assert sorted(zip(table["polarity"], table["n"], strict=True)) == [("negative", 50), ("positive", 50)]
    impact = table.set_index("polarity")["impact"]
    assert impact["negative"] < 0 < impact["positive"]


def test_duplicates_count_once():
    y = golden()
    once = key_drivers(mention(range(20)), y)
    twice = key_drivers(pd.concat([mention(range(20)), mention(range(15))]), y)
    pd.testing.assert_frame_equal(once, twice)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_row_order_has_no_influence(drawn, table, seed):
    again = key_drivers(
        drawn.mentions.sample(frac=1, random_state=seed), drawn.outcome.sample(frac=1, random_state=seed + 1)
    )
    pd.testing.assert_frame_equal(again, table, check_exact=True)


def test_row_order_has_no_influence_on_groups_and_controls(drawn):
    index = drawn.outcome.index
    rng = np.random.default_rng(0)
    groups = pd.Series(rng.integers(0, 900, len(index)), index=index)
    controls = pd.DataFrame(
        {"channel": rng.choice(["Telefon", "E-Mail", None], len(index)), "x": rng.normal(size=len(index))}
    )
    controls.index = index
    one = key_drivers(drawn.mentions, drawn.outcome, groups=groups, controls=controls)
    two = key_drivers(
        drawn.mentions.iloc[::-1], drawn.outcome.sample(frac=1, random_state=1),
        groups=groups.sample(frac=1, random_state=2), controls=controls.sample(frac=1, random_state=3),
    )  # fmt: skip
    pd.testing.assert_frame_equal(one, two, check_exact=True)


def test_missing_outcomes_count_for_the_share_only():
    y = golden().astype(float)
    more = pd.concat([y, pd.Series(np.nan, index=range(100, 200))])
    row = key_drivers(mention([*range(20), 150]), more, metric="nps").iloc[0]
    assert (row["n"], row["share"], row["impact"]) == (21, 0.105, -20.0)


@pytest.mark.parametrize("outcome", [None, pd.Series(np.nan, index=range(100))])
def test_without_outcome_only_shares_are_given(outcome):
    table = key_drivers(mention(range(20)), outcome, documents=range(100))
    assert {c: str(t) for c, t in table.dtypes.items()} == DTYPES
    assert table.loc[0, ["n", "share"]].tolist() == [20, 0.2]
    assert table[["impact", "impact_low", "impact_high", "effect", "p_value", "q_value", "kind"]].isna().all(axis=None)
    assert table["grade"].tolist() == [""]


def test_documents_may_list_more_than_the_outcome():
    row = key_drivers(mention([0, 1, 150]), golden(), documents=range(200)).iloc[0]
    assert (row["n"], row["share"]) == (3, 0.015)


@pytest.mark.parametrize("outcome", [golden(), None])
def test_no_mentions_give_an_empty_table_of_the_same_types(outcome):
    table = key_drivers(mention([]), outcome, documents=range(100))
    assert len(table) == 0
    assert {c: str(t) for c, t in table.dtypes.items()} == DTYPES


def test_numbered_topics_keep_their_type():
    mentions = mention(range(20), topic=3)
    assert str(key_drivers(mentions, golden())["topic"].dtype) == "int64"


def test_constant_outcome_has_no_effect_and_no_grade():
    row = key_drivers(mention(range(30)), pd.Series(np.full(200, 5.0))).iloc[0]
    assert (row["impact"], row["grade"], row["kind"]) == (0.0, "", "undecided")
    assert np.isnan([row["effect"], row["p_value"], row["q_value"]]).all()


def test_too_few_mentions_are_left_out_of_the_joint_model():
    rng = np.random.default_rng(0)
    mentions = pd.concat([mention(range(19)), mention(range(40, 80), topic="Preis")])
    table = key_drivers(mentions, pd.Series(rng.normal(size=300))).set_index("topic")
    assert table.loc["App", ["impact_low", "impact_high", "effect", "p_value"]].isna().all()
    assert not np.isnan(table.loc["App", "impact"])
    assert table.loc["Preis", ["impact_low", "effect"]].notna().all()


def test_a_small_collection_claims_nothing():
    table = key_drivers(mention(range(40)), pd.Series([0.0] * 40 + [10.0] * 40))
    assert table["impact"].iloc[0] == -5.0
    assert table[["impact_low", "effect"]].isna().all(axis=None)
    assert table["grade"].tolist() == [""]


def test_everybody_mentions_it_so_there_is_nobody_to_compare_with():
    row = key_drivers(mention(range(100)), golden()).iloc[0]
    assert row["share"] == 1.0
    assert np.isnan(row["impact"])


def test_pairs_that_cannot_be_told_apart_have_no_effect():
    rng = np.random.default_rng(1)
    both = pd.concat([mention(range(50)), mention(range(50), topic="Login"), mention(range(100, 160), topic="Preis")])
    table = key_drivers(both, pd.Series(rng.normal(size=400))).set_index("topic")
    assert table.loc[["App", "Login"], "effect"].isna().all()
    assert not np.isnan(table.loc["Preis", "effect"])


def test_documents_with_exactly_one_reason_each_still_give_effects():
    rng = np.random.default_rng(2)
    topic = rng.choice(["a", "b", "c", "d", "e"], 1000)
    y = pd.Series(rng.normal(size=1000) - 1.5 * (topic == "a"))
    table = key_drivers(pd.DataFrame({"document_id": range(1000), "topic": topic, "polarity": "negative"}), y)
    # Without a neutral document, effects are differences from the overall mean.
    by_topic = table.set_index("topic")
    for name in "abcde":
        assert by_topic.loc[name, "effect"] == pytest.approx(y[topic == name].mean() - y.mean())
    assert table.loc[table["grade"] == "A", "topic"].tolist() == ["a"]


def test_an_outcome_that_mentions_decide_wholly_is_no_numerical_accident():
    ids = {t: np.arange(i, 400, 7 + i) for i, t in enumerate("abcd")}
    y = pd.Series(10.0, index=range(400))
    y.loc[ids["a"]] -= 5
    table = key_drivers(pd.concat([mention(v, topic=k) for k, v in ids.items()]), y).set_index("topic")
    assert table["effect"].to_dict() == pytest.approx({"a": -5, "b": 0, "c": 0, "d": 0}, abs=1e-9)
    assert table["grade"].to_dict()["a"] == "A"
    assert set(table["grade"].drop("a")) <= {"", "C"}


def test_a_binary_outcome_gives_differences_in_probability():
    rng = np.random.default_rng(7)
    x = rng.random(5000) < 0.2
    churned = pd.Series(rng.random(5000) < 0.1 + 0.3 * x)
    table = key_drivers(mention(np.flatnonzero(x)), churned)
    assert table["effect"].iloc[0] == pytest.approx(0.3, abs=0.04)


def test_controls_take_what_is_theirs():
    rng = np.random.default_rng(8)
    phone = rng.random(4000) < 0.5
    x = rng.random(4000) < np.where(phone, 0.4, 0.1)
    y = pd.Series(rng.normal(7, 1, 4000) - 2 * phone)
    channel = pd.DataFrame(
        {"channel": np.where(phone, "Telefon", "E-Mail"), "when": pd.date_range("2026-01-01", periods=4000, freq="h")}
    )
    assert key_drivers(mention(np.flatnonzero(x)), y)["effect"].iloc[0] < -0.8
    assert abs(key_drivers(mention(np.flatnonzero(x)), y, controls=channel)["effect"].iloc[0]) < 0.15


def test_more_columns_than_the_data_bear_are_shrunk_by_ridge():
    rng = np.random.default_rng(9)
    n, topics = 240, 60
    y = rng.normal(size=n)
    parts = []
    for k in range(topics):
        ids = rng.choice(n, 60, replace=False)
        if k == 0:
            y[ids] -= 2
        parts.append(mention(ids, topic=f"t{k:02}"))
    table = key_drivers(pd.concat(parts), pd.Series(y)).set_index("topic")
    assert table["effect"].notna().all()
    assert table["effect"].idxmin() == "t00"
    assert -2 < table.loc["t00", "effect"] < -0.5


def test_the_seed_steers_the_resampling_only(drawn, table):
    other = key_drivers(drawn.mentions, drawn.outcome, random_state=1).set_index(["topic", "polarity"])
    same = table.set_index(["topic", "polarity"]).loc[other.index]
    pd.testing.assert_frame_equal(other.drop(columns=["grade", "kind"]), same.drop(columns=["grade", "kind"]))


Y = pd.Series(np.arange(100.0) % 11)
BAD = [
    ({"mentions": [("a", "b")]}, InputTypeError, "DataFrame"),
    ({"mentions": mention([1]).drop(columns="topic")}, ColumnError, "'topic'"),
    ({"mentions": mention([1, 2], polarity=["positive", "neutral"])}, InputValueError, "position 1"),
    ({"mentions": mention([1, 2], topic=["x", None])}, InputValueError, "position 1"),
    ({"mentions": mention([1, 999, 1000])}, InputValueError, "2 of 3 rows .* position 1"),
    ({"mentions": mention(["1"])}, InputValueError, "type is str"),
    ({"outcome": list(range(100))}, InputTypeError, "Series"),
    ({"outcome": Y.astype(str)}, InputTypeError, "numbers"),
    ({"outcome": Y.replace(3.0, np.inf)}, InputValueError, "infinite"),
    ({"outcome": pd.concat([Y, Y.iloc[:1]])}, InputValueError, "more than once"),
    ({"outcome": pd.Series(Y.to_numpy(), index=[None, *range(1, 100)])}, InputValueError, "null"),
    ({"outcome": Y * 2, "metric": "nps"}, InputValueError, "whole numbers from 0 to 10"),
    ({"outcome": Y + 0.5, "metric": "nps"}, InputValueError, "whole numbers from 0 to 10"),
    ({"metric": "median"}, InputValueError, "'nps'"),
    ({"outcome": None}, InputValueError, "documents is needed"),
    ({"documents": range(50)}, InputValueError, "50 of 100"),
    ({"documents": "abc"}, InputTypeError, "collection"),
    ({"groups": pd.Series([1, 2])}, InputValueError, "lacks 98 of 100"),
    ({"groups": [1] * 100}, InputTypeError, "Series"),
    ({"controls": Y}, InputTypeError, "DataFrame"),
    ({"controls": pd.DataFrame({"x": [1]})}, InputValueError, "lacks 99 of 100"),
    ({"alpha": 0}, InputValueError, "alpha"),
    ({"random_state": -1}, InputValueError, "random_state"),
]


@pytest.mark.parametrize(("changes", "error", "says"), BAD, ids=[f"{b[1].__name__}: {b[2]}" for b in BAD])
def test_bad_input_is_refused_with_a_reason(changes, error, says):
    arguments = {"mentions": mention([1, 2, 3]), "outcome": Y, **changes}
    with pytest.raises(error, match=says) as caught:
        key_drivers(**arguments)
    assert isinstance(caught.value, CxtextError)


def test_messages_never_quote_what_was_said():
    secret = "Herr Müller 0171 2345678"
    for mentions in (
        mention([secret]),
        mention([1], polarity=secret),
        mention([1], topic=None).assign(document_id=secret),
    ):
        with pytest.raises(CxtextError) as caught:
            key_drivers(mentions, Y)
        assert "Müller" not in str(caught.value)


def test_the_share_of_groups_has_kishs_design_effect():
    from statsmodels.stats.proportion import proportion_confint

    rng = np.random.default_rng(10)
    customer = rng.integers(0, 80, 400)
    x = rng.random(400) < np.where(customer % 2, 0.5, 0.1)
    row = key_drivers(mention(np.flatnonzero(x)), documents=range(400), groups=pd.Series(customer)).iloc[0]
    count, size = np.bincount(customer, weights=x, minlength=80), np.bincount(customer, minlength=80)
    count, size = count[size > 0], size[size > 0]
    share = x.mean()
    effect = ((count - size * share) ** 2).sum() * size.size / (size.size - 1) / (400 * share * (1 - share))
    assert effect > 1.2
    limits = proportion_confint(share * 400 / effect, 400 / effect, method="wilson")
    assert (row["share_low"], row["share_high"]) == pytest.approx(limits)
