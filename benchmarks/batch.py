"""Batch runs: this package beside papermill, other programs for notebooks and bare Python, all in one session.

``python benchmarks/batch.py`` (or ``make bench-batch``) writes the sections on batches of
``docs/benchmarks.md``. ``--runs`` and ``--rounds`` make it shorter or longer. Every side has one
BLAS thread. A round measures every side once; what is printed are medians over the rounds and the
median of the ratios within a round, which hold when the speed of the machine drifts.
"""

from __future__ import annotations

import argparse
import ast
import gc
import json
import os
import platform
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

from process_tree import peak

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
PAGE = ROOT / "docs" / "benchmarks.md"
SIDES = {
    "a": "the `papermill` command in a loop",
    "b": "`papermill.execute_notebook` in a loop",
    "c": "two of (b) side by side",
    "d": "ploomber-engine in a loop",
    "e": "`marimo export ipynb --include-outputs` in a loop, the same cells as a marimo notebook",
    "f": "`marimo export html` in a loop, the same",
    "g": "`jcache project execute -e local-parallel`, the cache of Jupyter Book 1, once for all",
    "h": "`calkit nb execute` in a loop, without its check of the environment",
    "i": "`myst build --execute --execute-parallel 2 --site`, as Jupyter Book 2, once for all; without its template",
    "ours1": "`ogp-analysis run --all --only notebook`, 1 job",
    "ours2": "`ogp-analysis run --all --only notebook`, 2 jobs",
    "once": "the same, 1 job, one run only",
    "floor": "the same cells in an already warm Python process, no notebook",
    "start": "the same process with its start",
    "forked": "the same cells, each time in a fork of such a process",
}
#: The floor is measured with and without the start of its process at once.
ALSO = {"floor": "start"}
#: Sides that are in no lock: the package each needs, and the notebooks it can run.
#: Cells of country_profile show what they make by `display`, which marimo does not have.
BY_HAND = {
    "d": ("ploomber-engine", ("small", "country_profile")),
    "e": ("marimo", ("small",)),
    "f": ("marimo", ("small",)),
    "g": ("jupyter-cache", ("small", "country_profile")),
    "h": ("calkit-python", ("small", "country_profile")),
    "i": ("mystmd", ("small", "country_profile")),
}
#: Where the module is not called as the package is.
MODULES = {"calkit-python": "calkit", "mystmd": "mystmd_py"}
COUNTRIES = (
    "AFG ALB ARG ARM AUS AZE BGR BRA CAN CHL CIV COL CPV CRI CZE DEU DNK DOM ECU EST "
    "FIN FRA GBR GEO GHA GRC GTM HND HRV IDN IRL ISR ITA JOR KEN KOR LBR LKA LTU LVA".split()
)
#: Set for every side: one BLAS thread, as we have. Byte code is kept, as Python does unless set otherwise.
BUSY = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


