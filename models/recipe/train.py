"""Step 5: fine-tune the encoder and its heads together.

    python -m models.recipe.train --data DIR --base models/work/base --out models/work/run1 --examples 150000

The word embeddings stay frozen (they are shipped in the 4 bits they came in). The sentence embedding is held to the
base model's by distillation: the target of a text is the base model's embedding minus the mean of its language, so that
German and English share one centre, and of a translated pair the mean of both (multilingual distillation, Reimers &
Gurevych 2020). What is kept is an exponential moving average of the weights: ``model.pt`` holds it as it is last,
``least.pt`` as it was where the loss on dev texts was least. Spans go on getting better after that, so that both are
worth measuring, and their mean too (:mod:`models.recipe.average`).

``--start`` goes on from a run or an exported folder, ``--layers`` keeps only some of its layers, and ``--teacher``
adds the outputs of a deeper run as soft labels (Hinton et al. 2015) to the labels: for sentiment, for tags also where
a text has none, and for the token vectors, so that the heads fit at once (Jiao et al. 2020, TinyBERT).

    python -m models.recipe.train --data DIR --start models/work/run1 --layers 8 --teacher models/work/run1 ...
"""

import argparse
import hashlib
import json
import math
import random
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional as F  # noqa: N812
from transformers import BertModel

from cxtext.encoder.finetuning import mixed_precision
from models.recipe.batches import IGNORE, Batch, Item, collate, stream, to_item
from models.recipe.data import ALLOWED, Example, licence, load, parallel_pairs, read_jsonl
from models.recipe.model import FeedbackEncoder, Outputs, load_run, pool_sentiment
from models.recipe.recover import recover

BATCH = 48
CHUNK = 32  # batches drawn together and sorted by length
EMBEDDING_SHARE = 0.18  # of all texts that are seen, those that hold the embedding in place
AVERAGING = 0.999
WORD_DROPOUT = 0.08
# Inside the layers. Of the attention weights none is dropped: to draw a number for each takes longer than the products.
DROPOUT = 0.1
UNKNOWN = 3  # the last of the special tokens
CHECK_STEPS = 500
TAUGHT = ("taught_sentiment", "taught_aspects", "taught_opinions", "taught_hidden")
DEV_TEXTS = 24  # of each dev set, to choose the state that is kept


@torch.no_grad()
def embed(bert: BertModel, tokenizer: Tokenizer, texts: list[str]) -> np.ndarray:
    """Embed with the base model (n, hidden): mean pooling over ``query: `` texts, L2-normalised."""
    out = np.zeros((len(texts), bert.config.hidden_size), np.float32)
    order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
    tokenizer.enable_truncation(128)
    for start in range(0, len(order), 128):
        rows = order[start : start + 128]
        encodings = tokenizer.encode_batch(["query: " + texts[i] for i in rows])
        width = max(len(e.ids) for e in encodings)
        ids = torch.tensor([e.ids + [1] * (width - len(e.ids)) for e in encodings])
        mask = torch.tensor([[1] * len(e.ids) + [0] * (width - len(e.ids)) for e in encodings])
        with mixed_precision():
            hidden = bert(input_ids=ids, attention_mask=mask).last_hidden_state.float()
        mean = (hidden * mask.unsqueeze(-1)).sum(1) / mask.sum(1, keepdim=True)
        out[rows] = F.normalize(mean, dim=-1).numpy()
    return out


