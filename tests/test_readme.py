"""What the README shows is what happens."""

import re
import shutil
from pathlib import Path

import pytest


def blocks(root: Path, language: str) -> list[str]:
    text = (root / "README.md").read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)


def test_two_commands_of_one_line_each_set_everything_up(root: Path) -> None:
    demo, tests = blocks(root, "bash")[:2]
    for command in (demo, tests):
        assert command.count("\n") == 1, "one line"
        assert " && " in command
        assert not re.search(r"(^|\s)[#$>]\s", command), "no prompt sign, no comment"
        assert "-c constraints.txt" in command
    assert "-m cxtext.run examples/" in demo
    assert "--out report " in demo
    assert "--force" in demo, "it can be run twice"
    assert "pytest" in tests


def test_the_report_of_the_demo_is_not_part_of_the_project(root: Path) -> None:
    assert "/report/" in (root / ".gitignore").read_text(encoding="utf-8").split()


def test_continuous_integration_reads_its_commands_from_the_readme(root: Path) -> None:
    script = root / ".ci" / "run"
    assert script.stat().st_mode & 0o111
    content = script.read_text(encoding="utf-8")
    assert "README.md" in content
    assert "report/report.html" in content
    assert "pytest" not in content, "the test command has one home"


def test_the_examples_run_in_python(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copy(root / "examples" / "feedback" / "survey.csv", tmp_path / "feedback.csv")
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    first, *rest = blocks(root, "python")
    exec(compile(first, "README.md", "exec"), names)
    assert "App" in capsys.readouterr().out
    for block in rest:
        exec(compile(block, "README.md", "exec"), names)
    assert (tmp_path / "report.html").stat().st_size > 10_000


@pytest.mark.parametrize("option", ["--out", "--score", "--outcome", "--segment"])
def test_the_options_shown_exist(root: Path, option: str) -> None:
    from typer.main import get_command

    from cxtext.run import app

    [shown] = blocks(root, "console")
    assert option in shown
    assert any(option in parameter.opts for parameter in get_command(app).params)
