"""What a cleaner declares as data, in a TOML file beside it: codes of the words of its source, and its tables.

A list of codes is a table of words and codes (``"Mexico" = "mexico"``), a list of codes, or entries with ``code`` and
``patterns`` for :func:`ogp_analysis.tidy.coding.rules`. A table stands below ``tables``, as
:func:`ogp_analysis.base.schema.schemas` reads it; categories may be the name of a list of codes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from ogp_analysis.base.beside import toml
from ogp_analysis.base.schema import Column, TableSchema, schemas
from ogp_analysis.tidy.partial_dates import PRECISIONS


def declared(
    cleaner: str, kinds: Mapping[str, Callable[[str, str], Iterable[Column]]] | None = None
) -> tuple[dict, tuple[TableSchema, ...]]:
    """Return the lists of codes, by name, and the tables that the TOML file of a cleaner declares.

    Parameters
    ----------
    cleaner : str
        Path of the module, whose file has the same name.
    kinds : mapping of str to callable or None
        Types that stand for several columns, each with what makes these from a name and a description.

    Examples
    --------
    >>> from ogp_analysis.surveillance.datasets import mexico_surveillance_timeline
    >>> lists, (events,) = declared(mexico_surveillance_timeline.__file__)
    >>> lists["categories"]["OGP"], events["category"].categories[:2]
    ('ogp', ('acquisition', 'use'))
    """
    stated = toml(cleaner, f"{Path(cleaner).stem}.toml")
    lists = {"precisions": PRECISIONS} | {name: of for name, of in stated.items() if name != "tables"}
    tables, codes = {}, {}
    for table, entry in stated["tables"].items():
        of_kinds = {}
        for column, facts in entry["columns"].items():
            if facts["type"] in (kinds or {}):
                made = (vars(one).copy() for one in kinds[facts["type"]](column, facts["description"]))
                of_kinds |= {fields.pop("name"): fields for fields in made}
            else:
                of_kinds[column] = facts
        tables[table] = entry | {"columns": of_kinds}
    for name, named in lists.items():
        of_words = named.values() if isinstance(named, Mapping) else named
        of_words = (one.get("code") if isinstance(one, Mapping) else one for one in of_words)
        # Each once, and without the blank that stands for none.
        codes[name] = tuple(dict.fromkeys(code for code in of_words if code and isinstance(code, str)))
    return lists, schemas(tables, **codes)
