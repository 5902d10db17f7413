from __future__ import annotations

from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from ogp_analysis.base.errors import ModelError
from ogp_analysis.statistics.change import all_changes


def series(*rows) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["unit", "year", "value"])


def moves(**by_unit) -> pd.DataFrame:
    """Every unit at 0.500 in 2010, and at 0.500 plus its thousandths in 2020, as published."""
    rows = [(u, y, v) for u, m in by_unit.items() for y, v in ((2010, 0.5), (2020, round(0.5 + m / 1000, 3)))]
    return series(*rows)


def vdem(mirror, column: str) -> pd.DataFrame:
    file = mirror / "vdem" / "15-indices" / "vdem_v15_indices_intervals_1990_2024.csv"
    frame = pd.read_csv(
        file, keep_default_na=False, na_values={column: [""]}, usecols=["country_text_id", "year", column]
    )
    return frame[["country_text_id", "year", column]].set_axis(["unit", "year", "value"], axis=1)


def test_published_changes_of_the_liberal_democracy_index(mirror):
    """V-Dem, Democracy Report 2025 (data v15): Hungary's fall of 0.44 is the largest of 2004–2024; India .58 to .29."""
    found = all_changes(vdem(mirror, "v2x_libdem"), 2004, 2024)
    assert found["difference"].idxmin() == "HUN" and round(found.at["HUN", "difference"], 2) == -0.44
    assert found.loc["IND", ["first_value", "last_value"]].round(2).tolist() == [0.58, 0.29]


def test_changes_are_those_of_published_decimals():
    draw = np.random.default_rng(3)
    frame = moves(**{f"U{i:02}": int(m) for i, m in enumerate(draw.integers(-30, 31, 60))})
    wide = frame.pivot(index="unit", columns="year", values="value")
    exact = {u: float(Decimal(str(r[2020])) - Decimal(str(r[2010]))) for u, r in wide.iterrows()}
    assert all_changes(frame, 2010, 2020)["difference"].to_dict() == exact


def test_who_lacks_a_year_has_no_change_and_what_is_no_series_is_refused():
    frame = pd.concat([moves(B=-98, A=3), series(("C", 2010, 1.0), ("D", 2010, 0.505), ("D", 2020, 0.407))])
    found = all_changes(frame, 2010, 2020)["difference"]
    assert found.to_dict() == {"A": 0.003, "B": -0.098, "D": -0.098} and list(found.index) == ["A", "B", "D"]
    with pytest.raises(ModelError, match="from 2020 to 2010"):
        all_changes(frame, 2020, 2010)
    with pytest.raises(ModelError, match="two rows of a year"):
        all_changes(pd.concat([frame, frame]), 2010, 2020)
