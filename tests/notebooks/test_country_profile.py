"""The profile of a country, cell by cell: what is said, drawn and tabled, and what a reader changes in it."""

from __future__ import annotations

from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

import ogp_analysis as ogp
from ogp_analysis.base.errors import MessageError, ParameterError, UnknownName
from ogp_analysis.base.words import Sentence, speaking
from ogp_analysis.base.words.catalogue import anew
from ogp_analysis.display.figure import Figure
from ogp_analysis.display.table import Table

from .. import cells


def numbers(shown: list) -> dict[str, float]:
    said = [part for part in shown if isinstance(part, Sentence)]
    return {name: one["value"] for part in said for name, one in part.numbers().items()}


def named(shown: list, kind: type) -> dict:
    return {part.name: part for part in shown if isinstance(part, kind)}


def said(shown: list) -> str:
    return " ".join(part.plain() for part in shown if isinstance(part, Sentence))


def rows(table: Table) -> list[dict]:
    payload = table.payload()
    return [dict(zip([one["name"] for one in payload["columns"]], row, strict=True)) for row in payload["rows"]]


@pytest.fixture(scope="module")
def of_mexico() -> tuple[dict, list]:
    return cells.run("country_profile", event_date="2017-05-23")


@pytest.fixture
def mexico(of_mexico) -> list:
    return of_mexico[1]


def test_the_answer_has_the_value_the_changes_and_the_fall_from_the_peak(mexico):
    found = numbers(mexico)
    assert (found["latest.value"], found["latest.rank_high"]) == (0.701, 103)
    assert [found[f"answer.{one}"] for one in ("v0", "y0", "v1", "y1", "v2", "y2")] == [
        0.772, 2013, 0.879, 2019, 0.688, 2022,
    ]  # fmt: skip
    assert (found["since.value"], found["now.rank_high"]) == (0.701, 103)
    assert [found[f"window_{years}.{one}"] for years in (10, 5) for one in ("rank_fall", "fell", "n")] == [
        53, 111, 175, 16, 103, 175,
    ]  # fmt: skip
    assert (found["peak.difference"], found["peak.rank"], found["trough.difference"]) == (-0.178, 32, 0.013)
    assert (found["change_5.rank_fall"], found["change_10.rank_fall"]) == (16, 53)
    assert (found["asked.before_value"], found["asked.at_value"], found["path_since.first"]) == (0.772, 0.801, 2016)
    assert [part.role for part in mexico if isinstance(part, Sentence)][:11] == [
        "headline", "scope", *["finding"] * 5, *["number"] * 3, "limit",
    ]  # fmt: skip


def test_places_of_all_countries_are_counted_again_one_by_one(of_mexico):
    names, _ = of_mexico
    values = {
        code: dict(zip(part["year"], part["value"], strict=True)) for code, part in names["series"].groupby("unit")
    }
    own = {code: found for code, found in values.items() if set(range(2012, 2024)) <= set(found)}
    falls = {
        code: round(found[2023] - max(found[year] for year in range(2012, 2024)), 6) for code, found in own.items()
    }
    mine, found = falls["MEX"], names["extremes"]["peak"]
    assert found["n"] == len(falls) == 175
    assert found["rank"] == 1 + sum(one < mine for one in falls.values())
    assert found["tied"] == sum(one == mine for one in falls.values()) - 1
    moved = {code: round(one[2023] - one[2013], 6) for code, one in values.items() if {2013, 2023} <= set(one)}
    [ten] = [one for one in names["changes"] if one["window"] == 10]
    others = [one for code, one in moved.items() if code != "MEX"]
    assert (ten["n"], ten["rank_fall"]) == (len(moved), 1 + sum(one < moved["MEX"] for one in others))
    assert ten["as_much_count"] == sum(abs(one) >= abs(moved["MEX"]) for one in others)


