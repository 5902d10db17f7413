"""What happened in each event on surveillance in our own words, in English and Spanish, and which rows are one event.

There is no published file behind it: both tables lie in ``data/raw/surveillance_event_words/1-extract``, and both
editions rest on the same files. Each row of ``mexico_surveillance_timeline``, ``ogp_surveillance_commitments``,
``mexico_surveillance_targets`` and ``surveillance_events`` stands in one of them, once.
"""

from __future__ import annotations

import pandas as pd

from ogp_analysis.base.beside import toml
from ogp_analysis.base.schema import schemas
from ogp_analysis.data.cleaning.dataset import Input, declare
from ogp_analysis.data.cleaning.reading import read
from ogp_analysis.data.cleaning.record import Cleaned, kept_but

TABLES = {table.name: table for table in schemas(toml(__file__, "surveillance_event_words.toml"))}


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Return the table ``words`` or ``merges`` of a chunk, as it is.

    Raises
    ------
    CleaningError
        If a column is absent or a lane is unknown.
    """
    (name,) = source.tables
    return Cleaned({name: read(chunk, TABLES[name])}, kept_but(chunk))


DATASET = declare("surveillance_event_words", clean, tuple(TABLES.values()))
