"""Compare sentence splitters on texts of the dev sets, whose borders were set by hand.

    python -m benchmarks.sentences --data DIR [--out FILE] [--errors]

``sentence_borders.json`` names each text by its file, the beginning of the SHA-256 of its text and how many of its
characters count, and says where new sentences begin in it: ``borders``, and ``optional`` where people would differ
(before links and hashtags at the end, inside addresses), which count neither way. Where a splitter begins a new piece,
white space aside, is compared with that.
"""

import argparse
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from cxtext.text.sentences import split

HERE = Path(__file__).parent
Splitter = Callable[[str, str], Iterable[int]]


def cxtext_rules(text: str, language: str) -> Iterable[int]:
    return [start for start, _ in split(text)]


@cache
def _pysbd(language: str) -> Any:  # noqa: ANN401
    import pysbd

    return pysbd.Segmenter(language=language, clean=False, char_span=True)


def pysbd_rules(text: str, language: str) -> Iterable[int]:
    return [span.start for span in _pysbd(language).segment(text)]


def syntok_rules(text: str, language: str) -> Iterable[int]:
    from syntok import segmenter

    return [s[0].offset for paragraph in segmenter.analyze(text) for s in paragraph if s]


def sentencex_rules(text: str, language: str) -> Iterable[int]:
    import sentencex

    return found_again(text, sentencex.segment(language, text))


def found_again(text: str, pieces: Iterable[str]) -> Iterator[int]:
    """Give where pieces begin in the text that they are cut from."""
    end = 0
    for piece in pieces:
        start = text.find(piece, end)
        if start >= 0:
            end = start + len(piece)
            yield start


SPLITTERS: dict[str, Splitter] = {
    "cxtext": cxtext_rules,
    "syntok": syntok_rules,
    "pysbd": pysbd_rules,
    "sentencex": sentencex_rules,
}


def starts(text: str, found: Iterable[int]) -> set[int]:
    """Move starts to the next character that is no white space; the beginning of the text is none."""
    moved = {i + len(text[i:]) - len(text[i:].lstrip()) for i in found}
    return {i for i in moved if text[:i].strip() and text[i:].strip()}


def labelled(data: Path) -> Iterator[tuple[str, str, set[int], set[int], str]]:
    """Give (file, text, borders, optional borders, language) of each labelled text."""
    texts: dict[str, dict[str, tuple[str, str]]] = {}
    for entry in json.loads((HERE / "sentence_borders.json").read_text(encoding="utf-8")):
        file = entry["file"]
        if file not in texts:
            content = (data / file).read_text(encoding="utf-8")
            rows = [json.loads(line) for line in content.splitlines()] if file.endswith(".jsonl") else []
            own = [(row["text"], row["lang"]) for row in rows] or [(content, "de")]
            texts[file] = {hashlib.sha256(t.encode()).hexdigest()[:16]: (t, lang) for t, lang in own}
        text, language = texts[file][entry["text"]]
        yield file, text[: entry["characters"]], set(entry["borders"]), set(entry["optional"]), language


def f1(counts: np.ndarray) -> float:
    """F1 of (right, wrong, missed)."""
    right, wrong, missed = counts
    return float(2 * right / (2 * right + wrong + missed))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=HERE / "results" / "sentences.json")
    parser.add_argument("--errors", action="store_true", help="show where cxtext is wrong")
    options = parser.parse_args()
    sample = list(labelled(options.data))
    draws = np.random.default_rng(0).integers(0, len(sample), (2000, len(sample)))
    rows: list[dict[str, Any]] = []
    for name, splitter in SPLITTERS.items():
        splitter(sample[0][1], sample[0][4])  # loads what it loads
        counts = np.zeros((len(sample), 3), int)
        began = perf_counter()
        found = [starts(text, splitter(text, language)) for _, text, _, _, language in sample]
        seconds = perf_counter() - began
        for i, (file, text, borders, optional, _) in enumerate(sample):
            wrong, missed = found[i] - borders - optional, borders - found[i]
            counts[i] = len(borders & found[i]), len(wrong), len(missed)
            if options.errors and name == "cxtext":
                for kind, places in (("wrong", wrong), ("missed", missed)):
                    for at in sorted(places):
                        print(f"{kind} {file} {text[max(0, at - 40) : at]!r} | {text[at : at + 40]!r}")
        low, high = np.percentile([f1(counts[d].sum(0)) for d in draws], [2.5, 97.5])
        right, wrong_n, missed_n = (int(n) for n in counts.sum(0))
        german = [i for i, s in enumerate(sample) if s[4] == "de"]
        english = [i for i, s in enumerate(sample) if s[4] == "en"]
        rows.append(
            {
                "splitter": name,
                "value": round(f1(counts.sum(0)), 4),
                "low": round(float(low), 4),
                "high": round(float(high), 4),
                "precision": round(right / (right + wrong_n), 4),
                "recall": round(right / (right + missed_n), 4),
                "german": round(f1(counts[german].sum(0)), 4),
                "english": round(f1(counts[english].sum(0)), 4),
                "ms_per_1000_characters": round(1e6 * seconds / sum(len(s[1]) for s in sample), 3),
            }
        )
        print(rows[-1], flush=True)
    result = {"texts": len(sample), "borders": sum(len(s[2]) for s in sample), "rows": rows}
    options.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
