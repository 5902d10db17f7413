"""Commitments as a result: which are looked at, what they promise, and what becomes of them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial

import pandas as pd

from ogp_analysis.base import countries
from ogp_analysis.base.errors import ParameterError
from ogp_analysis.base.names import known
from ogp_analysis.base.words import say, sentence, word
from ogp_analysis.base.words.catalogue import language
from ogp_analysis.base.words.numbers import count, counts, share, year
from ogp_analysis.base.words.sentence import Sentence
from ogp_analysis.data.datasets.open_government.commitment_tables import THEMES
from ogp_analysis.data.quality.vintages import Revision, revision
from ogp_analysis.data.store.hand_out import load
from ogp_analysis.display.result import Parts, Shown
from ogp_analysis.display.table import Heading, Table, table
from ogp_analysis.open_government.commitment_rates import (
    SHOWN,
    CommitmentRates,
    StarAgreements,
    commitment_rate,
    star_agreements,
    vintage_name,
)
from ogp_analysis.open_government.completion_model import (
    CompletionByImpact,
    CompletionModel,
    completion_by_impact,
    completion_model,
)
from ogp_analysis.open_government.promises import (
    Promises,
    ThemeReadings,
    one_by_one,
    read_heading,
    read_table,
    with_lines,
)
from ogp_analysis.open_government.theme_carry_over import CarryOver, carry_over
from ogp_analysis.statistics.rates import FEWEST_CLUSTERS
from ogp_analysis.statistics.shares import share_values

#: Themes whose commitments are always named one by one: there are too few of them for rates to say much.
NAMED_THEMES = ("civic_space", "privacy", "state_surveillance")
#: No share is compared between groups, and nothing is fitted, below this many commitments.
FEWEST = 30
#: The vintage that holds commitments on parliaments and legislation only: never called OGP's commitments.
SELECTION = "2024_parliament"


@dataclass(frozen=True)
class Commitments(Shown):
    """Commitments of one vintage of OGP's table, of one country, plan or theme if they were asked for.

    Attributes
    ----------
    frame : pandas.DataFrame
        One row per commitment or milestone, as in ``ogp_commitments.commitments``; of a theme also ``rules``: the tags
        that give it, or ``read``; of one that was read also ``words, reason, reason_es``.
    vintage : str
        Version of OGP's table.
    country : str or None
        Alpha-3 code, if they are of one country.
    plan : int or None
        Number of the action plan, if they are of one.
    theme : str or None
        Their theme, if they are of one.
    everything : pandas.DataFrame
        The whole table, all vintages.
    themes : pandas.DataFrame
        ``commitment_id, theme, rule`` of the whole table.
    read : pandas.DataFrame
        Candidates for the themes that are read, with what was decided: ``ogp_commitments.theme_readings``.
    sample : pandas.DataFrame
        The random sample of all others: ``ogp_commitments.theme_sample``.
    descriptions : pandas.DataFrame
        One line on what a commitment promised, for those that have one: ``ogp_commitment_descriptions``.
    """

    frame: pd.DataFrame = field(repr=False)
    vintage: str
    country: str | None
    plan: int | None
    theme: str | None
    everything: pd.DataFrame = field(repr=False)
    themes: pd.DataFrame = field(repr=False)
    read: pd.DataFrame = field(repr=False)
    sample: pd.DataFrame = field(repr=False)
    descriptions: pd.DataFrame = field(repr=False)

    @property
    def place(self) -> str:
        """Whose commitments they are, in the reader's language: a country, or how many places."""
        if self.country:
            return countries.country(self.country).name
        case = "places" if (self.frame["place_kind"] == "national").all() else "places_and_localities"
        return sentence(f"commitments.{case}", n=count(self.frame["unit"].nunique())).plain()

    @property
    def basis(self) -> str:
        """Why they have their theme: it was ``read``, OGP's ``tag`` says so, or ``unread`` if neither can be."""
        if self.theme in set(self.read["theme"]) and self.vintage == self._vintage_read:
            return "read"
        own = self.everything.loc[self.everything["vintage"] == self.vintage, "commitment_id"]
        has = self.themes.loc[self.themes["theme"] == self.theme, "commitment_id"].isin(own).any()
        return "tag" if has else "unread"

    @property
    def _vintage_read(self) -> str:
        names = self.everything.loc[self.everything["commitment_id"].isin(self.read["commitment_id"]), "vintage"]
        return str(names.iloc[0]) if len(names) else ""

    def of_theme(self, theme: str) -> Commitments:
        """Return the commitments of a theme: those that OGP tags, or that have it as their main subject as read.

        Raises
        ------
        UnknownName
            If there is no such theme.
        """
        theme = known("theme", theme, THEMES)
        found = self.themes[self.themes["theme"] == theme].groupby("commitment_id")["rule"]
        rules = found.agg(lambda names: " ".join(sorted(names)))
        chosen = self.frame[self.frame["commitment_id"].isin(rules.index)]
        chosen = chosen.assign(rules=chosen["commitment_id"].map(rules))
        why = self.read.loc[self.read["theme"] == theme, ["commitment_id", "words", "reason", "reason_es"]]
        return replace(self, frame=chosen.merge(why, on="commitment_id", how="left"), theme=theme)

    def readings(self) -> ThemeReadings:
        """Return what was read for the four themes that no tag gives, and what the searches may have missed.

        Examples
        --------
        >>> found = ogp.open_government.commitments().readings()
        >>> len(found.frame), len(found.sample), found.rest
        (154, 150, 1778)
        """
        own = self.read.merge(self.frame, on="commitment_id")
        if self.vintage != self._vintage_read:
            return ThemeReadings(own, self.sample.iloc[:0], 0)
        whole = (self.everything["vintage"] == self.vintage).sum()
        return ThemeReadings(own, self.sample, int(whole - self.read["commitment_id"].nunique()))

    def rates(self, *criteria: str) -> CommitmentRates:
        """Return the shares of rated commitments that meet criteria, with intervals clustered by country.

        Parameters
        ----------
        *criteria : str
            Names such as ``"ambitious"`` or ``"complete"``; the usual six by default.

        Raises
        ------
        UnknownName
            If there is no such criterion.
        """
        found = tuple(commitment_rate(self.frame, name) for name in criteria or SHOWN)
        if self.theme:
            title = partial(word, f"commitments.theme.{self.theme}")
            return CommitmentRates(found, title, "measures_of_the_theme", len(self.frame), FEWEST)
        known = {rate.criterion: rate.overall for rate in found}
        if not all(one in known and known[one].n for one in ("ambitious", "mostly_complete")):
            return CommitmentRates(found, lambda: self.place)
        shares = {name: share(known[name].share) for name in ("ambitious", "mostly_complete")}
        said = partial(sentence, "commitments.figure.measures.title", **self._years(), **shares)
        return CommitmentRates(found, lambda: said().plain())

    def _years(self) -> dict:
        submitted = self.frame["submission_year"].dropna()
        if submitted.empty:  # OGP's vintage of 2015 does not say
            return {"case": "undated"}
        return {"case": "dated", "first": year(submitted.min()), "last": year(submitted.max())}

    def stars(self) -> StarAgreements:
        """Return how often published stars are what each of OGP's successive rules gives."""
        return star_agreements(self.frame)

    def carry_over(self) -> CarryOver:
        """Return how many themes of a plan the next plan of the same country has, and those of others of its size."""
        return carry_over(self.frame, self.themes, self.everything[self.everything["vintage"] == self.vintage])

    def promises(self) -> Promises:
        """Return what the starred ones, and Mexico's, promised, one line each.

        Examples
        --------
        >>> found = ogp.open_government.commitments("Mexico", plan=2).promises()
        >>> found.rows, found.starred, len(found.frame)
        (26, 4, 26)
        """
        return with_lines(self.frame, self.descriptions, self.country)

    def completion_by_impact(self) -> CompletionByImpact:
        """Return whether commitments of greater expected impact are completed less often, within plans.

        Examples
        --------
        >>> found = ogp.open_government.commitments().completion_by_impact()
        >>> [(step.lower, step.higher, round(step.estimate, 2)) for step in found.steps.itertuples()]
        [('none', 'minor', -0.1), ('minor', 'moderate', 0.01), ('moderate', 'transformative', -0.02)]
        """
        return completion_by_impact(self.frame)

    def completion_model(self) -> CompletionModel | Parts:
        """Return the ordered logit of completion; of fewer than ten countries the sentence that says why there is none.

        Examples
        --------
        >>> model = ogp.open_government.commitments().completion_model()
        >>> round(model.without["potential_impact"].estimate, 3), model.without.n
        (-0.146, 1616)
        """
        if self.frame["iso3"].nunique() < FEWEST_CLUSTERS:
            return Parts([say("commitments.model.few", fewest=count(FEWEST_CLUSTERS))])
        return completion_model(self.frame)

    def revision(self, before: str = "2015", after: str = "2016") -> Revision | Parts:
        """Return what the publisher changed between two vintages; where one is absent, the sentence that says so."""
        if not {before, after} <= set(self.everything["vintage"]):
            return Parts([say("commitments.scope.revision_absent")])
        old, new = (_chosen(self.everything, one, self.country, self.plan) for one in (before, after))
        return revision(old, new)

    def listed(self, *themes: str) -> Parts:
        """Return the commitments on civic space, privacy and surveillance one by one, after what a theme is.

        Parameters
        ----------
        *themes : str
            Further themes; listed only if they have fewer than :data:`FEWEST` commitments.
        """
        found = [self.of_theme(theme) for theme in sorted({*NAMED_THEMES, *themes})]
        short = [one for one in found if len(one.frame) and (one.theme in NAMED_THEMES or len(one.frame) < FEWEST)]
        return Parts([say("commitments.scope.surveillance"), *(one.table() for one in short)])

    def answer(self, theme: str) -> Parts:
        """Say how ambitious and how complete they are, and how many have a theme: the headline first."""
        ambition, completion = self.rates("ambitious"), self.rates("mostly_complete")
        years = self._years() | {"vintage": vintage_name(self.vintage)}
        if self.vintage == SELECTION:
            years["case"] = "selection"
        plans = self.frame[["unit", "plan_number"]].drop_duplicates()
        sizes = {"rows": count(len(self.frame)), "plans": count(len(plans)), "place": self.place}
        said = [
            say("commitments.headline", role="headline", **years, **sizes),
            say("commitments.years", role="scope", **years, **sizes),
        ]
        if (rated := ambition["ambitious"]).n:
            said.append(say("commitments.glance.ambition", role="finding", **share_values(rated)))
        if (rated := completion["mostly_complete"]).n:
            said.append(say("commitments.glance.completion", role="finding", **share_values(rated)))
        return Parts(
            [*said, self._how_many(theme), say("commitments.glance.limit", role="limit", fewest=count(FEWEST_CLUSTERS))]
        )

    def _how_many(self, theme: str) -> Sentence:
        """Say how many have a theme, on what basis, and whether their shares are compared."""
        found = self.of_theme(theme)
        theme, named = found.theme, word(f"commitments.theme.{found.theme}")
        values = {
            "theme": named,
            "count": count(len(found.frame)),
            "rows": count(len(self.frame)),
            "fewest": count(FEWEST),
        }
        size = "enough" if len(found.frame) >= FEWEST else "few"
        if found.basis == "unread":
            values, size = {"theme": named}, ""
        elif found.basis == "read":
            own = self.readings().frame
            own = own[own["theme"] == theme]
            values |= {"candidates": count(len(own)), "side": count((own["decision"] == "side_clause").sum())}
        case = "_".join(filter(None, (found.basis, size)))
        return say("commitments.glance.theme", role="number", case=case, **values)

    def text(self) -> Parts:
        """Say how many commitments of how many plans and places there are."""
        plans = self.frame[["unit", "plan_number"]].drop_duplicates()
        return Parts.of(
            say(
                "commitments.scope.sample",
                **counts(rows=len(self.frame), plans=len(plans), places=plans["unit"].nunique()),
            )
        )

    def table(self) -> Table | Parts:
        """Return the commitments of a theme one by one, with their line, if any, and the rules that found them."""
        if self.theme is None:
            return Parts()
        ordered = self.frame.sort_values(["unit", "plan_number", "commitment_id"], kind="stable")
        named, n = word(f"commitments.theme.{self.theme}"), count(len(ordered))
        if self.basis == "read":
            frame = read_table(ordered)
            caption = sentence("commitments.table.listed", case="read", theme=named, n=n)
            headings = {name: read_heading(name) for name in frame.columns}
            return table(f"commitments_{self.theme}", caption, frame, headings)
        lines = self.descriptions.set_index("commitment_id")[language()]
        promised = ordered["commitment_id"].map(lines).fillna("not_written")
        frame = one_by_one(ordered, promised).assign(rules=ordered["rules"])
        headings = {name: Heading(name, "count" if name == "plan_number" else "") for name in frame.columns}
        caption = sentence("commitments.table.listed", case="tag", theme=named, n=n)
        return table(f"commitments_{self.theme}", caption, frame, headings)


