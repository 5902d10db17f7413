"""What is to be run: one notebook with one set of parameters is one run."""

from __future__ import annotations

import itertools
import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cached_property

import msgspec
from msgspec import Struct

from ogp_analysis.base import fingerprint
from ogp_analysis.base.errors import ParameterError, printable
from ogp_analysis.base.paths import Project, is_own
from ogp_analysis.publishing.runs import notebook, parameters

#: The readable part of a folder's name is never longer than this.
SLUG_LENGTH = 60


class _Entry(Struct, forbid_unknown_fields=True):
    notebook: str
    parameters: dict[str, object] = {}
    by_name: bool = False


class Map(Struct, forbid_unknown_fields=True):
    """The figure of a notebook that the front page shows, of the first run with these parameters."""

    notebook: str = ""
    figure: str = ""
    parameters: dict[str, object] = {}


class Front(Struct, forbid_unknown_fields=True):
    """What the front page begins with; without it, it is a list.

    Attributes
    ----------
    words : dict of str to dict
        The notebooks in their order, each with words by language by which its reports are found.
    findings : dict of str to list of str
        By notebook, the keys of the sentences that come first: of its first run the findings, limits, or ``headline``.
    pictures : dict of str to str
        By notebook, the figure beside its sentences; that of the first stands large.
    profiles : str
        The notebook to whose reports the explorer leads, and whose numbers the table of countries holds.
    row : dict of str to str
        The names of these numbers: ``value``, ``year``, ``change`` over ``years``, and ``step``, which is there where
        the change is smaller; the parameter that names the ``measure``, and the sentence that says its ``scale``.
    map : Map
    countries : dict of str to list of str
        By notebook, the codes of the countries that its reports are about where their parameters name none.
    """

    words: dict[str, dict[str, str]] = {}
    countries: dict[str, list[str]] = {}
    findings: dict[str, list[str]] = {}
    pictures: dict[str, str] = {}
    profiles: str = ""
    row: dict[str, str] = {}
    map: Map = msgspec.field(default_factory=Map)


class _Listed(Struct, forbid_unknown_fields=True):
    """What ``runs.toml`` may hold."""

    run: list[_Entry]
    front: Front = msgspec.field(default_factory=Front)
    site_url: object = ""


