"""A folder of reports as an RO-Crate with a Process Run: which run made what, with what, from which data."""

from __future__ import annotations

import json
from pathlib import PurePosixPath
from urllib.parse import quote

from ogp_analysis.base.words.catalogue import word
from ogp_analysis.base.words.sentence import flat
from ogp_analysis.publishing.citation import LABEL, address, doi, parameter_text

NAME = "ro-crate-metadata.json"
#: The version that the library ``rocrate`` writes by default (0.16), and the profile of runs without a workflow engine.
_VERSION, _PROFILE = "https://w3id.org/ro/crate/1.3", "https://w3id.org/ro/wfrun/process/0.5"
_APPLICATIONS = {".pdf": "application/pdf", ".ipynb": "application/x-ipynb+json", ".json": "application/json"}
_KINDS = {".html": "text/html", ".csv": "text/csv", **_APPLICATIONS}
#: Files of a report that are listed beside its tables, with the words that say what they are.
_LISTED = {"index.html": "crate.page", "report.pdf": "provenance.file_report"}
_LISTED |= {"notebook.ipynb": "provenance.file_notebook", "numbers.json": "provenance.file_numbers"}
_LISTED |= {"datapackage.json": "provenance.file_datapackage"}


def crate(reports: list[dict], software: dict, pages: dict[str, tuple[str, dict]], site: str = "") -> bytes:
    """Return the metadata file of a crate that holds each report as a dataset, and the run that made it as an action.

    When a run took place, and who started it, is not said: the same reports are the same bytes.

    Parameters
    ----------
    reports : list of dict
        ``path, id, notebook, parameters, python, code, record, files, titles, packages`` of each: `code` the hash of
        its notebook, `record` that of its record without the log, `files` as in its record; by language the title of
        its page, and the data package of it or None.
    software : dict
        Of ``CITATION.cff``: ``title``, ``version``, ``authors``, and if they are known ``license`` and
        ``date-released``.
    pages : dict of str to (str, dict)
        Files that stand beside the reports, each with the key of the words that say what it is, and its size and hash
        as in a record.
    site : str
        Where the folder is published, if that is known.
    """
    graph, named = _Graph(), str(software.get("license") or "")
    authors = [graph.agent(one) for one in software["authors"]]
    licence = f"https://spdx.org/licenses/{quote(named, safe='')}" if named else "#licence"
    reports = sorted(reports, key=lambda one: one["path"])
    actions = [graph.run(report, authors, software) for report in reports]
    for version in {report["python"] for report in reports}:
        about = {"name": "Python", "version": version, "url": "https://www.python.org/"}
        graph.put(f"#python-{version}", "ComputerLanguage", about)
    listed = [graph.file(page, word(f"report.crate.{says}", "en"), about) for page, (says, about) in pages.items()]
    graph.put(licence, "CreativeWork", {"name": named, "description": word("report.crate.licence", "en")})
    graph.put(_PROFILE, ["CreativeWork", "Profile"], {"name": "Process Run Crate", "version": "0.5"})
    root = {
        "conformsTo": {"@id": _PROFILE},
        "name": word("report.crate.name", "en").format(software=software["title"]),
        "description": word("report.crate.description", "en"),
        "datePublished": str(software.get("date-released") or ""),
        "license": {"@id": licence},
        "author": authors,
        "publisher": authors[0],
        "url": f"{site}/" if site else "",
        "hasPart": [*listed, *({"@id": f"{one['path']}/"} for one in reports)],
        "mentions": actions,
    }
    about = _entity(NAME, "CreativeWork", {"conformsTo": {"@id": _VERSION}, "about": {"@id": "./"}})
    rest = (graph.entities[one] for one in sorted(graph.entities))
    made = {"@context": f"{_VERSION}/context", "@graph": [about, _entity("./", "Dataset", root), *rest]}
    return (json.dumps(made, ensure_ascii=False, indent=1) + "\n").encode()


