"""The ONNX graph of the shipped encoder, built node by node.

The word embeddings stay in the base model's 4-bit blocks and are unpacked after the look-up. Every product with the
tokens as rows is ``MatMulIntegerToFloat`` with static scales: exact integer sums, so that a row's result cannot depend
on what stands beside it. Attention and the layer norms are float32. There is no mask: all rows of a batch are equally
long, so that nothing is padded.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

OPSET = 20
CONTRIB = "com.microsoft"
# How far up, as a share of all layers, the states lie that are given beside the outputs of the heads: words and their
# order are still to be read there.
LOWER = (0.4, 0.7)


@dataclass(frozen=True)
class Product:
    """A quantised matrix product: x (tokens, n) @ weight (n, m) + bias.

    ``smooth`` (n,) divides the input's channels before quantisation and is multiplied into the weights.
    """

    weight: np.ndarray
    bias: np.ndarray
    smooth: np.ndarray | None = None
    low: float = 0.0
    high: float = 0.0


@dataclass
class Graph:
    """Nodes and initialisers in the making."""

    quantised: bool
    nodes: list[Any] = field(default_factory=list)
    constants: dict[str, np.ndarray] = field(default_factory=dict)

    def constant(self, name: str, value: np.ndarray) -> str:
        """Add an initialiser."""
        self.constants[name] = value
        return name

    def add(self, kind: str, inputs: list[str], output: str, *, domain: str = "", **attributes: Any) -> str:  # noqa: ANN401
        """Add a node with one output, and give that output's name."""
        self.nodes.append(helper.make_node(kind, inputs, [output], name=output, domain=domain, **attributes))
        return output

    def product(self, name: str, value: str, product: Product) -> str:
        """Add ``value @ weight + bias``."""
        if not self.quantised:
            weight = self.constant(f"{name}.weight", product.weight.astype(np.float32))
            out = self.add("MatMul", [value, weight], f"{name}.product")
            return self.add("Add", [out, self.constant(f"{name}.bias", product.bias.astype(np.float32))], name)
        weight = product.weight
        if product.smooth is not None:
            inverse = self.constant(f"{name}.smooth", (1 / product.smooth).astype(np.float32))
            value = self.add("Mul", [value, inverse], f"{name}.smoothed")
            weight = weight * product.smooth[:, None]
        scale, zero = input_scale(product.low, product.high)
        self.constant(f"{name}.in_scale", np.float32(scale))
        self.constant(f"{name}.in_zero", np.uint8(zero))
        quantised = self.add("QuantizeLinear", [value, f"{name}.in_scale", f"{name}.in_zero"], f"{name}.in")
        whole, scales = quantise_weight(weight)
        inputs = [
            quantised,
            self.constant(f"{name}.weight", whole),
            f"{name}.in_scale",
            self.constant(f"{name}.scale", scales),
            f"{name}.in_zero",
            "",
            self.constant(f"{name}.bias", product.bias.astype(np.float32)),
        ]
        return self.add("MatMulIntegerToFloat", inputs, name, domain=CONTRIB)


def input_scale(low: float, high: float) -> tuple[float, int]:
    """Scale and zero point that map low..high to 0..255 with zero exact."""
    low, high = min(low, 0.0), max(high, 0.0)
    scale = max(high - low, 1e-8) / 255
    return scale, round(-low / scale)


