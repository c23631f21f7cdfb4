"""Step 8: measure the exported folder on every dev set, through the same code that users run.

python -m models.recipe.evaluate --data DIR --encoder models/encoder --out models/evaluation.json
"""

import argparse
import json
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from cxtext.documents import LanguageCode, Segment
from cxtext.drivers.spans import trim
from cxtext.drivers.stage import find_pairs
from cxtext.encoder.embedding import embed
from cxtext.encoder.runtime import Runtime
from cxtext.encoder.tokens import Tokens, encode_documents
from cxtext.sentiment.pooling import probabilities
from models.recipe.data import ALLOWED, LABELS, Example, Offsets, load, read_jsonl

RESAMPLES = 1000


def encode_all(
    runtime: Runtime, texts: Sequence[str], questions: Sequence[str | None] | None = None
) -> list[Tokens | None]:
    """Encode texts as one segment each."""
    out: list[Tokens | None] = []
    for start in range(0, len(texts), 512):
        part = texts[start : start + 512]
        asked = questions[start : start + 512] if questions else [None] * len(part)
        out += encode_documents(runtime, part, [(Segment(0, len(t)),) for t in part], asked)
    return out


def predict(tokens: Iterable[Tokens | None]) -> np.ndarray:
    """Calibrated probabilities (n, 3)."""
    uniform = (1 / 3, 1 / 3, 1 / 3)
    return np.array([probabilities(t, slice(None)) if t is not None else uniform for t in tokens])


def macro_f1(gold: np.ndarray, found: np.ndarray, classes: int = 3) -> float:
    """Mean F1 over the classes that occur in gold."""
    scores = []
    for c in range(classes):
        hit = int(((gold == c) & (found == c)).sum())
        total = int((gold == c).sum() + (found == c).sum())
        if (gold == c).any():
            scores.append(2 * hit / total if total else 0.0)
    return float(np.mean(scores))


def expected_calibration_error(gold: np.ndarray, chances: np.ndarray, bins: int = 15) -> float:
    """ECE (Naeini et al. 2015): gap between confidence and accuracy over equal-width bins."""
    confidence, found = chances.max(axis=1), chances.argmax(axis=1)
    which = np.minimum((confidence * bins).astype(int), bins - 1)
    gap = 0.0
    for b in range(bins):
        rows = which == b
        if rows.any():
            gap += rows.mean() * abs((found[rows] == gold[rows]).mean() - confidence[rows].mean())
    return float(gap)


def interval(gold: np.ndarray, found: np.ndarray) -> tuple[float, float]:
    """95 % bootstrap interval of macro-F1 over documents."""
    rng = np.random.default_rng(0)
    scores = []
    for _ in range(RESAMPLES):
        rows = rng.integers(len(gold), size=len(gold))
        scores.append(macro_f1(gold[rows], found[rows]))
    low, high = np.percentile(scores, [2.5, 97.5])
    return float(low), float(high)


def sentiment_scores(gold: np.ndarray, chances: np.ndarray) -> dict[str, Any]:
    """Macro-F1 with its interval, accuracy and calibration error of probabilities (n, 3)."""
    found = chances.argmax(axis=1)
    low, high = interval(gold, found)
    return {
        "n": len(gold),
        "macro_f1": macro_f1(gold, found),
        "low": low,
        "high": high,
        "accuracy": float((gold == found).mean()),
        "ece": expected_calibration_error(gold, chances),
    }


def sentiment_table(runtime: Runtime, dev: dict[str, list[Example]]) -> list[dict[str, Any]]:
    """One row a sentiment dev set."""
    rows = []
    for name, examples in sorted(dev.items()):
        if not name.startswith("sentiment/"):
            continue
        gold = np.array([LABELS.index(e.label) for e in examples if e.label in LABELS])
        variants: list[tuple[str, list[str | None] | None]] = [("", None)]
        if any(e.question for e in examples):
            variants.append((" + question", [e.question for e in examples]))
        for suffix, questions in variants:
            chances = predict(encode_all(runtime, [e.text for e in examples], questions))
            row = {"set": name.split("/")[1] + suffix, "lang": examples[0].lang}
            rows.append(row | sentiment_scores(gold, chances))
    return rows


Found = dict[str, set[tuple[Any, ...]]]


def gold_spans(example: Example) -> Found:
    """Give the gold spans of one text, without articles and edge punctuation; positive and negative ones only."""

    def edges(span: Offsets) -> Offsets:
        return trim(example.text, *span)

    gold = [m for m in example.mentions if m.polarity != "neutral"]
    return {
        "aspects": {(*edges(m.aspect), m.polarity) for m in gold if m.aspect},
        "opinions": {edges(m.opinion) for m in gold if m.opinion},
        "triplets": {(*edges(m.aspect), *edges(m.opinion), m.polarity) for m in gold if m.aspect and m.opinion},
        "neutral": {edges(m.opinion) for m in example.mentions if m.opinion and m.polarity == "neutral"},
    }


def code(example: Example) -> LanguageCode:
    """Language of an example, as the drivers stage takes it."""
    return "de" if example.lang == "de" else "en"


def found_spans(example: Example, tokens: Tokens | None) -> Found:
    """Give what the encoder finds in one text."""
    found: Found = {"aspects": set(), "opinions": set(), "triplets": set()}
    if tokens is None:
        return found
    for p in find_pairs(tokens, example.text, (Segment(0, len(example.text)),), code(example)):
        if p.aspect:
            found["aspects"].add((p.aspect.start, p.aspect.end, p.polarity))
        if p.opinion:
            found["opinions"].add((p.opinion.start, p.opinion.end))
        if p.aspect and p.opinion:
            found["triplets"].add((p.aspect.start, p.aspect.end, p.opinion.start, p.opinion.end, p.polarity))
    return found


