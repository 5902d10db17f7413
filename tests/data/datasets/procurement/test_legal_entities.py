"""Firms that must not be masked and natural persons that must be, by country; and letters that an encoding lost."""

from __future__ import annotations

import re
from importlib import import_module

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from ogp_analysis.base import beside
from ogp_analysis.data.datasets.procurement import legal_entities, persons
from ogp_analysis.data.datasets.procurement.legal_entities import by_identifier, by_name, is_personal
from ogp_analysis.data.datasets.procurement.ocds import columns
from ogp_analysis.data.datasets.procurement.ocds import masking as ocds_persons
from ogp_analysis.data.store import hand_out

#: Names made up, forms as the laws of the country write them.
FIRMS = beside.toml(__file__, "test_legal_entities.toml")["FIRMS"]
#: Names made up; many end like a legal form, or begin like one.
PERSONS = (
    "María Inventada Ejemplo|LUIS INVENTADO CAMARA|Juan de Sá|JUAN DO SA|Juan Saa|JUAN SAA|Li Ou|LI CO|"
    "Nguyen Van Ong|Ana Sac|Jan Sas|Kim Im|A. O. Popescu|S.C. Inventat|A.S. Kumar|P. Ip|"
    "Enrique Banco Inventado|Petr Sia|ИП Иванов|ФОП Вигадана Особа|A/Dz Hnaravats Anun|"
    "Անհատ ձեռնարկատեր X|Î.I. Popescu Ion|Juan Inventado, persona física|Ola Normann ENK|王小明|"
    "John Smith (sole trader)|Jean Inventé Enr.|Anna Ltdova|Eva Springer|José Sacristán Oyarzabal|"
    "Ana Ruiz Cia|Juan Inventado Sá|JUAN INVENTADO SA|Nobody A K|Nobody N. V.|MARIA INVENTADA AC|"
    "Invented A S|P/E Armen Sargsyan|Acme|Persona física Juan López S.A.|"
).split("|")


@pytest.mark.parametrize(
    ("country", "name"), [(country, name) for country, names in FIRMS.items() for name in names.split("|")]
)
def test_a_firm_is_not_masked(country, name):
    countries = [country] if country else []
    assert by_name(name, *countries) == "entity"
    assert legal_entities.by_names(pa.array([name]), *countries).to_pylist() == ["entity"]


@pytest.mark.parametrize("name", PERSONS)
def test_a_natural_person_is_masked(name):
    told = by_name(name)
    assert told != "entity"
    assert legal_entities.by_names(pa.array([name])).to_pylist() == [told]
    assert ocds_persons.reason_of(name, told)


@pytest.mark.parametrize(
    ("name", "countries"),
    [("JUAN INVENTADO SA", ("PT", "BR")), ("Juan Inventado Sá", ("PT", "MX")), ("Nobody A K", ("IN", "MX")),
     ("Nobody N. V.", ("IN",)), ("MARIA INVENTADA AC", ("MX", "PT")), ("X A K", ("IN",))],
)  # fmt: skip
def test_a_short_form_of_another_country_is_none(name, countries):
    """Nor is a common surname, or initials behind a given name, where the law has the form."""
    for country in countries:
        assert by_name(name, country) == ""
        assert legal_entities.by_names(pa.array([name, "X Ltd"]), country).to_pylist() == ["", "entity"]


@pytest.mark.parametrize(
    ("name", "country"), [("X A K", "AM"), ("X N. V.", "NL"), ("X AC", "MX"), ("X SA", "PT"), ("X S.A.", "IN")]
)
def test_a_short_form_counts_at_home_and_with_its_dots_anywhere(name, country):
    assert by_name(name, country) == "entity"


# Firms: numbers of the documentation of python-stdnum. Persons: the same, or made up.
@pytest.mark.parametrize(
    ("scheme", "identifier", "told"),
    [
        ("PT-NIPC", "501964843", "entity"),
        ("PT-NIPC", "201964843", "person"),
        ("PT-NIPC", "501964842", ""),
        ("MX-RFC", "MAB-930714-8T4", "entity"),
        ("MX-RFC", "GODE561231GR8", "person"),
        ("MX-RFC", "000060", ""),
        ("XX", "1", ""),
        ("MX-RFC", "GODE561231", "person"),
        ("", "MX-RFC-GODE561231GR8-81", "person"),
        ("", "GODE561231GR8", "person"),
        ("", "gode-561231-gr8", "person"),
        ("", "MAB9307148T4", "entity"),
        ("", "MAB9307148T5", ""),
        ("", "BOXW310820HNERXN09", "person"),
        ("MX-RFC", "XAXX010101000", ""),
        ("CO-NIT", "8001972684", "entity"),
        ("CO-NIT", "8001972685", ""),
        ("CO-NIT", "1012345678", ""),
        ("Cédula de Ciudadanía", "12.345.678", "person"),
        ("C\ufffddula de Ciudadan\ufffda", "1", "person"),
        ("", "C\ufffddula de Ciudadan\ufffda-1", "person"),
        ("Nit de Persona Jur\ufffddica", "800.101.684-3", "entity"),
        ("PY-RUC", "80028061-0", "entity"),
        ("PY-RUC", "1234567-9", "person"),
        ("HN-RTN", "08019995123456", "entity"),
        ("HN-RTN", "08011985123456", "person"),
        ("UA-EDR", "32855961", "entity"),
        ("UA-EDR", "1759013776", "person"),
        ("MD-IDNO", "1008600038413", "entity"),
        ("MD-IDNO", "2008600038413", "person"),
        ("AM-TIN", "02504956", "entity"),
        ("AM-TIN", "31234567", "person"),
        ("AM-TIN", "90025976", ""),
        ("GB-COH", "SC123456", "entity"),
        ("AU-ACN", "004 085 616", "entity"),
        ("AU-ABN", "83914571673", ""),
        ("TW-UBN", "00501503", ""),
        ("CA-BN", "123026635", ""),
        ("US-EIN", "91-1144442", ""),
        ("NO-BRC", "988077917", ""),
        ("NO-FNR", "15108695088", "person"),
        ("CL-RUT", "76086428-5", "entity"),
        ("CL-RUT", "12531909-2", "person"),
        ("CUA", "230", "entity"),
        ("IDPF", "1001", ""),
    ],
)
def test_an_identifier_tells_by_its_scheme(scheme, identifier, told):
    assert by_identifier(scheme, identifier) == told


