"""The stage ``categories.v1``: categories of one's own for segments and driver mentions.

They come from a model that was learnt from labelled texts, or from a taxonomy. Segments are judged, and driver mentions
by their own words: "The train was on time, but the app crashes" is about two things. A model gives a category where it
is likelier than all others together, and leaves it open elsewhere: "Vielen Dank!" is about none. A taxonomy gives a
segment all topics that are likely enough, and a mention the likeliest. A mention that does not state both what and how
is about what its segment is about, unless a model knows its words.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from os import PathLike
from typing import TYPE_CHECKING, Any, ClassVar

from cxtext.documents import Driver, Drivers, TopicMention, digits
from cxtext.encoder.head import fit_head
from cxtext.encoder.own import Learnt, OwnModel, learn, load_own
from cxtext.errors import ConfigError
from cxtext.pipeline import Draft
from cxtext.topics.taxonomy import Taxonomy, read_taxonomy

if TYPE_CHECKING:
    from cxtext.topics.tagging import TaxonomyTagger

STRENGTH = 10.0
# Calibrated, so that what is given is right at least every other time.
LEAST = 0.5


def learn_categories(
    texts: Sequence[str],
    labels: Sequence[str],
    *,
    seed: int = 0,
    threads: int = 0,
    step: Callable[[], None] = lambda: None,
) -> Learnt:
    """Learn categories from labelled texts; see :func:`cxtext.encoder.own.learn`.

    Raises
    ------
    InputValueError
        If there are fewer than two categories, or one has too few examples.
    """
    fit = partial(fit_head, strength=STRENGTH)
    return learn(texts, labels, task="categories", fit=fit, seed=seed, threads=threads, step=step)


def load_categories(directory: str | PathLike[str], *, threads: int = 0) -> OwnModel:
    """Load a model for categories of one's own.

    Raises
    ------
    ArtefactError
        If it is missing, damaged, for another task, or was learnt on another encoder.
    """
    return load_own(directory, task="categories", threads=threads)


@dataclass(frozen=True, slots=True)
class _Given:
    """A category of a passage: its place in the list of all, what it is called in each language, and its id."""

    place: int
    category: str
    labels: Mapping[str, str]
    score: float


class Categorise:
    """Give the customer's segments and driver mentions categories of one's own.

    A segment's categories are topics of the annotation: of a model one (``id`` is its place in the sorted list of
    classes), of a taxonomy any number (``id`` is the topic's place in the file, ``label`` is in the document's
    language). A mention's is its ``category``: the class, or the topic's id. Without either, drivers stay as they are
    and there are no topics.
    """

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Config:
        """``model``: a folder of ``python -m cxtext.train``; or ``taxonomy``: a TOML file, or ``"cx"``.

        ``threshold``: probability from which a topic of the taxonomy is given, see
        :class:`cxtext.topics.tagging.TaxonomyTagger`. ``threads``: of the network; 0 takes one per core.
        """

        model: str | None = None
        taxonomy: str | None = None
        threshold: float = 0.35
        threads: int = 0

    name: ClassVar[str] = "categories.v1"
    requires: ClassVar[frozenset[str]] = frozenset({"document", "language", "segments", "drivers"})
    provides: ClassVar[frozenset[str]] = frozenset({"drivers", "topics"})

    def __init__(self, config: Config | None = None) -> None:
        self.config = config or self.Config()
        # Read now: a pipeline with a model or taxonomy that is not there should not be built.
        model, taxonomy = self.config.model, self.config.taxonomy
        if model is not None and taxonomy is not None:
            raise ConfigError("stage 'categories.v1' takes a model or a taxonomy, got both; leave one out")
        if not 0 <= self.config.threshold <= 1:
            raise ConfigError(f"stage 'categories.v1': threshold must lie from 0 to 1, got {self.config.threshold!r}")
        self._own: OwnModel | None = None if model is None else load_categories(model, threads=self.config.threads)
        self.taxonomy: Taxonomy | None = None if taxonomy is None else read_taxonomy(taxonomy)
        self._tagger: TaxonomyTagger | None = None

    def predict(self, batch: Sequence[Draft]) -> list[dict[str, Any]]:
        """Give each draft its ``drivers`` with categories, and ``topics``."""
        if self._own is not None:
            judge: Callable[[Sequence[str]], dict[str, list[_Given]]] = partial(self._classified, self._own)
        elif self.taxonomy is not None:
            judge = partial(self._tagged, self.taxonomy)
        else:
            return [{"drivers": d.drivers, "topics": ()} for d in batch]
        lone = self._own is not None
        segments = [_segments(d) for d in batch]
        texts = [t for own in segments for t in own.values()]
        texts += [w for d in batch for driver in _drivers(d) if lone or _whole(driver) for w in _words(d, driver)]
        given = judge(list(dict.fromkeys(texts)))
        if not lone:
            texts = [w for d, own in zip(batch, segments, strict=True) for w in _undecided(d, own, given)]
            given |= judge([text for text in dict.fromkeys(texts) if text not in given])
        return [_result(d, own, given, lone=lone) for d, own in zip(batch, segments, strict=True)]

    def _classified(self, own: OwnModel, texts: Sequence[str]) -> dict[str, list[_Given]]:
        chances, classes = own.predict_proba(texts), own.head.classes
        best = chances.argmax(axis=1).tolist() if texts else []
        return {
            text: [_Given(c, classes[c], dict.fromkeys(("de", "en"), classes[c]), float(chances[i, c]))]
            for i, (text, c) in enumerate(zip(texts, best, strict=True))
            if chances[i, c] >= LEAST
        }

    def _tagged(self, taxonomy: Taxonomy, texts: Sequence[str]) -> dict[str, list[_Given]]:
        tagger, topics = self._tagger or self._learnt(taxonomy), taxonomy.topics
        return {
            text: [
                _Given(
                    tag.place, tag.id, {"de": topics[tag.place].label_de, "en": topics[tag.place].label_en}, tag.score
                )
                for tag in tags
            ]
            for text, tags in zip(texts, tagger.explain(texts), strict=True)
            if tags
        }

    def _learnt(self, taxonomy: Taxonomy) -> "TaxonomyTagger":
        from cxtext.encoder import Encoder
        from cxtext.topics.tagging import TaxonomyTagger

        # Learnt when first used, not when a pipeline is only checked. Two threads may both do it, with one result.
        encoder = Encoder(threads=self.config.threads) if self.config.threads else None
        self._tagger = TaxonomyTagger(taxonomy, threshold=self.config.threshold, encoder=encoder).fit()
        return self._tagger


def _segments(draft: Draft) -> dict[int, str]:
    """Give the texts of the customer's segments, by their number."""
    if draft.language is None or draft.language.code == "other":
        return {}
    text = draft.document.text
    found = {i: text[s.start : s.end].strip() for i, s in enumerate(draft.segments) if s.kind == "customer"}
    return {i: words for i, words in found.items() if words}


