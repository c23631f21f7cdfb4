"""Sentiment as a scikit-learn classifier over texts."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import ClassifierMixin

from cxtext.documents import LABELS, Segment
from cxtext.encoder.estimator import PretrainedEstimator
from cxtext.encoder.inputs import as_texts
from cxtext.encoder.tokens import encode_documents
from cxtext.sentiment.pooling import Passages, judge

CHUNK = 2048


class SentimentClassifier(ClassifierMixin, PretrainedEstimator):  # type: ignore[misc]
    """Three-class sentiment of whole texts, with calibrated probabilities.

    It is trained already: ``fit`` learns nothing. :func:`cxtext.annotate` says more (segments, words, drivers) of the
    same model.

    Parameters
    ----------
    folder
        An encoder folder instead of the shipped one.
    threads
        Threads of the network; 0 takes one per core.

    Examples
    --------
    >>> classifier = SentimentClassifier()
    >>> classifier.predict(["Alles bestens, vielen Dank!", "Terrible service, never again."]).tolist()
    ['positive', 'negative']
    """

    @property
    def classes_(self) -> NDArray[np.str_]:
        """The labels, in the order of the probabilities' columns."""
        return np.array(LABELS)

    def predict_proba(self, texts: str | Iterable[Any]) -> NDArray[np.float64]:
        """Give probabilities float64 (n, 3): negative, neutral, positive. Texts without words are neutral for sure.

        Raises
        ------
        InputTypeError
            If an item is not a string.
        """
        listed = as_texts(texts)
        runtime = self.runtime
        out = np.tile(np.array([0.0, 1.0, 0.0]), (len(listed), 1))
        for start in range(0, len(listed), CHUNK):
            part = listed[start : start + CHUNK]
            segments = [(Segment(0, len(t)),) if t.strip() else () for t in part]
            tokens = encode_documents(runtime, part, segments, [None] * len(part))
            found = [t for t in tokens if t is not None]
            if found:
                own = [i for i, t in enumerate(tokens, start) if t is not None]
                scores = np.concatenate([t.sentiment for t in found])
                out[own] = np.round(judge(scores, Passages.of(found), runtime.manifest), 6)
        return out

    def predict(self, texts: str | Iterable[Any]) -> NDArray[np.str_]:
        """Give the likeliest label of each text, (n,)."""
        best: NDArray[np.intp] = self.predict_proba(texts).argmax(axis=1)
        return np.asarray(self.classes_[best])
