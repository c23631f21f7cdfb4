"""Where personal data stands in a text.

Recognisers are data (``cxtext/data/pii``): a pattern, a base score, context words that raise it, a check and an
explanation, as in Presidio. Weak patterns have low scores and count only near a word that explains them. They do not
depend on the language, so that they can run before it is known.
"""

import re
from bisect import bisect_left
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from cxtext.config import read_data
from cxtext.text import (
    address_checks,
    address_parts,
    address_reading,
    english_addresses,
    name_checks,
    number_checks,
    person_names,
)
from cxtext.text.expression_needs import needs_met
from cxtext.text.name_lists import CONTEXT_WIDTH, FULL_NAME, NAME, telling

_THRESHOLD = 0.5
_CONTEXT_BONUS = 0.4
_CONTEXT_BEHIND = 25
_JOINED = frozenset({"address", "name"})
_LEFT_OVER = frozenset({"address", "name", "reference", "tax_id"})
_NAME_WORD = re.compile(rf"(?<![\w@#./-]){NAME}(?<!['’]s)(?![\w-])|(?<![\w@#./-]){NAME}(?=['’]s(?!\w))")
_PART = re.compile(r"\{([A-Z]+)\}")
_SPECIAL_CASES = str.maketrans({"ı": "i", "İ": "i", "ſ": "s"})


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
        _recogniser(table, parts={"FULL": FULL_NAME, "NAME": NAME, **_table(name).get("parts", {})})
        for name in ("numbers", "addresses", "addresses_english", "names")
        for table in _table(name)["recognisers"]
    )


def _table(name: str) -> Mapping[str, Any]:
    return read_data(f"pii/{name}.toml")


def _recogniser(table: Mapping[str, Any], *, parts: Mapping[str, str]) -> Recogniser:
    context = "|".join(re.escape(word) for word in table.get("context", ()))
    return Recogniser(
        name=table["name"],
        type=table["type"],
        pattern=re.compile(_PART.sub(lambda match: parts[match.group(1)], table["pattern"])),
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
    lower = _lower(text)
    hits: list[Hit] = []
    held = needs_met(text)
    for recogniser in _worth_trying(held):
        if recogniser.hints and not _any_in(recogniser.hints, lower):
            continue
        if recogniser.pattern.search(text) is not None:
            hits.extend(_matches(recogniser, text))
    if "digit" in held:
        hits.extend(Hit("address", a, b, score, "read") for a, b, score in address_reading.find_addresses(text))
    hits = _whole_addresses(text, hits)
    hits.extend(Hit("name", a, b, score, rule) for a, b, score, rule in person_names.find_listed(text))
    hits.extend(_again(text, hits))
    return joined(text, hits) if len(hits) > 1 else hits


def _whole_addresses(text: str, hits: list[Hit]) -> list[Hit]:
    """Put the parts of addresses together, with what stands in front of them."""
    parts = list(_merged(h for h in hits if h.type == "address"))
    if not parts:
        return hits
    whole: list[Hit] = []
    rest = deque(parts)
    for start, end in address_parts.widened(text, [(h.start, h.end) for h in parts]):
        inside = []
        while rest and rest[0].start < end:
            inside.append(rest.popleft())
        whole.append(replace(max(inside, key=lambda h: h.score), start=start, end=end))
    return [*(h for h in hits if h.type != "address"), *whole]


def _again(text: str, hits: Iterable[Hit]) -> list[Hit]:
    """Find the parts of full names elsewhere: whoever was called by both names is later called by one."""
    full = {text[h.start : h.end] for h in hits if h.type == "name" and " " in text[h.start : h.end]}
    words = {word for name in full for word in telling(name)}
    if not words:
        return []
    return [
        Hit("name", m.start(), m.end(), _THRESHOLD, "again") for m in _NAME_WORD.finditer(text) if m.group() in words
    ]


@cache
def _worth_trying(held: frozenset[str]) -> tuple[Recogniser, ...]:
    """Give the recognisers for texts that hold this."""
    return tuple(r for r in recognisers() if r.needs in held)


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
        elif hit.type in _LEFT_OVER:
            # What a surer find leaves of an address or of a long number is still part of one.
            ends = [hit.start, *(x for h in kept[first:last] for x in (h.start, h.end)), hit.end]
            gaps = [(a, b) for a, b in zip(ends[::2], ends[1::2], strict=True) if any(map(str.isalnum, text[a:b]))]
            rest = [_stripped(text, hit, a, b) for a, b in gaps]
            kept[first:last] = sorted([*kept[first:last], *rest], key=lambda h: h.start)
    return kept


_CHECKS: Mapping[str, Callable[[str, int, int, float], tuple[int, int, float]]] = {
    "address": address_checks.address,
    "street_and_number": address_checks.street_and_number,
    "town_in_english": address_checks.town_in_english,
    "number_and_names": address_checks.number_and_names,
    "street_in_english": address_checks.street_in_english,
    "number_and_street": address_checks.number_and_street,
    "english_street": english_addresses.english_street,
    "number_and_place": english_addresses.number_and_place,
    "flat": english_addresses.flat,
    "street_small": english_addresses.street_small,
    "named_place": english_addresses.named_place,
    "town_before": english_addresses.town_before,
    "behind_town": english_addresses.behind_town,
    "town_with_district": english_addresses.town_with_district,
    "town_line": english_addresses.town_line,
    "town_small": english_addresses.town_small,
    "indian": english_addresses.indian,
    "postcode_where": english_addresses.postcode_where,
    "town_in_sentence": english_addresses.town_in_sentence,
    "street_unlisted": english_addresses.street_unlisted,
    "iban": number_checks.iban,
    "luhn": number_checks.luhn,
    "phone": number_checks.phone,
    "ip": number_checks.ip,
    "numbered": number_checks.numbered,
    "tax_id": number_checks.tax_id,
    "titled": name_checks.titled,
    "introduced": name_checks.introduced,
    "behind_role": name_checks.behind_role,
    "speaking": name_checks.speaking,
    "on_its_own": name_checks.on_its_own,
    "beside": name_checks.beside,
    "capitalised": name_checks.capitalised,
    "persons": name_checks.persons,
    "unlike_words": name_checks.unlike_words,
}
