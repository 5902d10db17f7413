"""The table ``links`` of a cleaned folder: which contract is of which procedure, by the official number."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow as pa

from ogp_analysis.procurement.linking import OF_A_CONTRACT, OF_A_PROCEDURE, OF_PROCEDURES, Links, linked, links
from ogp_analysis.procurement.own_files import cleaning_facts
from ogp_analysis.procurement.own_files.contract_rows import batches
from ogp_analysis.procurement.own_files.growing import Growing
from ogp_analysis.procurement.own_files.parts import FORMS

NAME = "links"


def write(out: Path) -> Links | None:
    """Write the table if a folder holds both contracts and files of procedures.

    Raises
    ------
    SourceError
        If a table of the folder is a link, or not what a cleaning writes.
    """
    for form in FORMS:
        (out / form / NAME / f"{NAME}.{form}").unlink(missing_ok=True)
    # The facts kept of each table are enough; reading the tables would take memory that grows with them.
    if not any(OF_PROCEDURES in facts.get("generations", ()) for facts in cleaning_facts.every(out)):
        return None
    procedures = _table(out, "procedures", OF_A_PROCEDURE)
    contracts = _table(out, "contracts", OF_A_CONTRACT)
    if contracts.empty:
        return None
    with Growing(out, NAME) as growing:
        growing.append({NAME: pa.Table.from_pandas(linked(contracts, procedures), preserve_index=False)})
    return links(contracts, procedures)


def _table(out: Path, name: str, columns: tuple[str, ...]) -> pd.DataFrame:
    nothing = pd.DataFrame({column: pd.Series(dtype="str") for column in columns})
    pieces = [piece.select(columns).to_pandas() for piece in batches(out, name)]
    return pd.concat([nothing, *pieces], ignore_index=True)
