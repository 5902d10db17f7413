"""``run.json``: what a published folder is, what it rests on, and the hash of every file in it.

A record may come from someone else, so it is taken for one only if it is one in every part: what
reads a record can rely on its form, and on names of files that stay inside the folder.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import platform
import re
import stat
import subprocess
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Annotated, Literal

from msgspec import Meta, Struct

from ogp_analysis.base import fingerprint, kept
from ogp_analysis.base.errors import ReportError, UnknownName, listed, printable
from ogp_analysis.base.paths import Project, is_there
from ogp_analysis.base.words.catalogue import LANGUAGES, language

NAME = "run.json"
FORMAT = 6
#: The executed notebook of a page.
NOTEBOOK = "notebook.ipynb"
#: The only part of ``run.json`` that differs between two equal runs: when and where, not what.
CLOCK = "log"

_Notebook = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,60}\Z")]
_Slug = Annotated[str, Meta(pattern=r"^[A-Za-z0-9-]{1,80}\Z")]
_Id = Annotated[str, Meta(pattern=r"^[0-9a-f]{12}\Z")]
_Hash = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]
_HashOrAbsent = Annotated[str, Meta(pattern=r"^([0-9a-f]{64}|absent)\Z")]
_Table = Annotated[str, Meta(pattern=r"^([a-z0-9_]+|version-[A-Za-z0-9._-]+)/[a-z0-9_]+/[a-z0-9_]+\Z")]
#: What a verdict may name: nothing in it moves a cursor or colours a terminal.
_Line = Annotated[str, Meta(pattern=r"^[^\x00-\x1f\x7f-\x9f]{0,400}\Z")]
_Name = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_.-]{1,100}\Z")]
_Parameters = dict[_Name, str | int | float | bool | list[str | int | float | bool] | None]


class _File(Struct, forbid_unknown_fields=True):
    sha256: _Hash
    bytes: Annotated[int, Meta(ge=0)]


class _RestsOn(Struct, forbid_unknown_fields=True):
    """What a run rests on, as :mod:`ogp_analysis.publishing.runs.keys` makes it."""

    notebook: _Hash
    words: dict[_Name, _Hash]
    parameters: _Parameters
    package: _Hash
    lock: _HashOrAbsent
    versions: dict[_Name, _Line]
    citation: _Hash
    modified: list[_Line]
    tables: dict[_Table, _HashOrAbsent]
    sources: _Hash
    data: dict[_Line, _Line] = {}


class _About(Struct, forbid_unknown_fields=True):
    title: str
    question: str
    findings: dict[_Line, str]
    limits: dict[_Line, str]
    language: Literal["en", "es"]
    edition: str
    last_year: int | None


class _Log(Struct, forbid_unknown_fields=True):
    """When and where a run was made, as :func:`log_entry` says it: outside the promise of equal bytes."""

    finished: Annotated[str, Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\+00:00\Z")]
    seconds: Annotated[float, Meta(ge=0)]
    engine: str
    commit: Annotated[str, Meta(pattern=r"^[0-9a-f]{4,40}\+?\Z")] | None
    modified: list[_Line]
    system: _Line
    machine: _Line
    python: _Line
    versions: dict[_Name, _Line]


class _Record(Struct, forbid_unknown_fields=True):
    """All that a record says, and nothing else: what is not promised here has no place in it."""

    format: Literal[6]
    notebook: _Notebook
    slug: _Slug
    parameters: _Parameters
    id: _Id
    rests_on: _RestsOn
    about: dict[Literal["en", "es"], _About] | None
    files: dict[str, _File]
    log: _Log


def dumps(record: dict) -> bytes:
    """Return a record as the bytes of its file."""
    return (json.dumps(record, sort_keys=True, indent=1, ensure_ascii=False) + "\n").encode()


def read(folder: Path) -> dict | None:
    """Return the record of a folder, or None if it has none that can be read and is whole in its form."""
    try:
        return taken(folder)
    except ReportError:
        return None


def taken(folder: Path) -> dict:
    """Return the record of a folder.

    Raises
    ------
    ReportError
        If it has none, or one that is not a record of this version in every part; names the part.
    """
    try:
        record = kept.loaded(folder, NAME, _Record)
        fault = _contradiction(record)
    except (OSError, kept.NotKept) as error:
        fault = getattr(error, "strerror", None) or str(error)
    if fault:
        what = f"is missing or is not a record of this version ({fault})"
        raise ReportError(str(folder / NAME), what, "Name a report folder")
    return record


def _contradiction(record: dict) -> str:
    """Return where a record of the right form contradicts itself or leads out of its folder, or an empty text."""
    files, about = record["files"], record["about"]
    if record["parameters"] != record["rests_on"]["parameters"]:
        return "its parameters are not those that it rests on"
    if lacking := [one for one in LANGUAGES if f"{one}/{NOTEBOOK}" not in files]:
        return f"it has no {lacking[0]}/{NOTEBOOK}"
    if about is not None and {n: a["language"] for n, a in about.items()} != {one: one for one in LANGUAGES}:
        return "it does not say what its pages are about"
    odd = [name for name in files if not kept.is_inside(name) or PurePosixPath(name).parts[0] == NAME]
    return f"it names the file {odd[0][:40]!r}" if odd else ""


def version(record: dict) -> str:
    """Return the SHA-256 of what a record says beside its log: two equal runs have the same."""
    return fingerprint.of_value({name: value for name, value in record.items() if name != CLOCK})


def is_canonical(folder: Path, record: dict) -> bool:
    """Return whether the file of a record is to the byte what this package writes: no name twice, none unsaid."""
    return kept.content(folder, NAME) == dumps(record)


def files(contents: dict[str, bytes]) -> dict[str, dict]:
    """Return what a record says of files: the hash and the size of each, sorted by name."""
    return {n: {"sha256": fingerprint.of_bytes(c), "bytes": len(c)} for n, c in sorted(contents.items())}


def whole(folder: Path, record: dict, deep: bool = False) -> str:
    """Return what is wrong with the files of a published folder, or an empty text.

    Parameters
    ----------
    folder : pathlib.Path
        The published folder.
    record : dict
        Its record.
    deep : bool
        Whether to compare contents too; else sizes only.
    """
    links = {}  # by folder below; as texts, because a look at all reports asks for thousands
    for name, file in record["files"].items():
        try:
            seen, above = os.lstat(f"{folder}/{name}"), name.rpartition("/")[0]
            if above not in links:
                links[above] = above and kept.link_on_the_way(folder, above)
            if not stat.S_ISREG(seen.st_mode) or links[above]:
                return f"{name} is a link or no file"
            if seen.st_size != file["bytes"] or (deep and kept.sha256(folder, name) != file["sha256"]):
                return f"{name} was changed"
        except FileNotFoundError:
            return f"{name} is missing"
        except (OSError, kept.NotKept) as error:
            return f"{name} cannot be read ({getattr(error, 'strerror', None) or error})"
    return ""


def content(folder: Path, record: dict, name: str) -> tuple[bytes, str]:
    """Return the content of a published file, or what is wrong with it."""
    fault = whole(folder, {"files": {name: record["files"][name]}})
    found = b"" if fault else kept.content(folder, name)
    if not fault and fingerprint.of_bytes(found) != record["files"][name]["sha256"]:
        fault = f"{name} was changed"
    return found, fault


def unrecorded(folder: Path, record: dict) -> str:
    """Return the first thing in a published folder that its record does not name, or an empty text."""
    known = {*record["files"], NAME}
    known |= {str(above) for name in record["files"] for above in PurePosixPath(name).parents}
    return min({file.relative_to(folder).as_posix() for file in folder.rglob("*")} - known, default="")


def altered(folder: Path, record: dict) -> str:
    """Return which file of a published folder is not the one that was published, or an empty text."""
    if fault := whole(folder, record, deep=True):
        return f"{fault.partition(' ')[0]}: it {fault.partition(' ')[2]} after it was published"
    if extra := unrecorded(folder, record):
        return f"{extra}: it is not on the record"
    return "" if is_canonical(folder, record) else f"{NAME}: it was not written by this package"


def published(project: Project) -> dict[tuple[str, str], dict]:
    """Return the record of every published folder, by notebook and slug, sorted."""
    found = {}
    for file in sorted(project.reports.glob(f"[a-z]*/*/{NAME}")):
        record = None if file.parent.is_symlink() or file.parent.parent.is_symlink() else read(file.parent)
        place = (file.parent.parent.name, file.parent.name)
        if record is not None and (record["notebook"], record["slug"]) == place:
            found[place] = record
    return found


#: The first digits of an id, as many as name an output among those that are published.
_SHORT_ID = re.compile(r"[0-9a-f]{4,12}\Z")
#: How a figure, a table or a PDF names the output that it belongs to, wherever it lies.
_LABEL = re.compile(rb"ogp_analysis:([0-9a-f]{12})\b")


def label_in(content: bytes) -> str | None:
    """Return the id of the output that a figure, a table or a PDF says it belongs to, or None."""
    found = _LABEL.search(content)
    return found[1].decode() if found else None


def folder_of(place: Path) -> Path | None:
    """Return the report folder that a path names or lies in; None if it does neither."""
    folder = place if place.is_dir() else place.parent
    # A page lies one folder below, a figure or a table of it two.
    above = (folder, *folder.resolve().parents[:2])
    return next((one for one in above if (one / NAME).is_file()), None)


def language_of(output: str, folder: Path) -> str:
    """Return the language of the page of an output that a path names or lies in; else the one that is shown here."""
    here = Path(output).resolve()
    below = here.relative_to(folder.resolve()).parts if here.is_relative_to(folder.resolve()) else ()
    return below[0] if below and below[0] in LANGUAGES else language()


def located(project: Project, output: str) -> Path:
    """Return the folder of an output, by what a reader has of it.

    Parameters
    ----------
    project : Project
    output : str
        Its id, or the first four digits of it or more; the name of its folder; the path of its folder or of a file in
        it, wherever that is; or a figure, a table or a PDF that was taken out of it and names it.

    Raises
    ------
    UnknownName
        If no published output is called that, or several are.
    """
    called, place = output.removesuffix("/"), Path(output)
    if is_there(place):
        if (folder := folder_of(place)) or not place.is_file():
            return folder or place
        try:
            with place.open("rb") as stream:
                called = label_in(stream.read(kept.MOST))
        except OSError as error:
            what = f"cannot be read ({error.strerror})"
            raise UnknownName(f"output {place.name[:40]!r}", what, "Check its rights") from None
        if called is None:
            return place.parent
    short = _SHORT_ID.match(called)
    found = [
        project.reports / name / slug
        for (name, slug), record in published(project).items()
        if called in (slug, f"{name}/{slug}") or (short and record["id"].startswith(called))
    ]
    if len(found) == 1:
        return found[0]
    what = "is not published in reports/"
    action = "Look its id up in reports/index.html, name its folder, or run it again"
    if found:
        places = listed(sorted(f"{folder.parent.name}/{folder.name}" for folder in found))
        what, action = f"are {len(found)} outputs, {places}", "Name one of them"
    raise UnknownName(f"output {printable(repr(called[:40]))}", what, action)


def log_entry(project: Project, seconds: float, engine: str) -> dict:
    """Return when and where a run was made.

    Parameters
    ----------
    project : Project
    seconds : float
        How long it took.
    engine : str
        How it was run.
    """
    return {
        "finished": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "seconds": round(seconds, 3),
        "engine": engine,
        "commit": commit(project),
        "modified": list(modified(project)),
        **machine(),
    }


@cache
def machine() -> dict:
    """Return the system on which a run is made, and the versions of what it is made with."""
    return {
        "system": platform.platform(),
        "machine": platform.machine(),
        "python": platform.python_version(),
        "versions": fingerprint.versions(),
    }


@cache
def commit(project: Project) -> str | None:
    """Return the commit that is checked out, with ``+`` if files differ from it; None outside a checkout in git."""
    described = _git(project, "describe", "--always", "--dirty=+", "--abbrev=12", "--exclude=*")
    return (described or "").strip() or None


#: What results are made from: data in the repository, code, notebooks.
_MADE_FROM = ("data/raw", "ogp_analysis", "notebooks")


@cache
def modified(project: Project) -> tuple[str, ...]:
    """Return the files of data, code and notebooks that differ from the commit, sorted; none outside a checkout in git.

    A file that git neither tracks nor ignores counts: an extract that is laid beside the others is read with them.
    """
    if commit(project) is None:
        return ()
    told = _git(project, "status", "--porcelain", "-z", "--no-renames", "--untracked-files=all", "--", *_MADE_FROM)
    return tuple(sorted(printable(line[3:])[:400] for line in (told or "").split("\0") if line))


def _git(project: Project, *words: str) -> str | None:
    """Return what git says of a checkout, or None outside of one."""
    # An unpacked archive may lie inside another repository.
    if project.packaged or not (project.root / ".git").exists():
        return None
    how = {"stdin": subprocess.DEVNULL, "capture_output": True, "text": True, "timeout": 10, "check": True}
    try:
        return subprocess.run(["git", *words], cwd=project.root, **how).stdout
    except (OSError, subprocess.SubprocessError):
        return None
