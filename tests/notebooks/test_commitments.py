"""What the cells of commitments compute, counted again from raw rows and by the formulas, and what they refuse."""

from __future__ import annotations

import itertools
import json
from importlib import import_module
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from statsmodels.miscmodels.ordinal_model import OrderedModel

import ogp_analysis as ogp
from ogp_analysis.base.errors import MessageError, OgpAnalysisError
from ogp_analysis.base.words import speaking
from ogp_analysis.base.words.catalogue import anew
from ogp_analysis.display.figure import Figure

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "notebooks" / "commitments.ipynb"
RAW = ROOT / "data" / "raw" / "ogp_commitments" / "2016-extract"
IMPACT = ["none", "minor", "moderate", "transformative"]
COMPLETION = ["not_started", "limited", "substantial", "complete"]
FULFILLED = COMPLETION[2:]
load = ogp.load


def sources() -> list[str]:
    cells = json.loads(FILE.read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]


def opened(old: str = "", new: str = "", **parameters) -> dict:
    """Run the cells with other parameters, and one text in place of another; return their names and what they show."""
    names: dict = {"outputs": []}
    names["display"] = lambda *things: names["outputs"].extend(things)
    assert old in "".join(sources())
    for number, source in enumerate(sources()[:-1]):
        exec(compile(source.replace(old, new) if old else source, FILE.stem, "exec"), names)
        if not number:
            names.update(parameters)
    return names


def said(names: dict, key: str) -> list:
    return [one for one in names["outputs"] if getattr(one, "key", None) == key]


def tables(names: dict) -> dict[str, pd.DataFrame]:
    return {one.name: one.frame for one in names["outputs"] if hasattr(one, "headings")}


def figures(names: dict) -> dict[str, Figure]:
    return {one.name: one for one in names["outputs"] if isinstance(one, Figure)}


def number(sentence, name: str) -> float:
    return sentence.values[name].value


@pytest.fixture
def changed(monkeypatch):
    """Change the table of commitments that the cells, and the lines on what was promised, load."""

    def change(make) -> None:
        def loaded(dataset, table="", *given, **named):
            frame = load(dataset, table, *given, **named)
            return make(frame) if (dataset, table) == ("ogp_commitments", "commitments") else frame

        for module in (ogp, import_module("ogp_analysis.open_government.promises")):
            monkeypatch.setattr(module, "load", loaded)

    return change


@pytest.fixture(scope="module")
def every() -> dict:
    with speaking("en"):
        return opened()


@pytest.fixture(scope="module")
def raw() -> pd.DataFrame:
    return pd.read_csv(RAW / "commitments.csv", dtype="str")


# --- Denominators and shares ------------------------------------------------------------------------------------------


def test_shares_are_counts_of_the_raw_rows_that_are_rated(every, raw):
    impact, completion = raw["potential_impact"].isin(IMPACT), raw["completion"].isin(COMPLETION)
    reached = {
        "ambitious": (impact, raw["potential_impact"].isin(IMPACT[2:])),
        "transformative": (impact, raw["potential_impact"] == "transformative"),
        "mostly_complete": (completion, raw["completion"].isin(FULFILLED)),
        "complete": (completion, raw["completion"] == "complete"),
        "specific": (raw["specificity"].isin(["none", "low", "medium", "high"]), raw["specificity"].isin(["medium", "high"])),
        "relevant": (raw["relevance"].isin(["unclear", "clear"]), raw["relevance"] == "clear"),
    }  # fmt: skip
    found = every["found"]
    assert found.index.tolist() == list(reached)
    for name, (rated, met) in reached.items():
        assert found.loc[name, ["count", "n"]].tolist() == [met.sum(), rated.sum()]
        assert found.at[name, "share"] == met.sum() / rated.sum()
        assert found.at[name, "low"] < found.at[name, "share"] < found.at[name, "high"]
    # Taken as independent they would read 54 to 59 and 51 to 55.
    ends = found.loc[["ambitious", "mostly_complete"], ["low", "high"]]
    assert ends.mul(100).round().to_numpy().tolist() == [[51, 62], [47, 59]]
    headline = said(every, "headline")[0]
    plans = raw[["unit", "plan_number"]].drop_duplicates()
    assert [number(headline, one) for one in ("rows", "plans", "first", "last")] == [1927, len(plans), 2011, 2014]


