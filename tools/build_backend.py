"""How the package is built: from the files that git tracks, copied to a folder of their own, never from the checkout.

A checkout holds more than the project: raw files under terms that forbid passing them on, tables, reports, notebooks
that somebody tries, modules of an older build. None of it can slip into a package that never sees it. A source
distribution carries the list of its files, and is built from that list.

An editable install points at the checkout, where everything lies in its place; setuptools makes it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from setuptools import build_meta
from setuptools.build_meta import build_editable, get_requires_for_build_editable, prepare_metadata_for_build_editable

__all__ = [
    "build_editable",
    "build_sdist",
    "build_wheel",
    "get_requires_for_build_editable",
    "prepare_metadata_for_build_editable",
]

#: The list of its files that a source distribution carries.
LIST = "tracked-files.txt"
#: Folder of the package that holds what an installed one reads; `ogp_analysis.base.paths` looks there.
PACKAGED = Path("ogp_analysis") / "packaged"
#: What it holds, by first folders or name.
_READ = ("data/raw/", "notebooks/", "CITATION.cff", "CORRECTIONS.md")


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None) -> str:
    """Build a wheel with the package, the sidecars and extracts, and the notebooks."""
    target = str(Path(wheel_directory).resolve())
    with _copied() as names:
        for name in names:
            if name.startswith(_READ):
                _copy(Path(name), PACKAGED / name)
        return build_meta.build_wheel(target, config_settings)


def build_sdist(sdist_directory, config_settings=None) -> str:
    """Build a source distribution with every tracked file and the list of them."""
    target = str(Path(sdist_directory).resolve())
    with _copied() as names:
        Path(LIST).write_text("".join(f"{name}\n" for name in names), encoding="utf-8")
        Path("MANIFEST.in").write_text("graft .\n", encoding="utf-8")
        return build_meta.build_sdist(target, config_settings)


@contextmanager
def _copied() -> Iterator[list[str]]:
    """Work in a copy of the tracked files; yield their names."""
    checkout = Path.cwd()
    names = tracked(checkout)
    with tempfile.TemporaryDirectory(prefix="ogp-analysis-build-") as folder:
        for name in names:
            _copy(checkout / name, Path(folder, name))
        os.chdir(folder)
        try:
            yield names
        finally:
            os.chdir(checkout)


def tracked(checkout: Path) -> list[str]:
    """Return the names of the files of the project that are there, sorted: as git knows them, else as the list does."""
    if (checkout / ".git").exists():
        names = _listed_by_git(checkout)
    elif (checkout / LIST).is_file() and (checkout / "PKG-INFO").is_file():
        names = (checkout / LIST).read_text(encoding="utf-8").splitlines()
    else:
        raise SystemExit(
            f"{checkout}: is neither a clone nor an unpacked source distribution, so which files belong to the project "
            "is not known. Clone the repository with git, or install it editable: pip install -e ."
        )
    return sorted(name for name in names if (checkout / name).is_file())


def _listed_by_git(checkout: Path) -> list[str]:
    # A hook of git sets variables that would lead to another repository or index.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        told = subprocess.run(["git", "ls-files", "-z"], cwd=checkout, env=environment, capture_output=True, text=True)
    except OSError as error:
        raise SystemExit(f"{checkout}: git cannot be run ({error.strerror}). Install git, then try again.") from None
    if told.returncode:
        raise SystemExit(f"{checkout}: git does not list its files ({told.stderr.strip()}). Mend that, then try again.")
    return [name for name in told.stdout.split("\0") if name]


def _copy(file: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(file, target)
