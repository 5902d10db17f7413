"""From an executed notebook to a prepared report folder. Runs where the notebook ran, in the warm process."""

from __future__ import annotations

import json
from pathlib import Path

from ogp_analysis import fingerprint
from ogp_analysis.batch import keys, notebook, publish, run_record
from ogp_analysis.batch.manifest import Run
from ogp_analysis.batch.normalise import dumps, normalise
from ogp_analysis.errors import ReportError
from ogp_analysis.messages.sentence import PROVENANCE_MIME
from ogp_analysis.paths import Project, project


def finish(request: dict) -> dict:
    """Prepare the folder of an executed notebook, and return its record without the log.

    Parameters
    ----------
    request : dict
        ``output``: the executed notebook; ``notebook``, ``run_parameters``; ``folder``: where the
        report is prepared; ``shared``: the components of the key that its runs share; ``render``:
        whether to render it or to keep the notebook only.

    Returns
    -------
    dict
        What :mod:`ogp_analysis.batch.run_record` describes.
    """
    executed = normalise(notebook.read(Path(request["output"])))
    run = Run(request["notebook"], tuple(request["run_parameters"].items()))
    return prepare(project(), executed, run, request["shared"], Path(request["folder"]), request["render"])


def prepare(here: Project, executed: dict, run: Run, shared: dict, folder: Path, render: bool = True) -> dict:
    """Write the report of an executed, normalised notebook into `folder` and return its record."""
    key = keys.of_run(shared, run.parameters, _tables(executed, run.name))
    record = {
        "format": run_record.FORMAT,
        "notebook": run.notebook,
        "slug": run.slug,
        "parameters": run.parameters,
        "id": keys.identifier(key),
        "key": key,
        "prose": None,
        "about": None,
    }
    files = {"notebook.ipynb": dumps(executed).encode()}
    if render:
        files, record["about"], record["prose"] = _rendered(here, executed, run, record["id"])
    publish.write(folder, files)
    record["files"] = {n: {"sha256": fingerprint.of_bytes(c), "bytes": len(c)} for n, c in sorted(files.items())}
    return record


def _rendered(here: Project, executed: dict, run: Run, identifier: str):
    from ogp_analysis.batch.identity import identity_of
    from ogp_analysis.report.render import render

    current = notebook.path(here, run.notebook)
    prose = notebook.read(current)
    executed = with_prose(executed, prose)
    who = identity_of(here, run, identifier)
    files, about = render(executed, who)
    return files, about, keys.of_prose(prose, run.parameters.get("language", "en"))


def with_prose(executed: dict, current: dict) -> dict:
    """Return the executed notebook with the markdown cells of the current one, where their order agrees.

    The cells that ran stay as they ran; a corrected sentence of prose needs no new run.
    """
    prose = [c for c in current["cells"] if c["cell_type"] == "markdown"]
    old = [c for c in executed["cells"] if c["cell_type"] == "markdown"]
    layout = [c["cell_type"] for c in executed["cells"] if "injected-parameters" not in notebook.tags(c)]
    if layout != [c["cell_type"] for c in current["cells"]]:
        return executed
    new = {id(a): {**a, "source": b["source"], "metadata": b["metadata"]} for a, b in zip(old, prose, strict=True)}
    return {**executed, "cells": [new.get(id(c), c) for c in executed["cells"]]}


def _tables(executed: dict, name: str) -> dict[str, str]:
    """Return the tables an executed notebook says it was handed."""
    for cell in reversed(executed["cells"]):
        for output in cell.get("outputs", []):
            payload = output.get("data", {}).get(PROVENANCE_MIME)
            if payload is not None:
                payload = json.loads("".join(payload)) if isinstance(payload, list | str) else payload
                return {f"{t['edition']}/{t['dataset']}/{t['table']}": t["sha256"] for t in payload["tables"]}
    raise ReportError(
        name, "the notebook does not say which tables it was handed", "End it with a cell `ogp.provenance()`"
    )
