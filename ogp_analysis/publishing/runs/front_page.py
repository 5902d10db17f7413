"""The files beside the folders of the reports: the front page, the explorer, the corrections, and their RO-Crate.

Each file is written again when its content would change; hashes of its inputs show that before it is made.
"""

from __future__ import annotations

import contextlib
import contextvars
import json
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, to_builtins

from ogp_analysis.base import fingerprint, kept
from ogp_analysis.base.errors import OgpAnalysisError
from ogp_analysis.base.indicators import indicators, own
from ogp_analysis.base.paths import Project
from ogp_analysis.base.words.catalogue import use_language, word
from ogp_analysis.data.store import shelf
from ogp_analysis.publishing import citation
from ogp_analysis.publishing.pages.origin import country_of
from ogp_analysis.publishing.runs import manifest, run_record
from ogp_analysis.publishing.runs.publish import STATE, writing

if TYPE_CHECKING:
    from ogp_analysis.publishing.pages.drawing import Drawing

_LIST, _EXPLORER, _CRATE = "index.html", "explore.html", "ro-crate-metadata.json"
_CORRECTIONS = "corrections.html"
#: What each page shows, as the crate says it.
_SHOWN = {_LIST: "front", _CORRECTIONS: "corrections", _EXPLORER: "explorer"}
#: What is written together, by the first of it.
_PAGES = {_EXPLORER: [_EXPLORER], _LIST: [_LIST, _CORRECTIONS, _CRATE]}
_EDITION = "embedded"
#: First year the explorer shows, that of the longest of the embedded series.
_FIRST = 1996


class _Number(Struct):
    """What a row takes from the numbers of a report."""

    written: str


class _Package(Struct):
    """What a crate takes from the data package of a report."""

    resources: list[dict]
    software: dict[str, str]
    sources: list[dict[str, str]] = []
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


def _wanted(project: Project, published: dict[tuple[str, str], dict]) -> dict[str, object]:
    """Return what the explorer rests on, None if there is none to be, and the hash of what the others rest on."""
    front, reports = _front(project), _reports(published)
    explored = _explored(project) if front.profiles in {notebook for notebook, _ in published} else None
    files = [fingerprint.of_file(file) if file.is_file() else "" for file in (project.corrections, project.citation)]
    versions = [run_record.version(record) for record in reports]
    begun = [to_builtins(front), citation.site_url(project)]
    rest = [_entries(project, reports), versions, explored, begun, files, fingerprint.of_tree()]
    return {_EXPLORER: explored, _LIST: fingerprint.of_value(rest)}


def write(project: Project) -> Path:
    """Write the pages from the records of what is published, and return the path of the front page.

    To be called under the lock of the reports.

    Parameters
    ----------
    project : Project

    Raises
    ------
    ReportError
        If they cannot be written.
    """
    published, before = run_record.published(project), _written(project)
    wanted = _wanted(project, published)
    if before == wanted:
        return path(project)
    from ogp_analysis.publishing.pages.corrections import corrections
    from ogp_analysis.publishing.pages.search import printed
    from ogp_analysis.publishing.pages.site import site

    reports, is_explored = _reports(published), wanted[_EXPLORER] is not None
    text = project.corrections.read_text(encoding="utf-8") if project.corrections.is_file() else ""
    entries, front = _entries(project, reports), _front(project)
    for entry in entries:
        entry["record"] = published[entry["notebook"], entry["slug"]]
        entry |= {
            "printed": _read(project, entry, run_record.NOTEBOOK, printed),
            "countries": _countries(entry, front.countries),
        }
    drawn = {"drawn": partial(_drawn, project), "pictures": front.pictures, "maps": _maps(project, entries, front.map)}
    listed = site(entries, front.words, front.findings, is_explored, rows=_rows(project, entries, front), **drawn)
    pages = {_LIST: listed, _CORRECTIONS: corrections(text)}
    if is_explored and wanted[_EXPLORER] == before[_EXPLORER]:
        pages[_EXPLORER] = kept.content(project.reports, _EXPLORER)
    elif is_explored:
        pages[_EXPLORER] = _explorer()
    files = run_record.files(pages)
    shown = {name: (what, files[name]) for name, what in _SHOWN.items() if name in files}
    pages[_CRATE] = _crate(project, published, shown)
    with writing(project.reports):
        for name, content in pages.items():
            kept.replace(project.reports / name, content)
        if not is_explored:
            (project.reports / _EXPLORER).unlink(missing_ok=True)
        state = {name: [basis, _hashes(project, name)] for name, basis in wanted.items()}
        kept.replace(project.reports / STATE, json.dumps(state, sort_keys=True).encode())
    return path(project)


