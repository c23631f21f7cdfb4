"""Whom to answer first: three lists from words, markers and scores. It ranks and explains, and contacts nobody."""

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from cxtext.analysis.intervals import Floats, significant
from cxtext.analysis.mentions import Mentions, check_documents, read_mentions
from cxtext.analysis.outcome import read_numbers
from cxtext.errors import ColumnError, InputTypeError, InputValueError, nearest
from cxtext.markers.kinds import KINDS

Queue = Literal["recover", "engage", "advocate"]

# Nobody is asked for a recommendation while a complaint of theirs is open, so the lists have this precedence.
PRECEDENCE: tuple[Queue, ...] = ("recover", "engage", "advocate")
# Sentiment from -1 to 1; beyond these it is plain, not merely leaning.
UNHAPPY = -0.25
HAPPY = 0.5

# What each fact closes of the gap between priority 0 and 1. Urgency stands above all: even the mildest words about
# danger (urgency 1) come before the angriest words about anything else.
TONE = 0.6
URGENT = 0.95
EFFORT = 0.15
BAD_GOODBYE = 0.2
LOYAL = 0.15

# From 0 (worst) to 1 (best of the scale): beyond these a rating is good or bad, between them neither.
BAD_RATING, GOOD_RATING = 0.25, 0.75

STANDINGS = ("promoter", "passive", "detractor")
LEVELS = ("none", "low", "high", "critical")
# Codes of markers, a type or "type:kind", in the order in which reasons are told. Beliefs and feelings come last: they
# explain, and put nobody on a list.
PRESSING = ("urgency", "churn")
ASKING = ("request", "question", "suggestion")
TOLD_BEFORE_TOPICS = ("effort", "complaint", *ASKING)
TOLD_AFTER_TOPICS = ("praise", "loyalty", "anger", "worry", "joy", "gratitude")

Truth = np.ndarray[Any, np.dtype[np.bool_]]


