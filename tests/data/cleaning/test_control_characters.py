"""Control characters in raw text: taken out for every cleaner, on the record, without the text they stood in."""

from __future__ import annotations

import pandas as pd
import pytest

from ogp_analysis.base.schema import Column, TableSchema
from ogp_analysis.data.cleaning import dataset
from ogp_analysis.data.cleaning.dataset import Dataset, Input, cleaned
from ogp_analysis.data.cleaning.record import FILE, LINE, Cleaned, kept_but

SCHEMA = TableSchema(
    "names", "one name", ("line",), (Column("line", "integer", "line"), Column("name", "string", "name"))
)


def frame(*names: str) -> pd.DataFrame:
    text = {FILE: ["f.csv"] * len(names), "name": list(names), "other": ["x"] * len(names)}
    return pd.DataFrame(text, dtype="str").assign(**{LINE: range(2, len(names) + 2)})


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    return Cleaned({"names": pd.DataFrame({"line": chunk[LINE], "name": chunk["name"]})}, kept_but(chunk))


def test_every_cleaner_reads_text_without_them_and_the_record_says_which():
    chunk = frame("Jos\x00é P\x1férez", "Acme\x0bS.A.", "a\tb\nc\rd", "Zoë \x85 \N{EM DASH}", "")
    before = chunk.copy(deep=True)
    source = Input("names", "1")
    result = cleaned(Dataset("names", "Names", (source,), clean, (SCHEMA,)), [(source, chunk)])
    assert chunk.equals(before)
    assert result.tables["names"]["name"].tolist()[:4] == [
        "José Pérez", "Acme S.A.", "a\tb\nc\rd", "Zoë \x85 \N{EM DASH}",
    ]  # fmt: skip
    told = result.record.entries
    assert set(told["rule"]) == {"control_character"} and set(told["action"]) == {"changed"}
    assert list(zip(told[LINE], told["column"], told["old"], told["new"], strict=True)) == [
        (2, "name", "U+0000 U+001F", ""), (3, "name", "U+000B", ""),
    ]  # fmt: skip
    assert result.record.balance()["changed_values"].tolist() == [2]


def test_text_without_them_is_not_touched():
    chunk = frame("a", "ñ", "€")
    same, entries = dataset.freed(chunk)
    assert same is chunk and entries == []


@pytest.mark.parametrize("code", [*range(32), 127])
def test_each_of_them_is_found(code):
    chunk, entries = dataset.freed(frame(f"a{chr(code)}b"))
    layout = chr(code) in "\t\n\r"
    assert bool(entries) is not layout
    blank = code in (0x0B, 0x0C)
    assert chunk["name"][0] == (f"a{chr(code)}b" if layout else "a b" if blank else "ab")
    assert dataset.with_signs(chr(code)).isprintable() is not layout
