"""An encoder that knows a few subjects in both languages, and texts about them."""

import hashlib
from dataclasses import dataclass

import numpy as np
import pytest

# Subject: German and English words, and openings and endings that say nothing about it.
SUBJECTS = {
    "train": (["Der Zug", "Die Züge", "Dieser Zug"], ["The train", "Our train", "This train"]),
    "staff": (["Das Personal", "Unser Personal", "Ihr Personal"], ["The staff", "Your staff", "This staff"]),
    "price": (["Der Fahrpreis", "Dieser Fahrpreis", "Ihr Fahrpreis"], ["The fare", "This fare", "Your fare"]),
    "app": (["Die App", "Ihre App", "Diese App"], ["The app", "Your app", "This app"]),
}
GERMAN_ENDINGS = ["ist wirklich gut", "war leider nicht gut", "ist nicht das, was ich erwarte", "hat mich überrascht"]
ENGLISH_ENDINGS = ["is really good", "was not good at all", "is not what I expect", "has surprised me"]
DIMENSIONS = 32


@dataclass(frozen=True)
class StubEncoder:
    """Subject, language and a little noise that depends on the text alone."""

    noise: float = 0.25
    language: float = 1.5

    def encode(self, texts):
        return np.array([self._row(text) for text in texts], dtype=np.float32).reshape(len(texts), DIMENSIONS)

    def _row(self, text):
        if not text.strip():
            return np.zeros(DIMENSIONS)
        row = np.zeros(DIMENSIONS)
        for i, (german, english) in enumerate(SUBJECTS.values()):
            row[i] += any(text.startswith(start) for start in german + english)
            row[10] += self.language * any(text.startswith(start) for start in english)
        seed = int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:8], "big")
        row += self.noise * np.random.default_rng(seed).normal(size=DIMENSIONS) / DIMENSIONS**0.5
        row[20] += 3.0  # what all texts have in common
        return row / np.linalg.norm(row)


@pytest.fixture
def encoder():
    return StubEncoder()


@pytest.fixture
def planted():
    """192 texts in the two languages, the subject of each, and its language."""
    texts, subjects, languages = [], [], []
    for subject, (german, english) in SUBJECTS.items():
        for language, starts, endings in (("de", german, GERMAN_ENDINGS), ("en", english, ENGLISH_ENDINGS)):
            for start in starts:
                for ending in endings:
                    for mark in (".", "!"):
                        texts.append(f"{start} {ending}{mark}")
                        subjects.append(subject)
                        languages.append(language)
    return texts, subjects, languages
