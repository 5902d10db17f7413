"""Tables of a country and of many: denominators, places and what is missing, on results of our own making."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from scipy.stats import norm

import ogp_analysis as ogp
from ogp_analysis.base.words import sentence
from ogp_analysis.civic_space.tables.profile import (
    bounded_facts,
    bounded_table,
    changes_table,
    cohort_table,
    correlations_table,
    events_table,
)

SERIES = pd.DataFrame({"unit": ["AAA", "BBB", "CCC"] * 2, "year": [2013] * 3 + [2023] * 3,
                       "value": [0.5, 0.6, 0.7, 0.4, 0.7, 0.7]})  # fmt: skip


def cells(made, column: str) -> list:
    place = [c["name"] for c in made.payload()["columns"]].index(column)
    return [row[place] for row in made.payload()["rows"]]


def test_changes_carry_places_and_denominators():
    moved = {"v2xcs_ccsi": ogp.changes(SERIES, "AAA", 2023)}
    made = changes_table(moved, "Kenya")
    assert cells(made, "first") == [2018, 2013]
    assert cells(made, "difference") == [None, pytest.approx(-0.1)]
    assert cells(made, "rank_fall") == [None, 1] and cells(made, "n") == [0, 3] and cells(made, "tied") == [None, 0]
    assert cells(made, "share")[1] == 0.5 and "low" not in made.frame


def test_changes_of_nothing_are_an_empty_table():
    assert changes_table({}, "Andorra").payload()["rows"] == []


#: Standard error of a value with bounds .02 away that cover .68.
SE = 0.02 / norm.ppf(0.84)


def bounded(term, value, reach, years=(2013, 2023)):
    frame = pd.DataFrame({"term": term, "year": years, "value": value})
    return frame.assign(low=frame["value"] - reach, high=frame["value"] + reach)


def test_a_change_without_a_probability_says_why():
    limits = pd.concat([bounded("v2x_polyarchy_v15", [0.6, 0.5], 0.02), bounded("v2x_libdem_v15", [0.6, math.nan], 0.1),
                        bounded("va_est", [0.1, 0.2], math.nan), bounded("v2x_egaldem_v15", [0.3, 0.3], 0.1)],
                       ignore_index=True)  # fmt: skip
    found = ogp.sign_probabilities(limits, 2013, 2023)
    made = bounded_table(found, "Kenya")
    by_name = dict(zip(cells(made, "term"), cells(made, "probability"), strict=True))
    assert by_name.pop("Electoral democracy (v15)") == pytest.approx(norm.cdf(0.1 / math.hypot(SE, SE)), abs=1e-6)
    assert by_name == {"Liberal democracy (v15)": "no_data", "Voice and accountability": "not_published",
                       "Egalitarian democracy (v15)": "no_change_coded"}  # fmt: skip
    assert "Rows with a probability: 1." in made.caption
    correlated = correlations_table(found, "Kenya")
    row = cells(correlated, "term").index("Electoral democracy (v15)")
    lead, half, most = (cells(correlated, f"probability{end}")[row] for end in ("", "_50", "_90"))
    assert lead < half < most and cells(correlated, "probability_90").count("no_change_coded") == 1


@pytest.mark.parametrize(
    ("values", "case", "unchanged"),
    [({"a": [0.6, 0.5], "b": [0.6, 0.4], "c": [0.3, 0.3]}, "summary", 1), ({"a": [0.6, 0.5]}, "one", 0),
     ({"a": [0.6, 0.6]}, "no_change", 1), ({"a": [0.6, math.nan]}, "none", None)],
)  # fmt: skip
def test_the_sentence_on_probabilities_has_a_case_for_every_result(values, case, unchanged):
    ids = dict(zip("abc", ("v2x_polyarchy_v15", "v2x_libdem_v15", "va_est"), strict=True))
    limits = pd.concat([bounded(ids[one], pair, 0.05) for one, pair in values.items()], ignore_index=True)
    found = bounded_facts(ogp.sign_probabilities(limits, 2013, 2023))
    assert (found["case"], found.get("unchanged")) == (case, unchanged)
    for language in ("en", "es"):
        ogp.use_language(language)
        assert sentence("profile.bounded", place="X", first=2013, last=2023, **found).plain()
    ogp.use_language("en")
    if case == "summary":
        assert (found["lowest_name"], found["highest_name"]) == ("Electoral democracy (v15)", "Liberal democracy (v15)")
        assert found["n"] == 2 and found["lowest"] < found["highest"]


def test_cohorts_show_the_two_ends_only():
    frame = pd.DataFrame({"unit": ["AAA", "BBB"] * 3, "year": [2000, 2000, 2005, 2005, 2010, 2010],
                          "value": [0.1, 0.3, 0.5, 0.5, 0.2, 0.4], "cohort": "2011"})  # fmt: skip
    made = cohort_table(ogp.dispersion(frame, by="cohort"), 2000, 2010)
    assert cells(made, "year") == [2000, 2010] and cells(made, "n") == [2, 2]
    assert cells(made, "median") == pytest.approx([0.2, 0.3])


def test_the_rows_of_cohorts_sum_to_the_numbers_of_the_caption():
    fixed = ogp.country_years(["v2xcs_ccsi"], 2000, 2023).fixed("v2xcs_ccsi")
    made = cohort_table(ogp.dispersion(fixed, by="cohort"), 2000, 2023)
    rows = list(zip(cells(made, "cohort"), cells(made, "year"), cells(made, "n"), strict=True))
    assert [name for name, year, _ in rows if year == 2023] == [
        "2011", "2012–2013", "2014 and later", "joined, letter not dated", "never joined"]  # fmt: skip
    members = sum(n for name, year, n in rows if year == 2023 and name != "never joined")
    assert members == fixed.loc[fixed["ogp"] == "ever", "unit"].nunique() == 87
    assert "every year shown: 174, of which ever joined OGP: 87." in made.caption
    assert ("joined, letter not dated", 2023, 2) in rows and ("never joined", 2023, 87) in rows


def test_events_are_numbered_dated_as_known_and_say_how_sure_they_are():
    history = ogp.timeline("MEX")
    made = events_table(history, "Mexico")
    assert cells(made, "number") == list(range(1, len(history.events) + 1))
    assert {"2017-05-23", "2023-01"} <= set(cells(made, "date_text"))
    assert any("(action plan 4)" in event for event in cells(made, "event"))
    assert cells(made, "date_text") == sorted(cells(made, "date_text"), key=lambda d: (d + "-01-01")[:10])
    sources = cells(made, "source_url")
    assert sum(address.startswith("https://www.opengovpartnership.org/") for address in sources) > 5
    assert "publisher not on record, 2011-09-20; row ogp_status_events (MEX, 2011-09-20, joined)" in sources


def test_quadrants_name_one_group_and_count_members():
    points = pd.DataFrame({"iso3": ["MEX", "KEN", "CHN", "FRA"], "x": [0.9, 0.9, 0.1, 0.2], "y": [0.1, 0.9, 0.1, 0.9]})
    found = ogp.quadrants(points, "x", "y", 0.5, 0.5, unit="iso3")
    named = {q.code: q.units for q in found.quadrants}
    assert named["high_low"] == ("MEX",)
    frame = points.rename(columns={"x": "v2x_polyarchy", "y": "v2xcs_ccsi"})
    real = ogp.quadrants(frame, "v2x_polyarchy", "v2xcs_ccsi", 0.5, 0.5, unit="iso3")
    made = ogp.quadrants_table(real, frozenset({"MEX", "KEN", "FRA"}), 2023)
    assert cells(made, "names") == ["not_applicable", "Mexico", "not_applicable", "not_applicable"]
    assert sum(cells(made, "count")) == 4 and set(cells(made, "n")) == {4}
    assert cells(made, "members") == [1, 1, 1, 0]


def test_movers_are_counted_from_both_ends_and_the_caption_holds_the_sample():
    more = pd.concat([SERIES, pd.DataFrame({"unit": ["DDD"], "year": [2013], "value": [0.9]})])
    more["unit"] = more["unit"].map({"AAA": "MEX", "BBB": "KEN", "CCC": "CHN", "DDD": "FRA"})
    moved = ogp.movers(more, 2013, 2023)
    made = ogp.movers_table(moved, "v2xcs_ccsi")
    assert cells(made, "place") == ["Kenya", "Mexico"] and cells(made, "rank") == [1, 1]
    assert cells(made, "difference") == pytest.approx([0.1, -0.1])
    assert "1 rose, 1 fell and 1 did not change; left out for want of a value: 1" in made.caption


def test_the_scope_names_other_units_in_the_language_of_the_page():
    ogp.use_language("es")
    panel = ogp.country_years(["v2xcs_ccsi"], 2020, 2021)
    ogp.use_language("en")
    assert panel.joins["units_without_iso3"].tolist() == ["Cisjordania, Franja de Gaza, Somalilandia, Zanzíbar"]
    made = ogp.scope_table(ogp.country_years(["v2xcs_ccsi"], 2020, 2021))
    assert cells(made, "units_without_iso3") == ["Gaza Strip, Somaliland, West Bank, Zanzibar"]
    assert cells(made, "rows") == [cells(made, "matched")[0] + cells(made, "without_iso3")[0]]


def test_measures_say_whether_an_interval_is_published():
    made = ogp.measures_table(ogp.country_years(["v2xcs_ccsi", "v2x_polyarchy_v15", "va_est"], 2020, 2021))
    assert cells(made, "bounds") == ["no interval published", "68% interval", "standard error"]
