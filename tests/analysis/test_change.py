"""Why scores differ: exactly additive, planted causes found, silence on shuffled groups."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxtext.analysis.change import explain_difference, mix_and_rate, segment_gaps
from cxtext.errors import InputTypeError, InputValueError
from cxtext.testing.synth import planted_topics, tags


def two_periods(seed, *, share=(0.1, 0.1), effect=(-1.0, -1.0), base=(7.0, 7.0), n=4000):
    """Planted: how often a topic is mentioned, what it takes away, and the rest."""
    rng = np.random.default_rng(seed)
    after = np.arange(2 * n) >= n
    blamed = rng.random(2 * n) < np.where(after, share[1], share[0])
    other = rng.random(2 * n) < 0.2
    y = np.where(after, base[1], base[0]) + np.where(after, effect[1], effect[0]) * blamed + 0.5 * other
    y = y + rng.normal(0, 1, 2 * n)
    mentions = pd.concat(
        [
            pd.DataFrame({"document_id": np.flatnonzero(blamed), "topic": "Lieferung", "polarity": "negative"}),
            pd.DataFrame({"document_id": np.flatnonzero(other), "topic": "staff", "polarity": "positive"}),
        ]
    )
    return mentions, pd.Series(y), pd.Series(after)


@settings(deadline=None, max_examples=20)
@given(seed=st.integers(0, 10_000))
def test_mix_and_rate_add_up_exactly(seed):
    rng = np.random.default_rng(seed)
    part = pd.Series(rng.choice(["a", "b", "c", None], 60, p=[0.5, 0.3, 0.1, 0.1]))
    y, after = pd.Series(rng.normal(size=60)), pd.Series(np.arange(60) >= 30)
    table = mix_and_rate(y, part, after)
    assert table["mix"].sum() + table["rate"].sum() == pytest.approx(y[after].mean() - y[~after].mean(), abs=1e-9)
    assert table["mix"].sum() == pytest.approx(_uncentred_mix(y, part, after), abs=1e-9)


def _uncentred_mix(y, part, after):
    part = part.fillna("-")
    total = 0.0
    for value in part.unique():
        shares = [(part[g] == value).mean() for g in (~after, after)]
        means = [y[g & (part == value)].mean() for g in (~after, after)]
        means = [means[1 - i] if np.isnan(m) else m for i, m in enumerate(means)]
        total += (shares[1] - shares[0]) * (means[0] + means[1]) / 2
    return total


def test_mix_and_rate_by_hand():
    # Shares 3/4, 1/4 become 1/2, 1/2; the mean of b falls from 1 to 0.
    y = pd.Series([5.0, 5, 5, 1, 5, 5, 0, 0])
    table = mix_and_rate(y, pd.Series(list("aaabaabb")), pd.Series([False] * 4 + [True] * 4)).set_index("part")
    assert table["rate"].to_dict() == pytest.approx({"a": 0.0, "b": -0.375})
    assert table["mix"].sum() == pytest.approx(-1.125)
    assert (table["mix"] < 0).all()


@settings(deadline=None, max_examples=15)
@given(seed=st.integers(0, 10_000))
def test_often_severe_and_unexplained_add_up_to_the_difference(seed):
    mentions, y, after = two_periods(seed, share=(0.1, 0.2), effect=(-1, -1.4), base=(7, 6.8), n=300)
    table = explain_difference(mentions, y, after)
    total = table.iloc[-1]
    assert total["often"] + total["severe"] == pytest.approx(y[after].mean() - y[~after].mean(), abs=1e-9)
    assert table["often"].iloc[:-1].sum() + table["severe"].iloc[:-1].sum() == pytest.approx(
        y[after].mean() - y[~after].mean(), abs=1e-9
    )


@pytest.mark.parametrize(
    ("planted", "row", "column", "expected"),
    [
        ({"share": (0.1, 0.2)}, "Lieferung", "often", -0.1),
        ({"effect": (-1.0, -2.0)}, "Lieferung", "severe", -0.1),
        ({"base": (7.0, 6.9)}, "", "severe", -0.1),
    ],
    ids=["more often", "more severe", "something else"],
)
def test_a_planted_cause_is_found_where_it_is(planted, row, column, expected):
    table = explain_difference(*two_periods(8, n=40_000, **planted)).iloc[:-1].set_index("topic")
    assert table.loc[row, column] == pytest.approx(expected, abs=0.02)
    assert table.loc[row, f"{column}_low"] <= expected <= table.loc[row, f"{column}_high"]
    assert table[["often", "severe"]].abs().to_numpy().sum() - abs(table.loc[row, column]) < 0.05


def test_intervals_cover():
    inside = 0
    for seed in range(80):
        table = explain_difference(*two_periods(seed, share=(0.1, 0.2), effect=(-1, -1.5), n=600)).iloc[0]
        inside += table["often_low"] <= 0.1 * -1.25 <= table["often_high"]
        inside += table["severe_low"] <= 0.15 * -0.5 <= table["severe_high"]
    assert 0.9 <= inside / 160 <= 0.99


def test_repeating_every_customer_does_not_narrow_the_intervals():
    mentions, y, after = two_periods(3, share=(0.1, 0.2), n=500)
    once = explain_difference(mentions, y, after)
    again = mentions.assign(document_id=mentions["document_id"] + 1000)
    twice = explain_difference(
        pd.concat([mentions, again]), pd.Series(np.tile(y, 2)), pd.Series(np.tile(after, 2)),
        groups=pd.Series(np.tile(np.arange(1000), 2)),
    )  # fmt: skip
    width = lambda t: (t["often_high"] - t["often_low"]).iloc[0]  # noqa: E731
    assert width(twice) == pytest.approx(width(once), rel=0.1)


def test_intervals_come_of_the_influence_of_each_customer():
    # Laid out document by document, as the definition says; the function multiplies it out.
    mentions, y, after = two_periods(5, share=(0.2, 0.3), effect=(-2, -1), n=300)
    customers = pd.Series(np.arange(len(y)) % 170, index=y.index)
    found = explain_difference(mentions, y, after, groups=customers, random_state=4)
    rng = np.random.default_rng(4)
    drawn = []
    for side in (False, True):
        chosen = np.flatnonzero(after == side)
        said = [mentions.loc[mentions["topic"] == topic, "document_id"] for topic in ("Lieferung", "staff")]
        x = np.column_stack([np.isin(y.index[chosen], own) for own in said]).astype(float)
        design = np.column_stack([np.ones(chosen.size), x])
        inverse = np.linalg.inv(design.T @ design)
        coefficients = inverse @ design.T @ y.iloc[chosen].to_numpy()
        residual = y.iloc[chosen].to_numpy() - design @ coefficients
        influence = np.column_stack([(x - x.mean(axis=0)) / chosen.size, (design * residual[:, None]) @ inverse])
        sums = np.array([influence[customers.iloc[chosen] == c].sum(axis=0) for c in range(170)])
        values, vectors = np.linalg.eigh(sums.T @ sums)
        root = vectors * np.sqrt(np.maximum(values, 0)) @ vectors.T
        drawn.append(rng.standard_normal((1000, 5)) @ root + [*x.mean(axis=0), *coefficients])
    severe = (drawn[1][:, 3] - drawn[0][:, 3]) * (drawn[0][:, 0] + drawn[1][:, 0]) / 2
    low, high = np.percentile(severe, [2.5, 97.5])
    assert found.iloc[0][["severe_low", "severe_high"]].tolist() == pytest.approx([low, high], rel=1e-6)


def test_documents_without_a_customer_stand_alone():
    mentions, y, after = two_periods(3, share=(0.1, 0.2), n=500)
    nobody = pd.Series([None] * len(y), index=y.index, dtype=object)
    everyone = pd.Series([f"k{i}" for i in range(len(y))], index=y.index)
    pd.testing.assert_frame_equal(
        explain_difference(mentions, y, after, groups=nobody), explain_difference(mentions, y, after, groups=everyone)
    )


def test_nps_is_explained_in_points():
    mentions, y, after = two_periods(4, share=(0.1, 0.3), effect=(-3, -3))
    answers = y.round().clip(0, 10)
    table = explain_difference(mentions, answers, after, metric="nps")
    points = pd.Series(np.select([answers >= 9, answers <= 6], [100.0, -100.0], 0.0))
    total = table.iloc[-1]
    assert total["often"] + total["severe"] == pytest.approx(points[after].mean() - points[~after].mean())


def test_a_gap_that_is_all_mix_is_gone_once_adjusted():
    rng = np.random.default_rng(6)
    phone = rng.random(8000) < 0.5
    blamed = rng.random(8000) < np.where(phone, 0.4, 0.1)
    y = pd.Series(7 - 2.0 * blamed + rng.normal(0, 1, 8000))
    channel = pd.DataFrame({"channel": np.where(phone, "Telefon", "E-Mail")})
    mentions = pd.DataFrame({"document_id": np.flatnonzero(blamed), "topic": "Wartezeit", "polarity": "negative"})
    table = segment_gaps(mentions, y, channel).set_index("value")
    assert table.loc["Telefon", "gap"] == pytest.approx(-0.6, abs=0.1)
    assert table.loc["Telefon", "mix"] == pytest.approx(-0.6, abs=0.1)
    assert table.loc["Telefon", "q_value"] > 0.05
    worse = segment_gaps(mentions, y - 0.5 * phone, channel).set_index("value")
    assert worse.loc["Telefon", "adjusted"] == pytest.approx(-0.5, abs=0.1)
    assert worse.loc["Telefon", "q_value"] < 0.001


def test_shuffled_channels_show_no_gap():
    drawn = tags(1500, planted_topics(seed=2), halo=0.7, seed=2)
    rng = np.random.default_rng(0)
    claims = 0
    for _ in range(12):
        channel = pd.DataFrame({"channel": rng.permutation(drawn.about["channel"])}, index=drawn.outcome.index)
        claims += (segment_gaps(drawn.mentions, drawn.outcome, channel)["q_value"] <= 0.05).any()
    assert claims <= 3


def test_row_order_has_no_influence():
    mentions, y, after = two_periods(1, n=300)
    one = explain_difference(mentions, y, after)
    two = explain_difference(
        mentions.iloc[::-1], y.sample(frac=1, random_state=1), after.sample(frac=1, random_state=2)
    )
    pd.testing.assert_frame_equal(one, two, check_exact=True)


def test_too_little_on_one_side_is_said():
    mentions, y, after = two_periods(1, n=300)
    with pytest.raises(InputValueError, match="second group has 20"):
        explain_difference(mentions, y, pd.Series(np.arange(600) >= 580))
    with pytest.raises(InputValueError, match="first group has no document"):
        mix_and_rate(y.where(after), pd.Series("x", index=y.index), after)
    with pytest.raises(InputTypeError, match="truth values"):
        mix_and_rate(y, pd.Series("x", index=y.index), pd.Series(1, index=y.index))
    assert len(segment_gaps(mentions, y, pd.DataFrame({"a": ["x"] * 600}))) == 0
