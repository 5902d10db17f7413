"""Run an output again from its own record, and say whether it is the same.

The output may have been moved, or come from someone else, so nothing in it is run or believed. The notebook of this
checkout runs, with the parameters of the record, checked like any others; its output is compared with every file and
every word of the record. Where the record names other versions than those installed here, drawings may differ, and
nothing else.
"""

from __future__ import annotations

import csv
import io
import json
import math
from base64 import b64decode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from ogp_analysis.base import kept
from ogp_analysis.base.errors import RunError, few
from ogp_analysis.base.paths import Project
from ogp_analysis.base.scratch import Scratch
from ogp_analysis.base.words.sentence import SENTENCE_MIME
from ogp_analysis.display.figure import NARROW_MIME
from ogp_analysis.display.table import TABLE_MIME
from ogp_analysis.publishing.engine.client import PageProcess, open_process
from ogp_analysis.publishing.runs import drawn, finish, keys, manifest, notebook, run_record
from ogp_analysis.publishing.runs.manifest import Run
from ogp_analysis.publishing.runs.normalise import is_text
from ogp_analysis.publishing.runs.plan import Planner
from ogp_analysis.publishing.runs.runner import WARM_FOR_PAGES, Options, requested
from ogp_analysis.store import proof

#: MIME types of drawings: their bytes follow from the versions of what draws.
_DRAWN = ("image/svg+xml", "image/png", NARROW_MIME)
#: Files that programs outside Python make of drawings.
_TYPESET = (".png", ".pdf")
#: Distributions that make these.
_DRAWING = ("pillow", "pypdfium2", "typst")
_REPORT = "report.pdf"


@dataclass(frozen=True)
class Verdict:
    """The outcome of a verification.

    Attributes
    ----------
    same : {"bytes", "numbers", "neither"}
        Whether everything is the same; or everything but drawings, with a reason on record; or neither.
    text : str
        The verdict in words, with the first difference where there is one.
    """

    same: str
    text: str


def verify(project: Project, folder: Path, options: Options) -> Verdict:
    """Run an output again and compare it with what was published, file by file and value by value.

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
        *same bytes*: every file, and all of the record but its log. *same numbers*: every file but drawings, which
        differ, or what names them, and the record says that they rest on other versions, data or another machine.
        *different*: anything else, with the first difference. Before it stand the files of data, code and notebooks
        that differed from the commit when the output was made, or differ here.

    Raises
    ------
    ReportError
        If the folder has no record.
    ParameterError, UnknownName
        If this checkout has no such notebook, or not with such parameters.
    RunError
        If the run fails here.
    """
    folder = (folder if folder.is_dir() else folder.parent).resolve()
    record = run_record.taken(folder)
    verdict = _verdict(project, folder, record, options)
    said = [
        f"{what} {few(files, 5)}"
        for what, files in (
            ("made from modified files:", record[run_record.CLOCK]["modified"]),
            ("files that are modified in this checkout:", run_record.modified(project)),
        )
        if files
    ]
    return replace(verdict, text="; ".join([*said, verdict.text]))


def _verdict(project: Project, folder: Path, record: dict, options: Options) -> Verdict:
    if fault := run_record.altered(folder, record):
        return _different(fault)
    [run] = manifest.matrix(project, record["notebook"], {name: [v] for name, v in record["parameters"].items()})
    with Scratch() as scratch:
        again = Path(scratch) / "again"
        made = run_again(project, run, again, replace(options, only_notebook=record["prose"] is None))
        if unlike := proof.unlike_raw(project, made["key"]["tables"]):
            return _different(f"data/processed/{unlike}")
        pair = _Pair(project, run, folder, record, again, made)
        differing, parts = pair.differing(), pair.parts()
        reasons = pair.reasons() if differing or parts else []
        if not differing and not parts:
            return Verdict("bytes", f"same bytes: {len(record['files'])} files and the record")
        if unexplained := _unexplained(pair, differing, parts, reasons):
            return _different(unexplained, reasons)
        drawings = [name for name in differing if name.startswith("figures/") or name == _REPORT]
        more = f" (drawings differ in bytes, not in what they show: {', '.join(drawings)})" if drawings else ""
        return Verdict("numbers", f"same numbers, environment differs in: {'; '.join(reasons)}{more}")


