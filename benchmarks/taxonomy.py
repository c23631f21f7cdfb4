"""Measure tagging by a taxonomy: few-shot and zero-shot on themes, and the shipped taxonomy on reviews.

    python -m benchmarks.taxonomy --data DIR [--out FILE]

DIR holds ``themes/nhs_survey.train.jsonl`` and ``.dev.jsonl`` ({text, themes}), ``drivers/m_absa_*_{de,en}.dev.jsonl``
({text, tuples: [{category}]}) and ``sentiment/airline.dev.jsonl`` ({text, reason}).

Themes: for every seed 16 texts of each theme are drawn from the training part (all where there are fewer) and put into
a taxonomy whose labels are the themes' names. "whole" lists a drawn text under all its themes, so that frequent themes
have more than 16. "sparing" does so too, but goes from the rarest theme to the most frequent and draws only what is
lacking to 16. "alone" lists a text only under the theme that it was drawn for, as a hasty author would. All themes of
the field count, also "Labelling not possible".
"""

import argparse
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxtext.encoder import encode
from cxtext.topics.keywords import KeywordIndex
from cxtext.topics.tagging import TaxonomyTagger
from cxtext.topics.taxonomy import SCHEMA, Taxonomy, parse_taxonomy, read_taxonomy

Ints = NDArray[np.int64]
SEEDS, SHOTS, DRAWS = 5, 16, 1_000
SAMPLE = 110  # texts of each set of reviews

# Categories of the review sets (how they begin, or what they hold) -> top topic of the shipped taxonomy that they are.
# Only topics whose category a set annotates count there.
REVIEWS: dict[str, dict[str, str]] = {
    "restaurant": {"price": "price", "service": "staff", "food ": "food", "drinks ": "food", "ambience": "comfort",
                   "location": "location"},
    "hotel": {"price": "price", "service": "staff", "cleanliness": "cleanliness", "comfort": "comfort",
              "rooms design": "comfort", "location": "location"},
    "phone": {"price": "price", "logistics": "delivery", "packaging": "delivery", "seller service#attitude": "staff"},
    "laptop": {"price": "price"},
    "food": {"price": "price", "shipment": "delivery"},
}  # fmt: skip
REASONS = {
    "Late Flight": "punctuality", "Cancelled Flight": "punctuality", "Lost Luggage": "delivery",
    "Damaged Luggage": "delivery", "Flight Booking Problems": "process", "Flight Attendant Complaints": "staff",
    "longlines": "waiting",
}  # fmt: skip


class Remembering:
    """The shipped encoder, which encodes a text once however often it is drawn."""

    def __init__(self) -> None:
        self.vectors: dict[str, NDArray[np.float32]] = {}

    def encode(self, texts: list[str]) -> NDArray[np.float32]:
        """Encode texts (n, d)."""
        new = sorted(set(texts) - self.vectors.keys())
        self.vectors.update(zip(new, encode(new), strict=True))
        return np.array([self.vectors[text] for text in texts])


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def draw(records: Sequence[dict[str, Any]], themes: Sequence[str], seed: int, how: str) -> dict[str, list[str]]:
    """Draw examples: theme -> texts."""
    rng = np.random.default_rng(seed)
    rows = {theme: [i for i, record in enumerate(records) if theme in record["themes"]] for theme in themes}
    drawn: dict[str, set[int]] = {theme: set() for theme in themes}
    for theme in sorted(themes, key=lambda name: (len(rows[name]), name)):
        left = [i for i in rows[theme] if i not in drawn[theme]] if how == "sparing" else rows[theme]
        lacking = SHOTS - len(drawn[theme]) if how == "sparing" else SHOTS
        for i in rng.choice(left, min(lacking, len(left)), replace=False).tolist() if lacking > 0 and left else ():
            for own in [theme] if how == "alone" else records[i]["themes"]:
                drawn[own].add(i)
    return {theme: sorted({records[i]["text"].strip() for i in own}) for theme, own in drawn.items()}


