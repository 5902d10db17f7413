"""Which clean tables no longer rest on what is here now, and in words why. Light: only hashes are read."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ogp_analysis.base.paths import Project
from ogp_analysis.store import shelf, state
from ogp_analysis.tidy.catalog import DATASETS


def stale(project: Project, edition: str) -> dict[str, list[str]]:
    """Return why the tables of each dataset that can be built are to be built again; nothing for current ones.

    Parameters
    ----------
    project : Project
    edition : {"embedded", "full"}

    Returns
    -------
    dict of str to list of str
        Reasons by dataset, sorted; a dataset whose raw files are not here is left out.
    """
    inputs = {name: state.places(project, name, edition) for name in sorted(DATASETS)}
    return {name: _reasons(project, edition, name, here) for name, here in inputs.items() if here}


def build(project: Project, editions: Iterable[str], progress: Callable[[str, str], None], jobs: int = 1) -> None:
    """Build the tables that are stale, `jobs` datasets side by side; nothing heavy is imported if there is none."""
    for edition in sorted(set(editions)):
        names = [name for name, reasons in stale(project, edition).items() if reasons]
        if names:
            from ogp_analysis.store.build import build as build_tables

            build_tables(names, edition, project, progress, jobs)


def _reasons(project: Project, edition: str, name: str, inputs) -> list[str]:
    there = shelf.package(project, edition, name)
    if there is None:
        return ["they have not been built"]
    old, new = there.get("built_from", {}), state.rests_on(project, name, inputs)
    if old == new:
        return []
    found = ["the code that makes them changed"] if old.get("code") != new["code"] else []
    for part, word in (("versions", ""), ("sources", "sidecar of "), ("files", "raw file ")):
        before, now = old.get(part, {}), new[part]
        for one in sorted({*before, *now}):
            if before.get(one) != now.get(one):
                found.append(_change(word, one, before.get(one), now.get(one)))
    return found


def _change(word: str, name: str, old: str | None, new: str | None) -> str:
    if not word:
        return f"{name} is {new or 'not used any more'}, was {old or 'not used'}"
    return f"{word}{name} {'changed' if old and new else 'is new' if new else 'is gone'}"
