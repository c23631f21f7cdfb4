"""Where personal data stands in a text.

Recognisers are data (``cxtext/data/pii``): a pattern, a base score, context words that raise it, a check and an
explanation, as in Presidio. Weak patterns have low scores and count only near a word that explains them. They do not
depend on the language, so that they can run before it is known.
"""

import re
import tomllib
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

_THRESHOLD = 0.5
_CONTEXT_BONUS = 0.4
_CONTEXT_WIDTH = 40
# In the order in which an undecided number is tried: where German customers call from first.
_REGIONS = ("DE", "AT", "CH", "GB", "US")

_ANY_DIGIT = re.compile(r"\d")
_FOUR_DIGITS = re.compile(r"(?:[^\d]*\d){4}")
_CAPITALISED = re.compile(r"(?<![\w@#./-])[A-ZÄÖÜÉÅØÇŞÖ][^\W\d_]+")
_LOWER_TITLE = re.compile(r"\b(?:herrn?|frau|mister|mrs|mr|miss)\s([^\W\d_]{3,20})\b")
_LOWER_TITLES = ("herr", "frau", "mister", "mr", "miss")
_SPECIAL_CASES = str.maketrans({"ı": "i", "İ": "i", "ſ": "s"})
_NAME = r"[A-ZÄÖÜÅØÉÈČŠŽŞÇ][^\W\d_]*(?:['’-][A-ZÄÖÜa-zäöü]?[^\W\d_]+)*(?:(?<=\b\w)\.)?"
_LEADING = r"(?:(?:von|van|de|del|da|di)\s(?:der\s)?)?"
_PARTICLE = r"(?:(?:von|van|de|der|zu|zur|vom|del|da|di)\s){0,2}"
_FULL = rf"{_LEADING}{_NAME}(?:[ \t]{_PARTICLE}{_NAME}){{0,3}}"
_WORD = re.compile(r"[^\s]+")
_DATE = re.compile(
    r"(?<!\d)\d{1,2}\.(?:\s?[–-]\s?\d{1,2}\.)?\s?\d{1,2}\.|(?<!\d)\d{1,2}([/-])\d{1,2}\1\d{2,4}|\d{4}[./-]\d\d[./-]\d\d"
)
_PARTICLES = frozenset({"von", "van", "de", "der", "zu", "zur", "vom", "del", "da", "di"})


@dataclass(frozen=True, slots=True)
class Hit:
    """Personal data in a text: what, where, how sure, and which recogniser says so."""

    type: str
    start: int
    end: int
    score: float
    recogniser: str


@dataclass(frozen=True, slots=True)
class Recogniser:
    """One way to recognise a type of personal data."""

    name: str
    type: str
    pattern: re.Pattern[str]
    needs: str
    hints: tuple[str, ...]
    score: float
    context: re.Pattern[str] | None
    check: str | None
    explanation: str


@dataclass(frozen=True, slots=True)
class _Names:
    given: frozenset[str]
    not_names: frozenset[str]
    not_surnames: frozenset[str]
    surnames: frozenset[str]
    surname_behind: re.Pattern[str]
    before: re.Pattern[str]
    score: float


@cache
def recognisers() -> tuple[Recogniser, ...]:
    """Give all recognisers that have a pattern, in a fixed order."""
    return tuple(
        _recogniser(table) for name in ("numbers", "addresses", "names") for table in _table(name)["recognisers"]
    )


def _table(name: str) -> Mapping[str, Any]:
    return tomllib.loads((files("cxtext.data") / "pii" / f"{name}.toml").read_text(encoding="utf-8"))


def _recogniser(table: Mapping[str, Any]) -> Recogniser:
    context = "|".join(re.escape(word) for word in table.get("context", ()))
    return Recogniser(
        name=table["name"],
        type=table["type"],
        pattern=re.compile(table["pattern"].replace("{FULL}", _FULL).replace("{NAME}", _NAME)),
        needs=table["needs"],
        hints=tuple(table.get("hints", ())),
        score=float(table["score"]),
        context=re.compile(rf"(?<![\w\[])(?:{context})(?!\w)", re.IGNORECASE) if context else None,
        check=table.get("check"),
        explanation=table["explanation"],
    )


@cache
def _names() -> _Names:
    table = _table("names")
    words, given = table["words"], table["given"]
    return _Names(
        given=frozenset(words["given"].split()),
        not_names=frozenset(words["not_names"].split()),
        not_surnames=frozenset((words["surname_like_words"] + words["not_names"]).split()),
        surnames=frozenset(words["surnames"].split()),
        surname_behind=re.compile(given["surname"]),
        before=re.compile(given["before"]),
        score=float(given["score"]),
    )


