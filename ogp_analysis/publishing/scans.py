"""Scan files of a researcher's own: cleaned, searched, and written as tables for a reviewer and a page.

The folder belongs to one scan. What a reviewer has written into the tables of hits is read before anything is written,
and is kept in ``scan.json`` before a table is replaced; so it is never lost, wherever a scan is stopped.
"""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import pandas as pd
from msgspec import Meta, Struct

from ogp_analysis.base import kept, spreadsheet
from ogp_analysis.base.errors import ParameterError, SourceError
from ogp_analysis.base.lock import only_one
from ogp_analysis.base.processes import Machines
from ogp_analysis.base.words import language as language_in_force
from ogp_analysis.base.words import use_language, word
from ogp_analysis.procurement.own_files.cleaning_facts import Outcome, Progress
from ogp_analysis.procurement.own_files.column_map import ColumnMap
from ogp_analysis.procurement.own_files.given_files import review_table
from ogp_analysis.publishing.pages.scan_page import scan_page
from ogp_analysis.surveillance.review import REVIEW_COLUMNS, Review, Verdict, edited, reviewed
from ogp_analysis.surveillance.scan import (
    CONTRACT_COLUMNS,
    HIT_COLUMNS,
    POWER_COLUMNS,
    Scan,
    cleaned,
    kinds_of,
    plain_facts,
    searched,
    set_aside,
)

STATE, HITS, PAGE = "scan.json", "hits", "report.html"
CLEAN, _WORK = "clean", ".work"
LOST_COLUMNS = ("key", "verdict", "note", *CONTRACT_COLUMNS)
ASIDE_COLUMNS = ("file", "line", "rule", "what")
#: What a scan leaves in its folder.
_OURS = (STATE, f"{HITS}.csv", f"{HITS}.xlsx", "powers.csv", "lost_verdicts.csv", "set_aside.csv", PAGE, CLEAN, _WORK)
#: So much of an object stands in the table of hits.
_OBJECT = 2000
_COUNTS = ("rows_in", "kept", "set_aside", "merged")
_Facts = Annotated[list[str], Meta(min_length=len(CONTRACT_COLUMNS), max_length=len(CONTRACT_COLUMNS))]


class _Verdict(Struct, forbid_unknown_fields=True):
    verdict: Literal["", "confirmed", "rejected", "unsure"]
    note: str
    facts: Annotated[list[str], Meta(max_length=len(CONTRACT_COLUMNS))]


class _State(Struct, forbid_unknown_fields=True):
    """What a scan keeps for the next: what it said of each hit, and the verdicts.

    While tables are replaced, ``before`` has the verdicts that the older ones show.
    """

    scan: Literal[1]
    private: bool
    rows: dict[str, Annotated[int, Meta(ge=0)]]
    hits: dict[str, _Facts]
    verdicts: dict[str, _Verdict]
    before: list[dict[str, _Verdict]]


@dataclass(frozen=True)
class Scanned:
    """What a scan did.

    Attributes
    ----------
    files : list of Outcome
        What became of each table or file.
    scan : Scan or None
        None if no file could be cleaned; then nothing was written.
    review : Review or None
        The hits with their verdicts.
    """

    files: list[Outcome]
    scan: Scan | None = None
    review: Review | None = None


def scan_files(
    given: Iterable[Path],
    out: Path,
    *,
    kind: str = "",
    layout: str = "",
    columns: ColumnMap | None = None,
    language: str = "en",
    private: bool = False,
    jobs: int | Machines = 1,
    progress: Progress = lambda label, rows: None,
) -> Scanned:
    """Clean and search files, and write tables and a page into a folder.

    Parameters
    ----------
    given : iterable of pathlib.Path
        Files and folders: CompraNet and OCDS as ``ogp-analysis clean`` takes them, or tables of which `columns` says
        what they hold.
    out : pathlib.Path
        An empty folder, or that of an earlier scan, whose verdicts are kept.
    kind : str
        ``compranet`` or ``ocds`` for all files; by default the first bytes of each tell.
    layout : str
        Layout of CompraNet files without a line of column names.
    columns : ColumnMap, optional
        What the columns of tables in a form of their own hold.
    language : str
        Of the page and of what the tables say.
    private : bool
        Leave no name, hash or copy of a file in the folder, and no contract that is not confirmed on the page.
    jobs : int or Machines
        How many processes clean and search large files side by side, or where; what comes of it is the same.
    progress : callable
        Called with the label of a table and the number of its rows that are done.

    Raises
    ------
    ParameterError
        If a file is not there, `out` holds something else, or a table of hits says what is not a verdict.
    SourceError
        If what an earlier scan left in `out` is not what one leaves.
    BusyError
        If another process writes into `out`.
    """
    out = Path(out)
    kinds = kinds_of(given, out, kind, columns)
    if out.exists() and not out.is_dir():
        raise ParameterError(out.name, "is not a folder", "Name a folder for --out")
    there = sorted(one.name for one in out.iterdir()) if out.exists() else []
    # The state comes before any table, so that without it there is nothing of ours but cleaned files.
    odd = [name for name in there if name not in (CLEAN, _WORK, ".lock") and not name.endswith((".new", "#"))]
    if odd and STATE not in there:
        raise ParameterError(out.name, f"holds something else, for example {odd[0]}", "Scan into an empty folder")
    for name in there:
        if name in _OURS and (out / name).is_symlink():
            raise ParameterError(f"{out.name}/{name}", "is a link", "Scan into an empty folder")
    if private and CLEAN in there:
        what = "holds a scan with the names and hashes of its files"
        raise ParameterError(out.name, what, "Scan with --private into an empty folder")
    spoken = language_in_force()
    use_language(language)
    try:
        with only_one(out / ".lock", f"scanning into {out.name}"):
            shutil.rmtree(out / _WORK, ignore_errors=True)
            try:
                state = kept.loaded(out, STATE, _State)
            except FileNotFoundError:
                state = {"private": False, "hits": {}, "verdicts": {}, "before": []}
            except (OSError, kept.NotKept) as error:
                what = f"is not what a scan leaves ({error})"
                action = "Scan into an empty folder; copy your verdicts over"
                raise SourceError(f"{out.name}/{STATE}", what, action) from error
            if state["private"] and not private:
                what = "holds a private scan, whose files must not be named in it"
                raise ParameterError(out.name, what, "Scan with --private, or into an empty folder")
            _verdicts(out, state)  # what cannot be read is said before the work
            work = out / (_WORK if private else CLEAN)
            try:
                done, folders = cleaned(kinds, work, layout, columns, language, jobs, progress)
                if not any(one.what in ("cleaned", "current") for one in done):
                    return Scanned(done)
                return _written(out, done, folders, state, language, private, jobs)
            finally:
                if private:
                    shutil.rmtree(work, ignore_errors=True)
    finally:
        use_language(spoken)


