"""Awarded contracts of tables in the Open Contracting Data Standard."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from ogp_analysis.base.beside import toml
from ogp_analysis.data.datasets.procurement.folding import folded
from ogp_analysis.procurement.awarded.frame import Awarded, check_processes, framed, placed

# What is read of OCDS tables otherwise than it is coded: methods by the publisher's words, dates that cannot be.

#: Codelist ``method`` of the standard. Selective and limited both mean that the buyer chose who may bid.
METHODS = {"open": "open", "selective": "limited", "limited": "limited", "direct": "direct", "other": "other"}
#: Of the record: process, which value, as published, what says otherwise, as it is read (empty if set aside), by which
#: rule.
COLUMNS = ["process_id", "what", "published", "told_by", "read_as", "rule"]
#: A date that the publication cannot hold: it is later than the publication. A start may be planned; it cannot be
#: where the contract would be placed by it.
AFTER_PUBLICATION = "later_than_publication"
#: A date at an hour at which the publisher's days do not begin: its parts changed places.
NO_DAY = "no_whole_day"
#: Days by which a contract is placed, and the others of its tender.
_PLACING = (
    ("awards", "date", "award_date"),
    ("contracts", "signed", "signature_date"),
    ("contracts", "period_start", "start_date"),
)
_OTHERS = (("tenders", "period_start", "call_date"), ("tenders", "period_end", "deadline"))


@dataclass(frozen=True)
class Readings:
    """OCDS tables as they are read, and what was read otherwise than published.

    Attributes
    ----------
    tables : dict of str to pandas.DataFrame
        ``procurement_method`` of the tenders is the method as read, where the publisher's words or numbers tell one,
        else the code as published. Dates that cannot be are missing.
    record : pandas.DataFrame
        One row per value that is read otherwise, with :data:`COLUMNS`; sorted.
    """

    tables: dict[str, pd.DataFrame]
    record: pd.DataFrame


def read_as_told(tables: Mapping[str, pd.DataFrame], publisher: str, published: str = "") -> Readings:
    """Read the methods and dates of a publication in OCDS by what is known of its publisher.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        As :mod:`ogp_analysis.data.datasets.procurement.ocds.schemas` promises them, of one publisher; not changed.
    publisher : str
        Folder of its files, for example ``"mexico-gacm"``.
    published : str
        Day on which the files were put out (ISO 8601), where it is later than the last release; the last day that
        an award, a signature or a start can have is the later of the two.
    """
    own = facts().get(publisher, {})
    read, methods = methods_as_told(tables, own.get("method", []))
    # Of a later day the publication cannot tell.
    days = [read["processes"]["release_date"].max(), pd.Timestamp(published or None)]
    last = max((day for day in days if not pd.isna(day)), default=pd.NaT)
    read, dates = dates_that_can_be(read, own.get("dates", {}).get("hours"), last)
    record = pd.concat([methods, dates], ignore_index=True)
    return Readings(read, record.sort_values(COLUMNS, ignore_index=True, kind="stable"))


def facts() -> dict:
    """Return the tables of ``ocds_publishers.toml``."""
    return toml(__file__, "ocds_publishers.toml")


def methods_as_told(
    tables: Mapping[str, pd.DataFrame], rules: list[dict]
) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    """Return the tables with the method of each tender as the publisher's words or numbers tell it, and the record.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        As for :func:`read_as_told`.
    rules : list of dict
        ``method`` of the publisher in ``ocds_publishers.toml``; the first that fits counts.
    """
    tenders = tables["tenders"]
    method, told_by, rule = _told(tables, rules)
    rule = "method_by_" + rule
    code = tenders["procurement_method"]
    otherwise = method.notna() & (method != code.map(METHODS)).fillna(True).astype(bool)
    record = _entries(tenders["ocid"], "method", code, told_by, method, rule)[otherwise]
    # Where the code means what the words say it stays: the standard has two codes for an invitation.
    changed = tenders.assign(procurement_method=code.mask(otherwise, method).astype(code.dtype))
    return {**tables, "tenders": changed}, record


def _told(tables: Mapping[str, pd.DataFrame], rules: list[dict]) -> tuple[pd.Series, pd.Series, pd.Series]:
    """Return for each tender what the first rule that fits says, the text it fits, and where that stands."""
    tenders = tables["tenders"]
    # A tender whose contracts are there, but which is not, has a method all the same if their numbers tell it.
    # The number of a contract tells of a tender only where the process has one contract.
    alone = tables["contracts"][~tables["contracts"].duplicated("ocid", keep=False)].set_index("ocid")["contract_id"]
    texts = {
        "details": tenders["procurement_method_details"],
        "ground": tenders["procurement_method_rationale"],
        "number": tenders["ocid"].map(alone),
        "process": tenders["ocid"],
        "code": tenders["procurement_method"],
    }
    found, told_by, by = (pd.Series(pd.NA, index=tenders.index, dtype="str") for _ in range(3))
    for one in rules:
        text = texts[one["by"]]
        words = re.compile(one["words"])
        fits = [
            isinstance(value, str) and bool(words.fullmatch(folded(value) or value.strip().lower())) for value in text
        ]
        new = pd.Series(fits, index=text.index, dtype=bool) & found.isna()
        found, told_by, by = found.mask(new, one["is"]), told_by.mask(new, text), by.mask(new, one["by"])
    return found, told_by, by


def calls_as_told(tables: Mapping[str, pd.DataFrame], publisher: str) -> pd.DataFrame:
    """Return what is known of each call, as ``submission_terms`` of :mod:`ogp_analysis.procurement` reads it.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        As :func:`read_as_told` reads them.
    publisher : str
        Folder of its files. Where its days begin at certain hours, these are midnight by the clock of the buyer.
    """
    own, tenders = facts().get(publisher, {}), tables["tenders"]
    midnight = pd.Timedelta(hours=min(own.get("dates", {}).get("hours", [0])))
    return pd.DataFrame(
        {
            "process_id": tenders["ocid"],
            "method": tenders["procurement_method"].map(METHODS),
            "character": _told(tables, own.get("character", []))[0],
            "regime": _told(tables, own.get("law", []))[0],
            "external_credit": False,
            "category": tenders["main_category"],
            "call_date": tenders["period_start"] - midnight,
            "deadline": tenders["period_end"] - midnight,
        }
    )


def dates_that_can_be(
    tables: dict[str, pd.DataFrame], hours: list[int] | None, last: pd.Timestamp
) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    """Return the tables without dates that cannot be, and the record of these.

    Parameters
    ----------
    tables : dict of str to pandas.DataFrame
        As for :func:`read_as_told`.
    hours : list of int or None
        At which the publisher's days begin; None if any hour can be.
    last : pandas.Timestamp
        The last day by which a contract can be placed; missing if none is known.
    """
    record = []
    for table, column, what in (*_PLACING, *_OTHERS):
        values = tables[table][column]
        rule = untold = pd.Series(pd.NA, index=values.index, dtype="str")
        if (table, column, what) in _PLACING and not pd.isna(last):
            later = values.dt.normalize() > last
            # By the start only contracts without signature, and without any award, are placed.
            placed_by = True
            if column == "period_start":
                contracts, awards = tables["contracts"], tables["awards"]
                awarded = set(awards.loc[awards["date"].notna(), "ocid"])
                placed_by = contracts["signed"].isna() & ~contracts["ocid"].isin(awarded)
            rule = rule.mask(later & placed_by, AFTER_PUBLICATION)
        if hours is not None:
            rule = rule.mask(values.notna() & ~values.dt.hour.isin(hours), NO_DAY)
        out = rule.notna()
        if not out.any():
            continue
        tables = {**tables, table: tables[table].assign(**{column: values.mask(out)})}
        day = values.dt.strftime("%Y-%m-%d")
        record.append(_entries(tables[table]["ocid"], what, day, untold, untold, rule)[out])
    nothing = pd.DataFrame({name: pd.Series(dtype="str") for name in COLUMNS})
    return tables, pd.concat([nothing, *record], ignore_index=True)


def _entries(*cells: pd.Series | str) -> pd.DataFrame:
    return pd.DataFrame(dict(zip(COLUMNS, cells, strict=True)))


# Which contract belongs to which award: by the award it names, else by what both say.

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
    columns = "ocid contract_index contract_id award_id status signed period_start amount currency".split()
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


def awarded(tables: Mapping[str, pd.DataFrame]) -> Awarded:
    """Return the contracts of OCDS tables, and the awards that have no contract.

    A contract takes date and suppliers of its award (:func:`ogp_analysis.procurement.awarded.ocds.paired`). The
    amount of an award stands in for those of its contracts if none of them has one, and once: at the first of them.
    Awards and contracts that were cancelled, and awards that are pending or failed, are left out and counted, as is
    what a process lists twice. An award to several suppliers keeps its row, without a supplier: the parts of each are
    not published.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        As :mod:`ogp_analysis.data.datasets.procurement.ocds.schemas` promises them, or as
        :func:`ogp_analysis.procurement.awarded.ocds.read_as_told` reads them.

    Raises
    ------
    CleaningError
        If a process would have more contracts, or more money, than its awards and contracts.
    """
    pairs = paired(tables)
    failed = pairs.rows["award_status"].isin(NOT_AWARDED) | pairs.rows["contract_status"].isin(("cancelled",))
    rows = pairs.rows[~failed].reset_index(drop=True)
    # The amount is the contract's; that of the award stands at the first of its contracts if none of them has one.
    told = rows["contract_amount"].notna()
    any_told = told.groupby([rows["ocid"], rows["award_index"]], dropna=False).transform("any")
    first = ~rows.duplicated(["ocid", "award_index"])
    stands_in = rows["award_index"].notna() & ~any_told & first
    amount = rows["contract_amount"].mask(stands_in, rows["award_amount"])
    currency = rows["contract_currency"].where(told, rows["award_currency"])
    # Beside it what the tender says, and the buyer of its process, else the procuring entity.
    columns = (
        "ocid procurement_method procurement_method_rationale main_category procuring_entity_id "
        "procuring_entity_name period_start period_end number_of_tenderers"
    ).split()
    buyers = tables["processes"][["ocid", "buyer_id", "buyer_name"]]
    tenders = buyers.merge(tables["tenders"][columns], on="ocid", how="left", validate="one_to_one")
    unnamed = tenders["buyer_id"].isna() & tenders["buyer_name"].isna()
    for name in ("id", "name"):
        tenders[f"buyer_{name}"] = tenders[f"buyer_{name}"].mask(unnamed, tenders[f"procuring_entity_{name}"])
    rows = rows.merge(tenders, on="ocid", how="left", validate="many_to_one")
    # An award has a classification if all its items have the same one.
    of_award = tables["items"][(tables["items"]["section"] == "award") & tables["items"]["classification_id"].notna()]
    codes = of_award[["ocid", "parent_index", "classification_scheme", "classification_id"]].drop_duplicates()
    codes = codes.rename(columns={"parent_index": "award_index"})
    alone = codes[~codes.duplicated(["ocid", "award_index"], keep=False)]
    rows = rows.merge(alone, on=["ocid", "award_index"], how="left", validate="many_to_one")
    frame = framed(
        {
            "award_key": rows["ocid"] + "#" + rows["part"],
            "process_id": rows["ocid"],
            "buyer_id": rows["buyer_id"].fillna(rows["buyer_name"]),
            "buyer_name": rows["buyer_name"],
            "supplier_id": rows["supplier_id"],
            "supplier_name": rows["supplier_name"],
            "method": rows["procurement_method"].map(METHODS),
            "rationale": rows["procurement_method_rationale"],
            "category": rows["main_category"],
            "classification_scheme": rows["classification_scheme"],
            "classification": rows["classification_id"],
            "call_date": rows["period_start"],
            "deadline": rows["period_end"],
            "award_date": rows["award_date"],
            "signature_date": rows["signed"],
            **placed(rows["award_date"], rows["signed"], rows["contract_start"]),
            "amount": amount,
            "currency": currency,
            "n_bids": rows["number_of_tenderers"],
        }
    )
    counts = {"cancelled_or_not_awarded": int(failed.sum()), "published_again": pairs.repeated}
    counts["says_nothing"] = pairs.empty
    found = Awarded(frame, {reason: n for reason, n in counts.items() if n}, pairs.agreed, pairs.unpaired)
    return check_processes(found, tables["awards"], tables["contracts"])
