"""The data behind outputs: which files of which source, whether an archive may hold them, how to get the others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ogp_analysis.base import kept
from ogp_analysis.base.errors import ArchiveError
from ogp_analysis.base.paths import Project

if TYPE_CHECKING:
    from ogp_analysis.publishing.archive.outputs import Output


@dataclass(frozen=True)
class DataFile:
    """One file of one version of a source.

    Attributes
    ----------
    source, file
        Its sidecar, and what that says of the file.
    read_by : tuple of str
        Notebooks of the outputs that read it, sorted; empty for what an extract was cut from, and for other data.
    origin : bool
        Whether an extract that outputs read was cut from it.
    provided : bool
        Whether the archive holds it.
    """

    source: object
    file: object
    read_by: tuple[str, ...]
    origin: bool
    provided: bool

    @property
    def path(self) -> str:
        """Where it lies below the root of the project."""
        return f"data/raw/{self.source.folder}/{self.file.name}"

    @property
    def permitted(self) -> bool:
        """Whether the terms let every value of it be passed on, column by column."""
        return self.file.redistribute and all(column.redistribute for column in self.source.columns)


def files(project: Project, described: Iterable, tracked: Iterable[str], outputs: list[Output]) -> list[DataFile]:
    """Return every file that outputs read, that these were cut from, or that comes with the software.

    A file is provided if the terms of the source and of each of its columns let it be passed on, and it lies here.

    Parameters
    ----------
    project : Project
    described : iterable of ogp_analysis.data.sources.sidecar.Source
        The sidecars of the project.
    tracked : iterable of str
        The files that git tracks.
    outputs : list of Output

    Raises
    ------
    ArchiveError
        If a file that would be provided is not the one that its sidecar describes.
    """
    tracked, read_by = set(tracked), {}
    for output in outputs:
        editions = output.provenance["edition"].split(" + ")
        for one in output.provenance["sources"]:
            for edition in editions:
                key = (one["source"], str(one["version"]), edition == "embedded")
                read_by.setdefault(key, set()).add(output.run.notebook)
    found = []
    for source in sorted(described, key=lambda s: (s.id, s.version)):
        readers = tuple(sorted(read_by.get((source.id, source.release, bool(source.dataset)), ())))
        origin = not source.dataset and not readers and (source.id, source.release, True) in read_by
        for file in source.files:
            one = DataFile(source, file, readers, origin, provided=False)
            there = one.path in tracked or ((readers or origin) and (project.root / one.path).is_file())
            if there and one.permitted:
                try:
                    same = kept.sha256(project.root, one.path) == one.file.sha256
                    fault = "" if same else "is not the file that its sidecar describes"
                except (OSError, kept.NotKept) as error:
                    fault = f"cannot be read ({getattr(error, 'strerror', None) or error})"
                if fault:
                    raise ArchiveError(one.path, fault, "Restore it, or take it out of data/raw")
                one = DataFile(source, file, readers, origin, provided=True)
            if readers or origin or one.provided:
                found.append(one)
    return found


def command(source) -> str:
    """Return the command that gets the files of a source: from the publisher, else from a folder of downloads."""
    fetch = f".venv/bin/python -m ogp_analysis fetch {source.id} --version {source.version}"
    return fetch if all(file.url for file in source.files) else f"{fetch} --from FOLDER"
