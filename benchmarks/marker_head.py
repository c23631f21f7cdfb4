"""Learn the small head of the marker stage, and say by cross-validation what it adds to the rules.

    python -m benchmarks.marker_head [--write]

It learns from the dev texts of `marker_texts`, from all texts beside them that are there to learn from, and from two
copies of each as speech recognition writes them; it never reads the test texts. On texts that the rules were written
by, rules seem better than they are: those count less. Thresholds are chosen on the dev texts, each judged by networks
that have not seen it. With `--write` it becomes `cxtext/data/markers_head.json`. Takes the extra `bench`.
"""

import argparse
import json
import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from benchmarks.marker_data import INTENTS, TYPES, Labelled, read_split, read_training, spoken
from cxtext.documents import Document
from cxtext.markers.head import (
    ASKED,
    DENIED,
    SCHEMA,
    UNMARKED,
    Column,
    columns,
    encoder_name,
    has_marks,
    tier,
    tone_of,
    unit,
    wording,
)
from cxtext.markers.matching import read_passage
from cxtext.markers.rules import LANGUAGES, load_rules
from cxtext.pipeline import Draft, make_stage

OUT = Path(__file__).parents[1] / "cxtext" / "data" / "markers_head.json"
BEFORE = ("language.v1", "segment.v1", "encode.v1", "sentiment.v1", "drivers.v1")
# What a text counts that is in dev, in train, told indirectly, told plainly, and made of another one; an unread one
# counts 1.
DEV, TRAIN, INDIRECT, PLAIN, MADE = 0.5, 0.3, 0.3, 1.0, 0.5
# How many times each text is said as speech recognition writes it, with other fillers each time.
SAID = 2
FOLDS = 5
# Networks that differ in how they begin are put side by side: what one of them learnt by chance, the others did not.
NETWORKS, HIDDEN = 3, 64
EPOCHS, BATCH, RATE, DECAY = 20, 512, 0.004, 0.001
DROPPED_FEATURES, DROPPED_UNITS = 0.1, 0.3
# Rare types count more, so that they are found, up to this.
MOST_WEIGHT = 8.0
# Urgency is to be found above all, a false alarm costs a look: as much as can be found with this precision.
LEAST_PRECISION = {"urgency": 0.62}
GRID = np.arange(0.2, 0.91, 0.02)
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Features:
    """Rows of features: rules' columns, tone and the encoder's vectors; labels; weights; the text each is made of.

    ``judged`` says which rows thresholds are chosen on; ``centre`` is that of the head.
    """

    rules: Floats
    tone: Floats
    vectors: Floats
    centre: Floats
    labels: list[Labelled]
    weights: Floats
    sources: NDArray[np.int64]
    judged: NDArray[np.bool_]


def drafts_of(rows: Sequence[Labelled]) -> list[Draft]:
    drafts = [Draft(document=Document(text=r.text, language=r.language)) for r in rows]  # type: ignore[arg-type]
    for name in BEFORE:
        stage = make_stage(name)
        drafts = [replace(d, **update) for d, update in zip(drafts, stage.predict(drafts), strict=True)]
    return drafts


def features(rows: list[Labelled], names: Sequence[Column]) -> tuple[Floats, Floats, Floats, Floats]:
    """Give rules' columns (n, names), tone (n, 12) and vectors (n, 3 x dimension) of texts, and the vectors' centre."""
    rules = {code: load_rules(code) for code in LANGUAGES}
    found, tones, embeddings, lower = [], [], [], []
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
        embeddings.append(unit(draft.tokens.embeddings.sum(axis=0)))
        lower.append(draft.tokens.lower.sum(axis=0).reshape(-1, embeddings[0].size))
    centre = np.round(np.mean([[unit(layer) for layer in layers] for layers in lower], axis=0), 4)
    own = [wording(layers, centre) for layers in lower]
    return np.array(found), np.array(tones), np.hstack([embeddings, own]), centre


