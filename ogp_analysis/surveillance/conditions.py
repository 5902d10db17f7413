"""Under what conditions the documented contracts were awarded, as far as pages say it.

Described, never tested: the contracts came to light through leaks, audits and answers to requests, so they are not
a sample, and there are no comparable purchases to hold them against.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from ogp_analysis.base.words import say, sentence, word
from ogp_analysis.base.words.numbers import Count, count
from ogp_analysis.display.result import Parts, Shown
from ogp_analysis.display.table import Table, table
from ogp_analysis.procurement.thresholds import compare
from ogp_analysis.surveillance.labels import headings

CONDITIONS = ("procedure", "ceiling", "intermediary", "budget_line", "reserved_years")


@dataclass(frozen=True)
class Conditions(Shown):
    """Conditions of the documented contracts.

    Attributes
    ----------
    frame : pandas.DataFrame
        One row per contract: ``fact, procedure``; ``ceiling``: ``above`` if its amount is above the highest ceiling up
        to which any federal body could award directly for the amount alone that year, whatever its budget; missing
        where that cannot be said: at or below it, as the body's budget is not known, without a ceiling of its year, and
        of every body of a state; ``intermediary, budget_line, reserved_years``.
    with_ceilings : bool
        Whether the edition holds the ceilings.
    """

    frame: pd.DataFrame = field(repr=False)
    with_ceilings: bool

    @property
    def known(self) -> dict[str, Count]:
        """Of how many contracts each condition is known."""
        return {name: int(self.frame[name].notna().sum()) for name in CONDITIONS}

    def text(self) -> Parts:
        """Say that conditions are described and not tested, and where the ceilings are if not here."""
        parts = Parts([say("purchases.conditions.about", n=count(len(self.frame)))])
        return parts if self.with_ceilings else parts + (say("purchases.conditions.no_ceilings"),)

    def table(self) -> Table:
        """Return one row per condition: of how many contracts it is known, and what is known of them."""
        rows = []
        for name, known in self.known.items():
            if name != "ceiling" or self.with_ceilings:
                counts = self.frame[name].value_counts()
                found = sentence(f"purchases.found.{name}", known=count(known),
                                 **{code: count(counts.get(code, 0)) for code in _COUNTED.get(name, ())})  # fmt: skip
                rows.append((word(f"purchases.condition.{name}"), known, found.plain()))
        frame = pd.DataFrame(rows, columns=["condition", "known", "found"])
        caption = sentence("purchases.conditions.table", n=count(len(self.frame)))
        return table("conditions", caption, frame, headings("purchases", frame))


#: Codes of a condition that its words count.
_COUNTED = {
    "procedure": ("direct_award", "open_tender", "invitation_inferred"),
    "ceiling": ("above",),
    "intermediary": ("another_firm", "possibly", "maker_itself"),
}


def conditions(contracts: pd.DataFrame, ceilings: pd.DataFrame | None) -> Conditions:
    """Return the conditions of documented contracts.

    Parameters
    ----------
    contracts : pandas.DataFrame
        Facts that are contracts, as in ``surveillance_contracts_mexico.facts``.
    ceilings : pandas.DataFrame or None
        ``mexico_thresholds.ceilings``; None if the edition does not hold them.
    """
    frame = contracts.assign(ceiling=None)
    if ceilings is not None:
        # What was bought is not stated as goods or services; the three kinds that are not works have one ceiling.
        asked = contracts[["amount", "currency"]].assign(
            vat="not_stated", year=contracts["signed_year"], category="services", procurement_method="direct"
        )
        above = (compare(asked, ceilings)["outcome"] == "above") & (contracts["level"] == "federal")
        frame["ceiling"] = frame["ceiling"].astype("object").mask(above, "above")
    return Conditions(frame[["fact", *CONDITIONS]].reset_index(drop=True), ceilings is not None)
