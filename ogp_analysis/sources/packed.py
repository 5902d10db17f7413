"""The tables of a file: a text, a workbook, or a zip or gz of them. Nothing is written to the disk."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from ogp_analysis.base.errors import SourceError, listed
from ogp_analysis.sources import workbook
from ogp_analysis.sources.unpacking import BROKEN, Content, Gzipped, Member, with_line_feeds

TEXTS = (".csv", ".txt", ".tsv", ".psv")
_MOST_MEMBERS = 1_000
_ENCRYPTED = 0x1
_ZIP, _EMPTY_ZIP, _GZ, _OLD_WORKBOOK = b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True)
class Table:
    """One table of a file.

    Attributes
    ----------
    label : str
        Name of the file; of the file inside it after ``/``; of the sheet, if there are several, in brackets.
    content : Content
        Its bytes.
    is_workbook : bool
        Whether these are a workbook; else they are text.
    sheet : str
        Which sheet; empty if there is one only.
    """

    label: str
    content: Content
    is_workbook: bool = False
    sheet: str = ""


def tables(path: Path, label: str) -> tuple[list[Table], list[str]]:
    """Return the tables of a file, and the names of the files inside it that are none.

    What a file is, its first bytes tell, not its name. A zip is read as it unpacks, so the names in it
    lead nowhere; one that would is refused all the same, and so is what no well-meant zip has: files
    that overlap, share a name, need a password, or unpack to more than 200 times their size.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    label : str
        How tables, records and errors name it.

    Raises
    ------
    SourceError
        If it cannot be read or is refused, or is no table but a page of the web.
    """
    with path.open("rb") as stream:
        start = stream.read(1024)
    if start.startswith(_GZ):
        inside = Gzipped(path, label)
        return _told(inside, label), []
    if start.startswith((_ZIP, _EMPTY_ZIP)):
        infos = _members(path, label)
        if not {"[Content_Types].xml", "mimetype"} & {info.filename for info in infos}:
            return _of_zip(path, label, infos)
    return _told(path, label), []


def documents(path: Path, label: str, endings: tuple[str, ...]) -> list[tuple[str, Content]]:
    """Return the texts of a file that is no table: itself, or what a gz or zip holds, with their labels.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    label : str
        How records and errors name it.
    endings : tuple of str
        Which files inside a zip are meant.

    Raises
    ------
    SourceError
        As :func:`tables`; also if a zip holds no such file.
    """
    with path.open("rb") as stream:
        start = stream.read(4)
    if start.startswith(_GZ):
        return [(label, Gzipped(path, label))]
    if not start.startswith((_ZIP, _EMPTY_ZIP)):
        return [(label, path)]
    infos = _members(path, label)
    _refuse(path, label, infos)
    meant = [i for i in infos if i.filename.lower().endswith(endings) and "__MACOSX" not in i.filename]
    if not meant:
        raise SourceError(label, "holds no file ending in " + ", ".join(endings), "Unpack it and name its files")
    return [(f"{label}/{i.filename}", Member(path, f"{label}/{i.filename}", i)) for i in sorted(meant, key=_name)]


def _name(info: zipfile.ZipInfo) -> str:
    return info.filename


def _told(content: Content, label: str) -> list[Table]:
    """Return the tables of a text or a workbook; its first bytes tell which."""
    with content.open("rb") as stream:
        start = stream.read(1024)
    if start.startswith((_ZIP, _OLD_WORKBOOK)):
        names = workbook.sheets(content, label)
        several = len(names) > 1
        return [Table(f"{label} [{n}]" if several else label, content, True, n if several else "") for n in names]
    if start.startswith((_GZ, b"Rar!", b"7z\xbc\xaf")):
        raise SourceError(label, "is an archive that is not read here", "Unpack it")
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise SourceError(label, "is text in UTF-16", "Save it as UTF-8")
    refuse_page(start, label)
    return [Table(label, with_line_feeds(content, label))]


def refuse_page(start: bytes, label: str) -> None:
    """Raise if the first bytes of a text say that it is a page of the web.

    Raises
    ------
    SourceError
        Naming the file.
    """
    if start.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith((b"<!doctype", b"<html", b"<?xml")):
        raise SourceError(label, "is a page of the web, not a table", "Download it again with a browser")


def _members(path: Path, label: str) -> list[zipfile.ZipInfo]:
    try:
        with zipfile.ZipFile(path) as archive:
            return [info for info in archive.infolist() if not info.is_dir()]
    except BROKEN as error:
        raise SourceError(label, f"is not a readable zip ({error})", "Download it again") from error


def _of_zip(path: Path, label: str, infos: list[zipfile.ZipInfo]) -> tuple[list[Table], list[str]]:
    _refuse(path, label, infos)
    found, others = [], []
    for info in sorted(infos, key=lambda info: info.filename):
        inside = f"{label}/{info.filename}"
        if _may_be_table(PurePosixPath(info.filename)):
            found += _told(Member(path, inside, info), inside)
        else:
            others.append(inside)
    if not found:
        names = listed(sorted(info.filename for info in infos)) or "nothing"
        raise SourceError(label, f"holds no table, only {names}", "Unpack it and name its tables")
    return found, others


def _may_be_table(name: PurePosixPath) -> bool:
    hidden = name.name.startswith(".") or name.parts[0] == "__MACOSX"
    return name.suffix.lower() in (*TEXTS, *workbook.ENDINGS) and not hidden


def _refuse(path: Path, label: str, infos: list[zipfile.ZipInfo]) -> None:
    if len(infos) > _MOST_MEMBERS:
        raise SourceError(label, f"is refused: it holds {len(infos)} files", "Unpack it and name its tables")
    names = [info.filename for info in infos]
    outside = [n for n in names if n.startswith(("/", "\\")) or ":" in n or ".." in n.replace("\\", "/").split("/")]
    twice = sorted({name for name in names if names.count(name) > 1})
    locked = [info.filename for info in infos if info.flag_bits & _ENCRYPTED]
    packed = sum(info.compress_size for info in infos)
    for wrong, what in (
        (outside, f"has names that lead out of its folder, {listed(outside)}"),
        (twice, f"holds several files of one name, {listed(twice)}"),
        (locked, f"needs a password for {listed(locked)}"),
        (packed > path.stat().st_size, "has files that overlap"),
    ):
        if wrong:
            raise SourceError(label, f"is refused: it {what}", "Get it from its publisher again, or unpack it")
