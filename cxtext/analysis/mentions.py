"""Who mentioned what: the table of mentions, checked, as a sparse matrix in canonical order.

Every number of this folder is computed from documents and pairs in canonical (sorted) order, so that results do not
depend on the order in which rows came in.
"""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import pandas as pd
from scipy import sparse

from cxtext.errors import ColumnError, InputTypeError, InputValueError, nearest

POLARITIES = ("negative", "positive")
COLUMNS = ("document_id", "topic", "polarity")


@dataclass(frozen=True, eq=False)
class Mentions:
    """Mentions as a matrix.

    Attributes
    ----------
    documents
        All documents, sorted.
    pairs
        Columns ``topic`` and ``polarity``, one row for each pair that occurs, sorted.
    matrix
        Sparse, float64, shape (documents, pairs): 1 where the document mentions the pair.
    """

    documents: "pd.Index[Any]"
    pairs: pd.DataFrame
    matrix: Any

    @property
    def signs(self) -> "np.ndarray[Any, np.dtype[np.float64]]":
        """+1 for positive pairs, -1 for negative ones: the direction in which a driver moves a score."""
        return np.where(self.pairs["polarity"].to_numpy() == "positive", 1.0, -1.0)


def canonical_order(values: "Sequence[Hashable] | pd.Index[Any]") -> "np.ndarray[Any, np.dtype[np.intp]]":
    """Give the order that sorts ids of any types, also mixed ones; equal inputs in any order sort alike."""
    array = pd.Index(values)
    if pd.api.types.is_numeric_dtype(array.dtype):
        return np.argsort(array.to_numpy(), kind="stable")
    keys = [(str(v), type(v).__name__) for v in array]
    return np.asarray(sorted(range(len(keys)), key=keys.__getitem__), dtype=np.intp)


def check_documents(documents: Any, name: str) -> "pd.Index[Any]":  # noqa: ANN401
    """Check ids of documents and sort them.

    Parameters
    ----------
    documents
        Ids: an Index, Series, array or any iterable of them.
    name
        What to call them in messages.

    Raises
    ------
    InputTypeError, InputValueError
        If they are not a list of ids, or an id is null or occurs twice.
    """
    if isinstance(documents, str | bytes) or not isinstance(documents, Iterable):
        raise InputTypeError(f"{name} must be a collection of document ids, got {type(documents).__name__}")
    index = documents if isinstance(documents, pd.Index) else pd.Index(list(documents))
    _check_ids(index, name)
    return cast("pd.Index[Any]", index[canonical_order(index)])


def _check_ids(index: "pd.Index[Any]", name: str) -> None:
    if isinstance(index, pd.MultiIndex):
        raise InputTypeError(f"{name} has an index of {index.nlevels} levels; document ids must be one value each")
    null = np.flatnonzero(index.isna())
    if null.size:
        raise InputValueError(f"{name}: {null.size} of {len(index)} document ids are null, first at position {null[0]}")
    twice = np.flatnonzero(index.duplicated())
    if twice.size:
        raise InputValueError(
            f"{name}: {twice.size} of {len(index)} document ids occur more than once, first again at position "
            f"{twice[0]}; each document must stand in it once"
        )


def check_mentions(mentions: Any) -> pd.DataFrame:  # noqa: ANN401
    """Check the table of mentions and keep its three columns.

    Raises
    ------
    InputTypeError, ColumnError, InputValueError
        If it is not a table, a column is missing, a topic is null or a polarity is neither positive nor negative.
    """
    if not isinstance(mentions, pd.DataFrame):
        raise InputTypeError(
            f"mentions must be a pandas DataFrame with the columns {', '.join(COLUMNS)}; got {type(mentions).__name__}"
        )
    for column in COLUMNS:
        if column not in mentions.columns:
            there = [str(c) for c in mentions.columns[:50]]
            hint = nearest(column, there) if there else "it has no columns"
            raise ColumnError(f"mentions has no column {column!r}; it needs {', '.join(COLUMNS)}; {hint}")
    table = mentions[list(COLUMNS)].reset_index(drop=True)
    for column in ("topic", "polarity"):
        if isinstance(table[column].dtype, pd.CategoricalDtype):
            table[column] = table[column].astype(table[column].cat.categories.dtype)
    if table["topic"].dtype == object and table["topic"].map(lambda t: isinstance(t, str)).all():
        table["topic"] = table["topic"].astype("str")
    null = np.flatnonzero(table["topic"].isna())
    if null.size:
        raise InputValueError(
            f"mentions: {null.size} of {len(table)} topics are null, first at position {null[0]}; "
            "leave out mentions without a topic"
        )
    wrong = np.flatnonzero(~table["polarity"].isin(POLARITIES))
    if wrong.size:
        raise InputValueError(
            f"mentions: {wrong.size} of {len(table)} polarities are not allowed, first at position {wrong[0]}; "
            "allowed: 'positive', 'negative'"
        )
    return table


