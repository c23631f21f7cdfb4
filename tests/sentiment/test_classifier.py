"""Sentiment as a scikit-learn style classifier."""

import random

import numpy as np
import pytest
from sklearn.base import clone

from cxtext.errors import InputTypeError, InputValueError
from cxtext.sentiment.classifier import SentimentClassifier

CLEAR = [
    ("Alles super, vielen Dank!", "positive"),
    ("Sehr freundliches Personal, ich bin rundum zufrieden.", "positive"),
    ("Excellent service, I love it!", "positive"),
    ("Der Service war eine Katastrophe.", "negative"),
    ("Terrible service, never again.", "negative"),
    ("Absolute Frechheit, ich bin stinksauer!", "negative"),
]


@pytest.mark.parametrize(("text", "label"), CLEAR)
def test_clear_cases_are_clear(text, label):
    assert SentimentClassifier().predict([text]).tolist() == [label]


def test_probabilities_have_a_row_a_text_and_sum_to_one():
    chances = SentimentClassifier().predict_proba([t for t, _ in CLEAR])
    assert chances.shape == (len(CLEAR), 3)
    assert chances.dtype == np.float64
    assert chances.sum(axis=1) == pytest.approx(np.ones(len(CLEAR)), abs=2e-6)
    assert (chances == np.round(chances, 6)).all()


def test_columns_stand_in_the_order_of_classes():
    classifier = SentimentClassifier()
    assert classifier.classes_.tolist() == ["negative", "neutral", "positive"]
    chances = classifier.predict_proba([t for t, _ in CLEAR])
    assert classifier.classes_[chances.argmax(axis=1)].tolist() == classifier.predict([t for t, _ in CLEAR]).tolist()


def test_texts_without_words_are_neutral():
    assert SentimentClassifier().predict_proba(["", " \n"]).tolist() == [[0, 1, 0], [0, 1, 0]]


def test_one_string_is_one_row_and_no_texts_are_no_rows():
    classifier = SentimentClassifier()
    assert classifier.predict_proba("Gut").shape == (1, 3)
    assert classifier.predict_proba([]).shape == (0, 3)
    assert classifier.predict([]).shape == (0,)


def test_a_row_does_not_depend_on_its_neighbours():
    texts = [t for t, _ in CLEAR] + ["Der Preis ist okay. " * 90, "👍", "\ud83d"]
    classifier = SentimentClassifier()
    together = classifier.predict_proba(texts)
    order = list(range(len(texts)))
    random.Random(0).shuffle(order)
    assert classifier.predict_proba([texts[i] for i in order]).tobytes() == together[order].tobytes()
    for text, row in zip(texts, together, strict=True):
        assert classifier.predict_proba(text)[0].tobytes() == row.tobytes()


def test_it_is_a_scikit_learn_estimator():
    classifier = SentimentClassifier(threads=1)
    assert clone(classifier).get_params() == {"folder": None, "threads": 1}
    assert classifier.fit(["a"], ["positive"]) is classifier
    assert classifier.set_params(threads=0).threads == 0
    with pytest.raises(InputValueError, match="no parameter 'alpha'"):
        classifier.set_params(alpha=1)


def test_a_bad_item_is_named():
    with pytest.raises(InputTypeError, match="item 1 must be a str, got float"):
        SentimentClassifier().predict(["gut", float("nan")])
