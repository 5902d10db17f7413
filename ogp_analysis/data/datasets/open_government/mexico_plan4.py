"""Facts of Mexico's fourth OGP action plan (2019 to 2022) and of its commitment 7: counts, dates and codes.

A table this project established itself, one row per fact with the page it was read on. There is no published file
behind it: it lies in ``data/raw/ogp_mexico_plan4/1-extract``, with a sidecar that names this dataset. So both editions
rest on the same file. The embedded edition finds the folder by its sidecar and holds the table against the schema; the
full edition reads it as the input of this cleaner, which checks besides what a schema cannot say. `embedding` has no
entry for it, as there is nothing to compile it from.

Words for the codes stand in the messages ``mexico_plan4``.
"""

from __future__ import annotations

import pandas as pd

from ogp_analysis.base.beside import toml
from ogp_analysis.base.schema import schemas
from ogp_analysis.data.cleaning.country_year import refuse
from ogp_analysis.data.cleaning.dataset import Input, declare
from ogp_analysis.data.cleaning.record import Cleaned, kept_but

CODING = toml(__file__, "mexico_plan4.toml")
#: What a fact is about, by what is stated of it: a count, a date or a code.
_KINDS = CODING["quantities"]

(FACTS,) = schemas(CODING["table"], quantities=[name for names in _KINDS.values() for name in names])
SUBJECTS, NOTES = FACTS["subject"].categories, FACTS["note"].categories


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Return the facts of a chunk, one row per fact, as they are.

    Raises
    ------
    CleaningError
        If a column is absent, or a row has another value than the one its quantity calls for.
    """
    for kind, quantities in _KINDS.items():
        odd = (chunk[kind] != "") != chunk["quantity"].isin(quantities)
        what = f"cells that lack a {kind}, or have one without need"
        action = "Correct the row, or the lists of quantities in data/datasets/open_government/mexico_plan4.toml"
        refuse(chunk, kind, odd, what, action, beside="quantity")
    return Cleaned({"facts": chunk[FACTS.names].copy()}, kept_but(chunk))


DATASET = declare("ogp_mexico_plan4", clean, (FACTS,))
