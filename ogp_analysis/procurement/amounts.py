"""What awards amount to in one currency: which amount is summed, and what was left out and why."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import pandas as pd

from ogp_analysis.base.errors import ParameterError
from ogp_analysis.base.words import say, sentence, word
from ogp_analysis.base.words.numbers import count, share
from ogp_analysis.base.words.sentence import Sentence
from ogp_analysis.display.result import Parts, Shown
from ogp_analysis.display.table import Table, table
from ogp_analysis.procurement.conversion import convert
from ogp_analysis.procurement.exchange_rates import available
from ogp_analysis.procurement.labels import headings, reason

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


def total(frame: pd.DataFrame, which: str, currency: str, conversion: pd.DataFrame | None = None) -> Total:
    """Return the sum of one kind of amount in one currency.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``amount, amount_status`` (:data:`ogp_analysis.procurement.datasets.amounts.AMOUNT_STATUSES`), ``amount_basis,
        currency, currency_status``, as cleaned contracts have them.
    which : str
        A key of :data:`WHICH`.
    currency : str
        ISO 4217 code of the sum.
    conversion : pandas.DataFrame, optional
        Result of :func:`ogp_analysis.procurement.conversion.convert` for these rows into `currency`; without it,
        amounts in other currencies are left out.

    Raises
    ------
    ParameterError
        If there is no such amount, or the conversion is of other rows.
    """
    if which not in WHICH:
        raise ParameterError("which amount", f"{which!r} is not an amount", "Use " + ", ".join(WHICH))
    if conversion is not None and not conversion.index.equals(frame.index):
        raise ParameterError("conversion", "is of other rows than the amounts", "Convert the amounts of this table")
    status, basis = frame["amount_status"], frame["amount_basis"]
    other = {value: f"other_amount:{name}" for name, bases in WHICH.items() if name != which for value in bases}
    why = basis.map(other).where(~basis.isin(WHICH[which]), "").fillna("unknown_basis").astype("str")
    none = ("amount_" + status.astype("str")).where(status.isin(NO_AMOUNT), "")
    why = why.where(why != "", none.mask((none == "") & frame["amount"].isna(), "amount_missing"))
    uncertain = frame["currency"].isna() | (frame["currency"] == "")
    of_currency = ("currency_" + frame["currency_status"].astype("str")).where(uncertain, "")
    if conversion is None:
        of_currency = of_currency.mask(~uncertain & (frame["currency"] != currency), "other_currency")
    else:
        failed = ~uncertain & (conversion["status"] == "not_converted")
        of_currency = of_currency.mask(failed, "not_converted:" + conversion["reason"].astype("str"))
    why = why.where(why != "", of_currency)
    good = why == ""
    values = (frame["amount"] if conversion is None else conversion["converted"])[good]
    large = status[good] == SUSPICIOUS
    reasons = why[~good]
    order = ["other_amount", "unknown_basis", *(f"amount_{name}" for name in NO_AMOUNT), "currency", "other_currency",
             "not_converted"]  # fmt: skip
    place = {code: next(n for n, name in enumerate(order) if code.split(":")[0].startswith(name))
             for code in reasons.unique()}  # fmt: skip
    counts = reasons.value_counts().to_dict()
    left_out = tuple((code, int(counts[code])) for code in sorted(counts, key=lambda code: (place[code], code)))
    used = {} if conversion is None else conversion[good].groupby(["rate_source", "rate_kind"]).size()
    return Total(
        which=which,
        bases=tuple(sorted(basis[good].unique())),
        currency=currency,
        total=math.fsum(values) if good.any() else None,
        summed=int(good.sum()),
        rows=len(frame),
        suspicious=int(large.sum()),
        suspicious_total=math.fsum(values[large]),
        left_out=left_out,
        rates=tuple((source, kind, int(rows)) for (source, kind), rows in used.items()),
    )


@dataclass(frozen=True)
class Amounts(Shown):
    """What awards amount to in one currency.

    Attributes
    ----------
    currency : str
        ISO 4217 code.
    values : pandas.Series
        Amount in the currency, on the index of the awards; missing where it is not counted.
    total : Total
        Their sum, with what was left out and why.
    others : pandas.DataFrame
        ``currency, awards, converted``: what was in another currency or in none that is named, sorted.
    assumed : int
        Awards whose currency is assumed because the files have no column of currencies.
    """

    currency: str
    values: pd.Series = field(repr=False)
    total: Total
    others: pd.DataFrame = field(repr=False)
    assumed: int = 0

    @property
    def frame(self) -> pd.DataFrame:
        """One row per reason why amounts are not in the sum: ``reason`` (code), ``rows``."""
        return pd.DataFrame(list(self.total.left_out), columns=["reason", "rows"])

    def text(self) -> Parts:
        """Say what is summed, in which currencies the amounts were, and how much the largest of them weigh."""
        found = self.total
        parts = Parts([
            say("procurement.scope.amount", case="some" if found.summed else "none", summed=count(found.summed),
                rows=count(found.rows), missing=count(found.missing))
        ])  # fmt: skip
        if self.assumed < found.rows:
            parts += (self._currencies(),)
        if self.assumed:
            parts += (say("procurement.scope.assumed.text", role="warning", assumed=count(self.assumed),
                          currency=self.currency),)  # fmt: skip
        if found.suspicious:
            weight = share(found.suspicious_total / found.total)
            parts += (say("procurement.scope.large.text", suspicious=count(found.suspicious), share=weight),)
        return parts

    def _currencies(self) -> Sentence:
        """Say whether there are other currencies, how many amounts were converted, and by which rates."""
        if self.others.empty:
            case = "one" if self.total.summed else "none"
            return say("procurement.scope.currency", case=case, currency=self.currency)
        named = self.others["currency"] != ""
        foreign, unnamed = self.others[named], self.others[~named]
        kinds = [(source, kind) for source, kind, _ in self.total.rates if kind]
        rates = [f"{word(f'procurement.rates_of.{s}')}, {word(f'procurement.rates_of.{kind}')}" for s, kind in kinds]
        return say(
            "procurement.scope.currency",
            case="others",
            currency=self.currency,
            foreign=count(foreign["awards"].sum()),
            converted=count(foreign["converted"].sum()),
            unnamed=count(unnamed["awards"].sum()),
            rates="; ".join(rates) or "–",
        )

    def table(self) -> Table | Parts:
        """Return why amounts are not in the sum, and how many for each reason."""
        if not self.total.missing:
            return Parts()
        frame = self.frame.assign(reason=[reason(code) for code in self.frame["reason"]])
        frame = frame.groupby("reason", sort=False, as_index=False)["rows"].sum()
        caption = sentence("procurement.table.amounts", currency=self.currency, missing=count(self.total.missing),
                           rows=count(self.total.rows))  # fmt: skip
        return table("amounts_left_out", caption, frame, headings("reason", rows="contracts"))


def amounts(awards: pd.DataFrame, currency: str, edition: str, assumed: bool = False) -> Amounts:
    """Return the amounts of awards in `currency`, at the rate of their day as the edition knows it.

    Amounts of contracts count: no amendment, no maximum of a framework, nothing that is zero, negative or absurd.

    Parameters
    ----------
    awards : pandas.DataFrame
        Awarded contracts with ``amount_status``, ``amount_basis`` and ``currency_status``.
    currency : str
        ISO 4217 code.
    edition : {"embedded", "full"}
        Which exchange rates there are.
    assumed : bool
        Whether a currency stands beside the amounts that name none.
    """
    named = awards["currency"].fillna("").astype("str")
    foreign = (named != currency) & awards["amount"].notna()
    rates = available(edition) if (awards["currency"].notna() & (awards["currency"] != currency)).any() else ()
    conversion = convert(awards["amount"], awards["currency"], awards["date"], currency, rates)
    counts = ~awards["amount_status"].isin(NO_AMOUNT) & awards["amount_basis"].isin(WHICH["contract"])
    values = conversion["converted"].where(counts)
    others = pd.DataFrame({"currency": named, "converted": values.notna()})[foreign]
    others = others.groupby("currency", sort=True)["converted"].agg(awards="size", converted="sum").reset_index()
    return Amounts(
        currency=currency,
        values=values,
        total=total(awards, "contract", currency, conversion),
        others=others.astype({"awards": "int64", "converted": "int64"}),
        assumed=int(((awards["currency_status"] == "unlabelled") & (named != "")).sum()) if assumed else 0,
    )
