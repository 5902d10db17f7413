"""What is wrong with the records of the lists of sanctioned suppliers, and how each is put right, by named rules."""

from __future__ import annotations

import pandas as pd

from ogp_analysis.tidy.record import FILE, LINE, changed

_DATE = r"\d{4}-\w{2}-\d{2}"
_PERIOD = r"(?:[\w ]*(?:AÑO|MES)[\w ]*)?"
_AMOUNT = r"(?:\d+(?:\.\d+)?)?"
#: Position of the cells that a comma inside a text moves to the right, in the layout of 2017.
_RESOLUTION, _NOTIFICATION, _DECISION, _PLACE_OF_PERIOD, _FINE = 5, 6, 7, 8, 9
_MOST_SHIFTED = 2


def own_columns(chunk: pd.DataFrame) -> list[str]:
    """Return the columns of the file, without those the reader adds."""
    return [name for name in chunk.columns if name not in (FILE, LINE)]


def without_commas(chunk: pd.DataFrame) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
    """Return the chunk without the comma at the end of each cell, where comma and tab together part the cells.

    Split at the tab alone, an amount with a comma of thousands stays one cell, and so do two cells of
    which the first lacks its comma. Rules ``comma_and_tab`` (one entry per column) and
    ``comma_missing`` (one entry per cell).
    """
    names = own_columns(chunk)
    marked = [name for name in names[:-1] if name.rstrip().endswith(",")]
    if not marked or len(marked) != len(names) - 1:
        return chunk, []
    made, entries = chunk.copy(), []
    for name in marked:
        ends = chunk[name].str.endswith(",")
        made[name] = chunk[name].str.removesuffix(",")
        entries.append(_told(chunk.iloc[:1], name, f"({int(ends.sum())} cells end with a comma)", "comma_and_tab"))
        entries.append(_told(chunk[~ends], name, "(no comma before the tab)", "comma_missing"))
    return made, entries


def _told(rows: pd.DataFrame, name: str, old: str, rule: str) -> pd.DataFrame:
    told = rows[[FILE, LINE]].assign(**{name: pd.Series(old, index=rows.index, dtype="str")})
    return changed(told, name, pd.Series("(mended)", index=rows.index, dtype="str"), rule)


def moved_back(chunk: pd.DataFrame) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
    """Return the chunk with the cells in place of records that a comma inside a text has moved to the right.

    They are recognised by their cells: two dates, a period or nothing, an amount or nothing. Rule
    ``moved_by_comma``, one entry per cell; neither the text that was split nor the last cells are read.
    """
    names = own_columns(chunk)
    if len(names) <= _FINE + _MOST_SHIFTED:
        return chunk, []
    shift = pd.Series(-1, index=chunk.index)
    for steps in range(_MOST_SHIFTED, -1, -1):
        moved = (_NOTIFICATION, _DECISION, _PLACE_OF_PERIOD, _FINE)
        notified, decided, period, fine = (chunk[names[place + steps]].str.strip().str for place in moved)
        fits = notified.fullmatch(f"(?:{_DATE})?") & decided.fullmatch(_DATE)
        shift = shift.mask(fits & period.fullmatch(_PERIOD) & fine.fullmatch(_AMOUNT), steps)
    made, entries = chunk.copy(), []
    for steps in range(1, _MOST_SHIFTED + 1):
        rows = shift == steps
        for place in (_RESOLUTION, _NOTIFICATION, _DECISION, _PLACE_OF_PERIOD, _FINE):
            made.loc[rows, names[place]] = chunk.loc[rows, names[place + steps]]
    for place in (_RESOLUTION, _NOTIFICATION, _DECISION, _PLACE_OF_PERIOD, _FINE):
        entries.append(changed(chunk, names[place], made[names[place]], "moved_by_comma"))
    return made, entries
