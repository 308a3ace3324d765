"""The notebooks run from top to bottom, and what is committed has been run."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

FOLDER = Path(__file__).parent.parent / "notebooks"
SLOW = pytest.mark.slow
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
MOST_BYTES = 100_000


def read(path: Path) -> nbformat.NotebookNode:
    notebook: nbformat.NotebookNode = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    return notebook


def test_there_are_notebooks() -> None:
    assert NOTEBOOKS


def run_by_default(path: Path) -> object:
    """One notebook is run each time, the longer ones with the slow tests."""
    return pytest.param(path, id=path.stem, marks=() if path.stem == "inspect" else SLOW)


@pytest.mark.parametrize("path", [run_by_default(path) for path in NOTEBOOKS])
def test_runs(path: Path) -> None:
    notebook = read(path)
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": FOLDER}}).execute()


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_is_committed_whole_and_small(path: Path) -> None:
    notebook = read(path)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    outputs = [output for cell in code for output in cell.outputs]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    assert outputs
    assert not [output for output in outputs if output.output_type == "error"]
    assert path.stat().st_size < MOST_BYTES
