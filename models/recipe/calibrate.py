"""Step 7: calibrate the exported folder on the dev sets.

    python -m models.recipe.calibrate --data DIR --encoder models/encoder

One temperature and one bias a class make the sentiment probabilities match how often they are right (Guo et al. 2017);
every set counts alike, and the temperature is then raised for sources that were not seen. A logistic regression says
which opinion belongs to which aspect. The direction of tone is measured so that topics can do without it.
"""

import argparse
import json
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from cxtext.documents import Segment
from cxtext.drivers.pairing import pair_features
from cxtext.drivers.stage import find_spans
from cxtext.encoder.embedding import embed
from cxtext.encoder.runtime import Runtime
from cxtext.sentiment.pooling import attention
from models.recipe.data import ALLOWED, LABELS, Example, licence, load
from models.recipe.evaluate import code, encode_all, expected_calibration_error, gold_spans

# So many texts of either tone a set needs to tell the direction between them.
TONE_TEXTS = 40
# Calibration error on sources that were seen, up to which the temperature may rise for the sake of others.
CAUTION = 0.035


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


def cautious(
    logits: np.ndarray, gold: np.ndarray, languages: np.ndarray, temperature: float, bias: Sequence[float]
) -> float:
    """Raise the temperature as far as the dev sets allow.

    A model is surer of itself than it should be on sources that it has not seen (Ovadia et al. 2019), and users' texts
    are such a source. The highest temperature is taken at which the calibration error of either language stays within
    ``CAUTION`` on the sources that were seen.
    """

    def error(raised: float) -> float:
        scaled = logits / raised + np.asarray(bias)
        powers = np.exp(scaled - scaled.max(axis=1, keepdims=True))
        chances = powers / powers.sum(axis=1, keepdims=True)
        return max(
            expected_calibration_error(gold[languages == code], chances[languages == code])
            for code in np.unique(languages)
        )

    allowed = [t for t in temperature * np.arange(1.0, 1.61, 0.05) if error(t) <= CAUTION]
    return float(max(allowed, default=temperature))


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


def pair_examples(runtime: Runtime, examples: list[Example]) -> tuple[np.ndarray, np.ndarray]:
    """Give features (n, 7) of pairs whose two spans are right, and whether they belong together (n,)."""
    features: list[tuple[float, ...]] = []
    gold: list[bool] = []
    for example, tokens in zip(examples, encode_all(runtime, [e.text for e in examples]), strict=True):
        if tokens is None:
            continue
        triplets = {t[:4] for t in gold_spans(example)["triplets"]}
        starts, ends = {t[:2] for t in triplets}, {t[2:] for t in triplets}
        aspects, opinions = find_spans(tokens, example.text, (Segment(0, len(example.text)),), code(example))
        for aspect, row in zip(aspects, pair_features(tokens, aspects, opinions, example.text), strict=True):
            for opinion, values in zip(opinions, row, strict=True):
                one, two = (aspect.start, aspect.end), (opinion.start, opinion.end)
                if one in starts and two in ends:
                    features.append(values)
                    gold.append((*one, *two) in triplets)
    return np.array(features, np.float64), np.array(gold)


def fit_pairs(features: np.ndarray, gold: np.ndarray) -> tuple[list[float], float]:
    """Fit the logistic regression of :func:`cxtext.drivers.pairing.pair_probabilities`."""
    fitted = LogisticRegression(C=1.0, max_iter=2000).fit(features, gold)
    return [round(float(w), 6) for w in fitted.coef_[0]], round(float(fitted.intercept_[0]), 6)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--encoder", type=Path, default=Path("models/encoder"))
    parser.add_argument("--licences", choices=tuple(ALLOWED), default="shipped", help="dev sets of which training sets")
    options = parser.parse_args()
    runtime = Runtime(options.encoder)
    _, dev = load(options.data, licences=options.licences)
    logits, gold, weights, languages = [], [], [], []
    triplets: list[Example] = []
    tones: list[tuple[np.ndarray, np.ndarray]] = []
    for name, examples in sorted(dev.items()):
        kind, source = name.split("/")
        if licence(source) not in ALLOWED[options.licences]:
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
            languages += [e.lang for e in labelled]
        elif "opinion" in examples[0].annotated:
            triplets += examples
    weights_of_pairs, bias_of_pairs = fit_pairs(*pair_examples(runtime, triplets))
    stacked, labels = np.concatenate(logits), np.array(gold)
    temperature, bias = fit_temperature(stacked, labels, np.array(weights))
    temperature = cautious(stacked, labels, np.array(languages), temperature, bias)
    path = options.encoder / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["calibration"] = {
        "temperature": round(temperature, 6),
        "bias": [round(b, 6) for b in bias],
        "pair_weights": weights_of_pairs,
        "pair_bias": bias_of_pairs,
        "tone": tone_direction(tones),
    }
    path.write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
    print({k: v for k, v in manifest["calibration"].items() if k != "tone"})


if __name__ == "__main__":
    main()
