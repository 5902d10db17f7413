"""What a report says of where it comes from: edition, parameters, sources, the balance of cleaning, tables."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from ogp_analysis.base.countries import Country, country
from ogp_analysis.base.errors import UnknownName
from ogp_analysis.base.words.catalogue import word
from ogp_analysis.base.words.sentence import day, decimal, flat
from ogp_analysis.data.store.editions import added_version
from ogp_analysis.data.store.shelf import VERSION
from ogp_analysis.publishing.citation import Identity, address, doi, in_language, parameter_text

if TYPE_CHECKING:  # the list of all reports needs the names of editions, and not pandas and matplotlib with them
    from ogp_analysis.publishing.pages.carried import Carried

#: What is counted of the rows of a file, in the order of the balance.
COUNTS = ("rows_in", "kept", "set_aside", "merged", "changed_values")
HASH_DIGITS = 12
#: A folder of a version with more raw files than this is one row: a publication may be thousands of files.
MOST_FILES = 20


def country_of(parameters: dict) -> Country | None:
    """Return the country that a run is about; None if its parameters name no country that is known."""
    code = parameters.get("country")
    try:
        return country(code) if isinstance(code, str) else None
    except UnknownName:
        return None


def origin(carried: Carried, identity: Identity) -> dict:
    """Return the provenance of a report as its page lists it, in its language.

    Returns
    -------
    dict
        ``parameters``: (name, value); ``sources``: one dict each; ``balance``: (dataset, file or
        folder with the number of its files, counts as written); ``tables``: (table, rows as
        written, first digits of the hash).
    """
    spoken, payload = carried.language, carried.provenance
    tables = sorted(payload["tables"], key=lambda t: (t["dataset"], t["table"], t.get("edition", "")))
    balance = by_folder(sorted(payload["balance"], key=lambda b: (b["dataset"], b["file"])))
    # Added versions that the output rests on, in one text.
    found = {(t["dataset"], added_version(t["edition"])) for t in payload["tables"]
             if str(t.get("edition", "")).startswith(VERSION)}  # fmt: skip
    texts = [
        word("report.edition_help.added", spoken).format(dataset=flat(d), version=flat(v)) for d, v in sorted(found)
    ]
    added = [word("report.edition_help.data", spoken).format(versions=", ".join(texts))] if texts else []
    return {
        "parameters": [(name, _parameter(value, spoken)) for name, value in sorted(identity.parameters.items())],
        "edition_help": "; ".join([edition_help(carried.edition, spoken), *added]),
        "sources": [
            _source(s, spoken) for s in sorted(payload["sources"], key=lambda s: (s["source"], str(s["version"])))
        ],
        "balance": [(b["dataset"], flat(b["file"]), [decimal(b[c], 0, spoken) for c in COUNTS]) for b in balance],
        "tables": [
            (f"{t['dataset']}.{t['table']}", decimal(t["rows"], 0, spoken), t["sha256"][:HASH_DIGITS]) for t in tables
        ],
    }


def by_folder(balance: list[dict]) -> list[dict]:
    """Return a balance in which the files of a folder with many are one row, named with how many there are."""
    folders: dict[tuple[str, str], list[dict]] = {}
    for row in balance:
        folders.setdefault((row["dataset"], "/".join(row["file"].split("/")[:2])), []).append(row)
    made = []
    for (dataset, folder), rows in folders.items():
        if len(rows) <= MOST_FILES:
            made += rows
        else:
            sums = {name: sum(int(row[name]) for row in rows) for name in COUNTS}
            made.append({"dataset": dataset, "file": f"{folder}/… ({len(rows)})", **sums})
    return made


def edition_name(edition: str, language: str) -> str:
    """Return the name of an edition, or of two that were mixed, as a reader sees it."""
    names = []
    for part in _parts(edition):
        base, *pins = part.split(",")
        names.append(" ".join([word(f"report.edition.{base}", language), *([f"({', '.join(pins)})"] if pins else [])]))
    return " + ".join(names)


def edition_help(edition: str, language: str) -> str:
    """Return what an edition is."""
    return "; ".join(word(f"report.edition_help.{part.split(',')[0]}", language) for part in _parts(edition))


def _parts(edition: str) -> list[str]:
    return edition.split(" + ") if edition else ["none"]


def _parameter(value, language: str) -> str:
    if value is None:
        return word("report.provenance.not_set", language)
    return flat(parameter_text(value))


def _source(source: dict, language: str) -> dict:
    texts = {n: flat(str(source.get(n) or "")).strip() for n in ("title", "publisher", "citation", "licence")}
    texts |= {n: in_language(texts[n], language) for n in ("publisher", "citation")}
    try:
        accessed = day(dt.date.fromisoformat(str(source.get("accessed"))), language)
    except ValueError:
        accessed = flat(str(source.get("accessed") or ""))
    return {
        **texts,
        "title": texts["title"] or source["source"],
        "version": flat(str(source.get("version") or "")),
        "doi": doi(source.get("doi")),
        "addresses": [(flat(a), address(a)) for a in source.get("urls") or []],
        "accessed": accessed,
        "passed_on": source.get("redistribute") is not False,
    }
