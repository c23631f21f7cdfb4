"""The draw of mutants, and how what came of them is counted."""

from pathlib import Path

import pytest

pytest.importorskip("mutmut", reason="mutmut needs fork, and is not installed where there is none")

from benchmarks.mutants import draw, page

NAMES = [f"cxtext.drivers.causes.x_find__mutmut_{i}" for i in range(50)]


def test_a_draw_goes_by_its_seed_alone():
    drawn = draw(NAMES, 10, 3)
    assert len(set(drawn)) == 10
    assert set(drawn) <= set(NAMES)
    assert draw(NAMES[::-1], 10, 3) == drawn
    assert draw(NAMES, 10, 4) != drawn


@pytest.mark.parametrize("size", [0, 50, 51])
def test_asking_for_all_gives_all(size):
    assert draw(NAMES, size, 0) == sorted(NAMES)


def test_faults_that_end_a_process_or_never_end_are_noticed_and_untested_ones_are_not():
    found = dict(zip(NAMES, ["killed"] * 7 + ["timeout", "segfault", "survived", "no tests"], strict=False))
    drawn = {name: Path("spans.py" if i < 4 else "stage.py") for i, name in enumerate(found)}
    lines = page(drawn, found, 50).splitlines()
    assert lines[:2] == [f"no tests: {NAMES[10]}", f"survived: {NAMES[9]}"]
    assert [line.split() for line in lines[3:5]] == [
        ["4", "of", "4", "spans.py"],
        ["5", "of", "7", "stage.py"],
    ]
    assert lines[-1] == "9 of 11 noticed: 81.8% [52.3%, 94.9%], 1 of them by the time limit; drawn from 50"
