"""A calibrated linear head on frozen features, learnt from few examples.

Multinomial logistic regression with an L2 penalty; classes weigh the same however many examples they have. It is
calibrated by one temperature (Guo et al. 2017, arXiv:1706.04599), which is fitted on predictions for texts that the
head had not seen: predictions on its own training texts are always too sure.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cxtext.errors import InputValueError

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

# With fewer, neither can a class be learnt nor can it be told how well it was.
MIN_EXAMPLES = 8
FOLDS = 5


@dataclass(frozen=True, slots=True, eq=False)
class Head:
    """Weights (k, d) and bias (k,) of k classes; probabilities are softmax(scores / temperature)."""

    classes: tuple[str, ...]
    weights: Floats
    bias: Floats
    temperature: float = 1.0

    def scores(self, features: NDArray[np.floating]) -> Floats:
        """Give scores (n, k) of features (n, d)."""
        rows = np.ascontiguousarray(features, np.float64)
        # Row by row and not as a matrix product, whose last bits depend on how many rows there are.
        columns = [(rows * w).sum(axis=1) + b for w, b in zip(self.weights, self.bias.tolist(), strict=True)]
        return np.stack(columns, axis=1)

    def probabilities(self, features: NDArray[np.floating]) -> Floats:
        """Give calibrated probabilities (n, k), rounded to six digits."""
        return np.round(softmax(self.scores(features) / self.temperature), 6)


def softmax(scores: Floats) -> Floats:
    """Turn scores (n, k) into probabilities.

    >>> softmax(np.array([[0.0, 0.0]])).tolist()
    [[0.5, 0.5]]
    """
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def fit_head(features: NDArray[np.floating], labels: Sequence[str], *, strength: float) -> Head:
    """Learn a head; ``strength`` is the inverse of the penalty (scikit-learn's ``C``).

    Examples
    --------
    >>> head = fit_head(np.array([[0.0], [0.1], [0.9], [1.0]]), ["Preis", "Preis", "Time", "Time"], strength=100)
    >>> head.probabilities(np.array([[0.0]]))[0].argmax(), head.classes
    (np.int64(0), ('Preis', 'Time'))
    """
    from sklearn.linear_model import LogisticRegression

    rows = np.asarray(features, np.float64)
    centre = rows.mean(axis=0)
    learner = LogisticRegression(C=strength, class_weight="balanced", max_iter=2000)
    learner.fit(rows - centre, list(labels))
    weights, bias = np.asarray(learner.coef_), np.asarray(learner.intercept_)
    if len(weights) == 1:  # two classes: scikit-learn keeps the second one's log odds
        weights, bias = np.concatenate([-weights, weights]) / 2, np.concatenate([-bias, bias]) / 2
    return Head(tuple(map(str, learner.classes_)), weights, bias - weights @ centre)


def fit_correction(
    features: NDArray[np.floating], prior: NDArray[np.floating], labels: Sequence[str], *, strength: float, shift: float
) -> Head:
    """Learn what to add to the scores of another model, in place of learning all anew.

    Few examples leave nearly all as the other model says; where many agree, it is overruled.

    Parameters
    ----------
    features
        Shape (n, d).
    prior
        Scores of the other model (n, k), log odds, of the classes in sorted order.
    labels
        The right classes (n,).
    strength
        Inverse of the penalty of the weights.
    shift
        Inverse of the penalty of what is added to a class whatever the text. Examples are seldom drawn as classes
        occur, so that little should follow from there being more of one.

    Returns
    -------
    Head
        Weights (k, d) and bias (k,); its scores belong on top of the other model's.

    Examples
    --------
    >>> features, labels = np.array([[0.0], [0.1], [0.9], [1.0]]), ["no", "no", "yes", "yes"]
    >>> sure = np.array([[2.0, -2.0], [2.0, -2.0], [-2.0, 2.0], [-2.0, 2.0]])
    >>> agreed, overruled = (fit_correction(features, p, labels, strength=1, shift=0.1) for p in (sure, -sure))
    >>> bool(np.abs(agreed.weights).max() < 0.1), bool(overruled.weights[1] > 0.5)
    (True, True)
    """
    from scipy.optimize import minimize

    classes = sorted(set(labels))
    gold = np.array([classes.index(label) for label in labels], np.intp)
    rows = np.asarray(features, np.float64)
    centre = rows.mean(axis=0)
    # A column that is the same everywhere is the bias; how small it is says how much a bias costs.
    constant = np.sqrt(shift / strength)
    design = np.column_stack([rows - centre, np.full(len(rows), constant)])
    balance = len(gold) / (len(classes) * np.bincount(gold))[gold]
    right = np.eye(len(classes))[gold]

    def loss(flat: Floats) -> tuple[float, Floats]:
        weights = flat.reshape(len(classes), -1)
        chances = softmax(prior + design @ weights.T)
        found = -float((balance * np.log(np.maximum(chances[right > 0], 1e-300))).sum())
        slope = ((chances - right) * balance[:, None]).T @ design + weights / strength
        return found + float((flat**2).sum()) / (2 * strength), slope.ravel()

    start = np.zeros(len(classes) * design.shape[1])
    best = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 2000, "ftol": 1e-12}).x
    weights, bias = best.reshape(len(classes), -1)[:, :-1], best.reshape(len(classes), -1)[:, -1] * constant
    return Head(tuple(classes), weights, bias - weights @ centre)


def fit_temperature(scores: Floats, gold: Ints) -> float:
    """Find the temperature that makes gold classes likeliest.

    >>> wrong_half_the_time = np.tile([4.0, 0.0], (10, 1))
    >>> fit_temperature(wrong_half_the_time, np.array([0, 1] * 5)) > 10
    True
    """
    from scipy.optimize import minimize_scalar

    def loss(log_temperature: float) -> float:
        chances = softmax(scores / np.exp(log_temperature))[np.arange(len(gold)), gold]
        return float(-np.log(np.maximum(chances, 1e-12)).mean())

    best = minimize_scalar(loss, bounds=(-3, 3), method="bounded")
    return round(float(np.exp(best.x)), 6)


def check_examples(texts: Sequence[str], labels: Sequence[str]) -> None:
    """Check that every class has enough different texts.

    Raises
    ------
    InputValueError
        If there are fewer than two classes, or one has too few; names the classes and their counts.
    """
    own = _own_texts(texts, labels)
    counts = {label: len(own[label]) for label in own}
    few = [f"{label!r} has {counts[label]}" for label in sorted(counts) if counts[label] < MIN_EXAMPLES]
    if few:
        raise InputValueError(
            f"too few examples: {', '.join(few)}; a class needs at least {MIN_EXAMPLES} different texts that have "
            "no other label too. Label more, give them the label of another class, or leave them out"
        )
    if len(counts) < 2:
        raise InputValueError(f"there is {len(counts)} class; at least two are needed to tell apart")


def assign_folds(texts: Sequence[str], labels: Sequence[str], *, folds: int = FOLDS, seed: int = 0) -> Ints:
    """Assign every example to a fold (n,): classes evenly, the same text always to the same fold, whatever the order.

    >>> sorted(assign_folds(["a", "b", "c", "d"], ["x", "x", "y", "y"], folds=2).tolist())
    [0, 0, 1, 1]
    """
    own = _own_texts(texts, labels)
    order = [text for label in sorted(own) for text in sorted(own[label], key=lambda t: _digest(seed, t))]
    doubtful = sorted(set(texts) - set(order), key=lambda t: _digest(seed, t))
    home = {text: place % folds for place, text in enumerate([*order, *doubtful])}
    return np.array([home[t] for t in texts], np.intp)


def _own_texts(texts: Sequence[str], labels: Sequence[str]) -> dict[str, set[str]]:
    """Give each class its different texts, without those that have another label elsewhere."""
    found: dict[str, set[str]] = {}
    for text, label in zip(texts, labels, strict=True):
        found.setdefault(text, set()).add(label)
    own: dict[str, set[str]] = {label: set() for label in labels}
    for text, given in found.items():
        if len(given) == 1:
            own[min(given)].add(text)
    return own


def _digest(seed: int, text: str) -> bytes:
    return hashlib.sha256(f"{seed}:{text}".encode("utf-8", "surrogatepass")).digest()


@dataclass(frozen=True, slots=True, eq=False)
class Validation:
    """What heads said of texts that they had not seen: gold classes (n,), probabilities (n, k), and the temperature.

    The probabilities of a fold are calibrated by the other folds' predictions, the temperature by all of them.
    """

    gold: Ints
    probabilities: Floats
    temperature: float


def cross_validate(
    gold: Ints, fold_of: Ints, predict: Callable[[Ints, Ints], Floats], *, step: Callable[[], None] = lambda: None
) -> Validation:
    """Predict every fold from the others.

    Parameters
    ----------
    gold, fold_of
        Class and fold of every example (n,).
    predict
        Learns from the first positions and gives scores (m, k) of the second ones.
    step
        Called after every fold.
    """
    scores: Floats | None = None
    for fold in sorted(set(fold_of.tolist())):
        rest, own = np.flatnonzero(fold_of != fold), np.flatnonzero(fold_of == fold)
        found = predict(rest, own)
        if scores is None:
            scores = np.zeros((len(gold), found.shape[1]))
        scores[own] = found
        step()
    if scores is None:
        raise InputValueError("there are no examples to cross-validate")
    chances = np.zeros_like(scores)
    for fold in sorted(set(fold_of.tolist())):
        own, rest = fold_of == fold, fold_of != fold
        chances[own] = softmax(scores[own] / fit_temperature(scores[rest], gold[rest]))
    return Validation(gold, np.round(chances, 6), fit_temperature(scores, gold))
