"""Step 7: calibrate the exported folder on the dev sets.

    python -m models.recipe.calibrate --data DIR --encoder models/encoder

One temperature and one bias a class make the sentiment probabilities match how often they are right (Guo et al. 2017);
every set counts alike. The pair bias is where exact triplets are found best. The direction of tone is measured so that
topics can do without it.
"""

import argparse
import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from cxtext.encoder.embedding import embed
from cxtext.encoder.runtime import Runtime
from cxtext.sentiment.pooling import attention
from models.recipe.data import LABELS, Example, licence, load
from models.recipe.evaluate import driver_counts, encode_all, f1

# So many texts of either tone a set needs to tell the direction between them.
TONE_TEXTS = 40
PAIR_BIASES = np.arange(-2.0, 2.01, 0.25)


def pooled_logits(runtime: Runtime, examples: list[Example]) -> np.ndarray:
    """Give uncalibrated logits (n, 3) of whole texts."""
    rows = []
    for tokens in encode_all(runtime, [e.text for e in examples]):
        weights = attention(tokens, slice(None))
        rows.append((weights[:, None] * tokens.sentiment[:, :3]).sum(axis=0))
    return np.array(rows)


def fit_temperature(logits: np.ndarray, gold: np.ndarray, weights: np.ndarray) -> tuple[float, list[float]]:
    """Minimise the weighted negative log-likelihood over one temperature and three biases (they sum to 0)."""

    def loss(parameters: np.ndarray) -> float:
        bias = np.append(parameters[1:], -parameters[1:].sum())
        scaled = logits / np.exp(parameters[0]) + bias
        scaled -= scaled.max(axis=1, keepdims=True)
        chances = scaled - np.log(np.exp(scaled).sum(axis=1, keepdims=True))
        return float(-(weights * chances[np.arange(len(gold)), gold]).sum() / weights.sum())

    best = minimize(loss, np.zeros(3), method="L-BFGS-B").x
    return float(np.exp(best[0])), [*best[1:].tolist(), float(-best[1:].sum())]


def tone_direction(groups: Iterable[tuple[np.ndarray, np.ndarray]]) -> list[float]:
    """Find the direction of embeddings from blame to praise, every set counting alike.

    Parameters
    ----------
    groups
        Embeddings (n, d) and labels (n,) of each set.
    """
    directions = []
    for vectors, gold in groups:
        praise, blame = gold == LABELS.index("positive"), gold == LABELS.index("negative")
        if min(praise.sum(), blame.sum()) >= TONE_TEXTS:
            direction = vectors[praise].mean(axis=0) - vectors[blame].mean(axis=0)
            directions.append(direction / np.linalg.norm(direction))
    mean = np.mean(directions, axis=0)
    return [round(float(v), 6) for v in mean / np.linalg.norm(mean)]


def best_pair_bias(runtime: Runtime, examples: list[Example]) -> float:
    """Find the pair bias with the best micro-F1 of exact triplets."""
    scores = []
    for bias in PAIR_BIASES.tolist():
        runtime.manifest = replace(runtime.manifest, pair_bias=bias)
        scores.append(f1(driver_counts(runtime, examples)["triplets"]) or 0.0)
    return float(PAIR_BIASES[int(np.argmax(scores))])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--encoder", type=Path, default=Path("models/encoder"))
    options = parser.parse_args()
    runtime = Runtime(options.encoder)
    _, dev = load(options.data, licences="shipped")
    logits, gold, weights = [], [], []
    triplets: list[Example] = []
    tones: list[tuple[np.ndarray, np.ndarray]] = []
    for name, examples in sorted(dev.items()):
        kind, source = name.split("/")
        if licence(source) == "no":
            continue
        judged = [e for e in examples if e.label in LABELS]
        if len(judged) >= TONE_TEXTS:
            vectors = embed(runtime, [e.text for e in judged]).astype(np.float64)
            tones.append((vectors, np.array([LABELS.index(str(e.label)) for e in judged])))
        if kind == "sentiment":
            labelled = [e for e in examples if e.label in LABELS]
            logits.append(pooled_logits(runtime, labelled))
            gold += [LABELS.index(str(e.label)) for e in labelled]
            weights += [1 / len(labelled)] * len(labelled)
        elif "opinion" in examples[0].annotated:
            triplets += examples
    temperature, bias = fit_temperature(np.concatenate(logits), np.array(gold), np.array(weights))
    path = options.encoder / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["calibration"] = {
        "temperature": round(temperature, 6),
        "bias": [round(b, 6) for b in bias],
        "pair_bias": best_pair_bias(runtime, triplets),
        "tone": tone_direction(tones),
    }
    path.write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
    print({k: v for k, v in manifest["calibration"].items() if k != "tone"})


if __name__ == "__main__":
    main()