def embedding_items(
    data: Path,
    examples: list[Example],
    base: Path,
    tokenizer: Tokenizer,
    rng: random.Random,
    *,
    count: int,
    licences: str,
) -> tuple[list[Item], Tensor]:
    """Give texts that keep the embedding space, and their targets (computed once, kept beside the base).

    They are ``count`` translated pairs and about as many texts of one language.
    """
    pairs = list(dict.fromkeys(parallel_pairs(data, licences=licences)))
    pairs = rng.sample(pairs, min(len(pairs), count))
    single = [(e.text, e.lang) for e in rng.sample(examples, min(len(examples), count))]
    for name, language in (("banking77", "en"), ("massive_de", "de")):
        rows = [(row["text"], language) for row in read_jsonl(data / "topics" / f"{name}.train.jsonl")]
        single += rows[: count // 4]
    texts = [t for pair in pairs for t in pair] + [t for t, _ in single]
    languages = np.array(["de", "en"] * len(pairs) + [language for _, language in single])
    digest = hashlib.sha256("\n".join(texts).encode()).hexdigest()[:16]
    cache = base / f"targets-{digest}.npy"
    if cache.exists():
        vectors = np.load(cache)
    else:
        bert = BertModel.from_pretrained(base, add_pooling_layer=False, attn_implementation="eager").eval()
        vectors = embed(bert, tokenizer, texts)
        np.save(cache, vectors)
    for language in ("de", "en"):
        rows = languages == language
        vectors[rows] -= vectors[rows].mean(0)
    n = 2 * len(pairs)
    both = (vectors[0:n:2] + vectors[1:n:2]) / 2
    vectors[0:n:2] = vectors[1:n:2] = both
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return [Item(t, target=i) for i, t in enumerate(texts)], torch.from_numpy(vectors)


def batches(
    labelled: Iterator[Item], unlabelled: list[Item], tokenizer: Tokenizer, rng: random.Random
) -> Iterator[Batch]:
    """Batches of like length, in random order."""
    share = EMBEDDING_SHARE if unlabelled else 0.0
    while True:
        items = [rng.choice(unlabelled) if rng.random() < share else next(labelled) for _ in range(BATCH * CHUNK)]
        items.sort(key=lambda i: len(i.text) + len(i.question or ""))
        groups = [items[i : i + BATCH] for i in range(0, len(items), BATCH)]
        rng.shuffle(groups)
        yield from (collate(group, tokenizer) for group in groups)


def without_words(ids: Tensor) -> Tensor:
    """Hide a few tokens (Iyyer et al. 2015): what a text says must not hang on one word. A teacher sees them all."""
    hidden = (torch.rand(ids.shape) < WORD_DROPOUT) & (ids > UNKNOWN)
    return torch.where(hidden, UNKNOWN, ids)


def losses(
    model: FeedbackEncoder,
    batch: Batch,
    targets: Tensor,
    teacher: FeedbackEncoder | None = None,
    lessons: Collection[str] = (),
) -> dict[str, Tensor]:
    """One loss a head, and a teacher's if there is one; heads without labels in the batch give zero."""
    ids = without_words(batch.ids) if model.training else batch.ids
    with mixed_precision():
        out = model(ids, batch.mask)
    zero = out.sentiment.sum() * 0.0
    found = {}
    logits = pool_sentiment(out.sentiment, batch.pools)
    found["sentiment"] = (
        F.cross_entropy(logits.flatten(0, 1), batch.labels.flatten(), ignore_index=IGNORE, label_smoothing=0.05)
        if (batch.labels != IGNORE).any()
        else zero
    )
    for name, tags, scores in (("aspects", batch.aspects, out.aspects), ("opinions", batch.opinions, out.opinions)):
        found[name] = (
            F.cross_entropy(scores.float().flatten(0, 1), tags.flatten(), ignore_index=IGNORE)
            if (tags != IGNORE).any()
            else zero
        )
    if batch.pairs:
        left, right = out.pairs.float().chunk(2, dim=-1)
        scores = torch.stack([pair_score(left[r], right[r], a, o) for r, a, o, _ in batch.pairs])
        gold = torch.tensor([float(y) for *_, y in batch.pairs])
        found["pairs"] = F.binary_cross_entropy_with_logits(scores, gold)
    else:
        found["pairs"] = zero
    rows = batch.targets >= 0
    found["embedding"] = (
        1 - (out.embedding[rows].float() * targets[batch.targets[rows]]).sum(-1).mean() if rows.any() else zero
    )
    if teacher is not None:
        with torch.no_grad(), mixed_precision():
            taught = teacher(batch.ids, batch.mask)
        found |= {name: value for name, value in distillation(out, taught, batch).items() if name in lessons}
    return found


def distillation(model_out: Outputs, teacher_out: Outputs, batch: Batch) -> dict[str, Tensor]:
    """One loss for each thing that the student learns from the teacher's outputs."""
    mask = batch.mask.float()
    inner = mask.clone()
    inner[:, 0] = 0
    found = {}

    def divergence(student: Tensor, taught: Tensor) -> Tensor:
        return F.kl_div(student.log_softmax(-1), taught.softmax(-1), reduction="none").sum(-1)

    pools = torch.cat([batch.pools, inner.unsqueeze(1)], dim=1)
    there = pools.sum(-1) > 0
    student, taught = (pool_sentiment(o.sentiment, pools) for o in (model_out, teacher_out))
    found["taught_sentiment"] = divergence(student[there], taught[there]).mean()
    for name in ("aspects", "opinions"):
        each = divergence(getattr(model_out, name).float(), getattr(teacher_out, name).float())
        found[f"taught_{name}"] = (each * inner).sum() / inner.sum()
    apart = 1 - F.cosine_similarity(model_out.hidden.float(), teacher_out.hidden.float(), dim=-1)
    found["taught_hidden"] = (apart * mask).sum() / mask.sum()
    return found


def pair_score(left: Tensor, right: Tensor, aspect: tuple[int, int], opinion: tuple[int, int]) -> Tensor:
    """Score of an (aspect, opinion) pair: scaled dot product of the spans' mean projections."""
    return (left[aspect[0] : aspect[1]].mean(0) * right[opinion[0] : opinion[1]].mean(0)).sum() / math.sqrt(
        left.shape[-1]
    )


LOSS_WEIGHTS = {
    "sentiment": 1.0,
    "aspects": 1.5,
    "opinions": 1.5,
    "pairs": 1.0,
    "embedding": 2.0,
    "taught_sentiment": 1.0,
    "taught_aspects": 1.5,
    "taught_opinions": 1.5,
    "taught_hidden": 1.0,
}


def freeze_layers(model: FeedbackEncoder, count: int) -> None:
    """Keep the embeddings and the lowest layers as they are: what is not trained needs no way back."""
    if count:
        model.bert.embeddings.requires_grad_(False)
        model.bert.encoder.layer[:count].requires_grad_(False)


def parameter_groups(model: FeedbackEncoder, *, rate: float, head_rate: float, decay: float) -> list[dict[str, object]]:
    """Layer-wise learning rates: the deeper a layer lies below the heads, the less it moves."""
    layers = model.bert.config.num_hidden_layers
    groups: dict[tuple[float, float], list[torch.nn.Parameter]] = {}
    for name, parameter in model.named_parameters():
        if name == "bert.embeddings.word_embeddings.weight":
            parameter.requires_grad_(False)
        if not parameter.requires_grad:
            continue
        if name.startswith("bert.encoder.layer."):
            step = rate * decay ** (layers - 1 - int(name.split(".")[3]))
        elif name.startswith("bert."):
            step = rate * decay**layers
        else:
            step = rate if name.startswith("embedding_out") else head_rate
        weight_decay = 0.0 if parameter.ndim < 2 else 0.01
        groups.setdefault((step, weight_decay), []).append(parameter)
    return [{"params": p, "lr": lr, "weight_decay": wd} for (lr, wd), p in groups.items()]


def begin(start: Path | None, base: Path) -> FeedbackEncoder:
    """Give the network to train: the base with new heads, or what a run or an exported folder holds."""
    if start is None:
        # On a CPU plain attention in bfloat16 is three times as fast to train as the fused one.
        return FeedbackEncoder(
            BertModel.from_pretrained(
                base,
                add_pooling_layer=False,
                attn_implementation="eager",
                attention_probs_dropout_prob=0.0,
                hidden_dropout_prob=0.0,
            )
        )
    return recover(start, base) if (start / "model.onnx").exists() else load_run(start)


def with_dropout(model: FeedbackEncoder) -> FeedbackEncoder:
    """Drop parts of what each layer adds."""
    for name, part in model.bert.named_modules():
        if isinstance(part, torch.nn.Dropout) and name.endswith("output.dropout"):
            part.p = DROPOUT
    return model


def keep_layers(model: FeedbackEncoder, count: int) -> None:
    """Keep ``count`` layers, evenly spaced, the first and the last among them."""
    total = model.bert.config.num_hidden_layers
    kept = [round(i * (total - 1) / (count - 1)) for i in range(count)]
    model.bert.encoder.layer = torch.nn.ModuleList(model.bert.encoder.layer[i] for i in kept)
    model.bert.config.num_hidden_layers = count


def dev_batches(dev: dict[str, list[Example]], tokenizer: Tokenizer, *, licences: str) -> list[Batch]:
    """Take the same few texts of every dev set whose train part may train this variant."""
    rng = random.Random(0)
    items = []
    for name, examples in sorted(dev.items()):
        if licence(name.split("/")[1]) in ALLOWED[licences]:
            items += [to_item(e) for e in rng.sample(examples, min(len(examples), DEV_TEXTS))]
    items.sort(key=lambda i: len(i.text) + len(i.question or ""))
    return [collate(items[i : i + BATCH], tokenizer) for i in range(0, len(items), BATCH)]


@torch.no_grad()
def dev_losses(model: FeedbackEncoder, held_out: list[Batch]) -> dict[str, float]:
    """Mean loss a label on the dev texts."""
    model.eval()
    sums: dict[str, float] = {}
    counts: dict[str, int] = {}
    for batch in held_out:
        found = losses(model, batch, torch.zeros(0, 0))
        labels = {"sentiment": batch.labels, "aspects": batch.aspects, "opinions": batch.opinions}
        for name, values in labels.items():
            n = int((values != IGNORE).sum())
            sums[name] = sums.get(name, 0.0) + found[name].item() * n
            counts[name] = counts.get(name, 0) + n
    model.train()
    return {name: sums[name] / counts[name] for name in sums}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--base", type=Path, default=Path("models/work/base"))
    parser.add_argument("--out", type=Path, default=Path("models/work/run1"))
    parser.add_argument("--start", type=Path, help="a run or an exported folder to go on from, instead of the base")
    parser.add_argument("--teacher", type=Path, help="a run or an exported folder whose outputs are learnt as well")
    parser.add_argument("--taught", nargs="*", default=TAUGHT, choices=TAUGHT, help="what is learnt of the teacher")
    parser.add_argument("--licences", choices=tuple(ALLOWED), default="shipped")
    parser.add_argument("--leave-out", nargs="*", default=[], metavar="SET", help="sets that do not train")
    parser.add_argument("--examples", type=int, default=150_000, help="texts seen in all, labelled or not")
    parser.add_argument("--held", type=int, default=25_000, help="translated pairs that hold the embedding in place")
    parser.add_argument("--no-embedding", action="store_true", help="do not hold the embedding in place: labels only")
    parser.add_argument("--favour", nargs="*", default=[], metavar="SET", help="sets that come up ten times as often")
    parser.add_argument("--layers", type=int, help="keep only so many layers, evenly spaced")
    parser.add_argument("--frozen", type=int, default=0, metavar="N", help="lowest layers that are not trained")
    parser.add_argument("--rate", type=float, default=1.2e-4)
    parser.add_argument("--head-rate", type=float, default=6e-4)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    rng = random.Random(options.seed)
    torch.manual_seed(options.seed)
    tokenizer = Tokenizer.from_file(str(options.base / "tokenizer.json"))
    examples, dev = load(options.data, licences=options.licences)
    examples = [e for e in examples if e.source not in options.leave_out]
    held_out = dev_batches(dev, tokenizer, licences=options.licences)
    public = [e for e in examples if e.source != "own"]
    unlabelled, targets = [], torch.zeros(0, 0)
    if not options.no_embedding:
        unlabelled, targets = embedding_items(
            options.data, public, options.base, tokenizer, rng, count=options.held, licences=options.licences
        )
    print(f"{len(examples)} labelled, {len(unlabelled)} unlabelled", flush=True)
    model = with_dropout(begin(options.start, options.base))
    if options.layers:
        keep_layers(model, options.layers)
    teacher = begin(options.teacher, options.base).eval() if options.teacher else None
    freeze_layers(model, options.frozen)
    groups = parameter_groups(model, rate=options.rate, head_rate=options.head_rate, decay=0.92)
    optimizer = torch.optim.AdamW(groups, betas=(0.9, 0.98), eps=1e-6, fused=True)
    steps = options.examples // BATCH
    warm = max(1, steps // 20)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda s: min((s + 1) / warm, max(0.02, (steps - s) / max(1, steps - warm)))
    )
    trained = [p for p in model.parameters() if p.requires_grad]
    average = [p.detach().clone() for p in trained]
    source = batches(stream(examples, rng, favoured=options.favour), unlabelled, tokenizer, rng)
    checkpoint = options.out / "checkpoint.pt"
    first, least = 0, math.inf
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True)
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        schedule.load_state_dict(state["schedule"])
        average, first, least = state["average"], state["step"], state["least"]
        print(f"resumed at step {first}", flush=True)
    model.train()
    sums: dict[str, float] = {}
    started = time.monotonic()
    for step in range(first, steps):
        found = losses(model, next(source), targets, teacher, options.taught)
        loss = sum(LOSS_WEIGHTS[name] * value for name, value in found.items())
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        optimizer.step()
        schedule.step()
        keep = min(AVERAGING, (step + 1) / (step + 10))
        torch._foreach_lerp_(average, [p.detach() for p in trained], 1 - keep)
        for name, value in found.items():
            sums[name] = sums.get(name, 0.0) + value.item()
        if (step + 1) % 100 == 0:
            rate = (step + 1 - first) * BATCH / (time.monotonic() - started)
            shown = " ".join(f"{k} {v / 100:.3f}" for k, v in sums.items())
            print(f"step {step + 1}/{steps} {shown} | {rate:.0f} texts/s", flush=True)
            sums.clear()
        if (step + 1) % CHECK_STEPS == 0 or step + 1 == steps:
            with averaged(trained, average):
                dev_found = dev_losses(model, held_out)
                total = sum(LOSS_WEIGHTS[name] * value for name, value in dev_found.items())
                shown = " ".join(f"{k} {v:.4f}" for k, v in dev_found.items())
                print(f"step {step + 1} dev {total:.4f}: {shown}", flush=True)
                write(model, options.out / "model.pt")
                if total < least:
                    least = total
                    write(model, options.out / "least.pt")
            state = {
                "model": model.state_dict(),
                "optimizer": optimizer.state_dict(),
                "schedule": schedule.state_dict(),
                "average": average,
                "step": step + 1,
                "least": least,
            }
            torch.save(state, checkpoint.with_suffix(".tmp"))
            checkpoint.with_suffix(".tmp").rename(checkpoint)
    (options.out / "run.json").write_text(
        json.dumps({k: str(v) for k, v in vars(options).items()} | {"dev_loss": least}, indent=1), encoding="utf-8"
    )


def write(model: FeedbackEncoder, path: Path) -> None:
    """Write weights and the configuration beside them, in one step each."""
    torch.save(model.state_dict(), path.with_suffix(".tmp"))
    path.with_suffix(".tmp").rename(path)
    model.bert.config.save_pretrained(path.parent)


@contextmanager
def averaged(trained: list[torch.nn.Parameter], average: list[Tensor]) -> Iterator[None]:
    """Put the averaged weights in place for a while."""
    current = [p.detach().clone() for p in trained]
    for parameter, value in zip(trained, average, strict=True):
        parameter.data.copy_(value)
    try:
        yield
    finally:
        for parameter, value in zip(trained, current, strict=True):
            parameter.data.copy_(value)


if __name__ == "__main__":
    main()
