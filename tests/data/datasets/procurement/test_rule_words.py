"""Every rule of the cleaner has words on the page about a user's files, in both languages."""

from __future__ import annotations

import pandas as pd
import pytest

from ogp_analysis.base.schema import FAULT
from ogp_analysis.base.words.catalogue import tree
from ogp_analysis.data.datasets.procurement import layouts
from ogp_analysis.data.datasets.procurement.compranet import dataset as compranet
from tests.data.datasets.procurement.conftest import PLAIN

PERSON = "MARÍA INVENTADA DEL EJEMPLO"
#: Changes of a plain record of layout C, each for the rules named before it.
ODD = {
    "unknown_government_level unknown_category unknown_character": {
        "Orden de gobierno": "Galáctico", "Tipo de contratación": "Magia", "Carácter del procedimiento": "Rara"},
    "unknown_method unknown_supplier_size outer_blanks": {
        "Tipo de procedimiento": "Trueque", "Plantilla del expediente": "", "Institución": " Casa ",
        "Estratificación de la empresa": "Enorme"},
    "unknown_amended unknown_consolidated unknown_multi_year": {
        "Convenio modificatorio": "quizá", "Compra consolidada": "quizá", "Contrato plurianual": "quizá"},
    "thousands_commas misspelt_currency impossible_date": {
        "Importe del contrato": "1,000", "Moneda del contrato": "MNX", "Fecha de fallo": "2020-02-30"},
    "absurd_amount test_currency unreadable_date": {
        "Importe del contrato": "999999999999", "Moneda del contrato": "TEST", "Fecha de fallo": "ayer"},
    "unreadable_amount unknown_currency tidied_tax_code": {
        "Importe del contrato": "mucho", "Moneda del contrato": "oro", "RFC": "aaa-010101-aa1"},
    "natural_person_masked natural_person_in_text official_in_text": {
        "RFC": "AAAA010101AA1", "Proveedor o contratista": PERSON, "Título del contrato": f"Honorarios de {PERSON}",
        "Título del expediente": "Para Oficial Inventada Ejemplar"},
    "official_dropped column_not_used": {"Crédito externo": "0"},
}  # fmt: skip
D_ROW = PLAIN["D"] | {"Clave de la UC": "'050GYR001", "Monto máximo con imp.": "9"}


def rules(result) -> set[str]:
    return set(result.record.entries["rule"])


@pytest.mark.parametrize("expected", ODD)
def test_each_odd_record_meets_its_rules(contracts, expected):
    assert set(expected.split()) <= rules(contracts(ODD[expected]))


def test_every_rule_has_words(contracts, clean, raw):
    met = set().union(*(rules(contracts(change)) for change in ODD.values()), rules(contracts({}, {})))
    met |= rules(clean("D", D_ROW))
    damaged = raw("C", {}).assign(**{FAULT: pd.Series(["line 2: 1 cells instead of 45"], dtype="str")})
    met |= rules(compranet.clean_contracts(damaged))
    for language in ("en", "es"):
        assert met - set(tree("cleaning", language)["rule"]) == set()
        assert set(layouts.layouts()) <= set(tree("cleaning", language)["layout"])
    assert len(met) >= 25
