"""Runs of the batch job in processes of their own; see ``job.py``."""

import importlib.util
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from cxtext.engines import local, shards
from cxtext.run import main

_path = Path(__file__).parents[1] / "engines" / "conftest.py"
_spec = importlib.util.spec_from_file_location("tiny_pipeline", _path)
_module = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_module)

tiny = _module.tiny

JOB = Path(__file__).with_name("job.py")
THINGS = ["Die Lieferung", "Die App", "Die Beratung", "The delivery", "The price", "Die Hotline"]
MOODS = ["ist langsam", "war freundlich", "ist teuer", "was slow", "war unfreundlich", "ist kaputt", "war pünktlich"]


def row(i):
    return {"text": f"{THINGS[i % 6]} {MOODS[i % 7]}, Fall {i}.", "nps": i * 7 % 11, "channel": "survey"}


@pytest.fixture(scope="session")
def feedback(tmp_path_factory):
    """A file with 230 comments: twelve shards, the last one not full."""
    path = tmp_path_factory.mktemp("feedback") / "feedback.jsonl"
    path.write_text("".join(json.dumps(row(i), ensure_ascii=False) + "\n" for i in range(230)), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def content():
    """Gives all files of a folder with their bytes."""
    return lambda folder: {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


class Job:
    """Starts the batch job over a file into a folder."""

    def __init__(self, feedback):
        self.feedback = feedback

    def start(self, out, *options, before=(), **asked):
        arguments = [str(a) for a in (self.feedback, "--out", out, "--quiet", *options)]
        command = [*before, sys.executable, str(JOB), json.dumps(asked), *arguments]
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def run(self, out, *options, **asked):
        """Give the exit code and what was said to stderr."""
        process = self.start(out, *options, **asked)
        _, err = process.communicate(timeout=240)
        return process.returncode, err


@pytest.fixture(scope="session")
def job(feedback):
    return Job(feedback)


@pytest.fixture(scope="session")
def undisturbed(feedback, tmp_path_factory, tiny):
    """The folder of a run that nothing disturbed."""
    out = tmp_path_factory.mktemp("undisturbed") / "out"
    with pytest.MonkeyPatch.context() as patch:
        _small_and_without_model(patch, tiny)
        assert main([str(feedback), "--out", str(out), "--quiet"]) == 0
    return out


@pytest.fixture
def finished(undisturbed, tmp_path):
    """A copy of that folder which lacks its manifest: a run that goes on reads its parts and its journal."""
    out = tmp_path / "finished"
    shutil.copytree(undisturbed, out)
    (out / "manifest.json").unlink()
    return out


@pytest.fixture
def in_process(feedback, monkeypatch, capsys, tiny):
    """Runs the job in this process; gives exit code, stderr, and how many documents of each shard it annotated."""
    _small_and_without_model(monkeypatch, tiny)
    annotated = []
    to_bytes = shards.to_bytes
    monkeypatch.setattr(shards, "to_bytes", lambda found: annotated.append(len(found)) or to_bytes(found))

    def run(out, *options):
        annotated.clear()
        code = main([str(a) for a in (feedback, "--out", out, "--quiet", *options)])
        return code, capsys.readouterr().err, list(annotated)

    return run


def _small_and_without_model(patch, tiny):
    patch.setattr(shards, "DOCUMENTS", 20)
    patch.setattr(local, "_default", dict.fromkeys(local.REDACTIONS, tiny))
    patch.setattr("cxtext.encoder.encode", _module.hashed_bag_of_words)
    patch.setattr("cxtext.encoder.encode_subjects", _module.hashed_bag_of_words)
