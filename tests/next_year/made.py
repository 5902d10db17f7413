"""Made files of the next year, recognised, read and cleaned as those that a user adds."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pandas as pd

from ogp_analysis.data.cleaning.catalog import dataset
from ogp_analysis.data.cleaning.dataset import Input, cleaned
from ogp_analysis.data.cleaning.recognising import Reading, recognise
from ogp_analysis.data.cleaning.record import Cleaned
from ogp_analysis.data.sources import raw

#: The version that no cleaner has seen.
VERSION = "2027"
_ABOUT = {
    **dict.fromkeys(("title", "publisher", "licence", "citation"), "Made"),
    "open_licence": "unknown",
    "version": VERSION,
    "redistribute": False,
    "compiled": False,
    "urls": ["https://example.org"],
}


def read(name: str, files: Sequence[Path], to: Path) -> Cleaned:
    """Return what the cleaner of a dataset makes of made files, each taken for the layout that it is recognised as."""
    return cleaned(dataset(name), _chunks(name, files, to))


def has(frame: pd.DataFrame, cells: Mapping[str, object]) -> bool:
    """Return whether a row of a table has all these cells; a missing one is not a match."""
    matches = [frame[column].eq(cell).fillna(False).astype("bool") for column, cell in cells.items()]
    return bool(pd.concat(matches, axis=1).all(axis=1).any())


def _chunks(name: str, files: Sequence[Path], to: Path) -> Iterator[tuple[Input, pd.DataFrame]]:
    readings = {path: recognise(path, [name]).checked() for path in files}
    source = dataset(name).source
    folder = to / source / VERSION
    folder.mkdir(parents=True, exist_ok=True)
    entries = []
    for path, (first, *_) in readings.items():
        content = path.read_bytes()
        (folder / path.name).write_bytes(content)
        entries.append({"name": path.name, "sha256": hashlib.sha256(content).hexdigest(), "bytes": 1, "rows": 1})
        entries[-1] |= {"encoding": first.encoding or "utf-8", "delimiter": first.delimiter}
    lines = [_lines(_ABOUT), *("\n[[files]]\n" + _lines(entry) for entry in entries)]
    (folder / "source.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    for path, of_file in readings.items():
        for one in of_file:
            yield from _fitted(one, source, path.name, to)


def _fitted(one: Reading, source: str, file: str, to: Path) -> Iterator[tuple[Input, pd.DataFrame]]:
    item = Input(source, VERSION, file, one.before, one.sheet, one.layout.tables, one.layout.name)
    for chunk in raw.chunks(to, source, VERSION, file, header=one.before, sheet=one.sheet):
        yield one.layout.like or item, one.layout.fitted(chunk)


def _lines(entry: dict) -> str:
    return "\n".join(f"{key} = {json.dumps(value)}" for key, value in entry.items())
