"""What the cells of shock_case_study compute, held by hand and by brute force, and what they refuse."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import ogp_analysis as ogp
from ogp_analysis.base.errors import DisclosureError, MessageError, OgpAnalysisError
from ogp_analysis.base.words import speaking
from ogp_analysis.base.words.catalogue import anew
from ogp_analysis.civic_space.events import regime_episodes
from ogp_analysis.data.store import hand_out
from ogp_analysis.display.figure import Figure

FILE = Path(__file__).resolve().parents[2] / "notebooks" / "shock_case_study.ipynb"
CORE = "v2xcs_ccsi"
OUTCOMES = ["fiw_d4", "wjp_46", "fiw_e2", "rsf_score", CORE, "v2x_freexp_altinf", "v2csreprss"]


def sources() -> list[str]:
    cells = json.loads(FILE.read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]


def opened(**parameters) -> dict:
    """Run the cells with other parameters; return their names and what they show."""
    names: dict = {"outputs": []}
    names["display"] = lambda *things: names["outputs"].extend(things)
    for number, source in enumerate(sources()):
        exec(compile(source, FILE.stem, "exec"), names)
        if not number:
            names.update(parameters)
    return names


def rerun(names: dict, old: str, new: str) -> None:
    """Run the cells again from that on which has a text, with another in its place."""
    begin = next(number for number, source in enumerate(sources()) if old in source)
    names = {**names, "display": lambda *things: None}
    for number, source in enumerate(sources()[begin:]):
        exec(compile(source if number else source.replace(old, new), FILE.stem, "exec"), names)


def said(names: dict, key: str) -> list:
    return [one for one in names["outputs"] if getattr(one, "key", None) == key]


def tables(names: dict) -> dict[str, pd.DataFrame]:
    return {one.name: one.frame for one in names["outputs"] if hasattr(one, "headings")}


def figures(names: dict) -> list[Figure]:
    return [one for one in names["outputs"] if isinstance(one, Figure)]


@pytest.fixture(scope="module")
def mexico() -> dict:
    with speaking("en"):
        return opened()


def test_every_measure_is_shown_in_order_or_named_as_absent(mexico):
    assert [*mexico["panel"].absent, *mexico["kept"]] == OUTCOMES
    assert [figure.name for figure in figures(mexico)] == [f"path_{id}" for id in mexico["kept"]]
    roles = [one.role for one in mexico["outputs"] if hasattr(one, "role")]
    assert roles.count("headline") == roles.count("limit") == 1 and roles.count("number") == 3


def test_the_place_of_a_gap_is_that_of_its_ratio_and_carries_the_fit_before(mexico):
    fit, own = mexico["fits"][CORE, "near"], mexico["gaps"].loc[CORE]
    gaps = pd.concat([fit.path.set_index("time")[["gap"]], fit.placebo_gaps], axis=1)
    before, late = ((gaps.loc[years] ** 2).mean() ** 0.5 for years in (slice(None, 2016), slice(2017, None)))
    ratios = late / before
    assert own["estimate"] == pytest.approx(gaps["gap"].loc[2017:].mean()) and own["n"] == len(ratios)
    assert (own["fit"], own["rms_after"]) == (pytest.approx(before["gap"]), pytest.approx(late["gap"]))
    assert own["rank"] == (ratios >= ratios["gap"] * (1 - 1e-9)).sum() and own["p"] == own["rank"] / own["n"]


def test_changes_have_places_by_size_by_t_among_near_countries_and_a_year_later(mexico):
    slope = mexico["ranks"].set_index(["measure", "way"]).loc[(CORE, "slope")]
    assert (slope["rank"], slope["n"], slope["t_rank"]) == (28, 175, 64)
    assert (slope["near_rank"], slope["near_n"]) == (11, 51)
    assert slope["estimate"] == pytest.approx(-0.0246, abs=5e-5)
    later = opened(event_date="2018-06-19", outcomes=CORE)["ranks"].set_index("way")["rank"]
    here = mexico["ranks"].set_index(["measure", "way"])["later_rank"].loc[CORE]
    assert here[["level", "slope"]].to_list() == later[["level", "slope"]].to_list()
    for p, n in (("p", "n"), ("t_p", "n"), ("near_p", "near_n")):
        held = mexico["ranks"].dropna(subset=[p, n])
        assert (held[p] >= 1 / held[n].astype(float) - 1e-12).all()


@pytest.mark.parametrize("n", [19, 39, 174])
def test_the_smallest_change_seen_is_seen_in_four_of_five(mexico, n):
    others = pd.Series(np.random.default_rng(n).normal(0.3, 1, n))
    size = mexico["smallest"](others)

    def seen(change: float) -> float:
        ranks = [(np.abs(others) >= abs(one + change)).sum() + 1 for one in others]
        return float((np.array(ranks) <= 0.05 * (n + 1)).mean())

    assert min(seen(size + 1e-6), seen(-size - 1e-6)) >= 0.8 - 1 / n
    assert min(seen(size * 0.7), seen(-size * 0.7)) < 0.8
    assert mexico["smallest"](others[:18]) is None and mexico["smallest"](others[:19]) is not None


@pytest.mark.parametrize(
    ("values", "turns"),
    [
        ([0.5, 0.6, 0.4, 0.415], {2011: 0.5, 2012: 0.6, 2014: 0.415}),  # the last move is below the step
        ([0.5, 0.6, 0.3, 0.45], {2011: 0.5, 2012: 0.6, 2013: 0.3, 2014: 0.45}),
        ([0.5, 0.515, 0.485, 0.5], {2011: 0.5, 2014: 0.5}),
        ([0.5, 0.4, 0.5, 0.7], {2011: 0.5, 2012: 0.4, 2014: 0.7}),
        ([0.5, 0.5, 0.5, 0.5], {2011: 0.5, 2014: 0.5}),
        ([0.9, 0.8, 0.7, 0.6], {2011: 0.9, 2014: 0.6}),
    ],
)
def test_what_a_series_did_is_told_in_order_to_its_newest_value(mexico, monkeypatch, values, turns):
    frame = pd.DataFrame({"unit": "MEX", "year": range(2000, 2015), "value": [0.5] * 11 + values})
    monkeypatch.setitem(mexico, "rows", {CORE: frame})
    monkeypatch.setitem(mexico, "event_year", {CORE: 2012})
    assert mexico["turns"](CORE).to_dict() == turns


def test_each_rule_leaves_the_countries_that_it_names(mexico):
    kept = {rule: set(mexico["donors"](mexico["rows"][CORE], CORE, rule)) for rule in mexico["rules"]}
    spyware = set(ogp.load("carnegie_spyware_inventory", "cases")["iso3"])
    members = set(ogp.load("ogp_membership", "countries")["iso3"])
    last = mexico["frame"].query("year == 2016").set_index("iso3")[CORE]
    assert kept["region"] == {one for one in kept["all"] if ogp.country(one).region == ogp.country("MEX").region}
    assert kept["members"] == kept["all"] & members and kept["never_members"] == kept["all"] - members
    assert kept["no_spyware_record"] == kept["all"] - spyware
    assert kept["near"] == {one for one in kept["all"] if abs(last[one] - last["MEX"]) <= 0.1 + 1e-12}
    assert kept["near_without_record"] == kept["near"] - spyware and "MEX" not in kept["all"]
    assert (len(kept["near"]), len(kept["all"])) == (50, 173)


def test_donors_can_be_named():
    named = "ARG,BRA,CHL,COL,CRI,ECU,GTM,HND,PAN,PER,URY"
    found = opened(donor_rule=named, outcomes=CORE)
    assert set(found["fits"][CORE, "listed"].donors["unit"]) == set(named.split(","))
    pool = said(found, "rule_in_force")[0].plain()
    assert all(
        ogp.country(one).name_en in text for one in named.split(",") for text in (pool, found["outputs"][1].plain())
    )


def test_a_rule_without_words_is_refused_before_anything_is_computed(mexico):
    line = '"members": everyone[joined]}'
    with pytest.raises(MessageError, match=r"rule: has no case 'mine'.*write another in both files of words"):
        rerun(mexico, line, f'{line} | {{"mine": everyone}}')


def test_donors_are_left_out_one_by_one_and_have_events_of_their_own(mexico):
    without, fit = mexico["without"], mexico["fits"][CORE, "near"]
    whole = fit.leave_one_out().set_index("without")
    assert without["gap"].to_list() == pytest.approx(whole.loc[without["unit"], "gap"].to_list())
    assert without["loss"].to_list() == pytest.approx(whole.loc[without["unit"], "loss"].to_list())
    assert (without["shifted"] >= without["weight"] - 1e-9).all() and (without["loss"] >= fit.loss - 1e-12).all()
    assert without["episodes"].to_list() == [len(regime_episodes(unit, 2017, 2023)) for unit in without["unit"]]
    assert len(tables(mexico)["donors"]) == len(mexico["named"]) < len(without)
    assert mexico["searched"].predictors["predictor"].to_list() == ["value, 2000–2005", "value, 2006–2011",
                                                                    "value, 2012–2016"]  # fmt: skip
    assert mexico["searched"].loss >= fit.loss and len(tables(mexico)["starts"]) == 4


def test_no_year_beyond_a_change_of_method_is_compared(mexico):
    rows = pd.DataFrame({"unit": "MEX", "year": range(2013, 2027), "value": 1.0})
    rows["segment"] = (rows["year"] >= 2022).astype(int)
    assert mexico["unbroken"](rows, 2018)["year"].to_list() == list(range(2013, 2022))
    assert mexico["unbroken"](rows, 2023)["year"].min() == 2022


def test_steps_are_counted_between_years_that_follow_one_another(mexico):
    rows = pd.DataFrame({"unit": ["MEX"] * 4 + ["BRA"] * 3, "year": [2000, 2001, 2002, 2004, 2000, 2001, 2002],
                         "value": [0.5, 0.5, 0.6, 0.6, 0.6, 0.6, 0.6]})  # fmt: skip
    assert mexico["still"](rows) == (0.75, 4)


#: Of each relation a number, and how it is changed while all others stay as they are.
CHANGES = {
    "the weights of the donors add up": ('"weight": weights[donor]', '"weight": 0.9 * weights[donor]'),
    "the gap is the country less its synthetic control": ("gap, by = gaps", "gap, by = 0.01 + gaps"),
    "the rule in force has the gap that is said": ('["estimate"].dropna()', '["estimate"].dropna() + 0.01'),
}


@pytest.mark.parametrize("relation", CHANGES)
def test_a_run_whose_numbers_contradict_one_another_is_refused(mexico, relation):
    with pytest.raises(MessageError, match=f"{relation}: does not hold"):
        rerun(mexico, *CHANGES[relation])


WRONG = [
    ({"event_date": "1995-01-01"}, "event_date: 1995-01-01 lies before every series; the first begins in 2000."),
    ({"event_date": "2017-6-19"}, "date: '2017-6-19' is not a date. Write it YYYY-MM-DD"),
    ({"event_date": "2000-06-01"}, "lies before every series"),
    ({"event_date": ""}, "'' is not a date"),
    ({"event_date": "2024-02-01"}, "no series has a value of Mexico for a year after that of 2024-02-01"),
    ({"event_date": "2023-12-31"}, "for a year after that of 2023-12-31; the last is of 2023. Choose an earlier event"),
    (
        {"donor_rule": "neighbours"},
        "'neighbours' is neither a rule nor a list of countries. The rules are near,",
    ),
    ({"donor_rule": "Chile, Narnia"}, "Narnia' is not a known name"),
    ({"donor_rule": "BRA,CHL"}, "donor_rule: 'BRA,CHL' leaves 2 donors for MEX, fewer than 10."),
    ({"outcomes": "population"}, "outcomes: 'population' is not a measure of civic space."),
    ({"outcomes": " , "}, "outcomes: names no measure."),
    ({"outcomes": "fiw_d4"}, "none is in the data of the embedded edition"),
    ({"country": "Nowhere"}, "Nowhere"),
    ({"country": "ERI", "donor_rule": "near_without_record"}, "donors for ERI, fewer than 10"),
]


@pytest.mark.parametrize(("wrong", "message"), WRONG)
def test_a_wrong_input_is_one_sentence(wrong, message):
    with pytest.raises(OgpAnalysisError) as raised:
        opened(**{"outcomes": CORE, **wrong})
    assert message in str(raised.value) and "\n" not in str(raised.value)


def test_a_country_without_values_has_a_page_that_says_what_is_possible():
    andorra = opened(country="AND")
    assert andorra["kept"] == [] and andorra["short"] == OUTCOMES[4:] and not tables(andorra) and not figures(andorra)
    shown = [one.key for one in andorra["outputs"] if hasattr(one, "key")]
    assert shown == ["headline", "scope", "nothing", "limit", "no_donors", "rule_in_force", "too_short", "absent"]


def test_one_year_after_that_of_the_event_allows_a_synthetic_control_and_nothing_else():
    georgia = opened(country="GEO", event_date="2022-05-01")
    assert set(georgia["ranks"]["way"]) == {"gap"} and {"nominal", "detectable", "dates"}.isdisjoint(tables(georgia))
    assert [one.key for one in georgia["outputs"] if getattr(one, "role", "") == "number"] == ["ratio"]


CASES = [("AZE", "2015-03-02"), ("HUN", "2015-07-08"), ("SSD", "2014-01-01"), ("STP", "2010-01-01")]


@pytest.mark.parametrize(("code", "date"), CASES)
def test_titles_name_the_event_and_no_word_of_a_figure_meets_another(code, date):
    with speaking(None):
        names = opened(country=code, event_date=date, outcomes=f"{CORE},v2csreprss")
    for language in ("en", "es"):
        with speaking(language):
            assert ogp.civic_space.event(code, date).in_text in anew(said(names, "headline")[0]).plain()
            for figure in map(anew, figures(names)):
                assert figure.faults() == [] and len(figure.sheets) == 2 and figure.redistribute, figure.name


def test_the_figure_draws_every_placebo_and_the_gap(mexico):
    from matplotlib.collections import LineCollection

    panel = figures(mexico)[0].sheets[0].panels[1]
    clouds = [one for one in panel.artists if isinstance(one, LineCollection)]
    assert max(len(one.get_segments()) for one in clouds) == 50
    gap = mexico["fits"][CORE, "near"].path["gap"].to_numpy()
    drawn = [one.get_ydata() for one in panel.artists if hasattr(one, "get_ydata")]
    assert any(len(one) == len(gap) and np.allclose(one, gap) for one in drawn)


def test_a_figure_of_what_may_be_drawn_only_has_no_number_of_its_scale(full_edition, monkeypatch):
    monkeypatch.setenv("OGP_ANALYSIS_HOME", str(full_edition))
    full = opened(edition="full")
    assert full["kept"] == OUTCOMES and full["core"] == CORE
    closed = full["ranks"][full["ranks"]["measure"].isin(OUTCOMES[:4])]
    assert closed[["estimate", "detectable", "fit"]].isna().all(axis=None)
    assert closed.loc[closed["way"] != "gap", "detectable_sd"].notna().all()
    assert [figure.redistribute for figure in figures(full)] == [False] * 4 + [True] * 3
    with pytest.raises(DisclosureError):
        full["path"]("fiw_d4")
    title = ogp.say("{v}", v=1.5)
    with pytest.raises(DisclosureError):
        ogp.civic_space.synthetic_path(full["fits"]["fiw_d4", "near"], id="fiw_d4", place=full["place"], title=title)
