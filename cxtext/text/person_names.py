"""Find names of the lists, and what in English can only be a name."""

import re
from collections.abc import Iterator

from cxtext.text.name_lists import CONTEXT_WIDTH, NAME, PARTICLES, WORD, Names, english, initial, names, part_of_other
from cxtext.text.postal_addresses import counted

# A name does not go on in the next line, where an address may begin.
_BLANK = r"[ \t\u00a0]"
_BEGINS_A_PHRASE = frozenset({"von", "vom", "zu", "zur"})
_CAPITALISED = re.compile(r"(?<![\w@#./&-])(?:[DLO]['’](?=[A-Z]))?[A-ZÀ-ÖØ-ÞĀ-Ž][^\W\d_]+(?:[-'’][^\W\d_]+)*")
# „von Müller" is mostly „by Müller".
_PARTICLES_BEFORE = re.compile(r"(?<![\w-])(?:(?:van(?: de[nr]?)?|da|di|du|dos|ter|del|della|de(?: la)?) )$")
_AND_BEFORE = re.compile(r"([^\W\d_]+)\s(?:and|und)\s$")
_AND_BEHIND = re.compile(r"\s(?:and|und)\s([^\W\d_]+)")
_LOWER_WORD = re.compile(r"(?<![\w@#./-])[^\W\d_]{3,}(?:[-'’][^\W\d_]+)*|(?<=\s)[^\W\d_]\.?(?=\s)")
_LOWER_TITLE = re.compile(
    r"\b(?:herrn?|frau|mister|mrs|mr|ms|miss|dr)\.?\s(?:dr\.?\s)?([^\W\d_]{3,20}(?:\s[^\W\d_]{3,20})?)\b"
)
_LOWER_INTRODUCED = re.compile(
    r"(?:my name is|mein name ist|ich heiße|ich heisse|(?:calls?|called) me|last name\?|your name\?|"
    r"name is|name:|user:)\s{1,6}"
    r"([^\W\d_]{3,20}(?:\s[^\W\d_]\.?(?=\s))?(?:\s[^\W\d_]{3,20})?)"
)
# A preview that ends in the middle of a word: „am Donn... https://".
_CUT_OFF = re.compile(r"[^\W\d_]{1,40}(?:\.{3}|…)\s?http")
_CAPITAL_BEHIND = re.compile(r"['’]?s?[ -](?:& |and )?[A-ZÀ-ÖØ-Þ0-9]|[&@/_-]|\.\w")
_CAPITALISED_BEFORE = re.compile(r"(?<![\w-])([A-ZÀ-ÖØ-Þ][\w'’.-]{0,30})[ &]{1,3}$")
_INITIAL_BEHIND = re.compile(r"[ ][^\W\d_a-zß-öø-ÿ]\.?[ ]([^\W\d_a-zß-öø-ÿ][^\W\d_]{2,25})(?![\w-])")
_CAPITAL = re.compile(r"[A-ZÀ-ÖØ-Þ]")
_WORD_BEHIND = re.compile(r"[^\s]{1,40}")  # no word of the lists is longer


def find_listed(text: str) -> Iterator[tuple[int, int, float, str]]:
    """Find names of the lists: start, end, score and which rule says so.

    Examples
    --------
    >>> text = "Danke, Sarah! Auch Katarzyna Wieczorek half."
    >>> [text[a:b] for a, b, _, _ in find_listed(text)]
    ['Sarah', 'Katarzyna Wieczorek']
    >>> text = "I spoke to Piotr at Burger King."
    >>> [text[a:b] for a, b, _, _ in find_listed(text)]
    ['Piotr']
    """
    known = names()
    if _CAPITAL.search(text) is None:
        yield from _lower(text, known)
        return
    after, some_english = 0, _holds_english(text, known)
    for match in _CAPITALISED.finditer(text):
        word = match.group()
        plain = word[:-2] if word[-2:] in ("'s", "’s") else word
        if match.start() < after or plain.isupper() or plain in known.not_names:
            continue
        # One letter, then a stop or a blank: most words need no expression.
        short = text[match.end() + 2 : match.end() + 3] in (".", " ")
        middle = _INITIAL_BEHIND.match(text, match.end()) if short else None
        if middle is not None and _with_initial(word, middle.group(1), text, match.start(), middle.end(), known):
            after = middle.end()
            yield match.start(), after, known.score, "with_initial"
        elif known.listed(plain):
            brand = plain.casefold() in known.in_not_persons and known.not_persons.match(text, match.start())
            other = brand or (
                _CUT_OFF.match(text, match.start()) if text[match.end() : match.end() + 1] in ".…" else None
            )
            after, found = (other.end(), None) if other else _listed(plain, text, match, known)
            if found is not None:
                yield found
        elif (
            some_english
            and (not plain.isascii() or plain.endswith(known.english_tails))
            and _only_a_name_in_english(plain, text, *match.span(), known)
        ):
            after = match.end()
            start, end = _given_before(text, match.start(), known), match.start() + len(plain)
            yield start, end, known.score, "foreign_in_english"
    yield from _lower_titles(text, known)


