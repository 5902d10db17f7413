"""The catalogue of indicators: its facts against the schemas and the published files, its search, its words."""

from __future__ import annotations

import importlib
import tomllib
from dataclasses import FrozenInstanceError
from pathlib import Path

import pandas as pd
import pytest

from ogp_analysis.base.errors import UnknownName
from ogp_analysis.base.indicators import DIRECTIONS, SCALES, indicator, indicators, tags
from ogp_analysis.base.paths import project
from ogp_analysis.data.cleaning.catalog import dataset
from ogp_analysis.data.cleaning.dataset import cleaned
from ogp_analysis.data.sources import raw

module = importlib.import_module("ogp_analysis.base.indicators")

ALL = {one.id: one for one in indicators()}
MESSAGES = Path(module.__file__).parent / "words"
WORDS = {
    language: tomllib.loads((MESSAGES / f"indicators_{language}.toml").read_text(encoding="utf-8"))
    for language in ("en", "es")
}

FIVE_WORDS = ["name", "short", "construct", "unit", "direction"]


def ids(search: str) -> list[str]:
    return [one.id for one in indicators(search)]


# --- Names ---------------------------------------------------------------------------------------------


def test_an_indicator_is_found_by_its_id():
    one = indicator("v2xcs_ccsi")
    assert (one.dataset, one.table, one.column, one.version) == ("vdem", "v14", "v2xcs_ccsi", "14")
    with pytest.raises(FrozenInstanceError):
        one.column = "v2x_cspart"


def test_versions_have_ids_of_their_own():
    assert (indicator("v2x_polyarchy").table, indicator("v2x_polyarchy").low) == ("v14", "")
    with_bounds = indicator("v2x_polyarchy_v15")
    assert (with_bounds.table, with_bounds.column) == ("v15", "v2x_polyarchy")
    assert (with_bounds.low, with_bounds.high) == ("v2x_polyarchy_codelow", "v2x_polyarchy_codehigh")
    assert indicator("v2x_civlib_v12").table == "v12"


def test_an_unknown_id_is_refused_with_what_is_spelt_like_it():
    with pytest.raises(UnknownName, match=r"'v2xcs_csi'.*Did you mean v2xcs_ccsi"):
        indicator("v2xcs_csi")
    with pytest.raises(UnknownName, match=r"ogp\.indicators\(\) lists them"):
        indicator("zzzzzz")


def test_all_are_listed_in_a_fixed_order_and_the_list_is_the_caller_s():
    listed = indicators()
    listed.clear()
    assert [one.id for one in indicators()] == list(ALL)
    assert len(ALL) == 58


# --- Search --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "search",
    ["privacy", "privacidad", "surveillance", "vigilancia", "spyware", "espionaje", "private", "privada",
     "vida privada", "private communications", "comunicaciones privadas", "datos personales", "interception",
     "surveillance_of_communications"],
)  # fmt: skip
def test_three_questions_ask_about_surveillance_or_privacy_and_no_index_of_vdem_does(search):
    assert ids(search) == ["fiw_d4", "wjp_46", "dsp_v2smgovsmmon"]


@pytest.mark.parametrize("search", ["vigilancia ciudadana", "internet surveillance"])
def test_oversight_by_citizens_and_what_nothing_measures_find_nothing(search):
    assert ids(search) == []


@pytest.mark.parametrize("language", ["en", "es"])
def test_what_asks_about_surveillance_says_that_it_counts_no_cases(language):
    words = {"en": "it counts no cases", "es": "no cuenta casos"}[language]
    for one in indicators("surveillance"):
        assert words in WORDS[language][one.id]["construct"], one.id


@pytest.mark.parametrize(
    "search", ["private civil liberties", "libertades civiles privadas", "private_civil_liberties", "forced labour",
               "libertad de tránsito"]
)  # fmt: skip
def test_private_civil_liberties_are_found_as_what_they_are(search):
    assert ids(search) == ["v2x_clpriv"]


@pytest.mark.parametrize(
    ("search", "expected"),
    [("civil society", "v2xcs_ccsi"), ("sociedad civil", "v2csreprss"), ("SOCIEDAD  CIVIL", "v2xcs_ccsi"),
     ("civic space", "v2x_cspart"), ("libertad de expresión", "v2x_freexp_altinf"),
     ("expresion", "v2x_freexp_altinf_v12"),
     ("assembly", "v2caassemb"), ("reunion pacifica", "v2caassemb"), ("PIB", "gdp_pc"), ("voz", "va_est"),
     ("democracia", "v2x_polyarchy_v15"), ("population", "population"), ("internet", "internet_users_pct"),
     ("civil-society", "v2x_cspart"), ("represión", "v2csreprss"), ("OSC", "v2cscnsult")],
)  # fmt: skip
def test_search_finds_a_construct_in_both_languages(search, expected):
    assert expected in ids(search)


