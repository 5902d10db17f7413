from __future__ import annotations

import itertools
import random
from dataclasses import replace

import pandas as pd
import pytest

from ogp_analysis.base.errors import ModelError, OgpAnalysisError, UnknownName
from ogp_analysis.data.cleaning import embedding
from ogp_analysis.data.datasets.open_government import star_rules
from ogp_analysis.open_government.commitment_rates import CRITERIA, commitment_rate, met, source_of, star_agreements
from ogp_analysis.open_government.commitments import SELECTION, commitments


def frame(n=200, seed=7):
    chance = random.Random(seed)
    rows = [
        {
            "commitment_id": f"2016-X-{i}",
            "vintage": "2016",
            "row_kind": chance.choice(["commitment"] * 9 + ["milestone"]),
            "unit": chance.choice(["AAA", "BBB", "CCC"]),
            "iso3": None,
            "potential_impact": chance.choice(
                ["none", "minor", "moderate", "transformative", "unclear", "no_data", None]
            ),
            "potential_results": None,
            "completion": chance.choice(
                ["not_started", "limited", "substantial", "complete", "withdrawn", "not_reviewed"]
            ),
        }
        for i in range(n)
    ]
    return pd.DataFrame(rows)


@pytest.mark.parametrize(
    ("measure", "column", "reached", "scale"),
    [
        (
            "ambitious",
            "potential_impact",
            {"moderate", "transformative"},
            {"none", "minor", "moderate", "transformative"},
        ),
        ("transformative", "potential_impact", {"transformative"}, {"none", "minor", "moderate", "transformative"}),
        ("complete", "completion", {"complete"}, {"not_started", "limited", "substantial", "complete"}),
    ],
)
def test_rates_are_counts_of_rated_commitments(measure, column, reached, scale):
    rows = frame()
    rated = [r[column] for r in rows.to_dict("records") if r["row_kind"] == "commitment" and r[column] in scale]
    found = commitment_rate(rows, measure).overall
    assert (found.count, found.n) == (sum(r in reached for r in rated), len(rated))
    assert (found.clusters, found.low, found.high) == (3, None, None)


def test_every_row_is_in_the_denominator_or_counted_out():
    rows = frame()
    for measure in ("ambitious", "complete"):
        found = commitment_rate(rows, measure)
        assert found.overall.n + sum(count for _, count in found.excluded) == len(rows)
    reasons = dict(commitment_rate(rows, "ambitious").excluded)
    assert set(reasons) == {"milestone", "missing", "no_data", "unclear"}
    assert reasons["milestone"] == (rows["row_kind"] == "milestone").sum()


def test_intervals_are_over_countries_whose_localities_count_with_them():
    """Commitments of a country are alike: repeating each of them adds rows, and tells nothing more."""
    rows = frame(400, seed=3).assign(unit=[f"U{i % 15:02}" for i in range(400)])
    once, again = commitment_rate(rows, "complete"), commitment_rate(pd.concat([rows] * 9), "complete")
    once, again = once.overall, again.overall
    assert once.clusters == again.clusters == 15
    assert again.high - again.low == pytest.approx(once.high - once.low, rel=0.01)
    local = rows.assign(iso3=rows["unit"].map(lambda unit: "AAA" if unit < "U05" else None))
    assert commitment_rate(local, "complete").overall.clusters == 11
    few = commitment_rate(rows[rows["unit"] < "U09"], "complete").overall
    assert (few.clusters, few.note, few.low) == (9, "few_clusters", None)


def test_withdrawn_is_neither_complete_nor_incomplete():
    assert pd.isna(met(pd.DataFrame({"completion": ["withdrawn"]}), "complete")[0])


def test_unclear_is_a_step_of_results_but_not_of_impact():
    assert met(pd.DataFrame({"potential_results": ["unclear"]}), "substantial_results")[0] == False  # noqa: E712
    assert pd.isna(met(pd.DataFrame({"potential_impact": ["unclear"]}), "ambitious")[0])


def test_nothing_rated_is_no_data_and_no_share():
    found = commitment_rate(frame(), "substantial_results").overall
    assert (found.n, found.share, found.note) == (0, None, "no_data")


