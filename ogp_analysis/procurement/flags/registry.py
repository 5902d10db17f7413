"""All red flags, in the order of their codes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from ogp_analysis.base.errors import UnknownName
from ogp_analysis.procurement.flags import on_awards, on_bids
from ogp_analysis.procurement.flags.bids import Processes
from ogp_analysis.procurement.flags.result import Flag, FlagResult, Settings, judged, not_of_a_sample


def _flags_of(value: object) -> tuple[Flag, ...]:
    several = value if isinstance(value, tuple) else (value,)
    return tuple(one for one in several if isinstance(one, Flag))


#: Every flag that stands in a module under a name of its own, or with others of its code in a tuple.
FLAGS: tuple[Flag, ...] = tuple(
    sorted(
        (flag for module in (on_awards, on_bids) for value in vars(module).values() for flag in _flags_of(value)),
        key=lambda flag: flag.name,
    )
)


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
    tables: Mapping[str, pd.DataFrame], settings: Settings, names: Iterable[str] | None = None
) -> dict[str, FlagResult]:
    """Compute flags.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        Tables of OCDS, and :data:`~.result.AWARDED`, :data:`~.result.TERMS`, :data:`~.result.DEBARRED`; not changed. A
        table or column that is absent makes the flags that need it not computable.
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
    data, of_sample = Processes(tables, settings), settings["general"]["sample"]
    results = {}
    for flag in chosen(names):
        result = judged(flag.name, flag.unit, flag.answer(data, settings[flag.code]))
        results[flag.name] = not_of_a_sample(result) if flag.share and of_sample else result
    return results
