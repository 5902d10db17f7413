"""Who is a natural person, and how nothing of them reaches an output."""

from __future__ import annotations

import re
from functools import cache

import pandas as pd

from ogp_analysis.cleaning.procurement.folding import by_value, each, folded
from ogp_analysis.cleaning.procurement.layouts import facts

KINDS = ("legal_entity", "natural_person", "presumed_natural_person", "missing")
RFC_STATUSES = ("legal_entity", "natural_person", "generic", "malformed", "missing")
MASK = "persona física "
HIDDEN = "(natural person)"
TEXT_MASK = "(text names a natural person)"
OFFICIAL_MASK = "(text names an official)"
_COMPANY = r"[A-ZÑ&]{3}\d{6}[A-Z0-9]{3}"
_PERSON = r"[A-ZÑ&]{4}\d{6}[A-Z0-9]{3}"
#: Parts of names that tell nothing on their own.
_SMALL = 3
_BETWEEN = "\x1f"


@cache
def _form() -> re.Pattern:
    stated = facts()["persons"]
    forms, bodies = "|".join(stated["legal_forms"]), "|".join(stated["public_bodies"])
    return re.compile(rf".* (?:{forms})|(?:.* )?(?:sociedad|asociacion|cooperativa) .*|(?:.* )?(?:{bodies})(?: .*)?")


def has_form(name: str) -> bool:
    """Return whether a supplier's name holds a legal form, or is that of a body under public law."""
    return bool(_form().fullmatch(folded(name.replace("&", " "))))


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
    return pd.DataFrame({"rfc": text, "status": status.mask(text.isin(facts()["persons"]["generic_rfc"]), "generic")})


def kinds(names: pd.Series, rfc_status: pd.Series) -> pd.Series:
    """Return what each supplier is, one of :data:`KINDS`.

    The tax code tells. Where there is none, or one that is generic or malformed, a name without a
    legal form is presumed to be a person's.
    """
    form = each(names, lambda name: "" if not name.strip() else "yes" if has_form(name) else "no")
    kind = pd.Series("presumed_natural_person", index=names.index, dtype="str")
    kind = kind.mask(form == "yes", "legal_entity").mask(form == "", "missing")
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
    return by_value(texts + _BETWEEN + names, lambda pairs: pd.Series([_names(pair) for pair in pairs], dtype="bool"))


def _names(pair: str) -> bool:
    text, _, name = pair.partition(_BETWEEN)
    parts = {part for part in folded(name).split() if len(part) >= _SMALL}
    return bool(parts) and parts <= set(folded(text).split())
