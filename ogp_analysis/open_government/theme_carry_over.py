"""How many themes of a country's plan come back in its next one, and how many the next plans of other countries have.

A description of pairs of plans, not a model of survival: a commitment has one rating of completion and no history, and
a plan whose successor is not in the data says nothing. A large plan holds more themes than a small one whatever the
country meant, and some themes are in most plans. So the share that comes back is set beside that of the same themes in
next plans of other countries with about as many commitments: what is left is the country's own. Plans whose predecessor
did not have a theme do not compare like with like, because they are of the themes that few plans have. Intervals
are over countries, and treat them as draws from countries like these.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
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
from ogp_analysis.statistics.rates import CAMERON_MILLER, FEWEST_CLUSTERS, LIANG_ZEGER, Proportion, clustered_proportion
from ogp_analysis.statistics.regression import ols
from ogp_analysis.statistics.result import Estimate, Result
from ogp_analysis.statistics.shares import SHARE, share_values, with_bounds

#: How many next plans of other countries, nearest in number of commitments, a pair is compared with.
NEAREST = 5
#: The same for the table of how much hangs on that choice; None is all of them, whatever their size.
CHOICES = (1, 3, NEAREST, 10, None)


@dataclass(frozen=True)
class PlanPair:
    """Two consecutive plans of one country.

    Attributes
    ----------
    unit : str
        Country or locality.
    country : str
        The country, or the unit itself where it is in none: what intervals cluster by.
    plan_number : int
        Number of the first plan; the second has the next number.
    themes : tuple of str
        Themes of the first plan, sorted.
    carried : tuple of str
        Those that the second plan has too.
    size : int
        Commitments of the second plan.
    """

    unit: str
    country: str
    plan_number: int
    themes: tuple[str, ...]
    carried: tuple[str, ...]
    size: int


@dataclass(frozen=True)
class ThemeCarryOver:
    """One theme over all pairs of plans.

    Attributes
    ----------
    theme : str
        The theme.
    carried : Proportion
        Second plans with the theme, of those whose first plan has it.
    taken_up : Proportion
        Second plans with the theme, of those whose first plan does not have it.
    others : float or None
        Share of the matched next plans of other countries with the theme, averaged over the first plans that have it.
    """

    theme: str
    carried: Proportion
    taken_up: Proportion
    others: float | None


@dataclass(frozen=True)
class MatchedCarryOver:
    """Themes that come back, beside the same themes in next plans of other countries.

    Attributes
    ----------
    nearest : int or None
        How many next plans of other countries, nearest in number of commitments, a pair is compared with; those as near
        as the last are taken too. None is all.
    n : int
        Themes of first plans that are compared.
    own, others : float
        Share of them that the country's own next plan has, and mean share of the matched ones that do.
    difference : Estimate or None
        Own minus others, with an interval over countries; None with fewer than :data:`FEWEST_CLUSTERS`.
    smallest : float or None
        The difference that would be distinguishable from 0 with a probability of 80 %.
    """

    nearest: int | None
    n: int
    own: float
    others: float
    difference: Estimate | None
    smallest: float | None


@dataclass(frozen=True, kw_only=True)
class CarryOver(Result):
    """Themes carried from plan to plan.

    Attributes
    ----------
    pairs : tuple of PlanPair
        Sorted by unit and plan.
    n : int
        Themes of first plans, one a theme and pair: the denominator of `overall`.
    overall : Proportion
        Of them, those that the second plan has.
    themes : tuple of ThemeCarryOver
        By theme, sorted.
    matched : tuple of MatchedCarryOver
        One for each of :data:`CHOICES`; empty if no other country has a next plan.
    without_next : int
        Plans whose next one is not in the data.
    vintage : str
        Vintage of the data.
    """

    pairs: tuple[PlanPair, ...]
    overall: Proportion
    themes: tuple[ThemeCarryOver, ...]
    matched: tuple[MatchedCarryOver, ...]
    without_next: int
    vintage: str

    @property
    def frame(self) -> pd.DataFrame:
        """One row per theme: carried and taken up with count, denominator, share, interval and countries; others."""
        rows = [(t.theme, *t.carried.cells, *t.taken_up.cells, t.others) for t in self.themes]
        columns = [kind if part == "count" else f"{kind}_{part}" for kind in ("carried", "taken_up") for part in SHARE]
        return pd.DataFrame(rows, columns=["theme", *columns, "others"]).astype({"others": "float64"})

    @property
    def comparison(self) -> MatchedCarryOver | None:
        """The comparison with the :data:`NEAREST` next plans of other countries, if there is one."""
        return next((one for one in self.matched if one.nearest == NEAREST), None)

    def text(self) -> Parts:
        """Say how many themes the next plan has too, and how many the next plans of others of its size have."""
        if not self.n:
            return Parts()
        pairs = count(len(self.pairs))
        # One decimal throughout, so that the two shares and their difference agree to the eye.
        said = [say("commitments.scope.carried", pairs=pairs, **share_values(self.overall, decimals=1))]
        if one := self.comparison:
            values = {"elsewhere": share(one.others, 1), "nearest": count(NEAREST)}
            case = "counted"
            if one.difference:
                excludes_zero = not one.difference.low <= 0 <= one.difference.high
                case = "distinguishable" if excludes_zero else "not_distinguishable"
                ends = {"difference": "estimate", "low": "low", "high": "high"}
                values |= {
                    name: Number(100 * getattr(one.difference, end), "index", 1, signed=True)
                    for name, end in ends.items()
                }
                values |= {"level": Number(one.difference.level, "share")}
                if not excludes_zero:
                    values |= {"smallest": Number(100 * one.smallest, "index", 1), "power": Number(POWER, "share")}
            said.append(say("commitments.matched.others", case=case, **values))
            if one.difference:
                sizes = [m.difference.estimate for m in self.matched if m.difference]
                untold = sum(m.difference.low <= 0 <= m.difference.high for m in self.matched if m.difference)
                said.append(
                    say(
                        "commitments.matched.choices",
                        **counts(choices=len(sizes), untold=untold),
                        **{
                            name: Number(100 * end(sizes), "index", 1, signed=True)
                            for name, end in (("lowest", min), ("highest", max))
                        },
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
        return Parts([self.by_theme(), *([self._choices()] if self.matched else [])])

    def _choices(self) -> Table:
        rows = [
            {
                "nearest": word("commitments.matched.all") if m.nearest is None else str(m.nearest),
                **{name: getattr(m, name) for name in ("n", "own", "others")},
                **{name: 100 * getattr(m.difference, name) for name in ("estimate", "low", "high") if m.difference},
                **({"smallest": 100 * m.smallest} if m.smallest else {}),
            }
            for m in self.matched
        ]
        frame = pd.DataFrame(rows)
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
    pairs = []
    for unit, number in sorted(plans):
        if (unit, number + 1) in plans:
            before, after = plans[unit, number], plans[unit, number + 1]
            held, carried = tuple(sorted(before.themes)), tuple(sorted(before.themes & after.themes))
            pairs.append(PlanPair(unit, before.country, number, held, carried, after.size))
    names = sorted({theme for plan in plans.values() for theme in plan.themes})
    overall = _share([(theme in pair.carried, pair) for pair in pairs for theme in pair.themes], level)
    looked_at = plans if among is None else _plans(among, themes)
    following = [plan for (unit, number), plan in sorted(looked_at.items()) if (unit, number - 1) in looked_at]
    compared = {nearest: beside_others(pairs, following, nearest) for nearest in CHOICES}
    matched = tuple(matched_carry_over(nearest, rows, level) for nearest, rows in compared.items() if len(rows))
    others = compared[NEAREST].groupby("theme")["others"].mean().to_dict() if len(compared[NEAREST]) else {}
    by_theme = []
    for theme in names:
        had = [(theme in pair.carried, pair) for pair in pairs if theme in pair.themes]
        had_not = [
            (theme in plans[pair.unit, pair.plan_number + 1].themes, pair) for pair in pairs if theme not in pair.themes
        ]
        by_theme.append(ThemeCarryOver(theme, _share(had, level), _share(had_not, level), others.get(theme)))
    return CarryOver(
        estimates=(
            overall.as_term("all"),
            *(t.carried.as_term(t.theme) for t in by_theme),
            *(m.difference for m in matched if m.difference),
        ),
        n=overall.n,
        pairs=tuple(pairs),
        overall=overall,
        themes=tuple(by_theme),
        matched=matched,
        without_next=len(plans) - len(pairs),
        vintage=vintage,
        clusters=overall.clusters,
        note=overall.note,
        method=overall.method,
        references=(LIANG_ZEGER, CAMERON_MILLER),
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


def beside_others(pairs: list[PlanPair], following: list[Plan], nearest: int | None) -> pd.DataFrame:
    """Lay each theme of a first plan beside the next plans of other countries that are nearest in size.

    Parameters
    ----------
    pairs : list of PlanPair
    following : list of Plan
        Plans that follow another of their country.
    nearest : int or None
        As in :class:`MatchedCarryOver`.

    Returns
    -------
    pandas.DataFrame
        One row per theme of a first plan: ``theme, country``, ``own``, 1 if it came back, and ``others``, the share of
        the matched plans that have it. Pairs without a plan of another country are left out.
    """
    rows = []
    for pair in pairs:
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


def matched_carry_over(nearest: int | None, rows: pd.DataFrame, level: float) -> MatchedCarryOver:
    """Sum up the rows of :func:`beside_others` for one choice of `nearest`; `level` as for :func:`carry_over`."""
    rows, difference, smallest = rows.assign(difference=rows["own"] - rows["others"]), None, None
    if rows["country"].nunique() >= FEWEST_CLUSTERS and rows["difference"].nunique() > 1:
        fit = ols(rows, "difference", [], clusters="country", level=level)
        one, smallest = fit[INTERCEPT], fit.smallest_detectable(INTERCEPT)
        difference = replace(one, term=f"matched.{'all' if nearest is None else nearest}")
    return MatchedCarryOver(
        nearest, len(rows), float(rows["own"].mean()), float(rows["others"].mean()), difference, smallest
    )


def _share(seen: list[tuple[bool, PlanPair]], level: float) -> Proportion:
    reached = pd.Series([hit for hit, _ in seen], dtype="boolean")
    return clustered_proportion(reached, pd.Series([pair.country for _, pair in seen], dtype="object"), level)
