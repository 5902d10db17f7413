"""What a clean table promises: types in which missing stays missing, bounds, categories and a key."""

from __future__ import annotations

import tomllib
from dataclasses import replace

import pandas as pd
import pyarrow as pa
import pytest

from ogp_analysis.base import beside
from ogp_analysis.base.conformance import cast, check, promised
from ogp_analysis.base.errors import SchemaError
from ogp_analysis.base.schema import Column, TableSchema, schemas

COLUMNS = (
    Column("iso3", "string", "Country", required=True), Column("kind", "category", "Kind", categories=("a", "b")),
    Column("n", "integer", "Count", minimum=0), Column("share", "number", "Share", minimum=0, maximum=1),
    Column("seen", "boolean", "Whether"), Column("day", "date", "Day"),
)  # fmt: skip
SCHEMA = TableSchema("things", "one thing", ("iso3",), COLUMNS)
ROW = {"iso3": "KEN", "kind": "a", "n": "3", "share": "0.5", "seen": "true", "day": "2017-05-23"}


def text(*rows) -> pd.DataFrame:
    return pd.DataFrame([{**ROW, **row} for row in rows], dtype="str")


def kept(*rows) -> pd.DataFrame:
    return check(cast(text(*rows), SCHEMA), SCHEMA)


def test_text_becomes_its_type():
    frame = kept({})
    assert [str(t) for t in frame.dtypes] == ["str", "str", "Int64", "float64", "boolean", "datetime64[us]"]
    assert frame.iloc[0].tolist() == ["KEN", "a", 3, 0.5, True, pd.Timestamp("2017-05-23")]


def test_blank_is_missing_and_missing_stays_missing():
    frame = kept(dict.fromkeys(("kind", "n", "share", "seen", "day"), ""))
    assert frame.iloc[0, 1:].isna().all()
    again = check(cast(frame, SCHEMA), SCHEMA)
    pd.testing.assert_frame_equal(again, frame)


@pytest.mark.parametrize(
    ("column", "value"),
    [("n", "3.5"), ("n", "three"), ("share", "half"), ("seen", "yes"), ("day", "2017-02-30"), ("day", "2017"),
     ("day", "2017-05"), ("day", "23/05/2017"), ("day", "today")],
)  # fmt: skip
def test_what_cannot_be_read_as_its_type_is_refused_with_its_column(column, value):
    with pytest.raises(SchemaError, match=rf"things\.{column}: cannot be read as"):
        cast(text({column: value}), SCHEMA)


#: Rows that break a promise, and what is said.
BROKEN = (
    ([{"kind": "c"}], r"things\.kind: 1 values are none of 'a', 'b', for example 'c'\."),
    ([{"n": "-1"}], r"things\.n: 1 values are below 0, for example -1\."),
    ([{"share": "1.01"}, {"iso3": "UGA", "share": "2"}], r"things\.share: 2 values are above 1, for example 1\.01"),
    ([{"share": "-inf"}], r"things\.share: 1 values are not finite, for example -inf"),
    ([{"iso3": ""}], r"things\.iso3: 1 values are missing, and every row needs a value"),
    ([{}, {}], r"things \(iso3\): the key is repeated in 2 rows, for example \('KEN',\)"),
)


@pytest.mark.parametrize(("rows", "message"), BROKEN)
def test_a_broken_promise_names_column_count_and_example(rows, message):
    with pytest.raises(SchemaError, match=message):
        kept(*rows)


def test_absent_columns_and_others_are_refused():
    with pytest.raises(SchemaError, match="1 columns are absent, 'day'"):
        cast(text({}).drop(columns="day"), SCHEMA)
    with pytest.raises(SchemaError, match="has other columns than promised, 'more'"):
        check(cast(text({}), SCHEMA).assign(more=1), SCHEMA)
    with pytest.raises(SchemaError, match="other columns"):
        check(cast(text({}), SCHEMA)[["kind", "iso3", "n", "share", "seen", "day"]], SCHEMA)


def test_a_wrong_type_is_no_promise_kept():
    with pytest.raises(SchemaError, match=r"things\.n: is of type float64, not Int64"):
        check(cast(text({}), SCHEMA).astype({"n": "float64"}), SCHEMA)
    with pytest.raises(SchemaError, match=r"things\.n: is of type float64, not Int64"):
        check(cast(text({}).iloc[:0], SCHEMA).astype({"n": "float64"}), SCHEMA)


@pytest.mark.parametrize("value", [float("inf"), "9" * 40])
def test_a_number_that_no_integer_holds_is_refused(value):
    schema = TableSchema("t", "one row", ("n",), (Column("n", "integer", "Number.", required=True),))
    with pytest.raises(SchemaError, match=r"t\.n: cannot be read as integer"):
        cast(pd.DataFrame({"n": pd.Series([value], dtype="object" if isinstance(value, str) else "float64")}), schema)


