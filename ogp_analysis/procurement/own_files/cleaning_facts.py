"""Facts on cleaned tables, by which a table that has not changed is not cleaned again."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from pathlib import Path, PurePosixPath
from typing import Annotated, Literal

import pyarrow as pa
import pyarrow.compute as pc
from msgspec import UNSET, Meta, Struct, UnsetType

from ogp_analysis.base import fingerprint, kept
from ogp_analysis.base.errors import CleaningError, OgpAnalysisError, SourceError, WorkerLost
from ogp_analysis.data.store import shelf
from ogp_analysis.procurement.own_files.growing import FORMS

FOLDER = "runs"
#: What becomes of the rows of a table.
COUNTS = ("rows_in", "kept", "set_aside", "merged")
#: So many names of files that are cleaned together stand on the page.
_NAMED = 2
#: Takes the label of a table and the number of its rows that are clean.
Progress = Callable[[str, int], None]


_Hash = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]
_Output = Annotated[str, Meta(pattern=r"^(parquet|csv)/[a-z][a-z0-9_]*/[A-Za-z0-9-]+\.(parquet|csv)\Z")]
_Count = Annotated[int, Meta(ge=0)]


class _Basis(Struct, forbid_unknown_fields=True):
    """What the cleaning of one table, or of several files together, rests on."""

    sha256: _Hash
    kind: str
    code: _Hash
    versions: dict[str, str] | UnsetType = UNSET  # as earlier versions wrote them
    name: str | UnsetType = UNSET
    layout: str | UnsetType = UNSET
    #: A hash; earlier versions wrote the names.
    names: _Hash | list[str] | UnsetType = UNSET
    files: dict[str, _Hash] | UnsetType = UNSET
    csv: bool | UnsetType = UNSET


class _Counts(Struct, forbid_unknown_fields=True):
    rows_in: _Count
    kept: _Count
    set_aside: _Count
    merged: _Count


class _Balance(_Counts, forbid_unknown_fields=True):
    changed: _Count


class _Example(Struct, forbid_unknown_fields=True):
    line: int
    old: str | None
    new: str | None


class _Rule(Struct, forbid_unknown_fields=True):
    action: Literal["changed", "set_aside", "merged"]
    rule: str
    column: str
    count: _Count
    examples: list[_Example]


class _Facts(Struct, forbid_unknown_fields=True):
    """What was done to one table, or to several files together and to each of them."""

    file: str
    basis: _Basis
    balance: _Balance
    rules: list[_Rule]
    tables: dict[str, _Count]
    generations: list[str]
    outputs: list[_Output]
    counted: dict[str, _Count]
    files: dict[str, _Counts] | UnsetType = UNSET
    faults: dict[str, str] | UnsetType = UNSET


@dataclass(frozen=True)
class Outcome:
    """What became of one table.

    Attributes
    ----------
    label : str
        Name of the file; of the file or sheet inside it too, if there are several.
    what : str
        ``"cleaned"``, ``"current"`` (nothing changed since it was cleaned), ``"passed over"`` (beside
        others in a zip or workbook, but of no layout that is known) or ``"failed"``.
    rows_in, kept, set_aside, merged : int
        Rows of the table.
    counted : int
        Rows by a plain count that shares nothing with the reader; that of the reader where nothing else can count.
    fault : str
        The sentence that says why it failed or was passed over.
    """

    label: str
    what: str
    rows_in: int = 0
    kept: int = 0
    set_aside: int = 0
    merged: int = 0
    counted: int = 0
    fault: str = ""

    @property
    def in_doubt(self) -> bool:
        """Whether the two counts differ."""
        return not self.fault and self.counted != self.rows_in


def label(names: Sequence[str]) -> str:
    """Return what files that are cleaned together are called."""
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" + {more}" if more > 0 else "")


def fault(label: str, error: OSError | OgpAnalysisError) -> str:
    """Return the sentence on what stopped the cleaning of a table, or of files that are cleaned together."""
    if isinstance(error, OSError):
        error = SourceError(label, f"cannot be read or written ({error.strerror})", "Check the files and the disk")
    return str(error.on(label) if isinstance(error, WorkerLost) else error)


def known(out: Path, slug: str) -> dict | None:
    """Return what was done to a table, None if that is not known.

    Raises
    ------
    SourceError
        If the file says something that `clean` does not write: it is not acted upon.
    """
    name = f"{FOLDER}/{slug}.json"
    try:
        found = kept.loaded(out, name, _Facts)
        odd = [output for output in found["outputs"] if PurePosixPath(output).stem != slug]
        fault = f"it names {odd[0]!r} as one of its files" if odd else ""
    except FileNotFoundError:
        return None
    except OSError as error:
        fault = error.strerror
    except kept.NotKept as error:
        fault = str(error)
    if fault:
        what = f"is not what `ogp-analysis clean` leaves ({fault})"
        raise SourceError(f"{out.name}/{name}", what, "Remove it, or clean into an empty folder")
    return found


def every(out: Path) -> list[dict]:
    """Return what was done to each table below `out`, by the names of the files that say it.

    Raises
    ------
    SourceError
        As :func:`known`.
    """
    return [known(out, file.stem) for file in sorted((out / FOLDER).glob("[!.]*.json"))]


def check_folders(out: Path) -> None:
    """Check that nothing is written, read or removed through a link.

    Raises
    ------
    SourceError
        If a folder below `out` is one.
    """
    for folder in (out / FOLDER, *(out / form for form in FORMS), *(p for f in FORMS for p in out.glob(f"{f}/*"))):
        if folder.is_symlink():
            where = f"{out.name}/{folder.relative_to(out).as_posix()}"
            raise SourceError(where, "is a link, and tables are not written through links", "Remove the link")


def code() -> dict:
    """Return what says that nothing changed in the code that cleans a user's files."""
    return {"code": fingerprint.of_tree(*shelf.MADE_BY, "procurement")}


