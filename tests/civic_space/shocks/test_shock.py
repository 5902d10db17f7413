"""What the page on an event says: published numbers, wrong inputs, short series, figures, and what donors are worth."""

from __future__ import annotations

import numpy as np
import pytest

import ogp_analysis as ogp
from ogp_analysis.base import paths
from ogp_analysis.base.errors import OgpAnalysisError, ParameterError
from ogp_analysis.base.words.catalogue import use_language
from ogp_analysis.civic_space.regimes import regime_episodes
from ogp_analysis.civic_space.shocks.donors import DONOR_RULES
from ogp_analysis.civic_space.shocks.shock import OUTCOMES
from ogp_analysis.statistics.result import Result

CORE = "v2xcs_ccsi"


@pytest.fixture(autouse=True)
def in_english():
    use_language("en")
    yield
    use_language("en")


@pytest.fixture(scope="module")
def mexico():
    return ogp.civic_space.shock("Mexico", "2017-06-19")


def row(shock, measure: str, way: str):
    frame = shock.frame.set_index(["measure", "way"])
    return frame.loc[(measure, way)]


def test_the_places_of_mexico_on_the_index_of_civil_society(mexico):
    slope = row(mexico, CORE, "slope")
    assert (slope["rank"], slope["n"], slope["t_rank"]) == (28, 175, 64)
    assert (slope["near_rank"], slope["near_n"]) == (11, 51)
    assert slope["estimate"] == pytest.approx(-0.0246, abs=5e-5)
    assert mexico.dates()[0].values["share"].value == pytest.approx(0.53, abs=0.005)
    assert mexico.nominal()[0].values["share"].value == pytest.approx(0.68, abs=0.005)


def test_no_p_is_below_one_over_n_and_dates_have_none(mexico):
    frame = mexico.frame
    for p, n in (("p", "n"), ("t_p", "n"), ("near_p", "near_n")):
        known = frame.dropna(subset=[p, n])
        assert (known[p] >= 1 / known[n].astype(float) - 1e-12).all()
    assert not [name for name in frame if "date" in name and "p" in name.split("_")]


def test_every_measure_asked_for_is_shown_in_order_or_named_as_absent(mexico):
    assert [*mexico.absent, *mexico.series] == list(OUTCOMES)
    assert mexico.absent == OUTCOMES[:4]
    drawn = [mexico.plot().name, *(figure.name for figure in mexico.paths())]
    assert drawn == [f"path_{id}" for id in OUTCOMES[4:]]
    assert "D4" in mexico.scope()[1].plain()


def test_the_answer_has_one_headline_one_limit_and_at_most_three_numbers(mexico):
    roles = [one.role for one in mexico.text()]
    assert roles.count("headline") == roles.count("limit") == 1 and roles.count("number") == 3


def test_the_answer_says_what_the_series_did_in_order_and_that_no_direction_can_be_told(mexico):
    moved, gap = (one.plain() for one in mexico.text() if one.role == "finding")
    assert moved == (
        "After the report “Gobierno Espía” (19 June 2017), the series Core civil society for Mexico rose from 0.772 in "
        "2016, the last value before it, to 0.879 in 2019 and fell to 0.701 by 2023."
    )
    assert gap.startswith("Core civil society: whether Mexico lies above or below its synthetic control cannot be told")
    assert "from −0.029 to +0.049 with one donor left out" in gap and "from −0.036 to +0.053 across 7 rules" in gap
    hungary = ogp.civic_space.shock("Hungary", "2015-07-08").text()
    assert [one.case for one in hungary if one.role == "finding"] == ["fell", "one_way"]


def test_no_rank_of_a_gap_is_that_of_its_size_and_none_is_judged():
    """Hungary's gaps are large before the complaint too: by size two of them would be 1st of 48 and 3rd of 63."""
    hungary = ogp.civic_space.shock("Hungary", "2015-07-08")
    for id, found in {"v2csreprss": (35, 48, 0.576), "v2x_freexp_altinf": (41, 63, 0.043)}.items():
        own, control = row(hungary, id, "gap"), hungary.series[id].control
        assert (own["rank"], own["n"], round(own["fit"], 3)) == found and own["p"] == control["gap"].p_value
    said = " ".join(one.plain() for one in (*hungary.text(), *hungary.each()))
    assert "35th-largest ratio of 48" in said and "41st-largest ratio of 63" in said and "extreme" not in said
    assert hungary.table().frame["fit"].iloc[0] == pytest.approx(row(hungary, CORE, "gap")["fit"])


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_title_has_the_name_of_its_event(language):
    use_language(language)
    named = {"en": "the date given", "es": "la fecha indicada"}[language]
    for code, date in CASES:
        shock = ogp.civic_space.shock(code, date)
        title, lead = (one.plain() for one in (shock.text()[0], shock.text()[2]))
        assert shock.event in title and shock.event in lead
        assert (shock.event == named) == (code not in ("MEX", "AZE", "HUN")), code
    given = ogp.civic_space.shock("Mexico", "2018-12-01", CORE, event="a new government")
    assert "Mexico after a new government (1 December 2018)" in given.text()[0].plain() or language == "es"


