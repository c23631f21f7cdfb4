"""Writes a fine-tuned network of the BERT family as ONNX, node by node, in float32.

``ids`` (rows, tokens) in, ``total`` (rows, size) out: the sum of the last layer's token vectors. There is no mask, so
rows of a batch must be equally long.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxtext.errors import ArtefactError, MissingExtraError

OPSET, CONTRIB = 20, "com.microsoft"
FAMILIES = ("bert", "roberta", "xlm-roberta")


def first_position(config: Any) -> int:  # noqa: ANN401 (transformers is not typed here)
    """Give the row of the position table that a text's first token has: RoBERTa keeps the first ones for padding."""
    return 0 if config.model_type == "bert" else int(config.pad_token_id) + 1


def check_family(config: Any) -> None:  # noqa: ANN401
    """Check that a network is one that :func:`build` knows.

    Raises
    ------
    ArtefactError
        If it is of another family or uses an option that the graph lacks.
    """
    if config.model_type not in FAMILIES:
        raise ArtefactError(f"the base is of type {config.model_type!r}; allowed: {', '.join(FAMILIES)}")
    kind = getattr(config, "position_embedding_type", "absolute")
    if config.hidden_act != "gelu" or kind not in (None, "absolute"):
        raise ArtefactError("the base needs hidden_act 'gelu' and absolute positions")


class _Graph:
    def __init__(self) -> None:
        try:
            import onnx  # type: ignore[import-not-found, unused-ignore]
        except ImportError:
            raise MissingExtraError("onnx", "train") from None
        self.onnx: Any = onnx
        self.nodes: list[Any] = []
        self.constants: dict[str, NDArray[Any]] = {}

    def constant(self, name: str, value: NDArray[Any]) -> str:
        self.constants[name] = value
        return name

    def add(self, kind: str, inputs: list[str], output: str, *, domain: str = "", **attributes: Any) -> str:  # noqa: ANN401
        self.nodes.append(self.onnx.helper.make_node(kind, inputs, [output], domain=domain, **attributes))
        return output

    def linear(self, value: str, layer: Any, name: str) -> str:  # noqa: ANN401
        weight = self.constant(f"{name}.weight", _array(layer.weight).T.copy())
        product = self.add("MatMul", [value, weight], f"{name}.product")
        return self.add("Add", [product, self.constant(f"{name}.bias", _array(layer.bias))], name)

    def norm(self, value: str, layer: Any, name: str) -> str:  # noqa: ANN401
        inputs = [
            value,
            self.constant(f"{name}.gamma", _array(layer.weight)),
            self.constant(f"{name}.beta", _array(layer.bias)),
        ]
        return self.add("LayerNormalization", inputs, name, axis=-1, epsilon=float(layer.eps))


def _array(tensor: Any) -> NDArray[np.float32]:  # noqa: ANN401
    return np.asarray(tensor.detach().float().numpy(), np.float32)


def build(network: Any) -> bytes:  # noqa: ANN401
    """Build the graph of a ``transformers`` encoder.

    Raises
    ------
    ArtefactError
        If the network is of another family.
    """
    config = network.config
    check_family(config)
    graph = _Graph()
    x = _embeddings(graph, network.embeddings, first_position(config))
    for i, layer in enumerate(network.encoder.layer):
        own, name = layer.attention.self, f"layer{i}"
        parts = [graph.linear(x, getattr(own, p), f"{name}.{p}") for p in ("query", "key", "value")]
        heads = int(config.num_attention_heads)
        context = graph.add("MultiHeadAttention", parts, f"{name}.context", domain=CONTRIB, num_heads=heads)
        update = graph.linear(context, layer.attention.output.dense, f"{name}.attention")
        x = graph.norm(graph.add("Add", [x, update], f"{name}.sum1"), layer.attention.output.LayerNorm, f"{name}.norm1")
        inner = graph.linear(x, layer.intermediate.dense, f"{name}.inner")
        inner = graph.add("Gelu", [inner], f"{name}.gelu", domain=CONTRIB)
        update = graph.linear(inner, layer.output.dense, f"{name}.outer")
        x = graph.norm(graph.add("Add", [x, update], f"{name}.sum2"), layer.output.LayerNorm, f"{name}.norm2")
    axis = graph.constant("axis.tokens", np.array([1], np.int64))
    graph.add("ReduceSum", [x, axis], "total", keepdims=0)
    return _serialise(graph, int(config.hidden_size))


def _embeddings(graph: _Graph, embeddings: Any, first: int) -> str:  # noqa: ANN401
    words = graph.constant("words.table", _array(embeddings.word_embeddings.weight))
    words = graph.add("Gather", [words, "ids"], "words")
    # All tokens are of the first type.
    table = _array(embeddings.position_embeddings.weight)[first:] + _array(embeddings.token_type_embeddings.weight)[0]
    length = graph.add("Shape", ["ids"], "length", start=1, end=2)
    zero = graph.constant("zero", np.array([0], np.int64))
    positions = graph.add("Slice", [graph.constant("positions.table", table), zero, length], "positions")
    return graph.norm(graph.add("Add", [words, positions], "embeddings.sum"), embeddings.LayerNorm, "embeddings")


def _serialise(graph: _Graph, size: int) -> bytes:
    helper, proto = graph.onnx.helper, graph.onnx.TensorProto
    model = helper.make_model(
        helper.make_graph(
            graph.nodes,
            "cxtext-own",
            [helper.make_tensor_value_info("ids", proto.INT64, ["rows", "tokens"])],
            [helper.make_tensor_value_info("total", proto.FLOAT, ["rows", size])],
            [graph.onnx.numpy_helper.from_array(value, name) for name, value in graph.constants.items()],
        ),
        opset_imports=[helper.make_opsetid("", OPSET), helper.make_opsetid(CONTRIB, 1)],
        producer_name="cxtext",
    )
    model.ir_version = 10
    return bytes(model.SerializeToString())
