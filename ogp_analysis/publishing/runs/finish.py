"""From an executed notebook to a prepared report folder. Runs where the notebook ran, in its fixed environment."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from ogp_analysis.base import collector
from ogp_analysis.base.errors import ReportError
from ogp_analysis.base.paths import project
from ogp_analysis.base.words.sentence import PROVENANCE_MIME
from ogp_analysis.publishing.runs import keys, notebook, publish, run_record
from ogp_analysis.publishing.runs.manifest import Run
from ogp_analysis.publishing.runs.normalise import normalise, written


def request(run: Run, key: dict, prose: dict | None, executed: Path, folder: Path) -> dict:
    """Return what :func:`finish` needs to know of a run.

    Parameters
    ----------
    run : Run
    key : dict
        The components of its key that were known before it began.
    prose : dict or None
        What its rendering rests on, known before that begins; None to keep the notebook only.
    executed : pathlib.Path
        Where the executed notebook is.
    folder : pathlib.Path
        Where the report is prepared.
    """
    return {
        "id": run.place,
        "name": run.name,
        "notebook": run.notebook,
        "run_parameters": run.parameters,
        "key": key,
        "prose": prose,
        "output": str(executed),
        "folder": str(folder),
        "after": f"{__name__}:{finish.__name__}",
    }


@collector.off()
def finish(request: dict) -> dict:
    """Prepare the folder of an executed notebook, and return its record without the log.

    Parameters
    ----------
    request : dict
        As :func:`request` makes it.

    Returns
    -------
    dict
        What :mod:`ogp_analysis.publishing.runs.run_record` describes.

    Raises
    ------
    ReportError
        If the notebook cannot be rendered or the folder cannot be written.
    """
    run = Run(request["notebook"], tuple(request["run_parameters"].items()))
    executed = normalise(notebook.read(Path(request["output"])))
    key = {**request["key"], **keys.of_payload(handed(executed, run.name))}
    record = {
        "format": run_record.FORMAT,
        "notebook": run.notebook,
        "slug": run.slug,
        "parameters": run.parameters,
        "id": keys.identifier(key),
        "key": key,
        "prose": request["prose"],
        "about": None,
    }
    if request["prose"] is None:
        files = {"notebook.ipynb": written(executed, run.name, "Show it as text")}
    else:
        from ogp_analysis.publishing.citation import identity_of
        from ogp_analysis.publishing.pages.render import render

        here = project()
        current = notebook.read(notebook.path(here, run.notebook))
        files, record["about"] = render(
            with_prose(executed, current),
            replace(identity_of(here, run, record["id"]), modified=run_record.modified(here)),
        )
    publish.write(Path(request["folder"]), files)
    return {**record, "files": run_record.files(files)}


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


def handed(executed: dict, name: str) -> dict:
    """Return the provenance in an executed notebook: the tables that it was handed, and their sources.

    Parameters
    ----------
    executed : dict
        The notebook.
    name : str
        Of the run, for the error.

    Raises
    ------
    ReportError
        If it has none, or one that cannot be read.
    """
    for cell in reversed(executed["cells"]):
        for output in cell.get("outputs", []):
            payload = output.get("data", {}).get(PROVENANCE_MIME)
            if payload is not None:
                try:
                    payload = json.loads("".join(payload)) if isinstance(payload, list | str) else payload
                    keys.of_payload(payload)
                except (ValueError, KeyError, TypeError, AttributeError) as error:
                    what = "what it says of its tables cannot be read"
                    raise ReportError(name, what, "Run the notebook again") from error
                return payload
    what = "the notebook does not say which tables it was handed"
    raise ReportError(name, what, "End it with a cell `ogp.provenance()`")
