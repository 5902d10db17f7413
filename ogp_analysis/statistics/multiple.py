"""Several tests at once: p values adjusted within a family that has a name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd
from statsmodels.stats.multitest import multipletests

from ogp_analysis.base.errors import ModelError, listed
from ogp_analysis.statistics.result import plain
from ogp_analysis.statistics.sample import check_choices

#: Name of each method at statsmodels, and where it is published.
_METHODS = {
    "bonferroni": ("bonferroni", "holm_1979"),
    "holm": ("holm", "holm_1979"),
    "hochberg": ("simes-hochberg", "hochberg_1988"),
    "hommel": ("hommel", "hommel_1988"),
    "benjamini_hochberg": ("fdr_bh", "benjamini_hochberg_1995"),
    "benjamini_yekutieli": ("fdr_by", "benjamini_yekutieli_2001"),
}


@dataclass(frozen=True)
class Family:
    """The tests that were adjusted together.

    Attributes
    ----------
    name : str
        Code of the family, to be printed with every adjusted value.
    method : str
        As in :func:`adjusted`.
    frame : pandas.DataFrame
        One row per test, in the order given: ``family, method, n, term, p_value, adjusted``. The last is the q value
        (false discovery rate) or adjusted p value (family-wise error rate), missing where the p value is.
    n : int
        Tests with a p value: the number that the adjustment corrects for.
    references : tuple of str
        Where the method is published.
    """

    name: str
    method: str
    frame: pd.DataFrame = field(repr=False, compare=False)
    n: int
    references: tuple[str, ...] = field(repr=False)

    def __getitem__(self, term: str) -> float | None:
        found = self.frame.set_index("term")["adjusted"]
        if term not in found:
            tests = listed(list(found.index), most=20)
            raise ModelError(f"family {self.name!r}", f"has no test {term!r}", f"Tests are {tests}")
        return plain(found[term])


def benjamini_hochberg(p_values: Mapping[str, float] | pd.Series, family: str) -> Family:
    """Return Benjamini and Hochberg's q values: the smallest false discovery rate at which a test is kept.

    Parameters
    ----------
    p_values : mapping or pandas.Series
        Term to p value. A missing p value stays missing and is not counted in the family.
    family : str
        Name of the family: which tests were adjusted together is part of the result.

    Returns
    -------
    Family
        The tests in the order given; ``family[term]`` is an adjusted value.

    Raises
    ------
    ModelError
        If the family has no name, a term is repeated, or a value is not a probability.

    Notes
    -----
    Benjamini and Hochberg (1995). It holds for independent tests and under positive dependence, as
    between indices built from shared inputs; not under every dependence.

    Examples
    --------
    >>> tests = benjamini_hochberg({"forum": 0.01, "online": 0.04, "notice": None}, "steps of consultation")
    >>> tests.n, tests["forum"], tests["online"], tests["notice"]
    (2, 0.02, 0.04, None)
    """
    return adjusted(p_values, family, "benjamini_hochberg")


def holm(p_values: Mapping[str, float] | pd.Series, family: str) -> Family:
    """Return Holm's step-down adjusted p values: the family-wise error rate, under any dependence.

    Parameters
    ----------
    p_values : mapping or pandas.Series
        Term to p value. A missing p value stays missing and is not counted in the family.
    family : str
        Name of the family.

    Returns
    -------
    Family
        The tests in the order given.

    Raises
    ------
    ModelError
        As :func:`benjamini_hochberg`.

    Notes
    -----
    Holm (1979).

    Examples
    --------
    >>> holm({"forum": 0.01, "online": 0.04}, "steps of consultation")["forum"]
    0.02
    """
    return adjusted(p_values, family, "holm")


def adjusted(p_values: Mapping[str, float] | pd.Series, family: str, method: str) -> Family:
    """Return p values adjusted for the number of tests in their family.

    Parameters
    ----------
    p_values : mapping or pandas.Series
        Term to p value. A missing p value stays missing and is not counted in the family.
    family : str
        Name of the family.
    method : str
        Of the family-wise error rate ``"bonferroni"`` or ``"holm"`` under any dependence, ``"hochberg"`` or
        ``"hommel"`` under positive dependence; of the false discovery rate ``"benjamini_hochberg"`` under positive
        dependence, ``"benjamini_yekutieli"`` under any.

    Returns
    -------
    Family
        The tests in the order given.

    Raises
    ------
    ModelError
        As :func:`benjamini_hochberg`, or if there is no such method.

    Examples
    --------
    >>> adjusted({"forum": 0.01, "online": 0.04}, "steps of consultation", "bonferroni")["online"]
    0.08
    """
    where = f"family {family!r}"
    check_choices(where, method=(method, _METHODS))
    name, reference = _METHODS[method]
    if not family.strip():
        raise ModelError("family", "has no name", "Name the tests that are adjusted together")
    p = pd.Series(p_values, dtype="float64").rename(str)
    if repeated := sorted(set(p.index[p.index.duplicated()])):
        raise ModelError(where, f"{len(repeated)} terms are repeated, {listed(repeated)}", "Name each once")
    if wrong := list(p.index[p.notna() & ~p.between(0, 1)]):
        raise ModelError(where, f"{len(wrong)} values are not a probability, {listed(wrong)}", "Give p values")
    known = p.dropna()
    new = pd.Series(multipletests(known, method=name)[1] if len(known) else [], known.index, dtype="float64")
    frame = pd.DataFrame({"p_value": p, "adjusted": new.reindex(p.index)}).rename_axis("term").reset_index()
    for place, (column, value) in enumerate({"family": family, "method": method, "n": len(known)}.items()):
        frame.insert(place, column, value)
    return Family(family, method, frame, len(known), (reference,))
