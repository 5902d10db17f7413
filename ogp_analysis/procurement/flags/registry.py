"""All red flags, in the order of their codes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from ogp_analysis.base.errors import UnknownName

# <flags> written by tools/flag_pages.py
# </flags>
from ogp_analysis.procurement.flags.coded import CodedTables, coded
from ogp_analysis.procurement.flags.modules import MODULES
from ogp_analysis.procurement.flags.result import Flag, FlagResult, Settings, not_of_a_sample

#: A flag is in the list because a module ``r<number>.py`` declares it as ``FLAG``, or several as ``FLAGS``.
FLAGS: tuple[Flag, ...] = tuple(flag for one in MODULES for flag in getattr(one, "FLAGS", None) or (one.FLAG,))


def chosen(names: Iterable[str] | None = None) -> tuple[Flag, ...]:
    """Return the flags of these names or codes, in the order of the list; all if none is given.

    Raises
    ------
    UnknownName
        If there is no flag of a name.
    """
    if names is None:
        return FLAGS
    names = set(names)
    unknown = sorted(names - {flag.name for flag in FLAGS} - {flag.code for flag in FLAGS})
    if unknown:
        action = "Use one of " + ", ".join(flag.name for flag in FLAGS)
        raise UnknownName(f"flag {unknown[0]!r}", "is not in the list", action)
    return tuple(flag for flag in FLAGS if {flag.name, flag.code} & names)


def compute_all(
    tables: Mapping[str, pd.DataFrame] | CodedTables, settings: Settings, names: Iterable[str] | None = None
) -> dict[str, FlagResult]:
    """Compute flags.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame, or CodedTables
        Tables of OCDS; not changed. A table or column that is absent makes the flags that need it not computable.
    settings : Settings
        Thresholds and exceptions, of :func:`~ogp_analysis.procurement.flags.settings.settings`. With
        ``general.sample`` no flag on a share of an organisation is computable.
    names : iterable of str, optional
        Which flags, by name or code; all if not given.

    Returns
    -------
    dict of str to FlagResult
        By the flag's name, in the order of the list.
    """
    data, of_sample = coded(tables), settings["general"]["sample"]
    results = {flag.name: (flag, flag.compute(data, settings)) for flag in chosen(names)}
    return {n: not_of_a_sample(result) if flag.share and of_sample else result for n, (flag, result) in results.items()}


def computable(tables: Mapping[str, pd.DataFrame]) -> dict[str, tuple[str, ...]]:
    """Return for each flag the columns it needs that are absent from `tables` or hold no value at all.

    Returns
    -------
    dict of str to tuple of str
        By the flag's name, ``"table.column"``. A flag with none is computable for at least some units, if its
        values stand in the same processes.
    """
    return {
        flag.name: tuple(
            f"{table}.{column}"
            for table, columns in flag.needs.items()
            for column in columns
            if (frame := tables.get(table)) is None or column not in frame.columns or not frame[column].notna().any()
        )
        for flag in FLAGS
    }