def test_what_is_outside_a_denominator_is_counted_by_reason(every, raw):
    outside = tables(every)["outside_the_denominators"].set_index(["measure", "reason"])["count"]
    completion = raw["completion"].value_counts()
    assert outside["Completion: complete"].to_dict() == {
        "not applicable": completion["not_applicable"],
        "not reviewed": completion["not_reviewed"],
        "unclear": completion["unclear"],
        "withdrawn": completion["withdrawn"],
    }
    assert outside["Potential impact: transformative", "no data"] == (raw["potential_impact"] == "no_data").sum()


def test_a_milestone_is_no_commitment_and_withdrawn_is_neither_complete_nor_not(changed):
    def made(rows):
        first = rows.index < 500
        return rows.assign(
            row_kind=["milestone"] * 10 + ["commitment"] * (len(rows) - 10),
            completion=rows["completion"].mask(first, "withdrawn"),
        )

    changed(made)
    names = opened(theme="privacy")
    rows = names["rows"][10:]
    assert names["found"].at["complete", "n"] == rows["completion"].isin(COMPLETION).sum()
    assert names["found"].at["complete", "count"] == (rows["completion"][490:] == "complete").sum()
    assert names["found"].at["ambitious", "n"] == rows["potential_impact"].isin(IMPACT).sum()
    outside = tables(names)["outside_the_denominators"].set_index(["measure", "reason"])["count"]
    milestones = outside["Completion: complete", "a milestone, not a commitment"]
    assert milestones == 10 and outside["Completion: complete", "withdrawn"] >= 490


def test_where_nothing_is_rated_on_a_scale_nothing_is_said_of_it(changed):
    changed(lambda rows: rows.assign(completion="not_reviewed"))
    names = opened(country="MEX")
    assert names["found"].loc["complete", ["count", "n"]].tolist() == [0, 0]
    assert not said(names, "completion") and len(said(names, "ambition")) == 1
    assert {"completion_by_impact", "completion_within_plans"}.isdisjoint(tables(names))


def test_intervals_are_over_countries_whose_localities_count_with_them(changed):
    units = sorted(load("ogp_commitments", "commitments")["unit"].unique())
    changed(lambda rows: rows.assign(iso3=rows["unit"].map(lambda unit: "AFG" if unit < units[20] else None)))
    names = opened()
    assert names["found"].at["ambitious", "clusters"] < 59 - 18 and names["rows"]["country"].nunique() == 61 - 19
    few = opened(country="Mexico")
    assert (few["found"].at["ambitious", "clusters"], pd.isna(few["found"].at["ambitious", "low"])) == (1, True)
    assert "interval" not in said(few, "ambition")[0].plain()


# --- Completion by impact ---------------------------------------------------------------------------------------------


def by_hand(rows, lower, higher):
    """Difference within plans, its error over countries, commitments, plans and countries, by the formulas."""
    plans = {}
    for row in rows[rows["completion"].isin(COMPLETION) & rows["potential_impact"].isin(IMPACT)].to_dict("records"):
        key = row["iso3"], row["unit"], row["plan_number"]
        plans.setdefault(key, {}).setdefault(row["potential_impact"], []).append(row["completion"] in FULFILLED)
    both = {key: (held[lower], held[higher]) for key, held in plans.items() if lower in held and higher in held}
    weights = {key: len(a) * len(b) / (len(a) + len(b)) for key, (a, b) in both.items()}
    differences = {key: np.mean(b) - np.mean(a) for key, (a, b) in both.items()}
    whole = sum(weights.values())
    estimate = sum(weights[key] * differences[key] for key in both) / whole
    scores: dict[str, float] = {}
    for key in both:
        scores[key[0]] = scores.get(key[0], 0.0) + weights[key] * (differences[key] - estimate)
    n, g = sum(len(a) + len(b) for a, b in both.values()), len(scores)
    # Effects of plans lie within countries, so they are not counted among the two parameters.
    error = (sum(score**2 for score in scores.values()) * g / (g - 1) * (n - 1) / (n - 2)) ** 0.5 / whole
    return estimate, error, n, len(both), g


