"""The notebook of docs/how-to/own-notebook.md, as it stands there: two countries, two pages each."""

from __future__ import annotations

import json
import re
from pathlib import Path

from ..reports import project

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "how-to" / "own-notebook.md").read_text(encoding="utf-8")
EMPTY = {"cell_type": "code", "outputs": [], "execution_count": None}


def test_the_notebook_of_the_page_makes_the_pages_it_says(tmp_path):
    site = project(tmp_path / "home")
    cells = re.findall(r"```python\n(.*?)```", PAGE.partition("<!-- cells -->")[2].partition("<!-- end")[0], re.DOTALL)
    title = re.search(r"Markdown cell `(# [^`]+)`", PAGE)[1]
    document = {
        "cells": [
            {"cell_type": "markdown", "metadata": {}, "source": title},
            *({**EMPTY, "metadata": {"tags": [] if n else ["parameters"]}, "source": s} for n, s in enumerate(cells)),
        ],
        "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
        "nbformat": 4,
        "nbformat_minor": 4,
    }
    (site.home / "lab").mkdir()
    (site.home / "lab" / "mine.ipynb").write_text(json.dumps(document), encoding="utf-8")
    [line] = re.findall(r"ogp-analysis (run mine .*)", PAGE)
    done = site.run(*line.split())
    assert done.returncode == 0, done.stderr
    assert "mine: Markdown cells without Spanish in words/mine_es.toml: 1, the first" in done.stderr
    pages = [Path(one) for one in done.stdout.splitlines()[-2:]]
    assert [page.parent.name for page in pages] == ["es", "es"]
    text = re.sub(r"<[^>]+>", "", pages[0].read_text(encoding="utf-8"))
    assert "México pasó de 0.772 en 2013 a 0.701 en 2023." in text
    english = pages[0].parents[1] / "en"
    numbers = json.loads((english / "numbers.json").read_text(encoding="utf-8"))
    assert numbers["path.last"]["value"] == 0.701 and numbers["path.until_year"]["unit"] == "year"
    assert "Kenya went from" in (pages[1].parents[1] / "en" / "index.html").read_text(encoding="utf-8")
    shown = json.loads((english / "notebook.ipynb").read_text(encoding="utf-8"))
    assert "provenance" in "".join(shown["cells"][-1]["source"])
