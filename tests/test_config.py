"""TOML in, frozen dataclasses out, and back; messages name the option, the line and what is allowed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxtext.config import build, read_toml, to_toml, to_values
from cxtext.errors import ConfigError


@dataclass(frozen=True)
class Options:
    name: str
    mode: Literal["keep", "mask"] = "keep"
    limit: int = 3
    share: float = 0.5
    words: tuple[str, ...] = ()
    path: str | None = None
    quick: bool = False
    table: Mapping[str, Any] = field(default_factory=dict)


def test_build_fills_in_defaults() -> None:
    assert build(Options, {"name": "x"}, where="here") == Options(name="x")


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"name": "x", "mode": "mask"}, Options(name="x", mode="mask")),
        ({"name": "x", "share": 1}, Options(name="x", share=1)),
        ({"name": "x", "words": ["ä", "ö"]}, Options(name="x", words=("ä", "ö"))),
        ({"name": "x", "path": None}, Options(name="x")),
        ({"name": "x", "path": "p"}, Options(name="x", path="p")),
        ({"name": "x", "table": {"a": 1}}, Options(name="x", table={"a": 1})),
    ],
)
def test_build_reads_what_toml_and_json_give(values: dict[str, Any], expected: Options) -> None:
    assert build(Options, values, where="here") == expected


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({}, "here needs 'name'"),
        ({"nane": "x"}, "here has no option 'nane'; did you mean 'name'"),
        ({"name": 3}, "here: name must be str, got 3"),
        ({"name": "x", "mode": "hide"}, "mode must be 'keep' or 'mask', got 'hide'"),
        ({"name": "x", "limit": 2.5}, "limit must be int, got 2.5"),
        ({"name": "x", "limit": True}, "limit must be int, got True"),
        ({"name": "x", "share": "a"}, "share must be float, got 'a'"),
        ({"name": "x", "share": True}, "share must be float, got True"),
        ({"name": "x", "words": "ab"}, "words must be"),
        ({"name": "x", "words": ["a", 1]}, "words must be"),
        ({"name": "x", "path": 3}, "path must be"),
        ({"name": "x", "quick": 1}, "quick must be bool, got 1"),
        ({"name": "x", "table": []}, "table must be"),
    ],
)
def test_build_names_what_is_wrong(values: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        build(Options, values, where="here")


def test_build_reads_dataclasses_only() -> None:
    with pytest.raises(ConfigError, match="is not a dataclass"):
        build(dict, {}, where="here")


def test_an_option_that_is_not_there_is_told_so_where_there_are_none() -> None:
    @dataclass(frozen=True)
    class Nothing:
        pass

    with pytest.raises(ConfigError, match="no option 'a'; it has none"):
        build(Nothing, {"a": 1}, where="stage 'x.v1'")


def test_config_files_are_read_as_utf8(tmp_path: Path) -> None:
    path = tmp_path / "cxtext.toml"
    path.write_text('region = "Süd"\n[scores]\nnps = 9\n', encoding="utf-8")
    assert read_toml(path) == read_toml(str(path)) == {"region": "Süd", "scores": {"nps": 9}}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "there is no configuration file"),
        ('region = "Süd"'.encode("cp1252"), r"is not UTF-8 \(byte 11\); save it as UTF-8"),
        (b"a = 1\nb = = 2\n", r"is not valid TOML: .*line 2"),
        (b".".join([b"a"] * 2000) + b" = 1\n", r"has a key of more than \d+ parts"),
        (b"a = " + b"[" * 5000 + b"]" * 5000, "nests its values too deep"),
        (b"a = " + b"1" * 5000, "has a number of too many digits"),
        (b"#" * 9_000_000, r"is no file of up to \d+ bytes, as TOML files are"),
    ],
)
def test_unreadable_config_files_say_where(tmp_path: Path, content: bytes | None, message: str) -> None:
    path = tmp_path / "cxtext.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ConfigError, match=message):
        read_toml(path)


def test_nulls_are_left_out_at_any_depth() -> None:
    assert to_values(Options(name="x", table={"a": None, "b": [1, None]}))["table"] == {"b": [1, None]}
    assert "path" not in to_values(Options(name="x"))
    assert to_toml({"a": None, "b": {"c": None, "d": 1}}) == "[b]\nd = 1\n"


# TOML integers are 64-bit and its text holds no lone surrogates.
words = st.text(st.characters(codec="utf-8"), max_size=12)
values = st.builds(
    Options,
    name=words,
    mode=st.sampled_from(["keep", "mask"]),
    limit=st.integers(-(2**63), 2**63 - 1),
    share=st.floats(allow_nan=False),
    words=st.lists(words, max_size=3).map(tuple),
    path=st.none() | words,
    quick=st.booleans(),
    table=st.dictionaries(words, words | st.integers(0, 9), max_size=3),
)


@given(values)
def test_options_survive_a_trip_through_a_file(tmp_path_factory: pytest.TempPathFactory, options: Options) -> None:
    path = tmp_path_factory.mktemp("config") / "options.toml"
    path.write_bytes(to_toml(to_values(options)).encode())
    assert build(Options, read_toml(path), where="here") == options