def _different(first: str, reasons: Iterable[str] = ()) -> Verdict:
    return Verdict("neither", f"different, first in {first}" + (f" ({'; '.join(reasons)})" if reasons else ""))


def run_again(project: Project, run: Run, folder: Path, options: Options) -> dict:
    """Run something again here, in a process of its own, and return the record of what it made.

    Parameters
    ----------
    project : Project
    run : Run
    folder : pathlib.Path
        Where its files are written.
    options : Options
        Those of a run.

    Raises
    ------
    RunError
        If it fails here.
    """
    planner = Planner(project)
    modules = [*planner.shared(run.notebook)["modules"], *WARM_FOR_PAGES]
    with open_process(1, modules, options.engine, planner.foreign([run.notebook])) as process:
        [reply] = process.run([requested(planner, run, options, folder)])
    if not reply["ok"]:
        raise RunError(run.name, f"it cannot be run again here: {reply['error']['message']}", "Correct that first")
    return reply["after"]


@dataclass(frozen=True)
class _Pair:
    """An output as it was published, and as it was made here."""

    project: Project
    run: Run
    old: Path
    record: dict
    new: Path
    made: dict

    def differing(self) -> list[str]:
        """Return the files that are not the same, those first that others are made from."""
        firsts = ("notebook.ipynb", "numbers.", "tables/", "cite.", "index.html")
        names = [name for name, *_ in keys.changed(self.record["files"], self.made["files"])]
        return sorted(names, key=lambda name: [not name.startswith(first) for first in firsts])

    def parts(self) -> list[str]:
        """Return the parts of the record that are not the same, without files and log."""
        apart = ("files", run_record.CLOCK)
        return [name for name, *_ in keys.changed(self.record, self.made) if name not in apart]

    def reasons(self) -> list[str]:
        """Return in words how what the output rested on differs from what it rests on here."""
        found = keys.differences(self.record["key"], self.made["key"])
        if self.record["prose"] and self.made["prose"]:
            prose = keys.differences(self.record["prose"], self.made["prose"])
            found += [why for why in prose if why not in found]
        here, there = run_record.machine(), self.record[run_record.CLOCK]
        return found + [f"{n} is {v}, was {there[n]!s:.80}" for n, v in here.items() if there[n] != v]

    def first(self, name: str) -> str:
        """Return a file with the first difference in it."""
        for files, said in ((self.made["files"], "it is not made here"), (self.record["files"], "it is missing")):
            if name not in files:
                return f"{name}: {said}"
        old, new = (kept.content(folder, name) for folder in (self.old, self.new))
        return f"{name}: {first_difference(name, old, new)}"


