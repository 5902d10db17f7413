"""Legal safeguards against surveillance on paper, by country and scope, as sources of several years state them.

A source describes the law of its day, and most are of 2017 or before. What no source states may be law all the same,
and a safeguard on paper says nothing about practice: no count over countries, and no score, can be formed of it.
"""

from __future__ import annotations

import pandas as pd

from ogp_analysis.data.cleaning import coding
from ogp_analysis.data.cleaning.country_year import refuse
from ogp_analysis.data.cleaning.dataset import Input, declare
from ogp_analysis.data.cleaning.reading import Declared, mended
from ogp_analysis.data.cleaning.record import Cleaned, kept_but

STATED = Declared(__file__)
_DECADE = r"\d{3}0s"
#: Entries in the column of laws that name none.
_NO_LAW = ["eight federal laws (absent)", "OGP action plans 2014-2015 and 2016-2017"]


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Return ``statements`` and their ``scopes``, and endorsements, which are no safeguard, as ``joint_statements``.

    Raises
    ------
    CleaningError
        If a column is absent, a safeguard, a scope, a value, a publisher or a date is unknown, or a joint statement
        stands under another scope, or another value, than its own.
    """
    coding.country_codes(chunk, "iso3")
    article = chunk["article"].str.replace(r" \((absent|titles)\)| repealed$", "", regex=True)
    law = chunk["law"].mask(chunk["law"].isin(_NO_LAW), "")
    chunk, entries = mended(chunk, article=(article, "remark_behind_article"), law=(law, "no_law_named"))
    joint = chunk["safeguard"] == "joint_statement"
    wrong = joint & ((chunk["scope"] != "political commitment") | (chunk["value"] != "yes"))
    refuse(chunk, "safeguard", wrong, "joint statements with another scope or value", "Correct the source row")
    coding.precision(chunk["state_of"].mask(chunk["state_of"].str.fullmatch(_DECADE), ""))
    own = chunk[~joint]
    keys = own["iso3"] + " " + own["safeguard"] + " " + own["scope"]
    statements = STATED.read(own, "statements", note=keys.map(STATED["notes"]).fillna(""))
    each = statements[["iso3", "safeguard", "scope"]].assign(reaches=statements["scope"].map(STATED["reaches"]))
    tables = {"statements": statements, "scopes": each.explode("reaches", ignore_index=True)}
    tables["joint_statements"] = STATED.read(chunk[joint], "joint_statements")
    return Cleaned(tables, kept_but(chunk, *entries))


DATASET = declare("surveillance_safeguards", clean, STATED.tables)
