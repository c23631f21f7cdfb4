"""The batch job: ``python -m cxtext.run INPUT... --out DIR``."""

import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

import typer

from cxtext.engines.settings import read_settings
from cxtext.errors import ArtefactError, CxtextError, EngineError, InputValueError
from cxtext.report.console import (
    ALERT,
    DONE,
    FAILED,
    NOTHING_USABLE,
    USAGE,
    broken_off,
    command_line,
    exit_code,
    printable,
    to_json,
)  # fmt: skip

if TYPE_CHECKING:
    from cxtext.engines.batch import Batch, Result
    from cxtext.report.result import Analysis
    from cxtext.sources import LoadReport

TOP = 5

HELP = """Read customer feedback and report what delights and what annoys.

INPUT is one or more files or folders: CSV, TSV, XLSX, JSONL, JSON, Parquet, .eml, mbox, WebVTT, SRT, plain text.
Columns are found by their usual German and English names, or named by option. What was mapped is printed.
"""

EXAMPLES = """[bold]Examples[/bold]

Show which columns would be taken, and stop:

    python -m cxtext.run umfrage.csv --dry-run

A German survey, compared by channel and region, with the report in German:

    python -m cxtext.run umfrage.csv --out bericht --text Kommentar --score nps=NPS --time Datum --segment Kanal
    --segment Region --report-language de

A rating that runs from 5 (worst) to 1 (best), and some mails beside it:

    python -m cxtext.run survey.xlsx mails/ --out report --score rating=Rating:5..1 --outcome rating

Go on after a power cut; then ask for something else of the same annotations:

    python -m cxtext.run survey.csv --out report --resume

The same options in a file, every Monday, with exit code 4 if something has risen:

    python -m cxtext.run survey.csv --out report --config weekly.toml --force --fail-on-alert

[bold]Exit codes[/bold]  0 done, 1 failed, 2 usage, 3 nothing usable in the input, 4 an alert and --fail-on-alert
"""

app = command_line()

_COLUMNS, _QUESTION, _PRIVACY, _OUTPUT, _RUN = "Columns", "What to find out", "Privacy", "Output", "Running"

Text = Annotated[
    list[str] | None,
    typer.Option("--text", metavar="COL", help="Column with the text. Repeat for several.", rich_help_panel=_COLUMNS),
]
Score = Annotated[
    list[str] | None,
    typer.Option(
        "--score",
        metavar="NAME=COL[:WORST..BEST]",
        help="A score beside the text. nps, csat, ces and stars have known scales. Repeat for several.",
        rich_help_panel=_COLUMNS,
    ),
]
Segment = Annotated[
    list[str] | None,
    typer.Option(
        "--segment", metavar="COL", help="Column to compare by. Repeat for several.", rich_help_panel=_QUESTION
    ),
]


def _option(name: str, metavar: str, text: str, panel: str) -> Any:  # noqa: ANN401 (typer's own)
    return typer.Option(name, metavar=metavar, help=text, rich_help_panel=panel)


def _flag(name: str, text: str, panel: str = _RUN) -> Any:  # noqa: ANN401 (typer's own)
    return typer.Option(name, help=text, rich_help_panel=panel)


