"""Measure whether mentions of one thing land in one topic, and whether causes said differently are grouped.

    python -m benchmarks.driver_topics [--data DIR] [--out FILE]

Without data: the table of ``driver_mentions/mentions.toml`` (24 topics, 5 German and 5 English phrasings each, and
sentences about two topics) and ``driver_mentions/causes.toml`` (10 drivers, 32 causes, 6 phrasings each). DIR holds
``drivers/NAME.dev.jsonl`` ({text, lang, tuples: [{aspect, opinion, category}]}).

"nearest": five-fold, the share of mentions whose nearest category, by the mean of other sentences that have only that
category, is their own; "of two": the same for mentions in sentences of several categories. "V": V-measure of the topics
that TopicModel finds on the sentences against the categories, with the mentions assigned.
"""

import argparse
import json
import re
import tomllib
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import v_measure_score

from cxtext.encoder import encode_subjects
from cxtext.engines.assign import mention_vectors
from cxtext.topics.cause_groups import group_causes
from cxtext.topics.model import TopicModel
from cxtext.topics.space import Space

HERE = Path(__file__).parent / "driver_mentions"
SETS = {
    "hotel": ("m_absa_hotel_de", "m_absa_hotel_en"),
    "phone": ("m_absa_phone_de", "m_absa_phone_en"),
    "restaurant": ("m_absa_restaurant_de", "m_absa_restaurant_en"),
    "course": ("m_absa_coursera_de", "m_absa_coursera_en"),
    "station": ("mobasa",),
    "flight": ("asqp_flightabsa",),
}
Array = NDArray[Any]


@dataclass(frozen=True)
class Mention:
    """One opinion of a sentence: its words from aspect to opinion, and what it is about."""

    text: str
    language: str
    words: str
    category: str
    part: str


def marked(text: str) -> tuple[str, list[tuple[str, int, int]]]:
    plain, opened, spans = "", {}, []
    for char in text:
        if char in "[(":
            opened[char] = len(plain)
        elif char in "])":
            kind = "[" if char == "]" else "("
            spans.append((kind, opened[kind], len(plain)))
        else:
            plain += char
    return plain, spans


def own_table() -> list[Mention]:
    table = tomllib.loads((HERE / "mentions.toml").read_text(encoding="utf-8"))
    lines = [(g[code], code, g["topic"], g["part"]) for g in table["group"] for code in ("de", "en")]
    found = []
    for texts, code, topic, part in lines:
        for line in texts:
            text, spans = marked(line)
            words = text[min(s[1] for s in spans) : max(s[2] for s in spans)]
            found.append(Mention(text, code, words, topic, part))
    for line in table["contrast"]:
        text, spans = marked(line["text"])
        pairs = [[s for s in spans if s[0] == kind] for kind in "[("]
        code = "de" if re.search(r"\b(?:der|die|das|aber|war)\b", text, re.IGNORECASE) else "en"
        for aspect, opinion, topic in zip(*pairs, line["topics"], strict=True):
            words = text[min(aspect[1], opinion[1]) : max(aspect[2], opinion[2])]
            found.append(Mention(text, code, words, topic, "contrast"))
    return found


def gold(directory: Path, names: tuple[str, ...]) -> list[Mention]:
    found = []
    for name in names:
        for line in (directory / "drivers" / f"{name}.dev.jsonl").read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            for item in row["tuples"]:
                spans = [s for s in (item["aspect"], item["opinion"]) if s]
                if item["category"] and spans:
                    words = row["text"][min(s["start"] for s in spans) : max(s["end"] for s in spans)]
                    found.append(Mention(row["text"], row["lang"], words, item["category"], name))
    return found


