"""The command ``cxtext``: one name for the command lines, each of which is also a module of its own."""

import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from types import MappingProxyType
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from cxtext._version import __version__
from cxtext.report.console import exit_code

# Each is imported when it is asked for: no command pays for what another one needs.
COMMANDS: Mapping[str, str] = MappingProxyType(
    {
        "run": "cxtext.run",
        "annotate": "cxtext.stdin",
        "serve": "cxtext.serve",
        "train": "cxtext.train",
        "evaluate": "cxtext.evaluate",
    }
)

HELP = """Read customer feedback, in German and English, and say what delights and what annoys.

[bold]Examples[/bold]

    cxtext run umfrage.csv --out bericht

    cat comments.txt | cxtext annotate > annotations.jsonl

    cxtext serve --port 8080
"""


class Commands(TyperGroup):
    """The commands by name."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401 (typer's own)
        """Name them in the order in which people meet them."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ANN401 (typer's own)
        """Import the module of a command."""
        if cmd_name not in COMMANDS:
            return None
        command = typer.main.get_command(import_module(COMMANDS[cmd_name]).app)
        command.name = cmd_name
        return command


app = typer.Typer(cls=Commands, rich_markup_mode="rich", pretty_exceptions_enable=False)


def _say_version(wanted: bool) -> None:
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


@app.callback(help=HELP, no_args_is_help=True)
def cxtext(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version, and stop.", callback=_say_version, is_eager=True)
    ] = False,
) -> None:
    """Do what the command says."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    argv
        Arguments without the program's name; null takes those of the process.

    Returns
    -------
    int
        The exit code of the command; 2 where there is no such command.
    """
    return exit_code(app, argv, "cxtext")


if __name__ == "__main__":
    sys.exit(main())
