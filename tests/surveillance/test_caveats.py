"""Every caveat and grade of a published file stands beside its fact in the table that a page prints, and in its CSV."""

from __future__ import annotations

import csv
import io
import tomllib
from pathlib import Path

import pandas as pd
import pytest

import ogp_analysis as ogp
from ogp_analysis.base.countries import country
from ogp_analysis.base.words import word
from ogp_analysis.surveillance.inventories import documented

DATASETS = Path(ogp.__file__).parent / "data" / "datasets" / "surveillance"
#: Cleaner, list of its codes of caveats, and the area of their words.
CODES = [
    ("spyware_operator_countries", "caveats", "others.caveat"),
    ("spyware_operator_countries", "later_caveats", "others.caveat"),
    ("surveillance_controls", "caveats", "others.caveat"),
]


def words(file) -> pd.DataFrame:
    return pd.read_csv(file, dtype=str, keep_default_na=False)


def printed(table) -> list[dict]:
    return list(csv.DictReader(io.StringIO(table.to_csv())))


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize(("dataset", "names", "area"), CODES, ids=lambda one: one)
def test_every_caveat_has_words_of_ours_in_both_languages(dataset, names, area, language):
    codes = tomllib.loads((DATASETS / f"{dataset}.toml").read_text(encoding="utf-8"))[names]
    for code in codes.values() if isinstance(codes, dict) else [one["code"] for one in codes]:
        if code:
            assert word(f"{area}.{code}", language)


def test_every_entry_of_a_list_is_printed_with_its_caveat(mirror):
    raw = words(mirror / "spyware_operator_countries" / "compiled" / "operator_countries.csv")
    raw = raw.assign(iso3=[country(name).iso3 for name in raw["country"]])
    for code, own in raw.groupby("iso3"):
        rows = [row for row in printed(documented(code).table()) if row["list_of"] != "not_applicable"]
        assert len(rows) == len(own)
        assert sum(row["caveat"] != "not_written" for row in rows) == (own["caveat"] != "").sum(), code
        unsigned = own["source_url"].str.contains("netlify.app").sum()
        assert sum("(low confidence)" in row["status"] for row in rows) == unsigned, code
