"""Where sources on membership disagree: the value used here, and the others."""

from __future__ import annotations

import re

import pandas as pd

from ogp_analysis.base.beside import toml
from ogp_analysis.base.errors import CleaningError
from ogp_analysis.tidy.record import FILE, LINE

_FILE = "conflicts.toml"
CODING = toml(__file__, _FILE)


def conflicts(chunk: pd.DataFrame) -> pd.DataFrame:
    """Return ``conflicts``: the values that sources give for one matter, of which every year is in the source.

    Raises
    ------
    CleaningError
        If a matter is not coded, or a coded year does not stand in its text.
    """
    values = [CODING.get(kind, {}).get(subject) for subject, kind in zip(chunk["iso3"], chunk["kind"], strict=True)]
    stale = [
        value is None
        or not set(re.findall(r"\d{4}", " ".join([value["used"], *value["others"]]))) <= set(re.findall(r"\d{4}", text))
        for value, text in zip(values, chunk["iso3"] + " " + chunk["conflict"], strict=True)
    ]
    if any(stale):
        row = chunk[stale].iloc[0]
        raise CleaningError(
            f"{row[FILE]} line {row[LINE]}, conflict",
            f"{sum(stale)} matters differ from their coding, for example "
            f"{row['iso3']} {row['kind']}: {row['conflict']!r}",
            f"Code them in {_FILE}",
        )
    return pd.DataFrame(
        {
            "subject": chunk["iso3"],
            "kind": chunk["kind"],
            "used": [value["used"] for value in values],
            "others": [" | ".join(value["others"]) for value in values],
        }
    )
