"""Never more contracts, and never more money, than the source has."""

from __future__ import annotations

import pandas as pd
import pytest

from ogp_analysis.base.errors import CleaningError
from ogp_analysis.procurement.awarded.frame import Awarded, check_processes, check_rows


def _table(*rows, key="ocid") -> pd.DataFrame:
    return pd.DataFrame(rows, columns=[key, "amount", "currency"]).astype({"amount": "float64", "currency": "str"})


def _found(*rows, unpaired=0, **left_out) -> Awarded:
    return Awarded(_table(*rows, key="process_id"), left_out, unpaired=unpaired)


ONE = ("p", 100.0, "MXN")


def test_an_award_and_its_contract_are_one():
    check_processes(_found(ONE), _table(ONE), _table(ONE))
    with pytest.raises(CleaningError, match="process p: 2 contracts come of 1 awards and 1 contracts"):
        check_processes(_found(ONE, ONE), _table(ONE), _table(ONE))


def test_what_could_not_be_joined_is_allowed_for_as_often_as_it_was_counted():
    two = _table(ONE, ("q", 7.0, "MXN"))
    check_processes(_found(ONE, ONE, ("q", 7.0, "MXN"), unpaired=2), two, two)
    both = _found(ONE, ONE, ("q", 7.0, "MXN"), ("q", 7.0, "MXN"), unpaired=2)
    with pytest.raises(CleaningError, match="2 contracts come of 1 awards and 1 contracts"):
        check_processes(both, two, two)


def test_never_more_than_awards_and_contracts_together():
    with pytest.raises(CleaningError, match="process p: 3 contracts come of 1 awards and 1 contracts"):
        check_processes(_found(ONE, ONE, ONE, unpaired=9), _table(ONE), _table(ONE))


def test_the_money_of_a_process_is_that_of_its_award_or_its_contract():
    larger = ("p", 120.0, "MXN")
    check_processes(_found(larger), _table(ONE), _table(larger))
    with pytest.raises(CleaningError, match="in MXN: they add up to 220, but the source to 120 at most"):
        check_processes(_found(("p", 220.0, "MXN")), _table(ONE), _table(larger))


def test_currencies_are_held_apart_and_missing_amounts_are_none():
    with pytest.raises(CleaningError, match="in USD: they add up to 100, but the source to 0 at most"):
        check_processes(_found(("p", 100.0, "USD")), _table(ONE), _table(ONE))
    check_processes(_found(("p", None, None)), _table(("p", None, None)), _table())


def test_every_row_is_a_contract_or_left_out():
    contracts = _table(ONE, ONE, key="x")
    check_rows(_found(ONE, earlier=1), contracts)
    with pytest.raises(CleaningError, match="1 and 0 left out are not the 2 of the source"):
        check_rows(_found(ONE), contracts)
    with pytest.raises(CleaningError, match="amount: adds up to 300, in the source to 200"):
        check_rows(_found(ONE, ("p", 200.0, "MXN")), contracts)
