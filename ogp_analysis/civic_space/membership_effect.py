"""What changed in a measure of civic space in countries that joined OGP, compared with others.

The estimand is intention to treat: the mean change over the years from joining on, whatever became of membership. It
is a comparison of countries that chose and were chosen; no design here makes it the effect of joining.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd

from ogp_analysis.base.errors import ModelError, ParameterError, listed
from ogp_analysis.base.indicators import indicator
from ogp_analysis.base.words import Sentence, say, sentence, word
from ogp_analysis.base.words.numbers import Number, count, index, probability, share, year
from ogp_analysis.civic_space.figures.effects import event_study
from ogp_analysis.civic_space.joiners import (
    BASELINE,
    CONTROLS,
    COVARIATES,
    MOST_ANTICIPATION,
    VALUES_CHECK,
    Joiners,
    joiners,
)
from ogp_analysis.civic_space.specifications import Specifications, estimated, specifications
from ogp_analysis.civic_space.tables.headings import tabled
from ogp_analysis.display.figure import Figure
from ogp_analysis.display.result import Parts, Shown, edition_name
from ogp_analysis.display.table import Table
from ogp_analysis.statistics.did import AdoptionEffects
from ogp_analysis.statistics.group_time import OVERALL
from ogp_analysis.statistics.measurement import with_measurement_error
from ogp_analysis.statistics.models import POWER, Model
from ogp_analysis.statistics.result import Estimate, decimals
from ogp_analysis.statistics.sensitivity import Sensitivity

#: Bounds of the sensitivity to trends that part, in multiples of the most that they parted before joining.
BOUNDS = (0.0, 0.1, 0.25, 0.5, 1.0, 2.0)
#: Draws of the bootstrap behind simultaneous bands, and from the publisher's posterior.
BAND_DRAWS, POSTERIOR_DRAWS = 999, 100


@dataclass(frozen=True)
class MembershipEffect(Shown):
    """The mean change of an outcome from joining on, beside countries that never joined, and by year from joining.

    Attributes
    ----------
    sample : Joiners
        Who is compared, and who is left out.
    controls, covariates : str
        Whom joiners are compared with, and what of the base year is held equal.
    anticipation : int
        Years before joining in which countries may already react.
    fit : AdoptionEffects
        Callaway and Sant'Anna's estimate.
    """

    sample: Joiners
    controls: str
    covariates: str
    anticipation: int
    fit: AdoptionEffects = field(repr=False)

    @property
    def frame(self) -> pd.DataFrame:
        """One row per term: ``ATT``, the mean, and ``ATT(e)``, `e` years from joining, with intervals and bands."""
        return self.fit.frame

    @cached_property
    def specifications(self) -> Specifications:
        """The same by other controls, covariates, estimators and anticipation."""
        return specifications(self.sample, (self.controls, self.covariates, "callaway_santanna", self.anticipation))

    @cached_property
    def sensitivity(self) -> Sensitivity:
        """Intervals that hold if trends part after joining by up to a multiple of the most that they parted before."""
        return self.fit.sensitivity(bounds=BOUNDS)

    @property
    def carrier(self) -> tuple[int, int, float]:
        """The largest cohort, how many joined in it, and its share of the country-years from joining on."""
        sizes = self.fit.cohorts.dropna().set_index("cohort")["units"]
        weights = sizes * (self.sample.last_year + 1 - sizes.index)
        largest = int(sizes.idxmax())
        return largest, int(sizes[largest]), float(weights[largest] / weights.sum())

    def text(self) -> Parts:
        """Say the answer: whether a difference can be established, what it hangs on, and what it cannot show."""
        sample, sizes = self.sample, estimated(self.fit)
        groups = sample.countries.loc[sample.countries["group"] == "joined", "cohort"]
        breakdown = self.sensitivity.breakdown
        case = "never" if breakdown is None else "at_once" if breakdown == 0 else "from"
        return Parts([
            say("joiners.headline", role="headline", indicator=word(f"indicators.{sample.outcome}.short")),
            say("joiners.scope", role="scope", first=year(sample.first_year), last=year(sample.last_year),
                joiners=count(len(groups)), earliest=year(int(groups.min())), latest=year(int(groups.max())),
                gone=count(sample.gone), edition=edition_name(sample.edition)),
            self._found(sizes),
            self._with_and_without(),
            self._carried(),
            *self.specifications.text(role="number"),
            say("joiners.limit", case=case, role="limit",
                bound=Number(max(BOUNDS) if breakdown is None else breakdown, "ratio", 2)),
        ])  # fmt: skip

    def plot(self, ax=None) -> Figure:
        """Draw the effects by year from joining, where half of the joiners are seen, with intervals and the band.

        Parameters
        ----------
        ax : matplotlib.axes.Axes or None
            Axes to draw on, one for each panel; by default it is drawn on its own.
        """
        low, high = self._seen
        effects = self.frame[self.frame["when"].between(low, high)].sort_values("when", ignore_index=True)
        bands = int((self.frame["when"].notna() & self.frame["std_error"].notna()).sum())
        return event_study(effects, name="event_study", id=self.sample.outcome, last=self.sample.last_year,
                           level=self.fit.estimates[0].level, joiners=estimated(self.fit)["joiners"],
                           bands=bands, control=word(f"joiners.control.{self.controls}"),
                           held=word(f"joiners.held.{self.covariates}"), ax=ax)  # fmt: skip

    def table(self) -> Table:
        """Return the mean and the effects by year from joining, with intervals, band, and how many joiners are seen."""
        frame = self.frame[["when", "estimate", "low", "high", "band_low", "band_high", "n"]].copy()
        frame["smallest"] = [self.fit.smallest_detectable(term) for term in self.frame["term"]]
        frame["when"] = [word("joiners.mean") if pd.isna(when) else f"{when:+.0f}".replace("-", "−")
                         for when in frame["when"]]  # fmt: skip
        frame[["band_low", "band_high"]] = frame[["band_low", "band_high"]].where(frame["low"].notna())
        ends = ["low", "high", "band_low", "band_high", "smallest"]
        frame[ends] = frame[ends].astype("object").where(frame[ends].notna(), "no_bounds")
        compared = {
            "control": word(f"joiners.control.{self.controls}"),
            "held": word(f"joiners.held.{self.covariates}"),
        }
        caption = sentence("joiners.table.effects", indicator=self._name, **compared)
        return tabled("effects_by_year", caption, frame)

    def cohorts(self) -> Table:
        """Return the mean change of each cohort; of small cohorts intervals hold the truth less often than they say.

        Examples
        --------
        >>> effect = ogp.civic_space.membership_effect("v2xcs_ccsi")
        >>> effect.cohorts().frame["joiners"].to_list()
        [49, 8, 5, 3, 5, 6]
        """
        by, sizes = self.fit.by("group"), self.fit.cohorts.dropna().set_index("cohort")["units"]
        rows = []
        for cohort, units in sizes.items():
            one = by[str(cohort)]
            rows.append((cohort, units, one.estimate, one.low, one.high, by.smallest_detectable(one.term)))
        caption = sentence("joiners.table.by_cohort", n=count(sizes.sum()), indicator=self._name)
        return tabled("effects_by_cohort", caption, rows)

    def apart(self) -> Parts:
        """Say the mean change of those that joined by the values check, whose outcome was an admission test.

        Examples
        --------
        >>> effect = ogp.civic_space.membership_effect("v2xcs_ccsi")
        >>> print(effect.apart())
        Reported separately: 9 countries that joined from 2017 on, when measures of civil society were part of the ...
        """
        sample = self.sample
        late = sample.countries[sample.countries["group"] == "values_check"]
        about = {"n": count(len(late)), "check": year(VALUES_CHECK)}
        try:
            fit = sample.fitted(self.controls, self.covariates, self.anticipation, group="values_check")
        except ModelError:
            return Parts([say("joiners.apart_unestimated", **about)])
        return Parts([self._mean("joiners.apart", fit, **about)])

    def trends(self) -> Parts:
        """Say whether trends parted before joining, and how far they may part after it before the answer is lost.

        Examples
        --------
        >>> effect = ogp.civic_space.membership_effect("v2xcs_ccsi")
        >>> print(effect.trends()[0].plain())
        The 7 pre-joining effects do not differ jointly from 0 (p = 0.614). That is not proof of parallel trends: ...
        """
        before, sensitivity = self.fit.pretrends(), self.sensitivity
        said = []
        if before.p_value is None:
            said.append(say("joiners.untested"))
        else:
            case = "differ" if before.p_value < 1 - self.fit.estimates[0].level else "do_not_differ"
            leads = self.frame[self.frame["when"].between(self._seen[0], -2 - self.anticipation)]
            said.append(say("joiners.trends", case=case, effects=count(before.effects), p=probability(before.p_value),
                            power=share(POWER), smallest=index(max(
                                self.fit.smallest_detectable(term) for term in leads["term"]))))  # fmt: skip
        breakdown = sensitivity.breakdown
        case = "never" if breakdown is None else "at_once" if breakdown == 0 else "from"
        said.append(say("joiners.breakdown", case=case, leads=count(sensitivity.leads), lags=count(sensitivity.lags),
                        level=share(sensitivity.estimates[0].level),
                        bound=Number(max(BOUNDS) if breakdown is None else breakdown, "ratio", 2)))  # fmt: skip
        return Parts(said)

    def bounds(self) -> Table:
        """Return the intervals of the mean change that hold if trends part, by how far.

        Examples
        --------
        >>> effect = ogp.civic_space.membership_effect("v2xcs_ccsi")
        >>> effect.bounds().frame["bound"].to_list()
        [0.0, 0.1, 0.25, 0.5, 1.0, 2.0]
        """
        caption = sentence("joiners.table.bounds", level=share(self.sensitivity.estimates[0].level),
                           leads=count(self.sensitivity.leads), lags=count(self.sensitivity.lags))  # fmt: skip
        return tabled("bounds_on_trends", caption, self.sensitivity.frame)

    def measurement_error(self, draws: int = POSTERIOR_DRAWS) -> Parts:
        """Say what the error of the outcome leaves of the answer: it is fitted to draws from the publisher's posterior.

        Refused where no bounds are published: no error is made up.

        Parameters
        ----------
        draws : int
            How many.

        Examples
        --------
        >>> effect = ogp.civic_space.membership_effect("v2xcs_ccsi")
        >>> print(effect.measurement_error())
        V-Dem publishes no bounds for this measure in the file used here...
        """
        sample, one = self.sample, indicator(self.sample.outcome)
        if not (one.std_error or (one.low and one.high)):
            return Parts([say("joiners.no_bounds", publisher=word(f"figures.source.of.{one.dataset}"))])
        names = {"sd": f"{one.id}_sd"} if one.std_error else {"low": f"{one.id}_low", "high": f"{one.id}_high"}

        def fitted(frame: pd.DataFrame) -> Model:
            base = frame.loc[frame["year"] == BASELINE].set_index("iso3")[one.id]
            drawn = frame.assign(level=frame["iso3"].map(base))
            return sample.fitted(self.controls, self.covariates, self.anticipation, values=drawn).by("simple")

        found = with_measurement_error(sample.frame, one.id, fitted, time="year", unit="iso3", draws=draws, **names)
        mean = found[OVERALL]
        published = index(found.published[0].estimate, decimals(mean), signed=True)
        said = say("joiners.measured", case=_told(mean), draws=count(draws), published=published, power=share(POWER),
                   share=share(found.shares[0]), smallest=_smallest(found), **_values(mean))  # fmt: skip
        verdict = say("models.measurement", case=found.note, draws=count(draws), share=share(found.largest_share),
                      correlation=index(found.correlation, 2))  # fmt: skip
        return Parts([said, verdict])

    def comparisons(self) -> Parts:
        """Say what two-way fixed effects average: how much of their weight lies on countries that joined before.

        Examples
        --------
        >>> effect = ogp.civic_space.membership_effect("v2xcs_ccsi")
        >>> print(effect.comparisons())
        Two-way fixed effects average three kinds of comparison: 81% of the weight lies on comparisons with ...
        """
        controls = "common_support" if self.controls == "common_support" else "not_yet"
        parts = self.sample.fitted(controls, "none", method="two_way").comparisons
        parts = parts[parts["weight"] > 0].groupby("kind")["weight"].sum()
        weights = {kind: share(parts.get(kind, 0.0)) for kind in ("treated_never", "earlier_later", "later_earlier")}
        return Parts([say("joiners.comparisons", **weights)])

    @property
    def _name(self) -> str:
        return word(f"indicators.{self.sample.outcome}.name")

    @property
    def _seen(self) -> tuple[float, float]:
        """The first and last year from joining at which half of the joiners are seen."""
        frame = self.frame.dropna(subset=["when"])
        often = frame.loc[frame["n"] * 2 >= estimated(self.fit)["joiners"], "when"]
        return float(often.min()), float(often.max())

    def _mean(self, key: str, fit: AdoptionEffects, case: str = "", role: str = "text", **about) -> Sentence:
        mean = fit[OVERALL]
        return say(key, case=case or _told(mean), role=role, indicator=self._name, smallest=_smallest(fit),
                   power=share(POWER), control=word(f"joiners.control.{self.controls}"),
                   held=word(f"joiners.held.{self.covariates}"), **_values(mean), **about)  # fmt: skip

    def _found(self, sizes: dict) -> Sentence:
        """Say whether a difference can be established: one interval cannot, if other ways to compute it include 0."""
        ways = self.specifications.excludes_zero
        case = "null" if _told(self.fit[OVERALL]) == "includes_zero" else "robust" if ways.all() else "mixed"
        return self._mean("joiners.finding", self.fit, case, "finding", joiners=count(sizes["joiners"]),
                          others=count(sizes["others"]), including=count((~ways).sum()),
                          n=count(len(ways)))  # fmt: skip

    def _with_and_without(self) -> Sentence:
        """Say the mean change with and without the level of the base year held equal, beside two groups of controls."""
        said, other = {}, "never" if self.controls != "never" else "common_support"
        for name, controls in (("own", self.controls), ("other", other)):
            said[f"{name}_control"] = word(f"joiners.control.{controls}")
            for covariates in ("none", "level"):
                fit = self.sample.fitted(controls, covariates, self.anticipation)
                numbers = _values(fit[OVERALL]) | {"smallest": _smallest(fit)}
                said |= {
                    f"{name}_{covariates}_{part}": numbers[part] for part in ("estimate", "low", "high", "smallest")
                }
        return say("joiners.with_and_without", role="number", year=year(BASELINE), **said)

    def _carried(self) -> Sentence:
        """Say how much of the mean is that of the largest cohort, and the mean without it."""
        largest, joined, weight = self.carrier
        fit = self.sample.without(largest).fitted(self.controls, self.covariates, self.anticipation)
        about = {"joined": count(joined), "joiners": count(estimated(self.fit)["joiners"]), "weight": share(weight)}
        return say("joiners.carried", case=_told(fit[OVERALL]), role="number", cohort=year(largest),
                   carrier=word(f"joiners.carrier.{'most' if weight > 0.5 else 'less'}"), smallest=_smallest(fit),
                   power=share(POWER), **about, **_values(fit[OVERALL]))  # fmt: skip


def membership_effect(
    outcome: str = "v2xcs_ccsi",
    controls: str = "common_support",
    covariates: str = "level",
    anticipation: int = 0,
    edition: str = "embedded",
) -> MembershipEffect:
    """Return how an outcome changed in countries that joined OGP, compared with others.

    Intention to treat, by the year of the letter of intent: a country that joined counts as a joiner for good. Those
    that joined from 2017 on, when the outcome was part of an admission test, are in no comparison and are reported
    separately. The estimator is that of Callaway and Sant'Anna, doubly robust.

    Parameters
    ----------
    outcome : str
        Id of an indicator on a scale with distances, with values from 2008 or earlier to 2017 or later.
    controls : {"common_support", "never", "not_yet"}
        Countries that never joined and stood in 2010 where joiners did; all that never joined; or also those that had
        not joined yet.
    covariates : {"level", "none", "level_and_income"}
        What of 2010 is held equal: the outcome, nothing, or the outcome and GDP per head.
    anticipation : int
        Years before joining in which countries may already react, 0 to 3.
    edition : {"embedded", "full"}
        Which data are read, as in ``ogp.load``.

    Returns
    -------
    MembershipEffect
        On the scale of the outcome.

    Raises
    ------
    UnknownName
        If the indicator is not in the catalogue.
    ParameterError
        If a choice is unknown, or the outcome has no values to compare.

    Notes
    -----
    Callaway and Sant'Anna (2021); common support cuts never-members off below the lowest twentieth of joiners, in the
    outcome and in electoral democracy.

    Examples
    --------
    >>> effect = ogp.civic_space.membership_effect("v2xcs_ccsi")
    >>> effect.frame.loc[0, ["estimate", "low", "high"]].round(3).to_list()
    [0.026, 0.0, 0.051]
    """
    for name, value, known in (("controls", controls, CONTROLS), ("covariates", covariates, COVARIATES)):
        if value not in known:
            raise ParameterError(name, f"{value!r} is not a choice", "Choices are " + listed(known, 3))
    if (
        not isinstance(anticipation, int)
        or isinstance(anticipation, bool)
        or not 0 <= anticipation <= MOST_ANTICIPATION
    ):
        raise ParameterError("anticipation", f"{anticipation!r} is not a number of years that can be used",
                             f"Give a whole number from 0 to {MOST_ANTICIPATION}")  # fmt: skip
    sample = joiners(outcome, edition)
    fit = sample.fitted(controls, covariates, anticipation, draws=BAND_DRAWS)
    return MembershipEffect(sample, controls, covariates, anticipation, fit)


def _told(mean: Estimate) -> str:
    return "includes_zero" if mean.low <= 0 <= mean.high else "excludes_zero"


def _values(mean: Estimate) -> dict[str, Number]:
    """Return an estimate and the ends of its interval as numbers of a sentence; an end beside 0 is not written as 0."""
    places = decimals(mean)
    interval = {"low": mean.low, "high": mean.high, "level": mean.level}
    ends = {
        name: Number(end, "index", next((n for n in range(places, places + 9) if round(end, n)), places))
        for name, end in (("low", mean.low), ("high", mean.high))
    }
    return {"estimate": Number(mean.estimate, "index", places, signed=True, **interval), **ends,
            "level": share(mean.level)}  # fmt: skip


def _smallest(fit) -> Number:
    return index(fit.smallest_detectable(OVERALL), decimals(fit[OVERALL]))
