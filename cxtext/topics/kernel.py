"""Learn from a handful of texts which topics a text has: kernel ridge regression, one target a topic.

Two texts are alike if they mean the same and if they are written alike. The first is an exponential kernel on sentence
embeddings, centred and without the language's direction (:mod:`cxtext.topics.space`), the second the cosine of
character n-grams weighted by tf-idf. Their sum is a kernel again, on which ridge regression has a closed form for fit
and leave-one-out predictions (Rifkin, Yeo and Poggio 2003, "Regularized Least-Squares Classification"). What is like
nothing known has a score of zero. A logistic curve through the leave-one-out predictions turns scores into
probabilities (Platt 1999).

Kernel values and weights lie on grids of whole numbers, so that sums in float64 are exact and do not depend on what
stands beside a text.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxtext.text.words import fold
from cxtext.topics.space import UNIT, Floats, Space, blocks

# Chosen on survey comments with 16 examples a topic; neighbouring values give nearly the same.
_WIDTH = 2.0
_SPELLING = 0.5  # weight of how texts are written, beside what they mean
_PENALTY = 0.8

_VALUES, _WEIGHTS = 1e4, 1e6  # steps per unit

# A topic with fewer examples says little about examples that were left out. Where all such topics together have too
# few, this curve is taken, which fits labels and descriptions (benchmarks/taxonomy.py).
_EXAMPLES = 3
_ENOUGH = 30
_DEFAULT_CURVE = (24.0, -3.0)


@dataclass(frozen=True, eq=False)
class Learner:
    """What was learnt.

    Attributes
    ----------
    space, units
        Where embeddings are placed; the entries' places (m, d).
    grams, spelling
        How texts become n-grams; the entries' (m, f), sparse.
    weights
        Float64 (m, k), whole numbers.
    curve
        Slope and offset of the logistic curve.
    """

    space: Space
    units: NDArray[np.float32]
    grams: Any
    spelling: Any
    weights: NDArray[np.float64]
    curve: tuple[float, float]

    def probabilities(self, texts: Sequence[str], embeddings: Floats) -> NDArray[np.float64]:
        """Give the probability of each topic (n, k), not rounded."""
        scores = np.zeros((len(texts), self.weights.shape[1]))
        for rows in blocks(len(texts)):
            alike = self._alike(texts[rows], embeddings[rows])
            scores[rows] = (alike @ self.weights) / (_VALUES * _WEIGHTS)
        slope, offset = self.curve
        return 1.0 / (1.0 + np.exp(-(slope * scores + offset)))

    def similarities(self, texts: Sequence[str], embeddings: Floats) -> NDArray[np.float64]:
        """Give how alike each text and each entry are (n, m): 1 for the same text, about 0 for unrelated ones."""
        return self._alike(texts, embeddings) / (_VALUES * (1.0 + _SPELLING))

    def _alike(self, texts: Sequence[str], embeddings: Floats) -> NDArray[np.float64]:
        spelling = self.grams.transform(texts) @ self.spelling.T
        return _kernel(self.space.place(embeddings), self.units, spelling)


def learn(
    texts: Sequence[str],
    embeddings: Floats,
    targets: NDArray[np.bool_],
    *,
    examples: NDArray[np.bool_],
    space: Space,
) -> Learner:
    """Learn topics from entries.

    Parameters
    ----------
    texts, embeddings
        Distinct entries: their words and vectors (m, d).
    targets
        Bool (m, k): which topics each entry has.
    examples
        Bool (m,): which entries are texts like those that will be judged, and not labels, say.
    space
        Where embeddings are placed.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer

    units = space.place(embeddings)
    grams = TfidfVectorizer(preprocessor=fold, analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True)
    spelling = grams.fit_transform(texts)
    kernel = _kernel(units, units, spelling @ spelling.T) / _VALUES
    inverse = np.linalg.inv(kernel + _PENALTY * np.eye(len(texts)))
    weights = inverse @ targets.astype(np.float64)
    left_out = targets - weights / np.diag(inverse)[:, None]
    return Learner(
        space=space,
        units=units,
        grams=grams,
        spelling=spelling,
        weights=np.rint(weights * _WEIGHTS),
        curve=_curve(left_out[examples], targets[examples]),
    )


def _kernel(units: NDArray[np.float32], others: NDArray[np.float32], spelling: Any) -> NDArray[np.float64]:  # noqa: ANN401
    cosine = (units @ others.T).astype(np.float64) / UNIT**2
    values = np.expm1(_WIDTH * cosine) / np.expm1(_WIDTH) + _SPELLING * spelling.toarray()
    grid: NDArray[np.float64] = np.rint(values * _VALUES)
    return grid


def _curve(left_out: NDArray[np.float64], targets: NDArray[np.bool_]) -> tuple[float, float]:
    """Fit the logistic curve through the leave-one-out predictions of topics with enough examples."""
    from sklearn.linear_model import LogisticRegression

    rich = targets.sum(axis=0) >= _EXAMPLES
    if targets[:, rich].sum() < _ENOUGH or not (~targets[:, rich]).any():
        return _DEFAULT_CURVE
    scores = left_out[:, rich].reshape(-1, 1)
    fitted = LogisticRegression(C=1e4).fit(scores, targets[:, rich].reshape(-1))
    # Rounded: the solver's last digits differ between machines.
    return round(float(fitted.coef_[0, 0]), 3), round(float(fitted.intercept_[0]), 3)
