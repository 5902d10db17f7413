"""One executed notebook at a time: made by plain papermill, or received from someone."""

from __future__ import annotations

from pathlib import Path

from ogp_analysis.batch import finish, keys, notebook, parameters, publish, run_record, runner
from ogp_analysis.batch.manifest import Run
from ogp_analysis.batch.normalise import dumps, normalise
from ogp_analysis.errors import ReportError, UnknownName
from ogp_analysis.lock import only_one
from ogp_analysis.paths import Project


def render_one(project: Project, executed: Path) -> Path:
    """Publish the report of an executed notebook and return its page.

    Raises
    ------
    ReportError
        If the notebook is not one of the project's as they are now, or cannot be rendered.
    """
    document = notebook.read(executed)
    run = _run_of(project, document, executed)
    shared = keys.of_notebook(document, run.notebook)
    with only_one(project.reports / ".lock", "rendering a report"):
        publish.recover(project)
        work = publish.staging(project) / f"{run.notebook}--{run.slug}"
        record = finish.prepare(project, normalise(document), run, shared, work)
        log = runner.log(project, {"seconds": 0.0}, "papermill or Jupyter")
        runner.publish_record(project, {**record, run_record.CLOCK: log})
        runner.index(project)
    return project.reports / run.notebook / run.slug / "index.html"


def _run_of(project: Project, document: dict, file: Path) -> Run:
    """Return which run an executed notebook is, by its code, not by its name."""
    code = notebook.code_cells(document)
    for name in notebook.names(project):
        if notebook.code_cells(notebook.read(notebook.path(project, name))) == code:
            declared = notebook.declared(document, name)
            given = document["metadata"].get("papermill", {}).get("parameters", {})
            return Run(name, tuple(parameters.checked(declared, given, name).items()))
    raise ReportError(
        str(file),
        "its code is not that of any notebook of this checkout",
        "Run the notebook of this checkout, or check out the version it was made with",
    )


def normalise_one(executed: Path, output: Path) -> None:
    """Write an executed notebook without clocks, paths and random ids."""
    output.write_text(dumps(normalise(notebook.read(executed))), encoding="utf-8")


def references(project: Project, identifier: str) -> str:
    """Return the BibTeX references of a published output.

    Raises
    ------
    UnknownName
        If no published output has that id.
    """
    for (name, slug), record in run_record.published(project).items():
        if record["id"] == identifier and "cite.bib" in record["files"]:
            return (project.reports / name / slug / "cite.bib").read_text(encoding="utf-8")
    raise UnknownName(
        f"output {identifier[:40]!r}",
        "is not published in reports/",
        "Look its id up in reports/index.html, or run it again",
    )
