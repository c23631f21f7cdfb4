"""The report as Markdown."""

import pandas as pd
import pytest

from cxtext import Analysis
from cxtext.report.markdown import escaped


def test_both_lists_stand_as_tables(rich):
    text = rich.to_markdown()
    assert "## ▲ Was begeistert" in text
    assert (
        "| 1 | Pünktlichkeit | 312 | 25,2\u00a0% | 22,8–27,7\u00a0% | −6,1 | −7,8 bis −4,4 | A | Basismerkmal |" in text
    )


def test_every_table_row_has_as_many_cells_as_its_head(rich):
    block = []
    for line in [*rich.to_markdown(language="en").splitlines(), ""]:
        if line.startswith("|"):
            block.append(line.replace("\\|", "").count("|"))
        else:
            assert len(set(block)) <= 1
            block = []


@pytest.mark.parametrize("name", ["rich", "without_outcome", "tiny", "empty"])
def test_it_says_what_the_html_says(name, request):
    result = request.getfixturevalue(name)
    text = result.to_markdown(language="de")
    assert text.startswith("# Was Kunden begeistert und was sie stört\n")
    assert text.endswith("\n")
    assert "## Methode und Grenzen" in text


def test_words_cannot_open_markup():
    label = "a | b\n# c <img src=x onerror=1> [x](javascript:1) `d` *e*"
    drivers = pd.DataFrame(
        {"topic": [0], "polarity": ["negative"], "n": [40], "share": [0.1], "share_low": [0.0], "share_high": [0.2]}
    )
    topics = pd.DataFrame({"id": [0], "parent": [None], "label": [label], "size": [40]})
    text = Analysis(topics=topics, drivers=drivers, quality={"analysed": 400}).to_markdown()
    assert label not in text
    assert "<img" not in text.replace("\\<", "")
    assert escaped(label) in text


def test_the_aggregate_level_has_no_record_ids(rich):
    assert "umfrage.csv#" not in rich.to_markdown(level="aggregate")
