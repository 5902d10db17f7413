"""Awards of contracts under World Bank projects, to 2015: contracts, and the bids for those whose bids were read.

References
----------
World Bank, contract award notices, as collected by T. Levine for "red flags" in bidding data (2015).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

import pandas as pd

from ogp_analysis.base.beside import toml
from ogp_analysis.base.countries import country, iso3_of
from ogp_analysis.base.errors import CleaningError
from ogp_analysis.base.schema import schemas
from ogp_analysis.data.cleaning.country_year import known, number, refuse, require
from ogp_analysis.data.cleaning.dataset import Input, concatenate, declare
from ogp_analysis.data.cleaning.invariants import Sum
from ogp_analysis.data.cleaning.record import FILE, LINE, Cleaned, changed, hidden, kept_but, merged
from ogp_analysis.data.datasets.procurement import persons
from ogp_analysis.data.datasets.procurement.checks import matching
from ogp_analysis.data.datasets.procurement.folding import each, folded

# The words of World Bank award notices as codes, by the rules in ``world_bank_awards.toml``.

#: What a bidder is, recognised by its name alone.
BIDDER_KINDS = ("organisation", "presumed_natural_person", "not_told", "missing")
#: A name of so many words, none of which shows an organisation, is taken for a person's.
_FEWEST, _MOST = 2, 5
_HERE = "world_bank_awards"


def facts() -> dict:
    """Return the facts in ``world_bank_awards.toml``."""
    return toml(__file__, "world_bank_awards.toml")


def methods(field: str) -> tuple[str, ...]:
    """Return the codes of a field of methods."""
    return tuple(code for code, _ in facts()["methods"][field])


def method(chunk: pd.DataFrame, column: str, field: str) -> pd.Series:
    """Return the code of each method; empty for a blank.

    Raises
    ------
    CleaningError
        If no rule covers a text.
    """
    rules = [(code, re.compile(pattern)) for code, pattern in facts()["methods"][field]]

    def coded(text: str) -> str:
        letters = re.sub(r"[^a-z]", "", text.lower())
        return next((code for code, pattern in rules if pattern.fullmatch(letters)), "?") if letters else ""

    code = each(chunk[column], coded)
    refuse(chunk, column, code == "?", "methods that no rule covers")
    return code


def squeezed(values: pd.Series) -> pd.Series:
    """Return texts with every run of blanks and line breaks as one blank."""
    return values.str.replace(r"\s+", " ", regex=True).str.strip()


def borrower(chunk: pd.DataFrame, column: str) -> dict[str, pd.Series]:
    """Return ``iso3`` and ``region`` of a contract: one of them is stated, the other empty.

    Raises
    ------
    UnknownName
        If a place is neither a country nor one of the regions.
    """
    place = squeezed(chunk[column])
    region = place.where(place.isin(facts()["places"]["regions"]), "")
    return {"iso3": _iso3(place, region == "", column), "region": region}


def bidder_country(chunk: pd.DataFrame, column: str) -> tuple[pd.Series, pd.DataFrame]:
    """Return the country of each bidder, and an entry for each text that stands for none."""
    place = squeezed(chunk[column])
    none = place.isin(facts()["places"]["no_country"])
    entry = changed(chunk[none], column, pd.Series("", index=chunk.index[none], dtype="str"), "no_country")
    return _iso3(place, (place != "") & ~none, column), entry


def _iso3(place: pd.Series, rows: pd.Series, column: str) -> pd.Series:
    found = pd.Series("", index=place.index, dtype="str")
    return found.mask(rows, pd.Series(iso3_of(place[rows], f"{_HERE}, {column}"), index=place.index[rows], dtype="str"))


def bidder_kinds(names: pd.Series, iso3: pd.Series) -> pd.Series:
    """Return what each bidder is, one of :data:`BIDDER_KINDS`.

    A legal form of the bidder's country, or a word for a body or a trade, shows an organisation, digits and signs too.
    Other names of two to five words are taken for persons', also where they are firms'; of a single word nothing is
    said.
    """
    words = set(facts()["bidders"]["organisation"].split())

    def kind(name: str, home: str) -> str:
        tokens = folded(name).split()
        if not tokens:
            return "missing"
        forms = [country(home).iso2] if home else []
        if persons.has_form(name, *forms) or words & set(tokens) or re.search(r"[\d&/\"#]", name):
            return "organisation"
        return "presumed_natural_person" if _FEWEST <= len(tokens) <= _MOST else "not_told"

    pairs = pd.MultiIndex.from_arrays([names, iso3])
    codes, distinct = pairs.factorize()
    return pd.Series([kind(*pair) for pair in distinct], dtype="str").take(codes).set_axis(names.index)


# Prices in World Bank award notices, read from their texts: one currency and one amount, or no price.

#: ``several``: amounts in two or more currencies, which are parts of one price; ``currency_only``: no amount.
PRICE_STATUSES = ("ok", "zero", "several", "currency_only", "unreadable", "missing")
_NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_ONE = rf"([A-Z]{{3}})\s*({_NUMBER})\s*;?"


def read(chunk: pd.DataFrame, stage: str) -> tuple[dict[str, pd.Series], list[pd.DataFrame]]:
    """Return amount, currency, status and text of the price at one stage, and the entries of the record.

    The file's own reading cuts cents off and takes the first of several currencies for the whole price. It is held
    against ours, not taken over.

    Raises
    ------
    CleaningError
        If a currency is unknown, or the file's own reading is of another price.
    """
    column = f"{stage}.price.raw"
    text = chunk[column].str.strip()
    parts = text.str.extract(rf"^{_ONE}$")
    found = parts[1].notna()
    amount = pd.to_numeric(parts[1].where(found, "").str.replace(",", ""), errors="coerce").astype("float64")
    status = pd.Series("unreadable", index=text.index, dtype="str").mask(text.str.count(r"[A-Z]{3}") > 1, "several")
    status = status.mask(text.str.fullmatch(r"[A-Z]{3};?"), "currency_only").mask(text == "", "missing")
    status = status.mask(found, "ok").mask(amount == 0, "zero")
    own = pd.to_numeric(chunk[f"{stage}.price.amount"], errors="coerce")
    # The file's reader did not know the blanks inside some prices.
    differs = found & own.notna() & (amount // 1 != own)
    refuse(chunk, f"{stage}.price.amount", differs, "amounts that differ from the text beside them")
    code, entry = currency(chunk, column, parts[0].where(found, ""))
    rules = {"several": "price_in_several_currencies", "unreadable": "unreadable_price"}
    none = pd.Series("", index=text.index, dtype="str")
    lost = [changed(chunk[status == one], column, none[status == one], rule) for one, rule in rules.items()]
    made = {"price": amount, "currency": code, "price_status": status, "price_text": text}
    return {f"{stage}_{name}": values for name, values in made.items()}, [*lost, entry]


def currency(chunk: pd.DataFrame, column: str, codes: pd.Series) -> tuple[pd.Series, pd.DataFrame]:
    """Return the ISO 4217 code of each currency, and an entry for each that goes by another name.

    Raises
    ------
    CleaningError
        If a code is unknown.
    """
    stated = facts()["currencies"]
    same = codes.replace(stated["same"])
    refuse(chunk, column, ~same.isin(["", *stated["known"]]), "currencies that are not known")
    moved = same != codes
    text = chunk.loc[moved, column].mask(chunk.loc[moved, column] == codes[moved], same[moved])
    for name, code in stated["same"].items():
        text = text.str.replace(name, code)
    return same, changed(chunk[moved], column, text, "another_name_of_the_currency")


def with_cents(stage: str) -> Callable[[pd.DataFrame], pd.DataFrame]:
    """Return a function that gives the amounts of the file, which are cut, the cents that end the text beside them."""
    amount, text = f"{stage}.price.amount", f"{stage}.price.raw"

    def numbers(chunk: pd.DataFrame) -> pd.DataFrame:
        if amount not in chunk.columns or text not in chunk.columns:
            return pd.DataFrame(index=chunk.index)
        whole = chunk[amount].str.replace(r"\.0*$", "", regex=True)
        cents = chunk[text].str.extract(r"(\.\d+)\s*;?\s*$")[0].fillna("")
        return pd.DataFrame({amount: whole.mask(whole != "", whole + cents)})

    return numbers


STAGES = ("opening", "evaluated", "contract")
STATUSES = {"Evaluated": "evaluated", "Rejected": "rejected", "Awarded": "awarded"}
_ADDRESS = r"http://search\.worldbank\.org/wcontractawards/procdetails/OP\d{8}"
_PLACE = [FILE, LINE]
_CONTRACT = tuple(
    ("project contract contract.country method.procurement method.selection price.amount price.currency n.bids").split()
)
_BID = ("project", "contract", "bidder.name", "status", "bidder.country",
        *(f"{stage}.price.{part}" for stage in STAGES for part in ("amount", "raw")))  # fmt: skip


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Return the table ``contracts`` or ``bids``, repeats still in it (see :func:`finish`).

    Raises
    ------
    CleaningError
        If a column is absent, or a method, a status, a currency or a price is unknown.
    UnknownName
        If a country is.
    """
    read = _contracts if source.tables == ("contracts",) else _bids
    table, entries = read(chunk)
    return Cleaned({source.tables[0]: pd.concat([table, chunk[_PLACE]], axis=1)}, kept_but(chunk, *entries))


