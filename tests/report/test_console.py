"""What the command lines share: exit codes, errors, and words from outside."""

import json

import pytest
import typer

from cxtext.report.console import DONE, FAILED, USAGE, exit_code, failed, printable


@pytest.mark.parametrize(
    ("text", "shown", "why"),
    [
        ("Größe 👍", "Größe 👍", "letters and emoji stay"),
        ("a\x1b[31mb", "a [31mb", "colours of a terminal"),
        ("a\r\nb\u202ec", "a  b c", "line ends, and marks that turn the direction"),
        (7, "7", "anything that has a text"),
    ],
)
def test_what_steers_a_terminal_becomes_a_space(text, shown, why):
    assert printable(text) == shown, why


def test_a_failure_is_said_once_for_people_and_once_for_programs(capsys):
    assert failed(FAILED, "cannot read x", json_wanted=False) == FAILED
    people = capsys.readouterr()
    assert (people.out, people.err) == ("", "error: cannot read x\n")
    failed(USAGE, "no column 'ä'", json_wanted=True)
    both = capsys.readouterr()
    assert both.err == "error: no column 'ä'\n"
    assert json.loads(both.out) == {"status": "failed", "exit_code": USAGE, "message": "no column 'ä'"}


def test_a_command_line_gives_its_exit_code_and_does_not_leave():
    app = typer.Typer()

    @app.command()
    def run(code: int = 0) -> None:
        raise typer.Exit(code)

    assert exit_code(app, [], "x") == DONE
    assert exit_code(app, ["--code", "3"], "x") == 3
    assert exit_code(app, ["--nothing-like-it"], "x") == USAGE
