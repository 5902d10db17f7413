"""What tells a legal entity from a natural person: legal forms and words in names, and schemes of identifiers.

The knowledge is data, by country (``legal_entities.toml``). What tells nothing is left to the caller, who takes it for
a natural person: to mask a firm costs a name, to show a person cannot be undone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib import import_module
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from stdnum.mx import rfc

from ogp_analysis.base.beside import toml
from ogp_analysis.data.datasets.procurement.folding import folded_texts

#: What a name or an identifier may show; an empty text if it shows neither.
PERSON, ENTITY = "person", "entity"
#: A Mexican tax code of thirteen characters, or the population registry's of eighteen: both hold the date of birth.
PERSON_CODE = (
    r"[A-ZÑ&]{4}[ .-]?\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[ .-]?(?:[HMX][A-Z]{5}[A-Z0-9]\d|[A-Z0-9]{3})"
)
#: Tax codes that stand for nobody in particular: the public at large, foreigners.
GENERIC_CODES = ("XAXX010101000", "XEXX010101000")
_OTHER = re.compile(r"[\W_]+")
_SEPARATORS = re.compile(r"[\s.'’\-]+")
_COMPANY_CODE = re.compile(r"[A-ZÑ&]{3}\d{6}[A-Z0-9]{3}")
#: A Mexican code with a number of the publisher behind it.
_NUMBERED = re.compile(r"^-*([A-ZÑ&]{3,4}[\s.-]?\d{6}[\s.-]?[A-Z0-9]{3})-\d{1,5}$")
#: A code in a text: nothing that could be part of it stands before or after.
_CODE_IN_TEXT = re.compile(rf"(?<![A-ZÑ&0-9]){PERSON_CODE}(?![A-Z0-9])")
#: Names of fewer words, in which a given name stands, may be those of firms and places.
_WORDS_OF_A_PERSON = range(3, 8)
#: A form is mostly written in capitals or with dots.
_LIKE_A_SURNAME = "[A-Z][a-z]{1,3}"
#: The most letters of a form that may be a surname or initials.
_SHORT = 2


def facts() -> dict:
    """Return the tables of ``legal_entities.toml``."""
    return toml(__file__, "legal_entities.toml")


@lru_cache(maxsize=2**14)
def plain(text: str) -> str:
    """Return `text` in lower case without accents, in any script, every run of other signs one blank."""
    return _OTHER.sub(" ", unaccented(text.lower())).strip()


def unaccented(text: str) -> str:
    """Return `text` without accents, in any script."""
    if text.isascii():
        return text
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


@cache
def patterns(*countries: str) -> dict[str, str]:
    """Return patterns on whole plain names, for RE2 as well.

    ``person`` (a person's trade) but not ``not_person``, ``entity`` (a word or form that tells), ``end`` (a form at the
    end), ``surname`` and ``ambiguous`` (ends that are not sure forms). A form of one or two letters may be a surname or
    initials (Sá, A. K.): it is a sure form only in the `countries` whose law has it.
    """
    words, unsure = facts()["words"], facts()["ambiguous"]["end"]
    own: dict[str, set[str]] = {"end": set(), "begin": set()}
    other: dict[str, set[str]] = {"end": set(), "begin": set()}
    for one in facts()["countries"]:
        for key in own:
            for form in one.get(key, ()):
                (own if one["code"] in countries or _is_long(form) else other)[key].add(form)
    homes = [one for one in facts()["countries"] if one["code"] in countries]
    at_home = {form.replace(" ?", "") for one in homes for form in one.get("end", ())}
    unsure = [form for form in unsure if not (_is_long(form) and form in at_home)]
    han = [one for one in sorted(own["end"] | other["end"]) if not one.isascii() and ord(one[0]) > 0x2E80]
    ends = sorted(own["end"].difference(han, unsure))
    # Where the law has a form, it counts however it is written; what others have, as it is written.
    foreign = sorted({*other["end"].difference(han, own["end"]), *unsure})
    made = {
        "person": f"(?:.* )?(?:{'|'.join(words['person'])})(?: .*)?",
        "not_person": f"(?:.* )?(?:{'|'.join(words['not_person'])})(?: .*)?",
        "surname": f".* (?:{'|'.join(facts()['ambiguous']['surname'])})",
        # A form is written with blanks or without, so that an unsure one may be among the ends all the same.
        "unsure": f".* (?:{'|'.join(unsure)})",
        "ambiguous": f".* (?:{'|'.join(foreign)})",
        "end": f".* (?:{'|'.join(ends)})",
        "entity": "|".join(
            (
                f"(?:{'|'.join(sorted(own['begin']))}) .*",
                f"(?:.* )?(?:{'|'.join(words['entity'])})(?: .*)?",
                f".*(?:{'|'.join(han)})",
            )
        ),
    }
    return {name: f"^(?:{unaccented(pattern)})$" for name, pattern in made.items()}


def _is_long(form: str) -> bool:
    """Return whether a form has three letters or more, whatever of it is left out."""
    bare = form.replace(" ?", "")
    while bare != (bare := re.sub(r"\(\?:[^()]*\)\?|\w\?", "", bare)):
        pass
    return not bare.isascii() or len(re.sub(r"\[[^]]*\]", "x", bare).replace(" ", "")) > _SHORT


@cache
def _compiled(*countries: str) -> dict[str, re.Pattern]:
    return {name: re.compile(pattern) for name, pattern in patterns(*countries).items()}


def by_name(name: str, *countries: str) -> str:
    """Return what a name shows: :data:`PERSON`, :data:`ENTITY`, or an empty text if neither.

    Parameters
    ----------
    name : str
        As published.
    *countries : str
        Codes (ISO 3166, two letters) of where it may be registered; none if nothing is known of that.
    """
    text, found = plain(name), _compiled(*countries)
    if text in listed():
        return ENTITY
    if found["person"].match(text) and not found["not_person"].match(text):
        return PERSON
    if found["entity"].match(text):
        return ENTITY
    if found["surname"].match(text) or _is_surname(name, text, countries):
        return ""
    if found["unsure"].match(text) or not found["end"].match(text):
        return ENTITY if found["ambiguous"].match(text) and is_sure(name) else ""
    return ENTITY


@cache
def listed() -> frozenset[str]:
    """Return the plain names that are a firm's without a legal form, from ``[listed]`` of the settings."""
    return frozenset(facts()["listed"]["names"])


