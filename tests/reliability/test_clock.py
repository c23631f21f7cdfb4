"""No result and no resumption hangs on the clock."""

import itertools
import os
import time

import pytest

JUMPS = [0.0, -3.2e7, 4e9, -1.7e9, 60.0, -3600.0]  # a year back, beyond 2106, before 1975, summer time ...


@pytest.fixture
def jumping(monkeypatch):
    true, jump = time.time, itertools.cycle(JUMPS)
    monkeypatch.setattr(time, "time", lambda: true() + next(jump))


def test_a_jumping_clock_changes_no_byte(in_process, undisturbed, tmp_path, content, jumping):
    code, err, _ = in_process(tmp_path)
    assert code == 0, err
    assert content(tmp_path) == content(undisturbed)


def test_files_from_the_future_and_the_past_are_resumed(in_process, finished, undisturbed, content, jumping):
    for i, path in enumerate(sorted(p for p in finished.rglob("*") if p.is_file())):
        moment = [0, 4_000_000_000][i % 2]
        os.utime(path, (moment, moment))
    code, err, annotated = in_process(finished, "--resume")
    assert (code, annotated) == (0, []), err
    assert content(finished) == content(undisturbed)
