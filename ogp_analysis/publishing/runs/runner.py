"""Run a batch: plan, execute, prepare, publish. A run that fails, fails alone; an interrupted batch resumes later.

A single executed notebook, from plain papermill, Jupyter or elsewhere, is checked and published here as well.
"""

from __future__ import annotations

import contextlib
import copy
import shutil
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from pathlib import Path

from ogp_analysis.base import fingerprint, kept
from ogp_analysis.base.cluster import Cluster
from ogp_analysis.base.errors import ReportError, UnknownName
from ogp_analysis.base.paths import HOME_VARIABLE, Project
from ogp_analysis.base.words.catalogue import LANGUAGES, VARIABLE
from ogp_analysis.base.words.own import FOLDER
from ogp_analysis.publishing.citation import together
from ogp_analysis.publishing.engine import run as engine
from ogp_analysis.publishing.runs import cluster as machines
from ogp_analysis.publishing.runs import finish, front_page, notebook, parameters, publish, run_record
from ogp_analysis.publishing.runs.manifest import Run
from ogp_analysis.publishing.runs.normalise import normalise, written
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
            fingerprint.FOLDER: str(folder.parent / _CACHE),
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


#: Files of references by what the command line calls them.
REFERENCES = {"bibtex": "cite.bib", "csl": "cite.json", "ris": "cite.ris"}
_SHOW = "Show it as text, then run again"
_INJECTED = "injected-parameters"


def render_one(project: Project, executed: Path, language: str) -> Path:
    """Publish the report of an executed notebook and return its page in a language.

    The report is the one the batch makes of the same run. That the notebook was run with the code
    that is checked out now is taken on trust; :mod:`ogp_analysis.publishing.runs.verify` runs it again.

    Raises
    ------
    ReportError
        If the notebook is not one of the project's as they are now, was not run once from top to
        bottom, or cannot be rendered.
    """
    document = notebook.read(executed)
    run = run_of(project, document, executed)
    check_order(document, executed)
    planner = Planner(project)
    content = written(as_batch(document, planner.document(run.notebook), run), str(executed), _SHOW)
    with publish.at_work(project, "rendering a report"):
        folder = publish.prepared(project, run.notebook, run.slug)
        publish.write(folder.with_name("executed"), {"notebook.ipynb": content})
        request = finish.request(run, planner.rests_on(run), folder.with_name("executed") / "notebook.ipynb", folder)
        reply = engine.alone(rendering(project, request), MODULES)
        if not reply["ok"]:
            raise ReportError(str(executed), reply["error"]["message"], "Correct it, then render again")
        entry = run_record.log_entry(project, reply["seconds"], "papermill or Jupyter")
        publish.publish(project, {**reply["after"], run_record.CLOCK: entry})
        front_page.write(project)
    return project.reports / run.place / language / "index.html"


def run_of(project: Project, document: dict, file: Path) -> Run:
    """Return which run an executed notebook is, by its code, not by its name.

    Parameters
    ----------
    project : Project
    document : dict
        The executed notebook.
    file : pathlib.Path
        Where it lies, for the error.

    Raises
    ------
    ReportError
        If no notebook of the project has its code.
    """
    code = notebook.code_cells(document)
    for name in notebook.names(project):
        current = notebook.read(notebook.path(project, name))
        if notebook.code_cells(current) == code:
            declared = notebook.declared(current, name)
            # A later cell overrides an earlier one.
            given = {p.name: p.default for p in notebook.declared(document, name).values()}
            for cell in notebook.tagged(document, _INJECTED):
                given |= notebook.assigned(cell, name)
            return Run.of(name, parameters.checked(declared, given, name))
    action = "Run the notebook of this checkout, or check out the version it was made with"
    raise ReportError(str(file), "its code is not that of any notebook of this checkout", action)


