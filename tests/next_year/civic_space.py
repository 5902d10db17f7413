"""Made files of the next year on civic space, each from the present one in its publisher's own layout.

One more year, one more country where the publisher may add one, one more column, two revised values. A few countries
are enough.
"""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import openpyxl

#: The column that nobody has looked at.
NEW = "added_in_2026"
#: Countries that are kept, as sources name them.
KEPT = {
    *("MEX", "KEN", "NAM", "POL", "BRA", "AFG", "FIN"),
    *("Mexico", "Kenya", "Namibia", "Poland", "Brazil", "Afghanistan", "Finland"),
}
REVISED = ("Mexico", "MEX"), ("Kenya", "KEN")

Rows = list[list]


def read(file: Path, *, encoding: str = "utf-8", delimiter: str = ",") -> Rows:
    """Return the lines of a delimited text."""
    opened = gzip.open if file.suffix == ".gz" else open
    with opened(file, "rt", encoding=encoding, newline="") as stream:
        return list(csv.reader(stream, delimiter=delimiter))


def written(rows: Rows, file: Path, *, encoding: str = "utf-8", delimiter: str = ",") -> Path:
    """Write lines as a delimited text."""
    with file.open("w", encoding=encoding, errors="replace", newline="") as stream:
        csv.writer(stream, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return file


def sheet(file: Path, name: str) -> Rows:
    """Return the lines of a sheet."""
    book = openpyxl.load_workbook(file, read_only=True, data_only=True)
    lines = [["" if cell is None else cell for cell in row] for row in book[name].values]
    book.close()
    return lines


def workbook(file: Path, sheets: Mapping[str, Rows]) -> Path:
    """Write a workbook."""
    book = openpyxl.Workbook(write_only=True)
    for name, rows in sheets.items():
        page = book.create_sheet(name)
        for row in rows:
            page.append([None if cell == "" else cell for cell in row])
    book.save(file)
    return file


def grown(
    rows: Rows,
    unit: str,
    year: str,
    revised: Mapping[str, object],
    new: Mapping[str, object] | None = None,
    steps: Iterable[int] = (1,),
    at: int = 0,
) -> Rows:
    """Return a table of country-years with the years after its last one, a country, a column and revised values more.

    Parameters
    ----------
    rows : list of list
        The lines, of which line `at` has the column names.
    unit, year : str
        The columns of the country and of the year.
    revised : mapping of str to object
        What Mexico and Kenya have in the year that was the last.
    new : mapping of str to object, optional
        Cells of the country that is new; the others are Mexico's.
    steps : iterable of int
        The years to add, counted from the last.
    at : int
        How many lines stand above the column names.
    """
    names = rows[at]
    place = {name: position for position, name in enumerate(names)}
    body = [list(row) for row in rows[at + 1 :] if row[place[unit]] in KEPT]
    last = max(row[place[year]] for row in body)
    later = [
        [type(last)(int(last) + step) if position == place[year] else cell for position, cell in enumerate(row)]
        for step in steps
        for row in body
        if row[place[year]] == last
    ]
    for row in body:
        if row[place[year]] == last and any(row[place[unit]] in names for names in REVISED):
            for column, value in revised.items():
                row[place[column]] = value
    mexico = [row for row in later if row[place[unit]] in REVISED[0]]
    fresh = [[new.get(name, cell) for name, cell in zip(names, row, strict=True)] for row in mexico] if new else []
    return [*rows[:at], [*names, NEW], *([*row, "x"] for row in [*body, *later, *fresh])]


def vdem(mirror: Path, out: Path) -> list[Path]:
    """V-Dem's Core file of version 16: version 14 to 2025 and Antigua, with bounds and deviation of every series."""
    rows = read(mirror / "vdem/14/vdem_v14_1970_2023.csv.gz")
    rows = grown(
        rows,
        "country_text_id",
        "year",
        {"v2xcs_ccsi": "0.7"},
        {"country_text_id": "ATG", "country_name": "Antigua and Barbuda"},
        (1, 2),
    )
    series = [(at, name) for at, name in enumerate(rows[0]) if name.startswith("v2") and name != "v2x_regime"]
    ends = {"_codelow": -0.01, "_codehigh": 0.01, "_sd": None}
    rows[0] = [*rows[0], *(name + end for _, name in series for end in ends)]
    for row in rows[1:]:
        for at, _ in series:
            value = row[at]
            low, high = (str(round(float(value) + step, 6)) if value else "" for step in (-0.01, 0.01))
            if value and 0 <= float(value) <= 1:
                low, high = str(max(float(low), 0)), str(min(float(high), 1))
            row += [low, high, "0.01" if value else ""]
    return [written(rows, out / "V-Dem-CY-Core-v16.csv")]


def wgi_voice_accountability(mirror: Path, out: Path) -> list[Path]:
    """A year and an economy that was not rated so far."""
    rows = read(mirror / "wgi_voice_accountability/2023/wgi_va_1996_2023.csv")
    new = {"wb_code": "GIB", "iso3": "GIB", "country_name": "Gibraltar"}
    return [written(grown(rows, "wb_code", "year", {"va_est": "-0.5"}, new), out / "wgi_va_1996_2024.csv")]


def world_bank_controls(mirror: Path, out: Path) -> list[Path]:
    """A year and an economy that the World Bank did not list so far."""
    rows = read(mirror / "world_bank_controls/2024/controls_wdi_1970_2024.csv")
    rows = grown(rows, "iso3", "year", {"gdp_growth": "1.25"}, {"iso3": "TWN"})
    return [written(rows, out / "controls_wdi_1970_2025.csv")]


def ert(mirror: Path, out: Path) -> list[Path]:
    """Version 16: a year and a country."""
    rows = read(mirror / "ert/15/ert.csv")
    ends = {"v2x_polyarchy": "0.5", "v2x_polyarchy_codelow": "0.4", "v2x_polyarchy_codehigh": "0.6"}
    new = {"country_text_id": "ATG", "country_name": "Antigua and Barbuda"}
    return [written(grown(rows, "country_text_id", "year", ends, new), out / "ERT_v16.csv")]


def demspaces(mirror: Path, out: Path) -> list[Path]:
    """Two cutpoints that were revised, and a column."""
    names, *rows = read(mirror / "demspaces/cutpoints/cutpoints.csv")
    for row in rows[:2]:
        row[names.index("up")] = "0.07"
    return [written([[*names, NEW], *([*row, "x"] for row in rows)], out / "cutpoints.csv")]


def digital_society_survey(mirror: Path, out: Path) -> list[Path]:
    """Version 2: a year and a country."""
    rows = read(mirror / "digital_society_survey/1-extract/dsp_v1_2000_2018_surveillance.csv")
    new = {"country_text_id": "ATG", "country_name": "Antigua and Barbuda"}
    rows = grown(rows, "country_text_id", "year", {"v2smgovsmmon_sd": "0.5"}, new)
    return [written(rows, out / "DSP-Dataset-v2.csv")]


def idea_gsod(mirror: Path, out: Path) -> list[Path]:
    """A year and a country."""
    rows = read(mirror / "idea_gsod/2021/idea_gsod_1975_2021.csv")
    new = {"country_name": "Belize", "country": "blz", "iso3": "BLZ"}
    return [written(grown(rows, "iso3", "year", {"fassoas_idea": "50.5"}, new), out / "idea_gsod_1975_2022.csv")]


def ngo_legal_barriers(mirror: Path, out: Path) -> list[Path]:
    """A year and a country."""
    rows = read(mirror / "ngo_legal_barriers/2013/ngo_legal_barriers_1990_2013.csv")
    new = {"country": "Iceland", "iso3": "ISL"}
    rows = grown(rows, "iso3", "year", {"latent_hr_mean": "0.25"}, new)
    return [written(rows, out / "ngo_legal_barriers_1990_2014.csv")]


def feldstein_digital_repression(mirror: Path, out: Path) -> list[Path]:
    """Both sheets a year later, with another country."""
    file = mirror / "feldstein_digital_repression/2022/ai_global_surveillance_index_2022-03-09.xlsx"
    index, repression = (sheet(file, name) for name in ("AIGS 2022", "Digital Repression Inde + V-Dem"))
    made = {}
    for name, rows in (("AIGS 2023", index), ("Digital Repression Inde + V-Dem", repression)):
        width = max(at for at, cell in enumerate(rows[0], 1) if cell != "")
        names = [str(cell).replace("2022", "2023").replace("2021", "2022") for cell in rows[0][:width]]
        body = [[2022 if cell == 2021 else cell for cell in row[:width]] for row in rows[1:] if row[0] in KEPT]
        body.append(["Belize", *body[0][1:]])
        made[name] = [[*names, NEW], *([*row, "x"] for row in body)]
    return [workbook(out / "ai_global_surveillance_index_2023-03-09.xlsx", made)]


def freedom_in_the_world(mirror: Path, out: Path) -> list[Path]:
    """Edition 2026 of the workbook of items and of that of ratings, with a territory."""
    folder = mirror / "freedom_in_the_world"
    items = sheet(folder / "2025/All_data_FIW_2013-2025.xlsx", "FIW13-25")
    new = {"Country/Territory": "Greenland", "C/T": "t"}
    items = grown(items, "Country/Territory", "Edition", {"Region": "North America"}, new, at=1)
    names = items[1]
    for row in items[2:]:
        if row[0] in ("Mexico", "Kenya") and row[names.index("Edition")] == 2025:
            step = 1 if row[names.index("G4")] < 4 else -1
            for name in ("Total", "CL", "G", "G4"):
                row[names.index(name)] += step
    file = folder / "2024/Country_and_Territory_Ratings_and_Statuses_FIW_1973-2024.xlsx"
    ratings = {}
    for name in ("Country Ratings, Statuses ", "Territory Ratings, Statuses"):
        head, period, kinds, *body = sheet(file, name)
        last = len(head) - next(back for back, cell in enumerate(reversed(head), 1) if cell != "") + 3
        more = [[*head[:last], 2025, "", ""], [*period[:last], 2024, "", ""], [*kinds[:last], "PR", "CL", "Status"]]
        kept = [row for row in body if row[0] in KEPT or name.startswith("Territory")]
        ratings[name] = [*more, *([*row[:last], *row[last - 3 : last]] for row in kept)]
        ratings[name][0].append(NEW)
    ratings["Country Ratings, Statuses "][-1][last - 3 : last] = [1, 1, "F"]
    return [
        workbook(out / "All_data_FIW_2013-2026.xlsx", {"Index": [["Notes"]], "FIW13-26": items}),
        workbook(out / "Country_and_Territory_Ratings_and_Statuses_FIW_1973-2026.xlsx", ratings),
    ]


def freedom_on_the_net(mirror: Path, out: Path) -> list[Path]:
    """Edition 2020, which counts freedom, with another country."""
    names, *rows = sheet(mirror / "freedom_on_the_net/2018/FOTN2018_TOTAL_and_CATEGORY_SCORES.xlsx", "2018")
    most = (25, 35, 40, 100)
    kept = [row for row in rows if row[0] in KEPT]
    turned = [[*row[:2], *(end - cell for cell, end in zip(row[2:], most, strict=True))] for row in kept]
    turned.append(["Costa Rica", "FREE", 22, 30, 35, 87])
    named = [name.replace("2018", "2020") for name in names]
    rows = [[*named, NEW], *([*row, "x"] for row in turned)]
    return [workbook(out / "FOTN2020_TOTAL_and_CATEGORY_SCORES.xlsx", {"2020": rows})]


def civicus_monitor(mirror: Path, out: Path) -> list[Path]:
    """The table of scores with 2026 and a territory."""
    rows = read(mirror / "civicus_monitor/compiled-2020-2025/civicus_2020_2025.csv")
    new = {"country_name": "Greenland", "iso3": "GRL"}
    revised = {"score": "44.5", "rating": "Obstructed", "rating_num": "3"}
    return [written(grown(rows, "iso3", "year", revised, new), out / "civicus_2020_2026.csv")]


def civicus_map(mirror: Path, out: Path) -> list[Path]:
    """The map of 2026, with a unit that was not on it."""
    units = json.loads((mirror / "civicus_monitor/2020/civicus_2021-03-19.json").read_text())
    units["HKG"] = {**units["MEX"], NEW: "x"}
    file = out / "civicus.json"
    file.write_text(json.dumps(units, indent=3))
    return [file]


def rsf_press_freedom(mirror: Path, out: Path) -> list[Path]:
    """Edition 2027: that of 2026 with a territory, whose name and code the register knows."""
    file = mirror / "rsf_press_freedom/exports-2002-2026/rwb2026.csv"
    names, *rows = read(file, encoding="cp1252", delimiter=";")
    year = names.index("Year (N)")
    cells = {"ISO": "GRL", "Country_EN": "Greenland", "Country_ES": "Groenlandia"}
    cells |= dict.fromkeys((name for name in names if name.startswith("Rank")), str(len(rows) + 1))
    cells |= dict.fromkeys((name for name in names if name.startswith(("Score 2", "Safety")) or "Context" in name), "1")
    fresh = [cells.get(name, cell) for name, cell in zip(names, rows[-1], strict=True)]
    named = [name.replace("2026", "2027") for name in names]
    rows = [[*row[:year], "2027", *row[year + 1 :]] for row in [*rows, fresh]]
    made = [[*named, NEW], *([*row, "x"] for row in rows)]
    return [written(made, out / "2027.csv", encoding="cp1252", delimiter=";")]


def wjp_rule_of_law(mirror: Path, out: Path) -> list[Path]:
    """Edition 2025, with another country."""
    rows = sheet(
        mirror / "wjp_rule_of_law/2024/2024_wjp_rule_of_law_index_HISTORICAL_DATA_FILE.xlsx", "Historical Data"
    )
    rows = [row if at == 0 else ["" if cell is None else str(cell) for cell in row] for at, row in enumerate(rows)]
    new = {"Country": "Iceland", "Country Code": "ISL"}
    rows = grown(rows, "Country", "Year", {"WJP Rule of Law Index: Overall Score": "0.5"}, new)
    introduction = [["The World Justice Project"], ["Rule of Law Index 2025"]]
    file = out / "2025_wjp_rule_of_law_index_HISTORICAL_DATA_FILE.xlsx"
    return [workbook(file, {"Introduction": introduction, "Historical Data": rows})]


MADE: dict[str, Callable[[Path, Path], list[Path]]] = {
    "vdem": vdem,
    "wgi_voice_accountability": wgi_voice_accountability,
    "world_bank_controls": world_bank_controls,
    "ert": ert,
    "demspaces": demspaces,
    "digital_society_survey": digital_society_survey,
    "idea_gsod": idea_gsod,
    "ngo_legal_barriers": ngo_legal_barriers,
    "feldstein_digital_repression": feldstein_digital_repression,
    "freedom_in_the_world": freedom_in_the_world,
    "freedom_on_the_net": freedom_on_the_net,
    "civicus_monitor": civicus_monitor,
    "rsf_press_freedom": rsf_press_freedom,
    "wjp_rule_of_law": wjp_rule_of_law,
}
LEFT_OUT: dict[str, str] = {}
