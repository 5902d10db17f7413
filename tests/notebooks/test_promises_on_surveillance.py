"""Commitments on surveillance itself, cell by cell: what is counted, what a card says, what is refused."""

from __future__ import annotations

import pandas as pd
import pytest

from ogp_analysis.base.errors import MessageError, ParameterError, UnknownName
from ogp_analysis.base.words import Sentence, speaking
from ogp_analysis.base.words.catalogue import anew
from ogp_analysis.display.figure import Figure
from ogp_analysis.display.table import Table

from .. import cells
from ..reports import ROOT

NOTEBOOK = "promises_on_surveillance"
FOUND = {"outstanding", "major", "marginal", "did_not_change"}


@pytest.fixture(scope="module")
def opened() -> tuple[dict, list]:
    return cells.run(NOTEBOOK)


@pytest.fixture(scope="module")
def read() -> pd.DataFrame:
    file = ROOT / "data" / "raw" / "ogp_surveillance_readings" / "1-extract" / "promises.csv"
    return pd.read_csv(file, dtype="str", keep_default_na=False).set_index("ogp_id")


def tables(shown: list) -> dict[str, pd.DataFrame]:
    return {one.name: one.frame for one in shown if isinstance(one, Table)}


def said(shown: list) -> dict[str, str]:
    return {one.key: one.plain() for one in shown if isinstance(one, Sentence)}


def test_title_and_first_sentence_count_what_was_read_each_commitment_once(opened, read):
    names, shown = opened
    assert names["every"].index.is_unique and len(names["on_it"]) == len(read)
    known = read["early_results"].isin(FOUND).sum()
    title = f"Of {len(names['every'])} OGP commitments that we read for surveillance, {len(read)} promise something"
    assert said(shown)["headline"].startswith(title) and said(shown)["headline"].endswith(f"result for {known}")
    # One of Ukraine is in the list and in the table of 2016; a row of Bulgaria may repeat another.
    assert {"UA0037", "BGR-4-"} <= set(names["every"].index) and "BG0081" not in names["every"].index
    assert not {"2016-UKR-2-5.3-1", "2016-GEO-2-17-1", "2016-USA-2-6-1"} & set(names["every"].index)


def test_each_commitment_has_a_card_with_its_source_its_scales_and_what_followed(opened, read):
    shown = tables(opened[1])
    after = opened[0]["tables"]["followed"].groupby("ogp_id").size()
    for ogp_id, row in read.iterrows():
        card = shown[f"commitment_{ogp_id.lower()}"].set_index("what")
        assert card.loc["What was promised", "answer"] == row["promised_en"]
        assert card.loc["What was promised", "source"] == row["source_url"]
        followed = card.loc[["What followed"], "answer"]
        assert len(followed) == after.get(ogp_id, 1)
        assert (followed.iloc[0] == "no later page read by 1 December 2026") == (ogp_id not in after)
        assert not followed.str.contains(r"\b\d{4}-\d\d\b").any()  # days stand in words
        assert row["review"] in card.loc["Early result", "answer"]
        design = card.loc["Design, as reviewed", "answer"]
        assert ("ambition: " in design) == (row["design"] != "not_read")
    # One commitment is high on one scale and moderate on another: both are named, and stay apart.
    both = shown["commitment_us0032"].set_index("what")["answer"]
    assert "ambition: high" in both["Design, as reviewed"] and "impact: moderate" in both["In OGP's table of 2016"]


def test_what_was_not_read_is_not_pending_and_what_is_a_graphic_is_neither(opened):
    cards = {
        name: frame.set_index("what")["answer"] for name, frame in tables(opened[1]).items() if "commitment_" in name
    }
    assert cards["commitment_mx0081"]["Early result"] == "not read (no review of it was read)"
    assert cards["commitment_ng0043"]["Early result"].startswith("review pending")
    assert cards["commitment_us0071"]["Completion, on OGP's page"].startswith("a graphic")


def test_a_fact_of_the_country_says_that_it_is_not_about_the_commitment(opened):
    facts = opened[0]["tables"]["followed"]
    of_country = facts.loc[facts["about"] == "country", "told_en"]
    every = pd.concat(tables(opened[1]).values())["answer"].dropna()
    for told in of_country:
        [shown] = [one for one in every if told in one]
        assert "about the country, not about the commitment" in shown
    assert len(of_country) == 3


def test_rows_of_the_subset_on_parliaments_are_marked_and_each_rating_names_its_scale(opened):
    rows = tables(opened[1])["neighbours"]
    marked = rows["basis"].str.startswith("marked: ")
    assert marked.sum() == tables(opened[1])["subjects"]["marked"].sum() == 28
    scales = ("ambition: ", "potential impact: ", "potential for results: ")
    bare = rows.loc[~rows["design"].str.startswith(scales), "design"]
    assert set(bare) == {"rating not read", "no IRM data", "review pending", "named in the review, no rating read"}
    assert not {"MX0081", "US0071", "GE0054", "NG0043"} & set(opened[0]["others"]["commitment"])


@pytest.mark.parametrize("spoken", ["en", "es"])
def test_the_figure_draws_each_commitment_without_a_fault(opened, read, spoken):
    [drawn] = [one for one in opened[1] if isinstance(one, Figure)]
    with speaking(spoken):
        drawn = anew(drawn)
        text = " ".join(drawn.svg().split())
    assert drawn.faults() == [] and all(ogp_id in text for ogp_id in read.index)


def test_a_country_has_its_own_and_another_that_only_borders_on_it_has_none():
    names, shown = cells.run(NOTEBOOK, country="Georgia")
    assert set(names["on_it"].index) == {"GE0027", "GE0054"} and "rules" not in said(shown)
    names, shown = cells.run(NOTEBOOK, country="UKR")
    assert said(shown)["headline"].startswith("Ukraine: of 6 OGP commitments that we read for surveillance, 0 promise")
    assert not [one for one in shown if isinstance(one, Figure)]


def test_a_subject_that_is_added_is_counted_and_named_as_chosen():
    names, shown = cells.run(NOTEBOOK, subjects=["policing", "surveillance_control"])
    assert len(names["on_it"]) == 10 and said(shown)["headline"].count("the subjects chosen") == 1
    assert "rules" not in said(shown) and "policing" not in set(names["others"]["subject"])


def test_what_is_not_known_or_was_not_read_is_refused_by_name():
    with pytest.raises(UnknownName, match="subject 'policin': .*Did you mean policing"):
        cells.run(NOTEBOOK, subjects=["policin"])
    with pytest.raises(ParameterError, match="country AND: no commitment of it was read"):
        cells.run(NOTEBOOK, country="AND")


def test_parts_that_do_not_make_up_what_was_read_are_refused():
    with pytest.raises(MessageError, match="what was read: does not hold"):
        cells.run(NOTEBOOK, {"elsewhere.sum()]": "elsewhere.sum() + 1]"})


@pytest.mark.parametrize(
    ("spoken", "told"),
    [("en", ("of 28 we read OGP's sheet", "need not be its effect")), ("es", ("de 28 leímos la hoja", "no tiene por qué ser su efecto"))],
)
def test_the_first_limit_says_in_each_language_whose_pages_were_not_opened_and_denies_an_effect(opened, spoken, told):
    [cannot] = [one for one in opened[1] if isinstance(one, Sentence) and one.key == "cannot"]
    with speaking(spoken):
        assert all(one in anew(cannot).plain() for one in told)
