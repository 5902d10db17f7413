"""Tables of this wing, whose headings stand as data in ``headings.toml``."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import pandas as pd

from ogp_analysis.base.beside import toml
from ogp_analysis.base.disclosure import Withheld
from ogp_analysis.base.words import Sentence
from ogp_analysis.display.table import Heading, Table, table


@cache
def headings() -> dict[str, dict[str, Heading]]:
    """Return the headings of every table, by column in order.

    Examples
    --------
    >>> headings()["cohorts"]["n"].unit
    'count'
    """
    stated = toml(__file__, "headings.toml")
    return {name: {column: Heading(*entry) for column, entry in own.items()} for name, own in stated.items()}


def tabled(
    name: str,
    caption: Sentence | str,
    rows: pd.DataFrame | Withheld | Iterable[dict | tuple],
    like: str = "",
    data: Iterable[str] = (),
) -> Table:
    """Return a table in the language in force, with the headings of its name.

    Parameters
    ----------
    name : str
        Its file name in the report.
    caption : Sentence or str
        As for :func:`~ogp_analysis.display.table.table`.
    rows : pandas.DataFrame, Withheld or iterable
        A frame, or its rows: by column, or in the order of the headings. Columns without a heading are left out.
    like : str
        The table in ``headings.toml``, where it is not `name`.
    data : iterable of str
        What its values are of, beside the indicators of its headings: datasets, and ids of indicators.

    Raises
    ------
    DisclosureError
        If the values may be drawn but not written.
    MessageError
        If a heading has no column.

    Examples
    --------
    >>> tabled("absent_measures", "Not held", [{"measure": "Privacy", "fetch": "wjp"}]).frame.to_dict("list")
    {'measure': ['Privacy'], 'fetch': ['wjp']}
    """
    own = dict(headings()[like or name])
    frame = rows if isinstance(rows, pd.DataFrame | Withheld) else pd.DataFrame(rows, columns=list(own))
    return table(name, caption, frame, own, data)