def _is_surname(name: str, text: str, countries: Sequence[str]) -> bool:
    """Return whether an end that could be a form is a surname: Sá, or one written as such behind a given name."""
    written = name.rstrip().rpartition(" ")[2]
    if written.lower() == "sá":
        return True
    homes = facts()["ambiguous"]["behind_a_given_name"].get(written.lower(), ())
    is_like_one = re.fullmatch(_LIKE_A_SURNAME, written) or not set(homes).isdisjoint(countries)
    return bool(is_like_one) and has_given_name(text.partition(" ")[0])


def by_names(names: pa.Array | pa.ChunkedArray, *countries: str) -> pa.Array:
    """Return :func:`by_name` of each name; an empty text where it is missing."""
    names = names.combine_chunks() if isinstance(names, pa.ChunkedArray) else names
    coded = names.cast(pa.large_string()).dictionary_encode()
    texts, odd = folded_texts(coded.dictionary)
    if odd.any():
        # Only these have letters that are lost when a text is folded.
        rows = pa.array(odd)
        others = [" ".join(plain(name).split()) for name in coded.dictionary.filter(rows).to_pylist()]
        texts = pc.replace_with_mask(texts, rows, pa.array(others, texts.type))
    answers = ("", PERSON, ENTITY)
    told = np.zeros(len(texts), int)

    def fitting(rows: np.ndarray, *names: str) -> np.ndarray:
        """Return which of some rows fit one of some patterns."""
        pattern = "|".join(patterns(*countries)[name] for name in names)
        return pc.match_substring_regex(texts.take(pa.array(rows)), pattern).to_numpy(zero_copy_only=False)

    # Hardly any name fits a pattern that may speak against a form, or a form of others: those are asked one by one.
    against = fitting(np.arange(len(texts)), "person", "surname", "unsure").copy()
    ends = "|".join(facts()["ambiguous"]["behind_a_given_name"])
    written = pc.match_substring_regex(coded.dictionary, rf" (?:{_LIKE_A_SURNAME}|(?i:{ends}|sá))\s*$")
    against |= written.to_numpy(zero_copy_only=False)
    rows = np.flatnonzero(~against)
    for name in ("end", "entity"):
        found = fitting(rows, name)
        told[rows[found]] = answers.index(ENTITY)
        rows = rows[~found]
    asked = np.concatenate([np.flatnonzero(against), rows[fitting(rows, "ambiguous")]])
    told[asked] = [
        answers.index(by_name(one, *countries)) for one in coded.dictionary.take(pa.array(asked)).to_pylist()
    ]
    known = pc.is_in(texts, pa.array(sorted(listed()), texts.type)).to_numpy(zero_copy_only=False)
    told[known] = answers.index(ENTITY)
    return pc.fill_null(pa.array(answers, pa.string()).take(pa.array(told)).take(coded.indices), "")


