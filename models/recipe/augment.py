"""Step 3: make the training texts look like what customers write.

Umlaut spellings, lower case without punctuation (speech recognition), typing errors, emoji, negation, survey questions,
and two texts in one, which teaches the encoder to keep the sentiment of neighbouring sentences apart. Offsets are
carried along.
"""

import random
import re
from dataclasses import replace

from models.recipe.data import Example, Mention, move, rewrite

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


_EMOJI = {"positive": "👍 😊 😍 ❤️ 🙏 👏 ⭐", "negative": "😡 👎 😤 🙄 😞 🤬 💩"}


def emoji(example: Example, rng: random.Random) -> Example:
    """Put an emoji of the same tone behind the text."""
    choices = _EMOJI.get(example.label or "", "").split()
    if not choices:
        return example
    return replace(example, text=example.text.rstrip() + " " + rng.choice(choices) * rng.choice((1, 1, 2)))


_COPULA = {
    "de": re.compile(r"\b(?:ist|war|sind|waren) $", re.IGNORECASE),
    "en": re.compile(r"\b(?:is|was|are|were) $", re.IGNORECASE),
}
_NOT = {"de": "nicht ", "en": "not "}


def negation(example: Example) -> Example:
    """Turn praise into blame: "was friendly" becomes "was not friendly", and the opinion takes in the negation.

    Only where one mention is all there is and its opinion follows the verb: elsewhere one word does not turn a text.
    """
    if len(example.mentions) != 1 or example.label not in (None, "positive"):
        return example
    (mention,) = example.mentions
    if mention.opinion is None or mention.polarity != "positive":
        return example
    start, end = mention.opinion
    text, word = example.text, _NOT[example.lang]
    if not _COPULA[example.lang].search(text, 0, start) or len(text) > 90 or "," in text:
        return example
    text, where = rewrite(text, [(start, start, word)])
    moved = move(mention, text, where)
    opinion = (start, end + len(word))
    return replace(
        example,
        text=text,
        label="negative" if example.label else None,
        mentions=(replace(moved, opinion=opinion, polarity="negative"),),
    )


_QUESTIONS = {
    ("de", "positive"): (
        "Was hat Ihnen gefallen?",
        "Was war gut?",
        "Was hat Ihnen besonders gut gefallen?",
        "Was schätzen Sie an uns?",
        "Pro",
        "Positiv",
        "Was läuft gut?",
        "Was hat Sie begeistert?",
    ),
    ("de", "negative"): (
        "Was hat Sie gestört?",
        "Was stört Sie?",
        "Was hat Ihnen nicht gefallen?",
        "Was war schlecht?",
        "Contra",
        "Negativ",
        "Womit waren Sie unzufrieden?",
        "Was hat Ihnen gefehlt?",
    ),
    ("en", "positive"): ("What was good?", "What did you like?", "What did you like best?", "Pros", "What went well?"),
    ("en", "negative"): ("What was bad?", "What annoyed you?", "What did you dislike?", "Cons", "What went wrong?"),
}
_OPEN_QUESTIONS = {
    "de": ("Was können wir besser machen?", "Bitte begründen Sie Ihre Bewertung.", "Möchten Sie uns noch etwas sagen?"),
    "en": ("How could we improve?", "What could we do better?", "Please tell us why.", "Any other comments?"),
}


def asked(example: Example, rng: random.Random) -> Example:
    """Put some question before a text that speaks for itself: the label stays, for a question never outvotes a text."""
    if example.question or len(example.text.split()) < 4:
        return example
    pool = rng.choice(
        (_QUESTIONS[example.lang, "positive"], _QUESTIONS[example.lang, "negative"], _OPEN_QUESTIONS[example.lang])
    )
    return replace(example, question=rng.choice(pool))


def field(example: Example, rng: random.Random) -> Example:
    """Make a survey field of a text's aspects: bare nouns, which the question makes praise or blame."""
    names = list(dict.fromkeys(example.text[slice(*m.aspect)] for m in example.mentions if m.aspect))[:3]
    if not names or max(map(len, names)) > 40:
        return example
    polarity = rng.choice(("positive", "negative"))
    text, mentions = "", []
    for i, name in enumerate(names):
        text += "" if i == 0 else rng.choice((", ", ", ", "\n", " und " if example.lang == "de" else " and "))
        mentions.append(Mention((len(text), len(text) + len(name)), None, polarity))
        text += name
    question = rng.choice(_QUESTIONS[example.lang, polarity])
    return Example(
        text, example.lang, example.source, polarity, tuple(mentions), frozenset({"aspect", "opinion"}), question
    )


def augment(example: Example, rng: random.Random) -> Example:
    """Apply at most one change; two texts in three stay as they are."""
    draw = rng.random()
    if draw < 0.06 and example.lang == "de":
        return umlaut_spelling(example)
    if draw < 0.09 and example.lang == "de":
        return swiss_spelling(example)
    if draw < 0.15:
        return speech(example)
    if draw < 0.20:
        return lower(example)
    if draw < 0.26:
        return typing_error(example, rng)
    if draw < 0.28:
        return emoji(example, rng)
    if draw < 0.31:
        return negation(example)
    if draw < 0.34:
        return asked(example, rng)
    if draw < 0.37 and "aspect" in example.annotated:
        return field(example, rng)
    return example


def joint(rng: random.Random) -> str:
    """Draw what stands between two texts that are joined into one."""
    return rng.choice(_JOINTS)
