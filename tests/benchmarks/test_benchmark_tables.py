"""The documentation's tables are those of the results."""

from pathlib import Path

import pytest

from benchmarks.tables import MISSING, PAGE, RESULTS, SECTIONS, fill, read_results, spread, table


def test_the_page_says_what_was_measured():
    page = PAGE.read_text(encoding="utf-8")
    assert page == fill(page, read_results(RESULTS)), "run benchmarks/tables.py"


def page(said: str) -> str:
    sections = (f"<!-- {name}: begin -->\n{said}\n<!-- {name}: end -->" for name in SECTIONS)
    return "before\n" + "\nbetween\n".join(sections) + "\nafter"


def test_sections_are_replaced_between_their_markers_only(monkeypatch):
    for name in SECTIONS:
        monkeypatch.setitem(SECTIONS, name, lambda result: [result["said"], ""])
    results = {name: {"said": "new"} for name in SECTIONS}
    assert fill(page("old"), results) == page("\nnew\n")


def test_sections_without_results_say_so():
    assert fill(page("old"), {}) == page("\n" + "\n".join(MISSING))


def test_a_missing_section_is_said():
    with pytest.raises(ValueError, match="quality"):
        fill("no markers", {})


def test_results_that_were_not_made_are_left_out(tmp_path: Path):
    assert read_results(tmp_path) == {}


def test_what_is_missing_is_a_dash():
    assert table(["a"], [[spread(None)], [spread({"value": 0.5, "low": 0.41, "high": 0.6})]]) == [
        "| a |",
        "|---|",
        "| – |",
        "| 0.500 [0.410, 0.600] |",
        "",
    ]