def read_mentions(mentions: Any, documents: "pd.Index[Any]", *, known_as: str) -> Mentions:  # noqa: ANN401
    """Check the table of mentions against the documents and make the matrix.

    Parameters
    ----------
    mentions
        Columns ``document_id``, ``topic``, ``polarity``. Duplicates count once.
    documents
        All documents, sorted (:func:`check_documents`).
    known_as
        What the caller calls the place where documents are listed.

    Raises
    ------
    InputTypeError, ColumnError, InputValueError
        As :func:`check_mentions`, and if a mention names a document that is not listed.
    """
    table = check_mentions(mentions)
    row = locate(table["document_id"], documents, "mentions", known_as)
    distinct = table[["topic", "polarity"]].drop_duplicates()
    order = sorted(
        range(len(distinct)),
        key=[_key(t, p) for t, p in zip(distinct["topic"], distinct["polarity"], strict=True)].__getitem__,
    )
    pairs = distinct.iloc[order].reset_index(drop=True)
    pairs["polarity"] = pairs["polarity"].astype("str")
    column = pd.MultiIndex.from_frame(pairs).get_indexer(pd.MultiIndex.from_frame(table[["topic", "polarity"]]))
    cells = np.unique(np.asarray(row, dtype=np.int64) * max(len(pairs), 1) + column)
    matrix = sparse.csr_array(
        (np.ones(cells.size), (cells // max(len(pairs), 1), cells % max(len(pairs), 1))),
        shape=(len(documents), len(pairs)),
    )
    return Mentions(documents=documents, pairs=pairs, matrix=matrix)


def _key(topic: object, polarity: object) -> tuple[Any, ...]:
    # Numbers sort as numbers (topic 2 before topic 10), before everything else.
    if isinstance(topic, int | float | np.number) and not isinstance(topic, bool):
        return (0, float(topic), "", str(polarity))
    return (1, str(topic), type(topic).__name__, str(polarity))


def locate(ids: "pd.Series[Any]", documents: "pd.Index[Any]", what: str, known_as: str) -> "np.ndarray[Any, Any]":
    """Find rows of documents by id.

    Raises
    ------
    InputValueError
        If an id is not among the documents; the message names count and first position, never the id.
    """
    row = documents.get_indexer(pd.Index(ids)) if len(ids) else np.zeros(0, dtype=np.intp)
    unknown = np.flatnonzero(row < 0)
    if unknown.size:
        kinds = ""
        if len(documents) and type(ids.iloc[int(unknown[0])]) is not type(documents[0]):
            kinds = f" (its type is {type(ids.iloc[int(unknown[0])]).__name__}, theirs {type(documents[0]).__name__})"
        raise InputValueError(
            f"{what}: {unknown.size} of {len(ids)} rows name a document that is not in {known_as}, first at position "
            f"{unknown[0]}{kinds}; list every document there, mentioned or not"
        )
    return cast("np.ndarray[Any, Any]", row)


def align(values: Any, documents: "pd.Index[Any]", name: str) -> "pd.Series[Any]":  # noqa: ANN401
    """Bring a Series that is indexed by document into the documents' order.

    Raises
    ------
    InputTypeError, InputValueError
        If it is not a Series, an id occurs twice, or a document is missing.
    """
    if not isinstance(values, pd.Series):
        raise InputTypeError(
            f"{name} must be a pandas Series whose index holds the document ids, got {type(values).__name__}"
        )
    _check_ids(values.index, name)
    row = values.index.get_indexer(documents)
    if (row < 0).any():
        raise InputValueError(
            f"{name} lacks {int((row < 0).sum())} of {len(documents)} documents; its index must hold every document"
        )
    return values.iloc[row]
