"""Step 3: make the training texts look like what customers write.

Umlaut spellings, lower case without punctuation (speech recognition), typing errors, and two texts in one, which
teaches the encoder to keep the sentiment of neighbouring sentences apart. Offsets are carried along.
"""

import random
import re
from dataclasses import replace

from models.recipe.data import Example, move, rewrite

_UMLAUTS = {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"}
_JOINTS = (" ", " ", "\n", " - ")


def _edit(example: Example, edits: list[tuple[int, int, str]]) -> Example:
    text, where = rewrite(example.text, edits)
    return replace(example, text=text, mentions=tuple(move(m, text, where) for m in example.mentions))


def umlaut_spelling(example: Example) -> Example:
    """Write ä, ö, ü, ß as ae, oe, ue, ss."""
    return _edit(example, [(m.start(), m.end(), _UMLAUTS[m.group()]) for m in re.finditer("[äöüÄÖÜß]", example.text)])


def swiss_spelling(example: Example) -> Example:
    """Write ß as ss, as in Switzerland."""
    return _edit(example, [(m.start(), m.end(), "ss") for m in re.finditer("ß", example.text)])


def speech(example: Example) -> Example:
    """Drop case and punctuation, as speech recognition gives it."""
    lowered = "".join(c.lower() if len(c.lower()) == 1 else c for c in example.text)
    edits = [(m.start(), m.end(), "") for m in re.finditer(r"(?<=\w)[.,!?;:…]+(?=\s|$)", lowered)]
    return _edit(replace(example, text=lowered), edits)


def lower(example: Example) -> Example:
    """Drop case alone: many customers never press shift."""
    return replace(example, text="".join(c.lower() if len(c.lower()) == 1 else c for c in example.text))


def typing_error(example: Example, rng: random.Random) -> Example:
    """Swap, drop or double one letter inside a word."""
    words = list(re.finditer(r"\w{4,}", example.text))
    if not words:
        return example
    word = rng.choice(words)
    i = rng.randrange(word.start() + 1, word.end() - 2)
    pair = example.text[i : i + 2]
    new = rng.choice((pair[::-1], pair[0], pair[0] + pair))
    return _edit(example, [(i, i + 2, new)])


def augment(example: Example, rng: random.Random) -> Example:
    """Apply at most one change of spelling; seven texts in ten stay as they are."""
    draw = rng.random()
    if draw < 0.06 and example.lang == "de":
        return umlaut_spelling(example)
    if draw < 0.09 and example.lang == "de":
        return swiss_spelling(example)
    if draw < 0.15:
        return speech(example)
    if draw < 0.20:
        return lower(example)
    if draw < 0.28:
        return typing_error(example, rng)
    return example


def joint(rng: random.Random) -> str:
    """Draw what stands between two texts that are joined into one."""
    return rng.choice(_JOINTS)
