"""Personal data beside the text: in ids, questions and attributes, and in the names of files.

The name of a field tells what its value is („Telefon", "Recipient Email"), and its value may hold more. Fields that
link documents (customer, conversation) keep telling persons apart: each value gets a stand-in.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any

from cxtext.config import read_data
from cxtext.documents import Document
from cxtext.text.name_lists import NAME, names
from cxtext.text.recognisers import Hit, find, joined

# (type, value) -> what is written in its place
Substitute = Callable[[str, str], str]

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_LETTERS = re.compile(r"[^\W\d_]+")
_NAME = re.compile(NAME)
# Longer values seldom come twice; remembering them would take memory without bound.
_LONGEST_KEPT = 200
# A stand-in, as this module writes them.
_STAND_IN = re.compile(r"\[[A-Z_]+\]")
# What is no field of anybody: words that decide, not that describe.
_PLAIN = (bool, float, type(None))


@cache
def _fields() -> tuple[frozenset[str], Mapping[str, str]]:
    table = read_data("pii/fields.toml")
    types = {word: kind for kind, words in table["types"].items() for word in words.split()}
    return frozenset(table["linking"]["fields"].split()), types


@lru_cache(maxsize=4096)
def plain_field(name: str) -> str:
    """Reduce the name of a field to its letters.

    >>> plain_field("E-Mail-Adresse"), plain_field("Recipient Email")
    ('emailadresse', 'recipientemail')
    """
    return "".join(_LETTERS.findall(name.lower().translate(_UMLAUTS)))


def redact_value(field: str, value: Any, substitute: Substitute) -> Any:  # noqa: ANN401 (any attribute)
    """Take personal data out of the value of a field.

    Parameters
    ----------
    field
        Its name.
    value
        Any value; what is no text and no number, and not named as personal data, is given back as it is.
    substitute
        Gives what is written in place of a value of a type.

    Examples
    --------
    >>> redact_value("Vorname", "Wiebke", lambda kind, value: f"[{kind.upper()}]")
    '[NAME]'
    >>> redact_value("subject", "Order no. 12345-AB for max@example.org", lambda kind, value: f"[{kind.upper()}]")
    'Order no. [REFERENCE] for [EMAIL]'
    >>> redact_value("Kanal", "Filiale Köln", lambda kind, value: f"[{kind.upper()}]")
    'Filiale Köln'
    """
    if isinstance(value, Mapping):
        return {key: redact_value(str(key), inner, substitute) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(redact_value(field, inner, substitute) for inner in value)
    if isinstance(value, _PLAIN) or (isinstance(value, str) and not value.strip()):
        return value
    linking, types = _fields()
    plain = plain_field(field)
    kind = "customer" if plain in linking else types.get(plain)
    shown = str(value)
    if kind is not None:
        return shown if _STAND_IN.fullmatch(shown) else substitute(kind, shown)
    if not isinstance(value, str | int):
        return value
    hits = _found(field, shown) if len(shown) <= _LONGEST_KEPT else _found.__wrapped__(field, shown)
    return _written(shown, hits, substitute) if hits else value


@lru_cache(maxsize=4096)
def _found(field: str, value: str) -> tuple[Hit, ...]:
    # The field's name stands in front, as its context.
    head = f"{field}: "
    moved = [(h, max(h.start - len(head), 0), h.end - len(head)) for h in find(head + value)]
    return tuple(Hit(h.type, start, end, h.score, h.recogniser) for h, start, end in moved if end > start)


def redact_label(label: str, substitute: Substitute) -> str:
    """Take personal data out of an id or a file's name, where names stand without blanks and capitals.

    Examples
    --------
    >>> redact_label("mails/sabine.mueller_beschwerde.eml#1", lambda kind, value: f"[{kind.upper()}]")
    'mails/[NAME]_beschwerde.eml#1'
    >>> redact_label("call-01-refund.vtt#1", lambda kind, value: f"[{kind.upper()}]")
    'call-01-refund.vtt#1'
    """
    hits = _found_in_label(label)
    return _written(label, hits, substitute) if hits else label


@lru_cache(maxsize=4096)
def _found_in_label(label: str) -> tuple[Hit, ...]:
    # Also with blanks, so that "Max_Muster" is seen.
    spaced = re.sub(r"[_/]", " ", label)
    hits = [*find(label), *(find(spaced) if spaced != label else ()), *_names_in_label(label)]
    return tuple(joined(label, hits))


def _names_in_label(label: str) -> Iterator[Hit]:
    known = names()
    words = list(_LETTERS.finditer(label))
    titles = [word.group().title() for word in words]

    def near(i: int, j: int) -> bool:
        return 0 <= j < len(words) and abs(words[max(i, j)].start() - words[min(i, j)].end()) == 1

    def surname(j: int) -> bool:
        small = words[j].group().lower()
        return known.listed(titles[j]) or small in known.lower_surnames or _spelled(small) in known.lower_surnames

    position = 0
    for i, title in enumerate(titles):
        if i < position or len(title) < 3 or title not in known.common or title.lower() in known.everyday:
            continue
        first = i - 1 if near(i, i - 1) and i - 1 >= position and surname(i - 1) else i
        last = i + 1 if first == i and near(i, i + 1) and surname(i + 1) else i
        if first == last and title in known.not_alone:
            continue
        position = last + 1
        yield Hit("name", words[first].start(), words[last].end(), known.score, "name_in_label")


def _spelled(word: str) -> str:
    return word.replace("ae", "ä").replace("oe", "ö").replace("ue", "ü")


def _written(text: str, hits: Iterable[Hit], substitute: Substitute) -> str:
    pieces, position = [], 0
    for hit in hits:
        pieces += [text[position : hit.start], substitute(hit.type, text[hit.start : hit.end])]
        position = hit.end
    return "".join([*pieces, text[position:]])


def known_names(document: Document, roles: frozenset[str]) -> frozenset[str]:
    """Give words that the document itself says are somebody's name: its speakers, and fields that hold names.

    Parameters
    ----------
    document
        Before redaction.
    roles
        Words of speaker labels that are no names, in lower case.
    """
    _, types = _fields()
    given: list[str] = [turn.speaker for turn in document.turns if turn.speaker]
    for field, value in document.attributes.items():
        if isinstance(value, str) and types.get(plain_field(field)) == "name":
            given.append(value)
    known = names()
    words = {word for value in dict.fromkeys(given) for word in _NAME.findall(value)}
    return frozenset(
        word for word in words
        if len(word) > 2 and word.lower() not in roles and word.lower() not in known.everyday
        and word not in known.not_names
    )  # fmt: skip


def find_known(text: str, words: frozenset[str]) -> Sequence[Hit]:
    """Find words that are known to be names.

    >>> [(h.start, h.end) for h in find_known("Wiebke: Hier ist Wiebke.", frozenset({"Wiebke"}))]
    [(0, 6), (17, 23)]
    """
    if not words:
        return ()
    any_of = "|".join(map(re.escape, sorted(words, key=lambda w: (-len(w), w))))
    found = re.finditer(rf"(?<!\w)(?:{any_of})(?!\w)", text)
    return [Hit("name", match.start(), match.end(), 0.7, "known") for match in found]
