"""Red flags on some contracting processes of cleaned files: those that need nothing but the process itself."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ogp_analysis.base.schema import DTYPES
from ogp_analysis.data.datasets.procurement.compranet.dataset import CONTRACTS
from ogp_analysis.data.datasets.procurement.ocds.schemas import TABLES
from ogp_analysis.procurement.awarded import compranet
from ogp_analysis.procurement.awarded.published import calls, firms_only
from ogp_analysis.procurement.flags.registry import FLAGS, compute_all
from ogp_analysis.procurement.flags.result import AWARDED, TERMS
from ogp_analysis.procurement.flags.settings import settings
from ogp_analysis.procurement.own_files.contract_rows import batches
from ogp_analysis.procurement.suppliers import resolve

#: Flags on a process or award that hold its value against those of others, which a researcher's files need not hold.
_AMONG_OTHERS = ("R016", "R024", "R058")
#: Flags that the process alone answers; those on a buyer, firm or market hold it against others, too.
CODES = tuple(f.name for f in FLAGS if f.unit in ("process", "award") and f.name not in (*_AMONG_OTHERS, "R046"))


def raised_flags(folder: Path, processes: Collection[str]) -> pd.DataFrame:
    """Return the flags that some processes, or awards of theirs, raise.

    Parameters
    ----------
    folder : pathlib.Path
        The ``--out`` of ``ogp-analysis clean``. Tables read by a map have none of the columns that flags need.
    processes : collection of str
        As column ``process`` of :func:`~ogp_analysis.procurement.own_files.contract_rows.contract_rows` has them.

    Returns
    -------
    pandas.DataFrame
        One row per flag and unit: ``flag``; ``process``; and ``key`` of the contract, empty if it is about the process.

    Raises
    ------
    CleaningError
        If the awards of a process do not add up.
    """
    folder, wanted = Path(folder), pa.array(sorted(processes), pa.string())
    nothing = pd.DataFrame(columns=["flag", "process", "key"], dtype="str")
    if (folder / "parquet" / "processes").is_dir():
        tables, country = {}, ""
        for schema in TABLES:
            found = [p.filter(pc.is_in(p["ocid"].cast(pa.string()), wanted)) for p in batches(folder, schema.name)]
            found = [piece.to_pandas() for piece in found if piece.num_rows]
            rows = pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=schema.names)
            tables[schema.name] = pd.DataFrame({c.name: rows[c.name].astype(DTYPES[c.type]) for c in schema.columns})
    else:
        tables, country = _of_compranet(folder, wanted), "MEX"
    if not tables:
        return nothing
    found = [nothing]
    # Days are short by the law of the call, and by nothing where no law's terms are known.
    codes = [code for code in CODES if code != "R003" or TERMS in tables]
    for result in compute_all(tables, settings(country, {"general": {"sample": True}}), codes).values():
        units = result.flagged["unit_id"].astype("str")
        is_award = result.unit == "award"
        own = pd.DataFrame({"process": units, "key": units if is_award else ""}, dtype="str").assign(flag=result.flag)
        if is_award and country:
            key = tables[AWARDED].set_index("award_key")["process_id"]
            own["process"] = own["key"].map(key).astype("str")
        elif is_award:
            own["process"], own["key"] = own["key"].str.replace(r"#[^#]*$", "", regex=True), ""
        found.append(own)
    return pd.concat(found, ignore_index=True)[["flag", "process", "key"]].drop_duplicates(ignore_index=True)


def _of_compranet(folder: Path, wanted: pa.Array) -> dict[str, pd.DataFrame]:
    found = []
    for piece in batches(folder, "contracts"):
        if "procedure_key" not in piece.column_names:
            continue
        process = pc.coalesce(piece["procedure_key"], piece["contract_key"]).cast(pa.string())
        own = piece.filter(pc.is_in(process, wanted))
        if own.num_rows:
            found.append(own.to_pandas())
    if not found:
        return {}
    rows = pd.concat(found, ignore_index=True)
    rows = pd.DataFrame({c.name: rows[c.name].astype(DTYPES[c.type]) for c in CONTRACTS.columns})
    awards = compranet.awarded(rows, firms_only(resolve(rows))).frame
    return {**calls(awards, rows.loc[awards.index]), AWARDED: awards}
