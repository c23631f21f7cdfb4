"""What the encoder is measured against: the majority class, TF-IDF with logistic regression, VADER and TextBlob-de.

The last two are lexica with rules; both work offline and need the extra ``bench``.
"""

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.pipeline import Pipeline

from models.recipe.baseline import tfidf
from models.recipe.data import LABELS, Example, load
from models.recipe.evaluate import interval, macro_f1

# Cuts that the authors of VADER advise for its compound score; TextBlob has none, so that zero is neutral.
VADER_CUT = 0.05
TEXTBLOB_CUT = 0.0
# Fewer texts teach no classifier.
ENOUGH = 50


def training_parts(data: Path) -> dict[str, list[Example]]:
    """Labelled texts that train, by set; also of sets whose licence keeps them out of the shipped model."""
    parts: dict[str, list[Example]] = defaultdict(list)
    for example in load(data, licences="all")[0]:
        # Most praise and blame of mobasa is in the driver set of that name; its sentences of one polarity are labelled.
        if example.label in LABELS:
            parts[example.source].append(example)
    return parts


def majority(gold: np.ndarray) -> np.ndarray:
    """Give every text the most frequent class of the set, the best that a constant can do."""
    return np.full(len(gold), np.bincount(gold, minlength=len(LABELS)).argmax())


def trained(train: Sequence[Example]) -> Pipeline | None:
    """Train TF-IDF with logistic regression on a set's own train part; null where that is too small."""
    labels = [LABELS.index(str(e.label)) for e in train]
    if len(train) < ENOUGH or len(set(labels)) == 1:
        return None
    return tfidf().fit([e.text for e in train], labels)


def learned(train: Sequence[Example], texts: Sequence[str]) -> np.ndarray | None:
    """Read texts by TF-IDF with logistic regression; null where the train part is too small."""
    model = trained(train)
    return None if model is None else model.predict(texts)


def vader(texts: Sequence[str]) -> np.ndarray:
    """Read English texts by VADER (Hutto & Gilbert 2014), MIT licence."""
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    analyzer = SentimentIntensityAnalyzer()
    return by_cut([analyzer.polarity_scores(t)["compound"] for t in texts], VADER_CUT)


def textblob_de(texts: Sequence[str]) -> np.ndarray:
    """Read German texts by TextBlob-de, MIT licence; its own tokeniser and lemmatiser need no data of NLTK."""
    from textblob_de.sentiments import PatternAnalyzer

    analyzer = PatternAnalyzer()
    return by_cut([analyzer.analyze(t).polarity for t in texts], TEXTBLOB_CUT)


def by_cut(scores: Sequence[float], cut: float) -> np.ndarray:
    """Turn scores around zero into classes.

    >>> by_cut([-0.5, 0.0, 0.04, 0.05], 0.05).tolist()
    [0, 1, 1, 2]
    """
    values = np.asarray(scores, float)
    if cut == 0:
        return np.where(values > 0, 2, np.where(values < 0, 0, 1))
    return np.where(values >= cut, 2, np.where(values <= -cut, 0, 1))


def beside(gold: np.ndarray, texts: Sequence[str], lang: str, train: Sequence[Example]) -> dict[str, Any]:
    """Macro-F1 of each baseline with its interval; null where it cannot be had."""
    found = {
        "majority": majority(gold),
        "tfidf": learned(train, texts),
        "vader": vader(texts) if lang == "en" else None,
        "textblob_de": textblob_de(texts) if lang == "de" else None,
    }
    return {name: None if labels is None else scores(gold, labels) for name, labels in found.items()}


def scores(gold: np.ndarray, found: np.ndarray) -> dict[str, float]:
    low, high = interval(gold, found)
    return {"macro_f1": macro_f1(gold, found), "low": low, "high": high}
