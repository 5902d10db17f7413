"""What a notebook was handed, for its last cell: what became of the raw rows, and the sources behind them."""

from __future__ import annotations

import pandas as pd

from ogp_analysis.base.words import word
from ogp_analysis.base.words.spoken import spoken
from ogp_analysis.data.store import hand_out
from ogp_analysis.display.result import Parts
from ogp_analysis.display.table import Heading, table


@spoken
def provenance() -> Parts:
    """Return what the tables handed out so far rest on, for the last cell of a notebook.

    Returns
    -------
    Parts
        The balance of every raw file behind the tables (rows in = kept + set aside + merged) if there is any, and the
        provenance itself: tables with their content hashes, and their sources. A report cannot be made without it.

    Examples
    --------
    >>> plans = ogp.load("ogp_process", "plans")
    >>> balance, _ = ogp.provenance()
    >>> balance.frame.loc[balance.frame["dataset"] == "ogp_process", ["rows_in", "kept"]].to_dict("records")
    [{'rows_in': 116, 'kept': 116}]
    """
    handed = hand_out.provenance()
    counts = ("rows_in", "kept", "set_aside", "merged", "changed_values")
    headings = {"dataset": Heading("dataset"), "file": Heading("file"), **{n: Heading(n, "count") for n in counts}}
    frame = pd.DataFrame(handed.payload["balance"], columns=list(headings))
    balance = [table("balance", word("tables.balance"), frame, headings)] if len(frame) else []
    return Parts([*balance, handed])
