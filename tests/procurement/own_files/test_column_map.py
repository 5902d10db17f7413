"""Tables in a form of their own, read by a map of their columns: what a map may say, and what comes of the rows."""

from __future__ import annotations

import pandas as pd
import pytest

from ogp_analysis.base.errors import CleaningError, ParameterError
from ogp_analysis.procurement.own_files.cleaning_run import clean_files, forget
from ogp_analysis.procurement.own_files.column_map import ColumnMap, column_map

from .conftest import table as cleaned
from .conftest import written

HEAD = ["Nº", "Ⴤ", "Qué", "Detalle", "Proveedor", "RFC", "Fecha", "Importe", "Moneda", "Otra"]
PERSON = "MARÍA INVENTADA DEL EJEMPLO"
FIRM = "FIRMA DE PRUEBA SA DE CV"
ROWS = [
    ["C-1", "Casa", "Sillas", "de madera", FIRM, "", "03/02/2019", "1.234,50", "MXN", "x"],
    ["C-1", "Casa", "Mesas", "", FIRM, "", "03/02/2019", "$ 2.000", "usd", ""],
    ["C-1", "Casa", "Sillas", "de madera", FIRM, "", "03/02/2019", "1.234,50", "MXN", "x"],
    ["", "Casa", f"Honorarios de {PERSON}", "", PERSON, "", "31/02/2019", "12.34", "XXQ", ""],
    ["", "Casa", "Otra cosa", "", "Sin forma", "ABC010203AB1", "", "", "", ""],
    ["C-2", "Casa"],
]
MAP = """
[columns]
id = "Nº"
buyer = "Ⴤ"
object = ["Qué", "Detalle"]
supplier = "Proveedor"
tax_code = "RFC"
date = "Fecha"
amount = "Importe"
currency = "Moneda"
[formats]
date = "%d/%m/%Y"
decimal = ","
thousands = "."
"""


@pytest.fixture
def stated(tmp_path):
    def write(text: str = MAP) -> ColumnMap:
        file = tmp_path / "map.toml"
        file.write_text(text, encoding="utf-8")
        return column_map(file)

    return write


def table(path, rows=ROWS, head=HEAD):
    return written(path, ["Un reporte"], head, *rows, delimiter=";")


def test_every_row_is_kept_set_aside_or_merged(tmp_path, stated):
    (done,) = clean_files([table(tmp_path / "a.csv")], "table", tmp_path / "out", columns=stated())
    counts = done.rows_in, done.kept, done.set_aside, done.merged, done.counted
    assert (done.what, counts) == ("cleaned", (6, 4, 1, 1, 6))
    rows = cleaned(tmp_path / "out")
    assert rows["contract_number"].fillna("").tolist() == ["C-1", "C-1", "", ""]
    assert rows["contract_key"].tolist()[:2] == ["C-1", "C-1"] and rows["sequence"].tolist() == [1, 2, 1, 1]
    # Without a number the row names itself, whatever stands around it.
    hashed = rows["contract_key"].tolist()[2:]
    assert all(key.startswith("row-") and len(key) == 20 for key in hashed) and hashed[0] != hashed[1]
    clean_files([table(tmp_path / "b.csv", ROWS[3:5])], "table", tmp_path / "other", columns=stated())
    assert cleaned(tmp_path / "other")["contract_key"].tolist() == hashed
    assert rows["line"].tolist() == [3, 4, 6, 7]
    record = cleaned(tmp_path / "out", "record")
    assert record.loc[record["action"] == "merged", "new"].tolist() == ["the same as line 3"]
    assert record.loc[record["action"] == "set_aside", "_line"].tolist() == [8]
    assert record.loc[record["rule"] == "column_not_used", "column"].tolist() == ["Otra"]


def test_dates_amounts_and_currencies_are_read_as_the_map_says(tmp_path, stated):
    clean_files([table(tmp_path / "a.csv")], "table", tmp_path / "out", columns=stated())
    rows = cleaned(tmp_path / "out")
    assert rows["date"].dt.strftime("%Y-%m-%d").fillna("").tolist() == ["2019-02-03", "2019-02-03", "", ""]
    assert rows["date_status"].tolist() == ["read", "read", "unreadable", "missing"]
    assert rows["amount"].fillna(-1).tolist() == [1234.5, 2000, -1, -1]
    assert rows["amount_status"].tolist() == ["ok", "ok", "unreadable", "missing"]
    assert rows["currency"].fillna("").tolist() == ["MXN", "USD", "", ""]
    rules = cleaned(tmp_path / "out", "record")["rule"].value_counts()
    assert rules[["unreadable_date", "unreadable_amount", "unknown_currency"]].tolist() == [1, 1, 1]


