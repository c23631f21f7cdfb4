"""What a part of a possible address says of itself: a street, a number of a house, a postcode, a flat, a country."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from cxtext.text.address_streets import BELIEVED, HINT, SOFT, WEAK, Places, street
from cxtext.text.address_tokens import ABROAD, POSTCODE, YEAR, Token, is_code
from cxtext.text.address_words import is_unit, part_words
from cxtext.text.name_lists import names
from cxtext.text.postal_addresses import counted
from cxtext.text.street_words import street_words

_CODE = 0.4
_YEAR_OR_CODE = 0.15
REGION = 0.4

_MOST_NAMES = 7
# Forms of postcodes that other things have, too: „507 48", „50-100", „N598JB".
_DOUBTFUL_CODE = re.compile(
    r"\d{3} \d{2}|\d{2}-\d{3}|\d{5}-\d{3,4}|[a-z]{1,2}\d[a-z\d]?\d[a-z]{2}|[a-z]{1,2}-\d{4,5}|[a-z]\d[\dw][a-z\d]{4}"
)


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
        part.street = street(tokens, Places(numbers, named, beside=_number_beside(parts, at), german=german))
        part.unit = _unit(tokens)
        part.house = _house(tokens, numbers, named) if plain else _house_alone(tokens, parts, at)
        part.postcode = _postcode(tokens, numbers, named, plain=plain, alone=_beside_names(parts, at))
        if plain and any(_joined(tokens[i], text) for i in numbers):
            part.postcode = _CODE
        part.postcode_of_its_own = len(numbers) > 1 or any(t.kind == "code" for t in tokens)
        part.country = WEAK if _country(tokens) and (not part.house or part.postcode) else 0.0
        if tokens[0].low in part_words().regions_front and len(named) > 1:
            part.country = REGION


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
    w, before = part_words(), tokens[at - 1] if at else None
    if token.low in w.behind or token.low in w.behind_soft:
        return False
    behind = tokens[at + 1] if at + 1 < len(tokens) else None
    if len(word) <= 4 and behind is not None and POSTCODE.fullmatch(behind.low):
        # The sign of a state: „IN 46204".
        return False
    common = token.low in known.function or (token.low in known.everyday and token.low not in street_words().in_streets)
    if common and not w.in_german_towns.isdisjoint(t.low for t in tokens[max(0, at - 2) : at]):
        # „Brandis am See"
        common = False
    if before is not None and is_code(before) and token.low in w.before_towns:
        # „5176 Bad Radkersburg"
        return False
    return common or word in known.not_surnames or word in known.places or counted(word)


def _house(tokens: Sequence[Token], numbers: Sequence[int], named: Sequence[int]) -> float:
    if not numbers or YEAR.fullmatch(tokens[numbers[0]].low):
        return 0.0
    if len(numbers) == 1 and 0 < numbers[0] < len(tokens) - 1 and tokens[numbers[0] + 1].kind != "code":
        # „Alejandra Torres 184 Pica": a street and a town without a comma.
        return HINT
    foreign = street_words().foreign
    return SOFT if any(ABROAD.search(tokens[i].low) and tokens[i].low not in foreign for i in named) else WEAK


def _unit(tokens: Sequence[Token]) -> float:
    sure, w = 0.0, part_words()
    for token, behind in pairwise(tokens):
        if token.kind == "word" and (behind.kind == "number" or (len(behind.low) == 1 and behind.capital)):
            sure = max(sure, SOFT if token.low in w.units else _YEAR_OR_CODE if token.low in w.units_soft else 0.0)
    return sure


def _house_alone(tokens: Sequence[Token], parts: Sequence[Part], at: int) -> float:
    """Say how sure nothing but a number is a house, a name in the part behind it: „18/20, Hans"."""
    alone = all(t.kind == "number" for t in tokens)
    if not alone or at + 1 == len(parts) or not all(t.kind == "word" for t in parts[at + 1].tokens):
        return 0.0
    return WEAK if "/" in tokens[-1].low else HINT if len(tokens[-1].low) < 4 else 0.0


def _joined(token: Token, text: str) -> bool:
    """Say whether six digits stand behind a town and a hyphen, as in India: „Nagpur-465807"."""
    before = text[max(0, token.start - 2) : token.start]
    return len(token.low) == 6 and before[1:] == "-" and before[0].isalpha()


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
        year = YEAR.fullmatch(tokens[i].low) is not None
        if plain and (i in (0, len(tokens) - 1) or numbers[0] < i):
            sure = max(sure, _YEAR_OR_CODE if year else WEAK)
        elif len(tokens) == i + 1 and alone and not year and not named:
            # „30037", „7 22074"
            sure = max(sure, WEAK)
        elif i == 0 and len(tokens) <= 3 and not year:
            sure = max(sure, HINT)
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
    # „Plaza Eduardo Ayuso 95 Vizcaya, 25662"
    town = at > 0 and parts[at - 1].house == HINT and parts[at - 1].tokens[-1].kind == "word"
    return town or any(all(t.kind in ("word", "other") for t in part.tokens) for part in beside)


def coded(parts: Sequence[Part], text: str) -> bool:
    """Say whether a house stands in front of a postcode and a town, and no word of them is known as anything else.

    This tells an address where no capitals do: „BREG 45, 4499 LITIJA".
    """
    for part, behind, town in zip(parts, [*parts[1:], Part([])], [*parts[2:], Part([]), Part([])], strict=False):
        shown = [t for t in (*part.tokens, *behind.tokens[:2]) if t.kind != "other"]
        within = part.house > 0 and part.postcode > 0 and part.postcode_of_its_own
        placed = len(behind.tokens) > 1 or (bool(town.tokens) and all(t.kind == "word" for t in town.tokens))
        follows = part.house > 0 and behind.postcode > 0 and placed and is_code(behind.tokens[0])
        named = part.tokens[0].kind == "word"
        if named and (within or follows) and all(t.kind != "word" or _unlisted(t, text) for t in shown):
            return True
    return False


def _unlisted(token: Token, text: str) -> bool:
    known, word = names(), token.low.capitalize()
    other = word in known.not_surnames or word in known.places or token.low in street_words().not_streets
    return not other and not counted(token.low)
