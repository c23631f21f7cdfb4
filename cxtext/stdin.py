"""Annotate what comes in, line by line: ``cxtext annotate`` or ``python -m cxtext.stdin``."""

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from cxtext.errors import CxtextError, InputTypeError, InputValueError
from cxtext.report.console import DONE, FAILED, NOTHING_USABLE, USAGE, command_line, exit_code, failed

Form = Literal["text", "jsonl"]

# Lines that are annotated together. The more there are, the faster it goes, and the longer the first one waits.
BATCH = 256

HELP = """Annotate the lines of stdin: one JSON object a line on stdout, in the same order.

A line is a text, or with --input jsonl an object with the fields of a document: text, id, language, question, channel,
turns ... A line that cannot be read gives {"status": "rejected", "line": ..., "reason": ...}, without its words, and
the rest goes on.
"""

EXAMPLES = """[bold]Examples[/bold]

    echo "Der Zug war pünktlich, aber die App stürzt ab." | cxtext annotate

    cxtext annotate --input jsonl --redact mask < tickets.jsonl > annotations.jsonl

[bold]Exit codes[/bold]  0 done, 1 failed, 2 usage, 3 no line could be read
"""

app = command_line()


@app.command(help=HELP, epilog=EXAMPLES)
def annotate(
    form: Annotated[str, typer.Option("--input", metavar="text|jsonl", help="What a line is.")] = "text",
    language: Annotated[
        str | None, typer.Option("--language", metavar="auto|de|en", help="Declared language of the texts.")
    ] = None,
    question: Annotated[str | None, typer.Option("--question", metavar="TEXT", help="What was asked.")] = None,
    redact: Annotated[
        str,
        typer.Option("--redact", metavar="keep|mask|pseudonymise", help="What to do with personal data."),
    ] = "keep",
    config: Annotated[
        Path | None, typer.Option("--config", metavar="FILE", help="TOML file that describes a pipeline.")
    ] = None,
) -> None:
    """Run the command; the options' own texts say what they mean."""
    try:
        code = _annotate(form, None if language == "auto" else language, question, redact, config)
    except CxtextError as error:
        code = failed(USAGE, str(error), json_wanted=False)
    except BrokenPipeError:
        # Whoever reads has seen enough, as `head` does.
        code = DONE
    except OSError as error:
        code = failed(FAILED, f"cannot read or write: {error.strerror}", json_wanted=False)
    raise typer.Exit(code)


def _annotate(form: str, language: str | None, question: str | None, redact: str, config: Path | None) -> int:
    from cxtext.engines.local import resolve_pipeline

    if form not in ("text", "jsonl"):
        raise InputValueError("--input must be text or jsonl")
    chain = resolve_pipeline(config, redact=redact)
    # A person who types wants an answer to each line.
    size = 1 if sys.stdin.isatty() else BATCH
    lines = rejected = 0
    for record in annotated(sys.stdin.buffer, form, language=language, question=question, pipeline=chain, size=size):
        sys.stdout.write(json.dumps(record, ensure_ascii=False) + "\n")
        sys.stdout.flush()
        lines += 1
        rejected += record["status"] == "rejected"
    if rejected:
        typer.echo(f"{rejected:,} of {lines:,} lines could not be read; each says why", err=True)
    return NOTHING_USABLE if lines and rejected == lines else DONE


def annotated(
    lines: Iterable[bytes],
    form: Form | str,
    *,
    language: str | None = None,
    question: str | None = None,
    pipeline: Any = None,  # noqa: ANN401 (as in annotate)
    size: int = BATCH,
) -> Iterator[dict[str, Any]]:
    r"""Annotate lines as they come.

    Parameters
    ----------
    lines
        UTF-8 lines, with or without line ends.
    form
        ``"text"``: a line is a text. ``"jsonl"``: it is an object with the fields of :class:`cxtext.Document`.
    language, question, pipeline
        As in :func:`cxtext.annotate`.
    size
        Lines that are annotated together; what is said of a line does not depend on it.

    Yields
    ------
    dict
        For each line, in order: an annotation, or ``status`` ``"rejected"``, ``line`` (from 1) and ``reason``.

    Examples
    --------
    >>> found = list(annotated(["Die Beratung war freundlich.".encode(), b'The app is slow.', b"\xff"], "text"))
    >>> [f["status"] for f in found], found[0]["language"]["code"], found[2]["line"]
    (['ok', 'ok', 'rejected'], 'de', 3)
    """
    from cxtext.engines.local import annotate as annotate_texts

    numbered = enumerate(lines, 1)
    while read := [_read(n, line, form) for n, line in islice(numbered, size)]:
        good = [item for item in read if not isinstance(item, _Rejected)]
        found = iter(annotate_texts(good, language=language, question=question, pipeline=pipeline))
        for item in read:
            yield item.to_dict() if isinstance(item, _Rejected) else next(found).to_dict()


class _Rejected:
    def __init__(self, line: int, reason: str) -> None:
        self.line, self.reason = line, reason

    def to_dict(self) -> dict[str, Any]:
        return {"status": "rejected", "line": self.line, "reason": self.reason}


def _read(number: int, line: bytes, form: str) -> Any:  # noqa: ANN401 (a text, a document or why not)
    from cxtext.documents import Document
    from cxtext.sources.json_lines import decoded, parsed_line

    try:
        if form == "text":
            return decoded(line, first=number == 1)
        value = parsed_line(line, first=number == 1)
    except InputValueError as error:
        return _Rejected(number, str(error))
    if not isinstance(value, dict):
        return _Rejected(number, f"not a JSON object but {type(value).__name__}")
    try:
        return Document.from_mapping(value)
    except (InputTypeError, InputValueError) as error:
        return _Rejected(number, str(error))
    except TypeError:
        return _Rejected(number, "a field has the wrong type; see cxtext.Document")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    argv
        Arguments without the program's name; null takes those of the process.

    Returns
    -------
    int
        The exit code: 0 done, 1 failed, 2 usage, 3 no line could be read.
    """
    return exit_code(app, argv, "python -m cxtext.stdin")


if __name__ == "__main__":
    sys.exit(main())
