"""Malta's awards: what is read and what is left out."""

from __future__ import annotations

import pandas as pd
import pytest

from ogp_analysis.base.errors import CleaningError
from ogp_analysis.data.cleaning.catalog import dataset
from ogp_analysis.data.cleaning.dataset import cleaned
from ogp_analysis.data.cleaning.record import FILE, LINE

MALTA = dataset("gti_proact_malta")
(SOURCE,) = MALTA.inputs
(LAYOUT,) = MALTA.layouts


def chunk(**values) -> pd.DataFrame:
    row = {
        **dict.fromkeys(LAYOUT.required, ""),
        "tender_id": "t",
        "lot_number": "1",
        "bid_number": "1",
        "tender_supplytype": "WORKS",
        "bids_count": "3",
        "bidder_name": "A Person",
        "buyer_name": "An Office",
        FILE: "MT_mod.csv",
        LINE: 2,
    }
    return pd.DataFrame([{**row, **values}])


def clean(**values):
    return cleaned(MALTA, [(SOURCE, chunk(**values))]).tables["awards"].iloc[0]


def test_values_are_read_and_missing_stays_missing():
    row = clean(
        tender_biddeadline="2014-05-06", bid_price="300000", ind_csh_val="5.7919388", tender_proceduretype="OPEN"
    )
    assert (row["deadline"], row["amount"], row["n_bids"]) == (pd.Timestamp("2014-05-06"), 300_000, 3)
    assert row["published_supplier_share"] == 5.7919388 and row["method"] == "OPEN"
    assert row[["call_date", "buyer_id", "published_single_bid", "currency"]].isna().all()


def test_a_lost_column_is_named():
    with pytest.raises(CleaningError, match="ind_csh_val"):
        cleaned(MALTA, [(SOURCE, chunk().drop(columns="ind_csh_val"))])
