"""Names of vendors: codes, and what the published list holds."""

from __future__ import annotations

from ogp_analysis.base import beside
from ogp_analysis.data.cleaning.catalog import dataset
from ogp_analysis.data.cleaning.dataset import cleaned

VENDORS = dataset("surveillance_vendors")
(SOURCE,) = VENDORS.inputs
ROW = beside.toml(__file__, "test_vendors.toml")["ROW"]


def clean(made, **changed):
    return cleaned(VENDORS, [(SOURCE, made([ROW | changed]))])


def test_a_name_keeps_its_codes_and_the_host_of_its_page(made):
    (row,) = clean(made).tables["names"].to_dict("records")
    assert (row["vendor"], row["name"], row["technology"], row["everyday"]) == (
        "Maker",
        "Reseller",
        "mass_analytics",
        "yes",
    )
    assert row["source_host"] == "example.org" and row["jurisdiction"] != row["jurisdiction"]
    assert "note" not in row and "toys" not in str(row)


def test_the_published_list_is_kept_whole(published):
    names = published(VENDORS)[1].tables["names"]
    assert (len(names), names["vendor"].nunique(), int((names["everyday"] == "no").sum())) == (279, 123, 229)
