import pytest

from cxtext.errors import ColumnError
from cxtext.sources import read
from cxtext.sources.title_rows import title_lines

TITLED = [
    ("Umfrage Mai 2026\n\nid;Kommentar\n1;gut, schnell\n2;schlecht\n", 3, "a title and an empty row"),
    ("Survey;;\nMade on;2026-05-02;\n;;\nid;NPS;comment\n1;9;good\n2;3;slow\n", 4, "a title with empty cells"),
    ("Report,,\nid,NPS,comment\n1,9,good\n2,3,slow\n", 2, "a title with empty cells and no empty row"),
    ("sep=;\nUmfrage\n\nid;Kommentar\n1;gut\n", 3, "a declared delimiter above the title"),
]


def test_a_line_without_end_is_not_split_to_look_for_titles():
    assert title_lines(["Title\n", "\n", "id;comment\n", "1;good\n"], [";"]) == 2
    assert title_lines(["Title\n", "\n", "id;comment\n", f"1;{'x' * 200_000}\n"], [";"]) == 0


@pytest.mark.parametrize(("content", "row", "why"), TITLED, ids=[why for *_, why in TITLED])
def test_titles_above_a_header_are_passed_over_and_noted(tmp_path, content, row, why):
    path = tmp_path / "export.csv"
    path.write_text(content, encoding="utf-8")

    reading = read(path)
    texts = [document.text for document in reading]

    assert texts[0].startswith(("gut", "good")), why
    assert len(texts) == content.split("omment")[1].count("\n") - 1
    assert reading.report.notes == [f"export.csv: the header is in row {row}; what stands above it was passed over"]


@pytest.mark.parametrize(
    ("content", "texts"),
    [
        ("comment\n\ngood, fast\nslow, dear\n", ["good, fast", "slow, dear"]),
        ("id;comment\n1;good\n", ["good"]),
        ("comment\ngood; id\nslow; id\n", ["good; id", "slow; id"]),
    ],
)
def test_what_is_no_title_is_read_as_before(tmp_path, content, texts):
    path = tmp_path / "export.csv"
    path.write_text(content, encoding="utf-8")

    reading = read(path)

    assert [document.text for document in reading if document.text] == texts
    assert reading.report.notes == []


@pytest.mark.parametrize(
    "content",
    ["Alles gut, danke\nLeider zu langsam\n", "The driver was kind. Thank you!\nToo slow\n"],
)
def test_one_column_without_a_name_is_an_error_that_says_what_to_do_and_not_what_was_written(tmp_path, content):
    path = tmp_path / "export.csv"
    path.write_text(content, encoding="utf-8")

    with pytest.raises(ColumnError, match="Put a row with a name above it") as caught:
        list(read(path))

    assert content.split()[1] not in str(caught.value)


@pytest.mark.parametrize(
    "header", ["Was können wir besser machen", "Why did you choose us, and what was good?", "Feedback"]
)
def test_a_question_may_name_the_only_column(tmp_path, header):
    path = tmp_path / "export.csv"
    path.write_text(f"{header}\ngut\n", encoding="utf-8")

    assert [document.text for document in read(path)] == ["gut"]
