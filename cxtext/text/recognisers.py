"""Where personal data stands in a text.

Recognisers are data (``cxtext/data/pii``): a pattern, a base score, context words that raise it, a check and an
explanation, as in Presidio. Weak patterns have low scores and count only near a word that explains them. They do not
depend on the language, so that they can run before it is known.
"""

import re
import tomllib
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any

from cxtext.text import person_names
from cxtext.text.person_names import CONTEXT_WIDTH, FULL_NAME, NAME

_THRESHOLD = 0.5
_CONTEXT_BONUS = 0.4
_CONTEXT_BEHIND = 15
_JOINED = frozenset({"address", "name"})
# In the order in which an undecided number is tried: where German customers call from first.
_REGIONS = ("DE", "AT", "CH", "GB", "US")

_ANY_DIGIT = re.compile(r"\d")
_FOUR_DIGITS = re.compile(r"(?:[^\d]*\d){4}")
_SPECIAL_CASES = str.maketrans({"ı": "i", "İ": "i", "ſ": "s"})
_DATE = re.compile(
    r"(?<!\d)\d{1,2}\.(?:\s?[–-]\s?\d{1,2}\.)?\s?\d{1,2}\.|(?<!\d)\d{1,2}([/-])\d{1,2}\1\d{2,4}|\d{4}[./-]\d\d[./-]\d\d"
)


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
        pattern=re.compile(table["pattern"].replace("{FULL}", FULL_NAME).replace("{NAME}", NAME)),
        needs=table["needs"],
        hints=tuple(table.get("hints", ())),
        score=float(table["score"]),
        context=re.compile(rf"(?<![\w\[@])(?:{context})(?!\w)", re.IGNORECASE) if context else None,
        check=table.get("check"),
        explanation=table["explanation"],
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
    hits.extend(Hit("name", a, b, score, rule) for a, b, score, rule in person_names.find_listed(text))
    return joined(text, hits) if len(hits) > 1 else hits


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
            before, behind = text[max(0, start - CONTEXT_WIDTH) : start], text[end : end + _CONTEXT_BEHIND]
            if recogniser.context.search(before) or recogniser.context.search(behind):
                score += _CONTEXT_BONUS
        if recogniser.check is not None:
            start, end, score = _CHECKS[recogniser.check](text, start, end, score)
        if score >= _THRESHOLD and start < end:
            yield Hit(recogniser.type, start, end, score, recogniser.name)


def _merged(hits: Iterable[Hit]) -> Iterator[Hit]:
    """Join what overlaps of those types that have parts: a street and its town, a given name and a full one."""
    open_hits: dict[str, Hit] = {}
    for hit in sorted(hits, key=lambda h: (h.start, -h.end)):
        if hit.type not in _JOINED:
            yield hit
            continue
        last = open_hits.get(hit.type)
        if last is None or hit.start >= last.end:
            if last is not None:
                yield last
            open_hits[hit.type] = hit
        else:
            surer = max(last, hit, key=lambda h: h.score)
            open_hits[hit.type] = replace(surer, start=last.start, end=max(last.end, hit.end))
    yield from open_hits.values()


def _stripped(text: str, hit: Hit, start: int, end: int) -> Hit:
    """Give a part of a find without white space and punctuation at its edges."""
    while not text[start].isalnum():
        start += 1
    while not text[end - 1].isalnum():
        end -= 1
    return replace(hit, start=start, end=end)


def joined(text: str, hits: Iterable[Hit]) -> list[Hit]:
    """Put finds in order, without overlap: where they disagree, the surer and then the longer one stands."""
    kept: list[Hit] = []
    for hit in sorted(_merged(hits), key=lambda h: (-h.score, h.start - h.end, h.start, h.type)):
        place = bisect_left(kept, hit.start, key=lambda h: h.start)
        first = place - 1 if place and kept[place - 1].end > hit.start else place
        last = bisect_left(kept, hit.end, key=lambda h: h.start)
        if first == last:
            kept.insert(place, hit)
        elif hit.type in _JOINED:
            # What a surer find leaves of an address is still part of one.
            ends = [hit.start, *(x for h in kept[first:last] for x in (h.start, h.end)), hit.end]
            gaps = [(a, b) for a, b in zip(ends[::2], ends[1::2], strict=True) if any(map(str.isalnum, text[a:b]))]
            rest = [_stripped(text, hit, a, b) for a, b in gaps]
            kept[first:last] = sorted([*kept[first:last], *rest], key=lambda h: h.start)
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
    # A mistyped number is still somebody's, if it says its country.
    abroad = shown.startswith(("+", "00")) and sum(c.isdigit() for c in shown) >= 9
    return start, end, score + (0.5 if abroad else 0.1 if dialled else 0.0)


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


_NORTH_AMERICAN = re.compile(r"\(\d{3}\) ?\d{3}[-. ]\d{4}|\d{3}[-.]\d{3}[-.]\d{4}")

_CHECKS: Mapping[str, Callable[[str, int, int, float], tuple[int, int, float]]] = {
    "iban": _iban,
    "luhn": _luhn,
    "phone": _phone,
    "ip": _ip,
    "tax_id": _tax_id,
    "titled": person_names.titled,
    "introduced": person_names.introduced,
    "behind_role": person_names.behind_role,
    "speaking": person_names.speaking,
    "on_its_own": person_names.on_its_own,
}
