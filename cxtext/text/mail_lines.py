"""The lines of a mail, and the expressions that tell what a line is."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache

from cxtext.config import read_data
from cxtext.documents import Kind

# Regular expressions see no more of a line than this.
LONGEST_LINE = 400
# Lines with more words than this, or that end like a sentence, are somebody speaking.
_SIGNATURE_WORDS = 9

_LINE = re.compile(r"[^\r\n\x0b\x0c\x85\u2028\u2029]+")
_QUOTE = re.compile(r"[ \t]*(?:(?:>|\|(?=\s)|&gt;)[ \t]?)+")
_SENTENCE_END = re.compile(r"[.!?…][\"'”“»)]*$")
# Degrees and forms of companies end in a full stop too.
_ABBREVIATION = re.compile(r"\b(?:Ph\.?D|M\.?D|M\.?Sc|B\.?Sc|[BM]\.?A|Jr|Sr|Inc|Ltd|Co|e\. ?V|h\. ?c)\.$")
_POSTSCRIPT = re.compile(r"P\.? ?S\.?\b ?[:.]?", re.IGNORECASE)
# Redaction leaves "[NAME]" or "[NAME_2]" where a name stood.
_PLACEHOLDER = r"\[[A-Z_]{2,30}\d{0,4}\]"
_NAME = rf"(?-i:[A-ZÄÖÜ][\w'’.-]*|{_PLACEHOLDER})"
_TITLES = r"(?:(?:Dr|Prof|Mag|Dipl|Ing|DI|Frau|Herr|Mr|Mrs|Ms)\.?[ -]*){0,4}"
_NAME_LINE = re.compile(
    rf"{_TITLES}(?:(?:[A-ZÄÖÜ][\w'’.-]{{0,30}}|{_PLACEHOLDER})[ ,&]{{0,3}}(?:(?:und|and) )?){{1,4}}"
    r"(?:\([^)]{1,20}\))?"
)
# Spaces outside a character class; those before a quantifier stand for one character.
_SPACE = re.compile(r"(\[(?:\\.|[^\]\\])*\])|( )(?![?*+{])|( )")


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is not blank: where its words stand, what they are, and how it is quoted."""

    start: int
    end: int
    words: str
    quoted: bool
    after_blank: bool


@dataclass(slots=True)
class Marking:
    """What is known so far of each line: its kind, null for the customer's own words.

    A line may also be a greeting up to a character, or a closing from one on.
    """

    lines: Sequence[Line]
    kinds: list[Kind | None] = field(init=False)
    greeting_end: dict[int, int] = field(default_factory=dict)
    closing_start: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.kinds = [None] * len(self.lines)

    def own(self) -> list[int]:
        """Give the lines that are the customer's own as far as is known."""
        return [i for i, kind in enumerate(self.kinds) if kind is None]


@dataclass(frozen=True, slots=True)
class Patterns:
    """Compiled from ``replies.toml``, which says what each is."""

    original: re.Pattern[str]
    forwarded: re.Pattern[str]
    attribution: re.Pattern[str]
    told: re.Pattern[str]
    weak_attribution: re.Pattern[str]
    header: re.Pattern[str]
    first_fields: frozenset[str]
    forwarded_subject: re.Pattern[str]
    greeting: re.Pattern[str]
    greeting_before: re.Pattern[str]
    not_greeting: re.Pattern[str]
    closing: re.Pattern[str]
    weak_closing: re.Pattern[str]
    closing_behind: re.Pattern[str]
    delimiter: re.Pattern[str]
    program: re.Pattern[str]
    contact: re.Pattern[str]
    position: re.Pattern[str]
    organisation: re.Pattern[str]
    not_name: re.Pattern[str]
    thanks: re.Pattern[str]
    disclaimer: re.Pattern[str]
    given_names: frozenset[str]


def split_lines(text: str) -> list[Line]:
    """Give the lines of a text that are not blank, without quotation marks and edge white space."""
    lines = []
    previous_end = 0
    for match in _LINE.finditer(text):
        quote = _QUOTE.match(text, match.start(), match.end())
        start, end = quote.end() if quote else match.start(), match.end()
        while start < end and text[start].isspace():
            start += 1
        while end > start and text[end - 1].isspace():
            end -= 1
        if start == end and quote is None:
            continue
        gap = text[previous_end : match.start()]
        blank = gap.count("\n") > 1 or (gap.count("\n") == 0 and len(gap) > 1)
        outer = match.start() if quote else start
        words = text[start : min(end, start + LONGEST_LINE)]
        lines.append(Line(outer, max(end, outer), words, quote is not None, blank))
        previous_end = match.end()
    return lines


