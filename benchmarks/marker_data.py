"""Texts with marker labels: read them, and say them as speech recognition writes.

`marker_texts/{de,en}.jsonl` are the labelled sets, dev and test; `train_{de,en}.txt`, `unread_{de,en}.txt`,
`indirect_{de,en}.txt` and `plain_{de,en}.txt` beside them are further texts to learn from, one a line: labels in short,
a bar, the text. Nobody who writes rules reads any but the first of these.
"""

import json
import random
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

FOLDER = Path(__file__).parent / "marker_texts"
SHORT = {
    "p": "praise", "c": "complaint", "q": "question", "r": "request", "s": "suggestion", "ch": "churn",
    "u": "urgency", "e": "effort", "l": "loyalty", "a": "anger", "w": "worry", "j": "joy", "g": "gratitude",
}  # fmt: skip
TYPES = tuple(SHORT.values())
INTENTS = TYPES[:6]
AGENT = ("acknowledge", "apologise", "ownership", "next_step", "blame", "policy_wall", "interruption")
FILLERS = {"de": ("äh", "ähm", "also", "ja", "halt"), "en": ("uh", "um", "like", "you know", "well")}
# One word in so many is followed by a filler.
FILLED = 0.12


@dataclass(frozen=True, slots=True)
class Labelled:
    """A text, its language, and its labels: types, and ``type:kind`` where the set tells kinds apart."""

    text: str
    language: str
    labels: frozenset[str]

    @property
    def types(self) -> frozenset[str]:
        """The labels without kinds."""
        return frozenset(label.split(":")[0] for label in self.labels)


def read_split(language: str, split: str, *, agent: bool = False) -> list[Labelled]:
    """Read dev or test."""
    path = FOLDER / f"{'agent_' if agent else ''}{language}.jsonl"
    rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return [Labelled(r["text"], language, frozenset(r["markers"])) for r in rows if r["split"] == split]


def read_training(language: str, which: Literal["train", "unread", "indirect", "plain"]) -> list[Labelled]:
    """Read the texts that are only learnt from: those that whoever wrote rules has seen, or those that he has not."""
    lines = (FOLDER / f"{which}_{language}.txt").read_text(encoding="utf-8").splitlines()
    rows = (line.split("|", 1) for line in lines if line and not line.startswith("#"))
    return [Labelled(text, language, frozenset(SHORT[s] for s in labels.split(",") if s)) for labels, text in rows]


def spoken(text: str, language: str, rng: random.Random) -> str:
    """Write a text as speech recognition does: lower case, no marks, fillers between.

    >>> spoken("Hi, it's me!", "en", random.Random(1))
    "hi it's me"
    """
    words = re.sub(r"[^\w\s'’-]|_", " ", text.lower()).split()
    out: list[str] = []
    for word in words:
        if rng.random() < FILLED:
            out.append(rng.choice(FILLERS[language]))
        out.append(word)
    return " ".join(out)
