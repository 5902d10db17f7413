"""What is done while it is planned what to run, and once for all runs of a notebook."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from ogp_analysis.publishing.pages import prose
from ogp_analysis.publishing.runs import beforehand

#: Runs the command line and prints how many warm processes it has made, and how many live.
COUNTING = """
import sys
from ogp_analysis.publishing.engine import client
made, make = [], client.WarmProcess.__init__
def counted(self, *given):
    make(self, *given)
    made.append(self)
client.WarmProcess.__init__, client._TICK = counted, -1e9
from ogp_analysis.__main__ import main
try:
    status = main()
finally:
    print("made", len(made), "left", sum(one._process.poll() is None for one in made), file=sys.stderr)
sys.exit(status)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the warm process needs Linux")
@pytest.mark.parametrize(
    ("words", "count"),
    [
        (("--force",), 1),  # what has begun is gone on with
        ((), 1),  # nothing is to be done
        (("--dry-run",), 0),
        (("--force", "--engine", "cold"), 0),
    ],
    ids=["runs", "current", "dry", "cold"],
)
def test_a_batch_makes_one_warm_process_and_leaves_none(checkout, words, count):
    command = [sys.executable, "-c", COUNTING, "run", "members", "-p", "country", "MEX", *words]
    told = subprocess.run(command, capture_output=True, text=True, env=checkout.environment(), cwd=checkout.root)
    assert told.returncode == 0 and told.stderr.splitlines()[-1] == f"made {count} left 0", told.stderr


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the warm process needs Linux")
def test_a_fault_while_planning_leaves_no_warm_process(checkout):
    checkout.edit("notebooks/members.ipynb", "ogp.use_language", "ogp.use_no_language")
    command = [sys.executable, "-c", COUNTING, "run", "members", "-p", "country", "MEX"]
    told = subprocess.run(command, capture_output=True, text=True, env=checkout.environment(), cwd=checkout.root)
    assert told.returncode != 0 and told.stderr.splitlines()[-1].startswith("made 1 left 0"), told.stderr


def test_the_code_of_a_notebook_is_coloured_once(tmp_path):
    code = {"cell_type": "code", "source": ["coloured = 'once'\n"], "outputs": [], "execution_count": None}
    cells = [{**code, "metadata": {}}, {"cell_type": "markdown", "source": "text", "metadata": {}}]
    (tmp_path / "n.ipynb").write_text(json.dumps({"cells": cells, "nbformat": 4, "nbformat_minor": 5, "metadata": {}}))
    beforehand.look_at(tmp_path / "n.ipynb")
    before = prose.code.cache_info()
    assert "coloured" in prose.code("coloured = 'once'\n")
    assert prose.code.cache_info().hits == before.hits + 1


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"cells": [{}]}'])
def test_what_is_no_notebook_is_left_to_its_run(tmp_path, text):
    (tmp_path / "n.ipynb").write_text(text)
    beforehand.look_at(tmp_path / "n.ipynb")