def path(project: Project) -> Path:
    """Return where the front page is."""
    return project.reports / _LIST


def _written(project: Project) -> dict[str, object]:
    """Return what the pages on the disk were written from; None for those that are not there as they were written."""
    try:
        state = kept.loaded(project.reports, STATE, dict)
        return {name: state[name][0] if _hashes(project, name) == state[name][1] else None for name in _PAGES}
    except (OSError, ValueError, KeyError, TypeError, IndexError):
        return dict.fromkeys(_PAGES)


def _hashes(project: Project, name: str) -> list[str | None]:
    files = _PAGES[name]
    return [kept.sha256(project.reports, one) if (project.reports / one).is_file() else None for one in files]


def _front(project: Project) -> manifest.Front:
    """Return what the front page begins with; a list of runs that cannot be read keeps no report from being listed."""
    try:
        return manifest.front(project)
    except OgpAnalysisError:
        return manifest.Front()


def _explored(project: Project) -> dict | None:
    """Return what the explorer rests on; None if no table of its measures is built."""
    datasets = sorted({one.dataset for one in indicators() if one.redistribute})
    packages = {name: shelf.package(project, _EDITION, name) for name in datasets}
    packages |= {id: shelf.package(project, shelf.OWN, id) for id, one in own().items() if one.redistribute}
    held = {name: [shelf.sha256(r) for r in package["resources"]] for name, package in packages.items() if package}
    return {"tables": fingerprint.of_value(held), "package": fingerprint.of_tree()} if held else None


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
        code, version = record["rests_on"]["notebook"], run_record.version(record)
        titles = {spoken: about["title"] for spoken, about in record["about"].items()}
        more = {"path": path, "python": python, "code": code, "record": version, "titles": titles, "packages": packages}
        reports.append({name: record[name] for name in ("id", "notebook", "parameters", "files")} | more)
    return crate(reports, citation.citation_file(project.citation), pages, citation.site_url(project))


def _reports(published: dict[tuple[str, str], dict]) -> list[dict]:
    """Return the records of those folders that hold a report."""
    return [record for record in published.values() if record["about"]]


def _explorer() -> bytes:
    """Return the explorer, with every measure of the edition that the repository holds, and the user's own."""
    from ogp_analysis.civic_space.panel import panel
    from ogp_analysis.civic_space.views import CORE_INDICES, NEWER_RELEASE, OTHER_MEASURES
    from ogp_analysis.publishing.pages.explorer import explorer

    mine = [id for id, one in own().items() if one.redistribute]
    last = max(one.last_year for one in [*indicators(), *own().values()] if one.redistribute)
    return explorer(panel([*CORE_INDICES, *NEWER_RELEASE, *OTHER_MEASURES, *mine], _FIRST, last, edition=_EDITION))


def _maps(project: Project, entries: list[dict], wanted: manifest.Map) -> dict[str, tuple[dict, Drawing]]:
    """Return, by language, the report that has the map of the world, and the map."""
    maps: dict[str, tuple[dict, Drawing]] = {}
    for entry in _in_order(entries, wanted.notebook):
        is_wanted = wanted.parameters.items() <= entry["parameters"].items() and entry["language"] not in maps
        if is_wanted and (found := _drawn(project, entry, wanted.figure)):
            maps[entry["language"]] = (entry, found)
    return maps


def _in_order(entries: list[dict], notebook: str) -> list[dict]:
    named = [one for one in entries if one["notebook"] == notebook]
    return sorted(named, key=lambda one: (one["place"], one["slug"]))


