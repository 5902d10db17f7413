"""How many themes of a country's plan come back in its next one.

A description of pairs of plans, not a model of survival: a commitment has one rating of completion and no history, and
a plan whose successor is not in the data says nothing. A large plan holds more themes than a small one whatever the
country meant, so each share stands beside that of the plans whose predecessor did not have the theme. Intervals are
over countries, and treat them as draws from countries like these.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from ogp_analysis.base.words import say, sentence, word
from ogp_analysis.base.words.numbers import count
from ogp_analysis.display.result import Parts
from ogp_analysis.display.table import Heading, Table, table
from ogp_analysis.open_government.commitment_rates import countries_of, one_vintage
from ogp_analysis.statistics.rates import (
    CAMERON_MILLER,
    FEWEST_CLUSTERS,
    LIANG_ZEGER,
    Proportion,
    clustered_proportion,
)
from ogp_analysis.statistics.result import Result
from ogp_analysis.statistics.shares import share_values, with_bounds


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
    """

    unit: str
    country: str
    plan_number: int
    themes: tuple[str, ...]
    carried: tuple[str, ...]


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
    """

    theme: str
    carried: Proportion
    taken_up: Proportion


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
    without_next : int
        Plans whose next one is not in the data.
    vintage : str
        Vintage of the data.
    """

    pairs: tuple[PlanPair, ...]
    overall: Proportion
    themes: tuple[ThemeCarryOver, ...]
    without_next: int
    vintage: str

    @property
    def frame(self) -> pd.DataFrame:
        """One row a theme: carried and taken up, each with count, denominator, share, interval and countries."""
        parts = {"": "count", "_n": "n", "_share": "share", "_low": "low", "_high": "high", "_clusters": "clusters"}
        rows = [
            {"theme": t.theme}
            | {
                f"{kind}{end}": getattr(getattr(t, kind), part)
                for kind in ("carried", "taken_up")
                for end, part in parts.items()
            }
            for t in self.themes
        ]
        columns = [f"{kind}{end}" for kind in ("carried", "taken_up") for end in parts]
        return pd.DataFrame(rows, columns=["theme", *columns])

    def text(self) -> Parts:
        """Say how many themes the next plan has too."""
        if not self.n:
            return Parts()
        pairs = count(len(self.pairs))
        return Parts([say("commitments.scope.carried", pairs=pairs, **share_values(self.overall))])

    def table(self) -> Table:
        """Return, by theme, how often the next plan of a country has a theme that its last one had, or had not."""
        names = {"carried_share": "share", "carried_low": "low", "carried_high": "high", "carried_clusters": "clusters"}
        frame = self.frame.rename(columns=names)
        frame["theme"] = [word(f"commitments.theme.{theme}") for theme in frame["theme"]]
        headings = {"theme": Heading("theme"), "carried": Heading("carried", "count"),
                    "carried_n": Heading("carried_n", "count"), "share": Heading("share", "share"),
                    "low": Heading("low", "share"), "high": Heading("high", "share"),
                    "clusters": Heading("countries", "count"),
                    "taken_up": Heading("taken_up", "count"), "taken_up_n": Heading("taken_up_n", "count")}  # fmt: skip
        caption = sentence("commitments.table.carried", pairs=count(len(self.pairs)),
                           without_next=count(self.without_next), fewest=count(FEWEST_CLUSTERS))  # fmt: skip
        return table("carry_over", caption, with_bounds(frame), headings)

    def pair_table(self) -> pd.DataFrame:
        """Return one row a pair of plans: ``unit, plan_number, n_themes, n_carried, share``."""
        rows = [
            (p.unit, p.plan_number, len(p.themes), len(p.carried), len(p.carried) / len(p.themes) if p.themes else None)
            for p in self.pairs
        ]
        frame = pd.DataFrame(rows, columns=["unit", "plan_number", "n_themes", "n_carried", "share"])
        return frame.astype({"share": "float64"})


def carry_over(commitments: pd.DataFrame, themes: pd.DataFrame, level: float = 0.95) -> CarryOver:
    """Return the share of themes of each plan that the next plan of the same country has.

    Parameters
    ----------
    commitments : pandas.DataFrame
        Clean commitments of one vintage; they say which plans there are, those without a theme included.
    themes : pandas.DataFrame
        ``commitment_id, theme``, a theme once or several times. Other commitments are left out.
    level : float
        Nominal coverage of the interval, see :func:`ogp_analysis.statistics.rates.clustered_proportion`.

    Raises
    ------
    ModelError
        If the frame holds several vintages: their tags are not the same, and 2024_parliament is a selection.
    """
    vintage = one_vintage(commitments, "carry-over of themes")
    plans = _themes_of_plans(commitments, themes)
    countries = dict(zip(commitments["unit"].astype(str), countries_of(commitments).astype(str), strict=True))
    pairs = [
        _pair(unit, countries[unit], number, plans) for unit, number in sorted(plans) if (unit, number + 1) in plans
    ]
    names = sorted({theme for held in plans.values() for theme in held})
    overall = _share([(theme in pair.carried, pair) for pair in pairs for theme in pair.themes], level)
    by_theme = tuple(_of_theme(theme, pairs, plans, level) for theme in names)
    return CarryOver(
        estimates=(overall.as_term("all"), *(t.carried.as_term(t.theme) for t in by_theme)),
        n=overall.n,
        pairs=tuple(pairs),
        overall=overall,
        themes=by_theme,
        without_next=len(plans) - len(pairs),
        vintage=vintage,
        clusters=overall.clusters,
        note=overall.note,
        method=overall.method,
        references=(LIANG_ZEGER, CAMERON_MILLER),
    )


def _themes_of_plans(commitments: pd.DataFrame, themes: pd.DataFrame) -> dict[tuple[str, int], set[str]]:
    named = commitments[["commitment_id", "unit", "plan_number"]]
    plans = {(str(u), int(n)): set() for u, n in named[["unit", "plan_number"]].itertuples(index=False, name=None)}
    joined = named.merge(themes[["commitment_id", "theme"]], on="commitment_id", validate="1:m")
    for unit, number, theme in joined[["unit", "plan_number", "theme"]].itertuples(index=False, name=None):
        plans[str(unit), int(number)].add(str(theme))
    return plans


def _pair(unit: str, country: str, number: int, plans: dict) -> PlanPair:
    before, after = plans[unit, number], plans[unit, number + 1]
    return PlanPair(unit, country, number, tuple(sorted(before)), tuple(sorted(before & after)))


def _of_theme(theme: str, pairs: list[PlanPair], plans: dict, level: float) -> ThemeCarryOver:
    had = [(theme in pair.carried, pair) for pair in pairs if theme in pair.themes]
    had_not = [(theme in plans[pair.unit, pair.plan_number + 1], pair) for pair in pairs if theme not in pair.themes]
    return ThemeCarryOver(theme, _share(had, level), _share(had_not, level))


def _share(seen: list[tuple[bool, PlanPair]], level: float) -> Proportion:
    reached = pd.Series([hit for hit, _ in seen], dtype="boolean")
    return clustered_proportion(reached, pd.Series([pair.country for _, pair in seen], dtype="object"), level)
