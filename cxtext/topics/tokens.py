"""The words of a text as topics see them: what may be counted, under which form, and what stands around it."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from cxtext.text.noise import ENTITY, FIELD, HANDLE, LINK, MASK, TAG
from cxtext.text.person_names import find_listed
from cxtext.text.words import LONGEST_WORD, fold, lemma, negators, stop_words, tokenize
from cxtext.topics.word_lists import Code, word_lists

_WORD = re.compile(r"[^\W\d_]{2,}(?:['’-][^\W\d_]+)*")
# Links, addresses, @users, #tags, masks of several words, and what is left of HTML are no words.
_NOISE = re.compile("|".join((LINK, r"\S{1,64}@\S+|[@#]\w+", MASK, FIELD, ENTITY, TAG)))
_HANDLE = re.compile(HANDLE)
_FIRST_PART = re.compile(r"[A-ZÄÖÜ][a-zäöüß]{3,}(?=[A-Z_0-9])")
_SENTENCE_END = re.compile(r"(?:^|[.!?:;…\n\"„“”(\[•*-])\s*$")
_POSSESSIVE = re.compile(r"['’]s?$")
ENDING = re.compile(r"(?:e|en|em|er|es)$")  # of a German adjective
GERMAN_VERB = re.compile(r".{2}(?:en|eln|ern)$")  # the dictionary form


@dataclass(frozen=True, slots=True)
class Word:
    """A word in its text.

    ``base`` is what is compared: the lemma, folded. ``content`` says that it may be what a text is about: it is no
    function word, number, link, mask or name of a person. ``joined`` says that only a blank stands before it,
    ``begins`` that a sentence begins with it, ``capital`` that a first letter in upper case says something about it:
    null where nothing can be read from its case.
    """

    start: int
    end: int
    surface: str
    small: str
    base: str
    content: bool
    joined: bool
    begins: bool
    capital: bool | None


def words_of(text: str, code: Code) -> list[Word]:
    """Find the words of a text.

    Examples
    --------
    >>> [(w.surface, w.base, w.content) for w in words_of("Die Züge fahren nie.", "de")]
    [('Die', '', False), ('Züge', 'zug', True), ('fahren', 'fahren', True), ('nie', '', False)]
    >>> [w.base for w in words_of("the deliveries of Mr Miller: https://x.example", "en") if w.content]
    ['delivery']
    >>> [w.base for w in words_of("bags &lt; [CUSTOMER NAME] <br/>seats", "en") if w.content]
    ['bag', 'seat']
    """
    lists, never = word_lists(code), stop_words(code) | negators(code) | word_lists(code).nothing
    noise = [match.span() for match in _NOISE.finditer(text)]
    noise += [(first, last) for first, last, _, _ in find_listed(text)]
    spans = tokenize(text, code)
    shouting = sum(text[a:b].isupper() for a, b in spans) * 2 > len(spans)
    starts = [_SENTENCE_END.search(text[max(0, start - 3) : start]) is not None for start, _ in spans]
    # A text without any capital inside: its author writes everything small.
    caseless = not any(text[a].isupper() for (a, _), begins in zip(spans, starts, strict=True) if not begins)
    words: list[Word] = []
    for (start, end), begins in zip(spans, starts, strict=True):
        surface = text[start:end]
        small = surface.lower().replace("’", "'")
        masked = text[start - 1 : start] in ("[", "<") and surface.isupper()
        masked = masked or any(first <= start < last for first, last in noise)
        named = bool(words) and words[-1].small in lists.titles
        plain = end - start <= LONGEST_WORD and _WORD.fullmatch(surface) is not None
        whole = plain and not masked and not named
        # "guten Tag" made "guten" a stop word.
        judges = code == "de" and fold(ENDING.sub("", small)) in lists.adjectives and ENDING.search(small) is not None
        content = whole and (judges or small not in never) and small not in lists.titles | lists.pointing
        joined = bool(words) and text[words[-1].end : start] == " "
        before = words[-1].small if joined else ""
        noun = lists.compounds.get((words[-1].base, small)) if joined else None
        if noun is not None:  # "top up" is one word
            verb = words.pop()
            words.append(replace(verb, end=end, surface=text[verb.start : end], small=noun, base=noun))
            continue
        base = _base(surface, small, code, begins=begins, before=before, caseless=caseless) if content else ""
        content = content and base not in never and base not in lists.pointing
        capital = None if begins or shouting or caseless or not content else surface[:1].isupper()
        words.append(Word(start, end, surface, small, base if content else "", content, joined, begins, capital))
    return words


def addressed_in(texts: Sequence[str], *, least: float = 0.02) -> frozenset[str]:
    """Find the names of those whom a collection addresses: users in so many of its texts, folded.

    Their words stand in sentences, too ("@SouthwestAir", "Southwest is late"), and say to whom is spoken, not of what.

    Examples
    --------
    >>> sorted(addressed_in(["@SouthwestAir late again", "@SouthwestAir no bags"]))
    ['southwest', 'southwestair']
    >>> sorted(addressed_in(["@bahn_info zu spät", "Mail an info@example.de"]))
    ['bahn_info']
    """
    counts = Counter(handle[1:] for text in texts for handle in set(_HANDLE.findall(text)))
    enough = [handle for handle, count in counts.items() if count >= least * len(texts)]
    firsts = [part.group() for handle in enough if (part := _FIRST_PART.match(handle))]
    return frozenset(fold(name) for name in (*enough, *firsts))


def _base(surface: str, small: str, code: Code, *, begins: bool, before: str, caseless: bool) -> str:
    """Give what is compared. Where a sentence begins, a capital may be no noun's ("Tolle App")."""
    lists = word_lists(code)
    if code == "en":
        plain = _POSSESSIVE.sub("", small)
        if plain in lists.gerunds or plain in lists.adjectives:
            return fold(plain)
        return fold(lemma(plain, "en"))
    stem = fold(ENDING.sub("", small))
    if stem in lists.adjectives and (begins or not surface[:1].isupper()):
        return stem
    if surface[:1].isupper() and not begins:
        return _joined(lemma(surface, "de"))
    known = lemma(small, "de")
    if not surface[:1].isupper() and GERMAN_VERB.match(known):
        # "das ticket", "am tag": the dictionary takes what is written small for a verb.
        upper = small[:1].upper() + small[1:]
        noun = lemma(upper, "de")
        likely = caseless and not begins and known != small and noun == upper and before not in lists.pronouns
        if before in lists.determiners or likely:
            return _joined(noun)
    return _joined(known if known != small else lemma(surface, "de"))


def _joined(word: str) -> str:
    """Fold, so that "Service-Hotline" and "Servicehotline" are one."""
    return fold(word).replace("-", "")
