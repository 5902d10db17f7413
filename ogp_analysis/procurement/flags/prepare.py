"""Corrections that a country's settings ask for before flags are computed.

The corrections are those of the command ``prepare`` of Cardinal 0.0.8 (Open Contracting Partnership), on tables:
missing currencies, statuses, schemes and roles filled in, codes of a publisher translated, amounts and identifiers
that stand for "not known" taken out, prefixes of identifiers made alike.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd

from ogp_analysis.procurement.flags.result import Settings
from ogp_analysis.procurement.flags.tables import ORGANISATIONS

CHANGE_COLUMNS = ["table", "row", "ocid", "column", "rule", "old", "new"]
#: Role of an organisation that a column of :data:`ORGANISATIONS` names.
_ROLES = ("buyer", "procuringEntity", "tenderer", "supplier")
Tables = Mapping[str, pd.DataFrame]


@dataclass(frozen=True)
class Prepared:
    """Corrected tables, and what was changed in them.

    Attributes
    ----------
    tables : dict of str to pandas.DataFrame
        The tables, corrected; those that nothing was changed in are the ones that were given.
    changes : pandas.DataFrame
        One row per changed value: table, row (position from 0), ocid, column, rule, old, new.
    """

    tables: dict[str, pd.DataFrame]
    changes: pd.DataFrame


def prepare(tables: Tables, settings: Settings) -> Prepared:
    """Correct tables as the settings ask.

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
    nothing = pd.DataFrame({name: pd.Series(dtype="int64" if name == "row" else "str") for name in CHANGE_COLUMNS})
    wanted, made, changes = settings["prepare"], dict(tables), [nothing]

    def change(table: str, column: str, rule: str, correct: Callable[..., pd.Series]) -> None:
        """Correct a column if its rule is asked for and it is there, and note the values that are not as they were."""
        frame = made.get(table)
        if not wanted[rule] or frame is None or column not in frame.columns:
            return
        old = frame[column]
        new = correct(old, wanted[rule]).astype(old.dtype)
        rows = (~((old == new).fillna(False) | (old.isna() & new.isna()))).to_numpy(dtype=bool).nonzero()[0]
        if len(rows):
            made[table] = frame.assign(**{column: new})
            note = {"table": table, "row": rows, "ocid": frame["ocid"].to_numpy()[rows], "column": column, "rule": rule}
            note |= {"old": old.iloc[rows].astype("str").array, "new": new.iloc[rows].astype("str").array}
            changes.append(pd.DataFrame(note, columns=CHANGE_COLUMNS))

    for place in (("parties", "party_id"), *ORGANISATIONS):
        change(*place, "redacted_ids", _taken_out)
    for table, column in ORGANISATIONS:
        rule = "supplier_prefix" if table in ("tenderers", "suppliers") else "buyer_prefix"
        change(table, column, rule, lambda old, prefix: (prefix + old).where(~old.str.startswith(prefix, na=True), old))
    change(
        "tenders",
        "procurement_method_details",
        "split_method_details",
        lambda old, mark: old.str.split(mark, n=1, regex=False).str[0].str.rstrip(),
    )
    if "bids" in made and "amount" in made["bids"]:
        valued = made["bids"][["amount", *made["bids"].columns.intersection(["amount_text"])]].notna().any(axis=1)
        change("bids", "currency", "currency", lambda old, default: old.mask(old.isna() & valued, default))
    change("bids", "amount", "redacted_amounts", _taken_out)
    for table, status in (("bids", "bid_status"), ("awards", "award_status")):
        change(table, "status", status, lambda old, default: old.fillna(default))
        change(table, "status", f"{status}_codes", lambda old, codes: old.map(dict(codes)).fillna(old))
    if "contracts" in made and "awards" in made:
        told = made["contracts"].dropna(subset=["award_id"])
        off = told.assign(off=told["status"] == "cancelled").groupby(["ocid", "award_id"])["off"].all()
        cancelled = pd.MultiIndex.from_frame(made["awards"][["ocid", "award_id"]]).isin(off[off].index)
        change("awards", "status", "award_status_by_contracts", lambda old, _: old.mask(cancelled, "cancelled"))
    if "items" in made and "section" in made["items"]:
        items = made["items"]
        bare = items["section"].isin(["bid", "award"]) & items["classification_id"].notna()
        scheme = "classification_scheme"
        change("items", scheme, scheme, lambda old, default: old.mask(old.isna() & bare, default))
    change("parties", "roles", "party_roles", lambda old, _: _with_roles(old, made))
    return Prepared(made, pd.concat(changes, ignore_index=True))


def _taken_out(old: pd.Series, values: tuple) -> pd.Series:
    return old.mask(old.isin(list(values)))


def _with_roles(given: pd.Series, tables: Tables) -> pd.Series:
    """Return the roles of each party: those it has and those in which its process names it, in alphabetical order.

    Tenderers count that stand with a bid, not those that stand with the tender only.
    """
    keys, parts = ["ocid", "party_id"], []
    for (table, column), role in zip(ORGANISATIONS, _ROLES, strict=True):
        frame = tables.get(table, pd.DataFrame(columns=["ocid", column, "bid_index"], dtype="str"))
        frame = frame[frame["bid_index"] >= 0] if role == "tenderer" and len(frame) else frame
        parts.append(frame[["ocid", column]].dropna().set_axis(keys, axis=1).assign(role=role))
    parties = tables["parties"][keys].rename_axis("row").reset_index()
    named = parties.merge(pd.concat(parts), on=keys)[["row", "role"]]
    own = given.str.split(";").explode().rename("role").rename_axis("row").reset_index()
    roles = pd.concat([own[own["role"].fillna("") != ""], named]).drop_duplicates().sort_values(["row", "role"])
    return roles.groupby("row")["role"].agg(";".join).reindex(given.index)
