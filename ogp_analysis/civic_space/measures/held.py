"""The measures of civic space that an edition holds, country by country. What it does not hold is named, not fatal."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd

from ogp_analysis.base.countries import country as country_of
from ogp_analysis.base.errors import ParameterError
from ogp_analysis.base.indicators import Indicator, indicator
from ogp_analysis.base.words import say, sentence, word
from ogp_analysis.base.words.numbers import count, facts, year
from ogp_analysis.civic_space.breaks import method_spans, method_years, segments
from ogp_analysis.civic_space.joining import KEY, join
from ogp_analysis.civic_space.measures.agreement import Agreements, agreements, construct_pairs, core_pairs
from ogp_analysis.civic_space.measures.catalogue import (
    CORE,
    FIRST_YEAR,
    OVERALL,
    SURVEILLANCE,
    all_measures,
    house,
    house_name,
    label,
    labels,
    newest,
    span,
)
from ogp_analysis.civic_space.measures.categories import CategoryAgreements, category_agreements
from ogp_analysis.civic_space.measures.countries import (
    CountriesApart,
    Directions,
    Places,
    countries_apart,
    directions,
    places,
)
from ogp_analysis.civic_space.measures.paths import PathsOfCountry, paths_of_country
from ogp_analysis.civic_space.measures.revisions import Revisions, revisions
from ogp_analysis.civic_space.tables.headings import tabled
from ogp_analysis.data.store import hand_out
from ogp_analysis.display.result import Parts, Shown, edition_name
from ogp_analysis.display.table import Table

#: Later than any year: the last year of a source is that of its publisher.
_NO_END = 9999


@dataclass(frozen=True)
class Measures(Shown):
    """The measures of one edition, from :data:`~.catalogue.FIRST_YEAR` on.

    ``measures["va_est"]`` is the series of one measure.

    Attributes
    ----------
    edition : str
    series : dict of str to pandas.DataFrame
        By id, in the order of the catalogue: ``unit, year, value, segment``, one row per country (ISO code) and year
        with a comparable value, sorted. ``segment`` counts the changes of method up to that year: values of two
        segments are never ranked, subtracted or drawn together.
    absent : tuple of str
        Ids that the edition does not hold.
    sources : pandas.DataFrame
        One row per source table that was read, counted over all its years: ``dataset, table, version, measures, rows,
        matched, without_iso3, not_comparable, units_without_iso3``.
    """

    edition: str
    series: dict[str, pd.DataFrame] = field(repr=False)
    absent: tuple[str, ...] = field(repr=False)
    sources: pd.DataFrame = field(repr=False)

    @property
    def ids(self) -> tuple[str, ...]:
        """The measures it holds."""
        return tuple(self.series)

    @property
    def houses(self) -> tuple[str, ...]:
        """The publishers of these measures, each by its best-known dataset, sorted."""
        return tuple(sorted({house(id) for id in self.series}))

    @property
    def frame(self) -> pd.DataFrame:
        """One row per measure that is held.

        Columns: ``measure`` (id), ``house`` (publisher), ``version``, ``first, last`` (years with a value),
        ``countries``, ``observations`` (country-years with a value).
        """
        rows = [
            (id, house(id), indicator(id).version, rows["year"].min(), rows["year"].max(), rows["unit"].nunique(),
             len(rows)) for id, rows in self.series.items()
        ]  # fmt: skip
        columns = ["measure", "house", "version", "first", "last", "countries", "observations"]
        return pd.DataFrame(rows, columns=columns).astype({"first": "Int64", "last": "Int64"})

    def __getitem__(self, id: str) -> pd.DataFrame:
        """Return one measure: ``unit, year, value, segment``, on the scale of its publisher.

        Raises
        ------
        UnknownName
            If it is not an indicator of the catalogue.
        ParameterError
            If the edition does not hold it.
        """
        id = indicator(id).id
        if id not in self.series:
            raise ParameterError(f"measure {id}", f"is not in the {self.edition} edition", "measures.ids lists them")
        return self.series[id]

    def window(self, years: int = 10) -> tuple[int, int]:
        """Return the years in which directions are compared: up to the last of :data:`~.catalogue.CORE`, or of most
        measures."""
        lasts = [int(rows["year"].max()) for rows in self.series.values() if len(rows)]
        last = int(self[CORE]["year"].max()) if CORE in self.series else max(sorted(set(lasts)), key=lasts.count)
        return last - years, last

    def _years(self, first: int | None, last: int | None) -> tuple[int, int]:
        """Return two years, those of :meth:`window` where none is given; refuse a first that is not before the last."""
        first, last = first or self.window()[0], last or self.window()[1]
        if first >= last:
            raise ParameterError("first, last", f"{first} is not before {last}", "Give a first year before the last")
        return first, last

    def nearest(self, year: int | None = None) -> dict[str, pd.DataFrame]:
        """Return of each publisher the measure nearest to overall civic space with a value in `year`.

        Parameters
        ----------
        year : int, optional
            By default the last of :meth:`window`.
        """
        year = year or self.window()[1]
        found: dict[str, pd.DataFrame] = {}
        for id in (id for id in OVERALL if id in self.series):
            if (self[id]["year"] == year).any() and house(id) not in map(house, found):
                found[id] = self[id]
        return found

    def agreement(self, by: str = "core") -> Agreements:
        """Return how alike measures sort countries: rank correlations, pair by pair.

        Parameters
        ----------
        by : {"core", "construct"}
            The core civil society index with every other index, or pairs of different publishers on one construct.

        Raises
        ------
        ParameterError
            If `by` is neither.

        Examples
        --------
        >>> ogp.civic_space.measures().agreement().frame.query("y == 'va_est'")[["first", "n", "rho"]].round(2)
           first     n   rho
        7   2000  4015  0.85
        """
        pairs = {"core": core_pairs, "construct": construct_pairs}
        if by not in pairs:
            raise ParameterError("by", f"{by!r} is not a way to pair measures", "Use " + " or ".join(pairs))
        if by not in self._agreements:
            self._agreements[by] = agreements(self.series, pairs[by](self.ids), by)
        return self._agreements[by]

    def categories(self) -> CategoryAgreements:
        """Return how alike publishers sort countries into the categories that they print: weighted kappas."""
        return category_agreements(self.series, self.edition)

    def countries_apart(self, year: int | None = None) -> CountriesApart:
        """Return which countries the measures nearest to civic space place furthest apart in `year`.

        Parameters
        ----------
        year : int, optional
            By default the last of :meth:`window`.

        Examples
        --------
        >>> ogp.civic_space.measures().countries_apart(2023).frame["unit"].head(3).to_list()
        ['NER', 'MDG', 'HND']
        """
        year = year or self.window()[1]
        return countries_apart(self.nearest(year), year)

    def directions(self, first: int | None = None, last: int | None = None) -> Directions:
        """Return in how many countries one of the measures nearest to civic space rose and another fell.

        Parameters
        ----------
        first, last : int, optional
            By default those of :meth:`window`.

        Raises
        ------
        ParameterError
            If `first` is not before `last`.
        """
        first, last = self._years(first, last)
        return directions(self.nearest(last), first, last)

    def places(self, country: str, first: int | None = None, last: int | None = None) -> Places:
        """Return where each measure puts a country among the others, and which way it moved.

        Parameters
        ----------
        country : str
            Any usual name or code.
        first, last : int, optional
            By default those of :meth:`window`.

        Raises
        ------
        UnknownName
            If no country has that name.
        ParameterError
            If `first` is not before `last`.

        Examples
        --------
        >>> places = ogp.civic_space.measures().places("México", 2013, 2023)
        >>> places.n, places.fell, places.rose
        (13, 11, 1)
        """
        first, last = self._years(first, last)
        asked = country_of(country).iso3, first, last
        if asked not in self._places:
            self._places[asked] = places(self._newest, *asked, self.countries_apart(last))
        return self._places[asked]

    def of(self, country: str, since: int | None = None, until: int | None = None) -> PathsOfCountry:
        """Return what each measure saw in a country, year by year.

        Parameters
        ----------
        country : str
            Any usual name or code.
        since, until : int, optional
            Years, both included; by default all.

        Raises
        ------
        UnknownName
            If no country has that name.
        ParameterError
            If `since` is not before `until`.

        Examples
        --------
        >>> mexico = ogp.civic_space.measures().of("MEX", since=2012, until=2024)
        >>> mexico.frame.query("measure == 'v2xcs_ccsi'")[["direction", "highest", "lowest"]]
          direction  highest  lowest
        0      fell     2019    2022
        """
        since, until = self._years(since or FIRST_YEAR, until or int(self.frame["last"].max()))
        return paths_of_country(self._newest, country_of(country).iso3, since, until)

    def revisions(self) -> Revisions:
        """Return how far the newer version of each series that is held twice differs from the older."""
        return revisions(self.ids, self.edition)

    def answer(self, country: str | None = None) -> Parts:
        """Say, after the headline, what is held, how far it agrees, and where a country or all countries stand.

        Parameters
        ----------
        country : str, optional
            Any usual name or code; all countries by default.

        Raises
        ------
        UnknownName
            If no country has that name.
        """
        place = country_of(country).in_text if country else ""
        held = say(
            "measures.glance.held",
            role="scope",
            known=count(len(all_measures())),
            held=count(len(self.ids)),
            houses=count(len(self.houses)),
            names=", ".join(word(f"measures.house.{one}") for one in self.houses),
            edition=edition_name(self.edition),
            last_year=year(int(self.frame["last"].max())),
        )
        ends = self.agreement().extremes()
        names = {end: label(id) if id else "" for end, id in (("lowest", ends.lowest), ("highest", ends.highest))}
        names["version"] = indicator(CORE).version
        agree = say("measures.glance.agreement", role="number", **facts(ends) | names)
        headline = say("measures.headline", role="headline", case="country" if country else "world", place=place)
        own = self.places(country) if country else self.countries_apart()
        return Parts([headline, held, agree]) + own.glance()

    def limit(self) -> Parts:
        """Say which of the measures ask about surveillance, and that none counts cases."""
        asked = [id for id in SURVEILLANCE if id in self.series]
        return Parts([say("measures.glance.limit", role="limit", case="some" if asked else "none",
                          names=labels(asked or SURVEILLANCE))])  # fmt: skip

    def text(self) -> Parts:
        """Say what was read, what is absent, and which series is printed under two numbers."""
        totals = self.sources[["rows", "matched", "without_iso3", "not_comparable"]].sum()
        sample = say("measures.scope.sample", sources=count(len(self.sources)), since=year(FIRST_YEAR),
                     **{name: count(n) for name, n in totals.items()})  # fmt: skip
        absent = say("measures.scope.absent" if self.absent else "measures.scope.complete", names=labels(self.absent))
        twins = same_figure(self.edition)
        values = {name: year(n) if name == "since" else count(n) for name, n in twins.items()}
        return Parts([sample, absent, say("measures.scope.twins", case="found" if twins else "absent", **values)])

    def table(self) -> Table:
        """Return what each source gave and what cannot be compared, one row per source table."""
        caption = sentence("measures.table.scope", since=year(FIRST_YEAR))
        return tabled("scope", caption, self.sources, like="measures_scope")

    def constructs(self) -> Table:
        """Return what each measure of the catalogue asks, one row per measure, whether it is held here or not."""
        rows = [{"indicator": word(f"indicators.{one.id}.name"), "held": one.id in self.ids,
                 **{name: word(f"indicators.{one.id}.{name}") for name in ("construct", "direction")}}
                for one in all_measures()]  # fmt: skip
        caption = sentence("measures.table.asks", known=count(len(rows)), held=count(len(self.ids)))
        return tabled("what_each_asks", caption, rows)

    def scales(self) -> Table:
        """Return scale, bounds and licence of each measure of the catalogue, one row per measure."""
        rows = []
        for one in all_measures():
            bounds = "low" if one.low else "std_error" if one.std_error else "none"
            licence = {"CC BY-SA 4.0": "by_sa", "CC BY 4.0": "by"}.get(one.licence, one.dataset)
            rows.append({"indicator": label(one.id), "publisher": house_name(one.id),
                         "unit": word(f"indicators.{one.id}.unit"), "bounds": word(f"tables.bounds.{bounds}"),
                         "licence": word(f"measures.licence.{licence}")})  # fmt: skip
        return tabled("scales", word("measures.table.scales"), rows)

    def coverage(self) -> Table:
        """Return version, years, countries and breaks of each measure that is held, one row per measure."""
        known = [indicator(id) for id in self.ids]
        frame = self.frame.assign(
            indicator=[label(one.id) for one in known],
            breaks=[_spans(one) if method_years(one) else "not_applicable" for one in known],
        )
        return tabled("coverage", sentence("measures.table.coverage", since=year(FIRST_YEAR)), frame)

    def shared_inputs(self) -> Table:
        """Return with which others each measure that is held shares inputs, one row per measure."""
        rows = []
        for one in map(indicator, self.ids):
            known = {other.id: house(other.id) for other in all_measures() if other.id != one.id}
            parts = []
            for publisher in dict.fromkeys(known[id] for id in known if id in one.shares_inputs_with):
                every = [id for id in known if known[id] == publisher]
                own = [id for id in every if id in one.shares_inputs_with]
                which = ", ".join(word(f"indicators.{id}.short") for id in own)
                which = word("measures.all_of_them") if len(own) == len(every) > 1 else which
                parts.append(f"{word(f'measures.house.{publisher}')}: {which}")
            rows.append({"indicator": label(one.id), "shares_with": "; ".join(parts) or word("measures.none_known")})
        return tabled("shared_inputs", word("measures.table.shared"), rows)

    def breaks(self) -> Table:
        """Return the changes of method that no comparison here is made over, of the whole catalogue."""
        rows = [{"indicator": word(f"indicators.{one.id}.name"), "held": one.id in self.ids, "break": since,
                 "stretches": _spans(one)} for one in all_measures() for since in method_years(one)]  # fmt: skip
        return tabled("breaks", word("measures.table.breaks"), rows)

    @cached_property
    def _agreements(self) -> dict[str, Agreements]:
        """Those that were asked for: each country is taken out of each pair in turn, which takes long."""
        return {}

    @cached_property
    def _places(self) -> dict[tuple[str, int, int], Places]:
        """Places by country and years, shared by the answer and the table of a page."""
        return {}

    @property
    def _newest(self) -> dict[str, pd.DataFrame]:
        return {id: self.series[id] for id in newest(self.ids)}


def measures(edition: str = "embedded") -> Measures:
    """Return every measure of civic space that an edition holds.

    Countries with an ISO code count; parts of countries and other units are left out and counted, and so are the rows
    that their publisher made for a part of the world only (CIVICUS Monitor 2022).

    Parameters
    ----------
    edition : str
        Which data, as in ``ogp.load``.

    Raises
    ------
    JoinError
        If a source has two rows for a country in a year.
    ParameterError
        If the edition holds none.

    Examples
    --------
    >>> measures = ogp.civic_space.measures()
    >>> len(measures.ids), measures.houses
    (19, ('vdem', 'wgi_voice_accountability'))
    """
    known = all_measures()
    joined = join([one.id for one in known], FIRST_YEAR, _NO_END, edition)
    series = {}
    for one in known:
        if one.id not in joined.absent:
            rows = joined.frame[[*KEY, one.id]].dropna().astype({"year": "int64"})
            rows = rows.rename(columns={"iso3": "unit", one.id: "value"})
            segment = segments(one, rows["unit"], rows["year"], "method")
            series[one.id] = rows.assign(segment=segment).reset_index(drop=True)
    return Measures(edition, series, joined.absent, joined.sources.rename(columns={"indicators": "measures"}))


def same_figure(edition: str = "embedded", since: int = 2016) -> dict[str, int]:
    """Return in how many rows the World Justice Project's 1.5 equals its 4.4, from a year on and before; {} if absent.

    One series under two numbers is not two pieces of evidence.
    """
    if not hand_out.has("wjp_rule_of_law", "country_year", edition):
        return {}
    frame = hand_out.load("wjp_rule_of_law", "country_year", edition)
    frame = frame.dropna(subset=["subfactor_1_5", "subfactor_4_4"])
    same, after = frame["subfactor_1_5"] == frame["subfactor_4_4"], frame["year"] >= since
    return {"since": since, "same": int((same & after).sum()), "n": int(after.sum()),
            "same_before": int((same & ~after).sum()), "n_before": int((~after).sum())}  # fmt: skip


def _spans(one: Indicator) -> str:
    return " | ".join(span(*years) for years in method_spans(one))
