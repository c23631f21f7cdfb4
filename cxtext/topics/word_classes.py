"""Nouns, adjectives, verbs and names, told apart without a trained tagger.

A collection says itself what its words are: German writes nouns with a capital, determiners stand before noun phrases,
pronouns before verbs, and "is" and "very" before adjectives. What a word is follows from all its occurrences together;
lists (:mod:`cxtext.topics.word_lists`) and endings speak where the collection is silent. For texts all in lower case
the German dictionary says what would have a capital.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from cxtext.text.words import fold, is_known, lemma
from cxtext.topics.tokens import ENDING, GERMAN_VERB, Word
from cxtext.topics.word_lists import Code, Gender, word_lists

WordClass = Literal["noun", "adjective", "verb", "adverb", "name", "none"]

_GERMAN_ADJECTIVE = re.compile(r".{3}(?:lich|ig|isch|bar|sam|haft|los|voll|frei|ant|ent|abel|ibel|iv|oes|ell)$")
_GERMAN_NOUN = re.compile(r".{3}(?:ung|heit|keit|tion|taet|schaft|nis|ment|tum|ismus)$")
_PARTICIPLE = re.compile(r"(?:(?:be|ver|zer|er|ent|ueber|unter)\w{3,}|\w{0,6}ge\w{3,})(?:t|en)(?:e|en|em|er|es)$")
_ENGLISH_ADJECTIVE = re.compile(r".{3}(?:ful|ous|able|ible|less|ish|ive|ical|est)$")
_ENGLISH_NOUN = re.compile(r".{2}(?:tion|sion|ment|ness|ity|ance|ence|ship|ism)s?$")
_PLACE_BEFORE = {"de": frozenset({"in", "nach", "aus", "bei"}), "en": frozenset({"in", "from", "at"})}
_GENDER_BEFORE: dict[str, Gender] = {
    **dict.fromkeys(["eine", "einer", "keine", "zur", "meine", "unsere", "ihre", "eure", "jede", "diese"], "f"),
    **dict.fromkeys(["das", "dieses", "jedes", "ins"], "n"),
    **dict.fromkeys(["einen", "keinen", "meinen", "unseren", "ihren", "euren", "jeden", "diesen"], "m"),
}


@dataclass(slots=True)
class _Evidence:
    small: str
    seen: int = 0
    upper: int = 0  # with a capital where it says something
    lower: int = 0
    shouted: int = 0  # in capitals altogether
    past: int = 0  # in -ed, other than its base
    noun: int = 0  # in places where nouns stand
    verb: int = 0
    adjective: int = 0
    determined: int = 0
    place: int = 0
    genders: dict[Gender, int] = field(default_factory=dict)


class WordClasses:
    """What the words of a collection are. ``addressed`` names whom it speaks to, folded, which is no subject."""

    def __init__(
        self, texts: Iterable[Sequence[Word]], code: Code, *, addressed: Collection[str] = frozenset()
    ) -> None:
        self.code = code
        self._addressed = addressed
        self._lists = word_lists(code)
        self._found: dict[str, _Evidence] = {}
        for words in texts:
            self._look(words)
        self._class = {base: self._decide(base, found) for base, found in self._found.items()}
        self._singulars = {base: single for base in self._found if (single := self._singular(base)) is not None}

    def of(self, words: Sequence[Word], place: int) -> WordClass:
        """Say what the word at a place of a text is there."""
        word = words[place]
        if not word.content:
            return "none"
        found = self._class.get(word.base, "none")
        if self.code == "de":
            if word.capital and found not in ("noun", "name"):
                return "noun"
            if word.capital is False and found == "noun" and self._found[word.base].upper:
                # A noun written small, or a verb of the same letters ("Essen", "essen")?
                other = self._found[word.base]
                return "noun" if other.upper > 4 * other.lower else _german_lower(word.small, word.base)
            if found != "noun" and found != "name" and self._modifies(words, place):
                return "adjective"
            return "verb" if found == "adjective" and _is_verb_form(word.small, word.base) else found
        if found == "verb" and self._modifies(words, place):
            return "adjective"
        if found == "noun" and word.base in self._lists.verbs and self._before(words, place) in self._lists.pronouns:
            return "verb"
        return found

    def key(self, word: Word) -> str:
        """Give what a word is counted under: its base, or that of its singular, where the dictionary lacks it."""
        return self._singulars.get(word.base, word.base)

    def gender(self, base: str) -> Gender | None:
        """Say which gender the articles before a German noun show; null where they do not."""
        found = self._found.get(base)
        votes = sorted(found.genders.items(), key=lambda item: (-item[1], item[0])) if found else []
        if not votes or votes[0][1] < 2 or (len(votes) > 1 and votes[1][1] * 2 > votes[0][1]):
            return None
        return votes[0][0]

    def is_name(self, base: str) -> bool:
        """Say whether a word is a name."""
        return self._class.get(base) == "name"

    def is_shouted(self, base: str) -> bool:
        """Say whether a word is mostly written in capitals, as acronyms are."""
        found = self._found.get(base)
        return found is not None and 2 * found.shouted > found.seen

    def _singular(self, base: str) -> str | None:
        """Find the singular of a German noun that the dictionary lacks among the words of the collection."""
        if self.code == "en" or self._class[base] != "noun" or len(base) < 8 or is_known(self._found[base].small, "de"):
            return None
        return next(
            (base[:-n] for n in (1, 2) if base[-n:] in ("n", "en", "e", "s") and base[:-n] in self._found), None
        )

    @staticmethod
    def _before(words: Sequence[Word], place: int) -> str:
        return words[place - 1].small if place and words[place].joined else ""

    def _look(self, words: Sequence[Word]) -> None:
        lists = self._lists
        for i, word in enumerate(words):
            if not word.content:
                continue
            found = self._found.get(word.base)
            if found is None:
                found = self._found[word.base] = _Evidence(small=word.small)
            found.small = min(found.small, word.small)
            found.seen += 1
            if word.capital is not None:
                found.upper += word.capital
                found.lower += not word.capital
            found.past += word.small.endswith("ed") and word.small != word.base
            found.shouted += word.surface.isupper()
            before = self._before(words, i)
            closed = i + 1 == len(words) or not (words[i + 1].content and words[i + 1].joined)
            determined = before in lists.determiners
            found.determined += determined
            # "quality of care", but not "to care".
            after = self.code == "en" and before in lists.inner and before not in lists.pronouns
            # No verb follows a determiner: "the exchange rate".
            plain = self.code == "en" and word.base in lists.verbs and word.small == word.base
            found.noun += (determined or after) and (closed or plain)
            found.verb += before in lists.pronouns
            found.adjective += before in lists.copulas and closed
            found.place += before in _PLACE_BEFORE[self.code]
            if self.code == "de" and before in _GENDER_BEFORE:
                gender = _GENDER_BEFORE[before]
                found.genders[gender] = found.genders.get(gender, 0) + 1

    def _decide(self, base: str, found: _Evidence) -> WordClass:
        if base in self._addressed or fold(found.small) in self._addressed:
            return "none"
        if base in self._lists.places:
            return "name"
        return self._german(base, found) if self.code == "de" else self._english(base, found)

    def _german(self, base: str, found: _Evidence) -> WordClass:
        known = lemma(found.small, "de")
        if 5 * found.upper >= 2 * (found.upper + found.lower) > 0:
            # Names of places and firms take no article.
            bare = 20 * found.determined <= found.seen and 3 * found.place >= found.seen and found.seen > 2
            unknown = not is_known(found.small, "de") and not found.determined and not _GERMAN_NOUN.match(base)
            return "name" if (bare or unknown) and not self.is_shouted(base) else "noun"
        if found.upper + found.lower:
            return _german_lower(found.small, base)
        if base in self._lists.adjectives or base in self._lists.adverbs:
            return _german_lower(found.small, base)
        # The base is another word than the dictionary's verb, where a noun was read ("die liste").
        if known[:1].isupper() or fold(known).replace("-", "") != base or _GERMAN_NOUN.match(base):
            return "noun"
        rest = _german_lower(found.small, base)
        return "noun" if rest != "adjective" and 2 * found.noun >= found.seen > 1 else rest

    def _english(self, base: str, found: _Evidence) -> WordClass:
        lists = self._lists
        if found.upper > max(1, found.lower) and not self.is_shouted(base):
            return "name"
        noun, verb, adjective = found.noun, found.verb, found.adjective
        if base in lists.compounds.values():
            return "noun"
        if base in lists.gerunds or _ENGLISH_NOUN.match(base):
            return "noun"
        if base in lists.adverbs or (base.endswith("ly") and base not in lists.adjectives and noun < 2):
            return "adverb"
        if base in lists.adjectives or _ENGLISH_ADJECTIVE.match(base):
            return "noun" if noun > 2 and 10 * noun >= 7 * found.seen else "adjective"
        if 2 * found.past > found.seen:
            return "verb"
        if base in lists.verbs or base.endswith(("ing", "ed")):
            return "noun" if noun > 1 and 2 * noun >= verb and 10 * noun >= found.seen else "verb"
        if verb > 2 and verb > 3 * noun:
            return "verb"
        return "adjective" if adjective > 2 and adjective > 3 * noun and not found.small.endswith("s") else "noun"

    def _modifies(self, words: Sequence[Word], place: int) -> bool:
        """Say whether a word stands before a noun as an adjective does."""
        word, after = words[place], words[place + 1] if place + 1 < len(words) else None
        if (
            after is None
            or not after.joined
            or not after.content
            or self._class.get(after.base) not in ("noun", "name")
        ):
            return False
        if self.code == "en":
            before = self._before(words, place)
            if word.small.endswith("ing"):  # "the holding queue", but not "for receiving money"
                return before in self._lists.determiners
            return word.small.endswith(("ed", "en")) and before not in self._lists.pronouns
        if not ENDING.search(word.small) or word.begins or after.capital is False:
            return False
        known = lemma(word.small, "de")
        if known[:1].isupper() or _is_verb_form(word.small, fold(known)):
            return False
        return fold(known) != fold(word.small) and fold(word.small).startswith(fold(known)[:3])


def _german_lower(small: str, base: str) -> WordClass:
    """Say what a German word written small is."""
    lists = word_lists("de")
    if base in lists.adverbs:
        return "adverb"
    if base in lists.adjectives or (_GERMAN_ADJECTIVE.match(base) and base not in lists.verbs):
        return "adjective"
    return "verb" if base in lists.verbs or _is_verb_form(small, base) else "none"


def _is_verb_form(small: str, base: str) -> bool:
    """Say whether a German word written small is a form of a verb, and no participle before a noun."""
    if base in word_lists("de").adjectives or not GERMAN_VERB.match(base):
        return False
    small = fold(small)
    # "geschlossene" from "geschlossen" has an ending; "defekten" from "defekt" is no verb to begin with.
    return not _PARTICIPLE.match(small) and not (small.startswith(base) and small != base)
