"""The data of a report as a Data Package (datapackage.org, version 2): what each file and each column holds."""

from __future__ import annotations

from ogp_analysis.base import fingerprint
from ogp_analysis.base.spreadsheet import guarded
from ogp_analysis.base.words.catalogue import word
from ogp_analysis.base.words.sentence import flat
from ogp_analysis.display.table import MISSING
from ogp_analysis.publishing.citation import OTHERS, Identity, Reference, label
from ogp_analysis.publishing.pages.carried import Carried
from ogp_analysis.publishing.pages.manuscript import COLUMNS, columns

NAME = "datapackage.json"
_SCHEMA = "https://datapackage.org/profiles/2.0/datapackage.json"
_INTEGERS = ("decimals",)


def descriptor(carried: Carried, identity: Identity, credited: list[Reference], files: dict[str, bytes]) -> dict:
    """Return the descriptor of the data files of a report: its tables, what their columns hold, its numbers.

    Of each column it states type, unit, decimals and the codes of missing values; of the whole, the authors, the
    licence of the software, and each source with version, DOI and terms, which are those of the numbers in the tables.

    Parameters
    ----------
    carried : Carried
    identity : Identity
    credited : list of Reference
        The output first, as :func:`ogp_analysis.publishing.citation.references` returns them.
    files : dict of str to bytes
        The data files as they are written, by path.
    """
    output, software = credited[:2]
    spoken = carried.language
    tables = []
    for name, table in sorted(carried.tables.items()):
        fields = [_field(table, number, column) for number, column in enumerate(columns(table))]
        file = _file(f"tables/{name}.csv", files, "csv", "text/csv")
        tables.append({**file, "name": name, "title": table["caption"], "type": "table", "schema": {"fields": fields}})
    if tables:
        fields = [{"name": name, "type": "integer" if name in _INTEGERS else "string"} for name in COLUMNS]
        says = word("report.provenance.file_columns", spoken)
        file = _file("columns.csv", files, "csv", "text/csv")
        tables.append({**file, "name": "columns.csv", "title": says, "type": "table", "schema": {"fields": fields}})
    says = word("report.provenance.file_numbers", spoken)
    numbers = {**_file("numbers.json", files, "json", "application/json"), "name": "numbers.json", "title": says}
    package = {
        "$schema": _SCHEMA,
        "name": f"ogp-analysis-{identity.id}",
        "id": label(identity),
        "title": output.title,
        "homepage": identity.address,
        "language": spoken,
        "contributors": [_contributor(*name) for name in output.authors],
        "software": _said({"title": software.title, "version": software.version, "path": software.url,
                           "licence": identity.licence}),
        "sources": [_source(one) for one in credited if one.kind == "data"],
        "resources": [*tables, numbers],
    }  # fmt: skip
    return _said(package)


def _file(path: str, files: dict[str, bytes], kind: str, media: str) -> dict:
    about = {"path": path, "format": kind, "mediatype": media, "encoding": "utf-8"}
    return about | {"bytes": len(files[path]), "hash": f"sha256:{fingerprint.of_bytes(files[path])}"}


def _field(table: dict, number: int, column: tuple) -> dict:
    """Return the description of a column. In a column of numbers a text is the code of why a value is missing."""
    _, name, heading, unit, decimals, kind = column
    texts = {row[number] for row in table["rows"] if isinstance(row[number], str)}
    codes = sorted(texts & MISSING.keys() if kind in ("string", "date") else texts)
    reasons = {code: word(MISSING[code], table["language"]) for code in codes if code in MISSING}
    field = {"name": guarded(name), "type": kind, "title": heading, "unit": unit, "decimals": decimals}
    missing = {"missingValues": ["", *map(guarded, codes)], "reasons": reasons} if codes else {}
    return {name: value for name, value in {**field, **missing}.items() if value not in ("", None, {})}


def _contributor(family: str, given: str) -> dict:
    if family == OTHERS:
        return {"title": "et al."}
    person = {"givenName": given, "familyName": family} if given else {}
    return {"title": f"{given} {family}".strip(), **person, "roles": ["author"]}


def _source(source: Reference) -> dict:
    """Return a source with its terms as its publisher states them, which rarely are a licence with a name."""
    about = {"name": source.key, "title": source.title, "version": source.version}
    about["path"] = f"https://doi.org/{source.doi}" if source.doi else source.url
    about |= {name: getattr(source, name) for name in ("publisher", "licence", "accessed", "citation")}
    return _said(about)


def _said(thing: dict) -> dict:
    return {name: flat(value) if isinstance(value, str) else value for name, value in thing.items() if value}
