"""Postal addresses of any country, read word by word.

Streets of the world have no common form, but addresses have common parts: the number of a house, a street, a flat, a
town, a postcode, a country. A stretch of words that may all be parts of one is an address if enough of its parts show
what they are. A number beside a type of street is enough; a number beside any other name needs a postcode, a country,
the number of a flat or a word for an address in front. A stretch ends where a word begins that is no part of any.
"""

import re
from collections.abc import Iterator, Sequence
from functools import partial

from cxtext.text.address_evidence import REGION, Part, coded, parts_of, weigh
from cxtext.text.address_streets import BELIEVED, SOFT
from cxtext.text.address_stretches import runs
from cxtext.text.address_tokens import ABROAD, YEAR, Case, Token, case_of
from cxtext.text.address_words import is_unit, part_words
from cxtext.text.name_checks import Span
from cxtext.text.name_lists import english, names, part_of_other
from cxtext.text.postal_addresses import counted

# Surer than names, which streets are called by; less sure than telephones, which stand below addresses.
_FOUND = 0.65
_CONTEXT = 0.3
_GERMAN_HOUSE = 0.6
_WIDTH = 60
_MOST_WORDS = 8
_MOST_PLACES = 2
_MOST_NAMES = 3
_LETTERS = re.compile(r"[^\W\d_]+")
_HOUSE_NUMBER = re.compile(r"\d{2,4}[a-z]?")
# The end of a part of a sentence, or a word that goes on.
_BEHIND_NUMBER = re.compile(r"\.?[ ]*(?:[,;:!?)\n–-]|\.(?!\d)|$)|[ ]([a-z]+)")
_GERMAN_ADJECTIVES = ("er", "e", "en", "-")


def find_addresses(text: str) -> Iterator[Span]:
    r"""Find postal addresses: start, end and how sure.

    Examples
    --------
    >>> text = "Please return it to Arany János utca 9., H-2851 Kisbér, Hungary in case of an issue."
    >>> [text[a:b] for a, b, _ in find_addresses(text)]
    ['Arany János utca 9., H-2851 Kisbér, Hungary']
    >>> text = "Das Paket ging an 12, rue des Lilas\n75020 Paris und kam zurück."
    >>> [text[a:b] for a, b, _ in find_addresses(text)]
    ['12, rue des Lilas\n75020 Paris']
    >>> list(find_addresses("We waited 20 Minutes at Gate 22, Frankfurt."))
    []
    """
    case = case_of(text)
    for run in runs(text, case):
        found = _address(text, run, case)
        if found is not None and not part_of_other(text, *found):
            yield *found, _FOUND


def _address(text: str, run: Sequence[Token], case: Case) -> tuple[int, int] | None:
    """Give where the address stands in a stretch; nothing if there is too little evidence of one."""
    german = case == "both" and _german(text, run[0].start, run[-1].end)
    parts = parts_of(run)
    weigh(parts, text, german=german)
    telling = [i for i, part in enumerate(parts) if part.says()]
    if not telling:
        return None
    start = _start(parts, telling[0], case)
    street, house, country = (max(getattr(part, kind) for part in parts) for kind in ("street", "house", "country"))
    unit = min(sum(part.unit for part in parts), BELIEVED)
    postcode = _postcode(parts)
    if street == SOFT and house == SOFT and not german:
        # Two doubtful signs of one street.
        street = BELIEVED
    doubtful = case == "both" and BELIEVED > max(street, house) >= SOFT
    if doubtful and any(map(partial(_foreign, text), parts, [*parts[1:], None])):
        street = BELIEVED
    # German writes all nouns with capitals: „Lieferung 12, 4000 Kunden".
    score = max(street, house * (_GERMAN_HOUSE if german else 1.0)) + postcode + unit + country
    if SOFT <= score < BELIEVED and _explained(text, start):
        score += _CONTEXT
    if score < BELIEVED:
        return None
    sure = street or house == SOFT or country == REGION or postcode > SOFT or (postcode and unit)
    if case != "both" and not sure and not coded(parts, text):
        return None
    return start, _end(parts[_last(parts, telling[-1])], case)


def _foreign(text: str, part: Part, behind: Part | None) -> bool:
    """Say whether a number ends a foreign street in an English sentence: „Dašická 688", „Largo Reis, 49"."""
    first, last = part.tokens[0], part.tokens[-1]
    if part.house == SOFT:
        letters = any(len(t.low) > 3 and ABROAD.search(t.low) for t in part.tokens)
        numbered = letters and _HOUSE_NUMBER.fullmatch(last.low) is not None
    else:
        typed = part.street == SOFT and first.capital and len(first.low) > 1 and first.low in part_words().front
        numbered = typed and behind is not None and len(behind.tokens) == 1
        last = behind.tokens[0] if numbered and behind is not None else last
    if last.kind != "number" or not numbered or YEAR.fullmatch(last.low):
        return False
    following = _BEHIND_NUMBER.match(text, last.end)
    if following is None or not english(text, first.start, last.end):
        return False
    word = following.group(1)
    return word is None or (not counted(word) if part.house == SOFT else word in names().function)


