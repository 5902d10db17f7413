"""Contracts of every layout: each rule on hand-made records, the counts on the published files."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from ogp_analysis.base.schema import FAULT
from ogp_analysis.data.cleaning.dataset import promised
from ogp_analysis.data.cleaning.record import FILE, LINE
from ogp_analysis.data.datasets.procurement import layouts
from ogp_analysis.data.datasets.procurement.compranet import columns
from ogp_analysis.data.datasets.procurement.compranet import dataset as compranet
from ogp_analysis.data.datasets.procurement.fields import OFFICIALS as OFFICIAL_FIELDS
from ogp_analysis.data.datasets.procurement.folding import folded
from tests.data.datasets.procurement.conftest import PLAIN

#: Entries on columns, not on values.
NOTES = {"official_dropped", "column_not_used", "column_absent"}


def rules(result, action="changed") -> dict[str, int]:
    entries = result.record.entries
    return entries.loc[entries["action"] == action, "rule"].value_counts().to_dict()


def one(result, column):
    assert len(result.tables["contracts"]) == 1
    value = result.tables["contracts"][column].iloc[0]
    return None if pd.isna(value) or value == "" else value


def test_a_plain_record_keeps_its_schema(contracts):
    result = contracts({})
    for schema in compranet.DATASET.schemas:
        assert len(promised(result.tables[schema.name], schema)) == 1
    assert one(result, "contract_key") == one(result, "contract_code") == "7001"
    assert one(result, "ramo") == "12"
    assert one(result, "category") == "goods" and one(result, "character") == "national"
    assert rules(result) == {"official_dropped": 1, "column_not_used": 2}


def test_layout_d_takes_the_maximum_where_there_is_no_amount(clean):
    result = clean("D", PLAIN["D"] | {"Importe DRC": "0", "Monto máximo con imp.": "1,160.50", "Moneda": "USD"})
    assert (one(result, "amount"), one(result, "amount_basis"), one(result, "currency")) == (
        1160.5,
        "maximum_with_tax",
        "USD",
    )
    assert rules(result)["amount_from_maximum"] == 1
    stated = clean(
        "D", PLAIN["D"] | {"Importe DRC": "7", "Moneda DRC": "MXN", "Monto máximo con imp.": "9", "Moneda": "USD"}
    )
    assert (one(stated, "amount"), one(stated, "amount_basis"), one(stated, "currency")) == (7, "contract", "MXN")


def test_layout_d_reads_direct_awards_by_their_beginning_and_lists_in_cells(clean):
    result = clean(
        "D", PLAIN["D"] | {"Importe DRC": "7", "Partida específica": "15401, 27101", "Código del expediente": "'E-1"}
    )
    assert one(result, "procurement_method") == "direct"
    assert one(result, "partida") == "15401; 27101"
    assert one(result, "expediente") == "E-1" and rules(result)["leading_apostrophe"] == 1


@pytest.mark.parametrize(
    ("element", "number", "code", "rule"),
    [
        ("PROYECTO DE CONVOCATORIA", "PC-50-N-1-2025", "draft", {"number_of_a_draft": 1}),
        ("PROYECTO DE CONVOCATORIA", "LA-50-N-1-2025", "draft", {"number_of_a_draft": 1}),
        ("PROCEDIMIENTO DE CONTRATACIÓN", "pc-50-N-1-2025", "draft",
         {"number_of_a_draft": 1, "draft_by_its_number": 1}),
        ("ENCUESTA", "XX-50-N-1-2025", "unknown", {"number_of_an_unknown_element": 1, "unknown_element": 1}),
        ("", "LA-50-N-1-2025", None, {"number_of_an_unknown_element": 1}),
    ],
)  # fmt: skip
def test_the_number_of_what_is_no_procedure_is_no_number_of_a_procedure(clean, element, number, code, rule):
    result = clean("E", PLAIN["E"] | {"Tipo de elemento": element, "Núm. Proc. Proyecto": number})
    row = promised(result.tables["procedures"], compranet.PROCEDURES).iloc[0]
    assert pd.isna(row["procedure_number"]) and row["published_number"] == number
    assert row["element"] == code if code else pd.isna(row["element"])
    assert {name: n for name, n in rules(result).items() if name not in {*NOTES, "leading_apostrophe"}} == rule


def test_procedures_and_drafts_are_told_apart_by_number_where_a_file_has_no_column_of_elements(raw):
    chunk = raw(
        "E",
        PLAIN["E"] | {"Núm. Proc. Proyecto": "LA-1"},
        PLAIN["E"] | {"Código del expediente": "E-3", "Núm. Proc. Proyecto": "PC-1"},
    ).drop(columns=["Tipo de elemento", "Referencia anuncio"])
    result = compranet.finish([compranet.clean_contracts(chunk)])
    procedures = promised(result.tables["procedures"], compranet.PROCEDURES)
    assert procedures["procedure_number"].fillna("").tolist() == ["LA-1", ""]
    assert procedures["element"].fillna("").tolist() == ["", "draft"]
    entries = result.record.entries
    assert set(entries.loc[entries["rule"] == "column_absent", "column"]) == {"tipo de elemento", "referencia anuncio"}


def test_a_header_without_the_level_of_government_says_so_once_a_file(raw):
    chunk = raw("B1", *(PLAIN["B1"] | {"CODIGO_CONTRATO": str(n)} for n in range(6))).drop(columns=["GOBIERNO"])
    parts = [chunk.iloc[at : at + 2].reset_index(drop=True) for at in (0, 2, 4)]
    result = compranet.finish([compranet.clean_contracts(part) for part in parts])
    entries = result.record.checked().entries
    absent = entries[entries["rule"] == "column_absent"]
    assert absent[[LINE, "column", "old"]].values.tolist() == [[2, "gobierno", "(not in this file)"]]
    assert promised(result.tables["contracts"], compranet.CONTRACTS)["government_level"].isna().all()


SAMPLE_TEXTS = dict.fromkeys(
    ("amount", "amount_maximum", "amended", "consolidated", "multi_year", "external_credit"), "1"
)
NEEDED_TEXTS = {"element": "procedimiento"}
NEEDED_NUMBERS = ("expediente", "procedure_number", "contract_code")


@pytest.mark.parametrize("name", ["A", "B1", "B2", "C", "C2", "D", "E"])
def test_every_column_that_a_layout_names_reaches_a_table(name):
    """A record with a text of its own in each column but those of officials, and on the same line one without."""
    layout = layouts.layout(name)
    columns = {field: names[0] for field, names in layout.columns.items()}
    fields = [field for field in columns if field not in OFFICIAL_FIELDS]
    needed = {columns[field]: text for field, text in NEEDED_TEXTS.items() if field in columns}
    numbers = [columns[field] for field in NEEDED_NUMBERS if field in columns]
    plain, filled = [], []
    for line, field in enumerate(fields):
        # A procedure of its own, so that it is not a repeat of another.
        plain.append(dict.fromkeys(columns.values(), "") | needed | dict.fromkeys(numbers, f"1{line}"))
        filled.append(plain[-1] | {columns[field]: SAMPLE_TEXTS.get(field, "mxn x")})
    before, after = by_line(lines(plain), name), by_line(lines(filled), name)
    assert [field for line, field in enumerate(fields) if before.get(line) == after.get(line)] == []


def lines(rows: list[dict[str, str]]) -> pd.DataFrame:
    return pd.DataFrame(rows, dtype="str").assign(**{FILE: "f", LINE: range(len(rows))})


def by_line(chunk: pd.DataFrame, layout: str) -> dict[int, list[tuple]]:
    """Return the rows of all tables, as text, by the line they come from."""
    found: dict[int, list[tuple]] = {}
    for name, table in compranet.finish([compranet.clean_contracts(chunk, layout)]).tables.items():
        for line, *row in table[["line", *table.columns]].astype("str").itertuples(index=False, name=None):
            found.setdefault(int(line), []).append((name, *row))
    return found


@pytest.mark.parametrize(
    ("amount", "value", "status", "rule"),
    [
        ("1234.5", 1234.5, "ok", None),
        ("1,234,567.89", 1234567.89, "ok", "thousands_commas"),
        ("12,34", None, "unreadable", "unreadable_amount"),
        ("70.200,00", None, "unreadable", "unreadable_amount"),
        ("0", 0.0, "zero", None),
        ("-5", -5.0, "negative", None),
        ("16040172860", 16040172860.0, "suspicious", None),
        ("100000000000.01", None, "absurd", "absurd_amount"),
        (" ", None, "missing", None),
    ],
)
def test_amounts(contracts, amount, value, status, rule):
    result = contracts({"Importe del contrato": amount})
    assert (one(result, "amount"), one(result, "amount_status")) == (value, status)
    assert (one(result, "amount_text") or "") == amount.strip()
    named = set(rules(result)) - {*NOTES, "outer_blanks"}
    assert named == ({rule} if rule else set())


@pytest.mark.parametrize(
    ("text", "currency", "status", "rule"),
    [
        ("MXN", "MXN", "ok", None),
        ("USD", "USD", "ok", None),
        ("", None, "unlabelled", None),
        ("MNX", None, "misspelt", "misspelt_currency"),
        ("TEST", None, "test", "test_currency"),
        ("OTH", None, "test", "test_currency"),
        ("pesitos", None, "unknown", "unknown_currency"),
    ],
)
def test_no_currency_becomes_pesos_in_silence(contracts, text, currency, status, rule):
    result = contracts({"Moneda del contrato": text})
    assert (one(result, "currency"), one(result, "currency_status")) == (currency, status)
    assert (one(result, "currency_text") or "") == text
    assert (one(result, "amount_status") == "test") == (status == "test")
    assert set(rules(result)) - NOTES == ({rule} if rule else set())


@pytest.mark.parametrize(("signed", "kept"), [("2022-03-01", True), ("2022-03-02", False), ("2029-03-02", False)])
def test_a_signature_long_after_the_contract_began_is_no_date(contracts, signed, kept):
    """The plain record begins on 1 March 2020, so that two years are up on 1 March 2022."""
    result = contracts({"Fecha de firma del contrato": signed, "Fecha de fin del contrato": "2030-01-01"})
    assert one(result, "signature_date") == (pd.Timestamp(signed) if kept else None)
    assert one(result, "signature_date_status") == ("read" if kept else "too_late")
    assert (one(result, "signature_date_text"), rules(result).get("too_late_date", 0)) == (signed, not kept)
    assert one(result, "end_date") == pd.Timestamp("2030-01-01")


@pytest.mark.parametrize(
    ("stated", "template", "method", "basis"),
    [
        ("Licitación Pública", "05. Adjudicación Directa LAASSP", "open", "type"),
        ("Invitación a Cuando Menos 3 Personas", "", "limited", "type"),
        ("Otro", "01. Licitación Pública LAASSP", "open", "template"),
        ("", "Z15122015 07. Adjudicación Directa Nacional Art. 42 LAASSP", "direct", "template"),
        ("", "sub110525_16. Licitación Pública Nacional LOPSRM", "open", "template"),
        ("Otro", "08. Reporte de otras contrataciones y contrataciones con crédito", "other", "template"),
        ("", "27. Proyecto de Convocatoria a la Licitación Pública LOPSRM", "other", "template"),
        ("Otro", "", "other", "type"),
        ("", "", "unknown", "none"),
        ("Trueque", "", "unknown", "type"),
    ],
)
def test_method_from_type_or_template(contracts, stated, template, method, basis):
    row = {"Tipo de procedimiento": stated, "Plantilla del expediente": template, "Número del procedimiento": "7"}
    result = contracts(row)
    assert (one(result, "procurement_method"), one(result, "method_basis")) == (method, basis)
    assert (one(result, "method_text") or "", one(result, "template") or "") == (stated, template)
    assert rules(result).get("unknown_method", 0) == (stated == "Trueque")


@pytest.mark.parametrize(
    ("number", "stated", "method", "basis"),
    [
        ("AA-016RHQ001-E5-2023", "", "direct", "number"),
        ("AO-016RHQ001-E5-2023", "", "direct", "number"),
        ("IA-016RHQ001-E5-2023", "", "limited", "number"),
        ("IO-50-GYR-050GYR001-T-1-2023", "", "limited", "number"),
        ("LA-016RHQ001-E5-2023", "", "open", "number"),
        ("LO-016RHQ001-E5-2023", "", "open", "number"),
        ("LA-016RHQ001-E5-2023", "Adjudicación Directa", "direct", "type"),
        ("LA-016RHQ001-E5-2023", "Trueque", "unknown", "type"),
        ("LAB 7", "", "unknown", "none"),
        ("PC-016RHQ001-E5-2023", "", "unknown", "none"),
        ("", "", "unknown", "none"),
    ],
)
def test_method_from_the_official_number_where_nothing_else_tells(contracts, number, stated, method, basis):
    result = contracts(
        {"Tipo de procedimiento": stated, "Plantilla del expediente": "", "Número del procedimiento": number}
    )
    assert (one(result, "procurement_method"), one(result, "method_basis")) == (method, basis)


def test_the_number_is_that_of_its_own_row():
    methods = pd.DataFrame({"method": ["open", "unknown", "unknown"], "basis": ["type", "none", "none"]})
    made = columns.by_number(methods, pd.Series(["AA-1", "IA-016RHQ001-E5-2023", "x"], index=[7, 8, 0]))
    assert made.to_numpy().tolist() == [["open", "type"], ["limited", "number"], ["unknown", "none"]]


def test_words_that_no_rule_covers_are_unknown_and_on_the_record(contracts):
    result = contracts({"Tipo de contratación": "Magia", "Orden de gobierno": "Galáctico"})
    assert one(result, "category") == one(result, "government_level") == "unknown"
    assert one(result, "category_text") == "Magia"
    assert {"unknown_category", "unknown_government_level"} <= set(rules(result))


def test_names_of_officials_in_other_columns_are_masked(contracts):
    unit = {
        "Nombre de la UC": "IP-Oficial Inventada Ejemplar #012ABC001",
        "Título del contrato": "Para EJEMPLAR, oficial inventada",
    }
    result = contracts(unit, {"Código del contrato": "7002"})
    table = result.tables["contracts"]
    assert table["buyer_name"].tolist() == ["(text names an official)", "Unidad de Prueba"]
    assert table["contract_title"].tolist() == ["(text names an official)", "Sillas"]
    assert rules(result)["official_in_text"] == 2
    assert "Inventada" not in str([f.to_dict("list") for f in (*result.tables.values(), result.record.entries)])


LAYOUTS = {"2010-2012": "B1", "2017-sample": "B2", "2023-imss-raw": "C2", "2026-imss": "D"}


@pytest.mark.parametrize("version", LAYOUTS)
def test_every_column_of_a_published_file_is_read_or_named_on_the_record(contract_files, version):
    raw, result = contract_files[version]
    names = layouts.layout(LAYOUTS[version])
    columns = layouts.with_names(raw, names).columns if version == "2017-sample" else raw.columns
    bound, unused = layouts.bound(pd.DataFrame(columns=columns), names)
    entries = result.record.entries
    named = {rule: set(entries.loc[entries["rule"] == rule, "column"]) for rule in NOTES}
    assert unused and named["column_not_used"] == set(unused)
    assert named["official_dropped"] == {bound[field] for field in OFFICIAL_FIELDS if field in bound}
    absent = {wanted[0] for field, wanted in names.columns.items() if field not in bound}
    assert named["column_absent"] == absent and ("orden de gobierno" in absent) == (version == "2026-imss")
    assert not (entries["rule"] == "unknown_regime").any()
    assert set(result.tables["contracts"]["generation"]) == {LAYOUTS[version]}
    assert not (result.tables["contracts"][["category", "government_level"]] == "unknown").any(axis=None)


OFFICIALS = ("RESPONSABLE", "Responsable de la UC")


@pytest.mark.parametrize("version", LAYOUTS)
def test_no_name_of_a_person_is_in_any_output(contract_files, version):
    raw, result = contract_files[version]
    seen = result.tables["contracts"].set_index("line")
    column = next(
        c for c in raw.columns if folded(c) in ("proveedor contratista", "proveedor o contratista", "unnamed 37")
    )
    raw = raw[raw[FAULT] == ""].set_index("_line")
    people = set(raw.loc[seen.index[seen["supplier_kind"].str.contains("person")], column].map(folded))
    officials = {c for c in raw.columns if c in OFFICIALS} | ({"Unnamed: 5"} & set(raw.columns))
    people |= {folded(name) for c in officials for name in raw[c]}
    people = {name for name in people if len(name.split()) >= 3}
    assert len(people) > 40
    pattern = re.compile("|".join(rf"\b{re.escape(name)}\b" for name in sorted(people)))
    frames = [*result.tables.values(), result.record.entries]
    texts = {
        text for frame in frames for c in frame.select_dtypes(["str", "object"]) for text in frame[c].dropna().unique()
    }
    # Firms that one row gives without their form and another with it.
    firms = set(seen.loc[seen["supplier_kind"] == "legal_entity", "supplier_name"])
    assert [text for text in texts - firms if pattern.search(folded(str(text)))] == []
    codes = re.compile(r"\b[A-ZÑ&]{4}\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[A-Z0-9]{3}\b")
    assert [text for text in texts if codes.search(str(text))] == []
