"""How concentrated amounts are on suppliers, between the bounds that what is not known leaves open."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from ogp_analysis.base.errors import ModelError
from ogp_analysis.base.words import say, sentence, word
from ogp_analysis.base.words.numbers import Number, count, index, share
from ogp_analysis.display.figure import Figure, captioned, drawable, drawing
from ogp_analysis.display.lines import Line, LineChart, Plot, band
from ogp_analysis.display.result import Parts, Shown
from ogp_analysis.display.rows import SHARES
from ogp_analysis.display.table import Table, table
from ogp_analysis.procurement.labels import MILLION, buyer_label, commonest_names, firm_name, headings
from ogp_analysis.statistics.result import Estimate, Result
from ogp_analysis.statistics.shares import Carrier, carrier

#: Suppliers whose joint share is given.
TOP = (1, 4, 10)


@dataclass(frozen=True, kw_only=True)
class Concentration(Result):
    """Concentration of amounts on suppliers.

    The estimates are ``hhi``, ``top_1``, ``top_4``, ``top_10``: the value if every award of an unknown supplier went
    to a supplier of its own, infinitely many, as the estimate and lower bound; and as the upper bound the value if all
    of them went to the largest supplier. These are bounds of what is not known, no confidence interval.
    Of a sample there are none: it shows no share of a firm.

    Attributes
    ----------
    n : int
        Awards with an amount.
    suppliers : int
        Firms among them.
    unknown : int
        Awards with an amount to natural persons, to several suppliers, or to nobody named.
    amount, unknown_amount : float
        What the awards amount to, and those of unknown suppliers.
    firms : pandas.DataFrame
        ``supplier_id, firm`` (commonest spelling as published, if there is one), ``awards, amount, share``, the
        largest first. Of a sample none is listed.
    carried : Carrier or None
        The one award that carries the amount.
    without : Concentration or None
        The same of all other awards, where one carries the amount.
    currency : str
        ISO 4217 code of the amounts; empty if it is not named.
    is_sample : bool
        Whether the awards are a sample: then no firm is named, and nothing is said of the share of any.
    listable : bool
        Whether firms may be listed with their values.
    """

    suppliers: int
    unknown: int
    amount: float
    unknown_amount: float
    firms: pd.DataFrame
    carried: Carrier | None = None
    without: Concentration | None = None
    currency: str = ""
    is_sample: bool = False
    listable: bool = True

    def contradictions(self) -> Iterator[str]:
        """Yield what cannot be true: a firm with an amount or a share of a sample."""
        yield from super().contradictions()
        if self.is_sample and (self.estimates or len(self.firms)):
            yield f"has shares of {len(self.firms)} firms in a sample"

    @property
    def unknown_share(self) -> float | None:
        """Share of the amount whose supplier is not known."""
        return self.unknown_amount / self.amount if self.amount > 0 else None

    @property
    def frame(self) -> pd.DataFrame:
        """One row per firm, the largest first: ``supplier_id, firm, awards, amount, share``."""
        return self.firms

    def text(self) -> Parts:
        """Say how concentrated the amount is, between the bounds of what is not known; of a sample, why not."""
        if self.is_sample:
            values = {"n": count(self.n), "suppliers": count(self.suppliers), "unknown": count(self.unknown),
                      "known": count(self.n - self.unknown)}  # fmt: skip
            return Parts([say("procurement.concentration.sample.text", **values)])
        if not self.estimates:
            return Parts([say("procurement.concentration.none")])
        known = {"suppliers": count(self.suppliers), "unknown": count(self.unknown)}
        known |= {"unknown_share": share(self.unknown_share, 1)}
        parts = Parts([say("procurement.concentration.some", **known, **self._bounds())])
        if self.without:
            largest = share(self.carried.share)
            parts += (say("procurement.concentration.without", largest_share=largest, **self.without._bounds()),)
        return parts

    def _bounds(self) -> dict[str, Number]:
        units = {"hhi": index, "top_1": share, "top_10": share}
        return {f"{term}_{end}": unit(getattr(self[term], end)) for term, unit in units.items()
                for end in ("low", "high")} if self.estimates else {}  # fmt: skip

    def plot(self, ax=None) -> Figure | Parts:
        """Draw the joint share of the largest firms, with a band for what is not known.

        Where one contract carries the amount, a second line leaves it out.

        Parameters
        ----------
        ax : matplotlib.axes.Axes or None
            Axes to draw on, one for each panel; by default it is drawn on its own.
        """
        return _curve(self, ax=ax) if len(self.firms) else Parts()

    def table(self, most: int = 10) -> Table | Parts:
        """Return the firms with the largest amounts, where the source lets them be listed; of a sample none."""
        if not self.listable or self.firms.empty:
            return Parts()
        frame = self.firms.head(most)
        frame = frame.assign(firm=frame["firm"].fillna(word("procurement.untold")), amount=frame["amount"] / MILLION)
        columns = headings("firm", awards="contracts", amount="millions", share="amount_share")
        caption = sentence("procurement.table.firms", k=count(len(frame)), currency=self.currency, n=count(self.n))
        return table("largest_firms", caption, frame, columns)


#: An unknown share as small as this is not a band that can be seen.
_SEEN = 0.01


@drawing
def _curve(found: Concentration):
    drawable(found.firms, "concentration")
    curve, others = _joint(found), _joint(found.without) if found.without and found.without.suppliers else None
    curve = curve.assign(ceiling=np.minimum(curve["share"] + found.unknown_share, 1.0))
    end = max(1.0, math.log10(len(curve)))
    said = {kind: word(f"procurement.figure.curve.{kind}") for kind in ("known", "without", "unknown")}
    layers = [
        band(curve, "share", "ceiling", "band", x="place"),
        Line(curve, "share", label=said["known"], width=2.6, bold=True, dot=6, x="place"),
    ]
    if others is not None:
        layers.insert(1, Line(others, "share", "muted", said["without"], dashed=True, width=1.6, x="place"))
    unknown = [(float(curve["ceiling"].iloc[-1]), said["unknown"], "muted")] if found.unknown_share > _SEEN else []
    plot = Plot(
        layers,
        (0, end),
        (0, 1),
        xticks=[(power, f"{10**power:,}") for power in range(6) if power <= end],
        yticks=SHARES,
        labels=unknown,
    )
    values = {
        "suppliers": count(found.suppliers),
        "n": count(found.n),
        "unknown_share": share(found.unknown_share, 1),
        "top": share(found["top_1"].low),
        "ten": share(found["top_10"].low),
    }
    values |= {term: share(found[term].low) for term in ("top_1", "top_10")}
    if found.without:
        values["largest_share"] = share(found.carried.share)
        values |= {f"{term}_without": share(found.without[term].low) for term in ("top_1", "top_10")}
    key = "procurement.figure.curve"
    alt = sentence(f"{key}.alt{'_carried' if found.without else ''}", **values).plain()
    return captioned("concentration", key, values, LineChart([plot]), "", alt=alt)


def _joint(found: Concentration) -> pd.DataFrame:
    """Return the joint share of so many of the largest firms, by the logarithm of how many."""
    joint = found.firms["share"].cumsum()
    return pd.DataFrame({"place": np.log10(np.arange(1, len(joint) + 1)), "share": joint.to_numpy()})


def concentration(
    awards: pd.DataFrame, currency: str = "", is_sample: bool = False, listable: bool = True
) -> Concentration:
    """Return the Herfindahl-Hirschman index and the shares of the largest suppliers in the amount awarded.

    Parameters
    ----------
    awards : pandas.DataFrame
        ``supplier_id`` (missing where the supplier is not known), ``value`` (positive amounts in one currency, missing
        where not counted); ``supplier_name``, if firms are to be named.
    currency, is_sample, listable
        As in :class:`Concentration`.

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
        raise ModelError("concentration", "an amount is not positive", "Leave out amounts that are not positive")
    names = commonest_names(awards, "supplier").map(firm_name) if "supplier_name" in awards else pd.Series(dtype="str")
    found = replace(_of(awards, names), currency=currency, listable=listable)
    if is_sample:
        return replace(found, estimates=(), firms=found.firms.iloc[:0], is_sample=True, note="no_data")
    valued = awards["value"].reset_index(drop=True)
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
        unknown_amount=unknown,
        firms=firms,
        note="bounds" if whole > 0 else "no_data",
        method="herfindahl_hirschman",
        references=("hirschman_1964",),
    )


