"""Strict JSON, line by line: what is none says why, and never repeats what was sent."""

import pytest

from cxtext.errors import InputValueError
from cxtext.sources.json_lines import decoded, parse, parsed_line


@pytest.mark.parametrize(
    ("line", "first", "value", "why"),
    [
        (b'"Gut."\n', False, "Gut.", "a text"),
        ('\ufeff{"text": "Größe"}\r\n'.encode(), True, {"text": "Größe"}, "a byte order mark on the first line"),
        (b'"\\ud83d"', False, "\ud83d", "half an emoji"),
        (b"[1.5, null]", False, [1.5, None], "any JSON value"),
    ],
)
def test_a_line_is_read(line, first, value, why):
    assert parsed_line(line, first=first) == value, why


@pytest.mark.parametrize(
    ("line", "reason", "why"),
    [
        (b'"Gr\xf6\xdfe"', "not UTF-8 at byte 3", "Latin-1"),
        (b'{"text": "Geheim"', "not a JSON value", "cut off"),
        (b"", "not a JSON value", "empty"),
        (b"NaN", "not a JSON value", "a constant of JavaScript"),
        (b"[" * 100_000, "not a JSON value", "deeper than Python calls"),
        (b"9" * 10_000, "not a JSON value", "more digits than Python reads"),
        ('\ufeff"Gut."'.encode(), "not a JSON value", "a byte order mark where none belongs"),
    ],
)
def test_what_cannot_be_read_says_why_without_its_words(line, reason, why):
    with pytest.raises(InputValueError) as caught:
        parsed_line(line, first=False)
    assert str(caught.value) == reason, why


def test_a_text_keeps_all_but_its_line_end():
    assert decoded(b"  Die App nervt. \r\n", first=False) == "  Die App nervt. "


def test_errors_of_a_whole_body_tell_the_place():
    with pytest.raises(ValueError, match="line 2"):
        parse('{"text": "a",\n}')
