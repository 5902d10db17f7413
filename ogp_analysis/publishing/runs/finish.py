"""From an executed notebook to a prepared report folder. Runs where the notebook ran, in its fixed environment."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from ogp_analysis.base import collector
from ogp_analysis.base.errors import ReportError
from ogp_analysis.base.paths import Project, project
from ogp_analysis.base.words.catalogue import LANGUAGES
from ogp_analysis.base.words.sentence import PROVENANCE_MIME
from ogp_analysis.publishing.runs import keys, languages, made, notebook, publish, run_record
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
        As :func:`request` makes it; ``pages`` in place of ``output`` are the notebooks of a report that was published,
        by language.

    Returns
    -------
    dict
        What :mod:`ogp_analysis.publishing.runs.run_record` describes.

    Raises
    ------
    ReportError
        If the notebook cannot be rendered or the folder cannot be written.
    """
    run, here = Run.of(request["notebook"], request["run_parameters"]), project()
    pages = {language: normalise(page) for language, page in _pages(request, here, run).items()}
    [payload, *_] = [handed(page, run.name) for page in pages.values()]
    rests_on = {**request["rests_on"], **keys.of_payload(payload)}
    record = {
        "format": run_record.FORMAT,
        "notebook": run.notebook,
        "slug": run.slug,
        "parameters": run.parameters,
        "id": made.identifier(run, pages),
        "rests_on": rests_on,
        "about": None if request["only_notebook"] else {},
    }
    files = {}
    for language, page in pages.items():
        if request["only_notebook"]:
            own = {run_record.NOTEBOOK: written(page, run.name, "Show it as text")}
        else:
            from ogp_analysis.publishing.citation import identity_of
            from ogp_analysis.publishing.pages.render import render

            identity = replace(identity_of(here, run, record["id"], language), modified=tuple(rests_on["modified"]))
            own, record["about"][language] = render(page, identity)
        files |= {f"{language}/{name}": content for name, content in own.items()}
    _check_numbers(run, files)
    publish.write(Path(request["folder"]), files)
    return {**record, "files": run_record.files(files)}


def _check_numbers(run: Run, files: dict[str, bytes]) -> None:
    """Raise if the pages state different numbers: what a result rests on was changed before it was shown."""
    printed = [json.loads(files.get(f"{language}/numbers.json", b"{}")) for language in LANGUAGES]
    parts = ("value", "low", "high")
    first, *others = ({key: [one[part] for part in parts] for key, one in page.items()} for page in printed)
    if odd := sorted(key for other in others for key in {*first, *other} if first.get(key) != other.get(key)):
        what = f"its pages state different numbers, {len(odd)} of {len(first)}, for example {odd[0]!r}"
        action = "Show a result in the cell that makes it, and change nothing that it was made from before it is shown"
        raise ReportError(run.name, what, action)


def _pages(request: dict, here: Project, run: Run) -> dict[str, dict]:
    """Return the executed notebook in each language."""
    if "pages" in request:  # of a report that was made before
        return {language: notebook.read(Path(file)) for language, file in request["pages"].items()}
    executed = notebook.read(Path(request["output"]))
    translated = languages.translations(here, notebook.path(here, run.notebook))
    return {language: languages.in_language(executed, language, translated) for language in LANGUAGES}


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
