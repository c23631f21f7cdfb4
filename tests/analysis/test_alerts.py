"""Alerts: golden values, planted ramps found, steady topics and mere volume left alone."""

import numpy as np
import pandas as pd
import pytest

from cxtext.analysis.alerts import alerts, jump_p_value
from cxtext.analysis.cusum import FALLEN, RATIO, cusum, false_alarm_rate, level_p_value
from cxtext.errors import ColumnError, InputTypeError, InputValueError

WEEKS = pd.date_range("2025-01-06", periods=36, freq="7D")


def history(seed, *, factor=1.0, volume=1.0, topics=1, weeks=36):
    """Weekly counts at 3 % of about 200 documents; topic 0 and the volume change after 16 weeks."""
    rng = np.random.default_rng(seed)
    documents = rng.poisson(np.where(np.arange(36) < 16, 200, 200 * volume))
    parts = []
    for topic in range(topics):
        rate = np.where((np.arange(36) >= 16) & (topic == 0), 0.03 * factor, 0.03)
        n = rng.binomial(documents, rate)
        parts.append(
            pd.DataFrame({"topic": topic, "polarity": "negative", "period": WEEKS, "n": n, "documents": documents})
        )
    table = pd.concat(parts, ignore_index=True)
    return table[table["period"] <= WEEKS[weeks - 1]]


def test_jump_has_the_published_p_value():
    assert jump_p_value(9, 1, 48, 16) == pytest.approx(0.0055, abs=5e-5)


def test_cusum_adds_up_by_hand():
    step = 12 * np.log(1.6) - 6 * 0.6
    assert cusum(np.array([0.0, 12, 12]), np.array([6.0, 6, 6])).tolist() == pytest.approx([0, step, 2 * step])


def test_a_planted_doubling_is_found_within_three_weeks():
    delays = []
    for seed in range(15):
        for weeks in range(17, 37):
            found = alerts(history(seed, factor=2.0, weeks=weeks))
            if (found["kind"] == "rising").any():
                delays.append(weeks - 16)
                break
    assert len(delays) == 15
    assert np.median(delays) <= 3


@pytest.mark.parametrize(
    ("factor", "kind", "weeks"), [(0.4, "falling", 9), (0.0, "vanished", 4)], ids=["falling", "vanished"]
)
def test_a_planted_fall_is_found_and_told_from_a_topic_that_is_gone(factor, kind, weeks):
    delays = []
    for seed in range(10):
        for week in range(17, 37):
            found = alerts(history(seed, factor=factor, weeks=week))
            if kind in set(found["kind"]):
                delays.append(week - 16)
                break
    assert len(delays) >= 9
    assert np.median(delays) <= weeks


def test_a_topic_that_comes_up_once_more_keeps_the_alert_of_its_fall():
    weeks = pd.DataFrame({"topic": "App", "polarity": "negative", "period": WEEKS[:26], "documents": [100] * 26})
    gone = weeks.assign(n=[6] * 20 + [0] * 6)
    seldom = weeks.assign(n=[6] * 20 + [0, 0, 0, 0, 0, 1])
    (one,), (other,) = (alerts(table).to_dict("records") for table in (gone, seldom))
    assert (one["kind"], other["kind"]) == ("vanished", "falling")
    assert one["id"] == other["id"]
    assert (one["n"], other["n"]) == (0, 1)
    assert one["period"] == WEEKS[20]


def test_little_that_was_expected_is_no_fall():
    weeks = pd.DataFrame({"topic": "App", "polarity": "negative", "period": WEEKS[:22], "documents": [100] * 22})
    assert alerts(weeks.assign(n=[1] * 18 + [0] * 4)).empty


def test_more_feedback_alone_raises_no_more_than_chance():
    assert sum(len(alerts(history(seed, volume=2.0, topics=20))) for seed in range(5)) <= 8


def test_steady_topics_raise_no_more_alarms_than_stated():
    raised = set()
    for seed in range(3):
        for weeks in range(21, 37, 3):
            found = alerts(history(seed, topics=20, weeks=weeks))
            raised |= {(seed, i) for i in found["id"]}
    # 3 runs of 20 topics over 16 weeks, at about 0.2 a topic and year, and luck.
    assert len(raised) <= 10


