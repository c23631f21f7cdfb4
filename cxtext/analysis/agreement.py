"""How well predicted labels agree with those that people gave: F1, confusion, calibration.

Intervals are percentile intervals at 95 % of a bootstrap over texts. Every measure but the calibration error depends on
the counts of (gold, predicted) pairs alone, so that these are what is resampled: exact, and whatever the order of rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxtext.documents import digits
from cxtext.errors import InputValueError

RESAMPLES = 2000
BINS = 15
NONE = "(none)"

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its interval at 95 %."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class ClassFigures:
    """One class: ``n`` texts have it as gold label, ``predicted`` got it. Null where there is nothing to divide by."""

    label: str
    n: int
    predicted: int
    precision: float | None
    recall: float | None
    f1: float | None


@dataclass(frozen=True, slots=True, eq=False)
class Agreement:
    """How well predictions agree with gold labels.

    ``confusion`` counts texts by gold (rows, in the order of ``labels``) and predicted label (columns: ``labels``, then
    one for no prediction). Macro-F1 is the mean over the classes that occur in gold. ``calibration_error`` is the
    expected calibration error (Naeini et al. 2015) of the predictions that were made, in 15 bins of equal width.
    """

    n: int
    labels: tuple[str, ...]
    confusion: tuple[tuple[int, ...], ...]
    classes: tuple[ClassFigures, ...]
    macro_f1: Estimate
    micro_f1: Estimate
    calibration_error: float | None

    def to_dict(self) -> dict[str, Any]:
        """Give plain values for JSON."""
        return {
            "n": self.n,
            "macro_f1": {k: getattr(self.macro_f1, k) for k in ("value", "low", "high")},
            "micro_f1": {k: getattr(self.micro_f1, k) for k in ("value", "low", "high")},
            "calibration_error": self.calibration_error,
            "classes": [{k: getattr(c, k) for k in ClassFigures.__slots__} for c in self.classes],
            "labels": list(self.labels),
            "confusion": [list(row) for row in self.confusion],
        }


def agree(
    gold: Sequence[str],
    predicted: Sequence[str | None],
    confidence: Sequence[float] | None = None,
    *,
    order: Sequence[str] = (),
    seed: int = 0,
) -> Agreement:
    """Compare predictions with gold labels.

    Parameters
    ----------
    gold, predicted
        One label a text; null where there is no prediction, which counts as wrong.
    confidence
        Probability of each predicted label; without it there is no calibration error.
    order
        Labels to show first, in this order; others follow sorted.
    seed
        Of the bootstrap.

    Raises
    ------
    InputValueError
        If there are no texts.

    Examples
    --------
    >>> found = agree(["Preis", "Preis", "Personal"], ["Preis", "Personal", "Personal"])
    >>> round(found.macro_f1.value, 3), found.confusion
    (0.667, ((1, 0, 0), (1, 1, 0)))
    >>> agree(["positive", "negative"], ["positive", None], order=["negative", "positive"]).classes[0].recall
    0.0
    """
    if not len(gold):
        raise InputValueError("there are no labelled texts to compare with")
    present = {*gold, *(p for p in predicted if p is not None)}
    labels = [label for label in order if label in present] + sorted(present - set(order))
    place: dict[str | None, int] = {label: i for i, label in enumerate(labels)} | {None: len(labels)}
    counts = np.zeros((len(labels), len(labels) + 1), np.int64)
    for g, p in zip(gold, predicted, strict=True):
        counts[place[g], place[p]] += 1
    rng = np.random.default_rng(seed)
    drawn = rng.multinomial(len(gold), (counts / len(gold)).ravel(), size=RESAMPLES).reshape(-1, *counts.shape)
    in_gold = counts.sum(axis=1) > 0
    return Agreement(
        n=len(gold),
        labels=tuple(labels),
        confusion=tuple(tuple(row) for row in counts.tolist()),
        classes=tuple(_of_class(label, i, counts) for i, label in enumerate(labels)),
        macro_f1=_estimate(_macro(counts[None], in_gold), _macro(drawn, in_gold)),
        micro_f1=_estimate(_micro(counts[None]), _micro(drawn)),
        calibration_error=None if confidence is None else _calibration_error(gold, predicted, confidence),
    )


def _of_class(label: str, i: int, counts: Ints) -> ClassFigures:
    right, n, predicted = int(counts[i, i]), int(counts[i].sum()), int(counts[:, i].sum())
    return ClassFigures(
        label=label,
        n=n,
        predicted=predicted,
        precision=digits(right / predicted) if predicted else None,
        recall=digits(right / n) if n else None,
        f1=digits(2 * right / (n + predicted)) if n else None,
    )


def _macro(counts: Ints, in_gold: NDArray[np.bool_]) -> Floats:
    """Macro-F1 of tables (m, k, k + 1) over the classes in gold."""
    right = np.diagonal(counts, axis1=1, axis2=2)
    total = counts.sum(axis=2) + counts[:, :, :-1].sum(axis=1)
    # A class that a resample lacks, and that nothing was taken for, says nothing about it.
    seen = (total > 0) & in_gold
    f1 = np.where(seen, 2 * right / np.maximum(total, 1), 0.0)
    return np.asarray(f1.sum(axis=1) / np.maximum(seen.sum(axis=1), 1))


def _micro(counts: Ints) -> Floats:
    right = np.diagonal(counts, axis1=1, axis2=2).sum(axis=1)
    n, made = counts.sum(axis=(1, 2)), counts[:, :, :-1].sum(axis=(1, 2))
    return np.asarray(2 * right / (n + made))


def _estimate(value: Floats, drawn: Floats) -> Estimate:
    low, high = np.percentile(drawn, [2.5, 97.5])
    return Estimate(digits(value[0]), digits(low), digits(high))


def _calibration_error(
    gold: Sequence[str], predicted: Sequence[str | None], confidence: Sequence[float]
) -> float | None:
    made = [i for i, p in enumerate(predicted) if p is not None]
    if not made:
        return None
    sure = np.array([confidence[i] for i in made], np.float64)
    right = np.array([gold[i] == predicted[i] for i in made])
    bins = np.minimum((sure * BINS).astype(int), BINS - 1)
    gap = 0.0
    for b in range(BINS):
        own = bins == b
        if own.any():
            gap += own.mean() * abs(right[own].mean() - np.sort(sure[own]).mean())
    return digits(gap)
