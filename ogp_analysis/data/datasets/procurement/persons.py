"""Who is a natural person, and how nothing of them reaches an output."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from stdnum.mx import rfc

from ogp_analysis.base.text_column import array_of
from ogp_analysis.data.cleaning.record import FILE, LINE, Cleaned, Record
from ogp_analysis.data.datasets.procurement import legal_entities, mentions
from ogp_analysis.data.datasets.procurement.folding import by_value, hold_names, longer_parts, texts_of, words_of
from ogp_analysis.data.datasets.procurement.mentions import (
    NAME_MASK,
    Hit,
    Mentions,
    People,
    changed_by,
    everybody,
    told_of,
)

KINDS = ("legal_entity", "natural_person", "presumed_natural_person", "missing")
RFC_STATUSES = ("legal_entity", "natural_person", "generic", "malformed", "missing")
#: Whether date and check digit of a well-formed code are right; ``none`` if it is blank, malformed or generic.
RFC_CHECKS = ("valid", "unverified", "none")
#: What stands for a name. It has no number: any that can be made again would, with the published file, name the person.
MASK = "persona física"
HIDDEN, TEXT_MASK = NAME_MASK, mentions.TEXT_MASK
OFFICIAL_MASK = "(text names an official)"
_COMPANY = r"[A-ZÑ&]{3}\d{6}[A-Z0-9]{3}"
_PERSON = r"[A-ZÑ&]{4}\d{6}[A-Z0-9]{3}"
#: The number of each sign of a tax code in its check digit, by code point, and the days of each month.
_SIGNS = np.zeros(256, int)
_SIGNS[[ord(one) for one in "0123456789ABCDEFGHIJKLMN&OPQRSTUVWXYZ Ñ"]] = range(39)
_DAYS = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31, 0])


def has_form(name: str, *countries: str) -> bool:
    """Return whether a name holds a legal form that counts in some countries, or is that of a body under public law."""
    return legal_entities.by_name(name, *countries) == legal_entities.ENTITY


def tax_codes(values: pd.Series) -> pd.DataFrame:
    """Return ``rfc`` (upper case, without blanks and hyphens) and ``status``, one of :data:`RFC_STATUSES`.

    A tax code has 12 characters for a legal entity, 13 for a natural person.
    """
    return by_value(values, _tax_codes)


def _tax_codes(values: pd.Series) -> pd.DataFrame:
    text = values.str.upper().str.replace(r"[\s.'-]+", "", regex=True)
    status = pd.Series("malformed", index=values.index, dtype="str").mask(text == "", "missing")
    status = status.mask(text.str.fullmatch(_COMPANY), "legal_entity").mask(
        text.str.fullmatch(_PERSON), "natural_person"
    )
    return pd.DataFrame({"rfc": text, "status": status.mask(text.isin(legal_entities.GENERIC_CODES), "generic")})


def checks(codes: pd.Series) -> pd.Series:
    """Return for each tax code of :func:`tax_codes` one of :data:`RFC_CHECKS`.

    Date and check digit follow the rule of the tax authority, as ``stdnum.mx.rfc`` has it. A code that
    breaks it may be a slip of the pen, or one that the authority gave out all the same: it is kept.
    """
    return by_value(codes, _checks)


def _checks(codes: pd.Series) -> pd.Series:
    found = pd.Series("none", index=codes.index, dtype="str")
    formed = codes.str.fullmatch(f"{_COMPANY}|{_PERSON}") & ~codes.isin(legal_entities.GENERIC_CODES)
    some = codes[formed].str.rjust(13)
    # All digits at once: python-stdnum takes a hundred times as long.
    signs = _SIGNS[np.array(some.tolist() or [" " * 13], dtype="U13").view("uint32").reshape(-1, 13)][: len(some)]
    right = signs[:, 12] == -(signs[:, :12] @ np.arange(13, 1, -1)) % 11
    year, month, day = (signs[:, at] * 10 + signs[:, at + 1] for at in (4, 6, 8))
    right &= (day >= 1) & (day <= _DAYS[np.minimum(month, 13)] + ((month == 2) & (year % 4 == 0)))
    right &= some.str.slice(-3).str.fullmatch("[1-9A-V][1-9A-Z][0-9A]").to_numpy(bool)
    # Letters that are never given to a person.
    letters = some.str.slice(0, 4)
    never = [name for name in letters.unique() if name[0] != " " and not rfc.is_valid(f"{name}000101")]
    right &= ~letters.isin(never).to_numpy(bool)
    found[formed] = np.where(right, "valid", "unverified")
    return found


def kinds(names: pd.Series, rfc_status: pd.Series, *countries: str) -> pd.Series:
    """Return what each supplier is, one of :data:`KINDS`, where the legal forms of some countries count.

    The tax code decides. Where it is absent, generic or malformed, a name without a legal form is
    presumed to be a person's.
    """
    texts = array_of(names)
    kind = np.full(len(texts), KINDS.index("presumed_natural_person"))
    by_code = np.zeros(len(texts), bool)
    for told in ("legal_entity", "natural_person"):
        rows = (rfc_status == told).to_numpy(dtype=bool)
        kind[rows], by_code = KINDS.index(told), by_code | rows
    asked = np.flatnonzero(~by_code)
    some = texts.take(pa.array(asked)) if by_code.any() else texts
    entity = pc.equal(legal_entities.by_names(some, *countries), legal_entities.ENTITY).to_numpy(zero_copy_only=False)
    kind[asked[entity]] = KINDS.index("legal_entity")
    blank = pc.equal(pc.utf8_trim_whitespace(some), "").to_numpy(zero_copy_only=False)
    kind[asked[blank]] = KINDS.index("missing")
    return pd.Series(texts_of(kind, KINDS), index=names.index)


def are_persons(kind: pd.Series) -> pd.Series:
    """Return which suppliers are treated as natural persons."""
    return kind.isin(("natural_person", "presumed_natural_person"))


def people(names: pd.Series, kind: pd.Series, codes: pd.Series, *countries: str) -> People:
    """Return the natural persons among suppliers, by their kind, so that they can be found elsewhere.

    Parameters
    ----------
    names, kind, codes : pandas.Series
        As published, one of :data:`KINDS`, and an identifier, blank if there is none.
    *countries : str
        As of :func:`kinds`.
    """
    told, presumed = (frozenset(names[kind == one].unique()) for one in ("natural_person", "presumed_natural_person"))
    some = codes[are_persons(kind) & (codes != "")]
    # A firm without a code has a form in its name.
    firms = pa.array(sorted(names[(kind == "legal_entity") & (codes != "")].unique()), pa.string())
    left = firms.filter(pc.not_equal(legal_entities.by_names(firms, *countries), legal_entities.ENTITY))
    return People(told, presumed, frozenset(some.unique()), frozenset(left.to_pylist()), frozenset(countries))


@dataclass(frozen=True)
class WithPeople(Cleaned):
    """A chunk with the natural persons who were masked in it, so that they are found in other chunks.

    Attributes
    ----------
    people : People or None
        In memory only; None if persons were left as published.
    """

    people: People | None = None


def masked_elsewhere(whole: Cleaned, people: Iterable[People | None], places: Mapping[str, pd.DataFrame]) -> Cleaned:
    """Return the tables and the record of a dataset without mentions of natural persons; see :mod:`.mentions`.

    Parameters
    ----------
    whole : Cleaned
    people : iterable of People or None
        Of all its parts; if none has any, nothing was masked and nothing is.
    places : mapping of str to pandas.DataFrame
        By table, :data:`FILE` and :data:`LINE` of each row.
    """
    some = [one for one in people if one is not None]
    if not some:
        return whole
    again = Mentions(everybody(some), whole.record.rows_in)
    tables, entries = dict(whole.tables), []
    for name, place in places.items():
        tables[name], hits = _without(tables[name], again)
        files, lines = (array_of(place[FILE]), pa.array(place[LINE], pa.int64()))
        entries += [told_of(name, hits, files, lines).to_pandas()] if hits else []
    record = pd.concat([whole.record.entries, *entries], ignore_index=True)
    rows = (whole.record.rows_in, whole.record.kept)
    counts = [{again.files.get(file, file): n for file, n in of.items()} for of in rows]
    return Cleaned(tables, Record(*counts, _without(record, again)[0]))


def _without(frame: pd.DataFrame, again: Mentions) -> tuple[pd.DataFrame, list[Hit]]:
    texts = [name for name in frame.columns if frame[name].dtype in ("str", "object")]
    table, hits = again.masked(pa.Table.from_pandas(frame[texts], preserve_index=False))
    made = {name: pd.array(table[name], dtype="str") for name in changed_by(hits) if name in table.column_names}
    return frame.assign(**made), hits


def names_person(texts: pd.Series, names: pd.Series) -> pd.Series:
    """Return which texts hold every longer part of the name beside them, in any order."""
    (text_codes, some_texts), (name_codes, some_names) = pd.factorize(texts), pd.factorize(names)
    words, parts = words_of(array_of(some_texts)), longer_parts(array_of(some_names))
    return pd.Series(hold_names(words, text_codes, parts, name_codes), index=texts.index)
