"""The stage ``drivers.v1``: what a customer praises and what a customer blames, apart."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from cxtext.documents import Driver, Drivers, LanguageCode, Segment, Span, digits
from cxtext.drivers.causes import find_causes
from cxtext.drivers.pairing import Pair, pair
from cxtext.drivers.spans import Tagged, TaggedSpan, decode, find_tagged
from cxtext.drivers.wording import closed, says_something, with_particles
from cxtext.encoder.tokens import Tokens
from cxtext.pipeline import Draft


class ExtractDrivers:
    """Read positive and negative driver mentions off the encoder's tokens.

    One driver an (aspect, opinion) pair; an aspect or an opinion without partner is a driver too. Stated causes are
    found by pattern and belong to the drivers of their segment that stand outside them.
    """

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Config:
        """No options."""

    name: ClassVar[str] = "drivers.v1"
    requires: ClassVar[frozenset[str]] = frozenset({"document", "language", "segments", "tokens"})
    provides: ClassVar[frozenset[str]] = frozenset({"drivers"})

    def __init__(self, config: Config | None = None) -> None:
        self.config = config or self.Config()

    def predict(self, batch: Sequence[Draft]) -> list[dict[str, Any]]:
        """Give each draft its ``drivers``."""
        own = [i for i, d in enumerate(batch) if d.tokens is not None]
        drivers = [Drivers()] * len(batch)
        for i, tagged in zip(own, find_tags([batch[i].tokens for i in own]), strict=True):
            draft = batch[i]
            drivers[i] = extract(draft.tokens, draft.document.text, draft.segments, _code(draft), tagged=tagged)
        return [{"drivers": found} for found in drivers]


def _code(draft: Draft) -> LanguageCode:
    return draft.language.code if draft.language is not None else "en"


def find_tags(tokens: Sequence[Tokens]) -> list[tuple[Tagged, Tagged]]:
    """Find what is tagged as aspect and as opinion, for many documents at once."""
    if not tokens:
        return []
    tags = tokens[0].manifest.tags
    heads = ([t.aspects for t in tokens], [t.opinions for t in tokens])
    return list(zip(*(find_tagged(head, tags) for head in heads), strict=True))


def find_spans(
    tokens: Tokens,
    text: str,
    segments: Sequence[Segment],
    language: LanguageCode,
    *,
    tagged: tuple[Tagged, Tagged] | None = None,
) -> tuple[list[TaggedSpan], list[TaggedSpan]]:
    """Find aspects and opinions of one document; ``tagged`` is what :func:`find_tags` gave for it, if it was asked."""
    [(of_aspects, of_opinions)] = find_tags([tokens]) if tagged is None else [tagged]
    if not of_aspects.tokens and not of_opinions.tokens:
        return [], []
    offsets, homes = tokens.offsets.tolist(), tokens.segments.tolist()
    aspects, opinions = (
        [
            span
            for span in _within(decode(found, offsets, homes, text), homes, segments)
            if says_something(text, span, language)
        ]
        for found in (of_aspects, of_opinions)
    )
    if language == "de":
        aspects = [closed(text, a) for a in aspects]
        opinions = with_particles(text, opinions, aspects, [segments[homes[o.first]].end for o in opinions])
    # Tagged as both, a word is what is judged: "the hose is missing" does not call a hose a hose.
    named = {position for a in aspects for position in range(a.start, a.end)}
    return aspects, [o for o in opinions if named.isdisjoint(range(o.start, o.end))]


def find_pairs(
    tokens: Tokens,
    text: str,
    segments: Sequence[Segment],
    language: LanguageCode,
    *,
    tagged: tuple[Tagged, Tagged] | None = None,
) -> list[Pair]:
    """Find aspects and opinions of one document, and pair them."""
    aspects, opinions = find_spans(tokens, text, segments, language, tagged=tagged)
    return pair(tokens, aspects, opinions, text, language) if aspects or opinions else []


def extract(
    tokens: Tokens,
    text: str,
    segments: Sequence[Segment],
    language: LanguageCode,
    *,
    tagged: tuple[Tagged, Tagged] | None = None,
) -> Drivers:
    """Find the driver mentions of one document."""
    pairs = find_pairs(tokens, text, segments, language, tagged=tagged)
    if not pairs:
        return Drivers()
    causes: dict[int, list[tuple[int, Span]]] = {}
    found: dict[str, list[Driver]] = {"positive": [], "negative": []}
    for p in pairs:
        segment = _segment(tokens, p)
        if segment not in causes:
            causes[segment] = find_causes(text, segments[segment].start, segments[segment].end, language)
        found[p.polarity].append(
            Driver(
                aspect=_span(p.aspect, text),
                opinion=_span(p.opinion, text),
                cause=_cause(p, causes[segment]),
                category=None,
                score=digits(p.score),
                segment=segment,
            )
        )
    return Drivers(positive=tuple(found["positive"]), negative=tuple(found["negative"]))


def _segment(tokens: Tokens, pair: Pair) -> int:
    span = pair.aspect or pair.opinion
    if span is None:
        raise AssertionError("a pair has at least one span")
    return _home(tokens, span)


def _home(tokens: Tokens, span: TaggedSpan) -> int:
    return int(tokens.segments[span.first])


def _span(span: TaggedSpan | None, text: str) -> Span | None:
    return None if span is None else Span(span.start, span.end, text[span.start : span.end])


def _within(spans: list[TaggedSpan], homes: list[int], segments: Sequence[Segment]) -> list[TaggedSpan]:
    """Keep spans inside their segments: turns may meet in the middle of a word."""
    kept = []
    for span in spans:
        home = segments[homes[span.first]]
        inside = home.start <= span.start and span.end <= home.end
        kept.append(span if inside else replace(span, start=max(span.start, home.start), end=min(span.end, home.end)))
    return kept


def _cause(pair: Pair, causes: list[tuple[int, Span]]) -> Span | None:
    # "Annoyed because the callback never came" is about the callback: what is explained is the opinion.
    explained = pair.opinion or pair.aspect
    if explained is None:
        raise AssertionError("a pair has at least one span")
    outside = [c for _, c in causes if explained.end <= c.start or explained.start >= c.end]
    return min(outside, key=lambda c: abs(c.start - explained.start), default=None)
