"""Processes killed while they clean a file: a sentence, nothing half-written, and the same tables the next time."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from ogp_analysis.__main__ import commands
from ogp_analysis.procurement.own_files import ocds_run
from tests.cluster.conftest import same_tables
from tests.procurement.own_files.test_ocds_run import release

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="finds processes in /proc")

#: The command line where every file is large enough for several processes, and has many pieces. Its first word says
#: when all its processes are killed: before any has begun, or when a piece was written and others are on their way.
COMMAND = """
import os, runpy, signal, sys
from contextlib import suppress
from functools import partial
from pathlib import Path
from ogp_analysis.base import processes
from ogp_analysis.procurement.own_files import growing, ocds_run
ocds_run._SMALL = 0
ocds_run.BLOCK = 16

def and_killed(done):
    def did(*given, **options):
        done(*given, **options)
        forked = processes.server()
        for pid in Path(f"/proc/{forked}/task/{forked}/children").read_text().split():
            with suppress(ProcessLookupError):  # it ends at this moment
                os.kill(int(pid), signal.SIGKILL)
    return did

when = sys.argv.pop(1)
if when == "before they work":
    processes._start = and_killed(processes._start)
if when == "while they work":
    growing.Growing.append = and_killed(growing.Growing.append)
runpy.run_module("ogp_analysis", run_name="__main__")
"""


def clean_here(file: Path, out: Path) -> None:
    """Clean by the same pieces in this process, alone."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ocds_run, "BLOCK", 16)
        done = CliRunner().invoke(commands, ["clean", str(file), "--out", str(out), "--jobs", "1"])
    assert (done.exit_code, done.stderr) == (0, ""), done.output


@pytest.fixture(scope="module")
def given(tmp_path_factory) -> tuple[Path, Path]:
    """A file with many pieces, and what one process makes of it."""
    folder = tmp_path_factory.mktemp("ocds")
    file = folder / "many.jsonl"
    file.write_text("".join(json.dumps(release(n)) + "\n" for n in range(160)), "utf-8")
    clean_here(file, folder / "alone")
    return file, folder / "alone"


@pytest.mark.parametrize("when", ["before they work", "while they work"])
def test_killed_processes_are_a_sentence_and_leave_nothing_half_written(given, when, tmp_path):
    (file, alone), out = given, tmp_path / "out"
    command = [sys.executable, "-c", COMMAND, when, "clean", file, "--out", out, "--jobs", "2"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    sentence = f"{file.name}: a process that worked on it has ended by signal 9. Run again, with fewer side by side."
    assert (done.returncode, done.stderr, done.stdout) == (1, f"{sentence}\n", f"{out / 'summary.html'}\n")
    assert {path.name for path in out.rglob("*") if path.is_file()} == {".lock", "summary.html"}
    assert not list(out.glob(".blocks-*"))
    clean_here(file, out)
    assert same_tables(out, alone) == []
