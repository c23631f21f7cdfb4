"""The stage ``conversation.v1``: how a conversation went."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from cxtext.documents import digits
from cxtext.markers.trajectory import Trajectory, trajectory
from cxtext.markers.turns import TurnMood, turn_moods
from cxtext.pipeline import Draft


class SumUpConversation:
    """Sum up how the customer's mood went, where a document has turns and the customer speaks at least three times.

    Examples
    --------
    >>> import cxtext
    >>> said = ["Seit Wochen warte ich auf mein Geld!", "Das ist eine Frechheit.", "Oh, das ist aber nett von Ihnen."]
    >>> talk = cxtext.annotate({"turns": [{"role": "customer", "text": text} for text in said]})
    >>> talk.conversation["turns"], talk.conversation["start"] < 0 < talk.conversation["end"]
    (3, True)
    >>> cxtext.annotate("The line was dead.").conversation is None
    True
    """

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Config:
        """No options."""

    name: ClassVar[str] = "conversation.v1"
    requires: ClassVar[frozenset[str]] = frozenset({"document", "segments", "segment_sentiments"})
    provides: ClassVar[frozenset[str]] = frozenset({"conversation"})

    def __init__(self, config: Config | None = None) -> None:
        self.config = config or self.Config()

    def predict(self, batch: Sequence[Draft]) -> list[dict[str, Any]]:
        """Give each draft its ``conversation``."""
        return [{"conversation": _of(draft)} for draft in batch]


def _of(draft: Draft) -> dict[str, Any] | None:
    turns = draft.document.turns
    if not turns:
        return None
    return sum_up(turn_moods(draft.document.text, turns, draft.segments, draft.segment_sentiments))


def sum_up(moods: Sequence[TurnMood]) -> dict[str, Any] | None:
    """Give ``Annotation.conversation`` of the customer's turns; null below three."""
    found = trajectory(mood.score for mood in moods)
    return None if found is None else as_conversation(found)


def as_conversation(found: Trajectory) -> dict[str, Any]:
    """Round a trajectory for output.

    Examples
    --------
    >>> kept = trajectory([0.1, 0.2, 0.3])
    >>> as_conversation(kept)["mean"], as_conversation(kept)["quarters"]
    (0.2, [0.1, 0.15, 0.25, 0.3])
    """
    values = found.to_dict()
    for name, value in values.items():
        if isinstance(value, float):
            values[name] = digits(value)
    values["quarters"] = [digits(q) for q in found.quarters]
    return values
