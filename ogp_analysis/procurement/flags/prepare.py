"""Corrections that a country's settings ask for before flags are computed, and what is left that they need.

The corrections are those of the command ``prepare`` of Cardinal 0.0.8 (Open Contracting Partnership), on tables:
missing currencies, statuses, schemes and roles filled in, codes of a publisher translated, amounts and identifiers
that stand for "not known" taken out, prefixes of identifiers made alike.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ogp_analysis.procurement.flags.bids import FINAL
from ogp_analysis.procurement.flags.coded import MISSING, ORGANISATIONS, integers, positions, words
from ogp_analysis.procurement.flags.result import Settings

# Values that flags need and that are missing, zero or not in their codelist.

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


# The roles of parties, from where a process names them.

#: The roles of those that :data:`ORGANISATIONS` name, in their order.
_ROLES = ("buyer", "procuringEntity", "tenderer", "supplier")


def with_roles(tables: Mapping[str, pd.DataFrame]) -> pd.Series | None:
    """Return the roles of each party: those it has and those in which its process names it.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        Tables of OCDS. Tenderers count that stand with a bid, not those that stand with the tender only.

    Returns
    -------
    pandas.Series or None
        Roles in alphabetical order, several with ``;``, on the index of ``parties``; None if there are no parties.
    """
    parties = tables.get("parties")
    if parties is None:
        return None
    named = []
    for table, column in ORGANISATIONS:
        frame = tables.get(table)
        if frame is None:
            frame = pd.DataFrame({"ocid": pd.Series(dtype="str"), column: pd.Series(dtype="str")})
        elif column == "tenderer_id":
            frame = frame[integers(frame["bid_index"]) > MISSING]
        named.append((frame["ocid"], frame[column]))
    party, *others = words(parties["party_id"], *(ids for _, ids in named))
    width = len(party.vocabulary) + 1
    ocids = tables["processes"]["ocid"]
    keys = positions(parties["ocid"], ocids).astype("int64") * width + party.codes
    mark = np.zeros(len(parties), dtype="int64")
    for bit, ((process, _), ids) in enumerate(zip(named, others, strict=True)):
        pairs = positions(process, ocids).astype("int64")[ids.present] * width + ids.codes[ids.present]
        mark |= (np.isin(keys, pairs) & party.present).astype("int64") << bit
    # Each different case of roles and marks is joined once.
    roles = parties["roles"]
    old, texts = pd.factorize(roles)
    case, different = pd.factorize((old.astype("int64") + 1) << len(_ROLES) | mark)
    written, joined = ["", *texts], []
    for one in different.tolist():
        marked = {role for bit, role in enumerate(_ROLES) if one >> bit & 1}
        joined.append(";".join(sorted(marked.union(part for part in written[one >> len(_ROLES)].split(";") if part))))
    return pd.Series(pd.array(joined, dtype=roles.dtype).take(case), index=roles.index).replace("", None)


CHANGE_COLUMNS = ["table", "row", "ocid", "column", "rule", "old", "new"]


@dataclass(frozen=True)
class Prepared:
    """Corrected tables and what is known about them.

    Attributes
    ----------
    tables : dict of str to pandas.DataFrame
        The tables, corrected; those that nothing was changed in are the ones that were given.
    changes : pandas.DataFrame
        One row per changed value: table, row (position from 0), ocid, column, rule, old, new.
    issues : pandas.DataFrame
        One row per value that flags need and that is missing, zero or not in its codelist, in the order of the file:
        file, line, ocid, path, indexes (several with ``.``), value, error.
    """

    tables: dict[str, pd.DataFrame]
    changes: pd.DataFrame
    issues: pd.DataFrame


def prepare(tables: Mapping[str, pd.DataFrame], settings: Settings) -> Prepared:
    """Correct tables as the settings ask, and report what flags would need.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        Tables of OCDS; not changed.
    settings : Settings
        Section ``prepare``.

    Returns
    -------
    Prepared

    Notes
    -----
    An amount that is taken out has had its currency filled in all the same. Codes are translated after missing ones
    were filled in, and an award's contracts speak last.
    """
    wanted = settings["prepare"]
    desk = _Desk(dict(tables))
    redacted = list(wanted["redacted_ids"])
    for table, column in (("parties", "party_id"), *ORGANISATIONS):
        desk.change(table, column, "redacted_ids", redacted, lambda old: old.mask(old.isin(redacted)))
    for table, column in ORGANISATIONS:
        setting = "supplier_prefix" if table in ("tenderers", "suppliers") else "buyer_prefix"
        prefix = wanted[setting]
        desk.change(
            table,
            column,
            setting,
            prefix,
            lambda old, prefix=prefix: old.mask(old.notna() & ~old.str.startswith(prefix, na=False), prefix + old),
        )
    mark = wanted["split_method_details"]
    desk.change(
        "tenders",
        "procurement_method_details",
        "split_method_details",
        mark,
        lambda old: old.str.split(mark, n=1, regex=False).str[0].str.rstrip().astype(old.dtype),
    )
    amount, no_amounts = desk.get("bids", "amount"), list(wanted["redacted_amounts"])
    if amount is not None:
        text = desk.get("bids", "amount_text")
        valued = amount.notna() if text is None else amount.notna() | text.notna()
        desk.fill("bids", "currency", "currency", wanted["currency"], valued)
        desk.change("bids", "amount", "redacted_amounts", no_amounts, lambda old: old.mask(old.isin(no_amounts)))
    for table, status in (("bids", "bid_status"), ("awards", "award_status")):
        desk.fill(table, "status", status, wanted[status])
        desk.translate(table, "status", f"{status}_codes", wanted[f"{status}_codes"])
    contracts = desk.tables.get("contracts")
    if wanted["award_status_by_contracts"] and contracts is not None and "awards" in desk.tables:
        told = contracts.dropna(subset=["award_id"])
        off = told.assign(off=told["status"] == "cancelled").groupby(["ocid", "award_id"])["off"].all()
        cancelled = pd.MultiIndex.from_frame(desk.tables["awards"][["ocid", "award_id"]]).isin(off[off].index)
        rule = "award_status_by_contracts"
        desk.change("awards", "status", rule, True, lambda old: old.mask(cancelled, "cancelled"))
    section = desk.get("items", "section")
    if section is not None:
        classified = section.isin(["bid", "award"]) & desk.get("items", "classification_id").notna()
        rule = "classification_scheme"
        desk.fill("items", rule, rule, wanted[rule], classified)
    desk.change("parties", "roles", "party_roles", wanted["party_roles"], lambda _: with_roles(desk.tables))
    changes = pd.concat(desk.changes, ignore_index=True) if desk.changes else _no_rows(CHANGE_COLUMNS)
    return Prepared(desk.tables, changes, issues(desk.tables) if "processes" in tables else _no_rows(ISSUE_COLUMNS))


class _Desk:
    """The tables as far as they are corrected, and the list of the corrections."""

    def __init__(self, tables: dict[str, pd.DataFrame]) -> None:
        self.tables = tables
        self.changes: list[pd.DataFrame] = []

    def get(self, table: str, column: str) -> pd.Series | None:
        """Return a column, None if there is none."""
        frame = self.tables.get(table)
        return frame[column] if frame is not None and column in frame.columns else None

    def change(self, table: str, column: str, rule: str, wanted, new: Callable[[pd.Series], pd.Series]) -> None:
        """Replace a column if that is `wanted` and it is there, and note the values that are not as they were."""
        old = self.get(table, column)
        if not wanted or old is None:
            return
        made = new(old)
        moved = ~((old == made).fillna(False) | (old.isna() & made.isna())).to_numpy(dtype=bool)
        if not moved.any():
            return
        self.tables[table] = self.tables[table].assign(**{column: made})
        rows = moved.nonzero()[0]
        note = {"table": table, "row": rows, "ocid": self.tables[table]["ocid"].to_numpy()[rows], "column": column}
        note |= {"rule": rule, "old": old[moved].astype("str").array, "new": made[moved].astype("str").array}
        self.changes.append(pd.DataFrame(note, columns=CHANGE_COLUMNS))

    def fill(self, table: str, column: str, rule: str, default: str, where: pd.Series | bool = True) -> None:
        """Fill in missing values of a column, if a default is named."""
        self.change(table, column, rule, default, lambda old: old.mask(old.isna() & where, default))

    def translate(self, table: str, column: str, rule: str, codes: Mapping[str, str]) -> None:
        """Replace a publisher's codes."""
        self.change(
            table,
            column,
            rule,
            codes,
            lambda old: old.mask(old.isin(list(codes)), old.map(dict(codes))).astype(old.dtype),
        )


def _no_rows(columns: list[str]) -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype="int64" if name in ("row", "line") else "str") for name in columns})