@app.command(help=HELP, epilog=EXAMPLES, no_args_is_help=True)
def run(
    inputs: Annotated[list[Path], typer.Argument(metavar="INPUT", help="Files or folders.", show_default=False)],
    out: Annotated[Path | None, _option("--out", "DIR", "Folder for the results.", _OUTPUT)] = None,
    config: Annotated[
        Path | None,
        _option("--config", "FILE", "TOML file with options (the command line wins), or with a pipeline.", _RUN),
    ] = None,
    text: Text = None,
    id: Annotated[str | None, _option("--id", "COL", "Column with your own ids.", _COLUMNS)] = None,
    question: Annotated[
        str | None, _option("--question", "COL|TEXT", "Column with the question, or the question.", _COLUMNS)
    ] = None,
    channel: Annotated[
        str | None,
        _option("--channel", "NAME|COL", "survey, email, call, chat, social, review, note, or a column.", _COLUMNS),
    ] = None,
    score: Score = None,
    outcome: Annotated[
        str | None,
        _option("--outcome", "NAME", "Score that drivers are measured against; the only one if not given.", _QUESTION),
    ] = None,
    time: Annotated[str | None, _option("--time", "COL", "Column with the time of the feedback.", _COLUMNS)] = None,
    segment: Segment = None,
    customer: Annotated[
        str | None, _option("--customer", "COL", "Column that says whose texts belong together.", _COLUMNS)
    ] = None,
    taxonomy: Annotated[
        str | None,
        _option("--taxonomy", "FILE|cx", "TOML file with topics of your own, or cx for the shipped ones.", _QUESTION),
    ] = None,
    corrections: Annotated[
        list[str] | None,
        _option(
            "--corrections",
            "FILE",
            "CSV or JSONL with the right polarity or topic of single mentions; TOML for topics. Repeat for both.",
            _QUESTION,
        ),
    ] = None,
    weight: Annotated[
        list[str] | None,
        _option("--weight", "NAME=NUMBER", "Weight of a score in the composite score. Repeat for each.", _QUESTION),
    ] = None,
    owners: Annotated[
        str | None,
        _option("--owners", "FILE", r'TOML file: table \[owners] with lines "Lieferung" = "Logistik".', _QUESTION),
    ] = None,
    language: Annotated[
        str | None, _option("--language", "auto|de|en", "Declared language of the texts. [dim]auto[/dim]", _COLUMNS)
    ] = None,
    report_language: Annotated[
        str | None,
        _option("--report-language", "de|en", "Language of the report; that of most texts if not given.", _OUTPUT),
    ] = None,
    redact: Annotated[
        str | None,
        _option("--redact", "mask|pseudonymise|keep", "What to do with personal data. [dim]mask[/dim]", _PRIVACY),
    ] = None,
    engine: Annotated[str | None, _option("--engine", "local|ray", "What annotates. [dim]local[/dim]", _RUN)] = None,
    threads: Annotated[int | None, _option("--threads", "N", "Threads; one per core if not given.", _RUN)] = None,
    seed: Annotated[int | None, _option("--seed", "N", "Seed of all that draws. [dim]0[/dim]", _RUN)] = None,
    resume: Annotated[bool, _flag("--resume", "Go on with a run that was broken off.", _OUTPUT)] = False,
    force: Annotated[bool, _flag("--force", "Replace what an earlier run has written.", _OUTPUT)] = False,
    dry_run: Annotated[bool, _flag("--dry-run", "Print which columns would be taken, and stop.")] = False,
    fail_on_alert: Annotated[bool, _flag("--fail-on-alert", "Exit with code 4 if an alert fired.")] = False,
    quiet: Annotated[bool, _flag("--quiet", "Print errors only.", _OUTPUT)] = False,
    as_json: Annotated[bool, _flag("--json", "Print a summary as JSON, and nothing else, on stdout.", _OUTPUT)] = False,
) -> None:
    """Run the job; the options' own texts say what they mean."""
    given = {
        "text": text, "id": id, "question": question, "channel": channel, "score": score, "outcome": outcome,
        "time": time, "segment": segment, "customer": customer, "taxonomy": taxonomy, "owners": owners,
        "corrections": corrections, "weight": weight,
        "language": language, "report_language": report_language, "redact": redact, "engine": engine,
        "threads": threads, "seed": seed,
    }  # fmt: skip
    screen = Screen(quiet=quiet, as_json=as_json)
    try:
        code = _run(inputs, out, config, given, screen, resume, force, dry_run, fail_on_alert)
    except (ArtefactError, EngineError) as error:
        code = screen.failed(FAILED, str(error))
    except CxtextError as error:
        code = screen.failed(USAGE, str(error))
    except (OSError, MemoryError) as error:
        code = screen.failed(FAILED, broken_off(error, resumable=out is not None))
    raise typer.Exit(code)


