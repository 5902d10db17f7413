"""The files beside the folders of the reports: the front page, the explorer, the corrections, and their RO-Crate.

Each file is written again when its content would change; hashes of its inputs show that before it is made.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from ogp_analysis.base import fingerprint, kept
from ogp_analysis.base.errors import OgpAnalysisError
from ogp_analysis.base.indicators import indicators
from ogp_analysis.base.paths import HOME_VARIABLE, Project
from ogp_analysis.base.paths import project as this_project
from ogp_analysis.data.store import shelf
from ogp_analysis.publishing import citation
from ogp_analysis.publishing.runs import manifest, run_record
from ogp_analysis.publishing.runs.publish import STATE, staging, writing

if TYPE_CHECKING:
    from ogp_analysis.publishing.engine.run import Request
    from ogp_analysis.publishing.pages.drawing import Drawing

_LIST, _EXPLORER, _CRATE = "index.html", "explore.html", "ro-crate-metadata.json"
_CORRECTIONS = "corrections.html"
_PAGES = (_LIST, _EXPLORER, _CORRECTIONS, _CRATE)
#: The notebook whose reports the explorer leads to: without one it is not made.
_PROFILES = "country_profile"
_EDITION = "embedded"
#: The notebook whose map of the world the front page shows, and that map.
_WORLD, _MAP = "civic_space_overview", "map"
#: First year the explorer shows, that of the longest of the embedded series.
_FIRST = 1996


class _Resource(Struct):
    path: str
    title: str


class _Software(Struct):
    title: str
    version: str
    path: str = ""


class _Source(Struct):
    name: str
    title: str
    version: str = ""
    path: str = ""
    publisher: str = ""
    licence: str = ""
    citation: str = ""


class _Package(Struct):
    """What a crate takes from the data package of a report."""

    resources: list[_Resource]
    software: _Software
    sources: list[_Source] = []
    homepage: str = ""


def is_current(project: Project, published: dict[tuple[str, str], dict]) -> bool:
    """Return whether the pages on the disk are those that would be written now.

    Parameters
    ----------
    project : Project
    published : dict
        The record of every published folder, by notebook and slug.
    """
    return _written(project) == _wanted(project, published)


def _wanted(project: Project, published: dict[tuple[str, str], dict]) -> dict[str, dict | None]:
    """Return what each file that stands above the reports rests on."""
    explored, reports = _explored(project, {notebook for notebook, _ in published}), _reports(published)
    shared = {"package": fingerprint.of_tree(), "explored": explored is not None}
    front = {
        "entries": fingerprint.of_value(_entries(project, reports)),
        **shared,
    }
    corrected = {
        "text": fingerprint.of_file(project.corrections) if project.corrections.is_file() else "",
        "package": shared["package"],
    }
    return {
        _LIST: front,
        _EXPLORER: explored,
        _CORRECTIONS: corrected,
        _CRATE: {
            "entries": fingerprint.of_value([run_record.version(record) for record in reports]),
            # The crate has the hashes of the pages beside it.
            "pages": fingerprint.of_value([front, explored, corrected]),
            "citation": fingerprint.of_file(project.citation) if project.citation.is_file() else "",
            "site": citation.site_url(project),
            **shared,
        },
    }


def ahead(project: Project, notebooks: Iterable[str]) -> Request | None:
    """Return the request to make the explorer while reports of some notebooks are made; None if it stays as it is.

    The processes of runs have imported already what it takes, and need not wait until all runs have ended. To be
    called, and the request met, under the lock of the reports.
    """
    wanted, here = _explored(project, notebooks), _written(project)[_EXPLORER]
    if _PROFILES not in notebooks or (wanted is not None and wanted == here):
        return None
    return {
        "id": _EXPLORER,
        "input": "",
        "output": str(staging(project) / _EXPLORER),
        "cwd": str(project.root),
        "env": {HOME_VARIABLE: str(project.root)},
        "after": f"{__name__}:{explore.__name__}",
    }


def explore(request: Request) -> dict | None:
    """Make the explorer that :func:`ahead` asks for, and return what it rests on; None if there is nothing to show."""
    basis = _explored(this_project(), [_PROFILES])
    if basis is not None:
        Path(request["output"]).write_bytes(_explorer())
    return basis


def write(project: Project, explored: dict | None = None) -> Path:
    """Write the pages from the records of what is published, and return the path of the front page.

    To be called under the lock of the reports.

    Parameters
    ----------
    project : Project
    explored : dict or None
        What the explorer rests on that was made :func:`ahead`, if it was; it is made again if that is not so any more.

    Raises
    ------
    ReportError
        If they cannot be written.
    """
    published, before = run_record.published(project), _written(project)
    wanted = _wanted(project, published)
    if before == wanted:
        return path(project)
    made = {}
    if before[_LIST] != wanted[_LIST]:
        from ogp_analysis.publishing.pages.site import site

        entries = _entries(project, _reports(published))
        made[_LIST] = site(entries, explored=wanted[_EXPLORER] is not None, maps=_maps(project, published))
    if before[_CORRECTIONS] != wanted[_CORRECTIONS]:
        from ogp_analysis.publishing.pages.corrections import corrections

        text = project.corrections.read_text(encoding="utf-8") if project.corrections.is_file() else ""
        made[_CORRECTIONS] = corrections(text)
    if wanted[_EXPLORER] not in (None, before[_EXPLORER]):
        was_made = explored == wanted[_EXPLORER]
        made[_EXPLORER] = (staging(project) / _EXPLORER).read_bytes() if was_made else _explorer()
    if wanted[_CRATE] != before[_CRATE]:
        shown = {_LIST: "front", _CORRECTIONS: "corrections"}
        shown |= {} if wanted[_EXPLORER] is None else {_EXPLORER: "explorer"}
        contents = {name: made[name] if name in made else kept.content(project.reports, name) for name in shown}
        files = run_record.files(contents)
        made[_CRATE] = _crate(project, published, {name: (what, files[name]) for name, what in shown.items()})
    with writing(project.reports):
        for name, content in made.items():
            kept.replace(project.reports / name, content)
        if wanted[_EXPLORER] is None:
            (project.reports / _EXPLORER).unlink(missing_ok=True)
        state = {name: [basis, _hash(project, name)] for name, basis in wanted.items()}
        kept.replace(project.reports / STATE, json.dumps(state, sort_keys=True).encode())
    return path(project)


def path(project: Project) -> Path:
    """Return where the front page is."""
    return project.reports / _LIST


def _written(project: Project) -> dict[str, dict | None]:
    """Return what the pages on the disk were written from; None for a page that is not there as it was written."""
    try:
        state = kept.loaded(project.reports, STATE, dict)
        pages = {name: state[name] for name in _PAGES}
        return {name: basis if _hash(project, name) == digest else None for name, (basis, digest) in pages.items()}
    except (OSError, ValueError, KeyError, TypeError):
        return dict.fromkeys(_PAGES)


def _hash(project: Project, name: str) -> str | None:
    return kept.sha256(project.reports, name) if (project.reports / name).is_file() else None


def _explored(project: Project, notebooks: Iterable[str]) -> dict | None:
    """Return what the explorer rests on; None if it has nothing to lead to, or no table of its measures is built."""
    if _PROFILES not in notebooks:
        return None
    datasets = sorted({one.dataset for one in indicators() if one.redistribute})
    packages = {name: shelf.package(project, _EDITION, name) for name in datasets}
    held = {name: [shelf.sha256(r) for r in package["resources"]] for name, package in packages.items() if package}
    if not held:
        return None
    return {
        "tables": fingerprint.of_value(held),
        "package": fingerprint.of_tree(),
    }


def _crate(project: Project, published: dict[tuple[str, str], dict], pages: dict[str, tuple[str, dict]]) -> bytes:
    """Return the crate of what is published, and of the pages beside it: what each shows, its hash and its size."""
    from ogp_analysis.publishing.pages.crate import crate

    reports = []
    for record in _reports(published):
        path, packages = f"{record['notebook']}/{record['slug']}", dict.fromkeys(record["about"])
        for spoken in packages:
            # A file that was changed by hand, or that an older version wrote, says nothing of the sources.
            with contextlib.suppress(ValueError, OSError, LookupError):
                content, fault = run_record.content(project.reports / path, record, f"{spoken}/datapackage.json")
                packages[spoken] = None if fault else kept.decoded(content, _Package)
        python = record[run_record.CLOCK]["python"].rpartition(".")[0]
        titles = {spoken: about["title"] for spoken, about in record["about"].items()}
        own = {name: record[name] for name in ("id", "notebook", "parameters", "files")}
        reports.append({**own, "path": path, "python": python, "code": record["rests_on"]["notebook"],
                        "record": run_record.version(record), "titles": titles, "packages": packages})  # fmt: skip
    return crate(reports, citation.citation_file(project.citation), pages, citation.site_url(project))


def _reports(published: dict[tuple[str, str], dict]) -> list[dict]:
    """Return the records of those folders that hold a report."""
    return [record for record in published.values() if record["about"]]


def _explorer() -> bytes:
    """Return the explorer, with every measure of the edition that the repository holds."""
    from ogp_analysis.civic_space.other_measures import CORE_INDICES, OTHER_MEASURES
    from ogp_analysis.civic_space.panel import panel
    from ogp_analysis.publishing.pages.explorer import explorer

    last = max(one.last_year for one in indicators() if one.redistribute)
    return explorer(panel([*CORE_INDICES, *OTHER_MEASURES], _FIRST, last, edition=_EDITION))


def _maps(project: Project, published: dict[tuple[str, str], dict]) -> dict[str, tuple[dict, Drawing]]:
    """Return, by language, the report that has the map of the world, and the map; what cannot be read is left out."""
    maps: dict[str, tuple[dict, Drawing]] = {}
    for entry in sorted(_entries(project, _reports(published)), key=lambda one: (one["place"], one["slug"])):
        asked, notebook, language = entry["parameters"], entry["notebook"], entry["language"]
        if notebook != _WORLD or language in maps or asked.get("region") != "world":
            continue
        from ogp_analysis.publishing.pages import carried  # with pandas, of which a list without a map has no need

        # The folder may have been changed by hand: whatever is not a report's notebook has no map.
        with contextlib.suppress(OgpAnalysisError, ValueError, OSError, LookupError, TypeError, AttributeError):
            executed = kept.loaded(project.reports / Path(entry["path"]).parent, run_record.NOTEBOOK, dict)
            maps[language] = (entry, carried.read(executed, language).figures[_MAP])
    return maps


def _entries(project: Project, reports: list[dict]) -> list[dict]:
    """Return what the front page is told of each report, with the place of its run in ``runs.toml``; others follow."""
    places: dict[str, int] = {}
    with contextlib.suppress(OgpAnalysisError):  # a list that cannot be read keeps no report from being listed
        places = {run.place: number for number, run in enumerate(manifest.everything(project))}
    entries = [_entry(record, language) for record in reports for language in record["about"]]
    return [one | {"place": places.get(f"{one['notebook']}/{one['slug']}", len(places))} for one in entries]


def _entry(record: dict, language: str) -> dict:
    return {
        **record["about"][language],
        "notebook": record["notebook"],
        "slug": record["slug"],
        "id": record["id"],
        "parameters": record["parameters"],
        "path": f"{record['notebook']}/{record['slug']}/{language}/index.html",
    }
