"""Observations of a Stata file as text, each with its number."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from ogp_analysis.base.errors import SourceError


def records(path: Path, label: str) -> Iterator[tuple[int, list[str]]]:
    """Yield ``(number, cells)`` of each observation from 1, the names of the variables first.

    Numbers are written with the fewest digits that give the same number in the width in which they
    are stored, whole numbers without a point; a missing value is ``""``. Value labels are not applied.

    Parameters
    ----------
    path : pathlib.Path
        A file with the ending ``.dta``.
    label : str
        The file as errors name it.

    Raises
    ------
    SourceError
        If the file cannot be read.
    """
    try:
        frame = pd.read_stata(path, convert_categoricals=False, convert_dates=False, convert_missing=False)
    except (OSError, ValueError, KeyError, struct.error, IndexError) as error:
        raise SourceError(label, f"is not a readable Stata file ({error})", "Check the file") from error
    yield 0, [str(name) for name in frame.columns]
    texts = []
    for name in frame.columns:
        values = frame[name]
        if values.dtype.kind in "iu":
            texts.append([str(value) for value in values.tolist()])
        elif values.dtype.kind == "f":
            # In its own width: a single-precision 0.1 is 0.1, not 0.10000000149011612.
            texts.append(["" if value != value else str(value).removesuffix(".0") for value in values.to_numpy()])
        else:
            texts.append(["" if pd.isna(value) else str(value) for value in values])
    yield from enumerate(map(list, zip(*texts, strict=True)), 1)
