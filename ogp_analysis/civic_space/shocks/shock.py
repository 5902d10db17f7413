"""What civic-space series did after an event in one country: every series asked for, whichever way it moved."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

import pandas as pd

from ogp_analysis.base.countries import Country
from ogp_analysis.base.countries import country as country_of
from ogp_analysis.base.errors import ParameterError, listed
from ogp_analysis.base.indicators import indicator
from ogp_analysis.base.words import Sentence, say, sentence, word
from ogp_analysis.base.words.numbers import Number, as_date, count, index, probability, rank, share, year
from ogp_analysis.civic_space.events import event_name
from ogp_analysis.civic_space.figures.effects import synthetic_path
from ogp_analysis.civic_space.joining import join
from ogp_analysis.civic_space.measures.catalogue import label, labels
from ogp_analysis.civic_space.shocks.donors import FEWEST_DONORS, checked_rule, donor_rules, may_be_applied
from ogp_analysis.civic_space.shocks.fit import DonorsOfShock, donors_of
from ogp_analysis.civic_space.shocks.outcome import (
    BAND,
    LAGS,
    LOOKS_BACK,
    STEP,
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
    named : str or None
        What the event is called by the user; by default as the list of events has it.
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
    named: str | None
    donor_rule: str
    edition: str
    series: dict[str, SeriesAfter] = field(repr=False)
    short: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    sources: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False, compare=False)

    @property
    def event(self) -> str:
        """What the event is called."""
        return event_name(self.country.iso3, as_date(self.event_date), self.named)

    @cached_property
    def frame(self) -> pd.DataFrame:
        """One row per series and way of comparing it.

        Columns: ``measure, way`` ("gap", "level", "slope"), ``estimate`` (missing where values may be drawn only),
        ``rank, n, p`` among countries (of the gap, by its root mean square ``rms_after`` over that before the event,
        ``fit``; of a change, by size), ``t_rank, t_p`` by t, ``near_rank, near_n, near_p`` among countries near in
        level, ``date_rank, dates`` among dates, ``detectable`` (missing as `estimate` is), ``detectable_sd`` (in
        standard deviations between countries).
        """
        rows = []
        for id, one in self.series.items():
            for place in one.places:
                spread = one.spread if one.spread > 0 else float("nan")
                row = {"measure": id, **vars(place), "detectable_sd": (place.detectable or float("nan")) / spread}
                hidden = {} if one.open else dict.fromkeys(("estimate", "detectable", "fit", "rms_after"))
                rows.append(row | hidden)
        names = ["measure", *Place.__dataclass_fields__, "detectable_sd"]
        floats = ["estimate", "p", "t_p", "near_p", "detectable", "detectable_sd", "fit", "rms_after"]
        whole = ["rank", "n", "t_rank", "near_rank", "near_n", "date_rank", "dates"]
        kinds = dict.fromkeys(floats, "float64") | dict.fromkeys(whole, "Int64")
        return pd.DataFrame(rows, columns=names).astype(kinds)

    @property
    def core(self) -> SeriesAfter | None:
        """The first series with a synthetic control whose values may be written; None if there is none."""
        return next((one for one in self.series.values() if one.open and one.control is not None), None)

    def text(self) -> Parts:
        """Say what the first open series did, how far that can be compared, three numbers, and the limit."""
        place, date = self.country.in_text, as_date(self.event_date)
        about = {"place": place, "event": self.event, "date": date}
        said = [say("shock.headline", role="headline", **about),
                say("shock.scope", role="scope", case="some" if self.series else "none", n=count(len(self.series)),
                    names=labels(self.series), edition=edition_name(self.edition))]  # fmt: skip
        shown = self.core or next((one for one in self.series.values() if one.open), None)
        if not self.series:
            said.append(say("shock.nothing", role="finding", **about))
        elif shown is None:
            said.append(say("shock.closed", role="finding", **about))
        else:
            said.append(say("shock.path", role="finding", **_path(shown), **about))
        if self.core is not None:
            said.append(self._gap())
        return Parts([*said, *self._numbers(), say("shock.limit", role="limit", place=place, year=year(date.year))])

    def _gap(self) -> Sentence:
        """Say the mean gap of the first open series, whether its sign holds, and its place by the ratio of errors."""
        place, gaps = self.core.place(GAP), self._donors.frame["gap"]
        rules = [row["estimate"] for row in self._rules if row["measure"] == self.core.id and row["n"]]
        found = [place.estimate, *gaps, *rules]
        case = "one_way" if min(found) > 0 or max(found) < 0 else "either"
        return say("shock.gap", role="finding", case=case, measure=label(self.core.id), event=year(self.core.event),
                   place=self.country.in_text,
                   gap=index(place.estimate, signed=True), low=index(gaps.min(), signed=True),
                   high=index(gaps.max(), signed=True), rules_low=index(min(rules), signed=True),
                   rules_high=index(max(rules), signed=True), rules=count(len(rules)))  # fmt: skip

    def _numbers(self) -> list[Sentence]:
        """Say of the first open series the place of its gap, and that of its slope by size, by t and among dates."""
        said = []
        if self.core is not None:
            said.append(self._ranked(self.core, "shock.ratio", role="number"))
        one = next((one for one in self.series.values() if one.open and one.place("slope")), None)
        if one is None:
            return said
        slope = one.place("slope")
        about = {"measure": label(one.id), "rank": rank(slope.rank), "n": count(slope.n), "p": probability(slope.p),
                 "estimate": Number(slope.estimate, "index", 3, signed=True)}  # fmt: skip
        if slope.detectable is not None:
            about |= {"smallest": Number(slope.detectable, "index", 3), "power": share(POWER)}
        if slope.t_rank:
            about |= {"rank_t": rank(slope.t_rank), "t_p": probability(slope.t_p)}
        case = "few" if slope.detectable is None else "some" if slope.t_rank else "exact"
        return [*said, say("shock.slope", role="number", case=case, **about),
                say("shock.by_date", role="number", measure=label(one.id), place=self.country.in_text,
                    rank=rank(slope.date_rank), n=count(slope.dates))]  # fmt: skip

    def _ranked(self, one: SeriesAfter, key: str, **more) -> Sentence:
        """Say the place of the gap of a series by the ratio of errors, with the fit where it may be written."""
        place = one.place(GAP)
        values = {"measure": label(one.id), "place": self.country.in_text, "event": year(one.event),
                  "n": count(place.n)}  # fmt: skip
        if place.rank is not None:
            ratio = Number(place.rms_after / place.fit, "ratio", 1)
            values |= {"rank": rank(place.rank), "p": probability(place.p), "ratio": ratio}
        if one.open:
            values |= {"fit": index(place.fit), "rms_after": index(place.rms_after)}
        return say(key, case="exact" if place.rank is None else "open" if one.open else "closed", **values, **more)

    def each(self) -> Parts:
        """Say of every series what it did, where its values may be written, and its place.

        Examples
        --------
        >>> shock = ogp.civic_space.shock("Mexico", "2017-06-19", ["v2xcs_ccsi"])
        >>> len(shock.each())
        2
        """
        said = []
        for id, one in self.series.items():
            if one.open:
                said.append(say("shock.moved", name=f"shock.path_of.{id}", place=self.country.in_text, **_path(one)))
            if one.place(GAP) is not None:
                said.append(self._ranked(one, "shock.each", name=f"shock.of.{id}"))
        return Parts(said)

    def plot(self, ax=None) -> Figure | Parts:
        """Draw the first series beside its synthetic control, and its gap among those of other countries.

        Parameters
        ----------
        ax : matplotlib.axes.Axes or None
            Axes to draw on, one for each panel; by default it is drawn on its own.
        """
        drawn = [one for one in self.series.values() if one.control is not None]
        return self._path(drawn[0], ax=ax) if drawn else Parts()

    def paths(self) -> Parts:
        """Draw all other series likewise, in the order asked for.

        Examples
        --------
        >>> shock = ogp.civic_space.shock("Mexico", "2017-06-19", ["v2xcs_ccsi", "v2x_freexp_altinf"])
        >>> [figure.name for figure in shock.paths()]
        ['path_v2x_freexp_altinf']
        """
        return Parts(self._path(one) for one in [o for o in self.series.values() if o.control is not None][1:])

    def _path(self, one: SeriesAfter, ax=None) -> Figure:
        control = one.control
        return synthetic_path(one.drawn(control.path), one.drawn(control.placebo_gaps), name=f"path_{one.id}",
                              id=one.id, place=self.country.name, event=one.event,
                              donors=int((control.donors["weight"] > 1e-6).sum()),
                              moved=_path(one) if one.open else None, ax=ax)  # fmt: skip

    def table(self) -> Table | Parts:
        """Return the places among countries, by t and among those near in level, one row per series and way."""
        if self.frame.empty:
            return Parts()
        lacking = ["rank", "p", "t_rank", "t_p", "near_rank", "near_n", "near_p"]
        frame = self._written(self.frame, ["estimate", "fit"], lacking)
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
        """Say where the change stands among other dates, and what stands still.

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
        said = Parts([say("shock.still", measure=label(shown.id), share=share(still / steps), steps=count(steps))])
        dated = self.frame[self.frame["dates"].notna()]
        if dated.empty:
            return said
        rows = []
        for row in dated.itertuples():
            one = self.series[row.measure]
            later, (still, steps) = self._a_year_later(one, row.way), one.steps
            rows.append({"measure": row.measure, "way": row.way, "date_rank": row.date_rank, "dates": row.dates,
                         "later_rank": later and later.rank, "later_n": later and later.n,
                         "still": still / steps})  # fmt: skip
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
        [0.249, 0.08]
        """
        changes = self.frame[self.frame["way"] != GAP].reset_index(drop=True)
        if changes.empty:
            return Parts()
        frame = self._written(changes, ["detectable"], ["detectable_sd"])
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
        if not self._rules:
            return Parts()
        frame = pd.DataFrame([row | {"rule": word(f"shock.rule.{row['rule']}")} for row in self._rules])
        frame = self._written(frame, ["estimate", "fit"], ["rank", "n", "p"])
        return tabled("donor_rules", sentence("shock.table.rules", least=count(FEWEST_DONORS)), frame)

    @cached_property
    def _rules(self) -> list[dict]:
        rows = []
        for id, one in self.series.items():
            for rule in donor_rules():
                if not may_be_applied(rule, self.edition):
                    continue
                control = one.control if rule == self.donor_rule else one.control_by(rule)
                place = gap_place(control) if control else None
                values = {name: getattr(place, name, None) for name in ("estimate", "fit", "rank", "n", "p")}
                rows.append({"measure": id, "rule": rule, "pool": one.pool(rule), **values})
        return rows

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
    event: str | None = None,
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
    event : str, optional
        What the event is called, as it stands after "after"; by default as the list of events here has it, else "the
        date given".

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
        lies before every series or no series has a value of a later year, or the rule leaves no series enough donors.
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
    own = {id: one for id, one in made.items() if len(one.own)}
    last = max([one.last for one in own.values()] or [last for _, last in ends.values()])
    later = [one.last > one.event for one in own.values()] or [ends[id][1] > made[id].event for id in held]
    if not any(later):
        raise ParameterError("event_date", f"no series has a value of {place.name_en} for a year after that of "
                             f"{event_date}; the last is of {last:.0f}",
                             "Choose an earlier event, or the full edition")  # fmt: skip
    long = {id: one for id, one in made.items() if one.long_enough}
    pools = {id: one.pool(rule) for id, one in long.items()}
    if pools and max(pools.values()) < FEWEST_DONORS:
        raise ParameterError("donor_rule", f"{rule!r} leaves {max(pools.values())} donors for {place.iso3}, fewer than "
                             f"{FEWEST_DONORS}", "Choose a wider rule, such as all")  # fmt: skip
    kept = {id: one for id, one in long.items() if one.places}
    return Shock(place, date.isoformat(), event, rule, edition, kept,
                 tuple(id for id in held if id not in kept), joined.absent, joined.sources)  # fmt: skip


def _path(one: SeriesAfter) -> dict:
    """Return the case and the values of a sentence on what a series did, in order: ``v0, y0`` to the newest."""
    turns, values = one.turns, one.since["value"]
    numbers = {f"{name}{n}": said for n, turn in enumerate(turns)
               for name, said in (("y", year(turn[0])), ("v", index(turn[1])))}  # fmt: skip
    moves = [later - earlier for (_, earlier), (_, later) in pairwise(turns)]
    case = "_".join("rose" if move > 0 else "fell" for move in moves)
    if len(moves) == 1 and abs(moves[0]) < STEP * one.reach:
        case = "flat" if values.nunique() == 1 else "held"
        numbers |= {"least": index(values.min()), "most": index(values.max())}
    return {"case": case, "measure": label(one.id), **numbers}