class _Graph:
    """Entities by their id; what several runs share is there once."""

    def __init__(self) -> None:
        self.entities: dict[str, dict] = {}

    def put(self, id: str, kind: str | list[str], about: dict) -> dict:
        """Add an entity, and return a reference to it."""
        self.entities[id] = _entity(id, kind, about)
        return {"@id": id}

    def agent(self, author: dict) -> dict:
        """Add an author of ``CITATION.cff``: a person by ORCID or name, or a body."""
        family, given = author.get("family-names", ""), author.get("given-names", "")
        name = author.get("name") or f"{given} {family}".strip()
        about = {"familyName": family, "givenName": given} if family else {}
        found = address(author.get("orcid")) or address(author.get("website")) or _fragment(f"author-{name}")
        return self.put(found, "Person" if family else "Organization", {**about, "name": name})

    def file(self, path: str, name: str, about: dict | None = None, kind: tuple = ("File",), **more) -> dict:
        """Add a file, with size and hash where they are on record."""
        known = {"contentSize": str(about["bytes"]), "sha256": about["sha256"]} if about else {}
        said = {"name": name, "encodingFormat": _KINDS[PurePosixPath(path).suffix], **known, **more}
        return self.put(quote(path), kind[0] if len(kind) == 1 else list(kind), said)

    def run(self, report: dict, authors: list[dict], software: dict) -> dict:
        """Add a report and the run that made it, and return a reference to the run."""
        path, packages = report["path"], [one for one in report["packages"].values() if one]
        package, names = (packages or [{}])[0], {}
        for spoken in report["titles"]:
            said = {name: word(f"report.{key}", spoken) for name, key in _LISTED.items()}
            own = (report["packages"].get(spoken) or {}).get("resources", ())
            said |= {one["path"]: str(one["title"]) for one in own if one.get("path") and one.get("title")}
            names |= {f"{spoken}/{name}": title for name, title in said.items()}
        used = self.package(package.get("software", {}), software)
        code = {
            "kind": ("File", "SoftwareSourceCode"),
            "version": report["code"],
            "programmingLanguage": {"@id": f"#python-{report['python']}"},
            "softwareRequirements": used,
        }
        notebooks, files = [f"{spoken}/notebook.ipynb" for spoken in report["titles"]], []
        for name, about in report["files"].items():
            if name.partition("/")[2] in _LISTED or name.endswith(".csv"):
                more = code if name in notebooks else {}
                files.append(self.file(f"{path}/{name}", flat(names.get(name, name)), about, **more))
        # Its log says when and where: the hash of the whole file would differ between two equal runs.
        record = self.file(f"{path}/run.json", word("report.crate.record", "en"), version=report["record"])
        about = {
            "name": flat(report["titles"]["en"]),
            "inLanguage": sorted(report["titles"]),
            **dict.fromkeys(("description", "identifier"), f"{LABEL}{report['id']}"),
            "url": address(package.get("homepage")),
            "author": authors,
            "hasPart": [*files, record],
        }
        result = [self.put(f"{path}/", "Dataset", about), *files]
        given = sorted(report["parameters"].items())
        stated = [
            self.put(_fragment(f"{name}={json.dumps(value, ensure_ascii=False)}"), "PropertyValue",
                     {"name": name, "value": value}) for name, value in given if value not in (None, "")
        ]  # fmt: skip
        tool = [{"@id": quote(f"{path}/{notebooks[0]}")}]
        is_tool = self.entities[used["@id"]]["@type"] == "SoftwareApplication"
        said = ", ".join(f"{name} = {parameter_text(value)}" for name, value in given)
        about = {
            "name": f"{report['notebook']} ({flat(said)})",
            "description": word("report.crate.run", "en").format(notebook=report["notebook"], id=report["id"]),
            "instrument": [*tool, used] if is_tool else tool,
            "object": [*map(self.source, package.get("sources", ())), *stated],
            "result": result,
        }
        return self.put(f"#run-{path}", "CreateAction", about)

    def package(self, made_with: dict, software: dict) -> dict:
        """Add the software behind a report; as an application only with an address, as the specification asks."""
        title, version = (made_with.get(key) or str(software[key]) for key in ("title", "version"))
        url, about = address(made_with.get("path")), {"name": flat(title), "version": flat(version)}
        kind = "SoftwareApplication" if url else "CreativeWork"
        return self.put(url or _fragment(f"{title}-{version}"), kind, {**about, "url": url})

    def source(self, source: dict) -> dict:
        """Add a version of a source of data, by its DOI where it has one."""
        found, held = doi(source.get("path")), flat(source.get("publisher") or "")
        terms = {"version": "version", "conditionsOfAccess": "licence", "creditText": "citation"}
        about = {
            "additionalType": "Dataset",
            "name": flat(source.get("title", "")),
            **{name: flat(source.get(key) or "") for name, key in terms.items()},
            "identifier": f"https://doi.org/{found}" if found else "",
            "url": address(source.get("path")),
        }
        if held:
            about["publisher"] = self.put(_fragment(f"publisher-{held}"), "Organization", {"name": held})
        # Two parts of a source may share a DOI.
        place = quote(about["identifier"], safe=":/")
        shared = self.entities.get(place) not in (None, _entity(place, "CreativeWork", about))
        return self.put(
            _fragment(f"source-{source.get('name')}") if shared or not place else place, "CreativeWork", about
        )


def _fragment(text: str) -> str:
    """Return the id of what has no address: letters and digits of any script stay, the rest is percent-encoded."""
    return "#" + "".join(mark if mark.isalnum() or mark in "-._=" else quote(mark, safe="") for mark in flat(text))


def _entity(id: str, kind: str | list[str], about: dict) -> dict:
    """Return an entity without what it does not say; a list of one is that one."""
    single = {name: value[0] if isinstance(value, list) and len(value) == 1 else value for name, value in about.items()}
    return {"@id": id, "@type": kind, **{n: value for n, value in single.items() if value not in ("", [], None)}}