def test_each_step_is_that_of_the_formulas(every, raw):
    for step, (lower, higher) in zip(every["steps"].itertuples(), itertools.pairwise(IMPACT), strict=True):
        estimate, error, n, plans, countries = by_hand(raw, lower, higher)
        assert (step.lower, step.higher, step.plans, step.clusters) == (lower, higher, plans, countries)
        assert step.lower_n + step.higher_n == n and step.estimate == pytest.approx(100 * estimate)
        assert step.high - step.low == pytest.approx(2 * 100 * error * 2.03, rel=0.02)
        assert step.smallest > 2.5 * 100 * error
    assert [one.case for one in said(every, "step")] == ["not_distinguishable"] * 3
    by_class = tables(every)["completion_by_impact"]
    counts = raw[raw["completion"].isin(COMPLETION)].groupby("potential_impact").size()
    assert by_class["n"].tolist() == counts[IMPACT].tolist()


@pytest.mark.parametrize("more", [True, False])
def test_a_step_that_is_told_says_which_way(changed, more):
    """With completion made of the impact alone every step has a sign, and the odds ratio excludes 1."""

    def made(rows):
        step = rows["potential_impact"].map({rating: at for at, rating in enumerate(IMPACT)}).fillna(0)
        step = (step if more else 3 - step) + pd.Series(np.arange(len(rows)) % 3, rows.index) - 1
        rated = rows["potential_impact"].isin(IMPACT) & rows["completion"].isin(COMPLETION)
        made = step.clip(0, 3).astype(int).map(dict(enumerate(COMPLETION)))
        return rows.assign(completion=rows["completion"].mask(rated, made))

    changed(made)
    names = opened()
    assert {one.case for one in said(names, "step")} <= {"more" if more else "less", "not_distinguishable"}
    assert said(names, "step")[1].case == ("more" if more else "less") and "smallest" not in said(names, "step")[1].values
    assert said(names, "without")[0].case == "distinguishable" and "down" not in said(names, "without")[0].values
    assert (number(said(names, "without")[0], "low") > 1) is more
    assert figures(names)["completion_within_plans"].faults() == []


# --- The ordered model ------------------------------------------------------------------------------------------------


def test_both_models_are_those_of_another_implementation(every, raw):
    scales = {"potential_impact": IMPACT, "specificity": ["none", "low", "medium", "high"]}
    scales["relevance"] = ["unclear", "clear"]
    x = pd.DataFrame({name: raw[name].map({one: at for at, one in enumerate(scale)}) for name, scale in scales.items()})
    x = x.assign(plan_number=raw["plan_number"].astype(float)).astype("float64")
    for key, categories in (("without", COMPLETION), ("with_withdrawn", ["withdrawn", *COMPLETION])):
        found, y = every[key], raw["completion"].map({rating: at for at, rating in enumerate(categories)})
        there = x.notna().all(axis=1) & y.notna()
        fit = OrderedModel(y[there].astype(int), x[there], distr="logit").fit(method="bfgs", disp=False, maxiter=500)
        assert found.n == there.sum() and found.log_likelihood == pytest.approx(fit.llf, abs=1e-4)
        assert [found[term].estimate for term in x] == pytest.approx(fit.params[list(x)].tolist(), abs=1e-3)
        one = said(every, key)[0]
        assert number(one, "ratio") == pytest.approx(np.exp(fit.params["potential_impact"]), abs=1e-3)
        smallest = found.smallest_detectable("potential_impact")
        assert [number(one, end) for end in ("down", "up")] == pytest.approx([np.exp(-smallest), np.exp(smallest)])
    assert (every["without"].n, every["with_withdrawn"].n, every["without"].clusters) == (1616, 1628, 59)


def test_the_odds_are_tested_and_the_sentence_follows_the_test(every):
    assert said(every, "odds")[0].case == "rejected" and every["p"]["all"] < 0.05
    assert said(opened('p["all"] < 0.05', 'p["all"] < 0.01'), "odds")[0].case == "kept"
    sums = every["predicted"].groupby("value")["probability"].sum()
    assert sums.tolist() == pytest.approx([1.0] * 4) and len(tables(every)["completion_probabilities"]) == 16


