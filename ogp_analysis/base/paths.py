"""Where the project is. The only module that knows the name of a folder."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from ogp_analysis.base.errors import ProjectNotFound

HOME_VARIABLE = "OGP_ANALYSIS_HOME"
MIRROR_VARIABLE = "OGP_ANALYSIS_MIRROR"
#: How names of tables of a user's own files begin, and ids of the indicators in them.
OWN = "own_"
_MARKER = Path("notebooks") / "runs.toml"
#: What an installed package brings along, laid out like a checkout; `tools/build_backend.py` puts it there.
_PACKAGED = Path(__file__).resolve().parents[1] / "packaged"
_INSTALLED_FROM = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Project:
    """The folders of one checkout; or, of an installed package, those it reads and those it writes.

    Attributes
    ----------
    root : pathlib.Path
        The folder that holds ``notebooks/`` and ``data/``. Everything that is written is below it.
    packaged : pathlib.Path or None
        Of an installed package, what came with it, never written; a checkout has it all in `root`.
    behind : Project or None
        Of a folder in which files are tried out before they are taken in, the project that would take them: what is not
        in the folder is read there.
    """

    root: Path
    packaged: Path | None = None
    behind: Project | None = None

    @property
    def given(self) -> Path:
        """Folder of what belongs to the project: sidecars, extracts, notebooks."""
        return self.behind.given if self.behind else self.packaged or self.root

    @property
    def sidecars(self) -> Path:
        """Folder of the sidecars, by source and version."""
        return self.given / "data" / "raw"

    @property
    def raw(self) -> Path:
        """Folder of the files as they were given to us; of a checkout, with their sidecars."""
        return self.root / "data" / "raw"

    def files_of(self, source: str, version: str) -> Path:
        """Return the folder, laid out like ``data/raw``, that holds the files of a version: fetched, or given."""
        if (self.raw / source / version).is_dir():
            return self.raw
        return self.behind.files_of(source, version) if self.behind else self.sidecars

    def sidecars_of(self, source: str, version: str) -> Path:
        """Return the folder, laid out like ``data/raw``, that holds the sidecar of a version: given, or added."""
        own = self.behind is not None and (self.raw / source / version / "source.toml").is_file()
        if not own and (self.sidecars / source / version / "source.toml").is_file():
            return self.sidecars
        return self.behind.raw if self.behind and not (self.raw / source / version).is_dir() else self.raw

    def places_of(self, item) -> tuple[Path, Path]:
        """Return the two folders, laid out like ``data/raw``, that hold the files of an input, and its sidecar."""
        return self.files_of(item.source, item.version), self.sidecars_of(item.source, item.version)

    @property
    def processed(self) -> Path:
        """Folder of the clean tables; everything in it can be built again."""
        return self.root / "data" / "processed"

    @property
    def own(self) -> Path:
        """Folder of the tables of a user's own files, of which nothing can be built again without these files."""
        return self.processed / "own"

    @property
    def notebooks(self) -> Path:
        """Folder of the notebooks and of ``runs.toml``."""
        return self.given / "notebooks"

    @property
    def lab(self) -> Path:
        """Folder of the notebooks to work on: a copy, and what its user adds."""
        return self.root / "lab"

    @property
    def runs(self) -> Path:
        """The list of what is run with which parameters."""
        return self.given / _MARKER

    @property
    def reports(self) -> Path:
        """Folder of the published reports."""
        return self.root / "reports"

    @property
    def codebook(self) -> Path:
        """Folder of the pages on datasets and indicators."""
        return self.root / "docs" / "codebook"

    @property
    def corrections(self) -> Path:
        """What was corrected and withdrawn, and how to ask for a correction."""
        return self.given / "CORRECTIONS.md"

    @property
    def citation(self) -> Path:
        """The citation file of the software."""
        return self.given / "CITATION.cff"

    def shown(self, path: Path) -> str:
        """Return `path` as a user of this project would name it: relative to the root, with ``/``."""
        path = Path(path)
        above = next((folder for folder in (self.root, self.given) if path.is_relative_to(folder)), None)
        return path.relative_to(above).as_posix() if above else str(path)


def project() -> Project:
    """Find the project.

    Looked for in this order: the folder named by ``OGP_ANALYSIS_HOME``; the working directory and
    the folders above it; the checkout this package was installed from; what came with the package.
    In the last case, or if ``OGP_ANALYSIS_HOME`` is not a checkout, what came with the package is read,
    and everything is written below that folder, by default the user's folder for data. A folder that
    is not there yet is made, and named on the standard error.

    Raises
    ------
    ProjectNotFound
        If none of them is there, or the folder to write to cannot be made.
    """
    named = os.environ.get(HOME_VARIABLE)
    home = Path(named).expanduser() if named else None
    for folder in (home,) if home else (Path.cwd(), *Path.cwd().parents, _INSTALLED_FROM):
        if (folder / _MARKER).is_file():
            return Project(folder.resolve())
    if (_PACKAGED / _MARKER).is_file():
        from platformdirs import user_data_path

        home = (home or user_data_path("ogp_analysis", appauthor=False)).resolve()
        if not home.is_dir():
            try:
                home.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                what = f"cannot be made into the folder that tables and reports are written to ({error.strerror})"
                action = f"Set {HOME_VARIABLE} to a folder that you may write to"
                raise ProjectNotFound(str(home), what, action) from error
            told = f"Tables, reports and fetched files are written below {home}"
            print(f"{told}; {HOME_VARIABLE} can name another folder.", file=sys.stderr)
        return Project(home, _PACKAGED)
    if home:
        what = f"{home} is not a checkout of the project (it has no {_MARKER.as_posix()})"
        raise ProjectNotFound(HOME_VARIABLE, what, "Set it to the folder of a clone, or unset it")
    what = "neither this folder nor one above it is a checkout of the project"
    raise ProjectNotFound(str(Path.cwd()), what, f"Work inside a clone, or set {HOME_VARIABLE} to one")


def checkout() -> Project:
    """Find the project where what belongs to it can be written.

    Raises
    ------
    ProjectNotFound
        If it is not a checkout.
    """
    found = project()
    if found.packaged:
        what = "came with the installed package, and is not written to"
        raise ProjectNotFound(str(found.packaged), what, f"Work inside a clone, or set {HOME_VARIABLE} to one")
    return found


def mirror() -> Path | None:
    """Return the folder that ``OGP_ANALYSIS_MIRROR`` names, or None if it is not set."""
    named = os.environ.get(MIRROR_VARIABLE)
    return Path(named).expanduser() if named else None


def is_own(name: str) -> bool:
    """Return whether a name is that of tables, or of an indicator, of a user's own files."""
    return name.startswith(OWN) and name.isidentifier()


def is_there(path: Path) -> bool:
    """Return whether something is at a path that somebody typed; of a name that no file can have, that it is not."""
    try:
        path.stat()
    except (OSError, ValueError):
        return False
    return True
