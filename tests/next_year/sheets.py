"""A published table that is edited and written again in its own layout."""

from __future__ import annotations

import csv
from itertools import islice
from pathlib import Path

import openpyxl


class Sheet:
    """The cells of a delimited text or of the first sheet of a workbook.

    Parameters
    ----------
    path : pathlib.Path
        The published file.
    header : int
        How many lines stand before the column names.
    delimiter, encoding : str
        Of a text.
    rows : int, optional
        How many rows are read at most.
    """

    def __init__(
        self, path: Path, header: int = 0, delimiter: str = ",", encoding: str = "utf-8", rows: int | None = None
    ) -> None:
        self.path, self.delimiter, self.encoding = path, delimiter, encoding
        last = None if rows is None else header + 1 + rows
        if path.suffix == ".xlsx":
            book = openpyxl.load_workbook(path, read_only=True)
            self.title = book.worksheets[0].title
            lines = [list(row) for row in book.worksheets[0].iter_rows(max_row=last, values_only=True)]
            book.close()
        else:
            with path.open(encoding=encoding, newline="") as stream:
                lines = list(islice(csv.reader(stream, delimiter=delimiter), last))
        self.before, self.names, self.rows = lines[:header], lines[header], lines[header + 1 :]

    def at(self, name: str) -> int:
        """Return the position of a column."""
        return self.names.index(name)

    def find(self, **cells) -> list:
        """Return the first row that has these cells; a name may have ``_`` for blanks."""
        wanted = {self._position(name): value for name, value in cells.items()}
        return next(row for row in self.rows if all(row[at] == value for at, value in wanted.items()))

    def revise(self, row: list, **cells) -> list:
        """Set cells of a row."""
        for name, value in cells.items():
            row[self._position(name)] = value
        return row

    def grow(self, like: list, **cells) -> list:
        """Add a row that is `like` another but for some cells."""
        self.rows.append(self.revise(list(like), **cells))
        return self.rows[-1]

    def add_column(self, name: str, value: str = "x", place: int | None = None) -> Sheet:
        """Add a column with one value in every row, at the end or at a place."""
        place = len(self.names) if place is None else place
        for line in self.before:
            # A file may have its header twice.
            line.insert(place, name if line == self.names else "")
        self.names.insert(place, name)
        for row in self.rows:
            row.insert(place, value)
        return self

    def drop_column(self, name: str) -> Sheet:
        """Take a column out."""
        place = self.at(name)
        for line in (*self.before, self.names, *self.rows):
            del line[place : place + 1]
        return self

    def rename(self, old: str, new: str) -> Sheet:
        """Give a column another name."""
        self.names[self.at(old)] = new
        return self

    def save(self, folder: Path, name: str = "") -> Path:
        """Write the file into a folder, and return where it is."""
        path = folder / (name or self.path.name)
        lines = [*self.before, self.names, *self.rows]
        if path.suffix == ".xlsx":
            book = openpyxl.Workbook(write_only=True)
            sheet = book.create_sheet(self.title)
            for line in lines:
                sheet.append(line)
            book.save(path)
        else:
            with path.open("w", encoding=self.encoding, newline="") as stream:
                csv.writer(stream, delimiter=self.delimiter, lineterminator="\n").writerows(lines)
        return path

    def _position(self, name: str) -> int:
        return self.at(name if name in self.names else name.replace("_", " "))
