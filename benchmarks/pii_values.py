"""Made-up personal data for the templates: nobody's, but valid in form, in the many ways that people write it."""

import random
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path

PARTS = tomllib.loads((Path(__file__).parent / "pii_texts" / "values.toml").read_text(encoding="utf-8"))
GIVEN, SURNAMES, PLATES, WORDS = (PARTS[name].split() for name in ("given", "surnames", "plates", "words"))
STREETS, TOWNS = (PARTS[name].strip().splitlines() for name in ("streets", "towns"))
PARTICLES = ("von ", "van der ", "zu ", "de ")
MONTHS = (
    "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober",
    "November", "Dezember",
)  # fmt: skip


def given(r: random.Random) -> str:
    return r.choice(GIVEN)


def surname(r: random.Random) -> str:
    return (r.choice(PARTICLES) if r.random() < 0.06 else "") + r.choice(SURNAMES)


def full_name(r: random.Random) -> str:
    middle = f" {r.choice('ABEHJKMRT')}." if r.random() < 0.05 else ""
    return f"{given(r)}{middle} {surname(r)}"


def email(r: random.Random) -> str:
    plain = str.maketrans(
        {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ö": "Oe", "ć": "c", "š": "s", "ñ": "n", "á": "a"}
    )
    first, last = given(r).translate(plain).lower(), r.choice(SURNAMES).translate(plain).lower()
    first, last = (x.encode("ascii", "ignore").decode() for x in (first, last))
    local = r.choice([f"{first}.{last}", f"{first[0]}.{last}", f"{last}{r.randint(1, 99)}", f"{first}_{last}",
                      f"{first}+shop", f"info-{last}", f"{r.choice(WORDS)}{r.randint(1950, 2009)}"])  # fmt: skip
    domain = r.choice(
        ["gmx.de", "web.de", "t-online.de", "bluewin.ch", "aon.at", "beispiel-firma.de", "mail.uni-x.example"]
    )
    whole = f"{local}@{domain}"
    return whole.title() if r.random() < 0.05 else whole


def phone(r: random.Random) -> str:
    def some(n: int) -> str:
        return "".join(str(r.randint(1, 9)) for _ in range(n))

    mobile, area = r.choice(["151", "160", "170", "171", "176", "179"]), r.choice(["30", "89", "40", "221", "711"])
    a, b, n = some(3), some(4), some(7)
    return r.choice([
        f"0{mobile}/{n}", f"0{mobile} {n}", f"0{mobile}-{a}{b}", f"0{mobile} {a} {b}", f"+49 {mobile} {n}",
        f"+49{mobile}{n}", f"0049 {mobile} {n}", f"+49 (0) {mobile} {n}", f"0{area}/{n}", f"0{area} {a} {b}",
        f"(0{area}) {n}", f"+49 {area} {n}", f"0{area} - {a} {b}", f"+41 79 {some(3)} {some(2)} {some(2)}",
        f"079 {some(3)} {some(2)} {some(2)}", f"+43 664 {n}", f"0664 {a} {b}",
        f"0{mobile} {some(2)} {some(2)} {some(3)}",
    ])  # fmt: skip


def iban(r: random.Random) -> str:
    country, length = r.choice([("DE", 18), ("DE", 18), ("DE", 18), ("AT", 16), ("CH", 17)])
    # Bank codes that exist, because some recognisers look them up.
    bank = {"DE": ["37040044", "50010517", "12030000", "10070024"], "AT": ["19043", "12000"], "CH": ["00762", "00230"]}
    base = r.choice(bank[country])
    base += "".join(str(r.randint(0, 9)) for _ in range(length - len(base)))
    number = int(base + "".join(str(ord(c) - 55) for c in country) + "00")
    whole = f"{country}{98 - number % 97:02d}{base}"
    blocks = " ".join(whole[i : i + 4] for i in range(0, len(whole), 4))
    return r.choice([whole, blocks, blocks, whole.lower(), blocks.replace(" ", "-")])


def card(r: random.Random) -> str:
    prefix, length = r.choice([("4", 16), ("51", 16), ("55", 16), ("37", 15), ("4", 16)])
    digits = prefix + "".join(str(r.randint(0, 9)) for _ in range(length - len(prefix) - 1))
    total = sum(sum(divmod(2 * int(c), 10)) if i % 2 == 0 else int(c) for i, c in enumerate(reversed(digits)))
    digits += str(-total % 10)
    if length == 15:
        return r.choice([digits, f"{digits[:4]} {digits[4:10]} {digits[10:]}"])
    groups = [digits[i : i + 4] for i in range(0, 16, 4)]
    return r.choice([digits, " ".join(groups), "-".join(groups)])


def address(r: random.Random) -> str:
    number = f"{r.randint(1, 180)}{r.choice(['', '', '', 'a', ' b', '/3'])}"
    return f"{r.choice(STREETS)} {number}, {r.choice(TOWNS)}"


def birth(r: random.Random) -> str:
    day, month, year = r.randint(1, 28), r.randint(1, 12), r.randint(1935, 2005)
    return r.choice([
        f"{day:02d}.{month:02d}.{year}", f"{day}.{month}.{year}", f"{day}. {MONTHS[month - 1]} {year}",
        f"{day:02d}.{month:02d}.{year % 100:02d}", f"{day}/{month}/{year}", f"{year}-{month:02d}-{day:02d}",
    ])  # fmt: skip


def reference(r: random.Random) -> str:
    n = r.randint(10_000, 99_999_999)
    return r.choice([
        f"{n}", f"{n}", f"K-{n}", f"{n // 1000}-{n % 1000:03d}", f"A{n}", f"2026/{n % 10000:04d}", f"DE{n}XZ", f"#{n}",
        f"{n % 1000:03d} {n // 1000 % 1000:03d} {n % 777:03d}", f"RE-{n % 10000}-{n // 10000}",
        f"T{n % 1000}B{n // 100000}",
    ])  # fmt: skip


def plate(r: random.Random) -> str:
    town, letters = r.choice(PLATES), "".join(r.choice("ABCEFGHJKLMNPRSTUVWXY") for _ in range(r.randint(1, 2)))
    end = r.choice(["", "", "", "E", "H"])
    return f"{town}{r.choice(['-', ' ', '-'])}{letters}{r.choice([' ', '', ' '])}{r.randint(1, 9999)}{end}"


def tax(r: random.Random) -> str:
    if r.random() < 0.4:
        return f"{r.randint(10, 99)}/{r.randint(100, 999)}/{r.randint(10_000, 99_999)}"
    digits = [r.randint(1, 9)] + [r.randint(0, 9) for _ in range(9)]
    product = 10
    for d in digits:
        product = 2 * ((d + product) % 10 or 10) % 11
    text = "".join(map(str, [*digits, (11 - product) % 10]))
    return r.choice([text, f"{text[:2]} {text[2:5]} {text[5:8]} {text[8:]}"])


def insurance(r: random.Random) -> str:
    born = f"{r.randint(1, 28):02d}{r.randint(1, 12):02d}{r.randint(35, 99)}"
    return r.choice([
        f"{r.randint(10, 99)} {born} {r.choice('ABKMSW')} {r.randint(100, 999)}",
        f"{r.randint(10, 99)}{born}{r.choice('ABKMSW')}{r.randint(100, 999)}",
        f"{r.randint(1000, 9999)} {born}", f"{r.choice('ABKMSW')}{r.randint(100_000_000, 999_999_999)}",
        f"756.{r.randint(1000, 9999)}.{r.randint(1000, 9999)}.{r.randint(10, 99)}",
    ])  # fmt: skip


def url(r: random.Random) -> str:
    token = "".join(r.choice("abcdefghijkmnpqrstuvwxyz23456789ABCDEFGH") for _ in range(r.randint(16, 40)))
    return r.choice([
        f"https://konto.firma.example/reset?token={token}", f"https://www.shop.example/a?id=17&session={token}",
        f"http://firma.example/rechnung/{token}", f"www.firma.example/login?user={email(r)}",
        f"https://meet.firma.example/j/{r.randint(10**9, 10**10)}?pwd={token}",
    ])  # fmt: skip


def ip(r: random.Random) -> str:
    if r.random() < 0.2:
        return "2001:db8:" + ":".join(f"{r.randint(16, 65535):x}" for _ in range(6))
    return f"{r.choice([84, 91, 178, 192, 217])}.{r.randint(0, 255)}.{r.randint(0, 255)}.{r.randint(1, 254)}"


def handle(r: random.Random) -> str:
    return f"@{r.choice(WORDS)}{r.choice(['_', '.', ''])}{r.choice(WORDS)}{r.choice(['', str(r.randint(1, 99))])}"


MAKERS: Mapping[str, Callable[[random.Random], str]] = {
    "name": full_name, "first": given, "last": surname, "email": email, "phone": phone, "iban": iban, "card": card,
    "address": address, "birth": birth, "reference": reference, "plate": plate, "tax": tax, "insurance": insurance,
    "url": url, "ip": ip, "handle": handle,
}  # fmt: skip
