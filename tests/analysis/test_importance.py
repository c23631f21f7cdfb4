"""Relative importance: hand examples, the sum that it has to give, and how near the two methods are."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxtext.analysis.importance import johnson_weights, lmg, relative_importance
from cxtext.errors import InputTypeError, InputValueError
from cxtext.testing.synth import planted_topics, tags


def correlated(seed, k=6, n=400):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, k)) + rng.normal(size=(n, 1))
    y = x @ rng.normal(size=k) + rng.normal(size=n)
    every = np.corrcoef(np.column_stack([x, y]), rowvar=False)
    r2 = every[:k, k] @ np.linalg.solve(every[:k, :k], every[:k, k])
    return every[:k, :k], every[:k, k], r2


@settings(deadline=None, max_examples=20)
@given(seed=st.integers(0, 10_000))
def test_both_add_up_to_r_squared_and_are_never_negative(seed):
    correlations, r, r2 = correlated(seed)
    for weights in (johnson_weights(correlations, r), lmg(correlations, r)):
        assert weights.sum() == pytest.approx(r2, abs=1e-9)
        assert (weights >= 0).all()


def test_lmg_is_the_mean_over_all_orders():
    from itertools import permutations

    correlations, r, _ = correlated(3, k=4)

    def explained(chosen):
        if not chosen:
            return 0.0
        return float(r[chosen] @ np.linalg.solve(correlations[np.ix_(chosen, chosen)], r[chosen]))

    by_hand = np.zeros(4)
    orders = list(permutations(range(4)))
    for order in orders:
        for place, j in enumerate(order):
            by_hand[j] += (explained(list(order[: place + 1])) - explained(list(order[:place]))) / len(orders)
    assert lmg(correlations, r) == pytest.approx(by_hand)


def test_for_two_predictors_johnson_and_lmg_agree_in_the_symmetric_case():
    correlations, r = np.array([[1.0, 0.4], [0.4, 1.0]]), np.array([0.5, 0.5])
    assert johnson_weights(correlations, r) == pytest.approx(lmg(correlations, r))
    assert lmg(correlations, r).sum() == pytest.approx(0.5 / 1.4)


def test_equal_predictors_share_and_do_not_break():
    twins = np.array([[1.0, 1.0, 0.0], [1.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
    for method in (johnson_weights, lmg):
        assert method(twins, np.array([0.6, 0.6, 0.2])) == pytest.approx([0.18, 0.18, 0.04])


def test_for_topics_johnsons_shares_are_those_of_lmg_to_a_few_hundredths():
    plan = planted_topics(topics=24, seed=4)
    drawn = tags(4000, plan, halo=0.7, seed=4)
    some = drawn.mentions[drawn.mentions["topic"].isin([t.name for t in plan[:9:2]])]
    exact = relative_importance(some, drawn.outcome)
    assert set(exact["method"]) == {"lmg"}
    dummies = some.assign(one=1.0).pivot_table(
        index="document_id", columns=["topic", "polarity"], values="one", fill_value=0.0, aggfunc="max"
    )
    dummies = dummies.reindex(drawn.outcome.index, fill_value=0.0)[
        list(zip(exact["topic"], exact["polarity"], strict=True))
    ]
    every = np.corrcoef(np.column_stack([dummies.to_numpy(), drawn.outcome.to_numpy()]), rowvar=False)
    weights = johnson_weights(every[:-1, :-1], every[:-1, -1])
    assert weights.sum() == pytest.approx(exact["weight"].sum())
    assert np.abs(weights / weights.sum() - exact["importance"].to_numpy()).max() <= 0.024


def test_planted_drivers_weigh_most_and_the_sign_stands_beside():
    drawn = tags(20_000, planted_topics(seed=1), seed=1)
    found = relative_importance(drawn.mentions, drawn.outcome).merge(drawn.gold, on=["topic", "polarity"])
    assert set(found["method"]) == {"johnson"}
    assert found["importance"].sum() == pytest.approx(1)
    drivers = found[found["driver"]]
    assert drivers["importance"].sum() > 0.85
    assert (np.sign(drivers["correlation"]) == np.sign(drivers["effect"])).all()


def test_a_shuffled_outcome_explains_next_to_nothing():
    drawn = tags(5000, planted_topics(seed=1), seed=1)
    shuffled = pd.Series(np.random.default_rng(0).permutation(drawn.outcome), index=drawn.outcome.index)
    assert relative_importance(drawn.mentions, shuffled)["weight"].max() < 0.004


@pytest.mark.parametrize("outcome", [pd.Series(5.0, index=range(100)), pd.Series(np.nan, index=range(100))])
def test_nothing_to_explain_gives_an_empty_table_of_the_same_types(outcome):
    app = pd.DataFrame({"document_id": range(30), "topic": "App", "polarity": "negative"})
    full = relative_importance(app, pd.Series(np.arange(100.0)))
    empty = relative_importance(app, outcome)
    assert len(full) == 1
    assert len(empty) == 0
    assert empty.dtypes.to_dict() == full.dtypes.to_dict()


def test_row_order_has_no_influence():
    drawn = tags(800, seed=3)
    one = relative_importance(drawn.mentions, drawn.outcome, metric="nps")
    two = relative_importance(drawn.mentions.iloc[::-1], drawn.outcome.sample(frac=1, random_state=1), metric="nps")
    pd.testing.assert_frame_equal(one, two, check_exact=True)


def test_bad_input_is_refused():
    app = pd.DataFrame({"document_id": range(30), "topic": "App", "polarity": "negative"})
    with pytest.raises(InputTypeError, match="Series"):
        relative_importance(app, list(range(100)))
    with pytest.raises(InputValueError, match="at most 12"):
        lmg(np.eye(13), np.zeros(13))
