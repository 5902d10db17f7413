from __future__ import annotations

import pandas as pd
import pytest

import ogp_analysis as ogp
from ogp_analysis.base.errors import UnknownName
from ogp_analysis.data.datasets.open_government import star_rules
from ogp_analysis.open_government.promises import with_lines


@pytest.fixture(params=["en", "es"])
def spoken(request):
    ogp.use_language(request.param)
    yield request.param
    ogp.use_language("en")


def commitments(*rows):
    """Commitments of ``(number, year, plan, stars)``."""
    return pd.DataFrame([
        {"commitment_id": f"2016-KEN-{plan}-{number}-1", "iso3": "KEN", "unit": "KEN", "plan_number": plan,
         "submission_year": year, "commitment_number": number, "potential_impact": "minor", "completion": None,
         **{rule.published: "starred" if rule.name in stars else "not_starred" for rule in star_rules.RULES}}
        for number, year, plan, stars in rows
    ])  # fmt: skip


def lines(*ids):
    return pd.DataFrame([{"commitment_id": one, "en": f"Line of {one}", "es": f"Línea de {one}"} for one in ids])


def test_the_newest_plan_comes_first_and_numbers_stand_in_their_order():
    rows = commitments(("2.10", 2014, 2, ()), ("2.9", 2014, 2, ()), ("1", 2012, 1, ()), ("A", 2014, 2, ()))
    found = with_lines(rows, lines(*rows["commitment_id"]), "KEN")
    assert found.frame["commitment_number"].tolist() == ["2.9", "2.10", "A", "1"] and found.years == (2012, 2014)


def test_stars_are_counted_by_commitment_and_what_has_no_line_is_counted_too():
    rows = commitments(("1", 2012, 1, ("star_2015", "current")), ("2", 2012, 1, ("star_2015",)), ("3", 2012, 1, ()))
    found = with_lines(rows, lines("2016-KEN-1-1-1", "2016-KEN-1-3-1", "2016-XXX-1-1-1"), "KEN")
    assert (found.rows, found.starred, found.current, len(found.frame)) == (3, 2, 1, 2)
    assert found.frame["rules"].tolist() == ["star_2015 current", ""]


def test_a_country_shows_all_its_lines_and_all_countries_those_of_the_rule_in_force():
    every = ogp.open_government.promises(None)
    assert (every.rows, every.starred, every.current, len(every.frame)) == (1927, 389, 28, 448)
    assert len(every.table().frame) == 28
    mexico = ogp.open_government.promises("México")
    assert len(mexico.table().frame) == 63
    assert "place" not in mexico.table().frame and "place" in every.table().frame
    assert mexico.frame["plan_number"].tolist() == [2] * 26 + [1] * 37


def test_which_sentence_it_is_depends_on_stars_and_on_lines():
    starred = commitments(("1", 2012, 1, ("star_2015",)), ("2", 2012, 1, ()))
    plain = commitments(("1", 2012, 1, ()))
    some = lines("2016-KEN-1-1-1")
    for rows, own, country, case in ((starred, some, None, "some"), (starred, some, "KEN", "of_a_country"),
                                     (starred, lines(), "KEN", "without_lines"), (plain, lines(), "KEN", "none"),
                                     (plain, some, "KEN", "of_a_country")):  # fmt: skip
        own = own if len(own) else pd.DataFrame(columns=["commitment_id", "en", "es"])
        assert with_lines(rows, own, country).text()[0].case == case


def test_the_line_is_in_the_language_of_the_reader(spoken):
    mexico = ogp.open_government.promises("Mexico")
    assert mexico.table().frame["promised"].tolist() == mexico.frame[spoken].tolist()
    said = str(mexico.text())
    assert "63" in said and "2011–2013" in said and {"en": "are starred", "es": "son estelares"}[spoken] in said


def test_a_vintage_that_the_table_does_not_have_is_refused_and_not_an_empty_page():
    with pytest.raises(UnknownName, match=r"vintage '2061': is not known\. Did you mean 2016\?"):
        ogp.open_government.promises("Mexico", vintage="2061")
