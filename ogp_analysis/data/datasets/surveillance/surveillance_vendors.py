"""Names of vendors of surveillance technology, of their products, firms they own and resellers.

To be on this list is not an accusation, and a contract with a listed firm is not thereby one for surveillance: some
sell other goods too. Where a name was read stands as the host of its page.
"""

from __future__ import annotations

import pandas as pd

from ogp_analysis.base.links import host
from ogp_analysis.data.cleaning.dataset import Input, declare
from ogp_analysis.data.cleaning.reading import Declared
from ogp_analysis.data.cleaning.record import Cleaned, kept_but

STATED = Declared(__file__)


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Return the table ``names``: one name of one vendor. Every row is kept.

    Raises
    ------
    CleaningError
        If a column is absent, or a relation, a technology or a grade is unknown.
    """
    names = STATED.read(chunk, "names", source_host=chunk["source_url"].map(host))
    return Cleaned({"names": names}, kept_but(chunk))


DATASET = declare("surveillance_vendors", clean, STATED.tables)
