"""Shares as sentences, tables and figures show them: with their denominators, and an interval where they have one."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from ogp_analysis.base.words import sentence, word
from ogp_analysis.base.words.numbers import counts, share
from ogp_analysis.display.figure import captioned, drawing
from ogp_analysis.display.rows import RowChart, dots, ranges
from ogp_analysis.display.table import in_language, in_words
from ogp_analysis.statistics.rates import FEWEST_CLUSTERS

#: Part of a sum from which on one amount is said to carry it. Without such an amount any share in the sum can change by
#: twenty points or more, so every share is given with it and without it.
CARRIES = 0.2


def with_bounds(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table of ``share, low, high`` in which a share without an interval says so: it does not lack data."""
    bare = frame["share"].notna() & frame["low"].isna()
    return frame.assign(**{name: frame[name].astype("object").mask(bare, "no_bounds") for name in ("low", "high")})


@drawing
def shares_with_intervals(shares: pd.DataFrame, *, name: str, title: str, about: str, source: str = ""):
    """Draw shares as dots with their 95% intervals over countries, each with its count and denominator.

    Parameters
    ----------
    shares : pandas.DataFrame
        ``label, count, n, share, low, high, clusters``, one row per dot, from the top; a row without a share is
        written, not drawn, and one without an interval has a dot only.
    name : str
        File name.
    title, about, source : str, Sentence or mapping of str to str
        Whose shares they are, what is counted and where it is from: in the reader's language, or in each.

    Examples
    --------
    >>> import pandas as pd
    >>> shares = pd.DataFrame({"label": ["Kept"], "count": 6, "n": 8, "share": 0.75, "low": None, "clusters": 3})
    >>> shares_with_intervals(shares.assign(high=None), name="kept", title="Kept", about="Kept").name
    'kept'
    """
    shares = in_words(name, shares)
    title, about, source = (in_language(name, one) for one in (title, about, source))
    held = shares.dropna(subset=["low"])
    counted = "_counted" if held.empty else ""
    clusters = "–".join(dict.fromkeys(f"{one:.0f}" for one in held["clusters"].agg(["min", "max"]).dropna()))
    values = {"about": about, "clusters": clusters, **counts(n=len(shares), fewest=FEWEST_CLUSTERS)}
    caption = sentence(f"figures.shares.caption{counted}", **values).plain()
    drawn = shares.dropna(subset=["share"])
    if drawn.empty:
        head, alt = title, sentence("figures.shares.empty", **values).plain()
    else:
        top, low = drawn.loc[drawn["share"].idxmax()], drawn.loc[drawn["share"].idxmin()]
        ends = {"top": top["label"], "high": share(top["share"]), "bottom": low["label"], "low": share(low["share"])}
        head = sentence("figures.shares.title", case="several" if len(drawn) > 1 else "one", **ends).plain()
        alt = sentence("figures.shares.alt", **values, **ends).plain()
    axis = word(f"figures.shares.axis{counted}")
    notes = [f"{n}/{of}" for n, of in zip(shares["count"], shares["n"], strict=True)]
    chart = RowChart(list(shares["label"]), notes, [ranges(shares["low"], shares["high"]), dots(shares["share"])])
    sub = sentence("figures.shares.about", title=title, about=about, axis=axis).plain()
    return captioned(name, "", {}, chart, source, title=head, about=sub, caption=caption, alt=alt)


@dataclass(frozen=True)
class Carrier:
    """The one amount that carries a sum.

    Attributes
    ----------
    label
        Its label in the index of the amounts.
    amount, share : float
        What it is, and its part of the sum.
    rest : float
        The sum without it.
    """

    label: object
    amount: float
    share: float
    rest: float


def carrier(amounts: pd.Series) -> Carrier | None:
    """Return the largest amount if it is at least :data:`CARRIES` of the sum; None if it is less, or there is no other.

    Parameters
    ----------
    amounts : pandas.Series
        Amounts in one currency with a label each, missing where not counted. Of equal ones the first counts.
    """
    known = amounts.dropna()
    whole = math.fsum(known)
    if len(known) < 2 or whole <= 0:
        return None
    label = known.index[int(known.to_numpy().argmax())]
    amount = float(known.loc[label])
    rest = math.fsum(known.drop(label))
    return Carrier(label, amount, amount / whole, rest) if amount / whole >= CARRIES and rest > 0 else None
