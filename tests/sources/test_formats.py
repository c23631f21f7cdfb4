import pytest

from cxtext.errors import InputValueError
from cxtext.sources import formats, preview, read
from cxtext.sources.delimited import DelimitedTable
from cxtext.sources.formats import FORMATS, Format, known_suffixes
from cxtext.sources.plain import read_txt


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"WEBVTT\n\n00:01.000 --> 00:02.000\nHallo\n", "vtt"),
        (b'[{"text": "a"}]', "json"),
        (b"From: a@post.example\nDate: Mon, 2 Feb 2026 10:00:00 +0000\n\nHallo\n", "eml"),
        (b"From - Mon Feb  2 10:00:00 2026\nFrom: a@post.example\n\nHallo\n", "mbox"),
    ],
)
def test_a_named_file_without_a_known_suffix_is_told_by_its_content(tmp_path, content, expected):
    path = tmp_path / "export.dat"
    path.write_bytes(content)

    assert [f.format for f in preview(path).files] == [expected]


def test_a_further_format_is_one_entry(tmp_path, monkeypatch):
    monkeypatch.setattr(formats, "FORMATS", (Format(name="log", suffixes=(".log",), documents=read_txt), *FORMATS))
    (tmp_path / "a.log").write_text("Der Zug kam.", encoding="utf-8")

    assert [d.text for d in read(tmp_path)] == ["Der Zug kam."]


def test_a_format_reads_tables_or_documents_and_not_both():
    with pytest.raises(InputValueError):
        Format(name="none", suffixes=(".x",))
    with pytest.raises(InputValueError):
        Format(name="both", suffixes=(".x",), table=DelimitedTable, documents=read_txt)


def test_no_suffix_stands_for_two_formats():
    suffixes = known_suffixes()

    assert len(set(suffixes)) == len(suffixes)
    assert all(s == s.lower() and s.startswith(".") for s in suffixes)
