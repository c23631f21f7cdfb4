"""Agreement of labels: cxtext.analysis.agreement."""

import numpy as np
import pytest
from sklearn.metrics import f1_score, precision_recall_fscore_support

from cxtext.analysis.agreement import agree
from cxtext.errors import InputValueError

GOLD = ["Preis"] * 5 + ["Personal"] * 3 + ["App"] * 2
FOUND = ["Preis", "Preis", "App", "Preis", "Personal", "Personal", "Personal", "Preis", "App", "Preis"]


def test_figures_are_those_of_scikit_learn():
    found = agree(GOLD, FOUND)
    assert found.macro_f1.value == pytest.approx(f1_score(GOLD, FOUND, average="macro"), abs=1e-6)
    assert found.micro_f1.value == pytest.approx(f1_score(GOLD, FOUND, average="micro"), abs=1e-6)
    labels = [c.label for c in found.classes]
    for name, values in zip(
        ("precision", "recall", "f1", "n"), precision_recall_fscore_support(GOLD, FOUND, labels=labels), strict=True
    ):
        assert [getattr(c, name) for c in found.classes] == pytest.approx(values.tolist(), abs=1e-6)


def test_the_confusion_table_has_gold_as_rows():
    found = agree(GOLD, FOUND, order=["Preis", "Personal"])
    assert found.labels == ("Preis", "Personal", "App")
    assert found.confusion == ((3, 1, 1, 0), (1, 2, 0, 0), (1, 0, 1, 0))


def test_a_missing_prediction_is_wrong_but_no_class():
    found = agree(["a", "a", "b"], ["a", None, "b"], [0.9, 0.0, 0.8])
    assert [c.label for c in found.classes] == ["a", "b"]
    assert found.classes[0].recall == 0.5
    assert found.micro_f1.value == pytest.approx(2 * 2 / (3 + 2), abs=1e-6)
    assert found.calibration_error == pytest.approx(0.15, abs=1e-6)


def test_a_class_that_only_the_model_gives_lowers_precision_elsewhere_and_is_shown():
    found = agree(["a", "a"], ["a", "z"])
    assert [(c.label, c.n, c.recall, c.f1) for c in found.classes] == [("a", 2, 0.5, 0.666667), ("z", 0, None, None)]
    assert found.macro_f1.value == 0.666667


def test_intervals_hold_the_value_and_narrow_with_more_texts():
    few, many = agree(GOLD, FOUND), agree(GOLD * 50, FOUND * 50)
    for estimate in (few.macro_f1, few.micro_f1, many.macro_f1):
        assert estimate.low <= estimate.value <= estimate.high
    assert many.macro_f1.high - many.macro_f1.low < few.macro_f1.high - few.macro_f1.low


def test_figures_do_not_depend_on_the_order_of_rows():
    confidence = np.linspace(0.4, 0.99, 10).tolist()
    order = np.random.default_rng(0).permutation(10)
    one = agree(GOLD, FOUND, confidence)
    two = agree([GOLD[i] for i in order], [FOUND[i] for i in order], [confidence[i] for i in order])
    assert one.to_dict() == two.to_dict()


@pytest.mark.parametrize(("confidence", "error"), [([1.0, 1.0, 1.0, 1.0], 0.25), ([0.75] * 4, 0.0), ([0.5] * 4, 0.25)])
def test_the_calibration_error_is_the_gap_between_confidence_and_accuracy(confidence, error):
    assert agree(["a", "a", "b", "b"], ["a", "a", "b", "a"], confidence).calibration_error == pytest.approx(error)


def test_nothing_to_compare_is_an_error():
    with pytest.raises(InputValueError, match="no labelled texts"):
        agree([], [])
