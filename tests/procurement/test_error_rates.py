"""The page on security says how often a name alone misleads, as it is measured here."""

from __future__ import annotations

from ogp_analysis.data.datasets.procurement.legal_entities import ENTITY, PERSON
from tests.procurement import error_rates


def test_the_page_says_what_is_measured(mirror):
    [told] = error_rates.MARK.findall(error_rates.PAGE.read_text("utf-8"))
    assert told == error_rates.written(mirror)


def test_a_rate_can_be_wrong():
    assert error_rates.rates({("MX", "Obras SA de CV", PERSON), ("MX", "Nobody Uiop", ENTITY)}) == {"MX": [1, 1, 1, 1]}