def is_sure(name: str) -> bool:
    """Return whether the ambiguous end of a name is a legal form, by how it is written or what stands before it.

    It is where it has dots or bars within or is abbreviated (Co.), stands alone behind several words and a comma, is in
    capitals while no other word is, or follows a word for a trade.
    """
    raw = unaccented(name).strip()
    written = raw.rstrip(" .,)\"'»”").rsplit(None, 1)[-1].lstrip("(\"'«“,")
    before, comma, behind = raw.rpartition(",")
    alone = comma and behind.strip(" .").isalpha() and len(before.split()) > 1
    if re.search(r"\w[./]\w", written) or alone or re.search(r"\bco\.[\s,]*$", raw, re.IGNORECASE):
        return True
    others = re.findall(r"[^\W\d_]{3,}", raw[: raw.rfind(written)])
    if written.isupper() and len(written) > 1 and others and not any(word.isupper() for word in others):
        return True
    return not set(plain(name).split()[:-1]).isdisjoint(facts()["words"]["trade"])


class _Scheme(NamedTuple):
    entity: re.Pattern | None
    person: re.Pattern | None
    check: str
    check_if: re.Pattern | None


def _loose(name: str) -> str:
    """Return the name of a scheme without what an encoding may have lost: signs other than those of ASCII."""
    return re.sub(r"[^A-Za-z0-9]", "", name).upper()


@cache
def _schemes() -> dict[str, _Scheme]:
    return {
        _loose(name): _Scheme(
            *(re.compile(one[key]) if key in one else None for key in ("entity", "person")),
            one.get("check", ""),
            re.compile(one["check_if"]) if "check_if" in one else None,
        )
        for country in facts()["countries"]
        for one in country.get("schemes", ())
        for name in one["names"]
    }


@cache
def country_of(scheme: str) -> str:
    """Return the code of the country that an identifier's scheme is of; empty if it is not known."""
    homes = {
        _loose(name): one["code"] for one in facts()["countries"] for s in one.get("schemes", ()) for name in s["names"]
    }
    return homes.get(_loose(scheme), "").replace("XI", "")


@cache
def _prefix() -> re.Pattern:
    """Return the pattern of a scheme that stands before its identifier; an encoding may have lost its accents."""
    names = {name for country in facts()["countries"] for one in country.get("schemes", ()) for name in one["names"]}
    written = (
        "".join(re.escape(sign) if sign.isascii() else ".{1,3}" for sign in name)
        for name in sorted(names, key=len, reverse=True)
    )
    return re.compile(f"({'|'.join(written)})-+", re.IGNORECASE)


