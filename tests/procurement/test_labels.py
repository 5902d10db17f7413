"""What buyers and firms are called."""

from __future__ import annotations

import pandas as pd

from ogp_analysis.procurement.labels import buyer_label, commonest_names, firm_name


def test_buyers_are_told_apart_by_their_identifier():
    assert buyer_label("Oficina", "U1") == "Oficina (U1)" and buyer_label("Oficina #U1", "U1") == "Oficina #U1"


def test_the_commonest_name_counts_and_of_several_the_first():
    rows = [("U1", "Uno"), ("U1", "UNO"), ("U1", "UNO"), ("U2", "Dos"), ("U2", "Doz"), ("U3", None), (None, "Tres")]
    awards = pd.DataFrame(rows, columns=["buyer_id", "buyer_name"], dtype="str")
    assert commonest_names(awards, "buyer").to_dict() == {"U1": "UNO", "U2": "Dos"}


def test_a_natural_person_has_no_name_whatever_the_mask():
    names = ["Acme SA", "persona física", "(natural person)", None, float("nan")]
    assert [firm_name(name) for name in names] == ["Acme SA", None, None, None, None]
