"""Control variables of the joint model, as columns of numbers."""

from typing import Any

import numpy as np
import pandas as pd

from cxtext.analysis.intervals import Floats
from cxtext.analysis.mentions import check_documents
from cxtext.analysis.outcome import read_numbers
from cxtext.errors import InputTypeError, InputValueError

# A column with more levels than this is an id, not a control; its dummies would take the data's place.
MAX_LEVELS = 100


def control_columns(controls: Any, documents: "pd.Index[Any]") -> Floats:  # noqa: ANN401
    """Turn control variables into numbers.

    Numbers and truth values are scaled to mean 0 and deviation 1, dates become numbers, anything else becomes one
    centred dummy per level but the first. Missing numbers get the mean and a dummy that says so; a missing level is
    a level. Constant columns drop out.

    Parameters
    ----------
    controls
        DataFrame indexed by document, or null.
    documents
        The documents of the model, sorted.

    Returns
    -------
    ndarray
        Shape (documents, columns), each column of mean 0.

    Raises
    ------
    InputTypeError, InputValueError
        If it is not a DataFrame, lacks a document, or a column has more than 100 levels.
    """
    if controls is None:
        return np.zeros((len(documents), 0))
    if not isinstance(controls, pd.DataFrame):
        raise InputTypeError(
            f"controls must be a pandas DataFrame whose index holds the document ids, got {type(controls).__name__}"
        )
    check_documents(controls.index, "controls")
    row = controls.index.get_indexer(documents)
    if (row < 0).any():
        raise InputValueError(
            f"controls lacks {int((row < 0).sum())} of {len(documents)} documents; its index must hold every document "
            "that has an outcome"
        )
    columns: list[Floats] = []
    for position in range(controls.shape[1]):
        columns.extend(_one(controls.iloc[row, position], position))
    kept = [c - c.mean() for c in columns if c.size and c.max() > c.min()]
    return np.column_stack(kept) if kept else np.zeros((len(documents), 0))


def _one(column: "pd.Series[Any]", position: int) -> list[Floats]:
    missing = column.isna().to_numpy()
    dtype = column.dtype
    dates = pd.api.types.is_datetime64_any_dtype(dtype)
    if dates or pd.api.types.is_numeric_dtype(dtype) or pd.api.types.is_bool_dtype(dtype):
        if dates:
            column = (column - column.min()).dt.total_seconds()
        numbers = read_numbers(column, "controls")
        if missing.all():
            return []
        numbers = np.where(missing, numbers[~missing].mean(), numbers)
        spread = float(numbers.std())
        scaled: Floats = (numbers - numbers.mean()) / spread if spread > 0 else np.zeros_like(numbers)
        return [scaled, missing.astype(float)]
    names = column.astype("str").where(~missing, "").to_numpy(dtype=object)
    levels = sorted(set(zip(missing.tolist(), names.tolist(), strict=True)))
    if len(levels) > MAX_LEVELS:
        raise InputValueError(
            f"controls: column {position} has {len(levels)} levels in {len(column)} documents; at most {MAX_LEVELS} "
            "are allowed; group them, or pass a customer id as `groups`"
        )
    return [((missing == m) & (names == v)).astype(float) for m, v in levels[1:]]
