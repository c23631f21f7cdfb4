"""What a part of a possible address says of itself: a street, a number of a house, a postcode, a flat, a country."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from cxtext.text.address_tokens import ABROAD, POSTCODE, Token
from cxtext.text.address_words import is_part, is_unit, part_words
from cxtext.text.name_lists import names
from cxtext.text.postal_addresses import counted
from cxtext.text.street_words import street_words

# How sure each kind of evidence makes us; what adds up to BELIEVED is an address.
BELIEVED = 0.5
STREET = 0.6
SOFT = 0.35
WEAK = 0.25
_CODE = 0.4
_YEAR_OR_CODE = 0.15
_HINT = 0.1

_MOST_NAMES = 7
_YEAR = re.compile(r"(?:19|20)\d\d")
# Forms of postcodes that other things have, too: „507 48", „50-100", „N598JB".
_DOUBTFUL_CODE = re.compile(
    r"\d{3} \d{2}|\d{2}-\d{3}|\d{5}-\d{3,4}|[a-z]{1,2}\d[a-z\d]?\d[a-z]{2}|[a-z]{1,2}-\d{4,5}|[a-z]\d[\dw][a-z\d]{4}"
)
# Roads between towns, which nobody lives at.
_ROADS = ("bundes", "landes", "kreis", "staats", "bahn", "auto")


@dataclass(slots=True)
class Part:
    """What stands between two commas or line breaks of a stretch, and how sure it is each part of an address."""

    tokens: list[Token]
    line: bool = False
    street: float = 0.0
    house: float = 0.0
    postcode: float = 0.0
    postcode_of_its_own: bool = False
    unit: float = 0.0
    country: float = 0.0

    def says(self) -> bool:
        """Say whether there is any evidence."""
        return max(self.street, self.house, self.postcode, self.unit, self.country) > 0

    def ends_with_number_alone(self) -> bool:
        """Say whether the last number belongs to nothing in front but a word for one: „H.No. 68"."""
        shown = _without_marks(self.tokens)
        if not shown or shown[-1].kind != "number":
            return False
        # „35 982", „H.No. 68", „B-204"
        return len(shown) == 1 or shown[-2].kind == "number" or is_unit(shown[-2].low) or len(shown[-2].low) == 1


def parts_of(run: Sequence[Token]) -> list[Part]:
    """Split a stretch at commas and line breaks; of a part it is noted whether it begins a line."""
    parts: list[Part] = []
    tokens: list[Token] = []
    line = False
    for token in run:
        if token.kind == "line" or token.low == ",":
            if tokens:
                parts.append(Part(tokens, line))
                tokens, line = [], False
            line = line or token.kind == "line"
        else:
            tokens.append(token)
    return [*parts, Part(tokens, line)] if tokens else parts


def weigh(parts: Sequence[Part], text: str, *, german: bool) -> None:
    """Note the evidence of each part."""
    for at, part in enumerate(parts):
        tokens = _without_marks(part.tokens)
        if not tokens:
            continue
        named = _named(tokens)
        numbers = [i for i, t in enumerate(tokens) if t.kind == "number"]
        plain = 0 < len(named) <= _MOST_NAMES and not any(_is_other(tokens, i, text) for i in named)
        part.street = _street(tokens, _Places(numbers, named, beside=_number_beside(parts, at), german=german))
        part.unit = _unit(tokens)
        part.house = _house(tokens, numbers, named) if plain else 0.0
        part.postcode = _postcode(tokens, numbers, named, plain=plain, alone=_beside_names(parts, at))
        part.postcode_of_its_own = len(numbers) > 1 or any(t.kind == "code" for t in tokens)
        part.country = WEAK if _country(tokens) and (not part.house or part.postcode) else 0.0


def _without_marks(tokens: Sequence[Token]) -> list[Token]:
    return [t for t in tokens if t.kind != "other"]


