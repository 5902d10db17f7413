"""Sums of amounts that say which amount is summed, in which currency, and what was left out and why."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from ogp_analysis.base.errors import ParameterError

#: What can be summed, and the values of ``amount_basis`` that are it. The three are never added to one another:
#: an amendment may replace or add to a contract, and the maximum of a framework need not be spent.
WHICH = {
    "contract": ("contract", "contract_without_vat"),
    "amendment": ("amendment", "amendment_without_vat"),
    "framework_maximum": ("maximum_with_tax", "maximum_without_tax"),
}
#: Amounts that are none, by their status: a zero is a blank in other words, a negative one a correction, an
#: absurd one a slip, that of a test no purchase.
NO_AMOUNT = ("missing", "unreadable", "absurd", "test", "zero", "negative")
SUSPICIOUS = "suspicious"


@dataclass(frozen=True)
class Total:
    """A sum and everything that must be said with it.

    Attributes
    ----------
    which : str
        ``"contract"``, ``"amendment"`` or ``"framework_maximum"``.
    bases : tuple of str
        The values of ``amount_basis`` among what was summed; several mean with and without tax.
    currency : str
        ISO 4217 code.
    total : float or None
        The sum, not rounded; None if nothing was summed.
    summed, rows : int
        Amounts in the sum, and rows looked at.
    suspicious : int
        Amounts in the sum that are so large that they ask for a look.
    suspicious_total : float
        What they add to it.
    left_out : tuple of (str, int)
        Reason and number of rows, in the order in which reasons are looked at.
    rates : tuple of (str, str, int)
        Where amounts were converted: source and kind of the rate, and how many; ``("", "", n)`` were in the
        currency from the start.
    """

    which: str
    bases: tuple[str, ...]
    currency: str
    total: float | None
    summed: int
    rows: int
    suspicious: int
    suspicious_total: float
    left_out: tuple[tuple[str, int], ...]
    rates: tuple[tuple[str, str, int], ...] = ()

    @property
    def missing(self) -> int:
        """How many rows were left out."""
        return self.rows - self.summed


def total(
    frame: pd.DataFrame,
    which: str,
    currency: str,
    *,
    conversion: pd.DataFrame | None = None,
    key: tuple[str, ...] = (),
    amount: str = "amount",
    status: str = "amount_status",
    basis: str = "amount_basis",
    code: str = "currency",
    code_status: str = "currency_status",
) -> Total:
    """Return the sum of one kind of amount in one currency.

    Parameters
    ----------
    frame : pandas.DataFrame
        Amounts with their status (:data:`ogp_analysis.procurement.datasets.amounts.AMOUNT_STATUSES`), basis, currency
        and its status, as cleaned contracts have them.
    which : str
        A key of :data:`WHICH`.
    currency : str
        ISO 4217 code of the sum.
    conversion : pandas.DataFrame, optional
        Result of :func:`ogp_analysis.procurement.money.convert` for these rows into `currency`; without it, amounts in
        other currencies are left out.
    key : tuple of str
        Columns that name a contract. Of several rows of one, the last that has an amount counts: mostly the others
        are the contract before an amending agreement. Empty if rows are counted as they are.
    amount, status, basis, code, code_status : str
        Names of the columns.

    Raises
    ------
    ParameterError
        If there is no such amount, or the conversion is of other rows.
    """
    if which not in WHICH:
        raise ParameterError("which amount", f"{which!r} is none", "Use " + ", ".join(WHICH))
    if conversion is not None and not conversion.index.equals(frame.index):
        raise ParameterError("conversion", "is of other rows than the amounts", "Convert the amounts of this table")
    reason = _basis(frame[basis], which)
    reason = reason.where(reason != "", _amount(frame[amount], frame[status]))
    reason = reason.where(reason != "", _currency(frame, currency, conversion, code, code_status))
    if key:
        earlier = frame[reason == ""].duplicated(list(key), keep="last")
        reason = reason.mask(earlier.reindex(frame.index, fill_value=False), "earlier_version")
    good = reason == ""
    values = (frame[amount] if conversion is None else conversion["converted"])[good]
    large = frame.loc[good, status] == SUSPICIOUS
    return Total(
        which=which,
        bases=tuple(sorted(frame.loc[good, basis].unique())),
        currency=currency,
        total=math.fsum(values) if good.any() else None,
        summed=int(good.sum()),
        rows=len(frame),
        suspicious=int(large.sum()),
        suspicious_total=math.fsum(values[large]),
        left_out=tuple((name, int(count)) for name, count in _counted(reason[~good])),
        rates=() if conversion is None else _rates(conversion[good]),
    )


def _basis(values: pd.Series, which: str) -> pd.Series:
    other = {value: f"other_amount:{name}" for name, bases in WHICH.items() if name != which for value in bases}
    named = values.map(other).where(~values.isin(WHICH[which]), "")
    return named.fillna("unknown_basis").astype("str")


def _amount(values: pd.Series, status: pd.Series) -> pd.Series:
    reason = ("amount_" + status.astype("str")).where(status.isin(NO_AMOUNT), "")
    return reason.mask((reason == "") & values.isna(), "amount_missing")


def _currency(frame: pd.DataFrame, currency: str, conversion, code: str, code_status: str) -> pd.Series:
    uncertain = frame[code].isna() | (frame[code] == "")
    reason = ("currency_" + frame[code_status].astype("str")).where(uncertain, "")
    if conversion is None:
        return reason.mask(~uncertain & (frame[code] != currency), "other_currency")
    failed = ~uncertain & (conversion["status"] == "not_converted")
    return reason.mask(failed, "not_converted:" + conversion["reason"].astype("str"))


def _counted(reasons: pd.Series) -> list[tuple[str, int]]:
    counts = reasons.value_counts().to_dict()
    order = ["other_amount", "unknown_basis", *(f"amount_{name}" for name in NO_AMOUNT), "currency", "other_currency",
             "not_converted", "earlier_version"]  # fmt: skip
    return sorted(counts.items(), key=lambda item: (_place(item[0], order), item[0]))


def _place(reason: str, order: list[str]) -> int:
    return next(number for number, name in enumerate(order) if reason.split(":")[0].startswith(name))


def _rates(conversion: pd.DataFrame) -> tuple[tuple[str, str, int], ...]:
    counts = conversion.groupby(["rate_source", "rate_kind"]).size()
    return tuple((source, kind, int(count)) for (source, kind), count in counts.items())