def quantise_weight(weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Symmetric int8 with one scale an output channel."""
    scales = np.maximum(np.abs(weight).max(axis=0), 1e-8) / 127
    return np.clip(np.rint(weight / scales), -127, 127).astype(np.int8), scales.astype(np.float32)


def build(parts: dict[str, Any], *, quantised: bool) -> onnx.ModelProto:
    """Build the model.

    Parameters
    ----------
    parts
        ``nibbles``, ``scales`` (word embeddings), ``positions``, layer norms and :class:`Product` entries by name, and
        ``layers``, ``heads``, ``hidden``, ``eps``, ``pair_size``, ``tag_count``, as :mod:`models.recipe.export`
        collects them.
    quantised
        False keeps every product in float32, to measure against.
    """
    graph = Graph(quantised)
    hidden, heads = parts["hidden"], parts["heads"]
    x = _embeddings(graph, parts)
    states = []
    for layer in range(parts["layers"]):
        name = f"layer{layer}"
        qkv = graph.product(f"{name}.qkv", x, parts[f"{name}.qkv"])
        split = [f"{name}.{p}" for p in "qkv"]
        graph.nodes.append(helper.make_node("Split", [qkv], split, axis=-1, num_outputs=3))
        context = graph.add("MultiHeadAttention", split, f"{name}.context", domain=CONTRIB, num_heads=heads)
        x = _add_norm(
            graph, x, graph.product(f"{name}.attention", context, parts[f"{name}.attention"]), parts, f"{name}.norm1"
        )
        inner = graph.product(f"{name}.inner", x, parts[f"{name}.inner"])
        inner = graph.add("Gelu", [inner], f"{name}.gelu", domain=CONTRIB)
        x = _add_norm(graph, x, graph.product(f"{name}.outer", inner, parts[f"{name}.outer"]), parts, f"{name}.norm2")
        states.append(x)
    # One product for the first layer of all heads.
    first = graph.product("heads", x, parts["heads_first"])
    sizes = np.array([hidden, hidden, 2 * parts["pair_size"], hidden], np.int64)
    names = ["sentiment.hidden", "tags.hidden", "pairs", "embedding.tokens"]
    graph.nodes.append(helper.make_node("Split", [first, graph.constant("heads.sizes", sizes)], names, axis=-1))
    for head in ("sentiment", "tags"):
        active = graph.add("Gelu", [f"{head}.hidden"], f"{head}.gelu", domain=CONTRIB)
        product = graph.add(
            "MatMul", [active, graph.constant(f"{head}.weight", parts[f"{head}.weight"])], f"{head}.product"
        )
        graph.add("Add", [product, graph.constant(f"{head}.bias", parts[f"{head}.bias"])], head)
    # A product row by row, not a reduction: how ONNX Runtime splits a reduction depends on the batch. Normalising is
    # left to the caller for the same reason.
    ones = graph.constant("ones.all", np.ones((1, 1, len(parts["positions"])), np.float32))
    axis = graph.constant("axis.tokens", np.array([2], np.int64))
    ones = graph.add("Slice", [ones, "zero", "length", axis], "ones")
    row = graph.constant("axis.row", np.array([1], np.int64))

    def summed(tokens: str, name: str) -> str:
        return graph.add("Squeeze", [graph.add("MatMul", [ones, tokens], f"{name}.sum"), row], name)

    summed("embedding.tokens", "embedding")
    places = [max(1, round(share * parts["layers"])) - 1 for share in LOWER]
    graph.add("Concat", [summed(states[i], f"lower{n}") for n, i in enumerate(places)], "lower", axis=-1)
    outputs = {
        "sentiment": ["rows", "tokens", 4],
        "tags": ["rows", "tokens", 2 * parts["tag_count"]],
        "pairs": ["rows", "tokens", 2 * parts["pair_size"]],
        "embedding": ["rows", hidden],
        "lower": ["rows", len(LOWER) * hidden],
    }
    model = helper.make_model(
        helper.make_graph(
            graph.nodes,
            "cxtext-encoder",
            [helper.make_tensor_value_info("ids", TensorProto.INT64, ["rows", "tokens"])],
            [helper.make_tensor_value_info(n, TensorProto.FLOAT, s) for n, s in outputs.items()],
            [numpy_helper.from_array(np.asarray(v), n) for n, v in graph.constants.items()],
        ),
        opset_imports=[helper.make_opsetid("", OPSET), helper.make_opsetid(CONTRIB, 1)],
        producer_name="cxtext",
    )
    model.ir_version = 10
    return model


def _embeddings(graph: Graph, parts: dict[str, Any]) -> str:
    hidden = parts["hidden"]
    blocks = hidden // 32
    packed = graph.add("Gather", [graph.constant("words.nibbles", parts["nibbles"]), "ids"], "words.packed")
    shape = graph.constant("words.shape", np.array([0, 0, blocks, 16], np.int64))
    packed = graph.add("Reshape", [packed, shape], "words.blocks")
    low = graph.add("BitwiseAnd", [packed, graph.constant("nibble.mask", np.uint8(15))], "words.low")
    high = graph.add("BitShift", [packed, graph.constant("nibble.shift", np.uint8(4))], "words.high", direction="RIGHT")
    both = graph.add("Concat", [low, high], "words.whole", axis=-1)
    values = graph.add("Cast", [both], "words.float", to=TensorProto.FLOAT)
    values = graph.add("Sub", [values, graph.constant("nibble.zero", np.float32(8))], "words.centred")
    scales = graph.add("Gather", [graph.constant("words.scales", parts["scales"]), "ids"], "words.scale16")
    scales = graph.add("Cast", [scales], "words.scale", to=TensorProto.FLOAT)
    scales = graph.add("Unsqueeze", [scales, graph.constant("axis.block", np.array([3], np.int64))], "words.scale4")
    values = graph.add("Mul", [values, scales], "words.scaled")
    words = graph.add("Reshape", [values, graph.constant("words.out", np.array([0, 0, hidden], np.int64))], "words")
    length = graph.add("Shape", ["ids"], "length", start=1, end=2)
    positions = graph.add(
        "Slice",
        [graph.constant("positions.all", parts["positions"]), graph.constant("zero", np.array([0], np.int64)), length],
        "positions",
    )
    total = graph.add("Add", [words, positions], "embeddings.sum")
    gamma, beta = parts["embeddings.norm"]
    graph.constant("embeddings.gamma", gamma)
    graph.constant("embeddings.beta", beta)
    return graph.add(
        "LayerNormalization",
        [total, "embeddings.gamma", "embeddings.beta"],
        "embeddings",
        axis=-1,
        epsilon=parts["eps"],
    )


def _add_norm(graph: Graph, x: str, update: str, parts: dict[str, Any], name: str) -> str:
    # Two nodes: ONNX Runtime's fused SkipLayerNormalization takes four times as long on a CPU.
    gamma, beta = parts[name]
    total = graph.add("Add", [x, update], f"{name}.sum")
    inputs = [total, graph.constant(f"{name}.gamma", gamma), graph.constant(f"{name}.beta", beta)]
    return graph.add("LayerNormalization", inputs, name, axis=-1, epsilon=parts["eps"])
