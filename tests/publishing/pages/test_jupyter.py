"""Jupyter's own tools take captions, text alternatives and labels; the commands are those of the guide."""

from __future__ import annotations

import html
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from lxml import html as parser
from pypdf import PdfReader

from ogp_analysis.publishing.pages.render import notebook
from tests.publishing.pages.conftest import Maker, speak

ROOT = Path(__file__).resolve().parents[3]
GUIDE = (ROOT / "docs" / "how-to" / "jupyter-tools.md").read_text(encoding="utf-8")
#: By the format that they end in.
COMMANDS = dict(re.findall(r"<!-- (\w+) -->\n+```sh\n(.*?)\n```", GUIDE, re.DOTALL))
ALT, CAPTION, TITLE = 'A "line" <falls> & *ends*: $x$ 50%', "The [index] | of 2023_24", "Peers | *of* <b>{x}</b>"


#: Does what ``jupyter nbconvert`` does, for the words of each format in a folder of its own, and imports it once.
CONVERTING = """
import json, os, sys
from nbconvert.nbconvertapp import NbConvertApp
for folder, words in json.loads(sys.argv[1]):
    os.chdir(folder)
    one = NbConvertApp()
    one.initialize(words)
    one.start()
"""


def told(command: list, folder: Path) -> None:
    """Run a command with the Python of these tests and without a network."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    # A registry that is not there: MyST would ask for newer versions of itself.
    environment = {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT), "npm_config_registry": "http://127.0.0.1:9"}
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL
    )
    assert done.returncode == 0, done.stderr[-2000:]


def lines(form: str) -> list[list[str]]:
    """Return the commands of the guide for a format, word by word."""
    return [shlex.split(line) for line in COMMANDS[form].replace("\\\n", " ").splitlines()]


@pytest.fixture(scope="module")
def folders(tmp_path_factory) -> Path:
    """A folder for each format, with the notebook, and what the guide's command for nbconvert has made of it."""
    top = tmp_path_factory.mktemp("formats")
    with pytest.MonkeyPatch.context() as patch:
        speak(patch)
        make = Maker()
        drawn, tabled = make.drawn(caption=CAPTION, alt=ALT), make.tabled(caption=TITLE)
        nb = make.notebook(
            make.either("## Answer", "## Respuesta"),
            make.prose("See [](#fig-trend) and [](#tbl-peers)."),
            make.code("ogp.show(trend)", drawn), make.code("ogp.show(peers)", tabled),
        )  # fmt: skip
        kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
        cells = [{**cell, "id": f"c{number}"} for number, cell in enumerate(nb["cells"])]
        content = notebook({**nb, "metadata": kernel, "cells": cells})
    asked = []
    for form in COMMANDS:
        (top / form).mkdir()
        (top / form / "notebook.ipynb").write_bytes(content)
        jupyter, nbconvert, *words = lines(form)[0]
        assert (jupyter, nbconvert) == ("jupyter", "nbconvert")
        if form != "latex" or shutil.which("pandoc"):
            asked.append((str(top / form), words))
    told([sys.executable, "-c", CONVERTING, json.dumps(asked)], top)
    return top


def test_html(folders):
    folder = folders / "html"
    page = parser.fromstring((folder / "notebook.html").read_text("utf-8"))
    [figure] = page.xpath("//figure[@id='fig-trend']")
    assert figure.xpath("img/@alt") == [ALT] and figure.xpath("string(figcaption)") == CAPTION
    [table] = page.xpath("//table[@id='tbl-peers']")
    assert table.xpath("string(caption)") == TITLE
    assert "Respuesta" not in page.text_content() and page.text_content().count(CAPTION) == 1


def test_markdown(folders):
    from markdown_it import MarkdownIt

    folder = folders / "markdown"
    text = (folder / "notebook.md").read_text("utf-8")
    page = parser.fromstring(MarkdownIt("commonmark", {"html": True}).render(text))
    [image] = page.xpath("//img")
    assert image.get("alt") == ALT and page.xpath("//*[@id='fig-trend']")
    assert (folder / image.get("src")).read_text("utf-8").lstrip().startswith("<svg")
    assert CAPTION in page.text_content()
    assert page.xpath("string(//table[@id='tbl-peers']/caption)") == TITLE


def test_latex(folders):
    if shutil.which("pandoc") is None:
        pytest.skip("nbconvert writes prose as LaTeX through pandoc, which is not installed (Debian: pandoc)")
    folder = folders / "latex"
    text = (folder / "notebook.tex").read_text("utf-8")
    [place] = re.findall(r"\\includegraphics\[width=\\linewidth,alt=\{.*\}\]\{(.*)\}", text)
    assert len(PdfReader(folder / place).pages) == 1
    assert r"\label{fig:trend}" in text and r"\caption{The [index]" in text and r"2023\_24}\label{fig:trend}" in text
    assert r"\label{tab:peers}" in text and r"\toprule" in text and r"50\%" in text


def test_myst_to_jats(folders):
    if shutil.which("node") is None:
        pytest.skip("mystmd is a program of Node.js, which is not installed (Debian: nodejs, 20 or later)")
    folder = folders / "jats"
    [_, (myst, *words)] = lines("jats")
    assert myst == "myst"
    told([sys.executable, "-c", "from mystmd_py.main import main; main()", *words], folder)
    [file] = (folder / "_build" / "exports").glob("*.xml")
    article = ElementTree.parse(file)
    [figure], [table] = list(article.iter("fig")), list(article.iter("table-wrap"))
    assert "".join(figure.find("caption").itertext()).strip() == CAPTION
    # MyST escapes "<" once more than it should.
    assert html.unescape(figure.findtext("alt-text")) == ALT
    assert html.unescape("".join(table.find("caption").itertext())).strip() == TITLE
    assert [len(list(row)) for row in table.iter("tr")] == [3, 3, 3]
    # It numbers them itself; the labels lead there.
    assert [one.get("rid") for one in article.iter("xref")] == [figure.get("id"), table.get("id")]
