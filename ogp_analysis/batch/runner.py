"""Run a batch: plan, execute, prepare, publish. A failing run fails alone; an interrupted batch goes on later."""

from __future__ import annotations

import datetime as dt
import platform
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from ogp_analysis.batch import finish, keys, notebook, publish, run_record
from ogp_analysis.batch.plan import Planner, Step
from ogp_analysis.batch.progress import Progress
from ogp_analysis.errors import OgpAnalysisError
from ogp_analysis.lock import only_one
from ogp_analysis.paths import HOME_VARIABLE, Project

#: Where the notebooks of failed runs are kept, with the error marked in them.
FAILED = ".failed"


@dataclass(frozen=True)
class Options:
    """How a batch is run.

    Attributes
    ----------
    jobs : int
        Runs side by side.
    timeout : float
        Seconds after which a run is ended.
    memory : int or None
        Bytes of address space a run may use, where the platform can limit it.
    retries : int
        How often a failed run is tried again.
    only_notebook : bool
        Whether to keep the executed notebooks only, without rendering.
    engine : {"auto", "warm", "cold"}
        How notebooks are run.
    """

    jobs: int = 1
    timeout: float = 600.0
    memory: int | None = None
    retries: int = 0
    only_notebook: bool = False
    engine: str = "auto"


@dataclass
class Summary:
    """What became of a batch.

    Attributes
    ----------
    published, rendered, current : int
        How many were run, only rendered again, or left as they were.
    failures : dict of str to list of str
        Names of the failed runs, by fault.
    engine : str
        How notebooks were run, and if cold, why.
    """

    published: int = 0
    rendered: int = 0
    current: int = 0
    failures: dict[str, list[str]] = field(default_factory=dict)
    engine: str = ""

    @property
    def failed(self) -> int:
        """How many failed."""
        return sum(len(names) for names in self.failures.values())

    def add_failure(self, name: str, fault: str) -> None:
        """Count a failure, grouped with others of the same fault."""
        self.failures.setdefault(fault, []).append(name)


def execute(project: Project, planner: Planner, steps: Iterable[Step], options: Options, progress: Progress) -> Summary:
    """Do what the steps ask for, under the lock of the reports, and return what became of them.

    Raises
    ------
    BusyError
        If another batch is at work in the same reports.
    ReportError
        If the reports cannot be written.
    """
    steps = list(steps)
    summary = Summary(current=sum(s.action == "current" for s in steps))
    with only_one(project.reports / ".lock", "running the batch"):
        publish.recover(project)
        for step in (s for s in steps if s.action == "render"):
            _render_again(project, planner, step, summary, progress)
        _run_all(project, planner, [s for s in steps if s.action == "run"], options, summary, progress)
        shutil.rmtree(publish.staging(project), ignore_errors=True)
    return summary


def _run_all(
    project: Project, planner: Planner, steps: list[Step], options: Options, summary: Summary, progress
) -> None:
    from ogp_analysis.batch.client import open_process

    if not steps:
        return
    waiting = {f"{s.run.notebook}/{s.run.slug}": s for s in sorted(steps, key=lambda s: -s.seconds)}
    modules = sorted({m for s in steps for m in planner.shared(s.run.notebook)["modules"]})
    with open_process(options.jobs, [*modules, *WARM_FOR_RENDERING], options.engine) as process:
        summary.engine = f"{process.kind}: {process.reason}" if process.reason else process.kind
        for attempt in range(options.retries + 1):
            requests = [_request(project, planner, step, options) for step in waiting.values()]
            last = attempt == options.retries
            for reply in process.run(requests):
                step = waiting[reply["id"]]
                if _settle(project, step, reply, summary, progress, options, last):
                    del waiting[reply["id"]]
            if not waiting:
                return


#: Imported once in the warm process beside what the notebooks use, because every run ends with a rendering.
WARM_FOR_RENDERING = ("ogp_analysis.batch.finish", "ogp_analysis.report.render", "ogp_analysis.batch.beforehand")


def _request(project: Project, planner: Planner, step: Step, options: Options) -> dict:
    name = step.run.notebook
    work = publish.staging(project) / f"{name}--{step.run.slug}"
    return {
        "id": f"{name}/{step.run.slug}",
        "name": step.run.name,
        "input": str(notebook.path(project, name)),
        "output": str(work.with_suffix(".ipynb")),
        "parameters": step.run.parameters,
        "cwd": str(project.notebooks),
        "env": {HOME_VARIABLE: str(project.root)},
        "timeout": options.timeout,
        "memory_limit_bytes": options.memory,
        "after": "ogp_analysis.batch.finish:finish",
        "notebook": name,
        "run_parameters": step.run.parameters,
        "folder": str(work),
        "shared": planner.shared(name),
        "render": not options.only_notebook,
    }


