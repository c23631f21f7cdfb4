"""Configuration files: TOML in, frozen dataclasses out, and back."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, asdict, fields, is_dataclass
from importlib.resources import files
from os import PathLike
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

import tomli_w

from cxtext.errors import ConfigError, nearest

T = TypeVar("T")

_LARGEST = 8 * 2**20
# The parser takes quadratic time for a key of many parts.
_DEEPEST = 50
_KEY = r"""(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')"""
_DEEP_KEY = re.compile(rf"(?:^|[\[{{,])[ \t]*+{_KEY}(?:[ \t]*+\.[ \t]*+{_KEY}){{{_DEEPEST}}}", re.MULTILINE)


def read_toml(path: str | PathLike[str]) -> dict[str, Any]:
    """Read a TOML file.

    Raises
    ------
    ConfigError
        If the file is missing, not UTF-8 or not TOML; the message gives the line.
    """
    file = Path(path)
    if not file.exists():
        raise ConfigError(f"there is no configuration file {file}")
    try:
        # Asked before it is opened: opening a pipe would wait for ever.
        if not file.is_file() or file.stat().st_size > _LARGEST:
            raise ConfigError(f"{file} is no file of up to {_LARGEST} bytes, as TOML files are")
        text = file.read_text(encoding="utf-8")
        if _DEEP_KEY.search(text):
            raise ConfigError(f"{file} has a key of more than {_DEEPEST} parts")
        return tomllib.loads(text)
    except ConfigError:
        raise  # it is a ValueError, too
    except OSError as error:
        raise ConfigError(f"{file} cannot be read: {error.strerror}") from None
    except RecursionError:
        raise ConfigError(f"{file} nests its values too deep") from None
    except UnicodeDecodeError as error:
        raise ConfigError(f"{file} is not UTF-8 (byte {error.start}); save it as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{file} is not valid TOML: {error}") from None
    except ValueError:
        raise ConfigError(f"{file} has a number of too many digits") from None


def read_data(name: str) -> dict[str, Any]:
    """Read one of the word lists and tables that come with the package; whoever needs it often keeps what it gives.

    Examples
    --------
    >>> sorted(read_data("small_talk.toml"))
    ['answers', 'backchannels', 'greetings', 'phrases']
    """
    return tomllib.loads((files("cxtext.data") / name).read_text(encoding="utf-8"))


def to_toml(values: Mapping[str, Any]) -> str:
    """Write plain values as TOML; null values, which TOML does not have, are left out."""
    return tomli_w.dumps(cast(dict[str, Any], _without_nulls(values)), multiline_strings=False)


def to_values(config: object) -> dict[str, Any]:
    """Give a config dataclass as plain values, without its nulls."""
    return cast(dict[str, Any], _without_nulls(asdict(cast(Any, config))))


def build(kind: type[T], values: Mapping[str, Any], *, where: str) -> T:
    """Build a config dataclass from plain values, and check names and types.

    Parameters
    ----------
    kind
        The dataclass.
    values
        As read from TOML or JSON.
    where
        What to call it in messages, e.g. ``"stage 'redact.v1'"``.

    Raises
    ------
    ConfigError
        If a name is unknown or missing, or a value has the wrong type.
    """
    if not is_dataclass(kind):
        raise ConfigError(f"{where}: {kind!r} is not a dataclass")
    known = {f.name: f for f in fields(kind)}
    hints = get_type_hints(kind)
    for name, value in values.items():
        if name not in known:
            options = nearest(name, known) if known else "it has none"
            raise ConfigError(f"{where} has no option {name!r}; {options}")
        if not _fits(value, hints[name]):
            expected = getattr(hints[name], "__name__", str(hints[name])).replace("typing.", "")
            if get_origin(hints[name]) is Literal:
                expected = " or ".join(repr(a) for a in get_args(hints[name]))
            raise ConfigError(f"{where}: {name} must be {expected}, got {value!r}")
    for name, f in known.items():
        if name not in values and f.default is MISSING and f.default_factory is MISSING:
            raise ConfigError(f"{where} needs {name!r}")
    return cast(T, kind(**{k: _frozen(v) for k, v in values.items()}))


def _fits(value: object, hint: Any) -> bool:  # noqa: ANN401
    origin = get_origin(hint)
    if hint is Any:
        return True
    if origin in (Union, UnionType):
        return any(_fits(value, option) for option in get_args(hint))
    if hint in (None, NoneType):
        return value is None
    if origin is Literal:
        return value in get_args(hint)
    if origin in (tuple, list):
        item = get_args(hint)[0] if get_args(hint) else Any
        return isinstance(value, list | tuple) and all(_fits(v, item) for v in value)
    if origin is not None and issubclass(origin, Mapping):
        return isinstance(value, Mapping)
    if hint is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    if hint is int:
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, hint)


def _frozen(value: Any) -> Any:  # noqa: ANN401
    return tuple(_frozen(v) for v in value) if isinstance(value, list) else value


def _without_nulls(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, Mapping):
        return {k: _without_nulls(v) for k, v in value.items() if v is not None}
    if isinstance(value, list | tuple):
        return [_without_nulls(v) for v in value]
    return value
