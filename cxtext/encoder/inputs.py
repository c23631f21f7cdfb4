"""Texts as callers hand them over."""

from collections.abc import Iterable, Mapping
from typing import Any

from cxtext.errors import InputTypeError


def as_texts(texts: str | Iterable[Any]) -> list[str]:
    """Give one text or any iterable of texts (list, generator, Series, Arrow column, numpy array) as a list.

    Raises
    ------
    InputTypeError
        If an item is not a string; the message names its 0-based position and type.
    """
    if isinstance(texts, str):
        return [texts]
    # Mappings and tables would give their keys or column names, which nobody means.
    if isinstance(texts, bytes | Mapping) or getattr(texts, "ndim", 1) != 1 or not isinstance(texts, Iterable):
        raise InputTypeError(f"texts must be a str or an iterable of str, got {type(texts).__name__}")
    checked: list[str] = []
    for position, item in enumerate(texts):
        value = item.as_py() if hasattr(item, "as_py") else item  # Arrow scalars
        if not isinstance(value, str):
            raise InputTypeError(f"item {position} must be a str, got {type(value).__name__}; leave it out or pass ''")
        checked.append(str(value))
    return checked
