"""How urgent an answer is, and whether one is needed: read off an annotation's markers."""

from dataclasses import dataclass
from typing import Literal

from cxtext.documents import Annotation, Marker, digits
from cxtext.markers.kinds import kind_of

Level = Literal["none", "low", "high", "critical"]

# What cannot wait, from most to least. A customer in danger comes before everything.
WEIGHTS = {"safety": 1.0, "legal": 0.9, "deadline": 0.75, "unanswered": 0.7, None: 0.7}
CHURN = 0.65
# What asks for an answer without being urgent.
ASKS = {"request": 0.3, "question": 0.25, "complaint": 0.2}
# Several reasons press more than one: each further one closes so much of the gap to 1.
FURTHER = 0.2
CRITICAL = 0.9
HIGH = 0.6


@dataclass(frozen=True, slots=True)
class Urgency:
    """How urgent an answer is: ``score`` 0 to 1, its level, and the markers that say so, the most pressing first."""

    needs_response: bool
    score: float
    level: Level
    reasons: tuple[Marker, ...]


def assess(annotation: Annotation) -> Urgency:
    """Judge how urgent an answer is.

    Parameters
    ----------
    annotation
        With markers, as the stage ``markers.v1`` gives them.

    Returns
    -------
    Urgency
        ``"critical"``: danger or law. ``"high"``: a deadline, an answer that is overdue, a customer about to leave.
        ``"low"``: a request, a question or a complaint. ``"none"``: nobody waits for an answer.

    Examples
    --------
    >>> import cxtext
    >>> found = assess(cxtext.annotate("Im Keller riecht es stark nach Gas!"))
    >>> found.level, found.needs_response
    ('critical', True)
    >>> assess(cxtext.annotate("Lovely staff, thank you.")).level
    'none'
    """
    weighed = sorted(
        ((weight, m) for m in annotation.markers if (weight := _weight(m)) > 0),
        key=lambda pair: (-pair[0], pair[1].start, pair[1].end, pair[1].type),
    )
    if not weighed:
        return Urgency(needs_response=False, score=0.0, level="none", reasons=())
    score = weighed[0][0]
    seen = {_reason(weighed[0][1])}
    for weight, marker in weighed[1:]:
        # The same reason twice is one reason; a low one adds to a low one only.
        if _reason(marker) not in seen and weight * 2 > weighed[0][0]:
            score += (1 - score) * FURTHER * weight
        seen.add(_reason(marker))
    score = digits(score)
    level: Level = "critical" if weighed[0][0] >= CRITICAL else "high" if weighed[0][0] >= HIGH else "low"
    return Urgency(needs_response=True, score=score, level=level, reasons=tuple(m for _, m in weighed))


def _weight(marker: Marker) -> float:
    if marker.type == "urgency":
        return WEIGHTS.get(kind_of(marker), WEIGHTS[None])
    return CHURN if marker.type == "churn" else ASKS.get(marker.type, 0.0)


def _reason(marker: Marker) -> tuple[str, str | None]:
    return marker.type, kind_of(marker) if marker.type == "urgency" else None