def main() -> None:
    """Measure both notebooks and write the page."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--runs", type=int, default=40)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--notebooks", nargs="+", default=["small", "country_profile"])
    options.add_argument("--sides", nargs="+", choices=list(SIDES), help="print these alone, and write no page")
    options.add_argument("--child", choices=["b", "d", "floor", "forked"], help=argparse.SUPPRESS)
    options.add_argument("--jobs-file", type=Path, help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.child:
        children = {"b": papermill_loop, "d": ploomber_loop, "floor": floor, "forked": forked}
        children[given.child](json.loads(given.jobs_file.read_text()))
        return
    with tempfile.TemporaryDirectory() as folder:
        home = project(Path(folder))
        measured = {name: rounds(home, name, given.runs, given.rounds, given.sides) for name in given.notebooks}
        if given.sides:
            return
        memory = {(runs, jobs): taken(home, runs, jobs) for runs in (given.runs // 4, given.runs) for jobs in (1, 2)}
        render = rendering(home)
        whole = reports(home, given.runs // 2, given.rounds)
    write(measured, given.runs, memory, render, whole)


def compared(notebook: str) -> list[str]:
    """Return the sides that can be measured here: what is in no lock was installed by hand, or is left out."""
    left_out = set()
    for side, (package, notebooks) in BY_HAND.items():
        if find_spec(MODULES.get(package, package.replace("-", "_"))) is None:
            print(f"{package} is not measured: .venv/bin/python -m pip install {package}", flush=True)
            left_out.add(side)
        elif notebook not in notebooks:
            left_out.add(side)
    return [side for side in SIDES if side not in left_out]


def project(folder: Path) -> Path:
    """Return a project folder of its own, so that no report of the checkout is touched."""
    home = folder / "home"
    shutil.copytree(ROOT / "notebooks", home / "notebooks", ignore=shutil.ignore_patterns(".*"))
    shutil.copy(HERE / "small.ipynb", home / "notebooks")
    shutil.copy(ROOT / "CITATION.cff", home)
    (home / "data").mkdir()
    (home / "data" / "raw").symlink_to(ROOT / "data" / "raw")
    rows(home / "notebooks" / "small.csv")
    subprocess.run(
        [sys.executable, "-m", "ogp_analysis", "build"], env=environment(home), check=True, capture_output=True
    )
    return home


def rows(file: Path) -> None:
    """Write the 30,000 rows that small.ipynb reads."""
    import numpy as np
    import pandas as pd

    draw = np.random.default_rng(20170523)
    frame = pd.DataFrame({"year": draw.integers(2000, 2024, 30_000), "group": draw.integers(0, 8, 30_000),
                          "x": draw.normal(size=30_000).round(6)})  # fmt: skip
    frame["y"] = (frame["x"] * 0.5 + frame["group"] * 0.1 + draw.normal(size=30_000)).round(6)
    frame.to_csv(file, index=False)


def environment(home: Path) -> dict:
    """Return the environment of every side."""
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {
        **inherited,
        **BUSY,
        "PLOOMBER_STATS_ENABLED": "false",  # ploomber-engine reports how it is used, unless this says no
        "OGP_ANALYSIS_HOME": str(home),
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    }


def rounds(home: Path, name: str, runs: int, count: int, asked: list[str] | None = None) -> list[dict]:
    """Return the seconds of every side in each round, after one run of ours that is not counted."""
    values = [{"number": n} for n in range(runs)] if name == "small" else [{"country": c} for c in COUNTRIES[:runs]]
    found, sides = [], [side for side in compared(name) if side in (asked or SIDES)]
    measure(home, name, values[:1], "ours1")
    for number in range(count):
        seconds = {}
        for side in sides:
            if side not in seconds:
                seconds |= measure(home, name, values, side)
        print(name, number, {side: round(s, 2) for side, s in seconds.items()}, flush=True)
        found.append(seconds)
    return found


def measure(home: Path, name: str, values: list[dict], side: str) -> dict[str, float]:
    """Return the seconds one side takes for all runs, start-up of its processes included; of the floor, both."""
    out = home / "out"
    shutil.rmtree(out, ignore_errors=True)
    shutil.rmtree(home / "reports", ignore_errors=True)
    out.mkdir()
    jobs = [{"input": str(home / "notebooks" / f"{name}.ipynb"), "output": str(out / f"{i}.ipynb"), "parameters": v}
            for i, v in enumerate(values)]  # fmt: skip
    started, warm = time.perf_counter(), {}
    if side in ("floor", "forked"):
        warm = {side: float(child(home, side, jobs).communicate()[0].splitlines()[-1])}
    elif side == "a":
        for job in jobs:
            command(home, job)
    elif side in ("e", "f"):
        form = ["ipynb", "--include-outputs"] if side == "e" else ["html"]
        for file, job in zip(as_marimo(home, name, values), jobs, strict=True):
            line = [sys.executable, "-m", "marimo", "-q", "export", form[0], str(file), *form[1:], "-f"]
            done(home, [*line, "-o", job["output"]], home / "notebooks")
    elif side in ("g", "h", "i"):
        {"g": jupyter_cache, "h": calkit, "i": myst}[side](home, name, values)
    elif side == "c":
        finished([child(home, "b", jobs[0::2]), child(home, "b", jobs[1::2])])
    elif side in ("b", "d"):
        finished([child(home, side, jobs)])
    elif side == "once":
        ours(home, name, values[:1], "1")
    else:
        ours(home, name, values, side[-1])
    return {ALSO.get(side, side): time.perf_counter() - started, **warm}


def as_marimo(home: Path, name: str, values: list[dict]) -> list[Path]:
    """Write a marimo notebook for each run, with its values in the place of the defaults, and return them."""
    plain = home / "notebooks" / f"{name}.py"
    line = [sys.executable, "-m", "marimo", "-q", "convert", str(plain.with_suffix(".ipynb")), "-o", str(plain)]
    if not plain.exists():
        subprocess.run(line, env=environment(home), check=True, capture_output=True)
    text, files = plain.read_text(encoding="utf-8"), []
    for number, run in enumerate(values):
        of_run = text
        for parameter, value in run.items():
            default = re.compile(rf"^(\s*{parameter}\b[^=\n]*=) [^#\n]*?(  #.*)?$", re.MULTILINE)
            of_run, n = default.subn(rf"\1 {value!r}\2", of_run)
            if n != 1:
                raise SystemExit(f"{plain}: {parameter} is set {n} times")
        files.append(home / "notebooks" / f"{name}_{number}.py")
        files[-1].write_text(of_run, encoding="utf-8")
    return files


def done(home: Path, line: list[str], folder: Path, **more: str) -> None:
    """Run a command of another program in a folder; a failure stops the benchmark."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    subprocess.run(line, env=environment(home) | {"PATH": path} | more, cwd=folder, check=True, capture_output=True)


