"""A small checkout of its own: the package as it is, two tiny notebooks, two embedded extracts."""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ogp_analysis.__main__ import main
from ogp_analysis.base.paths import HOME_VARIABLE
from ogp_analysis.publishing.engine import run as engine
from ogp_analysis.publishing.runs import finish, manifest, run_record
from ogp_analysis.publishing.runs.languages import Project, hash_of
from ogp_analysis.publishing.runs.manifest import Run
from ogp_analysis.publishing.runs.runner import MODULES, rendering

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ("ogp_status_events", "ogp_membership")
_CELL = {"outputs": [], "execution_count": None}
PARAMETERS = """import ogp_analysis as ogp
{imports}
country: ogp.types.Country = "MEX"  # the country
{more}edition: ogp.types.Edition = "embedded"  # which data
"""
#: Draws a figure, reads one source, imports no statistics.
EVENTS = [
    ("parameters", PARAMETERS.format(imports="", more="")),
    (
        "",
        """import pandas as pd
from ogp_analysis.base.words import say
from ogp_analysis.base.words.sentence import year
from ogp_analysis.civic_space.figures.overview import side_by_side
events = ogp.load("ogp_status_events", "events", edition)
own = events[events["iso3"] == country]
display(say("panel.table.indicators", role="headline", place=ogp.country(country), first=year(2000),
            last=year(2000 + len(own))))""",
    ),
    (
        "",
        """path = pd.DataFrame({"year": [2000, 2001, 2002], "value": [0.4, 0.6, 0.5], "segment": 0})
display(side_by_side({country: path}, name="coverage", id="v2xcs_ccsi"))""",
    ),
    ("", "ogp.provenance()"),
]
#: Counts with an interval, reads another source, draws nothing.
MEMBERS = [
    ("parameters", PARAMETERS.format(imports="", more="")),
    (
        "",
        """from ogp_analysis.base.words import say
from ogp_analysis.base.words.sentence import year
from ogp_analysis.statistics.rates import proportion
countries = ogp.load("ogp_membership", "countries", edition)
share = proportion(int(countries["left"].notna().sum()), len(countries))
display(say("panel.table.indicators", role="headline", place=ogp.country(country), first=year(share.count),
            last=year(share.n)))
share""",
    ),
    ("", "ogp.provenance()"),
]
#: Fails as it is told to.
FAULTY = [
    (
        "parameters",
        PARAMETERS.format(
            imports="from typing import Literal",
            more='fault: Literal["none", "raise", "exit", "kill", "hang", "memory", "once", "mute", "above", "slow"]'
            ' = "none"  # how\nmark: str = ""  # a text\n',
        ),
    ),
    (
        "",
        """import os, signal, time
from pathlib import Path
from ogp_analysis.base.words import say
from ogp_analysis.base.words.sentence import year
display(say("panel.table.indicators", role="headline", place=mark or country, first=year(2000), last=year(2001)))
print("before", mark)""",
    ),
    (
        "",
        """if fault == "raise":
    raise ValueError("wrong by design")
elif fault == "exit":
    import sys
    sys.exit(3)
elif fault == "kill":
    os.kill(os.getpid(), signal.SIGKILL)
elif fault == "above":  # the process that its kernel was forked from
    os.kill(os.getppid(), signal.SIGKILL)
    time.sleep(60)
elif fault == "hang":
    time.sleep(600)
elif fault == "slow":
    time.sleep(1)
elif fault == "memory":
    taken = [bytearray(64 << 20) for _ in range(1000)]
elif fault == "once" and not Path(os.environ["MARK"]).exists():
    Path(os.environ["MARK"]).touch()
    raise ValueError("only once")""",
    ),
    ("", "fault == 'mute' or ogp.provenance()"),
]
#: The Spanish of their one Markdown cell.
SPANISH = f"""[[cell]]
of = "{hash_of("# How is it?")}"
text = "# ¿Cómo es?"
"""
RUNS = """
[[run]]
notebook = "events"
[run.parameters]
country = ["MEX", "KEN", "BRA", "PER"]

[[run]]
notebook = "members"
"""


