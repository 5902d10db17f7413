"""Corrections of the raw files of this room, which stand as data in ``corrections.toml``."""

from __future__ import annotations

import pandas as pd

from ogp_analysis.base.beside import toml
from ogp_analysis.tidy import corrections

_FILE = "corrections.toml"
CORRECTIONS = toml(__file__, _FILE)


def corrected(chunk: pd.DataFrame, dataset: str) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
    """Return a chunk with the corrections of `dataset`, and their entries for the record."""
    return corrections.corrected(chunk, CORRECTIONS[dataset], _FILE)
