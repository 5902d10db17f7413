"""How civic space moves in one country, and what the evidence allows to say."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd

from ogp_analysis.base.countries import Country
from ogp_analysis.base.words import say, sentence, word
from ogp_analysis.base.words.numbers import as_date, count, year
from ogp_analysis.civic_space.changes import changes_table, said
from ogp_analysis.civic_space.figures.country import country_series, coverage_strip, small_multiples
from ogp_analysis.civic_space.other_measures import OTHER_MEASURES, MeasuresOfCountry, held_and_absent
from ogp_analysis.civic_space.overview import Levels
from ogp_analysis.display.figure import Figure
from ogp_analysis.display.result import Parts, Shown, parts
from ogp_analysis.display.table import Heading, Table, table
from ogp_analysis.open_government.timeline import Timeline, timeline
from ogp_analysis.statistics.change import Change, Latest, changes, latest
from ogp_analysis.statistics.dispersion import dispersion
from ogp_analysis.statistics.facts import facts
from ogp_analysis.statistics.path import around, fall_from_peak, path

if TYPE_CHECKING:
    from ogp_analysis.civic_space.panel import Panel

#: Civil society and the other sides of civic space in V-Dem 14, published without bounds. The core index is the first.
CORE_INDICES = (
    *("v2xcs_ccsi", "v2x_cspart", "v2csreprss", "v2cseeorgs", "v2x_freexp_altinf", "v2x_frassoc_thick"),
    *("v2x_civlib", "v2caassemb", "v2csprtcpt", "v2cscnsult", "v2mecenefi", "v2meharjrn", "v2meslfcen"),
)
#: Measures with a published error, for which the probability of a change is given.
WITH_ERRORS = ("v2x_polyarchy_v15", "v2x_libdem_v15", "va_est")


@dataclass(frozen=True)
class Profile(Shown):
    """One country in a panel of :data:`CORE_INDICES` and :data:`OTHER_MEASURES`; what the panel lacks is passed over.

    Attributes
    ----------
    panel : Panel
    country : Country
    event_date : str or None
        A date to look at, YYYY-MM-DD.
    """

    panel: Panel
    country: Country
    event_date: str | None = None

    def __post_init__(self) -> None:
        self.panel.of(self.country.iso3)
        if self.event_date:
            as_date(self.event_date)

    @property
    def frame(self) -> pd.DataFrame:
        """The rows of the country, one for each year asked for: see :attr:`Panel.frame`."""
        return self.panel.of(self.country.iso3)

    @cached_property
    def latest(self) -> Latest:
        """The last value of the core index, and its place among the countries of that year."""
        return latest(self.panel.series(CORE_INDICES[0]), self.country.iso3)

    @property
    def end(self) -> int:
        """The year of that value; the last year of the panel if there is none."""
        return self.latest.year or self.panel.last_year

    @cached_property
    def timeline(self) -> Timeline:
        """Its history in OGP."""
        return timeline(self.country.iso3, self.panel.edition)

    @cached_property
    def indices(self) -> tuple[str, ...]:
        """Those of :data:`CORE_INDICES` that have a value in the years shown."""
        coverage = self.panel.coverage(self.country.iso3)
        return tuple(id for id in CORE_INDICES if id in self.panel.ids and coverage[id].any())

    @cached_property
    def changes(self) -> dict[str, tuple[Change, ...]]:
        """Its changes over 5 and 10 years up to :attr:`end`, by index."""
        ids = self.indices if self.latest.year else ()
        return {id: changes(self.panel.history(id), self.country.iso3, self.end) for id in ids}

    @property
    def others(self) -> MeasuresOfCountry:
        """What all other measures say of the country."""
        return self.panel.measures_of(self.country.iso3, OTHER_MEASURES)

    def text(self) -> Parts:
        """Say the answer: the last value, how far it moved, its fall from its own peak, and what is not shown."""
        name, last, core = self.country.in_text, self.latest, CORE_INDICES[0]
        one_year = self.panel.first_year == self.panel.last_year
        shown = [say("profile.headline_one_year" if one_year else "profile.headline", role="headline", place=name,
                     first=year(self.panel.first_year), last=year(self.panel.last_year)),
                 say("profile.latest", role="glance", case=last.note, place=name, **facts(last)),
                 *(said(change) for change in reversed(self.changes.get(core, ())))]  # fmt: skip
        if last.year:
            below = fall_from_peak(self.panel.history(core), self.country.iso3, last.year)
            shown.append(say("profile.peak", role="glance", case=below.note, **facts(below)))
        else:
            shown.append(say("profile.edition", role="glance", case="none", edition=self._edition))
        return Parts([*shown, say("profile.limit.surveillance", role="glance")])

    def plot(self) -> Figure | Parts:
        """Draw the core index over the timeline in OGP, beside the region and the members; nothing without a value."""
        core, iso3, place = CORE_INDICES[0], self.country.iso3, self.country
        series = self.panel.series(core)
        own = series[series["unit"] == iso3]
        if own.empty:
            return Parts()
        spread = dispersion(self.panel.fixed(core, self.end), by="ogp").frame
        members = spread[spread["group"] == "ever"].rename(columns={"lower_quartile": "q1", "upper_quartile": "q3"})
        region = self._medians[["year", core, "n"]].rename(columns={core: "median"})
        history = self.timeline
        return country_series(own, region, members, history.spells, history.events, name="core_index", indicator=core,
                              place=place.name, region_name=self._region, event_date=self.event_date,
                              verified_until=history.verified_until)  # fmt: skip

    def path(self) -> Parts:
        """Say the highest and the lowest point of the core index, and its values around the date asked for."""
        history, iso3 = self.panel.history(CORE_INDICES[0]), self.country.iso3
        shown = [say("profile.path", **facts(path(self.panel.series(CORE_INDICES[0]), iso3)))]
        if not self.event_date:
            return Parts([*shown, say("profile.event.none")])
        shown.append(say("profile.event.set", date=as_date(self.event_date)))
        near = around(history, iso3, self.event_date)
        if near.note != "observed":
            return Parts([*shown, say("profile.event.no_values")])
        since = path(history, iso3, first=near.before)
        return Parts([*shown, say("profile.event.values", **facts(near)),
                      say("profile.path", name="profile.path_since", **facts(since))])  # fmt: skip

    def other_indices(self) -> Figure | Parts:
        """Draw the other sides of civic space beside the median of the region, each on its own scale."""
        ids = [id for id in self.indices if id != CORE_INDICES[0]]
        if not ids:
            return Parts()
        return small_multiples(self.frame, self._medians, name="other_indices", ids=ids, place=self.country.name,
                               region_name=self._region)  # fmt: skip

    def appendix(self) -> Parts:
        """Return what was read and left out, what is absent, and all tables of values and changes."""
        panel, name, others, core = self.panel, self.country.in_text, self.others, CORE_INDICES[0]
        coverage, last = panel.coverage(self.country.iso3), self.latest.year
        edition = last and say("profile.edition", case="text", edition=self._edition, last_year=year(last))
        years = say("profile.scope.years", place=name, asked=count(len(coverage)), n=count(coverage[core].sum()))
        empty = say("profile.scope.empty", place=name, cells=count(coverage.size),
                    missing=count((coverage == 0).sum().sum()))  # fmt: skip
        cohorts = Levels(core, panel.region, panel.quantiles(core), panel.fixed(core, last)).table()
        return parts(
            edition, panel.sample.text(), years, empty, held_and_absent(panel, with_barriers=True),
            panel.sample.table(), coverage_strip(coverage, name="coverage", place=name),
            panel.table([*CORE_INDICES, *WITH_ERRORS], of=self.country.iso3), cohorts,
            changes_table(self.changes, self.country) if last else None, self._values() if last else None,
            others.asks(), others.table(), others.changes(),
        )  # fmt: skip

    def _values(self) -> Table:
        headings = {"year": Heading("year", "year")}
        headings |= {id: Heading(f"indicators.{id}.short", "index", 3) for id in self.indices}
        return table("values", sentence("profile.table.values", place=self.country.in_text), self.frame, headings)

    @cached_property
    def _medians(self) -> pd.DataFrame:
        return self.panel.medians(self.country.region, without=self.country.iso3)

    @property
    def _region(self) -> str:
        return word(f"regions.{self.country.region}")

    @property
    def _edition(self) -> str:
        return word(f"tables.edition.{self.panel.edition}")
