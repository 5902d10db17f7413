"""Amounts in another currency, at the rate of their date. Each that cannot be converted says why."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from ogp_analysis.base.errors import ParameterError, listed
from ogp_analysis.procurement.exchange_rates import Rates

#: A day without a rate (weekend, holiday) takes the last one before it, if that is no older than this.
LOOK_BACK_DAYS = 7
#: Why an amount was not converted; the first that holds is given.
CONVERSION_REASONS = ("no_amount", "no_currency", "no_date", "no_rate")
_PRECISIONS = {10: "day", 7: "month", 4: "year"}
#: The kinds of rate that a date known so far can take.
_ALLOWED = {"day": ("day", "month", "year"), "month": ("month", "year"), "year": ("year",)}
_FREQUENCY = {"month": "M", "year": "Y"}


def convert(
    amounts: pd.Series, currencies: pd.Series, dates: pd.Series, to: str, rates: Iterable[Rates]
) -> pd.DataFrame:
    """Return each amount in currency `to`, at a rate of its date.

    Of the given rates, the first counts that has one for both currencies in the period of the date. A day
    takes the rate of that day or of the last day before it, at most :data:`LOOK_BACK_DAYS` earlier, never a
    later one; a date known to the month or year takes no finer rate than itself.

    Parameters
    ----------
    amounts : pandas.Series
        Numbers, in units of `currencies`.
    currencies : pandas.Series
        ISO 4217 codes; missing or empty where the currency is not certain.
    dates : pandas.Series
        Days as datetimes, or texts ``YYYY-MM-DD``, ``YYYY-MM``, ``YYYY``; missing or empty if unknown.
    to : str
        ISO 4217 code.
    rates : iterable of Rates
        In order of preference, see :func:`ogp_analysis.procurement.exchange_rates.available`.

    Returns
    -------
    pandas.DataFrame
        On the index of `amounts`: ``converted`` (missing unless converted), ``rate`` (units of `to` for one unit
        of the currency), ``rate_source``, ``rate_kind`` (day, month, year), ``rate_date`` (first day of its
        period), ``via`` (the hub of a cross rate, else empty), ``status`` and ``reason``.
        An amount in `to` itself is left as it is, with rate 1 and status ``same_currency``; where there is no rate
        nothing is assumed.

    Raises
    ------
    ParameterError
        If a date has none of these forms, or the three columns have different indexes.
    """
    for name, other in (("currencies", currencies), ("dates", dates)):
        if not other.index.equals(amounts.index):
            raise ParameterError(name, "have another index than the amounts", "Take all from one table")
    code = currencies.astype("object").where(currencies.notna(), "").astype("str")
    if pd.api.types.is_datetime64_any_dtype(dates):
        day, precision = dates, pd.Series("day", index=dates.index, dtype="str").mask(dates.isna(), "")
    else:
        text = dates.astype("object").where(dates.notna(), "").astype("str")
        precision = text.str.len().map(_PRECISIONS).where(text.str.fullmatch(r"\d{4}(?:-\d{2}(?:-\d{2})?)?"), "")
        day = pd.to_datetime(text.where(precision != ""), format="ISO8601", errors="coerce")
        wrong = (text != "") & day.isna()
        if wrong.any():
            what = f"{int(wrong.sum())} are not a day, month or year, {listed(text[wrong].unique())}"
            raise ParameterError("dates", what, "Write YYYY-MM-DD")
    unknown = {"converted": np.nan, "rate": np.nan, "rate_source": "", "rate_kind": "", "rate_date": pd.NaT, "via": "",
               "status": "not_converted"}  # fmt: skip
    texts = dict.fromkeys(("rate_source", "rate_kind", "via", "status"), "str")
    table = pd.DataFrame(unknown, index=amounts.index).astype({**texts, "rate_date": "datetime64[us]"})
    same = (code == to) & amounts.notna()
    table.loc[same, "rate"] = 1.0
    table.loc[same, "status"] = "same_currency"
    asked = amounts.notna() & (code != "") & (precision != "") & ~same
    rates = tuple(rates)
    for currency in sorted(set(code[asked])):
        rows = asked & (code == currency)
        for one in rates:
            fine = precision.isin([known for known, kinds in _ALLOWED.items() if one.kind in kinds])
            pair, days = one.pair(currency, to), day[rows & fine & (table["status"] == "not_converted")]
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
            of_rate = {"rate_source": one.source, "rate_kind": one.kind, "via": one.via(currency, to)}
            for name, value in {**of_rate, "status": "converted"}.items():
                table.loc[known, name] = value
    table["converted"] = (amounts * table["rate"]).where(~same, amounts).astype("float64")
    failed = table["status"] == "not_converted"
    why = [~failed, amounts.isna(), code == "", precision == ""]
    reason = np.select(why, ["", *CONVERSION_REASONS[:3]], CONVERSION_REASONS[3])
    table["reason"] = pd.Series(reason, index=amounts.index, dtype="str")
    return table
