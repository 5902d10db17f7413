"""Run an output again from its own record, or that of one of its files, and say whether it is the same.

The output may have been moved, or come from someone else, so nothing in it is run or believed. The notebook of this
checkout runs, with the parameters of the record, checked like any others; its output is compared with every file and
every word of the record. Where the record names other versions than those installed here, drawings may differ, and
nothing else.

A folder of reports is held against what it says of itself, and nothing is run: its crate lists the reports, the pages
beside them and the record of each report by its hash; the record of a report has the hash of each of its files. So no
file may change, be missing, or be there unlisted.
"""

from __future__ import annotations

import hashlib
import os
from base64 import b64decode
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import unquote

from ogp_analysis.base import fingerprint, kept
from ogp_analysis.base.errors import ReportError, RunError, UnknownName, few, printable
from ogp_analysis.base.paths import Project
from ogp_analysis.base.scratch import Scratch
from ogp_analysis.base.words.catalogue import LANGUAGES, NARROW_MIME
from ogp_analysis.data.store import making
from ogp_analysis.publishing.engine import run as engine
from ogp_analysis.publishing.pages import crate
from ogp_analysis.publishing.runs import finish, keys, manifest, notebook, run_record
from ogp_analysis.publishing.runs.made import (
    first_difference,
    json_of,
    of_notebooks,
    of_values,
    pdf_differs,
    png_differs,
    svg_differs,
)
from ogp_analysis.publishing.runs.manifest import Run
from ogp_analysis.publishing.runs.normalise import is_text
from ogp_analysis.publishing.runs.plan import FAILED, Options, Planner
from ogp_analysis.publishing.runs.publish import BESIDE
from ogp_analysis.publishing.runs.runner import MODULES, rendering, requested

#: MIME types of drawings: their bytes follow from the versions of what draws.
_DRAWN = ("image/svg+xml", "image/png", NARROW_MIME)
#: Files that programs outside Python make of drawings.
_TYPESET = (".png", ".pdf")
#: Distributions that make these.
_DRAWING = ("pillow", "pypdfium2", "typst")
_REPORT = "/report.pdf"


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
    modified = {
        "made from modified files:": record[run_record.CLOCK]["modified"],
        "files that are modified in this checkout:": run_record.modified(project),
    }
    said = [f"{what} {few(files, 5)}" for what, files in modified.items() if files]
    return replace(verdict, text="; ".join([*said, verdict.text]))


def _verdict(project: Project, folder: Path, record: dict, options: Options) -> Verdict:
    if fault := run_record.altered(folder, record):
        return _different(fault)
    [run] = manifest.matrix(project, record["notebook"], {name: [v] for name, v in record["parameters"].items()})
    with Scratch() as scratch:
        again = Path(scratch) / "again"
        there = run_again(project, run, again, replace(options, only_notebook=record["about"] is None))
        if unlike := making.unlike_raw(project, there["rests_on"]["tables"]):
            return _different(f"data/processed/{unlike}")
        pair = _Pair(project, run, folder, record, again, there)
        differing, parts = pair.differing(), pair.parts()
        reasons = pair.reasons() if differing or parts else []
        if not differing and not parts:
            return Verdict("bytes", f"same bytes: {len(record['files'])} files and the record")
        if unexplained := _unexplained(pair, differing, parts, reasons):
            return _different(unexplained, reasons)
        drawings = [name for name in differing if "/figures/" in name or name.endswith(_REPORT)]
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
    modules = [*notebook.modules(planner.document(run.notebook)), *MODULES]
    reply = engine.alone(requested(planner, run, options, folder), modules)
    if not reply["ok"]:
        raise RunError(run.name, f"it cannot be run again here: {reply['error']['message']}", "Correct that first")
    return reply["after"]


