"""Notes of the reader of the sources in a German report."""

import re
import tomllib
from pathlib import Path

import pytest

import cxtext
from cxtext.report.notes import in_language
from cxtext.sources import read

PACKAGE = Path(cxtext.__file__).parent
PAIRS = tomllib.loads((PACKAGE / "report/templates/notes.de.toml").read_text(encoding="utf-8"))["notes"]
GAP = re.compile(r"\{[^{}]+\}")


def written_by_the_package() -> str:
    """Give the modules that write notes, their literals joined."""
    rooms = ("sources", "engines")
    code = "\n".join(p.read_text(encoding="utf-8") for room in rooms for p in sorted((PACKAGE / room).rglob("*.py")))
    return GAP.sub("", re.sub(r"\"\s*\n\s*f?\"", "", code))


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair["en"][:60])
def test_each_sentence_is_written_somewhere_and_has_the_same_gaps(pair):
    longest = max(re.split(r"\{\w+\}|'|[:;,.] |since | is not known", pair["en"]), key=len).strip()
    assert longest in written_by_the_package()
    assert sorted(GAP.findall(pair["en"])) == sorted(GAP.findall(pair["de"]))


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair["en"][:60])
def test_each_sentence_is_found_again_with_its_names(pair):
    names = {gap: f"a{i}" for i, gap in enumerate(GAP.findall(pair["en"]))}
    filled, said = pair["en"], pair["de"]
    for gap, name in names.items():
        filled, said = filled.replace(gap, name), said.replace(gap, name)
    assert in_language(filled, "de") == said
    assert in_language(filled, "en") == filled


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ("Kommentar,Datum\nGut,03/04/2026\n", "umfrage.csv: Daten in „Datum“ passen zu Tag/Monat und zu Monat/Tag"),
        (
            "Kommentar,Datum\nGut,2026-03-04 10:00\n",
            "umfrage.csv: Zeiten in „Datum“ nennen keine Zeitzone; angenommen: ",
        ),
        ("Kommentar,Rating\nGut,3\n", "umfrage.csv: Spalte „Rating“ sieht nach einer Bewertung aus"),
    ],
)
def test_notes_of_a_file_are_german_in_a_german_report(tmp_path, table, expected):
    (tmp_path / "umfrage.csv").write_text(table, encoding="utf-8")
    reading = read(tmp_path / "umfrage.csv")
    list(reading)
    said = [in_language(note, "de") for note in reading.report.notes]
    assert any(note.startswith(expected) for note in said), said


def test_what_the_catalogue_does_not_hold_stays_as_it_is():
    assert in_language("something new {file}", "de") == "something new {file}"
    assert in_language("", "de") == ""
