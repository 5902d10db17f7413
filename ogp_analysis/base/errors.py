"""The faults this package knows.

Every fault a user can meet is an :class:`OgpAnalysisError`. Its text always has the same order:
*where: what is wrong, in how many, for example which. What to do.* A missing optional
dependency is reported in the same way, with the extra that installs it.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from importlib.util import find_spec

#: Of what a sentence quotes, this many characters of its beginning and of its end are kept: a cell can be megabytes.
_BEGINNING, _END = 1500, 400


class OgpAnalysisError(Exception):
    """A known fault: one sentence that says where and what, and ends with what to do.

    Parameters
    ----------
    where : str
        The file, table, parameter or command concerned, as the reader would name it.
    what : str
        What is wrong, in how many cases, with an example.
    action : str
        What to do about it.

    Attributes
    ----------
    exit_code : int
        What the command line returns for this fault: 2 for a request that cannot be met as it was
        typed, 1 for work that was tried and failed.
    """

    exit_code = 1
    #: Values that no rule covers, where it is about these; whoever cleans files of a user's own may set them aside.
    unknown = None

    def __init__(self, where: str, what: str, action: str) -> None:
        where, what, action = (
            part if len(part) <= _BEGINNING + _END else f"{part[:_BEGINNING]} … {part[-_END:]}"
            for part in (where, what, action)
        )
        self.where, self.what, self.action = where, what, action
        super().__init__(f"{where}: {_sentence(what)} {_sentence(action)}")

    def __reduce__(self):
        return type(self), (self.where, self.what, self.action)

    def within(self, place: str) -> OgpAnalysisError:
        """Return the fault with the place in which it is said first, unless it names that already."""
        if place in self.where:
            return self
        return type(self)(f"{place}, {self.where}", self.what, self.action)


class ProjectNotFound(OgpAnalysisError):
    """No project folder could be found."""

    exit_code = 2


class MissingExtra(OgpAnalysisError):
    """Something is asked for that needs an extra which is not installed."""

    exit_code = 2


class ParameterError(OgpAnalysisError):
    """A parameter is unknown, missing, mistyped or not allowed."""

    exit_code = 2


class UnknownName(OgpAnalysisError):
    """A country, indicator, dataset, notebook or message of that name is not known."""

    exit_code = 2


class SourceError(OgpAnalysisError):
    """A raw file or its sidecar is missing, unreadable, or differs from its recorded hash."""


class DownloadError(SourceError):
    """A download failed, was cut short, or gave other bytes than the sidecar records."""


class CleaningError(OgpAnalysisError):
    """Raw values that no rule covers, or a balance that does not hold."""


class SchemaError(OgpAnalysisError):
    """A table does not keep what its schema promises."""


class JoinError(OgpAnalysisError):
    """A join found more partners than it declared."""


class MessageError(OgpAnalysisError):
    """A sentence and the values given for it do not fit."""


class DisclosureError(OgpAnalysisError):
    """Values that may be drawn only were about to be written, said or exported."""


class ModelError(OgpAnalysisError):
    """A sample that is too small, or of the wrong shape, for the model."""


class WorkerLost(OgpAnalysisError):
    """A worker process ended before it finished its task.

    Attributes
    ----------
    code : int
        Its exit status, or minus the signal that ended it.
    """

    def __init__(self, where: str, what: str, action: str, code: int = 1) -> None:
        super().__init__(where, what, action)
        self.code = code

    def __reduce__(self):
        return type(self), (self.where, self.what, self.action, self.code)

    def on(self, work: str) -> WorkerLost:
        """Return the fault with the work that was lost under the name that its reader knows."""
        return type(self)(work, self.what, self.action, self.code)


class ClusterError(OgpAnalysisError):
    """A cluster cannot be used: it does not answer, has no worker, or none that is like this machine."""


class RunError(OgpAnalysisError):
    """A notebook run failed, was stopped or left an unusable output."""


class ReportError(OgpAnalysisError):
    """An executed notebook cannot be made into a report."""


class ArchiveError(OgpAnalysisError):
    """A replication archive cannot be made of what is here, or not written."""


class BusyError(OgpAnalysisError):
    """Another process of this project holds the lock for this work."""


def _sentence(text: str) -> str:
    text = text.strip()
    return text if text.endswith((".", "!", "?")) else text + "."


def listed(values, most: int = 3) -> str:
    """Name up to `most` of `values`, and how many more there are.

    Parameters
    ----------
    values : iterable
        Anything printable; shown with ``repr`` so that blanks are visible.
    most : int
        How many to name.

    Returns
    -------
    str
        For example ``"'a', 'b' and 3 more"``.
    """
    return few([repr(value) for value in values], most)


def few(texts: Sequence[str], most: int = 3) -> str:
    """Join up to `most` texts by commas, and say how many more there are: ``"a, b and 3 more"``."""
    return ", ".join(texts[:most]) + (f" and {len(texts) - most} more" if len(texts) > most else "")


def printable(text: str, keep: str = "") -> str:
    r"""Return a text that others chose with its control and direction characters shown by their codes.

    It then neither moves a cursor, nor colours a terminal, nor turns what stands beside it.

    Parameters
    ----------
    text : str
    keep : str
        Characters that stay as they are.

    Examples
    --------
    >>> print(printable("a\x1b[2J.csv"))
    a\x1b[2J.csv
    """
    return "".join(mark if mark.isprintable() or mark in keep else ascii(mark)[1:-1] for mark in text)


def near(name: str, known: Iterable[str], elsewhere: str) -> str:
    """Return what to do about a name that is not known: the names most like it, or where all of them are listed."""
    close = difflib.get_close_matches(str(name)[:60], list(known), n=3)
    return f"Did you mean {' or '.join(close)}?" if close else f"{elsewhere} lists them"


#: By extra of ``pyproject.toml``: what it is for, and what is imported of it.
EXTRAS = {
    "notebooks": (
        "running notebooks and making reports",
        ("IPython", "ipykernel", "jupyter_client", "mistune", "nbclient", "nbformat", "papermill", "pygments"),
    ),
    "pdf": ("drawing figures as PNG, and reports as PDF", ("PIL", "pypdfium2", "typst")),
    "cluster": ("working on a cluster", ("distributed",)),
}


def needs(extra: str) -> None:
    """Make sure that what an extra brings is installed. Nothing is imported.

    Parameters
    ----------
    extra : str
        A key of :data:`EXTRAS`.

    Raises
    ------
    MissingExtra
        If some of it is not; names the extra and how to install it.
    """
    purpose, modules = EXTRAS[extra]
    absent = [module for module in modules if find_spec(module) is None]
    if absent:
        what = f"{len(absent)} of {len(modules)} packages it needs are not installed, {listed(absent)}"
        what = what if len(modules) > 1 else f"the package it needs, {absent[0]!r}, is not installed"
        action = f"Install the extra: pip install 'ogp-analysis[{extra}]'"
        raise MissingExtra(purpose[0].upper() + purpose[1:], what, action)
