"""Checks of names: which words of what an expression takes for a name are one.

A check gets the text, where a name may stand and how sure its place makes us. It gives back where the name stands, and
how sure it is; zero where there is none.
"""

import re
from functools import lru_cache

from cxtext.text.name_lists import CONTEXT_WIDTH, NAME, PARTICLES, WORD, initial, names, part_of_other

Span = tuple[int, int, float]

_ENGLISH_TITLE = re.compile(r"(?<!\w)(?:Mrs?|Ms|Miss|Mister)\.?\s$")

_CAPITALISED_BEFORE = re.compile(rf"(?<!\w)({NAME}) $")
_SPEAKERS = re.compile(rf"^(?:>|[^\S\n])*+{NAME}(?: {NAME})?:\s*[\"„“A-ZÄÖÜ]", re.MULTILINE)


def titled(text: str, start: int, end: int, score: float) -> Span:
    """Cut words that follow a name in a sentence: „Frau Weiß Termin"."""
    known = names()
    # „Dr. Oetker": the title is part of it.
    if part_of_other(text, start, end):
        return start, end, 0.0
    words = [(start + m.start(), start + m.end()) for m in WORD.finditer(text[start:end])]
    kept = end
    # English writes no other nouns with capitals.
    english = _ENGLISH_TITLE.search(text, max(0, start - 12), start) is not None
    for i, (a, b) in enumerate(words):
        word = text[a:b].rstrip(".")
        if word in known.not_names or word.lower().endswith(known.office_endings):
            kept = words[i - 1][1] if i else start
            break
        earlier = [text[x:y] for x, y in words[:i]]
        particle = bool(earlier) and earlier[-1] in PARTICLES
        unlisted = bool(earlier) and earlier[-1].rstrip(".") not in known.given and not initial(earlier[-1])
        if english and word.lower() not in known.everyday and word not in known.not_surnames:
            continue
        if i and not particle and word not in PARTICLES and unlisted and len(word) > 1 and not known.listed(word):
            kept = words[i - 1][1]
            break
    while words and kept > start and text[max(0, start - CONTEXT_WIDTH) : kept].rsplit(None, 1)[-1] in PARTICLES:
        kept = len(text[start:kept].rstrip().rpartition(" ")[0]) + start
    return start, kept, score


def introduced(text: str, start: int, end: int, score: float) -> Span:
    """Cut a name behind a word for a role and before the first word that is none."""
    known = names()
    begin = stop = start
    for match in WORD.finditer(text[start:end]):
        if match.group() in known.roles and begin == stop:
            begin = stop = start + match.end() + 1
        elif match.group() in known.not_surnames:
            break
        else:
            stop = start + match.end()
    return begin, stop, score


def speaking(text: str, start: int, end: int, score: float) -> Span:
    """Believe a name in front of a colon if it is listed, or if somebody else speaks in the same way."""
    known = names()
    begin, stop, believed = behind_role(text, start, end, score)
    # „China: ..." and „Berlin Anhalter: ..." are headlines.
    words = text[begin:stop].split()
    if believed and (all(map(known.listed, words)) or words[0] in known.given) and not all(map(known.doubtful, words)):
        return start, stop, believed
    shown = text[start:end].split()
    plain = all(w not in known.not_surnames and w.lower() not in known.everyday for w in shown)
    return start, end, score if plain and _others_speak(text) else 0.0


@lru_cache(maxsize=4)  # asked of one text many times, where many lines begin like this
def _others_speak(text: str) -> bool:
    """Say whether at least two lines name who speaks, and one of the names is listed or for a role."""
    known = names()
    speakers = [match.group().strip(' >\t\n"„“').partition(":")[0].split() for match in _SPEAKERS.finditer(text)]
    others = any(known.listed(word) or word in known.roles for words in speakers for word in words)
    return len(speakers) >= 2 and others


def on_its_own(text: str, start: int, end: int, score: float) -> Span:
    """Believe capitalised words that stand alone if none of them is a word of every day."""
    known = names()
    plain = all(w not in known.not_surnames and w.lower() not in known.everyday for w in text[start:end].split())
    return start, end, score if plain else 0.0


def unlike_words(text: str, start: int, end: int, score: float) -> Span:
    """Believe words none of which is one of every day or of a list of what is no name."""
    known = names()
    words = [w for w in text[start:end].split() if w[0].isalpha() and w != "and"]
    shouted = any(w.isupper() and not initial(w) for w in words)
    plain = not shouted and all(w not in known.not_surnames and w.lower() not in known.everyday for w in words)
    return start, end, score if plain and not part_of_other(text, start, end) else 0.0


def beside(text: str, start: int, end: int, score: float) -> Span:
    """Believe two words with „and" between them if one is a listed name and the other no word of every day."""
    known = names()
    first, last = text[start:end].split(" and ")
    # „Oh and Rafa", „Ice Cube and O'Shea": an interjection, the end of another name.
    before = _CAPITALISED_BEFORE.search(text, max(0, start - CONTEXT_WIDTH), start)
    if len(first) < 3 or (before is not None and before.group(1).lower() not in known.everyday):
        return start, end, 0.0
    plain = all(w not in known.not_surnames and w not in known.places and not known.word(w) for w in (first, last))
    _, _, believed = unlike_words(text, start, end, score)
    # The listed one is found as such.
    if known.listed(last):
        return start, start + len(first), believed if plain else 0.0
    return end - len(last), end, believed if plain and known.listed(first) else 0.0


def persons(text: str, start: int, end: int, score: float) -> Span:
    """Believe a full name, unless a word of it is also something else (a town, a company) and none is sure."""
    known = names()
    words = text[start:end].split()
    doubtful = any(known.word(w) or w in known.places for w in words) and not any(map(known.sure, words))
    return (start, end, 0.0) if doubtful else unlike_words(text, start, end, score)


def capitalised(text: str, start: int, end: int, score: float) -> Span:
    """Believe capitalised words that are no words of every day."""
    words = text[start:end].split()
    named = all(w[0].isupper() and not names().doubtful(w) and w not in names().places for w in words)
    return unlike_words(text, start, end, score) if named else (start, end, 0.0)


def behind_role(text: str, start: int, end: int, score: float) -> Span:
    """Cut a name as :func:`introduced` does, and believe it only if one word of it is listed: „Kunde König" is none."""
    known = names()
    start, stop, score = introduced(text, start, end, score)
    words = text[start:stop].split()
    kept = [w for w in words if w.lower() not in known.everyday]
    return start, stop, score if len(kept) == len(words) and any(known.listed(w) for w in words) else 0.0
