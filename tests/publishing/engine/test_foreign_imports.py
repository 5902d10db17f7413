"""What notebooks import from other distributions, and what the warm process imports of it beforehand."""

from __future__ import annotations

import json

import nbformat

from ogp_analysis.base.paths import Project
from ogp_analysis.publishing.runs.notebook import foreign_imports
from ogp_analysis.publishing.runs.plan import Planner

CELLS = [
    "import sys, json\nimport ogp_analysis as ogp\nfrom ogp_analysis.base.errors import OgpAnalysisError",
    "%matplotlib inline\nimport pandas as pd, beside\nfrom scipy import stats, linalg",
    "from scipy import optimize\nfrom folder import thing\nimport matplotlib.pyplot as plt",
    "if False:\n    import statsmodels\ndef f():\n    import numpy\n",
    "from . import nothing\nfrom __future__ import annotations",
]


def written(folder, name: str, cells: list[str]) -> dict:
    """Write a notebook, and what lies beside it."""
    (folder / "beside.py").touch()
    (folder / "folder").mkdir(exist_ok=True)
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    nbformat.write(made, folder / f"{name}.ipynb")
    return made


def test_foreign_is_what_is_neither_ours_nor_of_python_nor_beside_the_notebook(tmp_path):
    assert foreign_imports(written(tmp_path, "one", CELLS), tmp_path) == {
        "pandas": (),
        "scipy": ("stats", "linalg", "optimize"),
        "matplotlib.pyplot": (),
    }


def test_only_what_all_notebooks_of_a_batch_import_is_imported_beforehand(tmp_path):
    """What one does not import could change what it does: a style, a setting, a name registered."""
    project = Project(tmp_path)
    project.notebooks.mkdir()
    written(project.notebooks, "one", CELLS)
    written(project.notebooks, "two", ["import pandas\nfrom scipy import optimize, special"])
    written(project.notebooks, "three", ["1"])
    planner = Planner(project)
    assert list(planner.foreign(["one"])) == ["pandas", "scipy", "matplotlib.pyplot"]
    assert planner.foreign(["two", "one", "two"]) == {"pandas": (), "scipy": ("optimize",)}
    assert planner.foreign(["one", "two", "three"]) == {}


def test_a_batch_imports_beforehand_what_its_notebook_does(checkout):
    """Seen by what a run finds imported when its first cell begins, in a warm process and in a cold one.

    The module is small, and nothing else imports it.
    """
    shown = "import sys\nprint('babel.languages' in sys.modules)\nimport babel.languages\n"
    checkout.edit("notebooks/members.ipynb", "ogp.use_language", json.dumps(shown)[1:-1] + "ogp.use_language")
    for engine, found in (("warm", "True"), ("cold", "False")):
        told = checkout.ogp("run", "members", "--engine", engine, "--force")
        assert told.returncode == 0, told.stderr
        made = nbformat.read(checkout.folder("members/") / "notebook.ipynb", 4)
        assert found in [o.get("text", "").strip() for c in made.cells for o in c.get("outputs", [])]
