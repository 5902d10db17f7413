"""Which rows are of one supplier. The pairs are made by hand; every person in them is invented."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ogp_analysis.data.datasets.procurement import persons
from ogp_analysis.procurement.sanctions import described
from ogp_analysis.procurement.suppliers import REASONS, candidates, checked, resolve

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
    ids = resolve(table).ids
    assert resolve(table[::-1]).ids.nunique() == ids.nunique(), "the order of the rows decides nothing"
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


def test_there_are_enough_pairs():
    assert len(MERGE) + len(APART) >= 60 and len(set(map(str, MERGE + APART))) == len(MERGE) + len(APART)


def test_a_third_row_takes_back_what_two_would_join():
    """A name without code is of nobody once the name has two codes."""
    bare = ("ACEROS DEL NORTE SA DE CV",)
    result = resolve(contracts(bare, (*bare, ONE), (*bare, OTHER)))
    assert result.ids.nunique() == 3
    assert result.conflicts.values.tolist() == [["one_name_several_codes", "aceros del norte|sa", f"{OTHER}; {ONE}", 2]]


def test_a_folio_of_two_names_joins_neither_and_is_reported():
    rows = [("A UNO SA", "", "7"), ("B DOS SA", "", "7"), ("A UNO SA", "", "7"), ("A UNO SA",)]
    result = resolve(contracts(*rows))
    assert result.ids.tolist() == ["RUPC 7|a uno|sa", "RUPC 7|b dos|sa", "RUPC 7|a uno|sa", "NAME a uno|sa"]
    assert result.conflicts[["conflict", "value", "identities"]].values.tolist() == [
        ["one_folio_several_names", "7", "A UNO SA; B DOS SA"]
    ]


def test_a_folio_of_two_codes_joins_nothing():
    rows = [("A UNO SA", ONE, "7"), ("A UNO SA", OTHER, "7"), ("A UNO SA", "", "7")]
    result = resolve(contracts(*rows))
    assert result.ids.nunique() == 3
    assert result.conflicts.values.tolist() == [
        ["one_folio_several_codes", "7", f"{OTHER}; {ONE}", 3],
        ["one_name_several_codes", "a uno|sa", f"{OTHER}; {ONE}", 2],
    ]


def test_one_name_with_a_code_and_another_folio_is_reported():
    result = resolve(contracts(("A UNO SA", ONE, "7"), ("A UNO SA", "", "8"), ("A UNO SA",)))
    assert result.ids.nunique() == 3
    assert result.conflicts["conflict"].tolist() == ["one_name_several_folios"]


def test_a_folio_of_one_code_with_the_name_of_another_firm_is_a_folio_of_two_names():
    result = resolve(contracts(("A UNO SA", ONE, "7"), ("B DOS SA", "", "7")))
    assert result.conflicts.values.tolist() == [["one_folio_several_names", "7", "A UNO SA; B DOS SA", 2]]


@pytest.mark.parametrize(
    "rows",
    [
        # One firm has several folios: its rows are one supplier all the same.
        [("A UNO SA", ONE, "7"), ("A UNO SA", ONE, "8")],
        # No name, and names without a legal form: nobody can say that they are of one firm.
        [("", ONE), ("", OTHER)],
        [("ACEROS", ONE, "7"), ("ACEROS", "", "8")],
        # Homonyms are common among persons.
        [("JUANA INVENTADA", PERSON), ("JUANA INVENTADA", NAMESAKE)],
    ],
)
def test_what_does_not_contradict_itself_is_not_reported(rows):
    firms = contracts(*rows)
    firms["supplier_kind"] = firms["supplier_kind"].mask(firms["supplier_name"] == "ACEROS", "legal_entity")
    assert resolve(firms).conflicts.empty


def test_a_name_with_two_codes_is_not_reported_again_for_the_folio_of_one():
    result = resolve(contracts(("A UNO SA", ONE), ("A UNO SA", OTHER, "7")))
    assert result.conflicts["conflict"].tolist() == ["one_name_several_codes"]


def test_a_supplier_has_its_commonest_spelling_and_of_equals_the_first():
    rows = [("A UNO SA", ONE), ("A UNO, S.A.", ONE), ("A UNO, S.A.", ONE), ("B SC", OTHER), ("B, S.C.", OTHER)]
    told = resolve(contracts(*rows)).suppliers
    assert told.values.tolist() == [
        [f"RFC {OTHER}", "B SC", "legal_entity", 2, 2],
        [f"RFC {ONE}", "A UNO, S.A.", "legal_entity", 3, 2],
    ]
    alike = contracts(("A UNO SA", ONE), ("A UNO SA", ONE)).assign(supplier_kind=["missing", "legal_entity"])
    assert resolve(alike).suppliers["kind"].tolist() == ["missing"], "the first row tells"


def test_every_merge_has_its_reason():
    rows = [
        ("A UNO SA", ONE),
        ("A UNO SA DE CV", ONE),
        ("A UNO, S.A.",),
        ("B DOS SC", "", "7"),
        ("B DOS, S.C.", "", "7"),
        ("C TRES SC",),
        ("D CUATRO", SLIP),
        ("D CUATRO", SLIP),
    ]
    result = resolve(contracts(*rows))
    reasons = result.merges.groupby("supplier_id")["reason"].agg(list).to_dict()
    assert {supplier: sorted(found) for supplier, found in reasons.items()} == {
        f"RFC {ONE}": ["same_firm_name", "same_rfc", "same_rfc"],
        "RUPC 7": ["same_rupc", "same_rupc"],
        f"CODE {SLIP}|d cuatro": ["same_code_and_name"],
    }
    assert set(result.merges["reason"]) <= set(REASONS)
    assert list(result.merges.columns) == [
        "supplier_id", "reason", "supplier_name", "supplier_rfc", "supplier_rupc", "rows"
    ]  # fmt: skip
    assert result.suppliers["rows"].sum() == len(rows)
    assert result.merges["rows"].sum() == len(rows) - 1, "the one supplier of one row is not a merge"


def test_a_folio_joins_what_neither_code_nor_firm_name_does():
    given = contracts(("ACEROS", ONE, "8"), ("ACEROS", "", "8")).assign(supplier_kind="legal_entity")
    result = resolve(given)
    assert result.ids.tolist() == [f"RFC {ONE}"] * 2
    assert sorted(result.merges["reason"]) == ["same_rfc", "same_rupc"]


def test_persons_are_counted_and_not_named():
    rows = [("JUANA INVENTADA PRUEBA", PERSON), ("JUANA INVENTADA P", PERSON), ("EVA SUPUESTA", "", "8"), ("A UNO SA",)]
    result = resolve(contracts(*rows))
    assert result.ids.tolist() == ["natural person 1", "natural person 1", "natural person 2", "NAME a uno|sa"]
    told = str([frame.to_dict("list") for frame in (result.suppliers, result.merges, result.conflicts)])
    assert not any(word in told for word in ("INVENTADA", "inventada", "SUPUESTA", PERSON, "'8'"))


def test_a_folio_of_two_persons_is_reported_without_them():
    result = resolve(contracts(("JUANA INVENTADA", "", "8"), ("EVA SUPUESTA", "", "8")))
    assert result.ids.nunique() == 2
    assert result.conflicts[["value", "identities"]].values.tolist() == [[persons.HIDDEN, persons.HIDDEN]]


def test_a_folio_of_a_firm_and_a_person_is_reported_without_either():
    result = resolve(contracts(("A UNO SA", "", "8"), ("JUANA INVENTADA", "", "8")))
    assert result.conflicts[["conflict", "value", "identities", "rows"]].values.tolist() == [
        ["one_folio_several_names", persons.HIDDEN, persons.HIDDEN, 2]
    ]


def test_a_folio_of_codes_of_a_firm_and_a_person_is_reported_without_either():
    result = resolve(contracts(("A UNO SA", ONE, "8"), ("JUANA INVENTADA", PERSON, "8"), ("B OTRA SA", "", "8")))
    assert len(result.conflicts) and set(result.conflicts["identities"]) == {persons.HIDDEN}
    assert PERSON not in result.conflicts.to_csv() and ONE not in result.conflicts.to_csv()


@pytest.mark.parametrize("kind", ["legal_entity", "missing", ""])
def test_a_code_of_thirteen_characters_is_a_persons_whatever_the_kind_says(kind):
    frame = contracts(("JUANA INVENTADA SA", PERSON), ("A UNO SA", ONE)).assign(supplier_kind=[kind, "legal_entity"])
    result = resolve(frame)
    assert result.ids.tolist() == ["natural person 1", f"RFC {ONE}"]
    told = str([part.to_dict("list") for part in (result.suppliers, result.merges, result.conflicts)])
    assert PERSON not in told and "INVENTADA" not in told
    seen = described(frame["supplier_name"], frame["supplier_kind"], frame["supplier_rfc"])
    assert seen["person"].tolist() == [True, False] and seen["rfc"].tolist() == ["", ONE] and seen["key"].iloc[0] == ""


def test_no_contracts():
    result = resolve(contracts(("A UNO SA",)).iloc[:0])
    assert [len(part) for part in (result.ids, result.suppliers, result.merges, result.conflicts)] == [0, 0, 0, 0]


def test_ids_stand_on_the_index_of_the_contracts():
    frame = contracts(("A UNO SA",), ("B DOS SA",)).set_axis([7, 3])
    assert resolve(frame).ids.to_dict() == {7: "NAME a uno|sa", 3: "NAME b dos|sa"}


def test_the_order_of_rows_changes_no_firm():
    rows = [row if isinstance(row, tuple) else (row,) for pair in MERGE + APART for row in pair]
    frame = contracts(*rows)
    turned = frame.iloc[np.random.default_rng(1).permutation(len(frame))]
    firms = resolve(frame).ids[lambda ids: ~ids.str.startswith(("natural person", "unresolved"))]
    assert resolve(turned).ids.reindex(firms.index).equals(firms)


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


def test_what_is_alike_is_listed_and_not_joined():
    rows = [
        ("CONSTRUCTORA 1 SA",),
        ("CONSTRUCTORA 11 SA",),
        ("OTRA COSA SA",),
        ("JUANA INVENTADA",),
        ("JUANA INVENTADA",),
    ]
    found = candidates(resolve(contracts(*rows)))
    assert found[["first_name", "second_name"]].values.tolist() == [["CONSTRUCTORA 1 SA", "CONSTRUCTORA 11 SA"]]
    assert found["likeness"].between(92, 100).all()


def test_names_with_a_legal_form_have_one_code_in_the_published_lists(mirror):
    """What the joining by name rests on: counted, not supposed."""
    from ogp_analysis.base import paths
    from ogp_analysis.data.sources import raw
    from ogp_analysis.procurement.suppliers import firm_keys

    sidecars = paths.project().raw
    columns = {
        ("sat_69b", "2026", "Listado_completo_69-B.csv"): ("Nombre del Contribuyente", "RFC"),
        ("comprasmx", "2026-imss", "*.csv"): ("Proveedor o contratista", "rfc"),
        ("compranet", "2023-imss-raw", "*.csv"): ("Proveedor o contratista", "rfc"),
    }
    parts = []
    for (source, version, files), names in columns.items():
        for chunk in raw.chunks(mirror, source, version, files, sidecars=sidecars):
            parts.append(chunk[list(names)].set_axis(["name", "rfc"], axis=1))
    whole = pd.concat(parts, ignore_index=True)
    whole = whole[whole["rfc"].str.fullmatch(r"[A-ZÑ&]{3}\d{6}[A-Z0-9]{3}")]
    whole["key"] = firm_keys(whole["name"].str.partition("//")[0])["key"]
    codes = whole[whole["key"] != ""].groupby("key")["rfc"].nunique()
    assert len(codes) > 11_000 and (codes > 1).sum() == 0


def test_each_distinct_name_is_looked_at_once(monkeypatch):
    from ogp_analysis.procurement import suppliers

    seen, firm = [], suppliers.firm_key
    monkeypatch.setattr(suppliers, "firm_key", lambda name: (seen.append(name), firm(name))[1])
    rows = [(f"FIRMA {n % 10} DEL EJEMPLO SA DE CV",) for n in range(5000)]
    assert resolve(contracts(*rows)).ids.nunique() == 10
    assert len(seen) == 10
