"""The response queue: who is on which list, and why."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxtext.analysis.queue import response_queue
from cxtext.errors import ColumnError, InputTypeError, InputValueError


def said(**documents):
    frame = pd.DataFrame.from_dict(documents, orient="index", columns=["score", "standing", "customer"])
    return frame.astype({"score": float})


def what(*rows):
    return pd.DataFrame(rows, columns=["document_id", "topic", "polarity"])


BLAME, PRAISE = "negative", "positive"
CASES = [
    (-0.8, None, [], "recover", "plainly unhappy"),
    (0.3, "detractor", [BLAME], "recover", "a detractor who says why"),
    (0.9, "detractor", [], None, "kind words of a detractor: neither asked for a recommendation nor pressing"),
    (0.2, None, [BLAME], "engage", "blames something without being plainly unhappy"),
    (0.9, "promoter", [PRAISE, BLAME], "engage", "happy, with one complaint"),
    (0.9, "passive", [PRAISE], "engage", "a passive who likes something"),
    (0.9, "promoter", [PRAISE], "advocate", "happy, and nothing is wrong"),
    (0.9, None, [], "advocate", "happy"),
    (0.2, None, [PRAISE], None, "neither here nor there"),
    (None, None, [], None, "nothing is known"),
]


@pytest.mark.parametrize(("score", "standing", "polarities", "queue", "why"), CASES, ids=[c[-1] for c in CASES])
def test_lists_follow_the_rules(score, standing, polarities, queue, why):
    found = response_queue(said(a=[score, standing, None]), what(*(("a", "App", p) for p in polarities)))
    assert found["queue"].tolist() == ([queue] if queue else []), why


RATED = [
    (-0.8, 1.0, [BLAME], "engage", "unhappy words, and content all the same: nobody to win back"),
    (-0.8, 1.0, [], None, "unhappy words about nothing, and content"),
    (-0.8, 0.5, [BLAME], "recover", "unhappy, and the rating does not say otherwise"),
    (0.2, 0.0, [BLAME], "recover", "a bad rating that says why"),
    (0.9, 0.0, [], None, "kind words with a bad rating"),
    (0.9, 0.5, [PRAISE], "engage", "neither content nor not, likes something"),
    (0.3, 1.0, [PRAISE], "advocate", "a good rating that says why"),
]


@pytest.mark.parametrize(("score", "rated", "polarities", "queue", "why"), RATED, ids=[c[-1] for c in RATED])
def test_a_rating_counts_as_the_standing_of_a_promoter_passive_or_detractor(score, rated, polarities, queue, why):
    documents = said(a=[score, None, None]).assign(rated=rated)
    found = response_queue(documents, what(*(("a", "App", p) for p in polarities)))
    assert found["queue"].tolist() == ([queue] if queue else []), why
    if queue:
        told = {0.0: ["bad_rating"], 1.0: ["good_rating"]}.get(rated, [])
        assert [r for r in found["reasons"][0] if r.endswith("rating")] == told


@pytest.mark.parametrize(
    ("score", "rated", "queue"), [(0.9, 1.0, "advocate"), (0.9, None, "recover"), (0.2, 1.0, "recover")]
)
def test_urgent_words_in_a_happy_text_of_somebody_content_tell_of_what_went_well(score, rated, queue):
    documents = said(a=[score, None, None]).assign(rated=rated, urgency=1.0, level="critical")
    assert response_queue(documents, what(("a", "App", PRAISE)))["queue"].tolist() == [queue]


def test_each_customer_is_on_one_list_and_recover_comes_first():
    one, alone = {"a": 0.9, "b": -0.5, "c": -0.9}, {"d": 0.9, "e": 0.8}
    documents = said(**{k: [v, None, "k1"] for k, v in one.items()}, **{k: [v, None, None] for k, v in alone.items()})
    found = response_queue(documents, what())
    assert found["document_id"].tolist() == ["c", "d", "e"]
    assert found["queue"].tolist() == ["recover", "advocate", "advocate"]
    assert found["customer"].isna().tolist() == [False, True, True]


def test_blame_of_a_driver_is_more_pressing_and_reasons_say_so():
    documents = said(a=[-0.6, "detractor", None], b=[-0.6, None, None])
    mentions = what(("a", "Preis", BLAME), ("b", "App", BLAME))
    drivers = pd.DataFrame({"topic": ["App", "Preis"], "polarity": [BLAME] * 2, "grade": ["A", "C"]})
    assert response_queue(documents, mentions)["document_id"].tolist() == ["a", "b"]
    found = response_queue(documents, mentions, drivers)
    assert found["document_id"].tolist() == ["b", "a"]
    assert found["reasons"].tolist()[1] == ["detractor", "negative_sentiment", "blames:Preis"]
    assert found["priority"].between(0, 1).all()


def test_row_order_has_no_influence_and_nobody_gives_an_empty_table():
    documents = said(a=[-0.9, None, "x"], b=[0.7, None, "y"], c=[-0.9, None, "x"])
    mentions = what(("a", "App", BLAME), ("c", "Preis", BLAME))
    one = response_queue(documents, mentions)
    pd.testing.assert_frame_equal(one, response_queue(documents.iloc[::-1], mentions.iloc[::-1]))
    empty = response_queue(documents.iloc[:0], what())
    assert list(empty.columns) == [
        "document_id", "customer", "queue", "priority", "urgency", "needs_response", "suppress_marketing", "reasons",
    ]  # fmt: skip
    assert len(empty) == 0


SIGNS = [
    (
        {"score": 0.4, "level": "critical", "urgency": 1.0, "markers": ["urgency:safety"]},
        "recover",
        "danger, said kindly",
    ),
    ({"score": 0.0, "level": "high", "urgency": 0.65, "markers": ["churn"]}, "recover", "about to leave"),
    ({"score": 0.9, "markers": ["question"]}, "engage", "happy, and waits for an answer"),
    ({"score": 0.0, "level": "low", "urgency": 0.2, "markers": ["complaint"]}, "engage", "a complaint in calm words"),
    ({"score": 0.0, "standing": "detractor", "markers": ["complaint"]}, "recover", "a detractor who complains"),
    ({"score": 0.1, "markers": ["suggestion"]}, "engage", "an idea"),
    ({"score": 0.3, "standing": "promoter", "markers": ["praise"]}, "advocate", "a promoter who praises"),
    ({"score": 0.3, "standing": "passive", "markers": ["praise"]}, "engage", "a passive who praises"),
    ({"score": 0.3, "markers": ["praise"]}, None, "mild praise of nobody in particular"),
    ({"score": 0.2, "markers": ["loyalty"]}, "advocate", "says that they will stay"),
    ({"score": 0.1, "bad_goodbye": True}, "recover", "a call that ended badly"),
    ({"score": -0.9, "closed": True}, None, "nothing is left to do"),
    ({"score": -0.9, "closed": False}, "recover", "an open case"),
    ({"score": 0.0, "markers": ["anger", "worry"]}, None, "feelings explain, and put nobody on a list"),
    ({"score": 0.0, "markers": ["acknowledge"]}, None, "an agent's words"),
]


@pytest.mark.parametrize(("row", "queue", "why"), SIGNS, ids=[c[-1] for c in SIGNS])
def test_markers_and_conversations_decide_with(row, queue, why):
    found = response_queue(pd.DataFrame([row], index=["a"]), what())
    assert found["queue"].tolist() == ([queue] if queue else []), why


def test_urgency_comes_before_anger_and_effort_and_a_bad_goodbye_raise():
    rows = {
        "angry": {"score": -1.0},
        "toiled": {"score": -1.0, "markers": ["effort:waiting"]},
        "hung up": {"score": -1.0, "bad_goodbye": True},
        "danger": {"score": -0.3, "level": "critical", "urgency": 1.0, "markers": ["urgency:safety"]},
        "law": {"score": -0.3, "level": "critical", "urgency": 0.9, "markers": ["urgency:legal"]},
    }
    found = response_queue(pd.DataFrame.from_dict(rows, orient="index"), what())
    assert found["document_id"].tolist() == ["danger", "law", "hung up", "toiled", "angry"]
    assert found["urgency"].tolist() == ["critical", "critical", "none", "none", "none"]
    assert found["needs_response"].all()


def test_the_formula_is_the_documented_one():
    row = {"score": -0.8, "level": "high", "urgency": 0.7, "markers": ["effort:searched"], "bad_goodbye": True}
    [got] = response_queue(pd.DataFrame([row], index=["a"]), what(("a", "App", BLAME), ("a", "Preis", PRAISE)))[
        "priority"
    ]
    tone = 0.5 * 0.8 + 0.25 * 0.5
    assert got == pytest.approx(1 - (1 - 0.6 * tone) * (1 - 0.95 * 0.7) * 0.85 * 0.8, abs=1e-6)


def test_reasons_begin_with_what_presses_most():
    row = {"score": -0.8, "standing": "detractor", "level": "critical", "urgency": 1.0, "bad_goodbye": True}
    row["markers"] = ["complaint", "anger", "churn", "effort:waiting", "urgency:legal", "praise", "next_step"]
    found = response_queue(pd.DataFrame([row], index=["a"]), what(("a", "App", BLAME), ("a", "Preis", PRAISE)))
    assert found["reasons"].tolist() == [
        [
            "urgency:legal", "churn", "detractor", "negative_sentiment", "bad_goodbye", "blames:App", "effort:waiting",
            "complaint", "praises:Preis", "praise", "anger",
        ]
    ]  # fmt: skip


def test_reasons_of_a_type_go_by_weight_and_unknown_kinds_add_nothing():
    row = {"score": -0.8, "level": "critical", "urgency": 0.9}
    row["markers"] = ["urgency:deadline", "urgency", "urgency:legal", "effort", "effort:waiting", "effort:searched"]
    found = response_queue(pd.DataFrame([row], index=["a"]), what())
    assert found["reasons"].tolist() == [
        ["urgency:legal", "urgency:deadline", "negative_sentiment", "effort:waiting", "effort:searched"]
    ]


def test_nobody_with_an_open_problem_is_sold_more():
    rows = {
        "a": {"score": 0.0, "customer": "x", "markers": ["complaint"], "closed": True},
        "b": {"score": 0.9, "customer": "x", "markers": []},
        "c": {"score": 0.2, "customer": "y", "markers": ["complaint"]},
        "d": {"score": 0.3, "customer": "z", "markers": ["question"]},
        "e": {"score": -0.9, "customer": "w", "markers": []},
    }
    found = response_queue(pd.DataFrame.from_dict(rows, orient="index"), what()).set_index("document_id")
    assert found["suppress_marketing"].to_dict() == {"e": True, "c": True, "d": False, "b": False}
    assert found.loc["b", "queue"] == "advocate"


@given(st.lists(st.tuples(st.floats(-1, 1), st.sampled_from("uvw"), st.sampled_from(SIGNS)), max_size=12))
def test_whatever_is_said_each_customer_is_on_one_list_and_the_order_is_settled(cases):
    rows = [{"score": score, "customer": customer, **row} for score, customer, (row, *_) in cases]
    frame = pd.DataFrame(rows, columns=["score", "customer", "level", "urgency", "markers", "standing", "closed"])
    found = response_queue(frame, what().astype({"document_id": "int64"}))
    assert found["customer"].is_unique
    assert found["priority"].between(0, 1).all()
    for _, part in found.groupby("queue"):
        assert part["priority"].is_monotonic_decreasing
    pd.testing.assert_frame_equal(found, response_queue(frame.iloc[::-1], what().astype({"document_id": "int64"})))


def test_bad_input_is_refused():
    with pytest.raises(InputTypeError, match="DataFrame"):
        response_queue([], what())
    with pytest.raises(ColumnError, match="'score'"):
        response_queue(pd.DataFrame({"sentiment": [1.0]}), what())
    with pytest.raises(InputValueError, match="outside"):
        response_queue(said(a=[2.0, None, None]), what())
    with pytest.raises(InputValueError, match="promoter"):
        response_queue(said(a=[0.0, "fan", None]), what())
    with pytest.raises(InputValueError, match="1 of 1 rows"):
        response_queue(said(a=[0.0, None, None]), what(("z", "App", BLAME)))
    with pytest.raises(InputValueError, match="critical"):
        response_queue(pd.DataFrame({"score": [0.0], "level": ["burning"]}), what())
    with pytest.raises(InputTypeError, match="lists of marker types"):
        response_queue(pd.DataFrame({"score": [0.0], "markers": ["churn"]}), what())
    with pytest.raises(ColumnError, match="'grade'"):
        response_queue(said(a=[0.0, None, None]), what(), what())
