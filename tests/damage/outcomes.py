"""What comes of a damaged file: refused in a sentence, read with the damage on the record, the same, or not seen."""

from __future__ import annotations

import csv
import hashlib
import io
import re
import tempfile
from collections import Counter
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from ogp_analysis.base.errors import OgpAnalysisError
from ogp_analysis.base.paths import Project
from ogp_analysis.data.cleaning.catalog import dataset
from ogp_analysis.data.cleaning.record import Record
from ogp_analysis.data.sources.sidecar import Input, Source, SourceFile
from ogp_analysis.data.store import making
from ogp_analysis.procurement.own_files.cleaning_run import clean_files
from tests.damage import published
from tests.damage.damages import DAMAGES
from tests.damage.layouts import Layout, as_text, extracts, user_layouts

REFUSED, RECORDED, SAME, UNSEEN = "refused", "on the record", "same tables", "not seen"


class Outcome(NamedTuple):
    """What came of a file: one of the four words, and the sentence that says why it was refused."""

    what: str
    sentence: str = ""


class _Made(NamedTuple):
    tables: dict[str, pd.DataFrame]
    record: Counter
    refused: str
    in_doubt: bool


def of_user_file(layout: Layout, content: bytes) -> Outcome:
    """Clean a damaged file, and compare what comes of it with what comes of the sound one."""
    sound, damaged = _sound(layout), _cleaned(layout, content)
    if damaged.refused:
        return Outcome(REFUSED, damaged.refused)
    same = all(sound.tables[name].equals(damaged.tables[name]) for name in sound.tables)
    if damaged.in_doubt or sound.record != damaged.record:
        return Outcome(RECORDED)
    return Outcome(SAME if same else UNSEEN)


@cache
def _sound(layout_of: Layout) -> _Made:
    return _cleaned(layout_of, layout_of.sound)


def _cleaned(layout: Layout, content: bytes) -> _Made:
    with tempfile.TemporaryDirectory() as folder:
        file, out = Path(folder) / layout.file, Path(folder) / "out"
        file.write_bytes(content)
        done = clean_files([file], layout.kind, out)
        refused = [one.fault for one in done if one.fault]
        if len(refused) == len(done):
            return _Made({}, Counter(), refused[0], False)
        tables = {one.name: _table(one) for one in sorted((out / "parquet").iterdir()) if one.name != "record"}
        record = pd.concat([pd.read_parquet(one) for one in (out / "parquet" / "record").iterdir()])
        told = Counter(zip(record["action"], record["rule"], strict=True))
        told["passed over"] = len(refused)
        return _Made(tables, told, "", any(one.in_doubt for one in done))


def _table(folder: Path) -> pd.DataFrame:
    table = pd.concat([pd.read_parquet(one) for one in folder.iterdir()], ignore_index=True)
    return _bare(table)


def of_extract(source: Source, file: SourceFile, content: bytes, *, own_hash: bool) -> Outcome:
    """Build the tables of an embedded extract from damaged bytes.

    Parameters
    ----------
    source, file
        As :func:`.layouts.extracts` gives them.
    content : bytes
        The damaged file.
    own_hash : bool
        Whether the sidecar states the hash of the damaged file, as if it had been damaged before it was described.
    """
    sound = _sound_extract(source.folder, file.name)
    try:
        damaged = _built(source, file, content, own_hash)
    except OgpAnalysisError as error:
        return Outcome(REFUSED, str(error))
    return Outcome(SAME if sound.equals(damaged) else UNSEEN)


@cache
def _sound_extract(folder: str, name: str) -> pd.DataFrame:
    ((source, file, path),) = [(s, f, p) for s, f, p in extracts() if (s.folder, f.name) == (folder, name)]
    return _built(source, file, path.read_bytes(), own_hash=False)


def _built(source: Source, file: SourceFile, content: bytes, own_hash: bool) -> pd.DataFrame:
    ((_, _, path),) = [one for one in extracts() if (one[0].folder, one[1].name) == (source.folder, file.name)]
    with tempfile.TemporaryDirectory() as folder:
        project = Project(Path(folder))
        own = project.raw / source.id / source.version
        own.mkdir(parents=True)
        sidecar = (path.parent / "source.toml").read_text("utf-8")
        if own_hash:
            sidecar = sidecar.replace(file.sha256, hashlib.sha256(content).hexdigest())
        (own / "source.toml").write_text(sidecar, "utf-8")
        (own / file.name).parent.mkdir(parents=True, exist_ok=True)
        (own / file.name).write_bytes(content)
        places = (Input(source.id, source.version, file.name),)
        result, _, _ = making._from_extracts(project, dataset(source.dataset), places)
        making._hold_rows(project, places, result.record)
        (table,) = result.tables.values()
        return table


def of_published(one: published.Published, content: bytes) -> Outcome:
    """Build the tables of a dataset from first rows of its published files, one of which was damaged at its source."""
    sound = published.sound(one)
    try:
        damaged = published.built(one, published.needed(one), content)
    except OgpAnalysisError as error:
        return Outcome(REFUSED, str(error))
    if _told(sound.record) != _told(damaged.record):
        return Outcome(RECORDED)
    same = all(_bare(sound.tables[name]).equals(_bare(damaged.tables[name])) for name in sound.tables)
    return Outcome(SAME if same else UNSEEN)


def _told(record: Record) -> Counter:
    return Counter(zip(record.entries["action"], record.entries["rule"], strict=True))


def _bare(table: pd.DataFrame) -> pd.DataFrame:
    return table.drop(columns=["file", "line"], errors="ignore")


def extract_layout(file: SourceFile, path: Path) -> Layout:
    """Return an extract as a layout that can be damaged."""
    sound = path.read_bytes()
    records = list(csv.reader(io.StringIO(sound.decode(), newline=""), delimiter=file.delimiter))
    return Layout(path.name, "extract", path.name, records, "text", as_text, sound)


def cases() -> list[tuple[str, str]]:
    """Return each layout and damage that go together, by their names."""
    found = [(one.name, name) for one in user_layouts() for name in DAMAGES]
    found += [(f"{source.folder}/{file.name}", name) for source, file, _ in extracts() for name in DAMAGES]
    return found + published.cases(tuple(DAMAGES))


def of_case(layout_name: str, damage: str) -> Outcome | None:
    """Return what comes of a damage to a layout; None if they do not go together."""
    for layout in user_layouts():
        if layout.name == layout_name:
            content = DAMAGES[damage](layout)
            return None if content is None or content == layout.sound else of_user_file(layout, content)
    for source, file, path in extracts():
        if f"{source.folder}/{file.name}" == layout_name:
            layout = extract_layout(file, path)
            content = DAMAGES[damage](layout)
            if content is None or content == layout.sound:
                return None
            return of_extract(source, file, content, own_hash=True)
    for one in published.published():
        if one.name == layout_name:
            layout = published.layout(one, published.needed(one).rows)
            content = DAMAGES[damage](layout)
            return None if content is None or content == layout.sound else of_published(one, content)
    raise KeyError(layout_name)


def is_a_sentence(text: str, file: str, *others: str) -> bool:
    """Return whether a fault is one line that begins with the file, or its table, and is not a trace of a program.

    Parameters
    ----------
    text : str
        The fault.
    file : str
        Name of the file.
    *others : str
        What may stand there instead: dataset, tables, files of rules.
    """
    where = text.partition(": ")[0]
    named = any(one in where for one in (file, Path(file).stem, *others))
    return named and "\n" not in text and not re.search(r"Traceback|Error\(|<class", text)
