"""Step 6: quantise and export the trained network to the folder that ships.

    python -m models.recipe.export --data DIR --base models/work/base --run models/work/run1 --out models/encoder

Static int8: for every product the input's range, and how much of each outlier channel moves into the weights
(SmoothQuant, Xiao et al. 2023), are searched so that the product's output on calibration texts changes least.
"""

import argparse
import hashlib
import json
import random
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from tokenizers import Tokenizer

from models.recipe.batches import Batch, collate, stream
from models.recipe.data import ALLOWED, load
from models.recipe.graph import Product, build, input_scale, quantise_weight
from models.recipe.model import PAIR_SIZE, SENTIMENT, TAGS, FeedbackEncoder, load_run
from models.recipe.sentence_transformers_files import write_modules

WINDOW = 254
CALIBRATION_TEXTS = 384
ALPHAS = (None, 0.3, 0.5, 0.65, 0.8)
CLIPS = (1.0, 0.85, 0.7, 0.55, 0.4)
SAMPLED_TOKENS = 3000


def products(model: FeedbackEncoder) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Weight (n, m) and bias (m,) of every product, by the graph's names."""

    def linear(*layers: torch.nn.Linear) -> tuple[np.ndarray, np.ndarray]:
        weight = torch.cat([layer.weight for layer in layers]).detach().numpy().T
        bias = [torch.zeros(layer.out_features) if layer.bias is None else layer.bias for layer in layers]
        return weight.copy(), torch.cat(bias).detach().numpy().copy()

    found = {}
    for i, layer in enumerate(model.bert.encoder.layer):
        attention = layer.attention
        found[f"layer{i}.qkv"] = linear(attention.self.query, attention.self.key, attention.self.value)
        found[f"layer{i}.attention"] = linear(attention.output.dense)
        found[f"layer{i}.inner"] = linear(layer.intermediate.dense)
        found[f"layer{i}.outer"] = linear(layer.output.dense)
    found["heads_first"] = linear(model.sentiment_hidden, model.tag_hidden, model.pair_out, model.embedding_out)
    return found


@torch.no_grad()
def record_inputs(model: FeedbackEncoder, batches: list[Batch]) -> dict[str, np.ndarray]:
    """Record the inputs (tokens, n) of every product over the calibration batches, padding left out."""
    taken: dict[str, list[np.ndarray]] = {}
    hooks = []
    current: dict[str, torch.Tensor] = {}

    def watch(module: torch.nn.Module, name: str) -> None:
        def hook(_: torch.nn.Module, inputs: tuple[torch.Tensor, ...]) -> None:
            taken.setdefault(name, []).append(inputs[0][current["mask"].bool()].float().numpy())

        hooks.append(module.register_forward_pre_hook(hook))

    for i, layer in enumerate(model.bert.encoder.layer):
        watch(layer.attention.self.query, f"layer{i}.qkv")
        watch(layer.attention.output.dense, f"layer{i}.attention")
        watch(layer.intermediate.dense, f"layer{i}.inner")
        watch(layer.output.dense, f"layer{i}.outer")
    watch(model.sentiment_hidden, "heads_first")
    for batch in batches:
        current["mask"] = batch.mask
        model(batch.ids, batch.mask)
    for hook in hooks:
        hook.remove()
    return {name: np.concatenate(values) for name, values in taken.items()}


def calibrate(
    weight: np.ndarray, bias: np.ndarray, inputs: np.ndarray, rng: np.random.Generator, *, search: bool = True
) -> tuple[Product, float]:
    """Find smoothing and clipping that change the product's output least; also give its relative squared error.

    Without ``search`` there is neither: the range is what was seen.
    """
    rows = inputs[rng.choice(len(inputs), min(SAMPLED_TOKENS, len(inputs)), replace=False)].astype(np.float64)
    exact = rows @ weight
    power = float((exact**2).mean())
    best: tuple[float, Product] | None = None
    strongest = np.maximum(np.abs(rows).max(axis=0), 1e-5)
    for alpha in ALPHAS if search else (None,):
        smooth = None
        if alpha is not None:
            smooth = strongest**alpha / np.maximum(np.abs(weight).max(axis=1), 1e-5) ** (1 - alpha)
            smooth /= np.exp(np.log(smooth).mean())
        scaled = rows if smooth is None else rows / smooth
        whole, scales = quantise_weight(weight if smooth is None else weight * smooth[:, None])
        low, high = scaled.min(), scaled.max()
        for clip in CLIPS if search else (1.0,):
            scale, zero = input_scale(low * clip, high * clip)
            quantised = np.clip(np.rint(scaled / scale) + zero, 0, 255) - zero
            error = float((((quantised @ whole) * scale * scales - exact) ** 2).mean()) / power
            if best is None or error < best[0]:
                best = error, Product(weight, bias, smooth, low * clip, high * clip)
    if best is None:
        raise AssertionError("no candidate was tried")
    return best[1], best[0]


