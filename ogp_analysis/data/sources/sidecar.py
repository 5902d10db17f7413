"""What we were given: the sources below a raw root, read from their sidecars. No data is touched."""

from __future__ import annotations

import codecs
import json
import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import quote

from msgspec import Meta, Struct, ValidationError, convert

from ogp_analysis.base import fingerprint, kept
from ogp_analysis.base.errors import SourceError, UnknownName, listed
from ogp_analysis.base.paths import project

# What a sidecar says of a source: who published the files, under what terms, and which bytes they are.

#: Whether the terms are an open licence; ``unknown`` where the publisher does not say.
Open = Literal["yes", "no", "unknown"]
_Text = Annotated[str, Meta(pattern=r"\S")]
_Count = Annotated[int, Meta(ge=0)]
#: How the folder of a part of a version is called: the version and this.
EXTRACT = "-extract"
#: How the folder of a version that the user added is called where the project has a folder of that version.
ADDED = "-added"


class ReadAs(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How a table of a file that the user added is read.

    Attributes
    ----------
    dataset, layout : str
        The dataset it goes into, and the name of the layout by which it was recognised.
    sheet : str
        Sheet of a workbook; empty for the first, or for a text file.
    before : int
        Lines (rows of the sheet) above the column names.
    """

    dataset: _Text
    layout: _Text
    sheet: str = ""
    before: _Count = 0


class SourceFile(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One raw file as its publisher, or this project, made it.

    Attributes
    ----------
    name : str
        Path inside the folder of the version, with ``/``.
    sha256 : str
        64 hex digits, of the file as it lies there (of the gzipped form, if it is gzipped).
    bytes, rows : int
        Size, and number of records below the header (releases or records of a JSON file).
    encoding, delimiter : str
        Of a text table; the encoding is empty for a binary file, the delimiter where there is none.
    sheet : str
        The sheet of a workbook that `rows` counts.
    short_lines : tuple of int
        Lines that lack trailing cells at the source; the cells are read as empty.
    header : bool
        Whether the file has a line of column names.
    damaged : bool
        Whether it holds records that cannot be determined by the rules of the format, such as those that a quotation
        mark swallowed: they are repaired or handed on with what is wrong. `rows` counts what comes of it.
    element_key : str
        Of a JSON file of releases or records: the field that says which of them belong together. `rows` counts them.
    renamed : bool
        Whether the publisher's name of the file names a natural person, so that it has another one here. It is found by
        its content, and has no address.
    url : str
        Address that serves these very bytes; empty if there is none.
    read_as : tuple of ReadAs
        Of a file that the user added, its tables.
    licence, open_licence, redistribute, compiled
        As in :class:`Source`, of which they are the default.
    """

    name: _Text
    sha256: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]
    bytes: _Count
    rows: _Count
    encoding: str = ""
    delimiter: Annotated[str, Meta(pattern=r'^[^\r\n"]?\Z')] = ""
    sheet: str = ""
    short_lines: tuple[int, ...] = ()
    header: bool = True
    damaged: bool = False
    element_key: str = ""
    renamed: bool = False
    url: Annotated[str, Meta(pattern=r"^(https?://\S+)?\Z")] = ""
    read_as: tuple[ReadAs, ...] = ()
    licence: _Text
    open_licence: Open
    redistribute: bool
    compiled: bool


@dataclass(frozen=True)
class RawFile:
    """A raw file at hand, with its entry in the sidecar.

    Attributes
    ----------
    label : str
        ``source/version/name``: its name in tables and errors, the same on every machine.
    path : pathlib.Path
        Its path on this machine.
    entry : SourceFile
        What the sidecar says of it.
    """

    label: str
    path: Path
    entry: SourceFile


@dataclass(frozen=True)
class Input:
    """One raw file, or all raw files of one version, that a cleaner reads.

    Attributes
    ----------
    source, version : str
        The folder below ``data/raw``.
    files : str
        A glob inside that folder.
    header : int
        How many lines stand before the line with the column names.
    sheet : str
        Name of the sheet of a workbook; empty for the first, or for a text file.
    tables : tuple of str
        The tables it goes into, so that only sources in use are credited; empty for all.
    layout : str
        Name of the layout of a file that was added; empty for those of the full edition.
    """

    source: str
    version: str
    files: str = "*.csv"
    header: int = 0
    sheet: str = ""
    tables: tuple[str, ...] = ()
    layout: str = ""


