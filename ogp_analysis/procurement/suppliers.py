"""Which rows are of one supplier: by tax code, else by register number, else by a firm's name; never by likeness.

Every join of two rows has a reason that can be looked up, and identifiers that contradict each other join
nothing. On 12,561 names of firms with a legal form in published lists with tax codes, no name had two
codes; names without a form did. Natural persons are never joined by name: homonyms are common.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
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

#: Kind of a name that holds a legal form, or is that of a public body, but does not end with a form.
AS_WRITTEN = "as_written"
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


def firm_keys(names: pd.Series) -> pd.DataFrame:
    """Return what tells the firm of each name, without case, accents, signs and blanks between initials.

    Parameters
    ----------
    names : pandas.Series
        Names as published, without missing values.

    Returns
    -------
    pandas.DataFrame
        ``base`` (name without its form), ``form`` (a kind of ``legal_forms.toml``, ``as_written`` for
        a name that holds a form elsewhere or is that of a public body, empty for any other) and
        ``key``: base and form, empty where two rows with the name need not be of one supplier. Those
        are names without a form, which may be those of natural persons, and of bodies of which many
        have one name.
    """
    return by_value(names, lambda distinct: pd.DataFrame([firm_key(name) for name in distinct], columns=_NAME_COLUMNS))


_NAME_COLUMNS = ["base", "form", "key"]


def firm_key(name: str) -> tuple[str, str, str]:
    """Return base, form and key of one name, see :func:`firm_keys`."""
    plain = folded(name.replace("&", " y "))
    # The longest form at the end of a name, and its kind.
    stem, form = plain, ""
    starts = [place for place, sign in enumerate(plain) if sign == " "]
    for place in starts[-_MOST_WORDS:]:
        tail = plain[place + 1 :]
        if (len(tail) <= _LONGEST or tail.startswith(_IN_FULL)) and (kind := _kind(tail)):
            stem, form = plain[:place], kind
            break
    # Initials written together: ``a b c`` and ``abc`` are one.
    base = _INITIALS.sub(lambda run: run[0].replace(" ", ""), stem)
    if form:
        return base, form, f"{base}|{form}"
    if not persons.has_form(name, "MX"):
        return base, "", ""
    alone = _patterns()[1].fullmatch(plain)
    return base, AS_WRITTEN, "" if alone else f"{base}|{AS_WRITTEN}"


# Contradictions among the identifiers of suppliers.

#: One name of a firm with several tax codes; a folio with several codes, or with several names and no one code; one
#: name with several folios, or with a code and a folio that are of different rows.
KINDS = ("one_name_several_codes", "one_folio_several_codes", "one_folio_several_names", "one_name_several_folios")
_CONFLICT_COLUMNS = ["conflict", "value", "identities", "rows"]


def found(spellings: pd.DataFrame) -> pd.DataFrame:
    """Return the contradictions among suppliers as written, sorted.

    Parameters
    ----------
    spellings : pandas.DataFrame
        One row per distinct supplier as written: ``name, who, key, rfc, rfc_status, rupc, person, label, rows,
        doubtful``.

    Returns
    -------
    pandas.DataFrame
        ``conflict`` (of :data:`KINDS`), ``value`` (the name or folio), ``identities`` (joined by ``; ``) and
        ``rows``. Where a natural person is concerned, value and identities are hidden.
    """
    firms = spellings[~spellings["person"] & (spellings["who"] != "")]
    coded = firms[firms["rfc"] != ""]
    several = coded.groupby("who")["rfc"].transform("nunique") > 1
    doubtful = spellings[spellings["doubtful"]]
    codes = doubtful["rfc"].where(doubtful["rfc"] != "")
    codes_differ = codes.groupby(doubtful["rupc"]).transform("nunique") > 1
    # A name joins no folio where it has several, or a code that has another one. All rows of a folio that is not
    # doubtful have one label; so several labels are of several folios.
    named = firms[(firms["key"] != "") & (firms["rupc"] != "") & ~firms["doubtful"]]
    apart = named.groupby("key")["label"].transform("nunique") > 1
    parts = [
        _told(coded[several], "one_name_several_codes", "who", coded["rfc"]),
        _told(doubtful[codes_differ], "one_folio_several_codes", "rupc", doubtful["rfc"]),
        _told(doubtful[~codes_differ], "one_folio_several_names", "rupc", doubtful["name"]),
        _told(named[apart], "one_name_several_folios", "key", "RUPC " + named["rupc"]),
    ]
    whole = pd.concat(parts, ignore_index=True)[_CONFLICT_COLUMNS]
    return whole.sort_values(_CONFLICT_COLUMNS, kind="stable", ignore_index=True)


def _told(rows: pd.DataFrame, conflict: str, value: str, identities: pd.Series) -> pd.DataFrame:
    groups = rows.assign(identity=identities[rows.index]).groupby(value)
    joined = groups["identity"].agg(lambda all_: "; ".join(sorted({one for one in all_ if one})))
    made = pd.DataFrame({"identities": joined, "rows": groups["rows"].sum()}).rename_axis("value").reset_index()
    hidden = groups["person"].any().to_numpy()
    shown = {name: made[name].mask(hidden, persons.HIDDEN) for name in ("value", "identities")}
    return made.assign(conflict=conflict, **shown)


#: Why a row belongs to its supplier; ``none`` for a row that nothing joins to others.
REASONS = ("same_rfc", "same_code_and_name", "same_rupc", "same_rupc_and_name", "same_firm_name", "none")
_GIVEN = {"supplier_name": "name", "supplier_kind": "kind", "supplier_rfc": "code", "supplier_rupc": "rupc"}


@dataclass(frozen=True)
class Suppliers:
    """The suppliers of a table of contracts. Nothing in it names a natural person.

    Attributes
    ----------
    ids : pandas.Series
        ``supplier_id`` of each row, on the index of the contracts. It says what it rests on: ``RFC …``,
        ``CODE …|name``, ``RUPC …``, ``NAME name|form``; ``natural person n`` and ``unresolved n`` count in
        the order of the rows.
    suppliers : pandas.DataFrame
        One row per supplier: ``supplier_id, supplier_name`` (its commonest spelling), ``kind, rows, spellings``.
    merges : pandas.DataFrame
        One row per spelling of a firm of several rows: ``supplier_id, reason`` (of :data:`REASONS`),
        ``supplier_name, supplier_rfc, supplier_rupc, rows``.
    conflicts : pandas.DataFrame
        One row per contradiction: ``conflict`` (of :data:`conflicts.KINDS`), ``value, identities, rows``.
    """

    ids: pd.Series
    suppliers: pd.DataFrame
    merges: pd.DataFrame
    conflicts: pd.DataFrame


def resolve(contracts: pd.DataFrame) -> Suppliers:
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
    Suppliers
        On the index of `contracts`.
    """
    given = contracts[list(_GIVEN)].rename(columns=_GIVEN).fillna("").astype("str")
    at = given.groupby(list(_GIVEN.values()), sort=False).ngroup().to_numpy()
    distinct = given[~pd.Series(at, given.index).duplicated()].reset_index(drop=True)
    spellings = _labelled(distinct.assign(rows=pd.Series(at).value_counts().sort_index()))
    # The supplier of each row; those of persons, and of firms that nothing joins, count in order.
    label = spellings["label"].take(at).reset_index(drop=True)
    person = spellings["person"].take(at).reset_index(drop=True)
    alone = label == ""
    own = label.mask(alone, "row " + label.index.to_series().astype("str"))
    numbers = pd.Series(0, index=own.index)
    for rows in (person, alone & ~person):
        numbers[rows] = pd.factorize(own[rows])[0] + 1
    ids = own.mask(alone, "unresolved " + numbers.astype("str"))
    ids = ids.mask(person, "natural person " + numbers.astype("str")).rename("supplier_id")
    # The suppliers, by their commonest spelling; no natural person is named.
    counted = pd.DataFrame({"id": ids, "at": at}).groupby(["id", "at"]).size().rename("rows").reset_index()
    named = counted.join(spellings[["name", "kind", "person"]], on="at")
    named["name"] = named["name"].mask(named["person"], persons.HIDDEN)
    named = named.sort_values(["rows", "name", "at"], ascending=[False, True, True], kind="stable")
    suppliers = named.groupby("id").agg(
        supplier_name=("name", "first"), kind=("kind", "first"), rows=("rows", "sum"), spellings=("rows", "size")
    )
    # Which spellings were joined, and why.
    joined = counted[counted.groupby("id")["rows"].transform("sum") > 1]
    joined = joined.join(spellings[["name", "code", "rupc", "reason", "person"]], on="at")
    called = {"id": "supplier_id", "name": "supplier_name", "code": "supplier_rfc", "rupc": "supplier_rupc"}
    joined = joined[~joined["person"]].rename(columns=called)
    order = ["supplier_id", "supplier_name", "supplier_rfc", "supplier_rupc"]
    merges = joined.sort_values([*order, "reason"], kind="stable")[["supplier_id", "reason", *order[1:], "rows"]]
    return Suppliers(
        ids.set_axis(contracts.index),
        suppliers.rename_axis("supplier_id").reset_index(),
        merges.reset_index(drop=True),
        found(spellings),
    )


