"""The walk of every dataset: chunks are cleaned, put together and held against what was promised."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from ogp_analysis.base.errors import CleaningError, SchemaError
from ogp_analysis.base.schema import Column, TableSchema
from ogp_analysis.data.cleaning.catalog import DATASETS
from ogp_analysis.data.cleaning.dataset import Dataset, Input, cleaned, concatenate, declare
from ogp_analysis.data.cleaning.record import FILE, LINE, Cleaned, changed, kept_but, merged, set_aside
from ogp_analysis.data.datasets import civic_space

SCHEMA = TableSchema("points", "one country in one year", ("iso3", "year"), (
    Column("iso3", "string", "Country", required=True), Column("year", "integer", "Year", required=True),
    Column("value", "number", "Value", minimum=0, maximum=1)))  # fmt: skip
INPUT = Input("s", "1")


def chunk(rows, file="s/1/a.csv") -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["iso3", "year", "value"], dtype="str")
    return frame.assign(**{FILE: file, LINE: range(2, 2 + len(frame))})


def clean(rows: pd.DataFrame, item: Input) -> Cleaned:
    blank = rows["iso3"] == ""
    return Cleaned({"points": rows.loc[~blank, ["iso3", "year", "value"]]}, kept_but(rows, set_aside(rows, blank, "b",
                   "iso3")))  # fmt: skip


def made(clean=clean, schemas=(SCHEMA,), **more) -> Dataset:
    return Dataset("one", "A dataset", (INPUT,), clean, schemas, **more)


def test_namibia_stays_namibia():
    assert cleaned(made(), [(INPUT, chunk([("NA", "2001", "0.5")]))]).tables["points"]["iso3"].tolist() == ["NA"]


def test_a_cleaner_that_loses_a_row_is_refused():
    def losing(rows, item):
        return Cleaned({"points": rows.iloc[1:][["iso3", "year", "value"]]}, type(kept_but(rows))({"s/1/a.csv": 2},
                       {"s/1/a.csv": 1}))  # fmt: skip

    with pytest.raises(CleaningError, match="2 rows came in, but 1 were kept"):
        cleaned(made(losing), [(INPUT, chunk([("KEN", "2001", "0.5"), ("AFG", "2001", "0.1")]))])


def applying(dataset: str, make, rule: str) -> Dataset:
    """Return a dataset with the name of one of the catalogue, whose cleaner applies a rule to the code of a country."""
    told = {changed: pd.Series("KEN", dtype="str"), set_aside: pd.Series([True]), merged: pd.Series([True])}

    def one_rule(rows, item):
        entry = make(rows, "iso3", told[make], rule) if make is changed else make(rows, told[make], rule, "iso3")
        kept = rows if make is changed else rows[1:]
        return Cleaned({"points": kept[["iso3", "year", "value"]]}, kept_but(rows, entry))

    return replace(made(one_rule), name=dataset)


@pytest.mark.parametrize(
    ("dataset", "make", "rule"),
    [
        ("sii_facets", changed, "spelling_of_country"),
        ("mexico_legal_authority", changed, "address_not_reviewed"),
        ("compranet", changed, "signature_date"),
        ("ogp_process", set_aside, "header_row"),
        ("ogp_action_plans", merged, "same_plan"),
        ("sii_facets", changed, "control_character"),
    ],
)
def test_a_rule_is_declared_with_what_it_does(dataset, make, rule):
    """Also one that cleaners share, one for every field, and those of all raw text."""
    given = [(INPUT, chunk([("KE", "2001", "")]))]
    assert cleaned(applying(dataset, make, rule), given).record.entries["rule"].tolist() == [rule]
    other = set_aside if make is changed else changed
    for undeclared in (applying(dataset, make, "b"), applying(dataset, other, rule)):
        with pytest.raises(CleaningError, match=rf"{dataset}: has 1 rules in its record that it does not declare"):
            cleaned(undeclared, given)


def test_a_table_that_nobody_promised_is_refused_not_dropped():
    def more(rows, item):
        result = clean(rows, item)
        return Cleaned({**result.tables, "extra": rows}, result.record)

    with pytest.raises(CleaningError, match=r"one\.extra: no schema of that name\. Tables are points"):
        cleaned(made(more), [(INPUT, chunk([("KEN", "2001", "0.5")]))])


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([("KEN", "2001", "1.5")], r"above 1, for example 1\.5"),
        ([("KEN", "2001", "0.5"), ("KEN", "2001", "0.6")], "repeated in 2"),
        ([("KEN", "two", "0.5")], "cannot be read as integer"),
    ],
)
def test_a_table_that_breaks_its_promise_is_refused(rows, message):
    with pytest.raises(SchemaError, match=message):
        cleaned(made(), [(INPUT, chunk(rows))])


def test_a_dataset_without_a_chunk_is_refused_in_words():
    with pytest.raises(CleaningError, match="no row was read"):
        cleaned(made(), [])
    with pytest.raises(CleaningError):
        concatenate(iter(()))


def test_a_column_that_is_not_there_is_named_with_its_file():
    with pytest.raises(CleaningError, match=r"^s/1/a\.csv: has no column 'iso3', which is read from it; it has 'x', "):
        cleaned(made(), [(INPUT, chunk([("KEN", "2001", "1")]).rename(columns={"iso3": "x"}))])
    with pytest.raises(CleaningError, match=r"^s/1/\*\.csv: has no column 'iso3'"):
        cleaned(made(), [(INPUT, chunk([]).rename(columns={"iso3": "x"}))])

    def by_row(rows, item):
        return [row["iso2"] for _, row in rows.iterrows()]

    with pytest.raises(CleaningError, match=r"^s/1/a\.csv: has no column 'iso2', which is read from it"):
        cleaned(made(by_row), [(INPUT, chunk([("KEN", "2001", "1")]))])


def test_a_key_that_a_cleaner_lacks_itself_stays_a_fault_of_the_cleaner():
    def wrong(rows, item):
        return {}["iso2"]

    def wrong_row(rows, item):
        return rows.set_index("iso3").loc["MEX"]

    def wrong_count(rows, item):
        return rows["iso3"].value_counts()["MEX"]

    for one in (wrong, wrong_row, wrong_count):
        with pytest.raises(KeyError):
            cleaned(made(one), [(INPUT, chunk([("KEN", "2001", "1")]))])


@pytest.mark.parametrize(("where", "said"), [("dates", "s/1/a.csv, dates"), ("raw file", "s/1/a.csv"),
                                             ("s/1/a.csv, line 2", "s/1/a.csv, line 2")])  # fmt: skip
def test_a_fault_of_a_cleaner_names_the_file(where, said):
    def refusing(rows, item):
        raise CleaningError(where, "is odd", "Look at it")

    with pytest.raises(CleaningError) as told:
        cleaned(made(refusing), [(INPUT, chunk([("KEN", "2001", "1")]))])
    assert told.value.where == said


#: What may be wrong with the section of a dataset, and what is said of it.
SECTIONS = [
    ("past", "pasts", "'pasts'"), ("inputs", "input", "'input'"), ('files = "wgi', 'file = "wgi', "'file'"),
    ("like = 0", "like = 7", "out of range"), ('"va_est"', '"*estimates"', "'estimates'"),
    ("[wgi_voice_accountability]", "[wgi]", "'inputs'"),
]  # fmt: skip


@pytest.mark.parametrize(("wrong", "said"), [((old, new), said) for old, new, said in SECTIONS])
def test_a_section_with_a_part_that_is_misspelt_or_gone_is_refused_and_no_promise_is_lost(monkeypatch, wrong, said):
    text = Path(civic_space.__file__).with_name("datasets.toml").read_text("utf-8")
    begin = text.index("[wgi_voice_accountability]")
    section = (
        text[begin : text.index("\n\n\n", begin)]
        + '\n[[wgi_voice_accountability.past]]\ntable = "t"\ncolumns = ["va_est"]\n'
    )
    assert wrong[0] in section
    monkeypatch.setattr("ogp_analysis.data.cleaning.dataset.toml", lambda *_: tomllib.loads(section.replace(*wrong)))
    with pytest.raises(CleaningError, match=rf"datasets\.toml, wgi_voice_accountability: .*{said}.*CONTRIBUTING\.md"):
        declare("wgi_voice_accountability", clean, (SCHEMA,))


def test_every_section_is_that_of_a_dataset():
    wings = sorted(Path(civic_space.__file__).parents[1].glob("*/datasets.toml"))
    sections = [name for file in wings for name in tomllib.loads(file.read_text("utf-8"))]
    assert len(wings) == 4 and sorted(sections) == sorted(DATASETS)
