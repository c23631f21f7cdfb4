"""Tables with labels: cxtext.sources.labelled."""

import json

import pandas as pd
import pyarrow as pa
import pytest

from cxtext.errors import ColumnError, CxtextError, InputTypeError, InputValueError, SourceError, SourceNotFoundError
from cxtext.sources.labelled import read_labelled

ROWS = [
    {"Kommentar": "Zu teuer für Köln.", "Kategorie": "Preis"},
    {"Kommentar": "The app crashes.", "Kategorie": " App \n iOS "},
    {"Kommentar": "", "Kategorie": "Preis"},
    {"Kommentar": "Ganz okay.", "Kategorie": ""},
]


def write(folder, suffix):
    path, frame = folder / f"labels{suffix}", pd.DataFrame(ROWS)
    if suffix == ".csv":
        frame.to_csv(path, sep=";", index=False, encoding="cp1252")
    elif suffix == ".jsonl":
        path.write_text("\n".join(json.dumps(r) for r in ROWS), encoding="utf-8")
    elif suffix == ".json":
        path.write_text(json.dumps(ROWS), encoding="utf-8")
    elif suffix == ".parquet":
        frame.to_parquet(path)
    return path


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".json", ".parquet"])
def test_every_kind_of_table_is_read_alike(tmp_path, suffix):
    table = read_labelled(write(tmp_path, suffix), task="categories")
    assert [(t.row, t.text, t.label) for t in table.texts] == [
        (1, "Zu teuer für Köln.", "Preis"),
        (2, "The app crashes.", "App iOS"),
    ]
    assert (table.rows, table.without_text, table.without_label) == (4, 1, 1)
    assert table.notes() == ["1 rows without text are left out", "1 rows without label are left out"]


def test_a_workbook_is_read(root):
    table = read_labelled(root / "tests" / "sources" / "fixtures" / "survey.xlsx", task="categories", label="Sterne")
    assert table.text_column == "Rezension"
    assert table.texts


@pytest.mark.parametrize(
    "build", [pd.DataFrame, pa.Table.from_pylist, list, iter], ids=["pandas", "arrow", "list", "iter"]
)
def test_tables_in_memory_are_read(build):
    table = read_labelled(build(ROWS), task="categories")
    assert [t.label for t in table.texts] == ["Preis", "App iOS"]


@pytest.mark.parametrize(
    ("header", "task", "found", "why"),
    [
        (("text", "Stimmung", "Thema"), "sentiment", "Stimmung", "the task decides between two label columns"),
        (("text", "Stimmung", "Thema"), "categories", "Thema", "the same table for the other task"),
        (("text", "Gold-Label", "category"), "categories", "Gold-Label", "the plainest header comes first"),
    ],
)
def test_the_label_column_is_found_by_its_header(header, task, found, why):
    assert read_labelled([dict.fromkeys(header, "x")], task=task).label_column == found, why


def test_two_columns_need_no_header_for_the_text():
    table = read_labelled([{"Was war": "Gut.", "label": "positiv"}], task="sentiment")
    assert table.text_column == "Was war"


def test_question_and_language_come_along():
    rows = [{"text": "Preis", "label": "negative", "Frage": "Was störte?", "Sprache": "Deutsch"}]
    [item] = read_labelled(rows, task="sentiment").texts
    assert (item.question, item.language) == ("Was störte?", "de")


def test_numbers_as_labels_are_labels():
    assert [t.label for t in read_labelled([{"text": "a", "label": 3.0}], task="categories").texts] == ["3"]


@pytest.mark.parametrize(
    ("source", "options", "kind", "says"),
    [
        ([{"text": "a", "x": "b"}], {}, ColumnError, "no column whose header says that it holds the label"),
        (ROWS, {"label": "Kategori"}, ColumnError, "did you mean 'Kategorie'"),
        (ROWS, {"text": "Komentar"}, ColumnError, "did you mean 'Kommentar'"),
        (["a", "b"], {}, InputTypeError, "got list"),
        ({"text": "a"}, {}, InputTypeError, "got dict"),
        ("nowhere/labels.csv", {}, SourceNotFoundError, "does not exist"),
    ],
)
def test_what_cannot_be_read_is_said(source, options, kind, says):
    with pytest.raises(kind, match=says):
        read_labelled(source, task="categories", **options)


@pytest.mark.parametrize(("name", "content"), [("a.csv", b""), ("a.txt", b"hallo"), ("a.parquet", b"PAR1x")])
def test_files_that_are_no_tables_are_refused(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SourceError):
        read_labelled(tmp_path / name, task="categories")
    with pytest.raises(SourceError, match="is a folder"):
        read_labelled(tmp_path, task="categories")


@pytest.mark.parametrize(
    "words",
    [["Quittenmarmelade war teuer und der Versand hat dann auch noch drei Wochen gedauert."] * 9,
     [f"Quittenmarmelade {i}" for i in range(9)]],
    ids=["long", "all different"],
)  # fmt: skip
def test_a_text_column_taken_for_labels_is_refused_without_a_word_of_it(words):
    with pytest.raises(InputValueError, match="does not hold labels") as error:
        read_labelled([{"text": "a", "Freitext": w} for w in words], task="categories", label="Freitext")
    assert "Quittenmarmelade" not in str(error.value)
    assert isinstance(error.value, CxtextError)


def test_a_name_that_fits_two_columns_or_none_chooses_neither():
    rows = pd.DataFrame([["gut", "a", "b"]], columns=["Text", "kategorie", "KATEGORIE"])
    with pytest.raises(ColumnError) as refused:
        read_labelled(rows, task="categories", label="Kategorie")
    assert str(refused.value) == "table: label names 'Kategorie', which fits 2 columns; rename one"
    assert [t.label for t in read_labelled(rows, task="categories", label="KATEGORIE").texts] == ["b"], "to the letter"


def test_a_file_that_breaks_off_gives_what_stands_before_and_says_so(tmp_path):
    path = tmp_path / "labels.json"
    path.write_text('[{"Text": "gut", "Kategorie": "Preis"}, {"Text": "geheim', encoding="utf-8")
    table = read_labelled(path, task="categories")
    assert [t.label for t in table.texts] == ["Preis"]
    assert table.notes() == ["1 rows are rejected: broken_json"]


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("labels.xlsx", b"PK\x03\x04" + b"x" * 500, "labels.xlsx cannot be read: broken_xlsx"),
        ("labels.csv", b"Text;Kategorie\n" + b"gut;Preis\n" * 9 + b"\x00\xff\x81;Preis\n", "cannot be read: not_text"),
    ],
)
def test_a_damaged_file_is_refused_by_its_name_and_a_reason(tmp_path, name, content, says):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SourceError, match=says):
        read_labelled(tmp_path / name, task="categories")


def test_values_that_are_no_texts_are_counted_and_left_out():
    rows = [
        {"Text": "gut", "Kategorie": "Preis"},
        {"Text": {"de": "gut"}, "Kategorie": "Preis"},
        {"Text": "gut", "Kategorie": ["Preis"]},
    ]
    table = read_labelled(rows, task="categories", text="Text", label="Kategorie")
    assert [t.row for t in table.texts] == [1]
    assert table.rejected == {"not_text": 2}
