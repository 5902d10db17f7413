"""The page on files of a user's own: its commands are run as they stand there, on the files it makes or shows."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys

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


@pytest.mark.slow
def test_an_index_of_one_s_own_goes_through_every_command_of_its_walk(tmp_path):
    site = project(tmp_path / "home")
    section = PAGE.partition("## An index of your own")[2].partition("\n## ")[0]
    (made,) = re.findall(r"```python\n(.*?)```", section, re.DOTALL)
    (block,) = re.findall(r"```sh\n(.*?)```", section, re.DOTALL)
    environment = {**os.environ, HOME_VARIABLE: str(site.home)}
    # As typed: the command stands for the module that is tested here.
    shell = f'set -e\nogp-analysis() {{ "{sys.executable}" -m ogp_analysis "$@"; }}\n{block}'
    for line in ([sys.executable, "-c", made], ["bash", "-c", shell]):
        done = subprocess.run(line, cwd=site.home, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
    assert "own_press_watch/press_watch.csv: 1,500 rows = 1,500 kept + 0 set aside" in done.stdout
    reports = sorted(file.parent.parent.name for file in site.home.glob("reports/*/*/run.json"))
    assert reports == sorted(["compare", "civic_space_overview", "country_profile", "country_profile",
                              "ogp_membership_effect", "shock_case_study"])  # fmt: skip
    collected = (site.home / "collected" / "country_profile.csv").read_text(encoding="utf-8").splitlines()
    assert len(collected) == 3 and all("own_press_watch" in line for line in collected[1:])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("heading", "rows", "said"),
    [
        ("Events of your own", "4 rows = 4 kept", "the letter with which Tanzania left OGP (added by the user)"),
        ("Purchases of your own", "4 rows = 4 kept", "Balam Seguridad"),
    ],
)
def test_a_list_of_one_s_own_goes_through_every_command_of_its_walk(tmp_path, heading, rows, said):
    site = project(tmp_path / "home")
    section = PAGE.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    ((name, text),) = re.findall(r"`([\w-]+\.csv)`[^\n]*\n\n```text\n(.*?)```", section, re.DOTALL)
    (site.home / name).write_text(text, encoding="utf-8")
    (block,) = re.findall(r"```sh\n(.*?)```", section, re.DOTALL)
    shell = f'set -e\nogp-analysis() {{ "{sys.executable}" -m ogp_analysis "$@"; }}\n{block}'
    environment = {**os.environ, HOME_VARIABLE: str(site.home)}
    done = subprocess.run(["bash", "-c", shell], cwd=site.home, env=environment, capture_output=True, text=True)
    assert done.returncode == 0 and rows in done.stdout, done.stdout + done.stderr
    pages = [file.read_text(encoding="utf-8") for file in site.home.glob("reports/*/*/en/index.html")]
    assert len(pages) == 2 and any(said in page for page in pages)
    assert all("added by the user" in page for page in pages)
