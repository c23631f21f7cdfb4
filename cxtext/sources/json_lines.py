"""Strict JSON from outside: what is no JSON, such as NaN, is none here, and errors never repeat what was sent."""

import json
from typing import Any

from cxtext.errors import InputValueError


def parse(text: str) -> Any:  # noqa: ANN401 (any JSON value)
    """Parse a JSON value. Lone surrogates, which broken emoji leave behind, are let through as they are in Python.

    Raises
    ------
    json.JSONDecodeError
        If it is no JSON.
    ValueError, RecursionError
        If it holds a number or a nesting that cannot be read.
    """
    return json.loads(text, parse_constant=_no_constant)


def decoded(line: bytes, *, first: bool) -> str:
    r"""Decode a line, without its end and, on the first one, without a byte order mark.

    Raises
    ------
    InputValueError
        If it is not UTF-8; names the byte.

    Examples
    --------
    >>> decoded("Größe\n".encode(), first=True), decoded(b"size", first=False)
    ('Größe', 'size')
    """
    try:
        return line.decode("utf-8-sig" if first else "utf-8").rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise InputValueError(f"not UTF-8 at byte {error.start}") from None


def parsed_line(line: bytes, *, first: bool) -> Any:  # noqa: ANN401 (any JSON value)
    """Read one line of a stream.

    Raises
    ------
    InputValueError
        If it is not UTF-8, or no JSON value.

    Examples
    --------
    >>> parsed_line(b'{"text": "The app is slow."}', first=False)
    {'text': 'The app is slow.'}
    """
    try:
        return parse(decoded(line, first=first))
    except InputValueError:
        raise
    except (ValueError, RecursionError):
        raise InputValueError("not a JSON value") from None


def _no_constant(name: str) -> None:
    raise ValueError(name)
