"""Whether a contract lies above the ceiling up to which its procedure was allowed by amount alone.

A look-up, not a verdict. Ceilings depend on the buyer's budget. Where that is not known, only an amount above the
ceiling of the largest buyers is above every ceiling of its year; of any other nothing can be said. The law allows
direct awards above the ceiling on many other grounds.
"""

from __future__ import annotations

import pandas as pd

from ogp_analysis.base.errors import ParameterError

OUTCOMES = ("below", "above", "not_computable")
#: Why nothing can be said; the first that holds is given.
REASONS = tuple(
    (
        "no_year no_amount currency_not_mxn procedure_without_ceiling kind_without_ceiling year_without_ceiling "
        "tax_decides budget_unknown"
    ).split()
)
#: Method of procurement and the procedure whose ceiling applies; an open call has none.
PROCEDURES = {"direct": "direct_award", "limited": "restricted_invitation"}
#: Whether an amount holds value-added tax, by its basis.
VAT_OF_BASIS = {
    "contract": "not_stated",
    "contract_without_vat": "excluded",
    "maximum_with_tax": "included",
    "maximum_without_tax": "excluded",
}
#: What an amount may be with value-added tax, in percent of that without: the highest rate since 2010 is 16.
WITH_VAT = 116
#: The bracket of the largest budgets, whose ceiling no other bracket exceeds.
HIGHEST = "highest"


def compare(contracts: pd.DataFrame, ceilings: pd.DataFrame, budget: float | None = None) -> pd.DataFrame:
    """Return how each contract stands to the ceiling of its year, kind and procedure.

    The ceiling is without tax. Where the amount holds tax, or may, the contract is above only if it would be so
    with the highest tax taken off, below only if it would be so with none.

    Parameters
    ----------
    contracts : pandas.DataFrame
        ``amount`` (positive), ``currency``, ``vat`` (included, excluded or not_stated, see :data:`VAT_OF_BASIS`),
        ``year`` (the budget year whose decree applies), ``category`` (goods, services, leases, works,
        services_related_to_works) and ``procurement_method`` (direct, limited, ...).
    ceilings : pandas.DataFrame
        ``mexico_thresholds.ceilings``.
    budget : float or None
        Budget of the buyer in pesos, where it is known: brackets are held for 2025 and 2026. If it is not, amounts are
        held against the highest ceiling.

    Returns
    -------
    pandas.DataFrame
        On the index of `contracts`: ``outcome`` (one of :data:`OUTCOMES`; an amount equal to the ceiling is below),
        ``reason`` (empty unless not computable) and ``ceiling`` (pesos without tax). Without a budget nothing is
        below: it may be above the ceiling of a smaller buyer.

    Raises
    ------
    ParameterError
        If a column is absent, or ``vat`` has another value.
    """
    wanted = ("amount", "currency", "vat", "year", "category", "procurement_method")
    absent = [name for name in wanted if name not in contracts.columns]
    odd = [] if absent else sorted(set(contracts["vat"].dropna()) - {"included", "excluded", "not_stated"})
    if absent or odd:
        what = f"lack {', '.join(absent)}" if absent else f"have the unknown value {odd[0]!r} of vat"
        raise ParameterError("contracts", what, "Give " + ", ".join(wanted))
    procedures = contracts["procurement_method"].map(PROCEDURES)
    own = ceilings["bracket"] == HIGHEST
    if budget is not None:
        own = (ceilings["budget_over"] < budget) & ~(ceilings["budget_to"] < budget).fillna(False)
    limit = highest(contracts["year"], contracts["category"], procedures, ceilings[own.fillna(False)])
    amount = contracts["amount"].astype("float64")
    # With tax, or perhaps with it, the net amount lies anywhere between that without the highest rate and all of it.
    share = (contracts["vat"] != "excluded").map({True: WITH_VAT, False: 100})
    above, below = amount * 100 > limit * share, amount <= limit
    holds = {
        "no_year": contracts["year"].isna(),
        "no_amount": ~(contracts["amount"] > 0),
        "currency_not_mxn": contracts["currency"].fillna("") != "MXN",
        "procedure_without_ceiling": procedures.isna(),
        "kind_without_ceiling": ~contracts["category"].isin(ceilings["kind"].unique()),
        "year_without_ceiling": limit.isna(),
        "tax_decides": ~above & ~below,
        "budget_unknown": below & (budget is None),
    }
    reason = pd.Series("", index=contracts.index, dtype="str")
    for name in reversed(tuple(holds)):
        reason = reason.mask(holds[name].astype("bool"), name)
    outcome = above.map({True: "above", False: "below"}).where(reason == "", "not_computable")
    return pd.DataFrame({"outcome": outcome, "reason": reason, "ceiling": limit})


def highest(years: pd.Series, kinds: pd.Series, procedures: pd.Series | str, ceilings: pd.DataFrame) -> pd.Series:
    """Return the highest ceiling of each row in pesos without tax, missing where the table has none (2020 to 2023).

    Parameters
    ----------
    years, kinds : pandas.Series
        Budget year, and what is bought.
    procedures : pandas.Series or str
        ``"direct_award"`` or ``"restricted_invitation"``, of each row or of all.
    ceilings : pandas.DataFrame
        ``mexico_thresholds.ceilings``.
    """
    keys = ["year", "kind", "procedure"]
    wanted = pd.DataFrame({"year": years.astype("Int64"), "kind": kinds, "procedure": procedures}, index=years.index)
    found = ceilings.astype({"year": "Int64", "ceiling": "float64"}).groupby(keys, observed=True)["ceiling"].max()
    found = wanted.merge(found.reset_index(), on=keys, how="left", validate="many_to_one")
    return found["ceiling"].set_axis(years.index).rename(None)