def _drivers(draft: Draft) -> tuple[Driver, ...]:
    return (*draft.drivers.positive, *draft.drivers.negative)


def _whole(driver: Driver) -> bool:
    """Whether a mention states both what and how."""
    return driver.aspect is not None and driver.opinion is not None


def _words(draft: Draft, driver: Driver) -> tuple[str, ...]:
    """Give a mention's own words; none where they are empty."""
    spans = [s for s in (driver.aspect, driver.opinion, driver.cause) if s is not None]
    stated = [s for s in (driver.aspect, driver.opinion) if s is not None] or spans
    words = draft.document.text[min(s.start for s in stated) : max(s.end for s in stated)].strip()
    return (words,) if words else ()


def _undecided(draft: Draft, segments: Mapping[int, str], given: Mapping[str, Sequence[_Given]]) -> list[str]:
    """Give the words of mentions that leave half unstated, where their segment has several topics."""
    return [
        words
        for driver in _drivers(draft)
        if not _whole(driver) and len(given.get(segments.get(driver.segment, ""), ())) > 1
        for words in _words(draft, driver)
    ]


def _result(
    draft: Draft, segments: Mapping[int, str], given: Mapping[str, Sequence[_Given]], *, lone: bool
) -> dict[str, Any]:
    """Put the results of one document together; ``lone`` says whether a mention's words count where half is unstated.

    A model knows "zu teuer" from its examples. To a taxonomy a lone "perfekt" is near to something by chance, so that
    it only chooses among the topics of its segment.
    """

    def named(driver: Driver) -> Driver:
        found = [one for words in _words(draft, driver) for one in given.get(words, ())]
        if not _whole(driver):
            around = list(given.get(segments.get(driver.segment, ""), ()))
            known = {one.category for one in around}
            found = (found if lone else [one for one in found if one.category in known]) or around
        return replace(driver, category=found[0].category) if found else driver

    code = draft.language.code if draft.language is not None else "en"
    topics = [
        TopicMention(id=one.place, label=one.labels.get(code, one.category), score=digits(one.score), segment=place)
        for place, words in segments.items()
        for one in given.get(words, ())
    ]
    drivers = Drivers(*(tuple(map(named, own)) for own in (draft.drivers.positive, draft.drivers.negative)))
    return {"drivers": drivers, "topics": tuple(topics)}
