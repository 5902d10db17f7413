"""An index of the user's own: a value for each country and year. It is then an indicator as those of the catalogue."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from math import inf
from pathlib import Path
from statistics import NormalDist
from typing import Annotated, ClassVar, Literal

import pandas as pd
from msgspec import Meta, Struct
from msgspec.structs import replace

from ogp_analysis.base import indicators
from ogp_analysis.base.schema import FILE, LINE, Column, TableSchema
from ogp_analysis.base.words.catalogue import LANGUAGES, word
from ogp_analysis.data.cleaning.country_year import refuse
from ogp_analysis.data.cleaning.record import Cleaned, changed
from ogp_analysis.data.store import own_list
from ogp_analysis.data.store.own_list import CORRECT, Text

#: How much the bounds of every panel cover.
_LEVEL = 0.68
#: What stands for a year in the names of columns.
_YEAR = "YYYY"


class Columns(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which column holds what; bounds have both or none. Without `year`, years stand in names, where these say YYYY."""

    country: Text
    year: Text | None = None
    value: Text
    low: Text | None = None
    high: Text | None = None


class Words(Struct, frozen=True, forbid_unknown_fields=True):
    """What an index is called in a language."""

    title: Text
    unit: Text
    short: Annotated[str, Meta(max_length=40)] = ""
    asks: Annotated[str, Meta(max_length=400, pattern=r"^[^\x00-\x1f\x7f<>{}|\\`]*\Z")] = ""


