"""Run a batch: plan, execute, prepare, publish. A run that fails, fails alone; an interrupted batch resumes later."""

from __future__ import annotations

import contextlib
import shutil
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from pathlib import Path

from ogp_analysis.base import cached
from ogp_analysis.base.cluster import Cluster
from ogp_analysis.base.paths import HOME_VARIABLE, Project
from ogp_analysis.base.words.catalogue import LANGUAGES, VARIABLE
from ogp_analysis.base.words.own import FOLDER
from ogp_analysis.publishing.engine import run as engine
from ogp_analysis.publishing.runs import cluster as machines
from ogp_analysis.publishing.runs import finish, front_page, notebook, publish, run_record
from ogp_analysis.publishing.runs.manifest import Run
from ogp_analysis.publishing.runs.plan import FAILED, Options, Planner, Step
from ogp_analysis.publishing.runs.progress import Progress

#: What every run has imported beside what its notebook needs.
MODULES = ("ogp_analysis.publishing.pages.render", "ogp_analysis.publishing.pages.page", finish.__name__)
#: What the log says of how a batch ran its notebooks.
_HERE, _THERE = "forks", "cluster"
#: Where runs of a batch find what they share.
_CACHE = "cache"


@dataclass
class Summary:
    """The outcome of a batch.

    Attributes
    ----------
    published, current : int
        How many were run, or left as they were.
    failures : dict of str to list of str
        Names of the failed runs, by fault.
    """

    published: int = 0
    current: int = 0
    failures: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))


def requested(planner: Planner, run: Run, options: Options, folder: Path) -> dict:
    """Return the request for a run, as the processes that run notebooks take it.

    Parameters
    ----------
    planner : Planner
    run : Run
    options : Options
    folder : pathlib.Path
        Where its report is prepared; the executed notebook stands beside it.
    """
    project, executed = planner.project, folder.with_name(folder.name + ".ipynb")
    return {
        **finish.request(run, planner.rests_on(run), executed, folder, options.only_notebook),
        "input": str(notebook.path(project, run.notebook)),
        "parameters": run.parameters,
        "cwd": str(project.notebooks),
        "env": {
            HOME_VARIABLE: str(project.root),
            VARIABLE: LANGUAGES[0],
            FOLDER: str(notebook.path(project, run.notebook).parent),
            cached.FOLDER: str(folder.parent / _CACHE),
        },
        "last": "" if notebook.says_what_it_was_handed(planner.document(run.notebook)) else notebook.LAST,
        "timeout": options.timeout,
        "memory_limit_bytes": options.memory,
    }


def rendering(project: Project, request: dict) -> dict:
    """Return the request to make the report of a notebook that was executed: the function afterwards alone."""
    return {**request, "cwd": str(project.root), "env": {HOME_VARIABLE: str(project.root)}}


@dataclass
class Batch:
    """The work of one batch, under the lock of the reports.

    Attributes
    ----------
    planner : Planner
    options : Options
    progress : Progress
    cluster : Cluster or None
        Where notebooks are run, if not here.
    summary : Summary
    """

    planner: Planner
    options: Options
    progress: Progress
    cluster: Cluster | None = None
    summary: Summary = field(default_factory=Summary)

    @property
    def project(self) -> Project:
        """The project whose reports are made."""
        return self.planner.project

    def execute(self, steps: list[Step]) -> Summary:
        """Do what the steps ask for, and return what became of them.

        Raises
        ------
        BusyError
            If another batch is at work in the same reports.
        ClusterError
            If the cluster is lost and does not come back.
        ReportError
            If the reports cannot be written.
        """
        self.summary.current = sum(s.action == "current" for s in steps)
        with publish.at_work(self.project, "running the batch"):
            self.run([s for s in steps if s.action == "run"])
            front_page.write(self.project)
        return self.summary

    def run(self, steps: list[Step]) -> None:
        """Run notebooks, the longest first, and publish what they leave."""
        waiting = {step.run.place: step for step in sorted(steps, key=lambda s: -s.seconds)}
        if not waiting:
            return
        tries = dict.fromkeys(waiting, self.options.retries)
        # Taken before the code is imported, so that the next batch notices any change after it.
        requests = {}
        for id_, step in waiting.items():
            folder = publish.prepared(self.project, step.run.notebook, step.run.slug)
            requests[id_] = requested(self.planner, step.run, self.options, folder)
        names = {step.run.notebook for step in waiting.values()}
        modules = sorted({module for name in names for module in notebook.modules(self.planner.document(name))})
        modules += MODULES
        there = self.cluster and machines.opened(self.cluster, modules)
        with there or engine.opened(self.options.jobs, modules) as processes:

            def begun_in_turn() -> Iterator[dict]:
                for id_ in list(waiting):
                    self.progress.begun(requests[id_]["name"])
                    yield requests[id_]

            while waiting:
                for request, reply in engine.replies(processes, begun_in_turn(), self._submitted):
                    step = waiting[reply["id"]]
                    made = machines.laid_out(request, reply) if self.cluster else reply
                    tries[reply["id"]] -= 1
                    if self._settle(step, Path(request["output"]), made, last=tries[reply["id"]] < 0):
                        del waiting[reply["id"]]

    def _submitted(self, processes: Executor, request: dict) -> Future:
        if not self.cluster:
            return engine.submitted(processes, request)
        carried = machines.carried(self.project, request)
        return processes.submit(machines.run, carried, seconds=request["timeout"], first=machines.prepared)

    def _settle(self, step: Step, executed: Path, reply: dict, last: bool) -> bool:
        """Publish a successful run, or keep the notebook that a failed one left; return whether the run is settled."""
        name, failed = step.run.name, self.project.reports / FAILED / step.run.place
        entry = run_record.log_entry(self.project, reply["seconds"], _THERE if self.cluster else _HERE)
        fault = self._publish(executed, reply, entry)
        if fault and not last:
            self.progress.again(name, fault)
            return False
        if fault:
            kept = self._keep_failed(executed, failed / "notebook.ipynb")
            self.summary.failures[fault].append(f"{name} ({kept})" if kept else name)
        else:
            self.summary.published += 1
            shutil.rmtree(failed, ignore_errors=True)
            with contextlib.suppress(OSError):  # other failed runs may have folders there
                failed.parent.rmdir()
                failed.parent.parent.rmdir()
        self.progress.ended(name, reply["seconds"], fault)
        return True

    def _publish(self, executed: Path, reply: dict, entry: dict) -> str:
        """Publish the report that a reply announces, or return the fault in the reply; a full disk ends the batch."""
        if reply["ok"]:
            publish.publish(self.project, {**reply["after"], run_record.CLOCK: entry})
            # The report holds a copy; the originals of a long batch would fill the disk.
            executed.unlink(missing_ok=True)
            return ""
        publish.check_room(self.project)
        return reply["error"]["message"]

    def _keep_failed(self, executed: Path, target: Path) -> str:
        """Keep the notebook of a failed run for the user; return its path, or an empty text if there is none."""
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            executed.replace(target)
        except OSError:
            return ""
        return self.project.shown(target)
