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
    ("mexico_interception_statistics", "caveats", "commitment.caveat"),
    ("mexico_surveillance_timeline", "caveats", "commitment.caveat"),
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


def test_every_reported_count_is_printed_with_its_caveat(mirror):
    raw = words(next((mirror / "mexico_interception_statistics").glob("*/*.csv")))
    rows = printed(ogp.surveillance.commitment().counts())
    unsigned = raw["source_url"].str.contains("netlify.app")
    assert len(rows) == len(raw)
    assert [row["caveat"] != "not_written" for row in rows] == ((raw["caveat"] != "") | unsigned).tolist()
    assert [row["confidence"] == "low" for row in rows] == (unsigned | (raw["period"] == "")).tolist()


def test_the_events_of_a_timeline_are_tabled_with_their_caveats(mirror):
    raw = words(mirror / "mexico_surveillance_timeline" / "compiled" / "mexico_timeline.csv").set_index("id")["caveat"]
    record = ogp.surveillance.commitment()
    for key, row in zip(record.frame["event"], printed(record.events()), strict=True):
        if key in raw.index:  # others are events of OGP, which have their own record
            # The whole address of TL-13 is on record by now, so that its caveat is settled; that of TL-22 is ours.
            said = (raw[key] != "" and key != "TL-13") or key == "TL-22"
            assert (row["caveat"] != "not_written") == said


def test_every_fact_of_the_plan_is_printed_with_what_it_rests_on():
    rows = printed(ogp.open_government.mexico_plan4().table())
    own = [row for row in rows if "milenio" in str(row.values())]
    assert len(own) == 6 and all("article" in row["note"] for row in own)
