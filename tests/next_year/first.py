"""Next years of V-Dem (Core, version 16), of Freedom in the World (2026) and of OGP participation, made up here."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Callable
from pathlib import Path

import openpyxl

#: Values that are not the published ones: by country code or name, and year.
REVISED = 0.123


def vdem(mirror: Path, out: Path) -> list[Path]:
    """Write V-Dem 14 as if it were a Core file of version 16: bounds, two more years, a column nobody knows."""
    file = out / "V-Dem-CY-Core-v16.csv"
    with gzip.open(mirror / "vdem" / "14" / "vdem_v14_1970_2023.csv.gz", "rt", encoding="utf-8", newline="") as stream:
        names, *rows = csv.reader(stream)
    at = {name: place for place, name in enumerate(names)}
    index = at["v2xcs_ccsi"]
    rows = [[*row, *_bounds(row[index]), "x"] for row in rows if int(row[at["year"]]) >= 2000]
    last = [row for row in rows if row[at["year"]] == "2023"]
    for year in ("2024", "2025"):
        rows += [[year if place == at["year"] else cell for place, cell in enumerate(row)] for row in last]
    for row in rows:
        if (row[at["country_text_id"]], row[at["year"]]) in {("MEX", "2010"), ("KEN", "2011")}:
            row[index : index + 1], row[-4:-1] = [str(REVISED)], _bounds(str(REVISED))
    ends = [f"v2xcs_ccsi{end}" for end in ("_codelow", "_codehigh", "_sd")]
    with file.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([[*names, *ends, "v2new_series"], *rows])
    return [file]


def _bounds(value: str) -> list[str]:
    if value == "":
        return ["", "", ""]
    return [str(max(float(value) - 0.04, 0)), str(min(float(value) + 0.04, 1)), "0.04"]


def freedom_in_the_world(mirror: Path, out: Path) -> list[Path]:
    """Write the workbook of all data with an edition 2026, a column nobody knows, and two totals that were revised."""
    published = mirror / "freedom_in_the_world" / "2025" / "All_data_FIW_2013-2025.xlsx"
    rows = _rows(published, "FIW13-25")
    title, names, *body = [list(row) for row in rows]
    edition, total, cl, g, g4 = (names.index(name) for name in ("Edition", "Total", "CL", "G", "G4"))
    newest = [list(row) for row in body if row[edition] == 2025]
    for row in newest:
        row[edition] = 2026
    revised = [row for row in body if row[edition] == 2025 and row[0] in ("Mexico", "Kenya")]
    for row in revised:
        step = 1 if row[g4] < 4 else -1
        for place in (total, cl, g, g4):
            row[place] += step
    book = openpyxl.Workbook()
    book.active.title = "Index"
    sheet = book.create_sheet("FIW13-26")
    for row in [title, [*names, "New item"], *newest, *body]:
        sheet.append([*row, 1] if row not in (title,) and len(row) == len(names) else row)
    file = out / "All_data_FIW_2013-2026.xlsx"
    book.save(file)
    return [file]


def ogp_participation(mirror: Path, out: Path) -> list[Path]:
    """Write the panel with 2020, another member and a column nobody knows."""
    published = mirror / "ogp_participation" / "2019" / "OGP_data.xlsx"
    names, *rows = _rows(published, "Sheet1")
    year = names.index("Year")
    more = [[2020 if place == year else cell for place, cell in enumerate(row)] for row in rows if row[year] == 2019]
    hungary = [["HUN" if place == names.index("Country Code") else cell for place, cell in enumerate(more[0])]]
    book = openpyxl.Workbook()
    for row in [[*names, "New"], *([*row, "x"] for row in [*rows, *more, *hungary])]:
        book.active.append(row)
    file = out / "OGP_data_2020.xlsx"
    book.save(file)
    return [file]


def _rows(file: Path, sheet: str) -> list[list]:
    book = openpyxl.load_workbook(file, read_only=True)
    rows = [list(row) for row in book[sheet].values]
    book.close()
    return rows


MADE: dict[str, Callable[[Path, Path], list[Path]]] = {
    "vdem": vdem,
    "freedom_in_the_world": freedom_in_the_world,
    "ogp_participation": ogp_participation,
}
#: Datasets whose newer files are not added, with the reason.
LEFT_OUT = dict.fromkeys(("compranet", "ocds"), "a user's own files of contracts are cleaned into a folder, not added")
