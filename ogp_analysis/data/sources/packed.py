"""The tables of a file: a text, a workbook, or a zip or gz of them. Nothing is written to the disk."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from ogp_analysis.base.errors import SourceError, listed
from ogp_analysis.data.sources import workbook
from ogp_analysis.data.sources.unpacking import ZIPS, Content, Gzipped, Member, is_page, members, start, with_line_feeds

TEXTS = (".csv", ".txt", ".tsv", ".psv")
_MOST_MEMBERS = 1_000
_ENCRYPTED = 0x1
_GZ, _OLD_WORKBOOK = b"\x1f\x8b", b"\xd0\xcf\x11\xe0"


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
    """Return the tables of a file, and the names of the files inside it that are no tables.

    The first bytes of a file say what it is, not its name. A zip is read as it unpacks, so the names in it
    lead nowhere; a zip with a name that leads outside is refused all the same, and so is a zip whose files
    overlap, share a name, need a password, or unpack to more than 200 times their size.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    label : str
        How tables, records and errors name it.

    Raises
    ------
    SourceError
        If it cannot be read or is refused, or is not a table but a page of the web.
    """
    if is_gz(path):
        return _of_content(Gzipped(path, label), label), []
    if start(path).startswith(ZIPS):
        inside = members(path, label)
        if not {"[Content_Types].xml", "mimetype"} & {member.name for member in inside}:
            _refuse(path, label, inside)
            found, others = [], []
            for member in sorted(inside, key=lambda member: member.name):
                name, own_label = PurePosixPath(member.name), f"{label}/{member.name}"
                hidden = name.name.startswith(".") or name.parts[0] == "__MACOSX"
                if name.suffix.lower() in (*TEXTS, *workbook.ENDINGS) and not hidden:
                    found += _of_content(Member(path, own_label, member.info), own_label)
                else:
                    others.append(own_label)
            if not found:
                names = listed(sorted(member.name for member in inside)) or "nothing"
                raise SourceError(label, f"holds no table, only {names}", "Unpack it and name its tables")
            return found, others
    return _of_content(path, label), []


def documents(path: Path, label: str, endings: tuple[str, ...]) -> list[tuple[str, Content]]:
    """Return the texts of a file that is not a table: itself, or what a gz or zip holds, with their labels.

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
    if is_gz(path):
        return [(label, Gzipped(path, label))]
    if not start(path).startswith(ZIPS):
        return [(label, path)]
    inside = members(path, label)
    _refuse(path, label, inside)
    meant = [m.info for m in inside if m.name.lower().endswith(endings) and "__MACOSX" not in m.name]
    if not meant:
        raise SourceError(label, "holds no file ending in " + ", ".join(endings), "Unpack it and name its files")
    labels = {f"{label}/{info.filename}": info for info in sorted(meant, key=lambda info: info.filename)}
    return [(name, Member(path, name, info)) for name, info in labels.items()]


def is_gz(content: Content) -> bool:
    """Return whether the first bytes say that gzip packed it, whatever its name."""
    return start(content).startswith(_GZ)


def _of_content(content: Content, label: str) -> list[Table]:
    """Return the tables of a text or a workbook; its first bytes say which it is."""
    top = start(content)
    if top.startswith((ZIPS[0], _OLD_WORKBOOK)):
        names = workbook.sheets(content, label)
        if len(names) == 1:
            return [Table(label, content, True)]
        return [Table(f"{label} [{name}]", content, True, name) for name in names]
    if top.startswith((_GZ, b"Rar!", b"7z\xbc\xaf")):
        raise SourceError(label, "is an archive of a kind that is not read", "Unpack it")
    if top.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise SourceError(label, "is text in UTF-16", "Save it as UTF-8")
    refuse_page(content, label)
    return [Table(label, with_line_feeds(content, label))]


def refuse_page(content: Content, label: str) -> None:
    """Raise if the first bytes of a file say that it is a page of the web.

    Raises
    ------
    SourceError
        Naming the file.
    """
    if is_page(start(content)):
        raise SourceError(label, "is a web page, not a table", "Download it again with a browser")


def _refuse(path: Path, label: str, inside: list[Member]) -> None:
    if len(inside) > _MOST_MEMBERS:
        raise SourceError(label, f"is refused: it holds {len(inside)} files", "Unpack it and name its tables")
    names = [member.name for member in inside]
    outside = [n for n in names if n.startswith(("/", "\\")) or ":" in n or ".." in n.replace("\\", "/").split("/")]
    twice = sorted({name for name in names if names.count(name) > 1})
    locked = [member.name for member in inside if member.info.flag_bits & _ENCRYPTED]
    for wrong, what in (
        (outside, f"has names that lead out of its folder, {listed(outside)}"),
        (twice, f"holds several files of one name, {listed(twice)}"),
        (locked, f"needs a password for {listed(locked)}"),
        (sum(member.info.compress_size for member in inside) > path.stat().st_size, "has files that overlap"),
    ):
        if wrong:
            raise SourceError(label, f"is refused: it {what}", "Get it from its publisher again, or unpack it")
