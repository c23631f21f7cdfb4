"""Give texts the topics of a taxonomy, and say why."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from os import PathLike
from typing import Literal, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator

from cxtext.config import read_data
from cxtext.documents import digits
from cxtext.encoder import TextEncoder
from cxtext.encoder.inputs import as_texts
from cxtext.errors import InputTypeError, InputValueError, NotFittedError
from cxtext.text.language import weigh
from cxtext.topics.kernel import Learner, learn
from cxtext.topics.keywords import KeywordIndex, Match
from cxtext.topics.space import Floats, Space, as_embeddings
from cxtext.topics.taxonomy import SHIPPED, Code, Taxonomy, read_taxonomy

# On comments of several trades seven of ten keywords of the shipped taxonomy were right (benchmarks/taxonomy.py).
KEYWORD_SCORE = 0.7
# About half of the F1 that is reached, where the F1 of calibrated probabilities is highest (Lipton et al. 2014).
THRESHOLD = 0.35

# A shipped topic is covered where its texts have, on average, this chance of being about one of the taxonomy's. Only
# taxonomies with few topics are looked at like that: where there are more, one topic's texts keep another's apart.
_COVERED, _FEW = 0.5, 20

Reason = Literal["keyword", "example", "description", "label"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """A topic of a text, and why it has it.

    Parameters
    ----------
    id, place
        The topic, and where it stands in the taxonomy.
    score
        Calibrated probability.
    by
        What gave it away: a ``"keyword"`` that stands in the text, else what of the topic is most alike: an
        ``"example"``, a ``"description"`` or its ``"label"``, or a ``"keyword"`` that means the same.
    why
        That keyword, example, description or label.
    similarity
        How alike text and ``why`` are: 1 for a keyword that stands in the text, about 0 for what has nothing in common.
    start, end
        Where the keyword stands in the text; null for all else.
    """

    id: str
    place: int
    score: float
    by: Reason
    why: str
    similarity: float
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class _Entry:
    text: str
    by: Reason
    topics: frozenset[int]
    language: Code | None


class TaxonomyTagger(BaseEstimator):  # type: ignore[misc]
    """Give texts the topics of a taxonomy: several, one or none.

    A text has a topic if it holds one of its keywords, or if it is like the topic's examples, descriptions, label and
    keywords (:mod:`cxtext.topics.kernel`): zero-shot where there are no examples, few-shot where there are. Of a topic
    and one that lies under it only the latter is given. What is said of a text does not depend on the texts beside it.

    Parameters
    ----------
    taxonomy
        Path of a TOML file, ``"cx"`` for the shipped taxonomy, or a :class:`cxtext.topics.taxonomy.Taxonomy`.
    threshold
        Probability from which a topic is given. Lower finds more, higher errs less often; above 0.7 keywords alone are
        not enough.
    encoder
        As for :func:`cxtext.encode`.

    Attributes
    ----------
    taxonomy_ : Taxonomy
        The topics.
    classes_ : ndarray of str, shape (k,)
        Their ids, in the order of all columns.

    Examples
    --------
    >>> tagger = TaxonomyTagger("cx").fit()
    >>> texts = ["Schon wieder eine Lieferverzögerung, aber der Fahrer war nett.", "The soup was cold.", "Hm."]
    >>> for tags in tagger.explain(texts):
    ...     print([(tag.id, tag.by, tag.why) for tag in tags if tag.score >= 0.5])
    [('delivery.time', 'keyword', 'Lieferverzögerung'), ('staff.manner', 'keyword', 'nett')]
    [('food', 'example', 'Das Schnitzel war kalt und zäh.')]
    []
    """

    def __init__(
        self,
        taxonomy: str | PathLike[str] | Taxonomy = "cx",
        *,
        threshold: float = THRESHOLD,
        encoder: str | TextEncoder | None = None,
    ) -> None:
        self.taxonomy = taxonomy
        self.threshold = threshold
        self.encoder = encoder

    def fit(self, texts: object = None, y: object = None) -> Self:
        """Learn the taxonomy; ``texts`` and ``y`` are not used, scikit-learn passes them.

        Raises
        ------
        InputTypeError, InputValueError, ConfigError
            If the taxonomy cannot be read, or the threshold is not allowed.
        """
        if isinstance(self.threshold, bool) or not isinstance(self.threshold, int | float | np.number):
            raise InputTypeError(f"threshold must be a number from 0 to 1, got {type(self.threshold).__name__}")
        if not 0 <= self.threshold <= 1:
            raise InputValueError(f"threshold must lie between 0 and 1, got {self.threshold!r}")
        taxonomy = read_taxonomy(self.taxonomy)
        described = _described(taxonomy)
        known = {entry.text for entry in described}
        empty = [_Entry(t, "example", frozenset(), code) for t, code in _empty_remarks() if t not in known]
        self._entries = [*described, *empty]
        self._keywords = KeywordIndex([topic.keywords for topic in taxonomy.topics])
        learner, outside = self._learn(self._entries, taxonomy)
        if outside:
            self._entries = [*self._entries, *outside]
            learner, _ = self._learn(self._entries, taxonomy)
        self._learner: Learner = learner
        self._targets = _targets(self._entries, taxonomy)
        self.classes_ = np.array([topic.id for topic in taxonomy.topics])
        self.taxonomy_ = taxonomy
        return self

    def predict(self, texts: Iterable[str], *, embeddings: ArrayLike | None = None) -> NDArray[np.int64]:
        """Give the topics of each text.

        Parameters
        ----------
        texts
            Any number of texts, also none.
        embeddings
            Their vectors (n, d), where they are there already.

        Returns
        -------
        Int64 (n, k): 1 where the text has the topic, else 0; in the order of ``classes_``.
        """
        listed = _as_texts(texts)
        out = np.zeros((len(listed), len(self._fitted().topics)), dtype=np.int64)
        for row, tags in enumerate(self.explain(listed, embeddings=embeddings)):
            out[row, [tag.place for tag in tags]] = 1
        return out

    def predict_proba(self, texts: Iterable[str], *, embeddings: ArrayLike | None = None) -> NDArray[np.float64]:
        """Give the probability of every topic for each text, (n, k); texts without words have zeros."""
        listed = _as_texts(texts)
        taxonomy = self._fitted()
        filled = [i for i, text in enumerate(listed) if text.strip()]
        out = np.zeros((len(listed), len(taxonomy.topics)))
        if filled:
            vectors = self._given(listed, embeddings, filled)
            out[filled] = self._judge([listed[i] for i in filled], vectors)[0]
        return out

    def explain(self, texts: Iterable[str], *, embeddings: ArrayLike | None = None) -> list[tuple[Tag, ...]]:
        """Give the topics of each text and what gave them away, the likeliest first.

        Parameters
        ----------
        texts, embeddings
            As for :meth:`predict`.
        """
        listed = _as_texts(texts)
        self._fitted()
        filled = [i for i, text in enumerate(listed) if text.strip()]
        tags: list[tuple[Tag, ...]] = [()] * len(listed)
        if filled:
            vectors = self._given(listed, embeddings, filled)
            words = [listed[i] for i in filled]
            chances, found = self._judge(words, vectors)
            given = [self._most_specific(row) for row in chances]
            some = [i for i, places in enumerate(given) if places]
            alike = self._learner.similarities([words[i] for i in some], vectors[some]) if some else np.zeros((0, 0))
            for i, row in zip(some, alike, strict=True):
                own = [self._tag(place, float(chances[i, place]), found[i].get(place), row) for place in given[i]]
                tags[filled[i]] = tuple(sorted(own, key=lambda tag: (-tag.score, tag.place)))
        return tags

    def _learn(self, entries: Sequence[_Entry], taxonomy: Taxonomy) -> tuple[Learner, list[_Entry]]:
        """Learn topics from entries, and give the shipped examples that are about something else altogether.

        Where texts in general lie, and what else there is to be about, can't be told from a few examples. A shipped
        topic that the taxonomy does not cover is what a text may be about instead.
        """
        shipped, own = read_taxonomy(SHIPPED), {entry.text for entry in entries}
        others = [e for e in _described(shipped) if e.by != "keyword" and e.text not in own]
        listed = [entry.text for entry in entries]
        texts = [entry.text for entry in others]
        vectors = self._vectors([*listed, *texts])
        space = Space.fit(vectors, np.ones(len(vectors)), [e.language for e in (*entries, *others)])
        examples = np.array([entry.by == "example" and bool(entry.topics) for entry in entries])
        learner = learn(listed, vectors[: len(listed)], _targets(entries, taxonomy), examples=examples, space=space)
        if not others or len(taxonomy.topics) >= _FEW:
            return learner, []
        likeliest = learner.probabilities(texts, vectors[len(listed) :]).max(axis=1)
        about = [max(entry.topics) for entry in others]
        total, count = (np.bincount(about, weights=w, minlength=len(shipped.topics)) for w in (likeliest, None))
        open_topics = total < _COVERED * count
        return learner, [
            _Entry(e.text, "example", frozenset(), e.language)
            for e, topic in zip(others, about, strict=True)
            if e.by == "example" and open_topics[topic]
        ]

    def _judge(self, texts: Sequence[str], vectors: Floats) -> tuple[NDArray[np.float64], list[dict[int, Match]]]:
        """Give probabilities, and for each text and topic the keyword that stands in it."""
        chances = np.round(self._learner.probabilities(texts, vectors), 6)
        found: list[dict[int, Match]] = []
        for row, text in zip(chances, texts, strict=True):
            own: dict[int, Match] = {}
            for match in self._keywords.find(text, _language(text)):
                own.setdefault(match.owner, match)
            places = list(own)
            row[places] = np.maximum(row[places], KEYWORD_SCORE)
            found.append(own)
        return chances, found

    def _most_specific(self, chances: NDArray[np.float64]) -> list[int]:
        given = np.flatnonzero(chances >= self.threshold).tolist()
        covered = {above for place in given for above in self.taxonomy_.above(place)}
        return [place for place in given if place not in covered]

    def _tag(self, place: int, score: float, match: Match | None, alike: NDArray[np.float64]) -> Tag:
        topic = self.taxonomy_.topics[place].id
        if match is not None:
            return Tag(
                id=topic, place=place, score=score, by="keyword", why=match.keyword, similarity=1.0, start=match.start,
                end=match.end,
            )  # fmt: skip
        own = np.flatnonzero(self._targets[:, place])
        nearest = int(own[np.argmax(alike[own])])
        entry = self._entries[nearest]
        return Tag(
            id=topic, place=place, score=score, by=entry.by, why=entry.text, similarity=digits(float(alike[nearest]))
        )

    def _fitted(self) -> Taxonomy:
        if not hasattr(self, "taxonomy_"):
            raise NotFittedError("this TaxonomyTagger has not been fitted; call fit()")
        return self.taxonomy_

    def _given(self, texts: Sequence[str], embeddings: ArrayLike | None, filled: Sequence[int]) -> Floats:
        if embeddings is not None:
            return as_embeddings(embeddings, rows=len(texts))[filled]
        return self._vectors([texts[i] for i in filled])

    def _vectors(self, texts: Sequence[str]) -> Floats:
        from cxtext.encoder import encode

        distinct = list(dict.fromkeys(texts))
        place = {text: i for i, text in enumerate(distinct)}
        vectors = as_embeddings(encode(distinct, encoder=self.encoder), rows=len(distinct))
        return vectors[[place[text] for text in texts]]


def _targets(entries: Sequence[_Entry], taxonomy: Taxonomy) -> NDArray[np.bool_]:
    """Say which entry (m) describes which topic (k)."""
    return np.array([[i in entry.topics for i in range(len(taxonomy.topics))] for entry in entries])


def _described(taxonomy: Taxonomy) -> list[_Entry]:
    """Give all that describes topics: what describes a sub-topic describes the topics above it; a text counts once."""
    kept: dict[str, _Entry] = {}
    for place, topic in enumerate(taxonomy.topics):
        topics = frozenset((place, *taxonomy.above(place)))
        own: list[tuple[str, Reason, Code | None]] = [(text, "example", _language(text)) for text in topic.examples]
        own += [(text, "description", _language(text)) for text in topic.descriptions]
        own += [(topic.label_de, "label", "de"), (topic.label_en, "label", "en")]
        own += [(keyword.text, "keyword", keyword.language) for keyword in topic.keywords]
        for text, by, language in own:
            before = kept.get(text)
            if before is None:
                kept[text] = _Entry(text, by, topics, language)
            else:
                kept[text] = _Entry(text, before.by, before.topics | topics, before.language)
    return list(kept.values())


@cache
def _empty_remarks() -> tuple[tuple[str, Code | None], ...]:
    """Give remarks that are about nothing, each with its language."""
    table = read_data("empty_remarks.toml")
    codes: dict[str, Code | None] = {"de": "de", "en": "en", "any": None}
    return tuple((text, code) for key, code in codes.items() for text in table[key])


def _as_texts(texts: Iterable[str]) -> list[str]:
    if isinstance(texts, str):
        raise InputTypeError("texts must be a list (or other iterable) of str, got one str; write [text]")
    return as_texts(texts)


def _language(text: str) -> Code | None:
    """Tell German from English by words that only one of them has; null where they do not say."""
    evidence, _ = weigh(text)
    if evidence.only_german == evidence.only_english:
        return None
    return "de" if evidence.only_german > evidence.only_english else "en"
