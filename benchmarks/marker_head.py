"""Learn the small head of the marker stage, and say by cross-validation what it adds to the rules.

    python -m benchmarks.marker_head [--write]

It learns from the dev texts of `marker_texts`, from `train_*.txt` and `unread_*.txt`, and from these as speech
recognition writes them; it never reads the test texts. On texts that the rules were written by, rules seem better than
they are: those count less, and thresholds are chosen on unread ones alone. With `--write` it becomes
`cxtext/data/markers_head.json`.
"""

import argparse
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold

from benchmarks.marker_data import INTENTS, TYPES, Labelled, read_split, read_training, spoken
from cxtext.documents import Document
from cxtext.markers.head import DENIED, SCHEMA, UNMARKED, Column, columns, encoder_name, has_marks, tier, tone_of, unit
from cxtext.markers.matching import read_passage
from cxtext.markers.rules import LANGUAGES, load_rules
from cxtext.pipeline import Draft, make_stage

OUT = Path(__file__).parents[1] / "cxtext" / "data" / "markers_head.json"
BEFORE = ("language.v1", "segment.v1", "encode.v1", "sentiment.v1", "drivers.v1")
# What a text counts that is in dev, in train, and made of another one; an unread one counts 1.
DEV, TRAIN, MADE = 0.5, 0.3, 0.5
STRENGTH = 0.1
# Urgency is to be found above all, a false alarm costs a look: as much as can be found with this precision.
LEAST_PRECISION = {"urgency": 0.62}
GRID = np.arange(0.2, 0.91, 0.02)
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Features:
    """Rows of features: rules' columns, tone and embedding; labels; weights; and the text that each is made of.

    The first ``judged`` rows are those that thresholds are chosen on.
    """

    rules: Floats
    tone: Floats
    embedding: Floats
    labels: list[Labelled]
    weights: Floats
    sources: NDArray[np.int64]
    judged: int


def drafts_of(rows: Sequence[Labelled]) -> list[Draft]:
    drafts = [Draft(document=Document(text=r.text, language=r.language)) for r in rows]  # type: ignore[arg-type]
    for name in BEFORE:
        stage = make_stage(name)
        drafts = [replace(d, **update) for d, update in zip(drafts, stage.predict(drafts), strict=True)]
    return drafts


def features(rows: list[Labelled], names: Sequence[Column]) -> tuple[Floats, Floats, Floats]:
    """Give rules' columns (n, names), tone (n, 12) and embedding (n, dimension) of texts."""
    rules = {code: load_rules(code) for code in LANGUAGES}
    found, tones, vectors = [], [], []
    for row, draft in zip(rows, drafts_of(rows), strict=True):
        own = (s for s in draft.segments if s.kind == "customer")
        read = [read_passage(row.text, s.start, s.end, rules[row.language]) for s in own]
        filled = columns(
            (h for r in read for h in r.hits),
            (t for r in read for t in r.denied),
            marked=has_marks(row.text, 0, len(row.text)),
        )
        found.append([float(name in filled) for name in names])
        drivers = draft.drivers
        tones.append(tone_of(draft.segment_sentiments, drivers.positive, drivers.negative, draft.sentiment))
        vectors.append(unit(draft.tokens.embeddings.sum(axis=0)))
    return np.array(found), np.array(tones), np.array(vectors)


def matrix(f: Features, *, embedding: bool) -> Floats:
    return np.hstack([f.rules, f.tone, *([f.embedding] if embedding else [])])


def learn(x: Floats, y: NDArray[np.bool_], weights: Floats) -> LogisticRegression:
    model = LogisticRegression(C=STRENGTH, max_iter=5000, class_weight="balanced")
    return model.fit(x, y, sample_weight=weights)


def validate(x: Floats, y: NDArray[np.bool_], f: Features) -> Floats:
    """Chances of the judged rows, by models that have seen neither them nor what is made of the same texts."""
    chances = np.zeros(f.judged)
    for _, unseen in KFold(5, shuffle=True, random_state=0).split(np.arange(f.sources.max() + 1)):
        apart = np.isin(f.sources, unseen)
        known, asked = np.flatnonzero(~apart), np.flatnonzero(apart[: f.judged])
        chances[asked] = learn(x[known], y[known], f.weights[known]).predict_proba(x[asked])[:, 1]
    return chances


def scores(y: NDArray[np.bool_], p: NDArray[np.bool_], w: Floats) -> tuple[float, float, float]:
    hit, found, there = (float(w[m].sum()) for m in (y & p, p, y))
    return hit / max(1, found), hit / max(1, there), 2 * hit / max(1, found + there)


