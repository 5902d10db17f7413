"""Digital Society Survey: experts on what governments do with the internet and social media, 2000-2018.

The nearest thing here to a yearly series on surveillance, and a weak one: experts code what can be
seen. In Mexico the series on monitoring does not move in nineteen years, and it does not move in 46
of 179 units. Its silence on covert spyware is not evidence of absence.

References
----------
Mechkova, Pemstein, Seim and Wilson (2019), Digital Society Project Dataset v1; the same, Measuring
Internet Politics: Introducing the Digital Society Project (DSP Working Paper 1).
"""

from __future__ import annotations

import pandas as pd

from ogp_analysis.base.beside import toml
from ogp_analysis.base.schema import Column, TableSchema
from ogp_analysis.data.cleaning.country_year import bounded
from ogp_analysis.data.cleaning.dataset import Input, declare
from ogp_analysis.data.cleaning.reading import read
from ogp_analysis.data.cleaning.record import Cleaned, kept_but
from ogp_analysis.data.datasets.civic_space.index_rows import unit_columns, units_of_vdem

LICENCE = "not stated by the publisher"
#: What each series stands for and the direction of its scale.
SERIES = toml(__file__, "digital_society_survey.toml")


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Clean one chunk of the survey into the table ``country_year``.

    Grain: one V-Dem country unit in one year. Every row is kept and no value is changed.

    Raises
    ------
    CleaningError
        If a column is absent, a unit is unknown, a value is not a number, or an estimate does not
        lie within its bounds.
    """
    values = {}
    for name in SERIES:
        values |= bounded(chunk, name, f"{name}_codelow", f"{name}_codehigh")
    table = read(chunk, SCHEMA, **units_of_vdem(chunk, "country_text_id"), **values)
    return Cleaned({"country_year": table}, kept_but(chunk))


#: What the file has of a series, by the end of its name: type, meaning, unit, least and highest value. ``*`` is the
#: series. The measurement model's scale has no ends; estimates and bounds lie within eight units of its centre.
_SCALE = ("interval, z-like, about -4 to 4", -8, 8)
_ENDS = {
    "": ("number", "", *_SCALE),
    "_codelow": ("number", "Lower end of the 68 % interval of *", *_SCALE),
    "_codehigh": ("number", "Upper end of the 68 % interval of *", *_SCALE),
    "_sd": ("number", "Standard deviation of the posterior of *", "units of *", 0, None),
    "_nr": ("integer", "Number of experts who coded *", "experts", 1, None),
}
_NAMES = tuple(name + end for name in SERIES for end in _ENDS)


SCHEMA = TableSchema(
    "country_year",
    "one V-Dem country unit in one year",
    ("unit", "year"),
    (
        *unit_columns(),
        Column("country_name", "string", "Name as the survey writes it", required=True, redistribute=False),
        Column("year", "integer", "Calendar year", "year", minimum=2000, required=True),
        *(
            Column(
                name + end,
                kind,
                what.replace("*", name) or meaning,
                unit.replace("*", name),
                direction if unit == _SCALE[0] else "",
                minimum=least,
                maximum=most,
                licence=LICENCE,
                redistribute=False,
            )
            for name, (meaning, direction) in SERIES.items()
            for end, (kind, what, unit, least, most) in _ENDS.items()
        ),
    ),
    left_alone="The answers of the questionnaire in words are not taken over. Versions of the survey are estimated "
    "anew each, so the cross-section of 2021 in feldstein_digital_repression must not be joined to it on level",
)


DATASET = declare("digital_society_survey", clean, (SCHEMA,), measured=_NAMES)
