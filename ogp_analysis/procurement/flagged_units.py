"""What was flagged, with buyer and firm as the public source names them; never who stands on a list of sanctions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from ogp_analysis.procurement.flags.on_awards import SEPARATOR
from ogp_analysis.procurement.flags.result import FlagResult
from ogp_analysis.procurement.labels import commonest_names, firm_name

#: Flags whose units are never named: they would say who stands on a list.
UNNAMED = ("R046",)
#: Flags in which a small value is the signal.
_SMALL = ("R003", "R024", "R025")
COLUMNS = ["flag", "reference", "buyer", "supplier", "supplier_state", "year", "value"]
#: What stands for the supplier of a unit that has one: its name, a natural person, several suppliers, none published;
#: ``no_supplier`` where the unit is not an award, but a process, a buyer or the like.
STATES = ("named", "natural_person", "several", "not_published", "no_supplier")


def flagged_units(
    results: Mapping[str, FlagResult],
    awards: pd.DataFrame,
    peers: pd.DataFrame,
    suppliers: pd.DataFrame | None = None,
    most: int = 10,
) -> pd.DataFrame:
    """Return the flagged units with the most extreme values, at most so many a flag.

    Parameters
    ----------
    results : mapping of str to FlagResult
    awards : pandas.DataFrame
        Awarded contracts that the units are of.
    peers : pandas.DataFrame
        Those by which buyers and firms are named: under their commonest spelling.
    suppliers : pandas.DataFrame, optional
        ``suppliers`` of OCDS, which tell an award to several from one whose supplier is not published.
    most : int
        Units a flag.

    Returns
    -------
    pandas.DataFrame
        One row per unit: ``flag, reference`` (code of the contract or process, market or kind), ``buyer, supplier`` (as
        published), ``supplier_state`` (of :data:`STATES`: why there is no name), ``year, value``. Units of
        :data:`UNNAMED` are not in it.
    """
    named = {name: result for name, result in results.items() if name not in UNNAMED}
    known = _Names(
        awards.set_index("award_key"),
        awards.drop_duplicates("process_id").set_index("process_id"),
        commonest_names(peers, "buyer"),
        commonest_names(peers, "supplier").map(firm_name),
        set() if suppliers is None else set(suppliers.loc[suppliers.duplicated("ocid"), "ocid"]),
    )
    rows = [
        {"flag": result.flag, "value": unit.value, **known.of(result.unit, unit.unit_id)}
        for result in named.values()
        for unit in result.flagged.sort_values(["value", "unit_id"], ascending=[result.flag in _SMALL, True])
        .head(most)
        .itertuples()
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


@dataclass(frozen=True)
class _Names:
    """By what a unit is recognised: its award, the first award of its process, names of buyers and firms."""

    awards: pd.DataFrame
    processes: pd.DataFrame
    buyers: pd.Series
    firms: pd.Series
    of_several: set[str]

    def of(self, unit: str, name: str) -> dict:
        """Return reference, buyer, supplier with its state, and year of a unit, as far as it has them."""
        if unit == "award":
            row = self.awards.loc[name]
            state = "several" if row["process_id"] in self.of_several else "not_published"
            state = "natural_person" if isinstance(row["supplier_name"], str) else state
            return self._told(name.rpartition("#")[0], row["buyer_name"], row["supplier_name"], row["year"], state)
        if unit == "process":
            row = self.processes.loc[name] if name in self.processes.index else {}
            return self._told(name, row.get("buyer_name"), None, row.get("year"), "no_supplier")
        parts, first = name.split(SEPARATOR), name.partition(SEPARATOR)[0]
        if unit in ("buyer", "procuring_entity"):
            return self._told(None, self.buyers.get(name, name), None, None, "no_supplier")
        buyer = self.buyers.get(first, first)
        if unit == "buyer_supplier":
            return self._told(None, buyer, self.firms.get(SEPARATOR.join(parts[2:])), int(parts[1]))
        if unit == "purchases":
            return self._told(parts[-1], buyer, self.firms.get(SEPARATOR.join(parts[1:-2])), int(parts[-2]))
        if unit == "market_supplier":
            market = SEPARATOR.join(parts[:2])
            return self._told(market, None, self.firms.get(SEPARATOR.join(parts[3:])), int(parts[2]))
        return self._told(None, None, self.firms.get(name), None)

    @staticmethod
    def _told(reference, buyer, supplier, year, state: str = "natural_person") -> dict:
        firm = firm_name(supplier)
        told = {"reference": reference, "buyer": buyer, "supplier": firm, "year": year}
        return told | {"supplier_state": state if firm is None else "named"}
