"""The section on the taxonomy: cxtext.report.taxonomy."""

import pandas as pd
import pytest

from cxtext.report.result import Analysis
from cxtext.report.taxonomy import taxonomy
from cxtext.report.wording import wording

TOPICS = pd.DataFrame(
    [
        (0, None, "Preis", "Preis", "Price", 30, "price"),
        (1, None, "Personal", "Personal", "Staff", 20, "staff"),
        (2, None, "Parkplatz <b>", "Parkplatz <b>", "parking", 12, None),
        (3, None, "Fahrstuhl", "Fahrstuhl", "lift", 3, None),
        (4, 6, "Wetter", "Wetter", "weather", 15, None),
        (6, None, "Garten", "Garten", "garden", 15, None),
    ],
    columns=["id", "parent", "label", "label_de", "label_en", "size", "category"],
)
TOLD = {
    "name": "shop",
    "topics": 2,
    "units": 80,
    "untagged": 0.4,
    "overlaps": [{"topics": [1, 0], "n": 8, "share": 0.4}],
}


@pytest.fixture
def result():
    return Analysis(
        topics=TOPICS, drivers=None, quality={"documents": 60, "analysed": 60, "untagged": 0.4}, meta={"taxonomy": TOLD}
    )


def test_it_says_what_is_covered_missed_and_given_together(result):
    found = taxonomy(result.to_dict(language="en"), wording("en"))
    assert found["untagged"] == "40.0% of 80 text units have no topic of the taxonomy “shop”."
    assert [(t["label"], t["size"]) for t in found["missed"]] == [("garden", "15"), ("parking", "12")], (
        "the largest first, those of the top only, none of fewer than five"
    )
    assert found["overlaps"] == ["“Staff” and “Price”: 8 text units, 40.0% of those with the first"]


@pytest.mark.parametrize(
    ("language", "heading"), [("de", "Was die Taxonomie abdeckt"), ("en", "What the taxonomy covers")]
)
def test_html_and_markdown_both_have_it(result, tmp_path, language, heading):
    result.to_html(tmp_path / "r.html", language=language)
    html = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert heading in html
    assert heading in result.to_markdown(language=language)


def test_labels_are_escaped(result, tmp_path):
    result.to_html(tmp_path / "r.html", language="de")
    html = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert "Parkplatz &lt;b&gt;" in html
    assert "Parkplatz <b>" not in html
    assert "Parkplatz <b>" not in result.to_markdown(language="de")


def test_without_a_taxonomy_or_texts_there_is_none(result):
    report = result.to_dict(language="en")
    assert taxonomy({**report, "meta": {}}, wording("en")) is None
    assert taxonomy({**report, "meta": {"taxonomy": {**TOLD, "untagged": None}}}, wording("en")) is None
    assert "What the taxonomy covers" not in Analysis(topics=TOPICS, drivers=None).to_markdown(language="en")


def test_nothing_missed_is_said(result):
    whole = Analysis(topics=TOPICS[:2], drivers=None, meta={"taxonomy": {**TOLD, "overlaps": []}})
    text = whole.to_markdown(language="en")
    assert "No further topics were found in it" in text
    assert "given together" not in text
