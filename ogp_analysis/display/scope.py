"""What became of the raw rows behind a notebook: kept, set aside or merged, file by file."""

from __future__ import annotations

import pandas as pd

from ogp_analysis.base.words import word
from ogp_analysis.display.table import Heading, Table, table
from ogp_analysis.store.hand_out import provenance


def balance_table() -> Table:
    """Return the balance of every raw file behind the tables handed out so far: rows in = kept + set aside + merged."""
    headings = {"dataset": Heading("dataset"), "file": Heading("file")}
    counts = ("rows_in", "kept", "set_aside", "merged", "changed_values")
    headings |= {name: Heading(name, "count") for name in counts}
    frame = pd.DataFrame(provenance().payload["balance"], columns=list(headings))
    return table("balance", word("tables.balance"), frame, headings)
