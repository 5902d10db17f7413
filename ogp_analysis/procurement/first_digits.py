"""First digits of the amounts of buyers beside Benford's law: a description, no alert."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from ogp_analysis.base.words import say, sentence
from ogp_analysis.base.words.numbers import count
from ogp_analysis.display.result import Parts, Shown
from ogp_analysis.display.table import Table, table
from ogp_analysis.procurement.benford_law import FEWEST_AMOUNTS
from ogp_analysis.procurement.flags.awarded_rows import AWARDED
from ogp_analysis.procurement.flags.benford import first_digits as digits_of_buyers
from ogp_analysis.procurement.labels import buyer_label, commonest_names, headings, in_words


@dataclass(frozen=True)
class FirstDigits(Shown):
    """First digits of the amounts of each buyer.

    Attributes
    ----------
    frame : pandas.DataFrame
        One row per buyer: ``unit`` (its identifier), ``buyer`` (with its name), ``n`` (amounts), ``deviation`` from
        Benford's law (mean absolute deviation of the nine shares; missing for fewer than
        :data:`~ogp_analysis.procurement.benford_law.FEWEST_AMOUNTS` amounts), ``conformity`` (Nigrini's words),
        ``share_1`` … ``share_9``, ``under_ceiling`` (amounts up to a ceiling for direct awards; missing if no ceiling
        is known).
    """

    frame: pd.DataFrame = field(repr=False)

    def text(self) -> Parts:
        """Say so if no buyer has enough amounts."""
        if self.frame["deviation"].notna().any():
            return Parts()
        most = int(max(self.frame["n"], default=0))
        return Parts([say("procurement.digits.few", fewest=count(FEWEST_AMOUNTS), most=count(most))])

    def table(self) -> Table | Parts:
        """Return the buyers that have enough amounts."""
        frame = self.frame.dropna(subset=["deviation"])
        if frame.empty:
            return Parts()
        columns = headings("buyer", n="amounts") | headings("deviation", "conformity", "under_ceiling")
        caption = sentence("procurement.table.digits", fewest=count(FEWEST_AMOUNTS))
        return table("first_digits", caption, in_words(frame, "conformity"), columns)


def first_digits(awards: pd.DataFrame) -> FirstDigits:
    """Return first digits of the amounts of each buyer beside Benford's law.

    Parameters
    ----------
    awards : pandas.DataFrame
        Awarded contracts with ``value``: amounts in one currency, missing where not counted.
    """
    found = digits_of_buyers({AWARDED: awards.assign(amount=awards["value"])})
    names = commonest_names(awards, "buyer")
    ceilings = awards["highest_ceiling"].notna().any()
    return FirstDigits(
        found.assign(
            buyer=[buyer_label(names.get(unit, ""), unit) for unit in found["unit"]],
            under_ceiling=found["under_ceiling"] if ceilings else None,
        )
    )
