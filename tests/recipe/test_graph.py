"""The ONNX graph, with one layer of random weights: quantised close to float32, and rows independent of each other."""

import numpy as np
import pytest

from models.recipe.blocks import pack
from models.recipe.graph import Product, build, input_scale, quantise_weight

onnx = pytest.importorskip("onnx")
onnxruntime = pytest.importorskip("onnxruntime")

HIDDEN, HEADS, INNER, PAIR, TAGS, WORDS = 64, 4, 128, 8, 7, 50
OUTPUTS = ["sentiment", "tags", "pairs", "embedding", "lower"]
INPUTS = {
    "layer0.qkv": "embeddings",
    "layer0.attention": "layer0.context",
    "layer0.inner": "layer0.norm1",
    "layer0.outer": "layer0.gelu",
    "heads_first": "layer0.norm2",
}


def session(model):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])


def feeds(rows):
    return {"ids": np.array(rows, np.int64)}


@pytest.fixture(scope="module")
def models():
    """Give sessions of the same weights in float32 and quantised, scales taken from what float32 sees."""
    rng = np.random.default_rng(0)

    def product(n, m):
        weight, bias = rng.normal(size=(n, m)) / np.sqrt(n), rng.normal(size=m) * 0.1
        return Product(weight.astype(np.float32), bias.astype(np.float32))

    def norm():
        return (1 + 0.1 * rng.normal(size=HIDDEN)).astype(np.float32), 0.1 * rng.normal(size=HIDDEN).astype(np.float32)

    nibbles, scales = pack(rng.normal(size=(WORDS, HIDDEN)).astype(np.float32))
    first = HIDDEN + HIDDEN + 2 * PAIR + HIDDEN
    parts = {
        "nibbles": nibbles,
        "scales": scales,
        "positions": rng.normal(size=(64, HIDDEN)).astype(np.float32) * 0.1,
        "embeddings.norm": norm(),
        "layer0.norm1": norm(),
        "layer0.norm2": norm(),
        "hidden": HIDDEN,
        "heads": HEADS,
        "layers": 1,
        "eps": 1e-12,
        "pair_size": PAIR,
        "tag_count": TAGS,
        "layer0.qkv": product(HIDDEN, 3 * HIDDEN),
        "layer0.attention": product(HIDDEN, HIDDEN),
        "layer0.inner": product(HIDDEN, INNER),
        "layer0.outer": product(INNER, HIDDEN),
        "heads_first": product(HIDDEN, first),
    }
    for name, size in (("sentiment", 4), ("tags", 2 * TAGS)):
        parts[f"{name}.weight"] = rng.normal(size=(HIDDEN, size)).astype(np.float32) / 8
        parts[f"{name}.bias"] = np.zeros(size, np.float32)
    exact = build(parts, quantised=False)
    watched = onnx.ModelProto()
    watched.CopyFrom(exact)
    for name in INPUTS.values():
        watched.graph.output.append(onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None))
    seen = session(watched).run(list(INPUTS.values()), feeds([list(range(2, 34)), list(range(18, 50))]))
    for (name, _), values in zip(INPUTS.items(), seen, strict=True):
        old = parts[name]
        strongest = np.abs(values).reshape(-1, values.shape[-1]).max(axis=0)
        smooth = np.sqrt(strongest / strongest.mean()).astype(np.float32) if name == "layer0.outer" else None
        scaled = values / smooth if smooth is not None else values
        parts[name] = Product(old.weight, old.bias, smooth, float(scaled.min()), float(scaled.max()))
    quantised = build(parts, quantised=True)
    onnx.checker.check_model(exact)
    return session(exact), session(quantised)


ROWS = [list(range(5, 13)), [49, 3, 7] * 2 + [8, 9], list(range(20, 28)), [4] * 8, list(range(30, 38))]


@pytest.mark.parametrize("name", OUTPUTS)
def test_quantised_is_close_to_float32(models, name):
    exact, quantised = (m.run([name], feeds(ROWS))[0] for m in models)
    if name not in ("embedding", "lower"):
        exact, quantised = exact[0], quantised[0]
    cosine = (exact * quantised).sum() / np.linalg.norm(exact) / np.linalg.norm(quantised)
    assert cosine > 0.97
    assert exact.tobytes() != quantised.tobytes(), "two different graphs"


def test_outputs_have_a_row_a_token(models):
    shapes = [a.shape for a in models[1].run(OUTPUTS, feeds(ROWS))]
    assert shapes == [(5, 8, 4), (5, 8, 2 * TAGS), (5, 8, 2 * PAIR), (5, HIDDEN), (5, 2 * HIDDEN)]


@pytest.mark.parametrize("beside", [[0], [0, 1], [0, 3, 4], [2, 0], [4, 3, 2, 1, 0], [0, 0, 0, 0, 0, 0, 0]])
def test_a_row_is_the_same_bytes_whatever_stands_beside_it(models, beside):
    _, quantised = models
    alone = quantised.run(OUTPUTS, feeds([ROWS[0]]))
    together = quantised.run(OUTPUTS, feeds([ROWS[i] for i in beside]))
    for one, many in zip(alone, together, strict=True):
        assert many[beside.index(0)].tobytes() == one[0].tobytes()


def test_words_and_their_order_matter(models):
    _, quantised = models
    [vectors] = quantised.run(["embedding"], feeds([[5, 6, 7], [7, 6, 5], [5, 6, 8]]))
    assert len({v.tobytes() for v in vectors}) == 3


@pytest.mark.parametrize(("low", "high"), [(-1.0, 3.0), (0.5, 2.0), (-2.0, -1.0), (0.0, 0.0)])
def test_zero_is_exact_and_the_range_fits_into_a_byte(low, high):
    scale, zero = input_scale(low, high)
    assert scale > 0
    assert 0 <= zero <= 255
    for value in (min(low, 0), max(high, 0)):
        assert -0.51 <= value / scale + zero <= 255.51


def test_a_quantised_weight_is_off_by_at_most_half_a_step():
    weight = np.random.default_rng(1).normal(size=(20, 5)) * [1, 10, 0.1, 0, 3]
    whole, scales = quantise_weight(weight)
    assert (whole.dtype, scales.shape) == (np.int8, (5,))
    assert (np.abs(whole * scales - weight) <= scales * 0.501).all()
