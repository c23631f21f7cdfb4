"""The response queue: who is on which list, and why."""

import pandas as pd
import pytest

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
    assert list(empty.columns) == ["document_id", "customer", "queue", "priority", "reasons"]
    assert len(empty) == 0


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
    with pytest.raises(ColumnError, match="'grade'"):
        response_queue(said(a=[0.0, None, None]), what(), what())
