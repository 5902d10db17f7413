"""How a measure moved before and after a country was first listed with spyware, beside countries never listed.

The comparison is that of Callaway and Sant'Anna, with the countries that the inventory never lists as controls and the
year before as base: it describes paths, and no part of it is an effect of spyware. Countries are listed where somebody
looked, often because civil society was under pressure, so that a fall before disclosure can be why it came to light.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from ogp_analysis.base.words import say, sentence, word
from ogp_analysis.base.words.numbers import Number, count, share
from ogp_analysis.civic_space.paths import LEADS, NAMED_LAG, Paths, comparable, paths
from ogp_analysis.display.figure import Figure
from ogp_analysis.display.result import Parts, Shown
from ogp_analysis.display.table import Heading, Table, table
from ogp_analysis.surveillance.figures import operators as figures


@dataclass(frozen=True)
class AroundDisclosure(Shown):
    """How a measure moved before and after first disclosure and first use.

    Attributes
    ----------
    outcome : str
        Id of the indicator.
    first_disclosure, first_use : Paths
    undated : int
        Countries listed whose use has no date, so that they are in no path of first use.
    """

    outcome: str
    first_disclosure: Paths
    first_use: Paths
    undated: int

    @property
    def frame(self) -> pd.DataFrame:
        """One row per event and year from it: ``event`` and the columns of :class:`Paths`."""
        parts = (self.first_disclosure, self.first_use)
        return pd.concat([one.frame.assign(event=one.event) for one in parts], ignore_index=True)

    def answer(self) -> Parts:
        """Say how far countries had moved before they were first disclosed, and how far after.

        Examples
        --------
        >>> print(ogp.surveillance.operators().around().answer()[0].plain()[:50])
        In the 4 years up to the year before first disclos
        """
        return Parts([
            say("operators.glance.moved", role="number", case=includes_zero(self.first_disclosure),
                indicator=word(f"indicators.{self.outcome}.short"), **_numbers(self.first_disclosure))
        ])  # fmt: skip

    def text(self) -> Parts:
        """Say how countries moved before and after, who has no date, and what selects them."""
        said = []
        for one in (self.first_disclosure, self.first_use):
            named = word(f"indicators.{self.outcome}.name")
            said.append(say(f"operators.around.{one.event}", indicator=named, controls=count(one.controls),
                            **_numbers(one)))  # fmt: skip
        said.append(say("operators.around.selected", n=count(self.first_use.n), undated=count(self.undated)))
        return Parts(said)

    def plot(self) -> Figure:
        """Draw both paths, with a band for all years at once."""
        return figures.around(
            self.first_disclosure, self.first_use, id=self.outcome, zero=includes_zero(self.first_disclosure)
        )

    def table(self) -> Table:
        """Return both paths year by year, with the countries behind each."""
        frame = self.frame.assign(event=[word(f"operators.event.{code}") for code in self.frame["event"]])
        units = {"event": ("", 0), "when": ("years", 0), "n": ("count", 0)}
        order = ("event", "when", "n", "estimate", "low", "high", "band_low", "band_high")
        headings = {name: Heading(f"operators.column.{name}", *units.get(name, ("index", 3)),
                                  signed=name not in ("event", "n")) for name in order}  # fmt: skip
        caption = sentence("operators.table.around", indicator=word(f"indicators.{self.outcome}.name"),
                           left_out=count(self.first_disclosure.left_out))  # fmt: skip
        return table("around", caption, frame, headings)


def includes_zero(path: Paths) -> str:
    """Return which intervals of a path include 0: ``none``, ``before``, ``after`` or ``both``."""
    own = [name for name, (_, low, high) in (("before", path.before), ("after", path.after)) if low <= 0 <= high]
    return {0: "none", 2: "both"}.get(len(own)) or own[0]


def _numbers(path: Paths) -> dict[str, Number]:
    """Return both changes of a path, with the ends of their intervals, and the countries behind each."""
    values = {"leads": count(LEADS), "lags": count(NAMED_LAG), "span": count(LEADS - 1), "level": share(0.95),
              "n_before": count(path.n_before), "n_after": count(path.n_after)}  # fmt: skip
    for name, (estimate, low, high) in (("before", path.before), ("after", path.after)):
        ends = {"low": low, "high": high, "level": 0.95}
        values |= {f"moved_{name}": Number(estimate, "index", 3, signed=True, **ends),
                   f"{name}_low": Number(low, "index", 3, signed=True),
                   f"{name}_high": Number(high, "index", 3, signed=True)}  # fmt: skip
    return values


def around(outcome: str, first: pd.DataFrame, edition: str) -> AroundDisclosure:
    """Return how a measure moved around first disclosure and first use.

    Parameters
    ----------
    outcome : str
        Id of an indicator.
    first : pandas.DataFrame
        One row per country listed, by code: ``first_disclosed`` and ``first_used``, missing where not dated.
    edition : str

    Raises
    ------
    ParameterError
        As :meth:`~ogp_analysis.surveillance.operators.Operators.around` says.
    """
    values = comparable(outcome, edition)
    both = [paths(values, outcome, event, first[column], first.index)
             for event, column in (("disclosure", "first_disclosed"), ("use", "first_used"))]  # fmt: skip
    return AroundDisclosure(outcome, *both, undated=int(first["first_used"].isna().sum()))
