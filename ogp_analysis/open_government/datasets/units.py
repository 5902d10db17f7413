"""OGP's codes of its members: three letters for a country, four for a locality."""

from __future__ import annotations

import pandas as pd

from ogp_analysis.base.countries import country
from ogp_analysis.tidy.coding import Rule, coded

#: The localities of the OGP Local Program up to 2019. The first two letters are the country's alpha-2 code.
LOCALITIES = (
    "ARBA",
    "BRSP",
    "CAON",
    "CONR",
    "ESMD",
    "ESPV",
    "FRPA",
    "GBSC",
    "GETB",
    "GHST",
    "IDBO",
    "KEEM",
    "KRSE",
    "MXJL",
    "NGKD",
    "PELL",
    "PHSC",
    "ROIS",
    "TZKG",
    "USAU",
)
LEVELS = ("national", "local")

_RULES = (Rule("national", "[A-Z]{3}"), *(Rule("local", locality) for locality in LOCALITIES))


def level(chunk: pd.DataFrame, column: str) -> pd.Series:
    """Return ``national`` or ``local`` for each code of a member.

    Raises
    ------
    CleaningError
        If a code is neither three letters nor one of :data:`LOCALITIES`.
    """
    return coded(chunk, column, _RULES, "LOCALITIES of open_government/datasets/units.py")


def country_of(codes: pd.Series) -> pd.Series:
    """Return the country of each code: of a country itself, of a locality the country that it lies in.

    Raises
    ------
    UnknownName
        If the letters are no code of a country.
    """
    return codes.map({code: country(code if len(code) == 3 else code[:2]).iso3 for code in codes.unique()})
