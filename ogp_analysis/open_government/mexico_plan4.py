"""What was read about Mexico's fourth action plan."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from ogp_analysis.base.links import source
from ogp_analysis.base.words import sentence, word
from ogp_analysis.base.words.numbers import count
from ogp_analysis.data.store.hand_out import load
from ogp_analysis.display.result import Shown
from ogp_analysis.display.table import Heading, Table, table


@dataclass(frozen=True)
class MexicoPlan4(Shown):
    """What was read about Mexico's fourth action plan.

    Attributes
    ----------
    frame : pandas.DataFrame
        One row per fact: the ``facts`` of ``ogp_mexico_plan4``.
    """

    frame: pd.DataFrame = field(repr=False)

    def table(self) -> Table:
        """Return the facts with their source and whether they were verified."""
        rows = [self._row(fact) for fact in self.frame.to_dict("records")]
        headings = {name: Heading(name) for name in ("subject", "quantity", "value", "note", "verified")}
        headings["source_url"] = Heading("source", "link")
        return table(
            "mexico_plan4",
            sentence("process.table.plan4", n=count(len(rows))),
            pd.DataFrame(rows),
            headings,
            ["ogp_mexico_plan4"],
        )

    @staticmethod
    def _row(fact: dict) -> dict:
        if isinstance(fact["code"], str):
            value = word(f"mexico_plan4.code.{fact['code']}")
        else:
            value = fact["date"].date().isoformat() if pd.notna(fact["date"]) else str(fact["count"])
        return {
            "subject": word(f"mexico_plan4.subject.{fact['subject']}"),
            "quantity": word(f"mexico_plan4.quantity.{fact['quantity']}"),
            "value": value,
            "note": word(f"mexico_plan4.note.{fact['note']}") if isinstance(fact["note"], str) else "",
            "verified": word("tables.yes" if fact["verified"] else "tables.no"),
            "source_url": source(fact["source_url"], row=f"ogp_mexico_plan4 ({fact['fact_id']})"),
        }


def mexico_plan4(edition: str = "embedded") -> MexicoPlan4:
    """Return what was read about Mexico's fourth action plan, one row per fact with its source.

    Parameters
    ----------
    edition : str
        Which data, as in ``ogp.load``.

    Raises
    ------
    UnknownName
        If the edition does not hold the facts.
    """
    return MexicoPlan4(load("ogp_mexico_plan4", "facts", edition))
