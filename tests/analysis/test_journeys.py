"""Journeys: order of time, worst step, repeats; a planted bad step is found and chance is not."""

import numpy as np
import pandas as pd
import pytest

from cxtext.analysis.journeys import journeys, worst_steps
from cxtext.errors import InputTypeError, InputValueError

WHO = pd.Series({"e": "B", "a": "A", "b": "A", "c": "A", "d": "A", "x": None})
WHEN = pd.Series(
    pd.to_datetime(["2026-01-05", "2026-01-01", "2026-01-03", "2026-01-20", "2026-03-01", "2026-01-01"]),
    index=WHO.index,
)
MOOD = pd.Series([0.4, 0.2, -0.6, None, 0.8, -1.0], index=WHO.index)


def blame(ids, topic="Rechnung", polarity="negative"):
    return pd.DataFrame({"document_id": list(ids), "topic": topic, "polarity": polarity})


def drawn(seed, *, bad=None, customers=150):
    rng = np.random.default_rng(seed)
    who = np.repeat(np.arange(customers), 4)
    steps = np.array([rng.permutation(["Kauf", "Lieferung", "Nutzung", "Rechnung"]) for _ in range(customers)]).ravel()
    mood = rng.normal(0, 0.4, customers)[who] + rng.normal(0, 0.4, who.size) - 0.3 * (steps == bad)
    when = pd.Timestamp("2026-01-01") + pd.to_timedelta(rng.integers(0, 90, who.size), unit="D")
    return pd.Series(who), pd.Series(when), pd.Series(mood), pd.Series(steps)


def test_contacts_are_put_in_order_and_summed_up():
    table = journeys(WHO, WHEN, MOOD).set_index("customer")
    assert list(table.index) == ["A", "B"]
    a = table.loc["A"]
    assert (a["contacts"], a["start"], a["end"], a["worst"], a["worst_mood"]) == (4, 0.2, 0.8, "b", -0.6)
    assert a["trend"] == pytest.approx(0.3)
    assert a["mean"] == pytest.approx(0.4 / 3)
    assert (a["first"], a["last"]) == (WHEN["a"], WHEN["d"])


def test_trend_and_ends_are_those_of_conversations():
    # The same figures as for the turns of a call: ends of a quarter, trend half of their difference.
    moods = [0.2, -0.6, -0.8, 0.1, 0.5, 0.7]
    days = pd.Series(pd.date_range("2026-01-01", periods=6))
    row = journeys(pd.Series(["A"] * 6), days, pd.Series(moods)).iloc[0]
    assert (row["start"], row["end"], row["trend"]) == pytest.approx((-0.2, 0.6, 0.4))
    assert row["mean"] == pytest.approx(0.0167, abs=5e-5)


def test_who_blames_the_same_topic_again_within_30_days_came_back():
    repeats = lambda m: journeys(WHO, WHEN, MOOD, mentions=m).set_index("customer")["repeats"].to_dict()  # noqa: E731
    assert repeats(blame("abc")) == {"A": 2, "B": 0}
    assert repeats(pd.concat([blame("a"), blame("b", "App")])) == {"A": 0, "B": 0}
    assert repeats(blame("cd")) == {"A": 0, "B": 0}  # forty days later
    assert repeats(blame("ab", polarity="positive")) == {"A": 0, "B": 0}
    assert repeats(blame("ae")) == {"A": 0, "B": 0}  # somebody else


def test_a_planted_bad_step_is_found():
    table = worst_steps(*drawn(1, bad="Lieferung"))
    assert table["step"].iloc[0] == "Lieferung"
    first = table.iloc[0]
    assert first["below"] == pytest.approx(-0.3, abs=0.12)
    assert first["below_high"] < 0
    assert first["q_value"] < 0.01
    assert first["worst_in"] > 0.35
    # The others stand above their customers' means because of it.
    assert (table["below"].iloc[1:] > 0).all()


def test_a_step_taken_by_unhappy_customers_only_is_not_blackened():
    who, when, mood, steps = drawn(2)
    sad = mood.groupby(who).transform("mean") < 0
    steps = steps.where(~(sad & (steps == "Rechnung")), "Mahnung")
    row = worst_steps(who, when, mood, steps).set_index("step").loc["Mahnung"]
    assert row["mean"] < -0.2
    assert row["q_value"] > 0.05


def test_shuffled_steps_show_nothing():
    rng = np.random.default_rng(0)
    who, when, mood, steps = drawn(3)
    claims = sum(
        (worst_steps(who, when, mood, pd.Series(rng.permutation(steps)))["q_value"] <= 0.05).any() for _ in range(20)
    )
    assert claims <= 3


def test_row_order_has_no_influence():
    who, when, mood, steps = drawn(4, customers=40)
    shuffled = [s.sample(frac=1, random_state=i) for i, s in enumerate((who, when, mood, steps))]
    pd.testing.assert_frame_equal(worst_steps(who, when, mood, steps), worst_steps(*shuffled), check_exact=True)
    pd.testing.assert_frame_equal(journeys(who, when, mood), journeys(*shuffled[:3]), check_exact=True)


def test_nothing_gives_empty_tables_of_the_same_types():
    nobody = pd.Series([None] * 6, index=WHO.index, dtype=object)
    full, empty = journeys(WHO, WHEN, MOOD), journeys(nobody, WHEN, MOOD)
    assert len(empty) == 0
    assert list(empty.columns) == list(full.columns)
    assert len(worst_steps(WHO, WHEN, MOOD, WHO)) == 0


def test_bad_input_is_refused():
    with pytest.raises(InputTypeError, match="Series"):
        journeys(["A"], WHEN, MOOD)
    with pytest.raises(InputTypeError, match="to_datetime"):
        journeys(WHO, WHEN.astype(str), MOOD)
    with pytest.raises(InputValueError, match="mood lacks 1 of 6"):
        journeys(WHO, WHEN, MOOD.iloc[:5])


def test_a_step_that_is_always_worse_by_the_same_is_certain_and_one_that_never_differs_is_none():
    who = pd.Series(np.repeat(range(40), 3))
    when = pd.Series(pd.date_range("2026-01-01", periods=120, freq="D"))
    step = pd.Series(["Bestellung", "delivery", "Rechnung"] * 40)
    table = worst_steps(who, when, pd.Series([0.5, -0.5, 0.0] * 40), step).set_index("step")
    assert table["below"].to_dict() == {"delivery": -0.75, "Rechnung": 0.0, "Bestellung": 0.75}
    assert table["p_value"].to_dict() == {"delivery": 0.0, "Rechnung": 1.0, "Bestellung": 0.0}
