"""Countries that joined OGP beside those that never did: who is compared, and how alike they were before.

Whoever joined is a joiner for good: leaving, inactivity and suspension are what becomes of membership, so that a
country that left while it closed is never a control. Who never joined is read off the table of members, not off a panel
of today's members.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import pandas as pd

from ogp_analysis.base.countries import country
from ogp_analysis.base.errors import ParameterError, listed
from ogp_analysis.base.words import say, sentence, word
from ogp_analysis.base.words.numbers import count, index, share, year
from ogp_analysis.civic_space.breaks import unbroken, with_distances
from ogp_analysis.civic_space.panel import panel
from ogp_analysis.civic_space.tables.headings import tabled
from ogp_analysis.display.result import Parts, Shown
from ogp_analysis.display.table import Table
from ogp_analysis.statistics.did import AdoptionEffects, did

#: The year before the first countries joined: on its values countries are held equal.
BASELINE = 2010
#: First year that is read, and how many years before the first joined an outcome must have.
FIRST_YEAR, LEAST_LEADS = 2003, 3
#: From this year on OGP admits by a values check, which is scored on measures of civil society.
VALUES_CHECK = 2017
#: A never-member is on common support if it stood no lower than all but this share of joiners.
TAIL = 0.05
#: Measures of the base year beside the outcome: electoral democracy, and GDP per head.
OPENNESS, INCOME = "v2x_polyarchy", "gdp_pc"
#: From this value on the table of the base year counts a country as an electoral democracy.
DEMOCRATIC = 0.5
#: Whom joiners are compared with, and what of the base year is held equal.
CONTROLS = ("common_support", "never", "not_yet")
COVARIATES = {"level": ("level",), "none": (), "level_and_income": ("level", "income")}
#: Estimators, each with the controls that it can be given.
METHODS = {
    "callaway_santanna": CONTROLS,
    "sun_abraham": ("common_support", "never"),
    "imputation": ("common_support", "not_yet"),
    "two_way": ("common_support", "not_yet"),
}
#: Most years before joining in which a country may already react.
MOST_ANTICIPATION = 3
_GONE = ("inactive", "suspended", "left")


@dataclass(frozen=True)
class Joiners(Shown):
    """Countries that joined OGP and countries that never did, with an outcome in every year.

    Attributes
    ----------
    outcome : str
        Id of the indicator.
    edition : str
        Which data were read.
    frame : pandas.DataFrame
        One row per country and year, sorted: ``iso3, year``, the outcome under its id (with ``<id>_low``, ``<id>_high``
        and ``<id>_sd`` where they are published), ``group`` (``"joined"``, ``"values_check"`` for those that joined
        from :data:`VALUES_CHECK` on, ``"never"``), ``cohort`` (year of the letter of intent; missing for
        never-members), ``status`` at the end of the year, and of :data:`BASELINE` ``level`` (the outcome), ``openness``
        (electoral democracy), ``income`` (natural logarithm of GDP per head) and ``supported`` (common support).
    left_out : pandas.DataFrame
        ``iso3, reason``: ``"no_value"`` in some year, or ``"undated"`` letter.
    """

    outcome: str
    edition: str
    frame: pd.DataFrame = field(repr=False)
    left_out: pd.DataFrame = field(repr=False)

    @cached_property
    def countries(self) -> pd.DataFrame:
        """One row per country: ``group, cohort, level, openness, income, supported`` by ``iso3``."""
        names = ["group", "cohort", "level", "openness", "income", "supported"]
        return self.frame.groupby("iso3", sort=True)[names].first()

    @property
    def first_year(self) -> int:
        """First year that is read."""
        return int(self.frame["year"].min())

    @property
    def last_year(self) -> int:
        """Last year that is read."""
        return int(self.frame["year"].max())

    @property
    def gone(self) -> int:
        """Joiners that stood as inactive, suspended or gone at the end of some year: they stay joiners."""
        joined = self.frame[self.frame["group"] == "joined"]
        return int(joined.loc[joined["status"].isin(_GONE), "iso3"].nunique())

    def without(self, cohort: int) -> Joiners:
        """Return the same without one cohort."""
        return replace(self, frame=self.frame[self.frame["cohort"].ne(cohort).fillna(True)])

    def fitted(
        self,
        controls: str,
        covariates: str,
        anticipation: int = 0,
        method: str = "callaway_santanna",
        *,
        group: str = "joined",
        values: pd.DataFrame | None = None,
        draws: int = 0,
    ) -> AdoptionEffects:
        """Return the effects of joining by one specification.

        Regressions hold the values of the base year equal by an effect of them in each year.

        Parameters
        ----------
        controls : {"common_support", "never", "not_yet"}
        covariates : {"level", "none", "level_and_income"}
        anticipation : int
        method : str
            One of :data:`METHODS`.
        group : {"joined", "values_check"}
            Whose effects they are. The other group is in no comparison.
        values : pandas.DataFrame or None
            A frame to use in the place of :attr:`frame`, such as one with drawn values.
        draws : int
            Of the bootstrap behind simultaneous bands.
        """
        frame = self.frame if values is None else values
        never = frame["group"] == "never"
        frame = frame[(frame["group"] == group) | (never & (frame["supported"] | (controls != "common_support")))]
        names, choices = list(COVARIATES[covariates]), {}
        if method == "callaway_santanna":
            # A cohort of three is not a sample to fit the probability of joining to.
            choices = {"control": "not_yet" if controls == "not_yet" else "never",
                       "estimator": "doubly_robust" if group == "joined" else "regression"}  # fmt: skip
        else:
            yearly = {f"{name}_{at}": frame[name].where(frame["year"] == at, frame[name] * 0)
                      for name in names for at in range(self.first_year + 1, self.last_year + 1)}  # fmt: skip
            frame, names = frame.assign(**yearly), list(yearly)
        return did(frame, outcome=self.outcome, unit="iso3", time="year", cohort="cohort", method=method,
                   covariates=names, anticipation=anticipation, draws=draws, **choices)  # fmt: skip

    def text(self) -> Parts:
        """Say how many never-members were democracies, how many are on common support, and who is left out."""
        now, reasons = self.countries, self.left_out["reason"].value_counts()
        joined, never = now[now["group"] == "joined"], now[now["group"] == "never"]
        supported = never[never["supported"]]
        said = [
            say("joiners.alike", year=year(BASELINE), cut=index(DEMOCRATIC, 1), never=count(len(never)),
                democratic=count((never["openness"] >= DEMOCRATIC).sum()), joiners=count(len(joined)),
                joiners_democratic=count((joined["openness"] >= DEMOCRATIC).sum())),
            say("joiners.support", supported=count(len(supported)), never=count(len(never)), tail=share(TAIL),
                above=count((joined["level"] > supported["level"].max()).sum()), joiners=count(len(joined))),
        ]  # fmt: skip
        if reasons.get("no_value"):
            said.append(say("joiners.no_value", n=count(reasons["no_value"]), first=year(self.first_year),
                            last=year(self.last_year)))  # fmt: skip
        if reasons.get("undated"):
            undated = self.left_out.loc[self.left_out["reason"] == "undated", "iso3"]
            said.append(say("joiners.undated", n=count(len(undated)),
                            names=", ".join(country(code).name for code in undated)))  # fmt: skip
        return Parts(said)

    def balance(self) -> pd.DataFrame:
        """Return what joiners and never-members looked like in the base year.

        One row per measure: ``measure`` (``"level"``, ``"openness"``, ``"income"``), the means ``joined, never,
        supported``, and ``apart`` and ``apart_supported``: the mean of joiners less that of all never-members, and of
        those on common support, in standard deviations (the root of the mean of both variances). Missing values are in
        no mean.
        """
        now = self.countries
        joined, never = now[now["group"] == "joined"], now[now["group"] == "never"]
        rows = []
        for name in ("level", "openness", "income"):
            own, others = joined[name], (never[name], never.loc[never["supported"], name])
            apart = [(own.mean() - one.mean()) / np.sqrt((own.var() + one.var()) / 2) for one in others]
            rows.append((name, own.mean(), *(one.mean() for one in others), *apart))
        columns = ["measure", "joined", "never", "supported", "apart", "apart_supported"]
        return pd.DataFrame(rows, columns=columns)

    def table(self) -> Table:
        """Return the balance of the base year."""
        measures = {"level": word(f"indicators.{self.outcome}.name"), "openness": word(f"indicators.{OPENNESS}.name"),
                    "income": word("joiners.income")}  # fmt: skip
        frame, now = self.balance(), self.countries
        never = now[now["group"] == "never"]
        caption = sentence("joiners.table.balance", year=year(BASELINE),
                           joiners=count((now["group"] == "joined").sum()), never=count(len(never)),
                           supported=count(never["supported"].sum()))  # fmt: skip
        return tabled("balance_before", caption, frame.assign(measure=frame["measure"].map(measures)))

    def listed(self) -> Table:
        """Return every country that is compared or reported apart, with its values of the base year."""
        frame = self.countries.reset_index().sort_values(["group", "cohort", "iso3"], ignore_index=True)
        frame = frame.assign(
            place=[country(code).name for code in frame["iso3"]],
            group=[word(f"joiners.group.{group}") for group in frame["group"]],
            cohort=frame["cohort"].astype("object").where(frame["cohort"].notna(), "not_applicable"),
            supported=[bool(one) if cohort is pd.NA else "not_applicable"
                       for one, cohort in zip(frame["supported"], frame["cohort"], strict=True)],
        )  # fmt: skip
        caption = sentence("joiners.table.compared", n=count(len(frame)), year=year(BASELINE),
                           indicator=word(f"indicators.{self.outcome}.short"))  # fmt: skip
        return tabled("compared_countries", caption, frame)


def joiners(outcome: str, edition: str = "embedded") -> Joiners:
    """Return the countries that joined OGP and those that never did, with an outcome in every year.

    Years run from :data:`FIRST_YEAR`, or the first of the outcome, to the last of the outcome.

    Parameters
    ----------
    outcome : str
        Id of an indicator on a scale with distances, with values in the base year and :data:`LEAST_LEADS` years before
        the first country joined.
    edition : {"embedded", "full"}

    Raises
    ------
    UnknownName
        If the indicator is not in the catalogue.
    ParameterError
        If it is not such an indicator, its values may not be passed on, its series has a break in these years, or the
        edition does not hold it.
    """
    outcome = (one := with_distances(outcome)).id
    first, last = max(FIRST_YEAR, one.first_year), one.last_year
    if first > BASELINE + 1 - LEAST_LEADS or last < VALUES_CHECK:
        years = f"{BASELINE + 1 - LEAST_LEADS} or earlier to {VALUES_CHECK} or later"
        raise ParameterError("outcome", f"{outcome} has values from {one.first_year} to {one.last_year}",
                             f"Choose one with values from {years}, such as v2xcs_ccsi")  # fmt: skip
    unbroken(one, first, last)
    read = panel(dict.fromkeys([outcome, OPENNESS, INCOME]), first, last, edition)
    if absent := [id for id in (outcome, OPENNESS, INCOME) if id in read.absent]:
        raise ParameterError("outcome", f"the {edition} edition does not hold {listed(absent)}",
                             "Choose another outcome, or the full edition")  # fmt: skip
    frame, base = read.frame, read.frame[read.frame["year"] == BASELINE].set_index("iso3")
    ever = frame.groupby("iso3")["ogp_ever"].first().astype(bool)
    values = frame.groupby("iso3")[outcome].count()
    whole = (values == last - first + 1) & base[OPENNESS].reindex(values.index).notna()
    cohorts = frame.groupby("iso3")["ogp_cohort"].first()
    undated = ever & cohorts.isna()
    reasons = pd.Series("no_value", index=values.index).mask(whole & undated, "undated")
    out = reasons[(ever | (values > 0)) & (~whole | undated)]
    now = pd.DataFrame({"cohort": cohorts, "level": base[outcome], "openness": base[OPENNESS],
                        "income": np.log(base[INCOME])})[whole & ~undated]  # fmt: skip
    joined = now["cohort"].lt(VALUES_CHECK).fillna(False)
    now["group"] = np.where(now["cohort"].isna(), "never", np.where(joined, "joined", "values_check"))
    least = now.loc[joined, ["level", "openness"]].quantile(TAIL)
    now["supported"] = (now[["level", "openness"]] >= least).all(axis=1) | (now["group"] != "never")
    kept = [c for c in frame.columns if c == outcome or c in {f"{outcome}_{end}" for end in ("low", "high", "sd")}]
    frame = frame[["iso3", "year", *kept, "ogp_status"]].rename(columns={"ogp_status": "status"})
    frame = frame.merge(now, left_on="iso3", right_index=True, validate="many_to_one")
    return Joiners(outcome, edition, frame.sort_values(["iso3", "year"], ignore_index=True),
                   pd.DataFrame({"iso3": out.index, "reason": out.to_numpy()}))  # fmt: skip
