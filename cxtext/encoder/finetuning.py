"""Fine-tunes a whole network for labels of one's own. Needs the extra ``train``.

The base is a local checkpoint of the BERT family: a folder with ``config.json``, ``model.safetensors`` and
``tokenizer.json``. A text's features are the mean of its token vectors, on which a linear head stands; both are learnt
together by AdamW (Loshchilov & Hutter 2019), in bfloat16 where products are concerned and the processor is made for it.
"""

from collections.abc import Callable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib import import_module
from math import ceil
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxtext.encoder import bert_graph
from cxtext.encoder.head import Head, assign_folds, cross_validate
from cxtext.encoder.own import Learnt, OwnModel, examples
from cxtext.encoder.own_network import Network, Tokens
from cxtext.errors import ArtefactError, MissingExtraError
from cxtext.sources.labelled import Task

FOLDS = 3
BATCH = 16
STEPS, EPOCHS = 200, (3, 20)
RATE, HEAD_RATE = 5e-5, 1e-3
LONGEST_WINDOW = 254
# Largest difference of a feature between PyTorch and ONNX Runtime; float32 gives about 1e-5.
TOLERANCE = 1e-2


def _need(module: str) -> Any:  # noqa: ANN401 (optional libraries)
    try:
        return import_module(module)
    except ImportError:
        raise MissingExtraError(module.partition(".")[0], "train") from None


def mixed_precision() -> Any:  # noqa: ANN401 (optional library)
    """Give a context in which products of torch are taken in bfloat16, where that is quicker.

    Twice as fast with AVX-512, and no loss scaling is needed. Processors without it emulate it, ten times slower.
    """
    torch = _need("torch")
    quicker = torch.backends.cpu.get_cpu_capability().startswith("AVX512")
    return torch.autocast("cpu", torch.bfloat16, enabled=quicker)


@dataclass(slots=True)
class _Tuned:
    """A network and its head in PyTorch."""

    network: Any
    head: Any
    tokens: Tokens

    def features(self, texts: Sequence[str]) -> Any:  # noqa: ANN401
        """Mean token vectors (n, size) as a tensor that knows its gradient."""
        torch = _need("torch")
        windows = self.tokens.rows(texts)
        rows = [row for own in windows for row in own]
        owner = torch.tensor([i for i, own in enumerate(windows) for _ in own])
        width = max(map(len, rows))
        ids = torch.full((len(rows), width), int(self.network.config.pad_token_id or 0))
        mask = torch.zeros((len(rows), width), dtype=torch.long)
        for r, row in enumerate(rows):
            ids[r, : len(row)] = torch.tensor(row)
            mask[r, : len(row)] = 1
        positions = torch.arange(width) + bert_graph.first_position(self.network.config)
        hidden = self.network(input_ids=ids, attention_mask=mask, position_ids=positions[None]).last_hidden_state
        weights = mask.unsqueeze(-1).float()
        sums = torch.zeros(len(texts), hidden.shape[-1]).index_add(0, owner, (hidden.float() * weights).sum(1))
        counts = torch.zeros(len(texts)).index_add(0, owner, mask.sum(1).float())
        return sums / counts.clamp(min=1).unsqueeze(-1)


def finetune(
    texts: Sequence[str],
    labels: Sequence[str],
    *,
    task: Task,
    base: Path,
    seed: int = 0,
    threads: int = 0,
    step: Callable[[], None] = lambda: None,
) -> Learnt:
    """Fine-tune a network and cross-validate it: one training a fold, and one on all examples.

    Parameters
    ----------
    texts, labels
        The examples.
    task
        What the labels are.
    base
        Folder of the checkpoint.
    seed
        Of the folds, the head's first weights, dropout and the order of examples.
    threads
        Threads of the finished model.
    step
        Called after every training.

    Raises
    ------
    MissingExtraError
        If the extra ``train`` is not installed.
    ArtefactError
        If the base is no checkpoint that can be fine-tuned, or the exported network says something else than the
        trained one.
    InputValueError
        If there are fewer than two classes, or one has too few examples.
    """
    _need("torch")
    listed, given = examples(texts, labels)
    classes = tuple(sorted(set(given)))
    gold = np.array([classes.index(label) for label in given], np.intp)

    def predict(rest: NDArray[np.intp], own: NDArray[np.intp]) -> NDArray[np.float64]:
        tuned = _train([listed[i] for i in rest], gold[rest], len(classes), base, seed)
        return _head(tuned, classes).scores(_numbers(tuned, [listed[i] for i in own]))

    validation = cross_validate(gold, assign_folds(listed, given, folds=FOLDS, seed=seed), predict, step=step)
    tuned = _train(listed, gold, len(classes), base, seed)
    step()
    network = Network(
        bert_graph.build(tuned.network),
        (base / "tokenizer.json").read_bytes(),
        window=_window(tuned.network.config),
        size=int(tuned.network.config.hidden_size),
    )
    _check_export(tuned, network, listed[:BATCH])
    model = OwnModel(
        task=task,
        head=replace(_head(tuned, classes), temperature=validation.temperature),
        network=network,
        threads=threads,
    )
    return Learnt(model, listed, given, validation)


