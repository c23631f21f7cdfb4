"""Measure what share of planted personal data is found, and how often something is found where there is none.

    python -m benchmarks.pii --data DIR [--out FILE] [--half tuning|test] [--misses]

German texts are the templates in ``benchmarks/pii_texts``, filled with made-up values: names and formats that the
recognisers do not know from there. English texts are the synthetic sentences of Microsoft's presidio-research. Both are
split by the hash of their template: rules are tuned on the one half, figures come from the other. Further German
templates were written after the rules, and measure only. English comments with marked values, most of them addresses,
are split by the hash of their text. A value is found if each of its letters and digits is.

Clean texts are the dev texts of the sentiment sets in DIR. What is found there counts as a false alarm until somebody
has read it; what was read and is personal data stands, by its hash, in ``benchmarks/pii_texts/read.txt``. English
comments that were written to look as if they held an address are a set of their own, outside the sum of all.
"""

import argparse
import hashlib
import json
import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cxtext
from benchmarks.pii_values import MAKERS
from cxtext.analysis.intervals import wilson
from cxtext.text.recognisers import Hit, find

FOLDER = Path(__file__).parent / "pii_texts"
FILLS = 12
CLEAN = 2000
Row = dict[str, Any]
# From a text and its language to what is found there.
Finder = Callable[[str, str], Sequence[Hit]]

# what a template plants -> the type that it is reported as
GERMAN = {
    "name": "name", "first": "name", "last": "name", "email": "email", "phone": "phone", "iban": "iban", "card": "card",
    "address": "address", "birth": "birth_date", "reference": "reference", "plate": "licence_plate", "tax": "tax_id",
    "insurance": "tax_id", "url": "url", "ip": "ip_address", "handle": "handle",
}  # fmt: skip
ENGLISH = {
    "PERSON": "name", "STREET_ADDRESS": "address", "CREDIT_CARD": "card", "PHONE_NUMBER": "phone",
    "EMAIL_ADDRESS": "email", "IBAN_CODE": "iban", "US_SSN": "tax_id", "IP_ADDRESS": "ip_address",
    "US_DRIVER_LICENSE": "reference", "ZIP_CODE": "address",
}  # fmt: skip
# Written to mislead: they say how far the rules can be fooled, not how often customers are.
TRICKY = "tricky_en"
# Who somebody works for, where they come from and how old they are is not taken out: topics need it, and alone it names
# nobody. Domain names are those of companies.
OUT_OF_SCOPE = ("GPE", "ORGANIZATION", "DATE_TIME", "TITLE", "AGE", "NRP", "DOMAIN_NAME")
CLEAN_SETS = {
    "mobasa.dev": "de", "umsab_de.dev": "de", "umsab_en.dev": "en", "airline.dev": "en", "sst.dev": "en",
    "germeval2017.dev": "de", "one_million_posts.dev": "de",
}  # fmt: skip


@dataclass(frozen=True)
class Planted:
    """A text and where personal data stands in it."""

    lang: str
    template: str
    text: str
    values: tuple[tuple[str, int, int], ...]


def half(text: str) -> str:
    return "test" if hashlib.sha256(text.encode("utf-8", "replace")).digest()[0] % 2 else "tuning"


def german(name: str, lang: str, *, seed: int) -> Iterator[Planted]:
    for template in lines(name):
        for i in range(FILLS):
            yield fill(template, random.Random(f"{seed} {i} {template}"), lang=lang)


def fill(template: str, r: random.Random, *, lang: str = "de") -> Planted:
    """Fill a template.

    >>> fill("Hallo {first}!", random.Random(1)).values
    (('name', 6, ...),)
    """
    text, values, position = "", [], 0
    shape = template.replace("\\n", "\n")
    for match in re.finditer(r"\{(\w+)\}", shape):
        text += shape[position : match.start()]
        value = MAKERS[match.group(1)](r)
        values.append((GERMAN[match.group(1)], len(text), len(text) + len(value)))
        text += value
        position = match.end()
    return Planted(lang, template, text + shape[position:], tuple(values))


def english(data: Path) -> Iterator[Planted]:
    for row in json.loads((data / "pii" / "presidio_synth_en.json").read_text(encoding="utf-8")):
        spans = [(s["entity_type"], s["start_position"], s["end_position"]) for s in row["spans"]]
        values = tuple((ENGLISH[kind], a, b) for kind, a, b in sorted(spans, key=lambda s: s[1]) if kind in ENGLISH)
        yield Planted("en", row["masked"], row["full_text"], values)


def marked(line: str) -> Planted:
    """Read a text in which each value stands with its type.

    >>> marked("Ring {name|Ann}!")
    Planted(lang='en, own', template='Ring {name|Ann}!', text='Ring Ann!', values=(('name', 5, 8),))
    """
    text, values, position = "", [], 0
    shape = line.replace("\\n", "\n")
    for match in re.finditer(r"\{(\w+)\|([^}]+)\}", shape):
        text += shape[position : match.start()]
        values.append((match.group(1), len(text), len(text) + len(match.group(2))))
        text += match.group(2)
        position = match.end()
    return Planted("en, own", line, text + shape[position:], tuple(values))