def find(text: str) -> list[Hit]:
    """Find personal data.

    Parameters
    ----------
    text
        Any text, of any language.

    Returns
    -------
    Hits in order, without overlap: where several recognisers disagree, the surer and then the longer one stands.

    Examples
    --------
    >>> [(h.type, h.start, h.end) for h in find("Bitte an max@example.org oder 0170 1234567, Kundennummer 4711-08")]
    [('email', 9, 24), ('phone', 30, 42), ('reference', 57, 64)]
    >>> [(h.type, h.start, h.end) for h in find("Thanks to Sarah, order no. 12345")]
    [('name', 10, 15), ('reference', 27, 32)]
    """
    # Most texts hold no digit, or one small number: they are spared most expressions.
    digit = _ANY_DIGIT.search(text) is not None
    digits = digit and _FOUR_DIGITS.match(text) is not None
    lower = _lower(text)
    hits: list[Hit] = []
    for recogniser in _worth_trying(at="@" in text, line="\n" in text, digit=digit, digits=digits):
        if (not recogniser.hints or _any_in(recogniser.hints, lower)) and recogniser.pattern.search(text) is not None:
            hits.extend(_matches(recogniser, text))
    hits.extend(_given_names(text))
    if _any_in(_LOWER_TITLES, text):
        hits.extend(_lower_names(text))
    return _without_overlap(hits) if len(hits) > 1 else hits


@cache
def _worth_trying(*, at: bool, line: bool, digit: bool, digits: bool) -> tuple[Recogniser, ...]:
    """Give the recognisers for texts that hold this."""
    has = {"at": at, "line": line, "digit": digit, "digits": digits, "any": True}
    return tuple(r for r in recognisers() if has[r.needs])


def _lower(text: str) -> str:
    """Lower a text, also the letters that only an expression without regard to case takes for an "i" or an "s"."""
    if "ı" in text or "İ" in text or "ſ" in text:
        return text.translate(_SPECIAL_CASES).lower()
    return text.lower()


def _any_in(parts: Iterable[str], text: str) -> bool:
    # A loop, because a generator for "any" costs more than the search itself.
    for part in parts:  # noqa: SIM110
        if part in text:
            return True
    return False


def _matches(recogniser: Recogniser, text: str) -> Iterator[Hit]:
    group = "value" if "value" in recogniser.pattern.groupindex else 0
    for match in recogniser.pattern.finditer(text):
        start, end = match.span(group)
        score = recogniser.score
        if recogniser.context is not None:
            before = text[max(0, start - _CONTEXT_WIDTH) : start]
            if recogniser.context.search(before):
                score += _CONTEXT_BONUS
        if recogniser.check is not None:
            start, end, score = _CHECKS[recogniser.check](text, start, end, score)
        if score >= _THRESHOLD and start < end:
            yield Hit(recogniser.type, start, end, score, recogniser.name)


def _without_overlap(hits: Iterable[Hit]) -> list[Hit]:
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda h: (-h.score, h.start - h.end, h.start, h.type)):
        place = bisect_left(kept, hit.start, key=lambda h: h.start)
        free_before = place == 0 or kept[place - 1].end <= hit.start
        if free_before and (place == len(kept) or hit.end <= kept[place].start):
            kept.insert(place, hit)
    return kept


def _iban(text: str, start: int, end: int, score: float) -> tuple[int, int, float]:
    """Keep the longest beginning that is a valid IBAN; words behind it look like part of it."""
    from schwifty import IBAN
    from schwifty.exceptions import SchwiftyException

    stop = end
    while stop - start >= 15:
        if not text[stop - 1].isalnum():
            stop -= 1
            continue
        try:
            IBAN(re.sub(r"\W", "", text[start:stop]))
        except (SchwiftyException, ValueError):
            stop -= 1
        else:
            return start, stop, score
    return start, end, 0.0


def _luhn(text: str, start: int, end: int, score: float) -> tuple[int, int, float]:
    digits = [int(c) for c in text[start:end] if c.isdigit()]
    doubled = [sum(divmod(2 * d, 10)) for d in digits[-2::-2]]
    return start, end, score if (sum(doubled) + sum(digits[-1::-2])) % 10 == 0 and any(digits) else 0.0


