"""What the cells of shock_case_study compute, held by hand and by brute force, and what they refuse."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import ogp_analysis as ogp
from ogp_analysis.base.errors import DisclosureError, MessageError, OgpAnalysisError
from ogp_analysis.base.paths import HOME_VARIABLE, project
from ogp_analysis.base.words import speaking
from ogp_analysis.base.words.catalogue import anew
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


def rerun(names: dict, old: str, new: str) -> dict:
    """Run the cells again from that on which has a text, with another in its place; return names and what they show."""
    begin = next(number for number, source in enumerate(sources()) if old in source)
    names = {**names, "outputs": []}
    names["display"] = lambda *things: names["outputs"].extend(things)
    for number, source in enumerate(sources()[begin:]):
        exec(compile(source if number else source.replace(old, new), FILE.stem, "exec"), names)
    return names


def said(names: dict, key: str) -> list:
    return [one for one in names["outputs"] if getattr(one, "key", None) == key]


def tables(names: dict) -> dict[str, pd.DataFrame]:
    return {one.name: one.frame for one in names["outputs"] if hasattr(one, "headings")}


def figures(names: dict) -> list[Figure]:
    return [one for one in names["outputs"] if isinstance(one, Figure)]


@pytest.fixture(scope="module")
def mexico() -> dict:
    """A case with events of the same kind in the year before and after."""
    with speaking("en"):
        return opened()


@pytest.fixture(scope="module")
def tanzania() -> dict:
    """A case that stands alone: the only change of standing since joining, and no revelation."""
    with speaking("en"):
        return opened(country="TZA", event_date="2017-06-29")


def test_events_of_one_year_are_one_case_and_others_beside_it_leave_no_estimate(mexico):
    parts = mexico["dated"].groupby("part")["date"].agg(list)
    assert parts["case"] == ["2017-02-11", "2017-05-23", "2017-06-19"] and parts["beside"] == ["2016-08-24", "2018-09"]
    assert "2018-07-16" in parts["other"]  # a complaint neither begins nor ends a relation
    title, [finding] = said(mexico, "headline")[0].plain(), said(mexico, "no_effect")
    assert all(name in title for name in ("Bitter Sweet", "exit from the national OGP secretariat", "Gobierno Espía"))
    assert "No effect is estimated" in finding.plain() and "(23 May 2017)" in finding.plain()
    assert not mexico["fits"] and {"ranks", "donors", "donor_rules"}.isdisjoint(tables(mexico))
    numbers = {name for one in mexico["outputs"] if hasattr(one, "numbers") for name in one.numbers()}
    assert numbers and not [one for one in numbers if re.search("rank|gap|ratio|[.]p$", one)]
    same = opened(event_date="2017-05-23", outcomes=CORE)
    assert said(same, "headline")[0].plain() == title


def test_the_page_says_what_is_not_listed_and_that_a_revelation_begins_no_use(mexico, tanzania):
    for names, revealed in ((mexico, True), (tanzania, False)):
        [limit] = said(names, "limit")
        assert "no elections or new governments" in limit.plain()
        assert ("makes known a use that came before it" in limit.plain()) == revealed
        roles = [one.role for one in names["outputs"] if hasattr(one, "role")]
        assert roles.count("headline") == roles.count("limit") == 1 and roles.count("number") <= 3


def test_every_measure_is_shown_in_order_or_named_as_absent(mexico, tanzania):
    for names in (mexico, tanzania):
        assert [*names["panel"].absent, *names["kept"]] == OUTCOMES
        assert [figure.name for figure in figures(names)] == [f"path_{id}" for id in names["kept"]]


def test_the_strip_draws_the_path_and_every_event_around_the_case(mexico):
    for figure in figures(mexico):
        assert figure.faults() == [] and len(figure.sheets) == 2
    sheet = figures(mexico)[0].sheets[0]
    rows = mexico["rows"][CORE].query("unit == 'MEX'")
    paths = [one.get_ydata() for one in sheet.panels[0].artists if hasattr(one, "get_ydata")]
    assert any(len(one) == len(rows) and np.allclose(one, rows["value"]) for one in paths)
    drawn = " ".join(text.get_text() for text in sheet.figure.texts)
    assert all(one in drawn for one in ("24 August 2016", "23 May 2017", "16 July 2018", "September 2018"))
    assert len(mexico["strip"]) == 6 and len(tables(mexico)["events"]) == len(mexico["dated"])


def test_three_later_values_are_needed():
    georgia = opened(country="GEO", event_date="2022-05-01")
    assert said(georgia, "too_few") and not georgia["fits"] and len(figures(georgia)) == 3
    assert opened(country="TZA", event_date="2020-10-28", outcomes=CORE)["core"] == CORE
    assert opened(country="TZA", event_date="2021-03-17", outcomes=CORE)["core"] is None


def test_a_name_given_stands_on_the_page_and_a_year_alone_is_not_named_twice():
    named = opened(country="HUN", event_date="2010-05-29", event="the new government", outcomes=CORE)
    assert said(named, "headline")[0].plain() == "Hungary, 2010: what followed the new government"
    [poor] = said(named, "poor")  # a synthetic Hungary misses it by .024, so that nothing is judged
    assert said(named, "gap")[0].case == "unjudged"
    assert "nothing is judged" in poor.plain() and "ratio.rank" not in poor.numbers()
    portugal = opened(country="PRT", event_date="2017-12-13", outcomes=CORE)
    assert said(portugal, "headline")[0].plain() == "Portugal, 2017: what followed joining OGP"


def test_the_place_of_a_gap_is_that_of_its_ratio_at_three_floors_of_the_fit(tanzania):
    for id in OUTCOMES[4:]:
        fit, own, rows = tanzania["fits"][id, "near"], tanzania["gaps"].loc[id], tanzania["rows"][id]
        gaps = pd.concat([fit.path.set_index("time")[["gap"]], fit.placebo_gaps], axis=1)
        before, late = ((gaps.loc[years] ** 2).mean() ** 0.5 for years in (slice(None, 2016), slice(2017, None)))
        error = 0.01 * (np.ptp(rows["value"]) if id == "v2csreprss" else 1)
        kept = before.index[before <= 2 * max(before["gap"], error)]
        assert own["estimate"] == pytest.approx(gaps["gap"].loc[2017:].mean()) and own["floor"] == pytest.approx(error)
        assert (own["n"], own["dropped"]) == (len(kept), gaps.shape[1] - len(kept))
        for name, times in (("half", 0.5), ("rank", 1), ("twice", 2)):
            ratios = (late / before.clip(lower=times * error))[kept]
            assert own[name] == (ratios >= ratios["gap"] * (1 - 1e-9)).sum()
        assert own["p"] == own["rank"] / own["n"] and own["least"] == 1 / own["n"]
        assert figures(tanzania)[OUTCOMES[4:].index(id)].caption.count(f"{len(kept) - 1} placebo countries") == 1


def test_a_gap_that_would_have_come_first_does(tanzania):
    fit, own = tanzania["fits"][CORE, "near"], tanzania["gaps"].loc[CORE]
    table = fit.placebos.set_index("unit").copy()
    table = table[table["before"] <= 2 * max(own["fit"], own["floor"])]
    for change, first in ((1e-6, True), (-1e-6, False)):
        table.loc["TZA", "after"] = own["first"] + change
        assert (tanzania["ranked"](table, own["floor"])[1]["rank"] == 1) == first


def test_where_floors_or_the_fit_decide_nothing_is_judged(tanzania):
    verdict = tanzania["verdict"]
    one = {"half": 3, "rank": 8, "twice": 13, "far": 0.01}
    assert (verdict(one), verdict(one | {"twice": 14}), verdict(one | {"far": 0.021})) == ("judged", "floors", "poor")
    portugal = opened(country="PRT", event_date="2017-12-13", outcomes=f"{CORE},v2csreprss")
    assert portugal["gaps"].loc["v2csreprss", ["half", "rank", "twice"]].to_list() == [19, 9, 4]
    [judged], [floors] = said(portugal, "judged"), said(portugal, "floors")
    assert "nothing is judged" in floors.plain() and "more than 10 places apart" in floors.plain()
    assert "1% of the scale, for its publisher gives no error here" in judged.plain()


def test_the_synthetic_control_is_explained_where_one_is_computed(mexico, tanzania):
    assert [bool(said(mexico, key)) for key in ("compared", "control", "no_control")] == [False, False, True]
    assert [bool(said(tanzania, key)) for key in ("compared", "control", "no_control")] == [True, True, False]
    limits = rerun({**tanzania, "apart": 12, "too_far": 0.03}, 'words.say("control"', 'words.say("control"')
    assert re.search(r"more than 12 places, .* worse than 3% of the scale", said(limits, "control")[0].plain())


def test_a_series_that_may_only_be_drawn_has_its_ranks_in_a_table_also_alone(tanzania):
    closed = rerun(tanzania, "if ogp.indicator(id).redistribute]  # the others", "if False]  # the others")
    ranks, before = (tables(names)["ranks"].set_index("measure") for names in (closed, tanzania))
    assert closed["core"] is None and said(closed, "control") and not said(closed, "no_control")
    assert (ranks["rank"] == before["rank"]).all() and set(ranks["estimate"]) == {"drawn_only"}


def test_a_published_error_is_the_floor():
    names = opened(country="TZA", event_date="2017-06-29", outcomes="v2x_polyarchy_v15,va_est")
    frame = ogp.panel(["v2x_polyarchy_v15", "va_est"], 2000, 2016).countries("TZA").frame
    for id in ("v2x_polyarchy_v15", "va_est"):
        assert names["gaps"].loc[id, "floor"] == pytest.approx(frame[f"{id}_sd"].median())


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
    found = opened(country="TZA", event_date="2017-06-29", donor_rule=named, outcomes=CORE)
    assert set(found["fits"][CORE, "listed"].donors["unit"]) == set(named.split(","))
    pool = said(found, "rule_in_force")[0].plain()
    assert all(
        ogp.country(one).name_en in text for one in named.split(",") for text in (pool, found["outputs"][1].plain())
    )


def test_a_rule_without_words_is_refused_before_anything_is_computed(mexico):
    line = '"members": everyone[joined]}'
    with pytest.raises(MessageError, match=r"rule: has no case 'mine'.*write another in both files of words"):
        rerun(mexico, line, f'{line} | {{"mine": everyone}}')


def test_no_year_beyond_a_change_of_method_is_compared(mexico):
    rows = pd.DataFrame({"unit": "MEX", "year": range(2013, 2027), "value": 1.0})
    rows["segment"] = (rows["year"] >= 2022).astype(int)
    assert mexico["unbroken"](rows, 2018)["year"].to_list() == list(range(2013, 2022))
    assert mexico["unbroken"](rows, 2023)["year"].min() == 2022


#: Of each relation a number, and how it is changed while all others stay as they are.
CHANGES = {
    "the weights of the donors add up": ('"weight": weights[donor]', '"weight": 0.9 * weights[donor]'),
    "the gap is the country less its synthetic control": ("gap, by = gaps", "gap, by = 0.01 + gaps"),
    "the rule in force has the gap that is said": ('["estimate"].dropna()', '["estimate"].dropna() + 0.01'),
}


@pytest.mark.parametrize("relation", CHANGES)
def test_a_run_whose_numbers_contradict_one_another_is_refused(tanzania, relation):
    with pytest.raises(MessageError, match=f"{relation}: does not hold"):
        rerun(tanzania, *CHANGES[relation])


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
    (
        {"country": "TZA", "event_date": "2017-06-29", "donor_rule": "BRA,CHL"},
        "donor_rule: 'BRA,CHL' leaves 2 donors for TZA, fewer than 10.",
    ),
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
    assert andorra["kept"] == [] and andorra["short"] == OUTCOMES[4:] and not figures(andorra)
    assert [*tables(andorra)] == ["events"]
    shown = [one.key for one in andorra["outputs"] if hasattr(one, "key")]
    assert shown == ["headline", "scope", "too_few", "limit", "no_control", "no_line", "too_short", "absent"]


CASES = [
    ("AZE", "2015-03-02"),
    ("HUN", "2015-07-08"),
    ("SSD", "2014-01-01"),
    ("STP", "2010-01-01"),
    ("TZA", "2017-06-29"),
]


@pytest.mark.parametrize(("code", "date"), CASES)
def test_titles_name_the_event_and_no_word_of_a_figure_meets_another(code, date):
    with speaking(None):
        names = opened(country=code, event_date=date, outcomes=f"{CORE},v2csreprss")
    for language in ("en", "es"):
        with speaking(language):
            called = {"en": "its exit from OGP", "es": "su salida de la AGA"}[language]
            called = called if code == "TZA" else ogp.civic_space.event(code, date).in_text
            assert called.removeprefix("el ") in anew(said(names, "headline")[0]).plain()
            for figure in map(anew, figures(names)):
                assert figure.faults() == [] and len(figure.sheets) == 2 and figure.redistribute, figure.name


@pytest.mark.parametrize(("country", "date"), [("MEX", "2017-06-19"), ("TZA", "2017-06-29")])
def test_a_figure_of_what_may_be_drawn_only_has_no_number_of_its_scale(full_edition, monkeypatch, country, date):
    monkeypatch.setenv("OGP_ANALYSIS_HOME", str(full_edition))
    full = opened(country=country, event_date=date, edition="full")
    assert full["kept"] == OUTCOMES and full["shown"] == CORE
    assert [figure.redistribute for figure in figures(full)] == [True, *[False] * 4, True, True]
    with pytest.raises(DisclosureError):
        full["path"]("fiw_d4")
    if country == "MEX":
        assert not full["fits"]
        return
    closed = full["gaps"].loc[full["gaps"].index.intersection(OUTCOMES[:4])]
    assert len(closed) and closed[["estimate", "floor", "fit", "rms_after", "first"]].isna().all(axis=None)
    title = ogp.say("{v}", v=1.5)
    with pytest.raises(DisclosureError):
        ogp.civic_space.synthetic_path(full["fits"]["fiw_d4", "near"], id="fiw_d4", place=full["place"], title=title)


def test_an_event_of_the_user_s_own_list_is_a_case_and_the_others_stand_beside_it(tmp_path, monkeypatch):
    (tmp_path / "data").mkdir()
    for name in ("notebooks", "data/raw"):
        (tmp_path / name).symlink_to(project().root / name)
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    days, columns = ["2017-06-29", "2016-11-16", "2015-10-25"], {"country": "country", "day": "day", "what_en": "what"}
    rows = pd.DataFrame({"country": "TZA", "day": days, "what": ["own letter", "own act", "own vote"]})
    about = {"name": "x", "source": "We", "licence": "-", "en": {"title": "Own list"}}
    about |= {"columns": columns | {"kind": "kind"}}
    for may_be_passed_on in (True, False):
        about["redistribute"] = may_be_passed_on
        ogp.add_events(rows.assign(kind=list("aba")), about)
        with speaking("en"):
            names = opened(event="own_x:TZA-2017-06-29", outcomes=CORE)
            ogp.add_events(rows.assign(kind="a"), about)  # of the kind of the case, and in the year before it
            near = opened(event="own_x:TZA-2017-06-29", outcomes=CORE)
        parts = names["dated"].set_index("code")["part"].filter(like="own_x").to_dict()
        assert parts == {f"own_x:TZA-{day}": "case" if day == days[0] else "other" for day in days}
        assert "own letter (added by the user)" in said(names, "headline")[0].plain()
        assert "the list “Own list”" in said(names, "limit")[0].plain()
        assert "which holds 3 events of Tanzania" in said(names, "own_events")[0].plain()
        assert tables(names)["events"]["what"].str.contains("own ").sum() == 3 * may_be_passed_on
        [figure] = [one for one in figures(names) if one.name == f"dated_{CORE}"]
        assert "own act" in str(figure.outputs())  # drawn in any case
        [none] = said(near, "no_effect")
        assert ("own act" if may_be_passed_on else "an event that may be drawn only") in none.plain()
        assert "is of the kind of this case in the user’s list" in none.plain()
