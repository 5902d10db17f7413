"""Files as users have them: columns of the oldest layout of CompraNet, tables and workbooks."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
from openpyxl import Workbook

HEAD = "DEPENDENCIA / ENTIDAD|CLAVE UC|NÚMERO DE PROCEDIMIENTO|NÚMERO DE CONTRATO|IMPORTE MN SIN IVA|RAZÓN SOCIAL"
HEAD = f"{HEAD}|REFERENCIA DE LA CONTRATACIÓN|FECHA DE SUSCRIPCIÓN DE CONTRATO".split("|")


def written(file: Path, *rows: list, encoding: str = "utf-8", delimiter: str = ",") -> Path:
    """Write rows as text, and return the file."""
    with file.open("w", encoding=encoding, newline="") as stream:
        csv.writer(stream, delimiter=delimiter).writerows(rows)
    return file


def workbook(file: Path, **sheets: list[list]) -> Path:
    """Write the rows of each sheet, and return the file."""
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(file)
    return file


def table(out: Path, name: str = "contracts") -> pd.DataFrame:
    """Return a table that was cleaned into a folder, of all files."""
    return pd.read_parquet(out / "parquet" / name)