def _named(tokens: Sequence[Token]) -> list[int]:
    """Give where words stand that may be names of streets or towns."""
    named = [i for i, t in enumerate(tokens) if _is_name(t)]
    # „Largo do Parque": the second type is the name.
    return named or [i for i, t in enumerate(tokens) if i and t.low in part_words().front]


def _is_name(token: Token) -> bool:
    w, low = part_words(), token.low
    small = len(low) == 1 or low in w.inside or low == "an"
    return token.kind == "word" and not small and low not in w.units and low not in w.front


def _is_other(tokens: Sequence[Token], at: int, text: str) -> bool:
    """Say whether a word is known for something else than a street or a town."""
    known, token = names(), tokens[at]
    word = text[token.start : token.end]
    if token.low in part_words().behind or token.low in part_words().behind_soft:
        return False
    behind = tokens[at + 1] if at + 1 < len(tokens) else None
    if len(word) <= 4 and behind is not None and POSTCODE.fullmatch(behind.low):
        # The sign of a state: „IN 46204".
        return False
    common = token.low in known.function or (token.low in known.everyday and token.low not in street_words().in_streets)
    return common or word in known.not_surnames or word in known.places or counted(word)


def _house(tokens: Sequence[Token], numbers: Sequence[int], named: Sequence[int]) -> float:
    at_edge = bool(numbers) and (numbers[0] == 0 or numbers[-1] == len(tokens) - 1 or len(numbers) > 1)
    if not at_edge or _YEAR.fullmatch(tokens[numbers[0]].low):
        return 0.0
    foreign = street_words().foreign
    return SOFT if any(ABROAD.search(tokens[i].low) and tokens[i].low not in foreign for i in named) else WEAK


@dataclass(frozen=True, slots=True)
class _Places:
    """Where numbers and names stand among the words of a part, and whether a number stands beside the part."""

    numbers: list[int]
    named: list[int]
    beside: bool
    german: bool


def _street(tokens: Sequence[Token], places: _Places) -> float:
    """Say how sure a part holds a type of street with a name and a number."""
    return max(
        max(_type_in_front(tokens, i, places), _type_behind(tokens, i, places), _ending(tokens, i, places))
        for i in range(len(tokens))
    )


def _type_in_front(tokens: Sequence[Token], at: int, places: _Places) -> float:
    w, low = part_words(), tokens[at].low
    if low not in w.front:
        return 0.0
    behind = [n for n in places.numbers if n > at]
    if any(tokens[n].low[0] in "#№n" for n in behind):
        # „Carrera 88 # 13-5"
        return STREET
    if not any(n > at for n in places.named):
        return 0.0
    numbered = places.beside or behind or at - 1 in places.numbers
    if low in w.front_soft:
        return SOFT if numbered else _HINT
    return STREET if numbered else WEAK


def _type_behind(tokens: Sequence[Token], at: int, places: _Places) -> float:
    w, low = part_words(), tokens[at].low
    if not any(n < at and tokens[n].low not in w.behind for n in places.named):
        return 0.0
    front = places.beside or (not places.german and _number_in_front(tokens, at, places))
    behind = _number_behind(tokens, at, places)
    if (low in w.behind and front) or (low in w.behind_abroad and (front or behind)):
        return STREET
    if low in w.behind_small and behind and not tokens[at].capital and _unknown(tokens[at - 1]):
        return STREET
    if low in w.behind_soft and front:
        return BELIEVED if not places.german and _called(tokens, at, places.numbers) else SOFT
    return 0.0


def _ending(tokens: Sequence[Token], at: int, places: _Places) -> float:
    """Say how sure a word is a street by its ending, with a number behind it."""
    w, low = part_words(), tokens[at].low
    short = len(low) < 6 or tokens[at].kind != "word" or low.startswith(_ROADS)
    if short or not (places.beside or _number_behind(tokens, at, places)):
        return 0.0
    return STREET if low.endswith(w.endings) else SOFT if low.endswith(w.endings_soft) else 0.0


