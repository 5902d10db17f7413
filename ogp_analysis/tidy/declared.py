"""What a cleaner declares as data, in a TOML file beside it: codes of the words of its source, and its tables.

A list of codes is a table of words and codes (``"Mexico" = "mexico"``), a list of codes, or entries with ``code`` and
``patterns`` for :func:`ogp_analysis.tidy.coding.rules`. A table stands below ``tables`` with its grain, its key and one
line a column: the fields of :class:`~ogp_analysis.base.schema.Column`, with ``codes``, the name of a list, in place of
``categories``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from ogp_analysis.base.schema import Column, TableSchema
from ogp_analysis.tidy.partial_dates import PRECISIONS


def declared(
    cleaner: str, kinds: Mapping[str, Callable[[str, str], Iterable[Column]]] | None = None
) -> tuple[dict, tuple[TableSchema, ...]]:
    """Return the lists of codes, by name, and the tables that the TOML file of a cleaner declares.

    Parameters
    ----------
    cleaner : str
        Path of the module, whose file has the same name and is named in its ``RESOURCES``.
    kinds : mapping of str to callable or None
        Types that stand for several columns, each with what makes these from a name and a description.

    Examples
    --------
    >>> from ogp_analysis.surveillance.datasets import mexico_surveillance_timeline
    >>> lists, (events,) = declared(mexico_surveillance_timeline.__file__)
    >>> lists["categories"]["OGP"], events["category"].categories[:2]
    ('ogp', ('acquisition', 'use'))
    """
    data = tomllib.loads(Path(cleaner).with_suffix(".toml").read_text(encoding="utf-8"))
    tables, lists = data.pop("tables"), {"precisions": PRECISIONS} | data
    schemas = []
    for name, entry in tables.items():
        columns: list[Column] = []
        for column, facts in entry.pop("columns").items():
            if facts["type"] in (kinds or {}):
                columns += kinds[facts["type"]](column, facts["description"])
                continue
            named = lists[facts.pop("codes")] if "codes" in facts else facts.pop("categories", ())
            codes = named.values() if isinstance(named, Mapping) else named
            codes = (one["code"] if isinstance(one, Mapping) else one for one in codes)
            columns.append(Column(column, **facts, categories=tuple(dict.fromkeys(code for code in codes if code))))
        schemas.append(
            TableSchema(name, entry["grain"], tuple(entry["key"]), tuple(columns), entry.get("left_alone", ""))
        )
    return lists, tuple(schemas)
