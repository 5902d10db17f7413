"""Corrections of the raw files of this room, which stand as data in ``corrections.toml``."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pandas as pd

from ogp_analysis.tidy import corrections

RESOURCES = ("corrections.toml",)
CORRECTIONS = tomllib.loads(Path(__file__).with_name(RESOURCES[0]).read_text(encoding="utf-8"))


def corrected(chunk: pd.DataFrame, dataset: str) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
    """Return a chunk with the corrections of `dataset`, and their entries for the record."""
    return corrections.corrected(chunk, CORRECTIONS[dataset], RESOURCES[0])
