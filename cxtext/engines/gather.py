"""Turn a stream of annotations into the tables that a collection is analysed by: documents, units, mentions.

A unit is a segment in the customer's own words, what topics are fitted on. A mention is one driver of one unit. Only
documents that hold such words and are in German or English count: they are the denominator of every share.

Documents are put in an order that depends on what they say and not on where they stood, so that no result of the
analysis hangs on the order of the rows.
"""

import hashlib
import json
import re
import sys
from array import array
from collections import Counter
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cxtext.documents import Annotation, Document, Driver, Polarity, Span
from cxtext.engines.cases import CASE_COLUMNS, Case, read_case
from cxtext.engines.duplicates import SHORT_BELOW, Fingerprints, find_duplicates, score_marks
from cxtext.engines.file_counts import FileCounts
from cxtext.engines.parts import plain
from cxtext.engines.placeholders import filled_in, placeholder
from cxtext.engines.rows import Rows
from cxtext.engines.signals import Signals, SignalsToCome
from cxtext.sources.columns import plain_header
from cxtext.text.fingerprints import plain as plain_words

Duplicates = Literal["once", "all"]
SPANS = ("aspect", "opinion", "cause")

_WORD = re.compile(r"\w+")
_BEGIN, _NEVER = datetime(1970, 1, 1, tzinfo=UTC), 2**63 - 1

DOCUMENT_COLUMNS = (
    "id",
    "language",
    "created_at",
    "channel",
    "question",
    "customer",
    "sentiment",
    "markers",
    "respondent",
)
UNIT_COLUMNS = ("document", "segment", "text", "words", "topics", "start")
MENTION_COLUMNS = (
    "document",
    "unit",
    "polarity",
    "words",
    "score",
    "mood",
    "category",
    *(f"{s}_{e}" for s in SPANS for e in ("start", "end")),
)


@dataclass(frozen=True, eq=False)
class Collection:
    """The tables of a collection. ``document`` and ``unit`` in them are row numbers of the other tables.

    Attributes
    ----------
    documents
        id, language, created_at, channel, question, customer, sentiment (-1 to 1, null where there is none), markers
        (types), respondent (null where a record has one text).
    scores
        One column per score, in its own units; a row per document; null where it was not given.
    groups
        One column per attribute asked for, as text; a row per document.
    units
        document, segment (its index in the annotation), text, words (how many), topics (of the annotation: id and score
        of each, the likeliest first), start (of the text, in the document's).
    mentions
        document, unit, polarity, words (the text from the first to the last character of aspect and opinion, null
        where one is not stated), score, mood (the unit's sentiment from -1 to 1, in the direction of the polarity),
        category (null where it has none), and the offsets of the spans in the unit's text (null where not stated).
    read
        Documents read.
    skipped
        Documents without text.
    languages
        Documents with text, by language.
    pii
        Personal data found, by type.
    short
        Documents of fewer than three words.
    placeholders
        Documents that say only that nobody answered, see :mod:`cxtext.engines.placeholders`. They are in no table.
    wordless
        Documents with text of which nothing is the customer's own words: only a greeting, a quotation, a signature.
    duplicates
        id, first (the id of the first occurrence), kind ("exact", "near") of documents that repeat another one, see
        :mod:`cxtext.engines.duplicates`. They are in no other table, unless all were asked for.
    files
        Languages and set-aside spans of all documents read, to be told by file.
    cases
        What following up needs, a row per document: see :mod:`cxtext.engines.cases`.
    signals
        What is marked in the customer's own words, by document.
    passages
        Shape (documents, 3, 2): of the passage that most asks to be recovered, engaged, and turned into an advocate,
        the segment and its offset in the text; -1 where there is none.
    """

    documents: pd.DataFrame
    scores: pd.DataFrame
    groups: pd.DataFrame
    units: pd.DataFrame
    mentions: pd.DataFrame
    read: int
    skipped: int
    languages: dict[str, int]
    pii: dict[str, int]
    short: int
    duplicates: pd.DataFrame
    placeholders: int = 0
    wordless: int = 0
    files: FileCounts = field(default_factory=FileCounts)
    cases: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(CASE_COLUMNS)))
    signals: Signals = field(default_factory=Signals)
    passages: NDArray[np.int32] = field(default_factory=lambda: np.zeros((0, 3, 2), np.int32))


