"""Measure a model on labels of one's own: ``python -m cxtext.evaluate gold.csv [--model DIR]``."""

import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cxtext.documents import LABELS, Document
from cxtext.errors import ArtefactError, CxtextError
from cxtext.report.console import FAILED, NOTHING_USABLE, USAGE, command_line, exit_code, failed, printable, to_json
from cxtext.sources.labelled import LabelledText, NothingUsableError, Task, read_labelled

if TYPE_CHECKING:
    from cxtext.analysis.agreement import Agreement

SHIPPED = "none"
WORST = 10

HELP = """Measure how well a model gives the labels that people gave.

GOLD is a CSV, TSV, XLSX, JSONL, JSON or Parquet table of labelled texts. Without --model, it is the shipped sentiment
that is measured. Texts are not printed unless --show-texts is given: they are your customers' words.
"""

EXAMPLES = """[bold]Examples[/bold]

The shipped sentiment on your own labels:

    python -m cxtext.evaluate gold.csv --text Kommentar --label Stimmung

A model of your own, with the texts of its worst errors:

    python -m cxtext.evaluate gold.csv --model my-model --show-texts

[bold]Exit codes[/bold]  0 done, 1 failed, 2 usage, 3 nothing usable in the input
"""

app = command_line()


@dataclass(frozen=True, slots=True)
class WrongPrediction:
    """A text that got another label than its gold one; ``row`` is its data row, counted from 1."""

    row: int
    gold: str
    predicted: str | None
    confidence: float | None
    text: str


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """How a model did.

    Attributes
    ----------
    model
        ``"none"`` for the shipped one, else the folder.
    task
        ``"sentiment"`` or ``"categories"``.
    agreement
        The figures.
    worst
        The errors that the model was surest of, texts without prediction last.
    notes
        What was left out of the table, and why.
    """

    model: str
    task: Task
    agreement: "Agreement"
    worst: tuple[WrongPrediction, ...]
    notes: tuple[str, ...]

    def to_dict(self, *, texts: bool = False) -> dict[str, Any]:
        """Give plain values for JSON; the texts of the worst errors only where asked for."""
        names = ("row", "gold", "predicted", "confidence", *(("text",) if texts else ()))
        return {
            "model": self.model,
            "task": self.task,
            **self.agreement.to_dict(),
            "worst": [{name: getattr(error, name) for name in names} for error in self.worst],
            "notes": list(self.notes),
        }


def evaluate(
    source: Any,  # noqa: ANN401 (a path, a table of several libraries, or records)
    *,
    model: str | PathLike[str] | None = None,
    text: str | None = None,
    label: str | None = None,
    seed: int = 0,
    threads: int = 0,
) -> Evaluation:
    """Measure a model on labelled texts.

    Sentiment is that of :func:`cxtext.annotate`, with the question and the language where the table has such columns; a
    text in another language than German and English gets none, which counts as wrong. A category is the likeliest one
    for the whole text.

    Parameters
    ----------
    source
        A table of labelled texts: a path, a DataFrame, an Arrow table, or mappings.
    model
        Folder of a model of one's own; null measures the shipped sentiment.
    text, label
        The columns; found by their headers if not named.
    seed
        Of the bootstrap.
    threads
        Threads of the network; 0 takes one per core.

    Raises
    ------
    ColumnError, SourceError, SourceNotFoundError, InputValueError
        If the table cannot be read or has no labelled texts.
    ArtefactError
        If the model is missing or damaged.

    Examples
    --------
    >>> gold = [{"text": "Alles bestens, vielen Dank!", "label": "positiv"}]
    >>> gold += [{"text": "Terrible service, never again.", "label": "negative"}]
    >>> found = evaluate(gold)
    >>> found.agreement.macro_f1.value, found.worst
    (1.0, ())
    """
    from cxtext.analysis.agreement import agree

    task = _task(model)
    table = read_labelled(source, task=task, text=text, label=label)
    notes = table.notes()
    items = list(table.texts)
    if task == "sentiment":
        from cxtext.sentiment.labels import with_sentiment

        items, others = with_sentiment(items)
        notes += others
    if not items:
        found = "; ".join(notes) or "it is empty"
        raise NothingUsableError(f"{table.name} has no labelled texts that fit: {found}. Check --text and --label")
    gold = [item.label for item in items]
    predicted, sure, classes = _predict(items, task, model, threads)
    unknown = Counter(g for g in gold if g not in classes)
    notes += [f"{n:,} rows are labelled {g!r}, which the model cannot give" for g, n in sorted(unknown.items())]
    if missed := predicted.count(None):
        notes.append(f"{missed:,} texts got no label: another language, or no words of the customer; counted as wrong")
    wrong = [
        WrongPrediction(item.row, g, p, None if p is None else s, item.text)
        for item, g, p, s in zip(items, gold, predicted, sure, strict=True)
        if g != p
    ]
    wrong.sort(key=lambda e: (-(e.confidence if e.confidence is not None else -1.0), e.row))
    return Evaluation(
        model=SHIPPED if model is None else str(model),
        task=task,
        agreement=agree(gold, predicted, sure, order=LABELS if task == "sentiment" else (), seed=seed),
        worst=tuple(wrong[:WORST]),
        notes=tuple(notes),
    )


