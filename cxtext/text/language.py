"""Which language a document is written in.

Short feedback is where language identification fails: a Naive Bayes model over byte n-grams, as in langid.py (Lui and
Baldwin 2012, "langid.py: An Off-the-shelf Language Identification Tool"), calls „der customer support war super
helpful" English and "ok" Hungarian. So the words speak first: lists of frequent words by language decide where they are
clear, which also spares most texts the model. Only the rest is asked of ``py3langid``, over European languages in
Latin script, and its answer is weighed together with the words.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import exp
from typing import Any, ClassVar, cast

from cxtext.config import read_data
from cxtext.documents import Document, Language, LanguageCode, digits
from cxtext.pipeline import Draft

# More of a long text does not make its language clearer, only later.
_LONGEST = 4_000

# Languages in Latin script that customers in Europe write. Rarer ones only take short texts away from German and
# English (Luxembourgish and Afrikaans from German, Latin and Esperanto from both).
_LATIN = (
    "de", "en", "fr", "it", "es", "pt", "nl", "da", "sv", "no", "pl", "tr", "cs", "ro", "hu", "fi", "hr", "sk", "sl",
    "sq", "vi", "id",
)  # fmt: skip

# How sure a part of a text must be to have a language other than that of the whole.
_CLEAR = 0.9
# Fewer words than these are a name, a title or a greeting.
_CLAUSE = 4
# In longer texts the share of the words tells.
_SHORT = 40
_CLEAR_CLAUSE = 0.75
_CLAUSES = re.compile(r"[.!?;,:\n]+(?:\s|$)")

# What says nothing about the language of the sentence around it.
_NOISE = re.compile(r"https?://\S+|www\.\S+|\S{1,64}@\S+|[@#]\w+|\w*\d\w*|\b(?:RT|via)\b")
# Noise never crosses white space and holds one of these, but for the rare kinds: most texts are spared the above.
_NOISY = re.compile(r"[@#\d/]")
_NOISY_RUN = re.compile(r"(?<!\S)[^\s@#\d/]*[@#\d/]\S*")
_RARE_NOISE = re.compile(r"www\.|RT|via")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
# Greek to Georgian, CJK and kana, Hangul, presentation forms: letters that are not Latin.
_FOREIGN = re.compile(
    "[\u0370-\u1cff\u1f00-\u1fff\u2e80-\ud7ff\uf900-\ufaff\ufb1d-\ufdff\ufe70-\ufefe\uff66-\uffdc]|[\U00020000-\U0003ffff]"
)
_GERMAN_LETTERS = re.compile("[äöüß]")
# Letters that neither German nor (loan words aside) English has.
_OTHER_LETTERS = re.compile("[çğışñáàâãåæøíìîóòôõúùûýéèêëœąęłńśźżčďěňřšťůžăâșțőű]")
_GERMAN_ENDINGS = (
    "ung", "ungen", "heit", "heiten", "keit", "keiten", "lich", "liche", "lichen", "licher", "liches", "isch", "ische",
    "ischen", "schaft", "chen", "iert", "ieren",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Entry:
    """A word of the lists: its languages and its weight for each; German or English if it has no other language.

    ``function`` is the language whose function word it is.
    """

    codes: tuple[str, ...]
    share: float
    only: str | None
    function: str | None


@cache
def _lexicon() -> Mapping[str, _Entry]:
    table = read_data("languages.toml")
    owners: dict[str, list[str]] = {}
    for code, words in [*table["words"].items(), *table["everyday"].items()]:
        for word in dict.fromkeys(words.split()):
            if code not in owners.setdefault(word, []):
                owners[word].append(code)
    function = {code: set(table["words"][code].split()) for code in ("de", "en")}
    return {word: _entry(word, tuple(codes), function) for word, codes in owners.items()}


def _entry(word: str, codes: tuple[str, ...], function: Mapping[str, set[str]]) -> _Entry:
    only = codes[0] if codes in (("de",), ("en",)) else None
    builds = only is not None and word in function[only]
    return _Entry(codes, 1 / len(codes), only, only if builds else None)


@cache
def _identifier() -> Any:  # noqa: ANN401 (the library is untyped)
    """Load the n-gram model; about half a second, so only when a text needs it."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(_LATIN)
    return identifier


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the words of a text say.

    ``german``, ``english`` and ``other`` are weights of known words; ``only_*`` count words that only this language
    has, ``function_*`` those of them that build its sentences.
    """

    words: int
    letters: int
    foreign: int
    german: float
    english: float
    other: float
    only_german: int
    only_english: int
    function_german: int
    function_english: int


def weigh(text: str) -> tuple[Evidence, str]:
    """Weigh the words of a text for German, for English and for the strongest other language.

    Parameters
    ----------
    text
        Any text. Links, addresses, @names, #tags and numbers do not count.

    Returns
    -------
    The evidence, and the words that are left.

    Examples
    --------
    >>> evidence, _ = weigh("Die App stürzt ständig ab.")
    >>> evidence.german > evidence.english
    True
    >>> evidence, _ = weigh("The app keeps crashing.")
    >>> evidence.english > evidence.german
    True
    """
    known = _lexicon()
    head = text[:_LONGEST].replace("’", "'")
    words = _WORD.findall(_without_noise(head).lower())
    if len(words) < 3 and "#" in head:  # some posts are made of tags alone
        words = _WORD.findall(_without_noise(head.replace("#", "")).lower())
    weights: defaultdict[str, float] = defaultdict(float)
    only = {"de": 0, "en": 0}
    function = {"de": 0, "en": 0}
    for word in words:
        entry = known.get(word)
        if entry is not None:
            for code in entry.codes:
                weights[code] += entry.share
            if entry.only is not None:
                only[entry.only] += 1
            if entry.function is not None:
                function[entry.function] += 1
        elif not word.isascii() and _OTHER_LETTERS.search(word):
            weights["?"] += 0.5
        elif _looks_german(word):
            weights["de"] += 0.5
            only["de"] += 1
    german, english, unnamed = weights.pop("de", 0.0), weights.pop("en", 0.0), weights.pop("?", 0.0)
    plain = " ".join(words)
    evidence = Evidence(
        words=len(words),
        letters=len(plain) - max(len(words) - 1, 0),
        foreign=0 if plain.isascii() else len(_FOREIGN.findall(plain)),
        german=german,
        english=english,
        other=max(weights.values(), default=0.0) + unnamed,
        only_german=only["de"],
        only_english=only["en"],
        function_german=function["de"],
        function_english=function["en"],
    )
    return evidence, plain


def _without_noise(text: str) -> str:
    if _RARE_NOISE.search(text) is not None:
        return _NOISE.sub(" ", text)
    if _NOISY.search(text) is None:
        return text
    return _NOISY_RUN.sub(lambda run: _NOISE.sub(" ", run.group()), text)


def _looks_german(word: str) -> bool:
    if not word.isascii() and _GERMAN_LETTERS.search(word) is not None:
        return True
    return len(word) > 5 and word.endswith(_GERMAN_ENDINGS)


def detect(text: str, *, declared: LanguageCode | None = None, question: str | None = None) -> Language:
    """Say which language a text is written in.

    ``other`` needs clear evidence. Doubtful, very short, emoji-only and number-only texts get the declared language,
    else that of the question, else the nearer of German and English, with low confidence. A declared language always
    wins, because whoever exported the data knows more than one sentence tells; ``confidence`` still says how well the
    text agrees with it, so that a column that is wrong shows.

    Parameters
    ----------
    text
        The text.
    declared
        What the source says the language is.
    question
        What was asked; people mostly answer in the language of the question.

    Returns
    -------
    Language
        ``code``, ``confidence`` from 0 to 1, and ``mixed`` where German and English both occur in substance.

    Examples
    --------
    >>> detect("Der Customer Support war super helpful")
    Language(code='de', confidence=..., mixed=True)
    >>> detect("The staff were kind and listened.").code
    'en'
    >>> detect("Le livreur n'est jamais venu et personne ne répond.").code
    'other'
    >>> detect("👍👍", declared="de").code
    'de'
    """
    evidence, plain = weigh(text)
    mixed = _is_mixed(evidence) or _has_clauses_of_both(text, evidence)
    probabilities = _probabilities(evidence, plain)
    if declared is not None:
        return Language(code=declared, confidence=digits(probabilities[declared]), mixed=mixed)
    code = cast(LanguageCode, max(("de", "en"), key=lambda c: (probabilities[c], c)))
    if _is_other(evidence, probabilities):
        code = "other"
    elif question is not None and abs(probabilities["de"] - probabilities["en"]) < 0.3:
        asked = detect(question)
        code = asked.code if asked.code != "other" else code
    return Language(code=code, confidence=digits(probabilities[code]), mixed=mixed and code != "other")


def detect_segments(text: str, spans: Sequence[tuple[int, int]], whole: Language) -> tuple[Language, ...]:
    """Say which language each part of a text is written in.

    A part that does not say it clearly has the language of the whole text, with the confidence of its own words.

    Parameters
    ----------
    text
        The whole text.
    spans
        Start and end of each part, e.g. of an annotation's segments.
    whole
        The language of the whole text.

    Examples
    --------
    >>> text = "Die Lieferung kam zu spät. The staff were kind and helpful. Ok."
    >>> spans = [(0, 26), (27, 59), (60, 63)]
    >>> [part.code for part in detect_segments(text, spans, detect(text, declared="de"))]
    ['de', 'en', 'de']
    """
    parts = []
    for start, end in spans:
        own = detect(text[start:end])
        clear = own.code == "other" or own.confidence >= _CLEAR
        parts.append(own if clear else detect(text[start:end], declared=whole.code))
    return tuple(parts)


def _is_mixed(evidence: Evidence) -> bool:
    # Two words at least: one English noun in a German sentence is a loan word.
    least = max(2, 0.15 * evidence.words)
    return evidence.only_english >= least and evidence.only_german >= least


def _has_clauses_of_both(text: str, evidence: Evidence) -> bool:
    """Say whether one clause is clearly German and another English, however few of their words are frequent ones."""
    if not 2 * _CLAUSE <= evidence.words <= _SHORT or not evidence.only_german or not evidence.only_english:
        return False
    codes = set()
    for clause in _CLAUSES.split(text[:_LONGEST]):
        own, plain = weigh(clause)
        if own.words < _CLAUSE:
            continue
        probabilities = _probabilities(own, plain)
        code = max(("de", "en"), key=lambda c: probabilities[c])
        if probabilities[code] >= _CLEAR_CLAUSE and (own.only_german if code == "de" else own.only_english):
            codes.add(code)
    return len(codes) == 2


def _is_other(evidence: Evidence, probabilities: Mapping[str, float]) -> bool:
    if evidence.foreign >= 2 and evidence.foreign > evidence.letters / 2:
        return True
    if evidence.words < 3 or probabilities["other"] <= 0.8:
        return False
    near = max(evidence.german, evidence.english)
    if evidence.words < 4 or not evidence.other:
        # No word of the three languages is known, or there are hardly any: the n-grams must be as sure as they get.
        return near <= 0.1 * evidence.words and probabilities["other"] > 0.97
    # Words of the other language say so, or the text is long enough to believe the n-grams alone.
    return evidence.other > near or (evidence.words >= 6 and near <= 0.1 * evidence.words)


def _probabilities(evidence: Evidence, plain: str) -> dict[str, float]:
    """Probabilities of de, en and other; they sum to 1."""
    if evidence.foreign > evidence.letters / 2:
        return {"de": 0.0, "en": 0.0, "other": 1.0}
    if evidence.words == 0:
        return {"de": 1 / 3, "en": 1 / 3, "other": 1 / 3}
    if _is_mixed(evidence) and evidence.function_german != evidence.function_english:
        # The matrix language of a mixed sentence is the one that gives the function words (Myers-Scotton 1993).
        german = evidence.function_german / (evidence.function_german + evidence.function_english)
        return {"de": german, "en": 1.0 - german, "other": 0.0}
    scores = {"de": evidence.german, "en": evidence.english, "other": evidence.other}
    ranked = sorted(scores.values(), reverse=True)
    clear = ranked[0] >= 1.5 and ranked[0] >= 2 * ranked[1] + 0.5 and ranked[0] > 0.2 * evidence.words
    prior = {"de": 0.45, "en": 0.45, "other": 0.1}
    if not clear or scores["other"] == ranked[0]:
        guesses = dict(_identifier().rank(plain))
        near = {"de": guesses["de"], "en": guesses["en"]}
        prior = {**near, "other": max(0.0, 1.0 - sum(near.values()))}
    # The words of a text are not independent; each counts for one factor of e.
    weighed = {code: (prior[code] + 0.01) * exp(min(scores[code], 30.0)) for code in prior}
    total = sum(weighed.values())
    return {code: value / total for code, value in weighed.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageConfig:
    """Language detection has no options."""


class DetectLanguage:
    """Stage ``language.v1``: the language of each document; of a conversation, that in which the customer speaks.

    Examples
    --------
    >>> stage = DetectLanguage()
    >>> stage.predict([Draft(document=Document(text="Die Lieferung kam zu spät."))])[0]["language"].code
    'de'
    >>> stage.predict([Draft(document=Document(text="The delivery was late."))])[0]["language"].code
    'en'
    """

    name: ClassVar[str] = "language.v1"
    requires: ClassVar[frozenset[str]] = frozenset({"document"})
    provides: ClassVar[frozenset[str]] = frozenset({"language"})
    Config: ClassVar[type] = LanguageConfig

    def __init__(self, config: LanguageConfig | None = None) -> None:
        self._config = config or LanguageConfig()

    @property
    def config(self) -> LanguageConfig:
        """The stage's frozen config."""
        return self._config

    def predict(self, batch: Sequence[Draft]) -> list[dict[str, Any]]:
        """Give the language of each draft's document."""
        return [{"language": _of(draft.document)} for draft in batch]


def _of(document: Document) -> Language:
    if not document.turns:
        return detect(document.text, declared=document.language, question=document.question)
    own, others = _voices(document)
    # In doubt people answer in the language in which they are asked.
    return detect(own, declared=document.language, question=document.question or others or None)


def _voices(document: Document) -> tuple[str, str]:
    """Give what the customer says in a conversation, and what the others say; no more than is looked at."""
    known = any(turn.role is not None for turn in document.turns)
    voices: tuple[list[str], list[str]] = ([], [])
    lengths = [0, 0]
    for turn in document.turns:
        which = 1 if known and turn.role != "customer" else 0
        if lengths[which] < _LONGEST:
            words = document.text[turn.start : turn.end]
            voices[which].append(words)
            lengths[which] += len(words) + 1
    return "\n".join(voices[0]), "\n".join(voices[1])
