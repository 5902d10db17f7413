"""What measures beside the core index say of a country: last value, place, changes, each on its own scale.

Where no interval is published nothing is said on whether a change exceeds the error of measurement; where one is, the
probability that the change has the sign it shows is given (:mod:`ogp_analysis.statistics.interval_change`).
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from ogp_analysis.base.disclosure import Withheld
from ogp_analysis.base.indicators import Break, Indicator, indicator, indicators
from ogp_analysis.civic_space.barriers import SERIES, barrier, covered, held_barriers
from ogp_analysis.civic_space.breaks import segments
from ogp_analysis.civic_space.panel.frame import Panel
from ogp_analysis.statistics.interval_change import Measured, sign_probability
from ogp_analysis.statistics.result import plain
from ogp_analysis.statistics.series import exact

#: What asks about surveillance or privacy: shown together or not at all.
ASKS_ABOUT_SURVEILLANCE = tuple(one.id for one in indicators("surveillance_of_communications"))
#: Years over which a change is stated.
WINDOWS = (5, 10)
#: The older version of V-Dem has series of its own on a profile; what the newer one repeats is shown with bounds.
_ELSEWHERE = ("vdem", "v14")
#: Figures in which measures stand together, by dataset; the rest is the last of them.
_FIGURES = {
    "bounds": ("vdem", "ert", "wgi_voice_accountability"),
    "freedom_house": ("freedom_in_the_world", "freedom_on_the_net"),
    "monitors": ("civicus_monitor", "rsf_press_freedom", "wjp_rule_of_law"),
    "idea": ("idea_gsod",),
}
#: Of ordered categories, the one from which on countries are counted: a democracy; narrowed or open.
AT_LEAST = {"ert_regime": 2.0, "civicus_rating": 4.0}


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
        Of that probability, as in :class:`~ogp_analysis.statistics.interval_change.SignProbability`.
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


def other_measures(*shown: str) -> list[str]:
    """Return the ids of the measures of civic space, liberties and democracy beside those shown elsewhere on a page.

    In the order of the catalogue. Controls such as income are no such measures; series of V-Dem 14 are not among them.
    """
    found = [one for one in indicators() if one.direction != "higher is more"]
    return [one.id for one in found if (one.dataset, one.table) != _ELSEWHERE and one.id not in shown]


def held_for(panel: Panel, iso3: str, ids: list[str], edition: str = "embedded") -> list[str]:
    """Return which measures have a value for a country in the years shown, barriers to civil society included."""
    coverage = panel.coverage(iso3)
    years = panel.first_year, panel.last_year
    barriers = [id for id in held_barriers(edition) if covered(id, iso3, *years, edition)]
    return [id for id in ids if id in panel.ids and coverage[id].any()] + barriers


def by_figure(ids: list[str]) -> dict[str, list[str]]:
    """Return measures by the figure that they share, those on surveillance left out: they have one of their own."""
    there = [id for id in ids if id not in ASKS_ABOUT_SURVEILLANCE]
    datasets = {id: "" if id in SERIES else indicator(id).dataset for id in there}
    found = {name: [id for id in there if datasets[id] in those] for name, those in _FIGURES.items()}
    found["barriers"] = [id for id in there if id in SERIES]
    return {name: some for name, some in found.items() if some}


def beside(
    panel: Panel, ids: list[str], iso3: str, region: str, edition: str = "embedded"
) -> tuple[dict[str, pd.DataFrame | Withheld], dict[str, pd.DataFrame | Withheld]]:
    """Return measures of a country, and their medians over its region without it, by id, to be drawn.

    Frames are those of :meth:`Panel.own` and :meth:`Panel.median`.
    """
    years = panel.first_year, panel.last_year
    pairs = {id: barrier(id, iso3, region, *years, edition) for id in ids if id in SERIES}
    medians = panel.medians(region, without=iso3) if set(ids) & set(panel.open_ids) else None
    for id in [id for id in ids if id not in SERIES]:
        closed = id in panel.drawn_only
        pairs[id] = panel.own(id, iso3), panel.median(id, region, iso3) if closed else _median(medians, id)
    return {id: pairs[id][0] for id in ids}, {id: pairs[id][1] for id in ids}


def _median(medians: pd.DataFrame, id: str) -> pd.DataFrame:
    """Return one indicator of :meth:`Panel.medians`, as :meth:`Panel.median` gives it, without `n`."""
    part = medians[["year", id]].dropna().rename(columns={id: "median"})
    return part.assign(segment=segments(indicator(id), pd.Series("", index=part.index), part["year"]))


def grouped(panel: Panel, ids: list[str]) -> dict[str, pd.DataFrame | Withheld]:
    """Return measures of members of OGP and of others, by id: see :meth:`Panel.groups`."""
    return {id: panel.groups(id, AT_LEAST.get(id)) for id in ids}


def never_alone(ids: list[str]) -> list[str]:
    """Return the measures on surveillance or privacy that are there; none if it is one alone.

    One of them alone would be a choice: they ask different things and disagree.
    """
    there = [id for id in ASKS_ABOUT_SURVEILLANCE if id in ids]
    return there if len(there) > 1 else []


def where_it_stands(panel: Panel, iso3: str, ids: list[str]) -> list[Standing]:
    """Return what each of some measures says of a country, in the order given.

    Raises
    ------
    ParameterError
        If the panel does not hold one of them.
    """
    return [_standing(panel, iso3, indicator(id)) for id in ids if id not in SERIES]


def _standing(panel: Panel, iso3: str, one: Indicator) -> Standing:
    if one.id in panel.drawn_only:
        years = panel.coverage(iso3)[one.id]
        year = int(years.index[years > 0].max()) if years.any() else None
        return Standing(one.id, True, year, int(panel.coverage()[one.id].get(year, 0)))
    past = panel.past(one.id, iso3)
    shown = past[past["year"] >= panel.first_year]
    if shown.empty:
        return Standing(one.id, False, None, 0)
    last = shown.iloc[-1]
    year, bounds = int(last["year"]), {name: plain(last[name]) for name in ("low", "high")}
    peers = panel.frame.loc[panel.frame["year"] == year, one.id].dropna()
    moved = tuple(_moved(panel, one, iso3, past, year - window, year) for window in WINDOWS)
    return Standing(one.id, False, year, len(peers), float(last["value"]), **bounds,
                    rank=1 + int((peers > last["value"]).sum()), tied=int((peers == last["value"]).sum()) - 1,
                    moved=moved, **_probability(past, moved[-1]))  # fmt: skip


def _moved(panel: Panel, one: Indicator, iso3: str, past: pd.DataFrame, first: int, last: int) -> Moved:
    ends = past.loc[past["year"].isin([first, last]), "value"].tolist()
    crossed = panel.broken(one.id, iso3, first, last)
    if crossed is not None or len(ends) < 2:
        return Moved(first, last, None, crossed if len(ends) == 2 else None)
    return Moved(first, last, float(exact(ends[1]) - exact(ends[0])), None)


def _probability(past: pd.DataFrame, moved: Moved) -> dict:
    """Return the probability that a change has the sign it shows, and the note on it."""
    if moved.difference is None:
        return {"note": "not_comparable" if moved.crossed is not None else "not_observed"}
    ends = past.set_index("year").loc[[moved.first, moved.last], ["value", "low", "high", "sd"]]
    found = sign_probability(*(Measured(*row) for row in ends.itertuples(index=False)))
    return {"probability": found.probability, "note": found.note}
