"""Which rows are of one supplier: by tax code, else by register number, else by a firm's name; never by likeness.

Every join of two rows has a reason that can be looked up, and identifiers that contradict each other join
nothing. On 12,561 names of firms with a legal form in published lists with tax codes, no name had two
codes; names without a form did. Natural persons are never joined by name: homonyms are common.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

import pandas as pd
from stdnum.mx import rfc

from ogp_analysis.base.beside import toml
from ogp_analysis.data.datasets.procurement import persons
from ogp_analysis.data.datasets.procurement.folding import by_value, each, folded

# Tax codes of Mexico (RFC) that can be relied on as identities.

#: Valid: form, date and check digit are right. Unverified: the form is, the rest is not: perhaps a slip of the pen, but
#: the tax authority lists some itself. No identity: blank, malformed, or one that stands for nobody in particular.
STATUSES = ("valid", "unverified", "none")
_WELL_FORMED = ("legal_entity", "natural_person")


def checked(codes: pd.Series) -> pd.DataFrame:
    """Return ``rfc`` (tidied), ``kind`` (as in :func:`persons.tax_codes`) and ``status``, one of :data:`STATUSES`.

    Twelve characters are a legal entity's, thirteen a natural person's. The check digit is that of
    the tax authority's rule, as ``stdnum.mx.rfc`` has it.
    """

    def of_distinct(codes: pd.Series) -> pd.DataFrame:
        read = persons.tax_codes(codes)
        good = read["status"].isin(_WELL_FORMED)
        valid = pd.Series([rfc.is_valid(c, validate_check_digits=True) for c in read["rfc"]], read.index, "bool")
        status = pd.Series("none", index=read.index, dtype="str").mask(good, "unverified").mask(good & valid, "valid")
        return pd.DataFrame({"rfc": read["rfc"].where(good, ""), "kind": read["status"], "status": status})

    return by_value(codes, of_distinct)


# What of a firm's name tells it from others: the name without its legal form, and the kind of that form.

#: No form has more words, nor more signs unless it is written in full: longer ends of a name need not be tried.
_MOST_WORDS, _LONGEST, _IN_FULL = 15, 30, ("sociedad ", "asociacion ")
_INITIALS = re.compile(r"\b[a-z](?: [a-z])+\b")


def facts() -> dict:
    """Return the legal forms, from ``legal_forms.toml``."""
    return toml(__file__, "legal_forms.toml")


@cache
def _patterns() -> tuple[re.Pattern, re.Pattern]:
    """Return the patterns of a legal form and of a public body of which many have one name."""
    forms = "|".join(f"(?P<{form['kind']}>{form['pattern']})" for form in facts()["forms"])
    return re.compile(forms), re.compile(rf"(?:{'|'.join(facts()['bodies']['homonymous'])})(?: .*)?")


@lru_cache(maxsize=2**16)
def _kind(tail: str) -> str:
    match = _patterns()[0].fullmatch(tail)
    return match.lastgroup if match else ""


def firm_keys(names: pd.Series) -> pd.Series:
    """Return what tells the firm of each name: the name without case, accents and signs, and the kind of its form.

    Parameters
    ----------
    names : pandas.Series
        Names as published, without missing values.

    Returns
    -------
    pandas.Series of str
        Name without its form, and a kind of ``legal_forms.toml``, or ``as_written`` for a name that holds a form
        elsewhere or is that of a public body. Empty where two rows with the name need not be of one supplier: those
        are names without a form, which may be those of natural persons, and of bodies of which many have one name.
    """
    return each(names, _firm_key)


def _firm_key(name: str) -> str:
    plain = folded(name.replace("&", " y "))
    # The longest form at the end of a name, and its kind.
    stem, form = plain, ""
    starts = [place for place, sign in enumerate(plain) if sign == " "]
    for place in starts[-_MOST_WORDS:]:
        tail = plain[place + 1 :]
        if (len(tail) <= _LONGEST or tail.startswith(_IN_FULL)) and (kind := _kind(tail)):
            stem, form = plain[:place], kind
            break
    if not form and (not persons.has_form(name, "MX") or _patterns()[1].fullmatch(plain)):
        return ""
    # Initials written together: ``a b c`` and ``abc`` are one.
    return f"{_INITIALS.sub(lambda run: run[0].replace(' ', ''), stem)}|{form or 'as_written'}"


_GIVEN = {"supplier_name": "name", "supplier_kind": "kind", "supplier_rfc": "code", "supplier_rupc": "rupc"}


def resolve(contracts: pd.DataFrame) -> pd.Series:
    """Return which rows of a table of contracts are of one supplier.

    A valid RFC is an identity. One that is well-formed but fails its check digit counts with the name
    beside it. A row without joins by its folio in the register (RUPC) if all rows with the folio agree,
    and a row without folio by the name of a firm with a legal form, if the name has one identity at most.

    Parameters
    ----------
    contracts : pandas.DataFrame
        As of the schema ``contracts``: name, kind, tax code and register number of the supplier. May be
        masked; in a table that is not, natural persons are joined by their codes and remain unnamed.

    Returns
    -------
    pandas.Series
        ``supplier_id`` of each row, on the index of the contracts. It says what it rests on: ``RFC …``,
        ``CODE …|name``, ``RUPC …``, ``RUPC …|name``, ``NAME name|form``; ``natural person n`` and
        ``unresolved n`` count in the order of the rows. It names no natural person.
    """
    given = contracts[list(_GIVEN)].rename(columns=_GIVEN).fillna("").astype("str")
    at = given.groupby(list(_GIVEN.values()), sort=False).ngroup().to_numpy()
    spellings = _labelled(given[~pd.Series(at, given.index).duplicated()].reset_index(drop=True))
    label, person = (spellings[name].take(at).reset_index(drop=True) for name in ("label", "person"))
    # Those of persons, and of firms that nothing joins, count in the order of the rows.
    alone = label == ""
    own = label.mask(alone, "row " + label.index.to_series().astype("str"))
    numbers = pd.Series(0, index=own.index)
    for rows in (person, alone & ~person):
        numbers[rows] = pd.factorize(own[rows])[0] + 1
    ids = own.mask(alone, "unresolved " + numbers.astype("str"))
    ids = ids.mask(person, "natural person " + numbers.astype("str"))
    return ids.rename("supplier_id").set_axis(contracts.index)


def _labelled(spellings: pd.DataFrame) -> pd.DataFrame:
    """Return ``person`` and ``label`` of suppliers as written: by code, else folio, else name; empty if none."""
    code, rupc = checked(spellings["code"]), spellings["rupc"]
    person = persons.are_persons(spellings["kind"]) | (code["kind"] == "natural_person")
    key = firm_keys(spellings["name"]).mask(person, "")
    who = key.where(key != "", each(spellings["name"], folded))
    # A valid code joins all that have it, one that cannot be verified those with one name.
    label = pd.Series("", index=spellings.index, dtype="str")
    label = label.mask(code["status"] == "valid", "RFC " + code["rfc"])
    label = label.mask(code["status"] == "unverified", "CODE " + code["rfc"] + "|" + who)
    made = pd.DataFrame({"person": person, "key": key, "who": who, "rupc": rupc, "label": label})
    # A folio stands for one supplier if its rows have one code, or none and one name.
    has = rupc != ""
    bare = has & (label == "")
    codes = made[has & ~bare].groupby("rupc")["label"].agg(["nunique", "first"])
    of = rupc.map(codes["nunique"]).fillna(0)
    pairs = pd.MultiIndex.from_frame(made[["rupc", "who"]])
    strange = bare & (of == 1) & ~pairs.isin(pairs[has & ~bare])
    several = rupc.map(made[bare].groupby("rupc")["who"].nunique()) > 1
    good = bare & ~(rupc.isin(rupc[strange]) | (of > 1) | ((of == 0) & several))
    label = label.mask(good & (of == 1), rupc.map(codes["first"])).mask(good & (of == 0), "RUPC " + rupc)
    label = label.mask(bare & ~good, "RUPC " + rupc + "|" + who)
    # A name joins what has no other identity, to the one identity that the name has.
    named, loose = key != "", label == ""
    known = made.assign(label=label, by_folio=good & (of == 0))[named & ~loose & ~(bare & ~good)]
    identities, folios, codes = (
        rows.groupby("key")["label"].agg(["nunique", "first"])
        for rows in (known, known[known["by_folio"]], known[~known["by_folio"]])
    )
    # The code of each name that has one code without folio, and one folio without code.
    both = codes[(codes["nunique"] == 1) & (folios["nunique"].reindex(codes.index) == 1)]["first"]
    moved = both[~both.isin(known.loc[~known["by_folio"] & (known["rupc"] != ""), "label"])]
    identity = pd.concat([identities.loc[identities["nunique"] == 1, "first"], moved]).astype("str")
    by_name = key.map(identity).astype("str")
    joined = (named & loose & key.isin(identity.index)) | (good & (of == 0) & key.isin(moved.index))
    label = label.mask(joined, by_name).mask(named & loose & ~joined, "NAME " + key)
    return made.assign(label=label)
