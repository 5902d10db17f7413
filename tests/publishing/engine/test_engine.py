"""The engine as papermill sees it: by its entry point, from the command line and from Python."""

from __future__ import annotations

import ast
import json
import subprocess
import sys

import nbformat
import pytest
from jupyter_client.kernelspec import NoSuchKernel
from nbclient.exceptions import DeadKernelError

from ogp_analysis.publishing.engine import run as engine
from ogp_analysis.publishing.runs.normalise import dumps, normalise

CELLS = ["import os, sys\nprint(country)", "import random; random.random()", "os.environ['PYTHONHASHSEED'], hash('x')"]


@pytest.fixture
def given(tmp_path):
    """Write a notebook and return its path."""

    def make(*cells: str, kernel: str = "python3"):
        spec = {"name": kernel, "display_name": "P", "language": "python"}
        made = nbformat.v4.new_notebook(metadata={"kernelspec": spec})
        made.cells = [nbformat.v4.new_code_cell("country: str = 'KEN'", metadata={"tags": ["parameters"]})]
        made.cells += [nbformat.v4.new_code_cell(cell) for cell in cells]
        nbformat.write(made, tmp_path / "in.ipynb")
        return tmp_path / "in.ipynb"

    return make


@pytest.fixture(scope="module")
def papermill():
    """papermill in this process."""
    import papermill

    return papermill


def execute(papermill, path, **options):
    made = path.with_name("out.ipynb")
    return papermill.execute_notebook(path, made, progress_bar=False, engine_name="ogp_analysis", **options)


def text(node) -> str:
    return "".join(o.get("text") or o.get("data", {}).get("text/plain", "") for o in node.outputs)


@pytest.mark.parametrize("first", ["papermill", "ogp_analysis.publishing.engine.entry"])
def test_importing_it_imports_nothing_and_the_order_does_not_matter(first):
    code = f"""
import sys
sys.modules["rfc3987_syntax"] = None  # a grammar that takes a second to compile; jsonschema does without
import {first}
heavy = {{f"ogp_analysis.{{name}}" for name in ("publishing.engine.kernel", "publishing.engine.run")}}
heavy |= {{"ogp_analysis.base.fingerprint", "ogp_analysis.base.paths"}}
heavy |= set() if {first!r} == "papermill" else {{"papermill", "nbformat", "nbclient", "ipykernel", "IPython", "numpy"}}
print(sorted(heavy & set(sys.modules)))
import papermill.engines, ogp_analysis.publishing.engine.entry
print(papermill.engines.papermill_engines.get_engine("ogp_analysis") is ogp_analysis.publishing.engine.entry.WarmEngine)
"""
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said.split("\n")[:2] == ["[]", "True"]


def test_same_bytes_from_the_command_line_of_papermill_and_from_a_batch(given, papermill, tmp_path):
    path = given(*CELLS)
    made, batch = tmp_path / "out.ipynb", tmp_path / "batch.ipynb"
    command = ["papermill", str(path), str(made), "--engine", "ogp_analysis", "-p", "country", "MEX"]
    said = subprocess.run([sys.executable, "-m", *command], capture_output=True, text=True, cwd=tmp_path)
    assert said.returncode == 0, said.stderr
    request = {"id": "x", "input": str(path), "output": str(batch), "parameters": {"country": "MEX"}}
    with engine.opened() as executor:
        [(_, reply)] = engine.replies(executor, [request])
    assert reply["ok"]
    ours, theirs = (normalise(json.loads(p.read_text())) for p in (made, batch))
    assert ours["cells"] == theirs["cells"]
    assert dumps(ours) == dumps(theirs)
    record = json.loads(made.read_text())["metadata"]["papermill"]
    assert (record["input_path"], record["output_path"]) == (str(path), str(made))


def test_a_fault_is_raised_and_marked_as_papermill_does(given, papermill, tmp_path):
    path = given("print('ran')", "{}['key']", "print('never')")
    with pytest.raises(papermill.exceptions.PapermillExecutionError) as fault:
        execute(papermill, path)
    assert (fault.value.ename, fault.value.evalue, fault.value.cell_index) == ("KeyError", "'key'", 2)
    ours = normalise(json.loads((tmp_path / "out.ipynb").read_text()))
    with pytest.raises(papermill.exceptions.PapermillExecutionError):
        papermill.execute_notebook(path, tmp_path / "plain.ipynb", progress_bar=False)
    assert ours["cells"] == normalise(json.loads((tmp_path / "plain.ipynb").read_text()))["cells"]


def test_a_process_that_dies_is_what_papermill_says_of_it_and_harms_no_other(given, papermill):
    with pytest.raises(DeadKernelError):
        execute(papermill, given("1", "import os; os._exit(3)"))
    assert text(execute(papermill, given("'goes on'")).cells[-1]) == "'goes on'"


def test_directory_and_environment_are_those_of_the_caller(given, papermill, tmp_path, monkeypatch):
    path = given("import os; os.environ.get('MINE'), os.environ.get('HOME'), os.getcwd()")
    execute(papermill, path)
    monkeypatch.setenv("MINE", "new")
    monkeypatch.delenv("HOME")
    (tmp_path / "sub").mkdir()
    made = execute(papermill, path, cwd=tmp_path / "sub", parameters={"country": "MEX"})
    assert ast.literal_eval(text(made.cells[-1])) == ("new", None, str(tmp_path / "sub"))


def test_every_option_of_papermill_reaches_it(given, papermill, tmp_path):
    """The kernel is ours, all else is papermill's own."""
    path, begun = given("print('heard')"), []
    with (tmp_path / "said").open("w") as file:
        execute(papermill, path, execution_timeout=60, stdout_file=file, on_cell_start=lambda **_: begun.append(1))
    assert "heard" in (tmp_path / "said").read_text() and begun


def test_another_kernel_is_left_to_papermill(given, papermill):
    with pytest.raises(NoSuchKernel, match="no_such_kernel"):
        execute(papermill, given("1", kernel="no_such_kernel"))


def test_a_notebook_may_run_a_notebook(given, papermill, tmp_path):
    inner = given("country * 2")
    inner = inner.rename(tmp_path / "inner.ipynb")
    cell = (
        "import papermill\nmade = papermill.execute_notebook('inner.ipynb', 'made.ipynb', {'country': 'MEX'}, "
        "engine_name='ogp_analysis', progress_bar=False)\nmade.cells[-1].outputs[0].data['text/plain']"
    )
    made = execute(papermill, given(cell), cwd=tmp_path)
    assert "'MEXMEX'" in text(made.cells[-1])
