"""Conversations side by side: trajectories by outcome, and closings."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import fisher_exact
from statsmodels.stats.proportion import confint_proportions_2indep

import cxtext
from cxtext.analysis.conversations import (
    FLAGS,
    MOODS,
    closing_mentions,
    closing_segment,
    closings,
    conversation_table,
    trajectories_by,
)
from cxtext.documents import Annotation, Language, Marker
from cxtext.errors import ColumnError, InputTypeError, InputValueError
from cxtext.markers.conversation import as_conversation
from cxtext.markers.trajectory import trajectory

MENDED = ["Das ist eine Frechheit!", "Die Hotline ist furchtbar.", "ja", "Der Techniker war super, vielen Dank!"]
SOURED = ["The advice was great.", "Nice staff, too.", "Hm.", "But the delivery is terrible, I am angry."]


def talk(said: list[str], name: str | None = None) -> dict[str, object]:
    turns = [t for text in said for t in ({"role": "customer", "text": text}, {"role": "agent", "text": "Great!"})]
    return {"id": name, "turns": turns}


def went(scores: list[float], name: str) -> Annotation:
    found = trajectory(scores)
    summed = None if found is None else as_conversation(found)
    return Annotation(name, "ok", None, Language("de", 1.0), None, conversation=summed)


# --- the table -----------------------------------------------------------------------------------------------------


def test_a_row_is_a_conversation_with_a_trajectory() -> None:
    table = conversation_table([went([0.2, -0.6, -0.8, 0.1, 0.5, 0.7], "a"), went([0.1], "b"), went([0.0] * 3, "c")])
    assert table["document_id"].tolist() == ["a", "c"]
    first = table.iloc[0]
    assert (first["turns"], first["start"], first["end"], first["quarter_2"]) == (6, -0.2, 0.6, -0.7)
    assert table["recovery"].dtype == bool


def test_documents_without_id_are_named_by_their_place() -> None:
    found = cxtext.annotate(["Alles gut.", talk(MENDED), talk(SOURED)])
    assert conversation_table(found)["document_id"].tolist() == [1, 2]


def test_a_table_without_rows_has_the_same_columns() -> None:
    empty, full = conversation_table([]), conversation_table([went([0.0] * 3, "a")])
    assert list(empty) == list(full)
    assert empty.drop(columns="document_id").dtypes.equals(full.drop(columns="document_id").dtypes)


# --- by outcome ----------------------------------------------------------------------------------------------------


def test_the_golden_groups() -> None:
    good = [went([-0.9, -0.9, -0.9, 0.5], f"g{i}") for i in range(4)] + [went([0.0, 0.0, 0.0, 1.0], "g4")]
    bad = [went([0.5, 0.0, -0.4], f"b{i}") for i in range(30)]
    table = conversation_table([*bad, *good])
    groups = pd.Series({**{f"g{i}": "gut" for i in range(5)}, **{f"b{i}": "bad" for i in range(30)}, "x": "gut"})
    found = trajectories_by(table, groups).set_index(["group", "measure"])
    end = found.loc[("gut", "end")]
    assert (end["n"], end["estimate"], end["small"]) == (5, 0.6, True)
    # t(4) = 2.776445; the standard error of (.5, .5, .5, .5, 1) is .1
    assert (end["low"], end["high"]) == pytest.approx((0.6 - 0.2776445, 0.6 + 0.2776445), abs=1e-6)
    mended = found.loc[("gut", "recovery")]
    assert (mended["estimate"], mended["low"], mended["high"]) == pytest.approx((0.8, 0.375535, 0.963776), abs=1e-6)
    assert found.loc[("bad", "bad_goodbye"), "estimate"] == 1
    assert not found.loc[("bad", "end"), "small"]
    assert set(found.index.get_level_values("measure")) == {*MOODS, *FLAGS}


def test_small_groups_and_conversations_in_none_are_left_out() -> None:
    table = conversation_table([went([0.1] * 3, f"c{i}") for i in range(10)])
    groups = pd.Series(["a"] * 5 + ["b"] * 4 + [None], index=table["document_id"])
    assert set(trajectories_by(table, groups)["group"]) == {"a"}


@given(st.randoms(use_true_random=False))
def test_the_order_of_conversations_does_not_matter(chance: object) -> None:
    rng = np.random.default_rng(1)
    talks = [went(rng.uniform(-1, 1, 5).round(3).tolist(), f"c{i}") for i in range(20)]
    groups = pd.Series({f"c{i}": i % 2 for i in range(20)})
    before = trajectories_by(conversation_table(talks), groups)
    chance.shuffle(talks)  # type: ignore[attr-defined]
    after = trajectories_by(conversation_table(talks), groups.sample(frac=1, random_state=2))
    pd.testing.assert_frame_equal(before, after, check_exact=True)


def test_what_is_wrong_is_said() -> None:
    table = conversation_table([went([0.0] * 3, "a")])
    with pytest.raises(InputTypeError, match="conversations must be a DataFrame of conversation_table, got list"):
        trajectories_by([], pd.Series())  # type: ignore[arg-type]
    with pytest.raises(ColumnError, match="conversations has no column 'start'"):
        trajectories_by(table[["document_id"]], pd.Series())
    with pytest.raises(InputValueError, match="groups lacks 1 of 1 documents"):
        trajectories_by(table, pd.Series({"b": "x"}))
    with pytest.raises(InputTypeError, match="item 0 is not an Annotation but str"):
        conversation_table(["a"])  # type: ignore[list-item]


# --- closings ------------------------------------------------------------------------------------------------------


def test_the_closing_is_the_last_quarter_that_says_something() -> None:
    found = cxtext.annotate(talk(MENDED))
    first = closing_segment(found)
    assert first is not None
    assert found.document is not None
    start = found.segments[first].start
    assert found.document.text[start:].startswith("Der Techniker"), "'ja' and the agent are no closing"
    assert closing_segment(cxtext.annotate("Kein Gespräch.")) is None


def test_only_what_closes_a_conversation_is_listed() -> None:
    found = closing_mentions(cxtext.annotate([talk(MENDED, "m"), talk(SOURED, "s"), "The staff were great."]))
    drivers = found[found["kind"] != "marker"]
    listed = set(drivers.itertuples(index=False, name=None))
    assert {("m", "praised", "techniker"), ("s", "blamed", "delivery")} <= listed
    assert not {"hotline", "advice", "staff"} & set(drivers["name"]), "said before, or in no conversation"
    assert not found.duplicated().any()


def test_markers_count_from_the_beginning_of_the_closing_on() -> None:
    base = cxtext.annotate(talk(MENDED, "m"))
    assert base.document is not None
    text = base.document.text
    spots = [text.index("Hotline"), text.index("vielen Dank")]
    marked = Annotation(
        "m", "ok", None, base.language, base.sentiment, base.segments, conversation=base.conversation,
        markers=tuple(Marker(f"type{i}", at, at + 5, text[at : at + 5], 1.0) for i, at in enumerate(spots)),
        document=base.document,
    )  # fmt: skip
    assert closing_mentions([marked])["name"].tolist() == ["type1"]


def test_the_golden_closings() -> None:
    # 30 of 40 good and 10 of 40 bad conversations end on thanks; 4 on anything else.
    rows = [(i, "marker", "gratitude") for i in (*range(30), *range(40, 50))] + [(i, "blamed", "app") for i in range(4)]
    mentions = pd.DataFrame(rows, columns=["document_id", "kind", "name"])
    good = pd.Series([True] * 40 + [False] * 40 + [None], dtype="boolean")
    [row] = closings(mentions, good).to_dict("records")
    assert (row["kind"], row["name"], row["good_n"], row["bad_n"], row["small"]) == (
        "marker", "gratitude", 30, 10, False,
    )  # fmt: skip
    assert (row["good_share"], row["bad_share"], row["difference"]) == (0.75, 0.25, 0.5)
    newcombe = confint_proportions_2indep(30, 40, 10, 40, method="newcomb", compare="diff")
    assert (row["difference_low"], row["difference_high"]) == pytest.approx(newcombe, abs=1e-9)
    assert row["p_value"] == pytest.approx(fisher_exact([[30, 10], [10, 30]]).pvalue)
    assert row["q_value"] == row["p_value"]


def test_few_conversations_are_shown_but_not_tested_and_fewer_not_shown() -> None:
    mentions = pd.DataFrame({"document_id": range(6), "kind": "marker", "name": "churn"})
    few = closings(mentions, pd.Series([True] * 6 + [False] * 6))
    assert few["small"].tolist() == [True]
    assert few["p_value"].isna().all()
    assert closings(mentions, pd.Series([True] * 20 + [False] * 4)).empty


@given(st.integers(0, 2**32 - 1))
def test_good_and_bad_are_mirror_images(seed: int) -> None:
    rng = np.random.default_rng(seed)
    mentions = pd.DataFrame(
        {"document_id": rng.integers(0, 80, 120), "kind": "marker", "name": rng.choice(["a", "b"], 120)}
    )
    good = pd.Series(rng.random(80) > 0.5)
    there = closings(mentions, good).set_index("name")
    back = closings(mentions.sample(frac=1, random_state=1), ~good).set_index("name").loc[there.index]
    assert np.allclose(there["difference"], -back["difference"])
    assert np.allclose(there["difference_low"], -back["difference_high"])
    assert np.allclose(there["p_value"], back["p_value"], equal_nan=True)
    assert there["good_n"].tolist() == back["bad_n"].tolist()


def test_wrong_closings_are_refused() -> None:
    mentions = pd.DataFrame({"document_id": ["a"], "kind": ["marker"], "name": ["churn"]})
    with pytest.raises(InputValueError, match="good must hold true, false or null"):
        closings(mentions, pd.Series({"a": 7}))
    with pytest.raises(InputTypeError, match="good must be a pandas Series, got list"):
        closings(mentions, [True])  # type: ignore[arg-type]
    with pytest.raises(InputValueError, match="1 of 1 rows name a document that is not in the index of good"):
        closings(mentions, pd.Series([True] * 5 + [False] * 5))
    with pytest.raises(ColumnError, match="mentions has no column 'kind'"):
        closings(mentions[["document_id", "name"]], pd.Series({"a": True}))
