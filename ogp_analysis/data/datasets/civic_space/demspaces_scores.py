"""Scores of the forecasts of Democratic Spaces: how well the risks issued for 2019 to 2023 ranked what followed.

Made from the forecasts and the values known at the time, which stay with their publisher, by the cells of the notebook
``forecast_scores``; no probability of a country is in it. There is no published file behind it: both editions rest on
``data/raw/demspaces_scores/1-extract``, and a test computes it again from the published files.
"""

from __future__ import annotations

import pandas as pd

from ogp_analysis.base.beside import toml
from ogp_analysis.base.schema import schemas
from ogp_analysis.data.cleaning.dataset import Input, declare
from ogp_analysis.data.cleaning.invariants import own_names
from ogp_analysis.data.cleaning.reading import read
from ogp_analysis.data.cleaning.record import Cleaned, kept_but

SCORES, FIFTHS = schemas(toml(__file__, "demspaces_scores.toml"))


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Return the table ``scores`` or ``fifths``, as it is.

    Raises
    ------
    CleaningError
        If a column is absent, a code is unknown or a value is not a number.
    """
    (name,) = source.tables
    return Cleaned({name: read(chunk, SCORES if name == "scores" else FIFTHS)}, kept_but(chunk))


_SUMS = [one for schema in (SCORES, FIFTHS) for one in own_names(schema, (), f"*/{schema.name}.csv")]
DATASET = declare("demspaces_scores", clean, (SCORES, FIFTHS), sums=_SUMS)
