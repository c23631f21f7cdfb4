"""Learn labels of one's own: ``python -m cxtext.train labels.csv --task sentiment|categories --out my-model/``."""

import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_args

import typer

from cxtext.errors import ArtefactError, CxtextError, InputValueError, MissingExtraError, nearest
from cxtext.report.console import FAILED, NOTHING_USABLE, USAGE, command_line, exit_code, failed, to_json
from cxtext.sources.labelled import LabelledTable, NothingUsableError, Task, read_labelled

if TYPE_CHECKING:
    from cxtext.analysis.agreement import Agreement
    from cxtext.encoder.own import Learnt, OwnModel


HELP = """Learn labels of your own from a table of labelled texts, and say how well that works.

LABELS is a CSV, TSV, XLSX, JSONL, JSON or Parquet table. The model is a folder that loads as a pipeline stage.
"""

EXAMPLES = """[bold]Examples[/bold]

Categories, from 8 to 16 examples each, in seconds:

    python -m cxtext.train labels.csv --task categories --text Kommentar --label Kategorie --out my-model

Sentiment as your house labels it; positiv, neutral, negativ and the like are understood:

    python -m cxtext.train labels.xlsx --task sentiment --out my-sentiment

Fine-tune a whole network, which takes minutes to hours and needs the extra "train":

    python -m cxtext.train labels.csv --task categories --out my-model --finetune checkpoint/

[bold]Exit codes[/bold]  0 done, 1 failed, 2 usage, 3 nothing usable in the input
"""

app = command_line()


@dataclass(frozen=True, slots=True, eq=False)
class Training:
    """A model that was learnt, and how it did.

    Attributes
    ----------
    model
        The model; ``predict``, ``predict_proba`` and ``save``.
    agreement
        Its figures in cross-validation: every text was judged by a model that had not seen it.
    shipped
        Figures of the shipped model on the same texts; null where it knows no such labels.
    left_open
        For categories, the share of texts for which none reaches the probability that the stage asks for.
    notes
        What was left out of the table, and why.
    """

    model: "OwnModel"
    agreement: "Agreement"
    shipped: "Agreement | None" = None
    left_open: float | None = None
    notes: tuple[str, ...] = field(default=())

    def to_dict(self) -> dict[str, Any]:
        """Give the figures as plain values for JSON."""
        return {
            "task": self.model.task,
            "classes": list(self.model.head.classes),
            "temperature": self.model.head.temperature,
            "cross_validation": self.agreement.to_dict(),
            "shipped": None if self.shipped is None else self.shipped.to_dict(),
            "left_open": self.left_open,
            "notes": list(self.notes),
        }


def train(
    source: Any,  # noqa: ANN401 (a path, a table of several libraries, or records)
    *,
    task: Task,
    out: str | PathLike[str] | None = None,
    text: str | None = None,
    label: str | None = None,
    finetune: str | PathLike[str] | None = None,
    seed: int = 0,
    threads: int = 0,
    force: bool = False,
    step: Callable[[], None] = lambda: None,
) -> Training:
    """Learn labels of one's own.

    Parameters
    ----------
    source
        A table of labelled texts: a path, a DataFrame, an Arrow table, or mappings.
    task
        ``"sentiment"`` (negative, neutral, positive, or what ``data/labels.toml`` takes for them) or ``"categories"``.
    out
        Folder for the model; null keeps it in memory.
    text, label
        The columns; found by their headers if not named.
    finetune
        Folder of a local checkpoint whose whole network is to be fine-tuned; null learns a head on frozen embeddings.
    seed
        Of everything that is drawn.
    threads
        Threads of the network; 0 takes one per core.
    force
        Replace a model that is in ``out``.
    step
        Called after every part of the work.

    Raises
    ------
    InputValueError
        If a class has too few examples, or the task is unknown.
    ColumnError, SourceError, SourceNotFoundError
        If the table cannot be read.
    OutputExistsError
        If ``out`` is in use.

    Examples
    --------
    >>> rows = [{"text": f"Viel zu teuer, {i} Euro!", "label": "Preis"} for i in range(8)]
    >>> rows += [{"text": f"The staff on platform {i} were kind.", "label": "Staff"} for i in range(8)]
    >>> learnt = train(rows, task="categories")
    >>> learnt.model.predict(["Der Preis ist zu hoch.", "Kind staff!"]).tolist()
    ['Preis', 'Staff']
    >>> learnt.agreement.n
    16
    """
    if task not in get_args(Task):
        raise InputValueError(f"task is {task!r:.40}; {nearest('', get_args(Task))}")
    if out is not None:
        from cxtext.encoder.own_files import check_free

        check_free(Path(out), force=force)  # before the work, not after it
    table = read_labelled(source, task=task, text=text, label=label)
    texts, labels, notes = _usable(table, task)
    learnt = _learn(texts, labels, task, finetune, seed=seed, threads=threads, step=step)
    result = _judge(learnt, task, seed, threads, notes)
    if out is not None:
        result.model.save(out, force=force)
    return result


def _usable(table: LabelledTable, task: Task) -> tuple[list[str], list[str], list[str]]:
    notes = table.notes()
    items = list(table.texts)
    if task == "sentiment":
        from cxtext.sentiment.labels import with_sentiment

        items, others = with_sentiment(items)
        notes += others
    if not items:
        found = "; ".join(notes) or "it is empty"
        wanted = ". Labels of sentiment are positive, neutral, negative" if task == "sentiment" else ""
        raise NothingUsableError(f"{table.name} has no labelled texts: {found}{wanted}. Check --text and --label")
    texts, labels = [item.text for item in items], [item.label for item in items]
    twice = len(texts) - len({(t.strip(), label) for t, label in zip(texts, labels, strict=True)})
    if twice:
        notes.append(f"{twice:,} rows repeat an earlier text with its label and count once")
    return texts, labels, notes


