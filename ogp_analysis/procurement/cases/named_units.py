"""What was flagged, with buyer and firm as the public source names them; never who stands on a list of sanctions."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from ogp_analysis.procurement.cases.case import Case
from ogp_analysis.procurement.datasets import persons
from ogp_analysis.procurement.datasets.ocds.masking import NAME_MASK
from ogp_analysis.procurement.flags.awarded_rows import SEPARATOR
from ogp_analysis.procurement.flags.result import FlagResult

#: Flags whose units are never named: they would say who stands on a list.
UNNAMED = ("R046",)
#: Flags in which a small value is the signal.
_SMALL = ("R003", "R024", "R025")
#: Units that an identifier alone tells; the rest are groups whose name has several parts.
_SINGLE = ("award", "process", "buyer", "procuring_entity", "supplier", "tenderer")
#: Units that have a supplier, beside the award.
_WITH_SUPPLIER = ("buyer_supplier", "purchases", "market_supplier", "supplier", "tenderer")
COLUMNS = ["flag", "reference", "buyer", "supplier", "supplier_state", "year", "value"]
#: What stands for the supplier of a unit that has one: its name, a natural person, several suppliers, none published;
#: ``no_supplier`` where the unit is no award, but a process, a buyer or the like.
STATES = ("named", "natural_person", "several", "not_published", "no_supplier")


def named_units(case: Case, results: Mapping[str, FlagResult], most: int = 10) -> pd.DataFrame:
    """Return the flagged units with the most extreme values, at most so many a flag.

    Parameters
    ----------
    case : Case
    results : mapping of str to FlagResult
    most : int
        Units a flag.

    Returns
    -------
    pandas.DataFrame
        ``flag, reference`` (code of the contract or process, market or kind), ``buyer, supplier`` (as published),
        ``supplier_state`` (of :data:`STATES`: why there is no name), ``year, value``. Units of :data:`UNNAMED` are
        not in it.
    """
    parts = [_of_flag(case, result, most) for name, result in results.items() if name not in UNNAMED]
    parts = [part for part in parts if len(part)]
    return pd.concat(parts, ignore_index=True)[COLUMNS] if parts else pd.DataFrame(columns=COLUMNS)


def _of_flag(case: Case, result: FlagResult, most: int) -> pd.DataFrame:
    rows = result.flagged.sort_values(["value", "unit_id"], ascending=[result.flag in _SMALL, True]).head(most)
    told = [_told(case, result.unit, unit) for unit in rows["unit_id"]]
    frame = pd.DataFrame(told, columns=["reference", "buyer", "supplier", "year"], index=rows.index)
    states = [_state(case, result.unit, unit, one[2]) for unit, one in zip(rows["unit_id"], told, strict=True)]
    return frame.assign(flag=result.flag, value=rows["value"], supplier_state=states)


def _state(case: Case, unit: str, name: str, supplier: str | None) -> str:
    """Return what stands for the supplier of a unit, one of :data:`STATES`."""
    if supplier is not None:
        return "named"
    if unit != "award":
        return "no_supplier" if unit not in _WITH_SUPPLIER else "natural_person"
    row = case.awards[case.awards["award_key"] == name].iloc[0]
    if isinstance(row["supplier_name"], str):
        return "natural_person"
    suppliers = case.tables.get("suppliers")
    several = suppliers is not None and (suppliers["ocid"] == row["process_id"]).sum() > 1
    return "several" if several else "not_published"


def _told(case: Case, unit: str, name: str) -> tuple:
    """Return reference, buyer, supplier and year of a unit."""
    if unit == "award":
        row = case.awards[case.awards["award_key"] == name].iloc[0]
        return name.rpartition("#")[0], row["buyer_name"], masked(row["supplier_name"]), row["year"]
    if unit == "process":
        rows = case.awards[case.awards["process_id"] == name]
        return name, *((rows["buyer_name"].iloc[0], None, rows["year"].iloc[0]) if len(rows) else (None, None, None))
    parts = name.split(SEPARATOR)
    if unit in ("buyer", "procuring_entity"):
        return None, _buyer(case, name), None, None
    if unit == "buyer_supplier":
        return None, _buyer(case, parts[0]), _firm(case, SEPARATOR.join(parts[2:])), int(parts[1])
    if unit == "purchases":
        return parts[-1], _buyer(case, parts[0]), _firm(case, SEPARATOR.join(parts[1:-2])), int(parts[-2])
    if unit == "market_supplier":
        return SEPARATOR.join(parts[:2]), None, _firm(case, SEPARATOR.join(parts[3:])), int(parts[2])
    return None, None, _firm(case, name), None


def _buyer(case: Case, identifier: str) -> str:
    names = case.peers.loc[case.peers["buyer_id"] == identifier, "buyer_name"].dropna()
    return str(names.mode().min()) if len(names) else identifier


def _firm(case: Case, identifier: str) -> str | None:
    """Return the commonest spelling of a firm; a person has none."""
    names = case.peers.loc[case.peers["supplier_id"] == identifier, "supplier_name"].dropna()
    return masked(str(names.mode().min())) if len(names) else None


def masked(name) -> str | None:
    """Return the name of a firm as published; missing for a natural person, whatever mask the source has."""
    if not isinstance(name, str) or name == NAME_MASK or name.startswith(persons.MASK):
        return None
    return name
