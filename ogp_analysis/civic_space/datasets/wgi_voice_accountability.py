"""Worldwide Governance Indicators, Voice and Accountability: estimate, standard error and percentile ranks.

References
----------
Kaufmann, Kraay and Mastruzzi (2010), The Worldwide Governance Indicators: Methodology and Analytical
Issues, World Bank Policy Research Working Paper 5430.
"""

from __future__ import annotations

import pandas as pd

from ogp_analysis.base.errors import CleaningError
from ogp_analysis.base.schema import Column, TableSchema
from ogp_analysis.tidy.country_year import bounded, known, number, require
from ogp_analysis.tidy.dataset import Dataset, Input, Layout
from ogp_analysis.tidy.iso_codes import current
from ogp_analysis.tidy.record import FILE, LINE, Cleaned, changed, kept_but

LICENCE = "CC BY 4.0"
#: Name of the rule that reads World Bank economy codes as ISO 3166.
ECONOMY_RULE = "world_bank_economy_code"
#: World Bank codes that are not ISO 3166, and the ISO code of each. The Netherlands Antilles were
#: dissolved on 2010-10-10 and have none any more, though the file estimates them from 2004 to 2013.
ISO_OF_ECONOMY = {"ADO": "AND", "ANT": "", "KSV": "XKX", "ROM": "ROU", "TMP": "TLS", "WBG": "PSE", "ZAR": "COD"}
#: The line of a code that is the World Bank's own.
_NEW_ECONOMY = '"{}": "" to ISO_OF_ECONOMY in ogp_analysis/civic_space/datasets/wgi_voice_accountability.py'

_COLUMNS = ("country_name", "wb_code", "iso3", "year", "va_est", "va_se", "va_nsrc", "va_rank", "va_rank_lo90",
            "va_rank_hi90")  # fmt: skip


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Clean one chunk of the Voice and Accountability file into the table ``country_year``.

    Grain: one economy in one year (1996, 1998, 2000, then every year from 2002). Every row is kept,
    also those without an estimate. The World Bank's own codes stay in `economy`; `iso3` is read from
    them by :data:`ECONOMY_RULE`, and each code that differs is on the record. Values are left alone.

    Raises
    ------
    CleaningError
        If a column is absent, an economy is unknown, a value is not a number, an estimate has no
        standard error, or a rank does not lie within its bounds.
    """
    require(chunk, _COLUMNS)
    economy = known(chunk, "wb_code", current() | ISO_OF_ECONOMY.keys(), _NEW_ECONOMY)
    iso3 = economy.replace(ISO_OF_ECONOMY)
    # The file's own ISO column is held against the rule; it carries the withdrawn code ANT, the rule none.
    odd = (chunk["iso3"] != iso3) & (chunk["wb_code"] != "ANT")
    if odd.any():
        example = chunk[odd].iloc[0]
        raise CleaningError(
            f"{example[FILE]}, column iso3",
            f"{int(odd.sum())} codes differ from the rule for their economy, for example {example['iso3']!r} for "
            f"{example['wb_code']} in line {example[LINE]}",
            "Correct the source row, or the list of economy codes in the cleaner",
        )
    # Estimate and standard error are present together or not at all.
    estimate, error = number(chunk, "va_est"), number(chunk, "va_se")
    wrong = estimate.isna() != error.isna()
    if wrong.any():
        first = chunk[wrong].iloc[0]
        raise CleaningError(
            f"{first[FILE]}, column va_se",
            f"{int(wrong.sum())} rows have an estimate or a standard error without the other, for example "
            f"{first['wb_code']} {first['year']} in line {first[LINE]}",
            "Correct the source row, or name the exception in the cleaner",
        )
    table = pd.DataFrame({
        "economy": economy,
        "iso3": iso3,
        "country_name": chunk["country_name"],
        "year": chunk["year"],
        "va_est": estimate,
        "va_se": error,
        "va_nsrc": number(chunk, "va_nsrc"),
        **bounded(chunk, "va_rank", "va_rank_lo90", "va_rank_hi90"),
    })  # fmt: skip
    return Cleaned({"country_year": table}, kept_but(chunk, changed(chunk, "wb_code", iso3, ECONOMY_RULE)))


_RANK = "percentile rank among economies, 0 to 100"
SCHEMA = TableSchema(
    "country_year",
    "one economy in one year",
    ("economy", "year"),
    (
        Column("economy", "string", "World Bank code of the economy", required=True),
        Column("iso3", "string", "ISO 3166 alpha-3 code; missing for ANT. XKX (Kosovo) is user-assigned, PSE is the "
               "West Bank and Gaza"),
        Column("country_name", "string", "Name as the World Bank writes it", required=True),
        Column("year", "integer", "Calendar year", "year", minimum=1996, required=True),
        Column("va_est", "number", "Voice and accountability: perceptions of taking part in choosing the government "
               "and of free expression, association and media. Standardised within each year, so that a trend is "
               "relative to the other economies", "interval, z-like, about -2.5 to 2.5", "higher is freer",
               minimum=-3.5, maximum=3.5, licence=LICENCE),
        Column("va_se", "number", "Standard error of va_est; va_est -/+ 1.645 va_se is the 90 % interval",
               "units of va_est", minimum=0, licence=LICENCE),
        Column("va_nsrc", "integer", "Number of sources behind the estimate", "sources", minimum=1, licence=LICENCE),
        Column("va_rank", "number", "Percentile rank of va_est", _RANK, "higher is freer", minimum=0, maximum=100,
               licence=LICENCE),
        Column("va_rank_lo90", "number", "Lower end of the 90 % interval of the rank", _RANK, "higher is freer",
               minimum=0, maximum=100, licence=LICENCE),
        Column("va_rank_hi90", "number", "Upper end of the 90 % interval of the rank", _RANK, "higher is freer",
               minimum=0, maximum=100, licence=LICENCE),
    ),
    left_alone="Rows without an estimate are kept. 1997, 1999 and 2001 were not published and are not filled in",
)  # fmt: skip

INPUT = Input("wgi_voice_accountability", "2023", "wgi_va_1996_2023.csv")
VOICE = Layout("voice", required=_COLUMNS, like=INPUT, last="year")

DATASET = Dataset(
    name="wgi_voice_accountability",
    title="Worldwide Governance Indicators: voice and accountability, 1996-2023",
    inputs=(INPUT,),
    clean=clean,
    schemas=(SCHEMA,),
    layouts=(VOICE,),
)