@dataclass(frozen=True)
class BuyerConcentrations(Shown):
    """Concentration within each of the buyers that spent most.

    Attributes
    ----------
    frame : pandas.DataFrame
        One row per buyer, the one that spent most first: ``buyer_id, buyer`` (name and identifier), ``n, amount``, the
        bounds ``hhi_low, hhi_high`` and ``top_low, top_high`` (share of the largest firm), ``unknown_share``, and where
        one contract carries the amount its ``largest_share`` and ``hhi_without``, the lower bound without it.
    fewest : int
        Awards with an amount that each of them has at least.
    listable : bool
        Whether the terms of the source let buyers be listed with their values. A sample holds no whole of any buyer:
        there are none.
    units : str
        What the buyers are, as in :class:`ogp_analysis.procurement.publications.Publication`.
    """

    frame: pd.DataFrame = field(repr=False)
    fewest: int
    listable: bool = True
    units: str = "buyer"

    def table(self) -> Table | Parts:
        """Return concentration within buyers, between its bounds, where buyers may be listed and are seen whole."""
        if not self.listable or self.frame.empty:
            return Parts()
        columns = (
            headings(buyer=self.units) | headings(n="contracts", amount="millions") | headings(*self.frame.columns[4:])
        )
        frame = self.frame.assign(amount=self.frame["amount"] / MILLION)
        caption = sentence(f"procurement.table.buyers.{self.units}", fewest=count(self.fewest))
        return table("concentration_by_buyer", caption, frame, columns)


