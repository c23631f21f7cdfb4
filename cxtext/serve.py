"""The HTTP service: ``python -m cxtext.serve``."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from cxtext.errors import ArtefactError, CxtextError, MissingExtraError
from cxtext.report.console import DONE, FAILED, USAGE, command_line, exit_code, failed

HELP = """Answer requests over HTTP: annotate, encode, streams of NDJSON, health, metrics.

/openapi.json describes all of it. Beyond this machine the service listens only with API keys.
"""

EXAMPLES = """[bold]Examples[/bold]

    python -m cxtext.serve

    curl --json '{"text": "Der Zug war pünktlich, aber die App stürzt ab."}' http://127.0.0.1:8765/v1/annotate

    CXTEXT_API_KEYS=crm:$(openssl rand -hex 24) python -m cxtext.serve --host 0.0.0.0

[bold]Exit codes[/bold]  0 ended as asked to, 1 failed, 2 usage
"""

app = command_line()


@app.command(help=HELP, epilog=EXAMPLES)
def serve(
    host: Annotated[str, typer.Option("--host", metavar="ADDRESS", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Port; 0 takes a free one.")] = 8765,
    keys: Annotated[
        Path | None,
        typer.Option("--keys", metavar="FILE", help="API keys, NAME:KEY a line; else those in CXTEXT_API_KEYS."),
    ] = None,
    config: Annotated[
        Path | None, typer.Option("--config", metavar="FILE", help="TOML file that describes a pipeline.")
    ] = None,
    max_body: Annotated[int, typer.Option("--max-body", min=1, help="Bytes of a body, and of a line.")] = 2_097_152,
    max_texts: Annotated[int, typer.Option("--max-texts", min=1, help="Texts of a request.")] = 1_000,
    max_characters: Annotated[int, typer.Option("--max-characters", min=1, help="Characters of a text.")] = 100_000,
    queue: Annotated[int, typer.Option("--queue", min=1, help="Characters of texts that may wait.")] = 150_000,
) -> None:
    """Run the command; the options' own texts say what they mean."""
    try:
        code = _serve(host, port, keys, config, max_body, max_texts, max_characters, queue)
    except ArtefactError as error:
        code = failed(FAILED, str(error), json_wanted=False)
    except CxtextError as error:
        code = failed(USAGE, str(error), json_wanted=False)
    raise typer.Exit(code)


def _serve(
    host: str,
    port: int,
    key_file: Path | None,
    config: Path | None,
    max_body: int,
    max_texts: int,
    max_characters: int,
    queue: int,
) -> int:
    from cxtext.service.keys import VARIABLE, check_host, read_keys
    from cxtext.service.limits import Limits

    # Before anything that takes long: whoever forgot a key should not wait for the model.
    keys = read_keys(key_file, os.environ.get(VARIABLE))
    check_host(host, keys)
    try:
        import fastapi  # noqa: F401
        import prometheus_client  # noqa: F401
        import uvicorn  # noqa: F401
    except ModuleNotFoundError as error:
        raise MissingExtraError(error.name or "fastapi", "service") from None

    from cxtext.service.app import Service
    from cxtext.service.server import run
    from cxtext.service.work import make_work

    limits = Limits(body=max_body, texts=max_texts, characters=max_characters, queue=queue)
    service = Service(make_work(config), keys=keys, limits=limits)
    return DONE if run(service, host=host, port=port) else FAILED


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    argv
        Arguments without the program's name; null takes those of the process.

    Returns
    -------
    int
        The exit code: 0 ended as asked to, 1 failed, 2 usage.
    """
    return exit_code(app, argv, "python -m cxtext.serve")


if __name__ == "__main__":
    sys.exit(main())
