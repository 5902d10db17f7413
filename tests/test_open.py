"""What the package does for one notebook alone is listed, and the list only shrinks."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest
from IPython.core.interactiveshell import InteractiveShell

from tests.tools import tool as of_tools

ROOT = Path(__file__).resolve().parents[1]
#: How many functions of the wings may be for one notebook alone; only ever lower.
MOST = 63
WINGS = ("civic_space", "open_government", "procurement", "surveillance")


tool = of_tools("open")


@pytest.fixture(scope="module")
def listed() -> dict:
    return tomllib.loads((ROOT / "tools" / "open.toml").read_text(encoding="utf-8"))


def test_what_a_cell_enters_is_what_it_calls_behind_decorators_and_in_its_own_functions(tmp_path):
    cells = [
        "import ogp_analysis as ogp",
        "def f():\n    return ogp.country('MEX')\n\n\nx = f()",
        "s = ogp.say('{n}', n=2)",
    ]
    cells.append("display(s)\n@ogp.scale_free\ndef g(x):\n    return ogp.indicator('va_est')\n\n\ny = g(1)")
    document = {"cells": [{"cell_type": "code", "source": [cell]} for cell in cells]}
    (tmp_path / "mine.ipynb").write_text(json.dumps(document), encoding="utf-8")
    functions, keys = tool.run(InteractiveShell.instance(), tmp_path / "mine.ipynb")
    named = {"base.countries:country", "base.words.own:say", "base.disclosure:scale_free", "base.indicators:indicator"}
    assert functions == named and keys == {"said"}


def test_what_two_notebooks_have_is_of_none_alone():
    assert tool.of_one_alone({"a": {"f", "g"}, "b": {"g"}}) == {"a": {"f"}, "b": set()}


def test_names_of_notebooks_and_their_numbers_are_found_in_publishing():
    names, keys = tool.known({"cohorts": {"headline"}, "no_such_notebook": {"panel"}})
    assert names == {"cohorts": {"publishing/pages/relations.py"}, "no_such_notebook": set()}
    assert keys["no_such_notebook"] == {"publishing/pages/relations.py"} and not keys["cohorts"]


def test_what_is_found_and_not_listed_is_a_fault_and_so_is_the_reverse():
    found = {"functions": {"a": {"f"}}, "names": {}, "keys": {}}
    assert tool.differences(found, {"functions": {"a": {"f": "why"}}}) == []
    assert tool.differences(found, {}) == ["functions of a: f is not listed"]
    assert tool.differences(found, {"functions": {"a": {"f": "", "g": ""}}}) == [
        "functions of a: g is listed, and no longer found"
    ]
    kept = tomllib.loads(tool.without({"functions": {"a": {"f": "why", "g": "why"}}}, found))
    assert kept == {"functions": {"a": {"f": "why"}}}


def test_each_entry_has_a_reason_and_open_notebooks_have_few(listed):
    for by_notebook in listed.values():
        assert all(why.strip() for things in by_notebook.values() for why in things.values())
    own = [one for things in listed["functions"].values() for one in things if one.startswith(WINGS)]
    assert len(own) <= MOST


@pytest.mark.slow
def test_the_list_is_what_is_found(listed):
    assert tool.differences(tool.measured(), listed) == []
