"""A notebook has the same outputs whether a process here or papermill's own command runs it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from ogp_analysis.publishing.engine import environment
from ogp_analysis.publishing.engine import run as engine
from ogp_analysis.publishing.runs.normalise import dumps, normalise

PARAMETERS = '# comment\ncountry: str = "KEN"\nyears: list = [2011]'
#: Cells that engines have got wrong, by name; `# %%` begins a cell, words after it are its tags.
#: What is written to a descriptor reaches ipykernel's own streams by a thread: cells give it time.
#: Left out is what papermill leaves to chance: prints and descriptor writes in turn, and `exit()`,
#: which ends a kernel a tenth of a second later; `test_engine_process.py` says what happens here.
AWKWARD = {
    name: cells
    for part in ("\n" + Path(__file__).with_name("awkward.txt").read_text(encoding="utf-8")).split("\n=== ")[1:]
    for name, cells in [part.split("\n", 1)]
}
#: Those that go on to their end run as one notebook, a kernel for all of them; the others end theirs.
ENDING = ("fault", "system exit", "killed", "ended")
#: Of these papermill itself leaves no notebook: it only says that the kernel died.
DYING = ("killed", "ended")
NOTEBOOKS = {"whole": [name for name in AWKWARD if name not in ENDING], **{name: [name] for name in ENDING}}
#: A stopwatch: the one cell whose text may differ.
TIMED = "%time sum(range(10))"


def notebook(names: list[str]) -> nbformat.NotebookNode:
    """Make a notebook of the cells of these, each of which begins with a title."""
    made = nbformat.v4.new_notebook()
    made.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    made.cells = [nbformat.v4.new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]})]
    for name in names:
        made.cells.append(nbformat.v4.new_markdown_cell(f"# {name}"))
        for part in ("\n" + AWKWARD[name]).split("\n# %%")[1:]:
            tags, _, source = part.partition("\n")
            metadata = {"tags": tags.split()} if tags.strip() else {}
            made.cells.append(nbformat.v4.new_code_cell(source.rstrip("\n"), metadata=metadata))
    return made


def parts(made: dict, names: list[str]) -> dict[str, dict]:
    """Return an executed notebook once for each of those that it was made of, with the cells of that one alone."""
    sources = [cell["source"] for cell in made["cells"]]
    starts = [0, *(sources.index(f"# {name}") for name in names[1:]), len(sources)]
    return {name: {**made, "cells": made["cells"][a:b]} for name, a, b in zip(names, starts, starts[1:], strict=False)}


def request(name: str, folder) -> dict:
    folder.mkdir()
    nbformat.write(notebook(NOTEBOOKS[name]), folder / "in.ipynb")
    return {
        "id": name,
        "input": str(folder / "in.ipynb"),
        "output": str(folder / "out.ipynb"),
        "parameters": {"country": "MEX", "years": [2011, 2024]},
        "timeout": 300,
    }


#: Seeds a kernel that papermill itself starts as those of runs are seeded.
SEEDING = "c.InteractiveShellApp.extensions = ['ogp_analysis.publishing.engine.environment']\n"


def plainly(asked: dict, folder: Path) -> subprocess.Popen:
    """Begin to run the notebook of a request by papermill's own command, in the same environment."""
    profile = folder / "ipython" / "profile_default"
    profile.mkdir(parents=True)
    (profile / "ipython_config.py").write_text(SEEDING)
    seed = environment.seed(asked["parameters"])
    env = {**environment.of_runs(), "IPYTHONDIR": str(folder / "ipython"), environment.SEED_VARIABLE: str(seed)}
    parameters = ["-y", json.dumps(asked["parameters"])]
    command = [sys.executable, "-m", "papermill", asked["input"], asked["output"], *parameters, "--no-progress-bar"]
    return subprocess.Popen(command, env=env, cwd=folder, stderr=subprocess.DEVNULL)


