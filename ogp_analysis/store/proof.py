"""Whether clean tables are what their raw files give: they are made again beside the shelf, and compared."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from ogp_analysis.base import kept
from ogp_analysis.base.paths import Project
from ogp_analysis.base.scratch import Scratch
from ogp_analysis.store import shelf, state


def unlike_raw(project: Project, tables: Iterable[str]) -> str:
    """Return the first clean table that is not what its raw files give here, or an empty text.

    A description beside a table can be changed with it, and neither is in the repository. So each dataset is made
    again, once for a process. Tables that a user cleaned from other files have no raw files here, and are passed over.

    Parameters
    ----------
    project : Project
    tables : iterable of str
        ``edition/dataset/table``.

    Raises
    ------
    OgpAnalysisError
        If a raw file is not what its sidecar says, or cleaning it fails.
    """
    places = sorted({tuple(table.split("/")[:2]) for table in tables})
    return next((found for place in places if (found := _unlike(project, *place))), "")


@cache
def _unlike(project: Project, edition: str, dataset: str) -> str:
    from ogp_analysis.store.making import make

    inputs = state.places(project, dataset, edition)
    there = shelf.package(project, edition, dataset)
    if not inputs or there is None:
        return ""
    with Scratch() as scratch:
        beside = Project(Path(scratch), behind=project)
        make(beside, dataset, edition, inputs)
        made = shelf.package(beside, edition, dataset)
        files = [*made["resources"], made["record"], made["account"]]
        for file in files:
            name = f"{edition}/{dataset}/{file['path']}"
            try:
                same = kept.sha256(project.processed, name) == shelf.sha256(file)
            except (OSError, kept.NotKept):
                same = False
            if not same:
                old, new = (shelf.folder(one, edition, dataset) / file["path"] for one in (project, beside))
                return f"{name}: it is not what the raw files give here{_where(old, new)}"
    return "" if there == made else f"{edition}/{dataset}/{shelf.PACKAGE}: it is not what the raw files give here"


def _where(old: Path, new: Path) -> str:
    """Return in which column, and how many rows, a clean table differs from the same made again."""
    try:
        was, made = shelf.take(old), shelf.take(new)
    except (OSError, ValueError):
        return ""
    if list(was.columns) != list(made.columns) or len(was) != len(made):
        return f" ({len(made)} rows)"
    for name in made.columns:
        one, other = was[name].astype("string"), made[name].astype("string")
        differs = (one.fillna("\0") != other.fillna("\0")).to_numpy(bool)
        if differs.any():
            return f" ({name} differs in {int(differs.sum())} of {len(made)} rows)"
    return ""
