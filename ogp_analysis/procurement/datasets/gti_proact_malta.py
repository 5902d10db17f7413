"""Awards of Malta 2006-2020 with the risk components that ProACT published for each of them.

References
----------
Government Transparency Institute and World Bank: ProACT, procurement integrity. The rules behind the
published components are in :mod:`ogp_analysis.procurement.risk_index`.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from ogp_analysis.base.schema import declared
from ogp_analysis.tidy.country_year import known, number, require
from ogp_analysis.tidy.dataset import Dataset, Input, Layout
from ogp_analysis.tidy.invariants import Invariants, Past, Sum
from ogp_analysis.tidy.record import Cleaned, kept_but

PROCEDURES = (
    "COMPETITIVE_DIALOG",
    "NEGOTIATED_WITHOUT_PUBLICATION",
    "NEGOTIATED_WITH_PUBLICATION",
    "OPEN",
    "RESTRICTED",
)
SUPPLIES = ("SERVICES", "SUPPLIES", "WORKS")
#: Published component by our name, and the raw column that holds it.
PUBLISHED = {
    "single_bid": "ind_singleb_val",
    "procedure_type": "ind_corr_proc_val",
    "advertisement_period": "ind_corr_submp_val",
    "decision_period": "ind_corr_decp_val",
    "call_for_tender": "ind_nocft_val",
    "tax_haven": "ind_taxhav2_val",
    "supplier_share": "ind_csh_val",
    "benford": "ind_corr_ben_val",
}
_TEXTS = {"buyer_id": "buyer_id", "supplier_id": "bidder_id", "supplier_country": "bidder_country"}
_DATES = {
    "call_date": "tender_publications_firstcallfor",
    "deadline": "tender_biddeadline",
    "award_date": "tender_awarddecisiondate",
    "award_notice_date": "tender_publications_firstdcontra",
}
_KEY = ("tender_id", "lot_number", "bid_number")
_READ = (*_KEY, *_TEXTS.values(), *_DATES.values(), "tender_proceduretype", "tender_supplytype", "bid_price",
         "bid_pricecurrency", "bids_count", *PUBLISHED.values())  # fmt: skip


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Clean one chunk into the table ``awards``; every row is kept and no value is changed.

    Grain: one awarded lot or bid. Names of buyers and suppliers are not read: suppliers may be natural
    persons. The published components keep ProACT's scale, 100 no risk to 0 risk.

    Raises
    ------
    CleaningError
        If a column is absent, a category is unknown or a number cannot be read.
    """
    require(chunk, _READ)
    table = pd.DataFrame({
        "tender_id": chunk["tender_id"],
        "lot_number": number(chunk, "lot_number"),
        "bid_number": number(chunk, "bid_number"),
        **{name: chunk[column] for name, column in _TEXTS.items()},
        "method": known(chunk, "tender_proceduretype", ("", *PROCEDURES)),
        "category": known(chunk, "tender_supplytype", SUPPLIES),
        **{name: chunk[column] for name, column in _DATES.items()},
        "amount": number(chunk, "bid_price"),
        "currency": known(chunk, "bid_pricecurrency", ("", "EUR")),
        "n_bids": number(chunk, "bids_count"),
        **{f"published_{name}": number(chunk, column) for name, column in PUBLISHED.items()},
    })  # fmt: skip
    return Cleaned({"awards": table}, kept_but(chunk))


RESOURCES = ("gti_proact_malta.toml",)
(SCHEMA,) = declared(Path(__file__).with_name(RESOURCES[0]), procedures=PROCEDURES, supplies=SUPPLIES)

DATASET = Dataset(
    name="gti_proact_malta",
    title="Procurement of Malta with ProACT's corruption-risk components, 2006-2020",
    inputs=(Input("gti_proact", "malta", "MT_mod.csv"),),
    clean=clean,
    schemas=(SCHEMA,),
    invariants=Invariants(
        sums=(
            *(Sum("awards", name) for name in ("lot_number", "bid_number")),
            Sum("awards", "amount", ("bid_price",)),
            Sum("awards", "n_bids", ("bids_count",)),
            *(Sum("awards", f"published_{name}", (raw.lower(),)) for name, raw in PUBLISHED.items()),
        ),
        past=(Past("awards", ("call_date", "award_date", "award_notice_date")),),
    ),
    layouts=(
        Layout(
            "proact",
            required=_READ,
            unread=r"bid_iswinning|bid_priceUsd|tender_(country|contractsignaturedate|estimatedprice(Usd)?)|"
            r"tender_(publications_(notice_type|award_type|lastcontract)|addressofimplementation_[cn])|notice_url|source|title|"
            r"buyer_(masterid|city|postcode|country|geocodes|name|buyertype|mainactivities)|bidder_(masterid|geocodes|name)|"
            r"bidder_(previousSanction|hasSanction)|sanct_(startdate|enddate|name)|lot_(local)?[pP]roductCode(_type)?|"
            r"ten_est_pricecurrency|ind_\w+_type|ind_tr_\w+_val",
            version=r"(20\d\d)",
            last="tender_awarddecisiondate",
        ),
    ),
)