def _address(chunk: pd.DataFrame) -> dict[str, pd.Series]:
    address = matching(chunk, "contract", _ADDRESS, "addresses of another form")
    project = matching(chunk, "project", r"(?:P\d{6})?", "values that are not project numbers")
    return {"contract_id": address.str[-10:], "project": project}


def _contracts(chunk: pd.DataFrame) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
    require(chunk, _CONTRACT)
    price = number(chunk, "price.amount")
    refuse(chunk, "price.amount", price < 0, "negative prices")
    code, renamed = currency(chunk, "price.currency", chunk["price.currency"])
    bids = matching(chunk, "n.bids", r"\d+", "values that are not numbers of bids")
    read = bids.mask(bids == "0", "")
    table = {
        **_address(chunk),
        **borrower(chunk, "contract.country"),
        "procurement_method": method(chunk, "method.procurement", "procurement_method"),
        "selection_method": method(chunk, "method.selection", "selection_method"),
        "price": price,
        "currency": code,
        "price_status": (price == 0).map({True: "zero", False: "ok"}).mask(price.isna(), "missing"),
        "n_bids": pd.to_numeric(read, errors="coerce"),
        "url": chunk["contract"],
    }
    return pd.DataFrame(table), [renamed, changed(chunk, "n.bids", read, "zero_bids_not_read")]


