"""Ceilings of the budget decrees: two layouts, tax in two years, one bracket."""

from __future__ import annotations

import pandas as pd
import pytest

from ogp_analysis.base.errors import CleaningError
from ogp_analysis.data.cleaning.catalog import dataset
from ogp_analysis.data.datasets.procurement import mexico_thresholds as thresholds


def old(year: str, kind: str, direct: str, invitation: str) -> dict[str, str]:
    return {"Año": year, "Tipo de contratación": kind, "Adjudicación directa": direct, "INV3": invitation}


NEW = {"Año": "2024"} | dict.fromkeys(thresholds._NEW_COLUMNS, "3000")


def test_the_tax_of_two_years_is_taken_off(rows):
    made = thresholds.clean(
        rows(
            old("2017", "Obra pública", "1347000.0", "11595000.0"), old("2018", "Obra Pública", "1656480", "14262200")
        ),
        None,
    )
    table = made.tables["ceilings"].set_index(["year", "procedure"])
    assert set(table["kind"]) == {"works"} and set(table["bracket"]) == {"highest"}
    assert table["vat"].to_dict()["2018", "direct_award"] == "included"
    assert table["ceiling"].to_dict() == {
        ("2017", "direct_award"): 1_347_000, ("2018", "direct_award"): 1_428_000,
        ("2017", "restricted_invitation"): 11_595_000, ("2018", "restricted_invitation"): 12_295_000,
    }  # fmt: skip
    assert table.loc[("2018", "direct_award"), "ceiling_published"] == 1_656_480


def test_three_kinds_share_the_ceiling_of_one_law(rows):
    table = thresholds.clean(rows(NEW | {"Adjudicación Directa - LAASSP": "7000"}), None).tables["ceilings"]
    assert len(table) == 10
    direct = table[table["procedure"] == "direct_award"].set_index("kind")["ceiling"]
    assert direct.to_dict() == {
        "goods": 7000, "services": 7000, "leases": 7000, "works": 3000, "services_related_to_works": 3000,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (old("2017", "Servicios", "474000.5", "3271000"), "not whole pesos"),
        (old("2017", "Servicios", "474500", "3271000"), "not whole thousands"),
        (old("2018", "Servicios", "503000", "4024040"), "not whole thousands"),
        (old("2017", "Otros", "474000", "3271000"), "values that no rule covers"),
        (old("17", "Servicios", "474000", "3271000"), "values that are not years"),
        (old("2017", "Servicios", "", "3271000"), "not whole pesos"),
    ],
)
def test_what_no_decree_says_is_refused(rows, row, message):
    with pytest.raises(CleaningError, match=message):
        thresholds.clean(rows(row), None)


def test_annex_9_has_every_bracket_and_the_highest_are_the_figures_of_the_workbook(published, mirror):
    made = published(dataset("mexico_thresholds"))[1]
    table, record = made.tables["ceilings"], made.record
    annex = table[table["read"]]
    assert annex.groupby("year").size().to_dict() == {2025: 144, 2026: 144}
    assert annex.groupby(["year", "kind"])["bracket"].nunique().groupby("year").unique().map(sorted).tolist() == [
        [14, 15],
        [14, 15],
    ]
    # One bracket begins where another ends, and no smaller budget has a higher ceiling.
    for _, part in annex.groupby(["year", "kind", "procedure"]):
        part = part.sort_values("budget_over")
        assert part["budget_over"].tolist()[1:] == part["budget_to"].tolist()[:-1] and part["budget_over"].iloc[0] == 0
        assert part["ceiling"].is_monotonic_increasing and part["bracket"].iloc[-1] == "highest"
    # The workbook gives one ceiling a year; of the years whose annex was read it is set aside, and is the highest.
    aside = record.entries[record.entries["action"] == "set_aside"]
    assert aside["old"].tolist() == ["2025", "2026"] and set(aside["rule"]) == {"annex_9_was_read"}
    sheet = pd.read_excel(mirror / "mexico_thresholds/2024-2026/UmbralPEF.xlsx", engine="openpyxl").set_index("Año")
    highest = annex[annex["bracket"] == "highest"].set_index(["year", "procedure", "kind"])["ceiling"]
    for name, (procedure, kinds) in thresholds._NEW_COLUMNS.items():
        for kind in kinds:
            assert [highest[year, procedure, kind] for year in (2025, 2026)] == sheet.loc[[2025, 2026], name].tolist()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"vat": "included"}, "ceilings of an annex that hold tax"),
        ({"budget_over": ""}, "budgets that are not whole pesos"),
        ({"ceiling": "297500"}, "ceilings that are not whole thousands"),
        ({"kind": "others"}, "values that no rule covers"),
    ],
)
def test_an_annex_is_read_as_its_columns_say(rows, change, message):
    row = {"year": "2025", "kind": "goods", "procedure": "direct_award", "budget_over": "0", "budget_to": "15000000",
           "ceiling": "297000", "vat": "excluded"}  # fmt: skip
    made = thresholds.clean(rows(row), None).tables["ceilings"].iloc[0]
    assert (made["bracket"], made["ceiling"], made["read"]) == ("0-15000000", 297_000, True)
    with pytest.raises(CleaningError, match=message):
        thresholds.clean(rows(row | change), None)
