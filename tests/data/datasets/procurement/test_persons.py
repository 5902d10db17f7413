"""Natural persons: recognised by tax code or by the lack of a legal form, and masked everywhere."""

from __future__ import annotations

import random

import pandas as pd
import pytest
from stdnum.mx import rfc

from ogp_analysis.data.datasets.procurement import persons
from ogp_analysis.data.datasets.procurement.compranet import dataset as compranet
from ogp_analysis.data.datasets.procurement.folding import folded

NAME = "MARÍA INVENTADA DEL EJEMPLO"


@pytest.mark.parametrize(
    "name",
    (
        "X SA DE CV|X, S.A. DE C.V.|X S.A de C.V|X S A P I DE CV|X SAPI DE CV|X S. DE R.L. DE C.V.|X S.C.|"
        "X A.C.|X S DE RL MI|X SCP|X INC.|X LLC|X GmbH & Co. KG|COOPERATIVA X SCL|SOCIEDAD X DE Y|"
        "UNIVERSIDAD DE X|COMISIÓN FEDERAL DE ELECTRICIDAD|X S A DEC V|X, S.A. DE C.V., GRUPO FINANCIERO X|"
        "X SPR DE RL|X I.A.P.|X S.A. DE S.I.C."
    ).split("|"),
)
def test_names_with_a_form(name):
    assert persons.has_form(name)


@pytest.mark.parametrize(
    "name",
    [NAME, *("JUAN SALAS SACAL|ANA CV LOPEZ|COMERCIALIZADORA X|LUIS SAAC|SACV|ANA ARICEAGA|EVA SPRINGER").split("|")],
)
def test_names_without(name):
    assert not persons.has_form(name)


def one(result, column):
    return result.tables["contracts"][column].iloc[0]


@pytest.mark.parametrize(
    ("name", "code", "kind", "status"),
    [
        ("X SA DE CV", "AAA010101AA1", "legal_entity", "legal_entity"),
        (NAME, "AAA010101AA1", "legal_entity", "legal_entity"),
        (NAME, "AAAA010101AA1", "natural_person", "natural_person"),
        ("X SA DE CV", "aaaa-010101-aa1", "natural_person", "natural_person"),
        (NAME, "", "presumed_natural_person", "missing"),
        (NAME, "XAXX010101000", "presumed_natural_person", "generic"),
        ("X SA DE CV", "XEXX010101000", "legal_entity", "generic"),
        (NAME, "123", "presumed_natural_person", "malformed"),
        ("X INC", "US-123", "legal_entity", "malformed"),
        ("", "", "missing", "missing"),
    ],
)
def test_kinds_and_masks(contracts, name, code, kind, status):
    given = {"Proveedor o contratista": name, "RFC": code, "Folio en el RUPC": "445566"}
    result = contracts(given)
    assert (one(result, "supplier_kind"), one(result, "supplier_rfc_status")) == (kind, status)
    everything = str([frame.to_dict("list") for frame in (*result.tables.values(), result.record.entries)])
    if "person" in kind:
        assert one(result, "supplier_name") == "persona física"
        assert one(result, "supplier_rfc") == one(result, "supplier_rupc") == ""
        assert not any(value in everything for value in (name, "445566", *filter(None, [code])))
        masks = result.record.entries.query("rule == 'natural_person_masked'")
        assert set(masks["old"]) == {"(natural person)"} and len(masks) == 2 + bool(code)
    else:
        assert one(result, "supplier_name") == name


def test_a_person_in_a_title_is_masked_in_every_row_with_that_title(contracts):
    title = "Honorarios de Del Ejemplo, María Inventada (2020)"
    result = contracts(
        {"Proveedor o contratista": NAME, "RFC": "", "Título del contrato": title, "Título del expediente": title},
        {"Código del contrato": "7002", "Título del contrato": title},
        {"Código del contrato": "7003", "Título del contrato": "Honorarios"},
    )
    assert result.tables["contracts"]["contract_title"].tolist() == [persons.TEXT_MASK] * 2 + ["Honorarios"]
    assert "Inventada" not in str([f.to_dict("list") for f in (*result.tables.values(), result.record.entries)])


