"""Who is a natural person, and how nothing of them reaches an output."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from stdnum.mx import rfc

from ogp_analysis.base.text_column import array_of
from ogp_analysis.procurement.datasets import legal_entities
from ogp_analysis.procurement.datasets.folded_words import Words, words_of
from ogp_analysis.procurement.datasets.folding import by_value, each, texts_of

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
#: The least letters of a part of a name that can identify somebody.
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
    entity = pc.equal(legal_entities.by_names(some), legal_entities.ENTITY).to_numpy(zero_copy_only=False)
    kind[asked[entity]] = KINDS.index("legal_entity")
    blank = pc.equal(pc.utf8_trim_whitespace(some), "").to_numpy(zero_copy_only=False)
    kind[asked[blank]] = KINDS.index("missing")
    return pd.Series(texts_of(kind, KINDS), index=names.index)


def are_persons(kind: pd.Series) -> pd.Series:
    """Return which suppliers are treated as natural persons."""
    return kind.isin(("natural_person", "presumed_natural_person"))


def masked(lines: pd.Series) -> pd.Series:
    """Return what stands for the names of natural persons: a number within the file, that of the line.

    It does not link two contracts of a person, and it identifies nobody.
    """
    numbers = pa.array(lines).cast(pa.large_string())
    shown = pc.binary_join_element_wise(pa.scalar(MASK, numbers.type), numbers, pa.scalar("", numbers.type))
    return pd.Series(pd.array(shown, dtype="str"), index=lines.index)


def names_person(texts: pd.Series, names: pd.Series) -> pd.Series:
    """Return which texts hold every longer part of the name beside them, in any order."""
    (text_codes, some_texts), (name_codes, some_names) = pd.factorize(texts), pd.factorize(names)
    words, parts = words_of(array_of(some_texts)), longer_parts(array_of(some_names))
    return pd.Series(hold_names(words, text_codes, parts, name_codes), index=texts.index)


def longer_parts(names: pa.Array) -> Words:
    """Return the parts of names that tell something on their own; of each name the longest first."""
    words = words_of(names)
    length = pc.binary_length(words.distinct).to_numpy()[words.codes]
    counts = np.concatenate([[0], np.cumsum(length >= _SMALL)])
    order = np.lexsort((-length, np.repeat(np.arange(len(names)), words.counts)))
    return words._replace(codes=words.codes[order[length[order] >= _SMALL]], bounds=counts[words.bounds])


def hold_names(texts: Words, text_codes: np.ndarray, names: Words, name_codes: np.ndarray) -> np.ndarray:
    """Return which of some pairs of a text and a name hold every part of the name in the text, if it has any.

    Parameters
    ----------
    texts, names : Words
        The words of different texts, and the :func:`longer_parts` of different names.
    text_codes, name_codes : numpy.ndarray
        The text and the name of each pair, by their place.
    """
    found = np.zeros(len(text_codes), bool)
    parts = pc.fill_null(pc.index_in(names.distinct, texts.distinct), -1).to_numpy()[names.codes]
    telling = np.zeros(len(texts.distinct), bool)
    telling[parts[parts >= 0]] = True
    # Most names have a part that is in no text, most texts no word that is a part of a name.
    names_left, texts_left = (names.counts > 0) & ~names.having(parts < 0), texts.having(telling[texts.codes])
    rows = np.flatnonzero(names_left[name_codes] & texts_left[text_codes])
    # One part of every name is looked for at a time, the longest, which fewest texts hold, first.
    counts, part = names.counts[name_codes], 0
    while len(rows):
        wanted = parts[names.bounds[name_codes[rows]] + part]
        words = texts.take(text_codes[rows])
        rows = rows[words.having(words.codes == np.repeat(wanted, words.counts))]
        part += 1
        found[rows[counts[rows] == part]] = True
        rows = rows[counts[rows] > part]
    return found
