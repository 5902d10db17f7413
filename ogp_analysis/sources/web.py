"""Reading a file from its address, with every fault told in a sentence that says what to do."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version

from ogp_analysis.base.errors import DownloadError

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
        Seconds until it must have taken the call, and between two pieces of an answer.
    slowest : float
        Bytes a second below which, on average and after `read` seconds, an answer is given up.
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
        What takes a file that was downloaded by hand.
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
            _check_status(request, answer.status_code)
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
        raise DownloadError(
            request.label,
            f"{request.url} sent a damaged compression; nothing was kept",
            f"Try again later, or {request.by_hand}",
        ) from error
    except exceptions.HTTPError as error:
        raise DownloadError(
            request.label,
            f"{request.url} broke off after {done:,} bytes; nothing was kept",
            f"Fetch again; if it stays so, {request.by_hand}",
        ) from error


def _check_status(request: Request, status: int) -> None:
    if status in _GONE:
        raise DownloadError(
            request.label,
            f"{request.url} is not there any more (HTTP {status})",
            f"Publishers move files: {request.by_hand}",
        )
    if status in _REFUSED:
        raise HostFault(
            request.label,
            f"{request.url} refuses scripts (HTTP {status})",
            f"Save {request.url} in a browser, then run {request.command}",
        )
    if status >= 500:
        raise HostFault(
            request.label,
            f"the server of {request.url} failed (HTTP {status})",
            f"Try again later, or {request.by_hand}",
        )
    if status != 200:
        raise DownloadError(
            request.label,
            f"{request.url} answered HTTP {status} instead of the file",
            f"In a browser, {request.by_hand}",
        )


def _fault(request: Request, error: Exception, patience: Patience) -> DownloadError:
    import requests

    if isinstance(error, requests.TooManyRedirects):
        return DownloadError(request.label, f"{request.url} leads in a circle", f"In a browser, {request.by_hand}")
    if isinstance(error, requests.Timeout):
        seconds = patience.connect if isinstance(error, requests.ConnectTimeout) else patience.read
        return _too_slow(request, f"did not answer within {seconds:g} seconds")
    if isinstance(error, requests.exceptions.SSLError):
        return HostFault(
            request.label,
            f"{request.url} cannot prove who it is ({_reason(error)})",
            f"Check the clock and the certificates of this computer, or {request.by_hand}",
        )
    if isinstance(error, requests.ConnectionError):
        return HostFault(
            request.label,
            f"no connection to {request.url} ({_reason(error)})",
            f"Check the network, or {request.by_hand}",
        )
    return DownloadError(
        request.label,
        f"{request.url} could not be read ({_reason(error)})",
        f"Check the address in the sidecar, or {request.by_hand}",
    )


def _too_slow(request: Request, what: str) -> HostFault:
    return HostFault(request.label, f"{request.url} {what}; nothing was kept", f"Try again later, or {request.by_hand}")


def _reason(error: BaseException) -> str:
    """The innermost cause, in its own few words, without the objects around it."""
    reason = getattr(error.args[0], "reason", None) if error.args else None
    while reason is not None and getattr(reason, "__cause__", None) is not None:
        reason = reason.__cause__
    found = reason if reason is not None else error
    return str(getattr(found, "strerror", None) or type(found).__name__)