@pytest.mark.parametrize(
    ("country", "case", "ranked"),
    [
        ("DNK", "held", set()), ("BRA", "fell_back", {5}), ("IDN", "fell_rose", set()), ("TUN", "fell", {10, 5}),
        ("LKA", "rose_fell_rose", {10, 5}), ("MWI", "fell_rose_fell", {10, 5}), ("BGR", "rose", set()),
        ("KOR", "rose_fell", {5}),  # of more moves than a sentence takes, the larger
    ],
)  # fmt: skip
def test_the_answer_tells_what_the_series_did_in_its_order_and_ranks_no_small_change(country, case, ranked):
    names, shown = cells.run("country_profile", country=country)
    assert names["lead"] == case
    figures, claim = named(shown, Figure), names["claim"].plain().removesuffix(".")
    assert claim in " ".join(figures["core_index"].alt.split()) and claim in " ".join(said(shown).split())
    by = {change["window"]: change for change in names["changes"]}
    assert {years for years, change in by.items() if change["case"] in ("rose", "fell")} == ranked
    assert all(abs(by[years]["difference"]) < 0.05 for years in {10, 5} - ranked)
    assert said(shown).count("so it gets no rank") == 2 * (2 - len(ranked))
    values = names["series"].pivot(index="unit", columns="year", values="value")
    for years, change in by.items():
        moved = (values[2023] - values[2023 - years]).round(6)
        counts = {"fell": (moved < 0).sum(), "rose": (moved > 0).sum()}
        ways = {"fell", "rose"} if change["case"] == "small" else {change["case"]}
        assert {way: change[way] for way in counts if way in change} == {way: counts[way] for way in ways}
    own = names["past"].set_index("year")["value"]
    told = {names["turned"][f"y{n}"]: names["turned"][f"v{n}"] for n in range(4) if f"y{n}" in names["turned"]}
    assert told == own[list(told)].to_dict()


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({}, {"value": 0.619, "rank_high": 104, "n": 175, "difference": -0.183, "rank_fall": 25, "fell": 124}),
        ({"country": "GMB"}, {"value": 0.814, "difference": 0.62, "rank_rise": 1, "rose": 49}),
        (
            {"country": "POL"},
            {"value": 0.917, "difference": -0.034, "step": 0.05, "between": 2022, "between_value": 0.606},
        ),
        ({"country": "DNK"}, {"step": 0.05, "between": None}),  # never as far as the step from where it began
        ({"last_year": 2018}, {}),  # the page ends before the newest year of its own index
        ({"country": "PSE"}, {}),  # it is not in the copy
    ],
)
def test_version_16_has_a_sentence_of_its_own_with_a_rank_if_it_moved_by_the_step(given, found):
    names, shown = cells.run("country_profile", **given)
    told = {name[7:]: value for name, value in numbers(shown).items() if name.startswith("newest.")}
    assert {name: told.get(name) for name in found} == found and bool(told) == bool(found)
    ranks = {"fell", "rose", "rank_fall", "rank_rise"}
    assert not told or (abs(told["difference"]) >= 0.05) == bool(ranks & set(told))
    assert not told or (told["first"], told["last"]) == (2015, 2025)
    assert not any("v16" in name for name in names["sides"]) and "v2x_freexp_altinf_v16" not in names["panel"].ids


def test_the_answer_and_the_title_of_its_figure_tell_no_year_that_is_not_shown():
    names, shown = cells.run("country_profile", first_year=2018)
    assert (names["turned"]["y0"], names["turned"]["y1"], names["changes"][0]["first"]) == (2019, 2022, 2013)
    assert "rose from" not in named(shown, Figure)["core_index"].alt
    names, shown = cells.run("country_profile", first_year=2023)
    assert names["lead"] == "value" and "stood at 0.701, rank 103 of 175" in named(shown, Figure)["core_index"].alt


def test_every_figure_and_table_stands_there_once_in_the_words_of_each_page(mexico):
    figures, tables = named(mexico, Figure), named(mexico, Table)
    assert list(figures) == [
        "core_index", "change_among_countries", "other_indices", "measures_bounds", "coverage",
    ]  # fmt: skip
    assert {"changes", "values", "other_measures", "other_changes", "what_measures_ask", "indicators", "cohorts",
            "absent_measures", "scope", "regime_episodes", "newer_release"} < set(tables)  # fmt: skip
    with speaking("es"):
        changes, episodes = anew(tables["changes"]), anew(tables["regime_episodes"])
        assert "país" in anew(figures["core_index"]).caption
    assert rows(changes)[0]["indicator"] == "Sociedad civil (índice central)" and changes.label("first") == "Desde"
    assert rows(episodes)[-1]["direction"] == "Autocratización" and "México" in episodes.caption


def test_years_without_a_value_tell_no_movement_of_those_before():
    names, shown = cells.run("country_profile", first_year=2024, last_year=2024)
    assert names["lead"] == "none" and "V-Dem has no value of the core civil society index for Mexico" in said(shown)
    assert "rose from" not in said(shown)


def test_a_date_before_the_years_shown_says_so():
    shown = cells.run("country_profile", event_date="1999-01-01")[1]
    assert said(shown).count("the years shown begin in 2000") == 1 and "The years shown begin in 2000" in said(shown)
    assert "the index has no value" not in said(shown).casefold()


def test_a_country_without_a_value_of_the_index_says_so_and_leaves_pictures_and_tables_out():
    shown = cells.run("country_profile", country="Andorra")[1]
    assert "no value of the core civil society index for Andorra" in said(shown)
    assert list(named(shown, Figure)) == ["measures_bounds", "coverage"]
    assert not {"changes", "values"} & set(named(shown, Table))
    assert [row["measure"] for row in rows(named(shown, Table)["other_measures"])] == ["Voice and accountability"]


def test_a_change_across_a_break_names_it_and_one_before_the_series_is_not_made_up():
    shown = cells.run("country_profile", first_year=2000, last_year=2010)[1]
    by = {row["measure"]: row for row in rows(named(shown, Table)["other_changes"])}
    voice = by["Voice and accountability"]
    assert isinstance(voice["change_5"], float) and voice["change_10"] == "not comparable: every two years before 2002"
    assert voice["probability"] == "not_comparable"
    assert {row["probability"] for row in by.values()} - {"not_comparable", "no_change_coded"}