def _listed(word: str, text: str, match: re.Match[str], known: Names) -> tuple[int, tuple[int, int, float, str] | None]:
    """Say where to read on behind a listed name, and what was found: nothing where it is also something else."""
    start, end = match.start(), match.start() + len(word)
    surname = word not in known.given
    whole = _whole(text, start, end, known) if end == match.end() else end
    if surname:
        start = _given_before(text, start, known)
        start = _particles_before(text, start) if not known.doubtful(word) else start
    if _place_behind(text, whole, known) and (surname or whole > match.end()):
        return whole, None
    if whole > match.end() or start < match.start():
        return max(whole, end), (start, max(whole, end), known.score, "given_and_surname")
    if (
        not known.doubtful(word)
        or _told_by_context(text, start, end, known)
        or (word in known.in_english and _stands_alone(text, start, end, known) and english(text, start, end))
    ):
        return end, (start, end, known.score, "surname" if surname else "given")
    return match.start(), None


def _holds_english(text: str, known: Names) -> bool:
    """Whether there is an English word in a text: most German ones need not be asked where."""
    return not known.english.isdisjoint(text.lower().split())


def _stands_alone(text: str, start: int, end: int, known: Names) -> bool:
    """Whether no other capitalised word stands beside a name: „Wilson Airport", „Johnson & Johnson", „Royal Gibson"."""
    if _CAPITAL_BEHIND.match(text, end):
        return False
    before = _CAPITALISED_BEFORE.search(text, max(0, start - CONTEXT_WIDTH), start)
    return before is None or before.group(1).lower() in known.everyday


def _only_a_name_in_english(word: str, text: str, start: int, end: int, known: Names) -> bool:
    """Whether an unlisted word with foreign letters or the ending of a surname is a name: in English, and alone."""
    other = word in known.exceptions or word in known.not_surnames or word in known.places
    other = other or word.lower() in known.everyday or len(word) < 4
    return not other and _stands_alone(text, start, end, known) and english(text, start, end)


def _with_initial(first: str, last: str, text: str, start: int, end: int, known: Names) -> bool:
    """Whether two words with an initial between them are a name: „Vitamin C Serum" is none."""
    for word in (first, last):
        other = word in known.not_surnames or word in known.places or word.lower() in known.everyday or word.isupper()
        if other or (known.word(word) and not known.listed(word)):
            return False
    return counted(first) is False and (known.listed(first) or known.listed(last) or english(text, start, end))


def _place_behind(text: str, end: int, known: Names) -> bool:
    """Whether a place is named after somebody: „McClelland Park", „Harold Washington Center"."""
    behind = _WORD_BEHIND.match(text, end + 1) if text[end : end + 1] in " -" else None
    return behind is not None and behind.group().rstrip(".,;:!?") in known.places


def _told_by_context(text: str, start: int, end: int, known: Names) -> bool:
    """Whether words in front say that a name comes, or another name stands beside this one: „Usamov and Bowers"."""
    before = text[max(0, start - CONTEXT_WIDTH) : start]
    if known.before.search(before):
        return True
    beside = [_AND_BEFORE.search(before), _AND_BEHIND.match(text, end)]
    return any(found is not None and known.sure(found.group(1)) for found in beside)


def _whole(text: str, start: int, end: int, known: Names) -> int:
    """Give the end of a name with the surnames behind it."""
    behind = known.surname_behind.match(text, end)
    first = text[start:end]
    last, doubtful = end, first in known.not_alone or first not in known.given
    surname = False
    for word in WORD.finditer(behind.group()) if behind else ():
        shown = word.group().rstrip(".")
        # „Josef Urschitz zur Lage": behind a surname these are words of the sentence.
        if surname and shown in _BEGINS_A_PHRASE:
            break
        # „Rose Garden" is none: a name that is also a word needs another name behind it.
        if doubtful and last == end and shown not in PARTICLES and not initial(shown) and not known.sure(shown):
            if shown in known.places or not _two_names(first, shown, known):
                break
            if not english(text, start, end):
                break
        if shown in known.not_surnames or (
            shown.lower() in known.function and shown not in PARTICLES and not initial(word.group())
        ):
            break
        if shown not in PARTICLES and (len(shown) > 1 or word.group().endswith(".")):
            last = end + word.end()
            surname = len(shown) > 1
    return last


