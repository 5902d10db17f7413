"""The federal list of sanctioned suppliers and contractors of Mexico, in the layouts of 2017, 2021 and 2026."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

import pandas as pd

from ogp_analysis.base.beside import toml
from ogp_analysis.base.schema import schemas
from ogp_analysis.data.cleaning.dataset import Input, concatenate, declare
from ogp_analysis.data.cleaning.record import FILE, LINE, Cleaned, changed, kept_but, merged
from ogp_analysis.data.datasets.procurement import checks, persons
from ogp_analysis.data.datasets.procurement.fields import Fields, digests
from ogp_analysis.data.datasets.procurement.folding import by_value, each, folded
from ogp_analysis.data.datasets.procurement.layouts import Layout as FileLayout
from ogp_analysis.data.datasets.procurement.layouts import fitting, stated

# What is wrong with the records of the lists of sanctioned suppliers, and how each is put right, by named rules.

_DATE = r"\d{4}-\w{2}-\d{2}"
_PERIOD = r"(?:[\w ]*(?:AÑO|MES)[\w ]*)?"
_AMOUNT = r"(?:\d+(?:\.\d+)?)?"
#: Positions of resolution, notification, decision, period and fine in the layout of 2017: cells that a comma inside a
#: text moves to the right.
_MOVED = range(5, 10)
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
    if len(names) <= _MOVED[-1] + _MOST_SHIFTED:
        return chunk, []
    shift = pd.Series(-1, index=chunk.index)
    for steps in range(_MOST_SHIFTED, -1, -1):
        notified, decided, period, fine = (chunk[names[place + steps]].str.strip().str for place in _MOVED[1:])
        fits = notified.fullmatch(f"(?:{_DATE})?") & decided.fullmatch(_DATE)
        shift = shift.mask(fits & period.fullmatch(_PERIOD) & fine.fullmatch(_AMOUNT), steps)
    made, entries = chunk.copy(), []
    for steps in range(1, _MOST_SHIFTED + 1):
        rows = shift == steps
        for place in _MOVED:
            made.loc[rows, names[place]] = chunk.loc[rows, names[place + steps]]
    for place in _MOVED:
        entries.append(changed(chunk, names[place], made[names[place]], "moved_by_comma"))
    return made, entries


# The columns of the list of sanctioned suppliers, one function each.

#: Where the first and the last day of a ban come from.
BASES = ("published", "notification", "none")
#: What is to be known of the days of a ban.
ORDERS = ("ok", "ends_before_start", "differs_from_period", "open_end", "no_start", "no_ban")
_DATES = ("notification_date", "resolution_date", "start_date", "end_date")
_TOLERANCE = 3
_MONTHS_OF_A_YEAR = 12


def facts() -> dict:
    """Return the facts about layouts and words, from ``mexico_sanctions.toml``."""
    return toml(__file__, "mexico_sanctions.toml")


@cache
def layouts() -> dict[str, FileLayout]:
    """Return the layout of each list by its year."""
    return stated(facts()["layouts"])


def sanctions(fields: Fields, reveal: bool) -> pd.DataFrame:
    """Return one row per record with every column of the table of sanctions."""
    text = fields["period"]
    period = by_value(text, lambda distinct: pd.Series([months_of(v) for v in distinct], dtype="Int64"))
    wrong = (period.isna() & (text != "")).fillna(False)
    fields.refuse("period", wrong, "periods are not years and months")
    # The year of a list stands in the folder of its file; of a file without one it is that of its layout.
    year = fields.chunk[FILE].str.extract(r"^[^/]+/(\d{4})[^/]*/", expand=False)
    made = {
        "list": year.fillna(fields.layout.name).astype("str"),
        "file": fields.chunk[FILE],
        "line": fields.lines,
        **supplier(fields, pd.Series("missing", index=fields.lines.index, dtype="str"), reveal),
        "authority": fields["authority"],
        "expediente": fields["expediente"],
        "procedure": fields["procedure"],
        "law": fields["law"],
    }
    # A date in the place of the resolution, where a record was moved by a comma, says nothing.
    text = fields["resolution"]
    is_date = text.str.fullmatch(r"\d{4}-\d{2}-\d{2}")
    if is_date.any():
        fields.drop("resolution", "date_for_resolution", is_date)
    resolution = each(text.mask(is_date, ""), _code)
    known = {pattern: code for code, pattern in facts()["resolutions"].items()}
    fields.refuse("resolution", resolution == "unknown", "resolutions are unknown", known)
    made |= {"resolution": resolution, "resolution_text": fields["resolution"]}
    # Days; ``30/Jun/2006`` is read by the rule ``month_by_name``.
    numbers = facts()["months"]
    for field in _DATES:
        text = fields[field]
        plain = text.str.replace(
            r"/([A-Za-z]{3})/", lambda match: f"/{numbers.get(match[1].lower(), match[1])}/", regex=True
        )
        read = checks.read_dates(plain)
        if field in fields:
            fields.change(field, plain, "month_by_name", plain != text)
            for status in ("impossible", "unreadable"):
                fields.drop(field, f"{status}_date", read["status"] == status)
        made |= {field: read["date"], f"{field}_text": text, f"{field}_status": read["status"]}
    made |= {"period_text": fields["period"], "ban_months": period}
    text = fields["fine"]
    plain = text.str.replace(",", "").str.replace(r"^\.", "0.", regex=True)
    fields.change("fine", plain, "thousands_commas", checks.grouped(text))
    fields.change("fine", plain, "leading_zero", text.str.startswith("."))
    read = checks.read_amounts(plain)
    made |= {"fine": read["amount"], "fine_text": text, "fine_status": read["status"]}
    return _with_bans(pd.DataFrame(made), "start_date" in fields)


def _with_bans(result: pd.DataFrame, published: bool) -> pd.DataFrame:
    """Add whether a supplier is banned, from which day to which, and what the days rest on."""
    # A period says that the supplier is banned (inhabilitado); missing where only words or a first day do.
    stated = result["ban_months"].notna() | result["end_date"].notna()
    hinted = (result["resolution"] == "fine_and_ban") | result["start_date"].notna()
    result["ban"] = pd.Series(False, index=result.index, dtype="boolean").mask(hinted, pd.NA).mask(stated, True)
    # First and last day of the ban: as published, else from the notification and the period.
    ban = result["ban"].fillna(True).astype("bool")
    start = result["start_date"] if published else result["notification_date"]
    # The day so many months after the start; the last day of a shorter month.
    months, moved = result["ban_months"], start.copy()
    for count in months.dropna().unique():
        rows = (months == count).fillna(False)
        moved = moved.mask(rows, start[rows] + pd.DateOffset(months=int(count)))
    counted = moved.where(months.notna())
    end = result["end_date"] if published else counted
    start, end = start.where(ban), end.where(ban)
    basis = pd.Series("none", index=result.index, dtype="str")
    basis = basis.mask(start.notna(), "published" if published else "notification")
    off = (end - counted).dt.days.abs() > _TOLERANCE
    order = pd.Series("ok", index=result.index, dtype="str").mask(off, "differs_from_period")
    order = order.mask(end < start, "ends_before_start").mask(end.isna(), "open_end").mask(start.isna(), "no_start")
    return result.assign(ban_start=start, ban_end=end, ban_basis=basis, ban_order=order.mask(~ban, "no_ban"))


def supplier(fields: Fields, rfc_status: pd.Series, reveal: bool) -> dict[str, pd.Series]:
    """Name and kind of the supplier; natural persons are masked in table and record unless `reveal`."""
    kind = persons.kinds(fields["supplier"], rfc_status, "MX")
    person = persons.are_persons(kind) & (not reveal)
    fields.hide("supplier", person & (fields["supplier"] != ""), persons.HIDDEN, persons.MASK, "natural_person_masked")
    return {"supplier_name": fields["supplier"].mask(person, persons.MASK), "supplier_kind": kind}


def _code(text: str) -> str:
    plain = folded(text)
    known = (code for code, pattern in facts()["resolutions"].items() if re.fullmatch(pattern, plain))
    return next(known, "unknown") if plain else ""


def months_of(text: str) -> int | None:
    """Return the months of a period in words, such as ``3 años 6 meses``; None if the text is not a period."""
    match = re.fullmatch(r"(?:(\w+) anos?)?(?: ?(\w+) mes(?:es)?)?", folded(text))
    if not match or not any(match.groups()):
        return None
    said = ("0" if part is None else part for part in match.groups())
    years, months = (int(part) if part.isdigit() else facts()["numbers"].get(part) for part in said)
    return None if years is None or months is None else years * _MONTHS_OF_A_YEAR + months


_CONTENT = ["_content", "_content_rest"]
(SANCTIONS,) = schemas(
    toml(__file__, "mexico_sanctions_tables.toml"),
    amount_statuses=checks.AMOUNT_STATUSES,
    bases=BASES,
    date_statuses=checks.STATUSES,
    orders=ORDERS,
    resolutions=tuple(facts()["resolutions"]),
    supplier_kinds=persons.KINDS,
)


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Return the sanctions of a chunk; natural persons are masked, officials not read."""
    return clean_sanctions(chunk)


