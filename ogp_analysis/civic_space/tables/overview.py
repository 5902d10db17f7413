"""Tables of the civic-space overview."""

from __future__ import annotations

import pandas as pd

from ogp_analysis.base.countries import country
from ogp_analysis.base.words import sentence, word
from ogp_analysis.display.table import Heading, Table, table
from ogp_analysis.statistics.association import Quadrants
from ogp_analysis.statistics.movers import Movers


def movers_frame(found: Movers) -> pd.DataFrame:
    """Return the largest rises, then the largest falls, as ``place, rank, tied, first_value, last_value, difference``.

    In the order from the largest rise to the largest fall.
    """
    rows = [*found.rises, *reversed(found.falls)]
    return pd.DataFrame(
        [{"place": country(m.unit).name, "rank": m.rank, "first_value": m.first_value, "last_value": m.last_value,
          "difference": m.difference, "tied": m.tied} for m in rows],
        columns=["place", "rank", "tied", "first_value", "last_value", "difference"],
    )  # fmt: skip


def movers_table(found: Movers, indicator: str) -> Table:
    """Return the countries that moved most, with the denominators of the window in the caption."""
    headings = {
        "place": Heading("place"), "rank": Heading("rank", "rank"), "tied": Heading("tied", "count"),
        "first_value": Heading("first_value", "index", 3), "last_value": Heading("last_value", "index", 3),
        "difference": Heading("difference", "index", 3, signed=True),
    }  # fmt: skip
    caption = sentence("overview.table.movers", indicator=word(f"indicators.{indicator}.name"), first=found.first,
                       last=found.last, n=found.n, fell=found.n_fell, rose=found.n_rose, unchanged=found.n_unchanged,
                       left_out=found.only_first + found.only_last + found.neither)  # fmt: skip
    return table("movers", caption, movers_frame(found), headings)


def quadrants_table(found: Quadrants, members: frozenset[str], year: int) -> Table:
    """Return the four quadrants: countries, share, and how many ever joined OGP."""
    rows = [
        {"quadrant": word(f"tables.quadrant.{q.code}"), "count": q.proportion.count, "n": q.proportion.n,
         "share": q.proportion.share,
         "members": sum(unit in members for unit in q.units),
         "names": _names(q.units) if q.code == "high_low" else "not_applicable"}
        for q in found.quadrants
    ]  # fmt: skip
    headings = {
        "quadrant": Heading("quadrant"), "count": Heading("count", "count"), "n": Heading("n", "count"),
        "share": Heading("share", "share"),
        "members": Heading("members", "count"), "names": Heading("names"),
    }  # fmt: skip
    cuts = {} if found.x_cut is None or found.y_cut is None else {"x_cut": found.x_cut, "y_cut": found.y_cut}
    caption = sentence("overview.table.quadrants" if cuts else "overview.table.quadrants_drawn", **cuts,
                       x=word(f"indicators.{found.x}.name"), y=word(f"indicators.{found.y}.name"), year=year,
                       missing=len(found.missing))  # fmt: skip
    return table("quadrants", caption, pd.DataFrame(rows), headings)


def _names(units) -> str:
    return ", ".join(sorted(country(unit).name for unit in units))
