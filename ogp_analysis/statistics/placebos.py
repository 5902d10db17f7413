"""How unusual an estimate is: its rank among the same estimates of units, dates and outcomes that nothing happened to.

On short persistent series a nominal test rejects at most dates. A rank among placebos needs no model of the errors: it
says how often an estimate as large comes about where there was no event. Among dates of one unit, which overlap, a rank
is printed and no p value.
"""

from __future__ import annotations

import itertools
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy import special

from ogp_analysis.base.cached import cached
from ogp_analysis.base.errors import ModelError
from ogp_analysis.base.words import say, word
from ogp_analysis.base.words.numbers import Number, Probability, Rank, count, probability, rank, share
from ogp_analysis.display.figure import Figure
from ogp_analysis.display.result import Parts
from ogp_analysis.display.table import Heading, Table
from ogp_analysis.display.table import table as as_table
from ogp_analysis.statistics.figures import placebo_estimates
from ogp_analysis.statistics.interrupted import FEWEST_ON_A_SIDE, changes
from ogp_analysis.statistics.models import Model
from ogp_analysis.statistics.result import REFERENCES, Estimate, OneEstimate, decimals
from ogp_analysis.statistics.sample import refuse_withheld
from ogp_analysis.statistics.series import checked

ABADIE = REFERENCES["abadie_diamond_hainmueller_2010"]
#: Size of the nominal tests whose share of rejections is counted.
NOMINAL = 0.05
#: Estimates and errors this much smaller than the largest are rounding errors of 0, as in a series that never moves.
_NOTHING = 1e-11
#: An estimator: it is called with a frame, an outcome, a unit, a date and a generator of random numbers.
Estimator = Callable[..., object]


@dataclass(frozen=True)
class PlaceboRank:
    """The place of an estimate among placebos.

    Attributes
    ----------
    among : str
        ``"units"``, ``"units_in_band"`` (near in level before the event), ``"dates"`` or ``"outcomes"``.
    by : str
        ``"size"`` of the estimate, or of its ``"t"``.
    rank : int
        From the largest in either direction, itself counted.
    n : int
        Estimates, itself among them.
    p_value : float or None
        Share of the `n` that are at least as large, never below 1/n; None among dates and outcomes.
    """

    among: str
    by: str
    rank: Rank
    n: int
    p_value: Probability | None


