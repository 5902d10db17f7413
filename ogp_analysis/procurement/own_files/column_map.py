"""What the columns of a table of contracts in a form of its own hold, as a TOML file of its user says."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from ogp_analysis.base.errors import CleaningError, ParameterError, listed
from ogp_analysis.data.cleaning import overrides

#: What a column may hold, and what is to be said of its values where it is given.
COLUMNS = ("id", "object", "buyer", "supplier", "tax_code", "date", "amount", "currency")
FORMATS = ("date", "decimal", "thousands", "currency", "country")
#: So many columns may hold the object, or the name of the supplier, together.
_TOGETHER = {"object": 3, "supplier": 3}
_DIRECTIVES = "dmyYHMSf"
_DECIMAL, _THOUSANDS = (".", ","), ("", ".", ",", " ", "'")


@dataclass(frozen=True)
class ColumnMap:
    """Which column holds what, and how dates and amounts are written.

    Attributes
    ----------
    columns : dict of str to tuple of str
        Names of columns by what they hold, of :data:`COLUMNS`. Several for ``object`` and ``supplier`` alone.
    date : str
        Format of dates, as ``strptime`` reads it; to the day.
    decimal, thousands : str
        Signs in amounts.
    currency : str
        ISO 4217 code of all amounts, where no column says it.
    country : str
        ISO 3166 code of two letters of the country of the suppliers, whose legal forms tell a firm.
    """

    columns: dict[str, tuple[str, ...]]
    date: str = ""
    decimal: str = ""
    thousands: str = ""
    currency: str = ""
    country: str = ""

    @property
    def countries(self) -> tuple[str, ...]:
        """Whose legal forms count in the names of suppliers."""
        return (self.country,) if self.country else ()

    @property
    def names(self) -> tuple[str, ...]:
        """Every column that is to be there."""
        return tuple(name for names in self.columns.values() for name in names)

    def text(self) -> str:
        """Return the whole map as one text, to see whether it changed."""
        return json.dumps(asdict(self), sort_keys=True, ensure_ascii=False)

    def check(self, there: Iterable[str], label: str) -> None:
        """Check that a table has every column of the map.

        Raises
        ------
        CleaningError
            If a column is missing; names similar columns and those of the table.
        """
        there = [name for name in there if not name.startswith("Unnamed: ")]
        if absent := [name for name in self.names if name not in there]:
            near = [close for name in absent for close in difflib.get_close_matches(name, there, n=1, cutoff=0.6)]
            what = f"has no column {listed(absent, 8)}; its columns are {listed(there, 20)}"
            action = f"Correct the map of columns, perhaps to {listed(near)}" if near else "Correct the map of columns"
            raise CleaningError(label, what, action)


def column_map(file: Path) -> ColumnMap:
    """Return the map that a TOML file states.

    ``[columns]`` names a column for some of :data:`COLUMNS`, for ``object`` and ``supplier`` up to three; ``object`` is
    required.
    ``[formats]`` says how they are written: ``date`` (``"%d/%m/%Y"``) and ``decimal`` are required where there is a
    date or an amount; ``thousands`` is a sign or nothing; ``currency`` holds for all rows,
    and ``country`` says whose legal forms suppliers have.

    Raises
    ------
    ParameterError
        If the file cannot be read, lacks something, or states something that is not known.
    """
    where = Path(file).name
    stated = overrides.stated(file)
    _known(where, stated, ("columns", "formats"), "table")
    for name, part in stated.items():
        if not isinstance(part, dict):
            raise ParameterError(where, f"{name} is not a table", f"Write [{name}] and its keys below")
    columns, formats = stated.get("columns", {}), stated.get("formats", {})
    _known(where, columns, COLUMNS, "key of [columns]")
    _known(where, formats, FORMATS, "key of [formats]")
    found = {key: _names(where, key, columns[key]) for key in COLUMNS if key in columns}
    if "object" not in found:
        raise ParameterError(where, "names no column for object", "Say in [columns] what was bought: object = …")
    names = [name for own in found.values() for name in own]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ParameterError(where, f"gives {listed(twice)} to several keys", "Give each column to one")
    for key, value in formats.items():
        if not isinstance(value, str):
            raise ParameterError(where, f"formats.{key} is not text", "Write it between quotation marks")
    _check_formats(where, found, formats)
    return ColumnMap(found, **formats)


def _known(where: str, given: dict, known: tuple[str, ...], what: str) -> None:
    if odd := [key for key in given if key not in known]:
        near = difflib.get_close_matches(odd[0], known, n=1)
        action = f"Did you mean {near[0]}?" if near else "Use " + ", ".join(known)
        action += "; for files of a dataset, name it with --as" if known == COLUMNS and not near else ""
        raise ParameterError(where, f"{odd[0]!r} is not a known {what}", action)


def _names(where: str, key: str, value) -> tuple[str, ...]:
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list) or not names or not all(isinstance(name, str) and name.strip() for name in names):
        raise ParameterError(where, f"columns.{key} is not a column name", "Write the name between quotation marks")
    most = _TOGETHER.get(key, 1)
    if len(names) > most:
        raise ParameterError(where, f"columns.{key} names {len(names)} columns", f"Name at most {most}")
    # As the readers of tables write names.
    return tuple(" ".join(name.split()) for name in names)


def _check_formats(where: str, columns: dict, formats: dict) -> None:
    for key, of in (("date", "date"), ("amount", "decimal")):
        if key in columns and not formats.get(of):
            example = '"%d/%m/%Y"' if of == "date" else '"."'
            raise ParameterError(where, f"does not say how the {key} is written", f"Say in [formats] {of} = {example}")
    found = re.findall("%(.?)", formats.get("date", ""))
    if found and (
        not set(found) <= set(_DIRECTIVES) or not {"d", "m"} < set(found) or len(set("yY") & set(found)) != 1
    ):
        action = "Use %d, %m, %Y (or %y), and %H, %M, %S, %f for a time, which is dropped"
        raise ParameterError(where, f"formats.date {formats['date']!r} does not give a day", action)
    if "date" in formats and not found:
        raise ParameterError(where, f"formats.date {formats['date']!r} does not give a day", 'Write "%d/%m/%Y"')
    for key, signs in (("decimal", _DECIMAL), ("thousands", _THOUSANDS)):
        if key in formats and formats[key] not in signs:
            raise ParameterError(where, f"formats.{key} {formats[key]!r} is not allowed", f"Use one of {list(signs)}")
    if formats.get("decimal") and formats.get("decimal") == formats.get("thousands"):
        raise ParameterError(where, "formats.decimal and formats.thousands are the same sign", "Correct one of them")
    if "currency" in formats and "currency" in columns:
        raise ParameterError(where, "gives the currency twice, as a column and for all rows", "Leave one of them out")
    if "country" in formats and not re.fullmatch("[A-Z]{2}", formats["country"]):
        raise ParameterError(where, f"formats.country {formats['country']!r} is not a code", 'Write it as "MX"')
    if "currency" in formats and not re.fullmatch("[A-Z]{3}", formats["currency"]):
        raise ParameterError(where, f"formats.currency {formats['currency']!r} is not a code", 'Write it as "MXN"')
