"""What civic-space series did after an event in one country: every series asked for, whichever way it moved."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd

from ogp_analysis.base.countries import Country
from ogp_analysis.base.countries import country as country_of
from ogp_analysis.base.errors import ParameterError, listed
from ogp_analysis.base.indicators import indicator
from ogp_analysis.base.words import Sentence, say, sentence, word
from ogp_analysis.base.words.numbers import Number, as_date, count, probability, rank, share, year
from ogp_analysis.civic_space.figures.shock import ranks_of_series, synthetic_path
from ogp_analysis.civic_space.joining import join
from ogp_analysis.civic_space.measures.catalogue import label, labels
from ogp_analysis.civic_space.shocks.donors import FEWEST_DONORS, checked_rule, donor_rules, may_be_applied
from ogp_analysis.civic_space.shocks.fit import DonorsOfShock, donors_of
from ogp_analysis.civic_space.shocks.outcome import (
    BAND,
    FEWEST_AFTER,
    FEWEST_BEFORE,
    LAGS,
    LOOKS_BACK,
    WAYS,
    Place,
    SeriesAfter,
    gap_place,
    series_after,
)
from ogp_analysis.civic_space.tables.headings import tabled
from ogp_analysis.display.figure import Figure
from ogp_analysis.display.result import Parts, Shown, edition_name
from ogp_analysis.display.table import Table
from ogp_analysis.statistics.breaks import FEWEST_FOR_INTERVALS
from ogp_analysis.statistics.models import POWER
from ogp_analysis.statistics.placebos import NOMINAL
from ogp_analysis.statistics.synthetic import GAP

#: First year that is compared.
FIRST_YEAR = 2000
#: The last year of every source lies before this one.
_NO_END = 9999
#: What is shown where nothing else is asked for: what asks about surveillance and privacy first, V-Dem last.
OUTCOMES = ("fiw_d4", "wjp_46", "fiw_e2", "rsf_score", "v2xcs_ccsi", "v2x_freexp_altinf", "v2csreprss")


@dataclass(frozen=True)
class Shock(Shown):
    """Series of one country after an event, each beside a synthetic control, other countries and other dates.

    Attributes
    ----------
    country : Country
    event_date : str
        YYYY-MM-DD. Its year counts as after the event.
    donor_rule : str
        Which countries are donors of the synthetic controls.
    edition : str
        Which data were read.
    series : dict of str to SeriesAfter
        By measure, in the order asked for: the series that can be compared in some way.
    short : tuple of str
        Measures of the edition that have too few values of the country before or after the event.
    absent : tuple of str
        Measures that the edition does not hold.
    sources : pandas.DataFrame
        What was read, one row per source table.
    """

    country: Country
    event_date: str
    donor_rule: str
    edition: str
    series: dict[str, SeriesAfter] = field(repr=False)
    short: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    sources: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False, compare=False)

    @cached_property
    def frame(self) -> pd.DataFrame:
        """One row per series and way of comparing it.

        Columns: ``measure, way`` ("gap", "level", "slope"), ``estimate`` (missing where values may be drawn only),
        ``rank, n, p`` among countries by size, ``t_rank, t_p`` by t, ``near_rank, near_n, near_p`` among countries near
        in level, ``date_rank, dates`` among dates, ``detectable`` (missing as `estimate` is), ``detectable_sd`` (in
        standard deviations between countries).
        """
        rows = []
        for id, one in self.series.items():
            for place in one.places:
                spread = one.spread if one.spread > 0 else float("nan")
                row = {"measure": id, **vars(place), "detectable_sd": (place.detectable or float("nan")) / spread}
                hidden = {} if one.open else {"estimate": None, "detectable": None}
                rows.append(row | hidden)
        names = ["measure", *Place.__dataclass_fields__, "detectable_sd"]
        floats = ["estimate", "p", "t_p", "near_p", "detectable", "detectable_sd"]
        whole = ["rank", "n", "t_rank", "near_rank", "near_n", "date_rank", "dates"]
        kinds = dict.fromkeys(floats, "float64") | dict.fromkeys(whole, "Int64")
        return pd.DataFrame(rows, columns=names).astype(kinds)

    @property
    def core(self) -> SeriesAfter | None:
        """The first series with a synthetic control whose values may be written; None if there is none."""
        return next((one for one in self.series.values() if one.open and one.control is not None), None)

    def text(self) -> Parts:
        """Say the answer: how many ranks are small, what the first series did, three numbers, and the limit."""
        place, date = self.country.in_text, as_date(self.event_date)
        headline = say("shock.headline", role="headline", place=place, date=date)
        limit = say("shock.limit", role="limit", place=place, year=year(date.year))
        scope = say("shock.scope", role="scope", case="some" if self.series else "none", n=count(len(self.series)),
                    names=labels(self.series), edition=edition_name(self.edition))  # fmt: skip
        ranks = self.frame
        if ranks.empty:
            return Parts([headline, scope, say("shock.nothing", role="finding", place=place, date=date), limit])
        out = ranks[ranks["p"] <= NOMINAL]
        small = len(out)
        names = "; ".join(f"{label(row.measure)}, {word(f'shock.way.{row.way}')}" for row in out.itertuples())
        finding = say("shock.finding", role="finding", case="some" if small else "none", place=place, date=date,
                      ranks=count(len(ranks)), compared=count(ranks["measure"].nunique()), small=count(small),
                      names=names, size=share(NOMINAL), chance=Number(len(ranks) * NOMINAL, "ratio", 2))  # fmt: skip
        first = next(one for one in self.series.values() if one.places)
        return Parts([headline, scope, finding, self._said(first, role="finding"), *self._numbers(), limit])

    def _numbers(self) -> list[Sentence]:
        """Say of the first open series the place of its slope among countries, by t, and among dates."""
        one = next((one for one in self.series.values() if one.open and one.place("slope")), None)
        if one is None:
            return []
        slope = one.place("slope")
        about = {"measure": label(one.id), "place": self.country.in_text}
        estimate = Number(slope.estimate, "index", 3, signed=True)
        said = [say("shock.slope", role="number", **about, rank=rank(slope.rank), n=count(slope.n),
                    p=probability(slope.p), estimate=estimate)]  # fmt: skip
        if slope.t_rank:
            said.append(say("shock.by_t", role="number", **about, rank=rank(slope.t_rank), n=count(slope.n),
                            p=probability(slope.t_p)))  # fmt: skip
        return [*said, say("shock.by_date", role="number", **about, rank=rank(slope.date_rank), n=count(slope.dates))]

    def each(self) -> Parts:
        """Say of every series which way it moved, its place, and what would have been seen.

        Examples
        --------
        >>> shock = ogp.civic_space.shock("Mexico", "2017-06-19", ["v2xcs_ccsi"])
        >>> len(shock.each())
        2
        """
        said = [self._said(one, "shock.each", name=f"shock.of.{id}") for id, one in self.series.items() if one.places]
        return Parts([*said, say("shock.power", power=share(POWER))] if said else [])

    def _said(self, one: SeriesAfter, key: str = "shock.series", **more) -> Sentence:
        place = one.place(GAP) or one.place("slope")
        case = "few" if place.detectable is None else "small" if place.p <= NOMINAL else "null"
        values = {"measure": label(one.id), "first": year(one.first), "last": year(one.last), "event": year(one.event),
                  "moved": word(f"shock.moved.{one.direction}"), "rank": rank(place.rank), "n": count(place.n),
                  "stands": word(f"shock.stands.{place.way}_{place.side}"),
                  "p": probability(place.p), "way": word(f"shock.way.{place.way}")}  # fmt: skip
        if case != "few":
            values |= {"smallest": Number(place.detectable / one.spread, "ratio", 2), "power": share(POWER)}
        return say(key, case=case, **values, **more)

    def plot(self) -> Figure | Parts:
        """Draw the first series beside its synthetic control, and its gap among those of other countries."""
        drawn = [one for one in self.series.values() if one.control is not None]
        return self._path(drawn[0]) if drawn else Parts()

    def paths(self) -> Parts:
        """Draw all other series likewise, in the order asked for.

        Examples
        --------
        >>> shock = ogp.civic_space.shock("Mexico", "2017-06-19", ["v2xcs_ccsi", "v2x_freexp_altinf"])
        >>> [figure.name for figure in shock.paths()]
        ['path_v2x_freexp_altinf']
        """
        return Parts(self._path(one) for one in [o for o in self.series.values() if o.control is not None][1:])

    def _path(self, one: SeriesAfter) -> Figure:
        control, gap = one.control, one.place(GAP)
        return synthetic_path(one.drawn(control.path), one.drawn(control.placebo_gaps), name=f"path_{one.id}",
                              id=one.id, place=self.country.name, event=one.event,
                              donors=int((control.donors["weight"] > 1e-6).sum()),
                              place_of_gap=(gap.rank, gap.n) if one.open else None)  # fmt: skip

    def ranks(self) -> Parts:
        """Draw and table the places among countries.

        Examples
        --------
        >>> shock = ogp.civic_space.shock("Mexico", "2017-06-19", ["v2xcs_ccsi"])
        >>> [part.name for part in shock.ranks()]
        ['ranks', 'ranks']
        """
        if self.frame.empty:
            return Parts()
        figure = ranks_of_series(self.frame, name="ranks", order=list(self.frame["measure"].unique()),
                                 place=self.country.name)  # fmt: skip
        return Parts([figure, self.table()])

    def table(self) -> Table | Parts:
        """Return the places among countries by size, by t and among those near in level, one row per series and way."""
        if self.frame.empty:
            return Parts()
        frame = self._written(self.frame, ["estimate"], ["t_rank", "t_p", "near_rank", "near_n", "near_p"])
        caption = sentence("shock.table.ranks", place=self.country.in_text, band=share(BAND))
        return tabled("ranks", caption, frame)

    def _written(self, frame: pd.DataFrame, hidden: Iterable[str], lacking: Iterable[str] = ()) -> pd.DataFrame:
        """Return a frame by measure and way in words; what may be drawn only, and what does not exist, says so."""
        shown = frame.astype(object).assign(measure=[label(id) for id in frame["measure"]])
        if "way" in frame:
            shown["way"] = [word(f"shock.way.{way}") for way in frame["way"]]
        closed = [not self.series[id].open for id in frame["measure"]]
        for name in hidden:
            shown[name] = ["drawn_only" if c else v for c, v in zip(closed, shown[name], strict=True)]
        for name in (*lacking, *hidden):
            shown[name] = ["not_applicable" if not isinstance(v, str) and pd.isna(v) else v for v in shown[name]]
        return shown

    def dates(self) -> Parts:
        """Say where the change stands among other dates, when the series themselves break, and what stands still.

        Examples
        --------
        >>> shock = ogp.civic_space.shock("Mexico", "2017-06-19", ["v2xcs_ccsi"])
        >>> print(shock.dates()[0].plain()[:53].rstrip())
        Core civil society: 53% of the changes from one year
        """
        if not self.series:
            return Parts()
        shown = self.core or next(iter(self.series.values()))
        still, steps = shown.steps
        said = Parts([say("shock.still", measure=label(shown.id), share=share(still / steps), steps=count(steps)),
                      say("shock.breaks", few=count(FEWEST_FOR_INTERVALS))])  # fmt: skip
        dated = self.frame[self.frame["dates"].notna()]
        if dated.empty:
            return said
        rows = []
        for row in dated.itertuples():
            one = self.series[row.measure]
            later, (still, steps) = self._a_year_later(one, row.way), one.steps
            rows.append({"measure": row.measure, "way": row.way, "date_rank": row.date_rank, "dates": row.dates,
                         "later_rank": later and later.rank, "later_n": later and later.n,
                         "breaks": "not_applicable" if one.dates is None else
                         ", ".join(map(str, one.dates)) or word("shock.no_break"), "still": still / steps})  # fmt: skip
        frame = self._written(pd.DataFrame(rows), [], ["later_rank", "later_n"])
        return said + (tabled("dates", sentence("shock.table.dates", place=self.country.in_text), frame),)

    @staticmethod
    def _a_year_later(one: SeriesAfter, way: str):
        """Return the place of the change among countries if the year after counts as the first; None if too short."""
        at = one.interrupted(way).estimates_of_all
        at = at[at["date"] == one.event + 1]
        own = at.loc[at["unit"] == one.unit, "estimate"]
        if own.empty:
            return None
        sizes = at["estimate"].abs()
        larger = int((sizes > abs(own.iloc[0]) * (1 + 1e-9)).sum())
        return Place(way, float(own.iloc[0]), larger + 1, len(at), float("nan"))

    def nominal(self) -> Parts:
        """Say what a nominal test of the first open series is worth, and table it for all.

        Examples
        --------
        >>> shock = ogp.civic_space.shock("Mexico", "2017-06-19", ["v2xcs_ccsi"])
        >>> shock.nominal()[1].frame["rejected"].round(2).to_list()
        [0.39, 0.68]
        """
        rows = []
        for id, one in self.series.items():
            for way in WAYS[1:] if one.can_be_fitted else ():
                found = one.interrupted(way, LAGS)
                at, tests = found.estimates_of_all, found.rejections
                own = at[(at["unit"] == one.unit) & (at["date"] == one.event)]
                rate = tests[(tests["date"] == one.event) & (tests["test"] == way)].iloc[0]
                exact = own["std_error"].iloc[0] == 0  # a line that fits without error has no t
                rows.append({"measure": id, "way": way, "p": None if exact else float(own["nominal_p"].iloc[0]),
                             "rejected": float(rate["share"]), "others": int(rate["n"])})  # fmt: skip
        if not rows:
            return Parts()
        frame = pd.DataFrame(rows)
        slopes = (row for row in frame.dropna(subset=["p"]).itertuples() if row.way == "slope")
        shown = next((row for row in slopes if self.series[row.measure].open), None)
        caption = sentence("shock.table.nominal", size=share(NOMINAL), lags=count(LAGS))
        made = tabled("nominal", caption, self._written(frame, [], ["p"]))
        if shown is None:
            return Parts([made])
        note = say("shock.nominal", measure=label(shown.measure), p=probability(shown.p), size=share(NOMINAL),
                   share=share(shown.rejected), n=count(shown.others))  # fmt: skip
        return Parts([note, made])

    def detectable(self) -> Parts:
        """Table the changes that would have been seen, of every series and way.

        Examples
        --------
        >>> shock = ogp.civic_space.shock("Mexico", "2017-06-19", ["v2xcs_ccsi"])
        >>> shock.detectable()[0].frame["detectable"].round(3).to_list()
        [0.193, 0.249, 0.08]
        """
        if self.frame.empty:
            return Parts()
        frame = self._written(self.frame, ["detectable"], ["detectable_sd"])
        caption = sentence("shock.table.detectable", size=share(NOMINAL), power=share(POWER))
        return Parts([tabled("detectable", caption, frame)])

    def donors(self) -> DonorsOfShock | Parts:
        """Return what the donors of the first open series are worth: their fit, their weights, their own events.

        Examples
        --------
        >>> shock = ogp.civic_space.shock("Mexico", "2017-06-19", ["v2xcs_ccsi"])
        >>> shock.donors().frame["weight"].sum().round(6)
        np.float64(1.0)
        """
        return self._donors or Parts([say("shock.no_donors")])

    @cached_property
    def _donors(self) -> DonorsOfShock | None:
        return donors_of(self.core) if self.core is not None else None

    def starts(self) -> Table | Parts:
        """Return what each start of the search for importance came to; nothing without donors.

        Examples
        --------
        >>> shock = ogp.civic_space.shock("Mexico", "2017-06-19", ["v2xcs_ccsi"])
        >>> len(shock.starts().frame)
        4
        """
        found = self.donors()
        return found.starts() if isinstance(found, DonorsOfShock) else Parts()

    def rules(self) -> Table | Parts:
        """Return the mean gap and its place under every rule for donors, one row per series and rule.

        Examples
        --------
        >>> shock = ogp.civic_space.shock("Mexico", "2017-06-19", ["v2xcs_ccsi"])
        >>> len(shock.rules().frame) == len(ogp.civic_space.DONOR_RULES)
        True
        """
        rows = []
        for id, one in self.series.items():
            for rule in donor_rules():
                if not may_be_applied(rule, self.edition):
                    continue
                control = one.control if rule == self.donor_rule else one.control_by(rule)
                place = control and gap_place(control)
                values = {"estimate": place.estimate, "rank": place.rank, "n": place.n, "p": place.p} if place else {}
                rows.append({"measure": id, "rule": word(f"shock.rule.{rule}"), "pool": one.pool(rule),
                             **dict.fromkeys(("estimate", "rank", "n", "p")), **values})  # fmt: skip
        if not rows:
            return Parts()
        frame = self._written(pd.DataFrame(rows), ["estimate"], ["rank", "n", "p"])
        return tabled("donor_rules", sentence("shock.table.rules", least=count(FEWEST_DONORS)), frame)

    def scope(self) -> Parts:
        """Say which series are held, which are too short and which are absent; table the years of each.

        Examples
        --------
        >>> shock = ogp.civic_space.shock("Mexico", "2017-06-19", ["v2xcs_ccsi", "fiw_d4"])
        >>> shock.absent, len(shock.scope())
        (('fiw_d4',), 3)
        """
        said = [say("shock.rule_in_force", rule=word(f"shock.rule.{self.donor_rule}"))]
        said += [say("shock.too_short", names=labels(self.short), place=self.country.in_text)] if self.short else []
        said += [say("shock.absent", names=labels(self.absent))] if self.absent else []
        if not self.series:
            return Parts(said)
        rows = [{"measure": label(id), "first": one.first, "last": one.last, "event": one.event, "before": one.before,
                 "after": one.after, "countries": one.rows["unit"].nunique(), "pool": one.pool(self.donor_rule)}
                for id, one in self.series.items()]  # fmt: skip
        return Parts([*said, tabled("series", word("shock.table.series"), rows)])


def shock(
    country: str,
    event_date: str,
    outcomes: str | Iterable[str] | None = None,
    donor_rule: str = "near",
    edition: str = "embedded",
) -> Shock:
    """Return what civic-space series did after an event in one country, beside other countries and other dates.

    Parameters
    ----------
    country : str
        Any usual name or code.
    event_date : str
        YYYY-MM-DD. Its year counts as after the event; of a measure that looks back on the year before, the next.
    outcomes : str or iterable of str, optional
        Ids of measures, in the order in which they are shown; in one text, with commas between them. By default
        :data:`OUTCOMES`.
    donor_rule : str
        Which countries are donors: one of ``ogp.civic_space.DONOR_RULES``.
    edition : str
        Which data, as in ``ogp.load``. Measures that it does not hold are named in ``absent``.

    Returns
    -------
    Shock
        Its ranks are among countries as exchangeable but for the event. It has no p value among dates.

    Raises
    ------
    UnknownName
        If there is no such country or measure.
    ParameterError
        If there is no such rule, a measure has no direction from less to more free, the edition holds none, the event
        lies before every series or leaves none a year after it, or the rule leaves no series enough donors.
    MessageError
        If the text is not a date.

    Examples
    --------
    >>> shock = ogp.civic_space.shock("Mexico", "2017-06-19", "v2xcs_ccsi")
    >>> print(*shock.frame.loc[2, ["way", "rank", "n", "t_rank"]])
    slope 28 175 64
    """
    place, date, rule = country_of(country), as_date(event_date), checked_rule(donor_rule)
    ids = OUTCOMES if outcomes is None else outcomes.split(",") if isinstance(outcomes, str) else outcomes
    ids = list(dict.fromkeys(id.strip() for id in ids if id.strip()))
    odd = [id for id in ids if indicator(id).direction == "higher is more"]
    if odd or not ids:
        fault = f"{listed(odd)} is not a measure of civic space" if odd else "names no measure"
        raise ParameterError("outcomes", fault, "Name measures from less to more free, such as v2xcs_ccsi")
    joined = join(ids, FIRST_YEAR, _NO_END, edition)
    held = [id for id in ids if id not in joined.absent]
    made = {id: series_after(joined.frame, id, place.iso3, date.year, rule, edition) for id in held}
    ends = {id: joined.frame.loc[joined.frame[id].notna(), "year"].agg(["min", "max"]).to_list() for id in held}
    if all(date.year + LOOKS_BACK.get(id, 0) <= ends[id][0] for id in held):
        raise ParameterError("event_date", f"{event_date} lies before every series; the first begins in "
                             f"{min(first for first, _ in ends.values()):.0f}", "Choose a later event")  # fmt: skip
    if all(date.year + LOOKS_BACK.get(id, 0) > ends[id][1] for id in held):
        raise ParameterError("event_date", f"no series has a year from {event_date} on; the last ends in "
                             f"{max(last for _, last in ends.values()):.0f}",
                             "Choose an earlier event, or the full edition")  # fmt: skip
    long = {id: one for id, one in made.items() if one.before >= FEWEST_BEFORE and one.after >= FEWEST_AFTER}
    pools = {id: one.pool(rule) for id, one in long.items()}
    if pools and max(pools.values()) < FEWEST_DONORS:
        raise ParameterError("donor_rule", f"{rule!r} leaves {max(pools.values())} donors for {place.iso3}, fewer than "
                             f"{FEWEST_DONORS}", "Choose a wider rule, such as all")  # fmt: skip
    kept = {id: one for id, one in long.items() if one.places}
    return Shock(place, date.isoformat(), rule, edition, kept, tuple(id for id in held if id not in kept),
                 joined.absent, joined.sources)  # fmt: skip