SPAN_PARTS = ("aspects", "opinions", "triplets", "aspects_overlap")
Counts = dict[str, list[int]]


def overlaps(gold: set[tuple[Any, ...]], found: set[tuple[Any, ...]]) -> int:
    """Count pairs, each span in one at most, that share a polarity and at least one character.

    >>> overlaps({(0, 5, "positive")}, {(0, 2, "positive"), (3, 5, "positive")})
    1
    """
    left = sorted(gold, key=lambda span: span[1])
    hits = 0
    for start, end, polarity in sorted(found, key=lambda span: span[1]):
        for other in left:
            if start < other[1] and end > other[0] and polarity == other[2]:
                left.remove(other)
                hits += 1
                break
    return hits


def count_spans(examples: Sequence[Example], found: Sequence[Found]) -> Counts:
    """Count true positives, found and gold: exact spans with polarity, and aspects that overlap."""
    counts = {part: [0, 0, 0] for part in SPAN_PARTS}

    def add(name: str, *numbers: int) -> None:
        counts[name] = [a + b for a, b in zip(counts[name], numbers, strict=True)]

    for example, own in zip(examples, found, strict=True):
        gold = gold_spans(example)
        add("aspects", len(gold["aspects"] & own["aspects"]), len(own["aspects"]), len(gold["aspects"]))
        add("aspects_overlap", overlaps(gold["aspects"], own["aspects"]), len(own["aspects"]), len(gold["aspects"]))
        if "opinion" in example.annotated:
            # Opinions of neutral mentions are not counted against the tagger.
            opinions = own["opinions"] - gold["neutral"]
            add("opinions", len(gold["opinions"] & opinions), len(opinions), len(gold["opinions"]))
            add("triplets", len(gold["triplets"] & own["triplets"]), len(own["triplets"]), len(gold["triplets"]))
    return counts


def driver_counts(runtime: Runtime, examples: list[Example]) -> Counts:
    """Count what the encoder finds in texts, each taken as one segment."""
    tokens = encode_all(runtime, [e.text for e in examples])
    return count_spans(examples, [found_spans(e, t) for e, t in zip(examples, tokens, strict=True)])


def f1(counts: Sequence[int]) -> float | None:
    """Micro-F1 from true positives, found, gold."""
    hit, found, gold = counts
    return 2 * hit / (found + gold) if gold else None


def driver_table(runtime: Runtime, dev: dict[str, list[Example]]) -> list[dict[str, Any]]:
    """One row a driver dev set."""
    rows = []
    for name, examples in sorted(dev.items()):
        if not name.startswith("drivers/") or "target" in examples[0].annotated:
            continue
        counts = driver_counts(runtime, examples)
        rows.append(
            {"set": name.split("/")[1], "lang": examples[0].lang, "n": len(examples)}
            | {k: f1(v) for k, v in counts.items()}
        )
    return rows


def embedding_table(embed: Callable[[list[str]], np.ndarray], data: Path, limit: int | None = None) -> dict[str, float]:
    """Spearman correlation on STS pairs (the first ``limit``), and German-English retrieval over the same pairs."""
    from scipy.stats import spearmanr

    rows = list(islice(read_jsonl(data / "parallel" / "stsb_de_en.dev.jsonl"), limit))
    gold = [r["score"] for r in rows]
    german = [embed([r["de"][i] for r in rows]) for i in (0, 1)]
    english = [embed([r["en"][i] for r in rows]) for i in (0, 1)]
    unique = list({r["de"][0]: i for i, r in enumerate(rows)}.values())
    similar = german[0][unique] @ english[0][unique].T
    hits = (similar.argmax(1) == np.arange(len(unique))).mean() + (similar.argmax(0) == np.arange(len(unique))).mean()
    return {
        "sts_de": float(spearmanr(gold, (german[0] * german[1]).sum(1)).statistic),
        "sts_en": float(spearmanr(gold, (english[0] * english[1]).sum(1)).statistic),
        "sts_de_en": float(spearmanr(gold, (german[0] * english[1]).sum(1)).statistic),
        "sts_n": len(rows),
        "retrieval_de_en": float(hits / 2),
        "retrieval_n": len(unique),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--encoder", type=Path, default=Path("models/encoder"))
    parser.add_argument("--licences", default="shipped", choices=tuple(ALLOWED))
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    runtime = Runtime(options.encoder)
    _, dev = load(options.data, licences=options.licences)
    result = {
        "version": runtime.manifest.version,
        "sentiment": sentiment_table(runtime, dev),
        "drivers": driver_table(runtime, dev),
        "embedding": embedding_table(partial(embed, runtime), options.data),
    }
    for row in result["sentiment"]:
        shown = "macro-F1 {macro_f1:.3f} [{low:.3f}, {high:.3f}] accuracy {accuracy:.3f} ECE {ece:.3f}".format(**row)
        print(f"{row['set']:28} {row['lang']} n {row['n']:5} {shown}")
    for row in result["drivers"]:
        shown = " ".join(
            f"{k} {row[k]:.3f}" for k in ("aspects", "aspects_overlap", "opinions", "triplets") if row[k] is not None
        )
        print(f"{row['set']:28} {row['lang']} n {row['n']:5} {shown}")
    print(result["embedding"])
    if options.out:
        options.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
