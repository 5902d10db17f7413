"""What is missing in a clean table: its empty cells, by column and by year."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from matplotlib.collections import PolyCollection

from ogp_analysis.base.schema import Column
from ogp_analysis.base.words import say, sentence, word
from ogp_analysis.base.words.catalogue import language
from ogp_analysis.base.words.numbers import Measure, count, counts, share, written
from ogp_analysis.display.figure import Figure, captioned, drawable, drawing
from ogp_analysis.display.result import Parts, Shown
from ogp_analysis.display.rows import RowChart, bars
from ogp_analysis.display.sheet import Panel, Ticks, extent
from ogp_analysis.display.table import Heading, Table, table

#: Categories that say why there is no value. They are counted beside empty cells, never as such.
STATED = ("not_reviewed", "no_data", "not_applicable")
#: Years side by side that a drawing can hold, and how many may be put into one.
MOST_PERIODS = 26
_WIDTHS = (1, 2, 5, 10, 20, 50, 100)


@dataclass(frozen=True)
class Missing(Shown):
    """Empty cells of a table, by column and by year.

    Attributes
    ----------
    name : str
        ``dataset.table``.
    time : str
        The column that dates a row; empty if the table has none.
    frame : pandas.DataFrame
        One row per column of the table: ``column, n, missing, share`` (0 to 1), and a count for each of :data:`STATED`.
    periods : pandas.DataFrame
        One row per period: ``period, first, n``, and the share of empty cells of each column, missing where no row is
        of the period; a last row of rows without a year has no ``first``. Empty if the table has no time.
    """

    name: str
    time: str
    frame: pd.DataFrame = field(repr=False)
    periods: pd.DataFrame = field(repr=False)

    @property
    def cells(self) -> int:
        """All cells of the table."""
        return int(self.frame["n"].sum())

    @property
    def empty(self) -> int:
        """Its empty cells."""
        return int(self.frame["missing"].sum())

    @property
    def stated(self) -> int:
        """Cells that say why they have no value."""
        return int(self.frame[list(STATED)].to_numpy().sum())

    def glance(self) -> Parts:
        """Say how many cells are empty, and of which column most."""
        whole = counts(cells=self.cells, columns=len(self.frame))
        if not self.empty:
            return Parts([say("quality.glance.missing", role="number", case="none", **whole)])
        worst = self.frame.sort_values("missing", ascending=False, kind="stable").iloc[0]
        shares = {"share": share(self.empty / self.cells, 1), "worst_share": share(float(worst["share"]), 1)}
        told = whole | counts(empty=self.empty, full=int((self.frame["missing"] == 0).sum())) | shares
        return Parts([say("quality.glance.missing", role="number", case="some", worst=worst["column"], **told)])

    def plot(self, ax=None) -> Figure | Parts:
        """Draw the share of empty cells of each column that has any, by year; nothing if no cell is empty.

        Parameters
        ----------
        ax : matplotlib.axes.Axes or None
            Axes to draw on, one for each panel; by default it is drawn on its own.
        """
        if not self.empty:
            return Parts()
        return missing_by_year(self.frame, self.periods, name="missing", table=self.name, time=self.time, ax=ax)

    def text(self) -> Parts:
        """Say how many cells state why they have no value; nothing if none does."""
        return Parts([say("quality.scope.stated.text", stated=count(self.stated))] if self.stated else [])

    def table(self) -> Table | Parts:
        """Return the columns with empty cells, or with cells that say why; nothing if there is none."""
        frame = self.frame[self.frame[["missing", *STATED]].sum(axis=1) > 0].rename(columns={"column": "variable"})
        if frame.empty:
            return Parts()
        headings = {
            "variable": Heading("quality.column.column", "code"), "n": Heading("quality.column.rows", "count"),
            "missing": Heading("quality.column.missing", "count"), "share": Heading("quality.column.share", "share", 1),
            **{name: Heading(f"quality.column.{name}", "count") for name in STATED},
        }  # fmt: skip
        caption = sentence("quality.table.columns", **counts(n=len(frame), cells=self.cells, empty=self.empty))
        return table("missing_by_column", caption, frame, headings)


def missing(frame: pd.DataFrame, fields: list[Column], name: str = "") -> Missing:
    """Return the empty cells of a table, by column and by year.

    Rows are dated as :func:`dated_by` says. Years are put together so that at most :data:`MOST_PERIODS` stand side by
    side.

    Parameters
    ----------
    frame : pandas.DataFrame
    fields : list of Column
        Its columns.
    name : str
        ``dataset.table``.
    """
    rows = []
    for one in fields:
        values = frame[one.name]
        empty = int(values.isna().sum())
        stated = {code: int((values == code).sum()) if one.type in ("category", "string") else 0 for code in STATED}
        share = empty / len(frame) if len(frame) else None
        rows.append({"column": one.name, "n": len(frame), "missing": empty, "share": share, **stated})
    columns = pd.DataFrame(rows, columns=["column", "n", "missing", "share", *STATED])
    time, years = dated_by(frame, fields)
    if not time:
        return Missing(name, time, columns, pd.DataFrame())
    known = years.dropna()
    first, last = int(known.min()), int(known.max())
    width = next((one for one in _WIDTHS if (last // one - first // one) < MOST_PERIODS), _WIDTHS[-1])
    starts = (years // width * width).astype("Int64")
    gone = frame[[one.name for one in fields]].isna().groupby(starts, dropna=False, sort=True)
    shares = gone.mean().astype("float64")
    shares.insert(0, "n", gone.size().astype("int64"))
    whole = pd.Index(range(first // width * width, last + 1, width), dtype="Int64")
    undated = shares[shares.index.isna()]
    shares = pd.concat([shares.reindex(whole), undated]).reset_index(names="first")
    shares["n"] = shares["n"].fillna(0).astype("int64")
    label = shares["first"].map(
        lambda one: "" if pd.isna(one) else str(one) if width == 1 else f"{one}–{one + width - 1}"
    )
    shares.insert(0, "period", label.astype("str"))
    return Missing(name, time, columns, shares.sort_values("first", na_position="last", ignore_index=True))


def dated_by(frame: pd.DataFrame, fields: list[Column]) -> tuple[str, pd.Series]:
    """Return the column that dates the rows of a table, empty if none does, and the year of each row.

    It is ``year``; else the first column named ``…_year`` that at least half of the rows have; else the column of dates
    that most rows have.

    Parameters
    ----------
    frame : pandas.DataFrame
    fields : list of Column
        Its columns.

    Returns
    -------
    str, pandas.Series
        With the index of `frame`; empty if no column dates the rows.
    """
    numbers = [one.name for one in fields if one.type == "integer"]
    if "year" in numbers:
        return "year", frame["year"]
    for name in numbers:
        if name.endswith("_year") and len(frame) and frame[name].notna().mean() >= 0.5:
            return name, frame[name]
    dates = [one.name for one in fields if one.type == "date" and frame[one.name].notna().any()]
    if not dates:
        return "", pd.Series(dtype="Int64")
    most = max(dates, key=lambda name: frame[name].notna().sum())
    return most, frame[most].dt.year.astype("Int64")


# How it is drawn.

#: Rows of a drawing; the columns that are emptiest are drawn.
MOST_COLUMNS = 30
_SHARE = Measure("share")
#: Pixels of the highest bar of a row, and of the lowest that is not nothing.
_TALL, _LOW = 17.0, 1.5
#: Shares below it are written as smaller.
_LEAST = 0.01


@drawing
def missing_by_year(columns: pd.DataFrame, periods: pd.DataFrame, *, name: str, table: str, time: str):
    """Draw the share of empty cells of each column that has any, by year or by no time at all.

    Parameters
    ----------
    columns, periods : pandas.DataFrame
        As ``frame`` and ``periods`` of :class:`Missing`.
    name, table, time : str
        File name; ``dataset.table``; the column that dates a row, empty if there is none.
    """
    some = columns[columns["missing"] > 0]
    drawable(some, name)
    shown = some.sort_values("missing", ascending=False, kind="stable").head(MOST_COLUMNS).index.sort_values()
    rows = some.loc[shown]
    top = rows.loc[rows["missing"].idxmax()]
    labels = [label or word("quality.undated") for label in periods["period"]] if time else [word("quality.all_rows")]
    dated = int(periods["first"].notna().sum()) if time else 1
    empty = (columns["missing"] == columns["n"]).sum()
    values = {"table": table, "time": time, "top": top["column"], "share": share(float(top["share"]), 1)}
    values |= {"first": labels[0], "last": labels[dated - 1]}
    values |= counts(n=len(rows), all=len(columns), full=len(columns) - len(some), empty=empty)
    notes = [
        ("" if part >= _LEAST else "<") + written(max(float(part), _LEAST), _SHARE, language())
        for part in rows["share"]
    ]

    def years(narrow: bool) -> Ticks:
        # As many years are written as have room, and the rows without a year if there are any.
        room = (150 if narrow else 560) / len(labels)
        step = int(np.ceil((extent(labels[0], 13) + 12) / room))
        end = len(labels) - (step if dated < len(labels) else 0)
        return [(at + 0.5, labels[at]) for at in (*range(0, min(dated, end), step), *range(dated, len(labels)))]

    shares = periods[list(rows["column"])].to_numpy(dtype=float).T if time else []

    def cells(panel: Panel, row: int, height: float) -> None:
        foot, here = height + _TALL / 2, shares[row]
        tall = np.where(np.isnan(here), _TALL, np.where(here > 0, np.maximum(_LOW, _TALL * here), 0.0))
        corners = [
            [(at + 0.08, foot), (at + 0.92, foot), (at + 0.92, foot - top), (at + 0.08, foot - top)]
            for at, top in enumerate(tall)
        ]
        looks = {"edgecolors": "none", "transform": panel.transform, "zorder": 2}
        colours = [panel.colour("band" if empty else "region") for empty in np.isnan(here)]
        panel.add(PolyCollection(corners, facecolors=colours, **looks))

    drawn = cells if time else bars(0, rows["share"].clip(lower=0.004), "region", _TALL)
    axis = {"xlim": (0, len(labels)), "xticks": years} if time else {"xlim": (0, 1)}
    chart = RowChart(list(rows["column"]), notes, [drawn], **axis)
    case = "time" if time else "no_time"
    cases = dict.fromkeys(("caption", "alt", "about"), case) | {"title": "whole" if empty else "part"}
    return captioned(name, "quality.figure", values, chart, case=cases)
