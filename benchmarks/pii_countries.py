"""Measure what share of addresses, telephone numbers and names of many countries is found in English sentences.

    python -m benchmarks.pii_countries --data DIR [--samples N] [--seed N]

The package Faker makes them up. The sentences are those of the tuning half of the personal data, without their values,
so that this shows which forms are missed, and says nothing about sentences that were not seen. Rules were developed on
it.
"""

import argparse
import json
import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from faker import Faker

from benchmarks.pii import Planted, half, lines, missed, own, rate

# Faker's locales that make addresses of their own, and how English calls the country.
COUNTRIES = {
    "en_US": "United States", "en_GB": "United Kingdom", "en_AU": "Australia", "en_CA": "Canada",
    "en_NZ": "New Zealand", "en_IE": "Ireland", "en_IN": "India", "de_DE": "Germany", "de_AT": "Austria",
    "de_CH": "Switzerland", "fr_FR": "France", "fr_CH": "Switzerland", "fr_CA": "Canada", "it_IT": "Italy",
    "es_ES": "Spain", "es_MX": "Mexico", "es_CO": "Colombia", "es_CL": "Chile", "es_AR": "Argentina",
    "nl_NL": "Netherlands", "nl_BE": "Belgium", "sv_SE": "Sweden", "da_DK": "Denmark", "fi_FI": "Finland",
    "no_NO": "Norway", "pl_PL": "Poland", "cs_CZ": "Czech Republic", "sk_SK": "Slovakia", "hu_HU": "Hungary",
    "sl_SI": "Slovenia", "hr_HR": "Croatia", "ro_RO": "Romania", "pt_PT": "Portugal", "pt_BR": "Brazil",
}  # fmt: skip
# what a sentence of the tuning half holds in a place -> what stands there here
PLACES = {"address": "address", "STREET_ADDRESS": "address", "phone": "phone", "PHONE_NUMBER": "phone", "name": "name",
          "PERSON": "name"}  # fmt: skip
FORMS = ("commas", "lines", "one_line", "country", "street", "small", "capitals", "flat")
_PLACE = re.compile(r"\{\{?(\w+)(?:\|[^}]+)?\}\}?")


def templates(data: Path, kind: str) -> list[str]:
    """Give the sentences of the tuning half that hold one value of a kind."""
    rows = json.loads((data / "pii" / "presidio_synth_en.json").read_text(encoding="utf-8"))
    texts = {row["masked"] for row in rows if half(row["masked"]) == "tuning"}
    texts |= {line.replace("\\n", "\n") for line in lines("english") if half(line) == "tuning"}
    # „in {Leeds LS1 4AP}" has no room for a street.
    texts = {
        text for text in texts if not re.search(r"(?i)zip|post ?code|eircode|postal code|(?:in|from) \{address", text)
    }
    return sorted(t for t in texts if [PLACES.get(m.group(1)) for m in _PLACE.finditer(t)].count(kind) == 1)


def address(fake: Faker, country: str, form: str, r: random.Random) -> str:
    """Give an address in one of the ways of writing one.

    >>> fake = Faker("de_AT")
    >>> fake.seed_instance(1)
    >>> address(fake, "Austria", "country", random.Random(1)).endswith(", Austria")
    True
    """
    street, *rest = [line.strip() for line in fake.address().splitlines() if line.strip()]
    if form == "street":
        return street
    if form == "flat":
        street = f"{r.randint(1, 99999)} {street} {r.choice(['Apt.', 'Suite'])} {r.randint(1, 999):03d}"
    end = [country] if form in ("country", "flat") else []
    separator = {"lines": "\n", "one_line": " "}.get(form, ", ")
    return separator.join([street, *rest, *end])


def samples(data: Path, kind: str, n: int, seed: int) -> Iterator[tuple[str, str, Planted]]:
    """Give countries, forms and sentences with a value."""
    r = random.Random(f"{seed} {kind}")
    fakes = {locale: Faker(locale) for locale in COUNTRIES}
    for fake in fakes.values():
        fake.seed_instance(seed)
    found = templates(data, kind)
    for _ in range(n):
        locale, form = r.choice(sorted(COUNTRIES)), r.choice(FORMS)
        fake = fakes[locale]
        make: dict[str, Callable[[], str]] = {
            "address": lambda fake=fake, locale=locale, form=form: address(fake, COUNTRIES[locale], form, r),
            "phone": fake.phone_number,
            "name": lambda fake=fake: f"{fake.first_name()} {fake.last_name()}",
        }
        text, values, position = "", [], 0
        template = r.choice(found)
        for match in _PLACE.finditer(template):
            text += template[position : match.start()]
            value = make[PLACES[match.group(1)]]() if match.group(1) in PLACES else "4711"
            if PLACES.get(match.group(1)) == kind:
                values.append((kind, len(text), len(text) + len(value)))
            text += value
            position = match.end()
        text += template[position:]
        if kind == "address" and form in ("small", "capitals"):
            changed = text.lower() if form == "small" else text.upper()
            text = changed if len(changed) == len(text) else text
        yield locale, form, Planted("en", template, text, tuple(values))


def measure(data: Path, kind: str, n: int, seed: int) -> dict[str, list[bool]]:
    """Say of each value whether it is found whole, by country and by form."""
    counts: dict[str, list[bool]] = defaultdict(list)
    for locale, form, planted in samples(data, kind, n, seed):
        for _, _, covered, _ in missed(planted, own):
            for key in ("all", locale, *([form] if kind == "address" else [])):
                counts[key].append(covered)
    return counts


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with pii/")
    parser.add_argument("--samples", type=int, default=4000, help="how many sentences of each kind")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(argv)
    for kind in ("address", "phone", "name"):
        for key, some in sorted(measure(options.data, kind, options.samples, options.seed).items()):
            row = rate(sum(some), len(some))
            print(f"{kind:10}{key:12}{row['n']:6}{row['value']:8.3f} [{row['low']:.3f}, {row['high']:.3f}]")


if __name__ == "__main__":
    main()
