"""Who is a natural person, and how nothing of them reaches an output."""

from __future__ import annotations

import re
from functools import lru_cache

import numpy as np
import pandas as pd
import pyarrow as pa
from stdnum.mx import rfc

from ogp_analysis.procurement.datasets import legal_entities
from ogp_analysis.procurement.datasets.folding import all_unaccented, by_value, each, folded

KINDS = ("legal_entity", "natural_person", "presumed_natural_person", "missing")
RFC_STATUSES = ("legal_entity", "natural_person", "generic", "malformed", "missing")
#: Whether date and check digit of a well-formed code are right; ``none`` if it is blank, malformed or generic.
RFC_CHECKS = ("valid", "unverified", "none")
MASK = "persona física "
HIDDEN = "(natural person)"
TEXT_MASK = "(text names a natural person)"
OFFICIAL_MASK = "(text names an official)"
_COMPANY = r"[A-ZÑ&]{3}\d{6}[A-Z0-9]{3}"
_PERSON = r"[A-ZÑ&]{4}\d{6}[A-Z0-9]{3}"
#: Parts of names that tell nothing on their own.
_SMALL = 3


def has_form(name: str) -> bool:
    """Return whether a supplier's name holds a legal form, or is that of a body under public law."""
    return legal_entities.by_name(name) == legal_entities.ENTITY


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
    return each(codes, _check)


def _check(code: str) -> str:
    if not re.fullmatch(f"{_COMPANY}|{_PERSON}", code) or code in legal_entities.GENERIC_CODES:
        return "none"
    return "valid" if rfc.is_valid(code, validate_check_digits=True) else "unverified"


def kinds(names: pd.Series, rfc_status: pd.Series) -> pd.Series:
    """Return what each supplier is, one of :data:`KINDS`.

    The tax code tells. Where there is none, or one that is generic or malformed, a name without a
    legal form is presumed to be a person's.
    """
    told = pd.Series(legal_entities.by_names(pa.array(names, pa.large_string())).to_numpy(False), index=names.index)
    kind = pd.Series("presumed_natural_person", index=names.index, dtype="str")
    kind = kind.mask(told == legal_entities.ENTITY, "legal_entity").mask(names.str.strip() == "", "missing")
    return kind.mask(rfc_status == "legal_entity", "legal_entity").mask(
        rfc_status == "natural_person", "natural_person"
    )


def are_persons(kind: pd.Series) -> pd.Series:
    """Return which suppliers are treated as natural persons."""
    return kind.isin(("natural_person", "presumed_natural_person"))


def masked(lines: pd.Series) -> pd.Series:
    """Return what stands for the names of natural persons: a number within the file, that of the line.

    Two contracts of one person are not linked by it, and nobody can be found by it.
    """
    return MASK + lines.astype("str")


def names_person(texts: pd.Series, names: pd.Series) -> pd.Series:
    """Return which texts hold every longer part of the name beside them, in any order."""
    text_codes, some_texts = pd.factorize(texts)
    name_codes, some_names = pd.factorize(names)
    pairs, codes = np.unique(text_codes * (len(some_names) + 1) + name_codes, return_inverse=True)
    # A folded word stands in a text without accents if it stands in the folded text; most need no folding for that.
    plain = [text if text.isascii() else folded(text) for text in all_unaccented(some_texts.tolist())]
    parts = list(map(_parts, some_names.tolist()))
    found = [_holds(plain[pair // (len(parts) + 1)], parts[pair % (len(parts) + 1)]) for pair in pairs.tolist()]
    return pd.Series(np.array(found, "bool")[codes], index=texts.index)


@lru_cache(2**14)  # a name is looked for in several columns
def _parts(name: str) -> tuple[str, ...]:
    """Return the longer parts of a name, the longest, which fewest texts hold, first."""
    parts = dict.fromkeys(part for part in folded(name).split() if len(part) >= _SMALL)
    longest = max(parts, key=len, default="")
    return (longest, *parts) if parts else ()


def _holds(plain: str, parts: tuple[str, ...]) -> bool:
    return bool(parts) and parts[0] in plain and set(parts) <= set(folded(plain).split())
