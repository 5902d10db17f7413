from __future__ import annotations

import pandas as pd
import pytest

from ogp_analysis.base.errors import ModelError
from ogp_analysis.statistics.change import dispersion

#: Miles per gallon of the 32 cars of Henderson and Velleman (1981), data set mtcars of R, whose
#: summary() prints the quartiles 15.43, 19.20 and 22.80 (R's default is type 7 of Hyndman and Fan).
MILES_PER_GALLON = [21.0, 21.0, 22.8, 21.4, 18.7, 18.1, 14.3, 24.4, 22.8, 19.2, 17.8, 16.4, 17.3, 15.2, 10.4, 10.4]
MILES_PER_GALLON += [14.7, 32.4, 30.4, 33.9, 21.5, 15.5, 15.2, 13.3, 19.2, 27.3, 26.0, 30.4, 15.8, 19.7, 15.0, 21.4]


def one_year(values, group="g", year=2020) -> pd.DataFrame:
    names = [f"{group}{i:03}" for i in range(len(values))]
    return pd.DataFrame({"unit": names, "year": year, "value": values, "group": group})


def test_published_quartiles():
    (spread,) = dispersion(one_year(MILES_PER_GALLON)).itertuples()
    assert spread.lower_quartile == pytest.approx(15.425) and round(spread.median, 2) == 19.2
    assert spread.upper_quartile == pytest.approx(22.8) and spread.n == 32


def panel() -> pd.DataFrame:
    rows = [
        ("A", 2010, 1.0, "in"), ("B", 2010, 3.0, "in"), ("C", 2010, 5.0, "out"), ("D", 2010, 7.0, "out"),
        ("A", 2011, 2.0, "in"), ("B", 2011, None, "in"), ("C", 2011, 5.0, "out"), ("D", 2011, 9.0, "out"),
        ("A", 2012, 2.0, "in"), ("E", 2012, 4.0, "in"), ("C", 2012, 6.0, "out"), ("D", 2012, 9.0, "out"),
        ("F", 2012, 4.0, None),
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["unit", "year", "value", "group"])


def test_who_came_and_went_is_counted():
    table = dispersion(panel()).set_index(["group", "year"])
    assert len(table) == 6 and not table.loc["out", ["entered", "left"]].any(axis=None)
    assert table.loc["in", "n"].tolist() == [2, 1, 2]
    assert table.loc["in", "missing"].tolist() == [0, 1, 0]
    assert table.loc["in", "entered"].tolist() == [0, 0, 1] and table.loc["in", "left"].tolist() == [0, 1, 0]
    assert table.loc["out", "median"].tolist() == [6.0, 7.0, 7.5]


def test_faults_are_named():
    with pytest.raises(ModelError, match="1 columns are absent, 'region'"):
        dispersion(panel(), by="region")
    with pytest.raises(ModelError, match="repeat a group-unit-year"):
        dispersion(pd.concat([panel(), panel()]))
