"""A small trained head: from what rules found, the tone, and the encoder's vectors, which markers a passage has.

Rules know words; the head knows how much each rule is to be trusted, and what a passage says that no rule matches. It
is a network of one hidden layer (``benchmarks/marker_head.py`` learns it). What a passage says it reads from the
encoder's vectors: the embedding is what it is about, lower layers are nearer to how it is said. Where they are not to
be had, because a question stands in them, a passage is long, or the encoder is another one, its second half judges
without.
"""

import json
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxtext.documents import Driver, Sentiment
from cxtext.encoder.artefact import Manifest
from cxtext.errors import ArtefactError
from cxtext.markers.matching import HINT, Hit

SCHEMA = "cxtext.markers-head/3"
# Rules this sure are told from those that are only likely.
SURE = 0.8
# How long a vector is made, so that it counts as much as the rest.
SCALE = 3.0
TONES = 12
# What speech recognition writes has no marks; what is asked is told by the order of its words alone then.
UNMARKED = "unmarked"
ASKED = ("question", "request")
# Words of a type are there, but denied, somebody else's or meant otherwise.
DENIED = "denied"
_MARKS = re.compile(r"[.!?]")
_LEAST_WORDS = 4

Floats = NDArray[np.float64]
# Half as wide, so that a text's products take half the time.
Weights = NDArray[np.float32]
Column = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Vectors:
    """The encoder's sums over the tokens of a passage, as in :class:`cxtext.encoder.tokens.Tokens`."""

    embedding: NDArray[np.float32]
    lower: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Half:
    """Weights with or without the encoder's vectors, for m types, h hidden units and n features.

    ``straight`` (m, n) leads from the features to the types; ``inner`` (h, n) to the hidden units, and ``outer`` (m, h)
    from there. ``bias`` and ``thresholds`` are (m,), ``inner_bias`` is (h,).
    """

    straight: Weights
    bias: Weights
    inner: Weights
    inner_bias: Weights
    outer: Weights
    thresholds: Floats

    def logits(self, features: Weights) -> Weights:
        """Give the logit of each type."""
        # Not the products of a linear algebra library: those start threads and may add in another order.
        hidden = np.maximum(np.einsum("hn,n->h", self.inner, features) + self.inner_bias, 0)
        logits = np.einsum("mn,n->m", self.straight, features) + np.einsum("mh,h->m", self.outer, hidden) + self.bias
        return np.asarray(logits)


@dataclass(frozen=True, slots=True)
class Head:
    """The head: its types, the columns of rules that it knows, the encoder it was learnt on, and its two halves.

    ``centre`` (2, dimension) is where the vectors of lower layers lie on average: all have most of it in common.
    """

    types: tuple[str, ...]
    columns: tuple[Column, ...]
    encoder: str
    centre: Floats
    full: Half
    plain: Half

    def judge(self, filled: set[Column], tone: Floats, vectors: Vectors | None) -> dict[str, float]:
        """Give the probability of each type that the passage has.

        Parameters
        ----------
        filled
            What rules found in it, as :func:`columns` gives it.
        tone
            Its tone, as :func:`tone_of` gives it.
        vectors
            What the encoder says of it, or null.
        """
        half = self.plain if vectors is None else self.full
        features = [np.array([float(column in filled) for column in self.columns]), tone]
        if vectors is not None:
            features += [unit(vectors.embedding), wording(vectors.lower, self.centre)]
        # Where the threshold of its type lies is where a marker is as likely as not.
        chances = [1 / (1 + math.exp(-z)) for z in half.logits(np.concatenate(features, dtype=np.float32)).tolist()]
        return {t: p for t, p, least in zip(self.types, chances, half.thresholds.tolist(), strict=True) if p >= least}


def columns(hits: Iterable[Hit], denied: Iterable[str], *, marked: bool) -> set[Column]:
    """Give the columns of the head that a passage fills: type, kind and tier of its hits, what is denied, no marks."""
    found = {(h.rule.type, h.rule.kind or "", tier(h.rule.score)) for h in hits}
    found |= {(type_, "", DENIED) for type_ in denied}
    if not marked:
        asked = {(t, f"{UNMARKED} {kind}".strip(), level) for t, kind, level in found if t in ASKED}
        found |= asked | {("", "", UNMARKED)}
    return found