@dataclass(frozen=True, kw_only=True)
class Placebo(OneEstimate):
    """An estimate among its placebos; its p value is that among units, by size.

    Attributes
    ----------
    outcome, term : str
        What is explained, and which estimate.
    named : bool
        Whether the term is one of an interrupted series, with a name in words.
    treated : str
        The unit of the event.
    event : float
        Date of the event.
    ranks : tuple of PlaceboRank
        Among units first.
    estimates_of_all : pandas.DataFrame
        One row per estimate: ``unit, date, outcome, estimate, std_error, statistic, nominal_p, level_before``.
    rejections : pandas.DataFrame
        One row per date and nominal test: ``date, test, n, rejected, share`` of the other units.
    left_out : tuple of (str, int)
        Why units have no estimate at the date of the event, and how many.
    band : float or None
        How far the level before may be from that of the unit.
    """

    outcome: str
    term: str
    named: bool
    treated: str
    event: float
    ranks: tuple[PlaceboRank, ...]
    estimates_of_all: pd.DataFrame = field(repr=False, compare=False)
    rejections: pd.DataFrame = field(repr=False, compare=False)
    left_out: tuple[tuple[str, int], ...] = ()
    band: float | None = None

    @property
    def frame(self) -> pd.DataFrame:
        """One row per comparison: ``among, by, rank, n, p_value``."""
        rows = [(one.among, one.by, one.rank, one.n, one.p_value) for one in self.ranks]
        return pd.DataFrame(rows, columns=["among", "by", "rank", "n", "p_value"]).astype({"p_value": "float64"})

    def place(self, among: str, by: str = "size") -> PlaceboRank | None:
        """Return one of the ranks; None if there is none.

        Parameters
        ----------
        among : str
            As in :class:`PlaceboRank`.
        by : str
            As there.

        Examples
        --------
        >>> import pandas as pd
        >>> frame = pd.DataFrame({"year": list(range(2011, 2021)) * 3, "unit": ["a"] * 10 + ["b"] * 10 + ["c"] * 10})
        >>> frame["value"] = [1, 2, 1, 2, 1, 8, 9, 8, 9, 8, 3, 1, 4, 1, 5, 2, 6, 5, 3, 5, 2, 7, 1, 8, 2, 8, 1, 8, 2, 8]
        >>> found = ogp.statistics.placebo(frame, "value", "unit", "year", treated="a", event=2016, term="level")
        >>> found.place("units").rank, found.place("units").n
        (1, 3)
        """
        return next((one for one in self.ranks if (one.among, one.by) == (among, by)), None)

    @property
    def label(self) -> str:
        """What the term is called, in the language in force."""
        return word(f"models.terms.{self.term}") if self.named else self.term

    def text(self) -> Parts:
        """Say the ranks, and in a note what the nominal test is worth here."""
        (own,) = self.estimates
        units, by_t = self.place("units"), self.place("units", "t")
        about = {"treated": self.treated, "outcome": self.outcome, "term": self.label, "event": _date(self.event)}
        values = {"estimate": Number(own.estimate, "index", decimals(own), signed=True), "rank": rank(units.rank),
                  "n": count(units.n), "p": probability(units.p_value)}  # fmt: skip
        values |= {} if by_t is None else {"t_rank": rank(by_t.rank), "t_p": probability(by_t.p_value)}
        said = [say("models.placebo.units", case="size" if by_t is None else "size_and_t", **about, **values)]
        if near := self.place("units_in_band"):
            near_t = self.place("units_in_band", "t")
            more = {} if near_t is None else {"t_rank": rank(near_t.rank), "t_p": probability(near_t.p_value)}
            said.append(say("models.placebo.band", case="size" if near_t is None else "size_and_t",
                            band=Number(self.band, "index", 2), rank=rank(near.rank), n=count(near.n),
                            p=probability(near.p_value), **more))  # fmt: skip
        for among in ("dates", "outcomes"):
            if own_place := self.place(among, "size" if among == "dates" else "t"):
                said.append(say(f"models.placebo.{among}", treated=self.treated, rank=rank(own_place.rank),
                                n=count(own_place.n)))  # fmt: skip
        if (note := self._nominal_note()) is not None:
            said.append(note)
        return Parts(said)

    def _nominal_note(self):
        """Say the nominal p value with the share of other units in which such a test rejects; None if there is none."""
        at = self.estimates_of_all
        own = at[(at["unit"] == self.treated) & (at["date"] == self.event) & (at["outcome"] == self.outcome)]
        rates = self.rejections[(self.rejections["date"] == self.event) & (self.rejections["test"] == self.term)]
        p = float(own["nominal_p"].iloc[0])
        if np.isnan(p) or rates.empty or not int(rates["n"].iloc[0]):
            return None
        return say("models.placebo.nominal", p=probability(p), share=share(float(rates["share"].iloc[0])),
                   n=count(int(rates["n"].iloc[0])), size=share(NOMINAL))  # fmt: skip

    def plot(self, *, name: str = "placebos") -> Figure:
        """Draw the estimates of all units at the date of the event, with that of the unit as a line.

        Parameters
        ----------
        name : str
            File name of the figure.
        """
        at = self.estimates_of_all
        shown = at[(at["date"] == self.event) & (at["outcome"] == self.outcome)]
        units = self.place("units")
        return placebo_estimates(shown["estimate"], self.estimates[0].estimate, name=name, outcome=self.outcome,
                                 treated=self.treated, place=units.rank, n=units.n, term=self.label)  # fmt: skip

    def table(self) -> Table:
        """Return the ranks, among units first."""
        frame = self.frame.assign(
            among=[word(f"models.placebo.among.{one.among}") for one in self.ranks],
            by=[word(f"models.placebo.by.{one.by}") for one in self.ranks],
            p_value=[one.p_value if one.p_value is not None else "not_applicable" for one in self.ranks],
        )
        headings = {"among": Heading("models.placebo.column.among"), "by": Heading("models.placebo.column.by"),
                    "rank": Heading("models.placebo.column.rank", "rank"),
                    "n": Heading("models.placebo.column.n", "count"),
                    "p_value": Heading("models.odds.p", "probability", 3)}  # fmt: skip
        caption = say("models.placebo.caption", treated=self.treated, outcome=self.outcome, term=self.label,
                      event=_date(self.event))  # fmt: skip
        return as_table("placebos", caption.plain(), frame, headings)