def written_in(home: Path, name: str, values: list[dict]) -> list[str]:
    """Write a notebook for each run, with its values in the place of the defaults, and return the names."""
    folder, names = home / "out", []
    shutil.copy(home / "notebooks" / "small.csv", folder)
    for number, run in enumerate(values):
        notebook = json.loads((home / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8"))
        [cell] = [c for c in notebook["cells"] if "parameters" in c["metadata"].get("tags", [])]
        cell["source"] = ["".join(cell["source"]) + "".join(f"\n{key} = {value!r}" for key, value in run.items())]
        names.append(f"{name}_{number}.ipynb")
        (folder / names[-1]).write_text(json.dumps(notebook), encoding="utf-8")
    return names


def jupyter_cache(home: Path, name: str, values: list[dict]) -> None:
    """Execute a project of notebooks with jupyter-cache, two at a time."""
    folder, names = home / "out", written_in(home, name, values)
    where = {"JUPYTERCACHE": str(folder / "cache")}
    (folder / "cache").mkdir()
    done(home, ["jcache", "notebook", "add", *names], folder, **where)
    done(home, ["jcache", "project", "execute", "-e", "local-parallel", "-t", "600"], folder, **where)
    made = list((folder / "cache" / "executed").glob("*/base.ipynb"))
    if len(made) != len(names):
        raise SystemExit(f"jupyter-cache executed {len(made)} of {len(names)} notebooks")


def calkit(home: Path, name: str, values: list[dict]) -> None:
    """Execute a notebook with Calkit for each run, in the environment that this process has."""
    folder = home / "out"
    shutil.copy(home / "notebooks" / "small.csv", folder)
    shutil.copy(home / "notebooks" / f"{name}.ipynb", folder)
    (folder / "calkit.yaml").write_text("environments:\n  here: {kind: venv, path: none.txt, prefix: .venv}\n")
    (folder / "none.txt").touch()
    (folder / ".venv").symlink_to(sys.prefix)
    done(home, ["git", "init", "-q"], folder)
    for run in values:
        line = ["calkit", "nb", "execute", f"{name}.ipynb", "-e", "here", "--no-check"]
        given = [part for key, value in run.items() for part in ("-p", f"{key}={value}")]
        done(home, [*line, *given], folder, JUPYTER_DATA_DIR=str(home / "jupyter"))


def myst(home: Path, name: str, values: list[dict]) -> None:
    """Execute all notebooks of a project with mystmd, two at a time; without a network it stops at its template."""
    folder, names = home / "out", written_in(home, name, values)
    files = "".join(f"    - file: {one}\n" for one in names)
    (folder / "myst.yml").write_text(f"version: 1\nproject:\n  toc:\n{files}site:\n  template: book-theme\n")
    (folder / "jupyter_server_config.json").write_text('{"ServerApp": {"allow_root": true}}')
    line = ["myst", "build", "--execute", "--execute-parallel", "2", "--site"]
    with suppress(subprocess.CalledProcessError):
        done(home, line, folder, JUPYTER_CONFIG_DIR=str(folder))
    if len([*(folder / "_build" / "execute").iterdir()]) != len(names):
        raise SystemExit("mystmd did not execute every notebook")


def command(home: Path, job: dict) -> None:
    """Run the papermill command once."""
    given = [part for key, value in job["parameters"].items() for part in ("-p", key, str(value))]
    subprocess.run([sys.executable, "-m", "papermill", job["input"], job["output"], *given], env=environment(home),
                   cwd=home / "notebooks", check=True, capture_output=True)  # fmt: skip


def ours(home: Path, name: str, values: list[dict], jobs: str) -> None:
    """Run this package's command once for all runs."""
    subprocess.run(own(name, values, jobs), env=environment(home), cwd=home, check=True, capture_output=True)


def own(name: str, values: list[dict], jobs: str) -> list[str]:
    """Return the command of this package for all runs."""
    given = [part for v in values for key, value in v.items() for part in ("-p", key, str(value))]
    return [sys.executable, "-m", "ogp_analysis", "run", name, *given, "--only", "notebook", "--jobs", jobs]


def taken(home: Path, runs: int, jobs: int) -> int:
    """Return the peak memory of so many runs of country_profile, all processes together, in bytes."""
    shutil.rmtree(home / "reports", ignore_errors=True)
    values = [{"country": country} for country in COUNTRIES[:runs]]
    return peak(own("country_profile", values, str(jobs)), environment(home), home)


def rendering(home: Path) -> dict[str, float]:
    """Return the milliseconds that the parts of one report take; medians of 20."""
    line = [sys.executable, "-m", "ogp_analysis", "run", "country_profile", "-p", "country", "MEX"]
    subprocess.run(line, env=environment(home), cwd=home, check=True, capture_output=True)
    (folder,) = (home / "reports" / "country_profile").glob("MEX*")
    line = [sys.executable, str(HERE / "rendering.py"), str(folder)]
    return json.loads(subprocess.run(line, env=environment(home), cwd=home, check=True, capture_output=True).stdout)


def reports(home: Path, countries: int, rounds: int) -> list[tuple[float, float]]:
    """Return clock and processor seconds a report with its two pages and all their files, by round."""
    given = [part for country in COUNTRIES[:countries] for part in ("-p", "country", country)]
    line = [sys.executable, "-m", "ogp_analysis", "run", "country_profile", *given, "--jobs", "2"]
    found: list[tuple[float, float]] = []
    for _ in range(rounds):
        shutil.rmtree(home / "reports", ignore_errors=True)
        started, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(line, env=environment(home), cwd=home, check=True, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        found.append(((time.perf_counter() - started) / countries, used / countries))
    return found


def child(home: Path, side: str, jobs: list[dict]) -> subprocess.Popen:
    """Start a process of this file that does `jobs` in its own way."""
    file = home / f"jobs-{side}-{jobs[0]['parameters']}.json"
    file.write_text(json.dumps(jobs))
    line = [sys.executable, str(Path(__file__).resolve()), "--child", side, "--jobs-file", str(file)]
    return subprocess.Popen(line, env=environment(home), cwd=home / "notebooks", stdout=subprocess.PIPE,
                            stderr=subprocess.DEVNULL, text=True)  # fmt: skip


def finished(processes: list[subprocess.Popen]) -> None:
    """Wait for processes and stop if one failed: a side that did not do its work is not measured."""
    for process in processes:
        process.communicate()
        if process.returncode:
            raise SystemExit(f"a side of the benchmark failed: {process.args}")


def papermill_loop(jobs: list[dict]) -> None:
    """Run notebooks one after the other with papermill's own engine."""
    import papermill

    for job in jobs:
        papermill.execute_notebook(job["input"], job["output"], job["parameters"], progress_bar=False)


def ploomber_loop(jobs: list[dict]) -> None:
    """Run notebooks one after the other with ploomber-engine, in its own process as it does by default.

    It is in no lock of this project, because it brings a library that reports how it is used: see :func:`compared`.
    """
    from ploomber_engine import execute_notebook

    for job in jobs:
        execute_notebook(job["input"], job["output"], parameters=job["parameters"], progress_bar=False)


def forked(jobs: list[dict]) -> None:
    """Print the same of a fork of this process for each run: memory that both have is copied when it is written to."""
    cells = _warm(jobs)
    gc.collect()
    gc.freeze()
    started = time.perf_counter()
    for job in jobs:
        pid = os.fork()
        if pid == 0:
            _execute(cells, job["parameters"])
            os._exit(0)
        os.waitpid(pid, 0)
    print(time.perf_counter() - started)


def _warm(jobs: list[dict]) -> list[tuple[str, bool]]:
    """Return the cells, after one run of them that is not counted."""
    import IPython.display
    import matplotlib

    matplotlib.use("agg")
    IPython.display.display = _shown
    cells = _cells(Path(jobs[0]["input"]))
    _execute(cells, jobs[0]["parameters"])
    return cells


def floor(jobs: list[dict]) -> None:
    """Print the seconds that the cells themselves take in this process."""
    cells = _warm(jobs)
    started = time.perf_counter()
    for job in jobs:
        _execute(cells, job["parameters"])
    print(time.perf_counter() - started)


def _cells(notebook: Path) -> list[tuple[str, bool]]:
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    code = [c for c in cells if c["cell_type"] == "code"]
    return [("".join(c["source"]), "parameters" in c["metadata"].get("tags", [])) for c in code]


def _execute(cells: list[tuple[str, bool]], parameters: dict) -> None:
    """Execute cells, and show and draw what a notebook would: what is displayed, and the value of a last expression."""
    space: dict = {"display": _shown}
    for text, declares in cells:
        *statements, last = ast.parse(text).body
        value = isinstance(last, ast.Expr)
        exec(compile(ast.Module(statements if value else [*statements, last], []), "cell", "exec"), space)
        if value:
            _shown(eval(compile(ast.Expression(last.value), "cell", "eval"), space))
        if declares:
            space |= parameters
        _draw_open_figures()


def _draw_open_figures() -> None:
    import io

    import matplotlib.pyplot as plt

    for number in plt.get_fignums():
        plt.figure(number).savefig(io.BytesIO(), format="png", bbox_inches="tight")
        plt.close(number)


def _shown(*things, **_) -> None:
    """Make of things what a notebook would hold of them."""
    for thing in things:
        if hasattr(thing, "_ipython_display_"):
            thing._ipython_display_()
        else:
            json.dumps(thing) if isinstance(thing, dict) else repr(thing)


def write(measured: dict[str, list[dict]], runs: int, memory: dict, render: dict, whole: list) -> None:
    """Write the sections of the page that this command makes: one per notebook, one on memory and rendering."""
    for name, found in measured.items():
        section(f"batch {name}", comparison(name, found, runs))
    section("batch memory", resources(memory, render, whole))
    print(PAGE)


def comparison(name: str, found: list[dict], runs: int) -> str:
    """Return the section on one notebook."""
    text = [
        f"## Batches: `{name}.ipynb`\n\n`{command_line()}` on {machine()}.\n",
        "Seconds for all runs, start-up included; medians over the rounds. A ratio is the median of the ratios within "
        f"a round. Rounds: {len(found)}.\n\n",
        "| side | seconds | side / ours, 1 job | side / ours, 2 jobs |\n|---|---|---|---|\n",
    ]
    for side, what in ((side, what) for side, what in SIDES.items() if all(side in one for one in found)):
        one, two = (statistics.median(r[side] / r[ours] for r in found) for ours in ("ours1", "ours2"))
        text.append(f"| {side}: {what} | {statistics.median(r[side] for r in found):.1f} | {one:.2f} | {two:.2f} |\n")
    over, with_start = (statistics.median(r["ours1"] / r[side] for r in found) for side in ("floor", "start"))
    return "".join([
        *text,
        f"\nOurs with 1 job, its start included, over the floor: {over:.2f}; over the floor with its start: "
        f"{with_start:.2f}.\n\n",
        where_it_goes(found, runs),
    ])  # fmt: skip


def where_it_goes(found: list[dict], runs: int) -> str:
    """Return what the time of ours with 1 job is made of."""
    middle = {side: statistics.median(one[side] for one in found) for side in found[0]}
    run = (middle["ours1"] - middle["once"]) / (runs - 1)
    cells, fork = middle["floor"] / runs, middle["forked"] / runs
    return (
        f"Of the {middle['ours1']:.1f} s with 1 job, {middle['once'] - run:.1f} are the start and the end. A run takes "
        f"{run:.3f} s: {cells:.3f} its cells in a process that has run them before, {fork - cells:.3f} more in a fork "
        f"of it, {run - fork:.3f} the notebook, its kernel and what they show.\n\n"
    )


def resources(memory: dict, render: dict, whole: list[tuple[float, float]]) -> str:
    """Return the section on memory and rendering."""
    return "".join([
        f"## Batches: memory and rendering\n\n`{command_line()}` on {machine()}.\n",
        "Peak of all processes together while `country_profile` runs, shared pages counted once:\n\n",
        "| runs | jobs | MiB |\n|---|---|---|\n",
        *(f"| {runs} | {jobs} | {size / 2**20:.0f} |\n" for (runs, jobs), size in memory.items()),
        "\nRendering one `country_profile` in a process that has rendered nothing before; medians of 20:\n\n",
        "| part | milliseconds |\n|---|---|\n",
        *(f"| {part} | {value:.0f} |\n" for part, value in render.items()),
        "\nReports of `country_profile` with both pages and all their files, two jobs, the start included: "
        f"{statistics.median(c for c, _ in whole):.2f} s a report by the clock, "
        f"{statistics.median(p for _, p in whole):.2f} s of processor; medians of {len(whole)} rounds.\n\n",
    ])  # fmt: skip


def section(name: str, text: str) -> None:
    """Put a section in its place on the page, at the end if it is new."""
    start, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->\n"
    page = PAGE.read_text(encoding="utf-8") if PAGE.is_file() else "# Benchmarks\n\n"
    if start not in page:
        page = page.rstrip("\n") + f"\n\n{start}{end}"
    before, _, rest = page.partition(start)
    PAGE.write_text(before + start + text + end + rest.partition(end)[2], encoding="utf-8")


def command_line() -> str:
    """Return the command as it was given."""
    return " ".join(["python benchmarks/batch.py", *sys.argv[1:]])


def machine() -> str:
    """Return what kind of machine this is, without its name."""
    return f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}"


if __name__ == "__main__":
    main()