def collect(model: FeedbackEncoder, base: Path, found: dict[str, Product]) -> dict[str, Any]:
    """Gather everything that the graph needs."""

    def norm(layer: torch.nn.LayerNorm) -> tuple[np.ndarray, np.ndarray]:
        return layer.weight.detach().numpy().copy(), layer.bias.detach().numpy().copy()

    bert = model.bert
    words = np.load(base / "word_embeddings_q4.npz")
    embeddings = bert.embeddings
    parts: dict[str, Any] = {
        "nibbles": words["nibbles"],
        "scales": words["scales"],
        "positions": (embeddings.position_embeddings.weight + embeddings.token_type_embeddings.weight[0])
        .detach()
        .numpy(),
        "embeddings.norm": norm(embeddings.LayerNorm),
        "hidden": bert.config.hidden_size,
        "heads": bert.config.num_attention_heads,
        "layers": bert.config.num_hidden_layers,
        "eps": bert.config.layer_norm_eps,
        "pair_size": PAIR_SIZE,
        "tag_count": len(TAGS),
        **found,
    }
    for i, layer in enumerate(bert.encoder.layer):
        parts[f"layer{i}.norm1"] = norm(layer.attention.output.LayerNorm)
        parts[f"layer{i}.norm2"] = norm(layer.output.LayerNorm)
    for name, last in (("sentiment", model.sentiment_out), ("tags", model.tag_out)):
        parts[f"{name}.weight"] = last.weight.detach().numpy().T.copy()
        parts[f"{name}.bias"] = last.bias.detach().numpy().copy()
    return parts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--base", type=Path, default=Path("models/work/base"))
    parser.add_argument("--run", type=Path, default=Path("models/work/run1"))
    parser.add_argument("--out", type=Path, default=Path("models/encoder"))
    parser.add_argument("--version", required=True)
    parser.add_argument("--licences", choices=tuple(ALLOWED), default="shipped", help="what the scales are taken from")
    parser.add_argument(
        "--scheme",
        choices=("smoothed", "plain", "float32"),
        default="smoothed",
        help="plain (ranges as they are) and float32 are there to measure against",
    )
    options = parser.parse_args()
    model = load_run(options.run)
    tokenizer = Tokenizer.from_file(str(options.base / "tokenizer.json"))
    examples, _ = load(options.data, licences=options.licences)
    source = stream(examples, random.Random(1))
    items = sorted((next(source) for _ in range(CALIBRATION_TEXTS)), key=lambda i: len(i.text))
    inputs = record_inputs(model, [collate(items[i : i + 32], tokenizer) for i in range(0, len(items), 32)])
    rng = np.random.default_rng(0)
    found = {}
    for name, (weight, bias) in products(model).items():
        if options.scheme == "float32":
            found[name] = Product(weight, bias)
            continue
        found[name], error = calibrate(weight, bias, inputs[name], rng, search=options.scheme == "smoothed")
        print(f"{name}: relative squared error {error:.5f}", flush=True)
    options.out.mkdir(parents=True, exist_ok=True)
    onnx.save(
        build(collect(model, options.base, found), quantised=options.scheme != "float32"), options.out / "model.onnx"
    )
    tokenizer_path = options.out / "tokenizer.json"
    shutil.copy(options.base / "tokenizer.json", tokenizer_path)
    write_manifest(options.out, options.version, model.bert.config.hidden_size)
    write_modules(options.out)


def write_manifest(folder: Path, version: str, dimension: int) -> None:
    """Write ``manifest.json``; the calibration starts neutral, :mod:`models.recipe.calibrate` fits it."""
    digests = {n: hashlib.sha256((folder / n).read_bytes()).hexdigest() for n in ("model.onnx", "tokenizer.json")}
    manifest = {
        "schema": "cxtext.encoder/1",
        "version": version,
        "dimension": dimension,
        "pair_size": PAIR_SIZE,
        "window": WINDOW,
        "sentiment": list(SENTIMENT),
        "tags": list(TAGS),
        "calibration": {
            "temperature": 1.0,
            "bias": [0.0, 0.0, 0.0],
            "pair_weights": [1.0] + [0.0] * 6,
            "pair_bias": 0.0,
        },
        "files": digests,
    }
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
