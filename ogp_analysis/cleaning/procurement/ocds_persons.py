"""Which organisations of OCDS may be natural persons. Without a sign of a legal entity, one is taken for a person.

The signs, in this order: a person's identifier, a word for a person's trade, a legal entity's identifier, a legal form
or the word for an institution in the name. They are data (``ocds.toml``), by country and scheme.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ogp_analysis.cleaning.procurement.ocds_facts import facts

_OTHER = re.compile(r"[\W_]+")
#: The commonest legal forms at the end of a name, as they are written: those that need no second look.
_FORM_AT_END = (
    r"(?i)[ ,.](?:s\.? ?a\.?(?: ?p\.? ?i\.?| ?b\.?)? ?(?:de )?c\.? ?v|s\.? ?de r\.? ?l(?:\.? ?de c\.? ?v)?"
    r"|s\.a\.s|ltd|limited|ltda|llc|inc|plc|gmbh|s\.r\.l|cjsc|ojsc)\.?\s*$"
)


@lru_cache(maxsize=2**14)
def plain(text: str) -> str:
    """Return `text` in lower case without accents, in any script, every run of other signs one blank."""
    return _OTHER.sub(" ", _unaccented(text.lower())).strip()


def _unaccented(text: str) -> str:
    if text.isascii():
        return text
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


@cache
def _patterns() -> dict[str, str]:
    """Return patterns on whole names: a person's trade, surnames like a legal form, legal forms, other entities."""
    words, forms = facts()["words"], facts()["forms"]
    ends, begins = (sorted({one for form in forms for one in form.get(key, ())}) for key in ("end", "begin"))
    han = [one for one in ends if not one.isascii() and ord(one[0]) > 0x2E80]
    ends = [one for one in ends if one not in han]
    patterns = {
        "person": f"(?:.* )?(?:{'|'.join(words['person'])})(?: .*)?",
        "surname": f".* (?:{'|'.join(words['surname'])})",
        "end": f".* (?:{'|'.join(ends)})",
        "entity": "|".join((
            f"(?:{'|'.join(begins)}) .*",
            f"(?:.* )?(?:{'|'.join(words['entity'])})(?: .*)?",
            f".*(?:{'|'.join(han)})",
        )),
    }  # fmt: skip
    return {name: f"^(?:{_unaccented(pattern)})$" for name, pattern in patterns.items()}


@cache
def _schemes() -> dict[str, tuple[re.Pattern | None, re.Pattern | None]]:
    """Return for each scheme the patterns of a natural person's identifier and of a legal entity's."""
    return {
        scheme: tuple(re.compile(told[key]) if key in told else None for key in ("person", "entity"))
        for scheme, told in facts()["schemes"].items()
    }


def by_identifier(scheme: str, identifier: str) -> str:
    """Return ``"person"``, ``"entity"`` or, if the identifier does not tell, an empty text.

    The scheme may stand before the identifier (``MX-RFC-…``).
    """
    for known, patterns in _schemes().items():
        rest = identifier.removeprefix(known + "-")
        if scheme != known and rest == identifier:
            continue
        for name, pattern in zip(("person", "entity"), patterns, strict=True):
            if pattern is not None and pattern.fullmatch(re.sub(r"\s", "", rest.upper())):
                return name
    return ""


def by_names(names: pa.Array) -> pa.Array:
    """Return for each name ``"person"``, ``"entity"`` or, if it does not tell or is missing, an empty text."""
    coded = names.dictionary_encode()
    texts = pa.array([plain(name) if name else "" for name in coded.dictionary.to_pylist()], pa.string())
    person, surname, end, entity = (pc.match_substring_regex(texts, pattern) for pattern in _patterns().values())
    entity = pc.or_(entity, pc.and_not(end, surname))
    told = pc.if_else(person, "person", pc.if_else(entity, "entity", ""))
    return pc.fill_null(told.take(coded.indices), "")


def may_be_person(told_by_name: str, *identifiers: tuple[str, str]) -> bool:
    """Return whether an organisation is treated as a natural person.

    Parameters
    ----------
    told_by_name : str
        What :func:`by_names` says.
    *identifiers : tuple of (str, str)
        Scheme, perhaps empty, and identifier.
    """
    told = [told_by_name, *(by_identifier(*one) for one in identifiers)]
    return "person" in told or "entity" not in told


def has_plain_form(names: pa.Array) -> pa.Array:
    """Return which names end with one of the commonest legal forms; false where the name is missing."""
    return pc.fill_null(pc.match_substring_regex(names, _FORM_AT_END), False)


def has_person_identifier(schemes: pa.Array, identifiers: pa.Array) -> pa.Array:
    """Return which rows have an identifier that may be a natural person's by its scheme."""
    return _any(
        identifiers,
        (
            pc.and_(pc.equal(schemes, scheme), pc.match_substring_regex(identifiers, f"^(?:{_of_persons()[scheme]})$"))
            for scheme in pc.unique(schemes).to_pylist()
            if scheme in _of_persons()
        ),
    )


def has_person_reference(identifiers: pa.Array) -> pa.Array:
    """Return which rows have an identifier that may be a natural person's by the scheme that stands before it."""
    return _any(
        identifiers,
        (
            pc.match_substring_regex(identifiers, f"^{re.escape(scheme)}-(?:{pattern})$")
            for scheme, pattern in _of_persons().items()
            if pc.any(pc.starts_with(identifiers, scheme + "-")).as_py()
        ),
    )


@cache
def _of_persons() -> dict[str, str]:
    return {scheme: told["person"] for scheme, told in facts()["schemes"].items() if "person" in told}


def _any(of: pa.Array, found: Iterable[pa.Array]) -> pa.Array:
    whole = pa.array(np.zeros(len(of), dtype=bool))
    for one in found:
        whole = pc.or_(whole, pc.fill_null(one, False))
    return whole


def is_institution(roles: pa.Array) -> pa.Array:
    """Return which parties have a role that only institutions have."""
    pattern = f"(?:^|;)(?:{'|'.join(facts()['words']['roles'])})(?:;|$)"
    return pc.fill_null(pc.match_substring_regex(roles, pattern), False)
