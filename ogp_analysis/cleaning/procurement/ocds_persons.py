"""Which organisations of OCDS may be natural persons. Without a sign of a legal entity, one is taken for a person.

The signs, in this order: a person's identifier, a word for a person's trade, a legal entity's identifier, a legal form
or the word for an institution in the name. They are data (``ocds.toml``), by country and scheme.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

import pyarrow as pa
import pyarrow.compute as pc

from ogp_analysis.cleaning.procurement.ocds_facts import facts

_OTHER = re.compile(r"[\W_]+")
#: The commonest legal forms at the end of a name, as they are written: those that need no second look.
_FORM_AT_END = (
    r"(?i)[ ,.](?:s\.? ?a\.?(?: ?p\.? ?i\.?| ?b\.?)? ?(?:de )?c\.? ?v|s\.? ?de r\.? ?l(?:\.? ?de c\.? ?v)?"
    r"|ltd|limited|ltda|llc|inc|plc|gmbh|s\.r\.l|cjsc|ojsc)\.?\s*$"
)


def plain(text: str) -> str:
    """Return `text` in lower case without accents, in any script, every run of other signs one blank."""
    return _OTHER.sub(" ", _unaccented(text.lower())).strip()


def _unaccented(text: str) -> str:
    if text.isascii():
        return text
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


@cache
def _patterns() -> tuple[re.Pattern, re.Pattern]:
    """Return the patterns of a person's trade and of a legal entity, on plain names."""
    forms = facts()["forms"]
    ends, begins = (sorted({one for form in forms for one in form.get(key, ())}) for key in ("end", "begin"))
    han = [one for one in ends if not one.isascii() and ord(one[0]) > 0x2E80]
    ends = [one for one in ends if one not in han]
    words, persons = facts()["words"]["entity"], facts()["words"]["person"]
    surname = f"(?!.* (?:{'|'.join(facts()['words']['surname'])})$)"
    entity = "|".join((
        f"{surname}.* (?:{'|'.join(ends)})",
        f"(?:{'|'.join(begins)}) .*",
        f"(?:.* )?(?:{'|'.join(words)})(?: .*)?",
        f".*(?:{'|'.join(han)})",
    ))  # fmt: skip
    return re.compile(_unaccented(f"(?:.* )?(?:{'|'.join(persons)})(?: .*)?")), re.compile(_unaccented(entity))


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


@lru_cache(maxsize=65_536)
def by_name(name: str) -> str:
    """Return ``"person"``, ``"entity"`` or, if the name does not tell, an empty text."""
    person, entity = _patterns()
    text = plain(name)
    return "person" if person.fullmatch(text) else "entity" if entity.fullmatch(text) else ""


def may_be_person(name: str | None, *identifiers: tuple[str, str]) -> bool:
    """Return whether an organisation is treated as a natural person.

    Parameters
    ----------
    name : str or None
        As published.
    *identifiers : tuple of (str, str)
        Scheme, perhaps empty, and identifier.
    """
    told = [by_identifier(*one) for one in identifiers]
    told += [by_name(name)] if name else []
    if "person" in told[:-1] or (told and told[-1] == "person"):
        return True
    return "entity" not in told


def has_plain_form(names: pa.Array) -> pa.Array:
    """Return which names end with one of the commonest legal forms; false where the name is missing."""
    return pc.fill_null(pc.match_substring_regex(names, _FORM_AT_END), False)


def has_person_identifier(schemes: pa.Array, identifiers: pa.Array) -> pa.Array:
    """Return which rows have an identifier that looks like a natural person's in some scheme."""
    known = {scheme: told["person"] for scheme, told in facts()["schemes"].items() if told.get("person", ".*") != ".*"}
    pattern = f"^(?:(?:{'|'.join(known)})-)?(?:{'|'.join(known.values())})$"
    always = [scheme for scheme, told in facts()["schemes"].items() if told.get("person") == ".*"]
    looks = pc.and_(pc.is_in(schemes, pa.array([*known])), pc.match_substring_regex(identifiers, pattern))
    return pc.fill_null(pc.or_kleene(looks, pc.is_in(schemes, pa.array(always))), False)


def is_institution(roles: pa.Array) -> pa.Array:
    """Return which parties have a role that only institutions have."""
    pattern = f"(?:^|;)(?:{'|'.join(facts()['words']['roles'])})(?:;|$)"
    return pc.fill_null(pc.match_substring_regex(roles, pattern), False)
