"""The outcome that drivers are measured against: checked, and turned into the metric's numbers."""

from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from cxtext.analysis.intervals import Floats
from cxtext.analysis.mentions import align
from cxtext.errors import InputTypeError, InputValueError, nearest

Metric = Literal["mean", "nps"]

# Reichheld (2003): 9 and 10 are promoters, 7 and 8 passives, 0 to 6 detractors.
PROMOTER_FROM = 9
DETRACTOR_TO = 6


def check_metric(metric: Any) -> None:  # noqa: ANN401
    """Check the name of a metric.

    Raises
    ------
    InputValueError
        If it is not ``"mean"`` or ``"nps"``.
    """
    if metric not in get_args(Metric):
        shown = repr(metric) if isinstance(metric, str) and len(metric) <= 40 else type(metric).__name__
        raise InputValueError(f"metric is {shown}; {nearest('', get_args(Metric))}")


def nps_points(values: Floats, name: str = "outcome") -> Floats:
    """Turn answers from 0 to 10 into -100, 0 and 100, whose mean is the Net Promoter Score. NaN stays NaN.

    Raises
    ------
    InputValueError
        If a value is not a whole number from 0 to 10.

    Examples
    --------
    >>> nps_points(np.array([10.0, 8.0, 0.0])).tolist()
    [100.0, 0.0, -100.0]
    """
    given = ~np.isnan(values)
    wrong = given & ~((values >= 0) & (values <= 10) & (values == np.round(values)))
    if wrong.any():
        raise InputValueError(
            f"{name}: {int(wrong.sum())} of {int(given.sum())} values are not whole numbers from 0 to 10, which metric "
            f"'nps' needs; use metric 'mean' for other scales, or set wrong values to NaN"
        )
    points = np.where(values >= PROMOTER_FROM, 100.0, np.where(values <= DETRACTOR_TO, -100.0, 0.0))
    return np.where(given, points, np.nan)


def read_numbers(values: "pd.Series[Any]", name: str) -> Floats:
    """Read a Series as floats with NaN for what is missing.

    Raises
    ------
    InputTypeError
        If it does not hold numbers or truth values.
    InputValueError
        If a number is infinite.
    """
    numeric = pd.api.types.is_numeric_dtype(values.dtype) or pd.api.types.is_bool_dtype(values.dtype)
    if not numeric and values.dtype == object and values.map(lambda v: v is None or _is_number(v)).all():
        numeric = True
    if not numeric and not values.isna().all():
        raise InputTypeError(
            f"{name} must hold numbers or truth values, got dtype {values.dtype}; "
            "pandas.to_numeric turns text into numbers"
        )
    numbers = values.to_numpy(dtype=np.float64, na_value=np.nan)
    infinite = np.flatnonzero(np.isinf(numbers))
    if infinite.size:
        raise InputValueError(f"{name}: {infinite.size} values are infinite; set them to NaN or to a finite number")
    return numbers


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | np.number | np.bool_) or value is pd.NA


def read_outcome(outcome: Any, documents: "pd.Index[Any]", metric: Metric) -> Floats:  # noqa: ANN401
    """Read the outcome in the documents' order, in the metric's units.

    Raises
    ------
    InputTypeError, InputValueError
        If it is not a Series of numbers over the documents, or its values do not fit the metric.
    """
    values = read_numbers(align(outcome, documents, "outcome"), "outcome")
    return nps_points(values) if metric == "nps" else values
