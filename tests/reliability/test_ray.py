"""A Ray cluster gives the bytes of one process, also where workers and nodes die under it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cxtext.engines import shards
from cxtext.engines.cluster import on_ray
from cxtext.errors import MissingExtraError
from cxtext.pipeline import Pipeline
from cxtext.sources import read

SCRIPT = Path(__file__).with_name("on_two_nodes.py")
# Workers at the lowest priority, which is Ray's own choice, would starve on a machine that has something else to do.
QUICK = {"RAY_worker_niceness": "0", "RAY_USAGE_STATS_ENABLED": "0"}


@pytest.fixture
def here(feedback, tmp_path, monkeypatch, content):
    """What this process makes of the feedback."""
    monkeypatch.setattr(shards, "DOCUMENTS", 20)
    pipeline = Pipeline(["redact.v1", "language.v1", "segment.v1"])
    shards.annotate_shards(read(feedback), tmp_path / "here", pipeline=pipeline, key={})
    return content(tmp_path / "here")


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("lose", ["nothing", "a worker", "a node"])
def test_two_nodes_give_the_bytes_of_one_process(feedback, here, tmp_path, content, lose):
    pytest.importorskip("ray")
    done = subprocess.run(
        [sys.executable, str(SCRIPT), lose, str(feedback), str(tmp_path / "there")],
        env={**os.environ, **QUICK}, capture_output=True, text=True, timeout=500,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    assert content(tmp_path / "there") == here


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_command_line_starts_a_cluster_and_ends_it(feedback, tmp_path, content):
    pytest.importorskip("ray")
    config = tmp_path / "pipeline.toml"
    Pipeline(["redact.v1", "language.v1", "segment.v1"]).to_config(config)
    for engine in ("local", "ray"):
        command = [sys.executable, "-m", "cxtext.run", str(feedback), "--out", str(tmp_path / engine), "--quiet"]
        done = subprocess.run(
            [*command, "--config", str(config), "--engine", engine],
            env={**os.environ, **QUICK}, capture_output=True, text=True, timeout=500,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-3000:]
    assert content(tmp_path / "ray") == content(tmp_path / "local")


def test_without_ray_it_is_said_how_to_install_it(monkeypatch):
    monkeypatch.setattr("cxtext.engines.cluster.find_spec", lambda name: None)
    with pytest.raises(MissingExtraError, match=r"cxtext\[ray\]"):
        on_ray(Pipeline(["language.v1"]))
