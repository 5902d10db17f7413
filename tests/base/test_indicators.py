"""The catalogue of indicators: its facts against the schemas and the published files, its search, its words."""

from __future__ import annotations

import importlib
import tomllib
from pathlib import Path

import pandas as pd
import pytest

from ogp_analysis.base.errors import UnknownName
from ogp_analysis.base.indicators import DIRECTIONS, SCALES, indicator, indicators, tags
from ogp_analysis.data.cleaning.catalog import dataset

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


def test_an_unknown_id_is_refused_with_what_is_spelt_like_it():
    with pytest.raises(UnknownName, match=r"'v2xcs_csi'.*Did you mean v2xcs_ccsi"):
        indicator("v2xcs_csi")
    with pytest.raises(UnknownName, match=r"ogp\.indicators\(\) lists them"):
        indicator("zzzzzz")


# --- Search --------------------------------------------------------------------------------------------


#: Searches that find the same: three questions ask about surveillance or privacy, and no index of V-Dem does.
ALIKE = {
    "fiw_d4 wjp_46 dsp_v2smgovsmmon": "privacy privacidad surveillance vigilancia spyware espionaje private privada"
    " vida+privada private+communications comunicaciones+privadas datos+personales interception"
    " surveillance_of_communications",
    "v2x_clpriv": "private+civil+liberties libertades+civiles+privadas private_civil_liberties forced+labour"
    " libertad+de+tránsito",
    "": "vigilancia+ciudadana internet+surveillance alternative+sources v2xcs_ccsi lib",
}


@pytest.mark.parametrize("found", ALIKE)
def test_searches_in_two_languages_find_what_measures_it_and_no_name_or_id(found):
    assert {search: ids(search.replace("+", " ")) for search in ALIKE[found].split()} == dict.fromkeys(
        ALIKE[found].split(), found.split()
    )


FOUND = """civil society=v2xcs_ccsi; sociedad civil=v2csreprss; SOCIEDAD  CIVIL=v2xcs_ccsi; civic space=v2x_cspart
libertad de expresión=v2x_freexp_altinf; expresion=v2x_freexp_altinf_v12; assembly=v2caassemb; voz=va_est; PIB=gdp_pc
reunion pacifica=v2caassemb; democracia=v2x_polyarchy_v15; population=population; internet=internet_users_pct
civil-society=v2x_cspart; represión=v2csreprss; OSC=v2cscnsult"""


def test_search_finds_a_construct_in_both_languages():
    for search, expected in (one.split("=") for one in FOUND.replace("\n", "; ").split("; ")):
        assert expected in ids(search), search


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
    assert (one.maximum is not None) == (one.scale in ("index", "ordinal", "points", "share"))
    assert one.source_version in [item.version for item in dataset(one.dataset).inputs]
    assert bool(one.low) == bool(one.high) == (one.level == 0.68) == (one.level is not None)
    bounded = {("vdem", "12"), ("vdem", "15"), ("digital_society_survey", "1")}
    assert not one.low or (one.dataset, one.version) in bounded


def test_sharing_inputs_is_mutual_and_never_with_itself():
    for one in ALL.values():
        assert one.id not in one.shares_inputs_with
        for other in one.shares_inputs_with:
            if other in ALL:
                assert one.id in ALL[other].shares_inputs_with, (one.id, other)


SHARED = (
    "v2xcs_ccsi+v2csreprss v2xcs_ccsi+v2x_cspart v2x_polyarchy+v2csreprss v2x_polyarchy+v2x_polyarchy_v15"
    " v2x_civlib+v2x_clpriv v2x_libdem+v2x_clpriv va_est+v2xcs_ccsi gdp_pc+population va_est+civicus_rating"
    " va_est+fassoas_idea ert_regime+cliberties_idea fiw_e2+fiw_e civicus_rating+fiw_e civicus_score+fiw_e2"
    " civicus_rating+fiw_total civicus_score+rsf_score"
)
APART = (
    "v2x_clpriv+v2xcs_ccsi v2caassemb+v2xcs_ccsi v2mecenefi+v2x_freexp_altinf gdp_pc+v2xcs_ccsi v2csreprss+v2x_cspart"
    " civicus_score+fassoas_idea fiw_e+fassoas_idea va_est+wjp_47 va_est+fotn_total fiw_e2+fiw_d4 wjp_46+wjp_3"
    " civicus_rating+fiw_d civicus_score+fiw_d4 civicus_rating+wjp_47 civicus_score+v2xcs_ccsi"
)


