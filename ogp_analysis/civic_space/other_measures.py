"""What measures beside the core index say: of a country, and of members of OGP and others, each on its own scale.

Where no interval is published nothing is said on whether a change exceeds the error of measurement; where one is, the
probability that the change has the sign it shows is given (:mod:`ogp_analysis.statistics.measurement`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ogp_analysis.base.countries import Country
from ogp_analysis.base.disclosure import Withheld
from ogp_analysis.base.indicators import Break, Indicator, indicator, indicators
from ogp_analysis.base.words import say, sentence, word
from ogp_analysis.base.words.numbers import count, year
from ogp_analysis.civic_space.barriers import SERIES, absent_barriers, barrier, covered, held_barriers, words_of
from ogp_analysis.civic_space.breaks import segments
from ogp_analysis.civic_space.changes import no_probability
from ogp_analysis.civic_space.figures.other_measures import other_measures_by_group, other_measures_of_country
from ogp_analysis.civic_space.regimes import regime_episodes
from ogp_analysis.civic_space.tables.headings import headings, tabled
from ogp_analysis.display.result import Parts, Shown
from ogp_analysis.display.table import Table
from ogp_analysis.statistics.measurement import Measured, sign_probability
from ogp_analysis.statistics.rates import counted
from ogp_analysis.statistics.result import plain
from ogp_analysis.statistics.series import exact

if TYPE_CHECKING:
    from ogp_analysis.civic_space.panel import Panel

#: All measures of civic space, liberties and democracy in the catalogue, in its order, beside those of V-Dem 14: what
#: version 15 repeats of them is shown with bounds. Controls such as income are not such measures.
OTHER_MEASURES = tuple(
    one.id for one in indicators() if one.direction != "higher is more" and (one.dataset, one.table) != ("vdem", "v14")
)
#: What asks about surveillance or privacy: shown together or not at all.
ASKS_ABOUT_SURVEILLANCE = tuple(one.id for one in indicators("surveillance_of_communications"))
#: The figures in which the others stand together, in the order of a page.
FIGURES = ("bounds", "freedom_house", "monitors", "idea", "barriers")
#: Years over which a change is stated.
WINDOWS = (5, 10)


@dataclass(frozen=True)
class Moved:
    """Last minus first of one measure of a country, exact in the published decimals.

    Attributes
    ----------
    first, last : int
    difference : float or None
    crossed : Break or None
        The break that makes the two values not comparable; then there is no difference.
    """

    first: int
    last: int
    difference: float | None
    crossed: Break | None

    def written(self, ordinal: bool) -> float | str:
        """Return the change, why there is none, or for categories, whose distances have no size, its direction."""
        if self.crossed is not None:
            return sentence("others.break", case=self.crossed.code, year=year(self.crossed.year)).plain()
        if self.difference is None or not ordinal:
            return "no_data" if self.difference is None else self.difference
        sign = (self.difference > 0) - (self.difference < 0)
        return word("others.moved." + {1: "rose", -1: "fell", 0: "unchanged"}[sign])


@dataclass(frozen=True)
class Standing:
    """One measure of a country in the years shown.

    Attributes
    ----------
    id : str
    drawn_only : bool
        Whether its values may be drawn but not written; then nothing below but years and `n` is given.
    year : int or None
        Last year with a value; None if there is none.
    n : int
        Countries with a value in that year.
    value, low, high : float or None
        The value, and its published bounds (coverage .68) if there are any.
    rank : int or None
        Place from the highest value, that is from the freest, among the `n`.
    tied : int or None
        Other countries with exactly this value.
    moved : tuple of Moved
        Over :data:`WINDOWS` up to `year`.
    probability : float or None
        That the change over the longer window has the sign it shows, if the errors of both years are independent.
    note : str
        Of that probability, as in :class:`~ogp_analysis.statistics.measurement.SignProbability`.
    """

    id: str
    drawn_only: bool
    year: int | None
    n: int
    value: float | None = None
    low: float | None = None
    high: float | None = None
    rank: int | None = None
    tied: int | None = None
    moved: tuple[Moved, ...] = ()
    probability: float | None = None
    note: str = "no_bounds"

    @property
    def ordinal(self) -> bool:
        """Whether it is one of ordered categories."""
        return indicator(self.id).scale == "ordinal"


@dataclass(frozen=True)
class MeasuresOfCountry(Shown):
    """What measures say of a country: those with a value for it in the years shown.

    Legal barriers to civil society and digital repression, which no panel holds, are among them; both may be drawn
    only.

    Attributes
    ----------
    panel : Panel
    country : Country
    asked : tuple of str
        Ids of measures of the panel; those that it does not hold are passed over.
    """

    panel: Panel = field(repr=False)
    country: Country
    asked: tuple[str, ...] = field(repr=False)

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """Those that have a value."""
        coverage, years = self.panel.coverage(self.country.iso3), (self.panel.first_year, self.panel.last_year)
        barriers = [id for id in held_barriers(self.panel.edition)
                    if covered(id, self.country.iso3, *years, self.panel.edition)]  # fmt: skip
        return (*(id for id in self.asked if id in self.panel.ids and coverage[id].any()), *barriers)

    @cached_property
    def standings(self) -> tuple[Standing, ...]:
        """Last value, place and changes, one for each measure of the panel."""
        return tuple(self._standing(indicator(id)) for id in self.ids if id not in SERIES)

    def _standing(self, one: Indicator) -> Standing:
        panel, iso3 = self.panel, self.country.iso3
        if one.id in panel.drawn_only:
            years = panel.coverage(iso3)[one.id]
            last = int(years.index[years > 0].max()) if years.any() else None
            return Standing(one.id, True, last, int(panel.coverage()[one.id].get(last, 0)))
        past = panel.past(one.id, iso3)
        rows = zip(*(past[name].tolist() for name in ("value", "low", "high", "sd")), strict=True)
        known = {int(year): row for year, row in zip(past["year"].tolist(), rows, strict=True)}
        last = max(known, default=panel.first_year - 1)
        if last < panel.first_year:
            return Standing(one.id, False, None, 0)
        value, low, high, _ = known[last]
        peers = panel.frame[one.id].to_numpy("float64", na_value=np.nan)[panel.frame["year"].to_numpy() == last]
        peers = peers[~np.isnan(peers)]
        moved = []
        for first in (last - window for window in WINDOWS):
            crossed = panel.broken(one.id, iso3, first, last) if first in known else None
            there = first in known and crossed is None
            moved.append(Moved(first, last, float(exact(value) - exact(known[first][0])) if there else None, crossed))
        # The probability that the last of the changes has the sign it shows.
        change = moved[-1]
        if change.difference is None:
            sign = {"note": "not_comparable" if change.crossed is not None else "not_observed"}
        else:
            found = sign_probability(Measured(*known[change.first]), Measured(*known[change.last]))
            sign = {"probability": found.probability, "note": found.note}
        return Standing(one.id, False, last, len(peers), float(value), plain(low), plain(high),
                        rank=1 + int((peers > value).sum()), tied=int((peers == value).sum()) - 1,
                        moved=tuple(moved), **sign)  # fmt: skip

    @cached_property
    def episodes(self) -> pd.DataFrame | None:
        """Episodes in which its regime moved: see :func:`ogp_analysis.civic_space.regimes.regime_episodes`."""
        years = self.panel.first_year, self.panel.last_year
        return regime_episodes(self.country.iso3, *years, self.panel.edition)

    @property
    def frame(self) -> pd.DataFrame:
        """One row per measure: ``id, drawn_only, year, n, value, low, high, rank, tied, probability, note``."""
        names = [name for name in Standing.__dataclass_fields__ if name != "moved"]
        return pd.DataFrame([[getattr(one, name) for name in names] for one in self.standings], columns=names)

    def text(self) -> Parts:
        """Say how many measures have a value."""
        case = "held" if self.ids else "none"
        return Parts([say(f"others.country.{case}", place=self.country.in_text, n=count(len(self.ids)))])

    def plot(self) -> Parts:
        """Draw them beside the median of the region, publisher by publisher; those on surveillance stand apart."""
        return Parts(
            self._drawn(ids, f"measures_{name}", name, episodes=self.episodes)
            for name, ids in by_figure(self.ids).items()
        )

    def _drawn(self, ids: Iterable[str], name: str, title: str, **more):
        own, medians = self.beside(ids)
        return other_measures_of_country(own, medians, name=name, title=word(f"others.title.{title}"),
                                         place=self.country.name, region_name=word(f"regions.{self.country.region}"),
                                         years=(self.panel.first_year, self.panel.last_year), **more)  # fmt: skip

    def beside(self, ids: Iterable[str]) -> tuple[dict, dict]:
        """Return measures of the country, and their medians over its region without it, by id, to be drawn.

        Frames are those of :meth:`Panel.own` and :meth:`Panel.median`; withheld if they may be drawn only.
        """
        panel, (iso3, region) = self.panel, (self.country.iso3, self.country.region)
        own, medians = {}, {}
        for id in ids:
            if id in SERIES:
                years = panel.first_year, panel.last_year
                own[id], medians[id] = barrier(id, iso3, region, *years, panel.edition)
                continue
            own[id] = panel.own(id, iso3)
            if id in panel.drawn_only:
                medians[id] = panel.median(id, region, iso3)
                continue
            part = panel.medians(region, without=iso3)[["year", id]].dropna().rename(columns={id: "median"})
            everyone = pd.Series("", index=part.index)
            medians[id] = part.assign(segment=segments(indicator(id), everyone, part["year"]))
        return own, medians

    def table(self) -> Table | Parts:
        """Return last value, bounds and place, one row per measure; numbers that may be drawn only are not in it."""
        if not self.ids:
            return Parts()
        rows = []
        for one in self.standings:
            row = {"measure": word(f"indicators.{one.id}.short"), "year": one.year, "n": one.n}
            if one.year is None:
                rows.append(row | dict.fromkeys(("value", "low", "high", "rank", "tied"), "no_data"))
                continue
            if one.drawn_only:
                rows.append(
                    row | {"value": "drawn_only"} | dict.fromkeys(("low", "high", "rank", "tied"), "not_written")
                )
                continue
            bounds = {
                name: getattr(one, name) if getattr(one, name) is not None else "no_bounds" for name in ("low", "high")
            }
            value = word(f"indicators.{one.id}.category.{int(one.value)}") if one.ordinal else one.value
            rows.append(row | bounds | {"value": value, "rank": one.rank, "tied": one.tied})
        caption = sentence("others.table.standings", place=self.country.in_text)
        return tabled("other_measures", caption, rows, like="standings")

    def changes(self) -> Table | Parts:
        """Return the changes up to the last value, one row per measure; without those that may be drawn only."""
        if not self.ids:
            return Parts()
        rows = [
            {"measure": word(f"indicators.{one.id}.short"), "year": one.year,
             **{f"change_{moved.last - moved.first}": moved.written(one.ordinal) for moved in one.moved},
             "probability": no_probability(one.note) if one.probability is None else one.probability}
            for one in self.standings if not one.drawn_only and one.year is not None
        ]  # fmt: skip
        return tabled("other_changes", sentence("others.table.moved", place=self.country.in_text), rows)

    def asks(self) -> Parts:
        """Return what each asks, on which scale, and whether its values are written; nothing if none has a value."""
        return asks_table(self.ids)

    def regimes(self) -> Parts:
        """Say which episodes of its regime are dated, and table them."""
        found, place = self.episodes, self.country.in_text
        if found is None or found.empty:
            return Parts([say(f"others.episodes.{'absent' if found is None else 'none'}", place=place)])
        frame = found.assign(
            direction=[word(f"others.direction.{code}") for code in found["direction"]],
            outcome=[word(f"others.outcome.{code}") for code in found["outcome"]],
        )
        n = count(len(frame))
        made = tabled("regime_episodes", sentence("others.table.episodes", place=place, n=n), frame)
        return Parts([say("others.episodes.some", place=place, n=n), made])

    def surveillance(self) -> Parts:
        """Name all measures that ask about surveillance, and draw those with a value together, never one alone."""
        there, case, values = surveillance_facts(self.ids, self.panel.absent)
        said = Parts([say("others.surveillance", case=case, place=self.country.in_text, **values)])
        return said + ([self._drawn(there, "surveillance", "surveillance")] if there else [])


@dataclass(frozen=True)
class MeasuresByMembership(Shown):
    """The measures that have a value, for the countries of a panel that ever joined OGP and for the others.

    OGP admits countries by rules that look at such measures: a gap between the groups is not an effect of membership.

    Attributes
    ----------
    panel : Panel
    asked : tuple of str
        Ids; those that the panel does not hold are passed over.
    """

    panel: Panel = field(repr=False)
    asked: tuple[str, ...] = field(repr=False)

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """Those that have a value."""
        coverage = self.panel.coverage()
        return tuple(id for id in self.asked if id in self.panel.ids and coverage[id].any())

    @cached_property
    def groups(self) -> dict[str, pd.DataFrame | Withheld]:
        """By id: see :meth:`Panel.groups`."""
        return {id: self.panel.groups(id, indicator(id).at_least) for id in self.ids}

    @property
    def frame(self) -> pd.DataFrame:
        """One row per measure, year and group: ``id`` and :meth:`Panel.groups`, without what may be drawn only."""
        parts = [frame.assign(id=id) for id, frame in self.groups.items() if not isinstance(frame, Withheld)]
        return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["id"])

    def text(self) -> Parts:
        """Say how many measures have a value."""
        return Parts([say(f"others.groups.{'held' if self.ids else 'none'}", n=count(len(self.ids)))])

    def plot(self) -> Parts:
        """Draw them publisher by publisher; those on surveillance stand apart."""
        return Parts(self._drawn(ids, f"measures_{name}", name) for name, ids in by_figure(self.ids).items())

    def _drawn(self, ids: Iterable[str], name: str, title: str):
        return other_measures_by_group({id: self.groups[id] for id in ids}, name=name,
                                       title=word(f"others.title.{title}"), region_name=self._region,
                                       years=(self.panel.first_year, self.panel.last_year))  # fmt: skip

    @property
    def _region(self) -> str:
        return word(f"regions.{self.panel.region}")

    def table(self) -> Table | Parts:
        """Return medians of both groups at both ends of the last years without a break, one row per measure and group.

        Ordered categories are in :meth:`shares`.
        """
        if not self.ids:
            return Parts()
        closed = dict.fromkeys(headings()["groups"], "not_written") | {"group": "drawn_only"}
        rows = []
        for id, frame in self._on_scale("ordinal", False):
            measure = {"measure": word(f"indicators.{id}.short")}
            if isinstance(frame, Withheld):
                rows.append(closed | measure)
                continue
            part = frame[frame["segment"] == frame["segment"].max()]
            for group in ("ever", "never"):
                own = part[part["group"] == group]
                named = measure | {"group": word(f"others.group.{group}"), "n": 0}
                if len(own):
                    first, last = own.iloc[0], own.iloc[-1]
                    named |= {"first": int(first["year"]), "last": int(last["year"]), "n": int(last["n"]),
                              "first_median": first["median"], "last_median": last["median"],
                              "lower_quartile": last["q1"], "upper_quartile": last["q3"]}  # fmt: skip
                rows.append(named)
        return tabled("other_measures", sentence("others.table.groups", region=self._region), rows, like="groups")

    def shares(self) -> Table | Parts:
        """Return, of ordered categories, the share of each group at the category or above in the last year."""
        if not self.ids:
            return Parts()
        closed = dict.fromkeys(headings()["other_categories"], "not_written") | {"group": "drawn_only"}
        rows = []
        for id, frame in self._on_scale("ordinal", True):
            measure = {"measure": f"{word(f'indicators.{id}.short')}: {word(f'indicators.{id}.share')}"}
            if isinstance(frame, Withheld):
                rows.append(closed | measure)
                continue
            for own in frame[frame["year"] == frame["year"].max()].itertuples():
                found = counted(int(own.count), int(own.n))
                rows.append(measure | {"group": word(f"others.group.{own.group}"), "year": int(own.year),
                                       "count": found.count, "n": found.n, "share": found.share})  # fmt: skip
        return tabled("other_categories", sentence("others.table.shares", region=self._region), rows)

    def _on_scale(self, scale: str, wanted: bool):
        return [(id, frame) for id, frame in self.groups.items() if (indicator(id).scale == scale) == wanted]

    def asks(self) -> Parts:
        """Return what each asks, on which scale, and whether its values are written; nothing if none has a value."""
        return asks_table(self.ids)

    def surveillance(self) -> Parts:
        """Name all measures that ask about surveillance, and draw those with a value together, never one alone."""
        there, case, values = surveillance_facts(self.ids, self.panel.absent)
        said = Parts([say("others.surveillance_groups", case=case, **values)])
        return said + ([self._drawn(there, "surveillance", "surveillance")] if there else [])


def by_figure(ids: Iterable[str]) -> dict[str, list[str]]:
    """Return measures by the figure that they share, those on surveillance left out: they have one of their own."""
    there = {
        id: "barriers" if id in SERIES else indicator(id).figure for id in ids if id not in ASKS_ABOUT_SURVEILLANCE
    }
    return {name: [id for id in there if there[id] == name] for name in FIGURES if name in there.values()}


def surveillance_facts(ids: Iterable[str], absent: Iterable[str]) -> tuple[list[str], str, dict[str, str]]:
    """Return which measures on surveillance are drawn, and the case and values of the sentence that names them all.

    To show a single measure would be a choice, since they ask different things and disagree: then none is drawn. If the
    edition holds none, the sentence points to the table of absent measures.
    """
    ids = list(ids)
    there = [id for id in ASKS_ABOUT_SURVEILLANCE if id in ids]
    lacking = [id for id in ASKS_ABOUT_SURVEILLANCE if id not in ids]
    case = "all" if not lacking else "together" if len(there) > 1 else "one" if there else "none"
    if not there and set(lacking) <= set(absent):
        case = "absent"
    named = {"names": ASKS_ABOUT_SURVEILLANCE, "present": there, "lacking": lacking}
    values = {name: "; ".join(words_of(id, "name") for id in some) for name, some in named.items()}
    return there if len(there) > 1 else [], case, values


def asks_table(ids: Iterable[str]) -> Parts:
    """Return what measures ask, their scales with their directions, and whether their values are written here."""
    rows = [
        {"measure": words_of(id, "name"), "construct": words_of(id, "construct"),
         "scale": f"{words_of(id, 'unit')}; {words_of(id, 'direction')}",
         "values": word(f"others.values.{'open' if id not in SERIES and indicator(id).redistribute else 'drawn_only'}")}
        for id in ids
    ]  # fmt: skip
    return Parts([tabled("what_measures_ask", sentence("others.table.asks", n=count(len(rows))), rows)] if rows else ())


def held_and_absent(panel: Panel, with_barriers: bool = False) -> Parts:
    """Say how many measures an edition lacks and how many may be drawn only, and table what is absent.

    Each absent measure stands with the command that fetches its files.
    """
    held = held_barriers(panel.edition) if with_barriers else ()
    missing = [*panel.absent, *(absent_barriers(panel.edition) if with_barriers else ())]
    n, closed = count(len(missing)), len(panel.drawn_only) + len(held)
    shown = Parts([say("others.scope.absent" if missing else "others.scope.complete", n=n,
                       asked=count(len(panel.ids) + len(held) + len(missing)))])  # fmt: skip
    if missing:
        sources = {id: SERIES[id][0] if id in SERIES else indicator(id).dataset for id in missing}
        rows = [{"measure": words_of(id, "name"), "fetch": f"ogp-analysis fetch {sources[id]}"} for id in missing]
        shown += [tabled("absent_measures", sentence("others.table.absent", n=n), rows)]
    return shown + ([say("others.scope.drawn_only", n=count(closed))] if closed else [])
