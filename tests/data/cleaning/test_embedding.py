"""What the repository embeds: small tables of facts and figures, no prose, nothing that may not be passed on.

That each extract is what the published files give is tested over the catalogue, in cleaning/test_catalogue.py.
"""

from __future__ import annotations

import csv

import pandas as pd
import pytest

from ogp_analysis.base import paths
from ogp_analysis.base.errors import CleaningError
from ogp_analysis.data.cleaning import embedding
from ogp_analysis.data.cleaning.catalog import dataset
from ogp_analysis.data.cleaning.record import Cleaned, Record
from ogp_analysis.data.datasets.procurement.compranet import columns

RAW = paths.project().raw
FILES = sorted(RAW.glob("*/*-extract/*.csv"))
#: No name, code or date is longer; what is longer is a sentence, unless it is a list of links.
LONGEST = 120
#: Units of government and OGP commitments have names that go on; no column of names or titles holds prose.
LONGEST_NAME = 250
LARGEST = 1_500_000


def cells(file):
    with file.open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            yield from row.items()


def is_links(text: str) -> bool:
    return all(part.startswith(("https://", "http://")) for part in text.split(" | "))


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parts[-3]}/{file.parts[-2]}/{file.name}")
def test_an_extract_holds_no_prose_and_is_small(file):
    prose = {
        f"{column}: {text}"
        for column, text in cells(file)
        if len(text) > (LONGEST_NAME if column.endswith(("_name", "title")) else LONGEST) and not is_links(text)
    }
    assert prose == set()
    assert 0 < file.stat().st_size < LARGEST


def test_all_extracts_together_are_a_few_megabytes():
    assert len(FILES) >= 10
    assert sum(file.stat().st_size for file in FILES) < 8_000_000


def test_the_embedded_contracts_name_no_person_and_no_title():
    for version, rows in (("2017", 2211), ("2018", 169)):
        frame = pd.read_csv(
            RAW / "compranet" / f"{version}-sample-extract" / "contracts.csv", dtype=str, keep_default_na=False
        )
        assert len(frame) == rows
        assert not {"procedure_title", "contract_title", "contract_description"} & set(frame)
        person = frame["supplier_kind"] == "presumed_natural_person"
        assert person.sum() > 40 and (frame.loc[person, "supplier_name"] == "persona física").all()
        assert (frame.loc[person, "supplier_rupc"] == "").all()
        assert (frame["file"] == f"compranet/{version}-sample/{version}.sample.csv").all()
        shown = columns.read(pd.concat([frame["contract_object"], frame["procedure_object"]]))
        assert set(shown["status"]) == {"shown", "missing"}


@pytest.fixture
def compiled(monkeypatch, tmp_path):
    """Compile one extract of a table of our own making."""
    declared = dataset("freedom_in_the_world")
    schema = declared.schemas[0]
    frame = pd.DataFrame({c.name: pd.Series(dtype="str") for c in schema.columns})
    made = Cleaned({schema.name: frame}, Record({"f": 0}, {"f": 0}))
    monkeypatch.setattr(embedding, "cleaned", lambda *_: made)

    def compile_one(*columns):
        extract = embedding.Extract(declared.name, schema.name, "compiled-2025", columns)
        monkeypatch.setattr(embedding, "EXTRACTS", (extract,))
        return embedding.compile_extracts(tmp_path, RAW)

    compile_one.schema = schema
    return compile_one


def test_a_column_that_may_not_be_published_is_refused(compiled):
    closed = [c.name for c in compiled.schema.columns if not c.redistribute]
    assert closed
    with pytest.raises(CleaningError, match=f"'{closed[0]}' must not be published"):
        compiled(closed[0])
    with pytest.raises(CleaningError, match="'no_such_column' must not be published or does not exist"):
        compiled("no_such_column")


def test_without_a_list_only_what_may_be_published_is_taken(compiled):
    files = compiled()
    [table] = [content for name, content in files.items() if name.endswith(".csv")]
    open_columns = [c.name for c in compiled.schema.columns if c.redistribute]
    assert table.decode().splitlines()[0].split(",") == open_columns
    assert {name.rpartition("/")[2] for name in files} == {f"{compiled.schema.name}.csv", "source.toml"}


@pytest.mark.parametrize(
    ("where", "kept"),
    [
        ({"year": (2000, 2023)}, ["b", "c", "d"]),
        ({"name": "b|d.*"}, ["b", "d"]),
        ({"year": (2000, 2023), "name": "[a-c]"}, ["b", "c"]),
        ({}, ["a", "b", "c", "d", None]),
    ],
)
def test_an_extract_has_the_rows_that_fit_all_that_it_names(where, kept):
    frame = pd.DataFrame({"year": [1999, 2000, 2010, 2023, None], "name": ["a", "b", "c", "d", None]})
    frame = frame.astype({"year": "Int64", "name": "str"})
    rows = embedding.Extract("vdem", "v14", "14", where=where).rows(frame)
    assert [name if isinstance(name, str) else None for name in frame.loc[rows, "name"]] == kept
