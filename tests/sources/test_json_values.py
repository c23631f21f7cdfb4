import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxtext.sources import Reject, json_values
from cxtext.sources.json_values import JsonValue, shape_of
from cxtext.sources.load_report import UnreadableError

RECORD = {"text": 'Grüße, "Köln" 👍', "n": [1, 2.5, None]}


def values(path):
    return [item.reason if isinstance(item, Reject) else item.value for item in json_values.json_values(path, "f.json")]


def write(tmp_path, content, name="f.json"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return path


@pytest.mark.parametrize(
    ("name", "content", "expected", "why"),
    [
        ("f.json", '{"a": 1}', "lines", "one object on one line"),
        ("f.json", '{"a": 1}\n{"a": 2}\n', "lines", "lines under the suffix of JSON"),
        ("f.json", '{"a": \n{"a": 2}\n', "lines", "the first line is broken, the second is not"),
        ("f.json", '{\n "a": {"b": 1}\n}\n', "object", "no line is an object"),
        ("f.json", '{"a": 1', "object", "a broken object"),
        ("f.json", " \n[1]", "array", "white space before it"),
        ("f.jsonl", "[1]\n", "lines", "the suffix says so"),
        ("f.json", "\ufeff[1]", "array", "a byte order mark"),
    ],
)
def test_shapes(tmp_path, name, content, expected, why):
    assert shape_of(write(tmp_path, content, name)) == expected, why


@pytest.mark.parametrize("content", ["", " \n", "\ufeff"])
def test_an_empty_file_is_said_to_be_empty(tmp_path, content):
    with pytest.raises(UnreadableError, match="empty_file"):
        shape_of(write(tmp_path, content))


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64])
@pytest.mark.parametrize("indent", [None, 2])
def test_arrays_are_the_same_whatever_the_chunks(tmp_path, monkeypatch, size, indent):
    monkeypatch.setattr(json_values, "_CHUNK", size)
    expected = [RECORD, 12345, "x", [], {}, -1.5e3, None, RECORD]
    path = write(tmp_path, json.dumps(expected, ensure_ascii=False, indent=indent))

    assert values(path) == expected


@pytest.mark.parametrize(
    ("content", "expected", "why"),
    [
        ('[{"a": 1}, {"a": ', [{"a": 1}, "broken_json"], "cut off within an element"),
        ('[{"a": 1}', [{"a": 1}, "broken_json"], "cut off behind an element"),
        ('[{"a": 1}, nix, {"a": 2}]', [{"a": 1}, "broken_json"], "no JSON in between"),
        ('[{"a": 1} {"a": 2}]', [{"a": 1}, "broken_json"], "a comma is missing"),
        ('{"a": 1}\nnix\n{"a": 2}\n', [{"a": 1}, "broken_json", {"a": 2}], "lines stand for themselves"),
        (b'{"a": 1}\n{"a": "\xe4"}\n', [{"a": 1}, "bad_encoding"], "a line in another encoding"),
        ("[" + "9" * 5000 + "]", ["broken_json"], "a number of thousands of digits"),
        ("[" * 5000, ["broken_json"], "brackets without end"),
        ("[]", [], "nothing"),
    ],
)
def test_what_is_broken_is_a_reject(tmp_path, content, expected, why):
    assert values(write(tmp_path, content)) == expected, why


def test_one_value_beyond_the_limit_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr(json_values, "LARGEST", 100)
    monkeypatch.setattr(json_values, "_CHUNK", 30)
    long = "x" * 200

    assert values(write(tmp_path, f'{{"a": 1}}\n{{"a": "{long}"}}\n{{"a": 2}}\n')) == [{"a": 1}, "too_large", {"a": 2}]
    assert values(write(tmp_path, f'[{{"a": 1}}, {{"a": "{long}"}}]')) == [{"a": 1}, "too_large"]
    with pytest.raises(UnreadableError, match="too_large"):
        values(write(tmp_path, f'{{\n"a": "{long}"}}'))


def test_a_broken_object_says_where(tmp_path):
    with pytest.raises(UnreadableError) as error:
        values(write(tmp_path, '{\n"ä": 1,\n"b": nix}'))

    assert (error.value.reason, error.value.byte) == ("broken_json", 16)


def test_lines_know_where_they_begin(tmp_path):
    path = write(tmp_path, '\ufeff{"a": 1}\r\n\n{"b": "ä"}\n')

    found = list(json_values.json_values(path, "f.json"))

    assert found == [JsonValue({"a": 1}, 1, 0, 8), JsonValue({"b": "ä"}, 2, 14, 11)]


@given(st.binary(max_size=60), st.sampled_from(["f.json", "f.jsonl"]))
def test_no_bytes_break_the_reading(tmp_path_factory, data, name):
    path = write(tmp_path_factory.mktemp("any"), data, name)

    with suppress(UnreadableError, UnicodeDecodeError):  # the file is one reject
        values(path)


@pytest.mark.parametrize(
    ("content", "expected", "why"),
    [
        ("[" + ",".join(["[]"] * 3000) + "]", [[]] * 3000, "many brackets side by side are not deep"),
        ("[" * 3000 + "]" * 3000, ["broken_json"], "many inside each other are"),
        ('[{"a": ' + "[" * 900 + "]" * 900 + "}]", ["broken_json"], "what Python would still read, but not copy"),
    ],
)
def test_values_may_be_long_but_not_deep(tmp_path, content, expected, why):
    path = write(tmp_path, content)
    try:
        found = values(path)
    except UnreadableError as error:
        found = [error.reason]
    assert found == expected, why


def test_a_deep_line_is_rejected_and_the_next_is_read(tmp_path):
    path = write(tmp_path, '{"a": ' + "[" * 900 + "]" * 900 + '}\n{"a": 1}\n', "f.jsonl")
    assert values(path) == ["broken_json", {"a": 1}]
