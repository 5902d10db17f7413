"""Getting raw files: from where they are, from a mirror, from the web; verified, and whole or not at all."""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version as version_of
from pathlib import Path, PurePosixPath
from typing import BinaryIO, TextIO
from urllib.parse import urlsplit

from ogp_analysis.base import kept
from ogp_analysis.base.errors import DownloadError, ParameterError, listed, printable
from ogp_analysis.base.fingerprint import sha256
from ogp_analysis.base.lock import only_one
from ogp_analysis.base.paths import MIRROR_VARIABLE, mirror, project
from ogp_analysis.base.terminal import drawn_on
from ogp_analysis.data.sources import sidecar
from ogp_analysis.data.sources.sidecar import Source, SourceFile
from ogp_analysis.data.sources.unpacking import is_page

# The progress that a fetch reports, and how a terminal shows it.

THERE, COPIED, DOWNLOADED = "already there", "copied from mirror", "downloaded"


@dataclass(frozen=True)
class Step:
    """How far a fetch is.

    Attributes
    ----------
    label : str
        ``source/version/name`` of the file in hand.
    number, count : int
        Which of how many files it is, from 1.
    done, size : int
        How many of its bytes have arrived, and its size.
    outcome : str
        ``"already there"``, ``"copied from mirror"``, ``"downloaded"``, or the sentence that says why it
        failed; empty while the file is under way.
    """

    label: str
    number: int
    count: int
    done: int
    size: int
    outcome: str = ""


Progress = Callable[[Step], None]


