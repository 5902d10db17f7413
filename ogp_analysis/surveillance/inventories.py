"""What published inventories of surveillance technology document of a government, list by list, kind by kind.

A row says that a list documents a government as customer or suspected operator of a vendor, by the list's own
standard of evidence. It does not say that the government has the product, nor that its use was unlawful; a country
without a row is one that the list does not document, and may use the technology. The lists overlap.

References
----------
Feldstein and Kot (2023), Global Inventory of Commercial Spyware and Digital Forensics, version 10,
doi:10.17632/csvhpkt8tm.10. Lists of operators: the pages that each row names, above all those of Citizen Lab.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from ogp_analysis.base.words import word
from ogp_analysis.civic_space.views import inside
from ogp_analysis.store import hand_out

INVENTORY, LISTS = "carnegie_spyware_inventory", "spyware_operator_countries"
#: Kinds of technology in the inventory; they are counted apart.
KINDS = ("spyware", "forensics", "iot_hacking")


@dataclass(frozen=True)
class Documented:
    """What the inventory and the lists document of one government.

    Attributes
    ----------
    iso3 : str
    cases : pandas.DataFrame or None
        Rows of the inventory: table ``cases`` of ``carnegie_spyware_inventory``; None if the edition lacks it.
    lists : pandas.DataFrame or None
        Rows of the lists of operators: table ``operators`` of ``spyware_operator_countries``; None if it is absent.
    totals : dict of str to Kind
        Of the whole inventory, by kind.
    """

    iso3: str
    cases: pd.DataFrame | None
    lists: pd.DataFrame | None
    totals: dict[str, Kind]

    @property
    def n(self) -> int:
        """Rows of the inventory and of the lists together, to be shown one by one and never as a count of products."""
        return sum(len(rows) for rows in (self.cases, self.lists) if rows is not None)

    def kind(self, name: str) -> Kind:
        """Return what the inventory documents of this government, of one kind of technology."""
        return kind(self.cases, name)

    def told(self) -> list[tuple[str, dict]]:
        """Return, by kind, which sentence is said of this government and with which values.

        A kind with a single case in the whole inventory is told only of the government it is about.
        """
        kinds = (
            [] if self.cases is None else [name for name in KINDS if name != "iot_hacking" or self.kind(name).n_cases]
        )
        told = [(name, self._facts(name)) for name in kinds]
        if self.lists is not None:
            case = "documented" if len(self.lists) else "not_documented"
            told.append(("lists", {"case": case, "n": len(self.lists)}))
        return told

    def _facts(self, name: str) -> dict:
        own, total = self.kind(name), self.totals[name]
        named = [*own.vendors, *([word("others.inventory.undisclosed")] if own.n_undisclosed else [])]
        return {"case": "documented" if own.n_cases else "not_documented", "n": own.n_cases,
                "lower": own.n_lower_confidence, "vendors": ", ".join(named), "countries": len(total.countries),
                "cases": total.n_cases}  # fmt: skip

    @property
    def absent(self) -> tuple[str, ...]:
        """Datasets that the edition does not hold."""
        return tuple(name for name, rows in ((INVENTORY, self.cases), (LISTS, self.lists)) if rows is None)


@dataclass(frozen=True)
class Kind:
    """Cases of one kind of technology: cases, countries, vendors named, and cases with sources of lower confidence."""

    name: str
    n_cases: int
    countries: tuple[str, ...]
    vendors: tuple[str, ...]
    n_lower_confidence: int
    n_undisclosed: int


def documented(iso3: str, edition: str = "embedded") -> Documented:
    """Return what the inventory and the lists of operators document of the government of a country."""
    cases, lists = _table(INVENTORY, "cases", edition), _table(LISTS, "operators", edition)
    own = [None if rows is None else rows[rows["iso3"] == iso3].reset_index(drop=True) for rows in (cases, lists)]
    return Documented(iso3, *own, {} if cases is None else {name: kind(cases, name) for name in KINDS})


def inventory(region: str = "world", edition: str = "embedded") -> dict[str, Kind]:
    """Return the inventory of a region, or of the world, by kind; empty if the edition does not hold it."""
    cases = _table(INVENTORY, "cases", edition)
    if cases is None:
        return {}
    rows = cases[cases["iso3"].isin(inside(cases["iso3"], region))]
    return {name: kind(rows, name) for name in KINDS}


def kind(cases: pd.DataFrame | None, name: str) -> Kind:
    """Return the cases of one kind, counted."""
    if cases is None:
        return Kind(name, 0, (), (), 0, 0)
    rows = cases[cases["category"] == name]
    vendors = tuple(sorted(rows["vendor"].dropna().unique(), key=str.casefold))
    return Kind(name, len(rows), tuple(sorted(rows["iso3"].unique())), vendors,
                int(rows["lower_confidence"].sum()), int(rows["vendor"].isna().sum()))  # fmt: skip


def _table(dataset: str, name: str, edition: str) -> pd.DataFrame | None:
    return hand_out.load(dataset, name, edition) if hand_out.has(dataset, name, edition) else None
