"""Which rows are of one supplier: by tax code, else by register number, else by a firm's name; never by likeness.

Every join of two rows has a reason that can be looked up, and identifiers that contradict each other join
nothing. On 12,561 names of firms with a legal form in published lists with tax codes, no name had two
codes; names without a form did. Natural persons are never joined by name: homonyms are common.
"""

from __future__ import annotations

from dataclasses import dataclass

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
        One row per supplier: ``supplier_id, supplier_name`` (its commonest spelling), ``kind, rows, spellings``.
    merges : pandas.DataFrame
        One row per spelling of a firm of several rows: ``supplier_id, reason`` (of :data:`REASONS`),
        ``supplier_name, supplier_rfc, supplier_rupc, rows``.
    conflicts : pandas.DataFrame
        One row per contradiction: ``conflict`` (of :data:`conflicts.KINDS`), ``value, identities, rows``.
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
    given = contracts[list(_GIVEN)].rename(columns=_GIVEN).fillna("").astype("str")
    at = given.groupby(list(_GIVEN.values()), sort=False).ngroup().to_numpy()
    distinct = given[~pd.Series(at, given.index).duplicated()].reset_index(drop=True)
    spellings = _labelled(distinct.assign(rows=pd.Series(at).value_counts().sort_index()))
    # The supplier of each row; those of persons, and of firms that nothing joins, count in order.
    label = spellings["label"].take(at).reset_index(drop=True)
    person = spellings["person"].take(at).reset_index(drop=True)
    alone = label == ""
    own = label.mask(alone, "row " + label.index.to_series().astype("str"))
    numbers = pd.Series(0, index=own.index)
    for rows in (person, alone & ~person):
        numbers[rows] = pd.factorize(own[rows])[0] + 1
    ids = own.mask(alone, "unresolved " + numbers.astype("str"))
    ids = ids.mask(person, "natural person " + numbers.astype("str")).rename("supplier_id")
    # The suppliers, by their commonest spelling; no natural person is named.
    counted = pd.DataFrame({"id": ids, "at": at}).groupby(["id", "at"]).size().rename("rows").reset_index()
    named = counted.join(spellings[["name", "kind", "person"]], on="at")
    named["name"] = named["name"].mask(named["person"], persons.HIDDEN)
    named = named.sort_values(["rows", "name", "at"], ascending=[False, True, True], kind="stable")
    suppliers = named.groupby("id").agg(
        supplier_name=("name", "first"), kind=("kind", "first"), rows=("rows", "sum"), spellings=("rows", "size")
    )
    # Which spellings were joined, and why.
    joined = counted[counted.groupby("id")["rows"].transform("sum") > 1]
    joined = joined.join(spellings[["name", "code", "rupc", "reason", "person"]], on="at")
    called = {"id": "supplier_id", "name": "supplier_name", "code": "supplier_rfc", "rupc": "supplier_rupc"}
    joined = joined[~joined["person"]].rename(columns=called)
    order = ["supplier_id", "supplier_name", "supplier_rfc", "supplier_rupc"]
    merges = joined.sort_values([*order, "reason"], kind="stable")[["supplier_id", "reason", *order[1:], "rows"]]
    return Suppliers(
        ids.set_axis(contracts.index),
        suppliers.rename_axis("supplier_id").reset_index(),
        merges.reset_index(drop=True),
        conflicts.found(spellings),
    )


def _labelled(spellings: pd.DataFrame) -> pd.DataFrame:
    """Add what can tell a supplier, and ``label`` and ``reason``: by code, else by folio, else by name.

    ``who`` is the name for comparison: the key of a firm, else the name without case and accents.
    """
    code, firm = tax_codes.checked(spellings["code"]), names.firm_keys(spellings["name"])
    person = persons.are_persons(spellings["kind"]) | (code["kind"] == "natural_person")
    key = firm["key"].mask(person, "")
    who = key.where(key != "", each(spellings["name"], folded))
    described = spellings.assign(
        rfc=code["rfc"],
        rfc_status=code["status"],
        person=person,
        key=key,
        who=who,
        label=pd.Series("", index=spellings.index, dtype="str"),
        reason=pd.Series("none", index=spellings.index, dtype="str"),
    )
    # A valid code joins all that have it, one that cannot be verified those with one name.
    spellings = _given(described, code["status"] == "valid", "RFC " + code["rfc"], "same_rfc")
    apart = "CODE " + code["rfc"] + "|" + who
    spellings = _given(spellings, code["status"] == "unverified", apart, "same_code_and_name")
    # A folio stands for one supplier if its rows have one code, or none and one name.
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
    spellings = _given(made, bare & bad, apart, "same_rupc_and_name").assign(doubtful=bad)
    # A name joins what has no other identity, to the one identity that the name has.
    named, loose = spellings["key"] != "", spellings["label"] == ""
    known = spellings[named & ~loose & (spellings["reason"] != "same_rupc_and_name")]
    identities = known.groupby("key")["label"].agg(["nunique", "first"])
    # The code of each name that has one code without folio, and one folio without code.
    is_folio = known["label"].str.startswith("RUPC ")
    with_folio = set(known.loc[~is_folio & (known["rupc"] != ""), "label"])
    folios = known[is_folio].groupby("key")["label"].nunique()
    codes = known[~is_folio].groupby("key")["label"].agg(["nunique", "first"])
    both = codes[(codes["nunique"] == 1) & (folios.reindex(codes.index) == 1)]["first"]
    moved = both[~both.isin(with_folio)]
    identity = pd.concat([identities.loc[identities["nunique"] == 1, "first"], moved]).astype("str")
    has_one = spellings["key"].isin(identity.index)
    label = spellings["key"].map(identity).astype("str")
    follows = spellings["key"].isin(moved.index) & (spellings["reason"] == "same_rupc")
    follows &= spellings["label"].str.startswith("RUPC ")
    made = _given(spellings, named & loose & has_one, label, "same_firm_name")
    made = _given(made, named & loose & ~has_one, "NAME " + spellings["key"], "same_firm_name")
    return _given(made, follows, label, "same_firm_name")


def _given(spellings: pd.DataFrame, rows: pd.Series, label: pd.Series, reason: str) -> pd.DataFrame:
    return spellings.assign(label=spellings["label"].mask(rows, label), reason=spellings["reason"].mask(rows, reason))
