"""The stage ``categories.v1``: categories of one's own for segments and driver mentions.

Segments are judged, and driver mentions by their own words: "The train was on time, but the app crashes" is about two
things. A category is given where it is likelier than all others together, and left open elsewhere: "Vielen Dank!" is
about none. A mention that does not state both what and how, and whose words leave it open, is about what its segment is
about.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from os import PathLike
from typing import Any, ClassVar

from cxtext.documents import Driver, Drivers, TopicMention, digits
from cxtext.encoder.own import Learnt, OwnModel, learn, load_own
from cxtext.pipeline import Draft

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
    return learn(texts, labels, task="categories", strength=STRENGTH, seed=seed, threads=threads, step=step)


def load_categories(directory: str | PathLike[str], *, threads: int = 0) -> OwnModel:
    """Load a model for categories of one's own.

    Raises
    ------
    ArtefactError
        If it is missing, damaged, for another task, or was learnt on another encoder.
    """
    return load_own(directory, task="categories", threads=threads)


class Categorise:
    """Give the customer's segments and driver mentions categories of one's own.

    A segment's category is a topic of the annotation (its ``id`` is the category's place in the model's sorted list), a
    mention's is its ``category``. Without a model, drivers stay as they are and there are no topics.
    """

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Config:
        """``model``: a folder of ``python -m cxtext.train``. ``threads``: of its network; 0 takes one per core."""

        model: str | None = None
        threads: int = 0

    name: ClassVar[str] = "categories.v1"
    requires: ClassVar[frozenset[str]] = frozenset({"document", "language", "segments", "drivers"})
    provides: ClassVar[frozenset[str]] = frozenset({"drivers", "topics"})

    def __init__(self, config: Config | None = None) -> None:
        self.config = config or self.Config()
        # Read now: a pipeline with a model that is not there should not be built.
        model, threads = self.config.model, self.config.threads
        self._own: OwnModel | None = None if model is None else load_categories(model, threads=threads)

    def predict(self, batch: Sequence[Draft]) -> list[dict[str, Any]]:
        """Give each draft its ``drivers`` with categories, and ``topics``."""
        if self._own is None:
            return [{"drivers": d.drivers, "topics": ()} for d in batch]
        wanted = [_passages(d) for d in batch]
        texts = list(dict.fromkeys(text for passages in wanted for text in passages.values()))
        chances = self._own.predict_proba(texts)
        best = chances.argmax(axis=1).tolist() if texts else []
        sure = {t: (c, float(chances[i, c])) for i, (t, c) in enumerate(zip(texts, best, strict=True))}
        given = {t: found for t, found in sure.items() if found[1] >= LEAST}
        return [_result(d, passages, given, self._own.head.classes) for d, passages in zip(batch, wanted, strict=True)]


# A passage is a segment (its index) or a driver's own words (their offsets).
_Place = int | tuple[int, int]


def _passages(draft: Draft) -> dict[_Place, str]:
    """Give the texts to judge of one document."""
    if draft.language is None or draft.language.code == "other":
        return {}
    text = draft.document.text
    found: dict[_Place, str] = {
        i: text[s.start : s.end].strip() for i, s in enumerate(draft.segments) if s.kind == "customer"
    }
    for driver in (*draft.drivers.positive, *draft.drivers.negative):
        start, end = _words(driver)
        found[start, end] = text[start:end].strip()
    return {place: words for place, words in found.items() if words}


def _words(driver: Driver) -> tuple[int, int]:
    spans = [s for s in (driver.aspect, driver.opinion, driver.cause) if s is not None]
    stated = [s for s in (driver.aspect, driver.opinion) if s is not None] or spans
    return min(s.start for s in stated), max(s.end for s in stated)


def _result(
    draft: Draft, passages: dict[_Place, str], given: dict[str, tuple[int, float]], classes: tuple[str, ...]
) -> dict[str, Any]:
    def named(driver: Driver) -> Driver:
        found = given.get(passages.get(_words(driver), ""))
        if found is None and (driver.aspect is None or driver.opinion is None):
            found = given.get(passages.get(driver.segment, ""))
        return driver if found is None else replace(driver, category=classes[found[0]])

    topics = [
        TopicMention(id=given[words][0], label=classes[given[words][0]], score=digits(given[words][1]), segment=place)
        for place, words in passages.items()
        if isinstance(place, int) and words in given
    ]
    drivers = Drivers(*(tuple(map(named, own)) for own in (draft.drivers.positive, draft.drivers.negative)))
    return {"drivers": drivers, "topics": tuple(topics)}
