"""The crate of a batch, read by the library ``rocrate``."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from rocrate.model.metadata import DEFAULT_VERSION
from rocrate.rocrate import ROCrate

from ogp_analysis.publishing.pages import document
from ogp_analysis.publishing.pages.crate import NAME, crate
from ogp_analysis.publishing.pages.render import render

SOFTWARE = {
    "title": "ogp_analysis", "version": "0.1.0", "license": "MIT", "date-released": "2026-05-04",
    "authors": [{"family-names": "Gómez", "given-names": "Ana", "orcid": "https://orcid.org/0000-0002-1825-0097"},
                {"name": "The ogp_analysis authors"}],
}  # fmt: skip
#: The front page, as :func:`put` writes it.
PAGE = b"<!DOCTYPE html>"
FRONT = {"index.html": ("front", {"sha256": hashlib.sha256(PAGE).hexdigest(), "bytes": len(PAGE)})}
TEXT = '</script>=1+1 "\\ \u202e${7*7} ../../etc/passwd #x'


def reported(files: dict[str, bytes], path: str = "country_profile/MEX-1", **changes) -> dict:
    """A report as the front page hands it over."""
    known = {
        "path": path, "id": "3f9c0a7be1d2", "notebook": "country_profile",
        "titles": {"en": "Civic space is narrowed", "es": "El espacio cívico es reducido"},
        "parameters": {"country": "MEX", "first_year": 2000, "event": None, "strict": False},
        "python": "3.11", "code": "5" * 64, "record": "6" * 64,
        "packages": dict.fromkeys(("en", "es"), json.loads(files["en/datapackage.json"])),
        "files": {name: {"sha256": "0" * 64, "bytes": len(content)} for name, content in files.items()},
    }  # fmt: skip
    return {**known, **changes}


def paged(files: dict[str, bytes]) -> dict[str, bytes]:
    """Return the files of a page as those of both pages of a run."""
    return {f"{spoken}/{name}": content for spoken in ("en", "es") for name, content in files.items()}


def graph(content: bytes) -> dict[str, dict]:
    entities = json.loads(content)["@graph"]
    found = {one["@id"]: one for one in entities}
    assert len(found) == len(entities)
    return found


def ids(value) -> list[str]:
    return [one["@id"] for one in (value if isinstance(value, list) else [value])]


@pytest.fixture
def files(make, monkeypatch) -> dict[str, bytes]:
    """The files of a report; what is in the PDF is no matter here, and takes the most time."""
    monkeypatch.setattr(document, "pdf", lambda *_: b"%PDF-1.7")
    return paged(render(make.full(), make.identity()).files)


def put(folder: Path, files: dict[str, bytes], content: bytes) -> Path:
    for name, data in {**{f"country_profile/MEX-1/{n}": c for n, c in files.items()}, NAME: content}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    (folder / "index.html").write_bytes(PAGE)
    (folder / "country_profile/MEX-1/run.json").write_text("{}")
    return folder


def test_a_run_names_its_tools_data_parameters_and_results(files):
    found = graph(crate([reported(files)], SOFTWARE, FRONT, "https://reports.example"))
    root, run = found["./"], found["#run-country_profile/MEX-1"]
    assert root["datePublished"] == "2026-05-04" and root["url"] == "https://reports.example/"
    assert ids(root["license"]) == ["https://spdx.org/licenses/MIT"] and ids(root["mentions"]) == [run["@id"]]
    assert ids(root["hasPart"]) == ["index.html", "country_profile/MEX-1/"]
    notebook = "country_profile/MEX-1/en/notebook.ipynb"
    assert ids(run["instrument"]) == [notebook, "https://software.example/ogp"]
    assert found[notebook]["@type"] == ["File", "SoftwareSourceCode"]
    assert found["https://software.example/ogp"]["version"] == "0.1.0"
    package = json.loads(files["en/datapackage.json"])
    other = {**package["software"], "title": "An older name", "version": "0.0.9"}
    older = graph(
        crate([reported(files, packages={key: {**package, "software": other} for key in ("en", "es")})], SOFTWARE, {})
    )
    made_with = older["https://software.example/ogp"]
    assert (made_with["name"], made_with["version"]) == ("An older name", "0.0.9")
    taken = [found[one] for one in ids(run["object"])]
    assert [(one["name"], one["value"]) for one in taken if one["@type"] == "PropertyValue"] == [
        ("country", "MEX"), ("first_year", 2000), ("strict", False),
    ]  # fmt: skip
    [source] = [one for one in taken if one["@type"] != "PropertyValue"]
    assert source["@id"] == "https://doi.org/10.23696/vdemds25"
    assert (source["version"], source["conditionsOfAccess"]) == ("15", "CC BY-SA 4.0")
    names = ("index.html", "report.pdf", "notebook.ipynb", "numbers.json", "tables/peers.csv")
    both = [f"{spoken}/{name}" for spoken in ("en", "es") for name in names]
    made = set(ids(run["result"]))
    assert made >= {f"country_profile/MEX-1/{name}" for name in ("", *both)}  # fmt: skip
    assert found["country_profile/MEX-1/"]["identifier"] == "ogp_analysis:3f9c0a7be1d2"
    person, body = (found[one] for one in ids(root["author"]))
    assert (person["@type"], person["familyName"], person["@id"][-4:]) == ("Person", "Gómez", "0097")
    assert body["@type"] == "Organization"
    assert (person["name"], body["name"]) == ("Ana Gómez", "The ogp_analysis authors")
    assert found["country_profile/MEX-1/run.json"]["version"] == "6" * 64
    page = found["index.html"]
    assert (page["sha256"], page["contentSize"]) == (hashlib.sha256(PAGE).hexdigest(), "15")
    assert "endTime" not in run and "startTime" not in run and "agent" not in run


def test_the_library_reads_it_in_the_version_it_writes_itself(files, tmp_path):
    assert json.loads(crate([], SOFTWARE, {}))["@context"] == f"https://w3id.org/ro/crate/{DEFAULT_VERSION}/context"
    read = ROCrate(put(tmp_path, files, crate([reported(files)], SOFTWARE, FRONT)))
    assert read.name == "Reports of ogp_analysis"
    run = read.root_dataset["mentions"]
    assert run.type == "CreateAction" and {one.id for one in run["result"]} > {"country_profile/MEX-1/es/report.pdf"}


def test_the_order_of_the_reports_does_not_matter(files):
    one, two = reported(files), reported(files, "events/KEN-2", parameters={"country": "KEN"})
    assert crate([one, two], SOFTWARE, {}) == crate([two, one], SOFTWARE, {})
    assert len(graph(crate([one, two], SOFTWARE, {}))["./"]["mentions"]) == 2


def test_two_sources_that_share_a_doi_stay_two(files):
    package = json.loads(files["en/datapackage.json"])
    [source] = package["sources"]
    package["sources"].append({**source, "name": "other", "title": "The other half", "version": "14"})
    found = graph(crate([reported(files, packages={"en": package, "es": None})], SOFTWARE, {}))
    named = {found[one]["name"] for one in ids(found["#run-country_profile/MEX-1"]["object"])}
    assert {"Country-Year Dataset", "The other half"} <= named


def test_hostile_text_stays_text(files):
    package = json.loads(files["en/datapackage.json"])
    package["sources"][0] |= dict.fromkeys(
        ("name", "title", "version", "publisher", "licence", "path", "citation"), TEXT
    )
    package["software"] = {"title": TEXT, "version": TEXT, "path": TEXT}
    content = crate(
        [
            reported(
                files,
                titles={"en": TEXT, "es": TEXT},
                parameters={"country": TEXT},
                packages={"en": package, "es": package},
            )
        ],
        SOFTWARE,
        {},
    )
    assert b"\xe2\x80\xae" not in content.replace(json.dumps(TEXT, ensure_ascii=False)[1:-1].encode(), b"")
    found = graph(content)
    assert not any(set(' <>"\\^`{|}') & set(one) or ".." in one.partition("#")[0] for one in found)
    assert any("../../etc/passwd" in str(entity.get("name")) for entity in found.values())