def test_search_does_not_look_into_names_or_ids():
    assert "alternative" in WORDS["en"]["v2x_freexp_altinf"]["name"]
    assert ids("alternative sources") == []
    assert ids("v2xcs_ccsi") == []
    assert ids("lib") == []


def test_a_search_for_one_construct_leaves_the_others_out():
    assert ids("assembly") == ["v2caassemb", "fiw_e", "fiw_e1", "wjp_47", "fassoas_idea"]
    assert ids("internet censorship") == ["v2mecenefi"]
    assert ids("voice") == ["va_est"]


@pytest.mark.parametrize("search", [None, "", "  "])
def test_no_search_lists_everything(search):
    assert indicators(search) == list(ALL.values())


def test_every_construct_is_measured_by_something():
    assert {tag for one in ALL.values() for tag in one.tags} == set(tags())


# --- Facts ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("one", ALL.values(), ids=ALL)
def test_facts_agree_with_the_schema_of_the_table(one):
    schema = dataset(one.dataset).schema(one.table)
    column = schema[one.column]
    assert one.scale in SCALES
    assert one.direction in DIRECTIONS
    assert one.direction == column.direction
    assert one.licence == column.licence
    assert one.redistribute == column.redistribute
    assert one.tags
    for extra in filter(None, (one.low, one.high, one.std_error)):
        assert extra in schema.names
    if one.scale in ("index", "ordinal", "points", "share"):
        assert (one.minimum, one.maximum) == (column.minimum, column.maximum)
        assert one.maximum is not None
    else:
        assert one.maximum is None


@pytest.mark.parametrize("one", ALL.values(), ids=ALL)
def test_the_source_version_is_one_the_cleaner_reads(one):
    assert one.source_version in [item.version for item in dataset(one.dataset).inputs]


@pytest.mark.parametrize("one", ALL.values(), ids=ALL)
def test_bounds_have_both_ends_and_a_level(one):
    assert bool(one.low) == bool(one.high)
    if one.low:
        assert one.level == 0.68
        assert (one.dataset, one.version) in {("vdem", "12"), ("vdem", "15"), ("digital_society_survey", "1")}
    assert bool(one.low) == (one.level is not None)


def test_the_headline_indices_have_no_bounds():
    for id in ("v2xcs_ccsi", "v2x_cspart", "v2csreprss"):
        assert (indicator(id).low, indicator(id).level, indicator(id).std_error) == ("", None, "")


def test_the_repression_indicator_is_freedom_from_repression():
    one = indicator("v2csreprss")
    assert (one.direction, one.scale, one.minimum, one.maximum) == ("higher is freer", "interval", None, None)
    assert WORDS["en"]["v2csreprss"]["name"].startswith("Freedom from CSO repression")
    assert WORDS["es"]["v2csreprss"]["name"].startswith(
        "Libertad frente a la represión de organizaciones de la sociedad civil"
    )


def test_sharing_inputs_is_mutual_and_never_with_itself():
    for one in ALL.values():
        assert one.id not in one.shares_inputs_with
        for other in one.shares_inputs_with:
            if other in ALL:
                assert one.id in ALL[other].shares_inputs_with, (one.id, other)


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [("v2xcs_ccsi", "v2csreprss", True), ("v2xcs_ccsi", "v2x_cspart", True), ("v2x_polyarchy", "v2csreprss", True),
     ("v2x_polyarchy", "v2x_polyarchy_v15", True), ("v2x_civlib", "v2x_clpriv", True),
     ("v2x_libdem", "v2x_clpriv", True),
     ("va_est", "v2xcs_ccsi", True), ("gdp_pc", "population", True), ("v2x_clpriv", "v2xcs_ccsi", False),
     ("v2caassemb", "v2xcs_ccsi", False), ("v2mecenefi", "v2x_freexp_altinf", False), ("gdp_pc", "v2xcs_ccsi", False),
     ("v2csreprss", "v2x_cspart", False)],
)  # fmt: skip
def test_shared_inputs_follow_the_structure_of_aggregation(one, other, shared):
    assert (other in ALL[one].shares_inputs_with) == shared