@pytest.mark.parametrize("ratio", [RATIO, FALLEN])
def test_the_stated_rate_is_what_simulation_gives(ratio):
    rng = np.random.default_rng(0)
    runs = []
    for _ in range(400):
        rate = rng.gamma(96.5, 1 / 96.5) * 6
        levels, level, alarms = rng.poisson(rate, 400), 0.0, 0
        for x in levels.tolist():
            level = max(0.0, level + x * np.log(ratio) - 6 * (ratio - 1))
            if level > 5:
                alarms, level = alarms + 1, 0.0
        runs.append(alarms / 400)
    assert false_alarm_rate(6.0, 96.0, ratio=ratio) == pytest.approx(np.mean(runs), rel=0.25)


@pytest.mark.parametrize(
    ("expected", "before", "threshold", "rate"),
    [
        (6.0, 96.0, 5.0, 0.003419357389),
        (6.0, 96.0, 8.0, 0.0007047962177),
        (0.5, 8.0, 5.0, 0.003174803611),
        (40.0, 12.0, 5.0, 0.07908153478),
    ],
)
def test_false_alarm_rates_are_what_they_were(expected, before, threshold, rate):
    assert false_alarm_rate(expected, before, threshold=threshold) == pytest.approx(rate, rel=1e-6)


@pytest.mark.parametrize(
    ("level", "expected", "before", "periods", "p_value"),
    [
        (5.0, 6.0, 96.0, 10, 0.01102702015),
        (5.0, 6.0, 96.0, 1, 3.726218319e-05),
        (12.0, 6.0, 96.0, 20, 0.0009045870569),
        (0.2, 30.0, 5.0, 40, 0.2476876444),
    ],
)
def test_probabilities_of_levels_are_what_they_were(level, expected, before, periods, p_value):
    assert level_p_value(level, expected, before, periods) == pytest.approx(p_value, rel=1e-6)


def test_a_week_without_any_feedback_says_nothing():
    steady, risen = [3] * 16, [9, 12, 11, 14]
    weeks = pd.DataFrame({"topic": "App", "polarity": "negative", "period": WEEKS[:21], "documents": [100] * 21})
    table = weeks.assign(n=[*steady, *risen[:2], 0, *risen[2:]])
    table.loc[18, "documents"] = 0
    full = weeks.iloc[:20].assign(n=[*steady, *risen])
    figures = ["kind", "n", "documents", "expected", "ratio", "statistic", "p_value", "q_value", "false_alarms"]
    rising = [found[found["kind"] == "rising"][figures].reset_index(drop=True) for found in map(alerts, (table, full))]
    assert len(rising[0]) == 1
    pd.testing.assert_frame_equal(*rising)


@pytest.mark.parametrize(("mentions", "raised"), [(4, False), (5, True)])
def test_an_alert_needs_five_mentions(mentions, raised):
    table = history(0, weeks=16).assign(documents=4000, n=[0] * 15 + [mentions])
    assert (len(alerts(table)) > 0) is raised


def test_a_jump_needs_four_earlier_weeks_with_feedback():
    for weeks, raised in ((4, False), (5, True)):
        table = history(0, weeks=weeks).assign(documents=100, n=[2] * (weeks - 1) + [40])
        assert ("jump" in set(alerts(table)["kind"])) is raised


@pytest.mark.parametrize(("level", "periods"), [(2.0, 5), (4.0, 30)])
def test_the_probability_of_a_level_is_what_simulation_gives(level, periods):
    rng = np.random.default_rng(1)
    runs = 20_000
    rate = rng.gamma(96.5, 1 / 96.5, runs) * 6
    levels = np.zeros(runs)
    for _ in range(periods):
        levels = np.maximum(0.0, levels + rng.poisson(rate) * np.log(1.6) - 6 * 0.6)
    assert level_p_value(level, 6.0, 96.0, periods) == pytest.approx((levels >= level).mean(), rel=0.12)


def test_shuffled_time_raises_hardly_any_alert():
    rng = np.random.default_rng(2)
    claims = 0
    for seed in range(25):
        table = history(seed, topics=40)
        order = table["period"].map(dict(zip(WEEKS, rng.permutation(36), strict=True)))
        claims += len(alerts(table.assign(period=WEEKS.to_numpy()[order]))) > 0
    assert claims <= 4


def test_the_same_alert_keeps_its_id_on_later_runs_and_in_any_order():
    before = alerts(history(1, factor=3.0, topics=3, weeks=22))
    later = alerts(history(1, factor=3.0, topics=3, weeks=24).sample(frac=1, random_state=0))
    rising = before[(before["kind"] == "rising") & (before["topic"] == 0)]["id"].tolist()
    assert rising
    assert rising == later[(later["kind"] == "rising") & (later["topic"] == 0)]["id"].tolist()
    pd.testing.assert_frame_equal(
        alerts(history(1, factor=3.0, topics=3)),
        alerts(history(1, factor=3.0, topics=3).sample(frac=1, random_state=2)),
        check_exact=True,
    )