def _verdicts(out: Path, state: dict) -> dict[str, Verdict]:
    """Return the verdicts known, with what a reviewer has written into the tables since."""
    known, *before = (
        {key: Verdict(one["verdict"], one["note"], tuple(one["facts"])) for key, one in verdicts.items()}
        for verdicts in (state["verdicts"], *state["before"])
    )
    facts = {key: tuple(one) for key, one in state["hits"].items()}
    there = [f"{HITS}.{ending}" for ending in ("csv", "xlsx") if (out / f"{HITS}.{ending}").exists()]
    return edited([(name, review_table(out / name, HITS)) for name in there], known, facts, before)


def _written(
    out: Path, done: list[Outcome], folders: list[Path], state: dict, language: str, private: bool, jobs: int | Machines
) -> Scanned:
    """Search what was cleaned, and write it: the state first, then what it has to survive, then the state again."""
    found = searched(folders, jobs)
    # Read now, so that what a reviewer has saved meanwhile is not written over.
    review = reviewed(found.frame, _verdicts(out, state))
    names: dict[str, str] = {}
    # With `private` a file is a number, in the order in which they come.
    aside = [
        (names.setdefault(label, str(len(names) + 1)) if private else label, *row) for label, *row in set_aside(folders)
    ]
    rows = Counter()
    for one in done:
        rows.update({name: getattr(one, name) for name in _COUNTS})
    _put_state(out, review, rows, private, [*state["before"], state["verdicts"]])
    # The hits, the powers and the lost verdicts as sheets of one workbook, and each table as a file of its own.
    hidden = ("file", "line") if private else ()
    order = ("key", *REVIEW_COLUMNS, *(name for name in HIT_COLUMNS if name not in ("key", *hidden)))
    texts = review.hits["object"]
    shown = review.hits.assign(
        object=texts.where(texts.str.len() <= _OBJECT, texts.str.slice(0, _OBJECT - 1) + "…"),
        grade=[word(f"detector.verdict.{one}") for one in review.hits["grade"]],
        tier=[word(f"detector.tier.{one}") for one in review.hits["tier"]],
        verdict=[_in_words(one) for one in review.hits["verdict"]],
    )
    powers = found.powers.assign(
        technology=[word(f"powers.technology.{one}") if pd.notna(one) else None for one in found.powers["technology"]],
        outcome=[word(f"powers.outcome.{one}") for one in found.powers["outcome"]],
        contested=["*" if one is True else None for one in found.powers["contested"]],
    )
    lost = [
        (key, _in_words(one.verdict), one.note, *(one.facts or [""] * 6)) for key, one in sorted(review.lost.items())
    ]
    sheets = {
        HITS: [order, *_cells(shown, order)],
        "powers": [POWER_COLUMNS, *_cells(powers, POWER_COLUMNS)],
        "lost_verdicts": [LOST_COLUMNS, *lost],
    }
    for name, lines in (sheets | {"set_aside": [ASIDE_COLUMNS, *aside]}).items():
        kept.replace(out / f"{name}.csv", spreadsheet.lines(lines))
    kept.replace(out / f"{HITS}.xlsx", spreadsheet.workbook(sheets))
    page = scan_page(found, review, done, dict(rows), language, private)
    kept.replace(out / PAGE, page)
    _put_state(out, review, rows, private, [])
    return Scanned(done, found, review)


def _in_words(verdict: str) -> str:
    return word(f"scan.verdict.{verdict}") if verdict else ""


def _put_state(out: Path, review: Review, rows: Counter, private: bool, before: list[dict]) -> None:
    verdicts = review.verdicts.items()
    state = {
        "scan": 1,
        "private": private,
        "rows": {name: rows[name] for name in _COUNTS},
        "hits": dict(zip(review.hits["key"], plain_facts(review.hits), strict=True)),
        "verdicts": {key: {"verdict": one.verdict, "note": one.note, "facts": one.facts} for key, one in verdicts},
        "before": before,
    }
    written = json.dumps(state, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    kept.replace(out / STATE, written.encode(errors="replace"))


def _cells(frame: pd.DataFrame, columns: Iterable[str]) -> Iterator[list]:
    """Yield rows as they are written: a day as text, a missing value empty, a number as such."""
    for row in frame[list(columns)].itertuples(index=False, name=None):
        yield [
            None if pd.isna(value) else str(value.date()) if isinstance(value, dt.datetime)
            else value.item() if hasattr(value, "item") else value
            for value in row
        ]  # fmt: skip
