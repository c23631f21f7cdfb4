"""The documentation as a site: every link leads somewhere, and nothing is fetched from elsewhere."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def site(root, tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)],
        cwd=root,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def test_every_page_of_the_documentation_is_built(site, root):
    for page in (root / "docs").rglob("*.md"):
        assert (site / page.relative_to(root / "docs").with_suffix(".html")).is_file(), page
    assert "What it does not do" in (site / "index.html").read_text(encoding="utf-8")


def test_nothing_is_fetched_from_elsewhere(site):
    for page in site.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert not re.findall(r"<(?:script|link|img|iframe)\b[^>]*(?:src|href)=[\"']?https?:", text), page


@pytest.mark.parametrize(
    ("page", "name"),
    [
        ("annotate", "annotate"), ("annotate", "aannotate"), ("annotate", "to_frame"), ("annotate", "Document"),
        ("annotate", "Segment"), ("annotate", "Annotation"), ("analyse", "analyze"), ("analyse", "Analysis"),
        ("analyse", "key_drivers"), ("estimators", "TopicModel"), ("estimators", "Encoder"), ("estimators", "encode"),
        ("estimators", "SentimentClassifier"), ("pipelines", "Pipeline"), ("errors", "CxtextError"),
    ],
)  # fmt: skip
def test_every_public_name_is_in_the_reference(site, page, name):
    text = (site / "reference" / f"{page}.html").read_text(encoding="utf-8")
    assert re.search(rf'id="cxtext\.[\w.]*\b{name}"', text)


def test_docstrings_show_no_marks_of_another_tool(site):
    for page in Path(site / "reference").glob("*.html"):
        assert not re.search(r":(?:class|func|meth|mod):", page.read_text(encoding="utf-8")), page
