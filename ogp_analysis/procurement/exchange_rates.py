"""Published exchange rates in one form: for each period, how many units of each currency one hub currency is worth."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from ogp_analysis.base.errors import ParameterError
from ogp_analysis.store import hand_out

#: Periods that a rate can stand for, from the finest to the coarsest.
KINDS = ("day", "month", "year")
#: Months of a yearly average; an average over fewer is not used.
WHOLE_YEAR = 12


@dataclass(frozen=True)
class Rates:
    """The rates of one publisher for one kind of period.

    Attributes
    ----------
    source : str
        Name of the dataset.
    kind : str
        One of :data:`KINDS`.
    hub : str
        ISO 4217 code of the currency against which the publisher quotes all others: USD (Federal Reserve),
        EUR (European Central Bank), MXN (Banco de México). A rate between two others goes through it.
    units : pandas.DataFrame
        One row per period, by its first day; one column per currency, the hub included: units of the currency
        that are worth one hub. Missing where there is no rate.
    """

    source: str
    kind: str
    hub: str
    units: pd.DataFrame = field(repr=False)

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ParameterError("rates", f"{self.kind!r} is not a kind of period", "Use " + ", ".join(KINDS))

    def pair(self, currency: str, to: str) -> pd.Series:
        """Return units of `to` for one unit of `currency`, by first day of the period; empty if there are none.

        A cross rate is the ratio of two rates against the hub of the same period, never of two periods.
        """
        if currency not in self.units or to not in self.units:
            return pd.Series(dtype="float64", index=pd.DatetimeIndex([]))
        return (self.units[to] / self.units[currency]).dropna()

    def via(self, currency: str, to: str) -> str:
        """Return the hub if a rate between the two goes through it, empty if one of them is the hub."""
        return "" if self.hub in (currency, to) else self.hub


def fed_yearly(table: pd.DataFrame) -> Rates:
    """Return the yearly rates of the Federal Reserve; averages of less than a whole year are left out.

    Parameters
    ----------
    table : pandas.DataFrame
        ``exchange_rates_fed.yearly``.
    """
    whole = table[table["months"] >= WHOLE_YEAR]
    period = pd.to_datetime(whole["year"].astype("str") + "-01-01")
    return _rates("exchange_rates_fed", "year", "USD", whole["currency"], period, whole["per_usd"])


def fed_monthly(table: pd.DataFrame) -> Rates:
    """Return the monthly rates of the Federal Reserve, from ``exchange_rates_fed.monthly``."""
    period = pd.to_datetime({"year": table["year"], "month": table["month"], "day": 1})
    return _rates("exchange_rates_fed", "month", "USD", table["currency"], period, table["per_usd"])


def ecb_daily(table: pd.DataFrame) -> Rates:
    """Return the reference rates of the European Central Bank, from ``exchange_rates_ecb.daily``."""
    return _rates("exchange_rates_ecb", "day", "EUR", table["currency"], table["date"], table["per_eur"])


def banxico_daily(table: pd.DataFrame) -> Rates:
    """Return the quotations of the Banco de México, from ``banxico_exchange_rates.daily``."""
    return _rates("banxico_exchange_rates", "day", "MXN", table["currency"], table["date"], 1 / table["mxn"])


def _rates(source: str, kind: str, hub: str, currency, period, units) -> Rates:
    long = pd.DataFrame(
        {
            "currency": currency.to_numpy(dtype=object),
            "period": pd.to_datetime(period).to_numpy("datetime64[us]"),
            "units": units.to_numpy("float64"),
        }
    )
    wide = long.pivot(index="period", columns="currency", values="units").sort_index()
    return Rates(source, kind, hub, wide.assign(**{hub: 1.0}))


#: The tables that hold rates, in the order in which they are preferred: days of the Banco de México, days of
#: the European Central Bank, months and years of the Federal Reserve.
PREFERRED = (
    ("banxico_exchange_rates", "daily", banxico_daily),
    ("exchange_rates_ecb", "daily", ecb_daily),
    ("exchange_rates_fed", "monthly", fed_monthly),
    ("exchange_rates_fed", "yearly", fed_yearly),
)


def available(edition: str = "embedded") -> tuple[Rates, ...]:
    """Return the rates that an edition holds, the preferred first.

    Parameters
    ----------
    edition : {"embedded", "full"}
        What the repository holds, which are the yearly rates of the Federal Reserve, or the published files the user
        fetched. A source that was not fetched is left out; for the yearly rates the embedded ones stand in.
    """
    found = [
        made(hand_out.load(dataset, table, edition))
        for dataset, table, made in PREFERRED
        if hand_out.has(dataset, table, edition)
    ]
    if not any(one.kind == "year" for one in found):
        dataset, table, made = PREFERRED[-1]
        found.append(made(hand_out.load(dataset, table)))
    return tuple(found)
