"""Reading the sidecar of a raw folder, ``source.toml``, so that every fault names its field."""

from __future__ import annotations

import codecs
import re
import tomllib
from datetime import date
from pathlib import Path, PurePosixPath
from urllib.parse import quote

from ogp_analysis.base.errors import SourceError, listed
from ogp_analysis.sources.description import EXTRACT, OPEN, ColumnTerms, Source, SourceFile
from ogp_analysis.sources.fields import Fields

NAME = "source.toml"
#: Pattern of an address, and how an error calls it.
_URL = (r"https?://\S+", "an http address")


def read(path: Path) -> Source:
    """Read the sidecar of one version.

    Parameters
    ----------
    path : pathlib.Path
        ``…/<source>/<version>/source.toml``; the two folders give the names.

    Raises
    ------
    SourceError
        If it is no TOML, or a field is missing, unknown, mistyped or impossible; names sidecar and field.
    """
    version, identifier = path.parent.name, path.parent.parent.name
    where = f"{identifier}/{version}/{NAME}"
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SourceError(where, f"is not a readable TOML file ({error})", "Correct the sidecar") from error
    except OSError as error:
        raise SourceError(where, f"cannot be read ({error.strerror})", "Restore it from the repository") from error
    return _source(identifier, version, Fields(where, table))


def _source(identifier: str, version: str, fields: Fields) -> Source:
    if (said := fields.text("version")) not in (version, version.removesuffix(EXTRACT)):
        raise fields.fault("version", f"is {said!r}, but the folder is {version!r}")
    terms = _terms(fields, None)
    urls = fields.items("urls", str)
    for url in urls:
        if not re.fullmatch(_URL[0], url):
            raise fields.fault("urls", f"holds {url!r}, not {_URL[1]}")
    accessed = fields.value("accessed", date) if "accessed" in fields.table else None
    source = Source(
        id=identifier,
        version=version,
        title=fields.text("title"),
        publisher=fields.text("publisher"),
        authors=_authors(fields),
        doi=fields.matching("doi", r"10\.\d{4,9}/\S+", "a DOI without its resolver", ""),
        urls=tuple(urls),
        accessed=accessed,
        citation=fields.text("citation"),
        obtained_from=tuple(fields.items("obtained_from", str, [])),
        columns=_columns(fields),
        files=_files(fields, terms),
        dataset=fields.text("dataset", ""),
        notes=fields.text("notes", ""),
        as_of=fields.value("as_of", date) if "as_of" in fields.table else accessed,
        **terms,
    )
    # How many raw rows an extract rests on, and what rules did to them; read by who builds tables from it.
    fields.items("balance", dict, [])
    fields.items("rules", dict, [])
    fields.finished()
    return source


def _authors(fields: Fields) -> tuple[str, ...]:
    authors = fields.items("authors", str, [])
    odd = [author for author in authors if not re.fullmatch(r"[^,\s][^,]*(, [^,\s][^,]*)?", author)]
    if odd:
        raise fields.fault("authors", f"holds {listed(odd)}, neither `Family, Given` nor a body without a comma")
    return tuple(authors)


def _terms(fields: Fields, inherited: dict | None) -> dict:
    given = inherited or {"licence": None, "open_licence": None, "redistribute": None, "compiled": None}
    terms = {
        "licence": fields.text("licence", given["licence"]),
        "open_licence": fields.text("open_licence", given["open_licence"]),
        "redistribute": fields.value("redistribute", bool, given["redistribute"]),
        "compiled": fields.value("compiled", bool, given["compiled"]),
    }
    if terms["open_licence"] not in OPEN:
        raise fields.fault("open_licence", f"is {terms['open_licence']!r}, not one of {', '.join(OPEN)}")
    if terms["redistribute"] and terms["open_licence"] != "yes" and not terms["compiled"]:
        raise fields.fault("redistribute", "is true, but the licence is not known to be open and the table is not ours")
    return terms


def _columns(fields: Fields) -> tuple[ColumnTerms, ...]:
    found = []
    for name, table in fields.value("columns", dict, {}).items():
        if type(table) is not dict:
            raise fields.fault(f"columns.{name}", "is not a table")
        own = Fields(f"{fields.where}, columns.{name}", table)
        found.append(ColumnTerms(name, own.value("redistribute", bool), own.text("licence", "")))
        own.finished()
    return tuple(found)


def _files(fields: Fields, terms: dict) -> tuple[SourceFile, ...]:
    base = fields.matching("files_url", _URL[0] + "/", "an http address that ends with /", "")
    key = fields.text("element_key", "")
    files = tuple(
        _file(fields, number, table, terms, base, key) for number, table in enumerate(fields.items("files", dict), 1)
    )
    names = [file.name for file in files]
    twice = sorted({name for name in names if names.count(name) > 1}) if len(set(names)) < len(names) else []
    if not files or twice:
        raise fields.fault("files", f"names {len(twice)} files twice, {listed(twice)}" if twice else "names no file")
    return files


def _file(fields: Fields, number: int, table: dict, terms: dict, base: str, key: str) -> SourceFile:
    own = Fields(f"{fields.where}, file {table.get('name', number)!s}", table)
    name = _name(own)
    of_file = _terms(own, terms)
    file = SourceFile(
        name=name,
        sha256=own.matching("sha256", r"[0-9a-f]{64}", "64 hex digits in lower case"),
        bytes=own.count("bytes"),
        rows=own.count("rows"),
        encoding=_encoding(own),
        delimiter=own.matching("delimiter", r"[^\r\n\"]", "one character", ""),
        sheet=own.text("sheet", ""),
        short_lines=tuple(own.items("short_lines", int, [])),
        header=own.value("header", bool, True),
        damaged=own.value("damaged", bool, False),
        element_key=key,
        renamed=(renamed := own.value("renamed", bool, False)),
        url="" if renamed else own.matching("url", *_URL, default=_joined(base, name)),
        **of_file,
    )
    if file.delimiter and not file.encoding:
        raise own.fault("encoding", "is missing, but there is a delimiter")
    own.finished()
    return file


def _name(own: Fields) -> str:
    name = own.text("name")
    path = PurePosixPath(name)
    if path.is_absolute() or "\\" in name or ":" in name or str(path) != name or ".." in path.parts or name == NAME:
        raise own.fault("name", f"is {name!r}, not a path inside the folder of the version, written with /")
    return name


def _encoding(own: Fields) -> str:
    encoding = own.text("encoding", "")
    try:
        return encoding and codecs.lookup(encoding).name and encoding
    except LookupError:
        raise own.fault("encoding", f"is {encoding!r}, which Python does not know") from None


def _joined(base: str, name: str) -> str:
    return base + quote(name) if base else ""
