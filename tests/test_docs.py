"""What the documentation says is what the code does."""

import re
import shutil
import tomllib
from pathlib import Path
from typing import Any

import pytest

from cxtext.documents import Document, Segment
from cxtext.pipeline import Draft, Pipeline, Stage
from cxtext.sources.formats import known_suffixes


def blocks(path: Path, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)


def test_every_suffix_that_is_read_is_documented(root: Path) -> None:
    text = (root / "docs" / "formats.md").read_text(encoding="utf-8")
    assert set(re.findall(r"`(\.\w+)`", text)) == set(known_suffixes())


def test_the_headers_named_as_examples_are_synonyms(root: Path) -> None:
    from cxtext.sources.columns import plain_header, synonyms

    text = (root / "docs" / "formats.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (?:score `)?(\w+)[^|]*\| ([^|]*[;,][^|]*) \|$", text, flags=re.MULTILINE)
    roles = {
        role: re.split(r"[;,] ", words) for role, words in rows if role in synonyms() or role in synonyms()["scores"]
    }
    assert {"text", "time", "nps", "stars"} <= roles.keys()
    for role, words in roles.items():
        known = synonyms()["scores"].get(role) or synonyms()[role]["exact"]
        for word in words:
            assert plain_header(word) in known, f"{word} is no synonym of {role}"


def test_the_columns_of_the_annotations_are_documented(root: Path) -> None:
    from cxtext.engines.parts import schema

    text = (root / "docs" / "formats.md").read_text(encoding="utf-8")
    table = text[text.index("### Annotations") : text.index("```sql")]
    named = [n for row in re.findall(r"^\| (`.*?) \|", table, flags=re.MULTILINE) for n in re.findall(r"`(\w+)`", row)]
    assert named == schema().names


def test_the_keys_of_the_report_are_documented(root: Path) -> None:
    import pandas as pd

    from cxtext.report.result import Analysis
    from cxtext.report.tables import names

    empty = Analysis(topics=pd.DataFrame(columns=names("topics")), drivers=pd.DataFrame(columns=names("drivers")))
    text = (root / "docs" / "formats.md").read_text(encoding="utf-8")
    section = text[text.index("### The report as JSON") :]
    for key in empty.to_dict():
        assert f"`{key}`" in section, key


def test_the_columns_of_the_driver_table_are_documented(root: Path) -> None:
    from cxtext.analysis.key_drivers import COLUMNS

    text = (root / "docs" / "concepts.md").read_text(encoding="utf-8")
    for column in set(COLUMNS) - {"topic", "polarity", "kind"}:
        assert f"`{column}`" in text, column


def test_the_pipeline_shown_is_the_default_one(root: Path) -> None:
    [shown] = blocks(root / "docs" / "command-line.md", "toml")
    names = [s["name"] for s in tomllib.loads(shown)["stages"]]
    assert names == [s.name for s in Pipeline.default().stages if s.name != "redact.v1"]
    assert [s.name for s in Pipeline.from_config(shown).stages] == names


def test_every_option_of_the_command_line_is_documented_and_no_other(root: Path) -> None:
    from typer.main import get_command

    from cxtext.run import app

    text = (root / "docs" / "command-line.md").read_text(encoding="utf-8")
    options = {o for p in get_command(app).params for o in p.opts if o.startswith("--") and o != "--help"}
    assert set(re.findall(r"^\| `(--[\w-]+)", text, flags=re.MULTILINE)) == options


def test_the_stage_shown_in_the_guide_is_one(root: Path) -> None:
    [shown] = blocks(root / "CONTRIBUTING.md", "python")
    names: dict[str, object] = {}
    exec(compile(shown, "CONTRIBUTING.md", "exec"), names)
    stage = names["MarkShouting"]()  # type: ignore[operator]
    assert isinstance(stage, Stage)
    draft = Draft(document=Document(text="DAS GEHT NICHT"), segments=(Segment(start=0, end=14),))
    [result] = stage.predict([draft])
    assert result.keys() == stage.provides
    assert [m.text for m in result["markers"]] == ["DAS", "GEHT", "NICHT"]


def test_the_example_of_own_labels_runs(root: Path) -> None:
    [shown] = blocks(root / "docs" / "own-labels.md", "python")
    names: dict[str, Any] = {}
    exec(compile(shown, "own-labels.md", "exec"), names)
    assert names["learnt"].model.predict(["Kind staff!"]).tolist() == ["Personal"]


def test_the_options_of_training_and_measuring_exist(root: Path) -> None:
    from typer.main import get_command

    from cxtext import evaluate, train

    text = (root / "docs" / "own-labels.md").read_text(encoding="utf-8")
    known = {o for app in (train.app, evaluate.app) for p in get_command(app).params for o in p.opts}
    named = set(re.findall(r"(?<=[`, ])--[a-z-]+", text))
    assert named - known == {"--config"}, "an option of cxtext.run"
    assert named >= {"--task", "--out", "--model", "--show-texts", "--finetune"}


@pytest.mark.parametrize("name", ["README.md", "docs/concepts.md", "docs/limits.md"])
def test_no_figure_of_quality_or_speed_is_claimed_outside_the_model_card(root: Path, name: str) -> None:
    # Measured figures stand in the model card and in benchmarks/, beside the script that gave them.
    text = (root / name).read_text(encoding="utf-8")
    assert not re.search(r"(?i)\bF1\b|accuracy of|\b\d[\d.,]* (?:texts|documents) (?:per|a) second", text)


PAGES = sorted(p for p in (Path(__file__).parents[1] / "docs").rglob("*.md") if blocks(p, "python"))


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.stem)
def test_what_a_page_shows_runs_from_top_to_bottom(
    page: Path, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("survey.csv", "feedback.csv", "umfrage.csv"):
        shutil.copy(root / "examples" / "feedback" / "survey.csv", tmp_path / name)
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {"__name__": "shown"}
    for block in blocks(page, "python"):
        exec(compile(block, page.name, "exec"), names)
