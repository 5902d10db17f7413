"""The start page: its code runs as it stands there, and its list of notebooks is what the notebooks say."""

from __future__ import annotations

import json
import re

import pytest

import ogp_analysis as ogp
from ogp_analysis.base.errors import OgpAnalysisError
from tests.docs.extensions import ROOT

TEXT = (ROOT / "docs" / "start.md").read_text(encoding="utf-8")
#: Parameters of every notebook; the page names them once.
OF_ALL = {"language", "edition"}


def test_its_code_runs_in_any_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names: dict = {}
    blocks = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
    for block in blocks:
        exec(compile(block, "start.md", "exec"), names)
    assert len(blocks) > 1
    assert list(names["vdem"].columns) == ["iso3", "year", "v2xcs_ccsi"]
    assert eval(re.search(r'^(ogp\.indicator\("\w+"\)\.direction)', TEXT, re.MULTILINE)[1]) == "higher is freer"


def test_the_fault_that_it_shows_is_the_one_there_is():
    asked, said = re.search(r'^>>> ogp\.indicator\("(\w+)"\)\n\w+: (.*)$', TEXT, re.MULTILINE).groups()
    with pytest.raises(OgpAnalysisError, match=re.escape(said)):
        ogp.indicator(asked)


def test_every_notebook_is_listed_with_its_question_and_parameters():
    listed = {name: (question, re.findall(r"`(\w+)`", parameters)) for name, question, parameters in
              re.findall(r"^\| `(\w+)` \| (.+?) \| (.*?) ?\|$", TEXT, re.MULTILINE)}  # fmt: skip
    there = {}
    for file in sorted((ROOT / "notebooks").glob("*.ipynb")):
        title = "".join(json.loads(file.read_text(encoding="utf-8"))["cells"][0]["source"])
        own = [name for name in parameters(file.stem) if name not in OF_ALL]
        there[file.stem] = title.removeprefix("# "), own
    assert there.pop("00_start_here") and "00_start_here" in TEXT
    assert listed == there


def parameters(name: str) -> list[str]:
    document = json.loads((ROOT / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8"))
    (cell,) = [one for one in document["cells"] if "parameters" in one["metadata"].get("tags", [])]
    return re.findall(r"^(\w+): ", "".join(cell["source"]), re.MULTILINE)
