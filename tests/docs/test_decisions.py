"""The records of decisions: each names tests that exist, and the index names each."""

from __future__ import annotations

import ast
import re

import pytest

from tests.docs.extensions import ROOT

FOLDER = ROOT / "docs" / "decisions"
RECORDS = sorted(FOLDER.glob("[0-9]*.md"))
HEADINGS = ["Context", "Decision", "Consequence", "Held by"]


def not_there(text: str) -> list[str]:
    """Return the tests that a page names, as ``path::name``, and that do not exist."""
    missing = []
    for path, name in re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", text):
        file = ROOT / path
        tree = ast.parse(file.read_text(encoding="utf-8")) if file.is_file() else ast.Module([], [])
        if name not in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}:
            missing.append(f"{path}::{name}")
    return missing


@pytest.mark.parametrize("record", RECORDS, ids=lambda file: file.stem)
def test_a_record_names_tests_that_exist(record):
    text = record.read_text(encoding="utf-8")
    assert re.findall("^## (.+)$", text, re.MULTILINE) == HEADINGS
    held = text.partition("## Held by\n")[2]
    assert all(re.fullmatch(r"- `tests/[\w/]+\.py::test_\w+`", line) for line in held.strip().splitlines())
    assert "::" in held and not_there(held) == []


def test_a_test_that_does_not_exist_is_found():
    gone = "`tests/docs/test_decisions.py::test_no_such`, `tests/no_such.py::test_a`"
    assert not_there(gone) == ["tests/docs/test_decisions.py::test_no_such", "tests/no_such.py::test_a"]
    assert not_there("`tests/docs/test_decisions.py::test_a_test_that_does_not_exist_is_found`") == []


def test_the_index_names_every_record_with_its_title_in_order():
    titles = [
        (file.stem[:3], file.name, file.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# "))
        for file in RECORDS
    ]
    index = (FOLDER / "index.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| \[(\d+)\]\(([^)]+)\) \| (.+) \|$", index, re.MULTILINE) == titles
    assert [int(number) for number, *_ in titles] == list(range(1, len(titles) + 1))