def taxonomy_of(themes: Sequence[str], **content: dict[str, list[str]]) -> Taxonomy:
    topics = [{"id": theme, **{key: own[theme] for key, own in content.items()}} for theme in themes]
    return parse_taxonomy({"schema": SCHEMA, "topics": topics}, where="themes")


def f1(gold: Ints, given: Ints) -> float:
    both = int((gold & given).sum())
    return 2 * both / max(1, int(gold.sum() + given.sum()))


def interval(gold: Ints, given: Sequence[Ints]) -> tuple[float, float]:
    """95 % by bootstrap over texts and over draws of examples."""
    rng = np.random.default_rng(0)
    values = []
    for _ in range(DRAWS):
        rows = rng.integers(0, len(gold), len(gold))
        seeds = rng.integers(0, len(given), len(given))
        values.append(float(np.mean([f1(gold[rows], given[s][rows]) for s in seeds])))
    low, high = np.quantile(values, [0.025, 0.975])
    return round(float(low), 3), round(float(high), 3)


def line(name: str, gold: Ints, given: Sequence[Ints]) -> dict[str, Any]:
    both = sum(int((gold & g).sum()) for g in given)
    tagged = sum(int(g.sum()) for g in given)
    return {
        "figure": name,
        "micro_f1": round(float(np.mean([f1(gold, g) for g in given])), 3),
        "interval": interval(gold, given),
        "precision": round(both / max(1, tagged), 3),
        "recall": round(both / max(1, int(gold.sum()) * len(given)), 3),
        "untagged": round(float(np.mean([(g.sum(axis=1) == 0).mean() for g in given])), 3),
        "by_seed": [round(f1(gold, g), 3) for g in given],
        "n": len(gold),
    }


def by_theme(themes: Sequence[str], gold: Ints, given: Sequence[Ints], shots: dict[str, int]) -> list[dict[str, Any]]:
    rows = []
    for i in np.argsort(-gold.sum(axis=0), kind="stable"):
        both = sum(int((gold[:, i] & g[:, i]).sum()) for g in given)
        tagged, wanted = sum(int(g[:, i].sum()) for g in given), int(gold[:, i].sum()) * len(given)
        rows.append(
            {
                "theme": themes[i],
                "n": int(gold[:, i].sum()),
                "examples": shots[themes[i]],
                "precision": round(both / tagged, 2) if tagged else None,
                "recall": round(both / wanted, 2) if wanted else None,
                "f1": round(2 * both / (tagged + wanted), 2) if tagged + wanted else None,
            }
        )
    return rows


def on_themes(data: Path, encoder: Remembering) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    train, dev = (read(data / "themes" / f"nhs_survey.{part}.jsonl") for part in ("train", "dev"))
    themes = sorted({theme for record in [*train, *dev] for theme in record["themes"]})
    texts = [record["text"] for record in dev]
    gold = np.array([[int(theme in record["themes"]) for theme in themes] for record in dev], dtype=np.int64)

    def tag(taxonomy: Taxonomy) -> Ints:
        return TaxonomyTagger(taxonomy, encoder=encoder).fit().predict(texts)

    lines, tables = [], []
    for how in ("whole", "sparing", "alone"):
        drawn = [draw(train, themes, seed, how) for seed in range(SEEDS)]
        given = [tag(taxonomy_of(themes, examples=examples)) for examples in drawn]
        texts_drawn = round(float(np.mean([len({t for own in d.values() for t in own}) for d in drawn])))
        lines.append({**line(f"few-shot, {how}", gold, given), "examples": texts_drawn})
        print(lines[-1], flush=True)
        if how == "sparing":
            shots = {theme: round(float(np.mean([len(d[theme]) for d in drawn]))) for theme in themes}
            tables = by_theme(themes, gold, given, shots)
    names = {theme: [part.strip() for part in theme.replace("/", "&").replace(",", "&").split("&")] for theme in themes}
    lines.append(line("zero-shot, the themes' names", gold, [tag(taxonomy_of(themes))]))
    lines.append(
        line("keywords only, words of the names", gold, [keywords_only(taxonomy_of(themes, keywords=names), texts)])
    )
    for found in lines[-2:]:
        print(found, flush=True)
    return lines, tables


