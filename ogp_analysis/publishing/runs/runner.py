"""Run a batch: plan, execute, prepare, publish. A run that fails, fails alone; an interrupted batch resumes later."""

from __future__ import annotations

import contextlib
import shutil
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ogp_analysis.base.cluster import Cluster
from ogp_analysis.base.errors import OgpAnalysisError, RunError
from ogp_analysis.base.paths import HOME_VARIABLE, Project
from ogp_analysis.publishing.engine.client import PageProcess, WarmProcess, open_process
from ogp_analysis.publishing.runs import beforehand, finish, front_page, notebook, publish, run_record
from ogp_analysis.publishing.runs.cluster import ClusterProcess
from ogp_analysis.publishing.runs.manifest import Run
from ogp_analysis.publishing.runs.plan import FAILED, Planner, Step
from ogp_analysis.publishing.runs.progress import Progress

#: Modules that the warm process imports beside those of the notebooks: for the end of every run, and for its page.
WARM_FOR_RUNS = ("ogp_analysis.publishing.runs.finish", "ogp_analysis.publishing.runs.beforehand")
WARM_FOR_PAGES = ("ogp_analysis.publishing.pages.render", "ogp_analysis.publishing.pages.page", *WARM_FOR_RUNS)


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
    """The outcome of a batch.

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
    failures: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    engine: str = ""

    @property
    def failed(self) -> int:
        """How many failed."""
        return sum(len(names) for names in self.failures.values())


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
    project, prose = planner.project, None if options.only_notebook else planner.prose(run)
    return {
        **finish.request(run, planner.key(run), prose, folder.with_name(folder.name + ".ipynb"), folder),
        "input": str(notebook.path(project, run.notebook)),
        "parameters": run.parameters,
        "cwd": str(project.notebooks),
        "env": {HOME_VARIABLE: str(project.root)},
        "timeout": options.timeout,
        "memory_limit_bytes": options.memory,
    }


@dataclass
class Batch:
    """The work of one batch, under the lock of the reports.

    Attributes
    ----------
    planner : Planner
    options : Options
    progress : Progress
    begun : WarmProcess or None
        What :func:`ogp_analysis.publishing.engine.client.begin` has started; it is used if a notebook is run.
    cluster : Cluster or None
        Where notebooks are run, if not here.
    summary : Summary
    explored : dict or None
        What the explorer rests on that was made beside the runs.
    """

    planner: Planner
    options: Options
    progress: Progress
    begun: WarmProcess | None = None
    cluster: Cluster | None = None
    summary: Summary = field(default_factory=Summary)
    explored: dict | None = None

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
            self.render([s for s in steps if s.action == "render"])
            self.run([s for s in steps if s.action == "run"])
            front_page.write(self.project, self.explored)
        return self.summary

    def render(self, steps: list[Step]) -> None:
        """Render published runs again from their executed notebooks."""
        waiting = {step.run.place: step for step in steps}
        if not waiting:
            return
        with PageProcess(self.project, min(self.options.jobs, len(waiting))) as pages:
            for reply in pages.run(self._rendering(step) for step in steps):
                step = waiting[reply["id"]]
                before = self.planner.published[step.run.notebook, step.run.slug][run_record.CLOCK]
                fault = self._publish(step, reply, before)
                self.summary.rendered += not fault
                if fault:
                    self.summary.failures[fault].append(step.run.name)
                self.progress.ended(step.run.name, reply["seconds"], fault)

    def run(self, steps: list[Step]) -> None:
        """Run notebooks, the longest first, and publish what they leave."""
        waiting = {step.run.place: step for step in sorted(steps, key=lambda s: -s.seconds)}
        tries = dict.fromkeys(waiting, self.options.retries)
        engine = self.options.engine
        while waiting:
            try:
                self._run_with(engine, waiting, tries)
            except RunError as lost:
                # A notebook ended the warm process. From here on each notebook can end only a process of its own.
                if engine == "cold":
                    raise
                engine, self.summary.engine = "cold", f"cold: {lost.where}: {lost.what}"

    def _run_with(self, engine: str, waiting: dict[str, Step], tries: dict[str, int]) -> None:
        """Try each waiting run until it is settled; a settled run leaves `waiting`."""
        # Taken before the code is imported, so that the next batch notices any change after it.
        requests, kinds = {}, {id_: beforehand.kind(s.run.notebook, s.run.parameters) for id_, s in waiting.items()}
        many = Counter() if self.cluster else Counter(kinds.values())  # on a cluster each worker has only some
        for id_, step in waiting.items():
            folder = publish.prepared(self.project, step.run.notebook, step.run.slug)
            request = requested(self.planner, step.run, self.options, folder)
            requests[id_] = {**request, "alike": many[kinds[id_]]}
        modules = sorted({m for s in waiting.values() for m in self.planner.shared(s.run.notebook)["modules"]})
        foreign = self.planner.foreign(step.run.notebook for step in waiting.values())
        modules += WARM_FOR_RUNS if self.options.only_notebook else WARM_FOR_PAGES
        begun, self.begun = self.begun, None
        try:
            if self.cluster:
                process = ClusterProcess(self.cluster, self.project, modules, engine, foreign)
            else:
                here = {HOME_VARIABLE: str(self.project.root)}
                process = open_process(self.options.jobs, modules, engine, foreign, begun, here)
        except RunError as refused:
            raise OgpAnalysisError(refused.where, refused.what, refused.action) from refused
        with process:
            called = f"{process.kind}: {process.reason}" if process.reason else process.kind
            self.summary.engine = self.summary.engine or called
            explorer = front_page.ahead(self.project, {step.run.notebook for step in waiting.values()})
            beside = [explorer] if explorer and process.kind == "warm" else []

            def begun_in_turn() -> Iterator[dict]:
                for id_ in list(waiting):
                    self.progress.begun(requests[id_]["name"])
                    yield requests[id_]
                while beside:
                    yield beside.pop()

            while waiting:
                for reply in process.run(begun_in_turn()):
                    if reply["id"] not in waiting:
                        self.explored = reply.get("after")
                        continue
                    step = waiting[reply["id"]]
                    tries[reply["id"]] -= 1
                    if self._settle(step, reply, last=tries[reply["id"]] < 0):
                        del waiting[reply["id"]]

    def _rendering(self, step: Step) -> dict:
        run, record = step.run, self.planner.published[step.run.notebook, step.run.slug]
        executed = self.project.reports / run.place / "notebook.ipynb"
        folder = publish.prepared(self.project, run.notebook, run.slug)
        return finish.request(run, record["key"], self.planner.prose(run), executed, folder)

    def _settle(self, step: Step, reply: dict, last: bool) -> bool:
        """Publish a successful run, or keep the notebook of a failed run; return whether the run is settled."""
        name = step.run.name
        fault = self._publish(step, reply, run_record.log_entry(self.project, reply["seconds"], self.summary.engine))
        if fault and not last:
            self.progress.again(name, fault)
            return False
        if fault:
            kept = self._keep_failed(step)
            self.summary.failures[fault].append(f"{name} ({kept})" if kept else name)
        else:
            self.summary.published += 1
            failed = self._failed(step)
            shutil.rmtree(failed, ignore_errors=True)
            for folder in (failed.parent, failed.parent.parent):
                with contextlib.suppress(OSError):
                    folder.rmdir()
        self.progress.ended(name, reply["seconds"], fault)
        return True

    def _publish(self, step: Step, reply: dict, entry: dict) -> str:
        """Publish the report that a reply announces, or return the fault in the reply; a full disk ends the batch."""
        if reply["ok"]:
            publish.publish(self.project, {**reply["after"], run_record.CLOCK: entry})
            # The report holds a copy; the originals of a long batch would fill the disk.
            self._left(step).unlink(missing_ok=True)
            return ""
        publish.check_room(self.project)
        return reply["error"]["message"]

    def _keep_failed(self, step: Step) -> str:
        """Keep the notebook of a failed run for the user; return its path, or an empty text if there is none."""
        target = self._failed(step) / "notebook.ipynb"
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            self._left(step).replace(target)
        except OSError:
            return ""
        return self.project.shown(target)

    def _left(self, step: Step) -> Path:
        """Return the notebook that a run leaves beside its prepared folder."""
        folder = publish.prepared(self.project, step.run.notebook, step.run.slug)
        return folder.with_name(folder.name + ".ipynb")

    def _failed(self, step: Step) -> Path:
        return self.project.reports / FAILED / step.run.place