@pytest.mark.parametrize(
    ("decimal", "thousands", "text", "amount"),
    [
        (".", ",", "1,234.5", 1234.5),
        (".", ",", "1234", 1234),
        (".", ",", "12,34", None),
        (".", "", "1,234", None),
        (",", " ", "1 234 567,5", 1234567.5),
        (",", " ", "1\xa0234", 1234),
        (".", "'", "-1'000", -1000),
        (",", ".", "1234.5", None),
        (".", ",", "1e5", None),
        (".", ",", "1" * 400, None),
    ],
)
def test_amounts(decimal, thousands, text, amount, tmp_path):
    columns = ColumnMap({"object": ("a",), "amount": ("b",)}, decimal=decimal, thousands=thousands, currency="PEN")
    clean_files([table(tmp_path / "a.csv", [["x", text]], ["a", "b"])], "table", tmp_path / "out", columns=columns)
    found = cleaned(tmp_path / "out")
    assert found["amount"].tolist() == [amount] if amount is not None else found["amount"].isna().all()
    assert found["currency"].tolist() == ["PEN"]


def test_a_time_is_dropped(tmp_path):
    columns = ColumnMap({"object": ("a",), "date": ("b",)}, date="%Y-%m-%d %H:%M")
    rows = [["x", "2019-02-03 23:59"], ["y", "2019-02-03"]]
    clean_files([table(tmp_path / "a.csv", rows, ["a", "b"])], "table", tmp_path / "out", columns=columns)
    assert cleaned(tmp_path / "out")["date"].tolist()[0] == pd.Timestamp("2019-02-03")
    assert cleaned(tmp_path / "out")["date_status"].tolist() == ["read", "unreadable"]


def test_a_natural_person_is_masked_wherever_the_row_names_them(tmp_path, stated):
    clean_files([table(tmp_path / "a.csv")], "table", tmp_path / "out", columns=stated())
    rows = cleaned(tmp_path / "out")
    assert rows["supplier_name"].tolist() == [FIRM, FIRM, "persona física", "Sin forma"]
    assert rows["supplier_kind"].tolist()[2:] == ["presumed_natural_person", "legal_entity"]
    assert rows["contract_title"].tolist()[2] == "(text names a natural person)"
    for file in (tmp_path / "out").rglob("*"):
        assert not file.is_file() or b"INVENTADA" not in file.read_bytes()
    for name in ("contracts", "record"):
        assert "INVENTADA" not in str(cleaned(tmp_path / "out", name).to_dict("list"))


def test_the_name_of_a_supplier_in_three_columns_is_masked_as_one_and_no_part_is_left_over(tmp_path, stated):
    head, about = (
        ["Qué", "Nombre", "Primero", "Segundo"],
        '[columns]\nobject = "Qué"\nsupplier = ["Nombre", "Primero", "Segundo"]',
    )
    rows = [["Honorarios de María Inventada Ejemplar", "María", "Inventada", "Ejemplar"], ["Sillas", FIRM, "", ""]]
    clean_files([table(tmp_path / "a.csv", rows, head)], "table", tmp_path / "out", columns=stated(about))
    assert cleaned(tmp_path / "out")["supplier_name"].tolist() == ["persona física", FIRM]
    written_files = [file for file in (tmp_path / "out").rglob("*") if file.suffix in (".csv", ".html", ".json")]
    assert len(written_files) > 2
    assert not [file for file in written_files if "nventada" in file.read_text(encoding="utf-8")]
    with pytest.raises(ParameterError, match="supplier names 4 columns"):
        stated(about.replace('"Nombre",', '"Nombre", "Otro",'))


def test_a_workbook_is_read_by_a_map(tmp_path):
    columns = ColumnMap({"object": ("Qué",), "date": ("Fecha",), "amount": ("Importe",)}, "%Y-%m-%d", ".")
    frame = pd.DataFrame({"Qué": ["Sillas"], "Fecha": [pd.Timestamp("2019-02-03")], "Importe": [12.5]})
    frame.to_excel(tmp_path / "a.xlsx", index=False)
    (done,) = clean_files([tmp_path / "a.xlsx"], "table", tmp_path / "out", columns=columns)
    found = cleaned(tmp_path / "out").iloc[0]
    assert (done.what, str(found["date"])[:10], found["amount"]) == ("cleaned", "2019-02-03", 12.5)


