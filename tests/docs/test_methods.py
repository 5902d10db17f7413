"""The pages of the methods of estimation: each has the same parts, an example that comes true, and tests that exist."""

from __future__ import annotations

import doctest
import re

import pytest

from tests.docs.extensions import ROOT
from tests.docs.test_decisions import not_there

FOLDER = ROOT / "docs" / "methods"
PAGES = sorted(FOLDER.glob("*.md"))
PARTS = ["What it assumes", "When it fails", "Reference", "How it was checked", "Example"]


@pytest.mark.parametrize("page", PAGES, ids=lambda file: file.stem)
def test_a_page_has_its_parts_and_names_tests_that_exist(page):
    text = page.read_text(encoding="utf-8")
    assert re.findall("^## (.+)$", text, re.MULTILINE) == PARTS
    assert "::test_" in text and not_there(text) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda file: file.stem)
def test_its_example_comes_true(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    said: list[str] = []
    blocks = re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    parsed = doctest.DocTestParser().get_doctest("".join(blocks), {}, page.stem, page.name, 0)
    assert parsed.examples
    doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(parsed, out=said.append)
    assert not said, "".join(said)


def test_every_page_is_in_the_index():
    index = (ROOT / "docs" / "methods.md").read_text(encoding="utf-8")
    assert [page.stem for page in PAGES if f"(methods/{page.name})" not in index] == []
