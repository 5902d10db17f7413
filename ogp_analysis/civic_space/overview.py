"""The answer of the overview: where civic space stands and moved across countries, and a second measure beside it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from ogp_analysis.base.errors import ParameterError
from ogp_analysis.base.indicators import Indicator, indicator
from ogp_analysis.base.words import say, word
from ogp_analysis.base.words.numbers import count, facts, index, year
from ogp_analysis.civic_space.breaks import unbroken, with_distances
from ogp_analysis.civic_space.changes import Changes
from ogp_analysis.civic_space.levels import TwoMeasures
from ogp_analysis.civic_space.other_measures import ASKS_ABOUT_SURVEILLANCE
from ogp_analysis.civic_space.panel import Panel
from ogp_analysis.data.store import hand_out
from ogp_analysis.display.figure import Figure
from ogp_analysis.display.result import Parts, Shown, edition_name, parts
from ogp_analysis.statistics.change import fell_while_other_held


@dataclass(frozen=True)
class Overview(Shown):
    """Where civic space stands and moved across the countries of a panel, and whether a second measure moves with it.

    The years compared are the first and the last of the panel.

    Attributes
    ----------
    panel : Panel
    outcome, second_measure : str
        The measure of civic space, and the measure it is compared with: two indicators, by id or name, on a scale with
        distances, on which higher is freer, more democratic or more participation.

    Raises
    ------
    ParameterError
        If the two are one, one of them is not such a measure or not in the edition, the values of the outcome may not
        be passed on (they are tabled), a break of its series lies between the two years, or no country has them in the
        years they are needed for.
    UnknownName
        If an id is not in the catalogue.

    Examples
    --------
    >>> panel = ogp.civic_space.panel(["v2xcs_ccsi", "v2x_polyarchy"], 2013, 2023)
    >>> overview = ogp.civic_space.Overview(panel, "v2xcs_ccsi", "v2x_polyarchy")
    >>> overview.change.largest.n_fell, overview.change.largest.n
    (111, 175)
    """

    panel: Panel
    outcome: str
    second_measure: str

    def __post_init__(self) -> None:
        # A comparison of two years must say something of both measures.
        first, last = self.panel.first_year, self.panel.last_year
        for name, written in (("outcome", True), ("second_measure", False)):
            object.__setattr__(self, name, with_distances(getattr(self, name), name, written).id)
        if self.outcome == self.second_measure:
            raise ParameterError("outcome, second_measure", f"both are {self.outcome}", "Name two different measures")
        unbroken(indicator(self.outcome), first, last)
        _check_year(self.panel, "outcome", self.outcome, first)
        _check_year(self.panel, "outcome", self.outcome, last)
        _check_year(self.panel, "second_measure", self.second_measure, last)

    @cached_property
    def change(self) -> Changes:
        """How far each country moved in the measure of civic space."""
        return self.panel.change(self.outcome, self.panel.first_year, self.panel.last_year)

    @cached_property
    def together(self) -> TwoMeasures:
        """Both measures in the last year."""
        return self.panel.two_measures(self.second_measure, self.outcome, self.panel.last_year)

    @property
    def frame(self) -> pd.DataFrame:
        """One row per country: how far it moved in the measure of civic space."""
        return self.change.frame

    def text(self) -> Parts:
        """Say the answer: how countries moved, how many are open and closed at once, and what is not shown."""
        panel, last = self.panel, year(self.panel.last_year)
        region, edition = word(f"regions.{panel.region}"), edition_name(panel.edition)
        asked = {self.outcome, self.second_measure} & set(ASKS_ABOUT_SURVEILLANCE)
        newest = year(panel.series(self.outcome)["year"].max())
        return Parts([
            say("overview.headline", role="headline", region=region, year=last),
            self.change.counts(role="finding"),
            self._quadrants(),
            say("overview.glance.limit", role="limit", case="some_asks" if asked else "none_asks"),
            say("overview.edition", role="scope", edition=edition, last_year=newest),
        ])  # fmt: skip

    def _quadrants(self):
        panel, first, last = self.panel, self.panel.first_year, self.panel.last_year
        closed = self.together.quadrants.quadrant("high_low")
        kept = fell_while_other_held(panel.series(self.outcome), panel.series(self.second_measure), first, last)
        drawn = self.second_measure in panel.drawn_only
        cuts = {"y_cut": index(self.together.y_cut)} | ({} if drawn else {"x_cut": index(self.together.x_cut)})
        case = "broken" if panel.broken(self.second_measure, "", first, last) else "both" if kept.n else "now"
        return say("overview.glance.quadrants", role="number", case=f"{case}_drawn" if drawn else case,
                   first=year(first), year=year(last), members=count(len(panel.members.intersection(closed.units))),
                   x=word(f"indicators.{self.second_measure}.name"), y=word(f"indicators.{self.outcome}.name"), **cuts,
                   **facts(closed.proportion), **facts(kept, "kept"))  # fmt: skip

    def plot(self, ax=None) -> Figure | Parts:
        """Draw on a map where civic space fell and rose.

        Parameters
        ----------
        ax : matplotlib.axes.Axes or None
            None: this figure is laid out on a sheet of its own, and says so if axes are given.
        """
        return self.change.map(ax=ax)

    def bounds(self) -> Parts:
        """Say whether intervals are published for the outcome, and what the second measure of the repository is."""
        known = indicator(self.outcome)
        said = [say("overview.bounds", case="some" if known.low or known.std_error else "none",
                    indicator=word(f"indicators.{self.outcome}.name"))]  # fmt: skip
        if self.second_measure == "v2x_polyarchy" and self.panel.edition == "embedded":
            said.append(say("overview.second_measure.embedded"))
        return Parts(said)

    def appendix(self) -> Parts:
        """Return what was read and left out, what is absent, what the measures ask, and the cohorts of members."""
        panel = self.panel
        return parts(panel.sample.text(), panel.absences(), panel.sample.table(),
                     panel.table([self.outcome, self.second_measure]), panel.levels(self.outcome).table())  # fmt: skip


def _check_year(panel: Panel, name: str, id: str, at: int) -> None:
    """Raise if no country of a panel has a value of an indicator in a year."""
    if id in panel.ids and panel.there.loc[panel.there["year"] == at, id].any():
        return
    panel.series(id)
    one: Indicator = indicator(id)
    whole = hand_out.load(one.dataset, one.table, panel.edition).dropna(subset=[one.column])["year"]
    raise ParameterError(
        name,
        f"{id} has no value in {at} ({panel.region}); the {panel.edition} edition holds it for {whole.min()} to "
        f"{whole.max()}",
        f"Choose a year in these, with {panel.last_year - panel.first_year} years before it",
    )