def test_what_is_no_country_no_date_or_without_values_is_refused():
    with pytest.raises(UnknownName, match="Narnia"):
        cells.run("country_profile", country="Narnia")
    with pytest.raises(MessageError, match="is not a date"):
        cells.run("country_profile", event_date="23/05/2017")
    with pytest.raises(ParameterError, match="event_date.*after that of 2023-12-31.*shown of Mexico is of 2023"):
        cells.run("country_profile", event_date="2023-12-31")
    with pytest.raises(ParameterError, match="bears its code"):
        cells.run("country_profile", country="VAT")


@pytest.mark.parametrize(
    ("subject", "title", "scope"),
    [
        ("v2x_freexp_altinf", "“Freedom of expression (v14)”", "V-Dem 14, to 2023: from 0 to 1, higher is freer; no"),
        ("v2x_polyarchy_v15", "“Electoral democracy (v15)”", "higher is more democratic; with the publisher's error"),
        ("va_est", "“Voice and accountability”", "World Bank, WGI 2023, to 2023: "),
    ],
)
def test_another_index_is_the_subject_by_a_parameter(subject, title, scope):
    names, shown = cells.run("country_profile", subject=subject)
    series = names["panel"].series(subject, earlier=True)
    now = series[series["year"] == series["year"].max()].set_index("unit")["value"]
    found = numbers(shown)
    assert found["now.value"] == pytest.approx(now["MEX"]) and found["now.rank_high"] == (now > now["MEX"]).sum() + 1
    assert title in said(shown) and scope in said(shown) and "core civil society" not in said(shown).casefold()
    assert ("from the freest" in said(shown)) is (subject != "v2x_polyarchy_v15")
    drawn = named(shown, Figure)["other_index"]
    assert title in drawn.svg() and "Core civil society" not in drawn.alt and drawn.faults() == []
    with speaking("es"):
        assert "índice central" not in " ".join(anew(one).plain() for one in shown if isinstance(one, Sentence))


def test_numbers_that_do_not_agree_stop_the_run():
    with pytest.raises(MessageError, match="the latest value is in the table"):
        cells.run("country_profile", {'"value": peers[place.iso3], "n"': '"value": 0.5, "n"'})
    with pytest.raises(MessageError, match="a change is last minus first"):
        cells.run("country_profile", {'change["last_value"] - change["first_value"]': 'change["last_value"]'})


def test_the_figure_of_the_answer_is_drawn_into_the_axes_of_a_user(of_mexico):
    names, (_, ax) = of_mexico[0], plt.subplots()
    drawn = ogp.civic_space.country_series(
        names["own"], names["median"], names["members"], names["history"], name="mine", ax=ax, **names["marks"]
    )
    plt.close(ax.figure)
    assert drawn.of_user and drawn.caption == named(of_mexico[1], Figure)["core_index"].caption
    assert any(list(line.get_ydata()) == names["own"]["value"].tolist() for line in ax.lines)
    assert any(text.get_text().startswith("Member") for text in ax.texts), "the strip that the caption speaks of"


TURNS = [
    ((0.5, 0.52, 0.49, 0.53), {0: 0.5, 3: 0.53}),  # never by the step
    ((0.5, 0.55), {0: 0.5, 1: 0.55}),  # just by the step, exact in decimals
    ((0.3, 0.1, 0.15), {0: 0.3, 1: 0.1, 2: 0.15}),
    ((0.9, 0.9, 0.7, 0.7), {0: 0.9, 3: 0.7}),  # ends where it has stood
    ((0.5, 0.9, 0.88, 0.91, 0.6, 0.62), {0: 0.5, 3: 0.91, 4: 0.6, 5: 0.62}),
    ((0.52, 0.5, 0.8, 0.6), {1: 0.5, 2: 0.8, 3: 0.6}),  # a first move of less than the step
    ((0.5,), {0: 0.5}),
]


@pytest.mark.parametrize(("values", "turns"), TURNS)
def test_turning_points_are_those_between_which_it_moved_by_the_step(of_mexico, values, turns):
    turning_points = of_mexico[0]["turning_points"]
    assert turning_points(pd.Series(values), 0.05).to_dict() == turns
    upside_down = turning_points(1 - pd.Series(values), 0.05)
    assert list(upside_down.index) == list(turns)


def test_turning_points_hold_for_any_series(of_mexico):
    """From each to the next it moved by the step, and on the way it never turned back by as much."""
    rng = np.random.default_rng(20261201)
    for _ in range(200):
        values = pd.Series(rng.normal(0, 0.04, 12).cumsum().round(3))
        points = of_mexico[0]["turning_points"](values, 0.05)
        moves = points.diff().round(9).iloc[1:]
        assert (moves.iloc[:-1].abs() >= 0.05).all() and points.index[-1] == 11
        for (start, _), (end, move) in pairwise(points.diff().items()):
            part = values.loc[start:end] * np.sign(move)
            assert (part.cummax() - part).max() < 0.05 - 1e-9