def test_columns_that_are_absent_are_named_with_what_is_there(tmp_path, stated):
    text = MAP.replace('"Proveedor"', '"Provedor"').replace('"Ⴤ"', '"Comprador"')
    (done,) = clean_files([table(tmp_path / "a.csv")], "table", tmp_path / "out", columns=stated(text))
    assert done.what == "failed"
    assert "has no column" in done.fault and "Comprador" in done.fault and "Provedor" in done.fault
    assert "perhaps to" in done.fault and "Proveedor" in done.fault.rpartition("perhaps to")[2]
    assert "Qué" in done.fault
    with pytest.raises(CleaningError, match="Correct the map of columns"):
        ColumnMap({"object": ("Zzz",)}).check(["Qué", "Unnamed: 1"], "a.csv")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[columns", "is not TOML"),
        ("[colums]\nobject = 'a'", "'colums' is not a known table. Did you mean columns?"),
        ("[columns]\nobject = 'a'\nbuyr = 'b'", "Did you mean buyer?"),
        ("[columns]\nobject = 'a'\nzzz = 'b'", "Use id, object"),
        ("[columns]\nobject = 'a'\n[formats]\ndates = 'b'", "not a known key of .formats.. Did you mean date?"),
        ("columns = 1", "columns is not a table"),
        ("[columns]\nbuyer = 'a'", "names no column for object"),
        ("[columns]\nobject = 1", "columns.object is not a column name"),
        ("[columns]\nobject = []", "columns.object is not a column name"),
        ("[columns]\nobject = ['a', ' ']", "columns.object is not a column name"),
        ("[columns]\nobject = ['a', 'b', 'c', 'd']", "names 4 columns. Name at most 3"),
        ("[columns]\nobject = 'a'\nbuyer = ['b', 'c']", "names 2 columns. Name at most 1"),
        ("[columns]\nobject = 'a'\nbuyer = 'a'", "gives 'a' to several keys"),
        ("[columns]\nobject = 'a'\ndate = 'b'", "does not say how the date is written"),
        ("[columns]\nobject = 'a'\namount = 'b'", "does not say how the amount is written"),
        ("[columns]\nobject = 'a'\n[formats]\ndate = 1", "formats.date is not text"),
        ("[columns]\nobject = 'a'\n[formats]\ndate = 'day'", "does not give a day"),
        ("[columns]\nobject = 'a'\n[formats]\ndate = '%m/%Y'", "does not give a day"),
        ("[columns]\nobject = 'a'\n[formats]\ndate = '%d/%m'", "does not give a day"),
        ("[columns]\nobject = 'a'\n[formats]\ndate = '%d/%m/%y%Y'", "does not give a day"),
        ("[columns]\nobject = 'a'\n[formats]\ndate = '%d %B %Y'", "does not give a day"),
        ("[columns]\nobject = 'a'\n[formats]\ndecimal = ';'", "is not allowed"),
        ("[columns]\nobject = 'a'\n[formats]\nthousands = 'x'", "is not allowed"),
        ("[columns]\nobject = 'a'\n[formats]\ndecimal = '.'\nthousands = '.'", "are the same sign"),
        ("[columns]\nobject = 'a'\ncurrency = 'b'\n[formats]\ncurrency = 'MXN'", "gives the currency twice"),
        ("[columns]\nobject = 'a'\n[formats]\ncurrency = 'pesos'", "is not a code"),
    ],
)
def test_a_map_that_is_wrong_is_refused_in_one_sentence(text, message, stated):
    with pytest.raises(ParameterError, match=message):
        stated(text)


def test_a_map_that_is_not_there_and_a_kind_that_takes_none(tmp_path, stated):
    with pytest.raises(ParameterError, match="Check its name"):
        column_map(tmp_path / "none.toml")
    with pytest.raises(ParameterError, match="needs a map of its columns"):
        clean_files([], "table", tmp_path / "out")
    with pytest.raises(ParameterError, match="takes no such map"):
        clean_files([], "compranet", tmp_path / "out", columns=stated())


def test_what_was_cleaned_by_the_same_map_is_current_and_another_map_cleans_again(tmp_path, stated):
    file = table(tmp_path / "a.csv")
    (first,) = clean_files([file], "table", tmp_path / "out", columns=stated())
    (second,) = clean_files([file], "table", tmp_path / "out", columns=stated())
    (third,) = clean_files([file], "table", tmp_path / "out", columns=stated(MAP.replace("%d/%m", "%m/%d")))
    assert [one.what for one in (first, second, third)] == ["cleaned", "current", "cleaned"]
    assert cleaned(tmp_path / "out")["date"].tolist()[0] == pd.Timestamp("2019-03-02")


def test_tables_of_files_that_are_not_given_any_more_are_forgotten(tmp_path, stated):
    out = tmp_path / "out"
    one, other = table(tmp_path / "a.csv"), table(tmp_path / "b.csv", ROWS[:1])
    clean_files([one, other], "table", out, columns=stated())
    forget(out, [one, other])
    assert cleaned(out)["file"].unique().tolist() == ["a.csv", "b.csv"]
    forget(out, [one])
    assert cleaned(out)["file"].unique().tolist() == ["a.csv"]
    assert len(list((out / "runs").glob("*.json"))) == len(list((out / "csv" / "contracts").glob("*.csv"))) == 1
