"""What the files of a report say of the output they belong to, for reference managers, search engines and archives."""

from __future__ import annotations

import json
import struct
import zlib
from html import escape
from typing import NamedTuple

from ogp_analysis.base.words.sentence import flat
from ogp_analysis.publishing.citation import OTHERS, Identity, Reference, label
from ogp_analysis.publishing.pages.carried import Carried
from ogp_analysis.publishing.pages.drawing import Drawing, with_first

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_DC = "http://purl.org/dc/elements/1.1/"
#: The files that hold a whole report.
_WHOLE = {"report.pdf": "application/pdf", "notebook.ipynb": "application/x-ipynb+json"}


def svg(figure: Drawing, identity: Identity) -> bytes:
    """Return the SVG file of a figure with caption, authors and output in Dublin Core."""
    says = [
        ("title", figure.caption),
        *(("creator", name) for name in identity.authors),
        ("identifier", label(identity)),
    ]
    says += [("source", identity.address)] if identity.address else []
    core = "".join(f"<dc:{name}>{escape(flat(text))}</dc:{name}>" for name, text in says)
    described = f'<rdf:RDF xmlns:rdf="{_RDF}" xmlns:dc="{_DC}"><rdf:Description>{core}</rdf:Description></rdf:RDF>'
    return with_first(figure.svg, f"<metadata>{described}</metadata>").encode()


def png(content: bytes, figure: Drawing, identity: Identity) -> bytes:
    """Return a PNG with caption, text alternative, authors and output in the text chunks that its standard names."""
    says = {
        "Title": figure.caption,
        "Author": "; ".join(identity.authors),
        "Description": figure.alt,
        "Source": " ".join(filter(None, [label(identity), identity.address])),
        "Software": f"{identity.software_title} {identity.software_version}",
    }
    chunks = b""
    for name, text in says.items():
        said = f"{name}\0\0\0\0\0{flat(text)}".encode()
        chunks += struct.pack(">I", len(said)) + b"iTXt" + said + struct.pack(">I", zlib.crc32(b"iTXt" + said))
    first = 8 + 25  # the signature, and the header, which has to come first
    return content[:first] + chunks + content[first:]


class Head(NamedTuple):
    """What the head of a page says of it: pairs of name and content for ``<meta>``, and JSON-LD."""

    named: list[tuple[str, str]]
    linked: str


def head(carried: Carried, identity: Identity, credited: list[Reference]) -> Head:
    """Return what the head of a page says of it: Highwire Press tags and Dublin Core, and JSON-LD of schema.org.

    Parameters
    ----------
    carried : Carried
    identity : Identity
    credited : list of Reference
        The output first, as :func:`ogp_analysis.publishing.citation.references` returns them.
    """
    output, sources = credited[0], [one for one in credited if one.kind == "data"]
    named = [
        ("citation_title", output.title),
        *(("citation_author", ", ".join(filter(None, name))) for name in output.authors),
        ("citation_publication_date", output.date.replace("-", "/")),
        ("citation_language", identity.language),
        ("citation_technical_report_institution", identity.software_title),
        ("citation_technical_report_number", identity.id),
        ("citation_public_url", identity.address),
        ("citation_pdf_url", f"{identity.address}report.pdf" if identity.address else ""),
        ("DC.title", output.title),
        *(("DC.creator", ", ".join(filter(None, name))) for name in output.authors),
        *(("DC.date", output.date), ("DC.language", identity.language), ("DC.type", "Text")),
        *(("DC.identifier", label(identity)), ("DC.identifier", identity.address)),
        ("DC.description", carried.abstract),
        *(("DC.source", f"https://doi.org/{one.doi}" if one.doi else one.citation or one.title) for one in sources),
    ]
    about = {
        "name": output.title,
        "author": _authors(output),
        "datePublished": output.date,
        "inLanguage": identity.language,
        "identifier": label(identity),
        "url": identity.address,
        "description": carried.abstract,
    }
    article = {
        "@type": "ScholarlyArticle",
        "@id": label(identity),
        "headline": output.title,
        **about,
        "isBasedOn": [_dataset(one) for one in sources],
        "encoding": [_download(path, kind) for path, kind in _WHOLE.items()],
    }
    tables = [_download(f"tables/{name}.csv", "text/csv") for name in sorted(carried.tables)]
    dataset = {
        "@type": "Dataset",
        "@id": f"{label(identity)}#data",
        **about,
        "isPartOf": {"@id": label(identity)},
        "distribution": [_download("numbers.json", "application/json"), *tables],
    }
    graph = {"@context": "https://schema.org", "@graph": [_said(article), _said(dataset)]}
    # Inside <script>, "<" could end it.
    linked = json.dumps(graph, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return Head([(name, content) for name, content in named if content], linked)


def _dataset(source: Reference) -> dict:
    about = {"@type": "Dataset", "@id": f"https://doi.org/{source.doi}" if source.doi else "", "name": source.title}
    about["author"] = _authors(source)
    about["publisher"] = {"@type": "Organization", "name": source.publisher} if source.publisher else None
    about |= {"version": source.version, "datePublished": source.date, "license": source.licence}
    return _said({**about, "creditText": source.citation, "url": source.url})


def _authors(reference: Reference) -> list[dict]:
    return [_agent(*name) for name in reference.authors if name[0] != OTHERS]


def _agent(family: str, given: str) -> dict:
    person = {"@type": "Person", "familyName": family, "givenName": given, "name": f"{given} {family}"}
    return person if given else {"@type": "Organization", "name": family}


def _download(path: str, kind: str) -> dict:
    return {"@type": "DataDownload", "contentUrl": path, "encodingFormat": kind}


def _said(thing: dict) -> dict:
    return {name: value for name, value in thing.items() if value}
