"""The tutorial and the gallery: their cells run, and each kind of figure of the package stands there once."""

from __future__ import annotations

import re

import pytest

from ogp_analysis.display.figure import Figure
from ogp_analysis.display.result import parts
from tests.docs.extensions import ROOT, extension

executed = extension("executed")
GALLERY = (ROOT / "docs" / "gallery.md").read_text(encoding="utf-8")


def test_each_cell_of_the_gallery_but_the_first_draws_a_figure_of_another_kind(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names: dict = {}
    cells = re.findall(r"```python\n(.*?)```", GALLERY, re.DOTALL)
    named, *shown = [parts(*executed.results(code, names)) for code in cells]
    assert named == () and all(shown)
    figures = [one for some in shown for one in some]
    assert all(isinstance(one, Figure) and one.faults() == [] for one in figures)
    assert len({one.name for one in figures}) == len(figures) >= 23


def test_what_a_cell_shows_stands_below_it_as_the_page_of_a_browser_shows_it():
    made = executed.page("<!-- run -->\n\n```python\nimport pandas as pd\n\npd.DataFrame({'x': [1]})\n```\n", ROOT)
    assert "<table" in made and made.index("pd.DataFrame") < made.index("<table")
    assert executed.page("```python\n1 / 0\n```\n", ROOT) == "```python\n1 / 0\n```\n", "no cell on any other page"
    with pytest.raises(ZeroDivisionError):
        executed.page("<!-- run -->\n```python\n1 / 0\n```\n", ROOT)


def test_what_a_cell_saves_does_not_stay(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    executed.page("<!-- run -->\n\n```python\nopen('mine.txt', 'w').close()\n```\n", ROOT)
    assert list(tmp_path.iterdir()) == []
