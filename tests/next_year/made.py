"""Made files of the next year as a version of their source, read and cleaned."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ogp_analysis.base import paths
from ogp_analysis.sources import raw
from ogp_analysis.tidy import catalog
from ogp_analysis.tidy.dataset import Dataset, Input, cleaned
from ogp_analysis.tidy.record import Cleaned

#: The version that no cleaner has seen.
VERSION = "2027"


def chunks(files: Sequence[Path], inputs: Sequence[Input], to: Path) -> list:
    """Return the raw chunks of files, each read like the input beside it, with that input as one of :data:`VERSION`."""
    found = []
    for path, item in zip(files, inputs, strict=True):
        folder = to / item.source / VERSION
        folder.mkdir(parents=True, exist_ok=True)
        place = folder / path.name
        place.write_bytes(path.read_bytes())
        about = _sidecar(item)
        entry = next((one for one in about["files"] if one["name"] == item.files), about["files"][0])
        entry |= {"name": path.name, "sha256": hashlib.sha256(place.read_bytes()).hexdigest(), "bytes": 1, "rows": 1}
        entry.pop("short_lines", None)
        entry.pop("url", None)
        (folder / "source.toml").write_text(_toml(about | {"version": VERSION}, entry), encoding="utf-8")
        later = replace(item, version=VERSION, files=path.name)
        for chunk in raw.chunks(to, item.source, VERSION, path.name, header=item.header, sheet=item.sheet):
            found.append((later, chunk))
    return found


def read(name: str, files: Sequence[Path], to: Path, inputs: Sequence[Input] = ()) -> Cleaned:
    """Return what the cleaner of a dataset makes of made files, which are of its last inputs if none are given."""
    dataset: Dataset = catalog.dataset(name)
    return cleaned(dataset, chunks(files, inputs or dataset.inputs[-len(files) :], to))


def _sidecar(item: Input) -> dict:
    place = paths.project().raw / item.source / item.version / "source.toml"
    return tomllib.loads(place.read_text(encoding="utf-8"))


def _toml(about: dict, entry: dict) -> str:
    def said(value) -> str:
        return (
            str(value).lower() if isinstance(value, bool) else repr(value) if isinstance(value, int) else f'"{value}"'
        )

    plain = {"title": "Made", "publisher": "Made", "version": about["version"], "licence": "CC0", "open_licence": "yes"}
    lines = [f'{key} = "{value}"' for key, value in plain.items()]
    lines += ['urls = ["https://example.org"]', "redistribute = true", 'citation = "Made."', "compiled = false", ""]
    return "\n".join([*lines, "[[files]]", *(f"{key} = {said(value)}" for key, value in entry.items()), ""])
