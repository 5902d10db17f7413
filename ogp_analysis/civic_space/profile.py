"""How civic space moves in one country, and what the evidence allows to say."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd

from ogp_analysis.base.countries import Country
from ogp_analysis.base.errors import ParameterError
from ogp_analysis.base.indicators import indicator
from ogp_analysis.base.words import Sentence, say, sentence, word
from ogp_analysis.base.words.numbers import as_date, count, facts, index, year
from ogp_analysis.civic_space.changes import changes_table, said
from ogp_analysis.civic_space.events import event_name
from ogp_analysis.civic_space.figures.country import country_series, coverage_strip, small_multiples
from ogp_analysis.civic_space.other_measures import OTHER_MEASURES, MeasuresOfCountry, held_and_absent
from ogp_analysis.civic_space.overview import Levels
from ogp_analysis.civic_space.tables.headings import tabled
from ogp_analysis.data.store import hand_out
from ogp_analysis.display.figure import Figure
from ogp_analysis.display.result import Parts, Shown, edition_name, parts
from ogp_analysis.display.table import Heading, table
from ogp_analysis.open_government.timeline import Timeline, timeline
from ogp_analysis.statistics.change import Change, Latest, changes, latest
from ogp_analysis.statistics.path import FallFromPeak, around, dispersion, fall_from_peak, path

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
        if not self.event_date:
            return
        at, last = as_date(self.event_date).year, self.latest.year
        if last and at >= last:
            raise ParameterError("event_date", f"no year after that of {self.event_date} has a value; the last one "
                                 f"shown of {self.country.name_en} is of {last}",
                                 "Choose an earlier date, or later years")  # fmt: skip

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
        """Say the answer: how far the core index moved in ten years, its place in OGP, three numbers and the limit."""
        name, last = self.country.in_text, self.latest
        one_year = self.panel.first_year == self.panel.last_year
        headline = say("profile.headline_one_year" if one_year else "profile.headline", role="headline", place=name,
                       first=year(self.panel.first_year), last=year(self.panel.last_year))  # fmt: skip
        limit = say("profile.limit.surveillance", role="limit")
        if not last.year:
            return Parts([headline, say("profile.answer", role="finding", case="none", place=name), *self._asked(),
                          say("profile.edition", role="scope", case="none", edition=self._edition), limit])  # fmt: skip
        core = indicator(CORE_INDICES[0])
        measured = say("profile.measured", role="scope", case="bounded" if core.low else "bare",
                       dataset=word(f"figures.source.of.{core.dataset}"), version=core.version,
                       last_year=year(last.last_year))  # fmt: skip
        return Parts([headline, measured, *self._finding(), *self._asked(), *self._numbers(), limit])

    def _finding(self) -> list[Sentence]:
        """Say the change over ten fixed years, else over five; what lies between; and what happened in OGP."""
        name, last, below = self.country.in_text, self.latest, self.below_peak
        moved = self._moved[0] if self._moved else None
        if moved is None:
            return [say("profile.answer", role="finding", case="value", place=name, **facts(last))]
        said = [say("profile.answer", role="finding", case=moved.direction, place=name,
                    size=index(abs(moved.difference)), **facts(moved))]  # fmt: skip
        if below.note == "fell" and moved.first < below.peak and abs(below.difference) > abs(moved.difference):
            said.append(say("profile.within", role="finding", size=index(abs(below.difference)), **facts(below)))
        return [*said, self.timeline.meanwhile(moved.first)]

    def _numbers(self) -> list[Sentence]:
        """Say where it stands, its shorter change, and how far it is below its own highest value."""
        said = [say("profile.now", role="number", case=self.latest.note, **facts(self.latest))]
        said += [say("profile.short", role="number", case=change.direction, **facts(change))
                 for change in self._moved[1:]]  # fmt: skip
        if self.below_peak.note == "fell":
            said.append(say("profile.below", role="number", **facts(self.below_peak)))
        return said

    def _asked(self) -> list[Sentence]:
        """Say the values around the event asked for, if one was."""
        if not self.event_date:
            return []
        near = around(self.panel.history(CORE_INDICES[0]), self.country.iso3, self.event_date)
        values = facts(near) if near.note == "observed" else {}
        if not values and near.before < self.panel.first_year:
            return [say("profile.asked", role="finding", case="before", first=year(self.panel.first_year),
                        **self._event)]  # fmt: skip
        return [say("profile.asked", role="finding", case="values" if values else "no_values",
                    **self._event, **values)]  # fmt: skip

    @property
    def _event(self) -> dict:
        """The day looked at and what happened on it, as a sentence takes them."""
        date = as_date(self.event_date)
        return {"event": event_name(self.country.iso3, date), "date": date}

    @cached_property
    def below_peak(self) -> FallFromPeak:
        """How far the core index stands below its own highest value since 2012."""
        return fall_from_peak(self.panel.history(CORE_INDICES[0]), self.country.iso3, self.end)

    @property
    def _moved(self) -> list[Change]:
        """The changes of the core index that can be stated, the longer window first."""
        return [change for change in reversed(self.changes.get(CORE_INDICES[0], ())) if change.direction]

    def in_full(self) -> Parts:
        """Say the same with every denominator: ties, how many others moved as much, and where the path turned.

        Examples
        --------
        >>> panel = ogp.civic_space.panel(ogp.civic_space.CORE_INDICES, 2000, 2023)
        >>> print(panel.profile("Mexico").in_full()[-1].plain()[:43])
        It was 0.758 in 2000 and 0.701 in 2023; the
        """
        last, core = self.latest, CORE_INDICES[0]
        read = indicator(core)
        case = f"{last.note}_bounded" if read.low and last.note in ("observed", "behind") else last.note
        shown = [say("profile.latest", case=case, place=self.country.in_text, version=read.version, **facts(last)),
                 *(said(change) for change in reversed(self.changes.get(core, ())))]  # fmt: skip
        if last.year:
            shown.append(say("profile.peak", case=self.below_peak.note, **facts(self.below_peak)))
        return Parts([*shown, say("profile.path", **facts(path(self.panel.series(core), self.country.iso3)))])

    def plot(self, ax=None) -> Figure | Parts:
        """Draw the core index over the timeline in OGP, beside the region and the members; nothing without a value.

        Parameters
        ----------
        ax : matplotlib.axes.Axes or None
            Axes to draw on, one for each panel; by default it is drawn on its own.
        """
        core, iso3, place = CORE_INDICES[0], self.country.iso3, self.country
        series = self.panel.series(core)
        own = series[series["unit"] == iso3]
        if own.empty:
            return Parts()
        spread = dispersion(self.panel.fixed(core, self.end), by="ogp")
        members = spread[spread["group"] == "ever"].rename(columns={"lower_quartile": "q1", "upper_quartile": "q3"})
        region = self._medians[["year", core, "n"]].rename(columns={core: "median"})
        history = self.timeline
        return country_series(own, region, members, history.strip, history.weighty, name="core_index", indicator=core,
                              place=place.name, in_text=place.in_text, region_name=self._region,
                              event_date=self.event_date, verified_until=history.verified_until, ax=ax)  # fmt: skip

    def around(self) -> Parts:
        """Say the values around the date asked for and the path from there on; nothing if no date was asked for.

        Examples
        --------
        >>> panel = ogp.civic_space.panel(ogp.civic_space.CORE_INDICES, 2000, 2023)
        >>> len(panel.profile("Mexico", event_date="2017-05-23").around()), len(panel.profile("Mexico").around())
        (3, 0)
        """
        if not self.event_date:
            return Parts()
        history, iso3 = self.panel.history(CORE_INDICES[0]), self.country.iso3
        asked, near = say("profile.event.set", **self._event), around(history, iso3, self.event_date)
        if near.note != "observed" and near.before < self.panel.first_year:
            return Parts([asked, say("profile.event.before", first=year(self.panel.first_year))])
        if near.note != "observed":
            return Parts([asked, say("profile.event.no_values")])
        since = path(history, iso3, first=near.before)
        return Parts([asked, say("profile.event.values", **facts(near)),
                      say("profile.path", name="profile.path_since", **facts(since))])  # fmt: skip

    def other_indices(self) -> Figure | Parts:
        """Draw the other sides of civic space beside the median of the region, each on its own scale."""
        ids = [id for id in self.indices if id != CORE_INDICES[0]]
        if not ids:
            return Parts()
        return small_multiples(self.frame, self._medians, name="other_indices", ids=ids, place=self.country.name,
                               region_name=self._region)  # fmt: skip

    def newer_release(self) -> Parts:
        """Say and table what V-Dem 16, here for 38 countries, adds: a series of its own, never ranked or compared.

        Rows run from the first year shown to the last of that version; nothing for a country that is not among them.

        Examples
        --------
        >>> panel = ogp.civic_space.panel(ogp.civic_space.CORE_INDICES, 2000, 2023)
        >>> panel.profile("Mexico").newer_release()[1].frame.iloc[-4:]["v2x_polyarchy"].tolist()
        [0.584, 0.548, 0.496, 0.469]
        """
        if not hand_out.has("vdem", "v16_38", self.panel.edition):
            return Parts()
        names = ["v2x_polyarchy", "v2x_libdem", "v2x_freexp_altinf", "v2x_frassoc_thick"]
        rows = hand_out.load("vdem", "v16_38", self.panel.edition, ["iso3", "year", *names])
        own = rows[(rows["iso3"] == self.country.iso3) & (rows["year"] >= self.panel.first_year)]
        if own.empty:
            return Parts()
        n, place = count(rows["iso3"].nunique()), self.country.in_text
        (last, value), (before, before_value) = own[["year", names[0]]].iloc[[-1, -min(len(own), 4)]].values.tolist()
        said = say("profile.newer", case="series", n=n, place=place, last=year(last), value=index(value),
                   before=year(before), before_value=index(before_value), span=count(int(last - before)))  # fmt: skip
        return Parts([said, tabled("newer_release", sentence("profile.table.newer", place=place), own)])

    def tables(self) -> Parts:
        """Return all tables of values and changes.

        Examples
        --------
        >>> panel = ogp.civic_space.panel(ogp.civic_space.CORE_INDICES, 2000, 2023)
        >>> [table.name for table in panel.profile("Mexico").tables()]
        ['changes', 'values', 'indicators', 'cohorts']
        """
        panel, others, core, last = self.panel, self.others, CORE_INDICES[0], self.latest.year
        headings = {"year": Heading("year", "year")}
        headings |= {id: Heading(f"indicators.{id}.short", "index", 3) for id in self.indices}
        values = table("values", sentence("profile.table.values", place=self.country.in_text), self.frame, headings)
        cohorts = Levels(core, panel.region, panel.quantiles(core), panel.fixed(core, last)).table()
        return parts(
            changes_table(self.changes, self.country) if last else None, values if last else None,
            others.table(), others.changes(), others.asks(),
            panel.table([*CORE_INDICES, *WITH_ERRORS], of=self.country.iso3), cohorts,
        )  # fmt: skip

    def scope(self) -> Parts:
        """Return what was read and left out, and what is absent.

        Examples
        --------
        >>> panel = ogp.civic_space.panel(ogp.civic_space.CORE_INDICES, 2000, 2023)
        >>> print(panel.profile("Mexico").scope()[0].plain())
        Data edition: embedded; last year with a value of the core index: 2023.
        """
        panel, name, last = self.panel, self.country.in_text, self.latest.year
        coverage = panel.coverage(self.country.iso3)
        edition = last and say("profile.edition", case="text", edition=self._edition, last_year=year(last))
        years = say("profile.scope.years", place=name, asked=count(len(coverage)),
                    n=count(coverage[CORE_INDICES[0]].sum()))  # fmt: skip
        empty = say("profile.scope.empty", place=name, cells=count(coverage.size),
                    missing=count((coverage == 0).sum().sum()))  # fmt: skip
        return parts(edition, panel.sample.text(), years, empty, held_and_absent(panel, with_barriers=True),
                     panel.sample.table(), coverage_strip(coverage, name="coverage", place=name))  # fmt: skip

    @cached_property
    def _medians(self) -> pd.DataFrame:
        return self.panel.medians(self.country.region, without=self.country.iso3)

    @property
    def _region(self) -> str:
        return word(f"regions.{self.country.region}")

    @property
    def _edition(self) -> str:
        return edition_name(self.panel.edition)
