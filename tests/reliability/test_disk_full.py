"""A full disk ends the run with a message; with room again, it goes on to the same bytes."""

import subprocess
import sys

import pytest

from cxtext.engines import durable

# A file system of its own in a mount namespace of its own, which goes with its last process.
MOUNT = 'mkdir -p "$0" && mount -t tmpfs -o size="$1" tmpfs "$0" && shift && exec "$@"'


def can_mount(folder):
    if sys.platform != "linux":
        return False
    probe = ["unshare", "-m", "sh", "-c", MOUNT, str(folder), "1m", "true"]
    try:
        return subprocess.run(probe, capture_output=True, timeout=60).returncode == 0
    except OSError:
        return False


@pytest.mark.slow
def test_a_full_file_system(job, undisturbed, tmp_path, content):
    """The kernel's own ENOSPC, on a small file system in memory; needs the right to mount one."""
    disk, kept = tmp_path / "disk", tmp_path / "kept"
    if not can_mount(disk):
        pytest.skip("no right to mount a file system; the limit on the size of files is tested all the same")
    # What was written is carried out before the file system goes with the process.
    script = 'cd "$1"; shift; "$@"; code=$?; cp -r out/. "$KEPT"; exit $code'
    for size in ("40k", "100k", "160k"):
        kept.mkdir()
        mounted = ["unshare", "-m", "sh", "-c", MOUNT, str(disk), size, "env", f"KEPT={kept}"]
        process = job.start(disk / "out", before=[*mounted, "sh", "-c", script, "sh", str(disk)])
        _, err = process.communicate(timeout=240)
        assert process.returncode == 1, err
        assert "No space left on device" in err
        assert "--resume" in err
        assert "Traceback" not in err
        code, err = job.run(kept, "--resume")
        assert code == 0, err
        assert content(kept) == content(undisturbed)
        kept.rename(tmp_path / size)


@pytest.mark.slow
@pytest.mark.parametrize("size", [10_000, 13_000, 100_000])
def test_a_limit_on_the_size_of_files(job, undisturbed, tmp_path, content, size):
    """The kernel refuses to let a file grow: a part, and the report."""
    code, err = job.run(tmp_path, file_size=size)
    assert code == 1, err
    assert "File too large" in err
    assert "Traceback" not in err
    code, err = job.run(tmp_path, "--resume")
    assert code == 0, err
    assert content(tmp_path) == content(undisturbed)


@pytest.mark.parametrize("write", [0, 1, 5, 13], ids=["the journal", "the first part", "a later part", "the last part"])
def test_a_write_that_finds_no_room(in_process, undisturbed, tmp_path, content, monkeypatch, write):
    """The same in this process, at a chosen write: the flush to disk is where a full disk may show itself last."""
    writes = iter(range(1000))
    fsync = durable.os.fsync

    def full(descriptor):
        if next(writes) == write:
            raise OSError(28, "No space left on device")
        fsync(descriptor)

    monkeypatch.setattr(durable.os, "fsync", full)
    code, err, _ = in_process(tmp_path)
    assert code == 1
    assert "No space left on device" in err
    assert "--resume" in err
    assert not list(tmp_path.rglob("*.tmp"))
    monkeypatch.setattr(durable.os, "fsync", fsync)
    code, err, _ = in_process(tmp_path, "--resume")
    assert code == 0, err
    assert content(tmp_path) == content(undisturbed)