def test_an_aggregate_shares_inputs_with_all_of_the_families_of_its_sources():
    sources = {"vdem", "freedom_in_the_world", "rsf_press_freedom"}
    made_of_them = {"civicus_monitor", "ert", "idea_gsod"}
    shared = {id for id, one in ALL.items() if one.dataset in sources | made_of_them}
    assert set(indicator("va_est").shares_inputs_with) == shared
    assert all("va_est" in ALL[id].shares_inputs_with for id in shared)


def test_the_civicus_rating_shares_the_part_of_freedom_in_the_world_that_it_takes_in():
    for id in ("civicus_rating", "civicus_score"):
        shared = set(indicator(id).shares_inputs_with)
        assert {"fiw_e", "fiw_e2", "fiw_total", "rsf_score"} < shared
        assert not shared & {"fiw_d", "fiw_d4", "wjp_47", "v2xcs_ccsi"}


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [("va_est", "civicus_rating", True), ("va_est", "fassoas_idea", True), ("ert_regime", "cliberties_idea", True),
     ("civicus_score", "fassoas_idea", False), ("fiw_e", "fassoas_idea", False), ("va_est", "wjp_47", False),
     ("va_est", "fotn_total", False)],
)  # fmt: skip
def test_two_aggregates_that_take_in_the_same_dataset_share_inputs(one, other, shared):
    assert (other in ALL[one].shares_inputs_with) == shared


def test_a_part_shares_inputs_with_its_whole_and_not_with_its_neighbour():
    assert "fiw_e" in indicator("fiw_e2").shares_inputs_with
    assert "fiw_d4" not in indicator("fiw_e2").shares_inputs_with
    assert "wjp_3" not in indicator("wjp_46").shares_inputs_with


@pytest.mark.parametrize("dataset_name", ["freedom_in_the_world", "freedom_on_the_net", "civicus_monitor",
                                          "rsf_press_freedom", "wjp_rule_of_law", "digital_society_survey",
                                          "idea_gsod"])  # fmt: skip
def test_what_is_not_open_may_not_be_handed_on(dataset_name):
    found = [one for one in ALL.values() if one.dataset == dataset_name]
    assert found
    assert not any(one.redistribute for one in found)


def test_methods_change_where_the_publishers_changed_them():
    ids = ("fiw_total", "fotn_total", "rsf_score", "civicus_score", "civicus_rating")
    found = {id: [(one.year, one.code) for one in indicator(id).breaks] for id in ids}
    assert found == {"fiw_total": [(2017, "method")], "fotn_total": [(2019, "method")], "rsf_score": [(2022, "method")],
                     "civicus_score": [(2023, "method")], "civicus_rating": [(2023, "method")]}  # fmt: skip


# --- Words ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_indicator_and_nothing_else_has_its_words(language):
    assert list(WORDS[language]) == sorted(WORDS[language], key=list(ALL).index)
    assert set(WORDS[language]) == set(ALL)
    for id, words in WORDS[language].items():
        category = words.get("category", {})
        texts = {name: text for name, text in words.items() if name != "category"} | category
        ordered = ["share"] if ALL[id].at_least is not None else []
        assert [name for name in words if name != "category"] == [*FIVE_WORDS, *ordered], id
        assert list(category) in ([], [f"{level:.0f}" for level in _levels(ALL[id])]), id
        assert all(text.strip() == text and text for text in texts.values()), id
        assert "{" not in "".join(texts.values()), id


def _levels(one) -> list[float]:
    return [one.minimum + step for step in range(int(one.maximum - one.minimum) + 1)] if one.scale == "ordinal" else []


def test_every_measure_beside_the_core_indices_names_its_figure_and_ordered_ones_their_category():
    from ogp_analysis.civic_space.other_measures import ASKS_ABOUT_SURVEILLANCE, FIGURES, OTHER_MEASURES

    for one in map(indicator, OTHER_MEASURES):
        assert one.figure in FIGURES or one.id in ASKS_ABOUT_SURVEILLANCE, one.id
        assert (one.at_least is not None) == (one.scale == "ordinal"), one.id
        assert one.at_least is None or one.minimum < one.at_least <= one.maximum, one.id


@pytest.mark.parametrize("language", ["en", "es"])
def test_names_and_short_names_tell_indicators_apart(language):
    for key in ("name", "short"):
        texts = [words[key] for words in WORDS[language].values()]
        assert len(set(texts)) == len(texts)


@pytest.mark.parametrize("language", ["en", "es"])
def test_names_of_vdem_indicators_name_their_version(language):
    for one in ALL.values():
        assert (f"(V-Dem v{one.version})" in WORDS[language][one.id]["name"]) == (one.dataset == "vdem")