@lru_cache(maxsize=2**14)
def by_identifier(scheme: str, identifier: str) -> str:
    """Return what an identifier shows: :data:`PERSON`, :data:`ENTITY`, or an empty text if neither.

    The scheme may stand before the identifier (``MX-RFC-…``), and a number of the publisher behind it. Without a
    scheme, the tax code and the population registry's code of Mexico are known by their form; a firm's has to pass its
    check digit then. Where the scheme is known, its date is enough: of the codes that the authority gave out some fail.
    """
    found = _prefix().match(identifier)
    known = _schemes().get(_loose(found[1] if found else scheme))
    text = (identifier[found.end() :] if found else identifier).strip().upper()
    # As it may be meant: with and without separators, and a number put behind it.
    readings = {_SEPARATORS.sub("", one) for one in (text, *_NUMBERED.findall(text))} | {re.sub(r"\s", "", text)}
    told = {_bare(text) if known is None else _told(known, text) for text in readings}
    return PERSON if PERSON in told else ENTITY if ENTITY in told else ""


def _told(scheme: _Scheme, text: str) -> str:
    if text in GENERIC_CODES:
        return ""
    if scheme.person is not None and scheme.person.fullmatch(text):
        return PERSON
    if scheme.entity is None or not scheme.entity.fullmatch(text):
        return ""
    checked = scheme.check and (scheme.check_if is None or scheme.check_if.fullmatch(text))
    return ENTITY if not checked or import_module(f"stdnum.{scheme.check}").is_valid(text) else ""


def _bare(text: str) -> str:
    if re.fullmatch(PERSON_CODE, text) and text not in GENERIC_CODES:
        return PERSON
    return ENTITY if _COMPANY_CODE.fullmatch(text) and rfc.is_valid(text, validate_check_digits=True) else ""


def person_codes(text: str) -> list[str]:
    """Return the Mexican codes of natural persons that stand in a text, but those that stand for nobody."""
    return [code for code in _CODE_IN_TEXT.findall(text.upper()) if _SEPARATORS.sub("", code) not in GENERIC_CODES]


def has_given_name(name: str) -> bool:
    """Return whether a given name stands in a name that is neither a saint's nor a place's that bears one."""
    told, text = facts()["given_names"], plain(name)
    words = text.split()
    if given_names().isdisjoint(words) or any(place in text for place in told["places"]):
        return False
    before = zip([None, *words], words, strict=False)
    return any(word in given_names() and first not in told["not_after"] for first, word in before)


@cache
def given_names() -> frozenset[str]:
    """Return given names of Spanish and Portuguese, in plain form."""
    return frozenset(facts()["given_names"]["names"].split())


def is_personal(name: str, *identifiers: str, countries: Sequence[str] = ()) -> bool:
    """Return whether a name without any form is that of a person who signs for a firm, rather than of the firm.

    So it is if it has three words or more, one of them a given name, and is not what the tax code of Mexico among
    `identifiers` is made of: the code of a firm begins with the initials of its name.
    """
    words = plain(name).split()
    if len(words) not in _WORDS_OF_A_PERSON or not all(word.isalpha() for word in words):
        return False
    if by_name(name, *countries) == ENTITY or not has_given_name(name):
        return False
    begun = _initials(words)
    codes = (code for one in identifiers for code in _COMPANY_CODE.findall(_SEPARATORS.sub("", one.upper())))
    return not any(code[:3] == begun for code in codes)


def _initials(words: list[str]) -> str:
    """Return the three letters with which the tax code of a firm of this name begins."""
    telling = [word for word in words if word not in facts()["given_names"]["small"]] or words
    two = 2
    if len(telling) > two:
        return "".join(word[0] for word in telling[:3]).upper()
    return (telling[0][0] + telling[1][:2] if len(telling) == two else telling[0][:3]).upper()