def commitments(
    country: str | None = None,
    plan: int | None = None,
    theme: str | None = None,
    vintage: str = "2016",
    edition: str = "embedded",
) -> Commitments:
    """Return OGP commitments with their ratings by the Independent Reporting Mechanism.

    Parameters
    ----------
    country : str or None
        Any usual name or code of a country; all by default.
    plan : int or None
        Number of the action plan; all by default.
    theme : str or None
        A theme such as ``"privacy"``; all by default.
    vintage : str
        Version of OGP's table; versions repeat one another, so there is always exactly one. ``2024_parliament`` holds
        commitments on parliaments and legislation only.
    edition : str
        Which data, as in ``ogp.load``.

    Raises
    ------
    UnknownName
        If there is no such country or theme; those most like it are named.
    ParameterError
        If the edition does not hold the vintage, or nothing is left.

    Examples
    --------
    >>> mexico = ogp.open_government.commitments("Mexico")
    >>> mexico.rates("ambitious").frame[["count", "n"]].to_dict("records")
    [{'count': 6, 'n': 26}]
    """
    everything = load("ogp_commitments", "commitments", edition)
    iso3 = countries.country(country).iso3 if country else None
    chosen = _chosen(everything, vintage, iso3, plan)
    themes = load("ogp_commitments", "themes", edition)
    descriptions = load("ogp_commitment_descriptions", "descriptions", edition)
    read, sample = (load("ogp_commitments", name, edition) for name in ("theme_readings", "theme_sample"))
    found = Commitments(chosen, vintage, iso3, plan, None, everything, themes, read, sample, descriptions)
    return found.of_theme(theme) if theme else found


def _chosen(everything: pd.DataFrame, vintage: str, country: str | None, plan: int | None) -> pd.DataFrame:
    held = sorted(everything["vintage"].unique())
    if vintage not in held:
        raise ParameterError(f"vintage {vintage!r}", "is not in this edition", "Use " + ", ".join(held))
    chosen = everything[everything["vintage"] == vintage]
    asked = {"country": country, "plan": plan}
    for column, value in (("unit", country), ("plan_number", plan)):
        if value is not None:
            chosen = chosen[chosen[column] == value]
    if chosen.empty:
        named = ", ".join(f"{name} {value}" for name, value in asked.items() if value is not None)
        raise ParameterError(
            named, f"vintage {vintage} holds no such commitment", "Leave one of them out, or choose another vintage"
        )
    return chosen.reset_index(drop=True)
