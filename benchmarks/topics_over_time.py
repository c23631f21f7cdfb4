"""Measure whether an update finds what is new, and leaves alone what is not.

Of a labelled set some classes are held back, and the rest is cut into two halves, March and June. A model is fitted on
March and updated

- with June alone, where nothing is new: what it calls new, merged, split or retired is a false alarm;
- with June and the classes held back: a new topic is right if most of its texts are of one class held back, and a class
  is found if most of its texts are in new topics;
- with June without the texts of three topics: those should retire, and no other.

Then a model is fitted on June with March's registry: how many of March's topics are found again, and how many of June's
texts have the id that March's model gives them, among those that have a topic in both; and the same for a fit that does
not know the registry, and whose topics get March's ids only where they match.

    python -m benchmarks.topics_over_time --data DIR [--seeds 5] [--out benchmarks/results/topics_over_time.json]
"""

import argparse
import json
import random
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxtext import TopicModel
from cxtext.encoder import encode_subjects
from cxtext.topics.drift import match
from cxtext.topics.registry import known_places

SETS = {"massive_de.dev": None, "banking77.train": 4_000}  # how many texts, or all
HELD_BACK, DROPPED = 6, 3


def read(data: Path, name: str, count: int | None) -> tuple[list[str], NDArray[np.str_]]:
    """Read different texts and their classes."""
    rows = [json.loads(line) for line in (data / "topics" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]
    classes = {row["text"]: str(row["label"]) for row in rows if row["text"].strip()}
    texts = sorted(classes)
    if count is not None:
        texts = sorted(random.Random(0).sample(texts, count))
    return texts, np.array([classes[text] for text in texts])


def measure(texts: list[str], classes: NDArray[np.str_], vectors: NDArray[np.float32], seed: int) -> dict[str, Any]:
    """Fit on March, update with three Junes, refit with a registry."""
    rng = np.random.default_rng(seed)
    sizes = Counter(classes.tolist())
    able = sorted(name for name, n in sizes.items() if 15 <= n <= 0.06 * len(texts))
    held = set(rng.choice(able, HELD_BACK, replace=False).tolist())
    back = np.flatnonzero(np.isin(classes, sorted(held)))
    rest = rng.permutation(np.flatnonzero(~np.isin(classes, sorted(held))))
    march, june = rest[: len(rest) // 2], rest[len(rest) // 2 :]

    def fitted(rows: NDArray[np.intp], **options: Any) -> TopicModel:  # noqa: ANN401
        return TopicModel(**options).fit([texts[i] for i in rows], embeddings=vectors[rows])

    first = fitted(march)
    registry = first.to_registry()

    def updated(rows: NDArray[np.intp]) -> TopicModel:
        model = TopicModel.load(folder)
        return model.update([texts[i] for i in rows], embeddings=vectors[rows])

    with tempfile.TemporaryDirectory() as folder:
        first.save(folder)
        calm = updated(june)
        both = np.concatenate([june, back])
        grown = updated(both)
        before = first.predict([texts[i] for i in june], embeddings=vectors[june])
        common = [i for i, _ in Counter(before[before >= 0].tolist()).most_common()]
        gone = sorted(rng.choice(common[: len(common) // 2], DROPPED, replace=False).tolist())
        less = updated(june[~np.isin(before, gone)])
    states = Counter(calm.drift_["state"])
    new = sorted(grown.drift_.loc[grown.drift_["state"] == "new", "id"])
    right = 0
    for topic in new:
        name, n = Counter(classes[both[grown.labels_ == topic]].tolist()).most_common(1)[0]
        right += name in held and 2 * n > int((grown.labels_ == topic).sum())
    in_new = np.isin(grown.labels_, new)
    found = sum(bool(np.mean(in_new[classes[both] == name]) > 0.5) for name in held)
    retired = set(less.drift_.loc[less.drift_["state"] == "retired", "id"])
    # Beside it: a fit of its own, whose topics get March's ids only where they match.
    alone = fitted(june)
    known = known_places(registry, alone._space).centroids
    ids = {j: int(registry.ids[i]) for i, j in match(known, alone._known.places.leaf_places()).items()}
    matched = np.array([ids.get(int(label), -2) for label in alone.labels_])
    second = fitted(june, registry=registry)
    shared = (before >= 0) & (second.labels_ >= 0)
    kept = Counter(second.drift_["state"])
    again = int(sum(state in ("kept", "split") for state in second.drift_["state"]))
    return {
        "texts": len(march),
        "topics": len(first.drift_),
        "nothing new": {state: states.get(state, 0) for state in ("new", "merged", "split", "retired")},
        "new": {
            "topics": len(new),
            "right": right,
            "classes found": found,
            "classes": HELD_BACK,
            "share of their texts": round(float(np.mean(in_new[np.isin(classes[both], sorted(held))])), 3),
            "share of other texts": round(float(np.mean(in_new[~np.isin(classes[both], sorted(held))])), 3),
        },
        "retired": {"right": len(retired & set(gone)), "wrong": len(retired - set(gone)), "of": DROPPED},
        "refit": {
            "topics": len(set(second.labels_.tolist()) - {-1}),
            "found again": again,
            "of": len(first.drift_),
            "states": dict(sorted(kept.items())),
            "same id": round(float(np.mean(before[shared] == second.labels_[shared])), 3),
            "same id if only matched": round(float(np.mean(before[shared] == matched[shared])), 3),
        },
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    results: dict[str, Any] = {}
    for name, count in SETS.items():
        texts, classes = read(options.data, name, count)
        vectors = np.asarray(encode_subjects(texts))
        results[name] = [measure(texts, classes, vectors, seed) for seed in range(options.seeds)]
        for seed, found in enumerate(results[name]):
            print(name, "seed", seed, json.dumps(found), flush=True)
    if options.out is not None:
        options.out.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
