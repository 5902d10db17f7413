"""Many countries at once: how a measure is spread, two measures in four quadrants, and the answer of the overview."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd

from ogp_analysis.base.countries import country
from ogp_analysis.base.disclosure import Withheld
from ogp_analysis.base.errors import ParameterError
from ogp_analysis.base.indicators import Indicator, indicator, indicators
from ogp_analysis.base.words import say, sentence, word
from ogp_analysis.base.words.numbers import count, facts, index, year
from ogp_analysis.civic_space.breaks import WITH_DISTANCES, between
from ogp_analysis.civic_space.changes import Changes
from ogp_analysis.civic_space.figures.overview import distribution_by_year, four_quadrants
from ogp_analysis.civic_space.other_measures import ASKS_ABOUT_SURVEILLANCE, held_and_absent
from ogp_analysis.civic_space.tables.headings import tabled
from ogp_analysis.civic_space.views import COHORTS
from ogp_analysis.data.store import hand_out
from ogp_analysis.display.figure import Figure
from ogp_analysis.display.result import Parts, Shown, edition_name, parts
from ogp_analysis.display.table import Table
from ogp_analysis.statistics.association import Association, Quadrants, quadrants, spearman
from ogp_analysis.statistics.change import fell_while_other_held
from ogp_analysis.statistics.path import dispersion

if TYPE_CHECKING:
    from ogp_analysis.civic_space.panel import Panel


@dataclass(frozen=True)
class Levels(Shown):
    """How an indicator is spread over the countries with a value in every year shown.

    Attributes
    ----------
    indicator : str
    region : str
        Whose countries they are, as in :class:`~ogp_analysis.civic_space.panel.Panel`.
    frame : pandas.DataFrame
        One row per year: ``year, p10, q1, median, q3, p90, n, segment``.
    fixed : pandas.DataFrame
        The countries behind it: ``unit, year, value, segment, ogp, cohort``.
    """

    indicator: str
    region: str
    frame: pd.DataFrame | Withheld = field(repr=False)
    fixed: pd.DataFrame | Withheld = field(repr=False)

    def text(self) -> Parts:
        """Say the median at both ends."""
        first, last = self.frame.iloc[0], self.frame.iloc[-1]
        ends = {"first": year(first["year"]), "start": index(first["median"]),
                "last": year(last["year"]), "median": index(last["median"])}  # fmt: skip
        return Parts([say("overview.glance.level", n=count(last["n"]), **ends)])

    def plot(self, ax=None) -> Figure:
        """Draw median, quartiles and deciles by year.

        Parameters
        ----------
        ax : matplotlib.axes.Axes or None
            Axes to draw on, one for each panel; by default it is drawn on its own.
        """
        return distribution_by_year(self.frame, name="distribution", id=self.indicator,
                                    region_name=word(f"regions.{self.region}"), ax=ax)  # fmt: skip

    def table(self) -> Table | Parts:
        """Return median and middle half at the first and the last year by the year in which countries joined OGP.

        The caption states how many countries they are, and how many of them ever joined; the rows of a year sum to it.
        """
        if self.fixed.empty:
            return Parts()
        first, last = int(self.fixed["year"].min()), int(self.fixed["year"].max())
        frame = dispersion(self.fixed, by="cohort").query("year in (@first, @last)")
        frame = frame.sort_values("group", key=lambda groups: groups.map(COHORTS.index), kind="stable")
        ends = frame[frame["year"] == last]
        caption = sentence("profile.table.cohorts", indicator=word(f"indicators.{self.indicator}.name"),
                           first=year(first), last=year(last), n=count(ends["n"].sum()),
                           members=count(ends.loc[ends["group"] != "never", "n"].sum()))  # fmt: skip
        frame = frame.assign(cohort=[word(f"tables.cohort.{group}") for group in frame["group"]])
        return tabled("cohorts", caption, frame)


@dataclass(frozen=True)
class TwoMeasures(Shown):
    """The countries in the four quadrants of two indicators in one year, cut at the medians of those that have both.

    The middle of a scale would say nothing: few countries stand below it on most of these indices.

    Attributes
    ----------
    x, y : str
        The indicators.
    year : int
    points : pandas.DataFrame
        ``iso3``, a column for each indicator, and ``ogp``; withheld if one of them may be drawn only.
    x_cut, y_cut : float
        The medians; withheld alike.
    members : frozenset of str
        Countries that ever joined OGP.
    """

    x: str
    y: str
    year: int
    points: pd.DataFrame | Withheld = field(repr=False)
    x_cut: float | Withheld = field(repr=False)
    y_cut: float | Withheld = field(repr=False)
    members: frozenset[str] = field(repr=False)

    @cached_property
    def quadrants(self) -> Quadrants:
        """Countries by the side of both medians on which they stand."""
        return quadrants(self.points, self.x, self.y, self.x_cut, self.y_cut, unit="iso3")

    @cached_property
    def correlation(self) -> Association:
        """Spearman's rank correlation of the two."""
        return spearman(self.points, self.x, self.y)

    @property
    def frame(self) -> pd.DataFrame:
        """One row per quadrant: ``quadrant, count, n, share, units``."""
        return self.quadrants.frame

    def text(self) -> Parts:
        """Say how the ranks of countries go together, and whether the two share inputs."""
        link, shared = self.correlation, self.y in indicator(self.x).shares_inputs_with
        return Parts([say("overview.agreement", case="shared" if shared else "apart", year=year(self.year),
                          **facts(link))])  # fmt: skip

    def plot(self, ax=None) -> Figure:
        """Draw every country; those high on `x` and low on `y` are named by code.

        Parameters
        ----------
        ax : matplotlib.axes.Axes or None
            Axes to draw on, one for each panel; by default it is drawn on its own.
        """
        return four_quadrants(self.points, name="two_measures", x=self.x, y=self.y, x_cut=self.x_cut, y_cut=self.y_cut,
                              year=self.year, ax=ax)  # fmt: skip

    def table(self) -> Table:
        """Return the quadrants: countries, share, and how many ever joined OGP; those high on `x` only are named."""
        found = self.quadrants
        rows = [
            {"quadrant": word(f"tables.quadrant.{q.code}"), "count": q.proportion.count, "n": q.proportion.n,
             "share": q.proportion.share, "members": len(self.members.intersection(q.units)),
             "names": ", ".join(sorted(country(unit).name for unit in q.units)) if q.code == "high_low"
             else "not_applicable"}
            for q in found.quadrants
        ]  # fmt: skip
        cuts = {} if None in (found.x_cut, found.y_cut) else {"x_cut": index(found.x_cut), "y_cut": index(found.y_cut)}
        key = "overview.table.quadrants" if cuts else "overview.table.quadrants_drawn"
        caption = sentence(key, x=word(f"indicators.{self.x}.name"), y=word(f"indicators.{self.y}.name"),
                           year=year(self.year), missing=count(len(found.missing)), **cuts)  # fmt: skip
        return tabled("quadrants", caption, rows)


