"""Texts of a wanted length, to measure speed on: real-looking, the same ones every time, and of no customer."""

import csv
import random
from pathlib import Path

import cxtext
from benchmarks.challenge import CASES, read_cases
from cxtext.encoder.runtime import Runtime

EXAMPLES = Path(__file__).parents[1] / "examples" / "feedback" / "survey.csv"
# Lengths vary around the wanted one, as they do in any table of comments.
SPREAD = 0.12
Pool = dict[str, list[str]]


def sentences(data: Path | None) -> Pool:
    """Give texts to build from, by language: of the dev sets in ``data``, or of this repository."""
    pool: Pool = {"de": [], "en": []}
    if data is not None:
        from models.recipe.data import load

        for name, examples in load(data, licences="shipped")[1].items():
            if name.startswith("sentiment/"):
                for example in examples:
                    pool[example.lang].append(example.text)
        return pool
    for case in read_cases(CASES):
        pool[case.lang].append(case.text)
    with EXAMPLES.open(encoding="utf-8-sig", newline="") as lines:
        comments = [row["Kommentar"].strip() for row in csv.DictReader(lines, delimiter=";")]
    for comment, annotation in zip(comments, cxtext.annotate(comments), strict=True):
        if annotation.status == "ok" and annotation.language.code in pool:
            pool[annotation.language.code].append(comment)
    return pool


def build(pool: Pool, runtime: Runtime, tokens: int, n: int) -> list[str]:
    """Build n texts of about so many tokens, German and English by turns; the same ones every time."""
    rng = random.Random(tokens)
    texts = []
    for i in range(n):
        some = pool["de" if i % 2 == 0 else "en"]
        wanted = rng.randint(round(tokens * (1 - SPREAD)), round(tokens * (1 + SPREAD)))
        text = rng.choice(some)
        while len((encoded := runtime.tokenize([text])[0]).ids) < wanted:
            text = f"{text} {rng.choice(some)}"
        texts.append(whole_words(text, int(encoded.offsets[wanted - 1][1])))
    return texts


def whole_words(text: str, end: int) -> str:
    """Cut a text at ``end``, or at the end of the word before where that would split one.

    >>> whole_words("Der Zug war pünktlich", 15), whole_words("Der Zug war pünktlich", 11)
    ('Der Zug war', 'Der Zug war')
    """
    if end >= len(text) or text[end].isspace():
        return text[:end]
    return text[:end].rsplit(None, 1)[0] if len(text[:end].split()) > 1 else text[:end]