def _two_names(given: str, surname: str, known: Names) -> bool:
    """Whether two words that are also something else are a name together: „Mark Johnson", not „Rose Garden"."""
    if given in known.in_english and not known.word(surname):
        return True
    plain = surname.lower() not in known.everyday and surname not in known.not_surnames
    return given in known.also_words and plain and known.listed(surname)


def _particles_before(text: str, start: int) -> int:
    """Give the start of a surname with the small words that belong to it: „van der Sloot"."""
    before = _PARTICLES_BEFORE.search(text, max(0, start - CONTEXT_WIDTH), start)
    return start if before is None else before.start()


def _given_before(text: str, start: int, known: Names) -> int:
    """Give the start of a name with an unlisted given name in front: „Bonifacy Kaczmarek"."""
    before = re.search(
        rf"(?<![\w@#./-])({NAME})(?:{_BLANK}[A-Z]\.?)?{_BLANK}$", text[max(0, start - CONTEXT_WIDTH) : start]
    )
    if before is None or len(before.group(1)) < 3:
        return start
    word = before.group(1)
    if word in known.not_surnames or word.lower() in known.everyday or word in known.not_alone:
        return start
    surname = text[start : start + CONTEXT_WIDTH].partition(" ")[0].rstrip(".,;:!?")
    if surname in known.not_alone and word not in known.given:
        english_name = surname in known.in_english and len(before.group(1)) > 4 and english(text, start, start)
        if not english_name or word in known.places:
            return start
    return max(0, start - CONTEXT_WIDTH) + before.start()


def _lower(text: str, known: Names) -> Iterator[tuple[int, int, float, str]]:
    """Names in texts without capitals, as speech recognition writes them: two names, or one that is introduced."""
    yield from _lower_titles(text, known)
    for match in _LOWER_INTRODUCED.finditer(text):
        start, end = match.span(1)
        found = list(WORD.finditer(text[start:end]))
        kept = start
        for word in found:
            if word.group() in known.everyday:
                break
            kept = start + word.end()
        if kept > start:
            yield start, kept, 0.8, "lower_introduced"
    words = list(_LOWER_WORD.finditer(text))
    for i, word in enumerate(words):
        first = word.group().title()
        if first not in known.given or word.group() in known.everyday or part_of_other(text, *word.span()):
            continue
        if len(first) > 3 and (
            known.sure(first) or (first in known.in_english and english(text, word.start(), word.end()))
        ):
            yield word.start(), word.end(), known.score, "lower_given"
        behind = _lower_surname(text, words[i : i + 3], known)
        if behind is not None:
            yield word.start(), behind, 0.7, "lower_given_and_surname"


def _lower_surname(text: str, words: list[re.Match[str]], known: Names) -> int | None:
    """Give where a name ends that begins with the first of up to three words; nothing, if no surname follows."""
    first, *rest = words
    if not rest:
        return None
    last = rest[1] if len(rest[0].group().rstrip(".")) == 1 and len(rest) > 1 else rest[0]
    between = text[first.end() : last.start()]
    given, shown = first.group().title(), last.group().title()
    if len(between) > 4 or between[:1] != " " or last.group() in known.everyday:
        return None
    # „Chance alone", „milla power": words that are also names are mostly words, where no capitals tell.
    doubtful = known.doubtful(shown) and (known.doubtful(given) or (known.word(shown) and given not in known.common))
    listed = known.listed(shown) or last.group() in known.lower_surnames
    return last.end() if listed and not doubtful else None


def _lower_titles(text: str, known: Names) -> Iterator[tuple[int, int, float, str]]:
    for match in _LOWER_TITLE.finditer(text):
        start = kept = match.start(1)
        for word in WORD.finditer(match.group(1)):
            shown = word.group()
            if shown not in known.lower_surnames and not known.listed(shown.title()):
                break
            kept = start + word.end()
        if kept > start and not part_of_other(text, start, kept):
            yield start, kept, 0.8, "lower_surname"