def _labelled(spellings: pd.DataFrame) -> pd.DataFrame:
    """Add what can tell a supplier, and ``label`` and ``reason``: by code, else by folio, else by name.

    ``who`` is the name for comparison: the key of a firm, else the name without case and accents.
    """
    code, firm = checked(spellings["code"]), firm_keys(spellings["name"])
    person = persons.are_persons(spellings["kind"]) | (code["kind"] == "natural_person")
    key = firm["key"].mask(person, "")
    who = key.where(key != "", each(spellings["name"], folded))
    described = spellings.assign(
        rfc=code["rfc"],
        rfc_status=code["status"],
        person=person,
        key=key,
        who=who,
        label=pd.Series("", index=spellings.index, dtype="str"),
        reason=pd.Series("none", index=spellings.index, dtype="str"),
    )
    # A valid code joins all that have it, one that cannot be verified those with one name.
    spellings = _given(described, code["status"] == "valid", "RFC " + code["rfc"], "same_rfc")
    apart = "CODE " + code["rfc"] + "|" + who
    spellings = _given(spellings, code["status"] == "unverified", apart, "same_code_and_name")
    # A folio stands for one supplier if its rows have one code, or none and one name.
    has = spellings["rupc"] != ""
    bare = has & (spellings["label"] == "")
    coded = spellings[has & ~bare]
    codes = coded.groupby("rupc")["label"].agg(["nunique", "first"])
    of = spellings["rupc"].map(codes["nunique"]).fillna(0)
    known = pd.MultiIndex.from_frame(coded[["rupc", "who"]])
    strange = bare & (of == 1) & ~pd.MultiIndex.from_frame(spellings[["rupc", "who"]]).isin(known)
    several = spellings["rupc"].map(spellings[bare].groupby("rupc")["who"].nunique()) > 1
    bad = spellings["rupc"].isin(spellings.loc[strange, "rupc"]) | (of > 1) | ((of == 0) & several)
    bad &= has
    made = _given(spellings, bare & ~bad & (of == 1), spellings["rupc"].map(codes["first"]), "same_rupc")
    made = _given(made, bare & ~bad & (of == 0), "RUPC " + spellings["rupc"], "same_rupc")
    apart = "RUPC " + spellings["rupc"] + "|" + spellings["who"]
    spellings = _given(made, bare & bad, apart, "same_rupc_and_name").assign(doubtful=bad)
    # A name joins what has no other identity, to the one identity that the name has.
    named, loose = spellings["key"] != "", spellings["label"] == ""
    known = spellings[named & ~loose & (spellings["reason"] != "same_rupc_and_name")]
    identities = known.groupby("key")["label"].agg(["nunique", "first"])
    # The code of each name that has one code without folio, and one folio without code.
    is_folio = known["label"].str.startswith("RUPC ")
    with_folio = set(known.loc[~is_folio & (known["rupc"] != ""), "label"])
    folios = known[is_folio].groupby("key")["label"].nunique()
    codes = known[~is_folio].groupby("key")["label"].agg(["nunique", "first"])
    both = codes[(codes["nunique"] == 1) & (folios.reindex(codes.index) == 1)]["first"]
    moved = both[~both.isin(with_folio)]
    identity = pd.concat([identities.loc[identities["nunique"] == 1, "first"], moved]).astype("str")
    has_one = spellings["key"].isin(identity.index)
    label = spellings["key"].map(identity).astype("str")
    follows = spellings["key"].isin(moved.index) & (spellings["reason"] == "same_rupc")
    follows &= spellings["label"].str.startswith("RUPC ")
    made = _given(spellings, named & loose & has_one, label, "same_firm_name")
    made = _given(made, named & loose & ~has_one, "NAME " + spellings["key"], "same_firm_name")
    return _given(made, follows, label, "same_firm_name")


