"""Whether a contract lies above the ceiling up to which its procedure was allowed by amount alone.

A look-up, not a verdict. Ceilings depend on the buyer's budget. Where that is not known, only an amount above the
ceiling of the largest buyers is above every ceiling of its year; of any other nothing can be said. The law allows
direct awards above the ceiling on many other grounds.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from ogp_analysis.base.errors import ParameterError
from ogp_analysis.base.words import say, word
from ogp_analysis.base.words.numbers import count
from ogp_analysis.display.result import Parts, Shown
from ogp_analysis.display.table import Heading, Table, table
from ogp_analysis.procurement.labels import headings, year_or_undated

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


#: Columns of :class:`Ceilings`.
COLUMNS = ["year", "awards", "above", "untold", "other"]


@dataclass(frozen=True)
class Ceilings(Shown):
    """Direct awards held one by one against the highest ceiling of their year and kind.

    Attributes
    ----------
    frame : pandas.DataFrame
        One row per year: ``year`` (missing for undated awards), ``awards`` (direct), ``above`` (the highest ceiling, so
        above every one), ``untold`` (at or below it with its tax, or perhaps so: the buyer's budget decides, which is
        not published), ``other`` (no ceiling of that year, kind or currency, or no amount). Empty if nothing is held
        against a ceiling.
    case : str
        ``held``; or why not: ``no_direct`` award, ``absent`` from the edition, ``not_applicable``.
    """

    frame: pd.DataFrame = field(repr=False)
    case: str

    def text(self) -> Parts:
        """Say how many direct awards lie above every ceiling of their year, or why none is held against one."""
        if self.case != "held":
            return Parts([say(f"procurement.splitting.{self.case}")])
        values = {name: count(self.frame[name].sum()) for name in COLUMNS[1:]}
        return Parts([say("procurement.splitting.held", **values), say("procurement.splitting.ceilings")])

    def table(self) -> Table | Parts:
        """Return how the direct awards of each year stand to the ceiling."""
        if self.case != "held":
            return Parts()
        frame = self.frame.assign(year=[year_or_undated(year) for year in self.frame["year"]])
        columns = {"year": Heading("year"), **headings(awards="contracts"), **headings(*COLUMNS[2:])}
        return table("direct_awards_and_ceilings", word("procurement.table.ceilings"), frame, columns)


def direct_awards_and_ceilings(
    awards: pd.DataFrame, ceilings: pd.DataFrame | None, applicable: bool = True
) -> Ceilings:
    """Return how the direct awards of each year stand to the ceiling.

    Parameters
    ----------
    awards : pandas.DataFrame
        Awarded contracts with ``amount_basis``.
    ceilings : pandas.DataFrame or None
        ``mexico_thresholds.ceilings``; None if the edition has none.
    applicable : bool
        Whether the contracts are under the law that sets the ceilings.
    """
    nothing = pd.DataFrame(columns=COLUMNS)
    if not applicable or ceilings is None:
        return Ceilings(nothing, "absent" if applicable else "not_applicable")
    direct = awards[awards["method"] == "direct"]
    if direct.empty:
        return Ceilings(nothing, "no_direct")
    asked = direct.assign(vat=direct["amount_basis"].map(VAT_OF_BASIS), procurement_method=direct["method"])
    told = compare(asked, ceilings)
    untold = told["reason"].isin(("tax_decides", "budget_unknown")).map({True: "untold", False: "other"})
    kind = untold.mask(told["outcome"] == "above", "above")
    found = pd.crosstab(direct["year"].astype("object").where(direct["year"].notna(), 0), kind)
    found = found.reindex(columns=COLUMNS[2:], fill_value=0).rename_axis("year").reset_index()
    found.insert(1, "awards", found[COLUMNS[2:]].sum(axis=1))
    year = found["year"].astype("Int64")
    return Ceilings(found.assign(year=year.mask(year == 0)).sort_values("year", ignore_index=True), "held")