@dataclass(frozen=True)
class Run:
    """One notebook with one set of canonical parameters.

    Attributes
    ----------
    notebook : str
        Name of the notebook, without suffix.
    items : tuple of (str, object)
        Every parameter the notebook declares, sorted by name; a list is a tuple here.
    """

    notebook: str
    items: tuple

    @classmethod
    def of(cls, notebook: str, values: dict) -> Run:
        """Return the run of a notebook with these canonical parameters."""
        items = ((name, tuple(value) if isinstance(value, list) else value) for name, value in sorted(values.items()))
        return cls(notebook, tuple(items))

    @property
    def parameters(self) -> dict:
        """The parameters as papermill takes them."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in self.items}

    @cached_property
    def slug(self) -> str:
        """Name of the run's folder: safe text, then 8 digits of the hash of all parameters.

        It depends on what was asked only, so a report keeps its address when data or code change.
        """
        digits = fingerprint.of_value([self.notebook, self.parameters])[:8]
        text = "-".join(_words(value) for _, value in self.items if value is not None)
        text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
        safe = re.sub(r"[^A-Za-z0-9]+", "-", text).strip("-")[:SLUG_LENGTH].strip("-")
        return f"{safe}-{digits}" if safe else digits

    @property
    def place(self) -> str:
        """Its name among all runs, and the folder of its report below the reports: notebook and slug."""
        return f"{self.notebook}/{self.slug}"

    @property
    def name(self) -> str:
        """Its name in messages: ``country_profile MEX 2000 2023``."""
        words = [self.notebook, *(_words(value) for _, value in self.items if value not in (None, "", ()))]
        return printable(" ".join(words))

    @property
    def edition(self) -> str:
        """Which data it reads."""
        return self.parameters.get("edition", "embedded")


def _words(value) -> str:
    return ",".join(map(str, value)) if isinstance(value, tuple) else str(value)


def matrix(project: Project, name: str, values: dict[str, list], edition: str | None = None) -> list[Run]:
    """Return one run for each combination of the values given.

    Parameters
    ----------
    project : Project
        Where the notebooks are.
    name : str
        Name of the notebook.
    values : dict of str to list
        Values by parameter; a parameter not named has its default.
    edition : str or None
        The edition of all runs, if the notebook has that parameter; by default as `values` or the notebook say.

    Raises
    ------
    ParameterError, UnknownName
        If the notebook or a parameter is not as declared, a parameter has no value, or the edition
        is asked for twice.
    """
    declared = notebook.declared(notebook.read(notebook.path(project, name)), name)
    if edition and "edition" in declared:
        if values.get("edition", [edition]) != [edition]:
            where = f"{name}: parameter 'edition'"
            raise ParameterError(where, "is given twice, with different values", "Leave one of the two out")
        values = {**values, "edition": [edition]}
    for key, options in values.items():
        if not options:
            raise ParameterError(f"{name}: parameter {key!r}", "has an empty list of values", "Give it at least one")
    if any(is_own(event or "") for event in values.get("event", ())):
        from ogp_analysis.data.store.own_list import events_of  # with pandas, of which other runs have no need

        # A list of events without the name of one stands for each of them.
        values = {**values, "event": [one for event in values["event"] for one in events_of(event)]}
    combinations = itertools.product(*([(key, value) for value in options] for key, options in values.items()))
    runs = [Run.of(name, parameters.checked(declared, dict(c), name)) for c in combinations]
    return list(dict.fromkeys(runs))


def everything(project: Project, edition: str | None = None) -> list[Run]:
    """Return the runs that ``notebooks/runs.toml`` lists, without those that are made only by name.

    Raises
    ------
    ParameterError
        If the file cannot be read as a list of runs.
    """
    entries = [entry for entry in _listed(project).run if not entry.by_name]
    return list(dict.fromkeys(run for entry in entries for run in _of_entry(project, entry, edition)))


def by_name(project: Project, name: str, edition: str | None = None) -> list[Run]:
    """Return the runs of a notebook that was named without parameters: those listed by name, else its default.

    Raises
    ------
    ParameterError, UnknownName
        As :func:`matrix` and :func:`everything`.
    """
    listed = [entry for entry in _listed(project).run if entry.by_name and entry.notebook == name]
    found = [run for entry in listed for run in _of_entry(project, entry, edition)]
    return list(dict.fromkeys(found)) or matrix(project, name, {}, edition)


def _of_entry(project: Project, entry: _Entry, edition: str | None) -> list[Run]:
    values = {}
    declared = notebook.declared(notebook.read(notebook.path(project, entry.notebook)), entry.notebook)
    for key, value in entry.parameters.items():
        # A list is one run for each value; for a parameter that takes a list, only a list of lists is.
        several = isinstance(value, list) and any(isinstance(item, list) for item in value)
        is_one_list = key in declared and parameters.takes_list(declared[key]) and not several
        values[key] = [value] if is_one_list or not isinstance(value, list) else value
    return matrix(project, entry.notebook, values, edition)


def front(project: Project) -> Front:
    """Return what the front page begins with, as ``notebooks/runs.toml`` says it.

    Raises
    ------
    ParameterError
        As :func:`everything`.
    """
    return _listed(project).front


def _listed(project: Project) -> _Listed:
    try:
        return msgspec.convert(tomllib.loads(project.runs.read_text(encoding="utf-8")), _Listed)
    except (OSError, ValueError, RecursionError) as error:  # ValidationError is a ValueError
        what = f"is not a list of [[run]] tables ({error})"
        raise ParameterError(project.shown(project.runs), what, "Correct it") from error
