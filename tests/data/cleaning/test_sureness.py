"""What a published file says of how sure a fact is goes with the fact into the extract: caveat, grade, evidence."""

from __future__ import annotations

import csv
import re
import tomllib

import pandas as pd
import pytest

from ogp_analysis.base import paths
from ogp_analysis.base.errors import CleaningError
from ogp_analysis.data.cleaning import embedding
from ogp_analysis.data.cleaning.catalog import dataset
from ogp_analysis.data.cleaning.record import Cleaned, Record
from ogp_analysis.data.sources.sidecar import Input

ROOT = paths.project().root
RAW = paths.project().raw
#: Columns that say how sure a fact is; an index of trust in a government is none.
SURENESS = re.compile(r"caveat|(.*_)?note|.*confidence|.*confidence sources|evidence_strength|strength|evidence_type",
                      re.IGNORECASE)  # fmt: skip
#: Published file and column, extract and column; the keys of both, or - where none is in common.
KEPT = """
spyware_operator_countries/compiled/operator_countries.csv caveat = operators caveat;
  vendor, year, country, status = -
spyware_operator_countries/supplement-2026-11/operator_countries_supplement.csv caveat = later_reports caveat;
  product, year, country = product, year, place
mexico_interception_statistics/compiled/mexico_interception_statistics.csv caveat = counts caveat; id = statistic
mexico_surveillance_timeline/compiled/mexico_timeline.csv caveat = events caveat; id = event
mexico_surveillance_timeline/additions-2026-11/mexico_story.csv confidence = additions confidence; id = event
ogp_surveillance_commitments/2026-11/mexico_commitment7.csv confidence = commitment7 confidence; id = statement
mexico_surveillance_targets/parts-2026-11/reckless_parts.csv confidence = parts confidence; publication_date = date
surveillance_events/2026-11/events_by_country.csv confidence = events confidence; iso3, date = iso3, date
surveillance_controls/compiled/controls_international.csv caveat = facts caveat; id = fact
surveillance_suppliers_mexico/compiled/suppliers_watchlist_mexico.csv caveat = suppliers caveat; supplier = supplier
surveillance_suppliers_mexico/compiled/suppliers_watchlist_mexico.csv evidence_strength = suppliers evidence_strength;
  supplier = supplier
surveillance_contracts_mexico/compiled/mexico_contracts.csv caveat = facts caveat; id = fact
surveillance_contracts_mexico/compiled/mexico_contracts.csv confidence = facts confidence; id = fact
surveillance_contracts_mexico/compiled/mexico_contracts.csv evidence_type = facts evidence; id = fact
international_surveillance_contracts/compiled/international_contracts.csv caveat = facts caveat; id = fact
ogp_membership/compiled/membership_facts.csv joined_confidence = countries joined_confidence; iso3 = iso3
ogp_membership/standings-2026-11/standings.csv confidence = standings confidence; iso3 = iso3
surveillance_taxonomy/compiled/taxonomy_keywords.csv strength = terms strength; term, lang = -
surveillance_vendors/2026-11/vendor_aliases.csv confidence = names confidence; vendor, alias = vendor, name
ogp_surveillance_commitments/2026-11/commitments.csv confidence = commitments confidence; ogp_id = -
ogp_surveillance_commitments/more-2026-11/more_commitments.csv confidence = commitments confidence; ogp_id = -
"""
#: Keys whose caveat the package adds, with the reason beside the cleaner; and a text that says nothing of sureness.
_OF_MEXICO = {"F": (7, 8, 12, 14, 16, 22, 23, 24, 25), "S": (1, 2, 3, 4, 8, 9, 12, 13, 17, 20, 21)}
ADDED = {
    "mexico_interception_statistics": ["ST-20"],
    "mexico_surveillance_timeline": ["TL-15"],
    "surveillance_contracts_mexico": [f"MX-{kind}-{n:03}" for kind, of in _OF_MEXICO.items() for n in of],
    "international_surveillance_contracts": ["INT-003"],
}
SILENT = "CC BY 4.0"
#: Columns compared in another way below, or of no fact.
ELSEWHERE = {
    ("carnegie_spyware_inventory/10/spy3.csv", "Lower confidence sources"),
    ("carnegie_spyware_inventory/10/carnegie_spyware_inventory_repaired.csv", "lower_confidence"),
    ("ogp_membership/compiled/membership_facts.csv", "exit_confidence"),
    ("ogp_status_events/additions-2026-11/status_events_conflicts.csv", "note"),
    ("surveillance_taxonomy/compiled/taxonomy_codes.csv", "note"),
    ("surveillance_taxonomy/compiled/taxonomy_keywords.csv", "false_positive_note"),
    ("surveillance_vendors/2026-11/vendor_aliases.csv", "note"),
    ("mexico_legal_authority/compiled/mexico_legal_authority.csv", "caveat"),
    ("mexico_legal_authority/read-2026-11/mexico_powers_text.csv", "note"),
    ("mexico_legal_authority/read-2026-11/mexico_law_entry.csv", "note"),
    ("mexico_legal_authority/read-2026-11-older/mexico_powers_text.csv", "note"),
    ("mexico_legal_authority/read-2026-11-older/mexico_law_entry.csv", "note"),
    # Said in our own words, event by event: tests/data/datasets/surveillance/test_event_words.py.
    ("ogp_surveillance_commitments/2026-11/mexico_commitment7.csv", "note"),
    # Of two tables: compared in tests/data/datasets/surveillance/test_safeguards.py.
    ("surveillance_safeguards/2026-11/safeguards_by_country.csv", "confidence"),
    # What a note says of the reading is in basis, caveat, completion and title_in_plan.
    ("ogp_surveillance_commitments/2026-11/commitments.csv", "note"),
    ("ogp_surveillance_commitments/more-2026-11/more_commitments.csv", "note"),
    # No table is made of these.
    *(("ogp_surveillance_commitments/2026-11/mexico_plan4.csv", name) for name in ("confidence", "note")),
    ("mexico_legal_authority/read-2026-11/mexico_procurement_terms.csv", "note"),
    ("mexico_legal_authority/read-2026-11-older/mexico_procurement_terms.csv", "note"),
}


