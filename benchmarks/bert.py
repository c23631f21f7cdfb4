"""A BERT-base classifier with random weights, to compare speed with: speed does not depend on the weights.

Through ``transformers`` in float32, and exported to ONNX with dynamic int8 quantisation. Needs the extra ``bench``.
"""

import logging
import os
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

BATCH = 32
Feeds = dict[str, np.ndarray]


def padded(rows: Sequence[Sequence[int]], *, vocabulary: int) -> list[Feeds]:
    """Sort rows of token ids by length, and pad each batch to its longest one: the usual way to waste little.

    >>> [batch["input_ids"].shape for batch in padded([[5, 5], [5]] * 32, vocabulary=9)]
    [(32, 1), (32, 2)]
    """
    ordered = sorted(rows, key=len)
    batches = []
    for start in range(0, len(ordered), BATCH):
        part = ordered[start : start + BATCH]
        ids = np.zeros((len(part), len(part[-1])), np.int64)
        mask = np.zeros_like(ids)
        for i, row in enumerate(part):
            ids[i, : len(row)] = [token % vocabulary for token in row]
            mask[i, : len(row)] = 1
        batches.append({"input_ids": ids, "attention_mask": mask})
    return batches


def make() -> Any:  # noqa: ANN401 (a torch module)
    """Build the classifier: 12 layers, 768 wide, three classes."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification

    torch.manual_seed(0)
    torch.set_num_threads(os.cpu_count() or 1)
    return BertForSequenceClassification(BertConfig(num_labels=3)).eval()


def in_torch(model: Any) -> Callable[[list[Feeds]], None]:  # noqa: ANN401
    """Run batches in float32."""
    import torch

    def run(batches: list[Feeds]) -> None:
        with torch.inference_mode():
            for feeds in batches:
                model(**{name: torch.from_numpy(value) for name, value in feeds.items()})

    return run


def in_int8(model: Any, folder: Path) -> Callable[[list[Feeds]], None]:  # noqa: ANN401
    """Export to ONNX, quantise, and run batches."""
    import onnxruntime
    import torch
    from onnxruntime.quantization import QuantType, quantize_dynamic

    whole, small = folder / "whole.onnx", folder / "int8.onnx"
    example = torch.ones(2, 12, dtype=torch.long)
    names = ["input_ids", "attention_mask"]
    with warnings.catch_warnings():
        # The tracing exporter is deprecated and says so; the new one needs one more package for the same graph.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            model,
            (example, example),
            str(whole),
            input_names=names,
            output_names=["logits"],
            dynamic_axes={name: {0: "rows", 1: "tokens"} for name in names},
            opset_version=17,
            dynamo=False,
        )
    logging.disable(logging.WARNING)
    quantize_dynamic(whole, small, weight_type=QuantType.QInt8)
    logging.disable(logging.NOTSET)
    session = onnxruntime.InferenceSession(str(small), providers=["CPUExecutionProvider"])

    def run(batches: list[Feeds]) -> None:
        for feeds in batches:
            session.run(None, feeds)

    return run
