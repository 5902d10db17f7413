"""Which organisations of OCDS may be natural persons. Without a sign of a legal entity, one is taken for a person.

The signs are those of :mod:`.legal_entities`; here they are looked for in whole columns.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ogp_analysis.base.countries import country, is_country
from ogp_analysis.procurement.datasets import legal_entities
from ogp_analysis.procurement.datasets.legal_entities import ENTITY, PERSON, by_identifier, is_personal

#: The commonest legal forms at the end of a name, as they are written: those that need no second look.
_FORM_AT_END = (
    r"(?i)[ ,.](?:s\.? ?a\.?(?: ?p\.? ?i\.?| ?b\.?)? ?(?:de )?c\.? ?v|s\.? ?de r\.? ?l(?:\.? ?de c\.? ?v)?"
    r"|s\.a\.s|ltd|limited|ltda|llc|inc|plc|gmbh|s\.r\.l|cjsc|ojsc)\.?\s*$"
)
_PERSON_CODE = rf"(?i)(?:^|[^A-ZÑ&0-9])(?:{legal_entities.PERSON_CODE})(?:[^A-Z0-9]|$)"


def reason(name: str, told_by_name: str, *identifiers: tuple[str, str]) -> str:
    """Return why an organisation is treated as a natural person (one of :data:`.schemas.REASONS`), empty if it is not.

    Parameters
    ----------
    name : str
        As published; may be empty.
    told_by_name : str
        What :func:`.legal_entities.by_names` says.
    *identifiers : tuple of (str, str)
        Scheme, perhaps empty, and identifier.
    """
    told = [by_identifier(*one) for one in identifiers]
    if PERSON in told:
        return "personal_identifier"
    if told_by_name == PERSON:
        return "personal_word"
    if told_by_name == ENTITY:
        return ""
    if ENTITY in told:
        return "personal_name" if is_personal(name, *(one for _, one in identifiers)) else ""
    return "no_sign"


def home(columns: Mapping[str, pa.Array]) -> tuple[str, ...]:
    """Return the country that most schemes of identifiers in a block of processes are of, else most addresses; or none.

    Legal forms of one or two letters count for firms of this country alone.
    """
    counts: Counter[str] = Counter()
    for name in (name for name in columns if name.endswith(("identifier_scheme", "_id"))):
        told = pc.struct_field(pc.extract_regex(columns[name], r"^(?P<code>[A-Z]{2})-[A-Z]"), "code").drop_null()
        counts.update({one["values"]: one["counts"] for one in pc.value_counts(told).to_pylist()})
    schemes = columns.get("parties.identifier_scheme", pa.array([], pa.string())).drop_null()
    for one in pc.value_counts(schemes).to_pylist():
        code = legal_entities.country_of(one["values"])
        counts.update({code: one["counts"]} if code else {})
    if not counts and "parties.country" in columns:
        for one in pc.value_counts(columns["parties.country"].drop_null()).to_pylist():
            if is_country(one["values"]) and (code := country(one["values"]).iso2):
                counts[code] += one["counts"]
    return tuple(code for code, _ in sorted(counts.items(), key=lambda one: (-one[1], one[0]))[:1])


def has_plain_form(names: pa.Array) -> pa.Array:
    """Return which names end with one of the commonest legal forms; false where the name is missing."""
    return pc.fill_null(pc.match_substring_regex(names, _FORM_AT_END), False)


def has_person_code(texts: pa.Array) -> pa.Array:
    """Return which texts may hold a Mexican code of a natural person: for tax, or of the population registry."""
    return pc.fill_null(pc.match_substring_regex(texts, _PERSON_CODE), False)


def has_person_identifier(schemes: pa.Array, identifiers: pa.Array) -> pa.Array:
    """Return which rows have an identifier that is a natural person's, also without its scheme."""
    found = pa.array(np.zeros(len(identifiers), dtype=bool))
    for scheme in pc.unique(schemes).to_pylist():
        of_scheme = pc.is_null(schemes) if scheme is None else pc.fill_null(pc.equal(schemes, scheme), False)
        found = pc.or_(found, pc.and_(of_scheme, has_person_reference(identifiers, scheme or "")))
    return found


def has_person_reference(identifiers: pa.Array, scheme: str = "") -> pa.Array:
    """Return which identifiers are a natural person's by their form or by the scheme that stands before them."""
    coded = identifiers.dictionary_encode()
    told = [one is not None and by_identifier(scheme, one) == PERSON for one in coded.dictionary.to_pylist()]
    return pc.fill_null(pa.array(told, pa.bool_()).take(coded.indices), False)


def is_institution(roles: pa.Array) -> pa.Array:
    """Return which parties have a role that only institutions have."""
    pattern = f"(?:^|;)(?:{'|'.join(map(re.escape, legal_entities.facts()['words']['roles']))})(?:;|$)"
    return pc.fill_null(pc.match_substring_regex(roles, pattern), False)
