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

from ogp_analysis.base.errors import ModelError
from ogp_analysis.base.fingerprint import cached
from ogp_analysis.base.words import say, word
from ogp_analysis.base.words.sentence import Number, Probability, Rank
from ogp_analysis.display.figure import Figure
from ogp_analysis.display.table import Heading, Table
from ogp_analysis.display.table import table as as_table
from ogp_analysis.statistics.figures import placebo_estimates
from ogp_analysis.statistics.interrupted import FEWEST_ON_A_SIDE, changes
from ogp_analysis.statistics.models import Model
from ogp_analysis.statistics.result import Estimate, OneEstimate
from ogp_analysis.statistics.sample import checked, present

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
        return pd.DataFrame(list(self.ranks)).astype({"p_value": "float64"})

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

    def _at_event(self) -> pd.DataFrame:
        at = self.estimates_of_all
        return at[(at["date"] == self.event) & (at["outcome"] == self.outcome)]

    def plot(self, *, name: str = "placebos", ax=None) -> Figure:
        """Draw the estimates of all units at the date of the event, with that of the unit as a line.

        Parameters
        ----------
        name : str
            File name of the figure.
        ax : matplotlib.axes.Axes or None
            Axes to draw on; by default new ones.
        """
        units = self.place("units")
        return placebo_estimates(
            self._at_event()["estimate"],
            self.estimates[0].estimate,
            name=name,
            ax=ax,
            outcome=self.outcome,
            treated=self.treated,
            place=units.rank,
            n=units.n,
            term=self.label,
        )

    def table(self) -> Table:
        """Return the ranks, among units first."""
        frame = self.frame.assign(
            among=[word(f"models.placebo.among.{one.among}") for one in self.ranks],
            by=[word(f"models.placebo.by.{one.by}") for one in self.ranks],
            p_value=[one.p_value if one.p_value is not None else "not_applicable" for one in self.ranks],
        )
        units = {"among": (), "by": (), "rank": ("rank",), "n": ("count",), "p_value": ("probability", 3)}
        headings = {name: Heading(f"models.placebo.column.{name}", *unit) for name, unit in units.items()}
        caption = say(
            "models.placebo.caption",
            treated=self.treated,
            outcome=self.outcome,
            term=self.label,
            event=_date(self.event),
        )
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
    present(frame, (unit, time), "placebo")
    outcomes = [outcomes] if isinstance(outcomes, str) else list(outcomes)
    rows = checked(frame.rename(columns={unit: "unit", time: "year"}), ("unit", "year"), tuple(outcomes), "placebo")
    rows["unit"], event, outcome = rows["unit"].astype(str), float(event), outcomes[0]
    units, times = rows["unit"].unique(), np.unique(rows["year"])
    if treated not in set(units):
        raise ModelError("placebo", f"{treated!r} is not a unit of the frame", f"Name one of column {unit!r}")
    if dates is None:
        dates = times[FEWEST_ON_A_SIDE : len(times) - FEWEST_ON_A_SIDE + 1]
    dates = sorted({event, *(float(date) for date in dates)})
    if estimator is None:
        found, tests = _interrupted(rows, outcomes, dates, term, lags)
    else:
        found, tests = _estimated(frame, sorted(units), outcomes, dates, term, estimator, seed, (treated, event)), None
    statistic = _t(found["estimate"], found["std_error"])
    before = rows[(rows["year"] < event) & rows[outcome].notna()].groupby("unit")[outcome].last()
    found = found.assign(
        statistic=statistic * np.sign(found["estimate"]),
        nominal_p=_two_sided(statistic, found.pop("degrees").fillna(np.inf).to_numpy()),
        level_before=found["unit"].map(before),
    )
    if tests is None:
        tested = found[(found["outcome"] == outcome) & found["std_error"].notna()]
        tests = tested[["unit", "date"]].assign(test=term, p=tested["nominal_p"])
    number = found["outcome"].map(outcomes.index)
    found = found.iloc[np.lexsort((found["unit"], found["date"], number))].reset_index(drop=True)
    ranks, own, n = _ranks(found, outcomes, treated, event, band)
    others = tests[tests["unit"] != treated]
    counted = (
        (others["p"] < NOMINAL).groupby([others["date"], others["test"]]).agg(n="size", rejected="sum").reset_index()
    )
    return Placebo(
        estimates=(Estimate(term, own.estimate, own.std_error, p_value=ranks[0].p_value),),
        n=n,
        method="placebo",
        references=("abadie_diamond_hainmueller_2010",),
        outcome=outcome,
        term=term,
        named=estimator is None,
        treated=treated,
        event=event,
        ranks=ranks,
        estimates_of_all=found,
        rejections=counted.assign(share=counted["rejected"] / counted["n"]),
        left_out=(("too few values", len(units) - n),) if len(units) > n else (),
        band=band,
    )


