"""What says that a part of a possible address is a street: its type in front, behind or at its end."""

from collections.abc import Sequence
from dataclasses import dataclass

from cxtext.text.address_tokens import ABROAD, YEAR, Token
from cxtext.text.address_words import is_part, part_words
from cxtext.text.name_lists import names
from cxtext.text.postal_addresses import counted
from cxtext.text.street_words import street_words

# How sure each kind of evidence makes us; what adds up to BELIEVED is an address.
BELIEVED = 0.5
STREET = 0.6
SOFT = 0.35
WEAK = 0.25
HINT = 0.1

# Roads between towns, which nobody lives at.
_ROADS = ("bundes", "landes", "kreis", "staats", "bahn", "auto")


@dataclass(frozen=True, slots=True)
class Places:
    """Where numbers and names stand among the words of a part, and whether a number stands beside the part."""

    numbers: list[int]
    named: list[int]
    beside: bool
    german: bool


def street(tokens: Sequence[Token], places: Places) -> float:
    """Say how sure a part holds a type of street with a name and a number."""
    return max(
        max(_type_in_front(tokens, i, places), _type_behind(tokens, i, places), _ending(tokens, i, places))
        for i in range(len(tokens))
    ) or _slavic(tokens, places)


def _type_in_front(tokens: Sequence[Token], at: int, places: Places) -> float:
    w, low = part_words(), tokens[at].low
    if low not in w.front:
        return 0.0
    behind = [n for n in places.numbers if n > at]
    if any(tokens[n].low[0] in "#№n" for n in behind):
        # „Carrera 88 # 13-5"
        return STREET
    if not any(n > at for n in places.named):
        return SOFT if behind and low in w.front_numbered else 0.0
    numbered = places.beside or behind or at - 1 in places.numbers
    if low in w.front_soft:
        # „C. de Rosalva 13", „704 rang Patricia"
        led = len(low) == 1 and tokens[at + 1].low in w.romance
        between = at - 1 in places.numbers and not tokens[at].capital and tokens[at + 1].capital
        led = led or (between and low in w.front_small and len(tokens[at - 1].low) > 1)
        if numbered:
            return STREET if led else SOFT
        # „Mijail C Adomo": one letter is a type only with a number.
        return WEAK if at == 0 and len(low) > 3 else HINT if len(low) > 1 else 0.0
    return STREET if numbered else WEAK


def _type_behind(tokens: Sequence[Token], at: int, places: Places) -> float:
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


def _ending(tokens: Sequence[Token], at: int, places: Places) -> float:
    """Say how sure a word is a street by its ending, with a number behind it."""
    w, low = part_words(), tokens[at].low
    short = len(low) < 6 or tokens[at].kind != "word" or low.startswith(_ROADS)
    if short or not (places.beside or _number_behind(tokens, at, places)):
        return 0.0
    return STREET if low.endswith(w.endings) else SOFT if low.endswith(w.endings_soft) else 0.0


def _slavic(tokens: Sequence[Token], places: Places) -> float:
    """Say how sure small words behind a Slavic word for a place are a street: „Za partizanskim domom 263"."""
    first, end = tokens[0], places.numbers[0] if places.numbers else 0
    if first.low not in part_words().slavic or not first.capital or places.german or not 1 < end < 5:
        return 0.0
    unknown = all(t.kind == "word" and _unknown(t) for t in tokens[1:end])
    abroad = len(first.low) > 1 and any(ABROAD.search(t.low) for t in tokens[1:end])
    return STREET if unknown and (abroad or not any(t.capital for t in tokens[1:end])) else 0.0


def _number_behind(tokens: Sequence[Token], at: int, places: Places) -> bool:
    return at + 1 in places.numbers or (at + 2 in places.numbers and tokens[at + 1].low in ("no", "nr"))


def _number_in_front(tokens: Sequence[Token], at: int, places: Places) -> bool:
    """Say whether a number and a name stand in front of a type: „Arbeite 20 St." is no street."""
    first = next((n for n in places.numbers if n < at and any(n < m < at for m in places.named)), None)
    year = first is not None and YEAR.fullmatch(tokens[first].low) is not None
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
    # „Storgarden 52 Trajanka Forks": two streets of one address.
    if 0 < first <= 2 and at > first + 1 and len(number) > 1:
        return all(t.kind == "word" and t.capital and _unlisted(t) for t in (*tokens[:first], *tokens[first + 1 : at]))
    return (first == 0 or unit) and len(number) > 2 and number[0] != "0"


def _unlisted(token: Token) -> bool:
    """Say whether a word is in no list at all, as few products are."""
    word, known = token.low.capitalize(), names()
    other = token.low in known.everyday or token.low in street_words().not_streets or known.doubtful(word)
    return _unknown(token) and not other and not counted(word)


def _unknown(token: Token) -> bool:
    word = token.low.capitalize()
    return word not in names().not_surnames and word not in names().places
