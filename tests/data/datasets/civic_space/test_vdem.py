"""V-Dem: rules on hand-made rows, then the published files."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from ogp_analysis.base.errors import CleaningError
from ogp_analysis.base.indicators import indicators, keeps_version
from ogp_analysis.data.cleaning.dataset import cleaned
from ogp_analysis.data.datasets.civic_space import index_rows, vdem

V14, V15, V12, V16_38, V16 = vdem.DATASET.inputs


def v14_row(unit: str = "MEX", year: str = "2016", **values) -> dict:
    series = dict.fromkeys(vdem.TABLES["v14"]["series"], "0.5") | {"v2x_regime": "2"}
    return {
        "country_name": f"Name of {unit}",
        "country_text_id": unit,
        "country_id": "3",
        "year": year,
        **series,
        **values,
    }


def bounds(names, sd: bool) -> dict:
    ends = {"": "0.5", "_codelow": "0.4", "_codehigh": "0.6"} | ({"_sd": "0.1"} if sd else {})
    return {name + end: value for name in names for end, value in ends.items()}


def v15_row(unit: str = "MEX", iso3: str = "MEX", year: str = "2016", **values) -> dict:
    return {"country_name": "A name", "country_text_id": unit, "iso3": iso3, "year": year,
            **bounds(vdem.TABLES["v15"]["series"], sd=True), **values}  # fmt: skip


def v12_row(iso3: str = "MEX", year: str = "2016", **values) -> dict:
    series = bounds(vdem.TABLES["v12"]["series"], sd=False)
    return {"country_name": "A name", "year": year, **series, "iso3": iso3, **values}


def v16_row(iso3: str = "MEX", year: str = "2016", **values) -> dict:
    series = dict.fromkeys(vdem.TABLES["v16_five"]["series"], "0.5")
    return {"iso3": iso3, "country": "A name", "year": year, **series, "row_regime": "1.0", **values}


def table(made, rows, source, name):
    return cleaned(vdem.DATASET, [(source, made(rows))]).tables[name]


def test_values_stand_under_their_own_names(made):
    row = table(made, [v14_row(v2xcs_ccsi="0.772", v2csreprss="-1.369", v2x_regime="3")], V14, "v14").iloc[0]
    assert (row["v2xcs_ccsi"], row["v2csreprss"], row["v2x_regime"]) == (0.772, -1.369, 3)
    assert (row["unit"], row["iso3"], row["unit_kind"], row["year"]) == ("MEX", "MEX", "country", 2016)


@pytest.mark.parametrize("code", ["SUN", "mex", "", "MEX ", "WLD"])
@pytest.mark.parametrize(("source", "row"), [(V14, v14_row), (V12, v12_row), (V16, v16_row)])
def test_a_bad_or_new_unit_raises(made, source, row, code):
    what = rf"made\.csv, column .*: 1 values .* for example '{code}' in line 3"
    with pytest.raises(CleaningError, match=what):
        vdem.clean(made([row(), row(code)]), source)


@pytest.mark.parametrize(("unit", "iso3"), [("PSG", "PSE"), ("MEX", ""), ("MEX", "USA")])
def test_an_iso_column_that_contradicts_the_rule_raises(made, unit, iso3):
    with pytest.raises(CleaningError, match=rf"column iso3: 1 codes differ .* '{iso3}' beside '{unit}' in line 3"):
        vdem.clean(made([v15_row("YMD", ""), v15_row(unit, iso3)]), V15)


@pytest.mark.parametrize(("low", "high"), [("0.51", "0.6"), ("0.4", "0.49"), ("", "0.6")])
@pytest.mark.parametrize(("source", "row", "name"), [(V15, v15_row, "v2x_libdem"), (V12, v12_row, "v2x_civlib")])
def test_an_estimate_outside_its_bounds_raises(made, source, row, name, low, high):
    with pytest.raises(CleaningError, match=rf"column {name}: 1 estimates that do not lie between"):
        vdem.clean(made([row(**{f"{name}_codelow": low, f"{name}_codehigh": high})]), source)


def test_a_redistributors_code_is_read_as_v_dems_and_the_years_it_copied_are_set_aside(made):
    rows = [v16_row("OWID_ZAN", "2025"), v16_row("SSD", "2010"), v16_row("SSD", "2011", v2x_rule="")]
    result = cleaned(vdem.DATASET, [(V16, made(rows))])
    kept = result.tables["v16_five"]
    assert kept[["unit", "unit_kind", "year"]].values.tolist() == [
        ["SSD", "country", 2011],
        ["ZZB", "part_of_country", 2025],
    ]
    assert kept["iso3"].isna().tolist() == [False, True] and kept["v2x_rule"].isna().tolist() == [True, False]
    told = result.record.entries[["action", "rule", "old", "new"]].values.tolist()
    assert told == [
        ["changed", "redistributor_code", "OWID_ZAN", "ZZB"],
        ["set_aside", "state_not_begun", "2010", ""],
    ]


# --- The published files -------------------------------------------------------------------------------


def test_published_units_hold_every_special_one(published):
    _, result = published(vdem.DATASET)
    v14 = result.tables["v14"]
    assert set(v14.loc[v14["unit_kind"] != "country", "unit"]) == set(index_rows.SPECIAL_UNITS)
    assert v14["unit"].nunique() == 182
    assert sorted(v14.loc[v14["iso3"].isna(), "unit"].unique()) == sorted(index_rows.without_iso())
    assert set(result.tables["v12"]["unit"]) <= set(v14["unit"])
    assert set(v14["unit"]) - set(result.tables["v15"]["unit"]) == {"VDR"}


def test_published_bounds_hold_every_estimate(published):
    """Only the clean-elections index of countries without elections, 0 in 89 rows, has an interval without width."""
    _, result = published(vdem.DATASET)
    flat = {}
    for name, series in (("v15", vdem.TABLES["v15"]["series"]), ("v12", vdem.TABLES["v12"]["series"])):
        table = result.tables[name]
        for one in series:
            value, low, high = (table[one + end] for end in ("", "_codelow", "_codehigh"))
            assert (value.between(low, high) | value.isna()).all(), one
            flat[name, one] = sorted(value[low == high])
    assert {key: values for key, values in flat.items() if values} == {("v12", "v2xel_frefair"): [0.0] * 89}


def test_the_two_copies_of_version_16_say_the_same(published):
    """The 38 countries begin in 1985, the other copy in 1990; of that year the copy lacks the Germany of V-Dem."""
    _, result = published(vdem.DATASET)
    few, every = (result.tables[name].set_index(["unit", "year"]) for name in ("v16_38", "v16_five"))
    few = few[few.index.get_level_values("year") >= 1990]
    shared = ["v2x_polyarchy", "v2x_libdem", "v2x_freexp_altinf"]
    assert few.index.difference(every.index).tolist() == [("DEU", 1990)]
    both = few.index.intersection(every.index)
    assert len(both) == 1367 and every.loc[both, shared].equals(few.loc[both, shared])


@pytest.mark.parametrize(
    ("series", "export"),
    [
        ("v2x_polyarchy", "electoral-democracy-index"),
        ("v2x_freexp_altinf", "freedom-of-expression-index"),
        ("v2x_libdem", "liberal-democracy-index"),
    ],
)
def test_the_exports_of_the_redistributor_have_the_values_of_the_38_countries(mirror, series, export):
    """All years from 1985; of six of them, to 1990, the export has no Germany but two."""
    few = json.loads((mirror / "vdem" / "16-38-countries" / "vdem_static_all.json").read_text(encoding="utf-8"))
    file = mirror / "vdem" / "16-five-indices" / f"{export}.csv.gz"
    every = pd.read_csv(file, index_col=["Code", "Year"]).iloc[:, 1]
    held = {(code, int(year)): one[series] for code, years in few.items() for year, one in years.items()}
    shared = [key for key in held if key in every.index]
    assert [every[key] for key in shared] == [held[key] for key in shared] and len(shared) == 1537
    assert set(held) - set(shared) == {("DEU", year) for year in range(1985, 1991)}


def test_version_16_covers_the_countries_of_version_14_and_no_earlier_years_of_them(published):
    _, result = published(vdem.DATASET)
    table = result.tables["v16_five"]
    every, before = (result.tables[name].set_index(["unit", "year"]).index for name in ("v16_five", "v14"))
    before = before[before.get_level_values("year") >= 1990]
    assert not len(every[every.get_level_values("year") <= 2023].difference(before))
    gone = {"PSE", "PSG", "SML", "DDR", "YMD"}
    assert set(before.get_level_values("unit")) - set(every.get_level_values("unit")) == gone
    assert table["iso3"].nunique() == 175 and set(table.loc[table["iso3"].isna(), "unit"]) == {"ZZB"}


def test_the_years_that_are_set_aside_of_version_16_repeat_another_state(published):
    chunks, _ = published(vdem.DATASET)
    raw = pd.concat([chunk for source, chunk in chunks if source == V16]).set_index(["iso3", "year"])
    of = {"SSD": "SDN", "SVK": "CZE", "BIH": "SRB", "HRV": "SRB", "MKD": "SRB"}
    series = vdem.TABLES["v16_five"]["series"]
    for code, first in vdem.TABLES["v16_five"]["began"].items():
        years = [str(year) for year in range(1990, first)]
        assert raw.loc[code].loc[years, series].equals(raw.loc[of[code]].loc[years, series]), code
        assert not raw.loc[code].loc[[str(first)], series].equals(raw.loc[of[code]].loc[[str(first)], series]), code


def test_the_copies_of_version_16_are_never_read_as_a_newer_version_of_an_indicator():
    assert not {"v16_38", "v16_five"} & set(vdem.DATASET.newest)
    assert not [one.id for one in indicators() if one.table == "v16_38"]
    copies = [one for one in indicators() if one.table == "v16_five"]
    assert copies and all(keeps_version(one) and one.id == f"{one.column}_v16" for one in copies)
