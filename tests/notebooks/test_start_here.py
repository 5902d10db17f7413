"""The first notebook: every cell of a copy runs, in both languages."""

from __future__ import annotations

import os

import nbformat
import pytest
from nbclient import NotebookClient

from ogp_analysis.base.paths import project
from ogp_analysis.publishing import lab

NAME = "00_start_here.ipynb"


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_cell_of_the_first_notebook_runs_in_a_copy(language, tmp_path):
    lab.lay_out(project(), tmp_path, language)
    document = nbformat.read(tmp_path / NAME, as_version=4)
    client = NotebookClient(document, timeout=120, resources={"metadata": {"path": str(tmp_path)}})
    # The copy lies outside of the project, which the kernel has to find.
    client.execute(env=os.environ | {"OGP_ANALYSIS_HOME": str(project().root), "OGP_LANGUAGE": language})
    shown = [mime for cell in document.cells for output in cell.get("outputs", ()) for mime in output.get("data", ())]
    assert shown.count("image/svg+xml") >= 1 and shown.count("text/html") >= 6
    assert (tmp_path / "visegrad.pdf").read_bytes().startswith(b"%PDF")
    outputs = [output for cell in document.cells for output in cell.get("outputs", ())]
    said = " ".join(str(output.get("data", {}).get("text/plain", "")) for output in outputs)
    assert ("Hungary" if language == "en" else "Hungría") in said
