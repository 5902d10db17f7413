"""Democratic Spaces: cut points of openings and closings, forecasts as issued, and the values known at the time.

A published definition of events on six V-Dem indicators, chosen before anyone looked at a country; the probabilities
that its publisher issued once a year; and two of the indicators as successive versions of V-Dem had them.

References
----------
V-Dem Institute, Democratic Spaces Barometer (github.com/vdeminstitute/demspaces).
"""

from __future__ import annotations

import pandas as pd

from ogp_analysis.base.beside import toml
from ogp_analysis.base.schema import schemas
from ogp_analysis.data.cleaning.country_year import known, number, refuse
from ogp_analysis.data.cleaning.dataset import Input, declare
from ogp_analysis.data.cleaning.invariants import own_names
from ogp_analysis.data.cleaning.reading import read
from ogp_analysis.data.cleaning.record import FILE, Cleaned, kept_but

#: The V-Dem indicators, and the democratic space that each stands for.
SPACES = {
    "v2xcs_ccsi": "associational",
    "v2x_pubcorr": "economic",
    "v2x_veracc_osp": "electoral",
    "v2x_horacc_osp": "governing",
    "v2xcl_rol": "individual",
    "v2x_freexp_altinf": "informational",
}

#: Forecasts as issued: each round by the name its publisher gives it. v13 is issued, and its window not over.
ROUNDS = ("v9", "v10", "v11", "v12", "v12.1", "v13")
#: Versions of V-Dem whose values are kept.
VERSIONS = ("9", "10", "11.1", "12", "13", "14")


CUTPOINTS, FORECASTS, VINTAGES = schemas(
    toml(__file__, "demspaces.toml"), indicator=tuple(SPACES), space=SPACES.values(), round=ROUNDS, version=VERSIONS
)


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Return the table ``cutpoints``, ``forecasts`` or ``vintages``. Every row is kept and no value is changed.

    Raises
    ------
    CleaningError
        If a column is absent, an indicator is unknown, a value is not a number, or a forecast is for other years than
        the two after its data.
    """
    if source.version == "vintages":
        named = chunk.assign(version=chunk[FILE].str.extract(r"_v(.+)\.csv", expand=False))
        return Cleaned({"vintages": read(named, VINTAGES)}, kept_but(chunk))
    indicator = "outcome" if source.version == "as-issued" else "indicator"
    known(chunk, indicator, SPACES)
    if indicator == "indicator":
        return Cleaned({"cutpoints": read(chunk, CUTPOINTS, {"space": SPACES})}, kept_but(chunk))
    year = number(chunk, "from_year").astype("int64")
    window = (year + 1).astype(str) + " - " + (year + 2).astype(str)
    refuse(chunk, "for_years", chunk["for_years"] != window, "windows are not the two years after", beside="from_year")
    named = chunk.assign(round=chunk[FILE].str.extract(r"-rf-(.+)\.csv", expand=False))
    return Cleaned({"forecasts": read(named, FORECASTS)}, kept_but(chunk))


_FOLDERS = {"cutpoints": CUTPOINTS, "as-issued": FORECASTS, "vintages": VINTAGES}
_SUMS = [one for folder, schema in _FOLDERS.items() for one in own_names(schema, (), f"*/{folder}/*")]
DATASET = declare("demspaces", clean, (CUTPOINTS, FORECASTS, VINTAGES), sums=_SUMS)