def words(file) -> pd.DataFrame:
    return pd.read_csv(file, dtype=str, keep_default_na=False)


CASES = re.findall(r"(\S+) (\S+) = (\S+) (\S+);\s+(.+) = (.+)", KEPT)


@pytest.mark.parametrize(("file", "raw_column", "table", "column", "raw_key", "key"), CASES)
def test_every_caveat_of_a_published_file_is_in_its_extract(mirror, file, raw_column, table, column, raw_key, key):
    source, version, _ = file.split("/")
    raw, own = words(mirror / file), words(RAW / source / f"{version}-extract" / f"{table}.csv")
    said = raw[raw_column].where(raw[raw_column] != SILENT, "") != ""
    if key == "-":  # as many of them, of as many rows
        assert len(raw) == len(own) and said.sum() == (own[column] != "").sum()
        return
    raw_keys, keys = (frame[names.split(", ")].agg(" ".join, axis=1) for frame, names in ((raw, raw_key), (own, key)))
    added = set(ADDED.get(source, ())) if column == "caveat" else set()
    assert set(raw_keys) == set(keys) and set(raw_keys[said]) | added == set(keys[own[column] != ""])


def test_no_published_file_with_an_extract_has_a_caveat_that_nobody_compares(mirror):
    looked_at = {(case[0], case[1]) for case in CASES} | ELSEWHERE
    found = set()
    for source, version in {(one.dataset, one.version) for one in embedding.EXTRACTS}:
        for file in (mirror / source / version).glob("*.csv"):
            with file.open(encoding="utf-8", errors="replace", newline="") as handle:
                header = next(csv.reader(handle))
            found |= {(f"{source}/{version}/{file.name}", name) for name in header if SURENESS.fullmatch(name)}
    found = {one for one in found if not one[0].startswith(("vdem/", "ert/"))}
    assert found - looked_at == set()


def test_what_an_unsigned_page_alone_says_is_of_low_confidence(mirror):
    for source, table in (("spyware_operator_countries", "operators"), ("mexico_interception_statistics", "counts"),
                          ("mexico_surveillance_timeline", "events")):  # fmt: skip
        own = words(RAW / source / "compiled-extract" / f"{table}.csv")
        links = next(name for name in own.columns if name.startswith("source_url"))
        unsigned = own[links].str.contains("netlify.app") | own["caveat"].str.contains("unsigned_page")
        assert unsigned.any() and set(own.loc[unsigned, "confidence"]) == {"low"}
        assert own.loc[unsigned, "caveat"].str.contains("unsigned_page").all()


def test_an_extract_that_would_lose_a_caveat_is_not_written(monkeypatch, tmp_path):
    declared = dataset("freedom_in_the_world")
    schema = declared.schemas[0]
    chunk = pd.DataFrame({"country": ["Mexico"], "caveat": ["inferred"], "evidence_type": ["a copy"]})
    item = Input(declared.name, "compiled-2025", "x.csv")
    frame = pd.DataFrame({c.name: pd.Series(dtype="str") for c in schema.columns})
    made = Cleaned({schema.name: frame}, Record({"f": 0}, {"f": 0}))
    monkeypatch.setattr(embedding, "raw_chunks", lambda *_: [(item, chunk)])
    monkeypatch.setattr(embedding, "cleaned", lambda _, chunks: (list(chunks), made)[1])

    def extract(**without):
        one = embedding.Extract(declared.name, schema.name, "compiled-2025", without=without)
        monkeypatch.setattr(embedding, "EXTRACTS", (one,))
        return embedding.compile_extracts(tmp_path, RAW)

    with pytest.raises(CleaningError, match="has 'caveat', and no column of"):
        extract()
    with pytest.raises(CleaningError, match="has 'evidence_type'"):
        extract(caveat="a reason")
    assert extract(caveat="a reason", evidence="another")


LAW = [("compiled", "mexico_legal_authority.csv", "id", "caveat", "provisions", "provision"),
       *((reading, file, "key", "note", table, key) for reading in ("read-2026-11", "read-2026-11-older")
         for file, table, key in (("mexico_powers_text.csv", "powers", "power"),
                                  ("mexico_law_entry.csv", "entries", "entry")))]  # fmt: skip


@pytest.mark.parametrize(("version", "file", "raw_key", "column", "table", "key"), LAW)
def test_every_remark_on_a_law_was_reviewed(mirror, version, file, raw_key, column, table, key):
    """A remark has a code, or a blank one where it points to another row or says what a field says."""
    codes = ROOT / "ogp_analysis/data/datasets/surveillance/mexico_legal_authority.toml"
    codes = tomllib.loads(codes.read_text(encoding="utf-8"))[f"caveats_of_{table}"]
    raw = words(mirror / "mexico_legal_authority" / version / file)
    own = words(RAW / "mexico_legal_authority" / f"{version}-extract" / f"{table}.csv").set_index(key)["caveat"]
    for name, said in zip(raw[raw_key], raw[column], strict=True):
        assert (name in codes) >= (said != "") and own[name] == (codes[name] if said else "")
