"""A folder of reports as an RO-Crate with a Process Run: which run made what, with what, from which data."""

from __future__ import annotations

import json
from pathlib import PurePosixPath
from urllib.parse import quote

from ogp_analysis.base.words.catalogue import word
from ogp_analysis.base.words.sentence import flat
from ogp_analysis.publishing.citation import LABEL, address, doi

NAME = "ro-crate-metadata.json"
#: The version that the library ``rocrate`` writes by default (0.16), and the profile of runs without a workflow engine.
_VERSION, _PROFILE = "https://w3id.org/ro/crate/1.3", "https://w3id.org/ro/wfrun/process/0.5"
_KINDS = {
    ".html": "text/html", ".pdf": "application/pdf", ".ipynb": "application/x-ipynb+json", ".json": "application/json",
    ".csv": "text/csv",
}  # fmt: skip
#: Files of a report that are listed beside its tables, with the words that say what they are.
_LISTED = {
    "index.html": "crate.page", "report.pdf": "provenance.file_report", "notebook.ipynb": "provenance.file_notebook",
    "numbers.json": "provenance.file_numbers", "datapackage.json": "provenance.file_datapackage",
}  # fmt: skip


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
    graph = _Graph()
    authors = [graph.agent(one) for one in software["authors"]]
    named = str(software.get("license") or "")
    licence = f"https://spdx.org/licenses/{quote(named, safe='')}" if named else "#licence"
    reports = sorted(reports, key=lambda one: one["path"])
    actions = [graph.run(report, authors, software) for report in reports]
    for version in {report["python"] for report in reports}:
        graph.put({"@id": f"#python-{version}", "@type": "ComputerLanguage", "name": "Python", "version": version,
                   "url": "https://www.python.org/"})  # fmt: skip
    listed = [graph.file(page, word(f"report.crate.{says}", "en"), about) for page, (says, about) in pages.items()]
    graph.put({"@id": licence, "@type": "CreativeWork", "name": named,
               "description": word("report.crate.licence", "en")})  # fmt: skip
    graph.put({"@id": _PROFILE, "@type": ["CreativeWork", "Profile"], "name": "Process Run Crate", "version": "0.5"})
    root = {
        "@id": "./",
        "@type": "Dataset",
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
    about = {"@id": NAME, "@type": "CreativeWork", "conformsTo": {"@id": _VERSION}, "about": {"@id": "./"}}
    entities = [about, _said(root), *(graph.entities[one] for one in sorted(graph.entities))]
    made = {"@context": f"{_VERSION}/context", "@graph": entities}
    return (json.dumps(made, ensure_ascii=False, indent=1) + "\n").encode()


class _Graph:
    """Entities by their id; what several runs share is there once."""

    def __init__(self) -> None:
        self.entities: dict[str, dict] = {}

    def put(self, entity: dict) -> dict:
        """Add an entity, and return a reference to it."""
        entity = _said(entity)
        self.entities[entity["@id"]] = entity
        return {"@id": entity["@id"]}

    def agent(self, author: dict) -> dict:
        """Add an author of ``CITATION.cff``: a person by ORCID or name, or a body."""
        family, given = author.get("family-names", ""), author.get("given-names", "")
        name = author.get("name") or f"{given} {family}".strip()
        person = {"@type": "Person", "familyName": family, "givenName": given}
        kind = person if family else {"@type": "Organization"}
        found = address(author.get("orcid")) or address(author.get("website")) or _fragment(f"author-{name}")
        return self.put({"@id": found, **kind, "name": name})

    def file(self, path: str, name: str, about: dict | None = None, **more) -> dict:
        """Add a file, with size and hash where they are on record."""
        known = {"contentSize": str(about["bytes"]), "sha256": about["sha256"]} if about else {}
        kind = _KINDS[PurePosixPath(path).suffix]
        return self.put({"@id": quote(path), "@type": "File", "name": name, "encodingFormat": kind, **known, **more})

    def run(self, report: dict, authors: list[dict], software: dict) -> dict:
        """Add a report and the run that made it, and return a reference to the run."""
        path, packages = report["path"], [one for one in report["packages"].values() if one]
        package, names = (packages or [{}])[0], {}
        for spoken in report["titles"]:
            own = report["packages"].get(spoken) or {}
            said = {name: word(f"report.{key}", spoken) for name, key in _LISTED.items()}
            said |= {one["path"]: one["title"] for one in own.get("resources", ()) if one["title"]}
            names |= {f"{spoken}/{name}": title for name, title in said.items()}
        used = self.package(package.get("software", {}), software)
        code = {
            "@type": ["File", "SoftwareSourceCode"],
            "version": report["code"],
            "programmingLanguage": {"@id": f"#python-{report['python']}"},
            "softwareRequirements": used,
        }
        listed = [name for name in report["files"] if name.partition("/")[2] in _LISTED or name.endswith(".csv")]
        notebooks = [f"{spoken}/notebook.ipynb" for spoken in report["titles"]]
        files = [
            self.file(f"{path}/{name}", flat(names.get(name, name)), report["files"][name],
                      **(code if name in notebooks else {}))
            for name in listed
        ]  # fmt: skip
        # Its log says when and where: the hash of the whole file would differ between two equal runs.
        record = self.file(f"{path}/run.json", word("report.crate.record", "en"), version=report["record"])
        self.put(
            {
                "@id": f"{path}/", "@type": "Dataset", "name": flat(report["titles"]["en"]),
                "inLanguage": sorted(report["titles"]),
                "description": f"{LABEL}{report['id']}", "identifier": f"{LABEL}{report['id']}",
                "url": address(package.get("homepage")), "author": authors,
                "hasPart": [*files, record],
            }
        )  # fmt: skip
        stated = [
            self.put({"@id": _fragment(f"{name}={json.dumps(value, ensure_ascii=False)}"), "@type": "PropertyValue",
                      "name": name, "value": value})
            for name, value in sorted(report["parameters"].items()) if value not in (None, "")
        ]  # fmt: skip
        tool = [{"@id": quote(f"{path}/{notebooks[0]}")}]
        is_tool = self.entities[used["@id"]]["@type"] == "SoftwareApplication"
        said = ", ".join(f"{name} = {value}" for name, value in sorted(report["parameters"].items()))
        return self.put(
            {
                "@id": f"#run-{path}", "@type": "CreateAction", "name": f"{report['notebook']} ({flat(said)})",
                "description": word("report.crate.run", "en").format(notebook=report["notebook"], id=report["id"]),
                "instrument": [*tool, used] if is_tool else tool,
                "object": [*(self.source(one) for one in package.get("sources", ())), *stated],
                "result": [{"@id": f"{path}/"}, *files],
            }
        )  # fmt: skip

    def package(self, made_with: dict, software: dict) -> dict:
        """Add the software behind a report; as an application only with an address, as the specification asks."""
        title, version = (made_with.get(key) or str(software[key]) for key in ("title", "version"))
        url = address(made_with.get("path"))
        kind = "SoftwareApplication" if url else "CreativeWork"
        return self.put({"@id": url or _fragment(f"{title}-{version}"), "@type": kind, "name": flat(title),
                         "version": flat(version), "url": url})  # fmt: skip

    def source(self, source: dict) -> dict:
        """Add a version of a source of data, by its DOI where it has one."""
        found, held = doi(source.get("path")), flat(source.get("publisher") or "")
        terms = {"version": "version", "conditionsOfAccess": "licence", "creditText": "citation"}
        about = {
            "@type": "CreativeWork",
            "additionalType": "Dataset",
            "name": flat(source["title"]),
            **{name: flat(source.get(key) or "") for name, key in terms.items()},
            "identifier": f"https://doi.org/{found}" if found else "",
            "url": address(source.get("path")),
        }
        if held:
            organisation = {"@id": _fragment(f"publisher-{held}"), "@type": "Organization", "name": held}
            about["publisher"] = self.put(organisation)
        # Two parts of a source may share a DOI.
        place = quote(about["identifier"], safe=":/")
        shared = place in self.entities and self.entities[place] != _said({"@id": place, **about})
        place = _fragment(f"source-{source['name']}") if shared or not place else place
        return self.put({"@id": place, **about})


def _fragment(text: str) -> str:
    """Return the id of what has no address: letters and digits of any script stay, the rest is percent-encoded."""
    return "#" + "".join(mark if mark.isalnum() or mark in "-._=" else quote(mark, safe="") for mark in flat(text))


def _said(thing: dict) -> dict:
    single = {name: value[0] if isinstance(value, list) and len(value) == 1 else value for name, value in thing.items()}
    return {name: value for name, value in single.items() if value not in ("", [], None)}
