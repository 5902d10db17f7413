"""Getting raw files: from where they are, from a mirror, from the web; verified, and whole or not at all."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from itertools import groupby
from pathlib import Path
from typing import TextIO
from urllib.parse import urlsplit

from ogp_analysis.base.errors import DownloadError, ParameterError, listed, printable
from ogp_analysis.base.fingerprint import sha256
from ogp_analysis.base.paths import MIRROR_VARIABLE, mirror, project
from ogp_analysis.base.terminal import drawn_on
from ogp_analysis.data.sources import placing as shelf
from ogp_analysis.data.sources import sidecar
from ogp_analysis.data.sources.placing import DiskFault, alone, clear_leftovers, forget_lock, leftovers, store
from ogp_analysis.data.sources.sidecar import Source, SourceFile
from ogp_analysis.data.sources.unpacking import is_page

# The progress that a fetch reports, and how a terminal shows it.


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


def silent(step: Step) -> None:
    """Show nothing."""


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
        if self.stream.isatty():
            self._draw(step)
        elif step.outcome:
            print(printable(f"{step.number}/{step.count} {step.label}: {step.outcome}"), file=self.stream, flush=True)

    def _draw(self, step: Step) -> None:
        from tqdm import tqdm

        if self._bar is None:
            self._bar = tqdm(file=self.stream, unit="B", unit_scale=True, unit_divisor=1024, leave=False)
        bar = self._bar
        bar.total, bar.n = step.size, step.done
        bar.set_description(printable(f"{step.number}/{step.count} {step.label}"), refresh=False)
        bar.refresh()
        if step.outcome and step.outcome != "already there":
            bar.write(printable(f"{step.label}: {step.outcome}"), file=self.stream)
        if step.outcome and step.number == step.count:
            bar.close()
            self._bar = None


# Reading a file from its address; every fault is a sentence that says what to do.

_BLOCK = 1 << 18
_REFUSED = (401, 403, 407, 429, 451)
_GONE = (404, 410)


class HostFault(DownloadError):
    """A fault that the next file of the same host would meet too."""


@dataclass(frozen=True)
class Patience:
    """How long to wait for a server.

    Attributes
    ----------
    connect, read : float
        Seconds to wait for a connection, and between two pieces of an answer.
    slowest : float
        An answer slower than this, in bytes a second on average, is given up after `read` seconds.
    """

    connect: float = 15.0
    read: float = 60.0
    slowest: float = 256.0


@dataclass(frozen=True)
class Request:
    """What is asked for, and what errors say about it.

    Attributes
    ----------
    label : str
        ``source/version/name``.
    url : str
        The address.
    page : str
        Where a person would look for it.
    command : str
        The command that takes a file downloaded by hand.
    decode : bool
        Whether a transfer compression is undone; false for a file that is gzipped itself.
    """

    label: str
    url: str
    page: str
    command: str
    decode: bool

    @property
    def by_hand(self) -> str:
        """What to do if a script cannot get it."""
        return f"download it by hand from {self.page}, then run {self.command}"

    def fault(self, what: str, action: str, kind: type[DownloadError] = DownloadError) -> DownloadError:
        """Return the fault of a request; `action` ends with what to do if a script cannot get it."""
        return kind(self.label, what, f"{action} {self.by_hand}")


@contextmanager
def body(request: Request, patience: Patience) -> Iterator[Iterator[bytes]]:
    """Open `request` and hand out the blocks of its answer.

    Raises
    ------
    HostFault
        No connection, no answer in time, refused, or the server failed.
    DownloadError
        Not there, redirected without end, broken off, not an address.
    """
    import requests

    agent = f"ogp-analysis/{version('ogp-analysis')} (research; one file at a time)"
    headers = {"User-Agent": agent, "Accept-Encoding": "identity"}
    limits = (patience.connect, patience.read)
    try:
        with requests.get(request.url, headers=headers, stream=True, timeout=limits) as answer:
            url, status = request.url, answer.status_code
            if status in _GONE:
                raise request.fault(f"{url} is not there any more (HTTP {status})", "Publishers move files:")
            if status in _REFUSED:
                action = f"Save {url} in a browser, then run {request.command}"
                raise HostFault(request.label, f"{url} refuses scripts (HTTP {status})", action)
            if status >= 500:
                raise request.fault(f"the server of {url} failed (HTTP {status})", "Try again later, or", HostFault)
            if status != 200:
                raise request.fault(f"{url} answered HTTP {status} instead of the file", "In a browser,")
            yield _blocks(request, answer, patience)
    except requests.RequestException as error:
        raise _fault(request, error, patience) from error


def _blocks(request: Request, answer, patience: Patience) -> Iterator[bytes]:
    from urllib3 import exceptions

    started, done = time.monotonic(), 0
    try:
        while block := answer.raw.read1(_BLOCK, decode_content=request.decode):
            yield block
            done += len(block)
            waited = time.monotonic() - started
            if waited > patience.read and done < waited * patience.slowest:
                raise _too_slow(request, f"sent only {done:,} bytes in {waited:.0f} seconds")
    except exceptions.ReadTimeoutError as error:
        raise _too_slow(request, f"sent nothing for {patience.read:g} seconds after {done:,} bytes") from error
    except exceptions.DecodeError as error:
        what = f"{request.url} sent a damaged compression; nothing was kept"
        raise request.fault(what, "Try again later, or") from error
    except exceptions.HTTPError as error:
        what = f"{request.url} broke off after {done:,} bytes; nothing was kept"
        raise request.fault(what, "Fetch again; if it stays so,") from error


def _fault(request: Request, error: Exception, patience: Patience) -> DownloadError:
    import requests

    url = request.url
    if isinstance(error, requests.TooManyRedirects):
        return request.fault(f"{url} leads in a circle", "In a browser,")
    if isinstance(error, requests.Timeout):
        seconds = patience.connect if isinstance(error, requests.ConnectTimeout) else patience.read
        return _too_slow(request, f"did not answer within {seconds:g} seconds")
    # The innermost cause, in its own few words, without the objects around it.
    cause = getattr(error.args[0], "reason", None) if error.args else None
    while getattr(cause, "__cause__", None) is not None:
        cause = cause.__cause__
    cause = error if cause is None else cause
    reason = str(getattr(cause, "strerror", None) or type(cause).__name__)
    if isinstance(error, requests.exceptions.SSLError):
        action = "Check the clock and the certificates of this computer, or"
        return request.fault(f"{url} cannot prove who it is ({reason})", action, HostFault)
    if isinstance(error, requests.ConnectionError):
        return request.fault(f"no connection to {url} ({reason})", "Check the network, or", HostFault)
    return request.fault(f"{url} could not be read ({reason})", "Check the address in the sidecar, or")


def _too_slow(request: Request, what: str) -> HostFault:
    return request.fault(f"{request.url} {what}; nothing was kept", "Try again later, or", HostFault)


THERE, COPIED, DOWNLOADED = "already there", "copied from mirror", "downloaded"


class FetchError(DownloadError):
    """Several files of a source could not be got.

    Attributes
    ----------
    faults : tuple of DownloadError
        One per file.
    """

    def __init__(self, where: str, what: str, action: str, faults: tuple[DownloadError, ...] = ()) -> None:
        super().__init__(where, what, action)
        self.faults = faults

    def __reduce__(self):
        return type(self), (self.where, self.what, self.action, self.faults)


def fetch(
    source_id: str,
    version: str | None = None,
    from_dir: Path | str | None = None,
    progress: Progress | None = None,
    *,
    root: Path | None = None,
    sidecars: Path | None = None,
    patience: Patience | None = None,
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
    patience : Patience, optional
        How long to wait for a server.

    Returns
    -------
    dict of str to str
        ``source/version/name`` of each file, in the order of version and sidecar, and how it came there:
        ``"already there"``, ``"copied from mirror"`` or ``"downloaded"``.

    Raises
    ------
    DownloadError
        If one file could not be got: says why and what to do; ``FetchError`` if several could not.
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
    wanted = _wanted(sidecars, source_id, version)
    known = {file.sha256 for _, file in _wanted(sidecars, source_id, None)}
    if from_dir is None:
        folder = mirror()
        what, action = MIRROR_VARIABLE, "Set it to a folder laid out like data/raw, or unset it"
    else:
        folder = Path(from_dir).expanduser()
        what, action = "--from", "Name the folder that holds the files"
    if folder is not None and not folder.is_dir():
        raise ParameterError(what, f"{folder} is not a folder", action)
    patience, progress = patience or Patience(), progress or Terminal()
    work = _Work(root, sidecars, folder, from_dir is not None, patience, progress, known, len(wanted))
    for _, files in groupby(enumerate(wanted, 1), key=lambda item: item[1][0].folder):
        work.version([(number, source, file) for number, (source, file) in files])
    if len(work.faults) == 1:
        raise work.faults[0]
    if work.faults:
        first, places = work.faults[0], listed(fault.where for fault in work.faults)
        what = f"{len(work.faults)} of {len(wanted)} files could not be got, {places}. The first because {first.what}"
        raise FetchError(source_id, what.rstrip("."), first.action, tuple(work.faults))
    return work.done


def _wanted(sidecars: Path, source_id: str, version: str | None) -> list[tuple[Source, SourceFile]]:
    chosen = sidecar.versions(sidecars, source_id) if version is None else [version]
    described = [sidecar.source(sidecars, source_id, name) for name in chosen]
    return [(source, file) for source in described for file in source.files]


class _Work:
    """One call of :func:`fetch`: what is done, what failed, and which hosts are not asked again."""

    def __init__(self, root, given, folder, asked, patience, progress, known, count) -> None:
        self.root, self.given, self.folder = root, given, folder
        self.asked, self.patience, self.progress = asked, patience, progress
        self.known, self.count = known, count
        self.done: dict[str, str] = {}
        self.faults: list[DownloadError] = []
        self.silent_hosts: set[str] = set()

    def version(self, files: list[tuple[int, Source, SourceFile]]) -> None:
        """Get the files of one version, under its lock if there is anything to get or to clear."""
        place, given = (root / files[0][1].id / files[0][1].version for root in (self.root, self.given))
        if given != place and all((given / file.name).is_file() for _, _, file in files):
            self._each(files, given)  # beside the sidecar in an installed package, which is not written to
            return
        if all((place / file.name).is_file() for _, _, file in files) and not leftovers(place):
            forget_lock(place)
            self._each(files, place)
            return
        with alone(place, f"fetch {files[0][1].folder}"):
            clear_leftovers(place)
            self._each(files, place)

    def _each(self, files: list[tuple[int, Source, SourceFile]], place: Path) -> None:
        for number, source, file in files:
            label, target = f"{source.folder}/{file.name}", place / file.name
            step = partial(Step, label, number, self.count, size=file.bytes)
            try:
                outcome = self._one(label, source, file, target, lambda done, step=step: self.progress(step(done=done)))
            except DownloadError as fault:
                self.progress(step(done=0, outcome=str(fault).removeprefix(f"{label}: ")))
                if isinstance(fault, DiskFault):
                    raise
                self.faults.append(fault)
            else:
                self.done[label] = outcome
                self.progress(step(done=file.bytes, outcome=outcome))

    def _one(self, label: str, source: Source, file: SourceFile, target: Path, tell) -> str:
        if target.exists():
            try:
                found = sha256(target)
            except OSError as error:
                what = f"is there, but cannot be read ({error.strerror})"
                raise DownloadError(str(target), what, "Check the file and the disk") from error
            if found != file.sha256:
                what = f"is there, but is not the file its sidecar describes (sha256 {found[:12]}…"
                what += f", not {file.sha256[:12]}…)"
                action = f"It was left alone: move it away and fetch again, or {_new_version(source)}"
                raise DownloadError(label, what, action)
            return THERE
        found = shelf.Finding() if self.folder is None else shelf.find(self.folder, source, file, self.known)
        if found.path is not None:
            shelf.copy(found.path, target, file, tell)
            return COPIED
        if found.other is not None and (self.asked or not file.url):
            raise _other_version(label, source, f"{found.other} holds other bytes than this version")
        by_hand = f"`ogp-analysis fetch {source.id} --from DIR`"
        page = next((url for url in (*source.urls, file.url) if url), "its publisher")
        if not file.url and file.compiled:
            what = "was put together by this project and is published at no address"
            action = f"Run {by_hand} with a folder that holds it, or set {MIRROR_VARIABLE}"
            raise DownloadError(label, what, action)
        if not file.url:
            action = f"Download it by hand from {page}, then run {by_hand}"
            raise DownloadError(label, "has no address that serves exactly these bytes", action)
        host = urlsplit(file.url).netloc
        if host in self.silent_hosts:
            what = f"was not tried, since {host} did not serve the file before it"
            raise HostFault(label, what, "Follow the advice of that fault")
        request = Request(label, file.url, page, by_hand, decode=not file.name.endswith(".gz"))
        try:
            with body(request, self.patience) as blocks:
                store(blocks, target, file, tell, partial(_wrong_bytes, request, source, file))
        except HostFault:
            self.silent_hosts.add(host)
            raise
        return DOWNLOADED


def _new_version(source: Source) -> str:
    """How to work with a version that has no sidecar yet."""
    return (
        f"save it in data/raw/{source.id}/<its version>/ beside a copy of {source.folder}/source.toml that "
        "gives its version, sha256, bytes and rows"
    )


def _other_version(label: str, source: Source, what: str) -> DownloadError:
    """The fault of a file that is, as far as one can see, another version."""
    return DownloadError(label, f"{what}; nothing was kept", f"To use it, {_new_version(source)}")


def _wrong_bytes(
    request: Request, source: Source, file: SourceFile, start: bytes, done: int, found: str
) -> DownloadError:
    """The fault of an answer that is not the file: it begins so, has so many bytes, and these have this SHA-256."""
    if is_page(start):
        what = f"{file.url} sent a web page instead of the file; nothing was kept"
        return DownloadError(
            request.label, what, f"Download it by hand from {request.page}, then run {request.command}"
        )
    if done < file.bytes:
        what = f"{file.url} sent {done:,} bytes where this version has {file.bytes:,}; nothing was kept"
        action = f"Fetch again; if it stays so, the publisher has another version there: {_new_version(source)}"
        return DownloadError(request.label, what, action)
    what = f"sent more than the {file.bytes:,} bytes of this version" if done > file.bytes else f"sent sha256 {found}"
    what = f"{file.url} {what}, so another version than the sidecar describes"
    return _other_version(request.label, source, what)