#: Given the names of all columns, returns those that are wanted.
Columns = Callable[[Sequence[str]], Iterable[str]]


class ColumnTerms(Struct, frozen=True, forbid_unknown_fields=True):
    """Terms of one raw column that differ from those of its source."""

    name: str
    redistribute: bool
    licence: str = ""


class Rule(Struct, frozen=True, forbid_unknown_fields=True):
    """How often a rule changed a value, set a row aside or merged one, in one raw column of one folder.

    Attributes
    ----------
    folder : str
        ``source/version``.
    action, rule, column : str
        As in the record.
    count : int
        Entries of the record.
    place, old, new : str
        File and line of the first entry that may be shown, and what it says; empty if none may.
    """

    folder: str
    action: str
    rule: str
    column: str
    count: int
    place: str = ""
    old: str = ""
    new: str = ""


class Balance(Struct, frozen=True, forbid_unknown_fields=True):
    """What became of the raw rows of one file; the counts are those of a record of cleaning."""

    file: str
    rows_in: _Count
    kept: _Count
    set_aside: _Count
    merged: _Count
    changed_values: _Count


class Source(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One version of one source.

    Attributes
    ----------
    id, version : str
        Names of the two folders below ``data/raw``. The version is the publisher's word, else a date.
    title, publisher : str
        What it is, and who answers for it.
    authors : tuple of str
        Who made it, if not the publisher: ``Family, Given`` for a person, the name of a body without a comma, and
        ``others`` at the end of a list that names only the first. Empty if the publisher is the author.
    year : int or None
        In which the publisher published this version, or we compiled a table of ours: never one of the years that it is
        about. None if it is not known.
    doi : str
        Of this version; empty if it has none that is known.
    urls : tuple of str
        Where the publisher offers or describes it, for people.
    accessed : datetime.date or None
        When the bytes were taken from the publisher, if that is known.
    licence : str
        The terms in a few words.
    open_licence : str
        One of :data:`Open`.
    redistribute : bool
        Whether values may stand in files that we publish; ``columns`` names the exceptions.
    citation : str
        One plain reference line.
    compiled : bool
        True for a table this project put together, extracted or converted.
    obtained_from : tuple of str
        ``owner/repository @ commit : path``, or in words.
    columns : tuple of ColumnTerms
        Columns whose terms differ.
    files : tuple of SourceFile
        In the order of the sidecar.
    dataset : str
        For an extract in this package's own schema, the dataset whose tables it holds; else empty.
    notes : str
        Anything else that was said.
    as_of : datetime.date or None
        The last day that the files can know of: when they were published, else when they were taken; None if neither
        is known. What the files report as done was done by then.
    balance : tuple of Balance
        Of an extract: the raw rows it rests on, by file.
    rules : tuple of Rule
        And what rules did to them.
    added : datetime.date or None
        The day on which the user added it; None for what the project describes.
    carried : tuple of str
        Fields that the user did not give, taken from the version before: to be checked.
    column_names, accepted
        What the user said of files that were added, as :class:`ogp_analysis.data.cleaning.overrides.Overrides` has it.
    """

    id: str
    version: str
    title: _Text
    publisher: _Text
    authors: tuple[Annotated[str, Meta(pattern=r"^[^,\s][^,]*(, [^,\s][^,]*)?\Z")], ...] = ()
    year: Annotated[int, Meta(ge=1900, le=2100)] | None = None
    doi: Annotated[str, Meta(pattern=r"^(10\.\d{4,9}/\S+)?\Z")] = ""
    urls: tuple[Annotated[str, Meta(pattern=r"^https?://\S+\Z")], ...]
    accessed: date | None = None
    licence: _Text
    open_licence: Open
    redistribute: bool
    citation: _Text
    compiled: bool
    obtained_from: tuple[str, ...] = ()
    columns: tuple[ColumnTerms, ...] = ()
    files: Annotated[tuple[SourceFile, ...], Meta(min_length=1)]
    dataset: str = ""
    notes: str = ""
    as_of: date | None = None
    balance: tuple[Balance, ...] = ()
    rules: tuple[Rule, ...] = ()
    added: date | None = None
    carried: tuple[str, ...] = ()
    column_names: dict[str, str] = {}
    accepted: dict[str, dict[str, dict[str, str]]] = {}

    @property
    def release(self) -> str:
        """The publisher's word for the version: that of the folder without ``-extract`` or ``-added``."""
        return self.version.removesuffix(EXTRACT).removesuffix(ADDED)

    @property
    def folder(self) -> str:
        """``id/version``: the folder of the files below a raw root."""
        return f"{self.id}/{self.version}"


def matches(name: str, pattern: str) -> bool:
    """Whether the path `name` fits the glob `pattern`, case counting; ``**`` stands for any folders."""
    return _match(name.split("/"), pattern.split("/"))


def _match(parts: list[str], pattern: list[str]) -> bool:
    if not pattern:
        return not parts
    if pattern[0] == "**":
        rest = pattern[1:] or ["*"]
        return any(_match(parts[skip:], rest) for skip in range(len(parts)))
    return bool(parts) and fnmatchcase(parts[0], pattern[0]) and _match(parts[1:], pattern[1:])


NAME = "source.toml"
#: Lists of a sidecar of which each entry is a table.
_TABLES = ("files", "balance", "rules")
#: Terms of a source, which its files have too unless they say otherwise.
_TERMS = ("licence", "open_licence", "redistribute", "compiled")


def sources(root: Path | None = None, *, added: bool = False, ids: Iterable[str] = ("*",)) -> list[Source]:
    """Return every source that has a sidecar below `root`, sorted by name and version.

    What the user added is left out, so that it changes nothing that is said of the project; with `added` there is
    nothing else.

    Parameters
    ----------
    root : pathlib.Path, optional
        Folder of ``<source>/<version>/source.toml``; the project's ``data/raw`` by default.
    added : bool
        Whether those are meant that the user added.
    ids : iterable of str
        Only the sidecars of these sources are read; all by default.

    Raises
    ------
    SourceError
        If `root` is not a folder, or a sidecar cannot be read; names sidecar and field.
    """
    root = project().sidecars if root is None else Path(root)
    if not root.is_dir():
        raise SourceError(str(root), "is not a folder", "Name a folder that is laid out like data/raw")
    found = (_read(path) for id in ids for path in root.glob(f"{id}/*/{NAME}"))
    return sorted((one for one in found if bool(one.added) == added), key=lambda s: (s.id, s.version))


def source(root: Path | None, id: str, version: str) -> Source:
    """Return one version of one source; only its own sidecar is read.

    Raises
    ------
    UnknownName
        If `root` has no sidecar for it; names what it has.
    SourceError
        If the sidecar cannot be read; names the field.
    """
    root = project().sidecars if root is None else Path(root)
    path = root / id / version / NAME
    if not path.is_file():
        known = ", ".join(versions(root, id))
        raise UnknownName(f"source {id!r}, version {version!r}", "has no sidecar", f"Known versions are {known}")
    return _read(path)


def versions(root: Path | None, id: str) -> list[str]:
    """Return the versions of the source `id` that have a sidecar below `root`, sorted.

    Raises
    ------
    UnknownName
        If there is none; names the sources that are known.
    """
    root = project().sidecars if root is None else Path(root)
    known: dict[str, list[str]] = {}
    for path in sorted(root.glob(f"*/*/{NAME}")):
        known.setdefault(path.parent.parent.name, []).append(path.parent.name)
    if id not in known:
        action = "Known sources are " + (", ".join(known) or "none")
        raise UnknownName(f"source {id!r}", "has no sidecar below " + root.name, action)
    return [version for version in known[id] if not _read(root / id / version / NAME).added]


def _read(path: Path) -> Source:
    """Read the sidecar ``…/<source>/<version>/source.toml``; the two folders give the names."""
    where = "/".join(path.parts[-3:])
    try:
        return _parsed(path, fingerprint.sha256(path))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise SourceError(where, f"is not a readable TOML file ({error})", "Correct the sidecar") from error
    except OSError as error:
        raise SourceError(where, f"cannot be read ({error.strerror})", "Restore it from the repository") from error


@cache
def _parsed(path: Path, content: str) -> Source:
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    version, id = path.parts[-2], path.parts[-3]
    where = f"{id}/{version}/{NAME}"
    if "version" in table:
        if table["version"] not in (version, version.removesuffix(EXTRACT), version.removesuffix(ADDED)):
            raise _fault(where, "version", f"is {table['version']!r}, but the folder is {version!r}")
        table["version"] = version
    base = table.pop("files_url", "")
    if not isinstance(base, str) or not re.fullmatch(r"(https?://\S+/)?", base):
        raise _fault(where, "files_url", f"is {base!r}, not an http address that ends with /")
    given = {"element_key": table.pop("element_key", "")} | {name: table[name] for name in _TERMS if name in table}
    if isinstance(columns := table.get("columns"), dict):
        table["columns"] = [{"name": n, **terms} if isinstance(terms, dict) else terms for n, terms in columns.items()]
    # Each file with what its source says of all files.
    files = table.get("files")
    for at, file in enumerate(files if isinstance(files, list) else ()):
        if isinstance(file, dict):
            url = base + quote(str(file.get("name"))) if base else ""
            files[at] = given | {"url": url} | file | ({"url": ""} if file.get("renamed") is True else {})
    try:
        table = {**table, "id": id, "as_of": table.get("as_of", table.get("accessed"))}
        source = convert(table, Source, builtin_types=(date,))
    except ValidationError as error:
        raise _mistake(where, table, error) from error
    for part in (source, *source.files):
        if part.redistribute and part.open_licence != "yes" and not part.compiled:
            of_part = where if part is source else f"{where}, file {part.name}"
            what = "is true, but the licence is not known to be open and the table is not ours"
            raise _fault(of_part, "redistribute", what)
    for file in source.files:
        of_file = f"{where}, file {file.name}"
        if not kept.is_inside(file.name) or ":" in file.name or file.name == NAME:
            what = f"is {file.name!r}, not a path inside the folder of the version, written with /"
            raise _fault(of_file, "name", what)
        if file.delimiter and not file.encoding:
            raise _fault(of_file, "encoding", "is missing, but there is a delimiter")
        try:
            codecs.lookup(file.encoding or "utf-8")
        except LookupError:
            raise _fault(of_file, "encoding", f"is {file.encoding!r}, which Python does not know") from None
    names = Counter(file.name for file in source.files)
    if twice := sorted(name for name, count in names.items() if count > 1):
        raise _fault(where, "files", f"names {len(twice)} files twice, {listed(twice)}")
    return source


def written(about: Mapping[str, object]) -> bytes:
    """Return the text of a sidecar, without the facts that have no value.

    Parameters
    ----------
    about : mapping of str to object
        Its facts; ``files``, ``balance`` and ``rules``, of which each entry is a table of its own, come last.
    """
    text = list(_lines({key: value for key, value in about.items() if key not in _TABLES}))
    for name in (name for name in about if name in _TABLES):
        for entry in about[name]:
            text += ["", f"[[{name}]]", *_lines(entry)]
    return ("\n".join(text) + "\n").encode()


def _lines(entry: Mapping[str, object]) -> Iterator[str]:
    for key, value in entry.items():
        # Addresses must be stated, also where there are none.
        if key == "urls" or value not in ("", None, [], (), {}):
            yield f"{key} = {_inline(value)}"


def _inline(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_key(key)} = {_inline(one)}" for key, one in value.items()) + " }"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(_inline, value)) + "]"
    # JSON writes texts as TOML does, but for DEL.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _inline(name)


def _fault(where: str, field: str, what: str) -> SourceError:
    return SourceError(f"{where}, field {field}", what, "Correct the sidecar")


def _mistake(where: str, table: dict, error: ValidationError) -> SourceError:
    """Return the fault of a sidecar that is not of the form it should be, with the place of what is wrong."""
    what, _, place = str(error).partition(" - at ")
    field, *inside = re.findall(r"\w+", place) or [""]
    if field in ("files", "columns") and inside and isinstance(one := table[field][int(inside[0])], dict):
        where, table = f"{where}, {field.removesuffix('s')} {one.get('name', inside[0])}", one
        field = inside[1] if inside[1:] else ""
    if named := re.search(r"field `(\w+)`", what):
        return _fault(where, named[1], "is missing" if "missing" in what else "is unknown")
    return _fault(where, field, f"is {table.get(field)!r}: {what[0].lower()}{what[1:]}")
