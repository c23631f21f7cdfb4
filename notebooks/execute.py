"""Execute notebooks and write what they show: ``python notebooks/execute.py [NAME...]``, all without a name.

A notebook is written as a script with cell marks (``NAME.py``, the percent format of jupytext), which is what is edited
and reviewed. Beside it lies the same with outputs (``NAME.ipynb``), which is what readers open. This makes the second
from the first, the same bytes each time but for pictures. It needs the extra ``notebooks``.
"""

import os
import sys
from pathlib import Path

import jupytext
import nbformat
from nbclient import NotebookClient

HERE = Path(__file__).parent
NAMES = tuple(sorted(p.stem for p in HERE.glob("[0-9]*.py")))
SECONDS = 300

# What a kernel gets beside the environment of this process: one thread for linear algebra, so that two runs add up in
# the same order, and no look-ups.
QUIET = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "HF_HUB_OFFLINE": "1",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    "PYTHONHASHSEED": "0",
}


def read(name: str) -> nbformat.NotebookNode:
    """Read a script as a notebook without outputs."""
    notebook = jupytext.read(HERE / f"{name}.py")
    for number, cell in enumerate(notebook.cells, start=1):
        cell["id"] = f"cell-{number:02}"  # else they are drawn anew each time
    notebook.metadata.pop("jupytext", None)
    notebook.metadata["language_info"] = {"name": "python"}
    return notebook


def executed(name: str, *, seconds: int = SECONDS) -> nbformat.NotebookNode:
    """Run a notebook from top to bottom in a kernel of its own, in the folder of the notebooks.

    Raises
    ------
    nbclient.exceptions.CellExecutionError, CellTimeoutError
        If a cell fails, or takes longer than ``seconds``.
    """
    notebook = read(name)
    client = NotebookClient(
        notebook,
        timeout=seconds,
        kernel_name="python3",
        record_timing=False,
        resources={"metadata": {"path": str(HERE)}},
        # A stream that comes in pieces is one output, however it was cut.
        coalesce_streams=True,
    )
    client.startup_timeout = seconds
    # Nothing is left in a history, and nothing said of the loopback connection.
    client.extra_arguments = ["--HistoryManager.hist_file=:memory:", "--log-level=ERROR"]
    client.execute(env={**os.environ, **QUIET})
    notebook.metadata["language_info"] = {"name": "python"}
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
    return notebook


def main(names: list[str]) -> None:
    for name in names or NAMES:
        notebook = executed(name.removesuffix(".py"))
        target = HERE / f"{name.removesuffix('.py')}.ipynb"
        nbformat.write(notebook, target)
        print(f"{target.name}: {target.stat().st_size / 1e3:.0f} kB")


if __name__ == "__main__":
    main(sys.argv[1:])
