"""Prices of another year: every link is named, a gap is never bridged, and the chain is the published index."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ogp_analysis.base import paths
from ogp_analysis.procurement import amounts


def embedded(source: str, version: str, table: str) -> pd.DataFrame:
    return pd.read_csv(paths.project().raw / source / version / f"{table}.csv", keep_default_na=False)


CHANGES = pd.DataFrame(
    {"economy": ["AAA"] * 5 + ["BBB"], "year": [2010, 2011, 2012, 2014, 2015, 2011],
     "price_change": [10.0, 20.0, -50.0, 25.0, 100.0, 5.0]}
)  # fmt: skip


def deflate(amount, year, base, economy="AAA"):
    return amounts.deflate(pd.Series([amount]), pd.Series([year], dtype="Int64"), economy, base, CHANGES).iloc[0]


@pytest.mark.parametrize(
    ("year", "base", "deflated", "links"),
    [
        (2010, 2012, 60.0, "2011 2012"),
        (2012, 2010, 100 / 0.6, "2011 2012"),
        (2009, 2010, 110.0, "2010"),
        (2014, 2015, 200.0, "2015"),
        (2015, 2013, 40.0, "2014 2015"),
    ],
)
def test_prices_of_another_year_and_the_links_between(year, base, deflated, links):
    made = deflate(100.0, year, base)
    assert made["deflated"] == pytest.approx(deflated)
    assert [made["links"], made["missing_links"], made["status"], made["reason"]] == [links, "", "deflated", ""]


@pytest.mark.parametrize(
    ("amount", "year", "base", "economy", "reason", "missing"),
    [
        (100.0, 2012, 2014, "AAA", "missing_links", "2013"),
        (100.0, 2014, 2012, "AAA", "missing_links", "2013"),
        (100.0, 2008, 2017, "AAA", "missing_links", "2009 2013 2016 2017"),
        (100.0, 2010, 2012, "BBB", "missing_links", "2012"),
        (100.0, 2010, 2011, "CCC", "missing_links", "2011"),
        (100.0, None, 2012, "AAA", "no_year", ""),
        (np.nan, None, 2012, "AAA", "no_amount", ""),
    ],
)
def test_a_gap_is_never_bridged(amount, year, base, economy, reason, missing):
    made = deflate(amount, year, base, economy)
    assert np.isnan(made["deflated"]) and np.isnan(made["price_index"])
    assert [made["status"], made["reason"], made["missing_links"]] == ["not_deflated", reason, missing]


def test_the_base_year_needs_no_link():
    made = deflate(100.5, 2013, 2013)
    assert [made["deflated"], made["price_index"], made["links"], made["status"]] == [100.5, 100.0, "", "same_year"]


def one_by_one(changes: dict[int, float], base: int, year: int) -> Fraction | None:
    """A second way: step from year to year in exact numbers."""
    index, at = Fraction(100), base
    while at != year:
        link = at + 1 if year > at else at
        if link not in changes:
            return None
        step = 1 + Fraction(changes[link]) / 100
        index, at = (index * step, at + 1) if year > at else (index / step, at - 1)
    return index


@given(
    changes=st.dictionaries(st.integers(2000, 2012), st.floats(-60, 400), max_size=13),
    base=st.integers(1999, 2013),
    years=st.lists(st.integers(1999, 2013), min_size=1, max_size=5),
)
def test_chaining_two_ways(changes, base, years):
    table = pd.DataFrame({"economy": "AAA", "year": list(changes), "price_change": list(changes.values())})
    table = table.astype({"economy": "str", "year": "int64", "price_change": "float64"})
    made = amounts.chained(table, "AAA", base, years).set_index("year")
    assert made.index.tolist() == sorted(set(years))
    for year in made.index:
        expected = one_by_one(changes, base, year)
        assert np.isnan(made.loc[year, "price_index"]) == (expected is None)
        assert (made.loc[year, "missing_links"] != "") == (expected is None)
        if expected is not None:
            assert made.loc[year, "price_index"] == pytest.approx(float(expected), rel=1e-12)


def test_the_chain_of_mexico_is_the_published_index():
    """The edition of 2016 gives the index itself: what is chained from the changes of 2025 must lead to it."""
    index = embedded("consumer_prices_world_bank", "2016-extract", "price_index").set_index(["economy", "year"])
    changes = embedded("consumer_prices_world_bank", "2025-extract", "price_change")
    made = amounts.chained(changes, "MEX", 2010, range(1995, 2015)).set_index("year")["price_index"]
    published = index.loc["MEX", "price_index"].loc[1995:]
    assert len(published) == 20
    np.testing.assert_allclose(made, published, rtol=2e-4)
    # A peso of 2014 at prices of 2024.
    real = amounts.deflate(pd.Series([100.0]), pd.Series([2014]), "MEX", 2024, changes).iloc[0]
    assert real["links"].split() == [str(year) for year in range(2015, 2025)]
    own = changes[(changes["economy"] == "MEX") & changes["year"].between(2015, 2024)]["price_change"]
    assert real["deflated"] == pytest.approx(100 * np.exp(np.log1p(own / 100).sum()), rel=1e-12)
