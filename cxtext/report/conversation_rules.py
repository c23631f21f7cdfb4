"""What may be shown of conversations, under the rules for small numbers."""

from collections.abc import Mapping, Sequence
from typing import Any

from cxtext.report.rules import HIDDEN_BELOW

TABLES = ("trajectories", "closings", "effort", "effort_topics", "stories")
_OF_A_SIDE = ("n", "share", "low", "high")

Rows = Sequence[Mapping[str, Any]]


def conversations(tables: Mapping[str, Rows], *, open_level: bool) -> dict[str, list[dict[str, Any]]]:
    """Give the entries of a report's content about conversations.

    Parameters
    ----------
    tables
        Rows of :data:`TABLES`.
    open_level
        Whether customers' words may be shown.

    Returns
    -------
    dict
        The same tables. A side of a comparison that one to four conversations stand for is null, and so is the
        difference; ``larger`` says which side is.
    """
    return {
        "trajectories": [dict(row) for row in tables["trajectories"] if row["n"] >= HIDDEN_BELOW],
        "closings": [shown(row, ("good", "bad")) for row in tables["closings"]],
        "effort": [dict(row) for row in tables["effort"] if row["n"] >= HIDDEN_BELOW],
        "effort_topics": [shown(row, ("effort", "rest")) for row in tables["effort_topics"]],
        "stories": [dict(row) for row in tables["stories"]] if open_level else [],
    }


def shown(row: Mapping[str, Any], sides: tuple[str, str]) -> dict[str, Any]:
    """Empty the sides of a comparison that too few stand for, and name the larger side.

    >>> shown({"good_n": 3, "good_share": 0.1, "bad_n": 9, "bad_share": 0.3, "difference": -0.2}, ("good", "bad"))
    {'good_n': None, 'good_share': None, 'bad_n': 9, 'bad_share': 0.3, 'difference': None, 'larger': 'bad'}
    """
    first, second = (row[f"{side}_share"] for side in sides)
    kept = {**row, "larger": None if first == second else sides[int(second > first)]}
    hidden = [side for side in sides if 0 < row[f"{side}_n"] < HIDDEN_BELOW]
    for side in hidden:
        kept.update({f"{side}_{name}": None for name in _OF_A_SIDE if f"{side}_{name}" in kept})
    if hidden:
        kept.update(dict.fromkeys([k for k in kept if k.startswith("difference")]))
    return kept
