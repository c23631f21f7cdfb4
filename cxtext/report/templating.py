"""The templates, and what is done to words before they are put into them."""

import re
from collections.abc import Mapping
from functools import cache
from html import unescape
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


def spelled(text: str) -> str:
    """Write out character references in a quote, as posts that were fetched from the web hold them.

    The text that is kept has them; the template escapes what it shows.

    Examples
    --------
    >>> spelled("Preis &amp; Service &lt;3"), spelled("AT&T, R&D")
    ('Preis & Service <3', 'AT&T, R&D')
    """
    return str(cleaned(unescape(text)))


def source(name: str) -> str:
    """Read a file of the templates' folder."""
    return files("cxtext.report").joinpath("templates", name).read_text(encoding="utf-8")


@cache
def environment() -> Environment:
    """Give the templates; they escape every word that is put into them."""
    made = Environment(
        loader=FunctionLoader(source),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["spelled"] = spelled
    return made
