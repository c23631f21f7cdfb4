"""Sentences made of words that judge, for words that the labelled sets hardly have.

A small encoder judges a word that it has hardly seen labelled by what stands around it: "Das Pflegepersonal war
genervt" by the staff, who are mostly praised. Here each of many such words comes up with many things that it is said
of, in sentences whose frame says nothing. The words are in ``own/lexicon.toml``.
"""

import random
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

from models.recipe.data import Example, Mention

SOURCE = "lexicon"
_FILE = Path(__file__).parent / "own" / "lexicon.toml"
_KINDS = ("person", "thing", "process")
_POLARITIES = ("positive", "negative")
# {A}, {B}: what is judged; {O}, {P}: how. The first pair shares a polarity unless the frame is a contrast.
_PLAIN = {
    "de": (
        "{A} war {O}.",
        "{A} ist {O}.",
        "{A} war {O}",
        "{A} war sehr {O}.",
        "{A} war leider {O}.",
        "{A} war wirklich {O}!",
        "Ich fand, {A} war {O}.",
        "{A}: {O}",
        "{A} {O}",
        "Bei uns war {A} {O}.",
        "{A} ist immer {O}.",
        "{A} war {O} wie nie.",
    ),
    "en": (
        "{A} was {O}.",
        "{A} is {O}.",
        "{A} was {O}",
        "{A} was very {O}.",
        "{A} was really {O}!",
        "I found {A} {O}.",
        "{A}: {O}",
        "{A} {O}",
        "To us {A} seemed {O}.",
        "{A} was {O} again.",
    ),
}
_TWO_OPINIONS = {
    "de": ("{A} war {O} und {P}.", "{A} ist {O}, {P}.", "{A}: {O} und {P}", "{A} war {O} und auch {P}"),
    "en": ("{A} was {O} and {P}.", "{A} is {O}, {P}.", "{A}: {O} and {P}", "{A} was {O} and {P} as well"),
}
_CONTRAST = {
    "de": (
        "{A} war {O}, aber {B} war {P}.",
        "{A} {O}, {B} {P}",
        "{A} ist {O}, dafür ist {B} {P}.",
        "{A} war {O}. {B} war {P}.",
    ),
    "en": (
        "{A} was {O}, but {B} was {P}.",
        "{A} {O}, {B} {P}",
        "{A} is {O}, though {B} is {P}.",
        "{A} was {O}. {B} was {P}.",
    ),
}
# "sehr" and "immer" do not go with nouns and whole phrases.
_DEGREES = ("sehr ", "very ", "immer ")
_ARTICLES = ("der ", "die ", "das ", "mein ", "the ")


@cache
def words() -> Mapping[str, Mapping[str, Mapping[str, Sequence[str]]]]:
    """Read the words: by language, by kind, then aspects and opinions of each polarity."""
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


def sentences(rng: random.Random) -> Iterator[Example]:
    """Give sentences without end, each with its mentions and, unless praise and blame stand in it, a label."""
    while True:
        language = rng.choice(("de", "de", "en"))
        yield sentence(language, rng)


def sentence(language: str, rng: random.Random) -> Example:
    """Make one sentence."""
    kind, other = rng.choice(_KINDS), rng.choice(_KINDS)
    polarity = rng.choice(_POLARITIES)
    first = words()[language][kind]
    draw = rng.random()
    if draw < 0.55:
        frame, opposite = rng.choice(_PLAIN[language]), polarity
    elif draw < 0.8:
        frame, opposite = rng.choice(_TWO_OPINIONS[language]), polarity
    else:
        frame = rng.choice(_CONTRAST[language])
        opposite = _POLARITIES[1 - _POLARITIES.index(polarity)]
    second = words()[language][other] if "{B}" in frame else first
    filled = {
        "A": rng.choice(first["aspects"]),
        "B": rng.choice(second["aspects"]),
        "O": rng.choice(first[polarity]),
        "P": rng.choice(second[opposite]),
    }
    if " " in filled["O"] or filled["O"][:1].isupper():
        for degree in _DEGREES:
            frame = frame.replace(degree, "")
    if ":" in frame or frame.startswith(("{A} {O}", "{A}: ")):  # notes leave the article out
        filled["A"], filled["B"] = without_article(filled["A"]), without_article(filled["B"])
    return fill(frame, filled, {"O": polarity, "P": opposite}, language)


def without_article(aspect: str) -> str:
    """Take the article off.

    >>> without_article("das Personal"), without_article("the staff"), without_article("customer service")
    ('Personal', 'staff', 'customer service')
    """
    for article in _ARTICLES:
        if aspect.startswith(article):
            return aspect.removeprefix(article)
    return aspect


def fill(frame: str, filled: Mapping[str, str], polarities: Mapping[str, str], language: str) -> Example:
    """Put words into a frame, and say where they stand."""
    text = ""
    places: dict[str, tuple[int, int]] = {}
    position = 0
    while position < len(frame):
        if frame[position] == "{":
            name = frame[position + 1]
            value = filled[name]
            if not text or text.endswith(". "):
                value = value[0].upper() + value[1:]
            own = without_article(value[0].lower() + value[1:]) if name in "AB" else value
            places[name] = (len(text) + len(value) - len(own), len(text) + len(value))
            text += value
            position += 3
        else:
            text += frame[position]
            position += 1
    mentions = [Mention(places["A"], places["O"], polarities["O"])]
    if "P" in places:
        mentions.append(Mention(places.get("B", places["A"]), places["P"], polarities["P"]))
    label = polarities["O"] if len({m.polarity for m in mentions}) == 1 else None
    return Example(text, language, SOURCE, label, tuple(mentions), frozenset({"aspect", "opinion"}))
