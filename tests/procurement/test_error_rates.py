"""The page on security says how often a name alone misleads, as it is measured here."""

from __future__ import annotations

from ogp_analysis.data.datasets.procurement.legal_entities import ENTITY, PERSON
from tests.procurement import error_rates


def test_the_page_says_what_is_measured(mirror):
    [told] = error_rates.MARK.findall(error_rates.PAGE.read_text("utf-8"))
    assert told == error_rates.written(mirror)


def test_invented_names_are_of_fifteen_countries_with_both_kinds():
    counts = error_rates.rates(error_rates.invented())
    assert len(counts) >= 15 and all(row[0] >= 5 and row[2] >= 8 for row in counts.values())


def test_a_person_with_two_initials_or_a_surname_like_a_form_is_no_firm():
    names = [("PT", "João Uiop Sá"), ("IN", "Qwertesh A K"), ("IN", "Uioplakshmi N. V."), ("PE", "MARIA UIOP AC")]
    names += [("MX", "MARIA UIOP AC")]
    counts = error_rates.rates({(*name, PERSON) for name in names})
    assert [row[1] for row in counts.values()] == [0] * len(counts)


def test_a_rate_can_be_wrong():
    assert error_rates.rates({("MX", "Obras SA de CV", PERSON), ("MX", "Nobody Uiop", ENTITY)}) == {"MX": [1, 1, 1, 1]}
