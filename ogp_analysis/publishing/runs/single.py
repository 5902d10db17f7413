"""One executed notebook at a time: made by plain papermill or in Jupyter, or received from someone."""

from __future__ import annotations

import copy
from pathlib import Path

from ogp_analysis.base import kept
from ogp_analysis.base.errors import ReportError, UnknownName
from ogp_analysis.base.paths import Project
from ogp_analysis.publishing.engine import run as engine
from ogp_analysis.publishing.runs import finish, front_page, notebook, parameters, publish, run_record
from ogp_analysis.publishing.runs.manifest import Run
from ogp_analysis.publishing.runs.normalise import normalise, written
from ogp_analysis.publishing.runs.plan import Planner
from ogp_analysis.publishing.runs.runner import MODULES, rendering

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


def references(project: Project, output: str, style: str = "bibtex") -> str:
    """Return the references of a published output.

    Parameters
    ----------
    project : Project
    output : str
        As in :func:`~ogp_analysis.publishing.runs.run_record.located`.
    style : {"bibtex", "csl", "ris"}

    Raises
    ------
    UnknownName
        If no published output is called that, or several are, or not in that style.
    ReportError
        If the path has no record, or the file was changed after it was published.
    """
    folder = run_record.located(project, output)
    record, file = run_record.taken(folder), f"{run_record.language_of(output, folder)}/{REFERENCES[style]}"
    where = f"output {record['id']!r}"
    if file not in record["files"]:
        raise UnknownName(where, f"has no {file}", f"Run it again: ogp-analysis run {record['notebook']}")
    content, fault = run_record.content(folder, record, file)
    if fault:
        raise ReportError(where, fault, "Run it again")
    return content.decode()
