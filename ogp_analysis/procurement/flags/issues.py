"""Values that flags need and that are missing, zero or not in their codelist."""

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
    """Return one row per value that is missing, zero or not in its codelist, in the order of the file.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        Tables of OCDS, as far as they are corrected.

    Returns
    -------
    pandas.DataFrame
        ``file, line, ocid, path, indexes, value, error``: path and indexes lead back to the JSON. A classification
        or value of which the tables hold nothing counts as absent.
    """
    found, items = [], tables.get("items")
    for part, (section, path, codes) in enumerate((("bid", _BID, BID_STATUS), ("award", _AWARD, AWARD_STATUS))):
        frame, place = tables.get(f"{section}s"), (path, part, f"{section}_index")
        if frame is not None and section == "bid":
            valued = frame["amount"].notna() | frame["amount_text"].notna()
            found.append(_found(frame, frame["amount"] == 0, place, "/value/amount", 0, _ZERO))
            found.append(_found(frame, valued & frame["currency"].isna(), place, "/value/currency", 1, _NOT_SET))
        if items is not None:
            lacking = (items["section"] == section) & items["classification_id"].notna()
            lacking &= items["classification_scheme"].isna()
            scheme = "/items[]/classification/scheme"
            found.append(_found(items, lacking, (path, part, "parent_index"), scheme, 2, _NOT_SET))
        if frame is not None:
            status = frame["status"]
            odd = status.notna() & ~status.isin(codes)
            found.append(_found(frame, status.isna(), place, "/status", 3, _NOT_SET))
            found.append(_found(frame, odd, place, "/status", 3, _INVALID, "status"))
    found = [rows for rows in found if len(rows)]
    if not found:
        return pd.DataFrame({name: pd.Series(dtype="int64" if name == "line" else "str") for name in ISSUE_COLUMNS})
    rows = pd.concat(found, ignore_index=True)
    processes = tables["processes"]
    at = positions(rows["ocid"], processes["ocid"])
    rows = rows.assign(file=processes["file"].to_numpy()[at], line=processes["line"].to_numpy(dtype="int64")[at])
    rows = rows.sort_values(["file", "line", "part", "index", "step", "second"], kind="stable", ignore_index=True)
    return rows[ISSUE_COLUMNS]


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