def lines(name: str) -> Iterator[str]:
    """Give the lines of a file of own texts that are no remark."""
    for line in (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line


def clean(data: Path) -> Iterator[tuple[str, str]]:
    """Give dev texts, a share of each set, in the order of their hashes."""
    for name in CLEAN_SETS:
        path = data / "sentiment" / f"{name}.jsonl"
        texts = {json.loads(line)["text"] for line in path.open(encoding="utf-8")}
        kept = sorted(texts, key=lambda t: hashlib.sha256(t.encode("utf-8", "replace")).digest())
        yield from ((name, text) for text in kept[: CLEAN // len(CLEAN_SETS)])
    yield from ((TRICKY, line.replace("\\n", "\n")) for line in lines("english_clean"))


def own(text: str, _lang: str) -> Sequence[Hit]:
    """Find as cxtext does, which need not know the language."""
    return find(text)


def labelled(data: Path, which: str) -> list[Planted]:
    """Give the texts of a half; templates that were written after the rules only measure."""
    written = map(marked, lines("english"))
    texts = [p for p in (*german("german", "de", seed=11), *english(data), *written) if half(p.template) == which]
    return texts + (list(german("german_later", "de, later", seed=12)) if which == "test" else [])


def missed(planted: Planted, find: Finder) -> Iterator[tuple[str, str, bool, bool]]:
    """Say of each value whether it is wholly found, and whether as its type."""
    hits = find(planted.text, planted.lang[:2])
    where = [i for i in range(len(planted.text)) if planted.text[i].isalnum()]
    found = {i: h.type for h in hits for i in range(h.start, h.end)}
    for kind, start, end in planted.values:
        inside = [i for i in where if start <= i < end]
        covered = all(i in found for i in inside)
        yield kind, planted.text[start:end], covered, covered and all(found[i] == kind for i in inside)


def rate(part: int, whole: int) -> Row:
    low, high = wilson(part, whole)
    return {"n": whole, "found": part, "value": round(part / whole, 4), "low": round(float(low), 4),
            "high": round(float(high), 4)}  # fmt: skip


def recall(texts: Iterable[Planted], *, show: bool, find: Finder = own) -> list[Row]:
    counts: dict[tuple[str, str], list[tuple[bool, bool]]] = defaultdict(list)
    for planted in texts:
        for kind, value, covered, typed in missed(planted, find):
            counts[planted.lang, kind].append((covered, typed))
            if kind != "name":
                counts[planted.lang, "all with a pattern"].append((covered, typed))
            if show and not covered:
                print(f"{planted.lang} {kind:12} {value!r} in {planted.text!r:.220}")
    return [{"lang": lang, "type": kind, **rate(sum(c for c, _ in some), len(some)),
             "typed": round(sum(t for _, t in some) / len(some), 4)}
            for (lang, kind), some in sorted(counts.items())]  # fmt: skip


def digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]


def mark(text: str, hit: Hit) -> str:
    return f"{text}\0{text[hit.start : hit.end]}"


def false_alarms(data: Path, which: str, *, show: bool, find: Finder = own) -> list[Row]:
    read = {line.split()[0] for line in lines("read")}
    rows: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
    for name, text in clean(data):
        if half(text) != which:
            continue
        hits = find(text, CLEAN_SETS.get(name, "en"))
        wrong = [h for h in hits if digest(mark(text, h)) not in read]
        for key in (name.split(".")[0], "all")[: 1 if name == TRICKY else 2]:
            rows[key].append((bool(wrong), bool(hits)))
        for hit in wrong if show else ():
            value = text[hit.start : hit.end]
            around = text[max(0, hit.start - 60) : hit.end + 40]
            print(f"{digest(mark(text, hit))} {hit.recogniser} «{value}» {around!r}")
    return [
        {"set": key, "texts": len(some), "with_finds": sum(h for _, h in some)}
        | rate(sum(w for w, _ in some), len(some))
        for key, some in rows.items()
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with pii/ and sentiment/")
    parser.add_argument("--out", type=Path, help="write the result as JSON")
    parser.add_argument("--half", choices=("tuning", "test"), default="test", help="which half to measure")
    parser.add_argument("--misses", action="store_true", help="list what was missed and what was found in clean texts")
    options = parser.parse_args()
    rows = recall(labelled(options.data, options.half), show=options.misses)
    alarms = false_alarms(options.data, options.half, show=options.misses)
    for row in rows:
        found = f"{row['value']:8.3f} [{row['low']:.3f}, {row['high']:.3f}]"
        print(f"{row['lang']:10}{row['type']:20}{row['n']:6}{found}  as its type {row['typed']:.3f}")
    for row in alarms:
        found = f"{row['value']:.4f} [{row['low']:.4f}, {row['high']:.4f}]"
        print(f"{row['set']:20}{row['texts']:6} texts, {row['with_finds']} with a find, false alarms {found}")
    if options.out:
        result = {"library": cxtext.__version__, "half": options.half, "out_of_scope": OUT_OF_SCOPE, "recall": rows,
                  "false_alarms": alarms}  # fmt: skip
        options.out.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
