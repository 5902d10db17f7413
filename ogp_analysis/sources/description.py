"""What a sidecar says of a source: who published the files, under what terms, and which bytes they are."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta, Struct

#: Whether the terms are an open licence; ``unknown`` where the publisher does not say.
Open = Literal["yes", "no", "unknown"]
_Text = Annotated[str, Meta(pattern=r"\S")]
_Count = Annotated[int, Meta(ge=0)]
#: How the folder of a part of a version is called: the version and this.
EXTRACT = "-extract"


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
        Whether it holds records that cannot be told by the rules of the format, such as those that a quotation
        mark swallowed: they are repaired or handed on with what is wrong. `rows` counts what comes of it.
    element_key : str
        Of a JSON file of releases or records: the field that says which of them belong together. `rows` counts them.
    renamed : bool
        Whether the publisher's name of the file names a natural person, so that it has another one here. It is found by
        its content, and has no address.
    url : str
        Address that serves these very bytes; empty if there is none.
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
    licence: _Text
    open_licence: Open
    redistribute: bool
    compiled: bool


class ColumnTerms(Struct, frozen=True, forbid_unknown_fields=True):
    """Terms of one raw column that differ from those of its source."""

    name: str
    redistribute: bool
    licence: str = ""


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
    balance, rules : tuple of dict
        Of an extract: how many raw rows it rests on, by file, and what rules did to them.
    """

    id: str
    version: str
    title: _Text
    publisher: _Text
    authors: tuple[Annotated[str, Meta(pattern=r"^[^,\s][^,]*(, [^,\s][^,]*)?\Z")], ...] = ()
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
    balance: tuple[dict, ...] = ()
    rules: tuple[dict, ...] = ()

    @property
    def release(self) -> str:
        """The publisher's word for the version: that of the folder without ``-extract``."""
        return self.version.removesuffix(EXTRACT)

    @property
    def folder(self) -> str:
        """``id/version``: the folder of the files below a raw root."""
        return f"{self.id}/{self.version}"

    def may_redistribute(self, column: str) -> bool:
        """Whether values of the raw `column` may stand in files that we publish."""
        return next((terms.redistribute for terms in self.columns if terms.name == column), self.redistribute)