def _given(spellings: pd.DataFrame, rows: pd.Series, label: pd.Series, reason: str) -> pd.DataFrame:
    return spellings.assign(label=spellings["label"].mask(rows, label), reason=spellings["reason"].mask(rows, reason))


# Names of firms that are nearly alike, for a person to look at. Nothing is joined by likeness.

_CANDIDATE_COLUMNS = ["likeness", "first_id", "first_name", "second_id", "second_name"]


def candidates(suppliers: Suppliers, least: float = 92.0) -> pd.DataFrame:
    """Return pairs of firms whose names are alike but that nothing joins.

    Compared are firms whose names begin with the same letter, without their legal forms and without
    regard to the order of words. Likeness is not evidence: *Constructora 1* and *Constructora 11* are
    alike, and so are a firm and its rival in the next town.

    Parameters
    ----------
    suppliers : Suppliers
        As :func:`ogp_analysis.procurement.suppliers.resolve` returns it.
    least : float
        Least likeness from 0 to 100, the normalised insertions and deletions of ``rapidfuzz``.

    Returns
    -------
    pandas.DataFrame
        ``likeness, first_id, first_name, second_id, second_name``, the most alike first; natural persons,
        and firms without a legal form, are left out.
    """
    from rapidfuzz import fuzz, process

    firms = suppliers.suppliers.assign(base=firm_keys(suppliers.suppliers["supplier_name"])["base"])
    firms = firms[firm_keys(firms["supplier_name"])["form"] != ""].sort_values(["supplier_name", "supplier_id"])
    alike = [pd.DataFrame(columns=_CANDIDATE_COLUMNS).astype({"likeness": "float64"})]
    for _, block in firms.groupby(firms["base"].str.slice(0, 1), sort=True):
        words = block["base"].map(lambda base: " ".join(sorted(base.split()))).tolist()
        scores = process.cdist(words, words, scorer=fuzz.ratio, score_cutoff=least, dtype=np.float32)
        first, second = np.nonzero(np.triu(scores >= least, k=1))
        pairs = pd.DataFrame({"likeness": scores[first, second].astype("float64")})
        for side, at in (("first", first), ("second", second)):
            for name in ("id", "name"):
                pairs[f"{side}_{name}"] = block[f"supplier_{name}"].iloc[at].array
        alike.append(pairs)
    whole = pd.concat(alike, ignore_index=True)
    return whole.sort_values(
        _CANDIDATE_COLUMNS, ascending=[False, True, True, True, True], kind="stable", ignore_index=True
    )
