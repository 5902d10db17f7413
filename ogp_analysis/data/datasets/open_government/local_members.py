"""Local members of OGP in the participation panel of 2019, with their first year and their names."""

from __future__ import annotations

import pandas as pd

from ogp_analysis.base.countries import iso3_of
from ogp_analysis.data.cleaning.coding import Rule, coded
from ogp_analysis.data.cleaning.country_year import refuse
from ogp_analysis.data.cleaning.dataset import Input, declare
from ogp_analysis.data.cleaning.reading import Declared
from ogp_analysis.data.cleaning.record import Cleaned, kept_but
from ogp_analysis.data.datasets.open_government import membership_columns

STATED = Declared(__file__)


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Return the local members of a chunk, one row per locality.

    Raises
    ------
    CleaningError
        If a column is absent, a code has not four letters, or a name has no country or another than that of
        the code.
    UnknownName
        If a code begins with no country's, or a name ends with none.
    """
    coded(chunk, "ogp_code", [Rule("local", "[A-Z]{4}")], "data/datasets/open_government/membership_columns.py")
    # The country of a locality follows the last comma of its name.
    odd = ~chunk["locality"].str.contains(", ", regex=False)
    refuse(chunk, "locality", odd, "names that do not end in a comma and a country", "Correct the name")
    names = chunk["locality"].str.rsplit(", ", n=1, expand=True).reindex(columns=[0, 1])
    iso3 = membership_columns.country_of(chunk["ogp_code"])
    odd = iso3 != iso3_of(names[1], "locality")
    what, action = "names of another country than that of the code", "Correct the name or the code"
    refuse(chunk, "locality", odd, what, action, beside="ogp_code")
    return Cleaned({"members": STATED.read(chunk, "members", iso3=iso3, locality=names[0])}, kept_but(chunk))


DATASET = declare("ogp_local_members", clean, STATED.tables)