@dataclass(frozen=True)
class Overview(Shown):
    """Where civic space stands and moved across the countries of a panel, and whether a second measure moves with it.

    The years compared are the first and the last of the panel.

    Attributes
    ----------
    panel : Panel
    outcome, second_measure : str
        The measure of civic space, and the measure it is compared with.
    """

    panel: Panel
    outcome: str
    second_measure: str

    def __post_init__(self) -> None:
        # A comparison of two years must say something of both measures.
        first, last = self.panel.first_year, self.panel.last_year
        for name, one in (("outcome", indicator(self.outcome)), ("second_measure", indicator(self.second_measure))):
            if one.scale not in WITH_DISTANCES:
                measures = [other.id for other in indicators() if other.scale in WITH_DISTANCES]
                raise ParameterError(
                    name,
                    f"{one.id} does not measure on a scale from less to more free",
                    f"Use one of {', '.join(measures)}",
                )
        if not indicator(self.outcome).redistribute:
            raise ParameterError(
                "outcome",
                f"the values of {self.outcome} may be drawn but not passed on, and here they are tabled",
                "Use it as second_measure, or choose another outcome",
            )
        if self.outcome == self.second_measure:
            raise ParameterError("outcome, second_measure", f"both are {self.outcome}", "Name two different measures")
        crossed = between(indicator(self.outcome), "", first, last)
        if crossed is not None:
            raise ParameterError(
                "outcome",
                f"{self.outcome} has a break in {crossed.year} ({crossed.code.replace('_', ' ')}): its values of "
                f"{first} and {last} are not comparable",
                f"Choose a last year from {crossed.year + last - first} on, or another outcome",
            )
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
        return parts(panel.sample.text(), held_and_absent(panel), panel.sample.table(),
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
