"""Which kind of its type a marker is: urgency for safety or by a deadline, effort by waiting or by searching."""

from functools import lru_cache
from types import MappingProxyType

from cxtext.documents import Marker
from cxtext.markers.matching import find_hits
from cxtext.markers.rules import LANGUAGES, shipped_rules

# What the shipped rules tell apart below a type.
KINDS = MappingProxyType(
    {
        "urgency": ("safety", "legal", "deadline", "unanswered"),
        "effort": ("repeat_contact", "transferred", "waiting", "searched", "self_service"),
    }
)


def kind_of(marker: Marker) -> str | None:
    """Give the kind of a marker by its words, as the shipped rules know it; null where its type has none.

    Examples
    --------
    >>> kind_of(Marker("urgency", 0, 22, "Im Keller riecht es stark nach Gas", 0.9))
    'safety'
    >>> kind_of(Marker("effort", 0, 22, "transferred four times", 0.9))
    'transferred'
    >>> kind_of(Marker("churn", 0, 18, "I am leaving you all", 0.9)) is None
    True
    """
    return _kind(marker.type, marker.text) if marker.type in KINDS else None


@lru_cache(maxsize=1024)  # the same marker is asked for several times while a document is judged
def _kind(type_: str, text: str) -> str | None:
    for language in LANGUAGES:
        hits = [h for h in find_hits(text, 0, len(text), shipped_rules(language)) if h.rule.type == type_]
        if hits:
            return max(hits, key=lambda h: (h.end - h.start, h.rule.score)).rule.kind
    return None