@pytest.mark.parametrize("key", ["unit", "direction"])
def test_units_and_directions_are_translated_one_to_one(key):
    pairs = {(WORDS["en"][id][key], WORDS["es"][id][key]) for id in ALL}
    assert len({en for en, _ in pairs}) == len({es for _, es in pairs}) == len(pairs)


def test_directions_in_words_follow_the_fact():
    pairs = {(one.direction, WORDS["en"][one.id]["direction"]) for one in ALL.values()}
    assert len(pairs) == len(DIRECTIONS)
    assert all(text.startswith(direction) for direction, text in pairs)


@pytest.mark.parametrize(("language", "word"), [("en", "does not measure"), ("es", "No mide")])
def test_private_civil_liberties_say_what_they_do_not_measure(language, word):
    assert word in WORDS[language]["v2x_clpriv"]["construct"]


# --- The published files -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def tables(mirror):
    """The clean tables of the published files, by dataset."""
    result = {}
    for name in sorted({one.dataset for one in ALL.values()}):
        declared, parts = dataset(name), []
        for item in declared.inputs:
            place = (item.source, item.version, item.files, item.header, item.sheet)
            parts += [(item, chunk) for chunk in raw.chunks(mirror, *place, sidecars=project().raw)]
        result[name] = cleaned(declared, parts).tables
    return result


@pytest.mark.parametrize("one", ALL.values(), ids=ALL)
def test_published_first_and_last_year_and_ends_of_scale(tables, one):
    table = tables[one.dataset][one.table].dropna(subset=[one.column])
    assert (table["year"].min(), table["year"].max()) == (one.first_year, one.last_year)
    assert one.minimum is None or table[one.column].min() >= one.minimum
    assert one.maximum is None or table[one.column].max() <= one.maximum


def test_published_steps_in_the_mexican_internet_series(tables):
    table = tables["world_bank_controls"]["country_year"].query("iso3 == 'MEX'").set_index("year")
    change = table["internet_users_pct"].diff()
    assert {one.iso3 for one in indicator("internet_users_pct").breaks} == {"MEX"}
    years = [one.year for one in indicator("internet_users_pct").breaks]
    assert change[years].round(1).tolist() == [13.0, -6.5, 13.0]
    assert change.drop(years).abs().max() < 8


def test_published_voice_is_every_two_years_before_its_break(tables):
    years = set(tables["wgi_voice_accountability"]["country_year"]["year"])
    (only,) = indicator("va_est").breaks
    assert {year for year in years if year < only.year} == {1996, 1998, 2000}
    assert {year for year in years if year >= only.year} == set(range(2002, 2024))


def test_published_civil_liberties_are_the_mean_of_their_declared_inputs(mirror):
    """The structure of aggregation, checked where it is a plain mean."""
    raw = pd.read_csv(mirror / "vdem" / "14" / "vdem_v14_1970_2023.csv.gz")
    assert module._facts()["indicators"]["v2x_civlib"]["inputs"] == ["v2x_clphy", "v2x_clpol", "v2x_clpriv"]
    gap = (raw["v2x_civlib"] - raw[["v2x_clphy", "v2x_clpol", "v2x_clpriv"]].mean(axis=1)).abs()
    assert gap.max() < 0.03


def test_declared_inputs_are_variables_of_the_file(mirror):
    raw = pd.read_csv(mirror / "vdem" / "14" / "vdem_v14_1970_2023.csv.gz", nrows=1)
    facts = module._facts()
    vdem = [fields for fields in facts["indicators"].values() if fields["in"].startswith("vdem")]
    named = {name for fields in vdem for name in fields.get("inputs", [])}
    named |= {name for names in facts["inputs"].values() for name in names} | set(facts["inputs"])
    assert named - set(raw.columns) == set()


def test_published_rsf_score_is_of_one_method_on_each_side_of_its_break(tables):
    table = tables["rsf_press_freedom"]["country_year"].dropna(subset=["score"])
    (only,) = indicator("rsf_score").breaks
    before, after = table[table["year"] < only.year], table[table["year"] >= only.year]
    assert (set(before["method"]), set(after["method"])) == ({"penalty_turned"}, {"five_contexts"})


def test_published_years_before_the_break_of_civicus_are_those_not_comparable(tables):
    table = tables["civicus_monitor"]["ratings"]
    (only,) = indicator("civicus_score").breaks
    assert table.loc[~table["comparable"], "year"].max() == only.year - 1


def test_published_additional_question_ends_before_its_break(tables):
    table = tables["freedom_in_the_world"]["scores"].dropna(subset=["add_a"])
    (only,) = indicator("fiw_total").breaks
    assert table["year"].max() == only.year - 1
