"""OGP's codes of its members: three letters for a country, four for a locality."""

from __future__ import annotations

import pandas as pd

from ogp_analysis.base.countries import country
from ogp_analysis.data.cleaning.coding import Rule, coded

LEVELS = ("national", "local")
#: A country is three letters; a locality is the alpha-2 code of its country and two letters more.
_RULES = (Rule("national", "[A-Z]{3}"), Rule("local", "[A-Z]{4}"))


def level(chunk: pd.DataFrame, column: str) -> pd.Series:
    """Return ``national`` or ``local`` for each code of a member.

    Raises
    ------
    CleaningError
        If a code has neither three nor four letters.
    """
    return coded(chunk, column, _RULES, "data/datasets/open_government/units.py")


def country_of(codes: pd.Series) -> pd.Series:
    """Return the country of each code: of a country itself, of a locality the country that it lies in.

    Raises
    ------
    UnknownName
        If the letters are not a code of a country, nor the first two of a locality.
    """
    return codes.map({code: country(code if len(code) == 3 else code[:2]).iso3 for code in codes.unique()})