@cached
def placebo(
    frame: pd.DataFrame,
    outcomes: str | Sequence[str],
    unit: str,
    time: str,
    *,
    treated: str,
    event: float,
    term: str = "slope",
    estimator: Estimator | None = None,
    dates: Sequence[float] | None = None,
    band: float | None = None,
    lags: int | None = 2,
    seed: int = 0,
) -> Placebo:
    """Rank an estimate among the same estimates of other units, dates and outcomes.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row per unit and time, in any order; a row without a value counts as none.
    outcomes : str or sequence of str
        Columns of numbers. The first is the one asked about; ranks among several are by t.
    unit, time : str
        Columns.
    treated : str
        The unit of the event.
    event : float
        First time after the event.
    term : str
        Which estimate of the model.
    estimator : callable or None
        By default :func:`~ogp_analysis.statistics.interrupted.interrupted`, all units at once. Any other is called as
        ``estimator(frame, outcome=, unit=, event=, rng=)`` with the whole frame, and returns a fitted model, an
        estimate and its standard error, or None. Its generator of random numbers is seeded for each call by `seed` and
        what is asked for, so that no call depends on another.
    dates : sequence of float or None
        Times to try; by default the event and every other with at least three times on both sides.
    band : float or None
        Also rank among units whose last value before the event is at most this far from that of the unit.
    lags : int or None
        Of Newey and West's standard errors of the interrupted series; None for classical ones.
    seed : int
        For estimators with chance in them.

    Returns
    -------
    Placebo
        Units that have no estimate are left out, and counted.

    Raises
    ------
    ModelError
        If a column is absent, the unit is not in the frame or has no estimate, or no other unit has one.

    Notes
    -----
    Ranks are counted from the largest in either direction. Placebos by units take the units as exchangeable but for the
    event, as Abadie, Diamond and Hainmueller (2010).

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"year": list(range(2011, 2021)) * 3, "unit": ["a"] * 10 + ["b"] * 10 + ["c"] * 10})
    >>> frame["value"] = [1, 2, 1, 2, 1, 8, 9, 8, 9, 8, 3, 1, 4, 1, 5, 2, 6, 5, 3, 5, 2, 7, 1, 8, 2, 8, 1, 8, 2, 8]
    >>> found = ogp.statistics.placebo(frame, "value", "unit", "year", treated="a", event=2016, term="level")
    >>> round(found.p_value, 3)
    0.333
    """
    where = "placebo"
    refuse_withheld(frame)
    outcomes = [outcomes] if isinstance(outcomes, str) else list(outcomes)
    for name in (unit, time):
        if name not in frame.columns:
            raise ModelError(where, f"column {name!r} is absent", "Name a column of the frame")
    named = frame.rename(columns={unit: "unit", time: "year"})
    rows = checked(named, ("unit", "year"), tuple(outcomes), where)
    rows["unit"] = rows["unit"].astype(str)
    if treated not in set(rows["unit"].unique()):
        raise ModelError(where, f"{treated!r} is not a unit of the frame", "Name one of column " + repr(unit))
    times = np.unique(rows["year"])
    if dates is None:
        dates = times[FEWEST_ON_A_SIDE : len(times) - FEWEST_ON_A_SIDE + 1]
    dates = sorted({float(event), *(float(date) for date in dates)})
    if estimator is None:
        found, rejections = _interrupted(rows, outcomes, dates, term, lags)
    else:
        made_of = []
        for outcome, date, one in itertools.product(outcomes, dates, sorted(set(rows["unit"]))):
            rng = np.random.default_rng([seed, zlib.crc32(f"{outcome}\0{date:g}\0{one}".encode())])
            try:
                made = estimator(frame, outcome=outcome, unit=one, event=date, rng=rng)
            except ModelError:
                if (one, date, outcome) == (treated, event, outcomes[0]):
                    raise
                continue
            if isinstance(made, tuple):
                value, size = made
                made_of.append((one, date, outcome, float(value), _known(size), np.nan))
            elif isinstance(made, Model):
                of = made[term]
                made_of.append((one, date, outcome, of.estimate, _known(of.std_error), _known(made.degrees)))
            elif made is not None:
                raise ModelError(where, f"the estimator returned {type(made).__name__}",
                                 "Return a fitted model, a pair of estimate and standard error, or None")  # fmt: skip
        columns = ["unit", "date", "outcome", "estimate", "std_error", "degrees"]
        found = pd.DataFrame(made_of, columns=columns).astype(dict.fromkeys(columns[3:], "float64"))
        tests = found[found["outcome"] == outcomes[0]].dropna(subset=["std_error"])
        degrees = tests["degrees"].fillna(np.inf)
        p = _nominal(tests["estimate"].to_numpy(), tests["std_error"].to_numpy(), degrees.to_numpy())
        rejections = tests[["unit", "date"]].assign(test="", p=p)
    return _ranked(found, rejections, rows, outcomes, treated, float(event), term, band, named=estimator is None)


