"""Consumer prices: the index and the changes go under one name, and must not be taken for one another."""

from __future__ import annotations

import numpy as np
import pytest

from ogp_analysis.base.errors import CleaningError
from ogp_analysis.data.cleaning.catalog import dataset
from ogp_analysis.data.datasets.procurement import consumer_prices_world_bank as prices

INDEX, CHANGE = prices.DATASET.inputs


def row(code: str, year: str, value: str) -> dict[str, str]:
    return {"Country": "A name", "Country Code": code, "Year": year, "CPI": value}


def test_each_file_is_read_as_what_it_holds(rows):
    index = prices.clean(rows(row("MEX", "2010", "100"), row("MEX", "2014", "116.2")), INDEX)
    assert index.tables["price_index"][["iso3", "year", "price_index"]].values.tolist() == [
        ["MEX", 2010, 100.0], ["MEX", 2014, 116.2],
    ]  # fmt: skip
    change = prices.clean(rows(row("MEX", "2010", "4.2"), row("LIC", "2010", "-1.5")), CHANGE)
    table = change.tables["price_change"]
    assert table["economy_kind"].tolist() == ["economy", "group"]
    assert table["iso3"].tolist() == ["MEX", ""]


def test_the_mislabelled_file_cannot_be_read_as_the_other_one(rows):
    with pytest.raises(CleaningError, match="does not hold an index"):
        prices.clean(rows(row("MEX", "2010", "4.2"), row("KEN", "2010", "4.0")), INDEX)
    with pytest.raises(CleaningError, match="does not hold yearly changes"):
        prices.clean(rows(row("MEX", "2010", "100"), row("KEN", "2010", "100")), CHANGE)
    with pytest.raises(CleaningError, match="does not hold an index"):
        prices.clean(rows(row("MEX", "2011", "100")), INDEX)


@pytest.mark.parametrize(
    ("bad", "source", "message"),
    [
        (row("QQQ", "2010", "100"), INDEX, "1 values that no rule covers, for example 'QQQ'"),
        (row("MEX", "2010", ""), INDEX, "values that are missing"),
        (row("MEX", "12", "100"), INDEX, "values that are not years"),
        (row("MEX", "2011", "0"), INDEX, "not positive"),
        (row("MEX", "2011", "-100"), CHANGE, "-100 percent or less"),
    ],
)
def test_what_cannot_be_is_refused(rows, bad, source, message):
    good = row("KEN", "2010", "100" if source is INDEX else "4")
    with pytest.raises(CleaningError, match=message):
        prices.clean(rows(good, bad), source)


def test_the_published_files(published):
    tables = published(dataset("consumer_prices_world_bank"))[1].tables
    index = tables["price_index"].set_index(["economy", "year"])["price_index"]
    change = tables["price_change"].set_index(["economy", "year"])["price_change"]
    assert (len(index), len(change)) == (6936, 11182)
    assert index["MEX", 2014] == pytest.approx(116.248, abs=5e-4)
    assert change["MEX", 2017].round(2) == 6.04 and change["MEX", 2023].round(2) == 5.53
    off = index.xs(2010, level="year").sub(100).abs()
    assert off[off > 1e-6].round(3).to_dict() == {"IDN": 0.002, "SSD": 1.17}
    # Both give the changes of Mexico; before 1990 the index has too few digits to show it.
    own = index.xs("MEX").pct_change().mul(100).loc[1990:]
    assert len(own) == 25
    np.testing.assert_allclose(own, change.xs("MEX").reindex(own.index), atol=1e-2)
