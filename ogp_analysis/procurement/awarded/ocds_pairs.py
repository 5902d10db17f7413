"""Which contract belongs to which award: by the award it names, else by what both say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

#: Statuses of an award that was not made.
NOT_AWARDED = ("cancelled", "unsuccessful", "pending")
#: What an award, and a contract, is recognised by; those alike in all of it are one that was published again,
#: unless one of them was not made.
_AWARD = ["ocid", "award_id", "award_date", "award_amount", "award_currency", "supplier_id"]
_CONTRACT = ["ocid", "contract_id", "award_id", "signed", "contract_start", "contract_amount", "contract_currency"]


@dataclass(frozen=True)
class Pairs:
    """Contracts with their awards, and what stands alone.

    Attributes
    ----------
    rows : pandas.DataFrame
        One row per contract, with its award where it has one, then one row per award without a contract.
    agreed : int
        Contracts joined to an award that they do not name, or name as another does.
    unpaired : int
        Contracts and awards that stand alone although their process has some of the other kind that do, too. One of
        each may be the same contract.
    repeated : int
        Awards and contracts left out because the process lists them again, word for word.
    empty : int
        Contracts and awards left out because they say nothing: a contract without award, status, date and amount, and
        an award without contract, supplier, date and amount.
    """

    rows: pd.DataFrame
    agreed: int
    unpaired: int
    repeated: int
    empty: int


def paired(tables: Mapping[str, pd.DataFrame]) -> Pairs:
    """Join contracts to awards of the same process; an award has its supplier if that is exactly one.

    A contract belongs to the award whose identifier it names, if no other award of the process has it. Of what is
    left, a contract and an award are joined if they are the only ones of their process that

    1. have the same number (some publishers give the award the number of the contract);
    2. have the same amount, in the same currency where both name one;
    3. are there at all: the process has this award and this contract and no other. Then either their amounts are the
       same, or they were made on one day, or one of the two has no amount and the award is not later than the contract.

    A contract that names another award of its process is joined to none by these three, nor is a contract in force to
    an award that was not made.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        ``awards``, ``suppliers`` and ``contracts`` of OCDS.
    """
    suppliers = tables["suppliers"]
    sole = suppliers[~suppliers.duplicated(["ocid", "award_index"], keep=False)]
    columns = ["ocid", "award_index", "award_id", "status", "date", "amount", "currency"]
    named = {"status": "award_status", "date": "award_date", "amount": "award_amount", "currency": "award_currency"}
    awards = tables["awards"][columns].rename(columns=named)
    awards = awards.merge(sole[["ocid", "award_index", "supplier_id", "supplier_name"]], on=["ocid", "award_index"],
                          how="left", validate="one_to_one")  # fmt: skip
    of_award = pd.MultiIndex.from_frame(suppliers[["ocid", "award_index"]])
    awards = awards.assign(
        supplier_id=awards["supplier_id"].fillna(awards["supplier_name"]),
        has_supplier=pd.MultiIndex.from_frame(awards[["ocid", "award_index"]]).isin(of_award),
    )
    # Columns of a contract get names that are not an award's.
    columns = ["ocid", "contract_index", "contract_id", "award_id", "status", "signed", "period_start", "amount",
               "currency"]  # fmt: skip
    named = {"status": "contract_status", "period_start": "contract_start", "amount": "contract_amount",
             "currency": "contract_currency"}  # fmt: skip
    contracts = tables["contracts"][columns].rename(columns=named)
    awards, again = _once(awards, _AWARD, "award_id")
    contracts, again_contracts = _once(contracts, _CONTRACT, "contract_id")
    # A contract may name its award; what two awards are called names none of them.
    once = awards["award_id"].notna() & ~awards.duplicated(["ocid", "award_id"], keep=False)
    keys = awards.loc[once, ["ocid", "award_id"]].rename_axis("award").reset_index()
    told = contracts[["ocid", "award_id"]].merge(keys, on=["ocid", "award_id"], how="left", validate="many_to_one")
    by_name = told[["award"]].dropna().astype("int64")
    agreed = _agreeing(awards, contracts, by_name)
    links = pd.concat([by_name, agreed])
    joined = contracts.join(links["award"], how="left")
    joined = joined.drop(columns="award_id").join(awards.drop(columns="ocid"), on="award")
    alone = awards[~awards.index.isin(links["award"])]
    blank = alone["award_date"].isna() & (alone["award_amount"].fillna(0) == 0) & ~alone["has_supplier"]
    alone = alone[~blank]
    single = joined["award"].isna()
    empty = single & joined[["contract_status", "signed", "contract_start"]].isna().all(axis=1)
    empty &= joined["contract_amount"].fillna(0) == 0
    left = joined.loc[single & ~empty, "ocid"]
    unpaired = left.isin(alone["ocid"]).sum() + alone["ocid"].isin(left).sum()
    joined = joined[~empty].drop(columns="award")
    joined = joined.assign(part="c" + joined["contract_index"].astype("str"))
    alone = alone.assign(part="a" + alone["award_index"].astype("str"))
    rows = pd.concat([joined, alone], ignore_index=True)
    return Pairs(rows, len(agreed), int(unpaired), again + again_contracts, int(empty.sum() + blank.sum()))


def _once(frame: pd.DataFrame, told_by: list[str], identifier: str) -> tuple[pd.DataFrame, int]:
    """Return the rows of which the same is not said again further down, and how many others there are."""
    status = frame["award_status" if "award_status" in frame else "contract_status"]
    made = frame[told_by].assign(made=~status.isin(NOT_AWARDED))
    again = frame[identifier].notna() & made.duplicated(keep="last")
    return frame[~again].reset_index(drop=True), int(again.sum())


def _agreeing(awards: pd.DataFrame, contracts: pd.DataFrame, by_name: pd.DataFrame) -> pd.DataFrame:
    """Return the awards of contracts that agree with them, one to one, where neither is joined by name."""
    contract = contracts[~contracts.index.isin(by_name.index)].rename(columns={"award_id": "names"})
    award = awards[~awards.index.isin(by_name["award"])].rename_axis("award").reset_index()
    pairs = contract.rename_axis("contract").reset_index().merge(award, on="ocid")
    elsewhere = pd.MultiIndex.from_frame(pairs[["ocid", "names"]]).isin(
        pd.MultiIndex.from_frame(awards.loc[awards["award_id"].notna(), ["ocid", "award_id"]])
    )
    other_award = elsewhere & (pairs["names"] != pairs["award_id"]).fillna(True)
    not_made = pairs["award_status"].isin(NOT_AWARDED) & (pairs["contract_status"] != "cancelled").fillna(True)
    pairs = pairs[~other_award & ~not_made]
    same_number = (pairs["contract_id"] == pairs["award_id"]).fillna(False).astype(bool)
    currency = pairs["contract_currency"].isna() | pairs["award_currency"].isna()
    currency |= (pairs["contract_currency"] == pairs["award_currency"]).fillna(False).astype(bool)
    equal = currency & (pairs["contract_amount"] == pairs["award_amount"])
    # The only ones of their process.
    sole = pairs["contract"].map(~contracts.duplicated("ocid", keep=False)).astype(bool)
    sole &= pairs["award"].map(~awards.duplicated("ocid", keep=False)).astype(bool)
    known = pairs[["contract_amount", "award_amount"]].fillna(0).ne(0).all(axis=1)
    day, signed = pairs["award_date"].dt.normalize(), pairs["signed"].dt.normalize()
    sole &= equal | (day == signed) | (~known & ~(day > signed))
    found = []
    # Zero is not an amount that could tell one contract from another.
    for agrees in (same_number, equal & (pairs["award_amount"] != 0), sole):
        both = pairs[agrees.loc[pairs.index]]
        both = both[~both.duplicated("contract", keep=False) & ~both.duplicated("award", keep=False)]
        found.append(both)
        pairs = pairs[~pairs["contract"].isin(both["contract"]) & ~pairs["award"].isin(both["award"])]
    return pd.concat(found).set_index("contract")[["award"]].rename_axis(None)