def _task(model: str | PathLike[str] | None) -> Task:
    if model is None:
        return "sentiment"
    from cxtext.encoder.own_files import read

    state, _ = read(Path(model))
    return "categories" if state.get("task") == "categories" else "sentiment"


def _predict(
    items: Sequence[LabelledText], task: Task, model: str | PathLike[str] | None, threads: int
) -> tuple[list[str | None], list[float], tuple[str, ...]]:
    """Give label and confidence of each text, and the labels that the model can give."""
    if task == "categories" and model is not None:
        from cxtext.topics.categories import load_categories

        own = load_categories(model, threads=threads)
        chances = own.predict_proba([item.text for item in items])
        found: list[str | None] = [own.head.classes[i] for i in chances.argmax(axis=1).tolist()]
        return found, chances.max(axis=1).tolist(), own.head.classes
    from cxtext.encoder.stage import Encode
    from cxtext.pipeline import Pipeline
    from cxtext.sentiment.stage import ClassifySentiment

    judge = ClassifySentiment(ClassifySentiment.Config(model=None if model is None else str(model), threads=threads))
    stages: list[Any] = ["language.v1", "segment.v1", Encode(Encode.Config(threads=threads)), judge]
    pipeline = Pipeline(stages)
    documents = (Document(text=i.text, question=i.question, language=i.language) for i in items)
    moods = [a.sentiment for a in pipeline.run(documents)]
    sure = [0.0 if m is None else max(getattr(m.probabilities, label) for label in LABELS) for m in moods]
    return [None if m is None else m.label for m in moods], sure, judge.classes


@app.command(help=HELP, epilog=EXAMPLES, no_args_is_help=True)
def command(
    gold: Annotated[Path, typer.Argument(metavar="GOLD", help="The labelled table.", show_default=False)],
    model: Annotated[
        str, typer.Option("--model", metavar="none|DIR", help="The shipped sentiment, or a model of your own.")
    ] = SHIPPED,
    text: Annotated[str | None, typer.Option("--text", metavar="COL", help="Column with the text.")] = None,
    label: Annotated[str | None, typer.Option("--label", metavar="COL", help="Column with the label.")] = None,
    show_texts: Annotated[bool, typer.Option("--show-texts", help="Print the texts of the worst errors.")] = False,
    seed: Annotated[int, typer.Option("--seed", metavar="N", help="Seed of the bootstrap.")] = 0,
    threads: Annotated[int, typer.Option("--threads", metavar="N", help="Threads; 0 takes one per core.")] = 0,
    json_wanted: Annotated[bool, typer.Option("--json", help="Print the figures as JSON, and nothing else.")] = False,
) -> None:
    """Run the command; the options' own texts say what they mean."""
    own = None if model == SHIPPED else model
    try:
        result = evaluate(gold, model=own, text=text, label=label, seed=seed, threads=threads)
    except NothingUsableError as error:
        raise typer.Exit(failed(NOTHING_USABLE, str(error), json_wanted=json_wanted)) from None
    except ArtefactError as error:
        raise typer.Exit(failed(FAILED, str(error), json_wanted=json_wanted)) from None
    except CxtextError as error:
        raise typer.Exit(failed(USAGE, str(error), json_wanted=json_wanted)) from None
    except OSError as error:
        raise typer.Exit(
            failed(FAILED, f"cannot read {error.filename}: {error.strerror}", json_wanted=json_wanted)
        ) from None
    if json_wanted:
        typer.echo(to_json({"status": "done", **result.to_dict(texts=show_texts)}))
    else:
        typer.echo(summary(result, texts=show_texts))


def summary(result: Evaluation, *, texts: bool = False) -> str:
    """Lay out the figures and the worst errors; their texts only where asked for."""
    from cxtext.analysis.agreement import NONE
    from cxtext.report.agreement import as_text, table

    blocks = ["\n".join(f"note: {note}" for note in result.notes)] if result.notes else []
    blocks.append(as_text(result.agreement))
    if result.worst:
        rows = [["row", "gold", "predicted", "confidence", *(["text"] if texts else [])]]
        for e in result.worst:
            figure = "-" if e.confidence is None else f"{e.confidence:.3f}"
            rows.append([str(e.row), e.gold, e.predicted or NONE, figure, *([printable(e.text)] if texts else [])])
        blocks.append("worst errors, the surest first\n" + table(rows))
    return "\n\n".join(blocks)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    argv
        Arguments without the program's name; null takes those of the process.

    Returns
    -------
    int
        The exit code: 0 done, 1 failed, 2 usage, 3 nothing usable in the input.
    """
    return exit_code(app, argv, "python -m cxtext.evaluate")


if __name__ == "__main__":
    sys.exit(main())
