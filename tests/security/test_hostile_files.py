"""Files that unpack, nest or repeat without end are read in bounded memory and time, or rejected with a reason."""

import gzip
import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from cxtext.sources import workbooks
from cxtext.sources.mail_html import html_to_text
from cxtext.sources.reading import read
from cxtext.text.redaction import redact

pytestmark = pytest.mark.timeout(120)

MEMORY_MB = 1024  # beyond what the interpreter and its libraries take
READ = """
import resource, sys
import cxtext, numpy, pandas, pyarrow, python_calamine, selectolax.lexbor
from cxtext.sources.reading import read
base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
reading = read(sys.argv[1])
count = sum(1 for _ in reading)
used = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - base) // 1024
print(count, used, *(r.reason for r in reading.report.rejects[:3]))
"""


def outcome(path: Path) -> tuple[int, list[str]]:
    """Read a file in a process of its own: how many documents it gave, and why some were rejected."""
    done = subprocess.run([sys.executable, "-c", READ, str(path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    count, used, *reasons = done.stdout.split()
    assert int(used) < MEMORY_MB
    return int(count), reasons


def book(path: Path, sheet: str, strings: str = "", head: str = "") -> Path:
    """Write a workbook of one sheet by hand."""
    office, package = (
        "http://schemas.openxmlformats.org/officeDocument/2006",
        "http://schemas.openxmlformats.org/package",
    )
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    links = f'<Relationships xmlns="{package}/2006/relationships">'
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/2006/content-types"/>',
        "_rels/.rels": f'{links}<Relationship Id="r1" Type="{office}/relationships/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}/relationships"><sheets>'
        '<sheet name="A" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'{links}<Relationship Id="r1" Type="{office}/relationships/worksheet" '
        f'Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="{office}/relationships/sharedStrings" '
        'Target="sharedStrings.xml"/></Relationships>',
        "xl/sharedStrings.xml": f'{head}<sst xmlns="{main}"><si><t>Kommentar</t></si>{strings}</sst>',
        "xl/worksheets/sheet1.xml": f'{head}<worksheet xmlns="{main}"><sheetData>'
        f'<row r="1"><c r="A1" t="s"><v>0</v></c></row>{sheet}</sheetData></worksheet>',
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def cells(count: int) -> str:
    return "".join(f'<row r="{i}"><c r="A{i}" t="s"><v>1</v></c></row>' for i in range(2, count + 2))


LAUGHS = (
    '<!DOCTYPE a [<!ENTITY a "' + "ha" * 50 + '">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefghi", "bcdefghij", strict=True))
    + "]>"
)  # fmt: skip


def test_a_workbook_as_it_should_be(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", cells(3), "<si><t>Der Zug war pünktlich.</t></si>")
    assert [d.text for d in read(path)] == ["Der Zug war pünktlich."] * 3


def test_a_workbook_whose_cells_name_one_long_text(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", cells(100_000), f"<si><t>{'x' * 32_000}</t></si>")
    assert path.stat().st_size < 2**20
    assert outcome(path) == (0, ["too_large"])


@pytest.mark.parametrize("attribute", ['s="1" t="s"', "t='s'", 't = "s" s="1"'], ids=["order", "marks", "blanks"])
def test_cells_are_counted_however_they_are_written(
    attribute: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = "".join(f'<row r="{i}"><c r="A{i}" {attribute}><v> 1 </v></c></row>' for i in range(2, 5002))
    path = book(tmp_path / "a.xlsx", rows, f"<si><t>{'x' * 1000}</t></si>")
    monkeypatch.setattr(workbooks, "_MOST_TEXT", 4_900_000)
    assert not list(reading := read(path))
    assert [r.reason for r in reading.report.rejects] == ["too_large"]


def test_entities_that_name_entities_are_not_unfolded(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", cells(10), "<si><t>&j;</t></si>", LAUGHS)
    assert outcome(path) == (0, ["broken_xlsx"])


def test_entities_that_name_files_are_not_read(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("Geheimnis4711", encoding="utf-8")
    head = f'<!DOCTYPE a [<!ENTITY j SYSTEM "file://{tmp_path}/secret">]>'
    path = book(tmp_path / "a.xlsx", cells(2), "<si><t>&j;</t></si>", head)
    assert not [d for d in read(path) if "Geheimnis" in d.text]


def test_a_part_ten_thousand_times_its_packed_size(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive,
        archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part,
    ):
        for _ in range(1100):
            part.write(bytes(2**20))
    assert path.stat().st_size * 900 < 1100 * 2**20
    assert outcome(path) == (0, ["too_large"])


@pytest.mark.parametrize("name", ["letter.docx", "data.csv.gz", "data.zip", "page.html", "letter.odt", "macro.xlsb"])
def test_what_is_not_read_is_said_so(name: str, tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", f"{LAUGHS}<a>&j;</a>")
    content = gzip.compress(bytes(2**24)) if name.endswith("gz") else buffer.getvalue()
    (tmp_path / name).write_bytes(content)
    assert not list(reading := read(tmp_path / name))
    assert [r.reason for r in reading.report.rejects] == ["unknown_format"]


@pytest.mark.parametrize("name", ["a.xlsx", "a.csv", "a.json", "a.jsonl", "a.parquet", "a.eml", "a.vtt", "a.msg"])
def test_an_archive_by_another_name_is_unpacked_by_nobody(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(gzip.compress(bytes(2**26)))
    count, reasons = outcome(tmp_path / name)
    assert count == 0
    assert reasons


@pytest.mark.parametrize("suffix", ["json", "jsonl"])
@pytest.mark.parametrize("depth", [200, 900, 2_000, 200_000])
@pytest.mark.parametrize("brackets", ["[]", "{}"])
def test_values_in_values(suffix: str, depth: int, brackets: str, tmp_path: Path) -> None:
    opening, closing = ("[", "]") if brackets == "[]" else ('{"a":', "}")
    nested = opening * depth + "1" + closing * depth
    path = tmp_path / f"a.{suffix}"
    line = f'{{"id": "1", "text": "Gut", "Kommentar": {nested}}}'
    path.write_text(f"[{line}]" if suffix == "json" else line + "\n", encoding="utf-8")
    for document in (reading := read(path)):
        redact(document)
    assert reading.report.rejects or reading.report.files[0].documents == 1


def test_a_record_of_a_hundred_thousand_fields(tmp_path: Path) -> None:
    record = {"text": "Gut", **{f"Feld {i}": "x" for i in range(100_000)}}
    (tmp_path / "a.jsonl").write_text(json.dumps(record) + "\n", encoding="utf-8")
    count, _ = outcome(tmp_path / "a.jsonl")
    assert count <= 1


def test_a_mail_of_ten_thousand_parts(tmp_path: Path) -> None:
    part = "--x\nContent-Type: text/plain\n\nGut.\n"
    head = "From: a@example.org\nContent-Type: multipart/mixed; boundary=x\n\n"
    (tmp_path / "a.eml").write_text(head + part * 10_000 + "--x--\n", encoding="utf-8")
    assert outcome(tmp_path / "a.eml") == (1, [])


@pytest.mark.parametrize("depth", [50, 2000])
def test_mails_in_mails(depth: int, tmp_path: Path) -> None:
    mail = "From: a@example.org\n"
    for i in range(depth):
        mail += f"Content-Type: multipart/mixed; boundary=x{i}\n\n--x{i}\n"
    (tmp_path / "a.eml").write_text(mail + "Content-Type: text/plain\n\nGut.\n", encoding="utf-8")
    count, reasons = outcome(tmp_path / "a.eml")
    assert count == 1 or reasons == ["broken_mail"]


TAGS = ["<div>", "<blockquote>", "<table><tr><td>", "<b>", "<div class=gmail_signature>--", "<div id=divRplyFwdMsg>",
        "<p><div class=gmail_quote>", "<!--", "<svg>", "<pre>", "<a href='"]  # fmt: skip


@pytest.mark.parametrize("tag", TAGS)
def test_a_hundred_thousand_tags_in_tags(tag: str, tmp_path: Path) -> None:
    html = tag * (100_000 // tag.count("<")) + "Gut."
    head = "From: a@example.org\nContent-Type: text/html\n\n"
    (tmp_path / "a.eml").write_text(head + html, encoding="utf-8")
    count, _ = outcome(tmp_path / "a.eml")
    assert count == 1


def test_a_mail_whose_markup_is_no_program() -> None:
    text = html_to_text("<script>alert(1)</script><img src=x onerror=alert(1)>Gut<iframe src='file:///etc/passwd'>")
    assert text == "Gut"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("quotes.csv", "Kommentar;NPS\n" + '"a;1\n' * 100_000),
        ("delimiters.csv", "Kommentar" + ";" * 2_000_000 + "\n"),
        ("columns.csv", ";".join(f"a{i}" for i in range(100_000)) + "\n"),
        ("cues.vtt", "WEBVTT\n\n" + "00:00.000 --> 00:01.000\n<v A>ja\n\n" * 50_000),
        ("speakers.vtt", "WEBVTT\n\n" + "".join(f"00:00.000 --> 00:01.000\n<v S{i}>ja\n\n" for i in range(20_000))),
        ("turns.txt", "".join(f"Kunde: ja\nAgent: nein\nund {i}\n" for i in range(50_000))),
        ("from.mbox", "From a@b Mon Mar  2 10:00:00 2026\n\n" * 50_000),
        ("brackets.txt", "[" * 2_000_000),
    ],
)
def test_what_repeats_without_end(name: str, content: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    count, reasons = outcome(tmp_path / name)
    assert count or reasons