def document(cells: list[tuple[str, str]]) -> dict:
    """Return a notebook of prose and of these cells, each with its tag."""
    made = [{"cell_type": "markdown", "metadata": {"tags": []}, "source": "# How is it?"}]
    made += [
        {"cell_type": "code", "metadata": {"tags": [tag] if tag else []}, "source": text, **_CELL}
        for tag, text in cells
    ]
    for number, cell in enumerate(made):
        cell["id"] = f"cell-{number}"
    spec = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return {"cells": made, "metadata": {"kernelspec": spec}, "nbformat": 4, "nbformat_minor": 5}


def run_of(project: Project, record: dict) -> Run:
    """Return the run that a record is of."""
    values = {name: [value] for name, value in record["parameters"].items()}
    [run] = manifest.matrix(project, record["notebook"], values)
    return run


def rendered(root: str | Path, folder: str | Path) -> None:
    """Render the notebooks of a folder as the batch does, over what is there, and make the record fit."""
    project, folder = Project(Path(root)), Path(folder)
    record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    target = folder.with_name("rendered")
    asked = finish.request(run_of(project, record), record["rests_on"], folder, target)
    asked["pages"] = {one: str(folder / one / "notebook.ipynb") for one in ("en", "es")}
    with engine.opened(1, MODULES) as processes:
        [(_, reply)] = engine.replies(processes, [rendering(project, asked)])
    assert reply["ok"], reply
    shutil.rmtree(folder)
    target.rename(folder)
    (folder / "run.json").write_bytes(run_record.dumps({**reply["after"], "log": record["log"]}))


