"""Getting raw files: from where they are, from a mirror, from the web; verified, and whole or not at all."""

from __future__ import annotations

from functools import partial
from itertools import groupby
from pathlib import Path
from urllib.parse import urlsplit

from ogp_analysis.base.contents import sha256
from ogp_analysis.base.errors import DownloadError, ParameterError, listed
from ogp_analysis.base.paths import MIRROR_VARIABLE, mirror, project
from ogp_analysis.sources import mirror as shelf
from ogp_analysis.sources import sidecar, web
from ogp_analysis.sources.description import Source, SourceFile
from ogp_analysis.sources.placing import DiskFault, alone, clear_leftovers, forget_lock, leftovers, store
from ogp_analysis.sources.progress import Progress, Step, Terminal
from ogp_analysis.sources.unpacking import is_page
from ogp_analysis.sources.web import HostFault, Patience, Request

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
        Called with a :class:`~ogp_analysis.sources.progress.Step`; a bar on the terminal by default.
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
            with web.body(request, self.patience) as blocks:
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