def buyer_concentrations(
    awards: pd.DataFrame,
    fewest: int = 10,
    most: int = 10,
    is_sample: bool = False,
    listable: bool = True,
    units: str = "buyer",
) -> BuyerConcentrations:
    """Return the concentration of the buyers that spent most, among those with enough awards with an amount.

    Parameters
    ----------
    awards : pandas.DataFrame
        As for :func:`concentration`, with ``buyer_id`` and ``buyer_name``.
    fewest : int
        Awards with an amount that a buyer needs.
    most : int
        Buyers that are returned.
    is_sample : bool
        Whether the awards are a sample: then no buyer is looked at.
    listable, units
        As in :class:`BuyerConcentrations`.
    """
    valued = awards.dropna(subset=["buyer_id", "value"]).sort_values(["buyer_id", "value"])
    spent = valued.groupby("buyer_id", sort=True)["value"].agg(n="size", amount="sum")
    largest = spent[spent["n"] >= fewest].sort_values("amount", ascending=False, kind="stable").head(most)
    names = commonest_names(valued, "buyer")
    rows = []
    for buyer in () if is_sample else largest.index:
        found = concentration(valued[valued["buyer_id"] == buyer])
        hhi, top = found["hhi"], found["top_1"]
        carried = (found.carried.share, found.without["hhi"].low) if found.carried else (None, None)
        label = buyer_label(names.get(buyer, str(buyer)), str(buyer))
        bounds = (hhi.low, hhi.high, top.low, top.high)
        rows.append((str(buyer), label, found.n, found.amount, *bounds, found.unknown_share, *carried))
    columns = (
        "buyer_id buyer n amount hhi_low hhi_high top_low top_high unknown_share largest_share hhi_without".split()
    )
    return BuyerConcentrations(pd.DataFrame(rows, columns=columns), fewest, listable, units)