def test_the_model_asks_for_ten_countries_and_leaves_out_a_term_that_does_not_vary():
    mexico = opened(country="MEX")
    assert "10 countries" in said(mexico, "model_few")[0].plain() and "completion_model" not in tables(mexico)
    first = opened(plan=1)
    assert first["without"].terms == ("potential_impact", "specificity", "relevance")


# --- What comes back --------------------------------------------------------------------------------------------------


def plans_by_hand(raw) -> dict[tuple[str, int], tuple[int, set[str]]]:
    """Size and themes of each plan."""
    tags = pd.read_csv(RAW / "themes.csv", dtype="str").groupby("commitment_id")["theme"].agg(set)
    found: dict = {}
    for row in raw.to_dict("records"):
        size, themes = found.get((row["unit"], int(row["plan_number"])), (0, set()))
        held = themes | tags.get(row["commitment_id"], set())
        found[row["unit"], int(row["plan_number"])] = size + 1, held
    return found


def test_themes_that_come_back_are_those_of_a_count_by_hand(every, raw):
    plans = plans_by_hand(raw)
    pairs = [(unit, at) for unit, at in sorted(plans) if (unit, at + 1) in plans]
    themes = {key: plans[key][1] for key in plans}
    again = {key: themes[key[0], key[1] + 1] for key in pairs}
    one = said(every, "carried")[0]
    assert number(one, "pairs") == len(pairs) == 39
    assert number(one, "n") == sum(len(themes[key]) for key in pairs)
    assert number(one, "count") == sum(len(themes[key] & again[key]) for key in pairs)
    for row in every["by_theme"].itertuples():
        had = [row.theme in themes[key] for key in pairs]
        has = np.array([row.theme in again[key] for key in pairs])
        assert (row.carried, row.carried_n) == (has[had].sum(), sum(had))
        assert (row.taken_up, row.taken_up_n) == (has[~np.array(had)].sum(), len(pairs) - sum(had))


def test_others_are_the_next_plans_of_other_countries_nearest_in_size(every, raw):
    plans = plans_by_hand(raw)
    nexts = {key: plan for key, plan in plans.items() if (key[0], key[1] - 1) in plans}
    for found, nearest in zip(every["matched"].itertuples(), (1, 3, 5, 10, None), strict=True):
        rows = []
        for (unit, at), (_, first) in plans.items():
            if (unit, at + 1) in plans:
                size, own = plans[unit, at + 1]
                there = [(abs(other - size), held) for (u, _), (other, held) in nexts.items() if u != unit]
                gaps = sorted(gap for gap, _ in there)
                near = [held for gap, held in there if gap <= gaps[-1 if nearest is None else nearest - 1]]
                rows += [(unit, theme in own, sum(theme in held for held in near) / len(near)) for theme in first]
        side = pd.DataFrame(rows, columns=["unit", "own", "others"])
        side["difference"] = side["own"] - side["others"]
        assert found.n == len(side) and found.own == pytest.approx(side["own"].mean())
        assert found.others == pytest.approx(side["others"].mean())
        assert found.estimate == pytest.approx(100 * side["difference"].mean())
        sums = (side["difference"] - side["difference"].mean()).groupby(side["unit"]).sum()
        error = (sum(sums**2) * len(sums) / (len(sums) - 1)) ** 0.5 / len(side)
        assert found.high - found.low == pytest.approx(2 * 100 * error * 2.028, rel=0.02)
    assert said(every, "others")[0].case == "distinguishable"


@pytest.mark.parametrize(("units", "compared"), [(9, False), (40, True)])
def test_fewer_than_ten_countries_give_no_interval(changed, units, compared):
    held = load("ogp_commitments", "commitments").groupby("unit")["plan_number"].nunique()
    kept = held.index[held > 1][:units]
    changed(lambda rows: rows[rows["unit"].isin(kept)].reset_index(drop=True))
    names = opened()
    assert names["matched"][["estimate", "smallest"]].notna().all(axis=None) == compared
    assert (said(names, "others")[0].case == "counted") is not compared
    assert len(said(names, "choices")) == compared
    assert ("low" in tables(names)["carry_over_matched"]) == compared