def response_queue(
    documents: pd.DataFrame, mentions: pd.DataFrame, drivers: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Put documents on the lists recover, engage and advocate, each customer on at most one.

    Parameters
    ----------
    documents
        Indexed by document id, with the column ``score`` (sentiment from -1 to 1, null where there is none) and
        optionally, null where unknown:

        - ``customer``: null is a customer of their own
        - ``standing``: ``"promoter"``, ``"passive"`` or ``"detractor"``, from a score given beside the text
        - ``rated``: the rating that they gave, from 0 (worst of its scale) to 1 (best), where it is no NPS
        - ``urgency`` (0 to 1), ``level`` (``"none"``, ``"low"``, ``"high"``, ``"critical"``) and ``needs_response``, as
          :func:`cxtext.markers.urgency.assess` judges
        - ``markers``: lists of marker types, with the kind after a colon where there is one: ``"effort:waiting"``
        - ``bad_goodbye``: whether a conversation ended badly
        - ``closed``: whether the case is closed
    mentions
        Columns ``document_id``, ``topic``, ``polarity``.
    drivers
        What :func:`cxtext.key_drivers` returns, or null. Blame of a driver counts for more than blame of anything else.

    Returns
    -------
    DataFrame
        ``document_id``, ``customer``, ``queue``, ``priority`` (0 to 1), ``urgency`` (the level), ``needs_response``,
        ``suppress_marketing``, ``reasons`` (a list), most pressing first:

        - ``recover``: urgent (level high or critical), or the words are plainly unhappy (score below -0.25), or a
          detractor blames something, or a conversation ended badly. Unhappy words of somebody who rates well (a
          promoter, or a rating in the upper quarter of its scale) do not suffice: there is nobody to win back; nor do
          urgent words in a plainly happy text of theirs, which tell of something that went well
        - ``engage``: they blame, complain, ask or suggest something without any of that, or a passive praises
        - ``advocate``: plainly happy (score above 0.5), or a promoter's or a loyal customer's praise; nothing is blamed
          or asked, and no detractor or passive wrote it

        A rating in the lowest quarter of its scale counts like a detractor's, one in the middle like a passive's.

        Closed cases are on no list. A customer's most pressing document stands for the customer, on the first of these
        lists. ``suppress_marketing`` is true where any open document of the customer's is on recover, or blames or
        complains: nobody with a problem is sold more. ``needs_response`` is true for all on recover.

        Priority is ``1 - (1 - 0.6 t)(1 - 0.95 u)(1 - 0.15 e)(1 - 0.2 b)``, with u the urgency, e effort, b a bad
        goodbye, and t the tone: ½ for the strength of the sentiment, ¼ for the share of what is mentioned that points
        the list's way and ¼ if one of these is a driver. On ``advocate`` words of loyalty take the place of effort.

        Reasons are, in this order: ``"urgency:KIND"``, ``"churn"``; the standing, or ``"bad_rating"`` or
        ``"good_rating"``; ``"negative_sentiment"`` or
        ``"positive_sentiment"``; ``"bad_goodbye"``; ``"blames:TOPIC"``; ``"effort:KIND"``, ``"complaint"``,
        ``"request"``, ``"question"``, ``"suggestion"``; ``"praises:TOPIC"``; ``"praise"``, ``"loyalty"`` and emotions.

    Raises
    ------
    InputTypeError, InputValueError, ColumnError
        If an argument has the wrong type, a column is missing, or a mention names an unknown document.

    Examples
    --------
    >>> said = pd.DataFrame({"score": [-0.9, 0.8, 0.1]}, index=["a", "b", "c"])
    >>> what = pd.DataFrame({"document_id": ["a", "b", "c"], "topic": ["App", "Beratung", "Preis"],
    ...                      "polarity": ["negative", "positive", "negative"]})
    >>> response_queue(said, what)[["document_id", "queue", "reasons"]]
      document_id     queue                             reasons
    0           a   recover    [negative_sentiment, blames:App]
    1           c    engage                      [blames:Preis]
    2           b  advocate  [positive_sentiment, praises:Beratung]
    """
    said = _read(documents)
    table = read_mentions(mentions, said.index, known_as="the index of documents")
    blamed, praised = (_counts(table, table.signs == sign) for sign in (-1, 1))
    proven = _driver_columns(drivers, table.pairs)
    driven = [_counts(table, (table.signs == sign) & proven) > 0 for sign in (-1, 1)]
    troubled = (blamed > 0) | said.has("complaint")
    rank = _lists(said, troubled, praised)
    advocate = rank == PRECEDENCE.index("advocate")
    side = np.where(advocate, praised, blamed) / np.maximum(blamed + praised, 1)
    # Between the extremes is where a customer can still be won either way.
    strength = np.where(rank == PRECEDENCE.index("engage"), 1 - np.abs(said.score), np.abs(said.score))
    strength = np.clip(np.nan_to_num(strength, nan=0.0), 0, 1)
    tone = 0.5 * strength + 0.25 * side + 0.25 * np.where(advocate, driven[1], driven[0])
    extra = np.where(advocate, LOYAL * said.has("loyalty"), EFFORT * said.has("effort"))
    gap = (1 - TONE * tone) * (1 - URGENT * said.urgency) * (1 - extra) * (1 - BAD_GOODBYE * said.bad_goodbye)
    priority = significant(1 - gap)
    found = np.flatnonzero(rank < len(PRECEDENCE))
    order = found[np.lexsort((found, -priority[found], rank[found]))]
    chosen = order[~pd.Series(said.customer[order]).duplicated().to_numpy(dtype=bool)]
    held = (rank == 0) | (troubled & ~said.closed)
    problem = set(said.customer[held])
    matrix = table.matrix.tocsr()
    topics = list(zip(table.pairs["topic"], table.pairs["polarity"], strict=True))
    reasons = [
        _reasons(said, i, [topics[k] for k in sorted(matrix.indices[matrix.indptr[i] : matrix.indptr[i + 1]])])
        for i in chosen
    ]
    return pd.DataFrame(
        {
            "document_id": said.index[chosen],
            "customer": pd.Series([None if isinstance(c, int) else c for c in said.customer[chosen]], dtype="str"),
            "queue": pd.Series([PRECEDENCE[r] for r in rank[chosen]], dtype="str"),
            "priority": priority[chosen],
            "urgency": pd.Series(said.level[chosen], dtype="str"),
            "needs_response": said.needs_response[chosen] | (rank[chosen] == 0),
            "suppress_marketing": np.array([c in problem for c in said.customer[chosen]], dtype=bool),
            "reasons": pd.Series(reasons, dtype=object),
        }
    )


@dataclass(frozen=True, eq=False)
class _Said:
    """The documents' columns in the order of their ids, gaps filled."""

    index: "pd.Index[Any]"
    score: Floats
    standing: "np.ndarray[Any, Any]"
    rated: Floats
    customer: "np.ndarray[Any, Any]"
    urgency: Floats
    level: "np.ndarray[Any, Any]"
    needs_response: Truth
    markers: tuple[frozenset[str], ...]
    bad_goodbye: Truth
    closed: Truth

    def has(self, type_: str) -> Truth:
        """Say which documents hold a marker of a type."""
        return np.array([any(c.partition(":")[0] == type_ for c in codes) for codes in self.markers], dtype=bool)


def _lists(said: _Said, troubled: Truth, praised: Floats) -> "np.ndarray[Any, np.dtype[np.int64]]":
    unhappy, happy = said.score < UNHAPPY, said.score > HAPPY
    detractor, passive, promoter = (said.standing == s for s in ("detractor", "passive", "promoter"))
    detractor, promoter = detractor | (said.rated <= BAD_RATING), promoter | (said.rated >= GOOD_RATING)
    passive = passive | ((said.rated > BAD_RATING) & (said.rated < GOOD_RATING))
    asks = np.logical_or.reduce([said.has(type_) for type_ in ASKING])
    friendly = (praised > 0) | said.has("praise") | said.has("loyalty")
    urgent = np.isin(said.level, ("high", "critical"))
    recover = (urgent & ~(promoter & happy)) | (unhappy & ~promoter) | (detractor & troubled) | said.bad_goodbye
    open_ = ~said.closed & ~recover
    fan = happy | ((promoter | said.has("loyalty")) & friendly)
    advocate = open_ & fan & ~troubled & ~asks & ~detractor & ~passive
    engage = open_ & ~advocate & (troubled | asks | (passive & friendly))
    return np.select([recover & ~said.closed, engage, advocate], [0, 1, 2], default=3)


def _reasons(said: _Said, i: int, topics: Iterable[tuple[Any, str]]) -> list[str]:
    by_polarity: dict[str, list[str]] = {"negative": [], "positive": []}
    for topic, polarity in topics:
        by_polarity[polarity].append(str(topic))

    def coded(types: Iterable[str]) -> list[str]:
        found = []
        for type_ in types:
            codes = sorted((c for c in said.markers[i] if c.partition(":")[0] == type_), key=_place_of_kind)
            # A marker whose kind is not known adds nothing to one whose kind is.
            found += [c for c in codes if c != type_] or codes
        return found

    score = said.score[i]
    # Interned: a long queue says the same few things again and again.
    return [
        *coded(PRESSING),
        *([str(said.standing[i])] if said.standing[i] else _rating(said.rated[i])),
        *(["negative_sentiment"] if score < UNHAPPY else ["positive_sentiment"] if score > HAPPY else []),
        *(["bad_goodbye"] if said.bad_goodbye[i] else []),
        *(sys.intern(f"blames:{topic}") for topic in by_polarity["negative"]),
        *coded(TOLD_BEFORE_TOPICS),
        *(sys.intern(f"praises:{topic}") for topic in by_polarity["positive"]),
        *coded(TOLD_AFTER_TOPICS),
    ]


def _rating(rated: float) -> list[str]:
    return ["bad_rating"] if rated <= BAD_RATING else ["good_rating"] if rated >= GOOD_RATING else []


def _place_of_kind(code: str) -> tuple[int, str]:
    type_, _, kind = code.partition(":")
    known = KINDS.get(type_, ())
    return known.index(kind) if kind in known else len(known), kind


def _counts(table: Mentions, columns: Truth) -> Floats:
    return np.asarray(table.matrix[:, np.flatnonzero(columns)].sum(axis=1), dtype=float).ravel()


def _read(documents: Any) -> _Said:  # noqa: ANN401 (checked here)
    if not isinstance(documents, pd.DataFrame):
        raise InputTypeError(
            f"documents must be a pandas DataFrame whose index holds the document ids, got {type(documents).__name__}"
        )
    if "score" not in documents.columns:
        hint = nearest("score", [str(c) for c in documents.columns[:50]]) if len(documents.columns) else "it has none"
        raise ColumnError(f"documents has no column 'score' (sentiment from -1 to 1); {hint}")
    index = check_documents(documents.index, "documents")
    ordered = documents.iloc[documents.index.get_indexer(index)]
    markers = _column(ordered, "markers", None)
    wrong = sum(not (m is None or isinstance(m, list | tuple | set | frozenset)) for m in markers)
    if wrong:
        raise InputTypeError(
            f"documents.markers: {wrong} of {len(markers)} values are not lists of marker types or null"
        )
    return _Said(
        index=index,
        score=_numbers(ordered, "score", -1.0),
        standing=_one_of(ordered, "standing", STANDINGS, None),
        rated=_numbers(ordered, "rated", 0.0),
        customer=_customers(ordered),
        urgency=np.nan_to_num(_numbers(ordered, "urgency", 0.0), nan=0.0),
        level=_one_of(ordered, "level", LEVELS, "none"),
        needs_response=_column(ordered, "needs_response", False).astype(bool),
        markers=_sets(markers),
        bad_goodbye=_column(ordered, "bad_goodbye", False).astype(bool),
        closed=_column(ordered, "closed", False).astype(bool),
    )


def _sets(markers: Iterable[Any]) -> tuple[frozenset[str], ...]:
    # The same few sets occur again and again, and each takes a quarter of a kilobyte.
    known: dict[frozenset[str], frozenset[str]] = {}
    found = (frozenset(str(code) for code in m or ()) for m in markers)
    return tuple(known.setdefault(codes, codes) for codes in found)


def _column(ordered: pd.DataFrame, name: str, empty: Any) -> "np.ndarray[Any, Any]":  # noqa: ANN401
    values = np.full(len(ordered), empty, dtype=object)
    if name in ordered.columns:
        given = ordered[name].astype(object).reset_index(drop=True)
        for i in np.flatnonzero(given.notna().to_numpy()):
            values[i] = given[i]
    return values


def _numbers(ordered: pd.DataFrame, name: str, least: float) -> Floats:
    if name not in ordered.columns:
        return np.full(len(ordered), np.nan)
    values = read_numbers(ordered[name], f"documents.{name}")
    beyond = int(((values < least) | (values > 1)).sum())
    if beyond:
        raise InputValueError(f"documents.{name}: {beyond} of {len(values)} values lie outside {least:g}..1")
    return values


def _one_of(ordered: pd.DataFrame, name: str, allowed: tuple[str, ...], empty: str | None) -> "np.ndarray[Any, Any]":
    values = _column(ordered, name, empty)
    wrong = sum(v not in (*allowed, empty) for v in values)
    if wrong:
        raise InputValueError(f"documents.{name}: {wrong} of {len(values)} values are not {', '.join(allowed)} or null")
    return values


def _customers(ordered: pd.DataFrame) -> "np.ndarray[Any, Any]":
    # A document without a customer is a customer of its own; numbers cannot clash with given names.
    customers = _column(ordered, "customer", None)
    for i, name in enumerate(customers):
        customers[i] = i if name is None else str(name)
    return customers


def _driver_columns(drivers: Any, pairs: pd.DataFrame) -> "np.ndarray[Any, np.dtype[np.bool_]]":  # noqa: ANN401
    if drivers is None:
        return np.zeros(len(pairs), dtype=bool)
    if not isinstance(drivers, pd.DataFrame):
        raise InputTypeError(f"drivers must be the DataFrame that key_drivers returns, got {type(drivers).__name__}")
    for column in ("topic", "polarity", "grade"):
        if column not in drivers.columns:
            raise ColumnError(f"drivers has no column {column!r}; pass what key_drivers returns")
    proven = drivers[drivers["grade"].isin(["A", "B"])]
    keys = set(zip(proven["topic"], proven["polarity"], strict=True))
    return np.asarray([k in keys for k in zip(pairs["topic"], pairs["polarity"], strict=True)], dtype=bool)
