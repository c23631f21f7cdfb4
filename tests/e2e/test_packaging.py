"""What is built: the same bytes twice, everything inside, small enough, and no heavy dependency."""

import email
import re
import subprocess
import sys
import tarfile
import zipfile
from importlib.metadata import distribution

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

MEGABYTE = 1e6


def build(root, out):
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-d", str(out)], cwd=root, check=True, capture_output=True
    )
    [wheel], [sdist] = out.glob("*.whl"), out.glob("*.tar.gz")
    return wheel, sdist


@pytest.fixture(scope="module")
def built(root, tmp_path_factory):
    return build(root, tmp_path_factory.mktemp("dist"))


def test_a_second_build_has_the_same_bytes(built, root, tmp_path):
    assert [p.read_bytes() for p in build(root, tmp_path)] == [p.read_bytes() for p in built]


def test_the_wheel_holds_the_model_the_types_and_the_data_and_is_small(built, root):
    wheel, _ = built
    assert wheel.stat().st_size < 60 * MEGABYTE
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {"cxtext/py.typed", "cxtext/_encoder/manifest.json", "cxtext/data/annotation.schema.json"} <= names
    inside = {f"cxtext/_encoder/{p.name}" for p in (root / "models" / "encoder").iterdir() if p.is_file()}
    assert inside <= names
    sources = {
        str(p.relative_to(root)) for p in (root / "cxtext").rglob("*") if p.is_file() and "__pycache__" not in p.parts
    }
    assert sources <= names
    assert not [n for n in names if not n.startswith(("cxtext/", "cxtext-"))]


def test_the_source_distribution_can_build_the_wheel(built):
    _, sdist = built
    with tarfile.open(sdist) as archive:
        names = {n.split("/", 1)[1] for n in archive.getnames() if "/" in n}
    assert {"pyproject.toml", "models/encoder/manifest.json", "cxtext/__init__.py", "README.md", "LICENSE"} <= names


def test_the_metadata_says_what_a_reader_of_the_index_needs(built):
    wheel, _ = built
    archive = zipfile.ZipFile(wheel)
    [name] = [n for n in archive.namelist() if n.endswith(".dist-info/METADATA")]
    metadata = email.message_from_bytes(archive.read(name))
    assert metadata["License-Expression"] == "Apache-2.0"
    assert metadata["Requires-Python"] == ">=3.11"
    [entries] = [n for n in archive.namelist() if n.endswith("entry_points.txt")]
    assert b"cxtext = cxtext.__main__:main" in archive.read(entries)


def needed(core):
    """Give the distributions that the core needs, with their licences."""
    waiting, found = [Requirement(r) for r in core], {}
    while waiting:
        wanted = waiting.pop()
        dist = distribution(wanted.name)
        if canonicalize_name(wanted.name) in found:
            continue
        found[canonicalize_name(wanted.name)] = dist
        for further in map(Requirement, dist.requires or []):
            extras = [*wanted.extras] or [""]
            if further.marker is None or any(further.marker.evaluate({"extra": e}) for e in extras):
                waiting.append(further)
    return found


def test_the_core_needs_no_torch_and_every_dependency_is_listed_with_its_licence(root):
    import tomllib

    core = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    found = needed(core)
    assert not {"torch", "transformers", "sentence-transformers", "spacy"} & found.keys()
    text = (root / "docs" / "dependencies.md").read_text(encoding="utf-8")
    listed = dict(re.findall(r"^\| ([\w.-]+) \| ([^|]+?) \|", text, flags=re.MULTILINE))
    listed.pop("distribution")
    assert sorted(listed) == sorted(found)
    assert not [n for n, licence in listed.items() if re.search(r"\b(A?GPL|SSPL|BUSL)", licence)]


def test_every_distribution_of_the_core_is_pinned_for_the_tests(root):
    import tomllib

    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    pins = (root / "constraints.txt").read_text(encoding="utf-8")
    pinned = {canonicalize_name(line.split("==")[0]) for line in pins.splitlines() if "==" in line}
    assert set(needed(project["dependencies"])) <= pinned
    assert "torch==2.13.0" in pins
