"""Purchasing power and secrecy scores, and what ProACT has carried over from year to year."""

from __future__ import annotations

import pytest

from ogp_analysis.base.errors import CleaningError, UnknownName
from ogp_analysis.data.datasets.procurement import gti_proact_reference as reference

PPP, SECRECY = reference.DATASET.inputs


def scores(code: str, **changes: str) -> dict[str, str]:
    flat = {f"sec_score{year}": "50" for year in reference.YEARS}
    return {"iso": code} | flat | {f"sec_score{year[1:]}": score for year, score in changes.items()}


def factor(code: str, year: str, value: str) -> dict[str, str]:
    return {"countrycode": code, "year": year, "ppp": value, "indicatorcode": "PA.NUS.PPP"}


def test_a_score_says_since_when_it_stands(rows):
    changes = {f"y{year}": "60.5" for year in (2015, 2016, 2017)} | {"y2018": "70", "y2019": "70"}
    made = reference.clean(rows(scores("MX", **changes), scores("US Delaware")), SECRECY)
    table = made.tables["secrecy"].set_index(["jurisdiction", "year"])
    assert len(table) == 44
    assert table.loc[("MX", 2012)].tolist() == ["MEX", 50.0, 1998]
    assert table.loc[("MX", 2017)].tolist() == ["MEX", 60.5, 2015]
    assert table.loc[("MX", 2019)].tolist() == ["MEX", 70.0, 2018]
    assert table.loc[("US Delaware", 2019), "iso3"] == ""


def test_a_score_that_changes_between_editions_is_refused(rows):
    with pytest.raises(CleaningError, match=r"sec_score2014: 1 scores that change in a year of no edition"):
        reference.clean(rows(scores("MX", y2014="51")), SECRECY)


def test_what_cannot_be_is_refused(rows):
    with pytest.raises(CleaningError, match="scores outside 0 to 100"):
        reference.clean(rows(scores("MX", y1998="101")), SECRECY)
    with pytest.raises(UnknownName):
        reference.clean(rows(scores("QQ")), SECRECY)
    with pytest.raises(CleaningError, match="factors that are not positive"):
        reference.clean(rows(factor("MEX", "2010", "0")), PPP)
    with pytest.raises(CleaningError, match="values that no rule covers"):
        reference.clean(rows(factor("MEX", "2010", "1") | {"indicatorcode": "FP.CPI.TOTL"}), PPP)


def test_a_year_without_a_factor_stays_a_row(rows):
    table = reference.clean(rows(factor("MEX", "1960", ""), factor("LIC", "2010", "1.5")), PPP).tables["ppp"]
    assert table["ppp"].isna().tolist() == [True, False]
    assert table["economy_kind"].tolist() == ["economy", "group"]
