"""What was flagged, with buyer and firm as the public source names them; never who stands on a list of sanctions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from ogp_analysis.base.words import say, sentence, word
from ogp_analysis.base.words.numbers import count
from ogp_analysis.display.result import Parts, Shown
from ogp_analysis.display.table import Heading, Table, table
from ogp_analysis.procurement.flags.on_awards import SEPARATOR
from ogp_analysis.procurement.flags.result import FlagResult
from ogp_analysis.procurement.labels import coded, commonest_names, firm_name, flag_title, headings

#: Flags whose units are never named: they would say who stands on a list.
UNNAMED = ("R046",)
#: Flags in which a small value is the signal.
_SMALL = ("R003", "R024", "R025")
COLUMNS = ["flag", "reference", "buyer", "supplier", "supplier_state", "year", "value"]
#: What stands for the supplier of a unit that has one: its name, a natural person, several suppliers, none published;
#: ``no_supplier`` where the unit is not an award, but a process, a buyer or the like.
STATES = ("named", "natural_person", "several", "not_published", "no_supplier")


@dataclass(frozen=True)
class FlaggedUnits(Shown):
    """The flagged units with the most extreme values.

    Attributes
    ----------
    frame : pandas.DataFrame
        One row per unit: ``flag, reference`` (code of the contract or process, market or kind), ``buyer, supplier`` (as
        published), ``supplier_state`` (of :data:`STATES`: why there is no name), ``year, value``. Units of
        :data:`UNNAMED` are not in it.
    most : int
        Units a flag, at most.
    flagged : int
        All flagged units that could be named.
    listable : bool
        Whether the terms of the source let single values be shown.
    units : str
        What buyers are, as in :class:`ogp_analysis.procurement.publications.Publication`.
    """

    frame: pd.DataFrame = field(repr=False)
    most: int
    flagged: int
    listable: bool = True
    units: str = "buyer"

    def text(self) -> Parts:
        """Say who is named in the table, or why nobody is."""
        case = "closed" if not self.listable else "some" if len(self.frame) else "none"
        return Parts([say("procurement.flags.named", case=case)])

    def table(self) -> Table | Parts:
        """Return the units, where the terms of the source let them be listed; natural persons are masked."""
        frame = self.frame
        if not self.listable or frame.empty:
            return Parts()
        nameless = {code: word(f"procurement.supplier_state.{code}") for code in STATES[1:4]} | {"no_supplier": ""}
        frame = frame.assign(
            title=[flag_title(name) for name in frame["flag"]],
            reference=[coded("category", text) if isinstance(text, str) else "" for text in frame["reference"]],
            buyer=frame["buyer"].astype("object").where(frame["buyer"].notna(), ""),
            supplier=frame["supplier"]
            .astype("object")
            .where(frame["supplier_state"] == "named", frame["supplier_state"].map(nameless)),
            year=[None if pd.isna(year) else int(year) for year in frame["year"]],
        )
        columns = headings(title="flag") | headings("reference", buyer=self.units) | headings("supplier")
        columns |= {"year": Heading("year", "year"), **headings("value")}
        caption = sentence("procurement.table.named", most=count(self.most), n=count(len(frame)),
                           all=count(self.flagged))  # fmt: skip
        return table("units_with_alerts", caption, frame, columns)


def flagged_units(
    results: Mapping[str, FlagResult],
    awards: pd.DataFrame,
    peers: pd.DataFrame,
    suppliers: pd.DataFrame | None = None,
    most: int = 10,
    listable: bool = True,
    units: str = "buyer",
) -> FlaggedUnits:
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
    listable, units
        As in :class:`FlaggedUnits`.
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
        .head(most).itertuples()
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=COLUMNS)
    return FlaggedUnits(frame, most, sum(result.n_flagged for result in named.values()), listable, units)


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
