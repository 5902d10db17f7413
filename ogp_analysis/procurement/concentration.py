"""How concentrated amounts are on suppliers, between the bounds that what is not known leaves open."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import pandas as pd

from ogp_analysis.base.errors import ModelError
from ogp_analysis.statistics.carrying import Carrier, carrier
from ogp_analysis.statistics.result import Estimate, Reference, Result

HIRSCHMAN = Reference(
    "hirschman_1964",
    "Hirschman, A. O.",
    1964,
    "The paternity of an index",
    "American Economic Review 54(5), 761–762",
)
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
    without_amount : int
        Awards that are not looked at.
    amount, unknown_amount : float
        What the awards amount to, and those of unknown suppliers.
    firms : pandas.DataFrame
        ``supplier_id, awards, amount, share``, the largest first.
    carried : Carrier or None
        The one award that carries the amount.
    without : Concentration or None
        The same of all other awards, where one carries the amount.
    """

    suppliers: int
    unknown: int
    without_amount: int
    amount: float
    unknown_amount: float
    firms: pd.DataFrame
    carried: Carrier | None = None
    without: Concentration | None = None

    @property
    def unknown_share(self) -> float | None:
        """Share of the amount whose supplier is not known."""
        return self.unknown_amount / self.amount if self.amount > 0 else None


def concentration(awards: pd.DataFrame) -> Concentration:
    """Return the Herfindahl-Hirschman index and the shares of the largest suppliers in the amount awarded.

    Parameters
    ----------
    awards : pandas.DataFrame
        ``supplier_id`` (missing where the supplier is not known), ``value`` (positive amounts in one currency, missing
        where not counted).

    Raises
    ------
    ModelError
        If a column is absent, or an amount is not positive.

    Notes
    -----
    The index is the sum of squared shares, 0 (many small suppliers) to 1 (one). By convexity it is largest if what is
    unknown all went to the largest supplier.
    """
    for name in ("supplier_id", "value"):
        if name not in awards.columns:
            raise ModelError("concentration", f"column {name!r} is absent", "Name a column of the awards")
    if (awards["value"] <= 0).any():
        raise ModelError("concentration", "an amount is not positive", "Leave amounts out that are none")
    found = _of(awards)
    valued = awards["value"].reset_index(drop=True)
    carried = carrier(valued)
    if carried is None:
        return found
    return replace(found, carried=carried, without=_of(awards[valued.index.to_numpy() != carried.label]))


def _of(awards: pd.DataFrame) -> Concentration:
    valued = awards[awards["value"].notna()]
    whole = math.fsum(valued["value"])
    firms = _firms(valued, whole)
    hidden = valued["supplier_id"].isna()
    unknown = math.fsum(valued.loc[hidden, "value"])
    return Concentration(
        estimates=_estimates(firms["share"], unknown / whole) if whole > 0 else (),
        n=len(valued),
        suppliers=len(firms),
        unknown=int(hidden.sum()),
        without_amount=len(awards) - len(valued),
        amount=whole,
        unknown_amount=unknown,
        firms=firms,
        note="bounds" if whole > 0 else "no_data",
        method="herfindahl_hirschman",
        references=(HIRSCHMAN,),
    )


def _firms(valued: pd.DataFrame, whole: float) -> pd.DataFrame:
    # In one order, so that sums of the same amounts are the same to the last digit.
    known = valued.dropna(subset=["supplier_id"]).sort_values(["supplier_id", "value"])
    groups = known.groupby("supplier_id", sort=True)["value"]
    frame = pd.DataFrame({"awards": groups.size(), "amount": groups.sum().astype("float64")})
    frame = frame.rename_axis("supplier_id").reset_index()
    frame = frame.assign(share=frame["amount"] / whole if whole > 0 else float("nan"))
    return frame.sort_values(["amount", "supplier_id"], ascending=[False, True], ignore_index=True)


def _estimates(shares: pd.Series, unknown: float) -> tuple[Estimate, ...]:
    first = float(shares.iloc[0]) if len(shares) else 0.0
    low = math.fsum(shares**2)
    parts = [Estimate("hhi", low, low=low, high=min(1.0, low - first**2 + (first + unknown) ** 2))]
    for k in TOP:
        top = math.fsum(shares.head(k))
        parts.append(Estimate(f"top_{k}", top, low=top, high=min(1.0, top + unknown)))
    return tuple(parts)


@dataclass(frozen=True)
class BuyerConcentration:
    """One buyer.

    Attributes
    ----------
    buyer_id, buyer_name : str
    found : Concentration
    """

    buyer_id: str
    buyer_name: str
    found: Concentration


def buyer_concentrations(awards: pd.DataFrame, fewest: int = 10, most: int = 10) -> tuple[BuyerConcentration, ...]:
    """Return the concentration of the buyers that spent most, among those with enough awards with an amount.

    Parameters
    ----------
    awards : pandas.DataFrame
        As for :func:`concentration`, with ``buyer_id`` and ``buyer_name``.
    fewest : int
        Awards with an amount that a buyer needs.
    most : int
        Buyers that are returned.
    """
    valued = awards.dropna(subset=["buyer_id", "value"]).sort_values(["buyer_id", "value"])
    spent = valued.groupby("buyer_id", sort=True)["value"].agg(n="size", amount="sum")
    largest = spent[spent["n"] >= fewest].sort_values("amount", ascending=False, kind="stable").head(most)
    made = []
    for buyer in largest.index:
        part = valued[valued["buyer_id"] == buyer]
        names = part["buyer_name"].dropna()
        name = str(names.mode().min()) if len(names) else str(buyer)
        made.append(BuyerConcentration(str(buyer), name, concentration(part)))
    return tuple(made)
