"""Workbooks: which sheet is read, and what is refused before it is unpacked."""

import zipfile
from pathlib import Path

import pytest

from cxtext.sources import preview, read, workbooks

FIXTURES = Path(__file__).parent / "fixtures"
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>'
)
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def cell(place, value):
    if isinstance(value, int):
        return f'<c r="{place}"><v>{value}</v></c>'
    return f'<c r="{place}" t="inlineStr"><is><t>{value}</t></is></c>'


def rows_xml(rows):
    lines = (
        f'<row r="{n}">{"".join(cell(f"{chr(65 + i)}{n}", value) for i, value in enumerate(row) if value != "")}</row>'
        for n, row in enumerate(rows, start=1)
    )
    return "".join(lines)


def workbook(path, sheets, *, merged=()):
    """Write a workbook: title -> rows, or XML of rows."""
    merges = "".join(f'<mergeCell ref="{ref}"/>' for ref in merged)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        relation = (
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
        )
        target = f'<Relationship Id="r0" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
        archive.writestr("_rels/.rels", relation.format(target))
        names = "".join(f'<sheet name="{t}" sheetId="{i + 1}" r:id="r{i}"/>' for i, t in enumerate(sheets))
        archive.writestr(
            "xl/workbook.xml", f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{names}</sheets></workbook>'
        )
        links = "".join(
            f'<Relationship Id="r{i}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{i}.xml"/>'
            for i in range(len(sheets))
        )
        archive.writestr("xl/_rels/workbook.xml.rels", relation.format(links))
        for i, rows in enumerate(sheets.values()):
            xml = rows if isinstance(rows, str) else rows_xml(rows)
            cells = f"<mergeCells>{merges}</mergeCells>" if merges else ""
            archive.writestr(
                f"xl/worksheets/sheet{i}.xml",
                f'<worksheet xmlns="{MAIN}"><sheetData>{xml}</sheetData>{cells}</worksheet>',
            )
    return path


TABLE = [["Nr", "Kommentar", "NPS"], [1, "Kasse zu voll", 4], [2, "Nettes Team", 9]]


def test_the_sheet_with_known_headers_is_read_wherever_it_stands(tmp_path):
    path = workbook(
        tmp_path / "f.xlsx", {"Deckblatt": [["Umfrage 2026"], ["vertraulich"]], "Antworten": TABLE, "Leer": []}
    )

    assert preview(path).files[0].sheet == "Antworten"
    assert [d.text for d in read(path)] == ["Kasse zu voll", "Nettes Team"]


def test_of_two_sheets_that_fit_the_first_is_read(tmp_path):
    path = workbook(tmp_path / "f.xlsx", {"Januar": TABLE, "Februar": TABLE})

    assert preview(path).files[0].sheet == "Januar"


def reasons(path):
    reading = read(path)
    assert list(reading) == []
    return [r.reason for r in reading.report.rejects]


@pytest.mark.parametrize(
    ("ref", "expected"),
    [("A1:B1", ["merged_header"]), ("B1:B2", ["merged_header"])],
)
def test_merged_cells_in_the_header_are_refused(tmp_path, ref, expected):
    assert reasons(workbook(tmp_path / "f.xlsx", {"S": TABLE}, merged=[ref])) == expected


def test_merged_cells_below_the_header_are_read(tmp_path):
    path = workbook(tmp_path / "f.xlsx", {"S": TABLE}, merged=["B2:B3"])

    assert len(list(read(path))) == 2


@pytest.mark.parametrize(
    ("xml", "why"),
    [
        (rows_xml(TABLE) + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>', "a cell at the far end"),
        (rows_xml(TABLE) + "<row r='900000'><c r='ZZ900000'><v>1</v></c></row>", "single quotation marks"),
        ('<row r="1048576"><c><v>1</v></c></row><row r="1"><c r="XFD1"><v>1</v></c></row>', "cells without a name"),
        (" " * (2**24 + 1), "a zip bomb"),
    ],
)
def test_what_unpacks_to_far_more_than_its_file_is_refused(tmp_path, monkeypatch, xml, why):
    monkeypatch.setattr(workbooks, "_MOST_BYTES", 2**24)
    path = workbook(tmp_path / "f.xlsx", {"S": xml})
    assert path.stat().st_size < 2**16

    assert reasons(path) == ["too_large"], why


def test_a_directory_of_the_archive_that_lies_about_sizes_is_refused(tmp_path):
    path = workbook(tmp_path / "f.xlsx", {"S": "<!--" + "x" * 200_000 + "-->" + rows_xml(TABLE)})
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        size = archive.getinfo("xl/worksheets/sheet0.xml").file_size
    at = data.rindex(size.to_bytes(4, "little"))  # in the directory at the end
    data[at : at + 4] = (100).to_bytes(4, "little")
    path.write_bytes(data)

    assert reasons(path) == ["broken_xlsx"]


def test_an_encrypted_or_foreign_archive_is_refused(tmp_path):
    (tmp_path / "f.xlsx").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    with zipfile.ZipFile(tmp_path / "g.xlsx", "w") as archive:
        archive.writestr("readme.txt", "no workbook")

    assert reasons(tmp_path / "f.xlsx") == reasons(tmp_path / "g.xlsx") == ["broken_xlsx"]


def test_formulas_are_read_as_their_values():
    assert [(d.text, dict(d.scores)) for d in read(FIXTURES / "formulas.xlsx")] == [
        ("Zu laut", {"nps": 9}),
        ("", {"nps": 3}),
        ("", {}),
    ]


@pytest.mark.parametrize("merged", [(), ("A1:B1",)])
def test_titles_above_the_header_of_a_sheet_are_passed_over_and_noted(tmp_path, merged):
    path = tmp_path / "export.xlsx"
    rows = [["Umfrage Mai", ""], ["", ""], ["NPS", "Kommentar"], [9, "gut"], [2, "schlecht"]]
    workbook(path, {"Daten": rows}, merged=merged)

    reading = read(path)

    assert [document.text for document in reading] == ["gut", "schlecht"]
    assert reading.report.notes == ["export.xlsx: the header is in row 3; what stands above it was passed over"]
