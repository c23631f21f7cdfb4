"""Where a marker stands: at the words that a rule found, else at an opinion of its tone, else at a sentence."""

from collections.abc import Sequence

from cxtext.documents import Driver
from cxtext.markers.matching import HINT, Hit
from cxtext.markers.passages import Passage
from cxtext.pipeline import Draft

Place = tuple[int, int]

# Which tone a marker has, so that it is looked for in the sentences of that tone.
_TONE = {"praise": 1, "gratitude": 1, "joy": 1, "loyalty": 1, "complaint": -1, "anger": -1, "worry": -1, "effort": -1}


def places(draft: Draft, passage: Passage, type_: str, hits: Sequence[Hit]) -> list[Place]:
    """Give the places of a type's markers in a passage that has it, at least one."""
    own = [h for h in hits if h.rule.type == type_]
    found = _apart([(h.start, h.end) for h in own if h.rule.score >= HINT])
    if not found and type_ in {"praise", "complaint"}:
        found = _apart(_opinions(draft, passage, praise=type_ == "praise"))
    if not found:
        found = [_sentence(draft, passage, type_, own)]
    return found


def _opinions(draft: Draft, passage: Passage, *, praise: bool) -> list[Place]:
    drivers: Sequence[Driver] = draft.drivers.positive if praise else draft.drivers.negative
    spans = [d.opinion or d.aspect for d in drivers if d.segment in passage.segments]
    return [(s.start, s.end) for s in spans if s is not None]


def _apart(places: list[Place]) -> list[Place]:
    """Keep the longest of places that overlap."""
    kept: list[Place] = []
    for start, end in sorted(places, key=lambda p: (p[0] - p[1], p[0])):
        if all(end <= a or start >= b for a, b in kept):
            kept.append((start, end))
    return sorted(kept)


def _sentence(draft: Draft, passage: Passage, type_: str, hints: Sequence[Hit]) -> Place:
    """Give the sentence that holds most hints, and of several the one whose tone fits best."""
    text = draft.document.text
    tone = _TONE.get(type_, 0)

    def fits(i: int) -> tuple[int, float, int]:
        segment = draft.segments[i]
        mood = draft.segment_sentiments[i] if i < len(draft.segment_sentiments) else None
        near = sum(segment.start <= h.start < segment.end for h in hints)
        return near, tone * mood.score if mood is not None else -1.0, -i

    segment = draft.segments[max(passage.segments, key=fits)]
    words = text[segment.start : segment.end]
    start = segment.start + len(words) - len(words.lstrip())
    return start, segment.end - (len(words) - len(words.rstrip()))
