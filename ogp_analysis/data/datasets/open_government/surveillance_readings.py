"""OGP commitments on surveillance itself, what followed each, and what was searched: read by this project.

Written in the package's own schema after the pages cited; both editions rest on
``data/raw/ogp_surveillance_readings/1-extract``.
"""

from __future__ import annotations

import pandas as pd

from ogp_analysis.data.cleaning.dataset import Input, declare
from ogp_analysis.data.cleaning.invariants import own_names
from ogp_analysis.data.cleaning.reading import Declared
from ogp_analysis.data.cleaning.record import Cleaned, kept_but

STATED = Declared(__file__)


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Return the table ``promises``, ``followed`` or ``searches``, as it is.

    Raises
    ------
    CleaningError
        If a column is absent or a code is unknown.
    """
    (name,) = source.tables
    return Cleaned({name: STATED.read(chunk, name)}, kept_but(chunk))


_SUMS = own_names(STATED.tables[0], (), "*/promises.csv")
DATASET = declare("ogp_surveillance_readings", clean, STATED.tables, sums=_SUMS)
