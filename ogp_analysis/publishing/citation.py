"""Who must be credited: an output, the software that made it, each data source it rests on, and its methods.

An output is named by its id, which is not a DOI. Years come from the release date of the software and from the sidecar
of a source, which says when it was published: never from a clock, nor from the years that a source is about.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import chain, count
from pathlib import Path

from ogp_analysis.base import beside
from ogp_analysis.base.errors import ReportError
from ogp_analysis.base.latex import escaped
from ogp_analysis.base.paths import Project
from ogp_analysis.base.words.catalogue import LANGUAGES, word
from ogp_analysis.base.words.sentence import day, flat

_DOI = re.compile(r"10\.\d{4,9}/[!-~]+\Z")
_ADDRESS = re.compile(r"https?://[!-~]+\Z")
#: Stands at the end of a list of authors that names only the first: BibTeX writes "et al." for it. CSL and RIS have no
#: word for it, and get the authors that are named.
OTHERS = "others"
#: Stands before the id of an output, wherever a file names it.
LABEL = "ogp_analysis:"
#: Marks of a quotation within a quotation.
_INNER = str.maketrans("«»“”", "“”‘’")
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
        Of the data, and of the page.
    software_title, software_version : str
    authors : tuple of str
        ``Family, Given`` for a person, else the name of a body.
    released : str or None
        Release date of the software, ``YYYY-MM-DD``.
    url : str or None
        Where the software is.
    address : str
        Where the output is published, with a ``/`` at the end; empty if the project does not say where its reports are.
    licence : str
        Of the software, as SPDX names it; empty if it is not stated.
    modified : tuple of str
        Files of data, code and notebooks that differ from the commit.
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
    address: str = ""
    licence: str = ""
    modified: tuple[str, ...] = ()

    @property
    def other_languages(self) -> list[str]:
        """The languages of its other pages."""
        return [one for one in LANGUAGES if one != self.language]

    @property
    def shown_modified(self) -> dict[str, str]:
        """How many files differ from the commit, and the first ten of them, as a page names them."""
        return {"n": f"{len(self.modified)}", "files": ", ".join(self.modified[:10]) + " …" * (len(self.modified) > 10)}


def label(identity: Identity) -> str:
    """Return how a file names the output that it belongs to."""
    return f"{LABEL}{identity.id}"


def cite_line(identity: Identity, language: str, title: str = "") -> str:
    """Return the reference of an output as one line of plain text.

    Parameters
    ----------
    identity : Identity
    language : {"en", "es"}
    title : str
        Headline of the output; its notebook and parameters if not given.
    """
    line = word("report.cite.line", language).format(
        authors=_enumerated([flat(name) for name in identity.authors], ", ", language),
        year=(identity.released or "")[:4] or word("report.cite.undated", language),
        # The line quotes the title; what the title quotes has the inner marks of the language.
        title=_title(identity, language, title).rstrip(".").translate(_INNER),
        id=identity.id,
        software=flat(identity.software_title),
        version=flat(identity.software_version),
    )
    found = identity.address or address(identity.url)
    return f"{line} {found}" if found else line


@dataclass(frozen=True)
class Reference:
    """One thing to credit, in plain text, before it is written in a format.

    Attributes
    ----------
    key : str
        How a manuscript names it; lower-case letters, digits and ``_``.
    kind : {"output", "software", "data", "article", "book"}
    authors : tuple of tuple of str
        Family and given name of a person; name and an empty text of a body; ``(OTHERS, "")`` at the end of a list that
        names only the first.
    title : str
    publisher : str
        Who answers for it, if that is not the author.
    date : str
        ``YYYY-MM-DD``, ``YYYY``, or empty if nobody states it.
    version : str
    medium : str
        What it is, in words.
    described : str
        The same with its version, for BibTeX, whose styles print no version; empty if it has none.
    note : str
        Edition and parameters of an output; licence and day of access of a source.
    licence, accessed : str
        Of a source, if known; ``accessed`` as ``YYYY-MM-DD``.
    hashes : str
        The clean tables of a source that the output was computed from, each with its SHA-256.
    citation : str
        How the publisher of a source asks to be cited.
    doi, url : str
        The bare DOI; the address, if there is no DOI.
    journal, volume, number, pages : str
        Of an article.
    """

    key: str
    kind: str
    authors: tuple[tuple[str, str], ...]
    title: str
    publisher: str = ""
    date: str = ""
    version: str = ""
    medium: str = ""
    described: str = ""
    note: str = ""
    licence: str = ""
    accessed: str = ""
    hashes: str = ""
    citation: str = ""
    doi: str = ""
    url: str = ""
    journal: str = ""
    volume: str = ""
    number: str = ""
    pages: str = ""


def references(
    identity: Identity, sources: list[dict], title: str = "", tables: list[dict] = (), text: str = ""
) -> list[Reference]:
    """Return what is to be cited with an output: itself, the software, its sources by name and version, its methods.

    Parameters
    ----------
    identity : Identity
    sources : list of dict
        ``source, version, title, publisher, authors, doi, citation, licence, urls`` of each, as in a
        notebook's provenance.
    title : str
        Headline of the output.
    tables : list of dict
        ``dataset, table, sha256`` of each clean table, as in a notebook's provenance.
    text : str
        All that the report says, which names its methods.
    """
    spoken, named = identity.language, {"software": identity.software_title, "version": identity.software_version}
    ours = {"authors": _names(identity.authors), "date": identity.released or ""}

    def said(key: str, **values) -> str:
        return _line(word(f"report.cite.{key}", spoken).format(**values))

    notes = [word("report.cite.edition", spoken).format(edition=identity.edition)]
    if identity.parameters:
        notes.append(word("report.cite.parameters", spoken).format(parameters=_parameters(identity)))
    output = Reference(
        key=output_key(identity),
        kind="output",
        title=_title(identity, spoken, title),
        medium=said("output", id=identity.id, **named),
        note=_line(". ".join(notes)),
        url=identity.address or address(identity.url),
        **ours,
    )
    software = Reference(
        key=f"ogp_analysis_software_{identity.software_version}",
        kind="software",
        title=_line(identity.software_title),
        version=_line(identity.software_version),
        medium=word("report.cite.software", spoken),
        described=said("software_version", version=identity.software_version),
        url=address(identity.url),
        **ours,
    )
    sources = sorted(sources, key=lambda s: (s["source"], str(s["version"])))
    cited = [paper for names, paper in papers() if any(name in text.casefold() for name in names)]
    keyed: dict[str, Reference] = {}
    for one in (output, software, *(_source(s, spoken, tables) for s in sources), *cited):
        wanted = re.sub(r"[^A-Za-z0-9]+", "_", one.key).strip("_").lower() or "source"
        numbered = (f"{wanted}_{number}" for number in count(2))
        key = next(key for key in chain([wanted], numbered) if key not in keyed)
        keyed[key] = replace(one, key=key)
    return list(keyed.values())


def bibtex(references: list[Reference]) -> str:
    """Return references as BibTeX.

    Every entry but a paper is ``@misc``, which both BibTeX and biblatex print in full. Text is escaped for TeX. How a
    publisher asks to be cited, and the hashes of its tables, stand in ``annote``, which no style prints. The DOI of
    anything but a paper is also its address, because BibTeX styles print no DOI of ``@misc``.
    """
    written = []
    for one in references:
        resolved = f"https://doi.org/{one.doi}" if one.doi and one.kind not in PAPERS else ""
        fields = {
            # A person is written ``Family, Given``, a body in braces, which keep its name whole.
            "author": " and ".join(
                f"{_tex(family)}, {_tex(given)}" if given else OTHERS if family == OTHERS else f"{{{_tex(family)}}}"
                for family, given in one.authors
            ),
            "title": f"{{{_tex(one.title)}}}",
            "journal": _tex(one.journal),
            "publisher": f"{{{_tex(one.publisher)}}}" if one.publisher else "",
            "year": one.date[:4],
            "volume": one.volume,
            "number": one.number,
            "pages": one.pages.replace("-", "--"),
            "howpublished": _tex(one.described or one.medium),
            "doi": one.doi.translate(_VERBATIM),
            "url": (one.url or resolved).translate(_VERBATIM),
            "urldate": one.accessed,
            "note": _tex(one.note),
            "annote": _tex(f"{one.citation} {one.hashes}"),
        }
        body = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
        kind = one.kind if one.kind in PAPERS else "misc"
        written.append(f"@{kind}{{{one.key},\n{body}}}\n")
    return "\n".join(written)


#: Kinds of references that are papers behind methods.
PAPERS = ("article", "book")
#: What a thing to credit is in CSL and in RIS.
_KINDS = {"output": ("report", "RPRT"), "software": ("software", "COMP"), "data": ("dataset", "DATA")}
_KINDS |= {"article": ("article-journal", "JOUR"), "book": ("book", "BOOK")}


def csl(references: list[Reference]) -> str:
    """Return references as CSL-JSON, which Zotero, pandoc and Quarto read."""
    items = []
    for one in references:
        item = {
            "id": one.key,
            "type": _KINDS[one.kind][0],
            "title": one.title,
            "author": [{"family": f, "given": g} if g else {"literal": f} for f, g in one.authors if f != OTHERS],
            "publisher": one.publisher,
            "issued": _day(one.date),
            "accessed": _day(one.accessed),
            "container-title": one.journal,
            "volume": one.volume,
            "issue": one.number,
            "page": one.pages,
            "version": one.version,
            "medium": one.medium,
            "note": one.note,
            "annote": f"{one.citation} {one.hashes}".strip(),
            "DOI": one.doi,
            "URL": one.url,
        }
        items.append({name: value for name, value in item.items() if value})
    return json.dumps(items, ensure_ascii=False, indent=1) + "\n"


def _day(date: str) -> dict | None:
    return {"date-parts": [[int(part) for part in date.split("-")]]} if date else None


def ris(references: list[Reference]) -> str:
    """Return references as RIS, which EndNote, Mendeley and Zotero read; a tag a line."""
    written = []
    for one in references:
        tags = [("TY", _KINDS[one.kind][1]), ("ID", one.key)]
        tags += [("AU", f"{f}, {g}" if g else f) for f, g in one.authors if f != OTHERS]
        tags += [("TI", one.title), ("T2", one.journal), ("VL", one.volume), ("IS", one.number)]
        tags += zip(("SP", "EP"), one.pages.split("-"), strict=False)
        tags += [("PB", one.publisher), ("PY", one.date[:4])]
        tags += [("DA", one.date.replace("-", "/") if len(one.date) > 4 else "")]
        tags += [("ET", one.version), ("M3", one.medium), *(("N1", n) for n in (one.note, one.citation, one.hashes))]
        tags += [("DO", one.doi), ("UR", one.url), ("Y2", one.accessed.replace("-", "/"))]
        written.append("".join(f"{tag}  - {value}\n" for tag, value in tags if value) + "ER  - \n")
    return "\n".join(written)


#: An entry of BibTeX and of RIS as they are written here, and its key.
_ENTRIES = {
    "bibtex": re.compile(r"^@\w+\{([^,\n]+),\n.*?^\}\n", re.MULTILINE | re.DOTALL),
    "ris": re.compile(r"^TY  - .*?^ID  - (\S+)\n.*?^ER  - \n", re.MULTILINE | re.DOTALL),
}


def together(written: Sequence[str], style: str) -> str:
    """Return several bibliographies as one: each key once, as the first of them has it.

    Parameters
    ----------
    written : sequence of str
        What :func:`bibtex`, :func:`csl` or :func:`ris` returned.
    style : {"bibtex", "csl", "ris"}

    Examples
    --------
    >>> paper = [paper for _, paper in papers() if paper.key == "wilson_1927"]
    >>> together([bibtex(paper), bibtex(paper)], "bibtex") == bibtex(paper)
    True
    """
    entries: dict[str, object] = {}
    for text in written:
        if style == "csl":
            found = [(item["id"], item) for item in json.loads(text)]
        else:
            found = [(entry[1], entry[0]) for entry in _ENTRIES[style].finditer(text)]
        for key, entry in found:
            entries.setdefault(key, entry)
    if style == "csl":
        return json.dumps(list(entries.values()), ensure_ascii=False, indent=1) + "\n"
    return "\n".join(entries.values())


def address(url) -> str:
    """Return an address if it is one of the web, else an empty text."""
    return url if isinstance(url, str) and _ADDRESS.match(url) else ""


def doi(text) -> str:
    """Return the bare DOI in a text that is one, else an empty text."""
    text = re.sub(r"\A(?:https?://(?:dx\.)?doi\.org/|doi:\s*)", "", str(text or "").strip(), flags=re.IGNORECASE)
    return text if _DOI.match(text) else ""


def output_key(identity: Identity) -> str:
    """Return the key under which the references of an output name the output itself."""
    return f"ogp_analysis_{identity.id}"


def _source(source: dict, language: str, tables: list[dict]) -> Reference:
    said = {name: str(source.get(name) or "") for name in ("version", "licence", "publisher", "citation", "accessed")}
    said |= {name: in_language(said[name], language) for name in ("publisher", "citation")}
    version, accessed, publisher = said["version"], said["accessed"], _line(said["publisher"])
    # A publisher is one body, whatever commas are in its name.
    authors = _names(source.get("authors") or ()) or (((publisher, ""),) if publisher else ())
    found = doi(source.get("doi"))
    try:
        accessed_in_words = day(dt.datetime.strptime(accessed, "%Y-%m-%d").date(), language)
    except ValueError:
        accessed = accessed_in_words = ""
    own = [t for t in tables if t["dataset"] == source["source"] and t["table"] in source.get("tables", ())]
    hashes = ", ".join(f"{t['table']} {t['sha256']}" for t in own)
    notes = {"licence": said["licence"], "accessed": accessed_in_words}
    return Reference(
        key=f"{source['source']}_{version}",
        kind="data",
        authors=authors,
        title=_line(str(source.get("title") or source["source"])),
        publisher=publisher if ((publisher, ""),) != authors else "",
        date=str(year) if isinstance(year := source.get("year"), int) else "",
        version=_line(version),
        medium=word("report.cite.data", language),
        described=_line(word("report.cite.data_version", language).format(version=version)) if version else "",
        note=_line(". ".join(word(f"report.cite.{n}", language).format(**{n: v}) for n, v in notes.items() if v)),
        licence=_line(said["licence"]),
        accessed=accessed,
        hashes=_line(word("report.cite.hashes", language).format(hashes=hashes)) if hashes else "",
        citation=_line(said["citation"]),
        doi=found,
        url="" if found else next(filter(None, map(address, source.get("urls") or [])), ""),
    )


@cache
def papers() -> list[tuple[tuple[str, ...], Reference]]:
    """Return the papers behind methods by their keys: the names a report gives a method, in small letters, and a paper.

    They stand in ``references.bib`` beside this module, a field a line.
    """
    text = beside.text(__file__, "references.bib")
    made = []
    for kind, key, body in re.findall(r"^@(\w+)\{(\w+),\n(.*?)^\}$", text, re.MULTILINE | re.DOTALL):
        fields = dict(re.findall(r"^  (\w+) = \{(.*)\},$", body, re.MULTILINE))
        names = tuple(name.strip().casefold() for name in fields.pop("keywords").split(";"))
        authors = _names(fields.pop("author").split(" and "))
        made.append((names, Reference(key, kind, authors, date=fields.pop("year"), **fields)))
    return made


def paper_line(paper: Reference, language: str) -> str:
    """Return the reference of a paper as one line of plain text, without its DOI."""
    names = [f"{family}, {given}" if given else family for family, given in paper.authors]
    authors = _enumerated(names, "; ", language)
    issue = f" {paper.volume}({paper.number})" if paper.volume else ""
    where = f"{paper.journal or paper.publisher}{issue}" + (f", {paper.pages.replace('-', '–')}" if paper.pages else "")
    return f"{authors} ({paper.date}). {paper.title}. {where}."


def _enumerated(names: list[str], mark: str, language: str) -> str:
    """Return names with a mark between them, and the word for "and" before the last."""
    return f" {word('report.cite.and', language)} ".join(filter(None, [mark.join(names[:-1]), *names[-1:]]))


def _title(identity: Identity, language: str, title: str) -> str:
    untitled = word("report.cite.untitled", language)
    return flat(title).strip() or untitled.format(notebook=identity.notebook, parameters=_parameters(identity))


def _parameters(identity: Identity) -> str:
    return ", ".join(f"{name} = {flat(parameter_text(value))}" for name, value in sorted(identity.parameters.items()))


def parameter_text(value) -> str:
    """Return the value of a parameter as text: of a list its values, with commas between them."""
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _line(text: str) -> str:
    return flat(text).strip()


def _names(names) -> tuple[tuple[str, str], ...]:
    """Return family and given name of each author written ``Family, Given``; of a body its name and an empty text."""
    found = []
    for name in filter(None, map(_line, names)):
        family, comma, given = name.partition(", ")
        person = comma and given.strip() and "," not in given and not re.search(r"\band\b", name)
        found.append((family, given) if person else (name.rstrip(", "), ""))
    return tuple(found)


def _tex(text: str) -> str:
    """Return text for a field in braces, where a quotation mark is one: other readers than TeX know it only as that."""
    return escaped(text).replace(r"\symbol{34}", '"')


def in_language(text: str, language: str) -> str:
    """Return a text in which our own name stands in a language, as ``CITATION.cff`` and sidecars have it in English."""
    for key in ("report.cite.own", "report.cite.added"):
        text = text.replace(word(key, "en"), word(key, language))
    return text


def identity_of(here: Project, run, identifier: str, language: str) -> Identity:
    """Return the identity of one page of an output; year, version and DOI come from ``CITATION.cff`` alone."""
    software = citation_file(here.citation)
    authors = tuple(
        in_language(a.get("name") or f"{a.get('family-names', '')}, {a.get('given-names', '')}", language)
        for a in software["authors"]
    )
    return Identity(
        notebook=run.notebook,
        slug=run.slug,
        id=identifier,
        parameters=run.parameters,
        edition=run.edition,
        language=language,
        software_title=software["title"],
        software_version=str(software["version"]),
        authors=authors,
        released=str(software["date-released"]) if software.get("date-released") else None,
        url=software.get("url") or software.get("repository-code"),
        address=f"{site}/{run.place}/{language}/" if (site := site_url(here)) else "",
        licence=str(software.get("license") or ""),
    )


def site_url(here: Project) -> str:
    """Return where the project publishes its folder of reports, as ``site_url`` of ``runs.toml`` says; else nothing.

    Raises
    ------
    ReportError
        If it is not an address of the web.
    """
    try:
        stated = tomllib.loads(here.runs.read_text(encoding="utf-8")).get("site_url", "")
    except (OSError, ValueError, RecursionError):
        return ""  # what is to be run says what is wrong with it
    if stated and not address(stated):
        fault = f"{str(stated)[:60]!r} is not an address of the web"
        raise ReportError(f"{here.shown(here.runs)}: site_url", fault, "Begin it with https://, or leave it out")
    return stated.rstrip("/")


@cache
def citation_file(file: Path) -> dict:
    """Return the citation file of the software.

    Raises
    ------
    ReportError
        If it is missing or lacks title, version or authors.
    """
    import yaml

    try:
        software = yaml.safe_load(file.read_text(encoding="utf-8"))
        software["title"], software["version"], [author.get("name") for author in software["authors"]]
    except (OSError, ValueError, yaml.YAMLError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ReportError(file.name, f"cannot be read ({error})", "Restore it from the repository") from error
    return software
