"""Checks of numbers: accounts, cards, telephones, internet addresses, tax ids.

A check gets the text, where a number stands and how sure its form makes us. It gives back where the number really
stands, and how sure it is now; zero where it is none.
"""

import re

Checked = tuple[int, int, float]

# In the order in which an undecided number is tried: where German customers call from first.
_REGIONS = ("DE", "AT", "CH", "GB", "US")
_FURTHER_REGIONS = (
    "FR", "ES", "IT", "PT", "NL", "BE", "LU", "DK", "NO", "SE", "FI", "IS", "IE", "PL", "CZ", "SK", "HU", "SI", "HR",
    "RS", "RO", "BG", "GR", "CY", "TR", "EE", "LV", "LT", "AU", "NZ", "ZA", "BR", "AR", "MX", "IN",
)  # fmt: skip

# Surer than an address, which often stands above a number; less sure than what a word in front calls something else.
_SUREST_PHONE = 0.75

_DATE = re.compile(
    r"(?<!\d)\d{1,2}\.(?:\s?[–-]\s?\d{1,2}\.)?\s?\d{1,2}\.|(?<![\d/-])\d{1,2}([/-])\d{1,2}\1\d{2,4}(?![\d/-])"
    r"|\d{4}[./-]\d\d[./-]\d\d|\d{1,3}[–-]\d{1,3}\.\d{3}(?!\d)"
)
_GROUPS = re.compile(r"(?=(?:\D?\d){7,11}$)\d{2,4}([ .-])\d{2,4}(?:\1\d{2,4}){1,3}")
# Groups that nothing else is written in: „49 2990-7466", „(92)/200-5910", „21 284 698 25 48", „7187.5880".
_UNLIKE_OTHERS = re.compile(
    r"(?!.*000$)(?:\(?\d{2,5}\)?[ /]{1,2}\d{3,4}[ -]\d{3,4}|\d{2,3}[ ]\d{3}[ ]\d{3}[ ]\d{2}[ ]\d{2}|\d{3}[ ]\d[ ]\d{3}"
    r"|(?!(?:19|20)\d\d\D(?:19|20)\d\d)\d{3,4}[ .-]\d{4}|\d{2,4}-\d{3}[ ]\d\d[ ]\d\d"
    r"|\(\d{2,5}\)[ /-]{0,2}\d{5,7}(?:[ ]\d{3})?)"
)
_AREA_CODE = re.compile(
    r"\(\d{2,5}\)[ ]?(?:\d{3,4}[ -]\d{3,4}|\d{6,9}|\d{3}[ ]\d{3}[ ]\d{3})|\d{2,3}[ -]\d{3}[ -]\d{3}[ -]\d{4}"
)
# „04.13.98.84.59", „0475/12.34.56": more pairs than a date has.
_PAIRS_WITH_STOPS = re.compile(r"0\d(?:\.\d\d){4}|0\d{1,3}[ /]\d\d\d?\.\d\d\.\d\d")
# The form of a social security number of the United States: only words around make a telephone of it.
_SOCIAL_SECURITY = re.compile(r"\d{3}([- .])\d{2}\1\d{4}")
_THOUSANDS = re.compile(r"\d{1,3}(?:[ .]\d{3})+")
_NORTH_AMERICAN = re.compile(r"\(\d{3}\) ?\d{3}[-. ]\d{4}|\d{3}[-.]\d{3}[-.]\d{4}")
_EXTENSION = re.compile(r"(?<=\d)[ ]?(?i:x|ext\.?|extension)[ ]?\d{1,6}$")
# With the digit in front that long-distance calls begin with.
_LONG_DISTANCE = re.compile(r"1([-. ])\(?\d{3}\)?[-. ]\d{3}[-. ]\d{4}")


def iban(text: str, start: int, end: int, score: float) -> Checked:
    """Keep the longest beginning that is a valid IBAN; words behind it look like part of it."""
    from schwifty import IBAN
    from schwifty.exceptions import SchwiftyException

    stop = end
    while stop - start >= 15:
        if not text[stop - 1].isalnum():
            stop -= 1
            continue
        try:
            IBAN(re.sub(r"\W", "", text[start:stop]))
        except (SchwiftyException, ValueError):
            stop -= 1
        else:
            return start, stop, score
    return start, end, 0.0


