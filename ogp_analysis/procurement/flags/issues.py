"""What flags need of the tables and do not find: values that are missing, zero or not in their codelist."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from ogp_analysis.procurement.flags.awards import FINAL
from ogp_analysis.procurement.flags.columns import positions

#: Codelist bidStatus of the bids extension.
BID_STATUS = ("invited", "pending", "valid", "disqualified", "withdrawn")
#: Codelist awardStatus of OCDS 1.1.
AWARD_STATUS = ("pending", *FINAL)
ISSUE_COLUMNS = ["file", "line", "ocid", "path", "indexes", "value", "error"]
_NOT_SET, _INVALID, _ZERO = "not set", "invalid", "is zero"
_BID, _AWARD = "/bids/details[]", "/awards[]"


def issues(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return one row a value that is missing, zero or not in its codelist, in the order of the file.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        Tables of OCDS, as far as they are corrected.

    Returns
    -------
    pandas.DataFrame
        ``file, line, ocid, path, indexes, value, error``: path and indexes lead back to the JSON. A classification
        or value of which the tables hold nothing counts as not there.
    """
    found, bids, awards = [], tables.get("bids"), tables.get("awards")
    if bids is not None:
        valued = bids["amount"].notna() | bids["amount_text"].notna()
        place = (_BID, 0, "bid_index")
        found = [
            _found(bids, bids["amount"] == 0, place, "/value/amount", 0, _ZERO),
            _found(bids, valued & bids["currency"].isna(), place, "/value/currency", 1, _NOT_SET),
            *_status(bids, BID_STATUS, place),
        ]
    found += [*_items(tables, "bid", _BID), *_items(tables, "award", _AWARD)]
    if awards is not None:
        found += _status(awards, AWARD_STATUS, (_AWARD, 1, "award_index"))
    found = [rows for rows in found if len(rows)]
    if not found:
        return pd.DataFrame({name: pd.Series(dtype="int64" if name == "line" else "str") for name in ISSUE_COLUMNS})
    rows = pd.concat(found, ignore_index=True)
    processes = tables["processes"]
    at = positions(rows["ocid"], processes["ocid"])
    rows = rows.assign(file=processes["file"].to_numpy()[at], line=processes["line"].to_numpy(dtype="int64")[at])
    rows = rows.sort_values(["file", "line", "part", "index", "step", "second"], kind="stable", ignore_index=True)
    return rows[ISSUE_COLUMNS]


def _status(frame: pd.DataFrame, codes: tuple[str, ...], place: tuple) -> list[pd.DataFrame]:
    status = frame["status"]
    return [
        _found(frame, status.isna(), place, "/status", 3, _NOT_SET),
        _found(frame, status.notna() & ~status.isin(codes), place, "/status", 3, _INVALID, "status"),
    ]


def _items(tables: Mapping[str, pd.DataFrame], section: str, path: str) -> list[pd.DataFrame]:
    items = tables.get("items")
    if items is None:
        return []
    lacking = (items["section"] == section) & items["classification_id"].notna()
    lacking &= items["classification_scheme"].isna()
    place = (path, 0 if section == "bid" else 1, "parent_index")
    return [_found(items, lacking, place, "/items[]/classification/scheme", 2, _NOT_SET)]


def _found(frame, rows, place: tuple, field: str, step: int, error: str, value: str = "") -> pd.DataFrame:
    """Return the issues of `rows`; `place` is the path of the parent, its part of the release and its index column."""
    rows = frame[rows.fillna(False).to_numpy(dtype=bool)]
    path, part, index = place
    first = rows[index].to_numpy(dtype="int64")
    second = rows["item_index"].to_numpy(dtype="int64") if "/items[]" in field else np.zeros(len(rows), dtype="int64")
    indexes = pd.Series(first, dtype="str")
    return pd.DataFrame(
        {
            "ocid": rows["ocid"].to_numpy(),
            "path": path + field,
            "indexes": indexes + "." + pd.Series(second, dtype="str") if "/items[]" in field else indexes,
            "value": rows[value].to_numpy() if value else "",
            "error": error,
            "part": part,
            "index": first,
            "step": step,
            "second": second,
        }
    )