def matrix(f: Features, *, vectors: bool) -> Floats:
    return np.hstack([f.rules, f.tone, *([f.vectors] if vectors else [])])


class Network(nn.Module):
    """Features lead to the types straight, and by way of one hidden layer."""

    def __init__(self, features: int, types: int) -> None:
        super().__init__()
        self.straight, self.inner = nn.Linear(features, types), nn.Linear(features, HIDDEN)
        self.outer = nn.Linear(HIDDEN, types)
        nn.init.zeros_(self.straight.weight)
        nn.init.zeros_(self.straight.bias)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Give the logits (n, types) of features (n, features)."""
        x = nn.functional.dropout(x, DROPPED_FEATURES, self.training)
        hidden = nn.functional.dropout(torch.relu(self.inner(x)), DROPPED_UNITS, self.training)
        found: torch.Tensor = self.straight(x) + self.outer(hidden)
        return found


def learn(features: Floats, labels: NDArray[np.bool_], weights: Floats) -> list[Network]:
    x, y = torch.tensor(features, dtype=torch.float32), torch.tensor(labels, dtype=torch.float32)
    n, positive = len(y), y.sum(dim=0)
    balanced = torch.where(y > 0, n / (2 * positive), n / (2 * (n - positive))).clamp(max=MOST_WEIGHT)
    each = balanced * torch.tensor(weights, dtype=torch.float32)[:, None]
    networks = []
    for seed in range(NETWORKS):
        torch.manual_seed(seed)
        network = Network(x.shape[1], y.shape[1])
        optimizer = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=DECAY)
        steps = EPOCHS * math.ceil(n / BATCH)
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 2 * RATE, total_steps=steps)
        for _ in range(EPOCHS):
            for rows in torch.randperm(n).split(BATCH):
                loss = nn.functional.binary_cross_entropy_with_logits(network(x[rows]), y[rows], weight=each[rows])
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                schedule.step()
        networks.append(network.eval())
    return networks


def chances_of(networks: Sequence[Network], features: Floats) -> Floats:
    with torch.no_grad():
        x = torch.tensor(features, dtype=torch.float32)
        return torch.sigmoid(torch.stack([network(x) for network in networks]).mean(dim=0)).numpy().astype(np.float64)


def validate(x: Floats, y: NDArray[np.bool_], f: Features) -> Floats:
    """Chances of the judged rows, by networks that have seen neither them nor what is made of the same texts."""
    chances = np.zeros(y.shape)
    folds = np.random.default_rng(0).permutation(f.sources.max() + 1) % FOLDS
    for fold in range(FOLDS):
        unseen = folds[f.sources] == fold
        chances[unseen] = chances_of(learn(x[~unseen], y[~unseen], f.weights[~unseen]), x[unseen])
    return chances[f.judged]


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


def half(f: Features, names: Sequence[Column], *, vectors: bool) -> dict[str, Any]:
    x = matrix(f, vectors=vectors)
    y = np.array([[t in r.types for t in TYPES] for r in f.labels])
    print("type          rules  P     R     F1    threshold", "with vectors" if vectors else "without")
    judged, w = f.judged, f.weights[f.judged]
    validated, thresholds, reached = validate(x, y, f), [], {}
    for i, type_ in enumerate(TYPES):
        chances, there = validated[:, i], y[judged, i]
        least = threshold(type_, there, chances, w)
        measured = scores(there, chances >= least, w)
        reached[type_] = measured[2]
        by_rule = [i for i, (t, _, level) in enumerate(names) if t == type_ and level not in {"hint", DENIED}]
        alone = scores(there, f.rules[judged][:, by_rule].any(axis=1), w)[2]
        print(f"{type_:12}  {alone:.2f}   " + "  ".join(f"{m:.2f}" for m in measured) + f"  {least:.2f}")
        thresholds.append(least)
    print(f"mean {np.mean(list(reached.values())):.3f}, intents {np.mean([reached[t] for t in INTENTS]):.3f}")
    networks = learn(x, y, f.weights)
    straight, inner, outer = ([getattr(n, name) for n in networks] for name in ("straight", "inner", "outer"))
    return {
        "straight": whole(sum(values(layer.weight) for layer in straight) / NETWORKS),
        "bias": rounded(sum(values(layer.bias) for layer in [*straight, *outer]) / NETWORKS),
        "inner": whole(np.concatenate([values(layer.weight) for layer in inner])),
        "inner_bias": rounded(np.concatenate([values(layer.bias) for layer in inner])),
        "outer": whole(np.concatenate([values(layer.weight) for layer in outer], axis=1) / NETWORKS),
        "thresholds": rounded(np.array(thresholds)),
    }


def values(parameter: torch.Tensor) -> Floats:
    return parameter.detach().numpy().astype(np.float64)


def whole(weights: Floats) -> dict[str, Any]:
    """Write rows of weights as whole numbers up to 127, and what one of them is worth in each row."""
    steps = np.maximum(np.abs(weights).max(axis=1), 1e-9) / 127
    return {
        "steps": [float(f"{s:.4g}") for s in steps],
        "rows": np.round(weights / steps[:, None]).astype(int).tolist(),
    }


def rounded(values: Floats) -> list[Any]:
    found: list[Any] = np.round(values, 4).tolist()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="write the head")
    options = parser.parse_args()
    unread = [r for code in LANGUAGES for r in read_training(code, "unread")]
    indirect = [r for code in LANGUAGES for r in read_training(code, "indirect")]
    plain = [r for code in LANGUAGES for r in read_training(code, "plain")]
    dev = [r for code in LANGUAGES for r in read_split(code, "dev")]
    train = [r for code in LANGUAGES for r in read_training(code, "train")]
    rows: list[Labelled] = []
    weights: list[float] = []
    sources: list[int] = []
    judged: list[bool] = []
    for texts, weight in ((unread, 1.0), (indirect, INDIRECT), (plain, PLAIN), (dev, DEV), (train, TRAIN)):
        first = len(sources)
        for said in range(SAID + 1):
            rng = random.Random(said - 1)
            rows += [replace(r, text=spoken(r.text, r.language, rng)) for r in texts] if said else texts
            weights += [weight * MADE if said else weight] * len(texts)
            sources += range(first, first + len(texts))
            judged += [texts is dev] * len(texts)
    names = sorted(
        {(r.type, r.kind or "", tier(r.score)) for code in LANGUAGES for r in load_rules(code).rules}
        | {(type_, UNMARKED, level) for type_ in ASKED for level in ("sure", "likely", "hint")}
        | {(type_, f"{UNMARKED} order", "likely") for type_ in ASKED}
        | {("", "", UNMARKED)}
        | {(type_, "", DENIED) for type_ in TYPES}
    )
    f = Features(*features(rows, names), rows, np.array(weights), np.array(sources), np.array(judged))
    counts = f"{len(unread)} unread, {len(indirect)} indirect, {len(plain)} plain, {len(dev)} dev, {len(train)} train"
    print(f"{counts}, each also as it is said")
    head = {
        "schema": SCHEMA,
        "source": "benchmarks/marker_head.py, from benchmarks/marker_texts; written for cxtext",
        "licence": "Apache-2.0, like the code",
        "encoder": encoder_name(make_stage("encode.v1").runtime.manifest),  # type: ignore[attr-defined]
        "types": TYPES,
        "columns": [":".join(name) for name in names],
        "centre": rounded(f.centre),
        "full": half(f, names, vectors=True),
        "plain": half(f, names, vectors=False),
    }
    if options.write:
        OUT.write_text(json.dumps(head, separators=(",", ":")) + "\n", encoding="utf-8")
        print(f"{OUT.stat().st_size} bytes")


if __name__ == "__main__":
    main()
