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


# Tests that start programs, a service or a browser, or read hostile input. The fast suite leaves out what begins so.
THOROUGH = (
    "e2e",
    "reliability",
    "security",
    "service",
    "test_client",
    "test_docs",
    "test_readme",
    "test_serve",
    "test_site",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark them, room by room."""
    here = Path(__file__).parent
    for item in items:
        inside = item.path.is_relative_to(here) and item.path.relative_to(here).as_posix().startswith(THOROUGH)
        if inside or item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.thorough)


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


# What customers might write, with a category each; one word of every sentence changes.
_SAID = {
    "Preis": [
        "Das Ticket nach {} ist viel zu teuer.",
        "The fare to {} costs far too much.",
        "Der Preis für {} ist gestiegen.",
    ],
    "Pünktlichkeit": [
        "Der Zug nach {} kam eine Stunde zu spät.",
        "The train to {} was late again.",
        "Die Verspätung in {} war ärgerlich.",
    ],
    "Personal": [
        "Die Mitarbeiterin in {} war sehr freundlich.",
        "The staff in {} were kind and helpful.",
        "Der Schaffner aus {} hat nett geholfen.",
    ],
}
_PLACES = ["Bern", "Köln", "Graz", "Leeds", "Zürich", "Bonn", "Hull"]


@pytest.fixture(scope="session")
def labelled() -> list[dict[str, str]]:
    """Labelled rows of three categories, ten each, in German and English."""
    return [
        {"Kommentar": patterns[i % 3].format(_PLACES[i % 7]), "Kategorie": label}
        for label, patterns in _SAID.items()
        for i in range(10)
    ]


_MOODS = {
    "positiv": ["Alles bestens in {}, vielen Dank!", "Great service in {}, I love it."],
    "neutral": ["Ich war am Montag in {}.", "I travelled to {} by train."],
    "Negativ": ["Absolut enttäuschend in {}, nie wieder.", "Terrible experience in {}, never again."],
}


@pytest.fixture(scope="session")
def moods() -> list[dict[str, str]]:
    """Rows labelled with sentiment, German names, ten each."""
    return [
        {"Kommentar": patterns[i % 2].format(_PLACES[i % 7]), "Stimmung": label}
        for label, patterns in _MOODS.items()
        for i in range(10)
    ]
