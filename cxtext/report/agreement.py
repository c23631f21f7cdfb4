"""Agreement of predicted and gold labels as plain text for a terminal."""

from collections.abc import Sequence

from cxtext.analysis.agreement import NONE, Agreement, Estimate

# Wider confusion tables do not fit a terminal; the JSON has them whole.
WIDEST = 12
ROOM = 60


def as_text(agreement: Agreement) -> str:
    """Lay out the figures, the table of classes and the confusion table.

    Examples
    --------
    >>> from cxtext.analysis.agreement import agree
    >>> print(as_text(agree(["Preis", "Preis", "Personal"], ["Preis", "Personal", None])))
    macro-F1 0.333 (... to ...)   micro-F1 0.400 (... to ...)   n = 3
    <BLANKLINE>
    class     n  precision  recall     F1
    Personal  1      0.000   0.000  0.000
    Preis     2      1.000   0.500  0.667
    <BLANKLINE>
    gold / predicted  Personal  Preis  (none)
    Personal                 0      0       1
    Preis                    1      1       0
    """
    blocks = [_headline(agreement), table(_classes(agreement))]
    if len(agreement.labels) <= WIDEST:
        blocks.append(table(_confusion(agreement)))
    else:
        blocks.append(_confused(agreement))
    return "\n\n".join(blocks)


def table(rows: Sequence[Sequence[str]]) -> str:
    """Set rows of cells in columns: the first to the left, the others to the right."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if i == 0 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def _headline(agreement: Agreement) -> str:
    parts = [f"macro-F1 {_figure(agreement.macro_f1)}", f"micro-F1 {_figure(agreement.micro_f1)}"]
    if agreement.calibration_error is not None:
        parts.append(f"ECE {agreement.calibration_error:.3f}")
    return "   ".join([*parts, f"n = {agreement.n:,}"])


def _figure(estimate: Estimate) -> str:
    return f"{estimate.value:.3f} ({estimate.low:.3f} to {estimate.high:.3f})"


def _classes(agreement: Agreement) -> list[list[str]]:
    rows = [["class", "n", "precision", "recall", "F1"]]
    for c in agreement.classes:
        rows.append([c.label, f"{c.n:,}", *("-" if v is None else f"{v:.3f}" for v in (c.precision, c.recall, c.f1))])
    return rows


def _confusion(agreement: Agreement) -> list[list[str]]:
    names, columns = list(agreement.labels), [*agreement.labels, NONE]
    if not any(row[-1] for row in agreement.confusion):
        columns.pop()
    if sum(len(c) + 2 for c in columns) > ROOM:
        # Long names would not fit side by side; numbers stand for them.
        names = [f"{i} {name}" for i, name in enumerate(names, start=1)]
        columns = [NONE if c == NONE else str(i) for i, c in enumerate(columns, start=1)]
    rows = [["gold / predicted", *columns]]
    for name, counts in zip(names, agreement.confusion, strict=True):
        rows.append([name, *(f"{n:,}" for n in counts[: len(columns)])])
    return rows


def _confused(agreement: Agreement) -> str:
    columns = [*agreement.labels, NONE]
    pairs = [
        (n, gold, columns[j])
        for i, (gold, counts) in enumerate(zip(agreement.labels, agreement.confusion, strict=True))
        for j, n in enumerate(counts)
        if i != j and n
    ]
    most = sorted(pairs, key=lambda p: (-p[0], p[1], p[2]))[:WIDEST]
    return table([["gold", "predicted", "n"], *([gold, found, f"{n:,}"] for n, gold, found in most)])
