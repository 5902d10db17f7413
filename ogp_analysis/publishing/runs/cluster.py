"""Notebooks run on a Dask cluster: each worker forks processes as this machine does, and sends back what a run leaves.

Nothing is published on a worker. A run prepares its report in a folder there; the bytes come back, and are put where a
run on this machine would have left them.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from ogp_analysis.base.cluster import Cluster, Elsewhere
from ogp_analysis.base.paths import HOME_VARIABLE, Project, is_own
from ogp_analysis.base.words.catalogue import VARIABLE
from ogp_analysis.data.store.editions import handed_out_without_raw_files
from ogp_analysis.data.store.shelf import OWN
from ogp_analysis.publishing.engine import environment
from ogp_analysis.publishing.engine import run as engine
from ogp_analysis.publishing.engine.run import Reply, Request
from ogp_analysis.publishing.runs import publish


def files(project: Project, editions: Iterable[str], own: Iterable[str] = ()) -> dict[str, Path]:
    """Return what a worker needs of a project to run its notebooks, by the path below its root.

    Notebooks and what lies beside them, the citation file, and that from which tables of `editions` are handed out; no
    raw file: a worker hands out the tables that were built here. Of the values `own`,
    those that name tables of a user's own files stand for these.

    Raises
    ------
    ParameterError
        If an edition can be read on this machine only.
    """
    found = dict.fromkeys([*project.notebooks.rglob("*"), project.citation], project.given)
    for edition in sorted(set(editions)):
        found |= handed_out_without_raw_files(project, edition)
    shelved = (file for name in own if is_own(name) for file in (project.processed / OWN / name).rglob("*"))
    found |= dict.fromkeys(shelved, project.root)
    return {
        file.relative_to(root).as_posix(): file
        for file, root in found.items()
        if file.is_file() and not file.is_symlink() and not any(p[0] in "._" for p in file.relative_to(root).parts)
    }


def opened(cluster: Cluster, modules: Iterable[str]) -> Elsewhere:
    """Return the executor of runs on the workers of a cluster, which has :func:`files` laid out on them."""
    return Elsewhere(cluster, (*engine.MODULES, *modules), environment.of_runs)


def carried(project: Project, request: Request) -> Request:
    """Return a request for a worker: what it names of the project's files is named below the project."""
    below = {n: Path(request[n]).relative_to(project.given).as_posix() for n in ("input", "cwd") if request.get(n)}
    return {**request, **below, "env": {VARIABLE: request["env"][VARIABLE]}}


def prepared(request: Request) -> tuple:
    """Make this process on a worker that of a run, and its kernel; return the request as it is here, too."""
    home, place = Path(os.environ[HOME_VARIABLE]), tempfile.TemporaryDirectory(prefix="run-")
    here = {name: str(home / request[name]) for name in ("input", "cwd")}
    here |= {"output": str(Path(place.name, "notebook.ipynb")), "folder": str(Path(place.name, "report"))}
    return place, {**request, **here}, engine.prepared({**request, **here})


def run(made: tuple, request: Request) -> Reply:
    """Run a notebook on a worker; return the reply with what it left: ``executed``, and the files of the ``report``."""
    place, here, ready = made
    with place:
        output, report = Path(here["output"]), Path(here["folder"])
        reply = engine.run(ready, here)
        reply["executed"] = output.read_bytes() if output.is_file() else None
        reply["report"] = {
            file.relative_to(report).as_posix(): file.read_bytes() for file in report.rglob("*") if file.is_file()
        }
        return reply


def laid_out(request: Request, reply: Reply) -> Reply:
    """Return the reply of a worker, with the notebook and the report in their places here.

    Raises
    ------
    ReportError
        If the disk does not take them.
    """
    executed, report = reply.pop("executed", None), reply.pop("report", None)
    with publish.writing(Path(request["output"])):
        if executed is not None:
            Path(request["output"]).write_bytes(executed)
        if reply["ok"]:
            publish.write(Path(request["folder"]), report)
    return reply
