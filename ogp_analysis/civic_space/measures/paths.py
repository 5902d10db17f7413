"""What measures saw in one country, year by year: the path of each over the years in which it is made in one way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from ogp_analysis.base.countries import country
from ogp_analysis.base.indicators import indicator
from ogp_analysis.base.words import say, sentence, word
from ogp_analysis.base.words.numbers import count, year
from ogp_analysis.civic_space.figures.measures import measures_of_country
from ogp_analysis.civic_space.measures.catalogue import SURVEILLANCE, house_name, label, labels
from ogp_analysis.civic_space.measures.countries import longest_segment
from ogp_analysis.civic_space.tables.headings import tabled
from ogp_analysis.display.result import Parts, Shown
from ogp_analysis.display.table import Heading, Table, table
from ogp_analysis.statistics.path import Path, path
from ogp_analysis.statistics.series import checked_series

#: Panels of one figure.
PANELS = 15
#: Last part of the message key of what each measure of surveillance saw in Mexico.
_SAW = dict(zip(SURVEILLANCE, ("dsp", "d4", "wjp"), strict=True))


@dataclass(frozen=True)
class PathsOfCountry(Shown):
    """The paths of the measures that have a value for one country, those on surveillance and privacy first.

    Attributes
    ----------
    unit : str
        ISO code.
    first, last : int
        The years asked for.
    series : dict of str to pandas.DataFrame
        By measure ``unit, year, value, segment`` of all countries, whatever the year.
    paths : dict of str to Path
        By measure the path over the segment that spans most years from `first` to `last`.
    years : dict of str to int
        By measure the years from `first` to `last` with a value, in any segment.
    """

    unit: str
    first: int
    last: int
    series: Mapping[str, pd.DataFrame] = field(repr=False)
    paths: dict[str, Path] = field(repr=False)
    years: dict[str, int] = field(repr=False)

    @property
    def frame(self) -> pd.DataFrame:
        """One row per measure.

        Columns: ``measure``, ``surveillance`` (whether it asks about it), ``years`` (with a value); ``first, last, n``
        (of the segment that spans most years), ``direction`` between them (``"rose"``, ``"fell"``, ``"unchanged"``;
        ``"flat"`` if one value in all years, ``"none"`` if there is one year only), ``highest, lowest`` (their years;
        missing unless it moved). Values are not in it: some may be drawn only.
        """
        rows = []
        for id, way in self.paths.items():
            moved = way.n > 1 and way.shape != "flat"
            rows.append({
                "measure": id, "surveillance": id in SURVEILLANCE, "years": self.years[id],
                "first": way.first if way.n > 1 else None, "last": way.last if way.n > 1 else None, "n": way.n,
                "direction": way.direction if moved else "flat" if way.n > 1 else "none",
                "highest": way.peak if moved else None, "lowest": way.trough if moved else None,
            })  # fmt: skip
        whole = dict.fromkeys(["first", "last", "highest", "lowest"], "Int64")
        names = ["measure", "surveillance", "years", "first", "last", "n", "direction", "highest", "lowest"]
        return pd.DataFrame(rows, columns=names).astype(whole)

    @property
    def _others(self) -> list[str]:
        return [id for id in self.paths if id not in SURVEILLANCE]

    def surveillance(self) -> Parts:
        """Say what the measures that ask about surveillance or privacy saw in Mexico, and which are not held.

        The sentences rest on what is documented of Mexico; of another country nothing is said.
        """
        if self.unit != "MEX":
            return Parts()
        found = Parts()
        if absent := [id for id in SURVEILLANCE if id not in self.series]:
            found += (say("measures.mexico.absent", names=labels(absent)),)
        for id, key in _SAW.items():
            # Of D4, which goes back furthest, the years shown; of the others all years.
            since = self.first if key == "d4" else 0
            way = _path(self.series[id], self.unit, since, self.last) if id in self.series else Path(self.unit)
            if way.n < 2:
                continue
            values = {"n": count(way.n), "first": year(way.first), "last": year(way.last),
                      "highest": year(way.peak), "lowest": year(way.trough), "level": f"{way.first_value:g}",
                      "direction": word(f"measures.mexico.direction.{way.direction}")}  # fmt: skip
            if key == "dsp":
                constant, units = constant_units(self.series[id])
                values |= {"constant": count(constant), "units": count(units)}
            found += (say(f"measures.mexico.{key}", case="flat" if way.shape == "flat" else "moved", **values),)
        return found + (say("measures.mexico.private"),)

    def text(self) -> Parts:
        """Say which way the measures that ask about something else moved."""
        ways = [self.paths[id].direction for id in self._others if self.paths[id].n > 1]
        counts = {way: count(ways.count(way)) for way in ("fell", "rose", "unchanged")}
        years = {"first": year(self.first), "last": year(self.last)}
        place = country(self.unit).in_text
        return Parts([say("measures.mexico.others", place=place, **years, n=count(len(ways)), **counts)])

    def plot(self) -> Parts:
        """Draw the published values, each measure on its own scale; a line ends where a segment does."""
        groups = {"mexico_surveillance": [id for id in SURVEILLANCE if id in self.series]}
        for number, begin in enumerate(range(0, len(self._others), PANELS), 1):
            groups[f"mexico_others_{number}"] = self._others[begin : begin + PANELS]
        own = {id: rows[rows["unit"] == self.unit] for id, rows in self.series.items()}
        place = country(self.unit).name
        return Parts(
            measures_of_country(own, name=name, ids=ids, place=place, first=self.first, last=self.last)
            for name, ids in groups.items()
            if ids
        )

    def table(self) -> Table:
        """Return how each measure moves, one row per measure; values are not in it."""
        frame = self.frame
        frame = frame.assign(
            indicator=frame["measure"].map(label),
            publisher=frame["measure"].map(house_name),
            direction=[word(f"measures.direction.{way}") for way in frame["direction"]],
            **{end: frame[end].astype("object").fillna("not_applicable") for end in ("highest", "lowest")},
        )
        caption = sentence("measures.table.tracks", place=country(self.unit).name, first=year(self.first),
                           last=year(self.last))  # fmt: skip
        return tabled("mexico", caption, frame)

    def values(self) -> Table:
        """Return the published values that may be passed on, one row per year, a column for each measure."""
        open_ids = [id for id in self.paths if indicator(id).redistribute]
        frame = pd.DataFrame({"year": range(self.first, self.last + 1)})
        for id in open_ids:
            own = self.series[id][self.series[id]["unit"] == self.unit].set_index("year")["value"]
            frame[id] = frame["year"].map(own).astype("float64")
        headings = {"year": Heading("year", "year")}
        headings |= {id: Heading(f"indicators.{id}.short", "index", 3) for id in open_ids}
        caption = sentence("measures.table.values", place=country(self.unit).in_text)
        return table("mexico_values", caption, frame, headings)


def paths_of_country(series: Mapping[str, pd.DataFrame], unit: str, first: int, last: int) -> PathsOfCountry:
    """Return the path of each measure that has a value for `unit` from `first` to `last`.

    Parameters
    ----------
    series : mapping of str to pandas.DataFrame
        By measure ``unit, year, value, segment``.
    unit : str
    first, last : int

    Raises
    ------
    ModelError
        If a frame is not a series.
    """
    order = [*(id for id in SURVEILLANCE if id in series), *(id for id in series if id not in SURVEILLANCE)]
    years = {id: int(((rows := series[id])["unit"] == unit)[rows["year"].between(first, last)].sum()) for id in order}
    held = [id for id in order if years[id]]
    paths = {id: _path(series[id], unit, first, last) for id in held}
    return PathsOfCountry(unit, first, last, series, paths, {id: years[id] for id in held})


def constant_units(series: pd.DataFrame) -> tuple[int, int]:
    """Return how many units have one value in all years of the last segment of a series, and of how many.

    Units with a single year are in neither number.
    """
    series = checked_series(series, "constant_units").dropna(subset=["value"])
    by_unit = series[series["segment"] == series["segment"].max()].groupby("unit")["value"]
    several = by_unit.size() > 1
    return int((by_unit.nunique()[several] == 1).sum()), int(several.sum())


def _path(rows: pd.DataFrame, unit: str, first: int, last: int) -> Path:
    series = checked_series(rows, "paths_of_country").dropna(subset=["value"])
    return path(longest_segment(series, unit, first, last), unit)
