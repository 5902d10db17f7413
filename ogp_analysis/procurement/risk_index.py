"""Corruption risk index of the Government Transparency Institute, by the rules it published for a country."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from ogp_analysis.base.beside import toml
from ogp_analysis.base.countries import country
from ogp_analysis.base.errors import SchemaError, UnknownName, listed
from ogp_analysis.procurement.first_digits import leading_digits, mean_absolute_deviation, shares

# Quantile classes as Stata's ``xtile`` makes them, which the published rules are written in.
# References: StataCorp: Stata base reference manual, entry *pctile*. A cut point at rank ``P = k n / q`` is the mean
# of the values at ranks P and P + 1 if P is whole, else the value at the next rank; a value that equals a cut point is
# in the lower class.


def cut_points(values: np.ndarray, count: int) -> np.ndarray:
    """Return the ``count - 1`` cut points of `values`; none if no value is present.

    Parameters
    ----------
    values : numpy.ndarray
        Numbers; missing ones are left out.
    count : int
        How many classes.
    """
    ordered = np.sort(values[~np.isnan(values)])
    n = len(ordered)
    if n == 0:
        return np.empty(0)
    # In whole numbers: numpy's method "averaged_inverted_cdf" is this definition, but finds ranks in floating point and
    # misses some that are whole, as 75 x 7/25.
    whole, rest = np.divmod(np.arange(1, count) * n, count)
    low = np.where(rest == 0, whole - 1, whole)
    return (ordered[np.clip(low, 0, n - 1)] + ordered[np.clip(whole, 0, n - 1)]) / 2


def classes(values: np.ndarray, cuts: np.ndarray) -> np.ndarray:
    """Return the class of each value, from 1; NaN where the value is missing."""
    found = np.searchsorted(cuts, values, side="left") + 1.0
    return np.where(np.isnan(values), np.nan, found)


# The published rules of a country, as data.

_FOLDER = Path(__file__).with_name("risk_rules")


@cache
def rules_of(place: str) -> dict:
    """Return the rules by which the index is computed in a country.

    Parameters
    ----------
    place : str
        Any usual name or code of a country.

    Returns
    -------
    dict
        ``components`` names those that enter the index; each has a table of its own where it has settings.

    Raises
    ------
    UnknownName
        If there are no rules for it: thresholds of one country do not hold in another.
    """
    files = sorted(file.name for file in _FOLDER.glob("*.toml"))
    rules = {one["country"]: one for one in (toml(__file__, f"risk_rules/{file}") for file in files)}
    iso3 = country(place).iso3
    if iso3 not in rules:
        there = ", ".join(sorted(country(one).name_en for one in rules))
        raise UnknownName(f"rules of the risk index for {place!r}", "are not known", f"There are rules for {there}")
    return rules[iso3]


# The components of the index: each 0 (no risk) to 1 (risk), missing where it cannot be computed.
# References: Fazekas, M. & Kocsis, G. (2020): Uncovering high-level corruption: cross-national objective corruption
# risk indicators using public procurement data. British Journal of Political Science 50(1), 155-164.


def single_bid(awards: pd.DataFrame, rules: dict) -> pd.Series:
    """1 where exactly one bid was received, 0 where more; missing where the count is missing or 0."""
    count = awards["n_bids"].astype("float64")
    return (count == 1).astype("float64").where(count >= 1)


def procedure_type(awards: pd.DataFrame, rules: dict) -> pd.Series:
    """The level of the procedure; a procedure without a level is missing. Some rules excuse international ones."""
    chosen = rules["procedure_type"]
    level = awards["method"].map(chosen["levels"]).astype("float64")
    if "international" in chosen:
        abroad = awards["international"].fillna(False).astype(bool)
        level = level.mask(abroad & level.notna(), float(chosen["international"]))
    return level / chosen["highest"]


def advertisement_days(awards: pd.DataFrame, rules: dict) -> pd.Series:
    """Days from call to deadline; missing if not positive, or longer than the rules take for true."""
    days = _days(awards["call_date"], awards["deadline"])
    return _not_longer(days.where(days > 0), rules["advertisement_period"])


def decision_days(awards: pd.DataFrame, rules: dict) -> pd.Series:
    """Days from deadline to award; 0 where the award stands before the deadline."""
    days = _days(awards["deadline"], awards["award_date"]).clip(lower=0)
    return _not_longer(days, rules["decision_period"])


def advertisement_period(awards: pd.DataFrame, rules: dict) -> pd.Series:
    """The level of the quantile of the days between call and deadline."""
    return _level_of_quantile(advertisement_days(awards, rules), rules["advertisement_period"])


def decision_period(awards: pd.DataFrame, rules: dict) -> pd.Series:
    """The level of the quantile of the days between deadline and award."""
    return _level_of_quantile(decision_days(awards, rules), rules["decision_period"])


def call_for_tender(awards: pd.DataFrame, rules: dict) -> pd.Series:
    """1 where no advertisement period can be determined, which the rules read as no call published.

    So a date that is missing from the data counts as risk: say how many dates are.
    """
    return advertisement_days(awards, rules).isna().astype("float64")


def supplier_share(awards: pd.DataFrame, rules: dict) -> pd.Series:
    """Share of a buyer-supplier pair in the yearly total of the buyer, or of the supplier, as the rules say.

    Missing where buyer, supplier or year is missing, or the side whose total it is has too few contracts
    that year. Amounts that are missing count as nothing.
    """
    chosen = rules["supplier_share"]
    side = f"{chosen['of']}_id"
    frame = awards[["buyer_id", "supplier_id", "year", "amount"]]
    known = frame[side].notna() & frame["year"].notna()
    whole = frame[known].groupby([side, "year"])["amount"]
    pair = frame.dropna(subset=["buyer_id", "supplier_id", "year"])
    share = pair.groupby(["buyer_id", "supplier_id", "year"])["amount"].transform("sum") / whole.transform("sum")
    many = whole.transform("size") > chosen["more_contracts_than"]
    share = share.where(many.reindex(share.index, fill_value=False)).reindex(awards.index)
    return share.where(np.isfinite(share))


def tax_haven(awards: pd.DataFrame, rules: dict) -> pd.Series:
    """1 where a foreign supplier's country is above the secrecy score of the rules in the edition of its year.

    `awards` carries ``secrecy``, the score that :func:`secrecy_score` looks up. Missing for domestic
    suppliers and where the supplier's country is not known.
    """
    chosen, origin = rules["tax_haven"], awards["supplier_country"]
    score = awards["secrecy"]
    risk = (score > chosen["secrecy_above"]).astype("float64").where(score.notna(), float(chosen["without_score"]))
    risk = risk.mask(origin.isin(chosen["never"]), 0.0)
    return risk.where(origin.notna() & (origin != rules["iso2"]))


def secrecy_score(awards: pd.DataFrame, secrecy: pd.DataFrame, rules: dict) -> pd.Series:
    """Return the secrecy score of the supplier's country in the edition that the rules hold its year against.

    Parameters
    ----------
    awards : pandas.DataFrame
        ``supplier_country`` (ISO alpha-2), ``year``.
    secrecy : pandas.DataFrame
        Financial Secrecy Index: ``iso2, year, score``; a country and year once.
    rules : dict
    """
    edition = pd.Series(np.nan, index=awards.index)
    for span in rules["tax_haven"]["editions"]:
        year = awards["year"].astype("float64")
        edition = edition.mask((year >= span.get("from", -np.inf)) & (year <= span["to"]), span["edition"])
    score = secrecy.set_index(["iso2", "year"])["score"]
    wanted = pd.MultiIndex.from_arrays([awards["supplier_country"].fillna(""), edition.fillna(-1).astype("int64")])
    return pd.Series(score.reindex(wanted).to_numpy(dtype="float64"), index=awards.index)


def benford(awards: pd.DataFrame, rules: dict) -> pd.Series:
    """The level of a buyer's first digits: how far they are from Benford's distribution, over all its amounts.

    Missing for buyers with too few amounts. Legal thresholds bend the distribution of amounts by themselves.
    """
    chosen = rules["benford"]
    amount = awards["amount"].where(awards["amount"] > 0)
    present = amount.notna() & awards["buyer_id"].notna()
    many = awards.loc[present, "buyer_id"].value_counts()
    many = many[many > chosen["more_contracts_than"]].index
    by_buyer = amount[present].groupby(awards.loc[present, "buyer_id"])
    deviation = by_buyer.agg(lambda amounts: mean_absolute_deviation(shares(leading_digits(amounts))))
    level = deviation[deviation.index.isin(many)].map(lambda value: level_of_deviation(value, chosen["levels"]))
    return awards["buyer_id"].map(level).astype("float64") / chosen["highest"]


def level_of_deviation(value: float, levels: list[dict]) -> int:
    """Return the level of a mean absolute deviation; the bound of a level, its ``to``, belongs to it.

    Examples
    --------
    >>> level_of_deviation(0.006, [{"level": 0, "to": 0.006}, {"level": 1}])
    0
    """
    return next(step["level"] for step in levels if value <= step.get("to", np.inf))


def _level_of_quantile(days: pd.Series, chosen: dict) -> pd.Series:
    values = days.to_numpy(dtype="float64")
    found = classes(values, cut_points(values, chosen["quantiles"]))
    level = np.where(np.isnan(found), np.nan, chosen.get("otherwise", np.nan))
    for step in chosen["levels"]:
        level = np.where(np.isin(found, step["quantiles"]), step["level"], level)
    return pd.Series(level / chosen["highest"], index=days.index)


def _days(start: pd.Series, end: pd.Series) -> pd.Series:
    return (end.dt.normalize() - start.dt.normalize()) / np.timedelta64(1, "D")


def _not_longer(days: pd.Series, chosen: dict) -> pd.Series:
    return days.where(days <= chosen.get("longest_days", np.inf))


_ALL = (single_bid, procedure_type, advertisement_period, decision_period, call_for_tender, supplier_share, tax_haven,
        benford)  # fmt: skip
COMPONENTS = {function.__name__: function for function in _ALL}


# The index: the mean of the components that are present, with how many there were.

#: What a frame of awards has to carry; ``secrecy`` is looked up.
COLUMNS = (
    "buyer_id supplier_id year method international call_date deadline award_date amount n_bids supplier_country"
).split()


def risk_index(
    awards: pd.DataFrame, place: str, secrecy: pd.DataFrame | None = None, without: Sequence[str] = ()
) -> pd.DataFrame:
    """Compute the corruption risk index of the Government Transparency Institute.

    A high value means that several circumstances meet which go with corruption risk where that was
    studied. It is not a finding about any award. Quantiles are those of the awards given, so the index of
    a part of them is not that of the whole.

    Parameters
    ----------
    awards : pandas.DataFrame
        One row per awarded lot or contract, with the columns of :data:`COLUMNS`: ids as text, ``year`` of the
        award, ``method`` as the country's rules name it, ``international`` boolean, dates, ``amount`` in one
        currency, ``n_bids``, ``supplier_country`` ISO alpha-2. Missing stays missing. Not changed.
    place : str
        Whose rules: any usual name or code of a country. There are those for Malta and Mexico.
    secrecy : pandas.DataFrame, optional
        Financial Secrecy Index, ``iso2, year, score``. Without it the tax-haven component is missing throughout.
    without : sequence of str
        Components that are missing throughout.

    Returns
    -------
    pandas.DataFrame
        One row per award, with the index of `awards`: a column a component of the rules, 0 (no risk) to 1 (risk),
        ``index``, their mean, and ``n_components``, how many of them there were.

    Raises
    ------
    SchemaError
        If a column is absent.
    UnknownName
        If there are no rules for the country.

    References
    ----------
    Fazekas and Kocsis (2020), Uncovering high-level corruption, British Journal of Political Science 50(1), 155-164,
    doi:10.1017/S0007123417000461.

    Examples
    --------
    >>> awards = ogp.procurement.contracts("ocds_mexico_inai").frame
    >>> index = risk_index(awards.assign(amount=awards["value"]), "Mexico")
    >>> len(index), bool(index["index"].between(0, 1).all())
    (86, True)
    """
    absent = [name for name in COLUMNS if name not in awards.columns]
    if absent:
        what = f"{len(absent)} columns are absent, {listed(absent)}"
        raise SchemaError("awards", what, "Add them; their values may be missing")
    rules = rules_of(place)
    scored = awards.assign(secrecy=float("nan") if secrecy is None else secrecy_score(awards, secrecy, rules))
    nothing = {*without, *(() if secrecy is not None else ("tax_haven",))}
    frame = pd.DataFrame(
        {name: float("nan") if name in nothing else COMPONENTS[name](scored, rules) for name in rules["components"]},
        index=awards.index,
    )
    return frame.assign(index=frame.mean(axis=1), n_components=frame.notna().sum(axis=1))
