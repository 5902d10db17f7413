"""Purchases of surveillance technology in Mexico that documents or the press report, 2010-2024.

A row is a fact on record about a purchase: a contract, an invoice, a total, a plan. Totals contain contracts, sources
overlap and amounts have several bases: they are never added up. Leaked lists of clients and prices do not prove use.
What the pages say in words is not taken over, nor is the name of any person. Each row was read against its quotation,
its further pages and its caveat; the caveat goes with the fact as a code, whose words are ours in both languages.
"""

from __future__ import annotations

import re

import pandas as pd

from ogp_analysis.base.errors import CleaningError
from ogp_analysis.data.cleaning import addresses, coding
from ogp_analysis.data.cleaning.coding import coded, rules, translated
from ogp_analysis.data.cleaning.country_year import known
from ogp_analysis.data.cleaning.dataset import Input, declare
from ogp_analysis.data.cleaning.reading import Declared, mended
from ogp_analysis.data.cleaning.record import FILE, LINE, Cleaned, kept_but

STATED = Declared(__file__)

_RENAMED = {"intrusion_spyware": "intrusion"}
#: Categories of which the table says that they are only one possible part, or as a buyer declared it.
_QUALIFIED = re.compile(r" \((?:possible component|as declared by SSPC)\)")
#: What stands behind the names of a buyer whom sources name differently: the purchase is of no one body.
_DIFFER = " (sources differ)"
#: Years for which a page says that the contract was reserved.
_RESERVED = r"; reserved (\d+) years"


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Return the tables ``facts`` and ``technologies``: one fact, and each kind of technology of a fact.

    Raises
    ------
    CleaningError
        If a column is absent, a code or a caveat is unknown, or a date or an amount cannot be read.
    """
    chunk, entries = STATED.corrected(chunk, source)
    spans, remark = chunk["date_signed"].str.contains("/"), r" \([^)]*\)"
    parts = chunk["date_signed"].str.split("/")
    firm = chunk["supplier"].str.replace(remark, "", regex=True)
    sold = coded(chunk, "upstream_vendor", rules(STATED["intermediaries"]), STATED.resource).where(
        chunk["row_type"].isin(["contract", "invoice"]) & (firm != ""), ""
    )
    official, unsaid = chunk["id"].isin(STATED["official_wording"]), chunk["id"].isin(STATED["no_object"])
    status = pd.Series("described", index=chunk.index).mask(official, "official_wording").mask(unsaid, "not_stated")
    whole, changes = mended(
        chunk,
        source_publisher=(chunk["source_publisher"].str.replace(remark, "", regex=True), "author_left_out"),
        contract_number=(chunk["contract_number"].str.replace(remark, "", regex=True), "remark_behind_number"),
        date_signed=(chunk["date_signed"].where(~spans, ""), "date_spans_years"),
        source_url=(
            addresses.cut(chunk["source_url"], chunk["id"], frozenset(STATED["reviewed"])),
            "address_not_reviewed",
        ),
    )
    facts = STATED.read(
        whole,
        "facts",
        buyer_status=chunk["buyer"].str.endswith(_DIFFER).map({True: "sources_differ", False: "as_named"}),
        object=chunk["product_or_service"].str.split(";").str[0].where(official, ""),
        object_status=status,
        qualified=chunk["tech_category"].str.contains(_QUALIFIED),
        signed_year=coding.year(whole["date_signed"]),
        period_start=chunk["period_start"].where(~spans, parts.str[0]),
        period_end=chunk["period_end"].where(~spans, parts.str[-1]),
        intermediary=sold.mask((sold != "") & (firm == chunk["upstream_vendor"]), "maker_itself"),
        reserved_years=chunk["procedure"].str.extract(_RESERVED)[0],
        caveat=_caveats(chunk),
        further_pages=chunk["corroboration"].map(lambda cell: len(cell.split(" | ")) if cell else 0),
    )
    stated = chunk[~chunk["tech_category"].isin(STATED["not_stated"])]
    parts = stated["tech_category"].str.replace(_QUALIFIED, "", regex=True).str.split(";")
    each = stated.assign(tech_category=parts).explode("tech_category")
    each = each.assign(tech_category=each["tech_category"].astype("str").replace(_RENAMED))
    known(each, "tech_category", STATED["technologies"])
    technologies = pd.DataFrame({"fact": each["id"].array, "technology": each["tech_category"].array})
    return Cleaned({"facts": facts, "technologies": technologies}, kept_but(chunk, *entries, *changes))


def _caveats(chunk: pd.DataFrame) -> pd.Series:
    """Return the code of each caveat: that of the row's own words, or ours where the table has none."""
    ours = chunk["id"].map(STATED["own_caveats"]).fillna("")
    both = chunk[(ours != "") & (chunk["caveat"] != "")]
    if len(both):
        row = both.iloc[0]
        what = f"{len(both)} rows have a caveat now where ours stood, for example {row['id']}"
        raise CleaningError(
            f"{row[FILE]} line {row[LINE]}, caveat", what, f"Read it and add its code to {STATED.resource}"
        )
    return translated(chunk, "caveat", STATED["caveats"], STATED.resource).where(ours == "", ours)


DATASET = declare("surveillance_contracts_mexico", clean, STATED.tables)