def test_alerts_carry_their_evidence():
    table = history(0, weeks=16)
    jumped = table.assign(n=3)
    jumped.loc[jumped.index[-1], "n"] = 30
    jump = alerts(jumped).set_index("kind").loc["jump"]
    assert jump["period"] == jump["latest"] == WEEKS[15]
    assert jump["n"] == 30
    assert jump["ratio"] == pytest.approx(30 / jump["expected"])
    assert jump["q_value"] <= 0.05
    assert jump["false_alarms"] == pytest.approx(0.03)


def test_what_was_never_mentioned_before_is_new():
    table = history(0, weeks=16)
    fresh = alerts(table.assign(n=[0] * 15 + [9]))
    assert fresh["kind"].tolist() == ["new"]
    assert fresh["expected"].iloc[0] < 1


def test_a_jump_of_one_topic_alone_is_held_to_the_same_rate_as_among_many():
    # 9 after 48 in 16 equal weeks: p = .0055 comes by chance every fourth year.
    weeks = history(0, weeks=17).assign(documents=100)
    assert "jump" not in set(alerts(weeks.assign(n=[3] * 16 + [9]))["kind"])
    assert "jump" in set(alerts(weeks.assign(n=[3] * 16 + [12]))["kind"])


def test_doubling_all_volume_raises_nothing_where_nothing_changes():
    table = pd.concat([history(0).assign(topic=t, n=3 + t, documents=200) for t in range(6)], ignore_index=True)
    twice = np.where(table["period"] >= WEEKS[18], 2, 1)
    assert len(alerts(table.assign(n=table["n"] * twice, documents=table["documents"] * twice))) == 0


def test_more_feedback_does_not_mean_more_false_alarms():
    quiet = loud = 0
    for seed in range(6):
        quiet += len(alerts(history(seed, topics=20)))
        loud += len(alerts(history(seed, topics=20, volume=2.0)))
    # 6 runs of 20 topics over 20 weeks, 0.2 allowed a topic and year: 9 expected at most.
    assert max(quiet, loud) <= 12


def test_alerts_can_be_given_by_segment():
    risen, steady = history(1, factor=3.0), history(2)
    both = pd.concat([risen.assign(value="E-Mail"), steady.assign(value="Telefon")]).assign(segment="channel")
    found = alerts(both)
    assert set(found["value"]) == {"E-Mail"}
    assert list(found.columns[:6]) == ["id", "kind", "segment", "value", "topic", "polarity"]
    assert not set(found["id"]) & set(alerts(risen)["id"])


def test_of_long_histories_the_last_periods_count():
    old = history(0).assign(period=lambda t: t["period"] - pd.Timedelta(weeks=500), n=40)
    pd.testing.assert_frame_equal(
        alerts(pd.concat([old.iloc[:20], history(3, factor=3.0).iloc[:0]])), alerts(old.iloc[:20])
    )
    year = pd.concat(
        [history(s).assign(period=lambda t, s=s: t["period"] + pd.Timedelta(weeks=36 * s)) for s in range(3)]
    )
    pd.testing.assert_frame_equal(
        alerts(year), alerts(year[year["period"] >= year["period"].max() - pd.Timedelta(weeks=67)])
    )


@pytest.mark.parametrize(
    "table",
    [
        history(0).iloc[:0],
        history(0).iloc[:3],
        history(0).assign(n=0),
        history(0).assign(n=0, documents=0),
        # Four mentions are never shown, however rare they were.
        history(0).assign(n=[0] * 35 + [4]),
    ],
    ids=["empty", "short", "silent", "no documents", "few"],
)
def test_too_little_raises_nothing(table):
    found = alerts(table)
    assert len(found) == 0
    assert str(found["n"].dtype) == "int64"
    assert str(found["period"].dtype) == "datetime64[s]"


def test_bad_input_is_refused():
    with pytest.raises(InputTypeError, match="DataFrame"):
        alerts([])
    with pytest.raises(ColumnError, match="'documents'"):
        alerts(history(0).drop(columns="documents"))
    with pytest.raises(InputValueError, match="alpha"):
        alerts(history(0), alpha=2)
