import numpy as np
import pandas as pd
import pytest

from cxtext.engines import rows
from cxtext.engines.rows import Rows


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch):
    monkeypatch.setattr(rows, "_CHUNK", 3)


COLUMNS = {
    "texts": ["a", "ä", "", "d", "e", "f", "g"],
    "texts, some missing": ["a", None, None, None, None, None, "g"],
    "lone surrogates": ["a", "\ud83d", None, "d", "e", "f", "g"],
    "whole numbers": [1, 2, 3, 4, 5, 6, 7],
    "whole numbers, some missing": [None, None, None, 4, 5, 6, None],
    "mixed numbers": [1, 2, 3, 4.5, 5, 6, 7],
    "nothing": [None] * 7,
    "tuples": [(), ("a",), (1, 2), (), None, ("a",), ()],
}


@pytest.mark.parametrize("values", COLUMNS.values(), ids=COLUMNS)
@pytest.mark.parametrize("objects", [False, True])
def test_a_table_is_the_one_that_pandas_makes_of_the_rows(values, objects):
    made = Rows(("n", "x"), objects=objects)
    for i, value in enumerate(values):
        made.add((i, value))
    order = [6, 0, 3, 2, 5]
    expected = pd.DataFrame([(i, values[i]) for i in order], columns=["n", "x"], dtype=object if objects else None)
    found = made.frame(np.array(order))
    pd.testing.assert_frame_equal(found, expected)


def test_texts_that_arrow_cannot_hold_stay_objects():
    made = Rows(("x",))
    values = ["\ud83d" * 800, "a", "\ude00", "b"]
    for value in values:
        made.add((value,))
    found = made.frame(np.array([3, 2, 1, 0]))
    assert found["x"].dtype == object
    assert found["x"].tolist() == values[::-1]


def test_no_rows_and_no_columns():
    assert Rows(("a", "b")).frame(np.array([], dtype=np.intp)).to_dict("list") == {"a": [], "b": []}
    empty = Rows((), objects=True)
    empty.add(())
    empty.add(())
    assert empty.frame(np.array([1, 0])).shape == (2, 0)


def test_equal_texts_are_kept_once_and_equal_numbers_of_other_types_stay_apart():
    made = Rows(("a",), objects=True)
    for value in ("web" + "x" * i for i in (3, 3)):
        made.add((value,))
    for value in (1, 1.0, True):
        made.add((value,))
    first, second, *numbers = made.frame(np.arange(5))["a"]
    assert first is second
    assert [type(v) for v in numbers] == [int, float, bool]
