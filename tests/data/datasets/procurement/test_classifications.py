"""Four classifications, which stay four: CUCoP+, partidas, CPV, UNSPSC."""

from __future__ import annotations

import pytest

from ogp_analysis.base.errors import CleaningError
from ogp_analysis.data.datasets.procurement import cpv, cucop, unspsc_sat
from tests.data.datasets.plain_rows import plain

PRODUCT = plain("cucop")
CODE = {"code": "03000000-1", "numericCode": "3000000", "parent": "", "version": "2", "type": "1", "name": "Things"}
NAMES = {"key": "Things", "value": "Cosas"}


def test_a_product_and_its_budget_line_stand_in_two_tables(rows):
    other = PRODUCT | {"CLAVE CUCoP +": "22104-0399", "CLAVE CUCoP": "22100399"}
    made = cucop.finish([cucop.clean(rows(PRODUCT, other), None)])
    assert made.tables["products"]["cucop_plus"].tolist() == ["22104-0398", "22104-0399"]
    assert made.tables["partidas"][["partida", "partida_generica", "capitulo"]].values.tolist() == [
        ["22104", "2210", "2000"]
    ]
    assert made.tables["products"]["added_date"].dt.strftime("%Y-%m-%d").tolist() == ["2023-09-25"] * 2
    assert made.record.entries[["rule", "old", "new"]].drop_duplicates().values.tolist() == [
        ["outer_blanks", " COSA", "COSA"], ["year_without_century", "25/09/0023", "25/09/2023"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"CLAVE CUCoP +": "22104 0398"}, "not CUCoP\\+ codes"),
        ({"PARTIDA ESPECÍFICA": "22105"}, "codes of another partida"),
        ({"TIPO DE CONTRATACIÓN": "REGALOS"}, "values that no rule covers"),
        ({"FECHA ALTA CUCOP": "25/13/2023"}, "dates that cannot be read"),
        ({"CAPÍTULO": "2"}, "codes of another length"),
    ],
)
def test_a_product_of_another_form_is_refused(rows, change, message):
    with pytest.raises(CleaningError, match=message):
        cucop.clean(rows(PRODUCT | change), None)


def test_a_code_of_the_vocabulary_has_its_names(rows):
    codes, *languages = cpv.DATASET.inputs
    parts = [cpv.clean(rows(CODE, CODE | {"version": "1"}), codes)]
    parts += [cpv.clean(rows(NAMES), source) for source in languages]
    table = cpv.finish(parts).tables["codes"]
    assert table[["edition", "code", "kind", "name_en", "name_es", "name_pt"]].values.tolist() == [
        ["2008", "03000000-1", "goods", "Things", "Cosas", "Cosas"],
        ["2003", "03000000-1", "goods", "Things", "Cosas", "Cosas"],
    ]


@pytest.mark.parametrize(
    ("change", "names", "message"),
    [
        ({"parent": "04000000-1"}, NAMES, "1 codes have a parent that is not in the list"),
        ({"numericCode": "4000000"}, NAMES, "numbers of another code"),
        ({"type": "9"}, NAMES, "values that no rule covers"),
    ],
)
def test_a_vocabulary_that_is_not_whole_is_refused(rows, change, names, message):
    codes, *languages = cpv.DATASET.inputs
    with pytest.raises(CleaningError, match=message):
        cpv.finish([cpv.clean(rows(CODE | change), codes), *(cpv.clean(rows(names), source) for source in languages)])


@pytest.mark.parametrize(
    ("code", "level"),
    [("10101501", "commodity"), ("10101500", "class"), ("10100000", "family"), ("01010101", "not_listed")],
)
def test_the_digits_tell_how_fine_a_code_is(rows, code, level):
    table = unspsc_sat.clean(rows({"code": code, "description_es": "Cosa"}), None).tables["codes"]
    assert table["level"].tolist() == [level]


@pytest.mark.parametrize(
    "row", [{"code": "1010150", "description_es": "x"}, {"code": "10101501", "description_es": ""}]
)
def test_a_code_of_another_form_is_refused(rows, row):
    with pytest.raises(CleaningError):
        unspsc_sat.clean(rows(row), None)
