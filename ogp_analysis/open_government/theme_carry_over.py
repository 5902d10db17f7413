"""How many themes of a country's plan come back in its next one, and how many the next plans of other countries have.

A description of pairs of plans, not a model of survival: a commitment has one rating of completion and no history, and
a plan whose successor is not in the data says nothing. A large plan holds more themes than a small one whatever the
country meant, and some themes are in most plans. So the share that comes back is set beside that of the same themes in
next plans of other countries with about as many commitments: what is left is the country's own. Plans whose predecessor
did not have a theme do not compare like with like, because they are of the themes that few plans have. Intervals
are over countries, and treat them as draws from countries like these.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import NamedTuple

import pandas as pd

from ogp_analysis.base.words import say, sentence, word
from ogp_analysis.base.words.numbers import Number, count, counts, share
from ogp_analysis.display.figure import Figure
from ogp_analysis.display.result import Parts
from ogp_analysis.display.table import Table, columns, table
from ogp_analysis.open_government import figures
from ogp_analysis.open_government.commitment_rates import countries_of, one_vintage
from ogp_analysis.statistics.models import INTERCEPT, POWER
from ogp_analysis.statistics.rates import FEWEST_CLUSTERS, Proportion, clustered_proportion
from ogp_analysis.statistics.regression import ols
from ogp_analysis.statistics.result import Result
from ogp_analysis.statistics.shares import SHARE, share_values, with_bounds

#: How many next plans of other countries, nearest in number of commitments, a pair is compared with.
NEAREST = 5
#: The same for the table of how much hangs on that choice; None is all of them, whatever their size.
CHOICES = (1, 3, NEAREST, 10, None)


@dataclass(frozen=True, kw_only=True)
class CarryOver(Result):
    """Themes carried from plan to plan.

    Attributes
    ----------
    pairs : pandas.DataFrame
        Two consecutive plans of one unit a row: ``unit``; ``country`` (the unit itself where it is in none), which
        intervals cluster by; ``plan_number`` of the first; its ``themes``, and those ``carried`` into the second;
        ``size``, the commitments of the second. Sorted by unit and plan.
    n : int
        Themes of first plans, one a theme and pair: the denominator of `overall`.
    overall : Proportion
        Of them, those that the second plan has.
    themes : pandas.DataFrame
        One row per theme: ``theme``; ``carried``, second plans with it of those whose first plan has it, and
        ``taken_up``, of those whose first plan does not, each with denominator, share, interval and countries;
        ``others``, the share of the matched next plans of other countries with it, averaged over first plans that have
        it.
    matched : pandas.DataFrame
        Themes that come back beside the same themes in next plans of other countries, one row for each of
        :data:`CHOICES`: ``nearest``, how many plans nearest in number of commitments are taken, those as near as the
        last too (None is all); ``n`` themes compared; share of them in the ``own`` next plan, and mean share of the
        ``others``; ``estimate, low, high`` of the difference, over countries, and the ``smallest`` that would be
        distinguishable from 0, with a probability of 80 %, missing with fewer than :data:`FEWEST_CLUSTERS`. Empty if no
        other country has a next plan.
    without_next : int
        Plans whose next one is not in the data.
    vintage : str
        Vintage of the data.
    """

    pairs: pd.DataFrame = field(repr=False, compare=False)
    overall: Proportion
    themes: pd.DataFrame = field(repr=False, compare=False)
    matched: pd.DataFrame = field(repr=False, compare=False)
    without_next: int
    vintage: str

    @property
    def frame(self) -> pd.DataFrame:
        """The themes."""
        return self.themes

    @property
    def comparison(self) -> NamedTuple | None:
        """The row of :attr:`matched` with the plans nearest in size that the text gives; None if there is none."""
        return next((one for one in self.matched.itertuples() if one.nearest == NEAREST), None)

    def text(self) -> Parts:
        """Say how many themes the next plan has too, and how many the next plans of others of its size have."""
        if not self.n:
            return Parts()
        pairs = count(len(self.pairs))
        # One decimal throughout, so that the two shares and their difference agree to the eye.
        said = [say("commitments.scope.carried", pairs=pairs, **share_values(self.overall, decimals=1))]
        if (one := self.comparison) is not None:
            values = {"elsewhere": share(one.others, 1), "nearest": count(NEAREST)}
            compared, case = self.matched.dropna(subset=["estimate"]), "counted"
            if pd.notna(one.estimate):
                case = "not_distinguishable" if one.low <= 0 <= one.high else "distinguishable"
                ends = {"difference": one.estimate, "low": one.low, "high": one.high}
                values |= {name: _points(end) for name, end in ends.items()}
                values |= {"level": Number(self.estimates[-1].level, "share")}
                if case == "not_distinguishable":
                    values |= {"smallest": Number(100 * one.smallest, "index", 1), "power": Number(POWER, "share")}
            said.append(say("commitments.matched.others", case=case, **values))
            if case != "counted":
                sizes, untold = compared["estimate"], (compared["low"] <= 0) & (compared["high"] >= 0)
                said.append(
                    say(
                        "commitments.matched.choices",
                        **counts(choices=len(sizes), untold=untold.sum()),
                        lowest=_points(sizes.min()),
                        highest=_points(sizes.max()),
                    )
                )
            said.append(say("commitments.matched.popular"))
        return Parts(said)

    def plot(self, ax=None) -> Figure | Parts:
        """Draw, by theme, the share that comes back beside that of other countries' plans of the same size.

        Parameters
        ----------
        ax : matplotlib.axes.Axes or None
            Axes to draw on, one for each panel; by default it is drawn on its own.
        """
        drawn = self.frame[(self.frame["carried_n"] > 0) & self.frame["others"].notna()]
        if drawn.empty:
            return Parts()
        one = self.comparison
        return figures.carried_beside_others(drawn, one.own, one.others, NEAREST, self.vintage, ax=ax)

    def table(self) -> Parts:
        """Return the themes one by one, and what hangs on how other countries' plans are chosen."""
        return Parts([self.by_theme(), *([self._choices()] if len(self.matched) else [])])

    def _choices(self) -> Table:
        frame = self.matched.dropna(axis=1, how="all") if self.matched["estimate"].isna().all() else self.matched
        names = [word("commitments.matched.all") if nearest is None else str(nearest) for nearest in frame["nearest"]]
        scaled = {name: 100 * frame[name] for name in ("estimate", "low", "high", "smallest") if name in frame}
        frame = frame.assign(nearest=names, **scaled)
        shown = {"estimate": True, "low": True, "high": True, "smallest": False}
        points = {name: ("index", 1, signed) for name, signed in shown.items() if name in frame}
        shares = columns("commitments.column", own=("share", 1), others=("share", 1), **points)
        headings = columns("commitments.column", nearest="") | columns(n="count") | shares
        case = "compared" if "estimate" in frame else "counted"
        caption = sentence("commitments.table.matched", case=case, power=Number(POWER, "share"))
        return table("carry_over_matched", caption, frame, headings)

    def by_theme(self) -> Table:
        """Return, by theme, how often the next plan of a country has a theme that its last one had, or had not.

        Examples
        --------
        >>> len(ogp.open_government.commitments().carry_over().by_theme().frame)
        14
        """
        names = {"carried_share": "share", "carried_low": "low", "carried_high": "high", "carried_clusters": "clusters"}
        frame = self.frame.rename(columns=names)
        frame["theme"] = [word(f"commitments.theme.{theme}") for theme in frame["theme"]]
        headings = columns(theme="", carried="count", carried_n="count")
        headings |= {name: SHARE[name] for name in names.values()} | columns("commitments.column", others="share")
        headings |= columns(taken_up="count", taken_up_n="count")
        caption = sentence(
            "commitments.table.carried",
            **counts(pairs=len(self.pairs), without_next=self.without_next, fewest=FEWEST_CLUSTERS),
        )
        return table("carry_over", caption, with_bounds(frame), headings)


