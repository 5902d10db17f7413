"""Legal barriers to non-governmental organisations, 1990-2013: on entry, on funding, on advocacy.

References
----------
Chaudhry (2022), The Assault on Civil Society: Explaining State Crackdown on NGOs, International
Organization 76(3), data doi:10.7910/DVN/JHOGNX; as put together by Chaudhry and Heiss. Latent human
rights: Fariss (2014), American Political Science Review 108(2). Political Terror Scale: Gibney et al.
"""

from __future__ import annotations

import pandas as pd

from ogp_analysis.base.beside import toml
from ogp_analysis.base.schema import schemas
from ogp_analysis.data.cleaning.country_year import agreeing_codes, known, number, refuse
from ogp_analysis.data.cleaning.dataset import Input, declare
from ogp_analysis.data.cleaning.reading import mended, read
from ogp_analysis.data.cleaning.record import Cleaned, kept_but

(SCHEMA,) = schemas(toml(__file__, "ngo_legal_barriers.toml"))
#: Sums of barriers.
SUMS = ("entry", "funding", "advocacy", "barriers_total")
#: The items that are coded; 0.5 stands for a barrier in part.
ITEMS = tuple(name for name in SCHEMA.names if name.startswith("ngo_"))
#: What an item may be, and the line of a mark that is new.
_MARKS = ("0.0", "0.5", "1.0", "")


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Clean one chunk of the panel into the table ``country_year``.

    Grain: one country in one year. Every row is kept, also the 18 without barriers. Kosovo, XKK in
    the file, becomes XKX by :data:`KOSOVO_RULE`; nothing else is changed.

    Raises
    ------
    CleaningError
        If a column is absent, a value is not a number or no code, name and code are of two
        countries, or the barriers do not add up.
    UnknownName
        If a name is that of no country.
    """
    chunk, entries = mended(chunk, iso3=(chunk["iso3"].replace({"XKK": "XKX"}), "kosovo_code"))
    # The total is the sum of the other three, or all are missing.
    values = {name: number(chunk, name) for name in SUMS}
    total = values["entry"] + values["funding"] + values["advocacy"]
    wrong = (total != values["barriers_total"]) & ~(total.isna() & values["barriers_total"].isna())
    refuse(chunk, "barriers_total", wrong, "totals are not the sum of their parts", "Correct the source row")
    for name in ITEMS:
        known(chunk, name, _MARKS)
    table = read(chunk, SCHEMA, iso3=agreeing_codes(chunk, "country", "iso3"))
    return Cleaned({"country_year": table}, kept_but(chunk, *entries))


DATASET = declare("ngo_legal_barriers", clean, (SCHEMA,), measured=[one.raw or one.name for one in SCHEMA.columns])