def is_prose(words: str) -> bool:
    """Tell whether a line reads like somebody speaking, and not like a part of a signature."""
    return len(words.split()) > _SIGNATURE_WORDS or ends_sentence(words) or is_postscript(words)


def ends_sentence(words: str) -> bool:
    """Tell whether a line ends like a sentence."""
    return _SENTENCE_END.search(words) is not None and _ABBREVIATION.search(words) is None


def is_postscript(words: str) -> bool:
    """Tell whether a line begins with P.S."""
    return _POSTSCRIPT.match(words) is not None


def is_name(words: str) -> bool:
    """Tell whether a line could be a name: up to four words with capitals, perhaps behind titles."""
    return _NAME_LINE.fullmatch(words) is not None


def _spaced(pattern: str) -> str:
    def space(match: re.Match[str]) -> str:
        if match[1]:
            return match[1].replace(" ", r"\s")
        return r"\s+" if match[2] else r"\s"

    return _SPACE.sub(space, pattern).replace("{NAME}", _NAME)


def _one_of(patterns: Iterable[str]) -> str:
    return "(?:" + "|".join(f"(?:{_spaced(p)})" for p in patterns) + ")"


def _compiled(patterns: Iterable[str], flags: int = re.IGNORECASE) -> re.Pattern[str]:
    return re.compile(_one_of(patterns), flags)


@cache
def patterns() -> Patterns:
    """Read and compile the expressions, once."""
    table = read_data("replies.toml")
    names = read_data("pii/names.toml")
    header, signature, greeting, closing = table["header"], table["signature"], table["greeting"], table["closing"]
    fields = "|".join(re.escape(f) for f in sorted(header["first"] + header["more"], key=len, reverse=True))
    greetings = _one_of(greeting["patterns"])
    strong, weak = _one_of(closing["patterns"]), _one_of(closing["weak"])
    # Emoticons and punctuation may stand around; a question is none.
    edge = r"[^\w?\[\]]*"
    return Patterns(
        original=_compiled(table["separators"]["original"]),
        forwarded=_compiled(table["separators"]["forwarded"]),
        attribution=_compiled(table["attribution"]["clear"]),
        told=re.compile(table["attribution"]["told"], re.IGNORECASE),
        weak_attribution=_compiled(table["attribution"]["weak"]),
        header=re.compile(rf"[* ]*({fields})\s?\*?\s?:\*?(?=\s|$|\*)", re.IGNORECASE),
        first_fields=frozenset(f.lower() for f in header["first"]),
        forwarded_subject=re.compile(header["forwarded"], re.IGNORECASE),
        greeting=re.compile(
            f"(?:{greetings}(?:[,!]?\\s+{_one_of(greeting['more'])})?|{_spaced(greeting['line'])}){edge}", re.IGNORECASE
        ),
        greeting_before=re.compile(
            f"{greetings}(?:,\\s+{_one_of(greeting['more'])})?\\s?[,!]\\s*(?=[^\\s,!])", re.IGNORECASE
        ),
        not_greeting=_compiled(greeting["not"]),
        closing=re.compile(f"[-–—*\\s]*{strong}{edge}", re.IGNORECASE),
        weak_closing=re.compile(f"[-–—*\\s]*{weak}{edge}", re.IGNORECASE),
        closing_behind=re.compile(
            rf"(?:(?<=[.!?,;:)*…])\s*|{_one_of(closing['before'])}\s)(?P<closing>{_one_of(closing['behind'])}{edge})$",
            re.IGNORECASE,
        ),
        delimiter=_compiled(signature["delimiters"]),
        program=_compiled(signature["programs"]),
        contact=_compiled(signature["contact"]),
        position=re.compile(_one_of(signature["position"])),
        organisation=re.compile(_one_of(signature["organisation"])),
        not_name=_compiled([signature["not_names"]]),
        thanks=_compiled(closing["thanks"]),
        disclaimer=_compiled(table["disclaimer"]["patterns"], re.IGNORECASE | re.MULTILINE),
        given_names=frozenset(names["words"]["given"].casefold().split()),
    )
