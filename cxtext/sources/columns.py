"""Which columns of a table the caller names, and the words by which columns are found."""

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from os import PathLike
from types import MappingProxyType
from typing import Any, Self, get_args

from cxtext.config import read_data, read_toml
from cxtext.documents import Channel
from cxtext.errors import ConfigError, InputTypeError, InputValueError, nearest

# (worst, best) of the scores whose scale is settled. CES is asked as "made it easy": 7 is the least effort.
KNOWN_SCALES: Mapping[str, tuple[float, float]] = MappingProxyType(
    {"nps": (0, 10), "csat": (1, 5), "ces": (1, 7), "stars": (1, 5)}
)
CHANNELS: tuple[str, ...] = get_args(Channel)
SINGLE_ROLES = ("id", "question", "channel", "time", "customer", "language")
# Found by their headers alone; under any other name they can be columns to compare by.
HEADER_ROLES = ("case_status",)
# "NPS (0-10)", "Zufriedenheit 1 bis 5", and any other remark in brackets at the end.
_RANGE = re.compile(r"(?<![\w.,-])(\d{1,3})\s*(?:-|–|—|bis|to|\.{2,3}|…)\s*(\d{1,3})\s*[)\]]?\s*$", re.IGNORECASE)
_REMARK = re.compile(r"[(\[][^()\[\]]*[)\]]?\s*$")
_SCORE_OPTION = re.compile(
    r"(?P<name>[^=]+)=(?P<column>.+?)(?::(?P<worst>[+-]?\d+(?:[.,]\d+)?)\.\.(?P<best>[+-]?\d+(?:[.,]\d+)?))?"
)


@dataclass(frozen=True, slots=True)
class ScoreScale:
    """A score's column and the two ends of its scale.

    ``worst`` may be larger than ``best``, as for German school grades. Values stay in the user's own units. ``given``
    is false for the usual range of a score that was named without one.
    """

    column: str
    worst: float
    best: float
    given: bool = field(default=True, repr=False, compare=False)

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
            listed = isinstance(value, Iterable) and not isinstance(value, str | bytes | Mapping)
            names = tuple(value) if listed else () if value is None else (value,)
            if not all(isinstance(n, str) for n in names):
                raise InputTypeError(f"Columns.{name} must be names of columns, got {type(value).__name__}")
            object.__setattr__(self, name, tuple(dict.fromkeys(names)))
        for name in SINGLE_ROLES:
            value = getattr(self, name)
            if value is not None and not isinstance(value, str):
                raise InputTypeError(f"Columns.{name} must be a str or null, got {type(value).__name__}")
        if not isinstance(self.scores, Mapping):
            raise InputTypeError(f"Columns.scores must be a mapping, got {type(self.scores).__name__}")
        scales = {name: _scale(name, value) for name, value in self.scores.items()}
        object.__setattr__(self, "scores", MappingProxyType(scales))

    @classmethod
    def from_toml(cls, path: str | PathLike[str]) -> Self:
        """Read a mapping file: the table ``[columns]`` of a TOML file, or the whole file if it has none.

        Its keys are the parameters above; a score is the name of a column, or a table with ``column``, ``worst`` and
        ``best``::

            [columns]
            text = ["Was war gut?", "Was war schlecht?"]
            time = "Eingang"

            [columns.scores]
            nps = "Frage 1"
            grade = { column = "Schulnote", worst = 6, best = 1 }

        Raises
        ------
        ConfigError, InputTypeError, InputValueError
            If the file cannot be read, has an unknown key, or a value is not allowed.
        """
        content = read_toml(path)
        return cls.from_values(content.get("columns", content), where=str(path))

    @classmethod
    def from_values(cls, values: object, *, where: str) -> Self:
        """Build columns from plain values, as :meth:`from_toml` reads them; ``where`` names them in messages.

        >>> values = {"text": "Kommentar", "scores": {"grade": {"column": "Schulnote", "worst": 6, "best": 1}}}
        >>> Columns.from_values(values, where="map.toml").scores["grade"].holds(2)
        True
        """
        if not isinstance(values, Mapping):
            raise ConfigError(f"{where}: columns must be a table, got {type(values).__name__}")
        for key in values:
            if key not in cls.__dataclass_fields__:
                raise ConfigError(f"{where}: columns has no key {key!r}; {nearest(key, cls.__dataclass_fields__)}")
        scores = values.get("scores", {})
        if not isinstance(scores, Mapping):
            raise ConfigError(f"{where}: columns.scores must be a table, got {type(scores).__name__}")
        return cls(**{**values, "scores": {name: _score_table(name, s, where) for name, s in scores.items()}})

    def __reduce__(self) -> tuple[Any, ...]:
        # A MappingProxyType cannot be pickled; worker processes need the columns.
        names = ("text", "id", "question", "channel", "time", "segments", "customer", "language")
        state = {name: getattr(self, name) for name in names}
        return _rebuild, ({**state, "scores": dict(self.scores)},)


def _score_table(name: str, score: object, where: str) -> object:
    if not isinstance(score, Mapping):
        return score
    if set(score) != {"column", "worst", "best"}:
        raise ConfigError(
            f"{where}: columns.scores.{name} needs column, worst and best, got {', '.join(score) or 'none'}"
        )
    return score["column"], score["worst"], score["best"]


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
        return ScoreScale(value, *KNOWN_SCALES[name], given=False)
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


@cache
def synonyms() -> Mapping[str, Any]:
    """Header words by role, from ``data/column_synonyms.toml``."""
    return read_data("column_synonyms.toml")


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


def without_remark(header: str) -> tuple[str, tuple[float, float] | None]:
    """Take the range of a scale, or a remark in brackets, off the end of a header; gives the rest and the range.

    The rest has the spelling of the synonyms.

    Examples
    --------
    >>> without_remark("NPS (0-10)"), without_remark("Zufriedenheit 1 bis 5"), without_remark("Date (UTC)")
    (('nps', (0.0, 10.0)), ('zufriedenheit', (1.0, 5.0)), ('date', None))
    """
    spread = _RANGE.search(header)
    rest = _REMARK.sub("", header[: spread.start()] if spread else header)
    ends = [float(end) for end in spread.groups()] if spread else []
    return plain_header(rest), (ends[0], ends[1]) if ends and ends[0] != ends[1] else None


def is_text_header(plain: str) -> bool:
    """Say whether a header, in the spelling of the synonyms, says that its column holds texts.

    >>> is_text_header("ihr feedback"), is_text_header("kommentar id"), is_text_header("filiale")
    (True, False, False)
    """
    words = synonyms()["text"]
    return plain in words["exact"] or names_text(plain)


def is_known_header(cell: object) -> bool:
    """Say whether a cell is the header of a column that would be taken.

    >>> is_known_header("Kommentar"), is_known_header("NPS"), is_known_header("Stand 2026"), is_known_header(3)
    (True, True, False, False)
    """
    if not isinstance(cell, str):
        return False
    words, plain, (bare, _) = synonyms(), plain_header(cell), without_remark(cell)
    single = any(plain in words[role]["exact"] for role in SINGLE_ROLES)
    scored = any(bare in score for score in (*words["scores"].values(), words["unranged_scores"]["exact"]))
    return single or scored or bare in words["time"]["exact"] or is_text_header(plain)


def names_text(plain: str) -> bool:
    """Say whether a header contains a word for texts, and is not about something else, as an id or a date is."""
    words, own = synonyms()["text"], plain.split()
    return bool(set(own) & set(words["words"])) and own[-1] not in words["not_after"]