def _bids(chunk: pd.DataFrame) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
    require(chunk, _BID)
    name = squeezed(chunk["bidder.name"])
    country, entry = bidder_country(chunk, "bidder.country")
    kind = bidder_kinds(name, country)
    person = kind == "presumed_natural_person"
    entries = [
        entry,
        hidden(chunk, person, "bidder.name", persons.HIDDEN, persons.MASK, "natural_person_masked"),
        changed(chunk[~person], "bidder.name", name[~person], "blanks"),
    ]
    table = {
        **_address(chunk),
        "bidder_name": name.mask(person, persons.MASK),
        "bidder_kind": kind,
        "bidder_iso3": country,
        "status": known(chunk, "status", STATUSES).map(STATUSES),
    }
    for stage in STAGES:
        columns, more = read(chunk, stage)
        table |= columns
        entries += more
    # One mask stands for all persons, so that rows are found equal by what was published.
    own = [c for c in chunk.columns if c not in _PLACE]
    table["_equal"] = pd.util.hash_pandas_object(chunk[own], index=False).astype("str")
    return pd.DataFrame(table), entries


def finish(parts: Iterable[Cleaned]) -> Cleaned:
    """Merge contracts that stand in the file twice, and the second half of their bids; number the bids.

    Raises
    ------
    CleaningError
        If the number of bids of a contract is not the one it states.
    """
    whole = concatenate(parts)
    contracts, bids = whole.tables["contracts"], whole.tables["bids"]
    own = [c for c in contracts.columns if c not in _PLACE]
    again = contracts.duplicated(own)
    times = contracts.groupby("contract_id").size()
    kept = contracts[~again]
    within = bids.groupby(["contract_id", "_equal"])
    repeat = within.cumcount() >= within["_equal"].transform("size") / bids["contract_id"].map(times).fillna(1)
    counted = kept.set_index("contract_id")["n_bids"].fillna(0)
    left = bids[~repeat]
    found = left.groupby("contract_id").size().reindex(counted.index, fill_value=0)
    odd = sorted(set(left["contract_id"]) - set(counted.index)) or counted.index[counted != found].tolist()
    if odd:
        what = f"{len(odd)} contracts do not have as many bids as they state, for example {odd[0]}"
        raise CleaningError("world_bank_awards.bids", what, "Get both files of one collection")
    record = whole.record.without(_repeats(contracts, again)).without(_repeats(bids, repeat))
    numbered = left.assign(sequence=lambda t: t.groupby("contract_id").cumcount() + 1)
    return Cleaned({"contracts": kept[CONTRACTS.names], "bids": numbered[BIDS.names]}, record)


def _repeats(table: pd.DataFrame, again: pd.Series) -> pd.DataFrame:
    rows = table[_PLACE].assign(contract=table["contract_id"])
    return merged(rows, again, "exact_repeat", "contract", "an equal row before it")


CONTRACTS, BIDS = schemas(
    toml(__file__, "world_bank_awards_tables.toml"),
    bid_statuses=STATUSES.values(),
    bidder_kinds=BIDDER_KINDS,
    currencies=facts()["currencies"]["known"],
    price_statuses=PRICE_STATUSES,
    procurement_methods=methods("procurement_method"),
    regions=facts()["places"]["regions"],
    selection_methods=methods("selection_method"),
)
DATASET = declare(
    "world_bank_awards",
    clean,
    (CONTRACTS, BIDS),
    finish,
    sums=[Sum("bids", f"{one}_price", with_cents(one)) for one in ("evaluated", "contract")],
)
