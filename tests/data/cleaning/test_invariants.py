"""What must hold between clean tables and raw rows, for every dataset of the catalogue."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from ogp_analysis.base.errors import CleaningError
from ogp_analysis.base.schema import Column, TableSchema
from ogp_analysis.data.cleaning.catalog import DATASETS, dataset
from ogp_analysis.data.cleaning.dataset import Dataset, Input, cleaned
from ogp_analysis.data.cleaning.invariants import (
    Invariants,
    Link,
    Past,
    Sum,
    check_links,
    check_past,
    parsed,
)
from ogp_analysis.data.cleaning.record import FILE, LINE, Cleaned, kept_but

SCHEMA = TableSchema("t", "one row", ("id",), (Column("id", "string", "Its name"), Column("paid", "number", "Pesos")))
NUMBERS = ("integer", "number")


def _chunk(*amounts: str, file: str = "s/1/a.csv") -> pd.DataFrame:
    names = [f"r{number}" for number in range(len(amounts))]
    rows = {"id": names, "PAID": list(amounts), FILE: file, LINE: [str(n + 2) for n in range(len(amounts))]}
    return pd.DataFrame(rows, dtype="str")


def _plainly(chunk: pd.DataFrame, source: Input) -> Cleaned:
    return Cleaned({"t": pd.DataFrame({"id": chunk["id"], "paid": chunk["PAID"]})}, kept_but(chunk))


def _made(clean, *chunks: pd.DataFrame, invariants: Invariants | None = None) -> Cleaned:
    one = Dataset("d", "A dataset", (), clean, (SCHEMA,), invariants=invariants or Invariants())
    return cleaned(one, [(Input("s", "1"), chunk) for chunk in chunks])


def test_a_value_counted_twice_is_noticed_though_the_rows_balance():
    def twice(chunk, source):
        done = _plainly(chunk, source)
        return Cleaned({"t": done.tables["t"].assign(paid=["1.5", "1.5"])}, done.record)

    with pytest.raises(CleaningError, match=r"d\.t\.paid: adds up to 3, but the raw column PAID to 3\.5"):
        _made(twice, _chunk("1.5", "2"))


def test_values_side_by_side_and_files_of_their_own():
    def clean(chunk, source):
        table = pd.DataFrame({"id": [*chunk["id"], *(chunk["id"] + "b")], "paid": [*chunk["PAID"], *chunk["ALSO"]]})
        return Cleaned({"t": table}, kept_but(chunk))

    wide = _chunk("1", "2").assign(ALSO=["10", "20"])
    sums = Invariants(sums=(Sum("t", "paid", "(?!id$)", "s/1/*"),))
    assert _made(clean, wide, invariants=sums).tables["t"]["paid"].sum() == 33
    # The raw column of the same name alone is not the sum of both; of another file nothing is asked.
    with pytest.raises(CleaningError, match="adds up to 33, but the raw column PAID to 3"):
        _made(clean, wide)
    assert len(_made(clean, wide, invariants=Invariants(sums=(Sum("t", "paid", (), "s/2/*"),))).tables["t"]) == 4


def test_thousands_are_read():
    assert parsed(pd.Series(["18,706.5", " 2 ", "n/a", ""])).sum() == 18708.5


def test_a_row_without_its_parent_is_noticed():
    tables = {"parent": pd.DataFrame({"id": ["a", "b"]}), "child": pd.DataFrame({"id": ["a", None, "c"]})}
    check_links("d", {**tables, "child": tables["child"].iloc[:2]}, [Link("child", "parent", ("id",))])
    with pytest.raises(
        CleaningError, match=r"d\.child \(id\): 1 rows belong to no row of parent, for example \('c',\)"
    ):
        check_links("d", tables, [Link("child", "parent", ("id",))])


def test_a_day_after_the_file_was_published_is_noticed_file_by_file():
    frame = pd.DataFrame({"file": ["s/1/a", "s/2/b"], "day": pd.to_datetime(["2017-05-01", "2019-05-01"])})
    known = {"s/1": date(2018, 1, 1), "s/2": date(2020, 1, 1)}
    past = [Past("t", ("day",), "file")]
    check_past("d", {"t": frame}, past, known)
    check_past("d", {"t": frame.assign(day=pd.to_datetime(["2018-01-01", "2019-05-01"]))}, past, known)
    late = {"t": frame.assign(day=pd.to_datetime(["2018-01-02", "2019-05-01"]))}
    with pytest.raises(CleaningError, match=r"d\.t\.day: 1 days lie after the file was published, for example 2018-01"):
        check_past("d", late, past, known)
    check_past("d", late, [Past("t", ("day",))], known)


@pytest.mark.parametrize("name", sorted(DATASETS))
def test_every_number_of_every_dataset_is_held_against_the_raw_file_or_says_why_not(name, in_full):
    own = dataset(name)
    # It was cleaned, so each sum that was met is that of the raw column.
    held = in_full.seen(own)
    summed = {(one.table, one.column) for one in own.sums}
    for schema in own.schemas:
        free = [c.name for c in schema.columns if c.type in NUMBERS and (schema.name, c.name) not in summed]
        assert not set(free) - set(own.invariants.unsummed), f"{name}.{schema.name} has numbers that nothing checks"
    names = {(s.name, c) for s in own.schemas for c in s.names}
    assert summed <= names
    assert set(own.invariants.unsummed) <= {c for _, c in names}
    assert set(held.tables) == {schema.name for schema in own.schemas}


@pytest.mark.parametrize("name", ["compranet", "vdem", "honduras_oncae", "banxico_exchange_rates", "wjp_rule_of_law"])
def test_a_cleaner_that_adds_to_a_published_number_is_stopped(name, in_full):
    own = dataset(name)
    one = own.sums[-1]

    def spoiled(parts):
        done = own.finish(parts)
        table = done.tables[one.table]
        values = pd.to_numeric(table[one.column], errors="coerce")
        row = values.first_valid_index()
        return replace(done, tables={**done.tables, one.table: table.assign(
            **{one.column: values.where(values.index != row, values * 1.01 + 0.001)})})  # fmt: skip

    with pytest.raises(CleaningError, match=rf"{name}\.{one.table}\.{one.column}: adds up to"):
        cleaned(replace(own, finish=spoiled), in_full.chunks(own))


def test_every_sum_meets_a_raw_column(in_full):
    """A sum whose raw column is misspelt would hold for ever."""
    unmet = {name: [(s.table, s.column) for s in in_full.seen(dataset(name)).unmet] for name in DATASETS}
    assert {name: sorted(sums) for name, sums in unmet.items() if sums} == {}