def _estimated(frame, units, outcomes, dates, term: str, estimator: Estimator, seed: int, asked: tuple) -> pd.DataFrame:
    """Return what an estimator gives for every outcome, date and unit; a fault stops only what is `asked` about."""
    made = []
    for outcome, date, unit in itertools.product(outcomes, dates, units):
        rng = np.random.default_rng([seed, zlib.crc32(f"{outcome}\0{date:g}\0{unit}".encode())])
        try:
            fit = estimator(frame, outcome=outcome, unit=unit, event=date, rng=rng)
        except ModelError:
            if (unit, date, outcome) == (*asked, outcomes[0]):
                raise
            continue
        if isinstance(fit, tuple):
            made.append((unit, date, outcome, None, *fit))
        elif isinstance(fit, Model):
            made.append((unit, date, outcome, fit.degrees, fit[term].estimate, fit[term].std_error))
        elif fit is not None:
            raise ModelError(
                "placebo",
                f"the estimator returned {type(fit).__name__}",
                "Return a fitted model, a pair of estimate and standard error, or None",
            )
    columns = ["unit", "date", "outcome", "degrees", "estimate", "std_error"]
    return pd.DataFrame(made, columns=columns).astype(dict.fromkeys(columns[3:], "float64"))


def _interrupted(rows: pd.DataFrame, outcomes: list[str], dates: list[float], term: str, lags: int | None):
    """Return the estimates of every unit at every date, and the nominal tests of the first outcome."""
    if term not in ("level", "slope"):
        raise ModelError("placebo", f"an interrupted series has no term {term!r}", "Use level or slope")
    # Arrays until all are there: a frame for each date takes longer than its fits.
    found, tests = [], []
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
                estimates, errors = (np.where(abs(one) < least, 0.0, one) for one in (fit.values, fit.std_errors))
                row, about = {"level": 2, "slope": 3}, {"unit": wide.columns[at], "date": date}
                found.append(
                    {
                        **about,
                        "outcome": outcome,
                        "degrees": fit.degrees,
                        "estimate": estimates[row[term]],
                        "std_error": errors[row[term]],
                    }
                )
                if outcome == outcomes[0]:
                    joint = np.where(np.isfinite(fit.joint), fit.joint, 0.0)
                    ps = {name: _two_sided(_t(estimates[i], errors[i]), fit.degrees) for name, i in row.items()}
                    ps["level and slope"] = special.fdtrc(2, fit.degrees, joint)
                    tests += [{**about, "test": name, "p": p} for name, p in ps.items()]
    if not found:
        raise ModelError("placebo", "no unit has enough values on both sides of a date", "Choose other dates")
    return _stacked(found), _stacked(tests)


def _stacked(parts: list[dict]) -> pd.DataFrame:
    """Return parts one below the other, what they have one of repeated for each of their units."""
    sizes = [len(part["unit"]) for part in parts]
    columns = {}
    for key, first in parts[0].items():
        values = [part[key] for part in parts]
        if isinstance(first, pd.Index):
            columns[key] = values[0].append(values[1:])
        elif isinstance(first, np.ndarray):
            columns[key] = np.concatenate(values)
        else:
            columns[key] = np.repeat(values if isinstance(first, str) else np.array(values, float), sizes)
    return pd.DataFrame(columns)


def _t(estimates: np.ndarray, errors: np.ndarray) -> np.ndarray:
    """Return absolute t; what does not move at all has 0."""
    estimates, errors = np.asarray(estimates), np.asarray(errors)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(estimates == 0, 0.0, abs(estimates) / errors)


def _two_sided(statistic: np.ndarray, degrees: float | np.ndarray) -> np.ndarray:
    return 2 * special.stdtr(degrees, -statistic)


def _ranks(found: pd.DataFrame, outcomes: list[str], treated: str, event: float, band: float | None):
    """Return the ranks of the estimate of the unit at the event, that estimate, and how many units have one."""
    first, own, then = found["outcome"] == outcomes[0], found["unit"] == treated, found["date"] == event
    if not (first & own & then).any():
        raise ModelError("placebo", f"{treated} has no estimate at {event:g}", "Choose another event, or outcome")
    if (first & then).sum() < 2:
        raise ModelError("placebo", "no other unit has an estimate", "Give a frame of more units")
    (row,) = found[first & own & then].itertuples(index=False)
    pools = {"units": first & then}
    if band is not None:
        apart = (found["level_before"] - row.level_before).abs()
        pools["units_in_band"] = first & then & (apart <= band + 1e-12)
    pools |= {"dates": first & own} | ({"outcomes": own & then} if len(outcomes) > 1 else {})
    ranks = []
    for among, pool in pools.items():
        for by, column in (("size", "estimate"), ("t", "statistic")):
            size = abs(getattr(row, column))
            if (among == "outcomes" and by == "size") or pd.isna(size):
                continue
            # Its own among the sizes; the last digits make no difference.
            sizes = found.loc[pool, column].dropna().abs().to_numpy()
            at_least, larger = int((sizes >= size * (1 - 1e-9)).sum()), int((sizes > size * (1 + 1e-9)).sum())
            p = at_least / len(sizes) if among.startswith("units") else None
            ranks.append(PlaceboRank(among, by, larger + 1, len(sizes), p))
    return tuple(ranks), row, ranks[0].n


def _date(value: float) -> Number | str:
    return Number(value, "year") if value % 1 == 0 else f"{value:g}"
