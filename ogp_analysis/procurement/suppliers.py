"""Which rows are of one supplier: by tax code, else by register number, else by a firm's name; never by likeness.

Everything that joins two rows has a reason that can be looked up, and what contradicts itself joins
nothing. On 12,561 names of firms with a legal form in published lists with tax codes, no name had two
codes; names without a form did. Natural persons are never joined by name: homonyms are common.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ogp_analysis.procurement import conflicts, names, tax_codes
from ogp_analysis.procurement.datasets import persons
from ogp_analysis.procurement.datasets.folding import each, folded

#: Why a row belongs to its supplier; ``none`` for a row that nothing joins to others.
REASONS = ("same_rfc", "same_code_and_name", "same_rupc", "same_rupc_and_name", "same_firm_name", "none")
_GIVEN = {"supplier_name": "name", "supplier_kind": "kind", "supplier_rfc": "code", "supplier_rupc": "rupc"}


@dataclass(frozen=True)
class Suppliers:
    """The suppliers of a table of contracts. Nothing in it names a natural person.

    Attributes
    ----------
    ids : pandas.Series
        ``supplier_id`` of each row, on the index of the contracts. It says what it rests on: ``RFC …``,
        ``CODE …|name``, ``RUPC …``, ``NAME name|form``; ``natural person n`` and ``unresolved n`` count in
        the order of the rows.
    suppliers : pandas.DataFrame
        One row a supplier: ``supplier_id, supplier_name`` (its commonest spelling), ``kind, rows, spellings``.
    merges : pandas.DataFrame
        One row a spelling of a firm of several rows: ``supplier_id, reason`` (of :data:`REASONS`),
        ``supplier_name, supplier_rfc, supplier_rupc, rows``.
    conflicts : pandas.DataFrame
        One row a contradiction: ``conflict`` (of :data:`conflicts.KINDS`), ``value, identities, rows``.
    """

    ids: pd.Series
    suppliers: pd.DataFrame
    merges: pd.DataFrame
    conflicts: pd.DataFrame


def resolve(contracts: pd.DataFrame) -> Suppliers:
    """Return which rows of a table of contracts are of one supplier.

    A valid RFC is an identity. One that is well-formed but fails its check digit counts with the name
    beside it. A row without joins by its folio in the register (RUPC) if all rows with the folio agree,
    and a row without folio by the name of a firm with a legal form, if the name has one identity at most.

    Parameters
    ----------
    contracts : pandas.DataFrame
        As of the schema ``contracts``: name, kind, tax code and register number of the supplier. May be
        masked; in a table that is not, natural persons are joined by their codes and remain unnamed.

    Returns
    -------
    Suppliers
        On the index of `contracts`.
    """
    spellings, at = _spellings(contracts)
    spellings = _by_name(_by_folio(_by_code(_described(spellings))))
    found = conflicts.found(spellings)
    ids = _ids(spellings, at).set_axis(contracts.index)
    rows = pd.DataFrame({"id": ids.to_numpy(), "at": at})
    return Suppliers(ids, _suppliers(rows, spellings), _merges(rows, spellings), found)


def _spellings(contracts: pd.DataFrame) -> tuple[pd.DataFrame, np.ndarray]:
    """Return the distinct suppliers as written, with the number of rows, and which of them each row has."""
    given = contracts[list(_GIVEN)].rename(columns=_GIVEN).fillna("").astype("str")
    at = given.groupby(list(_GIVEN.values()), sort=False).ngroup().to_numpy()
    distinct = given[~pd.Series(at, given.index).duplicated()].reset_index(drop=True)
    return distinct.assign(rows=pd.Series(at).value_counts().sort_index()), at


def _described(spellings: pd.DataFrame) -> pd.DataFrame:
    """Add what can tell a supplier: checked code, key of the firm, and ``who``, the name for comparison."""
    code, firm = tax_codes.checked(spellings["code"]), names.firm_keys(spellings["name"])
    person = persons.are_persons(spellings["kind"]) | (code["kind"] == "natural_person")
    plain = each(spellings["name"], folded)
    key = firm["key"].mask(person, "")
    return spellings.assign(
        rfc=code["rfc"],
        rfc_status=code["status"],
        person=person,
        key=key,
        who=key.where(key != "", plain),
        label=pd.Series("", index=spellings.index, dtype="str"),
        reason=pd.Series("none", index=spellings.index, dtype="str"),
    )


def _given(spellings: pd.DataFrame, rows: pd.Series, label: pd.Series, reason: str) -> pd.DataFrame:
    return spellings.assign(label=spellings["label"].mask(rows, label), reason=spellings["reason"].mask(rows, reason))


def _by_code(spellings: pd.DataFrame) -> pd.DataFrame:
    valid, unverified = spellings["rfc_status"] == "valid", spellings["rfc_status"] == "unverified"
    made = _given(spellings, valid, "RFC " + spellings["rfc"], "same_rfc")
    return _given(made, unverified, "CODE " + spellings["rfc"] + "|" + spellings["who"], "same_code_and_name")


def _by_folio(spellings: pd.DataFrame) -> pd.DataFrame:
    """A folio stands for one supplier if its rows have one code, or none and one name."""
    has = spellings["rupc"] != ""
    bare = has & (spellings["label"] == "")
    coded = spellings[has & ~bare]
    codes = coded.groupby("rupc")["label"].agg(["nunique", "first"])
    of = spellings["rupc"].map(codes["nunique"]).fillna(0)
    known = pd.MultiIndex.from_frame(coded[["rupc", "who"]])
    strange = bare & (of == 1) & ~pd.MultiIndex.from_frame(spellings[["rupc", "who"]]).isin(known)
    several = spellings["rupc"].map(spellings[bare].groupby("rupc")["who"].nunique()) > 1
    bad = spellings["rupc"].isin(spellings.loc[strange, "rupc"]) | (of > 1) | ((of == 0) & several)
    bad &= has
    made = _given(spellings, bare & ~bad & (of == 1), spellings["rupc"].map(codes["first"]), "same_rupc")
    made = _given(made, bare & ~bad & (of == 0), "RUPC " + spellings["rupc"], "same_rupc")
    apart = "RUPC " + spellings["rupc"] + "|" + spellings["who"]
    return _given(made, bare & bad, apart, "same_rupc_and_name").assign(doubtful=bad)


def _by_name(spellings: pd.DataFrame) -> pd.DataFrame:
    """A name joins what has no other identity, to the one identity that the name has."""
    named, loose = spellings["key"] != "", spellings["label"] == ""
    known = spellings[named & ~loose & (spellings["reason"] != "same_rupc_and_name")]
    identities = known.groupby("key")["label"].agg(["nunique", "first"])
    moved = _folios_of_codes(known)
    identity = pd.concat([identities.loc[identities["nunique"] == 1, "first"], moved]).astype("str")
    has_one = spellings["key"].isin(identity.index)
    label = spellings["key"].map(identity).astype("str")
    follows = spellings["key"].isin(moved.index) & (spellings["reason"] == "same_rupc")
    follows &= spellings["label"].str.startswith("RUPC ")
    made = _given(spellings, named & loose & has_one, label, "same_firm_name")
    made = _given(made, named & loose & ~has_one, "NAME " + spellings["key"], "same_firm_name")
    return _given(made, follows, label, "same_firm_name")


def _folios_of_codes(known: pd.DataFrame) -> pd.Series:
    """Return the code of each name that has one code without folio, and one folio without code."""
    is_folio = known["label"].str.startswith("RUPC ")
    with_folio = set(known.loc[~is_folio & (known["rupc"] != ""), "label"])
    folios = known[is_folio].groupby("key")["label"].nunique()
    codes = known[~is_folio].groupby("key")["label"].agg(["nunique", "first"])
    both = codes[(codes["nunique"] == 1) & (folios.reindex(codes.index) == 1)]["first"]
    return both[~both.isin(with_folio)]


def _ids(spellings: pd.DataFrame, at: np.ndarray) -> pd.Series:
    """Return the supplier of each row; those of persons, and of firms that nothing joins, count in order."""
    label = spellings["label"].take(at).reset_index(drop=True)
    person = spellings["person"].take(at).reset_index(drop=True)
    alone = label == ""
    own = label.mask(alone, "row " + label.index.to_series().astype("str"))
    numbers = pd.Series(0, index=own.index)
    for rows in (person, alone & ~person):
        numbers[rows] = pd.factorize(own[rows])[0] + 1
    made = own.mask(alone, "unresolved " + numbers.astype("str"))
    return made.mask(person, "natural person " + numbers.astype("str")).rename("supplier_id")


def _counted(rows: pd.DataFrame) -> pd.DataFrame:
    """Return how many rows each supplier has of each spelling."""
    return rows.groupby(["id", "at"]).size().rename("rows").reset_index()


def _suppliers(rows: pd.DataFrame, spellings: pd.DataFrame) -> pd.DataFrame:
    told = _counted(rows).join(spellings[["name", "kind", "person"]], on="at")
    told["name"] = told["name"].mask(told["person"], persons.HIDDEN)
    told = told.sort_values(["rows", "name", "at"], ascending=[False, True, True], kind="stable")
    groups = told.groupby("id")
    made = pd.DataFrame(
        {
            "supplier_name": groups["name"].first(),
            "kind": groups["kind"].first(),
            "rows": groups["rows"].sum(),
            "spellings": groups.size(),
        }
    )
    return made.rename_axis("supplier_id").reset_index()


def _merges(rows: pd.DataFrame, spellings: pd.DataFrame) -> pd.DataFrame:
    counted = _counted(rows)
    counted["all"] = counted.groupby("id")["rows"].transform("sum")
    told = counted[counted["all"] > 1].join(
        spellings[["name", "code", "rupc", "reason", "person"]].rename(columns={"code": "rfc"}), on="at"
    )
    told = told[~told["person"]].rename(
        columns={"id": "supplier_id", "name": "supplier_name", "rfc": "supplier_rfc", "rupc": "supplier_rupc"}
    )
    order = ["supplier_id", "supplier_name", "supplier_rfc", "supplier_rupc"]
    columns = ["supplier_id", "reason", *order[1:], "rows"]
    return told.sort_values([*order, "reason"], kind="stable")[columns].reset_index(drop=True)
