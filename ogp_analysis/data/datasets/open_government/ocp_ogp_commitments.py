"""Commitments to open contracting that the Open Contracting Partnership links to for each country."""

from __future__ import annotations

import pandas as pd

from ogp_analysis.base.countries import country, iso3_of
from ogp_analysis.data.cleaning.country_year import refuse
from ogp_analysis.data.cleaning.dataset import Input, declare
from ogp_analysis.data.cleaning.reading import Declared
from ogp_analysis.data.cleaning.record import Cleaned, kept_but

STATED = Declared(__file__)
_TERM = r"\b(20\d{2})-(?:20)?(\d{2})$"
_OLD_SITE = "opengovpartnership.org/sites/default/files"


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Return the links of a chunk, one row per link.

    Raises
    ------
    CleaningError
        If a column is absent, a text is not named by one rule, or name and code are of two countries.
    """
    name = chunk["ogp_commitment"].str.strip()
    terms = name.str.extract(_TERM).fillna("")
    iso3 = iso3_of(chunk["country"], "country")
    odd = chunk["iso2"] != [country(code).iso2 for code in iso3]
    refuse(chunk, "iso2", odd, "codes that are not that of the country", "Correct the source row", beside="country")
    links = STATED.read(
        chunk,
        "links",
        iso3=iso3,
        plan_first_year=terms[0],
        plan_last_year=("20" + terms[1]).where(terms[1] != "", ""),
        old_site=chunk["link"].str.contains(_OLD_SITE, regex=False),
    )
    return Cleaned({"links": links}, kept_but(chunk))


DATASET = declare("ocp_ogp_commitments", clean, STATED.tables)
