"""Shares as sentences and tables take them: with their interval where they have one."""

from __future__ import annotations

import pandas as pd

from ogp_analysis.base.words import sentence
from ogp_analysis.display.table import Heading
from ogp_analysis.statistics.facts import facts
from ogp_analysis.statistics.rates import Proportion

#: Columns of a share with its interval over countries.
SHARE = {
    "count": Heading("count_yes", "count"),
    "n": Heading("n", "count"),
    "share": Heading("share", "share"),
    "low": Heading("low", "share"),
    "high": Heading("high", "share"),
    "clusters": Heading("countries", "count"),
}


def share_values(found: Proportion, prefix: str = "", key: str = "") -> dict:
    """Return the values of a share for a sentence: its facts, and ``interval``, what is said of its interval.

    Parameters
    ----------
    found : Proportion
    prefix : str
        What the names of the values begin with, before ``_``.
    key : str
        Message that says an interval; by default the one for shares, with the number of clusters if there are any.

    Returns
    -------
    dict
        That of :func:`~ogp_analysis.statistics.facts.facts`, and ``<prefix>_interval``: a text, empty without an
        interval.
    """
    text = ""
    if found.case == "interval":
        key = key or ("tables.interval.draw" if found.clusters is None else "tables.interval.clusters")
        clusters = {} if found.clusters is None else {"clusters": found.clusters}
        text = sentence(key, low=found.low, high=found.high, **clusters).plain()
    return facts(found, prefix) | {f"{prefix}_interval" if prefix else "interval": text}


def with_bounds(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table of ``share, low, high`` in which a share without an interval says so: it does not lack data."""
    bare = frame["share"].notna() & frame["low"].isna()
    return frame.assign(**{name: frame[name].astype("object").mask(bare, "no_bounds") for name in ("low", "high")})