def carry_over(
    commitments: pd.DataFrame, themes: pd.DataFrame, among: pd.DataFrame | None = None, level: float = 0.95
) -> CarryOver:
    """Return the share of themes of each plan that the next plan of the same country has, and those of others.

    Parameters
    ----------
    commitments : pandas.DataFrame
        Clean commitments of one vintage; they say which plans there are, those without a theme included.
    themes : pandas.DataFrame
        ``commitment_id, theme``, a theme once or several times. Other commitments are left out.
    among : pandas.DataFrame or None
        Clean commitments of the same vintage among which next plans of other countries are looked for; by default the
        commitments themselves.
    level : float
        Nominal coverage of the interval, see :func:`ogp_analysis.statistics.rates.clustered_proportion`.

    Raises
    ------
    ModelError
        If the frame holds several vintages: their tags are not the same, and 2024_parliament is a selection.
    """
    vintage = one_vintage(commitments, "carry-over of themes")
    plans = _plans(commitments, themes)
    rows = []
    for unit, number in sorted(plans):
        before, after = plans[unit, number], plans.get((unit, number + 1))
        if after:
            held, carried = tuple(sorted(before.themes)), tuple(sorted(before.themes & after.themes))
            rows.append((unit, before.country, number, held, carried, after.size))
    pairs = pd.DataFrame(rows, columns=["unit", "country", "plan_number", "themes", "carried", "size"])
    names = sorted({theme for plan in plans.values() for theme in plan.themes})
    # Each theme in each pair of plans: whether the first has it, and whether the second does.
    seen = [
        (theme, pair.country, theme in pair.themes, theme in plans[pair.unit, pair.plan_number + 1].themes)
        for theme in names
        for pair in pairs.itertuples()
    ]
    seen = pd.DataFrame(seen, columns=["theme", "country", "had", "has"]).astype({"had": "bool", "has": "boolean"})

    def shared(rows: pd.DataFrame) -> Proportion:
        return clustered_proportion(rows["has"], rows["country"], level)

    overall = shared(seen[seen["had"]])
    looked_at = plans if among is None else _plans(among, themes)
    following = [plan for (unit, number), plan in sorted(looked_at.items()) if (unit, number - 1) in looked_at]
    compared = {nearest: beside_others(pairs, following, nearest) for nearest in CHOICES}
    matched, differences = [], []
    for nearest, rows in compared.items():
        rows = rows.assign(difference=rows["own"] - rows["others"])
        if len(rows):
            matched.append({"nearest": nearest, "n": len(rows), **rows[["own", "others"]].mean()})
        if rows["country"].nunique() >= FEWEST_CLUSTERS and rows["difference"].nunique() > 1:
            fit = ols(rows, "difference", [], clusters="country", level=level)
            one = replace(fit[INTERCEPT], term=f"matched.{'all' if nearest is None else nearest}")
            matched[-1] |= {"estimate": one.estimate, "low": one.low, "high": one.high}
            matched[-1] |= {"smallest": fit.smallest_detectable(INTERCEPT)}
            differences.append(one)
    others, by_theme, estimates = compared[NEAREST].groupby("theme")["others"].mean(), [], []
    for theme in names:
        own = seen[seen["theme"] == theme]
        carried, taken_up = shared(own[own["had"]]), shared(own[~own["had"]])
        by_theme.append((theme, *carried.cells, *taken_up.cells, others.get(theme)))
        estimates.append(carried.as_term(theme))
    parts = [kind if part == "count" else f"{kind}_{part}" for kind in ("carried", "taken_up") for part in SHARE]
    numbers = ["own", "others", "estimate", "low", "high", "smallest"]
    found = pd.DataFrame(matched, columns=["nearest", "n", *numbers]).astype(dict.fromkeys(numbers, "float64"))
    return CarryOver(
        estimates=(overall.as_term("all"), *estimates, *differences),
        n=overall.n,
        pairs=pairs,
        overall=overall,
        themes=pd.DataFrame(by_theme, columns=["theme", *parts, "others"]).astype({"others": "float64"}),
        matched=found.assign(nearest=pd.Series([one["nearest"] for one in matched], dtype="object")),
        without_next=len(plans) - len(pairs),
        vintage=vintage,
        clusters=overall.clusters,
        note=overall.note,
        method=overall.method,
        references=("liang_zeger_1986", "cameron_miller_2015"),
    )