class Checkout:
    """A checkout that a test may do anything to.

    Parameters
    ----------
    root : pathlib.Path
    package : pathlib.Path, optional
        The folder of the package that its commands run. By default it has one of its own, and a process for each
        command. With that of another checkout, which nobody changes, commands run in this process.
    """

    def __init__(self, root: Path, package: Path | None = None) -> None:
        self.root, self.package = root, package or root
        self.reports = root / "reports"
        self.processed = root / "data" / "processed"
        self.raw = root / "data" / "raw"

    @classmethod
    def make(cls, root: Path) -> Checkout:
        """Make one in an empty folder."""
        made = cls(root)
        # Byte code comes along, so that nothing is compiled again.
        shutil.copytree(ROOT / "ogp_analysis", root / "ogp_analysis")
        for name in ("CITATION.cff", "requirements.lock"):
            shutil.copy(ROOT / name, root)
        for source in SOURCES:
            for extract in (ROOT / "data" / "raw" / source).glob("*-extract"):
                shutil.copytree(extract, made.raw / source / extract.name)
        (root / "notebooks").mkdir()
        for name, cells in (("events", EVENTS), ("members", MEMBERS), ("faulty", FAULTY)):
            made.write(name, document(cells))
            (root / "notebooks" / "words").mkdir(exist_ok=True)
            (root / "notebooks" / "words" / f"{name}_es.toml").write_text(SPANISH, encoding="utf-8")
        (root / "notebooks" / "runs.toml").write_text(RUNS)
        return made

    def copy(self, root: Path) -> Checkout:
        """Return a copy of its own."""
        shutil.copytree(self.root, root, symlinks=True)
        return Checkout(root)

    def without_package(self, root: Path) -> Checkout:
        """Return a copy of everything but the package."""
        above = str(self.root)
        shutil.copytree(
            self.root, root, symlinks=True, ignore=lambda folder, _: ["ogp_analysis"] if folder == above else []
        )
        return Checkout(root, self.package)

    def write(self, name: str, notebook: dict) -> None:
        """Write a notebook."""
        self.notebook(name).write_text(json.dumps(notebook, indent=1, ensure_ascii=False), encoding="utf-8")

    def notebook(self, name: str) -> Path:
        """Return the file of a notebook."""
        return self.root / "notebooks" / f"{name}.ipynb"

    def edit(self, file: str, old: str, new: str) -> None:
        """Replace a text in a file that holds it."""
        text = (self.root / file).read_text(encoding="utf-8")
        assert old in text, f"{file} does not hold {old!r}"
        (self.root / file).write_text(text.replace(old, new), encoding="utf-8")

    def environment(self, **more: str | None) -> dict[str, str]:
        """Return the environment of a command."""
        paths = [str(self.package), *([more.pop("path")] if "path" in more else [])]
        found = {**os.environ, HOME_VARIABLE: str(self.root), "PYTHONPATH": os.pathsep.join(paths), **more}
        return {name: value for name, value in found.items() if value is not None}

    def command(self, *words: str) -> list[str]:
        """Return a command as the system takes it."""
        return [sys.executable, "-m", "ogp_analysis", *words]

    def ogp(self, *words: str, **environment: str) -> subprocess.CompletedProcess:
        """Run a command of the command line."""
        if self.package != self.root and not environment:
            return self.here(*words)
        told = subprocess.run(
            self.command(*words),
            capture_output=True,
            text=True,
            env=self.environment(**environment),
            cwd=self.root,
            timeout=300,
        )
        assert "Traceback" not in told.stderr, told.stderr
        return told

    def here(self, *words: str) -> subprocess.CompletedProcess:
        """Run a command in this process, which spares the start of Python, where the process is not the subject."""
        out, err = io.StringIO(), io.StringIO()
        with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            patch.setenv(HOME_VARIABLE, str(self.root))
            patch.chdir(self.root)
            code = main(list(words))
        return subprocess.CompletedProcess(list(words), code, out.getvalue(), err.getvalue())

    def begin(self, *words: str, until: str = "", **options) -> subprocess.Popen:
        """Start a command in a session of its own, and return when it has said `until`."""
        options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, **options}
        process = subprocess.Popen(
            self.command(*words), env=self.environment(), cwd=self.root, start_new_session=True, **options
        )
        while until:
            line = process.stderr.readline()
            assert line, "it ended before"
            until = "" if until in line else until
        return process

    def processes(self) -> list[int]:
        """Return the processes that have to do with this checkout (Linux)."""
        found = []
        for entry in Path("/proc").iterdir():
            try:
                if entry.name.isdigit() and str(self.root).encode() in (entry / "environ").read_bytes():
                    found.append(int(entry.name))
            except OSError:
                continue
        return found

    def end(self) -> None:
        """End every process that has to do with this checkout (Linux)."""
        for pid in self.processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def gone(self) -> bool:
        """Wait until no process has to do with this checkout any more; those that hang sleep for a minute or longer."""
        end = time.monotonic() + 30
        while self.processes() and time.monotonic() < end:
            time.sleep(0.05)
        return not self.processes()

    def plan(self, **environment: str) -> dict[str, str]:
        """Return what ``status`` says of each run and table: action and reasons by name."""
        told = self.ogp("status", **environment)
        assert told.returncode == 0, told.stderr
        found = {}
        for line in told.stdout.splitlines():
            action, _, rest = line.partition(" ")
            name, _, reasons = rest.strip().partition(": ")
            found[name] = f"{action}: {reasons}" if reasons else action
        return found

    def published(self) -> dict[str, bytes]:
        """Return the content of every published file by its path; of a record, all but its log."""
        found = {}
        for file in sorted(p for p in self.reports.rglob("*") if p.is_file()):
            name = file.relative_to(self.reports).as_posix()
            if name.startswith((".staging", ".failed", ".lock")):
                continue
            content = file.read_bytes()
            if file.name == "run.json":
                record = json.loads(content)
                record.pop("log")
                content = json.dumps(record, sort_keys=True).encode()
            found[name] = content
        return found

    def folder(self, start: str) -> Path:
        """Return the one published folder whose path in the reports begins with `start`."""
        notebook, _, slug = start.partition("/")
        [found] = (self.reports / notebook).glob(f"{slug}*")
        return found


@pytest.fixture(scope="session")
def made(tmp_path_factory) -> Checkout:
    """A checkout with all its reports. Not to be changed."""
    checkout = Checkout.make(tmp_path_factory.mktemp("checkout") / "made")
    told = checkout.ogp("run", "--all", "--jobs", "2")
    assert told.returncode == 0, told.stderr
    assert "5 run, 0 current, 0 failed" in told.stdout
    return checkout


@pytest.fixture
def checkout(made, tmp_path) -> Checkout:
    """A checkout with all its reports, that a test may change; the package is not in it."""
    return made.without_package(tmp_path / "checkout")


@pytest.fixture
def complete(made, tmp_path) -> Checkout:
    """A checkout with all its reports and a package of its own, that a test may change."""
    return made.copy(tmp_path / "checkout")
