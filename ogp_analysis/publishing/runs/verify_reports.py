"""Hold a folder of reports against what it says of itself, every file of every report; nothing is run.

Its crate lists the reports, the pages beside them and the record of each report by its hash; the record of a report
has the hash of each of its files. So no file may change, be missing, or be there unlisted.
"""

from __future__ import annotations

import hashlib
import os
from collections import defaultdict
from pathlib import Path
from urllib.parse import unquote

from ogp_analysis.base import kept
from ogp_analysis.base.errors import ReportError, printable
from ogp_analysis.publishing.pages import crate
from ogp_analysis.publishing.runs import run_record
from ogp_analysis.publishing.runs.plan import FAILED
from ogp_analysis.publishing.runs.publish import BESIDE
from ogp_analysis.publishing.runs.verify import Verdict

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
