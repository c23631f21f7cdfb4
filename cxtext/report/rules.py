"""What may be said with how much data, and in which order drivers stand.

One place for the rules, so that HTML, Markdown and JSON cannot differ. They follow the usual anonymity thresholds of
survey platforms and the widths of the intervals: an NPS from 30 answers is +-26 points wide, from 100 +-15.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, get_args

import pandas as pd

from cxtext.documents import Polarity

HIDDEN_BELOW = 5
"""Fewer documents than this are never shown: a reader could tell who wrote them."""
COUNT_ONLY_BELOW = 10
"""Fewer than this: the count, and nothing derived from it."""
UNRANKED_BELOW = 30
"""Fewer than this: shown in grey with the interval, never ranked."""
NPS_BELOW = 100
"""A group of fewer answers is too small to compare its NPS with another's."""
SMALL_BELOW = 100
"""A collection of fewer texts leads with quotes; drivers cannot be estimated."""

Evidence = Literal["driver", "mentioned", "few"]
TIERS: tuple[Evidence, ...] = get_args(Evidence)

# What is derived from a count, and so falls away where only the count may be shown.
_DERIVED = (
    "share", "share_low", "share_high", "impact", "impact_low", "impact_high", "effect", "p_value", "q_value",
)  # fmt: skip
_ESTIMATED = ("impact", "impact_low", "impact_high", "effect", "p_value", "q_value")


def evidence(row: Mapping[str, Any]) -> Evidence:
    """Say which part of the list a row belongs to.

    ``"driver"``: enough documents and grade A or B. ``"mentioned"``: enough documents, no such evidence. ``"few"``: too
    few documents to be ranked.

    >>> evidence({"n": 120, "grade": "A"}), evidence({"n": 120, "grade": "C"}), evidence({"n": 29, "grade": "A"})
    ('driver', 'mentioned', 'few')
    """
    if row["n"] < UNRANKED_BELOW:
        return "few"
    return "driver" if row.get("grade") in ("A", "B") else "mentioned"


def ranked(drivers: pd.DataFrame, polarity: Polarity) -> pd.DataFrame:
    """Give one polarity's rows in reading order.

    First the rows with evidence (grade A or B), by impact in the direction of their polarity; then those with a hint of
    it (grade C) and those without, each by how many documents mention them; then those with too few documents. How
    often something is mentioned says little about what drives a score, so frequency never outranks evidence.
    """
    rows = drivers[drivers["polarity"] == polarity]
    sign = 1.0 if polarity == "positive" else -1.0

    def place(row: Mapping[str, Any]) -> tuple[Any, ...]:
        part = evidence(row)
        impact = 0.0 if part != "driver" or pd.isna(row["impact"]) else float(row["impact"])
        # Label and topic settle ties, so that the order never hangs on the order of the rows.
        hint = part == "mentioned" and row.get("grade") == "C"
        return TIERS.index(part), not hint, -sign * impact, -row["n"], str(row["label"]), str(row["topic"])

    places = [place({str(k): v for k, v in row.items()}) for row in rows.to_dict("records")]
    return rows.iloc[sorted(range(len(places)), key=places.__getitem__)].reset_index(drop=True)


def presentable(rows: Sequence[Mapping[str, Any]], *, small: bool) -> tuple[list[dict[str, Any]], int]:
    """Apply the rules to one polarity's drivers in reading order.

    Parameters
    ----------
    rows
        Rows of ``Analysis.drivers`` as plain dicts.
    small
        Whether the whole collection is too small for estimates.

    Returns
    -------
    tuple
        The rows that may be shown, each with ``evidence`` and ``rank`` (null where it is not ranked), and how many
        were left out.
    """
    shown: list[dict[str, Any]] = []
    rank = 0
    for row in rows:
        if row["n"] < HIDDEN_BELOW:
            continue
        kept: dict[str, Any] = dict(row)
        if row["n"] < COUNT_ONLY_BELOW:
            kept.update(dict.fromkeys(_DERIVED), grade="", kind=None)
        if small:
            kept.update(dict.fromkeys(_ESTIMATED), grade="", kind=None)
        kept["evidence"] = evidence(kept)
        kept["rank"] = None
        if kept["evidence"] != "few" and not small:
            rank += 1
            kept["rank"] = rank
        shown.append(kept)
    return shown, len(rows) - len(shown)


def suppressed_groups(sizes: Mapping[str, int]) -> set[str]:
    """Name the groups of one column that must not be shown.

    A group under the minimum is hidden. Where that is a single one, the next smallest is hidden with it: otherwise its
    size and its figures could be had by subtracting the others from the whole (complementary suppression).

    >>> sorted(suppressed_groups({"web": 800, "store": 120, "fax": 3}))
    ['fax', 'store']
    >>> sorted(suppressed_groups({"Filiale": 120, "Post": 4, "Fax": 3}))
    ['Fax', 'Post']
    """
    hidden = {name for name, n in sizes.items() if n < HIDDEN_BELOW}
    if len(hidden) == 1 and len(sizes) > 1:
        rest = sorted((n, name) for name, n in sizes.items() if name not in hidden)
        hidden.add(rest[0][1])
    return hidden
