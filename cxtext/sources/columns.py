"""Which column of a table is what: named by the caller, or found by its header."""

import math
import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, get_args

from cxtext.documents import Channel
from cxtext.errors import ColumnError, InputTypeError, InputValueError, nearest
from cxtext.sources.load_report import MappedColumn

# (worst, best) of the scores whose scale is settled. CES is asked as "made it easy": 7 is the least effort.
KNOWN_SCALES: Mapping[str, tuple[float, float]] = MappingProxyType(
    {"nps": (0, 10), "csat": (1, 5), "ces": (1, 7), "stars": (1, 5)}
)
CHANNELS: tuple[str, ...] = get_args(Channel)
_SINGLE_ROLES = ("id", "question", "channel", "time", "customer", "language")
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?")
_SCORE_OPTION = re.compile(
    r"(?P<name>[^=]+)=(?P<column>.+?)(?::(?P<worst>[+-]?\d+(?:[.,]\d+)?)\.\.(?P<best>[+-]?\d+(?:[.,]\d+)?))?"
)


@dataclass(frozen=True, slots=True)
class ScoreScale:
    """A score's column and the two ends of its scale.

    ``worst`` may be larger than ``best``, as for German school grades. Values stay in the user's own units.
    """

    column: str
    worst: float
    best: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.worst) and math.isfinite(self.best)) or self.worst == self.best:
            raise InputValueError(
                f"the scale of column {self.column!r} is {self.worst}..{self.best}; "
                "its ends must be two different numbers"
            )

    def holds(self, value: float) -> bool:
        """Say whether a value lies on the scale."""
        return min(self.worst, self.best) <= value <= max(self.worst, self.best)


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Which columns of a table to take; what is not named is looked for by header.

    Parameters
    ----------
    text
        One or more text columns. Several give several documents per row, one per column.
    id
        Column with the caller's own ids.
    question
        Column with the question, or the question itself, the same for all rows.
    channel
        Column with the channel, or a channel for all rows: survey, email, call, chat, social, review, note, sms.
    scores
        Score name -> ``(column, worst, best)`` or :class:`ScoreScale`; for nps (0..10), csat (1..5), ces (1..7) and
        stars (1..5) the column's name is enough.
    time
        Column with the time of the feedback.
    segments
        Columns to compare by; they go into ``attributes`` under their own names.
    customer
        Column with the customer's id. For e-mails, any value asks for a pseudonym of the sender.
    language
        Column with the declared language.

    Raises
    ------
    InputTypeError, InputValueError
        If a value has the wrong type, or a score has no known scale and no range.

    Examples
    --------
    >>> Columns(text="Kommentar", scores={"nps": "NPS"}).scores["nps"]
    ScoreScale(column='NPS', worst=0, best=10)
    >>> Columns(text="comment", scores={"rating": ("rating", 5, 1)}).scores["rating"].holds(6)
    False
    """

    text: tuple[str, ...] = ()
    id: str | None = None
    question: str | None = None
    channel: str | None = None
    scores: Mapping[str, ScoreScale] = field(default_factory=lambda: MappingProxyType({}))
    time: str | None = None
    segments: tuple[str, ...] = ()
    customer: str | None = None
    language: str | None = None

    def __post_init__(self) -> None:
        for name in ("text", "segments"):
            value: Any = getattr(self, name)
            names = (value,) if isinstance(value, str) else tuple(value or ())
            if not all(isinstance(n, str) for n in names):
                raise InputTypeError(f"Columns.{name} must be names of columns, got {type(value).__name__}")
            object.__setattr__(self, name, tuple(dict.fromkeys(names)))
        for name in _SINGLE_ROLES:
            value = getattr(self, name)
            if value is not None and not isinstance(value, str):
                raise InputTypeError(f"Columns.{name} must be a str or null, got {type(value).__name__}")
        if not isinstance(self.scores, Mapping):
            raise InputTypeError(f"Columns.scores must be a mapping, got {type(self.scores).__name__}")
        scales = {name: _scale(name, value) for name, value in self.scores.items()}
        object.__setattr__(self, "scores", MappingProxyType(scales))

    def __reduce__(self) -> tuple[Any, ...]:
        # A MappingProxyType cannot be pickled; worker processes need the columns.
        names = ("text", "id", "question", "channel", "time", "segments", "customer", "language")
        state = {name: getattr(self, name) for name in names}
        return _rebuild, ({**state, "scores": dict(self.scores)},)


def _rebuild(state: dict[str, Any]) -> Columns:
    return Columns(**state)


def _scale(name: str, value: object) -> ScoreScale:
    if isinstance(value, ScoreScale):
        return value
    if isinstance(value, str):
        if name not in KNOWN_SCALES:
            raise InputValueError(
                f"score {name!r} needs the range of its scale, worst..best: --score {name}={value}:1..5 or "
                f'scores={{"{name}": ("{value}", 1, 5)}} (worst may be larger than best); '
                f"known without: {', '.join(KNOWN_SCALES)}"
            )
        return ScoreScale(value, *KNOWN_SCALES[name])
    if isinstance(value, Sequence) and len(value) == 1:
        return _scale(name, value[0])
    if isinstance(value, Sequence) and len(value) == 3:
        column, worst, best = value
        numbers = [n for n in (worst, best) if isinstance(n, int | float) and not isinstance(n, bool)]
        if isinstance(column, str) and len(numbers) == 2:
            return ScoreScale(column, worst, best)
    raise InputTypeError(
        f"score {name!r} must be (column, worst, best), got {type(value).__name__}; "
        f'e.g. scores={{"rating": ("rating", 5, 1)}}'
    )


def parse_score(option: str) -> tuple[str, ScoreScale]:
    """Read a score as it is written on the command line: ``NAME=COLUMN[:WORST..BEST]``.

    Raises
    ------
    InputValueError
        If it is written otherwise, or the range of a score without a known scale is missing.

    Examples
    --------
    >>> parse_score("rating=rating:5..1")
    ('rating', ScoreScale(column='rating', worst=5.0, best=1.0))
    >>> parse_score("nps=Weiterempfehlung")
    ('nps', ScoreScale(column='Weiterempfehlung', worst=0, best=10))
    """
    found = _SCORE_OPTION.fullmatch(option)
    if not found:
        raise InputValueError(f"a score is written NAME=COLUMN or NAME=COLUMN:WORST..BEST, got {option!r}")
    name, column = found["name"].strip(), found["column"].strip()
    if found["worst"] is None:
        return name, _scale(name, column)
    worst, best = (float(found[end].replace(",", ".")) for end in ("worst", "best"))
    return name, ScoreScale(column, worst, best)


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """Columns of one table by position; ``found`` says how each was found, ``notes`` what was left open."""

    text: tuple[int, ...]
    single: Mapping[str, int]
    constants: Mapping[str, str]
    scores: Mapping[str, tuple[int, ScoreScale]]
    segments: tuple[int, ...]
    found: tuple[MappedColumn, ...]
    notes: tuple[str, ...]

    @property
    def used(self) -> tuple[int, ...]:
        """Positions of all mapped columns, in order."""
        scores = [i for i, _ in self.scores.values()]
        return tuple(sorted({*self.text, *self.single.values(), *scores, *self.segments}))


@cache
def synonyms() -> Mapping[str, Any]:
    """Header words by role, from ``data/column_synonyms.toml``."""
    return tomllib.loads(files("cxtext.data").joinpath("column_synonyms.toml").read_text(encoding="utf-8"))


def plain_header(header: str) -> str:
    """Bring a header to the spelling of the synonyms: lower case, no umlauts, one blank between words.

    Examples
    --------
    >>> plain_header("Erstellt_am"), plain_header("Begründung:"), plain_header("Review-ID")
    ('erstellt am', 'begruendung', 'review id')
    """
    text = unicodedata.normalize("NFC", header).casefold()
    for umlaut, plain in (("ä", "ae"), ("ö", "oe"), ("ü", "ue")):
        text = text.replace(umlaut, plain)
    return re.sub(r"[\s_\-./:?!*()\[\]]+", " ", text.lstrip("\ufeff")).strip()


def resolve(header: Sequence[str], columns: Columns, *, where: str) -> ColumnMapping:
    """Find the columns of a table.

    Parameters
    ----------
    header
        The table's column names.
    columns
        What the caller named.
    where
        What to call the table in messages, e.g. its file name.

    Raises
    ------
    ColumnError
        If a named column is not there, or the text column cannot be told.
    """
    return _Resolver(header, columns, where).mapping()


class _Resolver:
    """Holds what is taken while the roles are filled one after the other; named columns come first."""

    def __init__(self, header: Sequence[str], columns: Columns, where: str) -> None:
        self.header = list(header)
        self.plain = [plain_header(h) for h in header]
        self.columns = columns
        self.where = where
        self.taken: set[int] = set()
        self.found: list[MappedColumn] = []
        self.notes: list[str] = []

    def mapping(self) -> ColumnMapping:
        single, constants = self._named_single()
        scores = {n: (self._named(s.column, f"scores[{n!r}]"), s) for n, s in self.columns.scores.items()}
        for name, (index, _) in scores.items():
            self._take(f"score {name}", index, "named")
        text = tuple(self._named(name, "text") for name in self.columns.text)
        segments = tuple(self._named(name, "segments") for name in self.columns.segments)
        for index in text:
            self._take("text", index, "named")
        for index in segments:
            # A segment may play another role too, and does not keep a column from being found by its header.
            self.found.append(MappedColumn("segment", self.header[index], "named"))
        for role in _SINGLE_ROLES:
            if role not in single and role not in constants and (position := self._by_header(role)) is not None:
                single[role] = position
        scores |= self._scores_by_header(set(scores))
        if not text:
            text = (self._text_by_header(),)
        return ColumnMapping(text, single, constants, scores, segments, tuple(self.found), tuple(self.notes))

    def _take(self, role: str, index: int, how: Any) -> None:  # noqa: ANN401 (a Literal of MappedColumn)
        self.taken.add(index)
        self.found.append(MappedColumn(role, self.header[index], how))

    def _matches(self, name: str) -> list[int]:
        exact = [i for i, h in enumerate(self.header) if h == name]
        return exact or [i for i, h in enumerate(self.plain) if h == plain_header(name)]

    def _named(self, name: str, role: str) -> int:
        matches = self._matches(name)
        if len(matches) == 1:
            return matches[0]
        if matches:
            twins = ", ".join(repr(self.header[i]) for i in matches)
            raise ColumnError(f"{self.where}: {role} names {name!r}, which fits {len(matches)} columns ({twins})")
        raise ColumnError(f"{self.where} has no column {name!r} (named for {role}); {self._nearest(name)}")

    def _nearest(self, name: str, *others: str) -> str:
        # Without a row of names the first customer's words would stand here.
        if any(_NUMBER.fullmatch(cell.strip()) for cell in self.header):
            return "its first row holds numbers, so it may lack the row of column names; put one above it"
        return nearest(name, [*self.header, *others])

    def _named_single(self) -> tuple[dict[str, int], dict[str, str]]:
        single: dict[str, int] = {}
        constants: dict[str, str] = {}
        for role in _SINGLE_ROLES:
            name = getattr(self.columns, role)
            if name is None:
                continue
            is_constant = role == "question" or (role == "channel" and name in CHANNELS)
            if is_constant and not self._matches(name):
                constants[role] = name
                self.found.append(MappedColumn(role, name, "constant"))
                continue
            if role == "channel" and not self._matches(name):
                raise ColumnError(
                    f"{self.where}: channel is {name!r}, which is neither a column nor a channel; "
                    f"{self._nearest(name, *CHANNELS)}"
                )
            single[role] = self._named(name, role)
            self._take(role, single[role], "named")
        return single, constants

    def _free(self, words: Sequence[str]) -> list[int]:
        return [i for i, h in enumerate(self.plain) if h in words and i not in self.taken]

    def _by_header(self, role: str) -> int | None:
        candidates = self._free(synonyms()[role]["exact"])
        if len(candidates) == 1:
            self._take(role, candidates[0], "synonym")
            return candidates[0]
        if candidates:
            names = ", ".join(repr(self.header[i]) for i in candidates)
            self.notes.append(f"{self.where}: {names} could each be the {role}; none was taken. Name one: {role}=...")
        return None

    def _scores_by_header(self, named: set[str]) -> dict[str, tuple[int, ScoreScale]]:
        found: dict[str, tuple[int, ScoreScale]] = {}
        for name, words in synonyms()["scores"].items():
            candidates = self._free(words) if name not in named else []
            if len(candidates) == 1:
                self._take(f"score {name}", candidates[0], "synonym")
                found[name] = (candidates[0], ScoreScale(self.header[candidates[0]], *KNOWN_SCALES[name]))
            elif candidates:
                names = ", ".join(repr(self.header[i]) for i in candidates)
                self.notes.append(f"{self.where}: {names} could each be {name}; none was taken. Name one.")
        for index in self._free(synonyms()["unranged_scores"]["exact"]):
            column = self.header[index]
            self.notes.append(
                f"{self.where}: column {column!r} looks like a score; it was not taken, since its range is not known. "
                f"Give it: --score {plain_header(column)}={column}:WORST..BEST"
            )
        return found

    def _text_by_header(self) -> int:
        words = synonyms()["text"]
        candidates = self._free(words["exact"])
        if not candidates:
            candidates = [
                i
                for i, h in enumerate(self.plain)
                if i not in self.taken
                and set(h.split()) & set(words["words"])
                and h.split()[-1] not in words["not_after"]
            ]
        if len(candidates) == 1:
            self._take("text", candidates[0], "synonym")
            return candidates[0]
        if len(self.header) == 1 and not self.taken:
            self._take("text", 0, "only column")
            return 0
        if candidates:
            names = [self.header[i] for i in candidates]
            raise ColumnError(
                f"{self.where} has {len(names)} columns that could be the text: {', '.join(map(repr, names))}. "
                f'Name one or more: text="{names[0]}" or --text "{names[0]}"'
            )
        raise ColumnError(
            f"{self.where} has no column whose header says that it holds the text. Name it: text=... or --text ...; "
            f"{self._nearest('')}"
        )