def _settle(
    project: Project, step: Step, reply: dict, summary: Summary, progress, options: Options, last: bool
) -> bool:
    """Publish a run that went well, or keep what a failed one left; return whether it is settled."""
    fault = "" if reply["ok"] else reply["error"]["message"]
    name = step.run.name
    if not fault:
        try:
            record = {**reply["after"], run_record.CLOCK: log(project, reply, summary.engine)}
            publish_record(project, record)
            summary.published += 1
        except OgpAnalysisError as error:
            fault = str(error)
    if fault and not last:
        return False
    if fault:
        kept = _keep_failed(project, step, reply)
        summary.add_failure(f"{name} ({kept})" if kept else name, fault)
    progress.ended(name, reply.get("seconds", 0.0), fault)
    return True


def publish_record(project: Project, record: dict) -> None:
    work = publish.staging(project) / f"{record['notebook']}--{record['slug']}"
    (work / run_record.NAME).write_bytes(run_record.dumps(record))
    publish.place(project, work, project.reports / record["notebook"] / record["slug"])
    shutil.rmtree(project.reports / FAILED / record["notebook"] / record["slug"], ignore_errors=True)


def _keep_failed(project: Project, step: Step, reply: dict) -> str:
    """Keep the notebook of a failed run where a person finds it; return its place, or nothing if there is none."""
    left = publish.staging(project) / f"{step.run.notebook}--{step.run.slug}.ipynb"
    if not left.is_file():
        return ""
    target = project.reports / FAILED / step.run.notebook / step.run.slug / "notebook.ipynb"
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(left, target)
    return project.shown(target)


def _render_again(project: Project, planner: Planner, step: Step, summary: Summary, progress: Progress) -> None:
    """Render a published run again from its executed notebook."""
    run = step.run
    published = project.reports / run.notebook / run.slug
    log = planner.published[run.notebook, run.slug][run_record.CLOCK]
    try:
        executed = notebook.read(published / "notebook.ipynb")
        work = publish.staging(project) / f"{run.notebook}--{run.slug}"
        record = finish.prepare(project, executed, run, planner.shared(run.notebook), work)
        publish_record(project, {**record, run_record.CLOCK: log})
        summary.rendered += 1
        progress.ended(run.name, 0.0)
    except OgpAnalysisError as error:
        summary.add_failure(run.name, str(error))
        progress.ended(run.name, 0.0, str(error))


def log(project: Project, reply: dict, engine: str) -> dict:
    """Return when and where a run was made: the part of its record outside the promise of equal bytes."""
    return {
        "finished": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "seconds": round(reply["seconds"], 3),
        "engine": engine,
        "commit": commit(project),
        "system": platform.platform(),
        "machine": platform.machine(),
        "python": platform.python_version(),
        "blas_threads": keys.BLAS_THREADS,
    }


def commit(project: Project) -> str | None:
    """Return the commit that is checked out, with ``+`` if files differ from it; None outside git."""
    try:
        told = subprocess.run(
            ["git", "describe", "--always", "--dirty=+", "--abbrev=12", "--exclude=*"],
            cwd=project.root,
            capture_output=True,
            text=True,
            timeout=10,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return told.stdout.strip() or None


def index(project: Project) -> Path:
    """Write ``reports/index.html`` from the records of what is published, and return its path."""
    from ogp_analysis.report.site import site

    entries = [_entry(r) for r in run_record.published(project).values() if r["about"]]
    for name, content in site(entries).items():
        file = project.reports / name
        if not file.is_file() or file.read_bytes() != content:
            new = file.with_name(f".{file.name}.new")
            try:
                new.write_bytes(content)
                new.replace(file)
            except OSError as error:
                raise publish.unwritable(project.reports, error) from error
    return project.reports / "index.html"


def _entry(record: dict) -> dict:
    return {
        **record["about"],
        "notebook": record["notebook"],
        "slug": record["slug"],
        "id": record["id"],
        "parameters": record["parameters"],
        "path": f"{record['notebook']}/{record['slug']}/index.html",
    }
