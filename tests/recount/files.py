"""The published files, read with pandas, csv and json alone: no module of the package is imported here."""

from __future__ import annotations

import csv
import json
from functools import cache
from pathlib import Path

import pandas as pd

#: Codes of V-Dem and ERT that are not ISO 3166 countries. PSE is the West Bank alone there, not the State of Palestine.
PARTS = ("PSG", "SML", "ZZB", "YMD", "DDR", "VDR", "PSE")
#: The one code of the World Bank's file without an ISO country today: the Netherlands Antilles.
FORMER = ("ANT",)
#: What is read of V-Dem 14, which has 297 columns.
FOURTEEN = (
    *("v2xcs_ccsi", "v2x_cspart", "v2csreprss", "v2cseeorgs", "v2caassemb", "v2x_freexp_altinf", "v2x_frassoc_thick"),
    *("v2x_civlib", "v2x_clpriv", "v2x_polyarchy"),
)


@cache
def words(file: Path, header: int = 0, encoding: str = "utf-8-sig") -> pd.DataFrame:
    """Every cell of a file as its text, ``NA`` and ``None`` included: they are categories in several files."""
    return pd.read_csv(file, header=header, dtype=str, keep_default_na=False, encoding=encoding)


def coded(table: pd.DataFrame, code: str, others: tuple[str, ...]) -> pd.DataFrame:
    """The table with its code under one name, and whether that is a country of ISO 3166."""
    return table.copy().assign(code=table[code], country=~table[code].isin(others))


#: Of V-Dem 16, the redistributor's export of each index that is read, and its codes that are not V-Dem's.
SIXTEEN = {
    "v2x_freexp_altinf": "freedom-of-expression-index",
    "v2x_civlib": "human-rights-index-vdem",
    "v2x_polyarchy": "electoral-democracy-index",
    "v2x_libdem": "liberal-democracy-index",
}
OTHER_CODES = {"OWID_KOS": "XKX", "OWID_ZAN": "ZZB"}


def vdem_16(mirror: Path) -> pd.DataFrame:
    """V-Dem 16 from 1990 on, of the exports, without regions and the years of a state that version 14 does not have."""
    parts = []
    for column, name in SIXTEEN.items():
        part = pd.read_csv(mirror / "vdem" / "16-five-indices" / f"{name}.csv.gz").iloc[:, 1:4]
        part = part.set_axis(["unit", "year", column], axis=1).replace({"unit": OTHER_CODES})
        parts.append(part[(part["unit"].str.len() == 3) & (part["year"] >= 1990)].set_index(["unit", "year"]))
    table = pd.concat(parts, axis=1).reset_index()
    before = set(map(tuple, vdem(mirror, "14")[["code", "year"]].to_numpy().tolist()))
    there = [year > 2023 or (unit, year) in before for unit, year in zip(table["unit"], table["year"], strict=True)]
    return coded(table[there], "unit", PARTS)


@cache
def vdem(mirror: Path, version: str) -> pd.DataFrame:
    """All country units and years of one version of V-Dem."""
    if version == "16":
        return vdem_16(mirror)
    name = {
        "12": "12-intervals/vdem_v12_intervals_2012_2021.csv",
        "14": "14/vdem_v14_1970_2023.csv.gz",
        "15": "15-indices/vdem_v15_indices_intervals_1990_2024.csv",
    }[version]
    code = "iso3" if version == "12" else "country_text_id"
    columns = [code, "year", *FOURTEEN] if version == "14" else None
    return coded(pd.read_csv(mirror / "vdem" / name, usecols=columns, low_memory=False), code, PARTS)


@cache
def regimes(mirror: Path) -> pd.DataFrame:
    """All country units and years of Episodes of Regime Transformation."""
    return coded(pd.read_csv(mirror / "ert" / "15" / "ert.csv", low_memory=False), "country_text_id", PARTS)


@cache
def voice(mirror: Path) -> pd.DataFrame:
    """All economies and years of the World Bank's voice and accountability; the code is the ISO one."""
    return coded(pd.read_csv(mirror / "wgi_voice_accountability" / "2023" / "wgi_va_1996_2023.csv"), "iso3", FORMER)


def wide(table: pd.DataFrame, column: str) -> pd.DataFrame:
    """One column as countries by years, without the units that are not a country; a missing value is NaN."""
    return table[table["country"]].pivot(index="code", columns="year", values=column)


@cache
def members(mirror: Path) -> pd.DataFrame:
    """One row per country that ever joined OGP."""
    return words(mirror / "ogp_membership" / "compiled" / "membership_facts.csv")


@cache
def events(mirror: Path) -> pd.DataFrame:
    """Dated events of countries in OGP, those of November 2026 below the others."""
    tables = ("compiled/status_events.csv", "additions-2026-11/status_events_new.csv")
    return pd.concat([words(mirror / "ogp_status_events" / table) for table in tables], ignore_index=True)


def listed(file: Path) -> list[dict]:
    """Rows of a file as dictionaries."""
    with file.open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


def parsed(file: Path) -> dict | list:
    """The content of a JSON file."""
    return json.loads(file.read_text(encoding="utf-8-sig"))
