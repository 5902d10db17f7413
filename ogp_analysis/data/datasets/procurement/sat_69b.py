"""Mexico's list of taxpayers with operations presumed not to exist (article 69-B of the federal tax code)."""

from __future__ import annotations

import re
from functools import cache

import pandas as pd

from ogp_analysis.base.beside import toml
from ogp_analysis.base.errors import CleaningError
from ogp_analysis.base.schema import schemas
from ogp_analysis.data.cleaning.dataset import Input, declare
from ogp_analysis.data.cleaning.record import FILE, Cleaned, kept_but
from ogp_analysis.data.datasets.procurement import persons
from ogp_analysis.data.datasets.procurement.fields import Fields
from ogp_analysis.data.datasets.procurement.folding import by_value, each, folded
from ogp_analysis.data.datasets.procurement.layouts import Layout as FileLayout
from ogp_analysis.data.datasets.procurement.layouts import fitting, stated

# The columns of the list of article 69-B, one function each.

#: Who a row is about: as shown by tax code or legal form, or nobody, because a court had the identity taken out.
KINDS = (*persons.KINDS, "suppressed")
#: How a cell with days was read.
STATUSES = ("read", "several", "serial_number", "two_digit_year", "missing")
#: Notices: presumed, disproved, definitive or won in court; on the page of the SAT, or in the official journal (DOF).
_STAGES = ("presumed", "disproved", "definitive", "favourable")
NOTICES = tuple(f"{what}_{where}" for what in _STAGES for where in ("sat", "dof"))
_SUPPRESSED = r"X{12,13}"
_DAY = r"(\d{1,2})[/-](\d{1,2})[/-](\d{4}|\d{2})(?!\d)"
_SERIAL_ORIGIN = pd.Timestamp("1899-12-30")
_CENTURY = 2000
#: Signs of cp1252 that stand in a UTF-8 file as control characters.
_CONTROLS = {code: bytes([code]).decode("cp1252", errors="ignore") for code in range(0x80, 0xA0)}


def facts() -> dict:
    """Return the facts about layouts and words, from ``sat_69b.toml``."""
    return toml(__file__, "sat_69b.toml")


@cache
def layouts() -> dict[str, FileLayout]:
    """Return the layouts: of the complete list, and of the definitive one."""
    return stated(facts()["layouts"])


def taxpayers(fields: Fields, reveal: bool) -> pd.DataFrame:
    """Return one row per record with every column of both tables."""
    known = {text: code for code, text in facts()["situations"].items()}
    situation = each(fields["situation"], lambda one: known.get(folded(one), ""))
    fields.refuse("situation", situation == "", "situations are unknown", known)
    # Nothing is said of natural persons but that the row is about one, unless `reveal`.
    code = persons.tax_codes(fields["supplier_rfc"])
    published = fields["supplier"].str.translate(_CONTROLS).str.replace(r"\s+", " ", regex=True)
    name = published.str.partition("//")[0].str.strip()
    note = published.str.contains("//", regex=False)
    gone = code["rfc"].str.fullmatch(_SUPPRESSED)
    fields.hide("supplier", ~gone & (name != fields["supplier"]), "(as published)", "(tidied)", "name_without_note")
    fields.hide("supplier", gone, "(identity suppressed by a court)", "", "suppressed_by_court")
    kind = persons.kinds(name, code["status"], "MX").mask(gone, "suppressed")
    person = persons.are_persons(kind) & (not reveal)
    fields.hide("supplier", person, persons.HIDDEN, persons.MASK, "natural_person_masked")
    fields.hide("supplier_rfc", person & (fields["supplier_rfc"] != ""), persons.HIDDEN, "", "natural_person_masked")
    made = {
        "file": fields.chunk[FILE],
        "line": fields.lines,
        "taxpayer_name": name.mask(person, persons.MASK).mask(gone, ""),
        "taxpayer_kind": kind,
        "rfc": code["rfc"].mask(person | gone, ""),
        "rfc_status": code["status"].mask(gone, "missing"),
        "court_note": note | gone,
        "situation": situation,
        "situation_text": fields["situation"],
    }
    for field in NOTICES:
        read = days(fields[field])
        made |= {f"{field}_date": read["first"], f"{field}_last_date": read["last"]}
        made |= {f"{field}_text": fields[field], f"{field}_status": read["status"]}
        made |= {f"{field}_notice": fields[f"{field}_notice"]}
        if field in fields:
            odd = read["status"].isin(("several", "serial_number", "two_digit_year"))
            told = read["first"].dt.strftime("%Y-%m-%d") + " to " + read["last"].dt.strftime("%Y-%m-%d")
            fields.change(field, told.fillna(""), "days_of_notices", odd)
    return pd.DataFrame(made)


