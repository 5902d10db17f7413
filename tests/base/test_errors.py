"""A fault is a sentence that somebody can read."""

from __future__ import annotations

import pickle

from ogp_analysis.base.errors import CleaningError


def test_a_sentence_quotes_the_beginning_and_the_end_of_what_is_long():
    fault = CleaningError("a.csv line 2, name", f"{'x' * 30_000_000} is not a name; expected a code", "Correct it")
    assert len(str(fault)) < 2_100
    assert str(fault).startswith("a.csv line 2, name: xxx") and " … xxx" in str(fault)
    assert str(fault).endswith("xxx is not a name; expected a code. Correct it.")


def test_what_is_short_stays_as_it_is_also_in_another_process():
    fault = CleaningError("a.csv line 2, name", "'y' is not a name", "Correct it")
    assert str(fault) == "a.csv line 2, name: 'y' is not a name. Correct it."
    assert str(pickle.loads(pickle.dumps(fault))) == str(fault)
