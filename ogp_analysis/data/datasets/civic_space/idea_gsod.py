"""Global State of Democracy indices of International IDEA, 1975-2021, on the scale 0 to 100 of the file.

Built in good part on V-Dem's indicators: agreement with V-Dem is not independent evidence.

References
----------
International IDEA, The Global State of Democracy Indices Methodology, version 5 (2021).
"""

from __future__ import annotations

import pandas as pd

from ogp_analysis.base.beside import toml
from ogp_analysis.base.schema import Column, TableSchema
from ogp_analysis.data.cleaning.country_year import agreeing_codes
from ogp_analysis.data.cleaning.dataset import Dataset, Input, Layout
from ogp_analysis.data.cleaning.reading import read
from ogp_analysis.data.cleaning.record import Cleaned, kept_but

LICENCE = "non-commercial and share-alike, as reported"
#: What each index stands for and the direction of its scale.
SERIES = toml(__file__, "idea_gsod.toml")


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Clean one chunk of the indices into the table ``country_year``.

    Grain: one country in one year. Every row is kept and no value is changed.

    Raises
    ------
    CleaningError
        If a column is absent, a value is not a number, or name and code are of two countries.
    UnknownName
        If a name is that of no country.
    """
    table = read(chunk, SCHEMA, iso3=agreeing_codes(chunk, "country_name", "iso3"))
    return Cleaned({"country_year": table}, kept_but(chunk))


SCHEMA = TableSchema(
    "country_year",
    "one country in one year",
    ("iso3", "year"),
    (
        Column("iso3", "string", "ISO 3166 alpha-3 code; XKX (Kosovo) is user-assigned", required=True),
        Column("country_name", "string", "Name as the file writes it", required=True, redistribute=False),
        Column("year", "integer", "Calendar year", "year", minimum=1975, required=True),
        *(
            Column(
                name,
                "number",
                what,
                "index, 0 to 100",
                direction,
                minimum=0,
                maximum=100,
                licence=LICENCE,
                redistribute=False,
            )
            for name, (what, direction) in SERIES.items()
        ),
    ),
    left_alone="The publisher's scale is 0 to 1; this file gives it times 100. It has no bounds. The lower-case codes "
    "of the file it was taken from repeat iso3 and are not taken over",
)

INPUT = Input("idea_gsod", "2021", "idea_gsod_1975_2021.csv")
INDICES = Layout(
    "indices", required=("country_name", "iso3", "year", *SERIES), optional=("country",), like=INPUT, last="year"
)

DATASET = Dataset(
    name="idea_gsod",
    title="Global State of Democracy indices by country and year, 1975-2021",
    inputs=(INPUT,),
    clean=clean,
    schemas=(SCHEMA,),
    layouts=(INDICES,),
)