def threshold(type_: str, y: NDArray[np.bool_], chances: Floats, w: Floats) -> float:
    """Choose the threshold with the best F1; for urgency the lowest that is right often enough."""
    measured = [(float(t), *scores(y, chances >= t, w)) for t in GRID]
    if type_ in LEAST_PRECISION:
        return min((m[0] for m in measured if m[1] >= LEAST_PRECISION[type_]), default=float(GRID[-1]))
    # The middle of the best ones: a single best one is luck.
    best = max(m[3] for m in measured)
    return float(np.median([m[0] for m in measured if m[3] >= best - 0.005]))


def half(f: Features, names: Sequence[Column], *, embedding: bool) -> dict[str, Any]:
    x = matrix(f, embedding=embedding)
    y_of = {t: np.array([t in r.types for r in f.labels]) for t in TYPES}
    print("type          rules  P     R     F1    threshold", "with embedding" if embedding else "without")
    thresholds, weights, bias, reached = [], [], [], {}
    for type_, y in y_of.items():
        chances, judged, w = validate(x, y, f), y[: f.judged], f.weights[: f.judged]
        least = threshold(type_, judged, chances, w)
        measured = scores(judged, chances >= least, w)
        reached[type_] = measured[2]
        by_rule = [i for i, (t, _, level) in enumerate(names) if t == type_ and level != "hint"]
        alone = scores(judged, f.rules[: f.judged, by_rule].any(axis=1), w)[2]
        print(f"{type_:12}  {alone:.2f}   " + "  ".join(f"{m:.2f}" for m in measured) + f"  {least:.2f}")
        model = learn(x, y, f.weights)
        thresholds.append(least)
        weights.append(model.coef_[0])
        bias.append(float(model.intercept_[0]))
    print(f"mean {np.mean(list(reached.values())):.3f}, intents {np.mean([reached[t] for t in INTENTS]):.3f}")
    w = np.array(weights)  # (types, features)
    n, m = len(names), len(names) + f.tone.shape[1]
    return {
        "bias": rounded(np.array(bias)),
        "thresholds": rounded(np.array(thresholds)),
        "tone": rounded(w[:, n:m]),
        "rules": {":".join(name): rounded(w[:, i]) for i, name in enumerate(names)},
        "embedding": rounded(w[:, m:]),
    }


def rounded(values: Floats) -> list[Any]:
    found: list[Any] = np.round(values, 4).tolist()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="write the head")
    options = parser.parse_args()
    rng = random.Random(0)
    unread = [r for code in LANGUAGES for r in read_training(code, unread=True)]
    dev = [r for code in LANGUAGES for r in read_split(code, "dev")]
    train = [r for code in LANGUAGES for r in read_training(code)]
    rows: list[Labelled] = []
    weights: list[float] = []
    sources: list[int] = []
    for texts, weight in ((unread, 1.0), (dev, DEV), (train, TRAIN)):
        heard = [replace(r, text=spoken(r.text, r.language, rng)) for r in texts]
        sources += [len(rows) + i for i in range(len(texts))] * 2
        rows += [*texts, *heard]
        weights += [weight] * len(texts) + [weight * MADE] * len(heard)
    names = sorted(
        {(r.type, r.kind or "", tier(r.score)) for code in LANGUAGES for r in load_rules(code).rules}
        | {("question", UNMARKED, level) for level in ("sure", "likely", "hint")}
        | {("question", f"{UNMARKED} order", "likely")}
        | {("", "", UNMARKED)}
        | {(type_, "", DENIED) for type_ in TYPES}
    )
    f = Features(*features(rows, names), rows, np.array(weights), np.array(sources), 2 * len(unread))
    print(f"{len(unread)} unread, {len(dev)} dev, {len(train)} training, each also as it is said")
    head = {
        "schema": SCHEMA,
        "source": "benchmarks/marker_head.py, from benchmarks/marker_texts; written for cxtext",
        "licence": "Apache-2.0, like the code",
        "encoder": encoder_name(make_stage("encode.v1").runtime.manifest),  # type: ignore[attr-defined]
        "types": TYPES,
        "full": half(f, names, embedding=True),
        "plain": half(f, names, embedding=False),
    }
    if options.write:
        OUT.write_text(json.dumps(head, separators=(",", ":")) + "\n", encoding="utf-8")
        print(f"{OUT.stat().st_size} bytes")


if __name__ == "__main__":
    main()
