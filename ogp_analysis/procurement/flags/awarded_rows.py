"""The awarded contracts that flags without bids look at, and the groups they look at them in."""

from __future__ import annotations

import pandas as pd

from ogp_analysis.procurement.awarded import ocds
from ogp_analysis.procurement.flags.coded import coded
from ogp_analysis.procurement.flags.result import FlagResult, judged

#: Name under which a caller gives awarded contracts of another source than OCDS.
AWARDED = "awarded"
#: Between the parts of the name of a group.
SEPARATOR = " | "
#: What flags read that need who bought from whom.
PARTIES = ("buyer_id", "supplier_id", "year")


def rows(tables) -> pd.DataFrame:
    """Return the awarded contracts: the table ``awarded`` if it is given, else those of the OCDS tables.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame, or CodedTables
    """
    data = coded(tables)

    def ordered() -> pd.DataFrame:
        # Sums of the same amounts in another order differ in their last digit; so the order is one.
        frame = data.given[AWARDED] if AWARDED in data.given else ocds.awarded(data.given).frame
        return frame.sort_values("award_key", ignore_index=True)

    return data.once(AWARDED, ordered)


def named(*parts: pd.Series) -> pd.Series:
    """Return the names of groups; missing where a part is missing."""
    first, *rest = (part.astype("str") for part in parts)
    return first.str.cat(rest, sep=SEPARATOR) if rest else first


def grouped(frame: pd.DataFrame, *columns: str) -> pd.DataFrame:
    """Return the rows in which every column of the group has a value, with the group's name in ``unit``."""
    known = frame.dropna(subset=list(columns))
    return known.assign(unit=named(*(known[name] for name in columns)))


def one_currency(frame: pd.DataFrame) -> pd.Series:
    """Return for each group whether its amounts are all there and in one currency; indexed by ``unit``."""
    told = frame.assign(amount=frame["amount"].where(frame["currency"].notna()))
    found = told.groupby("unit").agg(lacking=("amount", lambda v: v.isna().any()), kinds=("currency", "nunique"))
    return ~found["lacking"] & (found["kinds"] == 1)


def of_groups(flag: str, unit: str, value: pd.Series, flagged: pd.Series, why_not, **more) -> FlagResult:
    """Put the answers for groups together; all arguments are indexed by the group's name.

    Parameters
    ----------
    flag, unit : str
    value : pandas.Series
    flagged : pandas.Series of bool
    why_not : list of (str, pandas.Series of bool)
    **more
        As in :func:`~ogp_analysis.procurement.flags.result.judged`.
    """
    names = value.index
    reasons = [(name, holds.reindex(names).fillna(False).to_numpy(bool)) for name, holds in why_not]
    signals = flagged.reindex(names).to_numpy(bool)
    return judged(flag, unit, list(names), value.to_numpy("float64"), signals, reasons, **more)


def of_awards(flag: str, frame: pd.DataFrame, value: pd.Series, flagged: pd.Series, why_not, **more) -> FlagResult:
    """Put the answers for single awards together; all arguments have the index of `frame`."""
    reasons = [(name, holds.fillna(True).to_numpy(bool)) for name, holds in why_not]
    signals = flagged.fillna(False).to_numpy(bool)
    return judged(flag, "award", list(frame["award_key"]), value.to_numpy("float64"), signals, reasons, **more)
