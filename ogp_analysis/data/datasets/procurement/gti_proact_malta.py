"""Awards of Malta 2006-2020 with the risk components that ProACT published for each of them.

References
----------
Government Transparency Institute and World Bank: ProACT, procurement integrity. The rules behind the
published components are in :mod:`ogp_analysis.procurement.risk_index`.
"""

from __future__ import annotations

import pandas as pd

from ogp_analysis.base.beside import toml
from ogp_analysis.base.schema import schemas
from ogp_analysis.data.cleaning.dataset import Dataset, Input, Layout
from ogp_analysis.data.cleaning.invariants import Invariants, Past, Sum
from ogp_analysis.data.cleaning.reading import read
from ogp_analysis.data.cleaning.record import Cleaned, kept_but

(SCHEMA,) = schemas(toml(__file__, "gti_proact_malta.toml"))


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Clean one chunk into the table ``awards``; every row is kept and no value is changed.

    Grain: one awarded lot or bid. Names of buyers and suppliers are not read: suppliers may be natural
    persons. The published components keep ProACT's scale, 100 no risk to 0 risk.

    Raises
    ------
    CleaningError
        If a column is absent, a category is unknown or a number cannot be read.
    """
    return Cleaned({"awards": read(chunk, SCHEMA)}, kept_but(chunk))


DATASET = Dataset(
    name="gti_proact_malta",
    title="Procurement of Malta with ProACT's corruption-risk components, 2006-2020",
    inputs=(Input("gti_proact", "malta", "MT_mod.csv"),),
    clean=clean,
    schemas=(SCHEMA,),
    invariants=Invariants(
        sums=tuple(
            Sum("awards", column.name, (column.raw.lower(),))
            for column in SCHEMA.columns
            if column.type in ("number", "integer")
        ),
        past=(Past("awards", ("call_date", "award_date", "award_notice_date")),),
    ),
    layouts=(
        Layout(
            "proact",
            required=tuple(column.raw for column in SCHEMA.columns),
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
