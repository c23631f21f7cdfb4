"""Texts as callers hand them over."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from cxtext.encoder.inputs import as_texts
from cxtext.errors import InputTypeError


@pytest.mark.parametrize(
    "texts",
    [
        ["a", "ß"],
        ("a", "ß"),
        (t for t in ["a", "ß"]),
        np.array(["a", "ß"]),
        np.array(["a", "ß"], dtype=object),
        pd.Series(["a", "ß"], index=[7, 7]),
        pa.array(["a", "ß"]),
        pa.chunked_array([["a"], ["ß"]]),
        {"a": 1, "ß": 2}.keys(),
    ],
    ids=["list", "tuple", "generator", "array", "objects", "Series", "Arrow array", "Arrow column", "keys"],
)
def test_any_iterable_of_texts_is_read(texts):
    listed = as_texts(texts)
    assert listed == ["a", "ß"]
    assert {type(t) for t in listed} == {str}


def test_one_text_is_one_text():
    assert as_texts("Hallo") == ["Hallo"]


def test_nothing_is_nothing():
    assert as_texts([]) == []


@pytest.mark.parametrize(
    ("texts", "got"),
    [
        (None, "NoneType"),
        (3, "int"),
        (b"bytes", "bytes"),
        ({"text": "Hallo"}, "dict"),
        (pd.DataFrame({"text": ["Hallo"]}), "DataFrame"),
        (np.array([["a"], ["b"]]), "ndarray"),
        (np.array("a"), "ndarray"),
    ],
)
def test_what_is_no_list_of_texts_is_refused(texts, got):
    with pytest.raises(InputTypeError, match=f"iterable of str, got {got}"):
        as_texts(texts)


@pytest.mark.parametrize(
    ("item", "got"),
    [(None, "NoneType"), (float("nan"), "float"), (1, "int"), (["geheim"], "list"), (b"geheim", "bytes")],
)
def test_a_bad_item_is_named_by_position_and_type_and_never_shown(item, got):
    with pytest.raises(InputTypeError, match=f"item 1 must be a str, got {got}") as caught:
        as_texts(["gut", item, "geheim"])
    assert "geheim" not in str(caught.value)
    assert isinstance(caught.value, TypeError)