@pytest.fixture(scope="module")
def executed(tmp_path_factory):
    """For each of the awkward, by who has run it, the cells it leaves; and the replies to ours."""
    ours, theirs = tmp_path_factory.mktemp("ours"), tmp_path_factory.mktemp("theirs")
    found: dict[str, dict] = {name: {} for name in AWKWARD}
    requests = [request(name, ours / name) for name in NOTEBOOKS]
    with engine.opened(2) as processes:
        replies = {reply["id"]: reply for _, reply in engine.replies(processes, requests)}
    comparable = [name for name in NOTEBOOKS if name not in DYING]
    for begun in [plainly(request(name, theirs / name), theirs / name) for name in comparable]:
        begun.wait(300)
    for folder, names in ((ours, NOTEBOOKS), (theirs, comparable)):
        for name in names:
            made = json.loads((folder / name / "out.ipynb").read_text(encoding="utf-8"))
            for part, cells in parts(normalise(made, {str(folder): "$FOLDER"}), NOTEBOOKS[name]).items():
                found[part]["ours" if folder is ours else "theirs"] = cells
    return found, replies


def settled(made: dict) -> dict:
    """Take out what the stopwatch says."""
    for cell in made["cells"]:
        if cell["source"] == TIMED:
            cell["outputs"] = [o for o in cell["outputs"] if o["output_type"] != "stream"]
    return made


def differences(ours: dict, theirs: dict) -> list[str]:
    """Name the cells that differ, with the beginning of what differs."""
    found = [f"{k}: {ours[k]} | {theirs[k]}" for k in ours if k != "cells" and ours[k] != theirs[k]]
    for a, b in zip(ours["cells"], theirs["cells"], strict=True):
        found += [f"{a['source'][:80]!r} {k}: {str(a[k])[:500]} | {str(b.get(k))[:500]}" for k in a if a[k] != b.get(k)]
    return found


@pytest.mark.parametrize("name", [name for name in AWKWARD if name not in DYING])
def test_same_cell_for_cell(executed, name):
    ours, theirs = (settled(executed[0][name][whose]) for whose in ("ours", "theirs"))
    assert differences(ours, theirs) == []
    assert (dumps(ours) == dumps(theirs)) is True


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("fault", ("cell", "LookupError", "In [4]: LookupError: not here")),
        ("system exit", None),
        (
            "killed",
            ("killed", "SIGKILL", "Its process was ended by SIGKILL. The system does this when memory runs out."),
        ),
        ("ended", ("exit", "ProcessExit", "The notebook ended its own process, with status 3.")),
    ],
)
def test_the_fault_is_told(executed, name, fault):
    assert executed[1]["whole"]["error"]["kind"] == "cell"  # papermill counts faults that are allowed, too
    error = executed[1][name]["error"]
    assert (error and (error["kind"], error["name"], error["message"])) == fault


def outputs(made: dict) -> str:
    return json.dumps([cell.get("outputs") for cell in made["cells"]], ensure_ascii=False)


def test_the_cells_were_awkward(executed):
    """The comparison would be empty if the cells had said nothing."""
    said = {name: outputs(found["ours"]) for name, found in executed[0].items()}
    expected = {
        "streams": ["x" * 200_000, "from C\\n", "raw é", "raw error", "child error", "forked", "thread", "100 %"],
        "displays": ["*new*", "stays", "later", "$x$", "cell magic", "image/png", "image/svg+xml"],
        "faults allowed": ["does not support input requests", "was the direct cause", "SyntaxError", "'goes on'"],
        "shell and magics": ["bash 2", "captured", "written", "3.142"],
        "loop and state": ["awaited", "'done'", "Decimal('0.33333')", "inf", "MEX"],
        "pandas": ["(20, 80)", "...", "T_", "missing"],
        "figures": ["image/svg+xml", "image/png", "Figure size"],
        "fault": ["not here"],
        "system exit": ["bye"],
        "killed": ["last words", "SIGKILL"],
        "ended": ["status 3"],
    }
    assert [(n, text[:40]) for n, texts in expected.items() for text in texts if text not in said[n]] == []
    assert "*old*" not in said["displays"] and "gone" not in said["displays"]
    assert "never" not in "".join(said.values())


def test_wide_tables_need_the_kernel_before_pandas(executed):
    """pandas asks for ``get_ipython()`` when it is imported; imported without, it would leave no column out."""
    made = executed[0]["pandas"]["ours"]
    [wide] = [cell for cell in made["cells"] if cell["source"].endswith("\nwide")]
    assert "..." in wide["outputs"][0]["data"]["text/plain"]