class Terminal:
    """Show steps on a terminal as a bar, elsewhere (a log, a pipe) as one line per file.

    Parameters
    ----------
    stream : file, optional
        Where to write; standard error by default.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        self.stream = drawn_on(sys.stderr if stream is None else stream)
        self._bar = None

    def __call__(self, step: Step) -> None:
        from tqdm import tqdm

        said = printable(f"{step.number}/{step.count} {step.label}")
        if not self.stream.isatty():
            if step.outcome:
                print(f"{said}: {printable(step.outcome)}", file=self.stream, flush=True)
            return
        if self._bar is None:  # a bar whose total is 0 is false
            self._bar = tqdm(file=self.stream, unit="B", unit_scale=True, unit_divisor=1024, leave=False)
        bar = self._bar
        bar.total, bar.n = step.size, step.done
        bar.set_description(said)
        if step.outcome and step.outcome != THERE:
            bar.write(printable(f"{step.label}: {step.outcome}"), file=self.stream)
        if step.outcome and step.number == step.count:
            bar.close()
            self._bar = None


# Reading a file from its address; every fault is a sentence that says what to do.

_BLOCK = 1 << 18
#: Seconds to wait for a connection, and between two pieces of an answer.
CONNECT, READ = 15.0, 60.0
#: An answer slower than this, in bytes a second on average, is given up after :data:`READ` seconds.
SLOWEST = 256.0
#: Held while the files of a version are got.
_LOCK = ".fetch.lock"
_REFUSED = (401, 403, 407, 429, 451)
_GONE = (404, 410)


class HostFault(DownloadError):
    """A fault that the next file of the same host would meet too."""


@dataclass(frozen=True)
class _Wanted:
    """A file that is to be got, and what errors say about it."""

    source: Source
    file: SourceFile

    @property
    def label(self) -> str:
        return f"{self.source.folder}/{self.file.name}"

    @property
    def command(self) -> str:
        """The command that takes a file downloaded by hand."""
        return f"`ogp-analysis fetch {self.source.id} --from DIR`"

    def fault(self, what: str, action: str, kind: type[DownloadError] = DownloadError) -> DownloadError:
        """Return a fault whose `action` ends with what to do if a script cannot get the file."""
        page = next((url for url in (*self.source.urls, self.file.url) if url), "its publisher")
        return kind(self.label, what, f"{action} download it by hand from {page}, then run {self.command}")

    def other_version(self, what: str, action: str = "To use it,") -> DownloadError:
        """Return the fault of a file that is, as far as one can see, a version that has no sidecar yet."""
        place = f"data/raw/{self.source.id}/<its version>/ beside a copy of {self.source.folder}/source.toml"
        how = f"{action} save it in {place} that gives its version, sha256, bytes and rows"
        return DownloadError(self.label, what, how)


@contextmanager
def _answer(wanted: _Wanted) -> Iterator[Iterator[bytes]]:
    """Ask for a file at its address and hand out the blocks of the answer.

    Raises
    ------
    HostFault
        No connection, no answer in time, refused, or the server failed.
    DownloadError
        Not there, redirected without end, broken off, not an address.
    """
    import requests

    url, agent = wanted.file.url, f"ogp-analysis/{version_of('ogp-analysis')} (research; one file at a time)"
    headers = {"User-Agent": agent, "Accept-Encoding": "identity"}
    try:
        with requests.get(url, headers=headers, stream=True, timeout=(CONNECT, READ)) as answer:
            status = answer.status_code
            if status in _GONE:
                raise wanted.fault(f"{url} is not there any more (HTTP {status})", "Publishers move files:")
            if status in _REFUSED:
                action = f"Save {url} in a browser, then run {wanted.command}"
                raise HostFault(wanted.label, f"{url} refuses scripts (HTTP {status})", action)
            if status >= 500:
                raise wanted.fault(f"the server of {url} failed (HTTP {status})", "Try again later, or", HostFault)
            if status != 200:
                raise wanted.fault(f"{url} answered HTTP {status} instead of the file", "In a browser,")
            yield _blocks(wanted, answer)
    except requests.RequestException as error:
        raise _fault(wanted, error) from error


def _blocks(wanted: _Wanted, answer) -> Iterator[bytes]:
    from urllib3 import exceptions

    started, done = time.monotonic(), 0
    try:
        # A transfer compression is undone; a file that is gzipped itself stays so.
        while block := answer.raw.read1(_BLOCK, decode_content=not wanted.file.name.endswith(".gz")):
            yield block
            done += len(block)
            waited = time.monotonic() - started
            if waited > READ and done < waited * SLOWEST:
                raise _too_slow(wanted, f"sent only {done:,} bytes in {waited:.0f} seconds")
    except exceptions.ReadTimeoutError as error:
        raise _too_slow(wanted, f"sent nothing for {READ:g} seconds after {done:,} bytes") from error
    except exceptions.DecodeError as error:
        what = f"{wanted.file.url} sent a damaged compression; nothing was kept"
        raise wanted.fault(what, "Try again later, or") from error
    except exceptions.HTTPError as error:
        what = f"{wanted.file.url} broke off after {done:,} bytes; nothing was kept"
        raise wanted.fault(what, "Fetch again; if it stays so,") from error


def _fault(wanted: _Wanted, error: Exception) -> DownloadError:
    import requests

    url = wanted.file.url
    if isinstance(error, requests.TooManyRedirects):
        return wanted.fault(f"{url} leads in a circle", "In a browser,")
    if isinstance(error, requests.Timeout):
        seconds = CONNECT if isinstance(error, requests.ConnectTimeout) else READ
        return _too_slow(wanted, f"did not answer within {seconds:g} seconds")
    # The innermost cause, in its own few words, without the objects around it.
    cause = getattr(error.args[0] if error.args else None, "reason", None) or error
    while cause.__cause__ is not None:
        cause = cause.__cause__
    reason = getattr(cause, "strerror", None) or type(cause).__name__
    if isinstance(error, requests.exceptions.SSLError):
        action = "Check the clock and the certificates of this computer, or"
        return wanted.fault(f"{url} cannot prove who it is ({reason})", action, HostFault)
    if isinstance(error, requests.ConnectionError):
        return wanted.fault(f"no connection to {url} ({reason})", "Check the network, or", HostFault)
    return wanted.fault(f"{url} could not be read ({reason})", "Check the address in the sidecar, or")


def _too_slow(wanted: _Wanted, what: str) -> DownloadError:
    return wanted.fault(f"{wanted.file.url} {what}; nothing was kept", "Try again later, or", HostFault)


def _wrong_bytes(wanted: _Wanted, start: bytes, done: int, found: str) -> DownloadError:
    """Return the fault of an answer that is not the file: its beginning, its size and its SHA-256."""
    url, size = wanted.file.url, wanted.file.bytes
    if is_page(start):
        return wanted.fault(f"{url} sent a web page instead of the file; nothing was kept", "In a browser,")
    if done < size:
        what = f"{url} sent {done:,} bytes where this version has {size:,}; nothing was kept"
        return wanted.other_version(what, "Fetch again; if it stays so, the publisher has another version there:")
    what = f"sent more than the {size:,} bytes of this version" if done > size else f"sent sha256 {found}"
    return wanted.other_version(f"{url} {what}, so another version than the sidecar describes; nothing was kept")


# Putting a file in its place whole or not at all, and finding it in a folder.

_PREFIX, _SUFFIX = ".ogp-fetch-", ".part"
#: What a system says when a disk is full.
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_FORBIDDEN = (errno.EROFS, errno.EACCES, errno.EPERM)


class DiskFault(DownloadError):
    """The folder has no space left, or may not be written."""


@contextmanager
def placed(target: Path) -> Iterator[BinaryIO]:
    """Write a file beside `target` and move it into place when the block ends well.

    If the block raises, nothing is kept. If the process is killed, a ``.ogp-fetch-….part`` stays,
    which :func:`clear_leftovers` takes away; `target` itself is either absent or whole.

    Raises
    ------
    DiskFault
        If the disk is full or the folder cannot be written.
    """
    part = target.parent / f"{_PREFIX}{secrets.token_hex(8)}{_SUFFIX}"
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with part.open("xb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(target)
        kept.sync(target.parent)
    except OSError as error:
        raise disk_fault(error, target) from error
    finally:
        # The fault that made the write fail is already on its way; the next fetch clears the rest.
        with suppress(OSError):
            part.unlink(missing_ok=True)


def leftovers(folder: Path) -> list[Path]:
    """Return what killed fetches have left below `folder`, sorted."""
    return sorted(folder.rglob(f"{_PREFIX}*{_SUFFIX}"))


def clear_leftovers(folder: Path) -> None:
    """Take away what killed fetches have left below `folder`, which must be locked.

    Raises
    ------
    DiskFault
        If the folder cannot be written.
    """
    for part in leftovers(folder):
        try:
            part.unlink(missing_ok=True)
        except OSError as error:
            raise disk_fault(error, part) from error


def disk_fault(error: OSError, target: Path) -> DiskFault:
    """Return the fault that a failed write below the folder of `target` is."""
    folder = str(target.parent)
    if error.errno in FULL:
        what = f"has no room for {target.name} ({error.strerror}); nothing was kept of it"
        return DiskFault(folder, what, "Make room on that disk and fetch again; what is there already stays")
    if error.errno in _FORBIDDEN:
        what = f"cannot be written ({error.strerror})"
        return DiskFault(folder, what, "Make it writable, or work in a clone that is")
    what = f"{target.name} could not be written ({error.strerror or error})"
    return DiskFault(folder, what, "Check the disk and fetch again")


# Finding a raw file in a folder: a mirror laid out like ``data/raw``, or just the files, downloaded by hand.


def find(folder: Path, source: Source, file: SourceFile, known: set[str]) -> tuple[Path | None, Path | None]:
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

    Returns
    -------
    tuple of pathlib.Path or None
        A file with the right bytes; if there is none, a file of the right name with other bytes.

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
            if path.is_file():
                found = sha256(path)
                if found == file.sha256:
                    return path, None
                other = other or (path if found not in known else None)
        version = folder / source.id / source.version
        everywhere = sorted(version.rglob("*")) if file.renamed and version.is_dir() else []
        right = next((path for path in (*everywhere, *sorted(folder.iterdir())) if has_content(path, file)), None)
    except OSError as error:
        raise unreadable(error, folder) from error
    return right, None if right else other


def has_content(path: Path, file: SourceFile) -> bool:
    """Return whether `path` is a file with the bytes of `file`; it is read only if its size fits."""
    return path.is_file() and path.stat().st_size == file.bytes and sha256(path) == file.sha256


def unreadable(error: OSError, path: Path) -> DownloadError:
    """Return the fault of a file that was to be taken from a folder and cannot be read."""
    what = f"cannot be read ({error.strerror})"
    return DownloadError(str(error.filename or path), what, "Check the folder that the files are to be taken from")


def fetch(
    source_id: str,
    version: str | None = None,
    from_dir: Path | str | None = None,
    progress: Progress | None = None,
    *,
    root: Path | None = None,
    sidecars: Path | None = None,
) -> dict[str, str]:
    """Put the files of a source in their places below ``data/raw``.

    Each file is looked for in its place, then in a mirror, then at its address. Its SHA-256 is
    checked before it is moved into place. A file that cannot be got does not keep the others from
    being tried, except that a host which does not answer or refuses is not asked again, and a full
    or write-protected disk ends the work.

    Parameters
    ----------
    source_id : str
        Name of the source.
    version : str, optional
        One version; all by default.
    from_dir : path, optional
        A mirror laid out like ``data/raw``, or a folder that just holds the files, under any name;
        by default the folder named by ``OGP_ANALYSIS_MIRROR``, if it is set.
    progress : callable, optional
        Called with a :class:`~ogp_analysis.data.sources.download.Step`; a bar on the terminal by default.
    root : pathlib.Path, optional
        Where the files go; the project's ``data/raw`` by default.
    sidecars : pathlib.Path, optional
        Where the sidecars are, if not below `root`.

    Returns
    -------
    dict of str to str
        ``source/version/name`` of each file, in the order of version and sidecar, and how it came there:
        ``"already there"``, ``"copied from mirror"`` or ``"downloaded"``.

    Raises
    ------
    DownloadError
        If one file could not be got: says why and what to do; of several the first, and which they are.
    UnknownName
        If there is no such source or version.
    ParameterError
        If `from_dir` is not a folder.
    SourceError
        If the place of the files cannot be written.
    BusyError
        If another process fetches the same version.
    """
    if root is None:
        here = project()
        root, sidecars = here.raw, sidecars or here.sidecars
    root = Path(root)
    sidecars = root if sidecars is None else Path(sidecars)
    described = [sidecar.source(sidecars, source_id, name) for name in sidecar.versions(sidecars, source_id)]
    known = {file.sha256 for source in described for file in source.files}
    chosen = described if version is None else [sidecar.source(sidecars, source_id, version)]
    folder = mirror() if from_dir is None else Path(from_dir).expanduser()
    if folder is not None and not folder.is_dir():
        if from_dir is None:
            raise ParameterError(
                MIRROR_VARIABLE, f"{folder} is not a folder", "Set it to one like data/raw, or unset it"
            )
        raise ParameterError("--from", f"{folder} is not a folder", "Name the folder that holds the files")
    progress, count = progress or Terminal(), sum(len(source.files) for source in chosen)
    search = partial(_got, folder=folder, asked=from_dir is not None, known=known, silent_hosts=set())
    done: dict[str, str] = {}
    faults: list[DownloadError] = []
    for source in chosen:
        place, given = (above / source.id / source.version for above in (root, sidecars))
        if given != place and all((given / file.name).is_file() for file in source.files):
            place, whole = given, True  # beside the sidecar in an installed package, which is not written to
        else:
            whole = all((place / file.name).is_file() for file in source.files) and not leftovers(place)
        with nullcontext() if whole else only_one(place / _LOCK, f"fetch {source.folder}"):
            if not whole:
                clear_leftovers(place)
            for wanted in (_Wanted(source, file) for file in source.files):
                step = partial(Step, wanted.label, len(done) + len(faults) + 1, count, size=wanted.file.bytes)
                try:
                    outcome = search(wanted, place / wanted.file.name, lambda n, step=step: progress(step(n)))
                except DownloadError as fault:
                    progress(step(0, outcome=str(fault).removeprefix(f"{wanted.label}: ")))
                    if isinstance(fault, DiskFault):
                        raise
                    faults.append(fault)
                else:
                    done[wanted.label] = outcome
                    progress(step(wanted.file.bytes, outcome=outcome))
    if len(faults) > 1:
        first, places = faults[0], listed(fault.where for fault in faults)
        what = f"{len(faults)} of {count} files could not be got, {places}. The first because {first.what}"
        raise DownloadError(source_id, what.rstrip("."), first.action)
    if faults:
        raise faults[0]
    return done


def _got(
    wanted: _Wanted,
    target: Path,
    tell: Callable[[int], None],
    folder: Path | None,
    asked: bool,
    known: set[str],
    silent_hosts: set[str],
) -> str:
    """Put a file in its place and return how it came there; `asked` says that the user named the folder."""
    label, file = wanted.label, wanted.file
    if target.exists():
        try:
            found = sha256(target)
        except OSError as error:
            what = f"is there, but cannot be read ({error.strerror})"
            raise DownloadError(str(target), what, "Check the file and the disk") from error
        if found != file.sha256:
            what = (
                f"is there, but is not the file its sidecar describes (sha256 {found[:12]}…, not {file.sha256[:12]}…)"
            )
            raise wanted.other_version(what, "It was left alone: move it away and fetch again, or")
        return THERE
    path, other = find(folder, wanted.source, file, known) if folder else (None, None)
    if path:
        changed = DownloadError(str(path), "changed while it was copied; nothing was kept", "Fetch again")
        _store(_copied(path), target, file, tell, lambda *_: changed)
        return COPIED
    if other and (asked or not file.url):
        raise wanted.other_version(f"{other} holds other bytes than this version; nothing was kept")
    if not file.url and file.compiled:
        what = "was put together by this project and is published at no address"
        action = f"Run {wanted.command} with a folder that holds it, or set {MIRROR_VARIABLE}"
        raise DownloadError(label, what, action)
    if not file.url:
        raise wanted.fault("has no address that serves exactly these bytes", "In a browser,")
    host = urlsplit(file.url).netloc
    if host in silent_hosts:
        what = f"was not tried, since {host} did not serve the file before it"
        raise HostFault(label, what, "Follow the advice of that fault")
    try:
        with _answer(wanted) as blocks:
            _store(blocks, target, file, tell, partial(_wrong_bytes, wanted))
    except HostFault:
        silent_hosts.add(host)
        raise
    return DOWNLOADED


def _copied(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as stream:
            yield from iter(partial(stream.read, _BLOCK), b"")
    except OSError as error:
        raise unreadable(error, path) from error


def _store(
    blocks: Iterable[bytes],
    target: Path,
    file: SourceFile,
    tell: Callable[[int], None],
    wrong: Callable[[bytes, int, str], DownloadError],
) -> None:
    """Write what should be a file of a source, and keep it only if it is; `wrong` makes the fault of other content."""
    digest, done, start = hashlib.sha256(), 0, b""
    with placed(target) as part:
        for block in blocks:
            digest.update(block)
            part.write(block)
            start, done = start or block[:512], done + len(block)
            tell(min(done, file.bytes))
            # The size of the right file is known: whatever a server announces, nothing more is awaited.
            if done >= file.bytes:
                break
        if digest.hexdigest() != file.sha256:
            raise wrong(start, done, digest.hexdigest())