def test_shared_inputs_follow_the_structure_of_aggregation_and_the_datasets_that_are_taken_in():
    for pairs, shared in ((SHARED, True), (APART, False)):
        for one, other in (pair.split("+") for pair in pairs.split()):
            assert (other in ALL[one].shares_inputs_with) == shared, (one, other)


def test_an_aggregate_shares_inputs_with_all_of_the_families_of_its_sources():
    sources = {"vdem", "freedom_in_the_world", "rsf_press_freedom"}
    made_of_them = {"civicus_monitor", "ert", "idea_gsod"}
    shared = {id for id, one in ALL.items() if one.dataset in sources | made_of_them}
    assert set(indicator("va_est").shares_inputs_with) == shared
    assert all("va_est" in ALL[id].shares_inputs_with for id in shared)


def test_what_is_not_open_may_not_be_handed_on():
    closed = set("freedom_in_the_world freedom_on_the_net civicus_monitor rsf_press_freedom wjp_rule_of_law".split())
    closed |= {"digital_society_survey", "idea_gsod"}
    assert closed == {one.dataset for one in ALL.values() if one.dataset in closed and not one.redistribute}
    assert not any(one.redistribute for one in ALL.values() if one.dataset in closed)


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
    from ogp_analysis.civic_space.views import OTHER_MEASURES

    asks = {one.id for one in indicators("surveillance of communications")}

    for one in map(indicator, OTHER_MEASURES):
        assert one.figure in ("bounds", "freedom_house", "monitors", "idea") or one.id in asks, one.id
        assert (one.at_least is not None) == (one.scale == "ordinal"), one.id
        assert one.at_least is None or one.minimum < one.at_least <= one.maximum, one.id


@pytest.mark.parametrize("language", ["en", "es"])
def test_names_tell_indicators_apart_and_those_of_vdem_name_their_version(language):
    for key in ("name", "short"):
        texts = [words[key] for words in WORDS[language].values()]
        assert len(set(texts)) == len(texts)
    for one in ALL.values():
        assert (f"(V-Dem v{one.version})" in WORDS[language][one.id]["name"]) == (one.dataset == "vdem")


# --- The published files -------------------------------------------------------------------------------


@pytest.fixture
def tables(published):
    """The clean tables of the published files, by dataset."""
    return lambda name: published(dataset(name))[1].tables


@pytest.mark.parametrize("one", ALL.values(), ids=ALL)
def test_published_first_and_last_year_and_ends_of_scale(tables, one):
    table = tables(one.dataset)[one.table].dropna(subset=[one.column])
    assert (table["year"].min(), table["year"].max()) == (one.first_year, one.last_year)
    assert one.minimum is None or table[one.column].min() >= one.minimum
    assert one.maximum is None or table[one.column].max() <= one.maximum


def test_published_steps_in_the_mexican_internet_series(tables):
    table = tables("world_bank_controls")["country_year"].query("iso3 == 'MEX'").set_index("year")
    change = table["internet_users_pct"].diff()
    assert {one.iso3 for one in indicator("internet_users_pct").breaks} == {"MEX"}
    years = [one.year for one in indicator("internet_users_pct").breaks]
    assert change[years].round(1).tolist() == [13.0, -6.5, 13.0]
    assert change.drop(years).abs().max() < 8


def test_published_voice_is_every_two_years_before_its_break(tables):
    years = set(tables("wgi_voice_accountability")["country_year"]["year"])
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


def test_published_additional_question_ends_before_its_break(tables):
    table = tables("freedom_in_the_world")["scores"].dropna(subset=["add_a"])
    (only,) = indicator("fiw_total").breaks
    assert table["year"].max() == only.year - 1
