"""Corrections that a country's settings ask for before flags are computed, and what is left that they need.

The corrections are those of the command ``prepare`` of Cardinal 0.0.8 (Open Contracting Partnership), on tables:
missing currencies, statuses, schemes and roles filled in, codes of a publisher translated, amounts and identifiers
that stand for "not known" taken out, prefixes of identifiers made alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from ogp_analysis.procurement.flags.issues import ISSUE_COLUMNS, issues
from ogp_analysis.procurement.flags.roles import with_roles
from ogp_analysis.procurement.flags.settings import Settings

#: Identifiers that may be placeholders: table and column.
_IDENTIFIERS = (
    ("parties", "party_id"),
    ("processes", "buyer_id"),
    ("tenders", "procuring_entity_id"),
    ("tenderers", "tenderer_id"),
    ("suppliers", "supplier_id"),
)
#: Of them, those that may lack a prefix, and the setting that names it.
_PREFIXES = (
    ("processes", "buyer_id", "buyer_prefix"),
    ("tenders", "procuring_entity_id", "buyer_prefix"),
    ("tenderers", "tenderer_id", "supplier_prefix"),
    ("suppliers", "supplier_id", "supplier_prefix"),
)
CHANGE_COLUMNS = ["table", "row", "ocid", "column", "rule", "old", "new"]


@dataclass(frozen=True)
class Prepared:
    """Corrected tables and what is known about them.

    Attributes
    ----------
    tables : dict of str to pandas.DataFrame
        The tables, corrected; those that nothing was changed in are the ones that were given.
    changes : pandas.DataFrame
        One row a changed value: table, row (position from 0), ocid, column, rule, old, new.
    issues : pandas.DataFrame
        One row a value that flags need and that is missing, zero or not in its codelist, in the order of the file:
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
    _organisations(desk, wanted)
    _methods(desk, wanted)
    _bids(desk, wanted)
    _awards(desk, wanted)
    _schemes(desk, wanted)
    if wanted["party_roles"]:
        desk.put("parties", "roles", with_roles(desk.tables), "party_roles")
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

    def put(self, table: str, column: str, new: pd.Series | None, rule: str) -> None:
        """Replace a column and note the values that are not as they were."""
        old = self.get(table, column)
        if old is None or new is None:
            return
        moved = ~((old == new).fillna(False) | (old.isna() & new.isna())).to_numpy(dtype=bool)
        if not moved.any():
            return
        self.tables[table] = self.tables[table].assign(**{column: new})
        rows = moved.nonzero()[0]
        note = {"table": table, "row": rows, "ocid": self.tables[table]["ocid"].to_numpy()[rows], "column": column}
        note |= {"rule": rule, "old": old[moved].astype("str").array, "new": new[moved].astype("str").array}
        self.changes.append(pd.DataFrame(note, columns=CHANGE_COLUMNS))

    def fill(self, table: str, column: str, default: str, rule: str, where: pd.Series | None = None) -> None:
        """Fill in missing values of a column, if a default is named."""
        old = self.get(table, column)
        if default and old is not None:
            self.put(table, column, old.mask(old.isna() & (True if where is None else where), default), rule)

    def translate(self, table: str, column: str, codes: Mapping[str, str], rule: str) -> None:
        """Replace a publisher's codes."""
        old = self.get(table, column)
        if codes and old is not None:
            self.put(table, column, old.mask(old.isin(list(codes)), old.map(dict(codes))).astype(old.dtype), rule)


def _organisations(desk: _Desk, wanted: Mapping) -> None:
    for table, column in _IDENTIFIERS:
        old = desk.get(table, column)
        if wanted["redacted_ids"] and old is not None:
            desk.put(table, column, old.mask(old.isin(list(wanted["redacted_ids"]))), "redacted_ids")
    for table, column, setting in _PREFIXES:
        old = desk.get(table, column)
        if wanted[setting] and old is not None:
            lacking = old.notna() & ~old.str.startswith(wanted[setting], na=False)
            desk.put(table, column, old.mask(lacking, wanted[setting] + old), setting)


def _methods(desk: _Desk, wanted: Mapping) -> None:
    old = desk.get("tenders", "procurement_method_details")
    mark = wanted["split_method_details"]
    if mark and old is not None:
        kept = old.str.split(mark, n=1, regex=False).str[0].str.rstrip().astype(old.dtype)
        desk.put("tenders", "procurement_method_details", kept, "split_method_details")


def _bids(desk: _Desk, wanted: Mapping) -> None:
    amount = desk.get("bids", "amount")
    if amount is not None:
        text = desk.get("bids", "amount_text")
        valued = amount.notna() if text is None else amount.notna() | text.notna()
        desk.fill("bids", "currency", wanted["currency"], "currency", valued)
        if wanted["redacted_amounts"]:
            desk.put("bids", "amount", amount.mask(amount.isin(list(wanted["redacted_amounts"]))), "redacted_amounts")
    desk.fill("bids", "status", wanted["bid_status"], "bid_status")
    desk.translate("bids", "status", wanted["bid_status_codes"], "bid_status_codes")


def _awards(desk: _Desk, wanted: Mapping) -> None:
    desk.fill("awards", "status", wanted["award_status"], "award_status")
    desk.translate("awards", "status", wanted["award_status_codes"], "award_status_codes")
    contracts, status = desk.tables.get("contracts"), desk.get("awards", "status")
    if not wanted["award_status_by_contracts"] or contracts is None or status is None:
        return
    told = contracts.dropna(subset=["award_id"])
    off = told.assign(off=told["status"] == "cancelled").groupby(["ocid", "award_id"])["off"].all()
    awards = pd.MultiIndex.from_frame(desk.tables["awards"][["ocid", "award_id"]])
    desk.put("awards", "status", status.mask(awards.isin(off[off].index), "cancelled"), "award_status_by_contracts")


def _schemes(desk: _Desk, wanted: Mapping) -> None:
    section = desk.get("items", "section")
    if section is not None:
        classified = section.isin(["bid", "award"]) & desk.get("items", "classification_id").notna()
        desk.fill(
            "items", "classification_scheme", wanted["classification_scheme"], "classification_scheme", classified
        )


def _no_rows(columns: list[str]) -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype="int64" if name in ("row", "line") else "str") for name in columns})
