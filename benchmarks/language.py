"""Measure how often the language of short texts is found: German, English, or another.

    python -m benchmarks.language --data DIR [--out FILE] [--half tuning|test] [--misses]

German and English texts of 3 to 10 words are those of sets in DIR whose language is known: surveys, reviews, tweets and
questions to assistants. The other languages are comments written for this project (``benchmarks/language_texts``). All
are split by their hash: lists and rules are tuned on the one half, figures come from the other.
"""

import argparse
import hashlib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cxtext
from cxtext.analysis.intervals import wilson
from cxtext.text.language import detect

FOLDER = Path(__file__).parent / "language_texts"
# set -> language; as many texts are drawn from each
SETS = {
    "topics/massive_de.dev": "de", "parallel/m_absa_de_en.train": "de", "sentiment/mobasa.dev": "de",
    "sentiment/germeval2017_tweets.train": "de", "themes/nhs_survey.dev": "en", "topics/banking77.train": "en",
    "sentiment/uci_restaurants.train": "en", "sentiment/airline.dev": "en",
}  # fmt: skip
EACH = 160
WORDS = range(3, 11)
Row = dict[str, Any]


def half(text: str) -> str:
    return "test" if hashlib.sha256(text.encode("utf-8", "replace")).digest()[0] % 2 else "tuning"


def words(text: str) -> int:
    return len(re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", re.sub(r"https?://\S+|[@#]\w+", " ", text)))


def cases(data: Path) -> Iterator[tuple[str, str, str]]:
    """Give set, right answer and text, in the order of hashes."""
    for name, code in SETS.items():
        rows = map(json.loads, (data / f"{name}.jsonl").open(encoding="utf-8"))
        texts = {row.get("text") or row[code] for row in rows}
        short = sorted((t for t in texts if words(t) in WORDS), key=lambda t: hashlib.sha256(t.encode()).digest())
        yield from ((name.split("/")[1].split(".")[0], code, text) for text in short[:EACH])
    for path in sorted(FOLDER.glob("*.txt")):
        yield from ((path.stem, "other", text) for text in path.read_text(encoding="utf-8").splitlines())


def rate(part: int, whole: int) -> Row:
    low, high = wilson(part, whole)
    return {"n": whole, "right": part, "value": round(part / whole, 4), "low": round(float(low), 4),
            "high": round(float(high), 4)}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with the sets")
    parser.add_argument("--out", type=Path, help="write the result as JSON")
    parser.add_argument("--half", choices=("tuning", "test"), default="test", help="which half to measure")
    parser.add_argument("--misses", action="store_true", help="list the texts that are taken for another language")
    options = parser.parse_args()
    counts: dict[tuple[str, str], Counter[bool]] = defaultdict(Counter)
    for name, code, text in cases(options.data):
        if half(text) != options.half:
            continue
        found = detect(text)
        for key in ((code, name), (code, "all"), ("all", "all")):
            counts[key][found.code == code] += 1
        if options.misses and found.code != code:
            print(f"{name} {code} -> {found.code} {found.confidence:.2f} {text!r}")
    rows = [{"lang": code, "set": name, **rate(n[True], n.total())} for (code, name), n in sorted(counts.items())]
    for row in rows:
        print(f"{row['lang']:6}{row['set']:22}{row['n']:5}{row['value']:8.3f} [{row['low']:.3f}, {row['high']:.3f}]")
    if options.out:
        result = {"library": cxtext.__version__, "half": options.half, "rows": rows}
        options.out.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
