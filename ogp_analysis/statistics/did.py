"""The effect of something that units adopt for good, each in its own year: difference in differences.

Every method here rests on parallel trends: without adoption, those that adopted would have moved like those they are
compared with. How far that may fail before the answer is lost is what :meth:`AdoptionEffects.sensitivity` says.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ogp_analysis.base.errors import ModelError, listed
from ogp_analysis.base.words.numbers import count
from ogp_analysis.statistics import adoption_methods
from ogp_analysis.statistics.adoption import adoption_of
from ogp_analysis.statistics.adoption_effects import OVERALL, AdoptionEffects, bands_of, estimates_of
from ogp_analysis.statistics.aggregated import BY
from ogp_analysis.statistics.result import REFERENCES, checked_level

CALLAWAY_SANTANNA = REFERENCES["callaway_santanna_2021"]
SUN_ABRAHAM = REFERENCES["sun_abraham_2021"]
BORUSYAK = REFERENCES["borusyak_jaravel_spiess_2024"]
GOODMAN_BACON = REFERENCES["goodman_bacon_2021"]
CARD_KRUEGER = REFERENCES["card_krueger_1994"]
#: Of each method: how it estimates, its source, the code of its standard errors, and what it lets be chosen.
METHODS = {
    "callaway_santanna": (
        adoption_methods.callaway_santanna, CALLAWAY_SANTANNA, "influence", {"control", "estimator", "base"}),
    "sun_abraham": (adoption_methods.sun_abraham, SUN_ABRAHAM, "cluster_nested", set()),
    "imputation": (adoption_methods.imputation, BORUSYAK, "imputation", set()),
    "two_way": (adoption_methods.two_way_fixed_effects, GOODMAN_BACON, "cluster_nested", set()),
    "means": (adoption_methods.means, CARD_KRUEGER, "welch", set()),
}  # fmt: skip
_CHOICES = {
    "control": ("not_yet", "never"),
    "estimator": ("doubly_robust", "regression", "weighting"),
    "base": ("universal", "varying"),
}


def did(
    frame: pd.DataFrame,
    *,
    outcome: str,
    unit: str,
    time: str,
    cohort: str,
    method: str = "callaway_santanna",
    control: str | None = None,
    covariates: Sequence[str] = (),
    estimator: str | None = None,
    base: str | None = None,
    anticipation: int = 0,
    overall: str = "simple",
    cluster: str | None = None,
    unbalanced: str = "refuse",
    level: float = 0.95,
    draws: int = 999,
    seed: int = 0,
) -> AdoptionEffects:
    """Return the effect of something that units adopt for good, each in its own year.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row per unit and time.
    outcome, unit, time : str
        Columns; time is a number, such as a year.
    cohort : str
        Column with the first time under treatment, the same in all rows of a unit; missing for a unit that never
        adopts. Units treated at the first time or before it have nothing to be compared with: they are left out.
    method : {"callaway_santanna", "sun_abraham", "imputation", "two_way", "means"}
        How effects are estimated. ``two_way`` is the regression with fixed effects of units and times: it weighs
        comparisons with units that adopted already, see :attr:`AdoptionEffects.comparisons`. ``means`` compares two
        groups at two times, and takes units that are seen only once with ``unbalanced="keep"``.
    control : {"not_yet", "never"} or None
        Whom Callaway and Sant'Anna compare with: units not treated yet, by default, or never treated.
    covariates : sequence of str
        What is held equal. Callaway and Sant'Anna take it at the base time; the regressions at each time.
    estimator : {"doubly_robust", "regression", "weighting"} or None
        How Callaway and Sant'Anna hold covariates equal; by default doubly robust.
    base : {"universal", "varying"} or None
        What a time before adoption is compared with there: the last before adoption, as the times after it are, by
        default; or the one before it, with which a trend that parts slowly looks like none.
    anticipation : int
        Times before adoption in which units may already react.
    overall : {"simple", "group", "event", "calendar"}
        What the mean effect averages; see :meth:`AdoptionEffects.by`.
    cluster : str or None
        Column of clusters; by default each unit is one.
    unbalanced : {"refuse", "drop", "keep"}
        What becomes of units that are not observed at every time: a fault, out of the sample, or in it with the rows
        that they have.
    level : float
        Nominal coverage of intervals and bands.
    draws, seed : int
        Of the multiplier bootstrap behind the simultaneous bands.

    Returns
    -------
    AdoptionEffects
        On the scale of the outcome.

    Raises
    ------
    ModelError
        If the frame is not such a panel, no units can be compared, or a choice does not fit the method.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = [(unit, year, unit + year % 3 + 2 * (unit < 4 and year >= 2003), 2003 if unit < 4 else None)
    ...         for unit in range(10) for year in range(2000, 2006)]
    >>> frame = pd.DataFrame(rows, columns=["unit", "year", "index", "first"])
    >>> fit = did(frame, outcome="index", unit="unit", time="year", cohort="first")
    >>> round(fit["ATT"].estimate, 3), fit.cohorts["units"].tolist()
    (2.0, [4, 6])
    """
    where, level = "did", checked_level(level, "did")
    for name, value, known in (("method", method, METHODS), ("overall", overall, BY),
                               ("unbalanced", unbalanced, ("refuse", "drop", "keep"))):  # fmt: skip
        if value not in known:
            raise ModelError(where, f"{name} is {value!r}", "Choices are " + listed(known, 9))
    estimate, source, errors, open_choices = METHODS[method]
    given = {"control": control, "estimator": estimator, "base": base}
    chosen = {}
    for name, value in given.items():
        if value is not None and name not in open_choices:
            raise ModelError(where, f"method {method!r} has no choice of {name}", f"Leave {name} out")
        if name in open_choices:
            chosen[name] = value or _CHOICES[name][0]
            if chosen[name] not in _CHOICES[name]:
                raise ModelError(where, f"{name} is {value!r}", "Choices are " + listed(_CHOICES[name], 9))
    if not isinstance(draws, int) or draws < 0:
        raise ModelError(where, f"draws is {draws!r}", "Give a whole number, 0 for no simultaneous band")
    panel = adoption_of(frame, where, cohort=cohort, anticipation=anticipation, outcome=outcome, unit=unit, time=time,
                        covariates=list(covariates), cluster=cluster, unbalanced=unbalanced)  # fmt: skip
    if len(np.unique(panel.clusters)) < 2:
        raise ModelError(where, "there is only one cluster", "Standard errors need two or more")
    evidence, whole = estimate(panel, overall, {"draws": draws, "seed": seed, "level": level, "chosen": chosen})
    panel, events = evidence.panel, evidence.events
    terms = [OVERALL, *(f"{OVERALL}({e:g})" for e in events.key)]
    mean = estimates_of(whole[:1], whole[1][:, None], terms[:1], evidence)
    behind = evidence.sizes
    sizes = [int(np.isfinite(panel.cohort).sum()), *(behind[key] for key in events.key)]
    clusters = len(np.unique(panel.clusters))
    if method == "sun_abraham":
        compared_with = "last" if "last_cohort" in dict(panel.left_out) else "never"
    else:
        compared_with = chosen.get("control") or {"means": "never", "two_way": "all"}.get(method, "not_yet")
    return AdoptionEffects(
        estimates=mean + estimates_of(events.effect, events.influence, terms[1:], evidence),
        n=int(panel.observed.sum()),
        clusters=clusters,
        method=method,
        references=(source,),
        outcome=outcome,
        errors=errors,
        degrees=evidence.degrees,
        clustered_by=((cluster or unit, clusters),),
        left_out=panel.left_out,
        main=(OVERALL,),
        fit=(("units", count(len(panel.units))), ("treated_units", count(sizes[0])),
             ("cohorts", count(len(panel.cohorts)))),
        when=(float("nan"), *(float(e) for e in events.key)),
        bands=((float("nan"), float("nan")), *bands_of(events, evidence)),
        sizes=tuple(sizes),
        control=compared_with,
        covariates=tuple(covariates),
        _evidence=evidence,
    )  # fmt: skip
