"""Where the project is. The only module that knows the name of a folder."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from ogp_analysis.base.errors import ProjectNotFound

HOME_VARIABLE = "OGP_ANALYSIS_HOME"
MIRROR_VARIABLE = "OGP_ANALYSIS_MIRROR"
_MARKER = Path("notebooks") / "runs.toml"


@dataclass(frozen=True)
class Project:
    """The folders of one checkout.

    Attributes
    ----------
    root : pathlib.Path
        The folder that holds ``notebooks/`` and ``data/``.
    """

    root: Path

    @property
    def raw(self) -> Path:
        """Folder of the files as they were given to us, with their sidecars."""
        return self.root / "data" / "raw"

    @property
    def processed(self) -> Path:
        """Folder of the clean tables; everything in it can be built again."""
        return self.root / "data" / "processed"

    @property
    def notebooks(self) -> Path:
        """Folder of the notebooks and of ``runs.toml``."""
        return self.root / "notebooks"

    @property
    def runs(self) -> Path:
        """The list of what is run with which parameters."""
        return self.root / _MARKER

    @property
    def reports(self) -> Path:
        """Folder of the published reports."""
        return self.root / "reports"

    @property
    def codebook(self) -> Path:
        """Folder of the pages on datasets and indicators."""
        return self.root / "docs" / "codebook"

    @property
    def readme(self) -> Path:
        """The first page of the repository."""
        return self.root / "README.md"

    @property
    def citation(self) -> Path:
        """The citation file of the software."""
        return self.root / "CITATION.cff"

    def shown(self, path: Path) -> str:
        """Return `path` as a user of this project would name it: relative to the root, with ``/``."""
        path = Path(path)
        return path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else str(path)


def project() -> Project:
    """Find the project.

    Looked for in this order: the folder named by ``OGP_ANALYSIS_HOME``; the working directory and
    the folders above it; the checkout this package was installed from.

    Raises
    ------
    ProjectNotFound
        If none of them is a checkout, or ``OGP_ANALYSIS_HOME`` is not one.
    """
    named = os.environ.get(HOME_VARIABLE)
    if named:
        return _named(Path(named).expanduser())
    here = Path.cwd()
    for folder in (here, *here.parents, Path(__file__).resolve().parents[2]):
        if (folder / _MARKER).is_file():
            return Project(folder.resolve())
    raise ProjectNotFound(
        str(here),
        "neither this folder nor one above it is a checkout of the project",
        f"Work inside a clone, or set {HOME_VARIABLE} to one",
    )


def _named(folder: Path) -> Project:
    if (folder / _MARKER).is_file():
        return Project(folder.resolve())
    raise ProjectNotFound(
        HOME_VARIABLE,
        f"{folder} is not a checkout of the project (it has no {_MARKER.as_posix()})",
        "Set it to the folder of a clone, or unset it",
    )


def mirror() -> Path | None:
    """Return the folder that ``OGP_ANALYSIS_MIRROR`` names, or None if it is not set."""
    named = os.environ.get(MIRROR_VARIABLE)
    return Path(named).expanduser() if named else None