@dataclass(slots=True)
class _One:
    """What is kept of one document until the tables are made."""

    digest: bytes
    moment: int
    row: tuple[Any, ...]
    scores: dict[str, float]
    groups: tuple[str | None, ...]
    case: Case
    units: list[tuple[int, str, int, tuple[tuple[int, float], ...], int]] = field(default_factory=list)
    mentions: list[tuple[Any, ...]] = field(default_factory=list)


def gather(
    annotations: Iterable[Annotation], *, groups: Sequence[str] = (), duplicates: Duplicates = "once"
) -> Collection:
    """Read a stream of annotations, with their documents, into tables.

    Parameters
    ----------
    annotations
        Read once; may be larger than memory, of which only the customers' own words and a few figures are kept.
    groups
        Attributes to compare by, spelled as the column or nearly so (case, blanks, umlauts); a name that no attribute
        has may be a field: channel, question, language, author_role.
    duplicates
        ``"once"`` leaves out what repeats another document; ``"all"`` only lists it.
    """
    import pyarrow as pa

    kept = _Kept(groups)
    read = skipped = short = unanswered = wordless = 0
    doubtful: dict[str, list[int]] = {}
    prints, files = Fingerprints(), FileCounts()
    languages: Counter[str] = Counter()
    pii: Counter[str] = Counter()
    for annotation in annotations:
        document = annotation.document
        if document is None:
            continue
        read += 1
        files.add(annotation)
        if annotation.status == "skipped":
            skipped += 1
            continue
        languages[annotation.language.code] += 1
        pii.update(p.type for p in annotation.pii)
        short += len(_WORD.findall(document.text)) < SHORT_BELOW
        if annotation.language.code == "other":
            continue
        one = _read(annotation, document, groups)
        words = plain_words(" ".join(text for _, text, *_ in one.units))
        said = placeholder(words)
        unanswered += said == "sure"
        wordless += not one.units
        if one.units and said != "sure":
            if said == "doubtful":
                doubtful.setdefault(words, []).append(len(prints.marks))
            kept.add(one)
            scores = score_marks(document.scores)
            day = _day(document)
            prints.add(words, marks=_marks(document, words), day=day and sys.intern(day), scores=scores)
    earliest = kept.earliest()
    empty = filled_in(doubtful, len(prints.marks))
    repeats = {i: found for i, found in find_duplicates(prints, earliest).items() if i not in empty}
    ids = kept.documents.values("id")
    table = pd.DataFrame(
        [(ids[i], ids[repeats[i][0]], repeats[i][1]) for i in earliest if i in repeats],
        columns=["document_id", "first_id", "kind"],
        dtype=object,
    )
    del prints
    order = kept.order(without=empty if duplicates == "all" else empty.union(repeats))
    units, mentions = kept.parts(order)
    # Arrow keeps what the columns took while they came, for columns that never come.
    pa.default_memory_pool().release_unused()
    documents = kept.documents.frame(order)
    documents["sentiment"] = documents["sentiment"].astype(float)
    return Collection(
        documents=documents,
        scores=kept.scores(order),
        groups=kept.groups.frame(order),
        units=units,
        mentions=mentions,
        read=read,
        skipped=skipped,
        languages=dict(sorted(languages.items())),
        pii=dict(sorted(pii.items())),
        short=short,
        duplicates=table,
        placeholders=unanswered + len(empty),
        wordless=wordless,
        files=files,
        cases=kept.cases.frame(order),
        signals=kept.signals.finished(order),
        passages=kept.passages(order),
    )