def verify_file(project: Project, file: Path, options: Options) -> Verdict:
    """Hold a file against the record that lists it, then run the output of that record again.

    Parameters
    ----------
    project : Project
        The checkout in whose ``reports`` the file is looked up, unless it lies in a report folder.
    file : pathlib.Path
        A file of a report, in its folder or taken out of it and perhaps renamed.
    options : Options
        How to run.

    Returns
    -------
    Verdict
        That of the output, if a record lists the very bytes of the file; else *different*, with the first difference
        from the file of the output whose label it bears.

    Raises
    ------
    UnknownName
        If no record lists its bytes and it bears the label of no output that is published.
    ReportError
        If it is a link, not a regular file, or cannot be read.
    """
    if folder := run_record.folder_of(file):
        return verify(project, folder, options)
    try:
        content = kept.content(file.parent, file.name)
    except (OSError, kept.NotKept) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise ReportError(printable(str(file)), f"cannot be verified ({why})", "Name a file of a report") from None
    sha256 = fingerprint.of_bytes(content)
    for place, record in run_record.published(project).items():
        name = next((name for name, about in record["files"].items() if about["sha256"] == sha256), None)
        if name:
            verdict = verify(project, project.reports.joinpath(*place), options)
            return replace(verdict, text=f"{verdict.text}; the file is {name} of {'/'.join(place)}")
    label = run_record.label_in(content)
    if label is None:
        what = "belongs to no output in reports/: no record lists its bytes, and it carries the label of none"
        raise UnknownName(f"file {printable(file.name)[:60]!r}", what, "Name the folder of its report")
    difference = _difference_from(run_record.located(project, label), file, content)
    return Verdict("neither", f"different from what output {label} published: {difference}")


def _difference_from(folder: Path, file: Path, content: bytes) -> str:
    """Return where a file first differs from the file of a report that it is said to be."""
    listed = run_record.taken(folder)["files"]
    alike = [name for name in listed if name.rpartition("/")[2] == file.name]
    same_kind = [name for name in listed if name.endswith(file.suffix or "\0")]
    if len({name.partition("/")[2] for name in alike or same_kind}) != 1:
        return f"none of its {len(listed)} files has these bytes"
    # Both pages have such a file: it is from the one with which it shares most lines.
    lines = {*content.splitlines()}
    name = max(alike or same_kind, key=lambda name: len(lines & {*kept.content(folder, name).splitlines()}))
    return f"{name}: {first_difference(name, kept.content(folder, name), content)}"


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
        return sorted(names, key=lambda name: [not name.partition("/")[2].startswith(first) for first in firsts])

    def parts(self) -> list[str]:
        """Return the parts of the record that are not the same, without files and log."""
        apart = ("files", run_record.CLOCK)
        return [name for name, *_ in keys.changed(self.record, self.made) if name not in apart]

    def reasons(self) -> list[str]:
        """Return in words how what the output rested on differs from what it rests on here."""
        found = keys.differences(self.record["rests_on"], self.made["rests_on"])
        here, there = run_record.machine(), self.record[run_record.CLOCK]
        found += [f"{n} is {v}, was {there[n]!s:.80}" for n, v in here.items() if n != "versions" and there[n] != v]
        versions = keys.differences({"versions": there["versions"]}, {"versions": here["versions"]})
        return found + [why for why in versions if why not in found]

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
    executed = {language: f"{language}/{run_record.NOTEBOOK}" for language in LANGUAGES}
    for name in executed.values():
        if found := _notebooks_differ(pair, name):
            return f"{name}: {found}"
    for name in parts:
        # Files may rest on other things; what the output is, and what the list of reports says of it, may not.
        if not reasons or name not in ("id", "rests_on"):
            return f"{run_record.NAME}: {name}{of_values(record.get(name), made.get(name))}"
    # Each file follows from the notebook beside it, rendered here: again where what was made here rests on another. The
    # notebook was compared before; so what is rendered from it differs from what is made here in drawings alone.
    rendered = pair
    if {*executed.values()} & {*differing} or record["rests_on"] != made["rests_on"]:
        folder = pair.new.with_name("rendered")
        here = {**record["rests_on"], "modified": made["rests_on"]["modified"]}
        request = finish.request(pair.run, here, pair.old, folder, record["about"] is None)
        request["pages"] = {language: str(pair.old / name) for language, name in executed.items()}
        reply = engine.alone(rendering(pair.project, request), MODULES)
        if not reply["ok"]:
            return f"{run_record.NOTEBOOK}: it cannot be rendered here: {reply['error']['message']}"
        rendered = replace(pair, new=folder, made=reply["after"])
    # The same drawing may become other bytes with another version of what draws, or on another kind of processor.
    # That the record says so is no excuse: what is drawn must be the same.
    here, there = run_record.machine(), record[run_record.CLOCK]
    redrawn = any(here["versions"].get(name) != there["versions"].get(name) for name in _DRAWING)
    redrawn |= here["machine"] != there["machine"]
    for name in rendered.differing():
        if not (redrawn and name.endswith(_TYPESET) and name in record["files"] and name in rendered.made["files"]):
            return rendered.first(name)
        differs = png_differs if name.endswith(".png") else pdf_differs
        if found := differs(kept.content(rendered.new, name), kept.content(rendered.old, name)):
            return f"{name}: {found}"
    odd = [name for name in rendered.parts() if name != "rests_on"]
    return f"{run_record.NAME}: {odd[0]}{of_values(record[odd[0]], rendered.made[odd[0]])}" if odd else ""