def _unexplained(pair: _Pair, differing: list[str], parts: list[str], reasons: list[str]) -> str:
    """Return the first difference that nothing on record explains, or an empty text."""
    record, made = pair.record, pair.made
    if differing and not reasons:
        return pair.first(differing[0])
    # Executed notebooks are compared beside their drawings and the versions they name.
    text = kept.content(pair.old, "notebook.ipynb").decode("utf-8", "replace")
    for name, was in record["key"]["tables"].items():
        now = made["key"]["tables"].get(name, was)
        text = text.replace(was, now).replace(was[:12], now[:12])
    old, new = json_of(text.encode()), json_of(kept.content(pair.new, "notebook.ipynb"))
    if old is None or notebook.odd(old):
        return "notebook.ipynb: it is not a notebook"
    for document in (old, new):
        for part in ("language_info", "papermill"):
            if isinstance(document["metadata"].get(part), dict):
                document["metadata"][part].pop("version", None)
    if found := _drawings_differ(old, new) or of_notebooks(old, new):
        return f"notebook.ipynb: {found}"
    for name in parts:
        # Files may rest on other things; what the output is, and what the list of reports says of it, may not.
        if not reasons or name not in ("id", "key", "prose"):
            return f"{run_record.NAME}: {name}{of_values(record.get(name), made.get(name))}"
    # Each file follows from the notebook beside it, rendered here: again where what was made here rests on another. The
    # notebook was compared before; so what is rendered from it differs from what is made here in drawings alone.
    rendered = pair
    if "notebook.ipynb" in differing or record["key"] != made["key"]:
        folder = pair.new.with_name("rendered")
        prose = Planner(pair.project).prose(pair.run) if record["prose"] else None
        request = finish.request(pair.run, record["key"], prose, pair.old / "notebook.ipynb", folder)
        with PageProcess(pair.project) as pages:
            [reply] = pages.run([request])
        if not reply["ok"]:
            return f"notebook.ipynb: it cannot be rendered here: {reply['error']['message']}"
        rendered = replace(pair, new=folder, made=reply["after"])
    # The same drawing may become other bytes with another version of what draws, or on another kind of processor.
    # That the record says so is no excuse: what is drawn must be the same.
    versions = [(one["prose"] or {"distributions": {}})["distributions"] for one in (record, made)]
    redrawn = any(versions[0].get(name) != versions[1].get(name) for name in _DRAWING)
    redrawn |= record[run_record.CLOCK]["machine"] != run_record.machine()["machine"]
    for name in rendered.differing():
        if not (redrawn and name.endswith(_TYPESET) and name in record["files"] and name in rendered.made["files"]):
            return rendered.first(name)
        differs = drawn.png_differs if name.endswith(".png") else drawn.pdf_differs
        if found := differs(kept.content(rendered.new, name), kept.content(rendered.old, name)):
            return f"{name}: {found}"
    odd = [name for name in rendered.parts() if name != "prose"]
    return f"{run_record.NAME}: {odd[0]}{of_values(record[odd[0]], rendered.made[odd[0]])}" if odd else ""


_LONGEST = 60
#: Stands for an absent value, which differs from a null.
NOTHING = object()


def first_difference(name: str, old: bytes, new: bytes) -> str:
    """Return where two contents of a file first differ: what is there now, and what was.

    Parameters
    ----------
    name : str
        Of the file; its ending says what it holds.
    old, new : bytes
        They differ.
    """
    found = ""
    if name.endswith((".ipynb", ".json")):
        before, now = json_of(old), json_of(new)
        if name.endswith(".ipynb") and not (notebook.odd(before) or notebook.odd(now)):
            found = of_notebooks(before, now)
        elif before is not None:
            found = of_values(before, now).removeprefix(": ")
    elif name.endswith(".csv"):
        found = _of_tables(old, new)
    if found := found.lstrip("."):
        return found
    try:
        before, now = (content.decode().splitlines(keepends=True) for content in (old, new))
    except UnicodeDecodeError:
        return "its bytes differ"
    # The first line that differs, from where it does so.
    pairs = enumerate(zip([*before, ""], [*now, ""], strict=False), 1)
    number, (was, are) = next((n, pair) for n, pair in pairs if pair[0] != pair[1])
    same = next((i for i, (a, b) in enumerate(zip(was, are, strict=False)) if a != b), min(len(was), len(are)))
    start = max(0, same - 20)
    return f"line {number}: {_shown(are[start:])}, was {_shown(was[start:])}"


def _drawings_differ(old: dict, new: dict) -> str:
    """Return where two executed notebooks draw something else, and take the drawings of both that show the same out."""
    for number, (before, now) in enumerate(zip(old["cells"], new["cells"], strict=False), 1):
        for was, made in zip(before.get("outputs", []), now.get("outputs", []), strict=False):
            was, made = was.get("data", {}), made.get("data", {})
            for kind in (kind for kind in _DRAWN if kind in was and kind in made):
                one, other = ("".join(data[kind]) if is_text(data[kind]) else "" for data in (made, was))
                if one != other and (found := _drawing_differs(kind, one, other)):
                    return f"drawing (cell {number}): {found}"
                was[kind] = made[kind] = ""
    return ""