def _learn(
    texts: Sequence[str],
    labels: Sequence[str],
    task: Task,
    base: str | PathLike[str] | None,
    *,
    seed: int,
    threads: int,
    step: Callable[[], None],
) -> "Learnt":
    if base is not None:
        from cxtext.encoder.finetuning import finetune

        return finetune(texts, labels, task=task, base=Path(base), seed=seed, threads=threads, step=step)
    if task == "sentiment":
        from cxtext.sentiment.own import learn_sentiment

        return learn_sentiment(texts, labels, seed=seed, threads=threads, step=step)
    from cxtext.topics.categories import learn_categories

    return learn_categories(texts, labels, seed=seed, threads=threads, step=step)


def _judge(learnt: "Learnt", task: Task, seed: int, threads: int, notes: Sequence[str]) -> Training:
    from cxtext.analysis.agreement import agree
    from cxtext.documents import LABELS
    from cxtext.sentiment.own import shipped_labels
    from cxtext.topics.categories import LEAST

    chances = learnt.validation.probabilities
    classes = learnt.model.head.classes
    found = [classes[i] for i in chances.argmax(axis=1).tolist()]
    sure = chances.max(axis=1)
    order = LABELS if task == "sentiment" else ()
    own = agree(learnt.labels, found, sure.tolist(), order=order, seed=seed)
    shipped = None
    if task == "sentiment":
        shipped = agree(learnt.labels, *shipped_labels(learnt.texts, threads=threads), order=order, seed=seed)
    about = {
        "examples": dict(sorted(Counter(learnt.labels).items())),
        "seed": seed,
        "finetuned": learnt.model.network is not None,
        "cross_validation": own.to_dict(),
    }
    return Training(
        model=replace(learnt.model, about=about),
        agreement=own,
        shipped=shipped,
        left_open=None if task == "sentiment" else round(float((sure < LEAST).mean()), 6),
        notes=tuple(notes),
    )


@app.command(help=HELP, epilog=EXAMPLES, no_args_is_help=True)
def command(
    labels: Annotated[Path, typer.Argument(metavar="LABELS", help="The labelled table.", show_default=False)],
    task: Annotated[str, typer.Option("--task", metavar="sentiment|categories", help="What the labels are.")],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder for the model.", show_default=False)],
    text: Annotated[str | None, typer.Option("--text", metavar="COL", help="Column with the text.")] = None,
    label: Annotated[str | None, typer.Option("--label", metavar="COL", help="Column with the label.")] = None,
    finetune: Annotated[
        Path | None,
        typer.Option("--finetune", metavar="DIR", help="Fine-tune this checkpoint instead of learning a head."),
    ] = None,
    seed: Annotated[int, typer.Option("--seed", metavar="N", help="Seed of all that draws.")] = 0,
    threads: Annotated[int, typer.Option("--threads", metavar="N", help="Threads; 0 takes one per core.")] = 0,
    force: Annotated[bool, typer.Option("--force", help="Replace the model in DIR.")] = False,
    json_wanted: Annotated[bool, typer.Option("--json", help="Print the figures as JSON, and nothing else.")] = False,
) -> None:
    """Run the command; the options' own texts say what they mean."""
    from typing import cast

    try:
        result = train(
            labels,
            task=cast(Task, task),
            out=out,
            text=text,
            label=label,
            finetune=finetune,
            seed=seed,
            threads=threads,
            force=force,
            step=_dots(quiet=json_wanted),
        )
    except NothingUsableError as error:
        raise typer.Exit(failed(NOTHING_USABLE, str(error), json_wanted=json_wanted)) from None
    except (ArtefactError, MissingExtraError) as error:
        raise typer.Exit(failed(FAILED, str(error), json_wanted=json_wanted)) from None
    except CxtextError as error:
        raise typer.Exit(failed(USAGE, str(error), json_wanted=json_wanted)) from None
    except OSError as error:
        message = f"cannot write or read {error.filename}: {error.strerror}"
        raise typer.Exit(failed(FAILED, message, json_wanted=json_wanted)) from None
    if json_wanted:
        typer.echo(to_json({"status": "done", "out": str(out), **result.to_dict()}))
    else:
        typer.echo(summary(result, out))


def summary(result: Training, out: Path) -> str:
    """Say what was learnt and how well."""
    from cxtext.report.agreement import as_text
    from cxtext.topics.categories import LEAST

    lines = [*(f"note: {note}" for note in result.notes)]
    lines += ["cross-validated: every text was judged by a model that had not seen it", as_text(result.agreement)]
    if result.shipped is not None:
        figure = result.shipped.macro_f1
        between = f"({figure.low:.3f} to {figure.high:.3f})"
        lines.append(f"\nthe shipped model on the same texts: macro-F1 {figure.value:.3f} {between}")
        if figure.value >= result.agreement.macro_f1.value:
            lines.append("your own model is not better on these texts: label more, or stay with the shipped one")
    if result.left_open is not None:
        lines.append(f"\n{result.left_open:.0%} of the texts would be left open: no category reaches {LEAST:.0%}")
    return "\n".join([*lines, f"\nmodel: {out}"])


def _dots(*, quiet: bool) -> Callable[[], None]:
    # Progress is for people: nothing is printed where nobody looks.
    if quiet or not sys.stderr.isatty():
        return lambda: None
    return lambda: typer.echo(".", nl=False, err=True)


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
    return exit_code(app, argv, "python -m cxtext.train")


if __name__ == "__main__":
    sys.exit(main())