def check_order(document: dict, file: Path) -> None:
    """See that the cells of an executed notebook ran once, from top to bottom.

    Parameters are those of :func:`run_of`.

    Raises
    ------
    ReportError
        If a cell was not run, or in another order.
    """
    cells = [c for c in document["cells"] if c["cell_type"] == "code" and notebook.source(c).strip()]
    counts = [cell.get("execution_count") for cell in cells]
    if None in counts:
        what = f"was not executed to its end: code cell {counts.index(None) + 1} has no number"
        raise ReportError(str(file), what, "Run all its cells, save, then render again")
    for position, count in enumerate(counts, 1):
        if count != position:
            what = f"was not run once from top to bottom: code cell {position} is In [{count}]"
            raise ReportError(str(file), what, "Restart its kernel, run all cells, save, then render again")


def as_batch(document: dict, current: dict, run: Run) -> dict:
    """Return an executed notebook as the batch leaves it: all canonical parameters are injected.

    papermill injects only the parameters that it was given, and a user of Jupyter edits the parameters
    cell itself; the report must not depend on which of the two happened.

    Parameters
    ----------
    document : dict
        The executed notebook.
    current : dict
        The notebook as it is in the checkout.
    run : Run
    """
    from papermill.translators import PythonTranslator

    document = copy.deepcopy(document)
    cells = [c for c in document["cells"] if _INJECTED not in notebook.tags(c)]
    if [c["cell_type"] for c in cells] == [c["cell_type"] for c in current["cells"]]:
        # Its prose is that of the checkout: it decides no result, and what ran stays as it ran.
        for cell, now in zip(cells, current["cells"], strict=True):
            if cell["cell_type"] == "markdown":
                cell |= {"source": now["source"], "metadata": cell["metadata"] | now["metadata"]}
    position, declaring = next((i, c) for i, c in enumerate(cells, 1) if "parameters" in notebook.tags(c))
    declaring["source"] = notebook.source(notebook.tagged(current, "parameters")[0])
    timed = {k: copy.deepcopy(v) for k, v in declaring["metadata"].items() if k == "papermill"}
    injected = {
        "cell_type": "code",
        "execution_count": None,
        "metadata": {**timed, "tags": [_INJECTED]},
        "outputs": [],
        "source": PythonTranslator.codify(run.parameters, "Parameters"),
    }
    made_up = {"id": "0" * 8} if "id" in declaring else {}  # so that normalise names it
    cells.insert(position, {**injected, **made_up})
    count = 0
    for cell in cells:
        if cell["cell_type"] == "code" and notebook.source(cell).strip():
            count += 1
            for numbered in (cell, *(output for output in cell["outputs"] if "execution_count" in output)):
                numbered["execution_count"] = count
    document["cells"] = cells
    if "papermill" in document["metadata"]:
        document["metadata"]["papermill"]["parameters"] = run.parameters
    return document


def normalise_one(executed: Path, output: Path) -> None:
    """Write an executed notebook without clocks, paths and random ids.

    Raises
    ------
    ParameterError, ReportError
        If it is not a notebook, or the output cannot be written.
    """
    content = written(normalise(notebook.read(executed)), str(executed), _SHOW)
    try:
        kept.replace(output.absolute(), content)
    except OSError as error:
        what = f"cannot be written ({error.strerror})"
        raise ReportError(str(output), what, "Name another place: -o FILE") from error


def references(project: Project, outputs: Sequence[str], style: str = "bibtex") -> str:
    """Return the references of published outputs, as one bibliography.

    Parameters
    ----------
    project : Project
    outputs : sequence of str
        Each as in :func:`~ogp_analysis.publishing.runs.run_record.located`.
    style : {"bibtex", "csl", "ris"}

    Raises
    ------
    UnknownName
        If no published output is called that, or several are, or not in that style.
    ReportError
        If the path has no record, or the file was changed after it was published.
    """
    written = []
    for output in outputs:
        folder = run_record.located(project, output)
        record, file = run_record.taken(folder), f"{run_record.language_of(output, folder)}/{REFERENCES[style]}"
        where = f"output {record['id']!r}"
        if file not in record["files"]:
            raise UnknownName(where, f"has no {file}", f"Run it again: ogp-analysis run {record['notebook']}")
        content, fault = run_record.content(folder, record, file)
        if fault:
            raise ReportError(where, fault, "Run it again")
        written.append(content.decode())
    return together(written, style)
