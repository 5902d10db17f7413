"""Names of vendors: codes, and what the published list holds."""

from __future__ import annotations

import pytest

from ogp_analysis.base.errors import CleaningError
from ogp_analysis.data.cleaning.dataset import cleaned
from ogp_analysis.data.datasets.surveillance import surveillance_vendors

(SOURCE,) = surveillance_vendors.DATASET.inputs
ROW = {
    "vendor": "Maker", "alias": "Reseller", "relation": "reseller_mx", "technology": "osint_bulk",
    "jurisdiction_iso3": "", "source_url": "https://www.example.org/news/of-somebody", "confidence": "high",
    "search_safe": "0", "note": "also sells toys",
}  # fmt: skip


def clean(made, **changed):
    return cleaned(surveillance_vendors.DATASET, [(SOURCE, made([ROW | changed]))])


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


@pytest.mark.parametrize("column", ["relation", "technology", "confidence", "search_safe"])
def test_an_unknown_category_raises(made, column):
    with pytest.raises(CleaningError, match=column):
        clean(made, **{column: "another"})


def test_the_published_list_is_kept_whole(published):
    names = published(surveillance_vendors.DATASET)[1].tables["names"]
    assert (len(names), names["vendor"].nunique(), int((names["everyday"] == "no").sum())) == (279, 123, 229)
