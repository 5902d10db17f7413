"""Notebooks run on a Dask cluster: each worker has a warm process of its own, and sends back what a run leaves.

Nothing is published on a worker. A run prepares its report in a folder there; the bytes come back, and are put where a
run on this machine would have left them.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from concurrent.futures import Future
from pathlib import Path

from ogp_analysis.base.cluster import Cluster, Elsewhere
from ogp_analysis.base.errors import RunError
from ogp_analysis.base.paths import HOME_VARIABLE, Project
from ogp_analysis.publishing.engine import fork
from ogp_analysis.publishing.engine.client import ColdProcess, Process, open_process
from ogp_analysis.publishing.engine.protocol import Foreign, Reply, Request
from ogp_analysis.publishing.runs import publish
from ogp_analysis.store.editions import handed_out_without_raw_files
from ogp_analysis.store.shelf import OWN


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
    from ogp_analysis.store.own_tables import is_own

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


class ClusterProcess(Process):
    """What runs notebooks on the workers of a cluster, with the interface of a process here.

    Parameters
    ----------
    cluster : Cluster
        With :func:`files` laid out on its workers.
    project : Project
    modules, engine, foreign
        As :func:`ogp_analysis.publishing.engine.client.open_process` takes them, on each worker.
    """

    kind, work = "cluster", staticmethod(fork.run)

    def __init__(self, cluster: Cluster, project: Project, modules: Iterable[str], engine: str, foreign: Foreign):
        self.jobs, self.reason, self.closed = cluster.size, "", False
        options = (str(project.given), tuple(modules), engine, tuple(foreign.items()))
        self._pool = Elsewhere(cluster, Notebooks, options)

    def reply(self, request: Request, future: Future) -> Reply:
        """Return what became of a request, with the notebook and the report in their places.

        Raises
        ------
        ReportError
            If the disk does not take them.
        """
        made = super().reply(request, future)
        executed, report = made.pop("executed", None), made.pop("report", None)
        with publish.writing(Path(request["output"])):
            if executed is not None:
                Path(request["output"]).write_bytes(executed)
            if made["ok"]:
                publish.write(Path(request["folder"]), report)
        return made

    def close(self) -> None:
        """Give up what is under way; the cluster goes on."""
        self.closed = True
        self._pool.shutdown(cancel_futures=True)


class Notebooks:
    """On a worker: the warm process, or where there can be none cold ones, as the host of runs.

    Parameters
    ----------
    size : int
        How many at a time.
    folder : pathlib.Path
        Of the project's files here.
    root : str
        The folder that they are below where they come from.
    modules, engine, foreign
        As :class:`ClusterProcess` takes them.
    """

    def __init__(
        self, size: int, folder: Path, root: str, modules: tuple[str, ...], engine: str, foreign: tuple
    ) -> None:
        self._size, self._folder, self._root = size, folder, root
        self._variables = {HOME_VARIABLE: str(folder)}
        self._process = open_process(size, modules, engine, dict(foreign), variables=self._variables)

    def __call__(self, work, request: Request) -> Reply:
        """Run a notebook, and return the reply with what it left: ``executed`` and the files of the ``report``."""
        with tempfile.TemporaryDirectory(dir=self._folder.parent, prefix="run-") as place:
            output, report = Path(place, "notebook.ipynb"), Path(place, "report")
            here = {name: str(self._folder / Path(request[name]).relative_to(self._root)) for name in ("input", "cwd")}
            here |= {"output": str(output), "folder": str(report), "env": self._variables}
            process = self._process
            try:
                made = process.reply({**request, **here}, process.submit({**request, **here}))
            except RunError as lost:
                # A notebook has ended the warm process; apart from each other, each can only end its own.
                if process.kind == "cold":
                    raise
                process.close()
                if self._process is process:
                    self._process = ColdProcess(self._size, str(lost), self._variables)
                made = self._process.reply({**request, **here}, self._process.submit({**request, **here}))
            made["executed"] = output.read_bytes() if output.is_file() else None
            made["report"] = {
                file.relative_to(report).as_posix(): file.read_bytes() for file in report.rglob("*") if file.is_file()
            }
            return made

    def close(self) -> None:
        """End the processes."""
        self._process.close()
