"""Corrections that a country's settings ask for before flags are computed, and what is left that they need.

The corrections are those of the command ``prepare`` of Cardinal 0.0.8 (Open Contracting Partnership), on tables:
missing currencies, statuses, schemes and roles filled in, codes of a publisher translated, amounts and identifiers
that stand for "not known" taken out, prefixes of identifiers made alike.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd

from ogp_analysis.procurement.flags.coded import ORGANISATIONS
from ogp_analysis.procurement.flags.issues import ISSUE_COLUMNS, issues
from ogp_analysis.procurement.flags.roles import with_roles
from ogp_analysis.procurement.flags.settings import Settings

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
