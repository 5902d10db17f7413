"""Amounts in one currency, at the rates of their days, and at the prices of one year; each that lacks says why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from ogp_analysis.base.errors import ParameterError
from ogp_analysis.data.datasets.procurement.checks import CURRENCY_STATUSES
from ogp_analysis.data.store import hand_out

# Published exchange rates in one form: for each period, how many units of each currency one hub currency is worth.

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


#: The tables that hold rates, in the order in which they are preferred, each with its kind of period and the hub: days
#: of the Banco de México, days of the European Central Bank, months and years of the Federal Reserve.
PREFERRED = (
    ("banxico_exchange_rates", "daily", "day", "MXN"),
    ("exchange_rates_ecb", "daily", "day", "EUR"),
    ("exchange_rates_fed", "monthly", "month", "USD"),
    ("exchange_rates_fed", "yearly", "year", "USD"),
)


def rates_of(table: pd.DataFrame, source: str, kind: str, hub: str) -> Rates:
    """Return the rates that a clean table holds; averages of less than a whole year are left out.

    Parameters
    ----------
    table : pandas.DataFrame
        A table of :data:`PREFERRED`.
    source, kind, hub : str
        As in :class:`Rates`.
    """
    if kind == "year":
        table = table[table["months"] >= WHOLE_YEAR].assign(month=1)
    if kind != "day":
        table = table.assign(date=pd.to_datetime(table[["year", "month"]].assign(day=1)))
    units = 1 / table["mxn"] if hub == "MXN" else table[f"per_{hub.lower()}"]
    long = pd.DataFrame({"currency": table["currency"].astype("object"), "units": units.astype("float64")})
    long["period"] = pd.to_datetime(table["date"]).astype("datetime64[us]")
    wide = long.pivot(index="period", columns="currency", values="units").sort_index()
    return Rates(source, kind, hub, wide.assign(**{hub: 1.0}))


def available(edition: str = "embedded") -> tuple[Rates, ...]:
    """Return the rates that an edition holds, the preferred first.

    Parameters
    ----------
    edition : {"embedded", "full"}
        What the repository holds, which are the yearly rates of the Federal Reserve, or the published files the user
        fetched. A source that was not fetched is left out; for the yearly rates the embedded ones stand in.
    """
    held = [one for one in PREFERRED if hand_out.has(*one[:2], edition)]
    tables = [(one, hand_out.load(*one[:2], edition)) for one in held]
    if PREFERRED[-1] not in held:
        tables.append((PREFERRED[-1], hand_out.load(*PREFERRED[-1][:2])))
    return tuple(rates_of(table, dataset, kind, hub) for (dataset, _, kind, hub), table in tables)


# Amounts in another currency, at the rate of their date. Each that cannot be converted says why.

#: A day without a rate (weekend, holiday) takes the last one before it, if that is no older than this.
LOOK_BACK_DAYS = 7
#: Why an amount was not converted; the first that holds is given.
CONVERSION_REASONS = ("no_amount", "no_currency", "no_date", "no_rate")
_FREQUENCY = {"month": "M", "year": "Y"}


def convert(
    amounts: pd.Series, currencies: pd.Series, dates: pd.Series, to: str, rates: Iterable[Rates]
) -> pd.DataFrame:
    """Return each amount in currency `to`, at a rate of its date.

    Of the given rates, the first counts that has one for both currencies in the period of the date. A day
    takes the rate of that day or of the last day before it, at most :data:`LOOK_BACK_DAYS` earlier, never a
    later one.

    Parameters
    ----------
    amounts : pandas.Series
        Numbers, in units of `currencies`.
    currencies : pandas.Series
        ISO 4217 codes; missing or empty where the currency is not certain.
    dates : pandas.Series
        Days; missing if unknown.
    to : str
        ISO 4217 code.
    rates : iterable of Rates
        In order of preference, see :func:`ogp_analysis.procurement.amounts.available`.

    Returns
    -------
    pandas.DataFrame
        On the index of `amounts`: ``converted`` (missing unless converted), ``rate`` (units of `to` for one unit
        of the currency), ``rate_source``, ``rate_kind`` (day, month, year), ``rate_date`` (first day of its
        period), ``status`` and ``reason``.
        An amount in `to` itself is left as it is, with rate 1 and status ``same_currency``; where there is no rate
        nothing is assumed.

    Raises
    ------
    ParameterError
        If the three columns have different indexes.
    """
    for name, other in (("currencies", currencies), ("dates", dates)):
        if not other.index.equals(amounts.index):
            raise ParameterError(name, "have another index than the amounts", "Take all from one table")
    code = currencies.astype("object").where(currencies.notna(), "").astype("str")
    table = pd.DataFrame({"rate": np.nan, "rate_date": pd.NaT}, index=amounts.index)
    table = table.astype({"rate_date": "datetime64[us]"}).assign(rate_source="", rate_kind="", status="not_converted")
    same = (code == to) & amounts.notna()
    table.loc[same, ["rate", "status"]] = 1.0, "same_currency"
    asked = amounts.notna() & (code != "") & dates.notna() & ~same
    rates = tuple(rates)
    for currency in sorted(set(code[asked])):
        for one in rates:
            pair, days = (
                one.pair(currency, to),
                dates[asked & (code == currency) & (table["status"] == "not_converted")],
            )
            if not len(pair) or not len(days):
                continue
            wanted = days if one.kind == "day" else days.dt.to_period(_FREQUENCY[one.kind]).dt.start_time
            wanted = wanted.astype("datetime64[us]")
            at = pair.index.searchsorted(wanted.to_numpy(), side="right") - 1
            found = pd.Series(pair.index[np.maximum(at, 0)], index=days.index)
            oldest = pd.Timedelta(days=LOOK_BACK_DAYS if one.kind == "day" else 0)
            hit = (at >= 0) & (wanted - found <= oldest).to_numpy()
            known = days.index[hit]
            table.loc[known, "rate"] = pair.to_numpy()[at[hit]]
            table.loc[known, "rate_date"] = found[hit]
            table.loc[known, ["rate_source", "rate_kind", "status"]] = one.source, one.kind, "converted"
    table.insert(0, "converted", (amounts * table["rate"]).where(~same, amounts).astype("float64"))
    why = [table["status"] != "not_converted", amounts.isna(), code == "", dates.isna()]
    table["reason"] = np.select(why, ["", *CONVERSION_REASONS[:3]], CONVERSION_REASONS[3])
    return table.astype(dict.fromkeys(("rate_source", "rate_kind", "status", "reason"), "str"))


# Amounts at the prices of another year: a price index chained from yearly changes, with every year it rests on.

#: Index of the base year.
BASE = 100.0


def chained(changes: pd.DataFrame, economy: str, base_year: int, years: Iterable[int]) -> pd.DataFrame:
    """Return the index of the given years, base year = 100, with every link it rests on.

    The change of year *t* links *t* - 1 with *t*. So a year after the base year rests on the changes from the
    year after the base year to its own, a year before it on those from the year after its own to the base year.
    If one of them is missing there is no index.

    Parameters
    ----------
    changes : pandas.DataFrame
        ``consumer_prices_world_bank.price_change``: ``economy, year, price_change`` (percent, above -100).
    economy : str
        World Bank code.
    base_year : int
        Year whose index is 100.
    years : iterable of int
        Years wanted.

    Returns
    -------
    pandas.DataFrame
        One row per year: ``year, price_index, links, missing_links``, the last two texts of years joined by blanks.
    """
    years = sorted(set(years))
    own = changes[changes["economy"] == economy].set_index("year")["price_change"].astype("float64")
    first, last = min([base_year, *years]), max([base_year, *years])
    factor = 1 + own.reindex(range(first, last + 1)) / 100
    # A missing change makes everything beyond it missing; by default a product would step over it.
    forward = factor.loc[base_year + 1 :].cumprod(skipna=False)
    # From the base year down: the index of t - 1 is that of t over the factor of t.
    backward = 1 / factor.loc[first + 1 : base_year][::-1].cumprod(skipna=False)
    backward.index = backward.index - 1
    index = BASE * pd.concat([pd.Series({base_year: 1.0}), forward, backward])
    links = [range(min(year, base_year) + 1, max(year, base_year) + 1) for year in years]
    there = set(own.dropna().index)
    missing = [[year for year in of_year if year not in there] for of_year in links]
    chain = pd.DataFrame({"year": pd.Series(years, dtype="int64")})
    chain["price_index"] = np.array([index[year] for year in years], dtype="float64")
    for name, found in (("links", links), ("missing_links", missing)):
        chain[name] = pd.Series([" ".join(map(str, of_year)) for of_year in found], dtype="str")
    return chain


def deflate(amounts: pd.Series, years: pd.Series, economy: str, base_year: int, changes: pd.DataFrame) -> pd.DataFrame:
    """Return each amount at the consumer prices of `base_year`.

    Parameters
    ----------
    amounts : pandas.Series
        Numbers at the prices of their year, all in the currency of `economy`. Convert after deflating, or
        deflate with the prices of the economy whose currency they are in.
    years : pandas.Series
        Calendar year of each amount; missing if unknown.
    economy : str
        World Bank code, for example ``"MEX"``.
    base_year : int
        Year at whose prices the result is.
    changes : pandas.DataFrame
        ``consumer_prices_world_bank.price_change``: yearly change in percent.

    Returns
    -------
    pandas.DataFrame
        On the index of `amounts`: ``deflated`` (missing unless every link is there), ``price_index`` (base year =
        100), ``links`` (the years whose changes lie between the year and the base year, joined by blanks),
        ``missing_links`` (those of them without a change), ``status`` and ``reason``.

    Raises
    ------
    ParameterError
        If `years` has another index.

    See Also
    --------
    chained : the price index.
    """
    if not years.index.equals(amounts.index):
        raise ParameterError("years", "have another index than the amounts", "Take both from one table")
    year = years.astype("Int64")
    chain = chained(changes, economy, base_year, sorted(year.dropna().unique().tolist())).set_index("year")
    index = _looked_up(year, chain["price_index"].to_dict(), np.nan)
    whole = amounts.notna() & index.notna()
    same = whole & (year == base_year).fillna(False)
    status = pd.Series("not_deflated", index=amounts.index, dtype="str").mask(whole, "deflated").mask(same, "same_year")
    reason = pd.Series("missing_links", index=amounts.index, dtype="str").mask(year.isna(), "no_year")
    reason = reason.mask(amounts.isna(), "no_amount").where(~whole, "")
    return pd.DataFrame(
        {
            "deflated": (amounts * 100 / index).where(~same, amounts).astype("float64"),
            "price_index": index,
            "links": _looked_up(year, chain["links"].to_dict(), ""),
            "missing_links": _looked_up(year, chain["missing_links"].to_dict(), ""),
            "status": status,
            "reason": reason,
        }
    )


def _looked_up(years: pd.Series, values: dict, missing) -> pd.Series:
    found = [missing if pd.isna(year) else values[year] for year in years]
    return pd.Series(found, index=years.index, dtype="str" if missing == "" else "float64")


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


def in_currency(awards: pd.DataFrame, currency: str, edition: str = "embedded") -> pd.DataFrame:
    """Return the amounts of contracts in one currency, at the rate of their day as the edition knows it.

    Amounts of contracts count: no amendment, no maximum of a framework, nothing that is zero, negative or absurd.

    Parameters
    ----------
    awards : pandas.DataFrame
        ``amount, amount_status`` (:data:`ogp_analysis.data.datasets.procurement.checks.AMOUNT_STATUSES`),
        ``amount_basis, currency, currency_status, date``, as awarded contracts have them.
    currency : str
        ISO 4217 code.
    edition : {"embedded", "full"}
        Which exchange rates there are.

    Returns
    -------
    pandas.DataFrame
        On the index of `awards`: ``value`` in the currency, missing where it is not counted; ``left_out``, why it is
        not, empty where it counts; ``rate_source`` and ``rate_kind`` (day, month, year) of a converted amount.
        The first reason that holds is given: another kind of amount, its status, its currency, its rate.

    Examples
    --------
    >>> awards = pd.DataFrame({"amount": [5.0, 0.0], "amount_status": ["ok", "zero"], "amount_basis": "contract",
    ...                        "currency": "MXN", "currency_status": "ok", "date": pd.Timestamp("2017-01-05")})
    >>> in_currency(awards, "MXN")[["value", "left_out"]].values.tolist()
    [[5.0, ''], [nan, 'amount_zero']]
    """
    other = awards["currency"].notna() & (awards["currency"] != currency)
    rates = available(edition) if other.any() else ()
    made = convert(awards["amount"], awards["currency"], awards["date"], currency, rates)
    status, basis = awards["amount_status"], awards["amount_basis"]
    unnamed = awards["currency"].isna() | (awards["currency"] == "")
    failed = made["status"] == "not_converted"
    holds = {f"other_amount:{name}": basis.isin(bases) for name, bases in WHICH.items() if name != "contract"}
    holds["unknown_basis"] = ~basis.isin([value for bases in WHICH.values() for value in bases])
    holds |= {f"amount_{name}": status == name for name in NO_AMOUNT}
    holds["amount_missing"] |= ~status.isin(NO_AMOUNT) & awards["amount"].isna()
    holds |= {f"currency_{name}": unnamed & (awards["currency_status"] == name) for name in sorted(CURRENCY_STATUSES)}
    holds |= {f"not_converted:{name}": failed & (made["reason"] == name) for name in sorted(CONVERSION_REASONS)}
    why = pd.Series(np.select(list(holds.values()), list(holds), ""), index=awards.index, dtype="str")
    found = made[["rate_source", "rate_kind"]].where(why == "", "")
    return pd.DataFrame({"value": made["converted"].where(why == ""), "left_out": why}).join(found)
