"""Finding a raw file in a folder: a mirror laid out like ``data/raw``, or just the files, downloaded by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from ogp_analysis.base.contents import sha256
from ogp_analysis.base.errors import DownloadError
from ogp_analysis.sources.description import Source, SourceFile
from ogp_analysis.sources.placing import store

_BLOCK = 1 << 20


@dataclass(frozen=True)
class Finding:
    """What a folder holds of one raw file.

    Attributes
    ----------
    path : pathlib.Path or None
        A file with the right bytes.
    other : pathlib.Path or None
        A file of the right name with other bytes, if there is no right one.
    """

    path: Path | None = None
    other: Path | None = None


def find(folder: Path, source: Source, file: SourceFile, known: set[str]) -> Finding:
    """Look for `file` in `folder`.

    By name, in ``<source>/<version>/``, in ``<version>/`` and in the folder itself; then by content
    among the files of the folder itself, since browsers and people rename what they save. A file that
    has another name here than at its publisher is looked for by content in ``<source>/<version>/`` too.

    Parameters
    ----------
    folder : pathlib.Path
        The mirror, or a folder of downloads.
    source, file : Source, SourceFile
        What is looked for.
    known : set of str
        SHA-256 of all files of all versions of the source: one of them under the name of another
        (two versions may share a file name) is not a fault.

    Raises
    ------
    DownloadError
        If a candidate cannot be read.
    """
    other = None
    try:
        name = PurePosixPath(file.name)
        places = (Path(source.id, source.version, name), Path(source.version, name), name, name.name)
        for path in dict.fromkeys(folder / place for place in places):
            if not path.is_file():
                continue
            found = sha256(path)
            if found == file.sha256:
                return Finding(path)
            other = other or (path if found not in known else None)
        version = folder / source.id / source.version
        everywhere = sorted(version.rglob("*")) if file.renamed and version.is_dir() else []
        for path in (*everywhere, *sorted(folder.iterdir())):
            if has_content(path, file):
                return Finding(path)
    except OSError as error:
        raise _unreadable(error, folder) from error
    return Finding(other=other)


def has_content(path: Path, file: SourceFile) -> bool:
    """Return whether `path` is a file with the bytes of `file`; it is read only if its size fits."""
    return path.is_file() and path.stat().st_size == file.bytes and sha256(path) == file.sha256


def copy(path: Path, target: Path, file: SourceFile, progress: Callable[[int], None]) -> None:
    """Copy `path` to `target`, verified on the way.

    Raises
    ------
    DownloadError
        If the bytes are no longer the right ones.
    DiskFault
        If the target cannot be written.
    """
    changed = DownloadError(str(path), "changed while it was copied; nothing was kept", "Fetch again")
    store(_blocks(path), target, file, progress, lambda *_: changed)


def _blocks(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as stream:
            while block := stream.read(_BLOCK):
                yield block
    except OSError as error:
        raise _unreadable(error, path) from error


def _unreadable(error: OSError, path: Path) -> DownloadError:
    what = f"cannot be read ({error.strerror})"
    return DownloadError(str(error.filename or path), what, "Check the folder that the files are to be taken from")
