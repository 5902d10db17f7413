"""What the risk index of ProACT is scaled and compared by: purchasing power and financial secrecy.

References
----------
World Bank, PPP conversion factor, GDP (PA.NUS.PPP). Tax Justice Network, Financial Secrecy Index. Both in the
copy that the Government Transparency Institute uses in ProACT.
"""

from __future__ import annotations

import re

import pandas as pd

from ogp_analysis.base.beside import toml
from ogp_analysis.base.countries import country
from ogp_analysis.base.schema import schemas
from ogp_analysis.data.cleaning import country_year
from ogp_analysis.data.cleaning.country_year import known, number, refuse, require
from ogp_analysis.data.cleaning.dataset import Input, declare
from ogp_analysis.data.cleaning.record import FILE, LINE, Cleaned, changed, kept_but
from ogp_analysis.data.datasets.procurement.checks import matching

YEARS = range(1998, 2020)
#: Of these years, those from which new scores stand in the file. Between them ProACT carries scores forward, and before
#: the first edition back to 1998.
NEW_SCORES = (1998, 2013, 2015, 2018)
#: Jurisdictions without an ISO 3166 code of today: one state of the USA, and the dissolved Netherlands Antilles.
WITHOUT_ISO = ("AN", "US Delaware")
_PPP_COLUMNS = ("countrycode", "year", "ppp", "indicatorcode")


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Return the table ``ppp`` (one economy in one year) or ``secrecy`` (one jurisdiction in one year).

    Every row is kept, also economies and years without a factor.

    Raises
    ------
    CleaningError
        If a column is absent, a code, year or value cannot be read, or a score changes inside the years over
        which it is carried.
    UnknownName
        If a jurisdiction is unknown.
    """
    if source.tables == ("ppp",):
        require(chunk, _PPP_COLUMNS)
        known(chunk, "indicatorcode", ("PA.NUS.PPP",))
        codes, entries = country_year.economies(chunk, "countrycode")
        factor = number(chunk, "ppp")
        refuse(chunk, "ppp", factor <= 0, "factors that are not positive")
        year = matching(chunk, "year", r"(?:19|20)\d\d", "values that are not years")
        return Cleaned({"ppp": pd.DataFrame({**codes, "year": year, "ppp": factor})}, kept_but(chunk, entries))
    later = sorted(int(one[1]) for name in chunk.columns if (one := re.fullmatch(r"sec_score(20\d\d)", name)))
    scores = {year: f"sec_score{year}" for year in [*YEARS, *(year for year in later if year > YEARS[-1])]}
    require(chunk, ("iso", *scores.values()))
    # Which later years have an edition of their own is read off the scores.
    editions = [y for y in scores if y in NEW_SCORES]
    editions += [y for y in scores if y > YEARS[-1] and (chunk[scores[y]] != chunk[scores.get(y - 1, scores[y])]).any()]
    for year, column in scores.items():
        refuse(chunk, column, (number(chunk, column) - 50).abs() > 50, "scores outside 0 to 100")
        if year in YEARS and year not in NEW_SCORES:
            refuse(
                chunk, column, chunk[column] != chunk[scores[year - 1]], "scores that change in a year of no edition"
            )
    where = "gti_proact_reference, jurisdiction"
    codes = {c: "" if c in WITHOUT_ISO else country(c, place=where).iso3 for c in chunk["iso"].unique()}
    iso3 = chunk["iso"].map(codes)
    wide = pd.DataFrame({"iso": chunk["iso"], "iso3": iso3, **{y: number(chunk, c) for y, c in scores.items()}})
    long = wide.melt(["iso", "iso3"], list(scores), "year", "secrecy_score").rename(columns={"iso": "jurisdiction"})
    long["score_from_year"] = long["year"].map(lambda year: max(first for first in editions if first <= year))
    return Cleaned({"secrecy": long}, kept_but(chunk, changed(chunk[["iso", FILE, LINE]], "iso", iso3, "alpha_2_code")))


PPP, SECRECY = schemas(toml(__file__, "gti_proact_reference.toml"))

DATASET = declare("gti_proact_reference", clean, (PPP, SECRECY), scores=[f"sec_score{year}" for year in YEARS])
