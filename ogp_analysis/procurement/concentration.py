"""How concentrated amounts are on suppliers, between the bounds that what is not known leaves open."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import pandas as pd

from ogp_analysis.base.errors import ModelError
from ogp_analysis.procurement.labels import buyer_label, commonest_names, firm_name
from ogp_analysis.statistics.rates import Carrier, carrier
from ogp_analysis.statistics.result import Estimate, Result
from ogp_analysis.statistics.sample import present

#: Suppliers whose joint share is given.
TOP = (1, 4, 10)


@dataclass(frozen=True, kw_only=True)
class Concentration(Result):
    """Concentration of amounts on suppliers.

    The estimates are ``hhi``, ``top_1``, ``top_4``, ``top_10``: the value if every award of an unknown supplier went
    to a supplier of its own, infinitely many, as the estimate and lower bound; and as the upper bound the value if all
    of them went to the largest supplier. These are bounds of what is not known, no confidence interval.

    Attributes
    ----------
    n : int
        Awards with an amount.
    suppliers : int
        Firms among them.
    unknown : int
        Awards with an amount to natural persons, to several suppliers, or to nobody named.
    amount : float
        What the awards amount to.
    unknown_share : float or None
        Share of it whose supplier is not known; None if nothing is summed.
    firms : pandas.DataFrame
        ``supplier_id, firm`` (commonest spelling as published, if there is one), ``awards, amount, share``, the
        largest first.
    carried : Carrier or None
        The one award that carries the amount.
    without : Concentration or None
        The same of all other awards, where one carries the amount.
    """

    suppliers: int
    unknown: int
    amount: float
    unknown_share: float | None
    firms: pd.DataFrame
    carried: Carrier | None = None
    without: Concentration | None = None

    @property
    def frame(self) -> pd.DataFrame:
        """One row per firm, the largest first: ``supplier_id, firm, awards, amount, share``."""
        return self.firms


def concentration(awards: pd.DataFrame) -> Concentration:
    """Return the Herfindahl-Hirschman index and the shares of the largest suppliers in the amount awarded.

    A sample of contracts shows no share of a firm: suppliers that sell often are seen less often than they sell.

    Parameters
    ----------
    awards : pandas.DataFrame
        ``supplier_id`` (missing where the supplier is not known), ``value`` (positive amounts in one currency, missing
        where not counted); ``supplier_name``, if firms are to be named.

    Returns
    -------
    Concentration
        The index and the shares, each between its bounds; the firms in ``.frame``.

    Raises
    ------
    ModelError
        If a column is absent, or an amount is not positive.

    Notes
    -----
    The index is the sum of squared shares, 0 (many small suppliers) to 1 (one). By convexity it is largest if what is
    unknown all went to the largest supplier.

    Examples
    --------
    >>> spread = concentration(ogp.procurement.contracts("ocds_mexico_inai").frame)
    >>> spread.suppliers, round(spread["hhi"].low, 3), round(spread["hhi"].high, 3)
    (60, 0.051, 0.109)
    """
    present(awards, ("supplier_id", "value"), "concentration")
    if (awards["value"] <= 0).any():
        raise ModelError("concentration", "an amount is not positive", "Leave out amounts that are not positive")
    names = commonest_names(awards, "supplier").map(firm_name) if "supplier_name" in awards else pd.Series(dtype="str")
    found, valued = _of(awards, names), awards["value"].reset_index(drop=True)
    carried = carrier(valued)
    if carried is None:
        return found
    return replace(found, carried=carried, without=_of(awards[valued.index.to_numpy() != carried.label], names))


def _of(awards: pd.DataFrame, names: pd.Series) -> Concentration:
    valued = awards[awards["value"].notna()]
    whole = math.fsum(valued["value"])
    # In one order, so that sums of the same amounts are the same to the last digit.
    known = valued.dropna(subset=["supplier_id"]).sort_values(["supplier_id", "value"])
    groups = known.groupby("supplier_id", sort=True)["value"]
    frame = pd.DataFrame({"awards": groups.size(), "amount": groups.sum().astype("float64")})
    frame = frame.rename_axis("supplier_id").reset_index()
    frame.insert(1, "firm", frame["supplier_id"].map(names))
    frame = frame.assign(share=frame["amount"] / whole if whole > 0 else float("nan"))
    firms = frame.sort_values(["amount", "supplier_id"], ascending=[False, True], ignore_index=True)
    hidden = valued["supplier_id"].isna()
    unknown = math.fsum(valued.loc[hidden, "value"])
    estimates = []
    if whole > 0:
        shares, unknown_share = firms["share"], unknown / whole
        first, low = float(shares.iloc[0]) if len(shares) else 0.0, math.fsum(shares**2)
        # At most the largest supplier sold all that is of unknown suppliers.
        high = min(1.0, low - first**2 + (first + unknown_share) ** 2)
        estimates.append(Estimate("hhi", low, low=low, high=high))
        for k in TOP:
            top = math.fsum(shares.head(k))
            estimates.append(Estimate(f"top_{k}", top, low=top, high=min(1.0, top + unknown_share)))
    return Concentration(
        estimates=tuple(estimates),
        n=len(valued),
        suppliers=len(firms),
        unknown=int(hidden.sum()),
        amount=whole,
        unknown_share=unknown / whole if whole > 0 else None,
        firms=firms,
        note="bounds" if whole > 0 else "no_data",
        method="herfindahl_hirschman",
        references=("hirschman_1964",),
    )


def buyer_concentrations(awards: pd.DataFrame, fewest: int = 10, most: int = 10) -> pd.DataFrame:
    """Return the concentration of the buyers that spent most, among those with enough awards with an amount.

    A sample of contracts holds no whole of any buyer.

    Parameters
    ----------
    awards : pandas.DataFrame
        As for :func:`concentration`, with ``buyer_id`` and ``buyer_name``.
    fewest : int
        Awards with an amount that a buyer needs.
    most : int
        Buyers that are returned.

    Returns
    -------
    pandas.DataFrame
        One row per buyer, the one that spent most first: ``buyer_id, buyer`` (name and identifier), ``n, amount``, the
        bounds ``hhi_low, hhi_high`` and ``top_low, top_high`` (share of the largest firm), ``unknown_share``, and where
        one contract carries the amount its ``largest_share`` and ``hhi_without``, the lower bound without it.
    """
    valued = awards.dropna(subset=["buyer_id", "value"]).sort_values(["buyer_id", "value"])
    spent = valued.groupby("buyer_id", sort=True)["value"].agg(n="size", amount="sum")
    largest = spent[spent["n"] >= fewest].sort_values("amount", ascending=False, kind="stable").head(most)
    names = commonest_names(valued, "buyer")
    rows = []
    for buyer in largest.index:
        found = concentration(valued[valued["buyer_id"] == buyer])
        hhi, top = found["hhi"], found["top_1"]
        carried = (found.carried.share, found.without["hhi"].low) if found.carried else (None, None)
        label = buyer_label(names.get(buyer, str(buyer)), str(buyer))
        bounds = (hhi.low, hhi.high, top.low, top.high)
        rows.append((str(buyer), label, found.n, found.amount, *bounds, found.unknown_share, *carried))
    columns = "buyer_id buyer n amount hhi_low hhi_high top_low top_high unknown_share largest_share hhi_without"
    return pd.DataFrame(rows, columns=columns.split())