class Plan(NamedTuple):
    """One action plan: its country, how many commitments it has, and their themes."""

    country: str
    size: int
    themes: set[str]


def _plans(commitments: pd.DataFrame, themes: pd.DataFrame) -> dict[tuple[str, int], Plan]:
    """Return the plans by unit and number, those without a theme included."""
    named = commitments[["commitment_id", "unit", "plan_number"]]
    countries = dict(zip(commitments["unit"].astype(str), countries_of(commitments).astype(str), strict=True))
    sizes = named.groupby(["unit", "plan_number"], observed=True).size().items()
    plans = {(str(unit), int(n)): Plan(countries[str(unit)], int(size), set()) for (unit, n), size in sizes}
    joined = named.merge(themes[["commitment_id", "theme"]], on="commitment_id", validate="1:m")
    for unit, number, theme in joined[["unit", "plan_number", "theme"]].itertuples(index=False, name=None):
        plans[str(unit), int(number)].themes.add(str(theme))
    return plans


def beside_others(pairs: pd.DataFrame, following: list[Plan], nearest: int | None) -> pd.DataFrame:
    """Lay each theme of a first plan beside the next plans of other countries that are nearest in size.

    Parameters
    ----------
    pairs : pandas.DataFrame
    following : list of Plan
        Plans that follow another of their country.
    nearest : int or None
        As in :attr:`CarryOver.matched`.

    Returns
    -------
    pandas.DataFrame
        One row per theme of a first plan: ``theme, country``, ``own``, 1 if it came back, and ``others``, the share of
        the matched plans that have it. Pairs without a plan of another country are left out.
    """
    rows = []
    for pair in pairs.itertuples():
        there = [(abs(plan.size - pair.size), plan.themes) for plan in following if plan.country != pair.country]
        if not there:
            continue
        gaps = sorted(gap for gap, _ in there)
        widest = gaps[-1] if nearest is None else gaps[min(nearest, len(gaps)) - 1]
        held_by = [held for gap, held in there if gap <= widest]
        for theme in pair.themes:
            others = sum(theme in held for held in held_by) / len(held_by)
            rows.append((theme, pair.country, float(theme in pair.carried), others))
    return pd.DataFrame(rows, columns=["theme", "country", "own", "others"])


def _points(share: float) -> Number:
    return Number(100 * share, "index", 1, signed=True)