def keywords_only(taxonomy: Taxonomy, texts: Sequence[str]) -> Ints:
    index = KeywordIndex([topic.keywords for topic in taxonomy.topics])
    out = np.zeros((len(texts), len(taxonomy.topics)), dtype=np.int64)
    for row, text in enumerate(texts):
        out[row, [match.owner for match in index.find(text)]] = 1
    return out


def on_reviews(data: Path, encoder: Remembering) -> list[dict[str, Any]]:
    """Tag reviews by the shipped taxonomy; sub-topics count as their top topic."""
    taxonomy = read_taxonomy("cx")
    described = Taxonomy("described", tuple(replace(t, keywords=(), examples=()) for t in taxonomy.topics))
    top = [([place, *taxonomy.above(place)])[-1] for place in range(len(taxonomy.topics))]
    tagger, zero_shot = (TaxonomyTagger(t, encoder=encoder).fit() for t in (taxonomy, described))
    rng = np.random.default_rng(0)
    sets: list[tuple[str, str, list[str], list[set[str]], set[str]]] = []
    for name, topics in REVIEWS.items():
        for language in ("de", "en"):
            every = read(data / "drivers" / f"m_absa_{name}_{language}.dev.jsonl")
            rows = [every[i] for i in sorted(rng.choice(len(every), min(SAMPLE, len(every)), replace=False))]
            gold = [
                {
                    next(topic for key, topic in topics.items() if key in category)
                    for category in (t["category"].lower() for t in row["tuples"] if t["category"])
                    if any(key in category for key in topics)
                }
                for row in rows
            ]
            sets.append((name, language, [row["text"] for row in rows], gold, set(topics.values())))
    every = [r for r in read(data / "sentiment" / "airline.dev.jsonl") if r["reason"] in REASONS]
    rows = [every[i] for i in sorted(rng.choice(len(every), min(2 * SAMPLE, len(every)), replace=False))]
    sets.append(
        ("airline", "en", [r["text"] for r in rows], [{REASONS[r["reason"]]} for r in rows], set(REASONS.values()))
    )
    counts: dict[tuple[str, str, str], Ints] = defaultdict(lambda: np.zeros(4, dtype=np.int64))
    for name, language, texts, gold, covered in sets:
        for how, given in (
            ("keywords only", keywords_only(taxonomy, texts)),
            ("labels and descriptions only", zero_shot.predict(texts)),
            ("whole", tagger.predict(texts)),
        ):
            for row, wanted in zip(given, gold, strict=True):
                found = {taxonomy.topics[top[place]].id for place in np.flatnonzero(row)} & covered
                tally = [len(found & wanted), len(found), len(wanted), 1]
                for key in ((how, name, language), (how, "all", language)):
                    counts[key] += tally
    lines = []
    for (how, name, language), (both, found, wanted, n) in counts.items():
        lines.append(
            {
                "figure": how, "set": name, "language": language,
                "precision": round(both / max(1, found), 3), "recall": round(both / max(1, wanted), 3),
                "f1": round(2 * both / max(1, found + wanted), 3), "n": int(n),
            }
        )  # fmt: skip
    return sorted(lines, key=lambda found: (found["figure"], found["set"], found["language"]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    encoder = Remembering()
    themes, table = on_themes(options.data, encoder)
    for row in table:
        print("  ".join(f"{key} {value}" for key, value in row.items()))
    reviews = on_reviews(options.data, encoder)
    for row in reviews:
        print("  ".join(f"{key} {value}" for key, value in row.items()))
    if options.out:
        found = {"themes": themes, "by_theme": table, "reviews": reviews}
        options.out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
