"""Alerts: golden values, planted ramps found, steady topics and mere volume left alone."""

import numpy as np
import pandas as pd
import pytest

from cxtext.analysis.alerts import alerts, cusum, false_alarm_rate, jump_p_value
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


def test_the_stated_rate_is_what_simulation_gives():
    rng = np.random.default_rng(0)
    runs = []
    for _ in range(400):
        rate = rng.gamma(96.5, 1 / 96.5) * 6
        levels, level, alarms = rng.poisson(rate, 400), 0.0, 0
        for x in levels.tolist():
            level = max(0.0, level + x * np.log(1.6) - 6 * 0.6)
            if level > 5:
                alarms, level = alarms + 1, 0.0
        runs.append(alarms / 400)
    assert false_alarm_rate(6.0, 96.0) == pytest.approx(np.mean(runs), rel=0.25)


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
    assert jump["false_alarms"] == pytest.approx(0.05 * 365.25 / 7)


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
