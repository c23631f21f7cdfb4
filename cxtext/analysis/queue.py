"""Whom to answer first: three lists from sentiment and drivers. The library ranks and explains; it contacts nobody."""

from typing import Any, Literal

import numpy as np
import pandas as pd

from cxtext.analysis.intervals import Floats, significant
from cxtext.analysis.mentions import check_documents, read_mentions
from cxtext.analysis.outcome import read_numbers
from cxtext.errors import ColumnError, InputTypeError, InputValueError, nearest

Queue = Literal["recover", "engage", "advocate"]

# Nobody is asked for a recommendation while a complaint of theirs is open, so the lists have this precedence.
PRECEDENCE: tuple[Queue, ...] = ("recover", "engage", "advocate")
# Sentiment from -1 to 1; beyond these it is plain, not merely leaning.
UNHAPPY = -0.25
HAPPY = 0.5


def response_queue(
    documents: pd.DataFrame, mentions: pd.DataFrame, drivers: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Put documents on the lists recover, engage and advocate, each customer on at most one.

    Parameters
    ----------
    documents
        Indexed by document id, with the column ``score`` (sentiment from -1 to 1, null where there is none) and
        optionally ``customer`` (null: a customer of their own) and ``standing`` (``"promoter"``, ``"passive"``,
        ``"detractor"`` or null, from a score given beside the text).
    mentions
        Columns ``document_id``, ``topic``, ``polarity``.
    drivers
        What :func:`cxtext.key_drivers` returns, or null. Blame of a driver counts for more than blame of anything else.

    Returns
    -------
    DataFrame
        ``document_id``, ``customer``, ``queue``, ``priority`` (0 to 1), ``reasons`` (a list), most pressing first:

        - ``recover``: the words are plainly unhappy (score below -0.25), or blame something and a detractor wrote them
        - ``engage``: they blame something without being plainly unhappy, or praise something and a passive wrote them
        - ``advocate``: they are plainly happy (score above 0.5), blame nothing, and no detractor or passive wrote them

        Priority is ½ for the strength of the sentiment, ¼ for the share of what is mentioned that points the list's way
        and ¼ if one of these is a driver. Reasons are ``"negative_sentiment"``, ``"positive_sentiment"``,
        ``"detractor"``, ``"passive"``, ``"promoter"``, ``"blames:TOPIC"`` and ``"praises:TOPIC"``. A customer's most
        pressing document stands for the customer, on the first of these lists.

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
    index, score, standing, customer = _read(documents)
    table = read_mentions(mentions, index, known_as="the index of documents")
    signs = table.signs
    blamed = np.asarray(table.matrix[:, np.flatnonzero(signs < 0)].sum(axis=1), dtype=float).ravel()
    praised = np.asarray(table.matrix[:, np.flatnonzero(signs > 0)].sum(axis=1), dtype=float).ravel()
    proven = _driver_columns(drivers, table.pairs)
    unhappy, happy = score < UNHAPPY, score > HAPPY
    detractor, passive = standing == "detractor", standing == "passive"
    recover = unhappy | (detractor & (blamed > 0))
    advocate = ~recover & happy & (blamed == 0) & ~detractor & ~passive
    engage = ~recover & ~advocate & ((blamed > 0) | (passive & (praised > 0)))
    rank = np.select([recover, engage, advocate], [0, 1, 2], default=3)
    mentioned = np.maximum(blamed + praised, 1)
    side = np.where(rank == 2, praised, blamed)
    driven = np.zeros((len(index), 2), dtype=bool)
    for column, sign in enumerate((-1.0, 1.0)):
        chosen = np.flatnonzero((signs == sign) & proven)
        driven[:, column] = np.asarray(table.matrix[:, chosen].sum(axis=1)).ravel() > 0
    strength = np.nan_to_num(np.where(rank == 1, 1 - np.abs(score), np.abs(score)), nan=0.0)
    hit = np.where(rank == 2, driven[:, 1], driven[:, 0])
    priority = significant(0.5 * np.clip(strength, 0, 1) + 0.25 * side / mentioned + 0.25 * hit)
    found = np.flatnonzero(rank < 3)
    order = found[np.lexsort((found, -priority[found], rank[found]))]
    first = ~pd.Series(customer[order]).duplicated().to_numpy(dtype=bool)
    chosen = order[first]
    named = pd.Series([None if isinstance(c, tuple) else c for c in customer[chosen]], dtype="str")
    matrix = table.matrix.tocsr()
    topics, polarities = table.pairs["topic"].tolist(), table.pairs["polarity"].tolist()
    reasons = []
    for i in chosen:
        columns = matrix.indices[matrix.indptr[i] : matrix.indptr[i + 1]]
        codes = [str(standing[i])] if standing[i] else []
        codes += ["negative_sentiment"] if unhappy[i] else ["positive_sentiment"] if happy[i] else []
        for polarity, verb in (("negative", "blames"), ("positive", "praises")):
            codes += [f"{verb}:{topics[k]}" for k in sorted(columns) if polarities[k] == polarity]
        reasons.append(codes)
    return pd.DataFrame(
        {
            "document_id": index[chosen],
            "customer": named,
            "queue": pd.Series([PRECEDENCE[r] for r in rank[chosen]], dtype="str"),
            "priority": priority[chosen],
            "reasons": pd.Series(reasons, dtype=object),
        }
    )


def _read(
    documents: Any,  # noqa: ANN401
) -> tuple["pd.Index[Any]", Floats, "np.ndarray[Any, Any]", "np.ndarray[Any, Any]"]:
    if not isinstance(documents, pd.DataFrame):
        raise InputTypeError(
            f"documents must be a pandas DataFrame whose index holds the document ids, got {type(documents).__name__}"
        )
    if "score" not in documents.columns:
        hint = nearest("score", [str(c) for c in documents.columns[:50]]) if len(documents.columns) else "it has none"
        raise ColumnError(f"documents has no column 'score' (sentiment from -1 to 1); {hint}")
    index = check_documents(documents.index, "documents")
    row = documents.index.get_indexer(index)
    score = read_numbers(documents["score"].iloc[row], "documents.score")
    beyond = int((np.abs(score) > 1).sum())
    if beyond:
        raise InputValueError(f"documents.score: {beyond} of {len(score)} values lie outside -1..1")
    standing = np.full(len(index), None, dtype=object)
    if "standing" in documents.columns:
        given = documents["standing"].iloc[row]
        wrong = int((given.notna() & ~given.isin(["promoter", "passive", "detractor"])).sum())
        if wrong:
            raise InputValueError(
                f"documents.standing: {wrong} of {len(given)} values are not promoter, passive, detractor or null"
            )
        standing = given.astype(object).where(given.notna(), None).to_numpy(dtype=object)
    # A document without a customer is a customer of its own; tuples cannot clash with given names.
    customer = np.fromiter((("", i) for i in range(len(index))), dtype=object, count=len(index))
    if "customer" in documents.columns:
        names = documents["customer"].iloc[row]
        for i in np.flatnonzero(names.notna().to_numpy()):
            customer[i] = str(names.iloc[i])
    return index, score, standing, customer


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
