"""Two runs in one folder: the second is told, and touches nothing."""

import os
import signal
import time

import pytest

from cxtext.engines.lock import LOCK, locked
from cxtext.errors import OutputExistsError


def test_a_second_run_is_refused_while_the_first_is_at_work(job, in_process, undisturbed, tmp_path, content):
    out, reached, go_on = tmp_path / "out", tmp_path / "reached", tmp_path / "go_on"
    first = job.start(out, wait=[str(reached), str(go_on)])
    while not reached.exists():
        assert first.poll() is None, first.communicate()
        time.sleep(0.01)
    before = content(out)
    for option in ("--resume", "--force"):
        code, err, _ = in_process(out, option)
        assert code == 2
        assert "another run is writing into" in err
    assert content(out) == before
    go_on.touch()
    _, err = first.communicate(timeout=240)
    assert first.returncode == 0, err
    assert content(out) == content(undisturbed)


def test_the_lock_of_a_killed_run_is_no_hindrance(tmp_path):
    child = os.fork()
    if child == 0:
        with locked(tmp_path):
            os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)
    assert (tmp_path / LOCK).exists()
    with locked(tmp_path):
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_folder_is_locked_once_only_and_free_afterwards(tmp_path):
    for _ in range(2):
        with (
            locked(tmp_path / "out"),
            pytest.raises(OutputExistsError, match="another run"),
            locked(tmp_path / "out"),
        ):
            pass
    assert list((tmp_path / "out").iterdir()) == []


def test_a_file_is_no_folder(tmp_path):
    (tmp_path / "out").write_text("mine")
    with pytest.raises(OutputExistsError, match="is a file"), locked(tmp_path / "out"):
        pass