def _run(
    inputs: Sequence[Path],
    out: Path | None,
    config: Path | None,
    given: dict[str, Any],
    screen: "Screen",
    resume: bool,
    force: bool,
    dry_run: bool,
    fail_on_alert: bool,
) -> int:
    if resume and force:
        raise InputValueError("--resume and --force exclude each other: one keeps what is there, the other replaces it")
    if out is None and not dry_run:
        raise InputValueError("--out DIR is missing: where the results go, e.g. --out report")
    from cxtext.engines.batch import Batch

    batch = Batch(inputs, read_settings(config, given))
    screen.plan(batch)
    if dry_run or out is None:
        screen.json({"status": "dry run", "load": batch.reading.report.to_dict(), "outcome": batch.outcome})
        return DONE
    with screen.progress() as progress:
        result = batch.run(out, resume=resume, force=force, on_step=progress.step, on_documents=progress.documents)
    if result.analysis is None:
        reasons = ", ".join(f"{n} {reason}" for reason, n in result.load.reject_counts().items())
        empty = f"{result.load.empty_texts} without text" if result.load.empty_texts else ""
        found = "; ".join(x for x in (empty, f"rejected: {reasons}" if reasons else "") if x) or "it is empty"
        return screen.failed(
            NOTHING_USABLE, f"nothing usable in the input: {found}. See {out / 'rejects.jsonl'}, or check --text"
        )
    screen.summary(result, out)
    if fail_on_alert:
        from cxtext.analysis.alerts import FALLS

        if not result.analysis.alerts["kind"].isin(FALLS).all():
            return ALERT
    return DONE


class Screen:
    """What a person, or a program, gets to see. Errors and progress go to stderr, results to stdout."""

    def __init__(self, *, quiet: bool, as_json: bool) -> None:
        from rich.console import Console

        self.quiet = quiet
        self.as_json = as_json
        # Labels hold customers' words: no markup, no emoji codes, no highlighting.
        self._out = Console(markup=False, emoji=False, highlight=False, soft_wrap=True)
        self._err = Console(markup=False, emoji=False, highlight=False, soft_wrap=True, stderr=True)

    def failed(self, code: int, message: str) -> int:
        """Say what went wrong, and give the exit code back."""
        self._err.print(f"error: {message}", style="red" if self._err.is_terminal else None)
        self.json({"status": "failed", "exit_code": code, "message": message})
        return code

    def json(self, value: dict[str, Any]) -> None:
        """Print the machine-readable summary, where it was asked for."""
        if self.as_json:
            typer.echo(to_json(value))

    def plan(self, batch: "Batch") -> None:
        """Print what will be read, and how."""
        if self.quiet or self.as_json:
            return
        load = batch.reading.report
        # A folder of a thousand mails is one line.
        plain = Counter((file.format, file.why) for file in load.files if not file.columns)
        for (name, why), n in sorted(plain.items()):
            told = f" ({printable(why)})" if why else ""
            self._out.print(f"{n:,} {name} {'files' if n > 1 else 'file'}{told}")
        for file in load.files:
            if not file.columns:
                continue
            parts = (file.format, file.why, file.encoding, _delimiter(file.delimiter), file.sheet)
            details = ", ".join(x for x in parts if x)
            self._out.print(f"{printable(file.name)} ({details})")
            for column in file.columns:
                self._out.print(f"  {column.role}: {printable(column.column)} ({column.how})")
        for reason, n in load.reject_counts().items():
            self._out.print(f"not read: {n} files, {reason}")
        for note in load.notes:
            self._out.print(f"note: {printable(note)}")
        if batch.outcome is not None:
            how = "named" if batch.settings.outcome else "the only score; --outcome names another"
            self._out.print(f"outcome: {batch.outcome} ({how})")
        elif batch.reading.scales:
            names = ", ".join(batch.reading.scales)
            self._out.print(
                f"note: no outcome was chosen among {names}; --outcome names one, to see what goes along with it"
            )

    @contextmanager
    def progress(self) -> "Iterator[Progress]":
        """Show progress on stderr while the work is done, on a terminal only."""
        from rich.progress import BarColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as Bar

        show = self._err.is_terminal and not self.quiet and not self.as_json
        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.completed:,.0f} documents"),
            TimeElapsedColumn(),
        )
        with Bar(*columns, console=self._err, disable=not show, transient=True) as bar:
            yield Progress(bar)

    def summary(self, result: "Result", out: Path) -> None:
        """Print what came out."""
        analysis = result.analysis
        if analysis is None:
            return
        self.json(_summary(analysis, result.load, out))
        if self.quiet or self.as_json:
            return
        quality, languages = analysis.quality, analysis.meta["languages"]
        rejected = sum(quality["rejected"].values())
        say = self._out.print
        say()
        say(f"{quality['documents']:,} documents read, {quality['analysed']:,} analysed, {rejected:,} rejected")
        say("languages: " + (", ".join(f"{code} {n:,}" for code, n in languages.items()) or "none"))
        for row in analysis.scores.to_dict("records"):
            say(f"{row['score']}: {_figure(row)}")
        if not quality["analysed"]:
            say("no text in German or English: there is nothing to analyse")
        elif analysis.topics.empty:
            say("too few different texts to find topics")
        else:
            self._lists(analysis)
        if len(analysis.alerts):
            say(f"{len(analysis.alerts)} {'alert' if len(analysis.alerts) == 1 else 'alerts'}; see the report")
        say(f"\nreport: {out / 'report.html'}")

    def _lists(self, analysis: "Analysis") -> None:
        from rich.table import Table
        from rich.text import Text as Line

        table = Table(box=None, padding=(0, 3, 0, 0), show_edge=False, expand=True)
        table.add_column(Line("What delights"), ratio=1)
        table.add_column(Line("What annoys"), ratio=1)
        lists = [_top(analysis, polarity) for polarity in ("positive", "negative")]
        for i in range(max(1, *map(len, lists))):
            cells = [_line(rows[i]) if i < len(rows) else "" for rows in lists]
            table.add_row(*(Line(cell) for cell in cells))
        self._out.print()
        self._out.print(table)
        if not any(row["grade"] for rows in lists for row in rows):
            self._out.print("by number of texts; there is too little data, or no score, to say what goes along with it")


