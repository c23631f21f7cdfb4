import csv
import io

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cxtext.sources import Columns, read
from cxtext.sources.delimited import Broken, delimiter_of, records

# Anything a cell can hold; NUL is what tells binary files from text.
CELLS = st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), max_size=40)


@given(
    texts=st.lists(CELLS, min_size=1, max_size=12),
    delimiter=st.sampled_from([";", ",", "\t", "|"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    ending=st.sampled_from(["\n", "\r\n"]),
)
@example(texts=['"', "a\nb", "\r", ";;;,,,", "\ufeff"], delimiter=";", encoding="utf-8", ending="\n")
@settings(max_examples=60, deadline=None)
def test_any_texts_come_back_from_csv(tmp_path_factory, texts, delimiter, encoding, ending):
    out = io.StringIO(newline="")
    # Python's writer leaves a lone carriage return unquoted where lines end in "\n".
    quoting = csv.QUOTE_ALL if ending == "\n" else csv.QUOTE_MINIMAL
    writer = csv.writer(out, delimiter=delimiter, lineterminator=ending, quoting=quoting)
    writer.writerows([["id", "Kommentar", "Rest"], *([i, text, "x"] for i, text in enumerate(texts))])
    path = tmp_path_factory.mktemp("csv") / "f.csv"
    path.write_bytes(out.getvalue().encode(encoding))

    reading = read(path, columns=Columns(text="Kommentar"))

    assert [d.text for d in reading] == texts
    assert reading.report.rejects == []
    assert reading.report.files[0].delimiter == delimiter


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["a;b\n", "1;x,y\n"], ";"),
        (["a,b\n", "1,x;y;z\n"], ","),
        (["a\tb\n", "1\tx, y\n"], "\t"),
        (["a;b,c\n", "1;x,y\n", "2;z\n"], ";"),
        (["Kommentar\n", "gut, schnell\n", "teuer\n"], "\x1f"),
        (['"Was war gut, was nicht?"\n', "alles\n"], "\x1f"),
        (["a;b"], ";"),
        ([], "\x1f"),
    ],
)
def test_delimiters(lines, expected):
    assert delimiter_of(lines) == expected


@pytest.mark.parametrize(
    ("lines", "expected", "why"),
    [
        (['1;"a\n', 'b"\n', "2;c\n"], [["1", "a\nb"], ["2", "c"]], "quoted line break"),
        (['1;"a\n', "2;b\n", '3;"c"\n'], ["unclosed_quote", ["2", "b"], ["3", "c"]], "a mark that never closes"),
        (['1;5" Rohr\n'], [["1", '5" Rohr']], "a mark inside a cell"),
        (['1;"gut" sagte er\n'], [["1", "gut sagte er"]], "text after a closing mark"),
        (['1;"last'], [["1", "last"]], "open at the end of the file"),
        (["\n", "1;a\n", "\r\n"], [["1", "a"]], "blank lines"),
        (['1;""\n'], [["1", ""]], "empty quoted cell"),
    ],
)
def test_records(lines, expected, why):
    found = [r.reason if isinstance(r, Broken) else r for r in records(lines, ";")]

    assert found == expected, why


def test_a_field_beyond_the_limit_costs_its_row_only():
    long = "x" * (csv.field_size_limit() + 1)

    found = list(records(["1;a\n", f"2;{long}\n", "3;b\n"], ";"))

    assert found == [["1", "a"], Broken("field_too_long", len(long) + 3), ["3", "b"]]


def write(tmp_path, content, *, name="f.csv", encoding="utf-8"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


@pytest.mark.parametrize("cells", [20_000, 2_000_000])
def test_more_columns_than_any_spreadsheet_has_are_no_table(tmp_path, cells):
    path = tmp_path / "f.csv"
    path.write_text("{}," * cells + "\n", encoding="utf-8")

    reading = read(path)

    assert list(reading) == []
    # What cannot be split at all is one cell that is too long.
    reason = "too_many_fields" if cells < 1_000_000 else "field_too_long"
    assert [reject.reason for reject in reading.report.rejects] == [reason]


def test_a_row_of_millions_of_cells_costs_itself_only():
    lines = ["a,b\n", "," * 1_000_001 + "\n", "1,2\n"]

    assert list(records(lines, ",")) == [["a", "b"], Broken("too_many_fields", 1_000_002), ["1", "2"]]


def test_excel_names_its_delimiter_in_a_first_line(tmp_path):
    reading = read(write(tmp_path, "sep=;\nid;Kommentar\n1;gut, oder\n"))

    assert [(d.id, d.text) for d in reading] == [("1", "gut, oder")]


def test_empty_cells_left_out_at_the_end_are_no_error(tmp_path):
    reading = read(write(tmp_path, "id;Kommentar;Extra\n1;gut\n2;gut;x;;\n;;\n3\n"))

    assert [d.text for d in reading] == ["gut", "gut"]
    assert [(r.row, r.reason) for r in reading.report.rejects] == [(4, "too_few_fields")]


def test_umlauts_that_come_late_in_a_windows_file_are_read(tmp_path):
    # The first megabyte is ASCII; only the whole file tells the encoding.
    content = "id;Kommentar\n" + ("1;" + "ok und gut so " * 100 + "\n") * 800 + "2;Grüße\n"

    reading = read(write(tmp_path, content, encoding="cp1252"))
    *_, last = reading

    assert last.text == "Grüße"
    assert reading.report.files[0].encoding == "cp1252"
    assert reading.report.rejects == []


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\n\n"])
def test_a_file_without_content_is_rejected(tmp_path, content):
    reading = read(write(tmp_path, content))

    assert list(reading) == []
    assert [r.reason for r in reading.report.rejects] == ["empty_file"]


def test_a_header_alone_gives_no_documents_and_no_rejects(tmp_path):
    reading = read(write(tmp_path, "id;Kommentar\n"))

    assert list(reading) == []
    assert reading.report.rejects == []


def test_a_single_column_may_hold_commas(tmp_path):
    reading = read(write(tmp_path, "Kommentar\nGut, aber teuer\n" + "schnell\n" * 3))

    assert next(iter(reading)).text == "Gut, aber teuer"
