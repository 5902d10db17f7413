"""What the tables of the wings promise: licences, what may be handed on, and that no prose goes with codes."""

from __future__ import annotations

import pytest

from ogp_analysis.data.cleaning.catalog import dataset
from ogp_analysis.data.datasets.open_government import process

#: Datasets whose publishers do not let their values be handed on, and the keys that may.
KEYS = {
    "civicus_monitor": "unit iso3 unit_kind year basis derived comparable",
    "digital_society_survey": "unit iso3 unit_kind year",
    "freedom_in_the_world": "unit iso3 unit_kind country_name listed_as edition year review_start review_end "
    "calendar_year",
    "freedom_on_the_net": "unit iso3 unit_kind year",
    "rsf_press_freedom": "unit iso3 unit_kind country_name country_name_es edition year method",
    "wjp_rule_of_law": "unit iso3 unit_kind country_name edition first_year year",
}
#: Datasets of codes, dates and links, and the columns in which words of publishers or reasons of ours may stand.
CODED = {
    "ogp_action_plans": "",
    "ogp_commitments": "short_title title full_text start_date_raw end_date_raw url reason reason_es words",
    "ogp_membership": "country",
    "ogp_process": " ".join(["column", *(name for name, _ in process.EVIDENCE)]),
    "ogp_status_events": "",
}


#: Which way the numbers of a dataset point; counts and standard deviations point nowhere.
DIRECTIONS = {
    "civicus_monitor": {"higher is freer"},
    "digital_society_survey": {"higher is freer", "higher is more capacity", "higher is more private regulation",
                               "higher is more protection"},
    "freedom_in_the_world": {"higher is freer", "lower is freer", "higher is worse"},
    "freedom_on_the_net": {"higher is freer"},
    "rsf_press_freedom": {"higher is freer", "lower is freer"},
    "wjp_rule_of_law": {"higher is better", "higher is freer"},
}  # fmt: skip


@pytest.mark.parametrize("name", KEYS)
def test_no_value_may_be_handed_on_and_each_says_its_direction(name):
    columns = [column for schema in dataset(name).schemas for column in schema.columns]
    assert {column.name for column in columns if column.redistribute} == set(KEYS[name].split())
    values = [one for one in columns if one.type in ("number", "integer") and not one.name.endswith(("_sd", "_nr"))]
    assert {one.direction for one in values if not one.redistribute} == DIRECTIONS[name]


@pytest.mark.parametrize(
    ("name", "of"), [("vdem", {"CC BY-SA 4.0"}), ("world_bank_controls", {"CC BY 4.0", "ODC-PDDL"})]
)
def test_values_have_the_licence_of_their_publisher(name, of):
    keys = {"unit", "iso3", "unit_kind", "country_name", "year"}
    values = [one for schema in dataset(name).schemas for one in schema.columns if one.name not in keys]
    assert {one.licence for one in values} == of and all(one.unit for one in values)


@pytest.mark.parametrize("name", CODED)
def test_cells_and_the_record_are_no_sentences(published, name):
    result = published(dataset(name))[1]
    for table, frame in {**result.tables, "record": result.record.entries}.items():
        text = frame.select_dtypes("str").drop(columns=CODED[name].split(), errors="ignore")
        words = text.apply(lambda column: column.str.replace(" | ", "", regex=False).str.count(" ")).stack()
        assert words.max() <= 2, (table, words.idxmax(), frame.loc[words.idxmax()[0], words.idxmax()[1]])
