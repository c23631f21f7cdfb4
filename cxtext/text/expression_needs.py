"""What a text must hold for an expression of the recognisers to be tried: most texts are spared most expressions."""

import re
from collections.abc import Iterator, Mapping

# What a text with a digit must hold for some expressions to be tried; see "needs" in numbers.toml.
_NEEDS: Mapping[str, re.Pattern[str]] = {
    "number_first": re.compile(r"\d[A-Za-z½¼¾]?,?[ ][A-ZÀ-ÖØ-ÞĀ-ŽΆ-ΩЀ-Я\d]"),
    "number_last": re.compile(r"[A-ZÀ-ÖØ-ÞĀ-ŽΆ-ΩЀ-Я][\w'’-]{1,40}\.?,?[ ]\d"),
    "code": re.compile(r"[A-ZÄÖÜ][ -]?\d"),
    "zip": re.compile(r"[ ]\d{5}(?!\d)"),
    "five_digits": re.compile(r"\d{4}(?:\d|-\d{3})"),
    "postcode_and_capital": re.compile(r"\d{4,5}\s[A-ZÄÖÜ]"),
    "colons": re.compile(r"[0-9A-Fa-f]:[0-9A-Fa-f]{0,4}:"),
}
_FOUR_DIGITS = re.compile(r"(?:[^\d]*\d){4}")
_NINE_DIGITS = re.compile(r"(?:[^\d]*+\d){9}")
_STREET_BEHIND_COMMA = re.compile(
    r", (?:[A-Z][\w'’-]{1,20} ){1,2}(?:Lane|Road|Rd|Street|St|Close|Avenue|Ave|Drive|Hill|Way|Green|Bank|Row|Terrace"
    r"|Square|Park|Estate|Island)(?!\w)|, Co(?:unty)?\.? [A-Z]"
)
_MAIL = re.compile(r"[\w.+-]@[\w-]")
# What somebody says behind a name: „Anna: Guten Tag".
_LABEL = re.compile(r"^[^\n:]{1,100}:\s*[\"„“A-ZÄÖÜ¿¡]", re.MULTILINE)
_ANY_DIGIT = re.compile(r"\d")
# In two words with capitals, also with an initial between them, the second stands behind a space.
_TWO_CAPITALS = re.compile(r"[A-ZÄÖÜÅØÉÁÍÓÚÞÈČŠŽŞÇŁ]\S{0,60}[ ][A-ZÄÖÜÅØÉÁÍÓÚÞÈČŠŽŞÇŁ]")
_LETTER_ABROAD = re.compile(r"[čďěňřšťůžćđłńśźżąęőűşğıțşðþČĎŘŠŤŽĆĐŁŚŹŻÞŞ]")


def needs_met(text: str) -> frozenset[str]:
    """Say what a text holds of what expressions need.

    >>> sorted(needs_met("I live at 5 Elm Road"))
    ['any', 'digit', 'number_first', 'two_capitals']
    >>> sorted(needs_met("Wir wohnen hier"))
    ['any']
    """
    held = {"any"}
    if "@" in text:
        held.add("at")
        if _MAIL.search(text) is not None:
            held.add("mail")
    if ":" in text and _LABEL.search(text) is not None:
        held.add("label")
    if "\n" in text:
        held.add("line")
    if _TWO_CAPITALS.search(text) is not None:
        held.add("two_capitals")
    if not text.isascii() and _LETTER_ABROAD.search(text) is not None:
        held.add("letter_abroad")
    if _STREET_BEHIND_COMMA.search(text) is not None:
        held.add("street_behind_comma")
    if _ANY_DIGIT.search(text) is not None:
        held.update(_needs_of_numbers(text))
    return frozenset(held)


def _needs_of_numbers(text: str) -> Iterator[str]:
    yield "digit"
    if _FOUR_DIGITS.match(text) is not None:
        yield "digits"
        if _NINE_DIGITS.match(text) is not None:
            yield "nine_digits"
    yield from (name for name, pattern in _NEEDS.items() if pattern.search(text) is not None)
