"""The notebooks run from top to bottom, and show what is committed."""

import importlib.util
import re
from pathlib import Path

import jupytext
import nbformat
import pytest

FOLDER = Path(__file__).parents[2] / "notebooks"

_spec = importlib.util.spec_from_file_location("execute_notebooks", FOLDER / "execute.py")
execute = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(execute)

# One in each run of the tests; all of them before a release and in continuous integration's long run.
FAST = {"01-first-look"}
RUNS = [pytest.param(n, marks=[] if n in FAST else [pytest.mark.slow], id=n) for n in execute.NAMES]
every = pytest.mark.parametrize("name", execute.NAMES)

MEGABYTE = 1e6
# Places on the machine that ran a notebook, and addresses of objects in its memory.
MACHINE = re.compile(r"(?<![\w.:/])/(?:root|home|tmp|work|usr|opt|Users|private|var)/|[A-Z]:\\|0x[0-9a-f]{6,}")


def committed(name):
    return nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)


def shown(notebook):
    """Give all that cells show in words, cell by cell: pictures and execution counts aside."""
    found = []
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            texts = {k: v for k, v in output.get("data", {}).items() if k.startswith("text/")}
            found.append((cell["id"], output["output_type"], output.get("name"), output.get("text"), texts))
    return found


@pytest.mark.timeout(420)
@pytest.mark.parametrize("name", RUNS)
def test_a_notebook_runs_and_shows_what_is_committed(name):
    # Where results were meant to change: python notebooks/execute.py, and read what they say now.
    assert shown(execute.executed(name)) == shown(committed(name))


@every
def test_script_and_notebook_have_the_same_cells(name):
    script, notebook = jupytext.read(FOLDER / f"{name}.py"), committed(name)
    assert [(c.cell_type, c.source) for c in notebook.cells] == [(c.cell_type, c.source) for c in script.cells]


@every
def test_a_notebook_was_run_in_order_without_errors_or_warnings(name):
    code = [c for c in committed(name).cells if c.cell_type == "code"]
    assert [c.execution_count for c in code] == list(range(1, len(code) + 1))
    outputs = [o for c in code for o in c.outputs]
    assert not [o for o in outputs if o.output_type == "error" or o.get("name") == "stderr"]


@every
def test_outputs_name_no_place_on_the_machine_that_made_them(name):
    assert not [found[0] for text in shown(committed(name)) if (found := MACHINE.search(str(text)))]


@every
def test_a_notebook_is_small_and_explains_itself(name):
    assert (FOLDER / f"{name}.ipynb").stat().st_size < 1.5 * MEGABYTE
    cells = committed(name).cells
    assert cells[0].source.startswith("# "), "a title"
    words = sum(len(c.source.split()) for c in cells if c.cell_type == "markdown")
    longest = max(len(c.source.splitlines()) for c in cells if c.cell_type == "code")
    assert words >= 200, "prose"
    assert longest <= 30, "short cells"


def test_every_notebook_is_linked_from_the_page_about_them(root):
    page = (root / "docs" / "notebooks.md").read_text(encoding="utf-8")
    assert re.findall(r"\(\.\./notebooks/([^)]+)\.ipynb\)", page) == list(execute.NAMES)
