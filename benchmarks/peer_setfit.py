"""SetFit (Tunstall et al. 2022) over the network that cxtext's encoder was trained from, for ``peers.py``.

Its defaults: contrastive pairs of all texts, one pass, then logistic regression. The base is the folder that step 1 of
the recipe leaves; nothing is downloaded.
"""

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from models.recipe.data import LABELS, Example

# What the base was trained to find before a text that is no passage to be searched.
PROMPT = "query: "
SPECIAL = {"bos_token": "<s>", "eos_token": "</s>", "cls_token": "<s>", "sep_token": "</s>", "pad_token": "<pad>",
           "unk_token": "<unk>"}  # fmt: skip
LENGTH = 512


def body(base: Path, folder: Path) -> Path:
    """Lay the base out in a folder as sentence-transformers reads it: it needs the special tokens by name."""
    from transformers import PreTrainedTokenizerFast

    for name in ("config.json", "model.safetensors"):
        shutil.copy(base / name, folder / name)
    tokenizer = PreTrainedTokenizerFast(tokenizer_file=str(base / "tokenizer.json"), model_max_length=LENGTH, **SPECIAL)
    tokenizer.save_pretrained(folder)
    return folder


def learn(folder: Path, examples: Sequence[Example], seed: int) -> Callable[[Sequence[str]], list[int]]:
    """Train on some examples, and give what reads texts into places in ``LABELS``."""
    from datasets import Dataset
    from sentence_transformers import SentenceTransformer
    from setfit import SetFitModel, Trainer, TrainingArguments
    from sklearn.linear_model import LogisticRegression

    model = SetFitModel(
        model_body=SentenceTransformer(str(folder), device="cpu"),
        model_head=LogisticRegression(),
        labels=list(LABELS),
    )
    rows = {"text": [PROMPT + e.text for e in examples], "label": [str(e.label) for e in examples]}
    arguments = TrainingArguments(
        output_dir=str(folder / "checkpoints"),
        save_strategy="no",
        report_to="none",
        show_progress_bar=False,
        seed=seed,
    )
    Trainer(model=model, args=arguments, train_dataset=Dataset.from_dict(rows)).train()

    def read(texts: Sequence[str]) -> list[int]:
        return [LABELS.index(str(label)) for label in model.predict([PROMPT + t for t in texts])]

    return read
