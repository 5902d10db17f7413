"""The overview of civic space, cell by cell: its numbers counted again, what it refuses, what stops a run."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

import ogp_analysis as ogp
from ogp_analysis.base.countries import country
from ogp_analysis.base.errors import MessageError, ParameterError
from ogp_analysis.base.words import Sentence, speaking
from ogp_analysis.base.words.catalogue import anew
from ogp_analysis.data.store import hand_out
from ogp_analysis.display.figure import Figure
from ogp_analysis.display.table import Table

from .. import cells

NAME = "civic_space_overview"


def said(shown: list) -> dict[str, Sentence]:
    return {part.key: part for part in shown if isinstance(part, Sentence)}


def named(shown: list, kind: type) -> dict:
    return {part.name: part for part in shown if isinstance(part, kind)}


def numbers(shown: list) -> dict[str, float]:
    return {name: one["value"] for part in said(shown).values() for name, one in part.numbers().items()}


@pytest.fixture(scope="module")
def of_the_world() -> tuple[dict, list]:
    return cells.run(NAME)


@pytest.fixture
def world(of_the_world) -> list:
    return of_the_world[1]


@pytest.fixture(scope="module")
def raw() -> dict[str, pd.DataFrame]:
    """Civic space and democracy of the clean table: countries by years."""
    rows = ogp.load("vdem", "v14", columns=["iso3", "year", "unit_kind", "v2xcs_ccsi", "v2x_polyarchy"])
    rows = rows[rows["iso3"].notna() & (rows["unit_kind"] != "part_of_country") & rows["year"].between(2013, 2023)]
    return {name: rows.pivot(index="iso3", columns="year", values=name) for name in ("v2xcs_ccsi", "v2x_polyarchy")}


def test_movement_levels_and_quadrants_are_counted_again(world, raw):
    space, democracy = raw["v2xcs_ccsi"], raw["v2x_polyarchy"]
    moved = (space[2023] - space[2013]).dropna().round(3)
    other = (democracy[2023] - democracy[2013]).round(3)[moved[moved < 0].index].dropna()
    found, fixed = numbers(world), space.dropna()
    assert (found["movement.n"], found["movement.fell"], found["movement.rose"], found["movement.unchanged"]) == (
        len(moved), (moved < 0).sum(), (moved > 0).sum(), (moved == 0).sum())  # fmt: skip
    assert found["movement.fell_share"] == pytest.approx((moved < 0).mean())
    assert (found["movement.far"], found["movement.step"]) == ((moved <= -0.05).sum(), 0.05)
    assert (found["quadrants.kept_n"], found["quadrants.kept_count"]) == (len(other), (other >= 0).sum())
    assert (found["level.n"], found["level.start"], found["level.median"]) == (
        len(fixed), fixed[2013].median(), fixed[2023].median())  # fmt: skip
    both = pd.DataFrame({"x": democracy[2023], "y": space[2023]}).dropna()
    cuts, members = both.median(), set(hand_out.load("ogp_membership", "countries")["iso3"])
    corner = both.index[(both["x"] >= cuts["x"]) & (both["y"] < cuts["y"])]
    assert (found["quadrants.x_cut"], found["quadrants.y_cut"]) == (cuts["x"], cuts["y"])
    assert (found["quadrants.count"], found["quadrants.members"]) == (len(corner), len(members.intersection(corner)))
    assert found["agreement.rho"] == pytest.approx(both["x"].rank().corr(both["y"].rank()))
    assert said(world)["agreement"].case == "shared"
    names = named(world, Table)["quadrants"].frame["names"].tolist()
    assert names[1] == ", ".join(sorted(country(code).name_en for code in corner)) and names[0] == "not_applicable"


def test_version_16_is_counted_by_itself_to_its_last_year(world):
    rows = (
        ogp.load("vdem", "v16_five")
        .dropna(subset="iso3")
        .pivot(index="iso3", columns="year", values="v2x_freexp_altinf")
    )
    moved, found = (rows[2025] - rows[2015]).round(9), numbers(world)
    assert {name: found[f"newest.{name}"] for name in ("first", "last", "n", "fell", "rose", "unchanged")} == {
        "first": 2015, "last": 2025, "n": len(moved), "fell": (moved < 0).sum(), "rose": (moved > 0).sum(), "unchanged": 2,
    }  # fmt: skip
    assert (found["newest.far"], found["newest.risen"]) == ((moved <= -0.05).sum(), (moved >= 0.05).sum()) == (75, 23)
    assert "newest" not in said(cells.run(NAME, year=2020)[1])


def test_the_largest_movements_share_places_and_ties_are_cut_and_counted(world, raw):
    moved = (raw["v2xcs_ccsi"][2023] - raw["v2xcs_ccsi"][2013]).dropna().round(3)
    rows = named(world, Table)["movers"].frame
    assert len(rows) == 20 and rows["difference"].is_monotonic_decreasing
    for part, size in ((rows[:10], moved), (rows[10:][::-1], -moved)):
        places = size.rank(method="min", ascending=False)
        codes = [country(name).iso3 for name in part["place"]]
        assert part["rank"].tolist() == places[codes].tolist() == sorted(part["rank"])
        assert part["tied"].tolist() == [(size == size[code]).sum() - 1 for code in codes]
        assert sorted(size.nlargest(10)) == sorted(size[codes])
    ends = [(size >= size.nlargest(10).min()).sum() - 10 for size in (moved, -moved)]
    assert numbers(world)["ties.cut"] == sum(ends) == 1


def test_every_figure_and_table_stands_there_once_in_the_words_of_each_page(world):
    figures, tables = named(world, Figure), named(world, Table)
    regions = [name for name in figures if name.startswith("map_")]
    assert len(regions) == 6 and all(figures[name].view for name in regions)
    assert [name for name in figures if name not in regions] == [
        "map", "distribution", "movements", "two_measures", "measures_bounds"]  # fmt: skip
    assert all(one.faults() == [] for one in figures.values())
    assert {"movers", "quadrants", "inventory", "other_measures", "other_categories", "cohorts", "scope"} < set(tables)
    assert [part.role for part in world if isinstance(part, Sentence)][:6] == [
        "headline", "finding", "finding", "number", "limit", "scope"]  # fmt: skip
    with speaking("es"):
        quadrants, movers = anew(tables["quadrants"]), anew(tables["movers"])
        assert (
            quadrants.frame["quadrant"].tolist()[3] == "bajo en ambas" and "México" in quadrants.frame["names"].iloc[1]
        )
        assert movers.label("place") == "País o territorio" and anew(figures[regions[1]]).view.startswith("América")
        assert "bajó en" in anew(said(world)["movement"]).plain()


def test_a_region_has_its_own_countries_governments_and_no_maps_of_others():
    names, shown = cells.run(NAME, region="Latin America and the Caribbean", outcome="v2x_polyarchy_v15",
                             second_measure="va_est", year=2022)  # fmt: skip
    assert {country(code).region for code in names["change"].index} == {"latin_america_caribbean"}
    assert not [name for name in named(shown, Figure) if name.startswith("map_")] and "regions" not in said(shown)
    cases = hand_out.load("carnegie_spyware_inventory", "cases")
    own = cases[[country(code).region == "latin_america_caribbean" for code in cases["iso3"]]]
    spyware, found = own[own["category"] == "spyware"], numbers(shown)
    assert (found["inventory.cases"], found["inventory.countries"]) == (len(spyware), spyware["iso3"].nunique())
    assert found["inventory.all_lower"] == spyware["lower_confidence"].sum()
    parts, large, by = names["in_classes"]("latin_america_caribbean"), names["large"], names["by"]
    assert sum(map(len, parts.values())) == len(by) and {large * one for one in (1, 10)} & {0.1, 0.2, 0.5, 1, 2, 5}
    assert parts["much_fell"] | parts["fell"] == set(by.index[by < 0]) and all(by[[*parts["much_fell"]]] <= -large + 1e-9)
    codes = {text.get_text() for text in named(shown, Figure)["two_measures"].sheets[0].figure.texts}
    assert codes & set(names["side"].index) == set(names["side"].index[names["side"] == "high_low"])
    members = set(hand_out.load("ogp_membership", "countries")["iso3"])
    rows = named(shown, Table)["inventory"].frame
    assert rows["joined"].iloc[0] == len(members.intersection(spyware["iso3"])) and rows["cases"].sum() == len(own)
    assert said(shown)["bounds"].case == "some" and "second_measure" not in said(shown)


def test_groups_have_both_ends_of_the_last_years_without_a_break(of_the_world):
    names, _ = of_the_world
    rows = pd.DataFrame({"year": [2015, 2016, 2017, 2018] * 2, "group": ["ever"] * 4 + ["never"] * 4,
                         "segment": [0, 0, 1, 1] * 2, "n": 5, "q1": 0.1, "median": [0.1, 0.2, 0.3, 0.4] * 2,
                         "q3": 0.9, "count": [1, 2, 3, 4] * 2})  # fmt: skip
    found = names["ends"](rows[rows["group"] == "ever"])
    assert found["n"].tolist() == [5, 0] and found[["first", "last"]].iloc[0].tolist() == [2017, 2018]
    assert found[["first_median", "last_median"]].iloc[0].tolist() == [0.3, 0.4]
    assert names["shares"](rows)["share"].tolist() == [0.8, 0.8]
    with pytest.MonkeyPatch.context() as patched:
        patched.setitem(names, "groups", {"va_est": rows, "ert_regime": rows})
        patched.setitem(names, "panel", replace(names["panel"], drawn_only=("ert_regime",)))
        made = names["of_groups"]("other_measures", names["ends"], {"va_est": "Voice", "ert_regime": "Regime"})
    assert made.frame.iloc[2].tolist() == ["Regime", "drawn_only", *["not_written"] * 7]


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"second_measure": "Core civil society"}, "both are v2xcs_ccsi. Name two different"),
        ({"outcome": "population"}, "outcome: population does not measure on a scale"),
        ({"second_measure": "gdp_pc"}, "second_measure: gdp_pc does not measure"),
        ({"outcome": "v2x_regime"}, "v2x_regime does not measure"),
        ({"outcome": "fiw_e2"}, "may be drawn but not passed on"),
        ({"year": 2005}, "no value in 1995 .world.; the embedded edition holds it for 2000 to 2023"),
        ({"year": 2024}, "outcome: v2xcs_ccsi has no value in 2024"),
        ({"outcome": "v2x_polyarchy_v15", "second_measure": "va_est", "year": 2024}, "second_measure: va_est has no"),
        ({"outcome": "va_est", "year": 2010}, "va_est has a break in 2002"),
        ({"outcome": "v2mecenefi"}, "v2mecenefi: is not in the data of this edition"),
        ({"second_measure": "wjp_3"}, "wjp_3: is not in the data of this edition"),
    ],
)
def test_a_comparison_that_says_nothing_is_refused_in_words(asked, message):
    with pytest.raises(ParameterError, match=message) as fault:
        cells.run(NAME, **asked)
    assert "\n" not in str(fault.value)


@pytest.mark.parametrize(
    ("there", "case"), [([], "absent"), (["fiw_d4"], "one"), (["fiw_d4", "wjp_46"], "together")]
)  # fmt: skip
def test_measures_of_surveillance_are_named_all_and_none_is_drawn_alone(there, case):
    assert ogp.indicators("surveillance of communications")["id"].tolist() == ["fiw_d4", "wjp_46", "dsp_v2smgovsmmon"]
    rows = ", ".join(f'"{id}": groups["va_est"]' for id in there)
    changed = {"names = {id: ogp.indicator(id).name for id in asking}":
               f"names = {{id: ogp.indicator(id).name for id in asking}}; others += {there}; groups |= {{{rows}}}"}  # fmt: skip
    shown = cells.run(NAME, changed)[1]
    assert said(shown)["surveillance"].case == case
    assert ("surveillance" in named(shown, Figure)) == (len(there) > 1)


def test_an_edition_without_the_inventory_says_so(monkeypatch):
    usual = hand_out.has
    monkeypatch.setattr(
        ogp, "has", lambda dataset, *rest: dataset != "carnegie_spyware_inventory" and usual(dataset, *rest)
    )
    shown = cells.run(NAME)[1]
    assert "Not in this edition" in said(shown)["inventory"].plain() and "inventory" not in named(shown, Table)


def test_numbers_that_do_not_agree_stop_the_run():
    with pytest.raises(MessageError, match="fell, rose and did not change add up"):
        cells.run(NAME, {"by.index[by > 0]": "by.index[by > 0.01]"})
    with pytest.raises(MessageError, match="the quadrants hold every country"):
        cells.run(NAME, {'order = ["high_high", "high_low",': 'order = ["high_high",'})