class _Kept:
    """What is kept of all documents until the tables are made, as columns."""

    def __init__(self, groups: Sequence[str]) -> None:
        self.documents = Rows(DOCUMENT_COLUMNS, objects=True)
        self.groups = Rows(groups, objects=True)
        self.cases = Rows(CASE_COLUMNS, objects=True)
        self.signals = SignalsToCome()
        self._passages = array("i")
        self._units, self._mentions = Rows(UNIT_COLUMNS), Rows(MENTION_COLUMNS)
        self._digests = bytearray()
        self._moments = array("q")
        self._scores: dict[str, array[float]] = {}

    def add(self, one: _One) -> None:
        number = len(self._moments)
        self._digests += one.digest
        self._moments.append(one.moment)
        self.documents.add(one.row)
        self.groups.add(one.groups)
        self.cases.add(one.case.row)
        self.signals.add(one.case.signals)
        for place in one.case.passages:
            self._passages.extend(place or (-1, -1))
        for unit in one.units:
            self._units.add((number, *unit))
        for mention in one.mentions:
            self._mentions.add((number, *mention))
        for name, value in one.scores.items():
            column = self._scores.setdefault(name, array("d"))
            column.extend([np.nan] * (number - len(column)))
            column.append(value)

    def earliest(self) -> list[int]:
        """Give all documents in the order of time, and of what they say where that is the same."""
        order = self._in_order_of_content()
        found: list[int] = order[np.argsort(np.array(self._moments)[order], kind="stable")].tolist()
        return found

    def order(self, *, without: Container[int]) -> NDArray[np.intp]:
        order = self._in_order_of_content()
        return np.array([i for i in order.tolist() if i not in without], dtype=np.intp)

    def _in_order_of_content(self) -> NDArray[np.intp]:
        digests = np.frombuffer(bytes(self._digests), dtype=">u8").reshape(-1, 2)
        order = np.lexsort((digests[:, 1], digests[:, 0]))
        # The few that say the same stand in the order of their ids.
        ids = self.documents.values("id")
        alike = np.flatnonzero((digests[order][1:] == digests[order][:-1]).all(axis=1))
        begin = alike[np.diff(alike, prepend=-2) > 1]
        after = alike[np.diff(alike, append=len(order) + 1) > 1] + 2
        for a, b in zip(begin, after, strict=True):
            order[a:b] = sorted(order[a:b].tolist(), key=lambda i: ids[i] or "")
        return order

    def scores(self, order: NDArray[np.intp]) -> pd.DataFrame:
        table = {}
        for name in sorted(self._scores):
            column = self._scores[name]
            column.extend([np.nan] * (len(self._moments) - len(column)))
            table[name] = np.array(column, dtype=float)[order]
        return pd.DataFrame(table, index=range(len(order)))

    def passages(self, order: NDArray[np.intp]) -> NDArray[np.int32]:
        return np.array(self._passages, np.int32).reshape(-1, 3, 2)[order]

    def parts(self, order: NDArray[np.intp]) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Give units and mentions, in the order of their documents, with the numbers of the finished tables."""
        place = np.full(len(self._moments), -1, dtype=np.intp)
        place[order] = np.arange(len(order))
        units, mentions = (self._in_order(rows, place) for rows in (self._units, self._mentions))
        first = np.searchsorted(units["document"].to_numpy(), np.arange(len(order)))
        mentions["unit"] += first[mentions["document"].to_numpy()]
        return units, mentions

    def _in_order(self, rows: Rows, place: NDArray[np.intp]) -> pd.DataFrame:
        documents = place[rows.whole_numbers("document")]
        chosen = np.argsort(documents, kind="stable")
        chosen = chosen[documents[chosen] >= 0]
        frame = rows.frame(chosen)
        frame["document"] = documents[chosen].astype(np.int64)
        return frame.astype({"unit": np.int64}) if "unit" in frame else frame


def _read(annotation: Annotation, document: Document, groups: Sequence[str]) -> _One:
    mood = annotation.sentiment
    one = _One(
        digest=_content_digest(document),
        moment=_NEVER if document.created_at is None else (document.created_at - _BEGIN) // timedelta(microseconds=1),
        row=(
            document.id,
            annotation.language.code,
            document.created_at,
            document.channel,
            document.question,
            _customer(document),
            mood.score if mood else None,
            tuple(sorted({m.type for m in annotation.markers})),
            plain(document.attributes.get("respondent")),
        ),
        scores=dict(document.scores),
        groups=tuple(_group(annotation, document, name) for name in groups),
        case=read_case(annotation, document),
    )
    place: dict[int, int] = {}
    topics: dict[int, tuple[tuple[int, float], ...]] = {}
    for topic in annotation.topics:
        topics[topic.segment] = (*topics.get(topic.segment, ()), (topic.id, topic.score))
    for i, segment in enumerate(annotation.segments):
        text = document.text[segment.start : segment.end]
        if segment.kind == "customer" and text.strip():
            place[i] = len(one.units)
            one.units.append((i, text, len(_WORD.findall(text)), topics.get(i, ()), segment.start))
    polarities: tuple[tuple[Polarity, tuple[Driver, ...]], ...] = (
        ("positive", annotation.drivers.positive),
        ("negative", annotation.drivers.negative),
    )
    for polarity, drivers in polarities:
        for driver in drivers:
            if driver.segment in place:
                segment = annotation.segments[driver.segment]
                mood_here = segment.sentiment.score if segment.sentiment else 0.0
                one.mentions.append(
                    (
                        place[driver.segment],
                        polarity,
                        _own_words(document.text, driver),
                        driver.score,
                        mood_here if polarity == "positive" else -mood_here,
                        driver.category,
                        *(x for name in SPANS for x in _inside(getattr(driver, name), segment.start, segment.end)),
                    )
                )
    return one


def _own_words(text: str, driver: Driver) -> str | None:
    if driver.aspect is None or driver.opinion is None:
        return None
    return text[min(driver.aspect.start, driver.opinion.start) : max(driver.aspect.end, driver.opinion.end)]


def _inside(span: Span | None, start: int, end: int) -> tuple[int | None, int | None]:
    if span is None or not start <= span.start < span.end <= end:
        return None, None
    return span.start - start, span.end - start


def _customer(document: Document) -> str | None:
    # Answers to several questions of one survey form come from one respondent.
    value = plain(document.attributes.get("customer", document.attributes.get("respondent")))
    return None if value is None else str(value)


def _group(annotation: Annotation, document: Document, name: str) -> str | None:
    attributes = document.attributes
    found = name if name in attributes else next((a for a in attributes if plain_header(a) == plain_header(name)), None)
    if found is not None:
        value = plain(attributes[found])
    elif name == "language":
        value = annotation.language.code
    else:
        value = getattr(document, name) if name in ("channel", "question", "author_role") else None
    return None if value is None or str(value).strip() == "" else str(value)


def _marks(document: Document, words: str) -> tuple[bytes, ...]:
    """Give hashes that only one document has: see :mod:`cxtext.engines.duplicates`."""
    marks = []
    customer, day, at = _customer(document), _day(document), document.created_at
    if words.count(" ") + 1 >= SHORT_BELOW:
        if customer is not None:
            marks.append(_digest(["author", words, customer, day, document.question]))
        # Full hours and days are what exports round to, and tell nothing.
        if at is not None and (at.minute or at.second):
            marks.append(_digest(["moment", words, _moment(document), document.question]))
    if (mail := plain(document.attributes.get("message_id"))) is not None:
        marks.append(_digest(["mail", mail]))
    return tuple(marks)


def _moment(document: Document) -> str | None:
    return document.created_at.astimezone(UTC).isoformat() if document.created_at else None


def _day(document: Document) -> str | None:
    return document.created_at.date().isoformat() if document.created_at else None


def _content_digest(document: Document) -> bytes:
    at = document.created_at
    return _digest(
        [
            document.text,
            at.isoformat() if at else None,
            document.question,
            document.channel,
            plain(document.scores),
            plain(document.attributes),
        ]
    )


def _digest(values: list[Any]) -> bytes:
    # ASCII: lone surrogates are escaped, not refused.
    return hashlib.blake2b(json.dumps(plain(values), sort_keys=True).encode("ascii"), digest_size=16).digest()
