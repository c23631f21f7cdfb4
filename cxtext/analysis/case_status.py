"""Whether a case is open or closed, and how many of each go with every driver."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from cxtext.analysis.mentions import align, locate
from cxtext.config import read_data
from cxtext.errors import ColumnError


def is_closed(status: str | None) -> bool:
    """Say whether a status means that nothing is left to do; null and unknown ones count as open.

    Examples
    --------
    >>> is_closed("Erledigt"), is_closed("In Bearbeitung"), is_closed("RESOLVED"), is_closed(None)
    (True, False, True, False)
    """
    return status is not None and _plain(status) in _words()["closed"]


def case_status(attributes: Mapping[str, Any]) -> str | None:
    """Find the state of a case among a document's attributes, as it is written there; null where there is none.

    Examples
    --------
    >>> [case_status(row) for row in ({"Case_Status": "in Bearbeitung"}, {"status": "solved"}, {"Status": "gold"})]
    ['in Bearbeitung', 'solved', None]
    """
    words = _words()
    held = {_plain(name): str(value) for name, value in attributes.items() if value is not None and value == value}
    for name in words["attributes"]:
        if name in held and held[name].strip():
            return held[name]
    known = {*words["open"], *words["closed"]}
    return next((held[name] for name in words["doubtful"] if name in held and _plain(held[name]) in known), None)


def _plain(text: str) -> str:
    return " ".join(text.casefold().replace("_", " ").replace("-", " ").split())


def cases_by_driver(mentions: pd.DataFrame, status: "pd.Series[Any]") -> pd.DataFrame:
    """Count open and closed cases by what they mention.

    Parameters
    ----------
    mentions
        Columns ``document_id``, ``topic``, ``polarity``; duplicates count once.
    status
        State of each document's case, indexed by document id; null: it is no case.

    Returns
    -------
    DataFrame
        One row per topic and polarity that a case mentions: ``topic``, ``polarity``, ``n`` (cases), ``open``,
        ``closed``; most cases first.

    Raises
    ------
    ColumnError, InputValueError
        If a column is missing, or a mention names an unknown document.

    Examples
    --------
    >>> what = pd.DataFrame({"document_id": [0, 1, 2], "topic": "Lieferung", "polarity": "negative"})
    >>> cases_by_driver(what, pd.Series(["offen", "closed", None]))[["n", "open", "closed"]].to_dict("records")
    [{'n': 2, 'open': 1, 'closed': 1}]
    """
    for column in ("document_id", "topic", "polarity"):
        if column not in mentions.columns:
            raise ColumnError(f"mentions has no column {column!r}; it needs document_id, topic and polarity")
    index = pd.Index(status.index)
    known = align(status, index, "status")
    cells = mentions[["document_id", "topic", "polarity"]].drop_duplicates()
    place = locate(cells["document_id"], index, "mentions", "the index of status")
    case = known.notna().to_numpy()[place]
    closed = np.array([is_closed(None if pd.isna(s) else str(s)) for s in known], dtype=bool)[place]
    cells = cells.assign(n=1, closed=closed.astype(int))[case]
    table = cells.groupby(["topic", "polarity"], sort=True)[["n", "closed"]].sum().reset_index()
    table["open"] = table["n"] - table["closed"]
    ordered = table.sort_values("n", ascending=False, kind="stable", ignore_index=True)
    result: pd.DataFrame = ordered[["topic", "polarity", "n", "open", "closed"]]
    return result.astype({"n": "int64", "open": "int64", "closed": "int64"})


@cache
def _words() -> dict[str, tuple[str, ...]]:
    table = read_data("queue.toml")["case_status"]
    return {name: tuple(words) for name, words in table.items()}
