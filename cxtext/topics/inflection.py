"""The form in which a phrase is shown: nominative, German nouns with a capital, English ones without.

A German adjective takes the ending that goes with the noun's gender ("guten Service" becomes "guter Service"). The
gender is read off the end of the noun, which also serves compounds, else off the articles in the collection.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from cxtext.text.words import fold, lemma
from cxtext.topics.word_lists import Gender, gender_endings

_ENDINGS: Mapping[Gender | None, str] = {"m": "er", "f": "e", "n": "es", None: "e"}
_INFLECTED = re.compile(r"(?P<stem>\w{2,}?)(?:e|en|em|er|es)$")
# They never change, though they look as if they did.
_FIXED = frozenset({"super", "klasse", "spitze", "extra", "prima", "lecker", "mega", "top", "sicher"})
_MANY = 3  # times as frequent as the singular: then the plural is what people say


def gender_of(noun: str) -> Gender | None:
    """Read the gender of a German noun off its end; null where that does not tell.

    Examples
    --------
    >>> gender_of("Wartezeit"), gender_of("Bahnsteig"), gender_of("Mädchen"), gender_of("Xylo")
    ('f', 'm', 'n', None)
    """
    plain, endings = fold(noun), gender_endings()
    return next((endings[plain[i:]] for i in range(len(plain)) if plain[i:] in endings), None)


def german_noun(forms: Mapping[str, int]) -> tuple[str, bool]:
    """Choose the form of a German noun: the singular, or the plural where that is what people say.

    Parameters
    ----------
    forms
        How often it is written how.

    Returns
    -------
    The form, and whether it is a plural.

    Examples
    --------
    >>> german_noun({"Zügen": 2, "Zug": 1})
    ('Zug', False)
    >>> german_noun({"mitarbeitern": 5, "Mitarbeiterinnen": 1, "Öffnungszeiten": 1})[0]
    'Mitarbeiter'
    >>> german_noun({"Öffnungszeiten": 4})
    ('Öffnungszeiten', True)
    """
    grouped: Counter[str] = Counter()
    for form, count in forms.items():
        grouped[_capital(form)] += count
    best = min(grouped, key=lambda form: (-grouped[form], form))
    base = _capital(lemma(best, "de"))
    if base == best + "r":  # "Angestellte", whose dictionary form "Angestellter" has an ending of its own
        return best, False
    singular = sum(n for form, n in grouped.items() if form == base or form in (base + "s", base + "es"))
    plural = sum(grouped.values()) - singular
    if base == best or fold(base) == fold(best) or plural < _MANY * singular or (singular and plural < _MANY):
        return base, False
    # "Zügen" is the dative of "Züge"; "Gebühren" is not that of a word "Gebühre".
    nominative = best.removesuffix("n")
    if nominative == base:
        return base, False
    dative = nominative != best and (nominative in grouped or nominative.endswith(("er", "el", "chen")))
    return (nominative if dative else best), True


def german_phrase(first: Mapping[str, int], noun: str, gender: Gender | None, *, plural: bool) -> str:
    """Put an adjective, or "kein", before a noun.

    Parameters
    ----------
    first
        How often the adjective is written how.
    noun, gender, plural
        What it stands before.

    Examples
    --------
    >>> german_phrase({"guten": 3, "gutem": 1}, "Service", "m", plural=False)
    'guter Service'
    >>> german_phrase({"lange": 3}, "Wartezeiten", "f", plural=True)
    'lange Wartezeiten'
    >>> german_phrase({"keinen": 3}, "Aufzug", "m", plural=False)
    'kein Aufzug'
    """
    inflected = {form: n for form, n in first.items() if _is_inflected(form.lower())} or first
    best = min(inflected, key=lambda form: (-inflected[form], form))
    small = best.lower() if "-" not in best else best
    if small.startswith("kein"):
        feminine = gender == "f" or (gender is None and small == "keine")
        return f"{'keine' if plural or feminine else 'kein'} {noun}"
    match = _INFLECTED.fullmatch(small)
    if match is None or small in _FIXED:
        return f"{small} {noun}"
    stem = match["stem"]
    if not _is_inflected(small):  # "teuer" has no ending
        stem = re.sub(r"e([rl])$", r"\1", small)
    if gender is None and not plural:
        ends = {form.lower()[-2:] for form in inflected}
        gender = "n" if "es" in ends else "m" if ends & {"er", "en", "em"} else "f"
    return f"{stem}{_ENDINGS[None if plural else gender]} {noun}"


def english_phrase(forms: Mapping[str, int], *, acronyms: Sequence[str], names: Sequence[str] = ()) -> str:
    """Choose the form of an English phrase: the most frequent one, in lower case but for acronyms and names.

    Examples
    --------
    >>> english_phrase({"Waiting Times": 2, "waiting times": 1, "waiting time": 1}, acronyms=[])
    'waiting time'
    >>> english_phrase({"NHS app": 2}, acronyms=["nhs"])
    'NHS app'
    """
    grouped: Counter[str] = Counter()
    for form, count in forms.items():
        words = form.replace("’", "'").split()
        grouped[" ".join(_english_word(w, fold(w) in acronyms, fold(w) in names) for w in words)] += count
    best = min(grouped, key=lambda form: (-grouped[form], form))
    head = best.split()[-1]
    if fold(head) in acronyms:
        return best
    single = best[: len(best) - len(head)] + lemma(head.removesuffix("'s"), "en")
    return single if _MANY * grouped.get(single, 0) >= grouped[best] or head.endswith("'s") else best


def _is_inflected(small: str) -> bool:
    """Say whether an adjective has an ending: "guten", but not "teuer" and "offen"."""
    return _INFLECTED.fullmatch(small) is not None and (small[-2:] not in ("er", "en") or lemma(small, "de") != small)


def _english_word(word: str, acronym: bool, name: bool) -> str:
    if acronym:
        return word.upper()
    return word[:1].upper() + word[1:] if name else word.lower()


def _capital(form: str) -> str:
    return (
        form if form[:1].isupper() and not (form.isupper() and len(form) > 5) else form[:1].upper() + form[1:].lower()
    )
