"""The command ``cxtext``: one name for all command lines."""

import subprocess
import sys
from importlib import import_module

import pytest

from cxtext import __version__
from cxtext.__main__ import COMMANDS, main


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_says_what_its_module_says(name, capsys):
    assert main([name, "--help"]) == 0
    here = capsys.readouterr().out
    assert import_module(COMMANDS[name]).main(["--help"]) == 0
    there = capsys.readouterr().out
    # All but the line with the program's name.
    assert here.split("Usage:")[1].split("\n")[1:] == there.split("Usage:")[1].split("\n")[1:]


def test_help_names_every_command(capsys):
    assert main(["--help"]) == 0
    shown = capsys.readouterr().out
    assert all(name in shown for name in COMMANDS)


def test_version(capsys):
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.strip() == __version__


def test_an_unknown_command_is_a_usage_error(capsys):
    assert main(["rnu"]) == 2
    assert "rnu" in capsys.readouterr().err


def test_the_package_runs_as_a_module():
    done = subprocess.run([sys.executable, "-m", "cxtext", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == __version__


def test_help_loads_nothing_heavy():
    code = "import sys; from cxtext.__main__ import main; main(['--help']); print(sorted(sys.modules), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stderr.replace("'", "").strip("[]\n").split(", "))
    assert not loaded & {"numpy", "pandas", "onnxruntime", "sklearn", "fastapi", "uvicorn", "datasets"}
