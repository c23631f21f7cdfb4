"""Which words belong to a stretch that may be a postal address, with capitals in the text and without."""

import re
from collections.abc import Sequence

from cxtext.text.address_tokens import ABROAD, POSTCODE, Case, Token, is_code
from cxtext.text.address_words import is_part, is_unit, part_words
from cxtext.text.name_lists import names
from cxtext.text.postal_addresses import counted, ends_address
from cxtext.text.street_words import street_words

# „trg revolucije 17"
_NAME_AND_NUMBER = re.compile(r"[ ][^\W\d_]{3,25}(?:[ ][^\W\d_]{3,25})? \d")


def word_belongs(token: Token, run: Sequence[Token], following: Token | None, text: str, case: Case) -> bool:
    """Say whether a word belongs to a stretch, by what stands in it so far and by the token behind the word."""
    low, w, last = token.low, part_words(), run[-1] if run else None
    numbered = following is not None and following.kind in ("number", "code")
    if low in street_words().countries:
        return True
    if is_unit(low) and following is not None and (numbered or len(following.low) == 1):
        return True
    if last is not None and (last.low == "(" or (last.low == "/" and len(low) == 2) or _state(token, following, case)):
        return True
    if last is not None and (last.kind == "line" or last.low == ",") and ends_address(low):
        return False
    if low in w.front and (_leads(following) or (low not in w.front_soft and _NAME_AND_NUMBER.match(text, token.end))):
        return True
    if low == "in" and following is not None and following.low in w.in_which:
        return last is not None
    if low in w.inside or (low == "an" and following is not None and following.low in w.in_german_towns):
        return _inside_belongs(token, run, following, case)
    if token.capital or case != "both":
        return _capital_belongs(token, run, following, case)
    if last is None:
        # „midtvollen 130"
        return numbered and low.endswith(w.endings) and _has_ending(low)
    return _small_belongs(token, run, following)


def _has_ending(low: str) -> bool:
    """Say whether a word has the ending of a street, and more than that: „die vollen 8" is none."""
    ending = next(e for e in part_words().endings if low.endswith(e))
    return len(low) > len(ending) + 2 and not _common(low)


def _inside_belongs(token: Token, run: Sequence[Token], following: Token | None, case: Case) -> bool:
    low, last = token.low, run[-1] if run else None
    if last is None:
        return (token.capital or low in part_words().slavic) if case == "both" else low not in names().function
    if case != "both" and low in names().english and not any(t.kind == "number" for t in run):
        return False
    # „NC 96274 on file", but „12 the Green", and „2032 of. 168", an office in Chile
    stop = following is not None and following.low == "."
    return stop or last.kind not in ("number", "code") or low not in names().english or low == "the"


def _state(token: Token, following: Token | None, case: Case) -> bool:
    """Say whether a short word stands in front of what may be a postcode: „MB R7A 5Y6"."""
    if len(token.low) > 4 or following is None:
        return False
    if following.kind != "code" and not POSTCODE.fullmatch(following.low):
        return False
    return token.capital or case == "small" or (len(token.low) <= 3 and not _common(token.low))


def _common(low: str) -> bool:
    return low in names().function or low in names().everyday


def _leads(following: Token | None) -> bool:
    """Say whether what follows a type of street in small letters may be its name."""
    return following is not None and (following.capital or following.low in part_words().inside or following.low == ".")


def _capital_belongs(token: Token, run: Sequence[Token], following: Token | None, case: Case) -> bool:
    low, w = token.low, part_words()
    if not _common(low):
        return case == "both" or any(t.kind in ("number", "code") for t in run) or not _of_sentence(low)
    if not run or (case != "both" and low in names().function):
        # „Av. 185 A N° 2364"
        lettered = bool(run) and run[-1].kind == "number" and len(low) == 1
        return lettered and following is not None and following.low[0] in "#№n"
    last = run[-1]
    led = last.low in w.romance and last.low not in names().german
    if led or not w.in_german_towns.isdisjoint(t.low for t in run[-2:]) or low in street_words().in_streets:
        return True
    if is_code(last) and low in w.before_towns:
        return True
    # „12 Price Street", „Żwirki i Wigury"
    if last.kind != "number" and len(low) > 1:
        return False
    return following is not None and (following.capital if case == "both" else is_part(following.low))


def _of_sentence(low: str) -> bool:
    """Say whether a word in front of a number is none of an address, where no capitals tell: „YOUR INVOICE SHOWS"."""
    if is_part(low) or low in part_words().months:
        return False
    return low in part_words().context or low.capitalize() in names().not_surnames or counted(low)


def _small_belongs(token: Token, run: Sequence[Token], following: Token | None) -> bool:
    """Say whether a word in small letters is one of an address in a text that has capitals."""
    low, w, last = token.low, part_words(), run[-1]
    if len(low) == 1 and last.capital and following is not None and following.capital:
        return True
    if _common(low):
        return False
    if low in w.behind_abroad or low in w.behind_small or low in w.regions or low.endswith(w.endings):
        return True
    word = last.kind == "word"
    if word and last.capital and low.endswith(w.endings_soft) and following is not None and following.kind == "number":
        # „Fahlanderin puistotie 6"
        return True
    if word and last.capital and (low in w.behind or (following is not None and following.low in w.behind_abroad)):
        # „Árpád fejedelem útja"
        return True
    # „Pot Rdečega križa", „Šestinski vijenac 4b"
    numbered = following is not None and following.kind in ("number", "code")
    ends = numbered or (following is not None and following.low == ",")
    if ABROAD.search(low) is not None or (word and ABROAD.search(last.low) is not None and ends):
        return True
    # „San Elvira los altos", „Rue tachkent", „trg revolucije"
    typed = last.low in w.front and last.low not in w.front_soft and (last.capital or last.low not in w.behind)
    led = last.low in w.romance or typed
    # „Na varte", „Za partizanskim domom"
    slavic = any(t.capital and t.low in w.slavic for t in run[-2:]) or (len(run) > 2 and run[-2].low in w.slavic)
    return len(low) > 2 and (led or slavic)
