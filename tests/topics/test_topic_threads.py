"""The same topics in another process and with another number of threads."""

import os
import subprocess
import sys

import pytest

# Clusters that run into each other, so that last bits would decide if there were any.
FIT = """
import hashlib
import numpy as np
from cxtext.topics.model import TopicModel

rng = np.random.default_rng(5)
vectors = rng.normal(size=(12, 48))[rng.integers(12, size=600)] + 1.6 * rng.normal(size=(600, 48))
vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
model = TopicModel().fit([f"Die Bahn hat Problem {n}" for n in range(600)], embeddings=vectors)
print(len(model.topics_), hashlib.sha256(model.labels_.tobytes()).hexdigest())
"""


def _fit(threads, hash_seed):
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    environment = os.environ | dict.fromkeys(names, threads) | {"PYTHONHASHSEED": hash_seed}
    done = subprocess.run([sys.executable, "-c", FIT], env=environment, capture_output=True, text=True, check=True)
    return done.stdout


@pytest.fixture(scope="module")
def alone():
    return _fit("1", "0")


@pytest.mark.parametrize(("threads", "hash_seed"), [("1", "1"), ("2", "2")], ids=["another process", "two threads"])
def test_labels_are_identical(alone, threads, hash_seed):
    assert _fit(threads, hash_seed) == alone
