"""Read a shipped encoder folder back into the network, so that training can go on from it.

The int8 weights times their scales are within a per cent of what was trained, which the first steps of training mend.
A folder is far smaller than a checkpoint: a version can be trained on wherever the repository is.
"""

from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from transformers import BertConfig, BertModel

from models.recipe.model import FeedbackEncoder


def recover(folder: Path, base: Path) -> FeedbackEncoder:
    """Rebuild the network of an encoder folder.

    Parameters
    ----------
    folder
        An exported folder of this recipe (``model.onnx``).
    base
        The restored base model, for its configuration and word embeddings, which training leaves as they are.
    """
    graph = onnx.load(folder / "model.onnx").graph
    values = {i.name: numpy_helper.to_array(i) for i in graph.initializer}
    config = BertConfig.from_pretrained(base, attn_implementation="eager")
    config.hidden_dropout_prob = config.attention_probs_dropout_prob = 0.0
    layers = sum(name.endswith(".qkv.weight") for name in values)
    words = BertModel.from_pretrained(base, add_pooling_layer=False).embeddings.word_embeddings
    config.num_hidden_layers = layers
    model = FeedbackEncoder(BertModel(config, add_pooling_layer=False))
    bert = model.bert
    bert.embeddings.word_embeddings = words

    def put(layer: torch.nn.Module, weight: np.ndarray, bias: np.ndarray | None) -> None:
        layer.weight.data.copy_(torch.from_numpy(weight.astype(np.float32)))
        if bias is not None:
            layer.bias.data.copy_(torch.from_numpy(bias.astype(np.float32)))

    def product(name: str) -> tuple[np.ndarray, np.ndarray]:
        weight = values[f"{name}.weight"].astype(np.float32) * values[f"{name}.scale"]
        if f"{name}.smooth" in values:  # kept inverted
            weight = weight * values[f"{name}.smooth"][:, None]
        return weight.T, values[f"{name}.bias"]

    def spread(name: str, *targets: torch.nn.Linear) -> None:
        weight, bias = product(name)
        position = 0
        for target in targets:
            end = position + target.out_features
            put(target, weight[position:end], bias[position:end] if target.bias is not None else None)
            position = end

    bert.embeddings.position_embeddings.weight.data.copy_(torch.from_numpy(values["positions.all"].copy()))
    bert.embeddings.token_type_embeddings.weight.data.zero_()  # added to the positions at export
    put(bert.embeddings.LayerNorm, values["embeddings.gamma"], values["embeddings.beta"])
    for i, layer in enumerate(bert.encoder.layer):
        attention = layer.attention
        spread(f"layer{i}.qkv", attention.self.query, attention.self.key, attention.self.value)
        spread(f"layer{i}.attention", attention.output.dense)
        spread(f"layer{i}.inner", layer.intermediate.dense)
        spread(f"layer{i}.outer", layer.output.dense)
        put(attention.output.LayerNorm, values[f"layer{i}.norm1.gamma"], values[f"layer{i}.norm1.beta"])
        put(layer.output.LayerNorm, values[f"layer{i}.norm2.gamma"], values[f"layer{i}.norm2.beta"])
    spread("heads", model.sentiment_hidden, model.tag_hidden, model.pair_out, model.embedding_out)
    for name, last in (("sentiment", model.sentiment_out), ("tags", model.tag_out)):
        put(last, values[f"{name}.weight"].T, values[f"{name}.bias"])
    return model
