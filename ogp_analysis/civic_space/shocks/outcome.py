"""One series after an event in one country: beside a synthetic control, beside other countries, and at other dates.

Three numbers say how it moved: the mean gap to its synthetic control from the event on, and the changes of level and of
yearly slope of a line fitted to either side. Each is ranked among those of other countries: the gap by how much larger
it became than it was before the event, the changes by size. A series whose values may be drawn only keeps its ranks;
what stands on its scale is withheld.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from ogp_analysis.base.disclosure import Withheld
from ogp_analysis.base.indicators import Indicator, indicator
from ogp_analysis.civic_space.breaks import segments
from ogp_analysis.civic_space.shocks.donors import FEWEST_DONORS, not_donors
from ogp_analysis.statistics.interrupted import FEWEST_ON_A_SIDE
from ogp_analysis.statistics.models import POWER
from ogp_analysis.statistics.placebos import NOMINAL, Placebo, placebo
from ogp_analysis.statistics.result import plain
from ogp_analysis.statistics.synthetic import GAP, SyntheticControl, synthetic_control

#: Ways in which a series is compared, in the order in which they are shown.
WAYS = (GAP, "level", "slope")
#: Part of the length of a scale within which countries count as near in level.
BAND = 0.1
#: Part of the length of a scale from which on a move is told by itself.
STEP = 0.02
#: Lags of the standard errors that a nominal test has in an interrupted series.
LAGS = 2
#: Years that an edition lies after the year it looks back on: the first that can see an event is that much later.
LOOKS_BACK = {"rsf_score": 1}
#: Values before the event, and in years after its own, that a synthetic control takes.
FEWEST_BEFORE, FEWEST_LATER = 2, 1


@dataclass(frozen=True)
class Place:
    """The place of a number among the same number of other countries.

    Attributes
    ----------
    way : str
        One of :data:`WAYS`.
    estimate : float
        On the scale of the series; of the slope, a year.
    rank : int or None
        Of a change, from the largest in either direction; of a gap, from the largest ratio of the root mean squared gap
        from the event on to that before it. None for a gap without error before.
    n : int
        Countries, itself among them.
    p : float or None
        Share of the `n` that are at least as large: never below 1/n.
    t_rank : int or None
        Place by t with classical errors; none for the gap.
    t_p : float or None
        Likewise.
    near_rank, near_n : int or None
        Place among the countries near in level before the event, and how many they are.
    near_p : float or None
        Likewise.
    date_rank, dates : int or None
        Place among other dates of the same country, which overlap: no p value.
    detectable : float or None
        Size of a change of level or slope that, on top of what happened in the other countries, would be among the
        largest 5 % in at least 80 % of them; None for a gap, and where so few countries allow no p value that small.
    fit, rms_after : float or None
        Of a gap: its root mean square before the event, and from it on.
    """

    way: str
    estimate: float
    rank: int | None
    n: int
    p: float | None
    t_rank: int | None = None
    t_p: float | None = None
    near_rank: int | None = None
    near_n: int | None = None
    near_p: float | None = None
    date_rank: int | None = None
    dates: int | None = None
    detectable: float | None = None
    fit: float | None = None
    rms_after: float | None = None


@dataclass(frozen=True)
class SeriesAfter:
    """One series of all countries around the event in one.

    Attributes
    ----------
    id : str
        The measure.
    unit : str
        The country.
    event : int
        First year that counts as after the event.
    donor_rule : str
        Which countries are donors.
    edition : str
        Which data are read.
    rows : pandas.DataFrame
        ``unit, year, value`` of all countries over the years compared, in which no break lies.
    """

    id: str
    unit: str
    event: int
    donor_rule: str
    edition: str
    rows: pd.DataFrame = field(repr=False, compare=False)

    @property
    def measure(self) -> Indicator:
        """What is known of the measure."""
        return indicator(self.id)

    @property
    def open(self) -> bool:
        """Whether its values may be written."""
        return self.measure.redistribute

    @cached_property
    def own(self) -> pd.DataFrame:
        """``year, value`` of the country, in order."""
        return self.rows.loc[self.rows["unit"] == self.unit, ["year", "value"]].sort_values("year", ignore_index=True)

    @property
    def before(self) -> int:
        """Values of the country before the event."""
        return int((self.own["year"] < self.event).sum())

    @property
    def after(self) -> int:
        """Values from the event on."""
        return int((self.own["year"] >= self.event).sum())

    @property
    def long_enough(self) -> bool:
        """Whether it has values before the event, and a value of a year that began after it."""
        return self.before >= FEWEST_BEFORE and int((self.own["year"] > self.event).sum()) >= FEWEST_LATER

    @property
    def first(self) -> int:
        """First year of the country that is compared."""
        return int(self.own["year"].iloc[0])

    @property
    def last(self) -> int:
        """Last year of the country that is compared."""
        return int(self.own["year"].iloc[-1])

    @property
    def since(self) -> pd.DataFrame:
        """``year, value`` from the last value before the event on."""
        return self.own[self.before - 1 :]

    @property
    def turns(self) -> list[tuple[int, float]]:
        """Year and value of the last before the event, the highest and the lowest since, and the newest, in order.

        A turn is left out if it lies less than :data:`STEP` of the length of the scale from what stands beside it.
        """
        years, values = self.since["year"].to_list(), self.since["value"].to_list()
        at = sorted({0, values.index(max(values)), values.index(min(values)), len(values) - 1})
        while len(at) > 2:
            sizes = [min(abs(values[one] - values[two]) for one, two in ((a, b), (b, c)))
                     for a, b, c in zip(at, at[1:], at[2:], strict=False)]  # fmt: skip
            if min(sizes) >= STEP * self.reach:
                break
            del at[sizes.index(min(sizes)) + 1]
        return [(int(years[n]), values[n]) for n in at]

    @property
    def reach(self) -> float:
        """Length of the scale; where it has no ends, distance of the extremes over all countries and years."""
        ends = self.measure.minimum, self.measure.maximum
        return float(np.ptp(self.rows["value"])) if None in ends else ends[1] - ends[0]

    @cached_property
    def level_before(self) -> pd.Series:
        """Last value before the event, by country."""
        rows = self.rows[self.rows["year"] < self.event].sort_values("year")
        return rows.groupby("unit")["value"].last()

    @property
    def spread(self) -> float:
        """Standard deviation between countries of the last value before the event."""
        return float(self.level_before.std())

    @property
    def can_be_fitted(self) -> bool:
        """Whether lines can be fitted to either side of the event."""
        return min(self.before, self.after) >= FEWEST_ON_A_SIDE

    def interrupted(self, way: str, lags: int | None = None) -> Placebo | None:
        """Return the change of level or of slope among its placebos; None where a side has fewer than three values.

        Parameters
        ----------
        way : {"level", "slope"}
            Which change.
        lags : int or None
            Of the standard errors; None for classical ones.

        Examples
        --------
        >>> one = ogp.civic_space.shock("Mexico", "2017-06-19", "v2xcs_ccsi").series["v2xcs_ccsi"]
        >>> one.interrupted("slope").place("units").rank
        28
        """
        if not self.can_be_fitted:
            return None
        return placebo(self.rows, "value", "unit", "year", treated=self.unit, event=self.event, term=way,
                       band=BAND * self.reach, lags=lags)  # fmt: skip

    @cached_property
    def control(self) -> SyntheticControl | None:
        """The synthetic control by the rule; None without enough donors or values."""
        return self.control_by(self.donor_rule)

    def donors(self, rule: str) -> dict[str, str]:
        """Return the countries that a rule keeps out, and the condition that each does not meet.

        Parameters
        ----------
        rule : str
            One of ``ogp.civic_space.DONOR_RULES``.

        Examples
        --------
        >>> one = ogp.civic_space.shock("Mexico", "2017-06-19", "v2xcs_ccsi").series["v2xcs_ccsi"]
        >>> one.donors("never_members")["BRA"]
        'ogp'
        """
        if rule not in self._kept_out:
            units = self.rows["unit"].unique()
            self._kept_out[rule] = not_donors(rule, self.unit, units, self.level_before, self.reach, self.edition)
        return dict(self._kept_out[rule])

    @cached_property
    def _kept_out(self) -> dict[str, dict[str, str]]:
        """By rule what :meth:`donors` returns; a page asks for it about ninety times."""
        return {}

    def pool(self, rule: str) -> int:
        """Return how many donors a rule leaves: countries with a value in each year in which the country has one.

        Parameters
        ----------
        rule : str
            One of ``ogp.civic_space.DONOR_RULES``.

        Examples
        --------
        >>> one = ogp.civic_space.shock("Mexico", "2017-06-19", "v2xcs_ccsi").series["v2xcs_ccsi"]
        >>> one.pool("near"), one.pool("all")
        (50, 173)
        """
        return len(self._units) - 1 - len(set(self.donors(rule)) & self._units)

    def control_by(self, rule: str, without: tuple[str, ...] = (), **more) -> SyntheticControl | None:
        """Return the synthetic control by another rule, or without some donors; None without enough of them.

        Parameters
        ----------
        rule : str
            One of ``ogp.civic_space.DONOR_RULES``.
        without : tuple of str
            Further countries that are not donors.
        **more
            For :func:`~ogp_analysis.statistics.synthetic.synthetic_control`.

        Examples
        --------
        >>> one = ogp.civic_space.shock("Mexico", "2017-06-19", "v2xcs_ccsi").series["v2xcs_ccsi"]
        >>> round(one.control_by("all", placebos=False)["gap"].estimate, 3)
        0.044
        """
        if not self.long_enough or self.pool(rule) < FEWEST_DONORS:
            return None
        out = {unit: why for unit, why in self.donors(rule).items() if unit in self._units}
        out |= dict.fromkeys(without, "left out")
        return synthetic_control(self._complete, outcome="value", unit="unit", time="year", treated=self.unit,
                                 event=self.event, excluded=out, **more)  # fmt: skip

    @cached_property
    def _complete(self) -> pd.DataFrame:
        """The countries with a value in every year in which the country has one."""
        years = set(self.own["year"])
        rows = self.rows[self.rows["year"].isin(years)]
        return rows[rows.groupby("unit")["year"].transform("size") == len(years)].reset_index(drop=True)

    @cached_property
    def _units(self) -> frozenset[str]:
        return frozenset(self._complete["unit"].unique())

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """The ranks, in the order of :data:`WAYS`; none where nothing can be compared."""
        places = [] if self.control is None else [gap_place(self.control)]
        for found in (self.interrupted(way) for way in WAYS[1:] if self.can_be_fitted):
            by_size, by_t = found.place("units"), found.place("units", "t")
            near, dates = found.place("units_in_band"), found.place("dates")
            at = found.estimates_of_all
            others = at.loc[(at["date"] == found.event) & (at["unit"] != found.treated), "estimate"].to_numpy()
            places.append(Place(
                found.term, found.estimates[0].estimate, by_size.rank, by_size.n, by_size.p_value,
                by_t and by_t.rank, by_t and by_t.p_value, near.rank, near.n, near.p_value, dates.rank, dates.n,
                detectable(others),
            ))  # fmt: skip
        return tuple(places)

    def place(self, way: str) -> Place | None:
        """Return one of the ranks; None if there is none.

        Parameters
        ----------
        way : str
            One of :data:`WAYS`.

        Examples
        --------
        >>> one = ogp.civic_space.shock("Mexico", "2017-06-19", "v2xcs_ccsi").series["v2xcs_ccsi"]
        >>> one.place("gap").rank, one.place("gap").n
        (13, 51)
        """
        return next((one for one in self.places if one.way == way), None)

    @property
    def steps(self) -> tuple[int, int]:
        """How many steps from one year to the next are exactly zero, over all countries, and how many there are."""
        rows = self.rows.sort_values(["unit", "year"])
        next_year = rows["unit"].eq(rows["unit"].shift()) & rows["year"].diff().eq(1)
        moved = rows["value"].diff()[next_year]
        return int((moved == 0).sum()), len(moved)

    def drawn(self, frame):
        """Return what is drawn: withheld, if the values may be drawn only.

        Parameters
        ----------
        frame : pandas.DataFrame
            On the scale of the series.

        Examples
        --------
        >>> one = ogp.civic_space.shock("Mexico", "2017-06-19", "v2xcs_ccsi").series["v2xcs_ccsi"]
        >>> len(one.drawn(one.own))
        24
        """
        return frame if self.open else Withheld(frame, (self.id,))


def series_after(frame: pd.DataFrame, id: str, unit: str, year: int, rule: str, edition: str) -> SeriesAfter:
    """Return one series around an event, of the years that no break parts from it.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``iso3, year`` and a column of the measure.
    id : str
        The measure.
    unit : str
        The country.
    year : int
        The year of the event, which counts as after it; of a measure that looks back, the year after.
    rule : str
        Which countries are donors.
    edition : str
        Which data are read.
    """
    event = year + LOOKS_BACK.get(id, 0)
    rows = frame[["iso3", "year", id]].dropna().rename(columns={"iso3": "unit", id: "value"})
    parts = segments(indicator(id), rows["unit"], rows["year"])
    at = segments(indicator(id), pd.Series([unit]), pd.Series([event - 1])).iloc[0]
    kept = rows[parts == at].astype({"unit": str, "year": "int64"}).reset_index(drop=True)
    return SeriesAfter(id, unit, event, rule, edition, kept)


def gap_place(control: SyntheticControl) -> Place:
    """Return the mean gap from the event on, and its place by the ratio of errors after and before."""
    own, placebos = control[GAP], control.placebos
    rank = None if own.p_value is None else control.rank
    fit, rms_after = placebos[["before", "after"]].iloc[0]
    return Place(GAP, float(own.estimate), rank, len(placebos), own.p_value, fit=float(fit), rms_after=float(rms_after))


def detectable(others: np.ndarray) -> float | None:
    """Return the size of a change that would be among the largest 5 % in at least 80 % of units, whichever way it goes.

    It comes on top of what the others did without the event.

    Parameters
    ----------
    others : numpy.ndarray
        Estimates of the other units.

    Returns
    -------
    float or None
        None where there are so few that no rank has a p value of 5 % or less.
    """
    allowed = int(NOMINAL * (len(others) + 1) + 1e-9)  # as large at most, itself among them
    if allowed < 1:
        return None
    largest = np.sort(np.abs(others))[::-1][allowed - 1]
    needs = [largest - np.quantile(way * others, 1 - POWER) for way in (1, -1)]
    return plain(max(needs))
