"""Run an output again from its own record, and say whether it is the same.

The output may have been moved, or come from someone else. Of it, nothing is run and nothing is
believed beyond its hashes: what runs is the notebook of this checkout, with the parameters that
the record names, checked like any others.
"""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from ogp_analysis.batch import keys, log, manifest, notebook, run_record
from ogp_analysis.batch.manifest import Run
from ogp_analysis.batch.plan import Planner
from ogp_analysis.batch.runner import WARM_FOR_PAGES, Options, requested
from ogp_analysis.errors import ReportError, RunError
from ogp_analysis.messages.sentence import SENTENCE_MIME
from ogp_analysis.paths import Project
from ogp_analysis.tables.table import TABLE_MIME


@dataclass(frozen=True)
class Verdict:
    """What verifying an output came to.

    Attributes
    ----------
    same : {"bytes", "numbers", "neither"}
    text : str
        The verdict in words, with the first difference where there is one.
    """

    same: str
    text: str


def verify(project: Project, folder: Path, options: Options) -> Verdict:
    """Run an output again and compare it with what was published.

    Parameters
    ----------
    project : Project
        The checkout whose notebook, code and data are used.
    folder : pathlib.Path
        A report folder, wherever it is; or a file in one.
    options : Options
        How to run.

    Returns
    -------
    Verdict
        *same bytes*: every file, and all of the record but its log. *same numbers*: every value in
        every sentence and table, while texts, drawings or the environment differ. *different*: a
        file is not the one that was published, or a value differs.

    Raises
    ------
    ReportError
        If the folder has no record.
    ParameterError, UnknownName
        If this checkout has no such notebook, or not with such parameters.
    RunError
        If the run fails here.
    """
    folder = folder if folder.is_dir() else folder.parent
    record = run_record.read(folder)
    if record is None:
        raise ReportError(
            str(folder / run_record.NAME), "is missing or is no record of this version", "Name a report folder"
        )
    fault = _changed(folder, record)
    if fault:
        return Verdict("neither", f"different, first in {fault}")
    run = _run(project, record)
    with tempfile.TemporaryDirectory(prefix="ogp-analysis-") as scratch:
        again = Path(scratch) / "again"
        made = _run_again(project, run, again, replace(options, only_notebook=record["prose"] is None))
        return _verdict(folder, record, again, made)


def _changed(folder: Path, record: dict) -> str:
    """Return which file is not the one that was published, or an empty text."""
    fault = run_record.whole(folder, record, deep=True)
    if fault:
        return f"{fault.partition(' ')[0]}: it {fault.partition(' ')[2]} after it was published"
    known = {*record["files"], run_record.NAME}
    there = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if not p.is_dir() or p.is_symlink())
    extra = [name for name in there if name not in known]
    return f"{extra[0]}: it is not on the record" if extra else ""


def _run(project: Project, record: dict) -> Run:
    [run] = manifest.matrix(project, record["notebook"], {name: [v] for name, v in record["parameters"].items()})
    return run


def _run_again(project: Project, run: Run, folder: Path, options: Options) -> dict:
    from ogp_analysis.batch.client import open_process

    planner = Planner(project)
    modules = [*planner.shared(run.notebook)["modules"], *WARM_FOR_PAGES]
    with open_process(1, modules, options.engine, planner.foreign([run.notebook])) as process:
        [reply] = process.run([requested(project, planner, run, options, folder)])
    if not reply["ok"]:
        raise RunError(run.name, f"it cannot be run again here: {reply['error']['message']}", "Correct that first")
    return reply["after"]


def _verdict(old: Path, record: dict, new: Path, made: dict) -> Verdict:
    first = _first_file(old, record, new, made)
    if not first:
        return Verdict("bytes", f"same bytes: {len(record['files'])} files and the record")
    reasons = _environment(record, made)
    number = _first_number(old, new)
    if number:
        return Verdict("neither", f"different, first in {number}" + (f" ({'; '.join(reasons)})" if reasons else ""))
    named = "; ".join(reasons) or f"nothing that is on record, first in {first}"
    return Verdict("numbers", f"same numbers, environment differs in: {named}")


def _first_file(old: Path, record: dict, new: Path, made: dict) -> str:
    for name in sorted({*record["files"], *made["files"]}):
        if record["files"].get(name) != made["files"].get(name):
            return name
    apart = {name for name in made if made[name] != record.get(name)}
    return f"{run_record.NAME}: {min(apart)}" if apart else ""


def _environment(record: dict, made: dict) -> list[str]:
    """Return in words how what the output rested on differs from what it rests on here."""
    found = keys.differences(record["key"], made["key"])
    if record["prose"] and made["prose"]:
        found += [why for why in keys.differences(record["prose"], made["prose"]) if why not in found]
    here, there = log.machine(), record[run_record.CLOCK]
    return found + [f"{n} is {v}, was {str(there[n])[:80]}" for n, v in here.items() if there.get(n, v) != v]


def _first_number(old: Path, new: Path) -> str:
    """Return where the values that two executed notebooks carry first differ, or an empty text."""
    before, now = (_carried(notebook.read(folder / "notebook.ipynb")) for folder in (old, new))
    for place in [*before, *(p for p in now if p not in before)]:
        if place not in now or place not in before:
            return f"{place}: it is {'not there any more' if place in before else 'new'}"
        if found := _first_difference(before[place], now[place]):
            return f"{place}{found}"
    return ""


def _carried(document: dict) -> dict[str, object]:
    """Return the values of every sentence and table, in order, by their place; words are left out."""
    found = {}
    for number, cell in enumerate(document["cells"], 1):
        for position, output in enumerate(cell.get("outputs", []), 1):
            for kind, values in _VALUES.items():
                if kind in output.get("data", {}):
                    content = output["data"][kind]
                    payload = json.loads("".join(content)) if isinstance(content, list | str) else content
                    called = f"{kind.rpartition('.')[2].removesuffix('+json')} {payload.get('name') or payload['key']}"
                    found[f"{called} (cell {number}, output {position})"] = values(payload)
    return found


def _of_sentence(payload: dict) -> dict:
    return {name: payload[name] for name in ("case", "values")}


def _of_table(payload: dict) -> dict:
    columns = [[column["name"], column["unit"]] for column in payload["columns"]]
    return {"columns": columns, "rows": payload["rows"]}


_VALUES = {SENTENCE_MIME: _of_sentence, TABLE_MIME: _of_table}


def _first_difference(old, new) -> str:
    """Return the path to the first value in which two JSON values differ, with both, or an empty text."""
    if isinstance(old, dict) and isinstance(new, dict):
        pairs = [(f".{key}", old.get(key), new.get(key)) for key in sorted({*old, *new})]
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        pairs = [(f"[{i}]", a, b) for i, (a, b) in enumerate(zip(old, new, strict=True))]
    else:
        return "" if old == new and type(old) is type(new) else f": {_shown(new)}, was {_shown(old)}"
    return next((where + found for where, a, b in pairs if (found := _first_difference(a, b))), "")


def _shown(value) -> str:
    text = json.dumps(value, ensure_ascii=True)
    return text if len(text) <= 60 else text[:59] + "…"