class Map(own_list.Map, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a map of an index states."""

    TABLE: ClassVar[str] = "country_year"
    PARTS: ClassVar[dict] = {"columns": Columns, **dict.fromkeys(LANGUAGES, Words)}

    direction: Literal["higher is more open", "higher is less open"]
    columns: Columns
    minimum: float | None = None
    maximum: float | None = None
    level: Annotated[float, Meta(gt=0, lt=1)] | None = None
    en: Words | None = None
    es: Words | None = None

    def faults(self) -> Iterator[tuple[str, bool]]:
        """Yield what may be wrong with keys that fit each by itself, and whether it is."""
        low, high, least, most = self.columns.low, self.columns.high, self.minimum, self.maximum
        yield from super().faults()
        yield "has one end of the scale only", (least is None) != (most is None)
        yield "has no minimum below its maximum", None not in (least, most) and not -inf < least < most < inf
        yield "turns the index round, which needs minimum and maximum", "less" in self.direction and least is None
        yield "names one bound only", (low is None) != (high is None)
        yield "does not say how much the bounds cover (level)", low is not None and self.level is None
        lacking = any(_YEAR not in name for name in self._valued)
        yield "has no year in columns, and a value or bound without YYYY in its name", not self.columns.year and lacking

    @property
    def _valued(self) -> list[str]:
        """The columns of the value and its bounds."""
        return [name for name in (self.columns.value, self.columns.low, self.columns.high) if name]

    def _years(self, names: Iterable[str]) -> list[str]:
        """Return the years that stand in the names of columns."""
        of = re.escape(self.columns.value).replace(_YEAR, r"(?P<year>\d{4})", 1).replace(_YEAR, "(?P=year)")
        return [found["year"] for name in names if (found := re.fullmatch(of, name))]

    def wanted(self, names: Iterable[str]) -> list[str]:
        """Return the columns that it reads; where years stand in their names, those of each year."""
        if self.columns.year:
            return self.named
        each = [name.replace(_YEAR, year) for name in self._valued for year in self._years(names)]
        return [self.columns.country, *self.only, *(each or self._valued)]

    def _long(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Return a row for each country and year that has a value, of rows with years in the names of columns."""
        own, years = [self.columns.country, FILE, LINE], self._years(rows)
        parts = [
            rows[[*own, *(name.replace(_YEAR, year) for name in self._valued)]]
            .set_axis([*own, *self._valued], axis="columns")
            .assign(year=year)
            for year in years
        ]
        long = pd.concat(parts, ignore_index=True)
        return long[long[self.columns.value] != ""]

    def cleaned(self, chunk: pd.DataFrame) -> Cleaned:
        """Return the table, its bounds at a level of .68, and the record of every row; faults: `add_index`."""
        of, valued = self.columns, {self.columns.value}
        if not of.year:
            valued = [of.value.replace(_YEAR, year) for year in self._years(chunk)]
        chunk, rows, entries = own_list.of_countries(chunk, self, valued)
        if not of.year:
            rows, of = self._long(rows), replace(of, year="year")
        whole = rows[of.year].str.fullmatch(r"\d{4}(\.0)?")
        refuse(rows, of.year, ~whole, "years that are not whole numbers of four digits", CORRECT)
        year = own_list.known_years(rows, of.year, rows[of.year].str[:4].astype("int64"))
        keys = pd.DataFrame({"iso3": own_list.country_codes(rows, self, year), "year": year})
        refuse(rows, of.country, keys.duplicated(), "rows repeat a country and year", CORRECT, of.year)
        values = {key: own_list.numbers(rows, name) for key in ("value", "low", "high") if (name := getattr(of, key))}
        value, low, high = (values.get(key) for key in ("value", "low", "high"))
        if self.minimum is not None:
            what = f"values outside of the scale, {self.minimum:g} to {self.maximum:g}"
            refuse(rows, of.value, ~value.between(self.minimum, self.maximum), what, CORRECT)
        if low is not None:
            refuse(rows, of.low, low.isna() != high.isna(), "values have one bound only", CORRECT, of.high)
            refuse(rows, of.low, low > high, "lower bounds lie above the upper", CORRECT, of.high)
            outside = (value < low) | (value > high)
            refuse(rows, of.value, outside, "values do not lie between their bounds", CORRECT, of.low)
            reach = NormalDist().inv_cdf((1 + _LEVEL) / 2) / NormalDist().inv_cdf((1 + self.level) / 2)
            values |= {"low": value - reach * (value - low), "high": value + reach * (high - value)}
        if "less" in self.direction:
            turned = {key: (self.minimum + self.maximum - found).round(9) for key, found in values.items()}
            values = turned | ({"low": turned["high"], "high": turned["low"]} if low is not None else {})
            entries.append(changed(rows, of.value, values["value"].map("{:.12g}".format), "turned_round"))
        return self.checked(chunk, keys.assign(**values).sort_values([*keys], ignore_index=True), entries)

    def schema(self) -> TableSchema:
        """Return what its table promises."""
        said = self.said()
        terms = {"unit": said.unit, "licence": self.licence, "redistribute": self.redistribute}
        bound = "Bound at a level of .68, from that of the file as for a normal distribution on its side of the value."
        bounds = [Column(name, "number", bound, **terms) for name in ("low", "high") if self.columns.low]
        ends = {"minimum": self.minimum, "maximum": self.maximum, "direction": "higher is more open", "required": True}
        columns = (
            Column("iso3", "string", "Country, alpha-3 code of ISO 3166.", required=True),
            Column("year", "integer", "Year.", required=True),
            Column("value", "number", f"{said.title}.", **terms, **ends),
            *bounds,
        )
        return TableSchema(self.TABLE, "one country in one year", ("iso3", "year"), columns)

    def facts(self, table: pd.DataFrame) -> dict:
        """Return what :class:`Indicator` says of an index, and its words by language."""
        words = {}
        for spoken in LANGUAGES:
            said = self.said(spoken)
            form = word("own_index.turned", spoken) if "less" in self.direction else "{title}"
            name, short = (form.format(title=text) for text in (said.title, said.short or said.title))
            asks = f"{said.asks or word('own_index.asks', spoken)} {word('report.cite.added', spoken)}."
            texts = {"name": name, "short": short, "construct": asks, "unit": said.unit}
            words[spoken] = texts | {"direction": word("own_index.way", spoken)}
        bounds = {"low": "low", "high": "high", "level": _LEVEL} if self.columns.low else {}
        scale = "interval" if self.minimum is None else "index" if (self.minimum, self.maximum) == (0, 1) else "points"
        first, last = int(table["year"].min()), int(table["year"].max())
        facts = {
            "version": self.version or str(last), "first_year": first, "last_year": last, "scale": scale, **bounds,
            "direction": "higher is more open", "minimum": self.minimum, "maximum": self.maximum,
            "licence": self.licence, "redistribute": self.redistribute, "words": words,
            "publisher": self.publisher(),
        }  # fmt: skip
        return {"indicator": facts}


def add_index(data: pd.DataFrame | str | Path, columns: Mapping | str | Path) -> indicators.Indicator:
    """Add an index of your own, which every function and notebook then takes as an indicator.

    Parameters
    ----------
    data : pandas.DataFrame, str or pathlib.Path
        A row for each country in a year: a frame, or a delimited text or workbook.
    columns : mapping, str or pathlib.Path
        Which column holds what, and what the index is: the file of a map (``ogp-analysis add --template index`` prints
        one), or the same keys as a mapping.

    Returns
    -------
    Indicator
        Its id is ``own_`` and the name in the map. The same index again changes nothing; with other values it replaces
        what had its name.

    Raises
    ------
    ParameterError
        If the map cannot be read, lacks a key or has an unknown one.
    OgpAnalysisError
        If a row is refused; nothing is kept then.

    Examples
    --------
    >>> import pandas as pd
    >>> mine = pd.DataFrame({"place": ["Mexico", "KEN"], "year": [2023, 2023], "score": [41, 57.5]})
    >>> about = {"name": "press", "source": "Survey", "licence": "CC BY 4.0", "direction": "higher is more open"}
    >>> about |= {"columns": {"country": "place", "year": "year", "value": "score"}}
    >>> about |= {"en": {"title": "Press index", "unit": "points"}}
    >>> ogp.add_index(mine, about).id  # doctest: +SKIP
    'own_press'
    """
    id = own_list.added("index", data, columns)
    return indicators.own()[id]
