"""The stage ``markers.v1``: passages that ask for action, and what they ask for."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from cxtext.documents import Marker, digits
from cxtext.markers.matching import Hit, find_hits
from cxtext.markers.rules import LANGUAGES, RuleSet, load_rules
from cxtext.pipeline import Draft


class MarkPassages:
    """Mark intents, urgency, effort, loyalty and emotions in the customer's words.

    Agents' words are read only where asked for: see ``docs/markers.md`` for what that needs.
    """

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Config:
        """``rules``: a file of more rules. ``off``: types, or ``type:kind``, left out. ``agent``: read agents, too."""

        rules: str | None = None
        off: tuple[str, ...] = ()
        agent: bool = False

    name: ClassVar[str] = "markers.v1"
    requires: ClassVar[frozenset[str]] = frozenset(
        {"document", "language", "segments", "segment_sentiments", "drivers"}
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

    def predict(self, batch: Sequence[Draft]) -> list[dict[str, Any]]:
        """Give each draft its ``markers``, in text order."""
        return [{"markers": self._markers(draft)} for draft in batch]

    def _markers(self, draft: Draft) -> tuple[Marker, ...]:
        text = draft.document.text
        code = draft.language.code if draft.language is not None else "other"
        hits: list[Hit] = []
        for segment in draft.segments:
            rules = self._rules.get((code, segment.kind))
            if rules is not None:
                hits += find_hits(text, segment.start, segment.end, rules)
        return tuple(
            Marker(type=h.rule.type, start=h.start, end=h.end, text=text[h.start : h.end], score=digits(h.rule.score))
            for h in hits
        )
