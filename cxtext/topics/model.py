"""The topic model: what a collection of texts is about."""

import hashlib
import os
from collections.abc import Iterable, Sequence
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator

from cxtext.encoder import TextEncoder, encode
from cxtext.encoder.inputs import as_texts
from cxtext.errors import ArtefactError, InputTypeError, InputValueError, NotFittedError
from cxtext.text.language import weigh
from cxtext.topics import artefact, quotes
from cxtext.topics.clusters import find, group, nearest, similarities
from cxtext.topics.labels import Labeller
from cxtext.topics.space import Floats, Space, as_embeddings, blocks
from cxtext.topics.table import Topic, describe, to_frame

_SAMPLE = 20_000  # distinct texts from which topics are learnt; all others are assigned


class TopicModel(BaseEstimator):  # type: ignore[misc]
    """Find what texts are about, German and English together.

    Texts are placed by meaning, grouped (:mod:`cxtext.topics.clusters`), and named by phrases of their own
    (:mod:`cxtext.topics.names`). The result depends on nothing but the texts and the parameters: not on the order of
    rows, on batches, threads or runs. A text is assigned to the nearest topic, by the same path in ``fit`` and
    ``predict``. Identical texts count once in the search for topics, and a little more the more often they occur.

    Parameters
    ----------
    random_state
        Which texts are looked at where there are more than 20,000 different ones. There is no other randomness.
    encoder
        Null for the shipped encoder, ``"sentence-transformers:NAME"``, or any object with ``encode(texts) -> array``.
    n_topics
        Number of leaf topics; null finds it, between a quarter of and 2.5 times the root of the different texts.
    min_similarity
        A text whose cosine to every topic is lower is unassigned (-1). The cosine is taken after the collection's mean
        is subtracted; 0.15 is about what a text on something else altogether gets. -1 assigns every text.
    min_size
        Smaller topics are dissolved; in collections of fewer than 50 different texts a tenth of them is enough. Ignored
        where ``n_topics`` is given.
    language
        Language of ``label``: ``"de"``, ``"en"``, or null for the one that most texts are in.
    labeller
        A callable that names a topic from ``(keywords, quotes, language)``, such as a language model that you run. It
        is asked for each topic and language; an empty answer, or one that another topic has already, leaves the label
        that the texts give. It is not saved. See :mod:`cxtext.topics.labels`.

    Attributes
    ----------
    topics_ : DataFrame
        id, parent (null at the top), label, label_de, label_en, keywords, size. Leaf topics first, then their parents,
        which have ids of their own. Labels are unique. A topic with fewer than two texts of a language has its label
        from the other one.
    labels_ : ndarray of int64, shape (n,)
        Leaf topic of each text that ``fit`` got; -1 = unassigned, which empty texts always are.
    unassigned_share_ : float
        Share of -1 in ``labels_``.
    language_ : str
        Language of ``label``.

    Notes
    -----
    Memory: the embeddings (1.5 kB a text at 384 dimensions; given ones are not copied), and about 400 MB, however many
    texts there are. Sources of the method stand in the modules named above, a comparison in ``docs/topics.md``.

    Examples
    --------
    >>> class Words:  # stands in for an encoder: knows two words of each language
    ...     def encode(self, texts):
    ...         return [[float("Zug" in t or "train" in t), float("App" in t or "app" in t)] for t in texts]
    >>> texts = ["Der Zug kam spät.", "Der Zug war voll.", "Die App stürzt ab.", "Die App ist langsam."]
    >>> model = TopicModel(encoder=Words()).fit(texts)
    >>> model.labels_[0] == model.labels_[1] != model.labels_[2]
    np.True_
    >>> list(model.predict(["The train was late.", ""])) == [model.labels_[0], -1]
    True
    """

    def __init__(
        self,
        *,
        random_state: int = 0,
        encoder: str | TextEncoder | None = None,
        n_topics: int | None = None,
        min_similarity: float = 0.15,
        min_size: int = 5,
        language: Literal["de", "en"] | None = None,
        labeller: Labeller | None = None,
    ) -> None:
        self.random_state = random_state
        self.encoder = encoder
        self.n_topics = n_topics
        self.min_similarity = min_similarity
        self.min_size = min_size
        self.language = language
        self.labeller = labeller

    def fit(self, texts: Iterable[str], y: object = None, *, embeddings: ArrayLike | None = None) -> Self:
        """Find the topics of texts.

        Parameters
        ----------
        texts
            At least two different texts that are not empty.
        y
            Not used; scikit-learn passes it.
        embeddings
            Vectors of the texts (n, d), where they are there already.

        Raises
        ------
        InputTypeError, InputValueError
            If an item is no str, there are fewer than two different texts, or a parameter is not allowed.
        """
        listed = _as_texts(texts)
        distinct, first, inverse, counts = _distinct(listed)
        self._check(len(distinct))
        vectors, places = self._vectors(distinct, first, len(listed), embeddings)
        order = self._canonical(distinct)[:_SAMPLE]
        sample = [distinct[i] for i in order]
        # Repetition says that something matters, but a form letter must not outweigh everything else.
        weights = np.array([int(counts[i]).bit_length() for i in order], dtype=np.float64)
        languages = [_language(text) for text in sample]
        sampled = vectors[places[order]]
        space = Space.fit(sampled, weights, languages)
        units = space.place(sampled)
        seen = units.any(axis=1)
        if seen.sum() < 2:
            raise InputValueError(
                f"the encoder gave no vectors for all but {int(seen.sum())} of {len(distinct)} different texts; topics "
                "need two"
            )
        rows = np.flatnonzero(seen)
        min_size = max(1, min(self.min_size, len(rows) // 10))
        self._space = space
        self._centroids = find(units[rows], weights[rows], count=self.n_topics, min_size=min_size)
        german, english = (
            sum(w for w, c in zip(weights, languages, strict=True) if c == code) for code in ("de", "en")
        )
        self.language_: Literal["de", "en"] = self.language or ("de" if german >= english else "en")
        placed = self._assign_all(vectors, places)
        self.labels_ = np.where(inverse >= 0, placed[inverse], -1)
        self.unassigned_share_ = float(np.mean(self.labels_ == -1))
        count = len(self._centroids)
        self._topics = describe(
            [sample[i] for i in rows],
            [languages[i] or self.language_ for i in rows],  # too short to tell
            nearest(units[rows], self._centroids)[0],
            weights[rows],
            units[rows],
            self._centroids,
            parents=group(units[rows], weights[rows], self._centroids),
            sizes=[int(n) for n in np.bincount(self.labels_[self.labels_ >= 0], minlength=count)],
            main=self.language_,
            labeller=self.labeller,
        )
        self.topics_ = to_frame(self._topics)
        return self

    def fit_predict(
        self, texts: Iterable[str], y: object = None, *, embeddings: ArrayLike | None = None
    ) -> NDArray[np.int64]:
        """Find the topics of texts and give each text's; the same as ``fit(texts).labels_``."""
        return self.fit(texts, embeddings=embeddings).labels_

    def fit_transform(
        self, texts: Iterable[str], y: object = None, *, embeddings: ArrayLike | None = None
    ) -> NDArray[np.float32]:
        """Find the topics of texts and give each text's similarities to them."""
        listed = _as_texts(texts)
        return self.fit(listed, embeddings=embeddings).transform(listed, embeddings=embeddings)

    def predict(self, texts: Iterable[str], *, embeddings: ArrayLike | None = None) -> NDArray[np.int64]:
        """Give the leaf topic of each text.

        Parameters
        ----------
        texts
            Any number of texts, also none.
        embeddings
            Their vectors, by the encoder of ``fit``, where they are there already.

        Returns
        -------
        Int64 (n,); -1 for texts that are empty or near to no topic.
        """
        self._require_fit()
        listed = _as_texts(texts)
        distinct, first, inverse, _ = _distinct(listed)
        if not distinct:
            return np.full(len(inverse), -1, dtype=np.int64)
        labels = self._assign_all(*self._vectors(distinct, first, len(listed), embeddings))
        return np.where(inverse >= 0, labels[inverse], -1)

    def transform(self, texts: Iterable[str], *, embeddings: ArrayLike | None = None) -> NDArray[np.float32]:
        """Give the similarity of each text to each leaf topic.

        Returns
        -------
        Float32 (n, k), cosines from -1 to 1; column i is the topic with id i. Rows of empty texts are zero.
        """
        units, inverse = self._place(texts, embeddings)
        out = np.zeros((len(inverse), len(self._centroids)), dtype=np.float32)
        if len(units):
            values = np.round(np.clip(similarities(units, self._centroids), -1.0, 1.0), 6)
            out[inverse >= 0] = values[inverse[inverse >= 0]]
        return out

    def representatives(
        self, texts: Iterable[str], *, k: int = 3, embeddings: ArrayLike | None = None
    ) -> dict[int, list[int]]:
        """Choose the texts that stand for each topic, by the rule of :func:`cxtext.topics.quotes.representatives`.

        Returns
        -------
        For each leaf topic that has texts, the positions of up to ``k`` of them, best first.
        """
        listed = _as_texts(texts)
        units, inverse = self._place(listed, embeddings)
        if not len(units):
            return {}
        labels, best = nearest(units, self._centroids)
        labels = np.where(self._near(units, best), labels, -1)
        return quotes.representatives(
            listed, np.where(inverse >= 0, labels[inverse], -1), np.where(inverse >= 0, best[inverse], 0.0), k=k
        )

    def borderline(
        self, texts: Iterable[str], *, k: int = 3, embeddings: ArrayLike | None = None
    ) -> dict[int, list[tuple[int, int]]]:
        """Choose the texts of each topic that nearly belong to another, by :func:`cxtext.topics.quotes.borderline`.

        Returns
        -------
        For each leaf topic that has texts, up to ``k`` pairs, nearest to the border first: the position of a text, and
        the id of the topic that is next.
        """
        listed = _as_texts(texts)
        units, inverse = self._place(listed, embeddings)
        if not len(units):
            return {}
        values = similarities(units, self._centroids)
        labels, best = nearest(units, self._centroids)
        values[np.arange(len(values)), labels] = -np.inf
        following = values.argmax(axis=1)
        other = values[np.arange(len(values)), following]
        labels = np.where(self._near(units, best), labels, -1)
        empty = inverse < 0
        chosen = quotes.borderline(
            listed,
            np.where(empty, -1, labels[inverse]),
            np.where(empty, 0.0, best[inverse]),
            np.where(empty, 0.0, other[inverse]),
            k=k,
        )
        return {topic: [(i, int(following[inverse[i]])) for i in rows] for topic, rows in chosen.items()}

    def save(self, directory: str | os.PathLike[str]) -> None:
        """Write the model to a folder, as JSON and npz (schema ``cxtext.topic_model/1``).

        The texts are not written, nor is ``labels_``; an encoder object and a labeller are not written either.
        """
        self._require_fit()
        state = {
            "parameters": {k: v for k, v in self.get_params(deep=False).items() if k not in ("encoder", "labeller")},
            "encoder": self.encoder
            if isinstance(self.encoder, str | None)
            else {"object": type(self.encoder).__name__},
            "language": self.language_,
            "unassigned_share": self.unassigned_share_,
            "topics": self.topics_.astype(object).where(self.topics_.notna(), None).to_dict("records"),
        }
        arrays: dict[str, NDArray[Any]] = {
            "mean": self._space.mean,
            "axes": self._space.axes,
            "centroids": self._centroids,
        }
        artefact.write(directory, state, arrays)

    @classmethod
    def load(cls, directory: str | os.PathLike[str], *, encoder: TextEncoder | None = None) -> Self:
        """Read a model that :meth:`save` wrote.

        Parameters
        ----------
        directory
            The folder.
        encoder
            The encoder object, if the model was fitted with one.

        Raises
        ------
        ArtefactError
            If the folder holds no such model, a damaged one, or one of a later schema.
        InputValueError
            If the model needs an encoder object and none is given.
        """
        state, arrays = artefact.read(directory)
        saved = state.get("encoder")
        if isinstance(saved, dict) and encoder is None:
            raise InputValueError(
                f"the model was fitted with an encoder object of type {str(saved.get('object'))[:60]}; give one: "
                "TopicModel.load(directory, encoder=...)"
            )
        try:
            model = cls(encoder=encoder if encoder is not None else saved, **state["parameters"])
            topics = [Topic(**{**row, "keywords": tuple(row["keywords"])}) for row in state["topics"]]
            model.language_ = state["language"]
            model.unassigned_share_ = float(state["unassigned_share"])
        except (KeyError, TypeError, ValueError):
            raise ArtefactError(
                f"{os.fspath(directory)} holds a topic model whose JSON lacks something; save the model again"
            ) from None
        if sum(t.id < len(arrays["centroids"]) for t in topics) != len(arrays["centroids"]):
            raise ArtefactError(f"{os.fspath(directory)} holds a topic model whose topics do not fit its arrays")
        model._space = Space(mean=arrays["mean"], axes=arrays["axes"])
        model._centroids = arrays["centroids"].astype(np.float32)
        model._topics = topics
        model.topics_ = to_frame(topics)
        return model

    def _check(self, distinct: int) -> None:
        if distinct < 2:
            raise InputValueError(f"topics need at least two different texts that are not empty, got {distinct}")
        count = self.n_topics
        if count is not None and (isinstance(count, bool) or not isinstance(count, int | np.integer) or count < 2):
            raise InputValueError(f"n_topics must be a whole number from 2, or None, got {count!r}")
        if count is not None and count > distinct:
            raise InputValueError(f"n_topics is {count}, but there are only {distinct} different texts")
        if self.language not in (None, "de", "en"):
            raise InputValueError(f"language must be 'de', 'en' or None, got {self.language!r}")
        if isinstance(self.min_size, bool) or not isinstance(self.min_size, int | np.integer) or self.min_size < 1:
            raise InputValueError(f"min_size must be a whole number from 1, got {self.min_size!r}")
        if not -1 <= self.min_similarity <= 1:
            raise InputValueError(f"min_similarity must lie between -1 and 1, got {self.min_similarity!r}")

    def _require_fit(self) -> None:
        if not hasattr(self, "topics_"):
            raise NotFittedError("this TopicModel has not been fitted; call fit(texts) or TopicModel.load(directory)")

    def _canonical(self, distinct: Sequence[str]) -> NDArray[np.intp]:
        """Order that depends on the texts alone, and, being one of hashes, gives a fair sample from its beginning."""
        salt = str(self.random_state).encode()
        keys = [hashlib.blake2b(_utf8(text), key=salt[:64], digest_size=16).digest() for text in distinct]
        return np.array(sorted(range(len(keys)), key=keys.__getitem__), dtype=np.intp)

    def _vectors(
        self, distinct: list[str], first: NDArray[np.intp], rows: int, embeddings: ArrayLike | None
    ) -> tuple[Floats, NDArray[np.intp]]:
        """Give embeddings, and which row of them is that of each distinct text; given ones are not copied."""
        if embeddings is not None:
            return as_embeddings(embeddings, rows=rows), first
        return as_embeddings(encode(distinct, encoder=self.encoder), rows=len(distinct)), np.arange(len(distinct))

    def _place(
        self, texts: Iterable[str], embeddings: ArrayLike | None
    ) -> tuple[NDArray[np.float32], NDArray[np.intp]]:
        """Place the distinct texts; with the index of each text among them, -1 for empty ones."""
        self._require_fit()
        listed = _as_texts(texts)
        distinct, first, inverse, _ = _distinct(listed)
        if not distinct:
            return np.zeros((0, len(self._space.mean)), dtype=np.float32), inverse
        vectors, places = self._vectors(distinct, first, len(listed), embeddings)
        return self._space.place(vectors[places]), inverse

    def _assign_all(self, vectors: Floats, places: NDArray[np.intp]) -> NDArray[np.int64]:
        """Assign rows of embeddings block by block: placed all at once, a million would be as large again."""
        labels = np.empty(len(places), dtype=np.int64)
        for rows in blocks(len(places)):
            labels[rows] = self._assign(self._space.place(vectors[places[rows]]))
        return labels

    def _assign(self, units: NDArray[np.float32]) -> NDArray[np.int64]:
        labels, best = nearest(units, self._centroids)
        return np.where(self._near(units, best), labels, -1).astype(np.int64)

    def _near(self, units: NDArray[np.float32], best: NDArray[np.float32]) -> NDArray[np.bool_]:
        return (best >= self.min_similarity) & units.any(axis=1)


def _as_texts(texts: Iterable[str]) -> list[str]:
    if isinstance(texts, str):
        raise InputTypeError("texts must be a list (or other iterable) of str, got one str; write [text]")
    return as_texts(texts)


def _distinct(texts: Sequence[str]) -> tuple[list[str], NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
    """Give the distinct texts that are not empty, where each stands first, its number for each text, and its count."""
    numbers: dict[str, int] = {}
    first: list[int] = []
    inverse = np.full(len(texts), -1, dtype=np.intp)
    for i, text in enumerate(texts):
        if not text.strip():
            continue
        number = numbers.setdefault(text, len(numbers))
        if number == len(first):
            first.append(i)
        inverse[i] = number
    counts = np.bincount(inverse[inverse >= 0], minlength=len(numbers)).astype(np.intp)
    return list(numbers), np.array(first, dtype=np.intp), inverse, counts


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _language(text: str) -> str | None:
    """Tell German from English by words that only one of them has, which is quick; null where they do not say."""
    evidence, _ = weigh(text)
    if evidence.only_german == evidence.only_english:
        return None
    return "de" if evidence.only_german > evidence.only_english else "en"
