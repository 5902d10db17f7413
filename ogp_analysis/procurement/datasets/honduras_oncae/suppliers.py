"""Suppliers and tenderers of Honduras: the remark after the name, the tax number, and natural persons, who are masked.

References
----------
Servicio de Administración de Rentas, Registro Tributario Nacional: 14 digits. That of a natural person starts with
place (four digits) and year of birth, as the identity card does; that of a legal entity has a 9 after the place.
The rule was read off the numbers in the file and the legal forms in the names beside them.
"""

from __future__ import annotations

import pandas as pd

from ogp_analysis.procurement.datasets import persons
from ogp_analysis.procurement.datasets.checks import refuse
from ogp_analysis.procurement.datasets.folding import by_value, folded
from ogp_analysis.tidy.record import FILE, LINE, changed

REMARKS = ("minor_purchase", "outside_rules")
NUMBER_STATUSES = ("legal_entity", "natural_person", "malformed")
#: Remarks such as "* Compra Menor" are not part of a name; they have a column of their own.
REMARK_RULE = "remark_after_name"
#: Names and numbers of natural persons reach neither tables nor record; the mask is the same for all.
PERSON_RULE = "natural_person_masked"
_REMARK = r"\s*\*\s*([^*]*)$"
#: The words of a remark, one of them with two letters turned round.
_WORDS = {
    "": "",
    "compra menor": "minor_purchase",
    "normativa externa": "outside_rules",
    "normativa extrena": "outside_rules",
}
#: The first zero of the place is often lost; identity numbers without check digit have 13 digits too.
_LEGAL = r"\d{4}9\d{9}|\d{3}9\d{9}"
_BIRTH = r"(?:19[2-9]\d|200\d)"
_NATURAL = rf"\d{{3,4}}{_BIRTH}\d{{6}}|\d{{4}}{_BIRTH}\d{{5}}"


def read(chunk: pd.DataFrame, name: str, code: str) -> tuple[dict[str, pd.Series], list[pd.DataFrame]]:
    """Return the columns of suppliers, and the entries of the record.

    Parameters
    ----------
    chunk : pandas.DataFrame
        Raw text with file and line.
    name, code : str
        Its columns with the name and the identifier.

    Returns
    -------
    dict of str to pandas.Series
        ``supplier_name`` and ``supplier_id`` (masked for natural persons), ``supplier_kind``, ``supplier_rtn`` (digits,
        of legal entities), ``rtn_status``, ``remark``, and ``_person`` and ``_code``: name and number of a natural
        person, for finding them in texts, never to be kept.
    list of pandas.DataFrame
        The entries; nothing of a natural person stands in them.

    Raises
    ------
    CleaningError
        If a remark is unknown.
    """
    words = chunk[name].str.extract(_REMARK)[0].fillna("").map(folded)
    refuse(chunk, name, ~words.isin(list(_WORDS)), "names with a remark that no rule covers")
    plain = chunk[name].str.replace(_REMARK, "", regex=True).str.strip()
    number = tax_numbers(chunk[code])
    kind = persons.kinds(plain, number["status"], "HN")
    person = persons.are_persons(kind)
    mask = pd.Series(persons.MASK, index=chunk.index, dtype="str")
    shown = pd.DataFrame({FILE: chunk[FILE], LINE: chunk[LINE], name: chunk[name], code: chunk[code]})
    nothing = pd.Series("", index=chunk.index, dtype="str")
    entries = [
        changed(shown[~person], name, plain[~person], REMARK_RULE),
        changed(shown[person].assign(**{name: persons.HIDDEN}), name, mask[person], PERSON_RULE),
        changed(shown[person].assign(**{code: persons.HIDDEN}), code, nothing[person], PERSON_RULE),
    ]
    made = {
        "supplier_name": plain.mask(person, mask),
        "supplier_kind": kind,
        "supplier_id": chunk[code].str.strip().mask(person, ""),
        "supplier_rtn": number["rtn"].where((number["status"] == "legal_entity") & ~person, ""),
        "rtn_status": number["status"],
        "remark": words.map(_WORDS),
        "_person": plain.where(person, ""),
        "_code": chunk[code].str.strip().where(person, ""),
    }
    return made, entries


def tax_numbers(values: pd.Series) -> pd.DataFrame:
    """Return ``rtn`` (14 digits, or what digits there are) and ``status``, one of :data:`NUMBER_STATUSES`."""

    def of_distinct(values: pd.Series) -> pd.DataFrame:
        rest = values.str.strip().str.replace(r"^(?:HN-RTN-|HND-IDCARD-)", "", regex=True)
        digits = rest.str.replace(r"[^0-9]", "", regex=True).where(~rest.str.contains(r"[A-Za-zÑñ]"), "")
        legal, natural = digits.str.fullmatch(_LEGAL), digits.str.fullmatch(_NATURAL)
        status = pd.Series("malformed", index=values.index, dtype="str").mask(legal & ~natural, "legal_entity")
        status = status.mask(natural & ~legal, "natural_person")
        return pd.DataFrame({"rtn": digits.where(status != "legal_entity", digits.str.zfill(14)), "status": status})

    return by_value(values, of_distinct)