def test_no_measure_mixes_two_columns_and_all_are_within_their_scale():
    for measure in CRITERIA.values():
        assert set(measure.met) < set(measure.scale), measure


def test_several_vintages_are_refused():
    with pytest.raises(ModelError, match="2 vintages"):
        commitment_rate(frame().assign(vintage=["2015", "2016"] * 100), "ambitious")


def test_an_unknown_measure_and_an_absent_column_are_refused():
    with pytest.raises(UnknownName, match="ambitions"):
        commitment_rate(frame(), "ambitions")
    with pytest.raises(ModelError, match="completion_end_of_term"):
        commitment_rate(frame(), "complete_end_of_term")


def stars():
    """Every pair of published flag and derived star, under one rule; the others say nothing."""
    pairs = list(itertools.product(["starred", "not_starred", "no_data"], [True, False, None]))
    rows = pd.DataFrame(pairs, columns=["star_2015", "star_2015_derived"])
    rows = rows.loc[rows.index.repeat(range(1, 10))].reset_index(drop=True).assign(vintage="2016")
    for rule in star_rules.RULES:
        if rule.name != "star_2015":
            rows = rows.assign(
                **{rule.published: "no_data", rule.column: pd.array([None] * len(rows), dtype="boolean")}
            )
    return rows.astype({"star_2015_derived": "boolean"})


def test_agreement_counts_each_pair_once():
    # Pairs in order, repeated 1 to 9 times: starred/True 1, starred/False 2, starred/None 3, not/True 4, not/False 5, …
    found = star_agreements(stars()).agreements.iloc[0]
    assert (found.verdicts, found.starred, found.derived) == (21, 6, 5)
    assert (found.only_published, found.only_derived, found.not_derivable) == (2, 4, 9)
    assert (found.agree, found.n) == (6, 12)


def test_agreements_stand_by_vintage_and_rule():
    rows = pd.concat([stars(), stars().assign(vintage="2015")], ignore_index=True)
    found = star_agreements(rows)
    assert found.frame[["vintage", "rule"]].apply("|".join, axis=1).tolist() == ["2015|star_2015", "2016|star_2015"]
    assert found.n == 24
    assert found.frame["agree"].tolist() == [6, 6]
    assert found.tidy()["term"].tolist() == ["2015.star_2015", "2016.star_2015"]


# --- The embedded extract ---------------------------------------------------------------------------------------------


@pytest.fixture
def extract(embedded_commitments):
    return embedded_commitments["commitments"]


def test_rates_of_the_embedded_vintage(extract):
    assert (len(extract), extract["vintage"].unique().tolist()) == (1927, ["2016"])
    transformative = commitment_rate(extract, "transformative").overall
    assert (transformative.count, transformative.n) == (284, 102 + 624 + 665 + 284)
    stars_2014 = commitment_rate(extract, "star_pre_june_2014").overall
    assert (stars_2014.count, stars_2014.n) == (183, 792)
    ambitious, complete = (commitment_rate(extract, name).overall for name in ("ambitious", "mostly_complete"))
    # Taken as independent they would read 54 to 59 and 51 to 55.
    assert [round(100 * bound) for bound in (ambitious.low, ambitious.high)] == [51, 62]
    assert [round(100 * bound) for bound in (complete.low, complete.high)] == [47, 59]
    assert ambitious.clusters == complete.clusters == 59


def test_stars_of_the_embedded_vintage_are_those_of_the_rule(extract):
    table = star_agreements(extract).frame.set_index("rule")
    assert table[["verdicts", "starred", "derived", "agree"]].T.to_dict("list") == {
        "pre_june_2014": [792, 183, 183, 792],
        "star_2015": [867, 206, 211, 862],
        "current": [590, 28, 28, 590],
        "current_end_of_term": [54, 1, 1, 54],
    }
    for rule in star_rules.RULES:
        again = star_rules.derived(extract, rule)
        pd.testing.assert_series_equal(again, extract[rule.column].astype("boolean"), check_names=False)