def _load(base: Path) -> tuple[Any, Tokens]:
    transformers = _need("transformers")
    lacking = [n for n in ("config.json", "model.safetensors", "tokenizer.json") if not (base / n).is_file()]
    if lacking:
        raise ArtefactError(
            f"{base} is no checkpoint that can be fine-tuned: it lacks {', '.join(lacking)}. It needs config.json, "
            "model.safetensors and tokenizer.json; docs/own-labels.md says how to make one of a training run"
        )
    try:
        config = transformers.AutoConfig.from_pretrained(base, local_files_only=True)
        bert_graph.check_family(config)
        network = transformers.AutoModel.from_pretrained(
            base,
            config=config,
            local_files_only=True,
            use_safetensors=True,
            add_pooling_layer=False,
            attn_implementation="eager",
        ).float()
    except ArtefactError:
        raise
    except Exception as error:  # each of the libraries below has exceptions of its own
        raise ArtefactError(f"{base} is no checkpoint that transformers reads: {type(error).__name__}") from None
    return network, Tokens((base / "tokenizer.json").read_bytes(), _window(config))


def _window(config: Any) -> int:  # noqa: ANN401
    return min(LONGEST_WINDOW, int(config.max_position_embeddings) - bert_graph.first_position(config) - 2)


@contextmanager
def _seeded(seed: int) -> Any:  # noqa: ANN401
    """Draw from a generator of our own and leave the caller's alone."""
    torch = _need("torch")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        yield


def _train(texts: Sequence[str], gold: NDArray[np.intp], classes: int, base: Path, seed: int) -> _Tuned:
    torch = _need("torch")
    with _seeded(seed):
        network, tokens = _load(base)
        tuned = _Tuned(network, torch.nn.Linear(int(network.config.hidden_size), classes), tokens)
        targets = torch.tensor(gold)
        # Classes weigh the same however many examples they have, as in the head on frozen embeddings.
        counts = np.bincount(gold, minlength=classes)
        weights = torch.tensor(len(gold) / (classes * np.maximum(counts, 1)), dtype=torch.float32)
        epochs = min(max(ceil(STEPS * BATCH / len(texts)), EPOCHS[0]), EPOCHS[1])
        total = epochs * ceil(len(texts) / BATCH)
        optimiser = torch.optim.AdamW(
            [{"params": network.parameters(), "lr": RATE}, {"params": tuned.head.parameters(), "lr": HEAD_RATE}],
            weight_decay=0.01,
        )
        schedule = torch.optim.lr_scheduler.LambdaLR(
            optimiser, lambda s: min((s + 1) / max(0.1 * total, 1), (total - s) / (0.9 * total))
        )
        network.train()
        dropout = torch.nn.Dropout(0.1)
        for _ in range(epochs):
            order = torch.randperm(len(texts)).tolist()
            for start in range(0, len(order), BATCH):
                chosen = order[start : start + BATCH]
                with mixed_precision():
                    features = tuned.features([texts[i] for i in chosen])
                scores = tuned.head(dropout(features.float()))
                loss = torch.nn.functional.cross_entropy(scores, targets[chosen], weight=weights)
                optimiser.zero_grad()
                loss.backward()
                torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
                optimiser.step()
                schedule.step()
        network.eval()
    return tuned


def _numbers(tuned: _Tuned, texts: Sequence[str]) -> NDArray[np.float64]:
    torch = _need("torch")
    with torch.no_grad():
        parts = [tuned.features([text]).double().numpy() for text in texts]
    return np.concatenate(parts)


def _head(tuned: _Tuned, classes: tuple[str, ...]) -> Head:
    weights, bias = (p.detach().double().numpy().copy() for p in (tuned.head.weight, tuned.head.bias))
    return Head(classes, weights, bias)


def _check_export(tuned: _Tuned, network: Network, texts: Sequence[str]) -> None:
    gap = float(np.abs(network.embed(texts) - _numbers(tuned, texts)).max())
    if not gap <= TOLERANCE:
        raise ArtefactError(
            f"the exported network differs from the trained one by {gap:.3g}, {TOLERANCE} is allowed: its layers are "
            "not those that the export knows; take another base"
        )
