"""Agreement as plain text: cxtext.report.agreement."""

from cxtext.analysis.agreement import agree
from cxtext.report.agreement import as_text, table


def test_figures_classes_and_confusion_are_shown_with_n_and_interval():
    shown = as_text(agree(["gut", "gut", "schlecht"], ["gut", "schlecht", "schlecht"], [0.9, 0.6, 0.7]))
    assert "macro-F1 0.667 (" in shown
    assert "n = 3" in shown
    assert "ECE" in shown
    assert "gold / predicted  gut  schlecht" in shown


def test_long_names_are_numbered_so_that_the_table_fits():
    names = [f"Eine ziemlich lange Kategorie Nummer {i}" for i in range(4)]
    shown = as_text(agree(names, names))
    block = shown[shown.index("gold / predicted") :].splitlines()
    assert block[0].split()[3:] == ["1", "2", "3", "4"]
    assert block[1].startswith("1 Eine ziemlich lange")


def test_many_classes_give_the_commonest_confusions():
    names = [f"k{i:02}" for i in range(14)]
    shown = as_text(agree([*names, "k00", "k00", "k05"], [*names, "k01", "k01", "k06"]))
    rows = shown[shown.index("gold  predicted") :].splitlines()
    assert [row.split() for row in rows[1:]] == [["k00", "k01", "2"], ["k05", "k06", "1"]]


def test_a_class_without_gold_has_no_recall():
    assert ["z", "0", "0.000", "-", "-"] in [line.split() for line in as_text(agree(["a"], ["z"])).splitlines()]


def test_cells_stand_in_columns():
    assert table([["a", "n"], ["bbb", "10"]]) == "a     n\nbbb  10"