def test_an_absent_cell_stays_absent_whatever_text_is_behind_it():
    behind = pa.array(["named", "", "kept"], pa.large_string()).buffers()
    cells = pa.Array.from_buffers(pa.large_string(), 3, [pa.py_buffer(bytes([0b110])), *behind[1:]])
    assert cells.to_pylist() == [None, "", "kept"]
    column = pd.Series(pd.array(cells, dtype="str"))
    schema = TableSchema("texts", "one text", (), (Column("text", "string", "Text"),))
    assert cast(pd.DataFrame({"text": column}), schema)["text"].isna().tolist() == [True, True, False]


#: Raw rows, and frames of other types than text: sound ones and those that break one promise or several.
ROWS = (
    [{}],
    [{}, {"iso3": "UGA"} | dict.fromkeys(("kind", "n", "share", "seen", "day"), "")],
    [{"iso3": "NA", "share": "nan"}],
    *(rows for rows, _ in BROKEN),
    *([{column: value}] for column, value in (("n", "3.5"), ("seen", "yes"), ("day", "2017-05"))),
    [{"kind": "c", "n": "three"}],
    [{"n": "-1", "kind": "c"}, {"iso3": "", "share": "7"}],
)
FRAMES = (
    *(text(*rows) for rows in ROWS), text({}).iloc[:0], text({}).drop(columns="day"), text({}).assign(more=1),
    cast(text({}, {"iso3": "UGA", "n": ""}), SCHEMA), text({}).assign(n=3, share=float("inf")),
    text({}).assign(n=pd.array([-3], "Int64")), text({}).astype(object), text({}).assign(kind=None),
    text({}).assign(seen=True, share=1), pd.concat([text({}), text({"iso3": "UGA"}), text({}).iloc[:0]]),
)  # fmt: skip


@pytest.mark.parametrize("frame", FRAMES)
def test_promised_tables_are_those_of_cast_and_check(frame):
    try:
        careful = pa.Table.from_pandas(check(cast(frame, SCHEMA), SCHEMA), preserve_index=False)
    except SchemaError as fault:
        with pytest.raises(SchemaError) as raised:
            promised({"things": frame}, [SCHEMA])
        assert str(raised.value) == str(fault)
    else:
        quick = promised({"things": frame, "more": frame}, [SCHEMA])
        assert list(quick) == ["things"] and quick["things"].schema.metadata is None
        assert quick["things"].equals(careful) and quick["things"].schema.equals(careful.schema)


@pytest.mark.parametrize(("again", "kept"), [("2", True), ("1", False)])
def test_a_key_of_several_columns_is_looked_at_as_a_whole(again, kept):
    schema = TableSchema("things", "one thing", ("iso3", "n"), COLUMNS)
    frame = text({"n": "1"}, {"n": again})
    if kept:
        assert promised({"things": frame}, [schema])["things"]["n"].to_pylist() == [1, 2]
    else:
        with pytest.raises(SchemaError, match=r"the key is repeated in 2 rows, for example \('KEN', 1\)\."):
            promised({"things": frame}, [schema])


def test_a_column_that_two_tables_share_is_held_against_the_promise_of_each():
    strict = TableSchema(
        "strict", "one thing", ("iso3",), (COLUMNS[0], Column("kind", "category", "", categories=("b",)))
    )
    frame = text({})
    assert promised({"things": frame}, [SCHEMA])["things"]["kind"].to_pylist() == ["a"]
    with pytest.raises(SchemaError, match=r"strict\.kind: 1 values are none of 'b'"):
        promised({"things": frame, "strict": frame}, [SCHEMA, strict])


DECLARED = beside.toml(__file__, "test_schema.toml")["DECLARED"]


def test_a_data_file_declares_tables():
    iso3, kind = COLUMNS[0], replace(COLUMNS[1], others=r"k\d")
    share = replace(COLUMNS[3], redistribute=False, raw="a/b")
    size = Column("size", "category", "Size", categories=("small", "large"))
    assert schemas(tomllib.loads(DECLARED), kinds=(code for code in "ab")) == (
        TableSchema("things", "one thing", ("iso3",), (iso3, kind, share), "Spellings"),
        TableSchema("more", "one kind", ("kind",), (kind, size)),
    )


@pytest.mark.parametrize(
    ("right", "wrong"),
    [("minimum", "lowest"), ('"kinds"', '"sorts"'), ('kind = "things"', 'kinds = "things"'), ("grain", "of")],
)
def test_a_misspelt_declaration_is_no_table(right, wrong):
    with pytest.raises((TypeError, KeyError)):
        schemas(tomllib.loads(DECLARED.replace(right, wrong)), kinds="ab")