def test_where_two_readings_disagree_a_person_is_masked(monkeypatch):
    """With its separator it is the code of a firm, without it that of a person: naming a person is the worse error."""
    scheme = legal_entities._Scheme(re.compile(r"[A-Z]-\d"), re.compile(r"[A-Z]\d"), "", None)
    monkeypatch.setattr(legal_entities, "_schemes", lambda: {"XX": scheme})
    by_identifier.cache_clear()
    assert by_identifier("XX", "A-1") == legal_entities.PERSON
    by_identifier.cache_clear()


def test_the_check_digits_are_those_of_python_stdnum():
    checks = {s["check"] for c in legal_entities.facts()["countries"] for s in c.get("schemes", ()) if "check" in s}
    assert len(checks) > 12
    assert all(callable(import_module(f"stdnum.{check}").is_valid) for check in checks)


@pytest.mark.parametrize(
    ("name", "code", "personal"),
    [
        ("MARIA INVENTADA EJEMPLO", "OFS000526912", True),
        ("EJEMPLO INVENTADO SANDRA", "OFS000526912", True),
        ("Luz y Mundo Inventado", "LMI850410LZ2", False),
        ("Luz y Mundo Inventado", "OFS000526912", True),
        ("SAN JUAN DEL EJEMPLO", "OFS000526912", False),
        ("Gustavo A. Madero", "OFS000526912", False),
        ("NISSAN EJEMPLO Y COMPRA", "ALG791121I7A", False),
        ("Comercial Juan", "ALG791121I7A", False),
        ("MARIA INVENTADA EJEMPLO SA DE CV", "OFS000526912", False),
    ],
)
def test_a_persons_name_beside_a_firms_code(name, code, personal):
    assert is_personal(name, code) is personal
    if personal:
        assert ocds_persons.reason_of(name, by_name(name), ("MX-RFC", code)) == "personal_name"


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Contrato GODE561231GR8 firmado", 1),
        ("rfc:gode-561231-gr8.", 1),
        ("XAXX010101000", 0),
        ("AGODE561231GR8", 0),
        ("GODE561331GR8", 0),
        ("MAB9307148T4", 0),
    ],
)
def test_codes_of_persons_are_found_in_texts(text, codes):
    assert len(legal_entities.person_codes(text)) == codes
    found = ocds_persons.has_person_code(pa.array([text, None])).to_pylist()
    assert found[1] is False and found[0] >= bool(codes)


@pytest.mark.parametrize(
    ("published", "restored"),
    [
        ("GRUPO AEROPORTUARIO DE LA CIUDAD DE M?XICO", "GRUPO AEROPORTUARIO DE LA CIUDAD DE MÉXICO"),
        ("Ciudad de M?xico", "Ciudad de México"),
        ("COMISI?N FEDERAL, CONTRATACI?N P?BLICA", "COMISIÓN FEDERAL, CONTRATACIÓN PÚBLICA"),
        ("CORPORACI\ufffdN X", "CORPORACIÓN X"),
        ("Qu? X", "Qu? X"),
        ("¿P?BLICO?", "¿P?BLICO?"),
        ("P?BLIC?", "P?BLIC?"),
        ("X?Y", "X?Y"),
        ("X? ?", "X? ?"),
    ],
)
def test_a_lost_letter_is_put_back_where_one_word_fits(published, restored):
    assert columns.restored(published) == restored


def test_a_listed_firm_is_a_firm_by_its_whole_name_alone():
    names = ["RAYZONE", "Neolinx de México", "Grupo Tech Bull", "QuaDream Ruiz", "Teva", "Pegasus", "Face", "Hermit"]
    told = [by_name(name) == "entity" for name in names]
    assert told == [True, True, True, False, False, False, False, False]
    assert (legal_entities.by_names(pa.array(names)).to_pylist() == np.where(told, "entity", "")).all()


def test_a_persons_code_masks_the_name_of_a_listed_firm():
    status = persons.tax_codes(pd.Series(["AAAA800101AA1", ""]))["status"]
    kinds = persons.kinds(pd.Series(["Neolinx", "Neolinx"]), status, "MX")
    assert kinds.tolist() == ["natural_person", "legal_entity"]


def test_the_listed_firms_are_those_of_the_list_of_vendors():
    rows = hand_out.load("surveillance_vendors", "names", "embedded")
    own = rows[
        (rows["everyday"] == "no") & (rows["relation"] != "product") & ~rows["name"].str.contains("+", regex=False)
    ]
    assert {legal_entities.plain(name) for name in own["name"]} == legal_entities.listed()
