"""Which rows are of one supplier. The pairs are made by hand; every person in them is invented."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ogp_analysis.base import paths
from ogp_analysis.data.datasets.procurement import persons
from ogp_analysis.data.sources import raw
from ogp_analysis.procurement.sanctions import described
from ogp_analysis.procurement.suppliers import checked, firm_keys, resolve

#: Valid codes: two firms, two persons; one that is well-formed and fails its check digit.
ONE, OTHER, PERSON, NAMESAKE, SLIP = "GVI020903N32", "GIN811027SS4", "GODE561231GR8", "BUMM7909154A1", "AAA010101AA0"


def contracts(*rows: tuple) -> pd.DataFrame:
    """Rows ``(name, rfc, rupc)``, the last two perhaps left out, with the kind that the cleaner tells."""
    full = pd.DataFrame(
        [(*row, "", "")[:3] for row in rows], columns=["supplier_name", "supplier_rfc", "supplier_rupc"]
    )
    full = full.astype("str")
    code = persons.tax_codes(full["supplier_rfc"])
    return full.assign(supplier_kind=persons.kinds(full["supplier_name"], code["status"], "MX", "ES"))


def together(one: tuple | str, other: tuple | str) -> bool:
    rows = [row if isinstance(row, tuple) else (row,) for row in (one, other)]
    table = contracts(*rows)
    ids = resolve(table)
    assert resolve(table[::-1]).nunique() == ids.nunique(), "the order of the rows decides nothing"
    return ids.nunique() == 1


MERGE = [
    ("ACEROS DEL NORTE SA DE CV", "ACEROS DEL NORTE SA DE CV"),
    ("ACEROS DEL NORTE SA DE CV", "ACEROS DEL NORTE, S.A. DE C.V."),
    ("ACEROS DEL NORTE SA DE CV", "Aceros del Norte S.A de C.V"),
    ("ACEROS DEL NORTE SA DE CV", "  Aceros  del  Norte , S. A. de C. V.\t"),
    ("ACEROS DEL NORTE SA DE CV", "ACEROS DEL NORTE SADE CV"),
    ("ACEROS DEL NORTE SA DE CV", "ACEROS DEL NORTE S A DEC V"),
    ("ACEROS DEL NORTE SA DE CV", "ACEROS DEL NORTE SA CV"),
    ("ACEROS DEL NORTE SA DE CV", "ACEROS DEL NORTE SOCIEDAD ANÓNIMA DE CAPITAL VARIABLE"),
    ("ACEROS DEL NORTE SA DE CV", "ACEROS DEL NORTE, S.A."),
    ("CONSTRUCCIÓN Y DISEÑO SA", "CONSTRUCCION Y DISENO SA"),
    ("D´SAZÓN SEGURIDAD ALIMENTARIA, S.A. DE C.V.", "D'SAZON SEGURIDAD ALIMENTARIA SA DE CV"),
    ("“FLOR” DE MAYO, S.C.", "FLOR DE MAYO SC"),
    ("PÉREZ & HIJOS SA DE CV", "PEREZ Y HIJOS SA DE CV"),
    ("A.B.C. CONSULTORES SC", "ABC CONSULTORES SC"),
    ("A B C CONSULTORES S C", "ABC CONSULTORES S.C."),
    ("INNOVA S A P I DE CV", "INNOVA SAPI DE CV"),
    ("INNOVA S.A.P.I. DE C.V.", "INNOVA SAPI"),
    ("SALUD TOTAL S DE RL DE CV", "SALUD TOTAL, S. de R.L. de C.V."),
    ("SALUD TOTAL S DE RL DE CV", "SALUD TOTAL S. DE R. L."),
    ("CREDITO FACIL SA DE CV SOFOM ENR", "CRÉDITO FÁCIL, S.A. DE C.V., SOFOM, E.N.R."),
    ("PESCADORES DEL GOLFO SC DE RL DE CV", "PESCADORES DEL GOLFO, S.C. DE R.L. DE C.V."),
    ("HUERTOS DEL SUR SPR DE RL", "HUERTOS DEL SUR S.P.R. DE R.L."),
    ("AYUDA VECINAL A.C.", "AYUDA VECINAL ASOCIACIÓN CIVIL"),
    ("NORTHWIND LLC", "Northwind, L.L.C."),
    ("NORTHWIND INC", "Northwind, Inc."),
    ("NORTHWIND LTD", "Northwind Limited"),
    ("BRÜCKE GMBH", "Brucke GmbH"),
    ("BRÜCKE GMBH & CO. KG", "BRUCKE GMBH CO KG"),
    ("CAMINO S.L.", "CAMINO SL"),
    ("FAZENDA LTDA", "Fazenda Ltda."),
    ("SHENZHEN EXAMPLE CO., LTD.", "Shenzhen Example Co Ltd"),
    ("UNIVERSIDAD AUTÓNOMA DEL EJEMPLO", "UNIVERSIDAD AUTONOMA DEL EJEMPLO"),
    # By tax code, whatever the names.
    (("ACEROS DEL NORTE SA DE CV", ONE), ("ACEROS NTE SA DE CV", ONE)),
    (("ACEROS DEL NORTE SA DE CV", ONE), ("NUEVO NOMBRE SAPI DE CV", "gvi-020903 n32")),
    (("ACEROS DEL NORTE", ONE), ("ACEROS DEL NORTE SA DE CV", ONE)),
    (("EJEMPLO INVENTADA MARÍA", PERSON), ("MARIA INVENTADA EJEMPLO", PERSON)),
    # By folio, and by name where one of the two has no code.
    (("ACEROS DEL NORTE SA DE CV", "", "77"), ("ACEROS DEL NORTE, S.A.", "", "77")),
    (("ACEROS DEL NORTE SA DE CV", ONE), ("ACEROS DEL NORTE, S.A. DE C.V.",)),
    (("ACEROS DEL NORTE SA DE CV", ONE, "77"), ("ACEROS DEL NORTE SA DE CV", "", "77")),
    (("ACEROS DEL NORTE SA DE CV", ONE), ("ACEROS DEL NORTE SA DE CV", "", "77")),
    (("ACEROS DEL NORTE SA DE CV", "XAXX010101000"), ("ACEROS DEL NORTE, S.A. DE C.V.", "")),
    (("ACEROS DEL NORTE SA DE CV", SLIP), ("ACEROS DEL NORTE, S.A. DE C.V.", SLIP)),
    (("JUANA INVENTADA PRUEBA", "", "88"), ("JUANA INVENTADA PRUEBA", "", "88")),
]
APART = [
    # Kinds of forms.
    ("ACEROS DEL NORTE SA DE CV", "ACEROS DEL NORTE S DE RL DE CV"),
    ("ACEROS DEL NORTE SA DE CV", "ACEROS DEL NORTE SAPI DE CV"),
    ("ACEROS DEL NORTE SA DE CV", "ACEROS DEL NORTE SAB DE CV"),
    ("ACEROS DEL NORTE SC", "ACEROS DEL NORTE AC"),
    ("ACEROS DEL NORTE SC", "ACEROS DEL NORTE SA"),
    ("ACEROS DEL NORTE SC", "ACEROS DEL NORTE SC DE RL"),
    ("ACEROS DEL NORTE SA DE CV", "ACEROS DEL NORTE SA DE CV SOFOM ENR"),
    ("ACEROS DEL NORTE S DE RL", "ACEROS DEL NORTE S DE RL MI"),
    ("ACEROS DEL NORTE SA DE CV", "ACEROS DEL NORTE"),
    ("NORTHWIND INC", "NORTHWIND LLC"),
    ("NORTHWIND LTD", "NORTHWIND PTY LTD"),
    ("NORTHWIND LTD", "NORTHWIND CO LTD"),
    ("BRÜCKE GMBH", "BRÜCKE AG"),
    ("CAMINO S.L.", "CAMINO S.A."),
    # One word, one letter, one numeral.
    ("KBH CONSTRUCTION SA DE CV", "KBH TRACK SA DE CV"),
    ("ACEROS DEL NORTE SA DE CV", "ACEROS DEL NORESTE SA DE CV"),
    ("ACEROS DEL NORTE SA DE CV", "ACEROS Y METALES DEL NORTE SA DE CV"),
    ("GRUPO ACEROS DEL NORTE SA DE CV", "ACEROS DEL NORTE SA DE CV"),
    ("CONSTRUCTORA 1 SA DE CV", "CONSTRUCTORA 11 SA DE CV"),
    ("CONSTRUCTORA 1 SA DE CV", "CONSTRUCTORA UNO SA DE CV"),
    ("CONSTRUCTORA SIGLO XX SA DE CV", "CONSTRUCTORA SIGLO XXI SA DE CV"),
    ("FARMA 2000 SA DE CV", "FARMA 20000 SA DE CV"),
    ("TECNO 2 4 SA DE CV", "TECNO 24 SA DE CV"),
    ("COMERCIAL MARTA SA DE CV", "COMERCIAL MARTHA SA DE CV"),
    ("LÓPEZ Y PÉREZ SC", "PÉREZ Y LÓPEZ SC"),
    # Abbreviations, branches, parts.
    ("CONST. HERNANDEZ SA DE CV", "CONSTRUCTORA HERNANDEZ SA DE CV"),
    ("ACEROS DEL NTE SA DE CV", "ACEROS DEL NORTE SA DE CV"),
    ("NORTHWIND INC", "NORTHWIND INC SUCURSAL MEXICO"),
    ("NORTHWIND SA DE CV", "NORTHWIND DE MEXICO SA DE CV"),
    ("NORTHWIND SA DE CV", "NORTHWIND SA DE CV SUCURSAL MONTERREY"),
    ("BANCO DEL EJEMPLO SA", "BANCO DEL EJEMPLO SA INSTITUCION DE BANCA MULTIPLE"),
    ("SERVICIOS A SA DE CV EN PARTICIPACION CONJUNTA CON B SA DE CV", "SERVICIOS A SA DE CV"),
    # Names that many have.
    ("MUNICIPIO DE BENITO JUÁREZ", "MUNICIPIO DE BENITO JUÁREZ"),
    ("FIDEICOMISO DEL EJEMPLO", "FIDEICOMISO DEL EJEMPLO"),
    ("COMERCIALIZADORA SIN FORMA", "COMERCIALIZADORA SIN FORMA"),
    # Natural persons.
    ("JUANA INVENTADA PRUEBA", "JUANA INVENTADA PRUEBA"),
    (("JUANA INVENTADA PRUEBA", PERSON), ("JUANA INVENTADA PRUEBA", NAMESAKE)),
    (("JUANA INVENTADA PRUEBA", PERSON), ("JUANA INVENTADA PRUEBA", "")),
    (("JUANA INVENTADA PRUEBA", "XAXX010101000"), ("JUANA INVENTADA PRUEBA", "XAXX010101000")),
    (("JUANA INVENTADA PRUEBA", "", "88"), ("JUANA INVENTADA PRUEBA", "", "89")),
    # Identifiers that contradict.
    (("ACEROS DEL NORTE SA DE CV", ONE), ("ACEROS DEL NORTE SA DE CV", OTHER)),
    (("ACEROS DEL NORTE SA DE CV", ONE), ("ACEROS DEL NORTE SA DE CV", SLIP)),
    (("ACEROS DEL NORTE SA DE CV", "XEXX010101000"), ("OTRA COSA SA DE CV", "XEXX010101000")),
    (("ACEROS DEL NORTE SA DE CV", SLIP), ("OTRA COSA SA DE CV", SLIP)),
    (("ACEROS DEL NORTE SA DE CV", "", "77"), ("OTRA COSA SA DE CV", "", "77")),
    (("ACEROS DEL NORTE SA DE CV", "", "77"), ("ACEROS DEL NORTE SA DE CV", "", "78")),
    (("ACEROS DEL NORTE SA DE CV", ONE, "77"), ("OTRA COSA SA DE CV", "", "77")),
    (("ACEROS DEL NORTE SA DE CV", ONE, "77"), ("ACEROS DEL NORTE SA DE CV", "", "78")),
    (("", ""), ("", "")),
]


@pytest.mark.parametrize(("one", "other"), MERGE)
def test_pairs_that_are_one_supplier(one, other):
    assert together(one, other)


@pytest.mark.parametrize(("one", "other"), APART)
def test_pairs_that_are_two(one, other):
    assert not together(one, other)


NORTE = "ACEROS DEL NORTE SA DE CV"


@pytest.mark.parametrize(
    ("rows", "ids"),
    [
        # A name without code is of nobody once the name has two codes.
        ([(NORTE,), (NORTE, ONE), (NORTE, OTHER)], ["NAME aceros del norte|sa", f"RFC {ONE}", f"RFC {OTHER}"]),
        # A folio of two names joins neither.
        (
            [("A UNO SA", "", "7"), ("B DOS SA", "", "7"), ("A UNO SA", "", "7"), ("A UNO SA",)],
            ["RUPC 7|a uno|sa", "RUPC 7|b dos|sa", "RUPC 7|a uno|sa", "NAME a uno|sa"],
        ),
        # A folio of two codes joins nothing, nor does a name with a code and another folio.
        (
            [("A UNO SA", ONE, "7"), ("A UNO SA", OTHER, "7"), ("A UNO SA", "", "7")],
            [f"RFC {ONE}", f"RFC {OTHER}", "RUPC 7|a uno|sa"],
        ),
        (
            [("A UNO SA", ONE, "7"), ("A UNO SA", "", "8"), ("A UNO SA",)],
            [f"RFC {ONE}", "RUPC 8", "NAME a uno|sa"],
        ),
        ([("A UNO SA", SLIP), ("A UNO, S.A.", SLIP)], [f"CODE {SLIP}|a uno|sa"] * 2),
        # Persons are counted and not named.
        (
            [("JUANA INVENTADA", PERSON), ("JUANA I", PERSON), ("EVA SUPUESTA", "", "8"), ("A UNO SA",)],
            ["natural person 1", "natural person 1", "natural person 2", "NAME a uno|sa"],
        ),
        ([], []),
    ],
)
def test_an_identifier_says_what_it_rests_on_and_names_no_person(rows, ids):
    frame = contracts(*rows or [("A UNO SA",)]).iloc[: len(rows)]
    found = resolve(frame.set_axis(range(7, 7 + len(rows))))
    assert found.tolist() == ids and found.index.tolist() == list(range(7, 7 + len(rows)))


def test_a_folio_joins_what_neither_code_nor_firm_name_does():
    given = contracts(("ACEROS", ONE, "8"), ("ACEROS", "", "8")).assign(supplier_kind="legal_entity")
    assert resolve(given).tolist() == [f"RFC {ONE}"] * 2


@pytest.mark.parametrize("kind", ["legal_entity", "missing", ""])
def test_a_code_of_thirteen_characters_is_a_persons_whatever_the_kind_says(kind):
    frame = contracts(("JUANA INVENTADA SA", PERSON), ("A UNO SA", ONE)).assign(supplier_kind=[kind, "legal_entity"])
    assert resolve(frame).tolist() == ["natural person 1", f"RFC {ONE}"]
    seen = described(frame["supplier_name"], frame["supplier_kind"], frame["supplier_rfc"])
    assert seen["person"].tolist() == [True, False] and seen["rfc"].tolist() == ["", ONE] and seen["key"].iloc[0] == ""


def test_the_order_of_rows_changes_no_firm():
    rows = [row if isinstance(row, tuple) else (row,) for pair in MERGE + APART for row in pair]
    frame = contracts(*rows)
    turned = frame.iloc[np.random.default_rng(1).permutation(len(frame))]
    firms = resolve(frame)[lambda ids: ~ids.str.startswith(("natural person", "unresolved"))]
    assert resolve(turned).reindex(firms.index).equals(firms)


@pytest.mark.parametrize(
    ("code", "status"),
    [
        (ONE, "valid"),
        ("gvi-020903-n32", "valid"),
        (PERSON, "valid"),
        (SLIP, "unverified"),
        ("XAXX010101000", "none"),
        ("XEXX010101000", "none"),
        ("XXXXXXXXXXXX", "none"),
        ("GVI029903N32", "unverified"),
        ("", "none"),
        ("US-123", "none"),
    ],
)
def test_tax_codes(code, status):
    assert checked(pd.Series([code], dtype="str"))["status"].item() == status


def test_names_with_a_legal_form_have_one_code_in_the_published_lists(mirror):
    """What the joining by name rests on: counted, not supposed."""
    columns = {
        ("sat_69b", "2026", "Listado_completo_69-B.csv"): ("Nombre del Contribuyente", "RFC"),
        ("comprasmx", "2026-imss", "*.csv"): ("Proveedor o contratista", "rfc"),
        ("compranet", "2023-imss-raw", "*.csv"): ("Proveedor o contratista", "rfc"),
    }
    whole = pd.concat(
        [
            chunk[list(names)].set_axis(["name", "rfc"], axis=1)
            for place, names in columns.items()
            for chunk in raw.chunks(mirror, *place, sidecars=paths.project().raw)
        ],
        ignore_index=True,
    )
    whole = whole[whole["rfc"].str.fullmatch(r"[A-ZÑ&]{3}\d{6}[A-Z0-9]{3}")]
    keys = firm_keys(whole["name"].str.partition("//")[0])
    codes = whole["rfc"][keys != ""].groupby(keys).nunique()
    assert len(codes) > 11_000 and (codes > 1).sum() == 0


def test_each_distinct_name_is_looked_at_once(monkeypatch):
    from ogp_analysis.procurement import suppliers

    seen, firm = [], suppliers._firm_key
    monkeypatch.setattr(suppliers, "_firm_key", lambda name: (seen.append(name), firm(name))[1])
    rows = [(f"FIRMA {n % 10} DEL EJEMPLO SA DE CV",) for n in range(5000)]
    assert resolve(contracts(*rows)).nunique() == 10
    assert len(seen) == 10
