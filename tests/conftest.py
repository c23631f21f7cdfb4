"""Fixtures for tests of more than one room."""

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# One thread for linear algebra: two cores running many small tests are slower with more, and sums keep their order.
for _variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_variable, "1")
# Nothing may be looked up: sockets are closed in tests, and libraries that know hubs are told so.
os.environ.setdefault("HF_HUB_OFFLINE", "1")

# The same examples in every run, and none fails for being slow on a busy machine.
settings.register_profile("house", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")


@pytest.fixture(scope="session")
def root() -> Path:
    """Root of the checkout."""
    return Path(__file__).parents[1]


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of a Chromium or Chrome; without one, tests are skipped on a desk and fail in continuous integration."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        found = shutil.which(name)
        if found and shutil.which("chromedriver"):
            return found
    reason = "no Chromium with chromedriver is installed; .ci/install-chromium installs it on Debian and Ubuntu"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)
