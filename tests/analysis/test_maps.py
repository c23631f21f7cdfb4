"""Maps: cells by touchpoint with small ones hidden, and the fields of importance and performance."""

import numpy as np
import pandas as pd
import pytest

from cxtext.analysis.key_drivers import key_drivers
from cxtext.analysis.maps import hidden_cells, importance_performance, touchpoint_drivers
from cxtext.errors import ColumnError, InputTypeError, InputValueError
from cxtext.testing.synth import planted_topics, tags

WHERE = pd.Series(["Hotline"] * 50 + ["shop"] * 50 + ["App"] * 50 + [None] * 5)


def mention(ids, topic="Wartezeit", polarity="negative"):
    return pd.DataFrame({"document_id": list(ids), "topic": topic, "polarity": polarity})


def test_each_cell_has_n_share_interval_and_the_score_of_who_mentions_it():
    y = pd.Series(np.arange(155.0) % 5)
    table = touchpoint_drivers(mention([*range(20), *range(50, 60), *range(100, 108), 152]), WHERE, y)
    cell = table.set_index("touchpoint").loc["Hotline"]
    assert (cell["n"], cell["documents"], cell["share"], cell["rest"]) == (20, 50, 0.4, 0.18)
    assert cell["share_low"] < 0.4 < cell["share_high"]
    assert cell["mean"] == 2.0
    assert cell["mean_low"] < 2.0 < cell["mean_high"]
    assert set(table["touchpoint"]) == {"Hotline", "shop", "App"}


def test_small_cells_are_hidden_and_so_is_one_that_would_give_them_away():
    table = touchpoint_drivers(mention([*range(20), *range(50, 53), *range(100, 108)]), WHERE).set_index("touchpoint")
    assert table["n"].isna().to_dict() == {"App": True, "Hotline": False, "shop": True}
    assert table.loc[["App", "shop"], ["share", "share_low", "q_value"]].isna().all(axis=None)
    two = touchpoint_drivers(mention([*range(20), *range(50, 53), *range(100, 102)]), WHERE).set_index("touchpoint")
    assert two["n"].isna().to_dict() == {"App": True, "Hotline": False, "shop": True}
    # Nobody is not somebody: zeros are shown.
    none = touchpoint_drivers(mention(range(20)), WHERE).set_index("touchpoint")
    assert none["n"].to_dict() == {"App": 0, "Hotline": 20, "shop": 0}


def test_of_the_larger_cells_the_smallest_is_hidden_with_the_small_one():
    table = pd.DataFrame({"topic": ["App"] * 4, "n": [20, 9, 3, 12]})
    assert hidden_cells(table, ["topic"]).tolist() == [False, True, True, False]
    apart = table.assign(topic=["App", "App", "Preis", "App"])
    assert hidden_cells(apart, ["topic"]).tolist() == [False, False, True, False], "nothing to take it from"


def test_a_planted_channel_stands_out():
    topics = list(planted_topics(seed=1))
    topics[20] = type(topics[20])(name="Hotline", prevalence=0.05, channel="call", channel_ratio=3.0)
    drawn = tags(4000, topics, seed=1)
    table = touchpoint_drivers(drawn.mentions, drawn.about["channel"], drawn.outcome)
    found = table[(table["q_value"] <= 0.05) & (table["share"] > table["rest"])]
    assert set(zip(found["topic"], found["touchpoint"], strict=True)) == {("Hotline", "call")}


def test_fields_are_cut_at_the_medians_and_doubt_is_marked():
    rows = [
        ("a", "negative", 400, -2.0), ("a", "positive", 100, 1.0), ("b", "negative", 10, -1.5),
        ("b", "positive", 90, 0.1), ("c", "negative", 40, -0.2), ("c", "positive", 10, 0.2),
        ("d", "negative", 6, -0.1), ("d", "positive", 6, None),
    ]  # fmt: skip
    drivers = pd.DataFrame(rows, columns=["topic", "polarity", "n", "impact"])
    table = importance_performance(drivers, side="negative").set_index("topic")
    assert table["field"].to_dict() == {
        "a": "fix first", "b": "keep", "c": "low priority", "d": "possible overkill",
    }  # fmt: skip
    assert table["clear"].to_dict() == {"a": True, "b": True, "c": True, "d": False}
    other = importance_performance(drivers, side="positive")
    assert other["topic"].tolist() == ["a", "c", "b"]


def test_it_takes_what_key_drivers_gives_also_when_empty():
    drawn = tags(1500, seed=2)
    table = key_drivers(drawn.mentions, drawn.outcome)
    assert set(importance_performance(table, side="positive")["field"]) == {
        "fix first", "keep", "low priority", "possible overkill",
    }  # fmt: skip
    assert len(importance_performance(table, side="negative", by="effect")) > 5
    empty = importance_performance(table.iloc[:0], side="negative")
    assert len(empty) == 0
    assert empty.dtypes.to_dict() == importance_performance(table, side="negative").dtypes.to_dict()


def test_bad_input_is_refused():
    with pytest.raises(InputTypeError, match="Series"):
        touchpoint_drivers(mention([1]), ["x"])
    with pytest.raises(InputValueError, match="side"):
        importance_performance(pd.DataFrame(), side="both")
    with pytest.raises(ColumnError, match="'topic'"):
        importance_performance(pd.DataFrame(), side="negative")