def clean_sanctions(chunk: pd.DataFrame, *, reveal: bool = False) -> Cleaned:
    """Return the sanctions of a chunk, by the layout that its column names tell.

    Parameters
    ----------
    chunk : pandas.DataFrame
        Raw text with file and line.
    reveal : bool
        Leave natural persons as published, for work in memory whose result names nobody.

    Raises
    ------
    CleaningError
        If no layout fits, a resolution is unknown, or a period cannot be read.
    """
    one = fitting(layouts().values(), own_columns(chunk), "known list of sanctioned suppliers")
    plain, commas = without_commas(chunk)
    plain, moved = moved_back(plain)
    fields = Fields(plain.reset_index(drop=True), one)
    table = sanctions(fields, reveal)
    bits = pd.DataFrame(digests(chunk[own_columns(chunk)]), columns=_CONTENT, index=table.index)
    return Cleaned({"sanctions": pd.concat([table, bits], axis=1)}, kept_but(chunk, *commas, *moved, *fields.entries))


def finish(parts: Iterable[Cleaned]) -> Cleaned:
    """Put chunks together; a row equal to an earlier one of the same list is merged on the record."""
    whole = concatenate(parts)
    table = whole.tables["sanctions"]
    again = table.duplicated(["list", *_CONTENT])
    first = table.groupby(["list", *_CONTENT])[["file", "line"]].transform("first")
    into = "the same as line " + first["line"].astype("str") + " of " + first["file"]
    rows = table.rename(columns={"file": FILE, "line": LINE})
    record = whole.record.without(merged(rows, again, "exact_repeat", "expediente", into))
    return Cleaned({"sanctions": table.loc[~again, SANCTIONS.names].reset_index(drop=True)}, record)


DATASET = declare("mexico_sanctions", clean, (SANCTIONS,), finish)
