"""Words: where they stand, their base form, their folded form, and which say nothing by themselves."""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache

from cxtext.config import read_data
from cxtext.documents import LanguageCode

# Letters and digits, held together by hyphens (also the non-breaking one), apostrophes and invisible soft hyphens, and
# by a full stop or comma between digits. A leading hyphen of „Lieferung und -kontrolle" stays outside.
_WORD = re.compile(r"[^\W_]+(?:(?:[-\u2010\u2011'’\u00ad&]|(?<=\d)[.,](?=\d))[^\W_]+)*")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_HYPHENS = str.maketrans({"\u2010": "-", "\u2011": "-", "’": "'", "\u00ad": None})
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
# Longer than any word of a dictionary, with which looking one up in parts would take quadratic time.
LONGEST_WORD = 100
_SPELLED_OUT = (("ae", "ä"), ("oe", "ö"), ("ue", "ü"), ("ss", "ß"))


def tokenize(text: str, language: LanguageCode = "de") -> tuple[tuple[int, int], ...]:
    """Find the words of a text.

    Parameters
    ----------
    text
        The text.
    language
        For now one rule serves both languages: in English ``'s`` stays at its word, too.

    Returns
    -------
    (start, end) of each word, in order. Punctuation and emoji are no words.

    Examples
    --------
    >>> text = "Die App-Abstürze, 3,5 Std. Wartezeit!"
    >>> [text[a:b] for a, b in tokenize(text, "de")]
    ['Die', 'App-Abstürze', '3,5', 'Std', 'Wartezeit']
    >>> text = "It doesn't work 👎"
    >>> [text[a:b] for a, b in tokenize(text, "en")]
    ['It', "doesn't", 'work']
    """
    return tuple(match.span() for match in _WORD.finditer(text))


def fold(word: str) -> str:
    """Fold what is one word in different spellings: capitals, umlauts, ß and ss, hyphens, composed letters.

    Two words are the same for search and counting if they fold to the same. The result is a key, not a spelling.

    Examples
    --------
    >>> fold("Verspaetung") == fold("Verspätung")
    True
    >>> fold("Grüsse") == fold("GRÜẞE")
    True
    >>> fold("Can’t")
    "can't"
    """
    return unicodedata.normalize("NFC", word).casefold().translate(_HYPHENS).translate(_UMLAUTS)


def lemma(word: str, language: LanguageCode = "de") -> str:
    """Give the base form of a word, by ``simplemma``; German spelled without umlauts or ß is tried with them.

    The first German word loads a dictionary (about a second). Words of ``"other"`` languages stay as they are.

    Parameters
    ----------
    word
        One word.
    language
        ``"de"`` or ``"en"``.

    Examples
    --------
    >>> lemma("Verspätungen", "de"), lemma("Verspaetungen", "de"), lemma("stürzt", "de")
    ('Verspätung', 'Verspätung', 'stürzen')
    >>> lemma("deliveries", "en")
    'delivery'
    """
    return word if len(word) > LONGEST_WORD else _lemma(word, language)


@lru_cache(maxsize=65536)
def _lemma(word: str, language: LanguageCode) -> str:
    if language == "other" or _LONE_SURROGATE.search(word):
        return word
    from simplemma import is_known, lemmatize

    plain = unicodedata.normalize("NFC", word).translate(_HYPHENS)
    if language == "de" and not is_known(plain, lang="de"):
        plain = next((v for v in _spellings(plain) if is_known(v, lang="de")), plain)
    if not plain.strip("-'"):
        return word
    found: str = lemmatize(plain, lang=language)
    return found


def is_known(word: str, language: LanguageCode = "de") -> bool:
    """Say whether a word is in the dictionary of ``simplemma``, in whatever spelling and case.

    Examples
    --------
    >>> is_known("verspaetung", "de"), is_known("liefer", "de")
    (True, False)
    >>> is_known("queues", "en")
    True
    """
    return len(word) <= LONGEST_WORD and _is_known(word, language)


@lru_cache(maxsize=65536)
def _is_known(word: str, language: LanguageCode) -> bool:
    if language == "other" or _LONE_SURROGATE.search(word) or not word.strip("-'"):
        return False
    from simplemma import is_known as listed

    written = [word, *_spellings(word)] if language == "de" else [word]
    return any(listed(form, lang=language) for w in written for form in (w, w.capitalize()))


def _spellings(word: str) -> Iterator[str]:
    """Spell ae, oe, ue and ss as German with its own letters would."""
    every = word
    for plain, letter in _SPELLED_OUT:
        for variant in (word.replace(plain, letter), word.replace(plain.capitalize(), letter.upper())):
            if variant != word:
                yield variant
        every = every.replace(plain, letter)
    if every != word:
        yield every


@cache
def stop_words(language: LanguageCode = "de") -> frozenset[str]:
    """Give the words that say nothing by themselves, in lower case. Negators are not among them.

    Examples
    --------
    >>> "und" in stop_words("de"), "nicht" in stop_words("de")
    (True, False)
    >>> "the" in stop_words("en"), "not" in stop_words("en")
    (True, False)
    """
    if language == "other":
        return frozenset()
    words, languages = _table("words"), _table("languages")
    stop = {*languages["words"][language].split(), *words["stop"][language].split()}
    return frozenset(stop - negators(language))


@cache
def negators(language: LanguageCode = "de") -> frozenset[str]:
    """Give the words that turn a meaning round, in lower case.

    Examples
    --------
    >>> "kein" in negators("de"), "never" in negators("en")
    (True, True)
    """
    return frozenset() if language == "other" else frozenset(_table("words")["negators"][language].split())


@cache
def _table(name: str) -> dict[str, dict[str, str]]:
    return read_data(f"{name}.toml")