def _interrupted(rows: pd.DataFrame, outcomes: list[str], dates: list[float], term: str, lags: int | None):
    """Return the estimates of every unit at every date, and the share of nominal tests that reject by date."""
    if term not in ("level", "slope"):
        raise ModelError("placebo", f"an interrupted series has no term {term!r}", "Use level or slope")
    # Arrays until all are there: a frame for each date takes longer than its fits.
    found, tests, names = [], [], []
    for outcome in outcomes:
        wide = rows.pivot(index="year", columns="unit", values=outcome).astype("float64")
        there, table, years = wide.notna().to_numpy(), wide.to_numpy(), wide.index.to_numpy("float64")
        patterns, which = np.unique(there, axis=1, return_inverse=True)
        for number, known in enumerate(patterns.T):
            at = np.flatnonzero(which == number)
            values, t = table[np.ix_(known, at)], years[known]
            for date in dates:
                if min((t < date).sum(), (t >= date).sum()) < FEWEST_ON_A_SIDE:
                    continue
                fit = changes(values, t, date, lags=lags)
                # Without rounding errors of 0.
                least = _NOTHING * np.maximum(abs(values).max(axis=0), 1e-300)
                pair = (fit.values, fit.std_errors)
                changed = {name: tuple(np.where(abs(one[i]) < least, 0.0, one[i]) for one in pair)
                           for name, i in (("level", 2), ("slope", 3))}  # fmt: skip
                found.append((date, fit.degrees, *changed[term]))
                names.append((wide.columns[at], outcome))
                if outcome == outcomes[0]:
                    joint = np.where(np.isfinite(fit.joint), fit.joint, 0.0)
                    ps = {name: _nominal(*one, fit.degrees) for name, one in changed.items()}
                    tests.append(ps | {"level and slope": special.fdtrc(2, fit.degrees, joint)})
    if not found:
        raise ModelError("placebo", "no unit has enough values on both sides of a date", "Choose other dates")
    sizes = [len(units) for units, _ in names]
    date, degrees = (np.repeat(np.array(one, float), sizes) for one in list(zip(*found, strict=True))[:2])
    estimates, errors = (np.concatenate([one[i] for one in found]) for i in (2, 3))
    columns = {"unit": _joined(units for units, _ in names), "date": date,
               "outcome": np.repeat([outcome for _, outcome in names], sizes), "degrees": degrees,
               "estimate": estimates, "std_error": errors}  # fmt: skip
    own = sizes[: len(tests)]  # those of the first outcome
    tested = {"unit": _joined(units for units, _ in names[: len(tests)] for _ in range(3)),
              "date": np.concatenate([np.full(3 * n, one[0]) for one, n in zip(found, own, strict=False)]),
              "test": np.concatenate([np.repeat(list(one), n) for one, n in zip(tests, own, strict=True)]),
              "p": np.concatenate([p for one in tests for p in one.values()])}  # fmt: skip
    return pd.DataFrame(columns), pd.DataFrame(tested)


