"""Many different texts, and the shipped encoder."""

import random

import pytest

from cxtext.encoder.runtime import load

_DE = [
    "Die {n} war {p}.",
    "{n} und Preis {p}!",
    "Leider ist die {n} {p}, aber die Beratung war super 👍.",
    "Warum ist die {n} so {p}?",
    "Ich warte seit {k} Tagen auf die {n}; das ist {p}.",
    "{n}: {p}",
    "Danke für die {n}!!! {p} 😡🙏🏽",
    "ok",
    "Die Grösse der {n} ist {p}.",
    "Kein {n}-Mitarbeiter erreichbar – {p}, weil die Hotline {k} Minuten dauert.",
]
_EN = [
    "The {n} was {p}.",
    "{n} and price {p}!",
    "Sadly the {n} is {p}, but the advice was great 👍.",
    "Why is the {n} so {p}?",
    "I've been waiting {k} days for the {n}; that's {p}.",
    "{n}: {p}",
    "Thanks for the {n}!!! {p} 😡🙏🏽",
    "fine",
    "It doesn't work: {n} \ud83d {p}.",
    "No {n} staff to be reached - {p}, because the hotline takes {k} minutes.",
]
_WORDS = {
    "de": (
        ["Lieferung", "App", "Kundenhotline", "Rechnung", "Filiale", "Versandkostenpauschale"],
        ["schlecht", "top", "zu teuer", "okay", "nicht übel"],
    ),
    "en": (
        ["delivery", "app", "hotline", "invoice", "branch", "onboarding"],
        ["bad", "great", "too expensive", "okay", "not bad"],
    ),
}


def make_texts(count, seed=0):
    """Different German and English texts of one word to several windows, all different from each other."""
    rng = random.Random(seed)
    texts = []
    for number in range(count):
        language, patterns = rng.choice([("de", _DE), ("en", _EN)])
        nouns, moods = _WORDS[language]
        # Most comments are short; some are longer than the encoder's window.
        sentences = rng.choice([1, 1, 1, 2, 2, 3, 5, 8, 40 if number % 16 == 0 else 4])
        parts = [
            rng.choice(patterns).format(n=rng.choice(nouns), p=rng.choice(moods), k=rng.randrange(2, 99))
            for _ in range(sentences)
        ]
        texts.append(rng.choice([" ", " ", "\n"]).join([*parts, f"Nr. {number}"]))
    return texts


@pytest.fixture(scope="session")
def varied():
    """Give a maker of varied texts: ``varied(count, seed)``."""
    return make_texts


@pytest.fixture(scope="session")
def runtime():
    return load()