def test_two_contracts_of_one_person_are_not_linked(contracts):
    given = {"Proveedor o contratista": NAME, "RFC": "AAAA010101AA1"}
    result = contracts(given, given | {"Código del contrato": "7002"})
    assert result.tables["contracts"]["supplier_name"].tolist() == ["persona física", "persona física"]


def test_work_in_memory_may_see_names(raw):
    chunk = raw("A", {"RAZÓN SOCIAL": NAME, "NÚMERO DE PROCEDIMIENTO": "1"})
    revealed = compranet.clean_contracts(chunk, reveal=True)
    assert revealed.tables["contracts"]["supplier_name"].tolist() == [NAME]
    assert NAME not in str(revealed.record.entries.to_dict("list"))


TEXTS = ["", "Honorarios", "PAGO A MARIA  DEL EJEMPLO, INVENTADA", "María-Inventada (del Ejemplo)", "DE LA",
         "Maria\u0301 Inventada ejemplo",
         "Ejemplos de María Inventada", "– “Ejemplo” María Inventada", "ejemploinventadamaria"]  # fmt: skip
NAMES = ["", NAME, "ejemplo maría", "de la", "Inventada", "Ejémplo Máría Ínventada"]


def test_a_name_is_found_by_all_its_longer_parts_in_any_order():
    pairs = pd.DataFrame([(text, name) for text in TEXTS for name in NAMES], columns=["text", "name"], dtype="str")
    found = persons.names_person(pairs["text"], pairs["name"])
    for (text, name), answer in zip(pairs.itertuples(index=False), found, strict=True):
        parts = {part for part in folded(name).split() if len(part) >= 3}
        assert answer == (bool(parts) and parts <= set(folded(text).split())), (text, name)
    assert found.sum() == 15
    shuffled = pairs.sample(frac=1, random_state=3)
    assert persons.names_person(shuffled["text"], shuffled["name"]).equals(found[shuffled.index])


@pytest.mark.parametrize(
    ("code", "check", "kept"),
    [
        # Firm and persons are the examples of the documentation of python-stdnum.
        ("MAB9307148T4", "valid", "MAB9307148T4"),
        (" mab-930714 8t4", "valid", "MAB9307148T4"),
        ("MAB9307148T5", "unverified", "MAB9307148T5"),
        ("MAB9313148T4", "unverified", "MAB9313148T4"),
        ("GODE561231GR8", "valid", ""),
        ("VACE460910SX6", "unverified", ""),
        ("XAXX010101000", "none", "XAXX010101000"),
        ("MAB930714", "none", "MAB930714"),
        ("", "none", ""),
    ],
)
def test_the_check_digit_is_a_status_and_no_reason_to_drop(contracts, code, check, kept):
    result = contracts({"RFC": code})
    assert one(result, "supplier_rfc_check") == check
    assert one(result, "supplier_rfc") == kept


def test_the_check_of_tax_codes_is_that_of_python_stdnum():
    """All at once here, one by one there: letters never given, impossible days, wrong digits, leap years, Ñ and &."""
    draw, letters, codes = (
        random.Random(5),
        "ABCDEFGHIJKLMNÑ&OPQRSTUVWXYZ",
        ["XAXX010101000", "", "ABC", "ABC0002291A1"],
    )
    for n in range(6_000):
        name = "BUEI" if n % 50 == 0 else "".join(draw.choices(letters, k=3 + n % 2))
        first = f"{name}{draw.randrange(100):02d}{draw.randrange(14):02d}{draw.randrange(33):02d}"
        first += draw.choice("123AVW0") + draw.choice("19Z0")
        codes.append(first + (rfc.calc_check_digit(first) if n % 3 else draw.choice("0123456789AB")))
    found = persons.checks(pd.Series(codes, dtype="str")).tolist()
    one_by_one = ["valid" if rfc.is_valid(code, validate_check_digits=True) else "unverified" for code in codes]
    assert found == ["none"] * 3 + one_by_one[3:] and 1_000 < found.count("valid") < 4_000
    assert persons.checks(pd.Series([], dtype="str")).empty