#: What a basis calls files: masked where these name a person. Their hashes tell the files.
_LABELS = ("name", "files")


def is_current(out: Path, facts: dict | None, basis: dict) -> bool:
    """Return whether a table was cleaned from the same content by the same code, and all its files exist."""
    return (
        facts is not None
        and {k: v for k, v in facts["basis"].items() if k not in _LABELS}
        == {k: v for k, v in basis.items() if k not in _LABELS}
        and all((out / name).is_file() and not (out / name).is_symlink() for name in facts["outputs"])
    )


def remove(out: Path, slug: str, facts: dict | None) -> None:
    """Remove the tables of an earlier cleaning, and what is known of them."""
    for name in facts["outputs"] if facts else ():
        (out / name).unlink(missing_ok=True)
    (out / FOLDER / f"{slug}.json").unlink(missing_ok=True)


def put(out: Path, slug: str, facts: dict) -> None:
    """Write what was done to a table. This is the last step: where this file exists, all others do."""
    folder = out / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    written = json.dumps(facts, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    kept.replace(folder / f"{slug}.json", written.encode())


# Counts of what a cleaning did, kept while its pieces pass.

_EXAMPLES = 3
_RULE = ("action", "rule", "column")
#: How a record says in one entry that a rule concerns all values of a column in a chunk.
_VALUES = r"^\((?P<n>\d+) values\)$"


class Rules:
    """How often each rule was applied, with the first examples.

    Attributes
    ----------
    entries : Counter
        Entries of the record by action: ``changed``, ``set_aside``, ``merged``.
    """

    def __init__(self) -> None:
        self.entries: Counter[str] = Counter()
        self._known: dict[tuple[str, str, str], dict] = {}

    def add(self, entries: pa.Table) -> None:
        """Add entries of the record."""
        if not entries.num_rows:
            return
        values = pc.struct_field(pc.extract_regex(entries["old"], _VALUES), "n")
        times = pc.fill_null(pc.cast(values, pa.int64()), 1)
        rules = entries.select(_RULE).append_column("n", times).group_by(list(_RULE), use_threads=False)
        for row in rules.aggregate([("n", "sum"), ("n", "count")]).to_pylist():
            key = tuple(row[name] for name in _RULE)
            self.entries[row["action"]] += row["n_count"]
            known = self._known.setdefault(key, {"count": 0, "examples": []})
            known["count"] += row["n_sum"]
            if (lacking := _EXAMPLES - len(known["examples"])) > 0:
                same = reduce(pc.and_, (pc.equal(entries[name], part) for name, part in zip(_RULE, key, strict=True)))
                first = entries.take(pc.indices_nonzero(same)[:lacking]).to_pylist()
                known["examples"] += [{"line": one["_line"], "old": one["old"], "new": one["new"]} for one in first]

    def listed(self) -> list[dict]:
        """Return each rule with its column, count and first examples, sorted."""
        return [dict(zip(_RULE, key, strict=True)) | found for key, found in sorted(self._known.items())]

    def example(self) -> str:
        """Return what was wrong with the first row that was set aside."""
        return next((one["examples"][0]["old"] for one in self.listed() if one["action"] == "set_aside"), "none")


def balanced(label: str, counts: dict[str, int], what: str, report: str) -> None:
    """Hold rows in against kept + set aside + merged.

    Raises
    ------
    CleaningError
        If they differ.
    """
    rows_in, kept, set_aside, merged = (counts[name] for name in COUNTS)
    if rows_in != kept + set_aside + merged:
        told = f"{rows_in} {what} came in, but {kept} were kept, {set_aside} set aside and {merged} merged"
        raise CleaningError(label, told, f"Report this with the {report}")