def test_a_country_with_one_plan_has_a_page_that_says_what_is_possible(raw):
    plans = raw.groupby("unit")["plan_number"].nunique()
    names = opened(country=plans.index[plans == 1][0])
    assert not said(names, "carried") and "carry_over_matched" not in tables(names) and names["pairs"] == []
    assert tables(names)["carry_over"]["carried_n"].sum() == 0 and set(figures(names)) == {"measures"}
    assert said(names, "headline") and said(names, "within_few")


# --- Stars, themes and what was read ----------------------------------------------------------------------------------


def test_stars_are_counted_beside_their_rule(every, raw):
    table = tables(every)["stars"].set_index("rule")
    assert table[["verdicts", "starred", "derived"]].to_numpy().tolist() == [
        [792, 183, 183], [867, 206, 211], [590, 28, 28], [54, 1, 1],
    ]  # fmt: skip
    published, derived = raw["star_2015"] == "starred", raw["star_2015_derived"].str.lower() == "true"
    judged = raw["star_2015"].isin(["starred", "not_starred"])
    own = table.loc["Starred, rule of 2015"]
    assert own[["only_published", "only_derived"]].tolist() == [
        (judged & published & ~derived).sum(), (judged & ~published & derived).sum(),
    ]  # fmt: skip
    assert own["share"] == (published == derived)[judged].mean()


def test_a_verdict_without_all_the_ratings_of_its_rule_is_in_no_share(changed):
    given = {"star_2015_derived": lambda rows: rows["star_2015_derived"].mask(rows.index < 900)}
    changed(lambda rows: rows.assign(**given))
    own = tables(opened(theme="privacy"))["stars"].set_index("rule").loc["Starred, rule of 2015"]
    rows = load("ogp_commitments", "commitments")
    judged = rows["star_2015"].isin(["starred", "not_starred"])
    assert (own["verdicts"], own["not_derivable"]) == (867, judged[:900].sum())
    late = rows[judged & (rows.index >= 900)]
    assert own["share"] == ((late["star_2015"] == "starred") == late["star_2015_derived"]).mean()


def test_a_theme_that_was_read_lists_main_subjects_and_draws_no_shares_of_few(every):
    read = pd.read_csv(RAW / "theme_readings.csv", dtype="str")
    civic = read[(read["theme"] == "civic_space") & (read["decision"] == "main_subject")]
    listed = tables(every)["commitments_civic_space"]
    assert len(listed) == len(civic) == number(said(every, "theme_count")[0], "count") == 19
    assert sorted(listed["about"]) == sorted(civic["reason"]) and listed["words"].str.len().min() > 0
    assert "Shares are drawn from 30 commitments on" in said(every, "few")[0].plain()
    # The oil contracts of Mexico's second plan name press freedom: read, and not counted.
    shown = tables(every)["theme_readings"]
    oil = shown[(shown["place"] == "Mexico") & (shown["number"] == "22")]
    assert oil["decision"].tolist() == ["in passing"] and len(shown) == len(read) == 154
    decided = tables(every)["theme_search"]
    assert (decided["narrow"] + decided["wide"]).tolist() == decided["main_subject"].tolist()


def test_a_theme_by_tag_is_compared_if_there_are_thirty(every):
    names = opened(theme="open_data")
    assert "OGP has tagged 237 of the 1,927" in said(names, "theme_count")[0].plain()
    assert "measures_of_the_theme" in figures(names) and not said(names, "few")
    sizes = pd.read_csv(RAW / "themes.csv", dtype="str").groupby("theme")["commitment_id"].nunique()
    least = sizes[sizes >= 30].idxmin()
    assert "measures_of_the_theme" in figures(opened("fewest, few_countries = 30", f"fewest, few_countries = {sizes[least]}", theme=least))
    more = opened("fewest, few_countries = 30", f"fewest, few_countries = {sizes[least] + 1}", theme=least)
    assert "measures_of_the_theme" not in figures(more) and f"commitments_{least}" in tables(more)


