"""The templates, and what is done to words before they are put into them."""

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined

# Characters that HTML does not allow, and lone surrogates, which no encoding can write.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def cleaned(value: Any) -> Any:  # noqa: ANN401
    r"""Replace what HTML cannot hold, in nested values too: one character by one, so that offsets stay.

    Examples
    --------
    >>> cleaned({"label": "schnell\x00", "keywords": ("fast",)})
    {'label': 'schnell�', 'keywords': ['fast']}
    """
    if isinstance(value, str):
        return _FORBIDDEN.sub("\ufffd", value)
    if isinstance(value, Mapping):
        return {cleaned(k): cleaned(v) for k, v in value.items()}
    return [cleaned(v) for v in value] if isinstance(value, list | tuple) else value


def source(name: str) -> str:
    """Read a file of the templates' folder."""
    return files("cxtext.report").joinpath("templates", name).read_text(encoding="utf-8")


@cache
def environment() -> Environment:
    """Give the templates; they escape every word that is put into them."""
    return Environment(
        loader=FunctionLoader(source),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
