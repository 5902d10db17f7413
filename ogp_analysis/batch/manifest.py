"""What is to be run: one notebook with one set of parameters is one run."""

from __future__ import annotations

import itertools
import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cached_property

from ogp_analysis import fingerprint
from ogp_analysis.batch import notebook, parameters
from ogp_analysis.errors import ParameterError
from ogp_analysis.paths import Project

#: The readable part of a folder's name is never longer than this.
SLUG_LENGTH = 60


@dataclass(frozen=True)
class Run:
    """One notebook with one set of canonical parameters.

    Attributes
    ----------
    notebook : str
        Name of the notebook, without suffix.
    items : tuple of (str, object)
        Every parameter the notebook declares, sorted by name.
    """

    notebook: str
    items: tuple

    @property
    def parameters(self) -> dict:
        """The parameters as papermill takes them."""
        return dict(self.items)

    @cached_property
    def slug(self) -> str:
        """Name of the run's folder: safe text, then 8 digits of the hash of all parameters.

        It depends on what was asked only, so a report keeps its address when data or code change.
        """
        digits = fingerprint.of_value([self.notebook, self.parameters])[:8]
        text = "-".join(str(value) for _, value in self.items if value is not None)
        text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
        safe = re.sub(r"[^A-Za-z0-9]+", "-", text).strip("-")[:SLUG_LENGTH].strip("-")
        return f"{safe}-{digits}" if safe else digits

    @property
    def name(self) -> str:
        """How a person calls it: ``country_profile MEX 2000 2023 en``."""
        return " ".join([self.notebook, *(str(value) for _, value in self.items if value is not None)])


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
        The edition, if the notebook has that parameter.

    Raises
    ------
    ParameterError, UnknownName
        If the notebook or a parameter is not as declared.
    """
    declared = notebook.declared(notebook.read(notebook.path(project, name)), name)
    if edition and "edition" in declared:
        values = {**values, "edition": [edition]}
    combinations = itertools.product(*([(key, value) for value in options] for key, options in values.items()))
    runs = [Run(name, tuple(parameters.checked(declared, dict(c), name).items())) for c in combinations]
    return list(dict.fromkeys(runs))


def everything(project: Project, edition: str | None = None, only: set[str] | None = None) -> list[Run]:
    """Return the runs that ``notebooks/runs.toml`` lists.

    Raises
    ------
    ParameterError
        If the file cannot be read as a list of runs.
    """
    try:
        entries = tomllib.loads(project.runs.read_text(encoding="utf-8"))["run"]
    except (tomllib.TOMLDecodeError, KeyError) as error:
        raise ParameterError(
            project.shown(project.runs), f"is not a list of [[run]] tables ({error})", "Correct it"
        ) from error
    runs = []
    for entry in entries:
        if only is None or entry["notebook"] in only:
            values = {k: v if isinstance(v, list) else [v] for k, v in entry.get("parameters", {}).items()}
            runs += matrix(project, entry["notebook"], values, edition)
    return list(dict.fromkeys(runs))
