"""Whether the results of this commit are those of another: ``python tools/freeze.py --against COMMIT``.

Both are built in clean worktrees, with the libraries of this environment: their reports, and the clean tables of the
embedded edition, or with ``--full`` also of the published files in ``OGP_ANALYSIS_MIRROR``. Compared are numbers with
unit, interval and as written, the cells and columns of tables, what figures draw and write, and clean tables. Ids,
hashes, commits, versions, pages and notebooks are not. Pages pair by notebook, parameters and language. What may differ
stands in ``freeze.toml``. What a commit made is kept in ``build/freeze``.

Ends with 1 if anything differs that is not listed, or is listed and does not differ. Then all of it stands in
``build/freeze/differences.toml``, in the form of the list.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from itertools import product
from pathlib import Path
from typing import NamedTuple

import pyarrow.parquet

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from ogp_analysis.base.errors import OgpAnalysisError
from ogp_analysis.base.fingerprint import sha256
from ogp_analysis.base.paths import HOME_VARIABLE, mirror
from ogp_analysis.base.words.catalogue import LANGUAGES
from ogp_analysis.publishing.runs.made import NOTHING, differences, svg_differs

ROOT = Path(__file__).resolve().parents[1]
KEPT = ROOT / "build" / "freeze"
LIST = Path(__file__).with_suffix(".toml")
#: How far two numbers may lie apart, of themselves where they are greater than one.
WITHIN = 1e-9
PARTS = " | "
#: What a number is; that it is signed or has so many decimals is seen as it is written.
_NUMBER = ("value", "unit", "low", "high", "level", "written")
#: Names the output in its drawings: it follows from the code.
_LABEL = re.compile(r"ogp_analysis:[0-9a-f]{12}\b")
_FULL = "full"
#: So many differences are printed, and so much of a value is written.
_MOST, _LONGEST = 40, 160


class FreezeError(OgpAnalysisError):
    """Results cannot be made or compared, or the list of what may differ is not one."""


class Drawing(str):
    """The text of an SVG."""


class Column(NamedTuple):
    """A column of a clean table, read when it is compared."""

    file: Path
    name: str

    def read(self) -> dict:
        """Return its type and its cells; a missing one is None."""
        column = pyarrow.parquet.read_table(self.file, columns=[self.name]).column(0)
        return {"type": str(column.type), "cells": [cell if cell == cell else None for cell in column.to_pylist()]}


def facts(results: Path) -> dict[str, object]:
    """Return what the reports and clean tables of a folder say, by its place."""
    found: dict[str, object] = {}
    for record in sorted(results.glob("reports/*/*/run.json")):
        said = json.loads(record.read_bytes())
        # Reports made by one run a language are one folder a language.
        spoken = said["parameters"].pop("language", None)
        for language, folder in _pages(record.parent, spoken):
            of_report = _of_report(folder, said, language)
            if twice := found.keys() & of_report:
                raise FreezeError(str(folder), f"is the second report of {min(twice)!r}", "Remove one of them")
            found |= of_report
    for file in sorted(results.glob("processed/*/*/*.parquet")):
        place = PARTS.join(file.with_suffix("").parts[-3:])
        names = pyarrow.parquet.read_schema(file).names
        found |= {f"{place}{PARTS}{name}": Column(file, name) for name in names}
    if not found:
        raise FreezeError(str(results), "holds no reports/ and no processed/ with results", "Name a folder that does")
    return found


def _pages(folder: Path, spoken: str | None) -> list[tuple[str, Path]]:
    return [(spoken, folder)] if spoken else [(language, folder / language) for language in LANGUAGES]


def _of_report(folder: Path, record: dict, language: str) -> dict[str, object]:
    given = {name: value for name, value in sorted(record["parameters"].items()) if value is not None}
    # A list and the text of it with commas, as it was given before, are one.
    given |= {name: ",".join(map(str, value)) for name, value in given.items() if isinstance(value, list)}
    page = " ".join([record["notebook"], *(f"{name}={value}" for name, value in given.items()), language])
    found: dict[str, object] = {f"{page}{PARTS}report": folder.is_dir()}
    if (file := folder / "numbers.json").exists():
        for key, number in json.loads(file.read_bytes()).items():
            found[f"{page}{PARTS}number {key}"] = {name: number.get(name) for name in _NUMBER}
    described = {}
    if (file := folder / "columns.csv").exists():
        header, *rows = _rows(file)
        described = {(row[0], row[1]): dict(zip(header[2:], row[2:], strict=True)) for row in rows}
    for file in sorted(folder.glob("tables/*.csv")):
        header, *rows = _rows(file)
        for number, name in enumerate(header):
            cells = {"cells": [_cell(row[number]) for row in rows]}
            found[f"{page}{PARTS}table {file.stem}{PARTS}{name}"] = cells | described.get((file.stem, name), {})
    for file in sorted(folder.glob("figures/*.svg")):
        found[f"{page}{PARTS}figure {file.stem}"] = Drawing(_LABEL.sub("", file.read_text(encoding="utf-8")))
    return found


def _rows(file: Path) -> list[list[str]]:
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.reader(stream))


def _cell(text: str) -> str | int | float:
    """Return the number that a cell holds if it is written as numbers are, so that codes stay text: 007, 1e5."""
    if re.fullmatch(r"-?(0|[1-9]\d*)", text):
        return int(text)
    return float(text) if re.fullmatch(r"-?\d+\.\d+(e[-+]?\d+)?", text) else text


def compared(old: dict[str, object], new: dict[str, object]) -> Iterator[tuple[str, object, object]]:
    """Yield each place in which facts differ, what was there and what is there now; a page that is gone is one."""
    pages = [{place.partition(PARTS)[0] for place in of} for of in (old, new)]
    for page in sorted(pages[0] ^ pages[1]):
        yield page, *(("a page", NOTHING) if page in pages[0] else (NOTHING, "a page"))
    for place in sorted({*old, *new}):
        if place.partition(PARTS)[0] not in pages[0] & pages[1]:
            continue
        was, now = (of.get(place, NOTHING) for of in (old, new))
        if isinstance(was, Column) and isinstance(now, Column):
            was, now = was.read(), now.read()
        if isinstance(was, Drawing) and isinstance(now, Drawing):
            if differs := svg_differs(was, now):
                yield place, was, differs
        elif isinstance(was, dict) and isinstance(now, dict):
            if len(was.get("cells", [])) != len(now.get("cells", [])):
                yield _rows_differ(place, was.pop("cells"), now.pop("cells"))
            yield from ((place + where, one, other) for where, one, other in differences(was, now, WITHIN))
        elif was != now:
            yield place, was, now


def _rows_differ(place: str, was: list, now: list) -> tuple[str, list, list]:
    """Return the cells between the first and the last that differ, of a column that has more or fewer than before."""
    most = min(len(was), len(now))
    first = next((row for row in range(most) if was[row] != now[row]), most)
    last = next((row for row in range(most - first) if was[-1 - row] != now[-1 - row]), most - first)
    return f"{place}.cells[{first}:]", was[first : len(was) - last], now[first : len(now) - last]


@dataclass
class Entry:
    """What may differ, or has another name, and how often it was found."""

    old: str
    reason: str
    new: str = ""
    was: str | None = None
    now: str | None = None
    times: int = 1
    found: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        #: How a place fits; each ``*`` is a group.
        self.match = re.compile(re.escape(self.old).replace(r"\*", "(.*)")).fullmatch


def listed(file: Path) -> tuple[list[Entry], list[Entry]]:
    """Return what has another name, and what may differ."""
    entries = tomllib.loads(file.read_text(encoding="utf-8"))
    try:
        renamed = [Entry(**one) for one in entries.pop("renamed", [])]
        changed = [Entry(one.pop("place"), **one) for one in entries.pop("changed", [])]
    except (KeyError, TypeError) as error:
        raise FreezeError(file.name, f"has another form ({error})", "Write it as its comment shows") from None
    vague = [one.old for one in changed if one.times == 1 and None in (one.was, one.now)]
    vague += [one.old for one in renamed if not one.new or one.new.count("*") != one.old.count("*")]
    vague += [*entries, *(one.old for one in (*renamed, *changed) if not one.reason.strip())]
    if vague:
        what = f"has {len(vague)} entries that do not say what is different now and why, for example {vague[0]!r}"
        raise FreezeError(file.name, what, "Give `new`, or `was` and `now`, or `times` above one; and a reason")
    return renamed, changed


def with_new_names(old: dict[str, object], renamed: Iterable[Entry]) -> dict[str, object]:
    """Return facts by the places that they have now."""
    found = {}
    for place, fact in old.items():
        for entry in renamed:
            if match := entry.match(place):
                entry.found += 1
                groups = iter(match.groups())
                place = re.sub(r"\*", lambda _, groups=groups: next(groups), entry.new)
        if place in found:
            raise FreezeError(LIST.name, f"gives two facts the place {place!r}", "Correct what is renamed")
        found[place] = fact
    return found


def text(value: object) -> str:
    """Return a value as it is written in the list; of a long one the beginning, and a hash of it all."""
    if isinstance(value, Drawing | Column) or value is NOTHING:
        return "nothing" if value is NOTHING else f"a {type(value).__name__.lower()}"
    written = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    more = f"… {hashlib.sha256(written.encode()).hexdigest()[:16]}" if len(written) > _LONGEST else ""
    return written[:_LONGEST] + more


def hold(old: Path, new: Path, whole: bool = True) -> int:
    """Print in what two folders of results differ unlisted and, if these are whole, what is listed and not found."""
    full = (new / "processed" / _FULL).is_dir()
    renamed, changed = listed(LIST)
    facts_now, unlisted = facts(new), []
    for place, *values in compared(with_new_names(facts(old), renamed), facts_now):
        was, now = map(text, values)
        fits = [e for e in changed if e.match(place) and e.was in (None, was) and e.now in (None, now)]
        for entry in fits:
            entry.found += 1
        if not fits:
            unlisted.append({"place": place, "was": was, "now": now, "reason": ""})
    due = [one for one in (*renamed, *changed) if whole and (full or not one.old.startswith(_FULL + PARTS))]
    unmet = [one for one in due if not one.found or (one in changed and one.found != one.times)]
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / "differences.toml").open("w", encoding="utf-8") as stream:
        for one in unlisted:
            stream.write("[[changed]]\n" + "".join(f"{name} = {_toml(value)}\n" for name, value in one.items()))
    lines = [f"{one['place']}: {one['now']}, was {one['was']}" for one in unlisted[:_MOST]]
    if len(unlisted) > _MOST:
        lines.append(f"… and {len(unlisted) - _MOST:,} more, all in {KEPT / 'differences.toml'}")
    lines += [f"{one.old}: is listed for {one.times}, and found {one.found} times" for one in unmet]
    lines.append(f"{len(unlisted):,} differences are not listed, of {len(facts_now):,} numbers, columns and figures")
    print(*lines, sep="\n")
    return int(bool(unlisted or unmet))


def _toml(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)  # which TOML reads as its own


def made(commit: str, only: Sequence[str], full: bool, jobs: int) -> Path:
    """Return the folder of the results of a commit, which are made if they are not kept."""
    asked = hashlib.sha256(json.dumps([sorted(only), full]).encode()).hexdigest()[:8]
    kept = KEPT / f"{commit}-{asked}"
    if kept.is_dir():
        return kept
    with worktree(commit) as tree:
        if only:
            runs = tree / "notebooks" / "runs.toml"
            runs.write_text(selected(runs.read_text(encoding="utf-8"), only), encoding="utf-8")
        if full:
            _link(tree / "data" / "raw")
        environment = {name: value for name, value in os.environ.items() if name != HOME_VARIABLE}
        builds = [["build"], *([["build", "--edition", _FULL]] if full else [])]
        for arguments in (*builds, ["run", "--all", "--jobs", str(jobs)]):
            command = [sys.executable, "-m", "ogp_analysis", *arguments]
            if subprocess.run(command, cwd=tree, env=environment | {"PYTHONPATH": str(tree)}, check=False).returncode:
                raise FreezeError(f"{' '.join(arguments)} at {commit}", "failed", "See its message")
        part = kept.with_name(f"{kept.name}.part")
        shutil.rmtree(part, ignore_errors=True)
        pages = shutil.ignore_patterns("*.html", "*.ipynb", "*.pdf", "*.png")  # nothing of these is compared
        shutil.copytree(tree / "reports", part / "reports", ignore=pages)
        shutil.copytree(tree / "data" / "processed", part / "processed")
    return part.rename(kept)


@contextmanager
def worktree(commit: str) -> Iterator[Path]:
    """Check a commit out into a folder of its own."""
    with tempfile.TemporaryDirectory() as temporary:
        tree = Path(temporary, "tree")
        _git("worktree", "add", "--quiet", "--detach", str(tree), commit)
        try:
            yield tree
        finally:
            _git("worktree", "remove", "--force", str(tree))


def selected(runs: str, only: Sequence[str]) -> str:
    """Return the list of runs with those alone whose notebook and parameters, in their order there, fit a pattern."""
    blocks = []
    for run in tomllib.loads(runs)["run"]:
        parameters = run.pop("parameters", {})
        for given in product(*(value if isinstance(value, list) else [value] for value in parameters.values())):
            if not run.get("by_name") and any(
                fnmatchcase(" ".join(map(str, [run["notebook"], *given])), one) for one in only
            ):
                lines = ["[[run]]", *(f"{name} = {_toml(value)}" for name, value in run.items())]
                lines += ["[run.parameters]", *(f"{n} = {_toml(v)}" for n, v in zip(parameters, given, strict=True))]
                blocks.append("\n".join(lines))
    if not blocks:
        raise FreezeError(f"--only {' '.join(only)}", "fits no run of the list", "Try 'country_profile MEX *'")
    return "\n\n".join(blocks) + "\n"


def _link(raw: Path) -> None:
    """Put published files beside the sidecars that name them, by their bytes; of a version all, or none."""
    published = mirror()
    if published is None:
        raise FreezeError("--full", "needs the published files", "Name their folder in OGP_ANALYSIS_MIRROR")
    for sidecar in sorted(raw.glob("*/*/source.toml")):
        files = [file for file in (published / sidecar.parent.relative_to(raw)).rglob("*") if file.is_file()]
        by_hash = {sha256(file): file for file in files}
        named = tomllib.loads(sidecar.read_text(encoding="utf-8")).get("files", [])
        found = {sidecar.parent / file["name"]: by_hash.get(file["sha256"]) for file in named}
        for place, file in found.items() if all(found.values()) else ():
            if not place.exists():
                place.parent.mkdir(parents=True, exist_ok=True)
                place.symlink_to(file)


def _git(*arguments: str) -> str:
    told = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    if told.returncode:
        raise FreezeError(f"git {' '.join(arguments[:2])}", told.stderr.strip(), "Name a commit of this repository")
    return told.stdout


def main(arguments: list[str] | None = None) -> int:
    """Build two commits, or take two folders of results, and compare them; 1 if they differ and it is not listed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    of = parser.add_mutually_exclusive_group(required=True)
    of.add_argument("--against", metavar="COMMIT", help="hold the commit that is checked out against this one")
    of.add_argument("--results", metavar=("OLD", "NEW"), nargs=2, type=Path, help="compare two folders as kept")
    parser.add_argument("--only", metavar="GLOB", nargs="+", default=[], help="a quick look: 'country_profile MEX *'")
    parser.add_argument("--full", action="store_true", help="also the clean tables of the published files")
    parser.add_argument("--jobs", type=int, default=min(4, os.cpu_count() or 1), help="runs side by side")
    given = parser.parse_args(arguments)
    try:
        if given.results:
            return hold(*given.results)
        if _git("status", "--porcelain", "--untracked-files=no"):
            print("What is modified and not committed is not compared.", file=sys.stderr)
        commits = [_git("rev-parse", f"{one}^{{commit}}")[:12] for one in (given.against, "HEAD")]
        for folder in (one for one in KEPT.glob(f"{'?' * 12}-{'?' * 8}") if one.name.partition("-")[0] not in commits):
            shutil.rmtree(folder)
        return hold(*(made(one, given.only, given.full, given.jobs) for one in commits), not given.only)
    except OgpAnalysisError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    sys.exit(main())
