"""The suppliers of a case held against the lists of barred and of definitively listed suppliers."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from ogp_analysis.procurement.cases.case import Case
from ogp_analysis.procurement.sanctions import Screening, barred, definitively_listed
from ogp_analysis.store import hand_out

SANCTIONS, LISTED = "mexico_sanctions", "sat_69b"
#: Of fewer firms than this, a count on a page that lists firms could tell which one is on a list.
FEWEST_FIRMS = 10
#: Part of the contracts that a list has to be later than: a year that was mistyped decides nothing.
_MOST = 0.95


@dataclass(frozen=True)
class Screenings:
    """What the lists say of the contracts of a case; nothing in it names a supplier.

    Attributes
    ----------
    list : str
        Year of the list of sanctioned suppliers that was used; empty if there is none.
    barred, definitive : Screening or None
        Against the list of sanctioned suppliers, and against article 69-B of the tax code.
    absent : tuple of str
        The lists that the edition does not hold, as names of datasets.
    applicable : bool
        Whether the contracts are under the law that the bans are of.
    too_few : bool
        Whether the contracts are of so few firms that nothing is said, because a count would tell which is listed.
    """

    list: str
    barred: Screening | None
    definitive: Screening | None
    absent: tuple[str, ...]
    applicable: bool = True
    too_few: bool = False


def screened(case: Case) -> Screenings:
    """Return what the lists say of the suppliers of a case on the days of its contracts.

    Lists overlap, so one is used: the first that was made after the years of 19 in 20 contracts, else the newest.
    """
    if not case.publication.federal_law:
        return Screenings("", None, None, (), applicable=False)
    name, sanctions = _list(case)
    definitive = _table(LISTED, "definitive", case.edition)
    absent = tuple(n for n, t in ((SANCTIONS, sanctions), (LISTED, definitive)) if t is None)
    if len(absent) < 2 and case.awards["supplier_id"].nunique() < FEWEST_FIRMS:
        return Screenings("", None, None, absent, too_few=True)
    return Screenings(
        list=name,
        barred=None if sanctions is None else barred(case.firms, sanctions),
        definitive=None if definitive is None else definitively_listed(case.firms, definitive),
        absent=absent,
    )


def _table(dataset: str, table: str, edition: str) -> pd.DataFrame | None:
    return hand_out.load(dataset, table, edition) if hand_out.has(dataset, table, edition) else None


def _list(case: Case) -> tuple[str, pd.DataFrame | None]:
    sanctions = _table(SANCTIONS, "sanctions", case.edition)
    if sanctions is None:
        return "", None
    lists = sorted(sanctions["list"].astype("str").unique())
    last = case.awards["year"].dropna().astype("float64").quantile(_MOST, interpolation="lower")
    chosen = next((one for one in lists if int(one) > last), lists[-1])
    return chosen, sanctions[sanctions["list"].astype("str") == chosen].reset_index(drop=True)