def _number_behind(tokens: Sequence[Token], at: int, places: _Places) -> bool:
    return at + 1 in places.numbers or (at + 2 in places.numbers and tokens[at + 1].low in ("no", "nr"))


def _number_in_front(tokens: Sequence[Token], at: int, places: _Places) -> bool:
    """Say whether a number and a name stand in front of a type: „Arbeite 20 St." is no street."""
    first = next((n for n in places.numbers if n < at and any(n < m < at for m in places.named)), None)
    year = first is not None and _YEAR.fullmatch(tokens[first].low) is not None
    return first is not None and (not year or tokens[at].low in part_words().behind)


def _called(tokens: Sequence[Token], at: int, numbers: Sequence[int]) -> bool:
    """Say whether a type that is a word of every day stands behind a listed name, or a number that counts nothing."""
    if not tokens[at].capital or tokens[at].low in names().everyday:
        return False
    first = numbers[0] if numbers else 0
    if names().sure(tokens[at - 1].low.capitalize()) and first == 0:
        return True
    # „Peugeot 208 Line"
    unit = first == 1 and (tokens[0].kind != "word" or is_part(tokens[0].low))
    number = tokens[first].low if numbers else ""
    return (first == 0 or unit) and len(number) > 2 and number[0] != "0"


def _unknown(token: Token) -> bool:
    word = token.low.capitalize()
    return word not in names().not_surnames and word not in names().places


def _unit(tokens: Sequence[Token]) -> float:
    sure, w = 0.0, part_words()
    for token, behind in pairwise(tokens):
        if token.kind == "word" and (behind.kind == "number" or (len(behind.low) == 1 and behind.capital)):
            sure = max(sure, SOFT if token.low in w.units else _YEAR_OR_CODE if token.low in w.units_soft else 0.0)
    return sure


def _postcode(
    tokens: Sequence[Token], numbers: Sequence[int], named: Sequence[int], *, plain: bool, alone: bool
) -> float:
    sure = 0.0
    for token in (t for t in tokens if t.kind == "code"):
        if _DOUBTFUL_CODE.fullmatch(token.low) is None:
            sure = max(sure, BELIEVED if named else _CODE)
        else:
            sure = max(sure, _YEAR_OR_CODE if token.low[-1].isalpha() else WEAK)
    for i in numbers:
        if not POSTCODE.fullmatch(tokens[i].low):
            continue
        year = _YEAR.fullmatch(tokens[i].low) is not None
        if plain and (i in (0, len(tokens) - 1) or numbers[0] < i):
            sure = max(sure, _YEAR_OR_CODE if year else WEAK)
        elif len(tokens) == 1 and alone and not year:
            sure = max(sure, WEAK)
        elif i == 0 and len(tokens) <= 3 and not year:
            sure = max(sure, _HINT)
    return sure


def _country(tokens: Sequence[Token]) -> bool:
    lows = [t.low for t in tokens]
    pairs = [f"{a}-{b}" for a, b in pairwise(lows)]
    return not street_words().countries.isdisjoint([*lows, *pairs])


def _number_beside(parts: Sequence[Part], at: int) -> bool:
    """Say whether the part in front is nothing but a number, or the one behind begins with one that is no postcode."""
    if at and parts[at - 1].ends_with_number_alone():
        return True
    behind = parts[at + 1].tokens if at + 1 < len(parts) else []
    if not behind or behind[0].kind != "number" or POSTCODE.fullmatch(behind[0].low):
        return False
    return len(behind) == 1 or not _is_name(behind[1])


def _beside_names(parts: Sequence[Part], at: int) -> bool:
    """Say whether a part beside this one holds names only, such as a town."""
    beside = (*parts[max(0, at - 1) : at], *parts[at + 1 : at + 2])
    return any(all(t.kind in ("word", "other") for t in part.tokens) for part in beside)