def _notebooks_differ(pair: _Pair, name: str) -> str:
    """Return where two executed notebooks differ beside their drawings and the versions that they name."""
    text = kept.content(pair.old, name).decode("utf-8", "replace")
    for table, was in pair.record["rests_on"]["tables"].items():
        now = pair.made["rests_on"]["tables"].get(table, was)
        text = text.replace(was, now).replace(was[:12], now[:12])
    old, new = json_of(text.encode()), json_of(kept.content(pair.new, name))
    if old is None or notebook.odd(old):
        return "it is not a notebook"
    for document in (old, new):
        for part in ("language_info", "papermill"):
            if isinstance(document["metadata"].get(part), dict):
                document["metadata"][part].pop("version", None)
    return _drawings_differ(old, new) or of_notebooks(old, new)


def _drawings_differ(old: dict, new: dict) -> str:
    """Return where two executed notebooks draw something else, and take the drawings of both that show the same out."""
    for number, (before, now) in enumerate(zip(old["cells"], new["cells"], strict=False), 1):
        for was, made in zip(before.get("outputs", []), now.get("outputs", []), strict=False):
            was, made = was.get("data", {}), made.get("data", {})
            for kind in (kind for kind in _DRAWN if kind in was and kind in made):
                pair = ["".join(data[kind]) if is_text(data[kind]) else "" for data in (made, was)]
                differs = _pictures_differ if kind == "image/png" else svg_differs
                if pair[0] != pair[1] and (found := differs(*pair)):
                    return f"drawing (cell {number}): {found}"
                was[kind] = made[kind] = ""
    return ""


def _pictures_differ(old: str, new: str) -> str:
    try:
        return png_differs(b64decode(old), b64decode(new))
    except ValueError:
        return "it is not a picture"


#: What stands beside the reports and nobody publishes: notebooks of runs that failed, and what the batch works with.
_OURS = {FAILED, *BESIDE}
#: So many files of a kind are named one by one.
_MOST = 50
_CHANGED, _MISSING, _UNLISTED, _UNREAD = "changed", "missing", "not listed", "cannot be read"


def has_crate(folder: Path) -> bool:
    """Return whether a folder is one of reports, with the crate that lists them."""
    return (folder / crate.NAME).is_file()


