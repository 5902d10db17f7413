"""Every dataset of the catalogue on the published files, and every extract against them.

A dataset is checked here by being in the catalogue: nothing has to be added for a new one, nor can be left out.
"""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd
import pytest

from ogp_analysis.base import paths
from ogp_analysis.base.conformance import check
from ogp_analysis.data.cleaning import embedding
from ogp_analysis.data.cleaning.catalog import DATASETS, TABLES, dataset
from ogp_analysis.data.cleaning.dataset import Dataset, promised
from ogp_analysis.data.cleaning.record import ENTRY_COLUMNS, FILE, LINE, Cleaned
from ogp_analysis.data.sources import raw, sidecar
from ogp_analysis.data.store.making import only


class Built(NamedTuple):
    """A dataset, what its cleaner made of the published files, and the inputs it changed under way."""

    declared: Dataset
    result: Cleaned
    touched: tuple[str, ...]

    @property
    def extracts(self) -> list[embedding.Extract]:
        return [extract for extract in embedding.EXTRACTS if extract.dataset == self.declared.name]


@pytest.fixture(scope="module", params=sorted(DATASETS))
def built(request, in_full) -> Built:
    """Each dataset in turn; only one is held at a time."""
    declared = dataset(request.param)
    result = in_full.cleaned(declared)
    return Built(declared, result, in_full.seen(declared).touched)


@pytest.mark.parametrize("name", sorted(DATASETS))
def test_every_dataset_is_called_what_the_catalogue_calls_it(name):
    declared = dataset(name)
    assert declared.name == name
    assert declared.title and declared.inputs
    tables = [schema.name for schema in declared.schemas]
    assert len(tables) == len(set(tables)) > 0
    for schema in declared.schemas:
        assert schema.grain and set(schema.key) <= set(schema.names)
        assert [c.name for c in schema.columns if not c.description] == []


def test_the_names_of_tables_are_those_of_the_schemas():
    declared = {name: sorted(schema.name for schema in dataset(name).schemas) for name in DATASETS}
    assert declared == {name: sorted(tables) for name, tables in TABLES.items()}


def test_every_table_keeps_its_schema(built):
    assert sorted(built.result.tables) == sorted(schema.name for schema in built.declared.schemas)
    for schema in built.declared.schemas:
        frame = check(built.result.tables[schema.name], schema)
        assert len(frame) > 0
        assert frame.sort_values(list(schema.key), kind="stable", ignore_index=True).equals(frame)
        assert not {FILE, LINE} & set(frame.columns)


def test_every_row_of_every_file_is_accounted_for(built):
    balance = built.result.record.checked().balance().set_index("file")
    stated, seen = {}, set()
    for item in built.declared.inputs:
        source = sidecar.source(paths.project().raw, item.source, item.version)
        files = [f for f in source.files if raw.matches(f.name, item.files)]
        seen |= {raw.place(f"{source.folder}/{f.name}", item.sheet) for f in files}
        # A sidecar counts the rows of one sheet, below the last line of its header.
        counted = [f for f in files if item.sheet in ("", f.sheet)]
        stated |= {raw.place(f"{source.folder}/{f.name}", item.sheet): f.rows for f in counted}
    assert set(balance.index) <= seen
    entries = built.result.record.entries
    header = entries.loc[entries["rule"] == "header_row", FILE].value_counts()
    found = {file: int(balance["rows_in"].get(file, 0) - header.get(file, 0)) for file in stated}
    assert found == stated
    assert (balance >= 0).all(axis=None)


def test_every_entry_of_the_record_has_a_place_and_a_rule(built):
    entries = built.result.record.entries
    assert list(entries.columns) == ENTRY_COLUMNS
    assert entries[[FILE, LINE, "action", "rule", "column"]].notna().all(axis=None)
    assert (entries["rule"] != "").all()
    gone = entries[entries["action"] != "changed"]
    assert not gone.duplicated([FILE, LINE]).any(), "a row goes once"
    changes = entries[entries["action"] == "changed"]
    old, new = changes["old"].astype("str"), changes["new"].astype("str")
    # What a rule changed in a name that is masked is withheld on both sides.
    assert ((old != new) | (old == "(withheld)")).all()


def test_no_cleaner_changes_what_it_is_given(built):
    assert built.touched == ()


def test_an_extract_is_the_full_table_on_what_they_share(built):
    for extract in built.extracts:
        folder, file = f"{extract.version}-extract", f"{extract.table}.csv"
        text = pd.concat(raw.chunks(paths.project().raw, extract.dataset, folder, file), ignore_index=True)
        columns = [name for name in text.columns if name not in (FILE, LINE)]
        embedded = promised(text, only(built.declared.schema(extract.table), columns))
        full = built.result.tables[extract.table]
        shared = full.loc[extract.rows(full), columns].reset_index(drop=True)
        assert len(shared) > 0
        pd.testing.assert_frame_equal(embedded, shared)


def test_the_extracts_in_the_repository_are_those_compiled_now(built, mirror, monkeypatch):
    root = paths.project().raw
    monkeypatch.setattr(embedding, "EXTRACTS", tuple(built.extracts))
    monkeypatch.setattr(embedding, "cleaned", lambda *_: built.result)
    compiled = embedding.compile_extracts(mirror, root)
    stale = [name for name, content in compiled.items() if (root / name).read_bytes() != content]
    assert stale == [], "python -m ogp_analysis.data.cleaning.embedding"
    folders = {(root / name).parent for name in compiled}
    assert {file.relative_to(root).as_posix() for folder in folders for file in folder.iterdir()} == set(compiled)


@pytest.mark.parametrize("extract", embedding.EXTRACTS, ids=lambda extract: f"{extract.dataset}.{extract.table}")
def test_an_extract_holds_nothing_that_must_not_be_published(extract):
    """Also where the published files, which it would be compiled from again, are not at hand."""
    file = paths.project().raw / extract.dataset / f"{extract.version}-extract" / f"{extract.table}.csv"
    schema = dataset(extract.dataset).schema(extract.table)
    assert [name for name in pd.read_csv(file, dtype=str, nrows=0).columns if not schema[name].redistribute] == []