class Progress:
    """Tells a progress bar what the batch says."""

    _NAMES: ClassVar = {
        "annotate": "Annotating",
        "analyse": "Finding topics and drivers",
        "write": "Writing the report",
    }

    def __init__(self, bar: Any) -> None:  # noqa: ANN401 (rich is imported where it is used)
        self._bar = bar
        self._task = bar.add_task("Reading", total=None)

    def step(self, name: Literal["annotate", "analyse", "write"]) -> None:
        """Begin a step."""
        self._bar.update(self._task, description=self._NAMES[name])

    def documents(self, n: int) -> None:
        """Count annotated documents."""
        self._bar.advance(self._task, n)


def _summary(analysis: "Analysis", load: "LoadReport", out: Path) -> dict[str, Any]:
    content = analysis.to_dict()
    keys = ("topic", "label", "n", "share", "impact", "grade", "kind")
    return {
        "status": "done",
        "out": str(out),
        "documents": analysis.quality["documents"],
        "analysed": analysis.quality["analysed"],
        "rejected": load.reject_counts(),
        "languages": dict(analysis.meta["languages"]),
        "outcome": content["meta"]["outcome"],
        "scores": content["scores"],
        "drivers": {
            polarity: [{k: row.get(k) for k in keys} for row in content["drivers"][polarity][:TOP]]
            for polarity in ("positive", "negative")
        },
        "alerts": len(analysis.alerts),
        "notes": list(load.notes),
        "report": str(out / "report.html"),
    }


def _top(analysis: "Analysis", polarity: Literal["positive", "negative"]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = analysis.to_dict()["drivers"][polarity]
    return rows[:TOP]


def _line(row: dict[str, Any]) -> str:
    impact = "" if row.get("impact") is None else f", impact {row['impact']:+.2f}"
    grade = f", {row['grade']}" if row.get("grade") else ""
    return f"{printable(row['label'])} ({row['n']:,} texts{impact}{grade})"


def _figure(row: Mapping[Any, Any]) -> str:
    if not row["n"]:
        return "no values"
    percent = row["metric"] == "csat"
    value, low, high = (f"{100 * x:.0f} %" if percent else f"{x:.2f}" for x in (row["value"], row["low"], row["high"]))
    between = f" ({low} to {high})" if row["low"] == row["low"] else ""
    return f"{value}{between}, n = {row['n']:,}"


def _delimiter(delimiter: str | None) -> str | None:
    return {"\t": "tab", None: None}.get(delimiter, f"separator {delimiter}")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    argv
        Arguments without the program's name; null takes those of the process.

    Returns
    -------
    int
        The exit code: 0 done, 1 failed, 2 usage, 3 nothing usable in the input, 4 an alert fired and
        ``--fail-on-alert`` was given.
    """
    return exit_code(app, argv, "python -m cxtext.run")


if __name__ == "__main__":
    sys.exit(main())
