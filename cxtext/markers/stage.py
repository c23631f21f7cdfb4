"""The stage ``markers.v1``: passages that ask for action, and what they ask for."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from cxtext.documents import Marker, digits
from cxtext.markers.head import Floats, columns, encoder_name, has_marks, shipped_head, tone_of
from cxtext.markers.matching import HINT, Hit, find_hits, read_passage
from cxtext.markers.passages import Passage, passages
from cxtext.markers.places import places
from cxtext.markers.rules import LANGUAGES, RuleSet, load_rules
from cxtext.pipeline import Draft

# Rules this sure need nobody's consent: "ich kündige hiermit".
CERTAIN = 0.9


class MarkPassages:
    """Mark intents, urgency, effort, loyalty and emotions in the customer's words.

    Rules find words; a small head weighs them with the tone and the meaning of the passage. Rules of one's own count as
    they are. Agents' words are read only where asked for, by rules alone: ``docs/markers.md`` says what that needs.
    """

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Config:
        """``rules``: a file of more rules. ``off``: types, or ``type:kind``, left out. ``agent``: read agents, too."""

        rules: str | None = None
        off: tuple[str, ...] = ()
        agent: bool = False

    name: ClassVar[str] = "markers.v1"
    requires: ClassVar[frozenset[str]] = frozenset(
        {"document", "language", "segments", "tokens", "sentiment", "segment_sentiments", "drivers"}
    )
    provides: ClassVar[frozenset[str]] = frozenset({"markers"})

    def __init__(self, config: Config | None = None) -> None:
        self.config = config or self.Config()
        # Read now: a pipeline with rules that are wrong should not be built.
        speakers = ("customer", "agent") if self.config.agent else ("customer",)
        self._rules: dict[tuple[str, str], RuleSet] = {
            (code, speaker): load_rules(code, path=self.config.rules, off=self.config.off, speaker=speaker)
            for code in LANGUAGES
            for speaker in speakers
        }
        self._head = shipped_head()

    def predict(self, batch: Sequence[Draft]) -> list[dict[str, Any]]:
        """Give each draft its ``markers``, in text order."""
        return [{"markers": self._markers(draft)} for draft in batch]

    def _markers(self, draft: Draft) -> tuple[Marker, ...]:
        code = draft.language.code if draft.language is not None else "other"
        if code not in LANGUAGES:
            return ()
        text = draft.document.text
        known = draft.tokens is not None and encoder_name(draft.tokens.manifest) == self._head.encoder
        found: list[Marker] = []
        for passage in passages(draft, known=known):
            found += self._of_customer(draft, passage, self._rules[code, "customer"])
        if self.config.agent:
            for segment in draft.segments:
                if segment.kind == "agent":
                    hits = find_hits(text, segment.start, segment.end, self._rules[code, "agent"])
                    found += (_marker(text, h) for h in hits)
        return tuple(sorted(found, key=lambda m: (m.start, m.end, m.type)))

    def _of_customer(self, draft: Draft, passage: Passage, rules: RuleSet) -> list[Marker]:
        text, segments = draft.document.text, [draft.segments[i] for i in passage.segments]
        read = [read_passage(text, s.start, s.end, rules) for s in segments]
        hits = [h for r in read for h in r.hits]
        shipped = [h for h in hits if not h.rule.own]
        denied = {t for r in read for t in r.denied}
        filled = columns(shipped, denied, marked=has_marks(text, segments[0].start, segments[-1].end))
        # What is only denied here is not meant, however much the sentence sounds like it.
        void = denied - {h.rule.type for h in shipped if h.rule.score >= HINT}
        found = [_marker(text, h) for h in hits if h.rule.own]
        chances = self._head.judge(filled, _tone(draft, passage), passage.vectors)
        for hit in shipped:
            if hit.rule.score >= CERTAIN:
                chances[hit.rule.type] = max(hit.rule.score, chances.get(hit.rule.type, 0.0))
        for type_, chance in sorted(chances.items()):
            if type_ in self.config.off or type_ in void:
                continue
            found += (
                Marker(type=type_, start=start, end=end, text=text[start:end], score=digits(chance))
                for start, end in places(draft, passage, type_, shipped)
            )
        return found


def _tone(draft: Draft, passage: Passage) -> Floats:
    inside = set(passage.segments)
    positive, negative = (
        [d for d in drivers if d.segment in inside] for drivers in (draft.drivers.positive, draft.drivers.negative)
    )
    moods = [draft.segment_sentiments[i] for i in passage.segments if i < len(draft.segment_sentiments)]
    return tone_of(moods, positive, negative, draft.sentiment if passage.whole else None)


def _marker(text: str, hit: Hit) -> Marker:
    return Marker(hit.rule.type, hit.start, hit.end, text[hit.start : hit.end], digits(hit.rule.score))
