"""A "next year" of any dataset: each of its published files is written again with a newer year and a new column."""

from __future__ import annotations

import csv
import gzip
import json
import re
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import openpyxl
import pandas as pd

from ogp_analysis.base import paths
from ogp_analysis.data.cleaning.catalog import dataset
from ogp_analysis.data.cleaning.recognising import Reading, recognise
from ogp_analysis.data.sources import sidecar

#: The column that nobody has looked at, and the year that no published file has.
NEW, YEAR = "Added in 2027", "2027"
#: A name that says the version in the way of every publisher: V-Dem 18 ends with 2027.
NAME = f"v18 1973-{YEAR}_2003-{YEAR} "
#: Datasets whose files are of use together only; they are written again whole.
TOGETHER = ("honduras_oncae", "world_bank_awards", "exchange_rates_fed", "cpv")
#: Layouts whose newest year stays, since other cells of a row must go with it.
FIXED = {"releases": "a second column says the date again", "by_kind": "the ceilings of these years hold the tax",
         "list": "its days begin with the day of the month"}  # fmt: skip
#: Rows that are kept beside those of the newest year.
_ROWS = 60

Edit = Callable[[list, list[list]], None]


def newest(name: str, mirror: Path) -> list[Path]:
    """Return of each layout of a dataset the published file that comes last."""
    found = {}
    for item in dataset(name).inputs:
        for file in sidecar.source(paths.project().raw, item.source, item.version).files:
            path = mirror / item.source / item.version / file.name
            if sidecar.matches(file.name, item.files) and path.is_file():
                readings = recognise(path, [name]).readings
                found |= {tuple(one.layout.name for one in readings): path} if readings else {}
    return list(found.values())


def next_year(name: str, mirror: Path, folder: Path, edit: Edit = lambda names, rows: None) -> list[list[Path]]:
    """Write the newest files of a dataset again; return those that are to be added in one step, step by step.

    `edit` may change the column names and the rows of each table further.
    """
    folder.mkdir(exist_ok=True)
    made = [_written(path, recognise(path, [name]).readings, folder, name in TOGETHER, edit)
            for path in newest(name, mirror)]  # fmt: skip
    return [made] if name in TOGETHER else [[file] for file in made]


def _written(path: Path, readings: tuple[Reading, ...], folder: Path, whole: bool, edit: Edit) -> Path:
    target = folder / (NAME + re.sub(r"\d", "", path.name).removesuffix(".gz"))
    first = readings[0]
    if path.suffix == ".yaml":
        (folder / path.name).write_text(f"{path.read_text('utf-8').rstrip()}\n{NEW}: x\n", "utf-8")
        return folder / path.name
    if path.suffix == ".json":
        entries = json.loads(path.read_text("utf-8"))
        for one in entries.values() if isinstance(entries, dict) else entries:
            one[NEW] = "x"
        target.write_text(json.dumps(entries), "utf-8")
    elif path.suffix == ".dta":
        frame = pd.read_stata(path, convert_categoricals=False)
        names, *rows = newer([[*frame.columns], *frame.to_numpy().tolist()], first, True, edit)
        names[-1] = NEW.replace(" ", "_")
        pd.DataFrame(rows, columns=names).to_stata(target, write_index=False, version=118)
    elif path.suffix == ".xlsx":
        given, book = openpyxl.load_workbook(path, read_only=True, data_only=True), openpyxl.Workbook(write_only=True)
        for one in readings:
            title = one.sheet or given.sheetnames[0]
            most = None if whole or one.layout.last else one.before + 1 + _ROWS
            page, lines = book.create_sheet(title), [list(row) for row in islice(given[title].values, most)]
            for line in newer(lines, one, whole, edit):
                page.append(line)
        book.save(target)
    else:
        with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding=first.encoding, newline="") as stream:
            lines = newer(list(csv.reader(stream, delimiter=first.delimiter)), first, whole, edit)
        with target.open("w", encoding=first.encoding, newline="") as stream:
            csv.writer(stream, delimiter=first.delimiter, lineterminator="\n").writerows(lines)
    return target


def newer(lines: list[list], reading: Reading, whole: bool, edit: Edit) -> list[list]:
    """Return the lines of a table with the newest year made :data:`YEAR`, and a column more."""
    at, last = reading.before, reading.layout.last
    before, names = lines[:at], lines[at]
    rows = [row for row in lines[at + 1 :] if any(cell not in (None, "") for cell in row)]
    raw = {to: name for name, to in reading.layout.renamed([str(name or "") for name in names]).items()}
    if last and reading.layout.name not in FIXED:
        place = [str(name) for name in names].index(raw[last])
        years = [re.match(r"\s*((?:19|20)\d\d)", str(row[place])) for row in rows]
        old = max((year[1] for year in years if year), default=YEAR)
        new = [year is not None and year[1] == old for year in years]
        rows = [row for number, row in enumerate(rows) if whole or new[number] or number < _ROWS]
        for row in rows:
            cell = str(row[place])
            row[place] = type(row[place])(cell.replace(old, YEAR, 1)) if cell.strip().startswith(old) else row[place]
        names = [name.replace(old, YEAR) if isinstance(name, str) else name for name in names]
    elif not whole:
        rows = rows[:_ROWS]
    edit(names, rows)
    return [*before, [*names, NEW], *([*row, "x"] for row in rows)]
