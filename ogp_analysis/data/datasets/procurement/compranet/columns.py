"""The columns of contracts and procedures, one function each or one line each."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ogp_analysis.base.beside import toml
from ogp_analysis.base.schema import schemas
from ogp_analysis.base.text_column import array_of
from ogp_analysis.data.cleaning.record import FILE
from ogp_analysis.data.datasets.procurement import checks, persons
from ogp_analysis.data.datasets.procurement.fields import TITLES, Fields
from ogp_analysis.data.datasets.procurement.folding import (
    Words,
    by_value,
    each,
    folded,
    hold_names,
    longer_parts,
    texts_of,
    unaccented,
    words_of,
)
from ogp_analysis.data.datasets.procurement.layouts import facts, layouts
from ogp_analysis.data.datasets.procurement.mentions import words as listed_words
from ogp_analysis.data.sources.frames import repeated

# The publishers' words as codes, by the rules in ``compranet.toml``.

UNKNOWN = "unknown"


@cache
def _rules(field: str) -> tuple[tuple[str, re.Pattern], ...]:
    return tuple((code, re.compile(pattern)) for code, pattern in facts()["words"][field])


def codes(field: str) -> tuple[str, ...]:
    """Return the codes of a field, and ``unknown`` for words that no rule covers."""
    return (*dict.fromkeys(code for code, _ in _rules(field)), UNKNOWN)


def coded_by_rules(values: pd.Series | pa.DictionaryArray, field: str) -> pd.Series:
    """Return the code of each text; empty for a blank, ``unknown`` for words that no rule covers."""
    return each(values, lambda text: _code(text, field))


def _code(text: str, field: str) -> str:
    plain = folded(text)
    if not plain:
        return ""
    return next((code for code, pattern in _rules(field) if pattern.fullmatch(plain)), UNKNOWN)


def method_of(stated: pa.DictionaryArray, template: pa.DictionaryArray) -> pd.DataFrame:
    """Return ``method`` and its ``basis`` from the type of procedure and the template of the expediente.

    The type counts where it says open, limited or direct. From 2021 it is mostly empty or *Otro*,
    and the template tells.
    """
    # Each pair of a type and a template is judged once.
    count = len(template.dictionary)
    types_of_rows = stated.indices.to_numpy().astype("int64")
    codes, pairs = pd.factorize(types_of_rows * count + template.indices.to_numpy())
    types, templates = (
        stated.dictionary.take(pa.array(pairs // count)),
        template.dictionary.take(pa.array(pairs % count)),
    )
    by_type, by_template = (
        coded_by_rules(types.dictionary_encode(), "method"),
        coded_by_rules(templates.dictionary_encode(), "template"),
    )
    telling = ("open", "limited", "direct")
    use_type = by_type.isin(telling) | (~by_template.isin((*telling, "other")) & (by_type != ""))
    use_template = ~use_type & (by_template != "")
    method = by_type.where(use_type, by_template).mask(~use_type & ~use_template, UNKNOWN)
    basis = pd.Series("none", index=by_type.index, dtype="str").mask(use_type, "type").mask(use_template, "template")
    return pd.DataFrame({"method": method, "basis": basis}).take(codes).reset_index(drop=True)


def by_number(methods: pd.DataFrame, numbers: pd.Series) -> pd.DataFrame:
    """Return methods and their basis; where type and template are blank, by the official number of the procedure.

    In published files where both are there, the number says the same in 9,779 of 9,780 contracts.
    """
    rows = np.flatnonzero(methods["basis"] == "none")
    coded = coded_by_rules(numbers.iloc[rows], "number").set_axis(rows)
    coded = coded[~coded.isin(["", UNKNOWN])]
    made = methods.copy()
    made.loc[coded.index, "method"], made.loc[coded.index, "basis"] = coded, "number"
    return made


def several(values: pa.DictionaryArray) -> pd.Series:
    """Return a cell of several codes (``15401, 27101``) with ``; `` between them."""
    return each(values, lambda text: "; ".join(part.strip() for part in re.split(r"[,;|]", text) if part.strip()))


# What contracts are for, in words that name nobody: titles made of nothing but words that were read one by one.
# A title is the publisher's sentence and may name a person: who is treated, taught, honoured or paid. Patterns for
# names miss some. So a title is shown only if every word of it stands in ``object_words.csv`` of
# :mod:`..mentions`, a list compiled here of words for goods, services, works, bodies and places that are not also
# names of people. The list was made from the samples of 2017 and 2018, and all titles of these that it lets through
# were read; of other files it shows fewer titles.

#: Why a title is not shown: it has a word that is not on the list, is a text rather than a title, was masked because
#: it names somebody, or is not there.
STATUSES = ("shown", "other_word", "long", "masked", "missing")
#: A longer text is a description: prose.
LONGEST = 120
_MASKS = (persons.TEXT_MASK, persons.OFFICIAL_MASK)
#: Numbers and codes have a digit and are not longer than this,
_LONGEST_CODE = 14
#: nor do they look like a tax code (3 or 4 letters, then a date), a word or a telephone number.
_NO_CODE = "^[a-z]{3,4}[0-9]{6}|[a-z]{4}|[0-9]{9}"
_NO_ASCII = re.compile(r"[^\x00-\x7f]")
#: A blank at an end, two in a row, or a sign of another kind at which ``str.split`` splits.
_UNEVEN = r"^ | $|  |[\t-\r\x1c-\x1f\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}]"


@cache
def _listed() -> pa.Array:
    return pa.array(sorted(listed_words()), pa.string())


def read(titles: pd.Series) -> pd.DataFrame:
    """Return ``object`` (the title on one line, blank if it is not shown) and ``status``, one of :data:`STATUSES`."""

    def told(distinct: pd.Series) -> pd.DataFrame:
        shown, status = judged(array_of(distinct))
        return pd.DataFrame({"object": pd.array(shown, dtype="str"), "status": texts_of(status, STATUSES)}, copy=False)

    return by_value(titles, told)


def judged(titles: pa.Array, words: Words | None = None) -> tuple[pa.Array, np.ndarray]:
    """Return what is shown of titles that differ, and the status of each by its place in :data:`STATUSES`.

    Parameters
    ----------
    titles : pyarrow.Array
        Without missing values.
    words : Words, optional
        Those of the titles, if they are known.
    """
    words = words or words_of(titles)
    other = words.having(~_may_be_shown(words.distinct)[words.codes])
    long = pc.greater(pc.utf8_length(titles), LONGEST).to_numpy(zero_copy_only=False)
    odd = words.odd & ~long
    # Titles with odd signs may have letters of another alphabet, which folding loses.
    plain = [unicodedata.normalize("NFKD", unaccented(title)) for title in titles.filter(pa.array(odd)).to_pylist()]
    foreign = np.array([any(map(str.isalpha, _NO_ASCII.findall(text))) for text in plain], bool)
    latin = words_of(pa.array(map(folded, plain), pa.string()))
    other[odd] = foreign | latin.having(~_may_be_shown(latin.distinct)[latin.codes])
    status = np.where(other, STATUSES.index("other_word"), STATUSES.index("shown"))
    status[long] = STATUSES.index("long")
    status[pc.is_in(titles, pa.array(_MASKS, titles.type)).to_numpy(zero_copy_only=False)] = STATUSES.index("masked")
    status[pc.equal(titles, "").to_numpy(zero_copy_only=False)] = STATUSES.index("missing")
    rows = status == STATUSES.index("shown")
    shown = pc.if_else(pa.array(rows), titles, pa.scalar("", titles.type))
    uneven = pc.match_substring_regex(shown, _UNEVEN)
    if pc.any(uneven).as_py():
        even = [" ".join(title.split()) for title in shown.filter(uneven).to_pylist()]
        shown = pc.replace_with_mask(shown, uneven, pa.array(even, shown.type))
    return shown, status


def _may_be_shown(words: pa.Array) -> np.ndarray:
    """Return which words are on the list, or a number or code."""
    listed = pc.is_in(words, _listed())
    others = words.filter(pc.invert(listed))
    code = pc.and_(pc.match_substring_regex(others, "[0-9]"), pc.less_equal(pc.binary_length(others), _LONGEST_CODE))
    code = pc.and_not(code, pc.match_substring_regex(others, _NO_CODE))
    return pc.replace_with_mask(listed, pc.invert(listed), code).to_numpy(zero_copy_only=False)


# What the tables of Mexican federal procurement promise.

_CODED = ("government_level", "regime", "category", "character", "element", "supplier_size")
CONTRACTS, PROCEDURES = schemas(
    toml(__file__, "tables.toml"),
    **{field: codes(field) for field in _CODED},
    layouts=tuple(layouts()),
    amount_statuses=checks.AMOUNT_STATUSES,
    currency_statuses=checks.CURRENCY_STATUSES,
    date_statuses=checks.STATUSES,
    leading_date_statuses=checks.LEADING_STATUSES,
    object_statuses=STATUSES,
    rfc_checks=persons.RFC_CHECKS,
    rfc_statuses=persons.RFC_STATUSES,
    supplier_kinds=persons.KINDS,
)


_DATES = ("publication", "opening", "award", "signature", "start", "end")
#: Legal forms of other countries count as far as they cannot be a surname or initials.
COUNTRIES = ("MX",)
#: Columns that can only be filled once all chunks have been read.
_NUMBERS = ("sequence", "version")


def table(fields: Fields, reveal: bool) -> pd.DataFrame:
    """Return one row per record with every column of both tables but their numbers."""
    supplier = _supplier(fields, reveal)
    titles = _titles(fields, supplier["supplier_kind"], reveal)
    number = _number(fields)
    method = by_number(method_of(fields.coded("method"), fields.coded("template")), number["procedure_number"])
    _unknown(fields, "method", method["method"])
    made = {
        "contract_key": _contract_key(fields),
        "file": fields.chunk[FILE],
        "line": fields.lines,
        "generation": pd.Series(repeated(fields.layout.name, len(fields.lines))),
        "government_level": _coded(fields, "government_level"),
        # Two digits of the branch of the budget; the code of a federal buying unit starts with 0 and holds it.
        "ramo": fields["ramo"]
        if "ramo" in fields
        else by_value(
            fields.coded("buyer_id"), lambda distinct: distinct.str.extract(r"^0(\d\d)", expand=False).fillna("")
        ),
        "procedure_key": _first(fields["expediente"], number["procedure_number"], number["published_number"]),
        **number,
        **titles,
        "procurement_method": method["method"],
        "method_basis": method["basis"],
        "regime": _regime(fields),
        "category": _coded(fields, "category"),
        "character": _coded(fields, "character"),
        **_dates(fields),
        **_money(fields),
        **supplier,
        "supplier_size": _coded(fields, "supplier_size"),
        "supplier_size_by_buyer": _coded(fields, "supplier_size_by_buyer", "supplier_size"),
        **_framework(fields),
        **{name: _flag(fields, name) for name in ("consolidated", "multi_year", "amended", "external_credit")},
        "cucop": several(fields.coded("cucop")),
        "partida": several(fields.coded("partida")),
    }
    made["date_order"] = checks.order(made)
    # All others are as published.
    published = [n for n in dict.fromkeys((*CONTRACTS.names, *PROCEDURES.names)) if n not in (*made, *_NUMBERS)]
    return pd.DataFrame(made | {name: fields[name.removesuffix("_text")] for name in published}, copy=False)


def _contract_key(fields: Fields) -> pd.Series:
    """Code of the contract, else procedure and number of the contract, else procedure, amount and start.

    The tax code would tell more contracts apart, but it would name natural persons.
    """
    code, number = fields["contract_code"], fields["contract_number"]
    without = code == ""
    if not without.any():
        return code
    own = fields["procedure_number"] + "|" + number.where(number != "", fields["amount"] + "|" + fields["start_date"])
    return code.mask(without, own)


#: How the number of a draft of a call (proyecto de convocatoria) begins.
_DRAFT = "PC-"


def _number(fields: Fields) -> dict[str, pd.Series]:
    """Number of the procedure; where files announce drafts too (layout E), only that of a contracting procedure.

    A number that begins with PC- belongs to a draft, whatever its element says. Where a file has no elements, every
    other number counts as that of a procedure.
    """
    columns = ("procedure_number", "published_number", "element", "element_text", "announcement_reference")
    if "published_number" not in fields:
        blank = fields["published_number"]
        return dict(zip(columns, (fields["procedure_number"], blank, blank, blank, blank), strict=True))
    published, element = fields["published_number"], _coded(fields, "element")
    marked = published.str.upper().str.startswith(_DRAFT)
    if "element" in fields:
        draft = pd.Series("draft", element.index, dtype="str")
        fields.change("element", draft, "draft_by_its_number", marked & (element != "draft"))
    element = element.mask(marked, "draft")
    is_procedure = element == "procedure" if "element" in fields else ~marked
    number = published.where(is_procedure, "")
    no_number = ~is_procedure & (published != "")
    fields.change("published_number", number, "number_of_a_draft", no_number & (element == "draft"))
    fields.change("published_number", number, "number_of_an_unknown_element", no_number & (element != "draft"))
    told = (number, published, element, fields["element"], fields["announcement_reference"])
    return dict(zip(columns, told, strict=True))


def _first(*texts: pd.Series) -> pd.Series:
    """Return the first text of each row that is not blank."""
    found, *others = texts
    for text in others:
        blank = found == ""
        found = found.mask(blank, text) if blank.any() else found
    return found


def _regime(fields: Fields) -> pd.Series:
    """The rules that the template names, else the law."""
    text = _first(fields["template"], fields["law"])
    code = coded_by_rules(text, "regime")
    for field in ("template", "law"):
        if field in fields:
            fields.change(field, code, "unknown_regime", (code == UNKNOWN) & (fields[field] == text))
    return code


def _coded(fields: Fields, field: str, rules: str = "") -> pd.Series:
    """Return the codes of a field by the rules of that name; by those of its own name if none is given."""
    code = coded_by_rules(fields.coded(field), rules or field)
    _unknown(fields, field, code)
    return code


def _unknown(fields: Fields, field: str, code: pd.Series) -> None:
    unknown = code == UNKNOWN
    if field in fields and unknown.any():
        fields.change(field, code, f"unknown_{field}", unknown & (fields[field] != ""))


def _flag(fields: Fields, field: str) -> pd.Series:
    code = coded_by_rules(fields.coded(field), "flag")
    if field in fields:
        fields.change(field, code, f"unknown_{field}", code == UNKNOWN)
    return _boolean(code, code == "true")


def _framework(fields: Fields) -> dict[str, pd.Series]:
    """A yes or no, or the name of the framework contract, which means yes."""
    text, name = fields["framework"], fields["framework_name"]
    code = coded_by_rules(fields.coded("framework"), "flag")
    other = code == UNKNOWN
    named = name.mask(other & (name == ""), text) if other.any() else name
    return {"framework": _boolean(code, (code == "true") | other | (named != "")), "framework_name": named}


def _boolean(code: pd.Series, true: pd.Series) -> pd.Series:
    """Return a column that is true in some rows, false where its code says so, and else missing."""
    yes = true.to_numpy(dtype=bool)
    return pd.Series(pd.arrays.BooleanArray(yes, ~yes & (code != "false").to_numpy(dtype=bool)), code.index)


def _dates(fields: Fields) -> dict[str, pd.Series]:
    names, every, at = [f"{name}_date" for name in _DATES], {}, 0
    coded = [fields.coded(name) for name in names]
    # The different days of all columns are read together.
    read = checks.read_dates(
        pd.concat([pd.Series(pd.array(one.dictionary, dtype="str")) for one in coded], ignore_index=True)
    )
    for name, one in zip(names, coded, strict=True):
        every[name] = read.iloc[at + one.indices.to_numpy()].set_axis(fields.lines.index)
        at += len(one.dictionary)
    start, made = every["start_date"]["date"], {}
    for name, field in zip(_DATES, names, strict=True):
        date, status = every[field]["date"], every[field]["status"]
        if name in checks.LEADING and (late := checks.too_late(date, start)).any():
            date, status = date.mask(late), status.mask(late, "too_late")
        made |= {field: date, f"{field}_text": fields[field], f"{field}_status": status}
        if field in fields:
            for unused in sorted(checks.UNUSED.intersection(status.unique())):
                fields.drop(field, f"{unused}_date", status == unused)
    return made


def _money(fields: Fields) -> dict[str, pd.Series]:
    """Amount and currency; in layout D the maximum with tax stands in where the amount is blank or zero."""
    text, stated = fields["amount"], fields["currency"]
    read = checks.read_amounts(text)
    basis = pd.Series(repeated(fields.layout.amount_basis, len(text)))
    if "amount_maximum" in fields:
        most = checks.read_amounts(fields["amount_maximum"])
        use = read["status"].isin(("missing", "zero")) & (most["amount"] > 0)
        fields.change("amount", fields["amount_maximum"], "amount_from_maximum", use)
        read, text = read.mask(use, most), text.mask(use, fields["amount_maximum"])
        basis = basis.mask(use, "maximum_with_tax")
        stated = stated.mask(use & (fields["currency_maximum"] != ""), fields["currency_maximum"])
    has = "currency" in fields or "currency_maximum" in fields
    stated = _first(stated, fields["currency_maximum"])
    currency = checks.currencies(stated if has else None, fields.layout.currency, text.index)
    status, is_test = read["status"], currency["status"] == "test"
    if is_test.any():
        status = status.mask(is_test & (status != "missing"), "test")
    if "amount" in fields:
        grouped = checks.grouped(fields["amount"])
        amount = fields["amount"]
        plain = amount.str.replace(r"[$, ]", "", regex=True) if grouped.any() else amount
        fields.change("amount", plain, "thousands_commas", grouped)
        for unused in ("absurd", "unreadable"):
            fields.drop("amount", f"{unused}_amount", read["status"] == unused)
    if "currency" in fields:
        for unused in ("misspelt", "test", "unknown"):
            rows = currency["status"] == unused
            fields.drop("currency", f"{unused}_currency", rows & (fields["currency"] != "") if rows.any() else rows)
    return {
        "amount": read["amount"],
        "amount_text": text,
        "amount_status": status,
        "amount_basis": basis,
        "currency": currency["currency"],
        "currency_text": stated,
        "currency_status": currency["status"],
    }


def _supplier(fields: Fields, reveal: bool) -> dict[str, pd.Series]:
    code = persons.tax_codes(fields["supplier_rfc"])
    kind = persons.kinds(fields["supplier"], code["status"], *COUNTRIES)
    person = persons.are_persons(kind) & (not reveal)
    names = fields["supplier"]
    if "supplier" in fields:
        fields.hide("supplier", person & (names != ""), persons.HIDDEN, persons.MASK, "natural_person_masked")
    for field in ("supplier_rfc", "supplier_rupc"):
        if field in fields:
            fields.hide(field, person & (fields[field] != ""), persons.HIDDEN, "", "natural_person_masked")
    if "supplier_rfc" in fields:
        tidied = ~persons.are_persons(kind) & (code["rfc"] != fields["supplier_rfc"])
        fields.change("supplier_rfc", code["rfc"], "tidied_tax_code", tidied)
    return {
        "supplier_name": names.mask(person, persons.MASK),
        "supplier_kind": kind,
        "supplier_rfc": code["rfc"].mask(person, ""),
        "supplier_rfc_status": code["status"],
        "supplier_rfc_check": persons.checks(code["rfc"]),
        "supplier_rupc": fields["supplier_rupc"].mask(person, ""),
    }


#: Titles that come with a form that names nobody, and what they are titles of.
_OBJECTS = {"procedure_title": "procedure", "contract_title": "contract"}


def _titles(fields: Fields, kind: pd.Series, reveal: bool) -> dict[str, pd.Series]:
    """Titles and names of buying units; those that name an official, or a supplier who is a natural person, are masked.

    A text that names the person beside it in one row is masked in every row of the chunk. The titles of procedures and
    contracts come with the part of them that may be shown.
    """
    columns = (*TITLES, "buyer_name")
    there = [field for field in columns if field in fields]
    # Most contracts have the title of their procedure, so all columns share one list of texts and words. The blank
    # comes first, for columns that the file lacks.
    blank = pa.array([""], pa.large_string())
    coded = pa.chunked_array([blank, *(array_of(fields[field]) for field in there)]).dictionary_encode().chunks
    codes = np.array([one.indices.to_numpy() for one in coded[1:]], int).reshape(len(there), len(kind))
    texts, made = coded[-1].dictionary, {}
    words = words_of(texts)
    objects_of, status_of = judged(texts, words)
    named = []
    if not reveal:
        supplier = fields["supplier"].where(persons.are_persons(kind), "")
        for rule, mask, names in (
            ("natural_person_in_text", persons.TEXT_MASK, supplier),
            ("official_in_text", persons.OFFICIAL_MASK, fields.official),
        ):
            of_row, different = pd.factorize(names)
            parts = longer_parts(array_of(different))
            holding = hold_names(words, codes.ravel(), parts, np.tile(of_row, len(there)))
            named.append((rule, mask, dict(zip(there, holding.reshape(codes.shape), strict=True))))
    for field in columns:
        text, masked = fields[field], np.zeros(len(texts), bool)
        rows = codes[there.index(field)] if field in there else np.zeros(len(kind), int)
        for rule, mask, naming in named if field in there else ():
            found = np.zeros(len(texts), bool)
            found[rows[naming[field] & ~masked[rows]]] = True
            if not found.any():
                continue
            masked |= found
            here = pd.Series(found[rows], text.index)
            fields.hide(field, here, persons.HIDDEN, mask, rule)
            text = text.mask(here, mask)
        made[field] = text
        if of := _OBJECTS.get(field):
            shown, status = objects_of.take(pa.array(rows)), status_of[rows]
            if masked.any():
                shown = pc.if_else(pa.array(masked[rows]), pa.scalar("", shown.type), shown)
                status = np.where(masked[rows], STATUSES.index("masked"), status)
            made[f"{of}_object"] = pd.Series(pd.array(shown, dtype="str"), text.index)
            made[f"{of}_object_status"] = pd.Series(texts_of(status, STATUSES), text.index)
    return made
