"""Writing the codebook, and saying which of its pages are out of date."""

from __future__ import annotations

from collections.abc import Sequence

from ogp_analysis.base import kept
from ogp_analysis.base.paths import Project
from ogp_analysis.tidy.codebook.pages import pages

CURRENT, ABSENT, STALE, LEFT_OVER = "current", "is not there", "is out of date", "is about no dataset"


def states(project: Project, names: Sequence[str] = ()) -> dict[str, str]:
    """Return how each page stands: :data:`CURRENT`, :data:`ABSENT`, :data:`STALE` or :data:`LEFT_OVER`.

    Parameters
    ----------
    project : Project
        The checkout.
    names : sequence of str
        Datasets whose pages are looked at, with the index and the page of the indicators; all by default.

    Raises
    ------
    UnknownName
        If no dataset has one of the names.
    """
    return _compared(project, names)[1]


def write(project: Project, names: Sequence[str] = ()) -> dict[str, str]:
    """Write the pages that are not current, take away those that are about no dataset; return how each stood.

    Parameters and errors are those of :func:`states`.
    """
    wanted, before = _compared(project, names)
    project.codebook.mkdir(parents=True, exist_ok=True)
    for name, state in before.items():
        if state == LEFT_OVER:
            (project.codebook / name).unlink()
        elif state != CURRENT:
            kept.replace(project.codebook / name, wanted[name].encode())
    return before


def _compared(project: Project, names: Sequence[str]) -> tuple[dict[str, str], dict[str, str]]:
    """Return the pages that are wanted with their texts, and how each page stands."""
    wanted = pages(project.sidecars, names)
    found = {}
    for name, text in wanted.items():
        file = project.codebook / name
        found[name] = ABSENT if not file.is_file() else CURRENT if file.read_bytes() == text.encode() else STALE
    there = set() if names else {path.name for path in project.codebook.glob("*.md")}
    return wanted, found | dict.fromkeys(sorted(there - wanted.keys()), LEFT_OVER)