def test_the_extract_is_small_and_holds_no_text():
    tables = {extract.table for extract in embedding.EXTRACTS if extract.dataset == "ogp_commitments"}
    read = {"theme_readings", "theme_sample"}
    assert tables == {"commitments", "tags", "tag_counts", "themes", "star_disagreements", *read}
    folder = embedding.paths.project().raw / "ogp_commitments/2016-extract"
    assert sum(file.stat().st_size for file in folder.iterdir()) < 1_000_000


# --- What a researcher types ------------------------------------------------------------------------------------------


def test_a_theme_that_was_read_lists_main_subjects_with_words_and_reason_and_draws_no_shares_of_few():
    civic = commitments(theme="civic_space")
    listed = civic.table().frame
    assert len(listed) == len(civic.frame) == 19
    assert listed[["about", "words"]].map(len).min(axis=None) > 0
    said = str(civic.rates().plot())
    assert "19" in said and "Shares are drawn from 30 commitments on" in said
    # The oil contracts of Mexico's second plan name press freedom: read, and not counted.
    assert not ((civic.frame["iso3"] == "MEX") & (civic.frame["plan_number"] == 2)).any()


@pytest.mark.parametrize(("size", "drawn"), [(29, False), (30, True)])
def test_thirty_are_not_fewer_than_thirty(size, drawn):
    chosen = commitments()
    few = replace(chosen, frame=chosen.frame.head(size), theme="civic_space")
    assert hasattr(few.rates("ambitious").plot(), "alt") is drawn


def test_a_theme_by_tag_names_the_tags_and_many_are_compared():
    data = commitments(theme="open_data")
    assert set(data.frame["rules"]) == {"tag_open_data"} and data.basis == "tag"
    assert hasattr(data.rates().plot(), "alt")
    assert "OGP has tagged 237 of the 1,927" in str(commitments().answer("open_data"))


def test_every_candidate_is_shown_with_its_decision_and_reason():
    read = commitments().readings()
    shown = read.in_full().frame
    assert len(shown) == len(read.frame) == 154
    assert set(shown.columns) >= {"theme", "decision", "about", "words"}
    oil = shown[(shown["place"] == "Mexico") & (shown["number"] == "22")]
    assert oil["decision"].tolist() == ["in passing"]
    counts = read.counts().set_index("theme")
    assert (
        counts[["main_subject", "side_clause", "not_about_it"]].sum(axis=1) == counts["narrow_n"] + counts["wide_n"]
    ).all()
    assert (counts["narrow"] + counts["wide"] == counts["main_subject"]).all()


def test_what_may_have_been_missed_is_an_interval_over_the_sample():
    read = commitments().readings()
    assert (read.missed.count, read.missed.n, read.rest) == (0, 150, 1927 - 149)
    assert read.missed.high == pytest.approx(1.959964**2 / (150 + 1.959964**2))
    assert "up to 44 commitments may have been missed" in str(read.text())


def test_the_selection_on_parliaments_is_never_called_ogps_commitments():
    chosen = commitments()
    selection = replace(chosen, vintage=SELECTION, everything=chosen.everything.assign(vintage=SELECTION))
    said = str(selection.answer("open_data"))
    assert "commitments on parliaments and legislation of" in said.split(".")[0]
    assert "They say nothing of OGP's commitments as a whole" in said
    assert "OGP commitments" not in said
    assert "only those on parliaments" in source_of(SELECTION)
    unread = replace(selection, themes=selection.themes.query("rule != 'read'"), read=selection.read.iloc[:0])
    assert "nobody has read" in str(unread.answer("privacy"))


@pytest.mark.parametrize(
    ("asked", "fault"),
    [
        ({"country": "MEX", "plan": 9}, "country MEX, plan 9: vintage 2016 holds no such commitment"),
        ({"vintage": "1999"}, "vintage '1999': is not in this edition. Use 2016"),
        ({"theme": "privcy"}, "theme 'privcy': is not known. Did you mean privacy"),
    ],
)
def test_an_empty_choice_is_refused_in_words(asked, fault):
    with pytest.raises(OgpAnalysisError, match=fault):
        commitments(**asked)
