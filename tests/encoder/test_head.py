"""A calibrated linear head on frozen features: cxtext.encoder.head."""

import numpy as np
import pytest

from cxtext.encoder.head import (
    MIN_EXAMPLES,
    Head,
    assign_folds,
    check_examples,
    cross_validate,
    fit_correction,
    fit_head,
    fit_temperature,
    softmax,
)
from cxtext.errors import InputValueError


def cloud(classes, each=20, size=6, spread=0.5, seed=0):
    """Points around a place of their own for each class."""
    rng = np.random.default_rng(seed)
    places = rng.normal(size=(len(classes), size))
    labels = [c for c in classes for _ in range(each)]
    return np.concatenate([p + spread * rng.normal(size=(each, size)) for p in places]), labels


@pytest.mark.parametrize("classes", [["no", "yes"], ["a", "b", "c", "d"]])
def test_a_head_learns_what_can_be_told_apart(classes):
    features, labels = cloud(classes)
    head = fit_head(features, labels, strength=10)
    chances = head.probabilities(features)
    assert chances.shape == (len(labels), len(classes))
    assert chances.sum(axis=1) == pytest.approx(np.ones(len(labels)), abs=1e-5)
    found = [head.classes[i] for i in chances.argmax(axis=1)]
    assert np.mean([f == g for f, g in zip(found, labels, strict=True)]) > 0.95


def test_two_classes_give_scikit_learns_probabilities():
    from sklearn.linear_model import LogisticRegression

    features, labels = cloud(["no", "yes"], spread=2)
    centred = features - features.mean(axis=0)
    own = fit_head(features, labels, strength=1).probabilities(features)
    theirs = LogisticRegression(C=1, class_weight="balanced", max_iter=2000).fit(centred, labels)
    assert own == pytest.approx(theirs.predict_proba(centred), abs=1e-5)


def test_a_correction_of_no_opinion_is_a_head_of_its_own():
    features, labels = cloud(["a", "b", "c"], spread=2)
    own = fit_head(features, labels, strength=1).probabilities(features)
    corrected = fit_correction(features, np.zeros((len(labels), 3)), labels, strength=1, shift=100)
    assert corrected.probabilities(features) == pytest.approx(own, abs=2e-3)


def test_few_examples_leave_a_sure_model_as_it_is_and_many_overrule_it():
    features, labels = cloud(["a", "b"], each=200, spread=0.1)
    wrong = np.where(np.array(labels)[:, None] == np.array(["b", "a"]), 2.0, -2.0)

    def moved(each):
        chosen = [*range(each), *range(200, 200 + each)]
        head = fit_correction(features[chosen], wrong[chosen], [labels[i] for i in chosen], strength=0.1, shift=0.01)
        scores = wrong + head.scores(features)
        return np.mean([head.classes[i] == g for i, g in zip(scores.argmax(axis=1), labels, strict=True)])

    assert moved(2) < 0.05
    assert moved(200) > 0.95


def test_more_examples_of_one_class_do_not_make_it_likelier_as_such():
    rng = np.random.default_rng(0)
    features, labels = rng.normal(size=(110, 4)), ["a"] * 100 + ["b"] * 10
    head = fit_correction(features, np.zeros((110, 2)), labels, strength=1, shift=1 / 30)
    assert head.bias == pytest.approx([0, 0], abs=0.2)


def test_a_row_does_not_depend_on_its_neighbours():
    features, labels = cloud(["a", "b", "c"], size=384)
    head = fit_head(features, labels, strength=10)
    together = head.probabilities(features)
    order = np.random.default_rng(1).permutation(len(features))
    assert head.probabilities(features[order]).tobytes() == together[order].tobytes()
    for i in range(len(features)):
        assert head.probabilities(features[i : i + 1]).tobytes() == together[i : i + 1].tobytes()


def test_a_temperature_above_one_makes_less_sure():
    scores = np.array([[2.0, 0.0]])
    cold, warm = (Head(("a", "b"), np.eye(2), np.zeros(2), t).probabilities(scores)[0, 0] for t in (1.0, 4.0))
    assert cold > warm > 0.5


@pytest.mark.parametrize("true", [0.5, 1.0, 3.0])
def test_the_temperature_that_made_the_labels_is_found(true):
    rng = np.random.default_rng(0)
    scores = rng.normal(scale=3, size=(4000, 3))
    gold = np.array([rng.choice(3, p=p) for p in softmax(scores / true)])
    assert fit_temperature(scores, gold) == pytest.approx(true, rel=0.1)


def test_classes_with_too_few_examples_are_named_and_texts_are_not():
    texts = [f"geheim {i}" for i in range(20)]
    labels = ["Preis"] * 10 + ["Service"] * 7 + ["App"] * 3
    with pytest.raises(InputValueError, match=r"'App' has 3, 'Service' has 7; .* at least 8") as error:
        check_examples(texts, labels)
    assert "geheim" not in str(error.value)
    assert "Preis" not in str(error.value)


def test_repeated_texts_are_one_example():
    with pytest.raises(InputValueError, match="'b' has 1"):
        check_examples([f"{i}" for i in range(MIN_EXAMPLES)] + ["same"] * 20, ["a"] * MIN_EXAMPLES + ["b"] * 20)


def test_texts_with_two_labels_are_an_example_of_neither():
    texts = [f"{i}" for i in range(MIN_EXAMPLES)]
    with pytest.raises(InputValueError, match="'a' has 0, 'b' has 0"):
        check_examples(texts * 2, ["a"] * MIN_EXAMPLES + ["b"] * MIN_EXAMPLES)


def test_one_class_is_nothing_to_tell_apart():
    with pytest.raises(InputValueError, match="there is 1 class"):
        check_examples([str(i) for i in range(9)], ["a"] * 9)


def test_folds_hold_every_class_and_keep_a_text_together():
    texts = [f"{label}{i}" for label in "abc" for i in range(9)] + ["a0", "c1", "a0"]
    labels = [label for label in "abc" for _ in range(9)] + ["a", "b", "c"]
    folds = assign_folds(texts, labels)
    for text in set(texts):
        assert len({f for t, f in zip(texts, folds.tolist(), strict=True) if t == text}) == 1
    for label in "abc":
        own = [f for g, f in zip(labels, folds.tolist(), strict=True) if g == label]
        assert set(own) == set(range(5))


def test_folds_depend_on_texts_and_seed_and_not_on_the_order():
    texts, labels = [f"t{i}" for i in range(40)], ["x", "y"] * 20
    folds = assign_folds(texts, labels, seed=3)
    assert assign_folds(texts[::-1], labels[::-1], seed=3)[::-1].tolist() == folds.tolist()
    assert assign_folds(texts, labels, seed=4).tolist() != folds.tolist()


def test_no_text_is_judged_by_a_head_that_has_seen_it():
    seen = []
    folds = np.array([0, 1, 2] * 4)

    def predict(rest, own):
        seen.append((set(rest.tolist()), set(own.tolist())))
        return np.zeros((len(own), 2))

    found = cross_validate(np.array([0, 1] * 6), folds, predict)
    assert all(not rest & own and len(rest | own) == 12 for rest, own in seen)
    assert found.probabilities == pytest.approx(np.full((12, 2), 0.5))
