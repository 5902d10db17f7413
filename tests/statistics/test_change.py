from __future__ import annotations

from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from ogp_analysis.base.errors import ModelError
from ogp_analysis.statistics.change import all_changes, change


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
    hungary, india = (change(vdem(mirror, "v2x_libdem"), unit, 2004, 2024) for unit in ("HUN", "IND"))
    assert round(hungary.difference, 2) == -0.44 and hungary.rank_fall == 1
    assert (round(india.first_value, 2), round(india.last_value, 2)) == (0.58, 0.29)


def test_brute_force_over_published_decimals():
    draw = np.random.default_rng(3)
    frame = moves(**{f"U{i:02}": int(m) for i, m in enumerate(draw.integers(-30, 31, 60))})
    wide = frame.pivot(index="unit", columns="year", values="value")
    exact = {u: Decimal(str(r[2020])) - Decimal(str(r[2010])) for u, r in wide.iterrows()}
    for unit, own in exact.items():
        found = change(frame, unit, 2010, 2020)
        others = [d for u, d in exact.items() if u != unit]
        assert found.difference == float(own)
        assert found.rank_fall == sorted(exact.values()).index(own) + 1
        assert found.rank_rise == sorted(exact.values(), reverse=True).index(own) + 1
        assert found.tied == others.count(own)
        assert found.as_much.count == sum(abs(d) >= abs(own) for d in others)
        same = found.as_much_same_direction
        expected = sum((d >= own) if own > 0 else (d <= own) for d in others) if own else None
        assert (same and same.count) == expected


def test_unchanged_means_equal_as_published():
    found = change(moves(A=0, B=1, C=-1), "A", 2010, 2020)
    assert (found.direction, found.difference) == ("unchanged", 0.0)
    assert found.as_much.count == 2 and found.as_much_same_direction is None
    assert change(moves(A=1, B=0), "A", 2010, 2020).direction == "rose"


@pytest.mark.parametrize(
    ("rows", "note", "values"),
    [
        ([("A", 2010, 0.5), ("A", 2019, 0.4)], "not_observed_last", (0.5, None)),
        ([("A", 2010, None), ("A", 2020, 0.4)], "not_observed_first", (None, 0.4)),
        ([("A", 2015, 0.4)], "not_observed", (None, None)),
        ([], "not_observed", (None, None)),
    ],
)
def test_what_is_not_observed_is_said_and_never_imputed(rows, note, values):
    frame = pd.concat([moves(B=10, C=20), series(*rows)], ignore_index=True)
    frame = frame.astype({"year": "int64", "value": "float64"})
    found = change(frame, "A", 2010, 2020)
    assert found.note == note and (found.first_value, found.last_value) == values
    nothing = (found.difference, found.direction, found.rank_fall, found.rank_rise, found.tied, found.as_much)
    assert nothing == (None,) * 6 and found.as_much_same_direction is None
    assert found.n == 2 and found.tidy()["term"].tolist() == ["first", "last", "difference"]


def test_units_left_out_are_counted_by_what_they_lack():
    rows = series(("P", 2010, 1.0), ("Q", 2020, 1.0), ("R", 2020, 1.0), ("S", 2015, 1.0), ("T", 2010, None))
    found = change(pd.concat([moves(A=1), rows]), "A", 2010, 2020)
    assert (found.n, found.only_first, found.only_last, found.neither, found.left_out) == (1, 1, 2, 2, 5)
    assert found.as_much.note == "no_data" and found.rank_fall == 1


def test_all_changes_are_exact_and_by_unit():
    frame = pd.concat([moves(B=-98, A=3), series(("C", 2010, 1.0), ("D", 2010, 0.505), ("D", 2020, 0.407))])
    found = all_changes(frame, 2010, 2020)
    assert found.to_dict() == {"A": 0.003, "B": -0.098, "D": -0.098} and list(found.index) == ["A", "B", "D"]
    assert all(found[unit] == change(frame, unit, 2010, 2020).difference for unit in found.index)
    with pytest.raises(ModelError, match="from 2020 to 2010"):
        all_changes(frame, 2020, 2010)