def luhn(text: str, start: int, end: int, score: float) -> Checked:
    """Check the last digit of a payment card (Luhn, ISO/IEC 7812)."""
    digits = [int(c) for c in text[start:end] if c.isdigit()]
    doubled = [sum(divmod(2 * d, 10)) for d in digits[-2::-2]]
    return start, end, score if (sum(doubled) + sum(digits[-1::-2])) % 10 == 0 and any(digits) else 0.0


def _valid(number: str, region: str) -> bool:
    import phonenumbers

    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(number, region))
    except phonenumbers.NumberParseException:
        return False


def phone(text: str, start: int, end: int, score: float) -> Checked:
    """Check a telephone number by the plans of numbers, and by its form; a word that names another number is surer."""
    start, end, score = _telephone(text, start, end, score)
    return start, end, min(score, _SUREST_PHONE)


def _telephone(text: str, start: int, end: int, score: float) -> Checked:
    while end > start and not text[end - 1].isdigit():
        end -= 1
    # „(930.167.3943)" stands in brackets; „(030) 1234" has some.
    if text[start] == "(" and text.count("(", start, end) > text.count(")", start, end):
        start += 1
    shown = text[start:end]
    # Nothing but a telephone has an extension; a mistyped number is still somebody's.
    number = _EXTENSION.sub("", shown)
    if _NORTH_AMERICAN.fullmatch(number) is not None and number != shown:
        return start, end, score + 0.5
    if _LONG_DISTANCE.fullmatch(number) is not None:
        return start, end, score + 0.5
    abroad = shown.lstrip("( ").startswith(("+", "00"))
    dated = _DATE.search(shown) is not None and not abroad and _PAIRS_WITH_STOPS.fullmatch(shown) is None
    if dated or sum(c.isdigit() for c in shown) < 6:
        return start, end, 0.0
    if _SOCIAL_SECURITY.fullmatch(shown):
        return start, end, score
    # A number with its trunk zero or country code says by itself what it is; 3-3-4 digits do so in North America.
    dialled = shown.lstrip("( ").startswith(("+", "0")) or _NORTH_AMERICAN.fullmatch(shown) is not None
    if dialled and any(_valid(shown, region) for region in _REGIONS):
        return start, end, score + 0.62
    # Elsewhere numbers are dialled without a zero; groups of two to four digits that are no thousands tell them.
    groups = _GROUPS.fullmatch(shown)
    if groups and not _THOUSANDS.fullmatch(shown) and any(_valid(shown, region) for region in _FURTHER_REGIONS):
        return start, end, score + 0.45
    if _PAIRS_WITH_STOPS.fullmatch(shown) or _AREA_CODE.fullmatch(shown) or _UNLIKE_OTHERS.fullmatch(shown):
        return start, end, score + 0.45
    # A mistyped number is still somebody's, if it says its country.
    abroad = abroad and sum(c.isdigit() for c in shown) >= 9
    return start, end, score + (0.5 if abroad else 0.1 if dialled else 0.0)


def ip(text: str, start: int, end: int, score: float) -> Checked:
    """Check an internet address of version 4; one of small parts is mostly a version."""
    octets = [int(part) for part in text[start:end].split(".")]
    if max(octets) > 255 or octets[0] == 0:
        return start, end, 0.0
    # "Version 2.10.0.1" has small parts only.
    return start, end, score + (0.3 if min(octets[0], max(octets[1:])) > 30 else 0.0)


def numbered(text: str, start: int, end: int, score: float) -> Checked:
    """Believe a number behind a word for one if it has four digits and something more: „DL 2147" is a flight."""
    shown = text[start:end]
    return start, end, score if sum(map(str.isdigit, shown)) >= 4 and len(shown) > 4 else 0.0


def tax_id(text: str, start: int, end: int, score: float) -> Checked:
    """Check a German tax id (ISO 7064, MOD 11,10)."""
    digits = [int(c) for c in text[start:end] if c.isdigit()]
    product = 10
    for digit in digits[:10]:
        total = (digit + product) % 10 or 10
        product = 2 * total % 11
    return start, end, score if (11 - product) % 10 == digits[10] and digits[0] else 0.0
