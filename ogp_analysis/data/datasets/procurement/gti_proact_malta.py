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
from ogp_analysis.data.cleaning.dataset import Input, declare
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


DATASET = declare("gti_proact_malta", clean, (SCHEMA,), measured=[one.raw for one in SCHEMA.columns])
