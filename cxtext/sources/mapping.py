"""Which column of a table is what: named by the caller, known from its export, or found by its header."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cxtext.errors import ColumnError, nearest
from cxtext.sources.columns import (
    CHANNELS,
    HEADER_ROLES,
    KNOWN_SCALES,
    SINGLE_ROLES,
    Columns,
    ScoreScale,
    names_text,
    plain_header,
    synonyms,
    without_remark,
)
from cxtext.sources.load_report import MappedColumn
from cxtext.sources.survey_export import SurveyExport

_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?")
# A question may be the name of its answers; what states something, in sentences or at length, is one.
_ASKS = re.compile(
    r"(?i:was|wie|warum|wieso|weshalb|welche[rsnm]?|wer|wo|wann|bitte|haben|hatten|würden|what|how|why|which|who|where"
    r"|when|please|did|do|does|would|is|are|any)\b|.*[?:]\s*$"
)
_STATES = re.compile(r".*[.!…]\s*$|[^,]*\w,\s\w|.*[.!]\s")
_LONG = 8


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """Columns of one table by position; ``found`` says how each was found, ``notes`` what was left open.

    ``survey`` is what is known of the table as the export of a survey tool.
    """

    text: tuple[int, ...]
    single: Mapping[str, int]
    constants: Mapping[str, str]
    scores: Mapping[str, tuple[int, ScoreScale]]
    segments: tuple[int, ...]
    found: tuple[MappedColumn, ...]
    notes: tuple[str, ...]
    survey: SurveyExport | None = None

    @property
    def used(self) -> tuple[int, ...]:
        """Positions of all mapped columns, in order."""
        scores = [i for i, _ in self.scores.values()]
        marks = self.survey.used if self.survey else set()
        return tuple(sorted({*self.text, *self.single.values(), *scores, *self.segments, *marks}))


def resolve(
    header: Sequence[str], columns: Columns, *, where: str, survey: SurveyExport | None = None
) -> ColumnMapping:
    """Find the columns of a table.

    Parameters
    ----------
    header
        The table's column names.
    columns
        What the caller named.
    where
        What to call the table in messages, e.g. its file name.
    survey
        What is known of the table as a survey tool's export; the caller's names win.

    Raises
    ------
    ColumnError
        If a named column is not there, or the text column cannot be told.
    """
    return _Resolver(header, columns, where, survey).mapping()


class _Resolver:
    """Holds what is taken while the roles are filled one after the other; named columns come first."""

    def __init__(self, header: Sequence[str], columns: Columns, where: str, survey: SurveyExport | None = None) -> None:
        self.survey = survey
        self.header = list(header)
        self.plain = [plain_header(h) for h in header]
        bare = [without_remark(h) for h in header]
        self.bare, self.ranges = [b for b, _ in bare], [r for _, r in bare]
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
        if self.survey is not None:
            text = self._from_survey(self.survey, text, single, constants, scores)
        for role in (*SINGLE_ROLES, *HEADER_ROLES):
            if role not in single and role not in constants and (position := self._by_header(role)) is not None:
                single[role] = position
        scores |= self._scores_by_header(set(scores))
        if not text:
            text = (self._text_by_header(),)
        found, notes = tuple(self.found), tuple(self.notes)
        return ColumnMapping(text, single, constants, scores, segments, found, notes, self.survey)

    def _from_survey(
        self,
        survey: SurveyExport,
        text: tuple[int, ...],
        single: dict[str, int],
        constants: dict[str, str],
        scores: dict[str, tuple[int, ScoreScale]],
    ) -> tuple[int, ...]:
        """Fill what the caller did not name with what the export itself says."""
        for role, index in survey.single.items():
            if role not in single and role not in constants and index not in self.taken:
                single[role] = index
                self._take(role, index, "export")
        if "channel" not in single and "channel" not in constants:
            constants["channel"] = "survey"
            self.found.append(MappedColumn("channel", "survey", "export"))
        taken = set(self.taken)
        for name, (index, scale) in survey.scores.items():
            if name not in scores and index not in taken:
                scores[name] = (index, scale)
                self._take(f"score {name}", index, "export")
        if not text:
            text = tuple(index for index in survey.text if index not in self.taken)
            for index in text:
                self._take("text", index, "export")
        return text

    def _take(self, role: str, index: int, how: Any) -> None:  # noqa: ANN401 (a Literal of MappedColumn)
        self.taken.add(index)
        self.found.append(MappedColumn(role, self.header[index], how))

    def _matches(self, name: str) -> list[int]:
        exact = [i for i, h in enumerate(self.header) if h == name]
        exact = exact or [i for i, h in enumerate(self.plain) if h == plain_header(name)]
        # The columns of a survey may have codes for names; the question is as good a name.
        asked = self.survey.questions.items() if self.survey else ()
        return exact or [i for i, question in asked if plain_header(question) == plain_header(name)]

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
        for role in SINGLE_ROLES:
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

    def _free(self, words: Sequence[str], *, remarks: bool = False) -> list[int]:
        """Give the columns with these headers; with ``remarks``, else those with a range or a remark behind them."""
        found = [i for i, h in enumerate(self.plain) if h in words and i not in self.taken]
        if remarks and not found:
            found = [i for i, h in enumerate(self.bare) if h in words and i not in self.taken]
        return found

    def _by_header(self, role: str) -> int | None:
        candidates = self._free(synonyms()[role]["exact"], remarks=role == "time")
        if len(candidates) == 1:
            self._take(role, candidates[0], "synonym")
            return candidates[0]
        if candidates:
            names = ", ".join(repr(self.header[i]) for i in candidates)
            how = "" if role in HEADER_ROLES else f" Name one: {role}=..."
            self.notes.append(f"{self.where}: {names} could each be the {role}; none was taken.{how}")
        return None

    def _scores_by_header(self, named: set[str]) -> dict[str, tuple[int, ScoreScale]]:
        found: dict[str, tuple[int, ScoreScale]] = {}
        for name, words in synonyms()["scores"].items():
            candidates = self._free(words, remarks=True) if name not in named else []
            if len(candidates) == 1:
                index, column = candidates[0], self.header[candidates[0]]
                scale = self.ranges[index] or KNOWN_SCALES[name]
                if scale[0] > scale[1] or (name == "nps" and scale != KNOWN_SCALES[name]):
                    self.notes.append(
                        f"{self.where}: column {column!r} was not taken for {name}, which usually runs from "
                        f"{KNOWN_SCALES[name][0]} to {KNOWN_SCALES[name][1]}. Give its range: "
                        f"--score NAME={column}:WORST..BEST"
                    )
                    continue
                self._take(f"score {name}", index, "synonym")
                found[name] = (index, ScoreScale(column, *scale, given=False))
            elif candidates:
                names = ", ".join(repr(self.header[i]) for i in candidates)
                self.notes.append(f"{self.where}: {names} could each be {name}; none was taken. Name one.")
        for index in self._free(synonyms()["unranged_scores"]["exact"], remarks=True):
            column = self.header[index]
            unknown = "which end of its range is the good one" if self.ranges[index] else "its range"
            self.notes.append(
                f"{self.where}: column {column!r} looks like a score; it was not taken, since {unknown} is not known. "
                f"Give it: --score {self.bare[index]}={column}:WORST..BEST"
            )
        return found

    def _text_by_header(self) -> int:
        candidates = self._free(synonyms()["text"]["exact"])
        if not candidates:
            candidates = [i for i, h in enumerate(self.plain) if i not in self.taken and names_text(h)]
        if len(candidates) == 1:
            self._take("text", candidates[0], "synonym")
            return candidates[0]
        if len(self.header) == 1 and not self.taken:
            if _reads_like_a_text(self.header[0]):
                raise ColumnError(
                    f"{self.where} has one column, and its first row reads like a text, not like a name. Put a row "
                    "with a name above it, such as comment, or say that it is the name: text=... or --text ..."
                )
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


def _reads_like_a_text(header: str) -> bool:
    words = header.split()
    if len(words) < 3 or _ASKS.match(header) is not None:
        return False
    return len(words) >= _LONG or _STATES.match(header) is not None
