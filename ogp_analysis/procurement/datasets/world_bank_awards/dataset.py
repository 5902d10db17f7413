"""Awards of contracts under World Bank projects, to 2015: contracts, and the bids for those whose bids were read.

References
----------
World Bank, contract award notices, as collected by T. Levine for "red flags" in bidding data (2015).
"""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from ogp_analysis.base.beside import toml
from ogp_analysis.base.errors import CleaningError
from ogp_analysis.base.schema import schemas
from ogp_analysis.procurement.datasets import persons
from ogp_analysis.procurement.datasets.checks import matching, refuse
from ogp_analysis.procurement.datasets.world_bank_awards import prices, words
from ogp_analysis.tidy.country_year import known, number, require
from ogp_analysis.tidy.dataset import Dataset, Input, Layout, concatenate
from ogp_analysis.tidy.invariants import Invariants, Link, Sum
from ogp_analysis.tidy.record import FILE, LINE, Cleaned, changed, kept_but, merged

STAGES = ("opening", "evaluated", "contract")
STATUSES = {"Evaluated": "evaluated", "Rejected": "rejected", "Awarded": "awarded"}
#: Bids were not read for these contracts; the file writes 0, which is not a contract without bids.
NOT_READ_RULE = "zero_bids_not_read"
#: 1,636 contracts stand in their file twice and so have every bid twice, though their number of bids is right.
REPEAT_RULE = "exact_repeat"
#: Bidders whose name shows no organisation may be persons; the mask is the same for all.
PERSON_RULE = "natural_person_masked"
#: Line breaks and runs of blanks inside a name are one blank.
BLANKS_RULE = "blanks"
_ADDRESS = r"http://search\.worldbank\.org/wcontractawards/procdetails/OP\d{8}"
_PLACE = [FILE, LINE]
_CONTRACT = ("project", "contract", "contract.country", "method.procurement", "method.selection", "price.amount",
             "price.currency", "n.bids")  # fmt: skip
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
    code, renamed = prices.currency(chunk, "price.currency", chunk["price.currency"])
    bids = matching(chunk, "n.bids", r"\d+", "values that are not numbers of bids")
    read = bids.mask(bids == "0", "")
    table = {
        **_address(chunk),
        **words.borrower(chunk, "contract.country"),
        "procurement_method": words.method(chunk, "method.procurement", "procurement_method"),
        "selection_method": words.method(chunk, "method.selection", "selection_method"),
        "price": price,
        "currency": code,
        "price_status": pd.Series("ok", index=chunk.index, dtype="str")
        .mask(price == 0, "zero")
        .mask(price.isna(), "missing"),
        "n_bids": pd.to_numeric(read, errors="coerce"),
        "url": chunk["contract"],
    }
    return pd.DataFrame(table), [renamed, changed(chunk, "n.bids", read, NOT_READ_RULE)]


def _bids(chunk: pd.DataFrame) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
    require(chunk, _BID)
    name = words.squeezed(chunk["bidder.name"])
    country, entry = words.bidder_country(chunk, "bidder.country")
    kind = words.bidder_kinds(name, country)
    person = kind == "presumed_natural_person"
    mask = pd.Series(persons.MASK, index=chunk.index, dtype="str")
    shown = chunk.loc[person, _PLACE].assign(**{"bidder.name": persons.HIDDEN})
    entries = [entry, changed(shown, "bidder.name", mask[person], PERSON_RULE),
               changed(chunk[~person], "bidder.name", name[~person], BLANKS_RULE)]  # fmt: skip
    table = {
        **_address(chunk),
        "bidder_name": name.mask(person, mask),
        "bidder_kind": kind,
        "bidder_iso3": country,
        "status": known(chunk, "status", STATUSES).map(STATUSES),
    }
    for stage in STAGES:
        columns, more = prices.read(chunk, stage)
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
        If the rows of one contract differ, or the number of its bids is not the one it states.
    """
    whole = concatenate(parts)
    contracts, bids = whole.tables["contracts"], whole.tables["bids"]
    own = [c for c in contracts.columns if c not in _PLACE]
    again = contracts.duplicated(own)
    times = contracts.groupby("contract_id").size()
    kept = contracts[~again]
    if len(differ := kept.loc[kept.duplicated("contract_id"), "contract_id"]):
        what = f"{len(differ)} contracts have different rows, for example {differ.iloc[0]}"
        raise CleaningError("world_bank_awards.contracts", what, "Name the exception in the cleaner")
    within = bids.groupby(["contract_id", "_equal"])
    repeat = within.cumcount() >= within["_equal"].transform("size") / bids["contract_id"].map(times).fillna(1)
    counted = kept.set_index("contract_id")["n_bids"].fillna(0)
    left = bids[~repeat]
    found = left.groupby("contract_id").size().reindex(counted.index, fill_value=0)
    odd = sorted(set(left["contract_id"]) - set(counted.index)) or counted.index[counted != found].tolist()
    if odd:
        raise CleaningError(
            "world_bank_awards.bids",
            f"{len(odd)} contracts do not have as many bids as they state, for example {odd[0]}",
            "Get both files of one collection",
        )
    record = whole.record.without(_repeats(contracts, again)).without(_repeats(bids, repeat))
    numbered = left.assign(sequence=lambda t: t.groupby("contract_id").cumcount() + 1)
    return Cleaned({"contracts": kept[CONTRACTS.names], "bids": numbered[BIDS.names]}, record)


def _repeats(table: pd.DataFrame, again: pd.Series) -> pd.DataFrame:
    rows = table[_PLACE].assign(contract=table["contract_id"])
    return merged(rows, again, REPEAT_RULE, "contract", "an equal row before it")


CONTRACTS, BIDS = schemas(
    toml(__file__, "tables.toml"),
    bid_statuses=STATUSES.values(),
    bidder_kinds=words.BIDDER_KINDS,
    currencies=words.facts()["currencies"]["known"],
    price_statuses=prices.STATUSES,
    procurement_methods=words.methods("procurement_method"),
    regions=words.facts()["places"]["regions"],
    selection_methods=words.methods("selection_method"),
)
DATASET = Dataset(
    name="world_bank_awards",
    title="Contract awards and bids under World Bank projects, to 2015",
    inputs=(
        Input("world_bank_awards", "2015", "contracts.csv", tables=("contracts",)),
        Input("world_bank_awards", "2015", "bids.csv", tables=("bids",)),
    ),
    clean=clean,
    schemas=(CONTRACTS, BIDS),
    finish=finish,
    invariants=Invariants(
        sums=(
            Sum("contracts", "price", ("price.amount",)),
            Sum("contracts", "n_bids", ("n.bids",)),
            *(Sum("bids", f"{one}_price", prices.with_cents(one)) for one in ("evaluated", "contract")),
        ),
        unsummed={
            "sequence": "a running number",
            "opening_price": "amounts in several currencies in one cell are left out",
        },
        links=(Link("bids", "contracts", ("contract_id",)),),
    ),
    layouts=(
        Layout("contracts", required=_CONTRACT, tables=("contracts",), version=r"(20\d\d)"),
        Layout(
            "bids",
            required=_BID,
            unread=r"(opening|evaluated|contract)\.price\.currency",
            tables=("bids",),
            version=r"(20\d\d)",
        ),
    ),
)