def test_what_may_have_been_missed_is_an_interval_over_the_sample(every):
    one = said(every, "missed")[0]
    assert [number(one, name) for name in ("found", "n", "rest", "overlooked")] == [0, 150, 1927 - 149, 44]
    assert number(one, "high") == pytest.approx(1.959964**2 / (150 + 1.959964**2))


def test_the_selection_on_parliaments_is_never_called_ogps_commitments(changed):
    changed(lambda rows: rows.assign(vintage="2024_parliament"))
    names = opened(vintage="2024_parliament", theme="open_data")
    first, scope = (said(names, key)[0].plain() for key in ("headline", "scope"))
    assert "commitments on parliaments and legislation of" in first and "OGP commitments" not in first
    assert "They say nothing of OGP's commitments as a whole" in scope
    assert "only those on parliaments" in names["source"].plain()


def test_a_vintage_without_years_and_readings_says_so(changed):
    other = {"vintage": "2015", "submission_year": pd.NA, "commitment_id": lambda rows: "x" + rows["commitment_id"]}
    changed(lambda rows: rows.assign(**other))
    names = opened(vintage="2015", theme="privacy")
    assert said(names, "headline")[0].case == said(names, "scope")[0].case == "undated"
    assert said(names, "theme_count")[0].case == "unread" and said(names, "nowhere")
    assert not {"theme_search", "theme_readings"} & set(tables(names))


def test_two_vintages_are_compared_where_the_edition_holds_both(changed, every):
    assert said(every, "revision_absent")
    changed(lambda rows: pd.concat([rows, rows.assign(vintage="2015")], ignore_index=True))
    names = opened(country="MEX")
    assert names["outputs"][-1].n_old == names["outputs"][-1].n_new == 63 and not said(names, "revision_absent")


# --- Words, drawings, refusals ----------------------------------------------------------------------------------------


def test_no_text_of_a_drawing_meets_another_and_tables_hold_no_name_of_a_column():
    with speaking(None):
        names = opened()
    assert set(figures(names)) == {"measures", "completion_within_plans", "carry_over", "completion_probabilities"}
    for language in ("en", "es"):
        with speaking(language):
            for figure in map(anew, figures(names).values()):
                assert figure.faults() == [] and len(figure.sheets) == 2, figure.name
            shown = {one.name: anew(one).frame for one in names["outputs"] if hasattr(one, "headings")}
            text = shown["completion_model"].to_csv() + shown["proportional_odds"].to_csv()
            assert not [one for one in ("potential_impact", "plan_number", "not_started", "country") if one in text]
            assert {"en": "Countries", "es": "Países"}[language] in text
            assert {"en": "civic space", "es": "espacio cívico"}[language] in set(shown["theme_readings"]["theme"])


@pytest.mark.parametrize(
    ("asked", "fault"),
    [
        ({"country": "MEX", "plan": 9}, "country MEX, plan 9: vintage 2016 holds no such commitment"),
        ({"vintage": "1999"}, "vintage '1999': is not in this edition. Use 2016"),
        ({"theme": "privcy"}, "theme 'privcy': is not known. Did you mean privacy"),
        ({"country": "Atlantis"}, "Atlantis"),
    ],
)
def test_an_empty_choice_is_refused_in_words(asked, fault):
    with pytest.raises(OgpAnalysisError, match=fault):
        opened(**asked)


@pytest.mark.parametrize(
    ("old", "new", "relation"),
    [
        (
            "commitments.loc[~commitments[column].isin(scale), column]",
            "commitments.loc[commitments[column].isna(), column]",
            "the denominator and what is outside",
        ),
        ('(decisions == "main_subject").sum()', '(decisions != "main_subject").sum()', "main subjects are"),
        ("again(~had & only)", "again(had & only)", "a pair has a theme or has it not"),
        ('["withdrawn", *completion]', '["unclear", *completion]', "the second model has the withdrawn"),
    ],
)
def test_a_relation_that_does_not_hold_stops_the_run(old, new, relation):
    with pytest.raises(MessageError, match=relation):
        opened(old, new)
