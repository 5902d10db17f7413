"""What the tables of this wing call their columns and the codes in them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pandas as pd

from ogp_analysis.base.links import source
from ogp_analysis.base.words import Sentence, word
from ogp_analysis.display.table import Heading, Table, table

_COUNTS = tuple("known n possible probable rows score".split())
#: Unit of the columns that are not text.
_UNITS = {
    **dict.fromkeys(_COUNTS, "count"),
    **dict.fromkeys(("stale_from", "valid_from", "valid_to"), "date"),
    "fact": "code",
    "year": "year",
    "amount": "money",
}


def headings(area: str, columns: Iterable[str], **units: str) -> dict[str, Heading]:
    """Return the headings of a table: the words ``column`` of an area, and `source`, which all tables head alike.

    Parameters
    ----------
    area : str
        Area of words, such as ``"powers"``.
    columns : iterable of str
        In the order of the table.
    **units : str
        Units of columns that measure something else here than in the other tables.
    """
    own = {name: Heading(f"{area}.column.{name}", units.get(name, _UNITS.get(name, ""))) for name in columns}
    return own | ({"source": Heading("source", "link")} if "source" in own else {})


def in_words(area: str, codes: Iterable, missing: str | None = None) -> list[str | None]:
    """Return the words of codes, such as those of ``"powers.class"``, and what stands for a missing code."""
    return [word(f"{area}.{code}") if isinstance(code, str) else missing for code in codes]


def listed(
    name: str, area: str, caption: Sentence, rows: pd.DataFrame, shown: str, data: Iterable[str] = (), /, **made
) -> Table:
    """Return rows as a table of the columns `shown`, some of them `made` of others, headed as by :func:`headings`."""
    return table(name, caption, rows.assign(**made).reset_index(drop=True), headings(area, shown.split()), data)


def sources(rows: pd.DataFrame, dataset: str, key: str, publisher: Callable[[dict], str] | None = None) -> list[str]:
    """Return what a table prints as the source of each row of a dataset; see :func:`ogp_analysis.base.links.source`."""
    urls = "source_url" if "source_url" in rows else "source_urls"
    return [
        source(
            row[urls] if isinstance(row[urls], str) else "",
            publisher=publisher(row) if publisher else "",
            row=f"{dataset} ({row[key]})",
        )
        for row in rows.to_dict("records")
    ]
