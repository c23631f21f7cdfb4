"""Measure sentiment learnt from labels of one's own, from 8 to 250 a class, beside the shipped model as it is.

    python -m benchmarks.own_labels --data DIR [--out FILE]

On sets whose licence keeps them out of the shipped model. Examples are drawn from a set's train part, where it has
none from one half of its dev part; what is measured is the rest. The same number of each class is drawn, or as many as
there are; the features of all texts are made once.
"""

import argparse
import json
import random
import statistics
from pathlib import Path

import numpy as np

import cxtext
from benchmarks.baselines import scores, training_parts
from benchmarks.quality import Row, draw, rounded
from cxtext.encoder.head import Head
from cxtext.encoder.model import Encoder
from cxtext.sentiment.classifier import SentimentClassifier
from cxtext.sentiment.own import fit_sentiment, log_odds
from models.recipe.data import LABELS, Example, load

SETS = ("airline", "germeval2017", "germeval2017_tweets", "one_million_posts")
EACH = (8, 16, 32, 64, 128, 250)
DRAWS = 6
# Measured on so many texts a set.
LIMIT = 900


def examples_and_rest(data: Path, name: str, dev: list[Example]) -> tuple[list[Example], list[Example]]:
    """Give texts to learn from and texts to measure on."""
    train = [e for e in training_parts(data).get(name, ()) if e.label in LABELS]
    judged = [e for e in dev if e.label in LABELS]
    if not train:
        random.Random(0).shuffle(judged)
        train, judged = judged[: len(judged) // 2], judged[len(judged) // 2 :]
    shots = [e for label in LABELS for e in draw([e for e in train if e.label == label], max(EACH))]
    return shots, draw(judged, LIMIT)


def features(examples: list[Example]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give what a head sees (n, d + 3), the shipped model's probabilities (n, 3), and the right labels (n,)."""
    texts = [e.text.strip() for e in examples]
    chances = SentimentClassifier().predict_proba(texts)
    seen = np.hstack([Encoder().encode(texts).astype(np.float64), log_odds(chances)])
    return seen, chances, np.array([LABELS.index(str(e.label)) for e in examples])


def learn(shots: list[Example], seen: np.ndarray, each: int, seed: int) -> Head:
    """Learn a head from so many texts of each class."""
    rng = random.Random(seed)
    chosen: list[int] = []
    for label in LABELS:
        own = [i for i, e in enumerate(shots) if e.label == label]
        chosen += rng.sample(own, min(each, len(own)))
    return fit_sentiment(seen[chosen], [str(shots[i].label) for i in chosen])


def rows(data: Path, name: str, dev: list[Example]) -> list[Row]:
    """Give a row for the shipped model and one for each number of examples."""
    shots, rest = examples_and_rest(data, name, dev)
    known, _, _ = features(shots)
    asked, shipped, gold = features(rest)
    about = {"set": name, "lang": rest[0].lang, "n": len(rest)}
    found = scores(gold, shipped.argmax(axis=1))
    table: list[Row] = [about | {"each": 0, "draws": 1, "macro_f1": found["macro_f1"], "low": found["low"],
                                 "high": found["high"]}]  # fmt: skip
    for each in EACH:
        heads = [learn(shots, known, each, seed) for seed in range(DRAWS)]
        values = [scores(gold, head.scores(asked).argmax(axis=1))["macro_f1"] for head in heads]
        table.append(about | {"each": each, "draws": DRAWS, "macro_f1": statistics.mean(values), "low": min(values),
                              "high": max(values)})  # fmt: skip
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "results" / "own_labels.json")
    options = parser.parse_args()
    _, dev = load(options.data, licences="shipped")
    result: list[Row] = []
    for name in SETS:
        for row in rows(options.data, name, dev[f"sentiment/{name}"]):
            result.append(rounded(row))
            print("  ".join(f"{key} {value}" for key, value in result[-1].items()), flush=True)
    written = {"library": cxtext.__version__, "encoder": Encoder().runtime.manifest.version, "rows": result}
    options.out.write_text(json.dumps(written, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
