"""Who must be credited: an output, the software that made it, and each data source it rests on.

An output is named by its id, which is not a DOI. Years come from the release date of the software
and from what a source says of itself, never from a clock.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ogp_analysis.messages.catalogue import word
from ogp_analysis.messages.sentence import flat

_DOI = re.compile(r"10\.\d{4,9}/[!-~]+\Z")
_ADDRESS = re.compile(r"https?://[!-~]+\Z")
#: A year that is not part of a range: "Dataset v14, 2024" but not "1900–2023".
_YEAR = re.compile(r"(?<![\d–-])(?:19|20)\d\d(?!\d|[–-]\d)")
_TEX = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    **{mark: "\\" + mark for mark in "$&%#_"},
}
#: What would end a field of BibTeX, or a TeX argument, inside an address.
_VERBATIM = {ord(mark): f"%{ord(mark):02X}" for mark in '\\{}<>"^`| '}


@dataclass(frozen=True)
class Identity:
    """One output and the software that made it.

    Attributes
    ----------
    notebook, slug : str
        Name of the notebook, and name of the folder of its run.
    id : str
        Output id, derived from everything the run rests on.
    parameters : dict
        The canonical parameters.
    edition, language : str
        As the run was asked for.
    software_title, software_version : str
    authors : tuple of str
        ``Family, Given`` for a person, else the name of a body.
    released : str or None
        Release date of the software, ``YYYY-MM-DD``.
    url : str or None
        Where the software is.
    """

    notebook: str
    slug: str
    id: str
    parameters: dict
    edition: str
    language: str
    software_title: str
    software_version: str
    authors: tuple[str, ...]
    released: str | None = None
    url: str | None = None


def cite_line(identity: Identity, language: str, title: str = "") -> str:
    """Return the reference of an output as one line of plain text.

    Parameters
    ----------
    identity : Identity
    language : {"en", "es"}
    title : str
        Headline of the output; its notebook and parameters if not given.
    """
    names = [flat(name) for name in identity.authors]
    last = f" {word('report.cite.and', language)} "
    line = word("report.cite.line", language).format(
        authors=last.join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names),
        year=(identity.released or "")[:4] or word("report.cite.undated", language),
        title=_title(identity, language, title).rstrip("."),
        id=identity.id,
        software=flat(identity.software_title),
        version=flat(identity.software_version),
    )
    return f"{line} {identity.url}" if address(identity.url) else line


def bibtex(identity: Identity, sources: list[dict], title: str = "") -> str:
    """Return the references of an output, of the software and of its sources as BibTeX.

    Every entry is ``@misc``, which both BibTeX and biblatex print in full. Text is escaped for TeX.

    Parameters
    ----------
    identity : Identity
    sources : list of dict
        ``source, version, title, publisher, doi, citation, licence, urls`` of each, as in a
        notebook's provenance.
    title : str
        Headline of the output.
    """
    entries = [_output(identity, title), _software(identity)]
    entries += [_source(s, identity.language) for s in sorted(sources, key=lambda s: (s["source"], str(s["version"])))]
    keys, written = set(), []
    for key, fields in entries:
        key = _free(key, keys)
        keys.add(key)
        body = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
        written.append(f"@misc{{{key},\n{body}}}\n")
    return "\n".join(written)


def address(url) -> str:
    """Return an address if it is one of the web, else an empty text."""
    return url if isinstance(url, str) and _ADDRESS.match(url) else ""


def doi(text) -> str:
    """Return the bare DOI in a text that is one, else an empty text."""
    text = re.sub(r"\A(?:https?://(?:dx\.)?doi\.org/|doi:\s*)", "", str(text or "").strip(), flags=re.IGNORECASE)
    return text if _DOI.match(text) else ""


def escaped(text: str) -> str:
    """Return text so that TeX and BibTeX print it and see no command, comment or brace in it."""
    return "".join(_TEX.get(mark, mark) for mark in flat(text)).strip()


def _output(identity: Identity, title: str) -> tuple[str, dict[str, str]]:
    spoken = identity.language
    notes = [word("report.cite.edition", spoken).format(edition=identity.edition)]
    if identity.parameters:
        notes.append(word("report.cite.parameters", spoken).format(parameters=_parameters(identity)))
    made = word("report.cite.output", spoken).format(
        id=identity.id, software=identity.software_title, version=identity.software_version
    )
    fields = {
        "author": _authors(identity.authors),
        "title": f"{{{escaped(_title(identity, spoken, title))}}}",
        "year": (identity.released or "")[:4],
        "howpublished": escaped(made),
        "note": escaped(". ".join(notes)),
        "url": _verbatim(address(identity.url)),
    }
    return f"ogp_analysis_{identity.id}", fields


def _software(identity: Identity) -> tuple[str, dict[str, str]]:
    kind = word("report.cite.software", identity.language).format(version=identity.software_version)
    fields = {
        "author": _authors(identity.authors),
        "title": f"{{{escaped(identity.software_title)}}}",
        "year": (identity.released or "")[:4],
        "version": escaped(identity.software_version),
        "howpublished": escaped(kind),
        "url": _verbatim(address(identity.url)),
    }
    return f"ogp_analysis_software_{identity.software_version}", fields


def _source(source: dict, language: str) -> tuple[str, dict[str, str]]:
    version, licence = str(source.get("version") or ""), str(source.get("licence") or "")
    kind = word("report.cite.data_version" if version else "report.cite.data", language).format(version=version)
    notes = [str(source.get("citation") or "").strip().rstrip(".")]
    notes += [word("report.cite.licence", language).format(licence=licence)] if licence else []
    found = doi(source.get("doi"))
    addresses = [a for a in map(address, source.get("urls") or []) if a]
    fields = {
        "author": f"{{{escaped(str(source.get('publisher') or ''))}}}" if source.get("publisher") else "",
        "title": f"{{{escaped(str(source.get('title') or source['source']))}}}",
        "year": _year(source),
        "version": escaped(version),
        "howpublished": escaped(kind),
        "doi": _verbatim(found),
        "url": _verbatim(addresses[0]) if addresses and not found else "",
        "note": escaped(". ".join(n for n in notes if n)),
    }
    return f"{source['source']}_{version}", fields


def _year(source: dict) -> str:
    """Return the year a source gives in its citation, else in its version, else nothing."""
    cited = re.sub(r"\S*(?:://|10\.\d{4,9}/)\S*", "", str(source.get("citation") or ""))
    for text in (cited, re.sub(r"(\d{4})-\d\d(-\d\d)?", r"\1", str(source.get("version") or ""))):
        if found := _YEAR.search(text):
            return found.group()
    return ""


def _title(identity: Identity, language: str, title: str) -> str:
    untitled = word("report.cite.untitled", language)
    return flat(title).strip() or untitled.format(notebook=identity.notebook, parameters=_parameters(identity))


def _parameters(identity: Identity) -> str:
    return ", ".join(f"{name} = {flat(str(value))}" for name, value in sorted(identity.parameters.items()))


def _authors(names) -> str:
    return " and ".join(_author(flat(name).strip()) for name in names)


def _author(name: str) -> str:
    """Return a person as ``Family, Given``, and the name of a body in braces, which keep it whole."""
    family, comma, given = name.partition(", ")
    person = comma and given.strip() and "," not in given and not re.search(r"\band\b", name)
    return f"{escaped(family)}, {escaped(given)}" if person else f"{{{escaped(name.rstrip(', '))}}}"


def _verbatim(text: str) -> str:
    return text.translate(_VERBATIM)


def _free(key: str, taken: set[str]) -> str:
    key = re.sub(r"[^A-Za-z0-9]+", "_", key).strip("_").lower() or "source"
    number, free = 1, key
    while free in taken:
        number += 1
        free = f"{key}_{number}"
    return free