def _joined(parts) -> pd.Index:
    first, *others = parts
    return first.append(others)


def _nominal(estimates: np.ndarray, sizes: np.ndarray, degrees: float) -> np.ndarray:
    return 2 * special.stdtr(degrees, -_statistics(estimates, sizes))


def _statistics(estimates: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """Return absolute t; what does not move at all has 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(estimates == 0, 0.0, abs(estimates) / sizes)


def _known(value: float | None) -> float:
    return np.nan if value is None else float(value)


def _ranked(
    found,
    tests,
    rows,
    outcomes: list[str],
    treated: str,
    event: float,
    term: str,
    band: float | None,
    *,
    named: bool,
) -> Placebo:
    """Return the ranks of the estimate of the unit at the event."""
    outcome = outcomes[0]
    before = rows[(rows["year"] < event) & rows[outcome].notna()].groupby("unit")[outcome].last()
    found = found.assign(
        statistic=_statistics(found["estimate"].to_numpy(), found["std_error"].to_numpy()) * np.sign(found["estimate"]),
        nominal_p=_nominal(found["estimate"].to_numpy(), found["std_error"].to_numpy(),
                           found["degrees"].fillna(np.inf).to_numpy()),
        level_before=found["unit"].map(before),
    )  # fmt: skip
    found = found.sort_values(["outcome", "date", "unit"], key=lambda c: c if c.name != "outcome" else
                              c.map(outcomes.index), ignore_index=True)  # fmt: skip
    own_outcome = found["outcome"] == outcome
    at_event = found[own_outcome & (found["date"] == event)]
    own = at_event[at_event["unit"] == treated]
    if own.empty:
        raise ModelError("placebo", f"{treated} has no estimate at {event:g}", "Choose another event, or outcome")
    if len(at_event) < 2:
        raise ModelError("placebo", "no other unit has an estimate", "Give a frame of more units")
    (row,) = own.itertuples(index=False)
    pools = [("units", at_event)]
    if band is not None:
        apart = (at_event["level_before"] - row.level_before).abs()
        pools.append(("units_in_band", at_event[apart <= band + 1e-12]))
    pools.append(("dates", found[own_outcome & (found["unit"] == treated)]))
    if len(outcomes) > 1:
        pools.append(("outcomes", found[(found["unit"] == treated) & (found["date"] == event)]))
    ranks = []
    for among, pool in pools:
        for by, column in (("size", "estimate"), ("t", "statistic")):
            if (among == "outcomes" and by == "size") or pd.isna(getattr(row, column)):
                continue
            # Its own among the sizes; the last digits make no difference.
            sizes, own_size = pool[column].dropna().abs().to_numpy(), abs(getattr(row, column))
            at_least, larger = int((sizes >= own_size * (1 - 1e-9)).sum()), int((sizes > own_size * (1 + 1e-9)).sum())
            p = at_least / len(sizes) if among.startswith("units") else None
            ranks.append(PlaceboRank(among, by, larger + 1, len(sizes), p))
    units = len(rows["unit"].unique())
    others = tests[(tests["unit"] != treated)]
    others = others.assign(test=others["test"].where(others["test"] != "", term), rejected=others["p"] < NOMINAL)
    counted = others.groupby(["date", "test"], sort=True)["rejected"].agg(["size", "sum"]).reset_index()
    rejections = pd.DataFrame({"date": counted["date"], "test": counted["test"], "n": counted["size"],
                               "rejected": counted["sum"], "share": counted["sum"] / counted["size"]})  # fmt: skip
    first = ranks[0]
    size = None if pd.isna(row.std_error) else float(row.std_error)
    return Placebo(
        estimates=(Estimate(term, row.estimate, size, p_value=first.p_value),), n=first.n, method="placebo",
        references=(ABADIE,), outcome=outcome, term=term, named=named, treated=treated, event=event, ranks=tuple(ranks),
        estimates_of_all=found.drop(columns="degrees"), rejections=rejections,
        left_out=(("too few values", units - first.n),) if units > first.n else (), band=band,
    )  # fmt: skip


def _date(value: float) -> Number | str:
    return Number(value, "year") if value % 1 == 0 else f"{value:g}"
