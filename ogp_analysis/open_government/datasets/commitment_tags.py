"""Tags of OGP commitments in long form: who has a tag, where it was not given, and how many there are of each."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ogp_analysis.open_government.datasets.commitment_columns import tag_names
from ogp_analysis.tidy.country_year import known
from ogp_analysis.tidy.record import FILE, LINE

#: Our code of each raw value; a blank is missing.
VALUES = {"1": "yes", "0": "no", "NR": "not_reviewed", "ND": "no_data", "NA": "not_applicable", "": ""}
_COUNTED = {"yes": "n_yes", "no": "n_no", "not_reviewed": "n_not_reviewed", "no_data": "n_no_data",
            "not_applicable": "n_not_applicable", "": "n_blank"}  # fmt: skip


def tags(chunk: pd.DataFrame, vintage: str) -> pd.DataFrame:
    """Return every tag of every row: file, line, ``vintage``, ``tag``, ``kind``, ``value``; ``no`` included.

    Raises
    ------
    CleaningError
        If a value is not known.
    """
    names = {code: tag for code, tag in tag_names(vintage).items() if tag[1] in chunk.columns}
    if not names:
        return pd.DataFrame(columns=[FILE, LINE, "vintage", "tag", "kind", "value"])
    said = pd.concat([chunk[raw] for _, raw in names.values()], ignore_index=True)
    if not said.isin(list(VALUES)).all():
        for _, raw in names.values():
            known(chunk, raw, VALUES)
    again = np.tile(np.arange(len(chunk)), len(names))
    each = np.repeat(np.arange(len(names)), len(chunk))
    return pd.DataFrame(
        {
            FILE: chunk[FILE].array.take(again),
            LINE: chunk[LINE].array.take(again),
            "vintage": vintage,
            "tag": pd.array(list(names), dtype="str").take(each),
            "kind": pd.array([kind for kind, _ in names.values()], dtype="str").take(each),
            "value": said.map(VALUES),
        }
    )


def counted(long: pd.DataFrame) -> pd.DataFrame:
    """Return the ``tag_counts`` of tags in long form."""
    sizes = long.groupby(["vintage", "tag", "kind", "value"]).size().unstack("value", fill_value=0)
    return sizes.reindex(columns=list(_COUNTED), fill_value=0).rename(columns=_COUNTED).reset_index()


def without_no(long: pd.DataFrame) -> pd.DataFrame:
    """Return the tags that do not say no."""
    return long[long["value"] != "no"]