def has_marks(text: str, start: int, end: int) -> bool:
    """Whether a passage has marks at the ends of its sentences; a few words need none.

    >>> has_marks("wann macht ihr morgen auf", 0, 25), has_marks("Wann macht ihr auf?", 0, 19)
    (False, True)
    """
    return _MARKS.search(text, start, end) is not None or len(text[start:end].split()) < _LEAST_WORDS


def tier(score: float) -> str:
    """Name how sure a rule is.

    >>> tier(0.9), tier(0.7), tier(0.4)
    ('sure', 'likely', 'hint')
    """
    return "sure" if score >= SURE else "likely" if score >= HINT else "hint"


def wording(lower: NDArray[np.float32], centre: Floats) -> Floats:
    """Give what the sums of lower layers (2 x dimension,) have of their own beside ``centre`` (2, dimension)."""
    own = (unit(layer) - usual for layer, usual in zip(lower.reshape(centre.shape), centre, strict=True))
    return np.concatenate([unit(vector) for vector in own])


def unit(values: NDArray[Any]) -> Floats:
    """Bring a vector to the length that the head knows; zeros stay zeros."""
    vector = values.astype(np.float64)
    length = math.sqrt(float(vector @ vector))
    return np.asarray(vector * (SCALE / length)) if length else vector


def tone_of(
    moods: Sequence[Sentiment | None],
    positive: Sequence[Driver],
    negative: Sequence[Driver],
    whole: Sentiment | None = None,
) -> Floats:
    """Sum up the tone of a passage (12,): chances of blame and praise, as a whole, on average and at most; drivers.

    Parameters
    ----------
    moods
        Sentiment of its sentences.
    positive, negative
        Its drivers.
    whole
        Its sentiment as a whole; the mean of its sentences if null.
    """
    found = [m.probabilities for m in moods if m is not None]
    if not found:
        return np.zeros(TONES)
    bad, good = [p.negative for p in found], [p.positive for p in found]
    means = sum(bad) / len(bad), sum(good) / len(good)
    all_bad, all_good = means if whole is None else (whole.probabilities.negative, whole.probabilities.positive)
    neither = math.log(max(0.0, 1 - all_bad - all_good) + 1e-3)
    counts = [min(len(drivers), 3) / 3 for drivers in (positive, negative)]
    odds = [(math.log(p + 1e-3) - neither) / 2 for p in (all_bad, all_good)]
    extremes = [max(good), max(bad), float(counts[0] > 0), float(counts[1] > 0)]
    return np.array([*means, *extremes, *counts, all_bad, all_good, *odds])


def encoder_name(manifest: Manifest) -> str:
    """Name an encoder by what its vectors depend on."""
    return "-".join(manifest.files.get(name, "")[:16] for name in ("model.onnx", "tokenizer.json"))


@cache
def shipped_head() -> Head:
    """Read the shipped head, once."""
    return read_head(json.loads(files("cxtext.data").joinpath("markers_head.json").read_text(encoding="utf-8")))


def read_head(data: dict[str, Any]) -> Head:
    """Build a head from what its file holds."""
    if data["schema"] != SCHEMA:
        raise ArtefactError(f"the head of the markers must be of schema {SCHEMA!r}; reinstall cxtext")
    known: list[Column] = []
    for column in data["columns"]:
        type_, kind, level = column.split(":")
        known.append((type_, kind, level))
    halves = (_half(data[name]) for name in ("full", "plain"))
    return Head(tuple(data["types"]), tuple(known), data["encoder"], np.array(data["centre"], np.float64), *halves)


def _half(data: dict[str, Any]) -> Half:
    """Read a half: each row of weights is whole numbers and what one of them is worth."""
    weights = {
        name: np.array(data[name]["rows"], np.float32) * np.array(data[name]["steps"], np.float32)[:, None]
        for name in ("straight", "inner", "outer")
    }
    biases = {name: np.array(data[name], np.float32) for name in ("bias", "inner_bias")}
    return Half(**weights, **biases, thresholds=np.array(data["thresholds"], np.float64))
