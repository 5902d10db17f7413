"""Several tests at once: p values adjusted within a family that has a name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd
from statsmodels.stats.multitest import multipletests

from ogp_analysis.base.errors import ModelError, listed
from ogp_analysis.statistics.result import REFERENCES, Reference, plain
from ogp_analysis.statistics.sample import check_choices

BENJAMINI_HOCHBERG = REFERENCES["benjamini_hochberg_1995"]
HOLM = REFERENCES["holm_1979"]
BENJAMINI_YEKUTIELI = REFERENCES["benjamini_yekutieli_2001"]
HOCHBERG = REFERENCES["hochberg_1988"]
HOMMEL = REFERENCES["hommel_1988"]
#: Name of each method at statsmodels, and where it is published.
_METHODS = {
    "bonferroni": ("bonferroni", HOLM),
    "holm": ("holm", HOLM),
    "hochberg": ("simes-hochberg", HOCHBERG),
    "hommel": ("hommel", HOMMEL),
    "benjamini_hochberg": ("fdr_bh", BENJAMINI_HOCHBERG),
    "benjamini_yekutieli": ("fdr_by", BENJAMINI_YEKUTIELI),
}


@dataclass(frozen=True)
class Adjusted:
    """One test of a family.

    Attributes
    ----------
    term : str
        What was tested.
    p_value : float or None
        As it was given.
    adjusted : float or None
        The q value (false discovery rate) or adjusted p value (family-wise error rate); None where `p_value` is.
    """

    term: str
    p_value: float | None
    adjusted: float | None


@dataclass(frozen=True)
class Family:
    """The tests that were adjusted together.

    Attributes
    ----------
    name : str
        Code of the family, to be printed with every adjusted value.
    method : str
        As in :func:`adjusted`.
    tests : tuple of Adjusted
        In the order in which they were given.
    references : tuple of Reference
        Where the method is published.
    """

    name: str
    method: str
    tests: tuple[Adjusted, ...]
    references: tuple[Reference, ...] = field(repr=False)

    @property
    def n(self) -> int:
        """Tests counted in the family: those that have a p value."""
        return sum(test.p_value is not None for test in self.tests)

    @property
    def missing(self) -> int:
        """Tests without a p value; they are not counted."""
        return len(self.tests) - self.n

    def __getitem__(self, term: str) -> float | None:
        for test in self.tests:
            if test.term == term:
                return test.adjusted
        tests = listed([test.term for test in self.tests], most=20)
        raise ModelError(f"family {self.name!r}", f"has no test {term!r}", f"Tests are {tests}")

    @property
    def frame(self) -> pd.DataFrame:
        """Return one row per test: ``family, method, n, term, p_value, adjusted``."""
        rows = [(self.name, self.method, self.n, t.term, t.p_value, t.adjusted) for t in self.tests]
        frame = pd.DataFrame(rows, columns=["family", "method", "n", "term", "p_value", "adjusted"])
        return frame.astype({"p_value": "float64", "adjusted": "float64"})


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
    given = [(str(term), plain(p)) for term, p in p_values.items()]
    terms = [term for term, _ in given]
    if repeated := sorted({term for term in terms if terms.count(term) > 1}):
        raise ModelError(where, f"{len(repeated)} terms are repeated, {listed(repeated)}", "Name each once")
    if wrong := [term for term, p in given if p is not None and not 0 <= p <= 1]:
        raise ModelError(where, f"{len(wrong)} values are not a probability, {listed(wrong)}", "Give p values")
    known = [p for _, p in given if p is not None]
    new = iter(multipletests(known, method=name)[1] if known else ())
    tests = tuple(Adjusted(term, p, None if p is None else float(next(new))) for term, p in given)
    return Family(family, method, tests, (reference,))