def days(values: pd.Series) -> pd.DataFrame:
    """Return ``first`` and ``last`` day of the notices in each cell, and ``status``, one of :data:`STATUSES`.

    A cell names several days where a taxpayer was listed again, after a ruling took the first
    listing back. A number of five digits counts days as spreadsheets do.

    Raises
    ------
    CleaningError
        If a cell holds anything else.
    """

    def of_cell(text: str) -> tuple:
        if not text:
            return pd.NaT, pd.NaT, "missing"
        if re.fullmatch(r"\d{5}", text):
            day = _SERIAL_ORIGIN + pd.Timedelta(days=int(text))
            return day, day, "serial_number"
        found = re.findall(_DAY, text)
        if not found or re.sub(_DAY, "", text).strip(" -"):
            raise CleaningError("day of a notice", f"cannot be read from {text!r}", "Correct it in a copy")
        read = []
        for day, month, year in found:
            try:
                read.append(pd.Timestamp(int(year) + (_CENTURY if len(year) == 2 else 0), int(month), int(day)))
            except ValueError as error:
                raise CleaningError(
                    "day of a notice", f"{day}/{month}/{year} does not exist", "Correct it in a copy"
                ) from error
        read = sorted(read)
        short = any(len(year) == 2 for *_, year in found)
        return read[0], read[-1], "two_digit_year" if short else "several" if len(read) > 1 else "read"

    return by_value(values, lambda distinct: pd.DataFrame([of_cell(text) for text in distinct], columns=_COLUMNS))


_COLUMNS = ["first", "last", "status"]


SITUATIONS, DEFINITIVE = schemas(
    toml(__file__, "sat_69b_tables.toml"),
    notice_statuses=STATUSES,
    rfc_statuses=persons.RFC_STATUSES,
    situations=tuple(facts()["situations"]),
    taxpayer_kinds=KINDS,
)


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Return the rows of a chunk of either list; natural persons are masked."""
    # The complete list as the SAT publishes it has the columns of the definitive one, too.
    return clean_listings(chunk, layout="complete" if source.tables == (SITUATIONS.name,) else "")


def clean_listings(chunk: pd.DataFrame, *, layout: str = "", reveal: bool = False) -> Cleaned:
    """Return ``situations`` or ``definitive``, by the layout that the column names tell.

    Parameters
    ----------
    chunk : pandas.DataFrame
        Raw text with file and line.
    layout : str
        ``complete`` or ``definitive``; empty to go by the columns.
    reveal : bool
        Leave natural persons as published, for work in memory whose result names nobody.

    Raises
    ------
    CleaningError
        If no layout fits, a situation is unknown, or a day cannot be read.
    """
    known = [layouts()[layout]] if layout else layouts().values()
    one = fitting(known, chunk.columns, "known list of article 69-B")
    fields = Fields(chunk.reset_index(drop=True), one)
    schema = DEFINITIVE if one.name == "definitive" else SITUATIONS
    table = taxpayers(fields, reveal)[schema.names]
    return Cleaned({schema.name: table}, kept_but(chunk, *fields.entries))


DATASET = declare("sat_69b", clean, (SITUATIONS, DEFINITIVE))
