"""A run that is killed loses nothing: ``--resume`` gives the bytes of a run that nobody disturbed."""

import random
import signal
import subprocess
import time
from contextlib import suppress

import pytest

POINTS = 30


@pytest.mark.parametrize("change", [31, 82], ids=["while annotating", "while writing the report"])
def test_killed_before_a_change_to_a_file(job, in_process, undisturbed, tmp_path, content, change):
    assert job.run(tmp_path, kill=change)[0] == -signal.SIGKILL
    code, err, _ = in_process(tmp_path, "--resume")
    assert code == 0, err
    assert content(tmp_path) == content(undisturbed)


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_killed_before_every_fourth_change_to_a_file(job, in_process, undisturbed, tmp_path, content):
    job.run(tmp_path / "whole", count=str(tmp_path / "count"))
    for point in range(1, int((tmp_path / "count").read_text()) + 1, 4):
        out = tmp_path / str(point)
        assert job.run(out, kill=point)[0] == -signal.SIGKILL
        in_process(out, "--resume")
        assert content(out) == content(undisturbed), f"killed before change {point}"


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_killed_at_random_moments(job, undisturbed, tmp_path, content):
    begun = time.monotonic()
    assert job.run(tmp_path / "timed")[0] == 0
    whole = time.monotonic() - begun
    rng, killed = random.Random(8), 0
    for point in range(POINTS):
        out = tmp_path / str(point)
        process = job.start(out)
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=rng.uniform(0.2, 1.0) * whole)
        process.kill()
        process.communicate()
        killed += process.returncode == -signal.SIGKILL
        code, err = job.run(out, "--resume")
        assert code == 0, err
        assert content(out) == content(undisturbed), f"killed at moment {point}"
    assert killed >= POINTS // 2, "most runs had ended before they were to be killed"


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_killed_again_and_again(job, in_process, undisturbed, tmp_path, content):
    for change in (12, 23, 30, 41, 52, 70):
        assert job.run(tmp_path, "--resume", kill=change)[0] == -signal.SIGKILL
    code, err, _ = in_process(tmp_path, "--resume")
    assert code == 0, err
    assert content(tmp_path) == content(undisturbed)