def _german(text: str, start: int, end: int) -> bool:
    """Say whether the words around are German, and not just names and numbers."""
    around = _LETTERS.findall(f"{text[max(0, start - _WIDTH) : start]} {text[end : end + _WIDTH]}".lower())
    return not names().german.isdisjoint(around) and not english(text, start, end)


def _explained(text: str, start: int) -> bool:
    return not part_words().context.isdisjoint(_LETTERS.findall(text[max(0, start - _WIDTH) : start].lower()))


def _postcode(parts: Sequence[Part]) -> float:
    """Give how sure a postcode is; what may be the number of a house needs another part in front."""
    sure, before = 0.0, False
    for part in parts:
        if before or part.postcode_of_its_own or not part.house:
            sure = max(sure, part.postcode)
        before = before or max(part.house, part.street, part.unit) > 0
    return sure


def _start(parts: Sequence[Part], at: int, case: Case) -> int:
    """Give where an address starts: with the number in front, without small words in front."""
    w = part_words()
    if at and parts[at - 1].ends_with_number_alone():
        at -= 1
    if at and not parts[at].line and _named_alone(parts[at - 1]):
        begin = parts[at].tokens[0]
        # „Praia de Rocha, 579", „Polje, cesta XXXIV 5a"
        number = begin.kind == "number" and len(parts[at].tokens) == 1
        at -= number or (begin.low in w.front and not begin.capital)
    tokens = parts[at].tokens
    first = next((i for i, t in enumerate(tokens) if t.capital or t.low not in w.inside or t.low in w.front), 0)
    if case != "both":
        first -= first > 0 and tokens[first - 1].low in w.slavic and tokens[first - 1].low not in names().function
        return tokens[_without_sentence(tokens, first)].start
    # German nouns have capitals: „Wohnhaft Gartenstr. 7", but „Alte Gartenstr. 7".
    for i, token in enumerate(tokens[first + 1 :], start=first + 1):
        before = tokens[i - 1]
        if token.low.endswith(w.german_endings) and len(token.low) > 7 and before.kind == "word":
            return token.start if not before.low.endswith(_GERMAN_ADJECTIVES) else tokens[first].start
    return tokens[first].start


def _named_alone(part: Part) -> bool:
    """Say whether a part is nothing but the name of a house, a street or a place."""
    return len(part.tokens) <= _MOST_NAMES + 1 and all(t.kind == "word" for t in part.tokens)


def _without_sentence(tokens: Sequence[Token], first: int) -> int:
    """Give where an address starts where no capitals tell words in front of it from its own."""
    w = part_words()
    for i in range(first, len(tokens)):
        low = tokens[i].low
        if low in w.behind_abroad or low in w.behind_small:
            # „soproni utca 40"
            return max(first, i - 2)
        if tokens[i].kind in ("number", "code") and any(t.low in w.behind_abroad for t in tokens[i:]):
            return i
        if tokens[i].kind in ("number", "code"):
            # „juarézova 255": the name stands in front.
            behind = tokens[i + 1] if i + 1 < len(tokens) else None
            street = behind is not None and behind.kind == "word" and not is_unit(behind.low)
            return i if street else max(first, i - _MOST_NAMES)
        if low in w.front or (is_unit(low) and any(t.kind == "number" for t in tokens[i + 1 : i + 3])):
            return i
        if low.endswith(w.endings):
            return max(first, i - 2)
    return first


def _last(parts: Sequence[Part], telling: int) -> int:
    """Take the names of places behind the last telling part, where only commas stand between, or a town in a line."""
    last, places = telling, 0
    for i, part in enumerate(parts[telling + 1 :], start=telling + 1):
        town_below = len(parts[i - 1].tokens) == 1 and parts[i - 1].postcode > 0 and len(part.tokens) <= 3
        places += not any(token.kind == "number" for token in part.tokens)
        if places > _MOST_PLACES or len(part.tokens) > _MOST_WORDS or (part.line and not town_below):
            break
        last = i
    return last


def _end(part: Part, case: Case) -> int:
    """Give where the last part ends, without small words and marks at its end."""
    tokens = part.tokens
    for i in range(len(tokens) - 1, -1, -1):
        token = tokens[i]
        # „Mendonça / MT"
        state = i > 0 and tokens[i - 1].low == "/"
        small = token.low in part_words().inside and not (token.capital and case == "both") and not state
        if not small and (token.kind != "other" or token.low == ")"):
            return token.end
    return tokens[-1].end
