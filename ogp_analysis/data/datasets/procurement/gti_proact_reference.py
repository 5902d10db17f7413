"""What the risk index of ProACT is scaled and compared by: purchasing power and financial secrecy.

References
----------
World Bank, PPP conversion factor, GDP (PA.NUS.PPP). Tax Justice Network, Financial Secrecy Index. Both in the
copy that the Government Transparency Institute uses in ProACT.
"""

from __future__ import annotations

import re

import pandas as pd

from ogp_analysis.base.countries import country
from ogp_analysis.base.schema import Column, TableSchema
from ogp_analysis.data.cleaning import country_year
from ogp_analysis.data.cleaning.country_year import known, number, refuse, require
from ogp_analysis.data.cleaning.dataset import Dataset, Input, Layout
from ogp_analysis.data.cleaning.invariants import Invariants, Sum, every_but
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


PPP = TableSchema(
    "ppp",
    "one economy in one year",
    ("economy", "year"),
    (
        *country_year.ECONOMY_COLUMNS,
        Column("year", "integer", "Calendar year", "year", minimum=1960, required=True),
        Column("ppp", "number", "Purchasing-power factor for gross domestic product; missing where the World Bank has "
               "none, in all years before 1990", "local currency for one international dollar", minimum=0,
               licence="CC BY 4.0"),
    ),
    left_alone="Factors are in the currency of today, also for years before a redenomination",
)  # fmt: skip
SECRECY = TableSchema(
    "secrecy",
    "one jurisdiction in one year",
    ("jurisdiction", "year"),
    (
        Column("jurisdiction", "string", "Alpha-2 code as in the file, AN (Netherlands Antilles) or US Delaware",
               required=True),
        Column("iso3", "string", "ISO 3166-1 alpha-3 code; missing for AN and Delaware"),
        Column("year", "integer", "Calendar year", "year", minimum=1998, required=True),
        Column("secrecy_score", "number", "Secrecy score as ProACT uses it; missing for one jurisdiction in all years",
               "0 to 100", "higher is more secret", minimum=0, maximum=100, redistribute=False),
        Column("score_from_year", "integer", "Year from which this score stands in the file; ProACT carries it to the "
               "next one, and the first back to 1998", "year", minimum=1998, required=True),
    ),
    left_alone="97 jurisdictions only; the rest of the world has no score, which is not a score of zero",
)  # fmt: skip

DATASET = Dataset(
    name="gti_proact_reference",
    title="Purchasing-power factors 1960-2019 and financial secrecy scores 1998-2019, as ProACT uses them",
    inputs=(
        Input("gti_proact", "reference", "wb_ppp_data.dta", tables=("ppp",)),
        Input("gti_proact", "reference", "FSI_wide_200812_fin.dta", tables=("secrecy",)),
    ),
    clean=clean,
    schemas=(PPP, SECRECY),
    invariants=Invariants(
        sums=(
            Sum("ppp", "ppp"),
            Sum("ppp", "year", (), "*ppp*"),
            Sum("secrecy", "secrecy_score", every_but("iso"), "*FSI*"),
        ),
        unsummed={
            "score_from_year": "found by comparing neighbouring years",
            "year": "of the scores, read from headings",
        },
    ),
    layouts=(
        Layout(
            "ppp",
            required=_PPP_COLUMNS,
            unread="countryname|indicatorname",
            tables=("ppp",),
            version=r"(20\d\d)",
            last="year",
        ),
        Layout(
            "secrecy",
            required=("iso", *(f"sec_score{year}" for year in YEARS)),
            further=r"sec_score20\d\d",
            tables=("secrecy",),
            version=r"(20\d\d)",
        ),
    ),
)
