"""What a sidecar says of a source: who published the files, under what terms, and which bytes they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated, Literal

from msgspec import Meta, Struct

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

    @property
    def release(self) -> str:
        """The publisher's word for the version: that of the folder without ``-extract`` or ``-added``."""
        return self.version.removesuffix(EXTRACT).removesuffix(ADDED)

    @property
    def folder(self) -> str:
        """``id/version``: the folder of the files below a raw root."""
        return f"{self.id}/{self.version}"

    def may_redistribute(self, column: str) -> bool:
        """Whether values of the raw `column` may stand in files that we publish."""
        return next((terms.redistribute for terms in self.columns if terms.name == column), self.redistribute)


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
