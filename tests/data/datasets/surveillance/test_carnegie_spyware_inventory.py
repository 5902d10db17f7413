"""The inventory of commercial spyware: its shifted rows mended by rule, and its counts kind by kind."""

from __future__ import annotations

import pandas as pd
import pytest

from ogp_analysis.base import paths
from ogp_analysis.base.errors import CleaningError
from ogp_analysis.data.cleaning.dataset import cleaned
from ogp_analysis.data.datasets.surveillance import carnegie_spyware_inventory as inventory
from ogp_analysis.data.sources import raw
from tests.data.datasets.plain_rows import plain

(SOURCE,) = inventory.DATASET.inputs
URLS = [f"Source {i}" for i in range(1, 8)] + ["Unnamed: 19", "Unnamed: 20"]


def row(**values) -> dict:
    return plain("carnegie_spyware_inventory") | values


def clean(made, *rows):
    return cleaned(inventory.DATASET, [(SOURCE, made(list(rows)))])


def test_a_row_shifted_by_a_semicolon_is_mended_and_recorded(made):
    cells = {"Lower confidence sources": " more words", "Source 1": "x", "Source 2": "https://a.org/1",
             "Source 3": "https://b.org/2"}  # fmt: skip
    result = clean(made, row(**cells))
    one = result.tables["cases"].iloc[0]
    assert (one["lower_confidence"], one["n_sources"], one["source_hosts"]) == (True, 2, "a.org | b.org")
    entries = result.record.entries
    assert set(entries["rule"]) == {"cells_shifted_by_semicolon"}
    assert entries["column"].tolist() == ["Description", "Lower confidence sources", "Source 1", "Source 2", "Source 3"]
    assert entries["new"].tolist() == ["Words; more words", "x", "https://a.org/1", "https://b.org/2", ""]


def test_a_missing_period_stays_missing_and_an_undisclosed_vendor_is_none(made):
    result = clean(made, row(**{"Period of use": "", "Commercial Entity": "Undisclosed",
                                "Country of origin": "Undisclosed"}), row())  # fmt: skip
    first = result.tables["cases"].iloc[[0]]
    assert first[["use_text", "use_first_year", "use_last_year", "use_status", "vendor"]].isna().all(axis=None)
    assert result.tables["vendor_countries"].values.tolist() == [["cc-0003", "DEU"]]


def test_several_countries_of_origin_are_several_rows(made):
    table = clean(made, row(**{"Country of origin": "Israel, Hungary"})).tables["vendor_countries"]
    assert table["vendor_iso3"].tolist() == ["HUN", "ISR"]


def test_a_shifted_row_that_fills_the_last_column_raises(made):
    with pytest.raises(
        CleaningError, match=r"1 rows that are moved by one column fill the last one too, for example line 2"
    ):
        inventory.clean(made([row(**{"Lower confidence sources": " words", "Unnamed: 20": "https://a.org"})]), SOURCE)


def test_no_prose_and_no_address_is_promised():
    assert not {"description", "sources", "source_urls"} & {name for s in inventory.DATASET.schemas for name in s.names}


# --- The published file --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def cases(published):
    return published(inventory.DATASET)[1].tables["cases"]


def read(mirror, name: str) -> pd.DataFrame:
    return pd.concat(raw.chunks(mirror, "carnegie_spyware_inventory", "10", name, sidecars=paths.project().raw))


def test_published_rows_mended_by_rule_are_those_mended_by_hand(mirror):
    """The repaired file joins a description with a comma where the rule puts back the semicolon that cut it."""
    mended, by_hand = inventory.unshifted(read(mirror, "spy3.csv")), read(mirror, "carnegie_spyware_inventory_*.csv")
    raw_rows = read(mirror, "spy3.csv")
    shifted = (raw_rows["Description"] != mended["Description"]).to_numpy()
    assert shifted.sum() == 10
    assert (mended["Lower confidence sources"].to_numpy() == by_hand["lower_confidence"].to_numpy()).all()
    sources = [" | ".join(url for url in row if url.strip()) for row in mended[URLS].to_numpy()]
    assert sources == by_hand["sources"].tolist()
    descriptions = mended["Description"].mask(shifted, mended["Description"].str.replace("; ", ", "))
    assert (descriptions.str.strip().to_numpy() == by_hand["description"].str.strip().to_numpy()).all()
