"""What pages claim about methods, held against the data of the repository."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import ogp_analysis as ogp
from ogp_analysis.base.words.catalogue import entry

from .. import cells


WORDS = ogp.words("country_profile")
README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("language", ["en", "es"])
def test_no_message_states_a_share_of_countries_that_no_model_computes(language):
    """How many countries show a break depends on the date, the test and the index: no fixed number holds."""
    said = " ".join(texts[language] for key in ("event", "event_set") for texts in WORDS.texts(key).values())
    assert not re.search(r"\d+ ?%", said)


@pytest.mark.parametrize("language", ["en", "es"])
def test_no_message_reads_a_verdict_off_bounds_that_do_not_touch(language):
    """Of 62 countries whose 68% bounds of 2014 and 2024 lie apart, 12 changed by less than 1.96 standard errors."""
    of_notebook = ("bounded", "correlation", "bounded_changes", "correlated_errors", "other_measures", "other_changes")
    said = [*(texts[language] for key in of_notebook for texts in WORDS.texts(key).values()),
            *entry("others.table", language).values(), *entry("panel.table", language).values(),
            *entry("others.column", language).values(), *entry("tables.column", language).values()]  # fmt: skip
    told = " ".join(text for text in said if isinstance(text, str))
    assert not re.search(r"\btouch|\bse tocan\b|\bz\b", told)


def test_the_picture_of_the_readme_has_the_numbers_of_the_model():
    names, _ = cells.run("country_profile")
    ten, five = names["changes"]
    caption = " ".join(README.split())
    assert (
        f"{names['claim'].plain().removesuffix('.')}, and in {ten['last']} it stood at {ten['last_value']}. Over ten years "
        f"its fall is the {ten['rank_fall']}rd-largest of {ten['fell']} among {ten['n']} countries, over five the "
        f"{five['rank_fall']}th-largest of {five['fell']}."
    ) in caption


@pytest.mark.parametrize(("at", "name"), [(0, "civic_space_overview"), (2, "surveillance_contracting")])
def test_the_findings_of_the_readme_are_sentences_of_reports(at, name):
    finding = " ".join(re.findall(r"^\*(.+?)\*", README, re.DOTALL | re.MULTILINE)[at].split())
    said = [one.plain() for one in cells.run(name)[1] if hasattr(one, "plain")]
    assert not re.sub("|".join(re.escape(one.rstrip(".")) for one in said), "", finding).strip(" .;")


def test_the_lines_of_the_readme_print_what_stands_below_them(capsys):
    code, printed = re.search(r"```python\n(.*?)```\n\n```text\n(.*?)```", README, re.DOTALL).groups()
    exec(code, {})
    assert capsys.readouterr().out == printed


def test_there_are_eight_founders():
    countries = ogp.load("ogp_membership", "countries")
    assert (countries["entry_cohort"] == "founders_2011").sum() == 8
    assert "eight founders" in entry("ogp.standing.founder", "en") and "ocho" in entry("ogp.standing.founder", "es")


@pytest.mark.parametrize("search", ["privacy", "privacidad", "private", "surveillance", "vigilancia", "spyware"])
def test_a_search_for_privacy_never_finds_private_civil_liberties(search):
    assert "v2x_clpriv" not in set(ogp.indicators(search)["id"])
