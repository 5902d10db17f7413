"""What is missing in a clean table: its empty cells, by column and by year."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from ogp_analysis.base.words import say, sentence
from ogp_analysis.base.words.numbers import count, share
from ogp_analysis.data.cleaning.account import Field
from ogp_analysis.data.quality.figures import missing_by_year
from ogp_analysis.display.figure import Figure
from ogp_analysis.display.result import Parts, Shown
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
        counts = {"cells": count(self.cells), "columns": count(len(self.frame))}
        if not self.empty:
            return Parts([say("quality.glance.missing", role="number", case="none", **counts)])
        worst = self.frame.sort_values("missing", ascending=False, kind="stable").iloc[0]
        return Parts([
            say("quality.glance.missing", role="number", case="some", **counts, empty=count(self.empty),
                share=share(self.empty / self.cells, 1), worst=worst["column"],
                worst_share=share(float(worst["share"]), 1), full=count(int((self.frame["missing"] == 0).sum())))
        ])  # fmt: skip

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
        caption = sentence("quality.table.columns", n=count(len(frame)), cells=count(self.cells),
                           empty=count(self.empty))  # fmt: skip
        return table("missing_by_column", caption, frame, headings)


def missing(frame: pd.DataFrame, fields: list[Field], name: str = "") -> Missing:
    """Return the empty cells of a table, by column and by year.

    Rows are dated as :func:`dated_by` says. Years are put together so that at most :data:`MOST_PERIODS` stand side by
    side.

    Parameters
    ----------
    frame : pandas.DataFrame
    fields : list of Field
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


def dated_by(frame: pd.DataFrame, fields: list[Field]) -> tuple[str, pd.Series]:
    """Return the column that dates the rows of a table, empty if none does, and the year of each row.

    It is ``year``; else the first column named ``…_year`` that at least half of the rows have; else the column of dates
    that most rows have.

    Parameters
    ----------
    frame : pandas.DataFrame
    fields : list of Field
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
