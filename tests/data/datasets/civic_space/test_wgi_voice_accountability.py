"""Voice and accountability: rules on hand-made rows, then the published file."""

from __future__ import annotations

import pytest

from ogp_analysis.base.errors import CleaningError
from ogp_analysis.data.cleaning.dataset import cleaned
from ogp_analysis.data.datasets.civic_space import wgi_voice_accountability as wgi
from tests.data.datasets.plain_rows import plain

(SOURCE,) = wgi.DATASET.inputs


def row(code: str = "MEX", iso3: str = "MEX", year: str = "2016", **values) -> dict:
    return plain("wgi_voice_accountability") | {"wb_code": code, "iso3": iso3, "year": year} | values


def clean(made, *rows):
    return cleaned(wgi.DATASET, [(SOURCE, made(list(rows)))])


def test_an_iso_economy_is_kept_as_it_is(made):
    result = clean(made, row())
    one = result.tables["country_year"].iloc[0]
    assert (one["economy"], one["iso3"], one["year"], one["va_est"], one["va_se"]) == ("MEX", "MEX", 2016, -0.067, 0.11)
    assert (one["va_nsrc"], one["va_rank"], one["va_rank_lo90"], one["va_rank_hi90"]) == (16, 47.0, 40.0, 52.0)
    assert result.record.entries.empty


@pytest.mark.parametrize(
    ("code", "iso3"),
    [("ADO", "AND"), ("ZAR", "COD"), ("ROM", "ROU"), ("TMP", "TLS"), ("KSV", "XKX"), ("WBG", "PSE")],
)
def test_a_world_bank_code_is_read_as_iso_and_recorded(made, code, iso3):
    result = clean(made, row(), row(code, iso3))
    one = result.tables["country_year"].set_index("economy").loc[code]
    assert one["iso3"] == iso3
    entry = result.record.entries.iloc[0]
    assert (len(result.record.entries), entry["_line"], entry["action"]) == (1, 3, "changed")
    assert (entry["rule"], entry["column"]) == ("world_bank_economy_code", "wb_code")
    assert (entry["old"], entry["new"]) == (code, iso3)


def test_the_dissolved_antilles_are_kept_without_iso3_and_recorded(made):
    result = clean(made, row("ANT", "ANT"))
    one = result.tables["country_year"].iloc[0]
    assert one["economy"] == "ANT"
    assert result.tables["country_year"]["iso3"].isna().all()
    assert result.record.entries[["old", "new"]].values.tolist() == [["ANT", ""]]


def test_a_row_without_an_estimate_is_kept(made):
    blank = dict.fromkeys(("va_est", "va_se", "va_nsrc", "va_rank", "va_rank_lo90", "va_rank_hi90"), "")
    result = clean(made, row(**blank))
    assert result.tables["country_year"].iloc[0].isna()[list(blank)].all()
    assert result.record.balance()["kept"].tolist() == [1]


@pytest.mark.parametrize("code", ["XXK", "SUN", "WLD", "mex", ""])
def test_a_bad_or_new_code_raises(made, code):
    with pytest.raises(CleaningError, match=rf"column wb_code: 1 values .* '{code}' in line 3"):
        wgi.clean(made([row(), row(code, code)]), SOURCE)


@pytest.mark.parametrize(("code", "iso3"), [("MEX", "USA"), ("ZAR", "COG"), ("ROM", "ROM"), ("MEX", "")])
def test_an_iso_column_that_contradicts_the_rule_raises(made, code, iso3):
    with pytest.raises(CleaningError, match=rf"column iso3: 1 codes differ .* '{iso3}' beside '{code}' in line 2"):
        wgi.clean(made([row(code, iso3)]), SOURCE)


@pytest.mark.parametrize("values", [{"va_est": ""}, {"va_se": ""}])
def test_an_estimate_without_its_standard_error_raises(made, values):
    with pytest.raises(CleaningError, match=r"without the other, for example .* beside 'MEX' in line 2"):
        wgi.clean(made([row(**values)]), SOURCE)


def test_a_rank_outside_its_bounds_raises(made):
    with pytest.raises(CleaningError, match="column va_rank: 1 estimates"):
        wgi.clean(made([row(va_rank="53.0")]), SOURCE)


# --- The published file --------------------------------------------------------------------------------


def test_an_economy_that_was_not_rated_so_far_is_taken_by_its_iso_code(made):
    assert clean(made, row("GIB", "GIB")).tables["country_year"]["iso3"].tolist() == ["GIB"]


def test_published_estimates_are_standardised_within_each_year(published):
    by_year = published(wgi.DATASET)[1].tables["country_year"].groupby("year")["va_est"]
    assert by_year.mean().abs().max() < 0.02
    assert by_year.std().sub(1).abs().max() < 0.02


def test_published_rank_bounds_hold_every_rank(published):
    table = published(wgi.DATASET)[1].tables["country_year"].dropna(subset=["va_rank"])
    assert len(table) == 5180
    assert table["va_rank"].between(table["va_rank_lo90"], table["va_rank_hi90"]).all()
