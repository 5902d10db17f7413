"""What a batch printed, as one table: a row for each run of a notebook, a column for each of its numbers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from ogp_analysis.base import kept
from ogp_analysis.base.errors import ReportError, UnknownName
from ogp_analysis.base.paths import Project
from ogp_analysis.base.paths import project as this_project
from ogp_analysis.base.spreadsheet import lines
from ogp_analysis.base.words.catalogue import language
from ogp_analysis.publishing.runs import run_record

if TYPE_CHECKING:
    import pandas as pd

#: Columns before those of the numbers: the id of the report, and its parameters under their names.
ID = "id"
_ABOUT = ("unit", "decimals", "level", "label", "sentence")


def collect(notebook: str) -> pd.DataFrame:
    """Return the numbers that the published runs of a notebook print.

    Parameters
    ----------
    notebook : str
        Name of the notebook.

    Returns
    -------
    pandas.DataFrame
        One row per run, sorted by parameters: ``id``, each parameter, and each number under its name, with ``.low`` and
        ``.high`` of the interval of one that has any. A number that a run does not print is missing in its row. What a
        number is stands in ``attrs["numbers"]`` by its name: unit, decimals, level of the interval, label, and the
        sentence that states it.

    Raises
    ------
    UnknownName
        If no report of that notebook is published.
    ReportError
        If a file was changed after it was published.

    Examples
    --------
    >>> ogp.collect("no_such_notebook")
    Traceback (most recent call last):
    ogp_analysis.base.errors.UnknownName: notebook 'no_such_notebook': has no report in reports/. Run it first: ...
    """
    import pandas as pd

    asked, numbers, about = _read(this_project(), notebook)
    parameters, values = pd.DataFrame(asked), pd.DataFrame(numbers)
    frame = pd.concat([parameters, values[sorted(values)]], axis=1)
    frame.attrs["numbers"] = dict(sorted(about.items()))
    return frame


def write(project: Project, notebook: str, out: Path) -> list[Path]:
    """Write what :func:`collect` returns as CSV and Parquet, and what each number is as another CSV; return the files.

    Raises
    ------
    UnknownName, ReportError
        As :func:`collect`, or if the folder cannot be written.
    """
    frame = collect(notebook)
    header, *cells = [[*frame.columns], *frame.astype(object).where(frame.notna(), None).to_numpy().tolist()]
    described = [["number", *_ABOUT], *([name, *one.values()] for name, one in frame.attrs["numbers"].items())]
    files = {out / f"{notebook}.csv": lines([header, *cells]), out / f"{notebook}.numbers.csv": lines(described)}
    try:
        out.mkdir(parents=True, exist_ok=True)
        for file, content in files.items():
            kept.replace(file, content)
        frame.to_parquet(out / f"{notebook}.parquet", index=False)
    except OSError as error:
        raise ReportError(str(out), f"cannot be written ({error.strerror})", "Name another folder: --out") from error
    return [*files, out / f"{notebook}.parquet"]


def _read(project: Project, notebook: str) -> tuple[list[dict], list[dict], dict[str, dict]]:
    """Return the parameters and the numbers of each run, and the description of each number."""
    found = [one for (name, _), one in run_record.published(project).items() if name == notebook and one["about"]]
    if not found:
        action = f"Run it first: ogp-analysis run {notebook[:60]}"
        raise UnknownName(f"notebook {notebook[:60]!r}", "has no report in reports/", action)
    asked, numbers, about, file = [], [], {}, f"{language()}/numbers.json"
    for record in sorted(found, key=lambda one: json.dumps(one["parameters"], sort_keys=True)):
        content, fault = run_record.content(project.reports / notebook / record["slug"], record, file)
        if fault:
            raise ReportError(f"reports/{notebook}/{record['slug']}", fault, "Run it again")
        printed = json.loads(content)
        asked.append({ID: record["id"], **record["parameters"]})
        numbers.append({name: number["value"] for name, number in printed.items()})
        for name, number in printed.items():
            ends = {f"{name}.{end}": number[end] for end in ("low", "high") if number.get(end) is not None}
            numbers[-1] |= ends
            label = number.get("label", {}).get(language())
            about.setdefault(name, {one: number.get(one) for one in _ABOUT} | {"label": label})
    return asked, numbers, about
