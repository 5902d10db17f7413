"""The flags of processes through the project's own reader of OCDS, equal to Cardinal's as well.

Tenderers are left out here: the reader masks natural persons, so that one is another in each process.
"""

from __future__ import annotations

import gzip
import json
import math

import pandas as pd
import pytest

from ogp_analysis.data.cleaning.dataset import cleaned
from ogp_analysis.data.cleaning.record import FILE, LINE
from ogp_analysis.data.datasets.procurement.ocds.dataset import DATASET, ELEMENT
from ogp_analysis.procurement.flags.prepare import prepare
from ogp_analysis.procurement.flags.registry import FLAGS, compute_all
from ogp_analysis.procurement.flags.settings import from_ini

SETS = [f"real/{name}" for name in ("armenia", "colombia", "mx_cdmx", "mx_gacm", "mx_inai", "uk_cf", "ukraine")]
SETS.append("generated/generated")
#: Cardinal knows no identifier of these bidders and suppliers; the reader takes the one they have elsewhere.
KNOWN_BY_IDENTIFIER = {
    ("ocds-be6bcu-UA-2016-06-08-000504-c", "R030"),
    ("ocds-be6bcu-UA-2017-04-12-001619-b", "R030"),
}


@pytest.mark.parametrize("name", SETS)
def test_flagged_processes_are_cardinals(replication, name):
    stem = replication / name
    chosen, codes = from_ini(stem.with_suffix(".ini").read_text(encoding="utf-8"))
    prepared = prepare(read(gzip.decompress(stem.with_suffix(".jsonl.gz").read_bytes()).decode()), chosen)
    of_processes = [flag.name for flag in FLAGS if flag.unit == "process" and flag.code in codes]
    results = compute_all(prepared.tables, chosen, of_processes)
    flagged = {
        (row.unit_id, code): row.value for code, result in results.items() for row in result.flagged.itertuples()
    }
    published = json.loads(stem.with_suffix(".results.json").read_text(encoding="utf-8"))["OCID"]
    wanted = {(ocid, code): value for ocid, flags in published.items() for code, value in flags.items()}
    assert set(flagged) - KNOWN_BY_IDENTIFIER == set(wanted)
    for key in wanted:
        if key[1] in ("R024", "R035", "R058"):
            value = math.inf if wanted[key] is None else wanted[key]
            assert flagged[key] == pytest.approx(value, rel=1e-9, abs=1e-9), key


def read(text: str) -> dict[str, pd.DataFrame]:
    lines = text.splitlines()
    chunk = pd.DataFrame({ELEMENT: lines, FILE: "lines.jsonl", LINE: range(1, len(lines) + 1)})
    return cleaned(DATASET, [(DATASET.inputs[0], chunk)]).tables