def _drawing_differs(kind: str, old: str, new: str) -> str:
    if kind != "image/png":
        return drawn.svg_differs(old, new)
    try:
        return drawn.png_differs(*map(b64decode, (old, new)))
    except ValueError:
        return "it is not a picture"


def json_of(content: bytes):
    """Return the value in a file of JSON; None if it is none."""
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None


def of_notebooks(old: dict, new: dict) -> str:
    """Return where two executed notebooks first differ, the values they carry before all else, or an empty text."""
    before, now = _carried(old), _carried(new)
    for place in [*before, *(p for p in now if p not in before)]:
        if place not in now or place not in before:
            return f"{place}: it is {'not there any more' if place in before else 'new'}"
        if found := of_values(before[place], now[place]):
            return f"{place}{found}"
    return of_values(old, new).lstrip(".")


def _carried(document: dict) -> dict[str, object]:
    """Return the values of every sentence and table, in order, by their place; words are left out."""
    found = {}
    for number, cell in enumerate(document["cells"], 1):
        for position, output in enumerate(cell.get("outputs", []), 1):
            data = output.get("data", {})
            for kind in (SENTENCE_MIME, TABLE_MIME):
                payload = json_of("".join(data[kind]).encode()) if is_text(data.get(kind)) else data.get(kind)
                try:
                    if kind == SENTENCE_MIME:
                        values = {name: payload[name] for name in ("case", "values")}
                    else:
                        columns = [[column["name"], column["unit"]] for column in payload["columns"]]
                        values = {"columns": columns, "rows": payload["rows"]}
                    called = f"{kind.rpartition('.')[2].removesuffix('+json')} {payload.get('name') or payload['key']}"
                    found[f"{called} (cell {number}, output {position})"] = values
                except (AttributeError, KeyError, TypeError):
                    continue  # it is none of ours, and is compared with all the rest
    return found


def of_values(old, new) -> str:
    """Return the path to the first value in which two JSON values differ, with both, or an empty text."""
    return next((f"{where}: {_shown(now)}, was {_shown(was)}" for where, was, now in differences(old, new)), "")


def differences(old, new, within: float = 0.0) -> Iterator[tuple[str, object, object]]:
    """Yield the path to every value in which two JSON values differ, what was there and what is there now.

    Numbers of which one has a fraction may differ by `within`, of themselves where they are greater than one; a value
    that is not there is :data:`NOTHING`.
    """
    if isinstance(old, dict) and isinstance(new, dict):
        pairs = [(f".{key}", old.get(key, NOTHING), new.get(key, NOTHING)) for key in sorted({*old, *new})]
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        pairs = [(f"[{i}]", a, b) for i, (a, b) in enumerate(zip(old, new, strict=True))]
    else:
        are_numbers = {int, float} >= {type(old), type(new)} != {int}
        close = within and are_numbers and math.isclose(old, new, rel_tol=within, abs_tol=within)
        if not close and (old != new or type(old) is not type(new)):
            yield "", old, new
        return
    for where, a, b in pairs:
        yield from ((where + rest, was, now) for rest, was, now in differences(a, b, within))


def _of_tables(old: bytes, new: bytes) -> str:
    try:
        before, now = (list(csv.reader(io.StringIO(content.decode(), newline=""))) for content in (old, new))
    except (ValueError, csv.Error):
        return ""
    if before[:1] != now[:1]:
        return "header" + of_values(before[:1], now[:1])
    for number, (was, are) in enumerate(zip(before, now, strict=False)):
        for column, a, b in zip(now[0], was, are, strict=False):
            if a != b:
                return f"row {number}, {column}: {_shown(b)}, was {_shown(a)}"
    return f"{len(now) - 1} rows, was {len(before) - 1}" if len(before) != len(now) else ""


def _shown(value) -> str:
    if value is NOTHING:
        return "nothing"
    text = json.dumps(value, ensure_ascii=True)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