def _phone(text: str, start: int, end: int, score: float) -> tuple[int, int, float]:
    import phonenumbers

    while end > start and not text[end - 1].isdigit():
        end -= 1
    shown = text[start:end]
    if _DATE.search(shown) or sum(c.isdigit() for c in shown) < 6:
        return start, end, 0.0
    # A number with its trunk zero or country code says by itself what it is; 3-3-4 digits do so in North America.
    dialled = shown.lstrip("( ").startswith(("+", "0")) or _NORTH_AMERICAN.fullmatch(shown) is not None
    for region in _REGIONS:
        try:
            valid = phonenumbers.is_valid_number(phonenumbers.parse(shown, region))
        except phonenumbers.NumberParseException:
            return start, end, 0.0
        if valid:
            return start, end, score + (0.6 if dialled else 0.0)
    return start, end, score + (0.1 if dialled else 0.0)


def _ip(text: str, start: int, end: int, score: float) -> tuple[int, int, float]:
    octets = [int(part) for part in text[start:end].split(".")]
    if max(octets) > 255 or octets[0] == 0:
        return start, end, 0.0
    # "Version 2.10.0.1" has small parts only.
    return start, end, score + (0.3 if min(octets[0], max(octets[1:])) > 30 else 0.0)


def _tax_id(text: str, start: int, end: int, score: float) -> tuple[int, int, float]:
    """Check a German tax id (ISO 7064, MOD 11,10)."""
    digits = [int(c) for c in text[start:end] if c.isdigit()]
    product = 10
    for digit in digits[:10]:
        total = (digit + product) % 10 or 10
        product = 2 * total % 11
    return start, end, score if (11 - product) % 10 == digits[10] and digits[0] else 0.0


def _titled(text: str, start: int, end: int, score: float) -> tuple[int, int, float]:
    """Cut words that follow a name in a sentence: „Frau Weiß Termin"."""
    names = _names()
    words = [(start + m.start(), start + m.end()) for m in _WORD.finditer(text[start:end])]
    kept = end
    for i, (a, b) in enumerate(words):
        word = text[a:b].rstrip(".")
        if word in names.not_names:
            kept = words[i - 1][1] if i else start
            break
        earlier = [text[x:y] for x, y in words[:i]]
        particle = bool(earlier) and earlier[-1] in _PARTICLES
        if i and not particle and word not in _PARTICLES and earlier[-1] not in names.given and len(word) > 1:
            kept = words[i - 1][1]
            break
    while words and kept > start and text[:kept].rsplit(None, 1)[-1] in _PARTICLES:
        kept = len(text[start:kept].rstrip().rpartition(" ")[0]) + start
    return start, kept, score


def _introduced(text: str, start: int, end: int, score: float) -> tuple[int, int, float]:
    names = _names()
    words = [(start + m.start(), start + m.end()) for m in _WORD.finditer(text[start:end])]
    stop = start
    for a, b in words:
        if text[a:b] in names.not_surnames:
            break
        stop = b
    return start, stop, score


def _given_names(text: str) -> Iterator[Hit]:
    names = _names()
    if names.given.isdisjoint(_CAPITALISED.findall(text)):
        return
    after = 0
    for match in _CAPITALISED.finditer(text):
        if match.start() < after or match.group() not in names.given:
            continue
        start, end = match.span()
        behind = names.surname_behind.match(text, end)
        if behind:
            for word in _WORD.finditer(behind.group()):
                if word.group() in names.not_surnames:
                    break
                if word.group() not in _PARTICLES:
                    after = end + word.end()
        if after > end:
            yield Hit("name", start, after, names.score, "given_and_surname")
        elif names.before.search(text[max(0, start - _CONTEXT_WIDTH) : start]):
            yield Hit("name", start, end, names.score, "given")


def _lower_names(text: str) -> Iterator[Hit]:
    """Names in texts without capitals, as speech recognition writes them."""
    for match in _LOWER_TITLE.finditer(text):
        if match.group(1) in _names().surnames:
            yield Hit("name", *match.span(1), 0.8, "lower_surname")


_NORTH_AMERICAN = re.compile(r"\(\d{3}\) ?\d{3}[-. ]\d{4}|\d{3}[-.]\d{3}[-.]\d{4}")

_CHECKS: Mapping[str, Callable[[str, int, int, float], tuple[int, int, float]]] = {
    "iban": _iban,
    "luhn": _luhn,
    "phone": _phone,
    "ip": _ip,
    "tax_id": _tax_id,
    "titled": _titled,
    "introduced": _introduced,
}
