"""Layouts are recognised by folded names, never by position."""

from __future__ import annotations

import pytest

from ogp_analysis.base.errors import CleaningError, UnknownName
from ogp_analysis.data.datasets.procurement import layouts
from ogp_analysis.data.datasets.procurement.compranet import dataset as compranet


@pytest.mark.parametrize("name", ["A", "C", "D", "E"])
def test_a_layout_is_told_in_any_order_case_and_spelling(headers, name):
    columns = headers[name]
    assert layouts.recognised(columns).name == name
    assert layouts.recognised(reversed(columns)).name == name
    assert layouts.recognised([f" {c.upper().replace('Ó', 'O').replace(' ', '_')} " for c in columns]).name == name


def test_other_columns_are_of_no_layout(raw):
    assert layouts.recognised(["country", "year"]) is None
    with pytest.raises(CleaningError, match="of no layout"):
        compranet.clean_contracts(raw("A").rename(columns={"RAZÓN SOCIAL": "otra"}))


def test_no_column_of_a_layout_serves_two_fields():
    for one in layouts.layouts().values():
        names = [name for found in one.columns.values() for name in found]
        assert len(names) == len(set(names)), one.name
        assert set(one.required) <= set(one.columns)


def test_a_file_without_names_takes_the_order_of_the_layout_that_is_named(raw):
    c = raw("A", {"CLAVE UC": "1"})
    numbered = c.rename(columns={name: f"Unnamed: {at}" for at, name in enumerate(c.columns[:13])})
    with pytest.raises(CleaningError, match="has 45 columns in a known order, the file 13"):
        compranet.clean_contracts(numbered, "B2")
    with pytest.raises(UnknownName, match="layout 'Z'"):
        compranet.clean_contracts(numbered, "Z")


def test_two_columns_of_one_name_are_refused(raw):
    twice = raw("A").assign(clave_uc="")
    with pytest.raises(CleaningError, match="is called as"):
        compranet.clean_contracts(twice)
