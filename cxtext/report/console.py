"""What the command lines share: exit codes, errors as text or JSON, and words from outside made safe to print."""

import json
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import typer

DONE, FAILED, USAGE, NOTHING_USABLE, ALERT = 0, 1, 2, 3, 4


def printable(text: object) -> str:
    r"""Put a space for every control character: file names, headers and texts must not steer the terminal.

    >>> printable("Bahn\x1b[2J")
    'Bahn [2J'
    """
    return "".join(c if c.isprintable() else " " for c in str(text))


def to_json(value: object) -> str:
    """Write a machine-readable summary.

    >>> print(to_json({"status": "done"}))
    {
     "status": "done"
    }
    """
    return json.dumps(value, ensure_ascii=True, indent=1)


def failed(code: int, message: str, *, json_wanted: bool) -> int:
    """Print an error to stderr, to stdout too as JSON where it was asked for, and give its exit code."""
    import typer

    typer.echo(f"error: {message}", err=True)
    if json_wanted:
        typer.echo(to_json({"status": "failed", "exit_code": code, "message": message}))
    return code


def broken_off(error: OSError | MemoryError, *, resumable: bool) -> str:
    """Say why a run could not go on, and what to do next.

    >>> broken_off(OSError(28, "No space left on device", "out/report.html"), resumable=False)
    'cannot write or read out/report.html: No space left on device'
    """
    if isinstance(error, OSError):
        why = f"cannot write or read {error.filename}: {error.strerror}"
    else:
        why = "there is not enough memory"
    return f"{why}. What was annotated is kept: run again with --resume when there is room" if resumable else why


def command_line() -> "typer.Typer":
    """Give a command line to which a command is added."""
    import typer

    return typer.Typer(
        add_completion=False,
        rich_markup_mode="rich",
        # A traceback with local variables would print customers' words.
        pretty_exceptions_enable=False,
    )


def exit_code(app: Callable[..., object], argv: Sequence[str] | None, name: str) -> int:
    """Run a command line and give its exit code instead of leaving the process."""
    try:
        app(args=None if argv is None else list(argv), prog_name=name)
    except SystemExit as done:
        return done.code if isinstance(done.code, int) else USAGE
    return DONE
