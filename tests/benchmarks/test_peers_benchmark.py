"""Tools are compared on the same texts, and what only one of them looks for is told apart."""

import pytest

from benchmarks import tables
from benchmarks.peer_presidio import TYPES
from benchmarks.peers import DRAWS, NOT_ALIKE, SHARED, SHOTS, between_seeds, few, mean_of, of_both, pooled, rate
from benchmarks.pii import ENGLISH, GERMAN
from cxtext.text.recognisers import Hit
from models.recipe.data import LABELS, Example

EXAMPLES = [Example(f"{label} {i}", "de", "set", label) for label in LABELS for i in range(SHOTS + 20)]
FOUND = [
    {"lang": "de", "type": "email", "n": 3, "found": 3},
    {"lang": "de, later", "type": "email", "n": 1, "found": 0},
    {"lang": "de", "type": "name", "n": 9, "found": 9},
    {"lang": "en", "type": "email", "n": 9, "found": 9},
]


def test_a_draw_has_as_many_texts_of_each_class_and_is_the_same_every_time():
    drawn = few(EXAMPLES, 0)
    assert [e.label for e in drawn] == [label for label in LABELS for _ in range(SHOTS)]
    assert drawn == few(EXAMPLES, 0)
    assert len({tuple(few(EXAMPLES, seed)) for seed in range(DRAWS)}) == DRAWS


def test_all_items_are_read_however_few_are_timed():
    found, speed = rate(lambda items: [i + 1 for i in items], [1, 2, 3])
    assert found == [2, 3, 4]
    assert speed > 0


def test_figures_of_draws_are_shown_as_their_mean_and_between_which_they_lie():
    assert mean_of([{"value": v, "texts_per_second": 1.0} for v in (0.2, 0.6)]) == {
        "value": 0.4,
        "between": [0.2, 0.6],
        "texts_per_second": 1.0,
    }


def test_runs_that_cluster_alike_under_other_numbers_are_the_same():
    assert between_seeds([[0, 0, 1, 1], [1, 1, 0, 0], [0, 0, 1, 1]]) == 1


def test_later_templates_count_for_their_language():
    row = pooled(FOUND, "de", "email".__eq__)
    assert (row["n"], row["found"]) == (4, 3)
    assert pooled(FOUND, "de", "iban".__eq__) is None


def test_what_one_tool_alone_looks_for_is_left_out_of_the_like_for_like_figure():
    hits = [Hit(kind, 0, 1, 1.0, "any") for kind in (*sorted(NOT_ALIKE), "email")]
    assert [h.type for h in of_both(lambda text, lang: hits, "x", "de")] == ["email"]


@pytest.mark.parametrize("labelled", [GERMAN, ENGLISH], ids=["de", "en"])
def test_what_both_have_patterns_for_is_labelled_and_found_under_that_name(labelled):
    shared = SHARED["de" if labelled is GERMAN else "en"]
    assert shared <= set(labelled.values())
    assert shared <= set(TYPES.values())


def test_the_table_says_what_was_left_out_and_what_trained():
    row = {"set": "s", "lang": "de", "n": 3, "tool": "t", "labelled": None, "measure": "m", "value": 0.5,
           "texts_per_second": 1234.5}  # fmt: skip
    topics = {"task": "topics", "between": [0.4, 0.6], "ARI": 0.1, "topics": 7, "classes": 9, "unassigned": 0.25,
              "same_with_other_seeds": 0.8, "seconds": 2.0}  # fmt: skip
    result = {
        "library": "1", "encoder": 4, "limit": None, "versions": {"peer": "2"},
        "machine": {"processor": "p", "cores": 2, "threads": 2},
        "rows": [row | topics, row | {"task": "sentiment", "low": 0.3, "high": 0.7, "trained": False}],
    }  # fmt: skip
    *_, first, second, _ = tables.peers(result)
    assert "0.500 [0.400, 0.600]" in first
    assert "7 topics for 9 classes, unassigned 25.0%" in first
    assert "0.500 [0.300, 0.700] | trains cxtext: no | 1,234 |" in second
