"""Worldwide Governance Indicators, Voice and Accountability: estimate, standard error and percentile ranks.

References
----------
Kaufmann, Kraay and Mastruzzi (2010), The Worldwide Governance Indicators: Methodology and Analytical
Issues, World Bank Policy Research Working Paper 5430.
"""

from __future__ import annotations

import pandas as pd

from ogp_analysis.base.beside import toml
from ogp_analysis.base.schema import schemas
from ogp_analysis.data.cleaning.country_year import bounded, current_codes, known, number, refuse
from ogp_analysis.data.cleaning.dataset import Input, declare
from ogp_analysis.data.cleaning.reading import read
from ogp_analysis.data.cleaning.record import Cleaned, changed, kept_but, set_aside

#: World Bank codes that are not ISO 3166, and the ISO code of each. The Netherlands Antilles were
#: dissolved on 2010-10-10 and have none any more, though the file estimates them from 2004 to 2013.
ISO_OF_ECONOMY = {"ADO": "AND", "ANT": "", "KSV": "XKX", "ROM": "ROU", "TMP": "TLS", "WBG": "PSE", "ZAR": "COD"}


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Clean one chunk of the Voice and Accountability file into the table ``country_year``.

    Grain: one economy in one year (1996, 1998, 2000, then every year from 2002). Every row is kept, also those
    without an estimate; of a workbook of six indicators those of this one. The World Bank's own codes stay in
    `economy`; `iso3` is read from them, and each code that differs is on the record. Values are left alone.

    Raises
    ------
    CleaningError
        If a column is absent, an economy is unknown, a value is not a number, an estimate has no
        standard error, or a rank does not lie within its bounds.
    """
    given, entries = chunk, []
    if "indicator" in chunk:
        other = chunk["indicator"].str.lower() != "va"
        entries.append(set_aside(chunk, other, "other_indicator", "indicator"))
        chunk = chunk[~other].replace("..", "")
    economy = known(chunk, "wb_code", current_codes() | ISO_OF_ECONOMY.keys(), units=True)
    iso3 = economy.replace(ISO_OF_ECONOMY)
    # The file's own ISO column is held against the rule; it carries the withdrawn code ANT, the rule none.
    odd = (chunk.get("iso3", iso3) != iso3) & (chunk["wb_code"] != "ANT")
    action = "Correct the source row"
    refuse(chunk, "iso3", odd, "codes differ from the rule for their economy", action, beside="wb_code")
    # Estimate and standard error are present together or not at all.
    estimate, error = number(chunk, "va_est"), number(chunk, "va_se")
    wrong = estimate.isna() != error.isna()
    what, action = "rows have an estimate or a standard error without the other", "Correct the source row"
    refuse(chunk, "va_se", wrong, what, action, beside="wb_code")
    ranks = bounded(chunk, "va_rank", "va_rank_lo90", "va_rank_hi90")
    table = read(chunk, SCHEMA, iso3=iso3, va_est=estimate, va_se=error, **ranks)
    entries.append(changed(chunk, "wb_code", iso3, "world_bank_economy_code"))
    return Cleaned({"country_year": table}, kept_but(given, *entries))


(SCHEMA,) = schemas(toml(__file__, "wgi_voice_accountability.toml"))


DATASET = declare("wgi_voice_accountability", clean, (SCHEMA,))