def test_what_a_change_would_have_to_be_is_said_where_ranks_are_by_size(mexico):
    frame = mexico.detectable()[0].frame
    assert (frame["detectable"] > 0).all() and len(frame) == 6
    own = row(mexico, CORE, "slope")
    assert own["detectable_sd"] == pytest.approx(own["detectable"] / mexico.series[CORE].spread)


def test_the_place_a_year_later_is_that_of_an_event_a_year_later(mexico):
    table = mexico.dates()[-1].frame
    later = ogp.civic_space.shock("Mexico", "2018-06-19").frame
    assert table["later_rank"].to_list() == later.loc[later["way"] != "gap", "rank"].to_list()
    assert "breaks" not in table and "2012, 2017, 2020" not in mexico.dates()[0].plain()


WRONG = [
    ({"event_date": "1995-01-01"}, "event_date: 1995-01-01 lies before every series; the first begins in 2000."),
    ({"event_date": "2000-06-01"}, "lies before every series"),
    (
        {"event_date": "2024-02-01"},
        "no series has a value of Mexico for a year after that of 2024-02-01; the last is of",
    ),
    ({"event_date": "2023-12-31"}, "for a year after that of 2023-12-31; the last is of 2023. Choose an earlier event"),
    ({"event_date": "2023-01-01"}, "no series has a value of Mexico for a year after that of 2023-01-01"),
    ({"donor_rule": "neighbours"}, "donor_rule: there is no rule 'neighbours'."),
    ({"outcomes": "population"}, "outcomes: 'population' is not a measure of civic space."),
    ({"outcomes": " , "}, "outcomes: names no measure."),
    ({"outcomes": "fiw_d4"}, "none is in the data of the embedded edition"),
    ({"country": "Nowhere"}, "Nowhere"),
    ({"event_date": "June 2017"}, "is not a date"),
]


@pytest.mark.parametrize(("wrong", "said"), WRONG)
def test_a_wrong_input_is_one_sentence(wrong, said):
    with pytest.raises(OgpAnalysisError) as raised:
        ogp.civic_space.shock(**{"country": "Mexico", "event_date": "2017-06-19", **wrong})
    assert said in str(raised.value) and "\n" not in str(raised.value)


def test_a_pool_that_is_too_small_is_one_sentence():
    with pytest.raises(
        ParameterError, match=r"^donor_rule: 'near_without_record' leaves \d donors for ERI, fewer than"
    ):
        ogp.civic_space.shock("Eritrea", "2015-01-01", CORE, "near_without_record")


def test_a_country_without_values_has_a_page_that_says_what_is_possible():
    andorra = ogp.civic_space.shock("Andorra", "2017-06-19")
    assert andorra.frame.empty and andorra.series == {} and andorra.short == OUTCOMES[4:]
    assert [one.role for one in andorra.text()] == ["headline", "scope", "finding", "limit"]
    for nothing in (andorra.plot(), andorra.paths(), andorra.each(), andorra.table(), andorra.dates(),
                    andorra.nominal(), andorra.detectable(), andorra.rules(), andorra.starts()):  # fmt: skip
        assert nothing == ()
    assert "Too few values for Andorra" in andorra.scope()[1].plain() and len(andorra.donors()) == 1


def test_one_year_after_that_of_the_event_allows_a_synthetic_control_and_nothing_else():
    georgia = ogp.civic_space.shock("Georgia", "2022-05-01")
    assert set(georgia.frame["way"]) == {"gap"} and georgia.nominal() == () and georgia.detectable() == ()
    assert [one.key for one in georgia.text() if one.role == "number"] == ["shock.ratio"]
    assert {type(one).__name__ for one in georgia.dates()} == {"Sentence"}


CASES = [("MEX", "2017-06-19"), ("AZE", "2015-03-02"), ("HUN", "2015-07-08"), ("GEO", "2022-05-01"),
         ("SSD", "2014-01-01"), ("COD", "2012-01-01"), ("STP", "2010-01-01")]  # fmt: skip


