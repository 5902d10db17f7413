"""WJP Rule of Law Index: rules on hand-made rows, then the published file."""

from __future__ import annotations

import pandas as pd
import pytest

from ogp_analysis.base.errors import CleaningError, UnknownName
from ogp_analysis.data.cleaning.dataset import cleaned
from ogp_analysis.data.datasets.civic_space import wjp_rule_of_law as wjp

(SOURCE,) = wjp.DATASET.inputs
#: As the publisher writes them: with a dot, a blank, or neither.
HEADERS = {"factor_3": "Factor 3: Open Government ", "subfactor_3_1": "3.1. Laws and data ",
           "subfactor_4_6": "4.6 Privacy"}  # fmt: skip


def row(code: str = "MEX", name: str = "Mexico", year: str = "2016", **values) -> dict:
    made = {"Country": name, "Country Code": code, "Year": year, wjp.OVERALL: "0.45"}
    for number, (column, mark) in enumerate(wjp.VALUES.items()):
        header = HEADERS.get(column, f"{mark}: X" if mark.startswith("Factor") else f"{mark} X")
        made[header] = values.pop(column, f"0.{number + 10}")
    return made | {"4.5 Freedom of belief": "0.9", "7.6. Enforced": "0.9"} | values


def clean(made, *rows):
    return cleaned(wjp.DATASET, [(SOURCE, made(list(rows)))])


def test_values_are_found_by_their_number_whatever_the_dots(made):
    one = clean(made, row(factor_3="0.6", subfactor_3_1="0.7", subfactor_4_6="")).tables["country_year"].iloc[0]
    assert (one["factor_3"], one["subfactor_3_1"], one["overall"]) == (0.6, 0.7, 0.45)
    assert pd.isna(one["subfactor_4_6"])
    assert [one[name] for name in ("factor_1", "subfactor_4_7")] == [0.10, 0.25]


@pytest.mark.parametrize(("text", "first", "last"), [("2012-2013", 2012, 2013), ("2017-2018", 2017, 2018),
                                                     ("2024", 2024, 2024), ("2026-2027", 2026, 2027)])  # fmt: skip
def test_editions_are_read_as_years(made, text, first, last):
    one = clean(made, row(year=text)).tables["country_year"].iloc[0]
    assert (one["edition"], one["first_year"], one["year"]) == (text, first, last)


@pytest.mark.parametrize("year", ["2025-2027", "2019-2018", "20255", "", "2017-18"])
def test_an_unknown_edition_raises(made, year):
    with pytest.raises(CleaningError, match="column Year: 1 values that no rule covers"):
        clean(made, row(year=year))


def test_a_lost_or_doubled_factor_raises(made):
    chunk = made([row()])
    with pytest.raises(CleaningError, match=r"1 factors are absent or repeated in the header, '4\.6'"):
        wjp.clean(chunk.drop(columns="4.6 Privacy"), SOURCE)
    with pytest.raises(CleaningError, match=r"1 factors are absent or repeated in the header, '4\.6'"):
        wjp.clean(chunk.assign(**{"4.6. Privacy again": "0.1"}), SOURCE)


def test_units(made):
    result = clean(made, row("HKG", "Hong Kong SAR, China"), row("NAM", "Namibia"))
    assert result.tables["country_year"][["unit", "unit_kind"]].values.tolist() == [
        ["HKG", "territory"], ["NAM", "country"]]  # fmt: skip
    with pytest.raises(
        CleaningError, match="1 codes do not belong to the unit that is named, for example 'MEX' beside 'Kenya'"
    ):
        clean(made, row(name="Kenya"))
    with pytest.raises(UnknownName):
        clean(made, row("QQQ"))


# --- The published file ------------------------------------------------------------------------------------


@pytest.fixture
def table(published) -> pd.DataFrame:
    return published(wjp.DATASET)[1].tables["country_year"]


def test_published_checks_on_government_are_expression_again_from_2016(table):
    same = (table["subfactor_1_5"] == table["subfactor_4_4"]).groupby(table["year"]).mean()
    assert same[[2014, 2015]].tolist() == [0.0, 0.0]
    assert same[same.index >= 2016].between(0.984, 1).all()
    assert len(same[same.index >= 2016]) == 9


def test_published_factors_make_the_index(table):
    factors = table[[f"factor_{n}" for n in range(1, 9)]]
    assert (factors.mean(axis=1) - table["overall"]).abs().max() < 1e-12


def test_published_sub_factors_make_open_government(table):
    """In 2012-2013 the sub-factors are published with two decimals, so that their mean is off by up to 0.005."""
    parts = table[[f"subfactor_3_{n}" for n in range(1, 5)]]
    gap = (parts.mean(axis=1) - table["factor_3"]).abs().groupby(table["year"]).max()
    assert gap[gap.index > 2013].max() < 1e-6
    assert 1e-6 < gap[2013] < 0.005
