"""Democratic Spaces: how far an indicator must move in a year for it to count as an opening or a closing.

A published definition of events on six V-Dem indicators, chosen before anyone looked at a country.

References
----------
V-Dem Institute, Democratic Spaces Barometer (github.com/vdeminstitute/demspaces).
"""

from __future__ import annotations

import pandas as pd

from ogp_analysis.base.beside import toml
from ogp_analysis.base.schema import schemas
from ogp_analysis.data.cleaning.country_year import known
from ogp_analysis.data.cleaning.dataset import Input, declare
from ogp_analysis.data.cleaning.reading import read
from ogp_analysis.data.cleaning.record import Cleaned, kept_but

#: The V-Dem indicators, and the democratic space that each stands for.
SPACES = {
    "v2xcs_ccsi": "associational",
    "v2x_pubcorr": "economic",
    "v2x_veracc_osp": "electoral",
    "v2x_horacc_osp": "governing",
    "v2xcl_rol": "individual",
    "v2x_freexp_altinf": "informational",
}

_NEW_INDICATOR = '"{}": "<its space>" to SPACES in ogp_analysis/data/datasets/civic_space/demspaces.py'

(SCHEMA,) = schemas(toml(__file__, "demspaces.toml"), indicator=tuple(SPACES), space=SPACES.values())


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Return the table ``cutpoints``. Every row is kept and no value is changed.

    Raises
    ------
    CleaningError
        If a column is absent, an indicator is unknown or a value is not a number.
    """
    known(chunk, "indicator", SPACES, _NEW_INDICATOR)
    return Cleaned({"cutpoints": read(chunk, SCHEMA, {"space": SPACES})}, kept_but(chunk))


DATASET = declare("demspaces", clean, (SCHEMA,))
