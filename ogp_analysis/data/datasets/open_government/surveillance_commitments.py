"""Dated statements on commitment 7 of Mexico's fourth OGP plan, 2017-2024: codes and dates, no prose."""

from __future__ import annotations

import pandas as pd

from ogp_analysis.data.cleaning import addresses
from ogp_analysis.data.cleaning.dataset import Input, declare
from ogp_analysis.data.cleaning.reading import Declared
from ogp_analysis.data.cleaning.record import Cleaned, kept_but

STATED = Declared(__file__)


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Return the table ``commitment7``: one statement. Every row is kept; four have no date.

    Raises
    ------
    CleaningError
        If a column is absent, a stage, a kind of source or a confidence is unknown, or a text is no date.
    """
    links, named = addresses.without_names(chunk, "source_url")
    return Cleaned({"commitment7": STATED.read(chunk, "commitment7", source_urls=links)}, kept_but(chunk, *named))


DATASET = declare("ogp_surveillance_commitments", clean, STATED.tables)
