from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from ogp_analysis.base.errors import CleaningError, UnknownName
from ogp_analysis.data.cleaning.dataset import cleaned
from ogp_analysis.data.datasets.open_government import membership
from ogp_analysis.data.datasets.open_government.participation import CORRECTIONS, DATASET, clean, finish
from tests.data.datasets.plain_rows import plain

SOURCE = DATASET.inputs[0]


def row(unit="KEN", year="2019", participating="1", on_participation="NA", on_transparency="NA"):
    return dict(
        zip(plain("ogp_participation"), (unit, year, on_participation, on_transparency, participating), strict=True)
    )


#: What the corrections expect; without it a build stops.
EXPECTED = [row(c["unit"], str(year), c["expect"]) for c in CORRECTIONS for year in c["years"]]


@pytest.fixture
def build(made):
    def panel(*rows):
        result = cleaned(DATASET, [(SOURCE, made([*EXPECTED, *rows]))])
        return result.tables["participation"].set_index(["unit", "year"]), result.record

    return panel


def test_a_correction_stands_beside_the_published_value_and_on_the_record(build):
    panel, record = build(row())
    azerbaijan = panel.loc[("AZE", 2018)]
    assert azerbaijan["participating"] and not azerbaijan["participating_corrected"]
    assert azerbaijan["correction_rule"] == "azerbaijan_inactive_from_2016"
    kenya = panel.loc[("KEN", 2019)]
    assert kenya["participating_corrected"] and pd.isna(kenya["correction_rule"])
    assert len(record.entries) == sum(len(c["years"]) for c in CORRECTIONS)
    assert set(record.entries["action"]) == {"changed"}


@pytest.mark.parametrize(("unit", "year", "found"), [("AZE", "2018", "0"), ("TTO", "2013", "1")])
def test_a_correction_fails_once_the_source_is_fixed(made, unit, year, found):
    rows = [
        {**r, "OGP Participating": found} if (r["Country Code"], r["Year"]) == (unit, year) else r for r in EXPECTED
    ]
    with pytest.raises(CleaningError, match="Look at the source again"):
        finish([clean(made(rows), SOURCE)])


def test_a_correction_on_rows_that_are_not_there_raises(made):
    with pytest.raises(CleaningError, match="in 6 years, of which the panel has 0"):
        finish([clean(made([row()]), SOURCE)])


def test_a_locality_of_no_country_raises(made):
    with pytest.raises(UnknownName, match="XX"):
        clean(made([row(), row(unit="XXYZ")]), SOURCE)


def test_a_later_panel_needs_no_correction_that_it_has_made_itself(made):
    later = [row("AZE", "2017", "0"), row("AZE", "2018", "1"), row("AZE", "2027", "0")]
    for one in later:
        del one["OGP Considerations: FO Participation"]
    result = cleaned(DATASET, [(replace(SOURCE, version="2027", layout="made"), made(later))])
    found = result.tables["participation"].set_index("year")
    assert found["participating_corrected"].tolist() == [False, False, False]
    assert found["consideration_participation"].isna().all()
    entries = result.record.entries.set_index("rule")
    assert entries.loc["azerbaijan_inactive_from_2016", "old"] == "1"
    assert sorted(entries.loc["correction_not_needed", "new"]) == ["no such row", "value is now '0'"]


# --- the published panel -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def panel(published):
    return published(DATASET)[1].tables["participation"]


def test_the_corrected_column_is_what_the_spells_of_membership_say(panel, published):
    spells = published(membership.DATASET)[1].tables["spells"]
    took_part = spells[spells["status"] == "participating"]
    national = panel[panel["level"] == "national"]

    def on_some_day(unit, year):
        own = took_part[took_part["iso3"] == unit]
        begun = own["start"] < pd.Timestamp(year + 1, 1, 1)
        return bool((begun & ~(own["end"] <= pd.Timestamp(year, 1, 1))).any())

    told = [on_some_day(unit, year) for unit, year in zip(national["unit"], national["year"], strict=True)]
    assert national["participating_corrected"].tolist() == told
    differs = national["participating"] != national["participating_corrected"]
    assert national.loc[differs, "unit"].value_counts().to_dict() == {"TTO": 6, "AZE": 3}
