"""How a clean table names countries: units that are not countries, and names spelled differently from ours."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from ogp_analysis.base.countries import country
from ogp_analysis.base.errors import UnknownName
from ogp_analysis.base.words import say, sentence
from ogp_analysis.base.words.numbers import count
from ogp_analysis.display.result import Parts, Shown
from ogp_analysis.display.table import Heading, table
from ogp_analysis.store.state import Field

#: Columns that name a unit, and columns in which its publisher writes its name.
_UNITS = ("unit", "economy", "jurisdiction")
_NAMES = ("country_name", "country")
#: Rows that a page holds; a table says how many more there are.
_MOST_ROWS = 60


@dataclass(frozen=True)
class Names(Shown):
    """How the rows of a table are matched to countries.

    Attributes
    ----------
    codes : pandas.Series or None
        The ISO code of each row; None if the table does not match its rows to countries.
    part_of_pse : int
        How many rows with the code PSE are of a part of what the code stands for.
    named : bool
        Whether the table has names as published that may be shown.
    frame : pandas.DataFrame
        Units without an ISO code: ``unit, name, rows``.
    aliases : pandas.DataFrame
        Names of countries that are spelled differently from ours: ``name, iso3, rows``.
    """

    codes: pd.Series | None = field(repr=False)
    part_of_pse: int
    named: bool
    frame: pd.DataFrame = field(repr=False)
    aliases: pd.DataFrame = field(repr=False)

    def text(self) -> Parts:
        """Say how many rows have no code, of how many units, and how many names needed an alias."""
        if self.codes is None:
            return Parts([say("quality.names", case="none")])
        without = int(self.codes.isna().sum())
        case = ("named" if self.named else "coded") + ("" if without else "_all")
        parts = Parts([
            say("quality.names", case=case, without=count(without), rows=count(len(self.codes)),
                units=count(len(self.frame)), countries=count(self.codes.nunique()), aliases=count(len(self.aliases)))
        ])  # fmt: skip
        return parts + Parts([say("quality.palestine.text", n=count(self.part_of_pse))] if self.part_of_pse else [])

    def table(self) -> Parts:
        """Return the units without a code, and the names that needed an alias; what has no row is left out."""
        unit, name = Heading("quality.column.unit", "code"), Heading("quality.column.name", "code")
        rows, code = Heading("quality.column.rows", "count"), Heading("quality.column.iso3", "code")
        more = {"unmatched": {"rows": count(int(self.frame["rows"].sum()))}, "aliases": {}}
        tables = {"unmatched": (self.frame, {"unit": unit, "name": name, "rows": rows}),
                  "aliases": (self.aliases, {"name": name, "iso3": code, "rows": rows})}  # fmt: skip
        return Parts(
            table(key, sentence(f"quality.table.{key}", n=count(len(frame)), most=count(_MOST_ROWS), **more[key]),
                  frame.head(_MOST_ROWS), headings)
            for key, (frame, headings) in tables.items()
            if len(frame)
        )  # fmt: skip


def names(frame: pd.DataFrame, fields: list[Field]) -> Names:
    """Return how the rows of a table are matched to countries.

    Parameters
    ----------
    frame : pandas.DataFrame
    fields : list of Field
        Its columns; of those that may not be passed on nothing is shown.
    """
    shown = [one.name for one in fields if one.redistribute]
    codes = frame["iso3"] if "iso3" in frame.columns else None
    named = any(name in shown for name in _NAMES)
    kind = frame.get("unit_kind", pd.Series(dtype="object"))
    part_of_pse = 0 if codes is None else int(((codes == "PSE") & (kind == "part_of_country")).sum())
    return Names(codes, part_of_pse, named, unmatched(frame, shown), aliases(frame, shown))


def unmatched(frame: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Return the units of rows without an ISO code: ``unit, name, rows``, sorted by unit and name.

    Parameters
    ----------
    frame : pandas.DataFrame
    columns : list of str
        Of its columns ``iso3`` and those that name a unit, those that may be shown.
    """
    empty = pd.DataFrame(
        {"unit": pd.Series(dtype="str"), "name": pd.Series(dtype="str"), "rows": pd.Series(dtype="int64")}
    )
    if "iso3" not in columns:
        return empty
    rows = frame[frame["iso3"].isna()]
    told = {
        new: next((one for one in names if one in columns), "") for new, names in (("unit", _UNITS), ("name", _NAMES))
    }
    parts = pd.DataFrame(
        {new: rows[name].fillna("").astype(str) if name else "" for new, name in told.items()}, index=rows.index
    )
    return parts.groupby(["unit", "name"], sort=True).size().rename("rows").reset_index() if len(parts) else empty


def aliases(frame: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Return the names that a publisher writes otherwise than the short English one: ``name, iso3, rows``.

    Parameters
    ----------
    frame : pandas.DataFrame
    columns : list of str
        Of its columns ``iso3`` and those with a name, those that may be shown.
    """
    name = next((one for one in _NAMES if one in columns), "")
    if not name or "iso3" not in columns:
        return pd.DataFrame(
            {"name": pd.Series(dtype="str"), "iso3": pd.Series(dtype="str"), "rows": pd.Series(dtype="int64")}
        )
    counts = frame.dropna(subset=[name, "iso3"]).groupby([name, "iso3"], sort=True).size().rename("rows").reset_index()
    counts = counts.rename(columns={name: "name"})
    others = []
    for name, iso3 in zip(counts["name"], counts["iso3"], strict=True):
        try:
            others.append(country(iso3).name_en != name)
        except UnknownName:
            others.append(True)
    return counts[others].reset_index(drop=True)
