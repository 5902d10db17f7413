"""Voice and accountability: rules on hand-made rows, then the published file."""

from __future__ import annotations

import pandas as pd
import pytest

from ogp_analysis.base.errors import CleaningError
from ogp_analysis.data.cleaning.dataset import cleaned
from ogp_analysis.data.datasets.civic_space import wgi_voice_accountability as wgi
from ogp_analysis.data.store.adding import built_apart
from tests.damage.layouts import as_sheets
from tests.data.datasets.plain_rows import plain

(SOURCE,) = wgi.DATASET.inputs


def row(code: str = "MEX", iso3: str = "MEX", year: str = "2016", **values) -> dict:
    return plain("wgi_voice_accountability") | {"wb_code": code, "iso3": iso3, "year": year} | values


def clean(made, *rows):
    return cleaned(wgi.DATASET, [(SOURCE, made(list(rows)))])


def test_the_dissolved_antilles_are_kept_without_iso3_and_recorded(made):
    result = clean(made, row("ANT", "ANT"))
    one = result.tables["country_year"].iloc[0]
    assert one["economy"] == "ANT"
    assert result.tables["country_year"]["iso3"].isna().all()
    assert result.record.entries[["old", "new"]].values.tolist() == [["ANT", ""]]


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


def test_of_the_world_bank_s_workbook_one_indicator_is_read(tmp_path):
    head = "codeindyr code countryname year indicator estimate stddev nsource pctrank pctranklower pctrankupper".split()
    rows = [["ZARcc2024", "ZAR", "Congo, Dem. Rep.", 2024, "cc", -1.5, 0.1, 9, 3, 1, 8],
            ["ZARva2024", "ZAR", "Congo, Dem. Rep.", 2024, "va", -1.25, 0.1, 9, 10, 5, 15],
            ["ANTva2024", "ANT", "Netherlands Antilles (former)", 2024, "va", *[".."] * 6]]  # fmt: skip
    file = tmp_path / "wgidataset.xlsx"
    file.write_bytes(as_sheets({"Sheet1": [head, *rows]}, "Sheet1"))
    (tmp_path / "work").mkdir()
    made = built_apart(tmp_path / "work", "wgi_voice_accountability", [file])
    table = pd.read_parquet(made.folder / "country_year.parquet")
    assert table["iso3"].tolist()[1:] == ["COD"] and table["va_est"].dropna().tolist() == [-1.25]
    [balance] = made.package["balance"]
    assert (balance["rows_in"], balance["kept"], balance["set_aside"]) == (3, 2, 1)


# --- The published file --------------------------------------------------------------------------------


def test_published_estimates_are_standardised_within_each_year(published):
    by_year = published(wgi.DATASET)[1].tables["country_year"].groupby("year")["va_est"]
    assert by_year.mean().abs().max() < 0.02
    assert by_year.std().sub(1).abs().max() < 0.02
