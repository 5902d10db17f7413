"""The page on files of a user's own: its first commands are run as they stand there, on the files it shows."""

from __future__ import annotations

import re
import shlex

import pytest

from ogp_analysis.base.paths import HOME_VARIABLE
from ogp_analysis.procurement.contracts import contracts

from ..reports import project
from .extensions import ROOT

PAGE = (ROOT / "docs" / "your-own-files.md").read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_commands_from_files_to_a_report_do_what_the_page_says(tmp_path, monkeypatch):
    site = project(tmp_path / "home")
    files = re.findall(r"`([\w-]+\.csv)`[^\n]*\n\n```text\n(.*?)```", PAGE, re.DOTALL)
    section = PAGE.partition("## From files to a report")[2].partition("\n## ")[0]
    files = [(name, text) for name, text in files if name in section]
    for name, text in files:
        (site.home / name).write_text(text, encoding="utf-8")
    (block,) = re.findall(r"```sh\n(.*?)```", section, re.DOTALL)
    lines = block.splitlines()
    assert len(files) == 2 and len(lines) == 4
    for line in lines:
        program, *words = shlex.split(line)
        assert program == "ogp-analysis"
        done = site.run(*words)
        assert done.returncode == 0, done.stdout + done.stderr
    pages = [
        file.read_text(encoding="utf-8")
        for file in sorted(site.home.glob("reports/procurement_integrity/*/*/index.html"))
    ]
    assert any("Your files: 1 table, 3 contracts." in page and "contratos.csv" in page for page in pages)
    assert any("Sus archivos: 1 tabla, 2 contratos." in page and "licitaciones.csv" in page for page in pages)
    monkeypatch.setenv(HOME_VARIABLE, str(site.home))
    monkeypatch.chdir(site.home)
    call = re.search(r"`ogp\.procurement\.(contracts\([^`]*\))`", section)[1]
    assert len(eval(call, {"contracts": contracts}).frame) == 3