@pytest.mark.parametrize(("code", "date"), CASES)
@pytest.mark.parametrize("language", ["en", "es"])
def test_no_word_of_a_figure_leaves_it_or_meets_another(code, date, language):
    use_language(language)
    shock = ogp.civic_space.shock(code, date)
    for figure in (shock.plot(), *shock.paths()):
        assert figure.faults() == [] and len(figure.sheets) == 2, figure.name
        assert figure.redistribute


def test_the_figure_draws_every_placebo_and_the_gap(mexico):
    from matplotlib.collections import LineCollection

    figure = mexico.plot()
    clouds = [one for one in figure.sheets[0].panels[1].artists if isinstance(one, LineCollection)]
    assert max(len(one.get_segments()) for one in clouds) == 50
    gap = mexico.series[CORE].control.path["gap"].to_numpy()
    lines = [one.get_ydata() for one in figure.sheets[0].panels[1].artists if hasattr(one, "get_ydata")]
    assert any(len(one) == len(gap) and np.allclose(one, gap) for one in lines)


def test_donors_are_left_out_one_by_one(mexico):
    donors, series = mexico.donors(), mexico.series[CORE]
    assert donors.frame["weight"].sum() == pytest.approx(1)
    first = donors.frame.iloc[0]
    again = series.control_by("near", without=(first["unit"],), placebos=False)
    assert first["gap"] == pytest.approx(again["gap"].estimate) and first["loss"] == pytest.approx(again.loss)
    one, other = (fit.donors.set_index("unit")["weight"] for fit in (series.control, again))
    assert first["shifted"] == pytest.approx((one - other.reindex(one.index).fillna(0)).clip(lower=0).sum())
    assert first["shifted"] >= first["weight"] - 1e-9
    assert (donors.frame["loss"] >= series.control.loss - 1e-12).all()
    whole = series.control.leave_one_out().set_index("without")["gap"]
    assert donors.frame.set_index("unit")["gap"].to_list() == pytest.approx(whole[donors.frame["unit"]].to_list())


def test_donors_have_their_own_events_and_a_close_fit_is_common(mexico):
    donors = mexico.donors()
    for one in donors.frame.itertuples():
        assert one.episodes == len(regime_episodes(one.unit, 2017, 2023))
    said = {one.key: one for one in donors.text()}
    assert set(said) == {f"shock.fit.{name}" for name in ("prefit", "without", "starts", "events")}
    before = donors.control.placebos["before"]
    assert said["shock.fit.prefit"].values["as_well"].value == (before[1:] <= before[0]).sum()
    assert (donors.named["weight"] >= 0.01).all() and len(donors.named) < len(donors.frame)
    assert len(donors.table().frame) == len(donors.named)


def test_the_search_starts_from_several_places_and_matches_three_means(mexico):
    donors = mexico.donors()
    assert len(donors.searched.starts) == len(donors.starts().frame) == 4
    assert donors.searched.predictors["predictor"].to_list() == ["value, 2000–2005", "value, 2006–2011",
                                                                 "value, 2012–2016"]  # fmt: skip
    assert donors.searched.loss >= donors.control.loss


def test_every_rule_has_a_row_and_the_rule_in_force_gives_the_gap_shown(mexico):
    rules = mexico.rules().frame
    own = rules[rules["measure"] == "Core civil society"]
    assert len(own) == len(DONOR_RULES)
    assert own.iloc[0]["estimate"] == row(mexico, CORE, "gap")["estimate"]
    assert isinstance(mexico.series[CORE].control, Result)


def test_the_full_edition_shows_surveillance_first_and_writes_no_value(full_edition, monkeypatch):
    monkeypatch.setenv(paths.HOME_VARIABLE, str(full_edition))
    shock = ogp.civic_space.shock("Mexico", "2017-06-19", edition="full")
    assert tuple(shock.series) == OUTCOMES and shock.absent == ()
    closed = shock.frame["measure"].isin(OUTCOMES[:4])
    assert shock.frame.loc[closed, ["estimate", "detectable", "fit", "rms_after"]].isna().all(axis=None)
    assert shock.frame.loc[closed & (shock.frame["way"] != "gap"), "detectable_sd"].notna().all()
    assert shock.plot().name == "path_fiw_d4" and not shock.plot().redistribute
    assert shock.core.id == CORE and "Core civil society" in shock.text()[2].plain()
    cases = [one.case for one in shock.each()]
    assert set(cases[:4]) == {"exact", "closed"} and cases[5::2] == ["open"] * 3
    assert all(figure.faults() == [] for figure in (shock.plot(), *shock.paths()))
    assert shock.nominal()[1].frame.loc[0, "p"] == "not_applicable"  # a line that fits without error
