"""Episodes of Regime Transformation: which countries democratise or autocratise in which years, 1900-2024.

An episode is a stretch of years in which electoral democracy (V-Dem 15) moves by 0.10 or more in all,
by small or large steps.

References
----------
Maerz, Edgell, Wilson, Hellmeier and Lindberg (2024), Episodes of Regime Transformation, Journal of
Peace Research 61(6). Edgell et al., Episodes of Regime Transformation Dataset v15 (2025).
"""

from __future__ import annotations

import pandas as pd

from ogp_analysis.base.beside import toml
from ogp_analysis.base.schema import Column, TableSchema
from ogp_analysis.data.cleaning.country_year import bounded, known
from ogp_analysis.data.cleaning.dataset import Dataset, Input, Layout
from ogp_analysis.data.cleaning.reading import read
from ogp_analysis.data.cleaning.record import Cleaned, kept_but
from ogp_analysis.data.datasets.civic_space.index_rows import SPECIAL_UNITS, unit_columns, units_of_vdem

LICENCE = "CC BY 4.0"
#: The units of V-Dem 14 and the one that only these episodes have.
UNITS = SPECIAL_UNITS | {"PSB": "former_state"}  # Palestine under the British Mandate
FIRST_YEAR = 1900

_POLYARCHY, _YEARS, _FLAGS, _CODES, _IDS = toml(__file__, "ert.toml").values()
#: The line of an outcome or a reason that the publisher has added.
_NEW_CODE = "{} to the codes of * in ogp_analysis/data/datasets/civic_space/ert.toml"
#: The publisher's order.
_ORDER = (
    "v2x_regime",
    *_POLYARCHY,
    "reg_start_year",
    "reg_end_year",
    "reg_id",
    "reg_type",
    "reg_trans",
    "dem_founding_elec",
    "aut_founding_elec",
    "row_regch_event",
    "row_regch_censored",
    *(
        f"dem_{end}"
        for end in tuple(
            "ep ep_id ep_start_year ep_end_year pre_ep_year ep_termination ep_prch ep_ptr ep_subdep ep_outcome "
            "ep_outcome_agg ep_censored".split()
        )
    ),
    *(
        f"aut_{end}"
        for end in tuple(
            "ep ep_id ep_start_year ep_end_year pre_ep_year ep_termination ep_prch ep_pbr ep_subreg ep_outcome "
            "ep_outcome_agg ep_censored".split()
        )
    ),
)


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Clean one chunk of the file of episodes into the table ``country_year``.

    Grain: one V-Dem country unit in one year. Every row is kept and no value is changed; the file's
    ``NA`` is missing.

    Raises
    ------
    CleaningError
        If a column is absent, a unit is unknown, a value is not a number, a flag is neither 0 nor 1,
        or electoral democracy does not lie within its bounds.
    """
    present = chunk.assign(**{name: chunk[name].mask(chunk[name] == "NA", "") for name in _ORDER})
    for name, (_, least, most) in _CODES.items():
        known(present, name, ("", *map(str, range(least, most + 1))), _NEW_CODE.replace("*", name))
    for name in _FLAGS:
        known(present, name, ("0", "1", ""))
    units = units_of_vdem(chunk, "country_text_id", UNITS)
    return Cleaned({"country_year": read(present, SCHEMA, **units, **bounded(present, *_POLYARCHY))}, kept_but(chunk))


_DEMOCRATIC = "higher is more democratic"
_COLUMNS = [
    *(
        Column(name, "number", what, "index, 0 to 1", _DEMOCRATIC, minimum=0, maximum=1, licence=LICENCE)
        for name, what in _POLYARCHY.items()
    ),
    *(Column(name, "integer", what, "year", minimum=1828, licence=LICENCE) for name, what in _YEARS.items()),
    *(Column(name, "boolean", what, licence=LICENCE) for name, what in _FLAGS.items()),
    *(Column(name, "string", what, licence=LICENCE) for name, what in _IDS.items()),
    *(
        Column(
            name,
            "integer",
            what,
            *(("ordinal, 0 to 3", _DEMOCRATIC) if name == "v2x_regime" else ()),
            minimum=least,
            maximum=most,
            licence=LICENCE,
        )
        for name, (what, least, most) in _CODES.items()
    ),
]


SCHEMA = TableSchema(
    "country_year",
    "one V-Dem country unit in one year",
    ("unit", "year"),
    (
        *unit_columns(UNITS),
        Column("country_name", "string", "Name as V-Dem writes it", required=True, licence=LICENCE),
        Column("year", "integer", "Calendar year", "year", minimum=FIRST_YEAR, required=True),
        *sorted(_COLUMNS, key=lambda column: _ORDER.index(column.name)),
    ),
    left_alone="The row number and V-Dem's country_id are not taken over. Regimes are missing in the years in which "
    "the publisher could not class them. Episodes rest on the point estimate of V-Dem, whose bounds are 68 %",
)

INPUT = Input("ert", "15", "ert.csv")
EPISODES = Layout(
    "episodes",
    required=("country_text_id", "country_name", "year", *_ORDER),
    optional=("country_id",),
    like=INPUT,
    version=r"[vV](\d+)",
)

DATASET = Dataset(
    name="ert",
    title="Episodes of Regime Transformation 15: democratisation and autocratisation by country and year",
    inputs=(INPUT,),
    clean=clean,
    schemas=(SCHEMA,),
    layouts=(EPISODES,),
)
