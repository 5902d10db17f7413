"""Series made by hand."""

from __future__ import annotations

import pandas as pd


def series(**units) -> pd.DataFrame:
    """Return a series of one segment: of each unit a list of (year, value)."""
    rows = [(unit, year, value, 0) for unit, values in units.items() for year, value in values]
    frame = pd.DataFrame(rows, columns=["unit", "year", "value", "segment"])
    return frame.astype({"unit": "str", "year": "int64", "value": "float64", "segment": "int64"})


def joined(*segments: pd.DataFrame) -> pd.DataFrame:
    """Return one series of several segments, the earliest first."""
    return pd.concat([rows.assign(segment=number) for number, rows in enumerate(segments)], ignore_index=True)
