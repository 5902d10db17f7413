"""What we were given: the sources below a raw root, read from their sidecars. No data is touched."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from ogp_analysis.base.errors import SourceError, UnknownName
from ogp_analysis.base.paths import project
from ogp_analysis.sources import sidecar
from ogp_analysis.sources.description import ColumnTerms, Source, SourceFile

__all__ = ["ColumnTerms", "Source", "SourceFile", "source", "sources", "versions"]


def sources(root: Path | None = None) -> list[Source]:
    """Return every source that has a sidecar below `root`, sorted by name and version.

    Parameters
    ----------
    root : pathlib.Path, optional
        Folder of ``<source>/<version>/source.toml``; the project's ``data/raw`` by default.

    Raises
    ------
    SourceError
        If `root` is not a folder, or a sidecar cannot be read; names sidecar and field.
    """
    root = project().sidecars if root is None else Path(root)
    if not root.is_dir():
        raise SourceError(str(root), "is not a folder", "Name a folder that is laid out like data/raw")
    return sorted((sidecar.read(path) for path in root.glob(f"*/*/{sidecar.NAME}")), key=lambda s: (s.id, s.version))


def source(root: Path | None, id: str, version: str) -> Source:
    """Return one version of one source; only its own sidecar is read.

    Raises
    ------
    UnknownName
        If `root` has no sidecar for it; names what it has.
    SourceError
        If the sidecar cannot be read; names the field.
    """
    root = project().sidecars if root is None else Path(root)
    path = root / id / version / sidecar.NAME
    try:
        return _read(path, path.stat().st_mtime_ns)
    except OSError:
        known = ", ".join(versions(root, id))
    raise UnknownName(f"source {id!r}, version {version!r}", "has no sidecar", f"Known versions are {known}")


@lru_cache(maxsize=256)
def _read(path: Path, changed: int) -> Source:
    return sidecar.read(path)


def versions(root: Path | None, id: str) -> list[str]:
    """Return the versions of the source `id` that have a sidecar below `root`, sorted.

    Raises
    ------
    UnknownName
        If there is none; names the sources that are known.
    """
    root = project().sidecars if root is None else Path(root)
    known: dict[str, list[str]] = {}
    for path in sorted(root.glob(f"*/*/{sidecar.NAME}")):
        known.setdefault(path.parent.parent.name, []).append(path.parent.name)
    if id not in known:
        raise UnknownName(
            f"source {id!r}", "has no sidecar below " + root.name, "Known sources are " + (", ".join(known) or "none")
        )
    return known[id]