def _drawn(project: Project, entry: dict, figure: str) -> Drawing | None:
    """Return a figure of a page; None where it was changed or cannot be read."""
    from ogp_analysis.publishing.pages import carried  # with pandas, of which a list without pictures has no need

    def read(content: bytes) -> Drawing:
        return carried.read(kept.decoded(content, dict), entry["language"]).figures[figure]

    return _read(project, entry, run_record.NOTEBOOK, read)


def _rows(project: Project, entries: list[dict], front: manifest.Front) -> dict[str, dict[str, str]]:
    """Return, by the path of a profile, what the table of countries says of it: its numbers as written, its standing.

    All are of one measure, years and edition: those of the first in the list of runs.
    """
    rows: dict[str, dict[str, str]] = {}
    read = partial(kept.decoded, kind=dict[str, _Number])
    listed = _in_order(entries, front.profiles) if front.row else []
    asked = [{k: v for k, v in one["parameters"].items() if k not in ("country", "event_date")} for one in listed]
    for entry, alike in zip(listed, asked, strict=True):
        place, spoken = country_of(entry["parameters"]), entry["language"]
        # A profile whose numbers cannot be read is listed without them.
        with contextlib.suppress(OgpAnalysisError, ValueError, OSError, LookupError, TypeError):
            if place is None or alike != asked[0] or not (numbers := _read(project, entry, "numbers.json", read)):
                continue
            row = {one: numbers[name]["written"] if name in numbers else "" for one, name in front.row.items()}
            row["scale"] = entry["limits"].get(front.row["scale"], "")
            row["measure"] = word(f"indicators.{alike[front.row['measure']]}.name", spoken)
            standing = contextvars.copy_context().run(_standing, _history(place.iso3, entry["edition"]), spoken)
            rows[entry["path"]] = {**row, "standing": standing}
    _history.cache_clear()
    return rows


@cache
def _history(iso3: str, edition: str):
    from ogp_analysis.open_government.timeline import timeline

    return timeline(iso3, edition)


def _standing(history, language: str) -> str:
    use_language(language)
    return history.standing


def _entries(project: Project, reports: list[dict]) -> list[dict]:
    """Return what the front page is told of each report, with the place of its run in ``runs.toml``; others follow."""
    places: dict[str, int] = {}
    with contextlib.suppress(OgpAnalysisError):  # a list that cannot be read keeps no report from being listed
        places = {run.place: number for number, run in enumerate(manifest.everything(project))}
    entries = []
    for record in reports:
        place = f"{record['notebook']}/{record['slug']}"
        own = {n: record[n] for n in ("notebook", "slug", "id", "parameters")}
        own["place"] = places.get(place, len(places))
        entries += [
            {**about, **own, "path": f"{place}/{spoken}/index.html"} for spoken, about in record["about"].items()
        ]
    return entries


def _countries(entry: dict, declared: dict[str, list[str]]) -> list[str]:
    """Return the codes of the countries a report is about.

    They are those that its parameters name, else those of its notebook; and that of the contracts it reads.
    """
    asked = entry["parameters"]
    named = [asked.get("country"), *(asked.get("countries") or []), str(asked.get("commitment", ""))[:2]]
    codes = _known(named) or _known(declared.get(entry["notebook"], []))
    if "dataset" in asked:
        from ogp_analysis.procurement.publications import PUBLICATIONS

        codes += [one.iso3 for name, one in PUBLICATIONS.items() if name == asked["dataset"]]
    return list(dict.fromkeys(codes))


def _known(names: list) -> list[str]:
    return [one.iso3 for name in names if (one := country_of({"country": name}))]


def _read(project: Project, entry: dict, name: str, how: Callable):
    """Return what is read of a file of a page; None if it is not the one that was published, or says nothing."""
    folder = project.reports / entry["notebook"] / entry["slug"]
    with contextlib.suppress(OgpAnalysisError, ValueError, OSError, LookupError, TypeError, AttributeError):
        content, fault = run_record.content(folder, entry["record"], f"{entry['language']}/{name}")
        return None if fault else how(content)
    return None