def verify_reports(folder: Path) -> Verdict:
    """Hold every file of a folder of reports against its crate and the record of its report.

    When, where and in how many seconds a report was made is not part of its hash: two equal runs differ in it.

    Parameters
    ----------
    folder : pathlib.Path
        Of which :func:`has_crate` is true.

    Returns
    -------
    Verdict
        *same bytes*: every file that the crate or a record lists is there with its size and hash, each record is the
        one that the crate lists, and nothing else is there. *different*: anything else; names each file that was
        changed, is missing, is not listed, or cannot be read.
    """
    try:
        graph = [(unquote(one["@id"]), one, one["@type"]) for one in kept.loaded(folder, crate.NAME, dict)["@graph"]]
        graph = [(name, one, {kind} if isinstance(kind, str) else {*kind}) for name, one, kind in graph]
    except (kept.NotKept, OSError, KeyError, TypeError, AttributeError) as error:
        why = str(error)[:80]
        return Verdict("neither", f"different: {crate.NAME} was not written by this package ({printable(why)})")
    stated = {name: one for name, one, kinds in graph if "File" in kinds}
    listed = {name.removesuffix("/") for name, _, kinds in graph if "Dataset" in kinds} - {"."}
    wanted = {name: {(one.get("sha256"), one.get("contentSize"))} for name, one in stated.items()}
    found: dict[str, set[str]] = defaultdict(set)
    there, passed, held = _files(folder), {*_OURS, crate.NAME}, 0
    records = {one.removesuffix(f"/{run_record.NAME}") for one in there if one.endswith(f"/{run_record.NAME}")}
    for report in sorted(listed | {name for name in records if name.count("/") == 1}):
        name, inside = f"{report}/{run_record.NAME}", f"{report}/"
        own = {one for one in there if one.startswith(inside)}
        if report in listed and not own:
            found[_MISSING].add(f"{inside} (the whole report)")
            wanted = {one: how for one, how in wanted.items() if not one.startswith(inside)}
            continue
        record = None
        try:
            if not kept.is_inside(report) or kept.link_on_the_way(folder, report):
                raise kept.NotKept("it is not a folder inside this one")
            record = run_record.taken(folder / report)
            is_ours = run_record.is_canonical(folder / report, record)
        except kept.NotKept as error:
            found[_UNREAD].add(f"{inside} ({error})")
        except ReportError:
            if name in there:
                found[_CHANGED].add(f"{name} (it is not a record any more, and only it says what the report holds)")
        if record is None or (report not in listed and record["about"]):
            # Of a report that nobody lists, or whose record is lost, no single file can be said to be unlisted.
            passed |= own
            if report not in listed:
                found[_UNLISTED].add(inside)
            continue
        held += 1
        if not is_ours or stated.get(name, {}).get("version") not in (None, run_record.version(record)):
            found[_CHANGED].add(name)
        wanted.setdefault(name, {(None, None)})
        for file, about in record["files"].items():
            wanted.setdefault(inside + file, set()).add((about["sha256"], str(about["bytes"])))
    for name, hashes in wanted.items():
        try:
            with kept.opened(folder, name) as stream:
                size = str(os.fstat(stream.fileno()).st_size)
                sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
            if any(a not in (None, sha256) or b not in (None, size) for a, b in hashes):
                found[_CHANGED].add(name)
        except FileNotFoundError:
            found[_MISSING].add(name)
        except (OSError, kept.NotKept) as error:
            found[_UNREAD].add(f"{name} ({getattr(error, 'strerror', None) or error})")
    found[_UNLISTED] |= there - passed - {*wanted}
    if not any(found.values()):
        said = f"same bytes: {len(wanted):,} files of {held:,} reports, as {crate.NAME} and the records list them"
        return Verdict("bytes", said)
    lines = ["different"]
    for kind in (_CHANGED, _MISSING, _UNLISTED, _UNREAD):
        names = sorted(found[kind])
        lines += [f"  {kind}: {printable(name)}" for name in names[:_MOST]]
        lines += [f"  {kind}: {len(names) - _MOST:,} more"] if len(names) > _MOST else []
    return Verdict("neither", "\n".join(lines))


def _files(folder: Path) -> set[str]:
    """Return every file and link below a folder, and every folder that is empty; no link is followed."""
    found = set()
    for above, folders, names in os.walk(folder):
        place = Path(above).relative_to(folder).as_posix()
        inside = "" if place == "." else f"{place}/"
        if not inside:
            folders[:] = [name for name in folders if name not in _OURS]
        found |= {inside + name for name in names}
        found |= {inside + name for name in folders if (Path(above) / name).is_symlink()}
        if inside and not folders and not names:
            found.add(inside)
    return found
