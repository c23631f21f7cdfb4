"""The topic model: what a collection of texts is about."""

import os
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClusterMixin, TransformerMixin

from cxtext.encoder import TextEncoder, encode
from cxtext.encoder.estimator import takes_texts
from cxtext.errors import ArtefactError, InputValueError, NotFittedError
from cxtext.topics import artefact, drift, kept, quotes
from cxtext.topics.clusters import Units, find, group, nearest
from cxtext.topics.corrections import read_corrections
from cxtext.topics.drift import Move
from cxtext.topics.evolve import Window, evolve
from cxtext.topics.given import as_list, canonical, check_parameters, distinct_texts, language_of, main_language
from cxtext.topics.known import Known
from cxtext.topics.labels import Labeller
from cxtext.topics.registry import Registry, encoder_name
from cxtext.topics.shown import Shown
from cxtext.topics.space import Floats, Space, as_embeddings, blocks
from cxtext.topics.start import start
from cxtext.topics.table import Topic, describe, to_frame

if TYPE_CHECKING:
    from pandas import DataFrame

_NOT_SAVED = ("encoder", "labeller", "registry", "corrections")
_SAMPLE = 20_000  # distinct texts from which topics are learnt; all others are assigned


class TopicModel(Shown, TransformerMixin, ClusterMixin, BaseEstimator):  # type: ignore[misc]
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
        Number of leaf topics; null finds it, between a quarter of and 2.25 times the root of the different texts. There
        is at least one for each hundred of them, up to twenty.
    min_topics
        Where the number is found, it is sought from here on; fewer if there are not twice as many different texts, or
        if small ones are dissolved. More topics are purer, and two samples agree less on them.
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
    registry
        What an earlier model knew, by :meth:`save_registry` or :meth:`to_registry`: topics that are found again keep
        their ids, names and corrections (:mod:`cxtext.topics.registry`).
    corrections
        A TOML or JSON file of corrections, which ``fit`` carries out (:mod:`cxtext.topics.corrections`).

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
    drift_ : DataFrame
        What the last ``fit`` or ``update`` changed, a row a leaf topic: id, label, state ("kept", "new", "merged",
        "split" or "retired"), from_ids, to_ids, size_before, size_after, similarity (:mod:`cxtext.topics.drift`).

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

    drift_: "DataFrame"

    def __init__(
        self,
        *,
        random_state: int = 0,
        encoder: str | TextEncoder | None = None,
        n_topics: int | None = None,
        min_topics: int = 2,
        min_similarity: float = 0.15,
        min_size: int = 5,
        language: Literal["de", "en"] | None = None,
        labeller: Labeller | None = None,
        registry: Registry | str | os.PathLike[str] | None = None,
        corrections: str | os.PathLike[str] | None = None,
    ) -> None:
        self.random_state = random_state
        self.encoder = encoder
        self.n_topics = n_topics
        self.min_topics = min_topics
        self.min_similarity = min_similarity
        self.min_size = min_size
        self.language = language
        self.labeller = labeller
        self.registry = registry
        self.corrections = corrections

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
        ArtefactError, ConfigError
            If the registry, or the file of corrections, cannot be read.
        """
        listed = as_list(texts)
        distinct, first, inverse, counts = distinct_texts(listed)
        check_parameters(
            len(distinct),
            self.n_topics,
            min_topics=self.min_topics,
            min_similarity=self.min_similarity,
            min_size=self.min_size,
            language=self.language,
        )
        past = self._past()
        found = [] if self.corrections is None else read_corrections(self.corrections)
        vectors, places = self._vectors(distinct, first, len(listed), embeddings)
        order = canonical(distinct, seed=self.random_state)[:_SAMPLE]
        sample = [distinct[i] for i in order]
        # Repetition says that something matters, but a form letter must not outweigh everything else.
        weights = np.array([int(counts[i]).bit_length() for i in order], dtype=np.float64)
        languages = [language_of(text) for text in sample]
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
        units, vectors_seen = units[rows], sampled[rows]
        begun = start(
            space,
            find(units, weights[rows], count=self.n_topics, min_size=min_size, least=self.min_topics),
            Window(units, vectors_seen),
            registry=past,
            found=found,
            min_size=min_size,
            min_similarity=self.min_similarity,
        )
        self.language_: Literal["de", "en"] = self.language or main_language(languages, weights)
        before = () if past is None else past.topics
        gone = {} if past is None else past.gone
        self._space = space
        self._known = Known(begun.topics, before, self.language_, begun.corrections, gone)
        placed = self._assign_all(vectors, places)
        self.labels_ = np.where(inverse >= 0, placed[inverse], -1)
        self.unassigned_share_ = float(np.mean(self.labels_ == -1))
        parents = group(units, weights[rows], begun.topics.leaf_places())
        sampled_languages = [languages[i] for i in rows]
        described = self._describe([sample[i] for i in rows], sampled_languages, units, weights[rows], parents)
        topics, next_id = kept.renumber(described, begun.topics, before, unnamed=begun.corrections.unnamed)
        self._settle(topics, before, begun.moves, begun.corrections.unnamed, next_id)
        return self

    def update(self, new_texts: Iterable[str], *, embeddings: ArrayLike | None = None) -> Self:
        """Take in the texts of a new window of time, and keep what persists.

        Topics stay where they are and keep their ids and labels; new ones get ids that no topic had before, and those
        that are no more are retired or merged, each by a rule of evidence (:mod:`cxtext.topics.evolve`). ``labels_``
        and sizes are those of the new texts, ``drift_`` says what became of each topic. Without any text nothing
        changes.

        Parameters
        ----------
        new_texts
            The texts of the window, all of them: topics without texts are told by it.
        embeddings
            Their vectors (n, d), by the encoder of ``fit``, where they are there already.

        Raises
        ------
        InputTypeError, InputValueError
            If an item is no str, or the model was saved by a version that did not remember what an update needs.

        Examples
        --------
        >>> class Words:  # stands in for an encoder
        ...     def encode(self, texts):
        ...         return [[float(w in t) for w in ("Zug", "App", "price")] for t in texts]
        >>> march = [f"{thing} {i}" for thing in ("Der Zug", "Die App") for i in range(20)]
        >>> june = march + [f"The price {i}" for i in range(20)]
        >>> model = TopicModel(encoder=Words()).fit(march).update(june)
        >>> model.drift_[["id", "state", "size_before", "size_after"]].values.tolist()
        [[0, 'kept', 20, 20], [1, 'kept', 20, 20], [2, 'new', 0, 20]]
        """
        self._require_fit()
        known = self._known
        if not known.places.memory.texts:
            raise InputValueError(
                "this model was saved by a version that kept too little for an update; fit again, or predict"
            )
        listed = as_list(new_texts)
        distinct, first, inverse, counts = distinct_texts(listed)
        if not distinct:
            same = [Move(i, "kept", (i,), (i,)) for i in known.places.leaves]
            self.drift_ = drift.to_frame(same, known.topics, known.topics, known.sizes)
            return self
        vectors, places = self._vectors(distinct, first, len(listed), embeddings)
        order = canonical(distinct, seed=self.random_state)[:_SAMPLE]
        sampled = vectors[places[order]]
        units = self._space.place(sampled)
        rows = np.flatnonzero(units.any(axis=1))
        grown, moves = evolve(
            known.places,
            Window(units[rows], sampled[rows]),
            min_size=max(2, min(self.min_size, known.places.memory.texts // 10)),
            min_similarity=self.min_similarity,
            held=known.corrections.held,
        )
        self._known = replace(known, places=grown)
        placed = self._assign_all(vectors, places)
        self.labels_ = np.where(inverse >= 0, placed[inverse], -1)
        self.unassigned_share_ = float(np.mean(self.labels_ == -1))
        sizes = self._known.counted(self.labels_)
        fresh = [m.id for m in moves if m.state == "new"]
        named = {*fresh, *(i for i in known.corrections.unnamed if sizes.get(i))}
        described: dict[int, Topic] = {}
        if named:
            texts = [distinct[i] for i in order[rows]]
            weights = np.array([int(counts[i]).bit_length() for i in order[rows]], dtype=np.float64)
            found = self._describe(texts, [language_of(t) for t in texts], units[rows], weights, [None] * len(sizes))
            described = {i: topic for i, topic in zip(sizes, found, strict=True) if i in named}
        parents = {i: kept.parent_of(i, known.topics, grown) for i in fresh}
        self._settle(kept.extend(known.topics, described, sizes, parents), known.topics, moves, named, grown.next_id)
        return self

    def rename(self, id: int, *, label_de: str | None = None, label_en: str | None = None) -> Self:
        """Give a topic other labels, which it keeps in updates, and in refits with its registry.

        Raises
        ------
        InputTypeError, InputValueError
            If there is no such topic, no label is given, or another topic has it.
        """
        self._require_fit()
        self._tell(self._known.renamed(id, label_de, label_en))
        return self

    def merge(self, ids: Sequence[int]) -> Self:
        """Make one topic of several leaf topics; the first keeps its id and labels.

        Raises
        ------
        InputTypeError, InputValueError
            If there is no such topic, or fewer than two different ones are given.
        """
        self._require_fit()
        known, merged = self._known.merged(ids)
        if hasattr(self, "labels_"):
            self.labels_ = np.where(np.isin(self.labels_, merged[1:]), merged[0], self.labels_)
        self._tell(known)
        return self

    def split(self, id: int, n: int = 2) -> Self:
        """Make ``n`` topics of one, from the parts of it that the model remembers.

        The largest keeps id and labels, the others get new ids, and the same labels with a number. ``labels_`` is taken
        away, since the texts are not known any more: ask ``predict``. Sizes are estimated by the shares of the parts
        until the next ``update``.

        Raises
        ------
        InputTypeError, InputValueError
            If there is no such topic, or it has fewer parts.
        """
        self._require_fit()
        self._tell(self._known.split(id, n))
        self.__dict__.pop("labels_", None)
        return self

    def pin(self, id: int) -> Self:
        """Keep a leaf topic: it is never merged, split or retired, and a refit with its registry has it, too.

        Raises
        ------
        InputTypeError, InputValueError
            If there is no such topic.
        """
        self._require_fit()
        self._tell(self._known.pinned(id))
        return self

    def to_registry(self) -> Registry:
        """Give what a later fit needs to call the same topics the same: ``TopicModel(registry=...)``.

        Raises
        ------
        InputValueError
            If the model was saved by a version that did not remember enough.
        """
        self._require_fit()
        return self._known.to_registry(encoder_name(self.encoder))

    def save_registry(self, path: str | os.PathLike[str]) -> None:
        """Write :meth:`to_registry` to a JSON file."""
        self.to_registry().save(path)

    def fit_predict(
        self, texts: Iterable[str], y: object = None, *, embeddings: ArrayLike | None = None
    ) -> NDArray[np.int64]:
        """Find the topics of texts and give each text's; the same as ``fit(texts).labels_``."""
        return self.fit(texts, embeddings=embeddings).labels_

    def fit_transform(
        self, texts: Iterable[str], y: object = None, *, embeddings: ArrayLike | None = None
    ) -> NDArray[np.float32]:
        """Find the topics of texts and give each text's similarities to them."""
        listed = as_list(texts)
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
        listed = as_list(texts)
        distinct, first, inverse, _ = distinct_texts(listed)
        if not distinct:
            return np.full(len(inverse), -1, dtype=np.int64)
        labels = self._assign_all(*self._vectors(distinct, first, len(listed), embeddings))
        return np.where(inverse >= 0, labels[inverse], -1)

    def transform(self, texts: Iterable[str], *, embeddings: ArrayLike | None = None) -> NDArray[np.float32]:
        """Give the similarity of each text to each leaf topic.

        Returns
        -------
        Float32 (n, k), cosines from -1 to 1; column i is the leaf topic in row i of ``topics_``, which after ``fit`` is
        the one with id i. Rows of empty texts are zero.
        """
        units, inverse = self._place(texts, embeddings)
        out = np.zeros((len(inverse), len(self._known.places.leaves)), dtype=np.float32)
        if len(units):
            values = np.round(np.clip(self._known.places.to_leaves(units), -1.0, 1.0), 6)
            out[inverse >= 0] = values[inverse[inverse >= 0]]
        return out

    def get_feature_names_out(self, input_features: object = None) -> NDArray[np.object_]:
        """Name the columns of :meth:`transform`: the labels of the leaf topics."""
        self._require_fit()
        return np.array(self.topics_["label"][: len(self._known.places.leaves)], dtype=object)

    def __sklearn_tags__(self) -> Any:  # noqa: ANN401 (scikit-learn's Tags)
        return takes_texts(super().__sklearn_tags__())

    def representatives(
        self, texts: Iterable[str], *, k: int = 3, embeddings: ArrayLike | None = None
    ) -> dict[int, list[int]]:
        """Choose the texts that stand for each topic, by the rule of :func:`cxtext.topics.quotes.representatives`.

        Returns
        -------
        For each leaf topic that has texts, the positions of up to ``k`` of them, best first.
        """
        listed = as_list(texts)
        units, inverse = self._place(listed, embeddings)
        if not len(units):
            return {}
        own, best = nearest(units, self._known.places.centroids)
        labels = np.where(self._near(units, best), self._known.places.ids[own], -1)
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
        listed = as_list(texts)
        units, inverse = self._place(listed, embeddings)
        if not len(units):
            return {}
        values, ids = self._known.places.to_leaves(units), np.array(self._known.places.leaves)
        own = values.argmax(axis=1)
        best = values.max(axis=1)
        values[np.arange(len(values)), own] = -np.inf
        following = values.argmax(axis=1)
        other = values[np.arange(len(values)), following]
        labels = np.where(self._near(units, best), ids[own], -1)
        empty = inverse < 0
        chosen = quotes.borderline(
            listed,
            np.where(empty, -1, labels[inverse]),
            np.where(empty, 0.0, best[inverse]),
            np.where(empty, 0.0, other[inverse]),
            k=k,
        )
        return {topic: [(i, int(ids[following[inverse[i]]])) for i in rows] for topic, rows in chosen.items()}

    def save(self, directory: str | os.PathLike[str]) -> None:
        """Write the model to a folder, as JSON and npz (schema ``cxtext.topic_model/2``).

        The texts are not written, nor are ``labels_`` and ``drift_``; an encoder object, a labeller and the paths of
        registry and corrections are not written either. What was corrected is.
        """
        self._require_fit()
        known, arrays = artefact.pack(self._known)
        state = {
            "parameters": {k: v for k, v in self.get_params(deep=False).items() if k not in _NOT_SAVED},
            "encoder": self.encoder
            if isinstance(self.encoder, str | None)
            else {"object": type(self.encoder).__name__},
            "unassigned_share": self.unassigned_share_,
            **known,
        }
        artefact.write(directory, state, {"mean": self._space.mean, "axes": self._space.axes, **arrays})

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
            # A registry or labeller that the file names would be read or called in the next fit.
            parameters = {k: v for k, v in state["parameters"].items() if k not in _NOT_SAVED}
            model = cls(encoder=encoder if encoder is not None else saved, **parameters)
            model.unassigned_share_ = float(state["unassigned_share"])
            known = artefact.unpack(state, arrays)
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
            raise ArtefactError(
                f"{os.fspath(directory)} holds a topic model whose JSON lacks something; save the model again"
            ) from None
        leaves, ids = known.places.leaves, [t.id for t in known.topics]
        if ids[: len(leaves)] != leaves or len(set(ids)) != len(ids):
            raise ArtefactError(f"{os.fspath(directory)} holds a topic model whose topics do not fit its arrays")
        model._space, model.language_ = Space(mean=arrays["mean"], axes=arrays["axes"]), known.main
        model._tell(known)
        return model

    def _past(self) -> Registry | None:
        if self.registry is None:
            return None
        known = self.registry if isinstance(self.registry, Registry) else Registry.load(self.registry)
        own = encoder_name(self.encoder)
        if known.encoder != own:
            raise InputValueError(
                f"the topic registry was made with encoder {known.encoder!r}, this model has {own!r}; ids cannot be "
                "carried from one encoder to another: use the same, or leave the registry out"
            )
        return known

    def _describe(
        self,
        texts: Sequence[str],
        languages: Sequence[str | None],
        units: Units,
        weights: NDArray[np.float64],
        parents: Sequence[int | None],
    ) -> list[Topic]:
        return describe(
            texts,
            [code or self.language_ for code in languages],  # too short to tell
            self._known.places.leaf_of(units),
            weights,
            units,
            self._known.places.leaf_places(),
            parents=parents,
            sizes=list(self._known.counted(self.labels_).values()),
            main=self.language_,
            labeller=self.labeller,
        )

    def _settle(
        self,
        topics: Sequence[Topic],
        before: Sequence[Topic],
        moves: Sequence[Move],
        named: AbstractSet[int],
        next_id: int,
    ) -> None:
        """Take over a table and what became of the topics before."""
        known = self._known
        corrections = replace(known.corrections, unnamed=known.corrections.unnamed - named)
        known = replace(known, places=replace(known.places, next_id=next_id), corrections=corrections)
        self._tell(known.settled(topics, before))
        self.drift_ = drift.to_frame(moves, self._known.topics, before, self._known.sizes)

    def _tell(self, known: Known) -> None:
        self._known = known
        self.topics_ = to_frame(known.topics)

    def _require_fit(self) -> None:
        if not hasattr(self, "topics_"):
            raise NotFittedError("this TopicModel has not been fitted; call fit(texts) or TopicModel.load(directory)")

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
        listed = as_list(texts)
        distinct, first, inverse, _ = distinct_texts(listed)
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
        own, best = nearest(units, self._known.places.centroids)
        return np.where(self._near(units, best), self._known.places.ids[own], -1).astype(np.int64)

    def _near(self, units: NDArray[np.float32], best: NDArray[np.float32]) -> NDArray[np.bool_]:
        return (best >= self.min_similarity) & units.any(axis=1)
