"""The commands fetch and build: what they print, what they return, and one sentence for every fault."""

from __future__ import annotations

import hashlib
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ogp_analysis.__main__ import main
from ogp_analysis.base import beside, paths

ROOT = Path(__file__).resolve().parents[1]
WGI = "wgi_voice_accountability"
CONTENT = b"iso3,year\nKEN,2020\n"
SIDECAR = beside.toml(__file__, "test_cli.toml")["SIDECAR"]


@pytest.fixture
def project(tmp_path, monkeypatch):
    home = tmp_path / "home"
    shutil.copytree(ROOT / "notebooks", home / "notebooks")
    shutil.copytree(ROOT / "data" / "raw" / WGI, home / "data" / "raw" / WGI)
    folder = home / "data" / "raw" / "thing" / "1"
    folder.mkdir(parents=True)
    text = SIDECAR.format(sha256=hashlib.sha256(CONTENT).hexdigest(), bytes=len(CONTENT))
    (folder / "source.toml").write_text(text, encoding="utf-8")
    monkeypatch.setenv(paths.HOME_VARIABLE, str(home))
    monkeypatch.delenv(paths.MIRROR_VARIABLE, raising=False)
    return paths.project()


@pytest.fixture
def told(capfd):
    """Run the command line and return exit code, standard output and standard error."""

    def run(*arguments: str) -> tuple[int, str, str]:
        code = main(list(arguments))
        return code, *capfd.readouterr()

    return run


@pytest.mark.parametrize("arguments", [("", "--out", "out"), ("archivo.csv", "--out", "")])
@pytest.mark.parametrize("command", ["clean", "scan"])
def test_an_empty_name_is_not_the_working_folder(told, tmp_path, monkeypatch, command, arguments):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "archivo.csv").write_text("a,b\n1,2\n")
    code, out, fault = told(command, *arguments)
    assert (code, out) == (2, "") and "The name is empty." in fault
    assert [one.name for one in tmp_path.iterdir()] == ["archivo.csv"]


def test_build_says_what_it_did_and_does_nothing_twice(project, told):
    code, out, fault = told("build", WGI)
    assert (code, out, fault) == (0, f"{WGI}: built\n", "")
    assert told("build", WGI)[1] == f"{WGI}: current\n"


def test_build_of_everything_passes_over_what_is_not_here(project, told):
    code, out, _ = told("build")
    assert code == 0 and f"{WGI}: built" in out and "vdem: absent" in out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("build", "vdme"), "dataset 'vdme': is not in the catalogue"),
        (("build", "vdem"), "dataset 'vdem': is not in the embedded edition here"),
        (("build", WGI, "--edition", "full"), f"Fetch its files first: ogp-analysis fetch {WGI}"),
        (("fetch", "nothing_here"), "source 'nothing_here'"),
        (("fetch", "thing", "--version", "9"), "version '9'"),
        (("fetch", "--version", "1"), "--version: needs the name of a source"),
        (("fetch", "thing", "--from", "no/such/folder"), "--from: no/such/folder is not a folder"),
    ],
)
def test_a_request_that_cannot_be_met_gets_one_sentence_and_code_2(project, told, arguments, message):
    code, _, fault = told(*arguments)
    assert code == 2
    assert message in fault and len(fault.strip().splitlines()) == 1 and "Traceback" not in fault


def test_an_extract_that_was_changed_gets_one_sentence_and_code_1(project, told):
    file = project.raw / WGI / "2023-extract" / "country_year.csv"
    file.write_bytes(file.read_bytes()[:-10])
    code, _, fault = told("build", WGI)
    assert code == 1
    assert "country_year.csv" in fault and len(fault.strip().splitlines()) == 1
    assert not (project.processed / "embedded" / WGI).exists()


def test_a_missing_extract_gets_one_sentence_and_code_1(project, told):
    (project.raw / WGI / "2023-extract" / "country_year.csv").unlink()
    code, _, fault = told("build", WGI)
    assert code == 1 and "country_year.csv" in fault and len(fault.strip().splitlines()) == 1


def test_fetch_takes_a_file_from_a_folder_and_says_so(project, told, tmp_path):
    given = tmp_path / "given"
    given.mkdir()
    (given / "downloaded (1).csv").write_bytes(CONTENT)
    code, out, _ = told("fetch", "thing", "--from", str(given))
    assert (code, out) == (0, "thing/1/table.csv: copied from mirror\n")
    assert (project.raw / "thing" / "1" / "table.csv").read_bytes() == CONTENT
    assert told("fetch", "thing")[1] == "thing/1/table.csv: already there\n"


def test_fetch_of_everything_tells_each_fault_and_goes_on(project, told, tmp_path):
    given = tmp_path / "given"
    given.mkdir()
    code, _out, fault = told("fetch", "--from", str(given))
    assert code == 1
    assert "thing/1/table.csv" in fault and "Traceback" not in fault
    assert not (project.raw / "thing" / "1" / "table.csv").exists()
    (given / "table.csv").write_bytes(b"other bytes, same name")
    assert told("fetch", "thing", "--from", str(given))[0] == 1
    assert not (project.raw / "thing" / "1" / "table.csv").exists()