def measure(name: str, mentions: list[Mention]) -> list[dict[str, Any]]:
    units = list(dict.fromkeys(m.text for m in mentions))
    at = np.array([units.index(m.text) for m in mentions])
    language = {m.text: m.language for m in mentions}
    vectors = np.asarray(encode_subjects(units))
    words = np.asarray(encode_subjects([m.words for m in mentions]))
    ways = {
        "the sentence's topic": vectors[at],
        "own words": words,
        "own words and half the sentence": mention_vectors(words, vectors[at]),
    }
    space = Space.fit(vectors, np.ones(len(units)), [language[u] for u in units])
    model = TopicModel().fit(units, embeddings=vectors)
    categories = np.array([m.category for m in mentions])
    of: dict[str, set[str]] = {}
    for m in mentions:
        of.setdefault(m.text, set()).add(m.category)
    single = np.array([len(of[u]) == 1 for u in units])
    first = np.array([min(of[u]) for u in units])
    lines = []
    for way, rows in ways.items():
        right, known = nearest(space.place(vectors), space.place(rows), at, single, first, categories)
        several = known & ~single[at]
        labels = model.predict([f"mention {i}" for i in range(len(mentions))], embeddings=rows)
        lines.append(
            {
                "set": name,
                "placed by": way,
                "mentions": len(mentions),
                "categories": len(set(categories)),
                "nearest": round(float(right[known].mean()), 3),
                "of two": round(float(right[several].mean()), 3) if several.any() else None,
                "topics": int(model.labels_.max()) + 1,
                "V": round(float(v_measure_score(categories, labels)), 3),
                "unassigned": round(float(np.mean(labels == -1)), 3),
            }
        )
    return lines


def nearest(
    units: Array, rows: Array, at: Array, single: Array, first: Array, categories: Array
) -> tuple[Array, Array]:
    """Say which mentions are nearest to their own category, and which have one that can be asked for."""
    names = sorted(c for c in set(first[single]) if (single & (first == c)).sum() >= 5)
    folds = np.random.default_rng(0).integers(0, 5, len(units))
    found = np.full(len(rows), "", dtype=object)
    for fold in range(5):
        learn = single & (folds != fold)
        centres = np.stack([units[learn & (first == c)].astype(float).sum(axis=0) for c in names])
        centres /= np.maximum(np.linalg.norm(centres, axis=1, keepdims=True), 1e-9)
        asked = np.flatnonzero(folds[at] == fold)
        found[asked] = np.array(names, dtype=object)[(rows[asked].astype(float) @ centres.T).argmax(axis=1)]
    return found == categories, np.isin(categories, names)


def causes(background: list[Mention]) -> list[dict[str, Any]]:
    drivers = tomllib.loads((HERE / "causes.toml").read_text(encoding="utf-8"))["driver"]
    said = [
        (d["topic"], d["part"], cause, text, "de" if i < len(texts) // 2 else "en")
        for d in drivers
        for cause, texts in d["causes"].items()
        for i, text in enumerate(texts)
    ]
    around = {m.text: m.language for m in background}
    texts = [*(row[3] for row in said), *around]
    vectors = np.asarray(encode_subjects(texts))
    space = Space.fit(vectors, np.ones(len(texts)), [*(row[4] for row in said), *around.values()])
    places = space.place(vectors[: len(said)])
    lines = []
    for part in ("dev", "test"):
        together = wrong = missed = across = possible = 0
        scores = []
        for topic in dict.fromkeys(row[0] for row in said if row[1] == part):
            rows = [i for i, row in enumerate(said) if row[0] == topic]
            groups = group_causes([said[i][3] for i in rows], places[rows])
            scores.append(v_measure_score([said[i][2] for i in rows], groups))
            for a, b in combinations(range(len(rows)), 2):
                same, found = said[rows[a]][2] == said[rows[b]][2], groups[a] == groups[b]
                together, wrong, missed = (
                    together + int(same and found),
                    wrong + int(found and not same),
                    missed + int(same and not found),
                )
                if same and said[rows[a]][4] != said[rows[b]][4]:
                    possible, across = possible + 1, across + int(found)
        lines.append(
            {
                "set": f"causes, {part}",
                "V": round(float(np.mean(scores)), 3),
                "pairs right": round(together / max(together + wrong, 1), 3),
                "pairs found": round(together / max(together + missed, 1), 3),
                "found across languages": round(across / max(possible, 1), 3),
            }
        )
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    table = own_table()
    results = [*measure("own table", table), *causes(table)]
    for name, files in SETS.items() if options.data else ():
        results += measure(name, gold(options.data, files))
    for line in results:
        print("  ".join(f"{key} {value}" for key, value in line.items()))
    if options.out:
        options.out.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
