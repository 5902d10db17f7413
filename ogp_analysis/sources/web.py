"""Reading a file from its address; every fault is a sentence that says what to do."""

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