def test_a_shell_completes_commands_and_notebooks():
    def completed(*words: str) -> list[str]:
        asked = {
            "_OGP_ANALYSIS_COMPLETE": "bash_complete",
            "COMP_WORDS": " ".join(words),
            "COMP_CWORD": f"{len(words) - 1}",
        }
        line = [sys.executable, "-m", "ogp_analysis"]
        return subprocess.run(line, env=os.environ | asked, capture_output=True, text=True, check=True).stdout.split()

    assert completed("ogp-analysis", "ver") == ["plain,verify"]
    assert completed("ogp-analysis", "run", "country") == ["plain,country_profile"]


def test_help_names_every_command(told):
    code, out, _ = told("--help")
    assert code == 0
    assert all(f"  {name}" in out for name in ("fetch", "build", "run", "render", "cite", "verify", "status", "scan"))


def test_outside_a_checkout_the_way_in_is_told(told, tmp_path, monkeypatch):
    monkeypatch.setenv(paths.HOME_VARIABLE, str(tmp_path))
    code, _, fault = told("build")
    assert code == 2 and "OGP_ANALYSIS_HOME" in fault and len(fault.strip().splitlines()) == 1


def documented_files(folder: Path) -> list[str]:
    """Write the files that the page on a user's own files shows, and return the commands of scanning them."""
    page = (ROOT / "docs" / "your-own-files.md").read_text(encoding="utf-8")
    for name in ("map.toml", "archivo.csv"):
        (text,) = re.findall(rf"`{re.escape(name)}`[^`]*```\w+\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
        (folder / name).write_text(text, encoding="utf-8")
    blocks = re.findall(r"^```sh\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if " scan " in line]


def test_the_commands_of_the_page_on_own_files_do_what_it_says(told, tmp_path, monkeypatch):
    lines = documented_files(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert told("clean", "archivo.csv", "--as", "table", "--columns", "map.toml", "--out", "limpio")[0] == 0
    assert (tmp_path / "limpio" / "summary.html").exists() and len(lines) == 2
    for line in lines:
        _, *arguments = shlex.split(line)
        code, out, fault = told(*arguments)
        assert (code, fault) == (0, "")
        folder = tmp_path / arguments[-1]
        assert out.splitlines()[-1] == f"{arguments[-1]}/report.html" and (folder / "report.html").exists()
        assert "2 contracts: 1 probable and 0 possible hits, 0 confirmed" in out
        for name in ("hits.csv", "hits.xlsx", "powers.csv", "lost_verdicts.csv", "set_aside.csv", "scan.json"):
            assert (folder / name).exists()
        assert (folder / "clean").exists() == ("--private" not in arguments)
    hits = (tmp_path / "revision" / "hits.csv").read_text(encoding="utf-8")
    (tmp_path / "revision" / "hits.csv").write_text(hits.replace("C-1#1,,", "C-1#1,confirmado,"), encoding="utf-8")
    assert "1 confirmed" in told(*shlex.split(lines[0])[1:])[1]
    page = (tmp_path / "revision" / "report.html").read_text(encoding="utf-8")
    assert "Firma de Prueba SA de CV" in page
    text = (tmp_path / "archivo.csv").read_text(encoding="utf-8").replace("monitoreo", "limpieza")
    (tmp_path / "archivo.csv").write_text(text, encoding="utf-8")
    code, out, fault = told(*shlex.split(lines[0])[1:])
    assert code == 0 and fault == "Verdicts on contracts that are not hits now: 1; see lost_verdicts.csv.\n"


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("archivo.cvs",), 2, "archivo.cvs: is not there. Near: 'archivo.csv'"),
        (("archivo.csv", "--columns", "mapa.toml"), 2, "mapa.toml: cannot be read (No such file or directory)"),
        (("archivo.csv", "--columns", "map.toml", "--as", "ocds"), 2, "takes neither --as nor --layout"),
        (("archivo.csv", "--layout", "Z"), 2, "layout 'Z': is not known"),
        (("archivo.csv",), 1, "none of its first lines holds the column names of a layout that is known"),
        (("archivo.csv", "--as", "ocds"), 1, "archivo.csv"),
    ],
)
def test_a_scan_that_cannot_be_done_gets_one_sentence(told, tmp_path, monkeypatch, arguments, code, message):
    documented_files(tmp_path)
    monkeypatch.chdir(tmp_path)
    found, _, fault = told("scan", *arguments, "--out", "revision")
    assert found == code and message in fault and "Traceback" not in fault and len(fault.splitlines()) == 1
    assert not (tmp_path / "revision" / "report.html").exists()


STOPPED = """
import os, signal, sys
from ogp_analysis import __main__

def stopped(*_, **__):
    raise KeyboardInterrupt

__main__.commands.main = stopped
code = __main__.main(*eval(sys.argv[1]))
print(code, signal.getsignal(signal.SIGINT) is signal.SIG_IGN, flush=True)
"""


@pytest.mark.parametrize(("arguments", "ignored"), [("()", "True"), ("(['status'],)", "False")])
def test_a_second_stop_cannot_end_a_command_that_is_stopping_but_callers_keep_theirs(arguments, ignored):
    told = subprocess.run([sys.executable, "-c", STOPPED, arguments], capture_output=True, text=True, timeout=300)
    assert told.stdout.split() == ["130", ignored] and told.stderr.startswith("Stopped.")
