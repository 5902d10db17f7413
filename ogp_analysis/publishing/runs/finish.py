"""From an executed notebook to a prepared report folder. Runs where the notebook ran, in its fixed environment."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from ogp_analysis.base import collector
from ogp_analysis.base.errors import ReportError
from ogp_analysis.base.paths import project
from ogp_analysis.base.words.sentence import PROVENANCE_MIME
from ogp_analysis.publishing.runs import keys, made, notebook, publish, run_record
from ogp_analysis.publishing.runs.manifest import Run
from ogp_analysis.publishing.runs.normalise import normalise, written


def request(run: Run, rests_on: dict, executed: Path, folder: Path, only_notebook: bool = False) -> dict:
    """Return what :func:`finish` needs to know of a run.

    Parameters
    ----------
    run : Run
    rests_on : dict
        The components of what it rests on that were known before it began.
    executed : pathlib.Path
        Where the executed notebook is.
    folder : pathlib.Path
        Where the report is prepared.
    only_notebook : bool
        Whether to keep the notebook only, without a report.
    """
    return {
        "id": run.place,
        "name": run.name,
        "notebook": run.notebook,
        "run_parameters": run.parameters,
        "rests_on": rests_on,
        "only_notebook": only_notebook,
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
    rests_on = {**request["rests_on"], **keys.of_payload(handed(executed, run.name))}
    record = {
        "format": run_record.FORMAT,
        "notebook": run.notebook,
        "slug": run.slug,
        "parameters": run.parameters,
        "id": made.identifier(run, executed),
        "rests_on": rests_on,
        "about": None,
    }
    if request["only_notebook"]:
        files = {"notebook.ipynb": written(executed, run.name, "Show it as text")}
    else:
        from ogp_analysis.publishing.citation import identity_of
        from ogp_analysis.publishing.pages.render import render

        here = project()
        identity = replace(identity_of(here, run, record["id"]), modified=tuple(rests_on["modified"]))
        files, record["about"] = render(executed, identity)
    publish.write(Path(request["folder"]), files)
    return {**record, "files": run_record.files(files)}


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
