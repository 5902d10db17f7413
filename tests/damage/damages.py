"""What happens to files: each damage takes a sound file in a layout and returns a damaged one, or None."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable

from tests.damage.layouts import Layout, as_text

DAMAGES: dict[str, Callable[[Layout], bytes | None]] = {}
#: Damages that leave a sound file of another content: nothing in the file says that it was another before.
UNSEEN = {
    "cut between rows": "what is left is a whole file",
    "thousands and decimal marks swapped": "1.234,50 is how some countries write; where it can be read, it is a number",
    "days and months swapped": "05/01/2012 is a date in either order",
    "in Latin-1 of DOS": "its bytes are letters in cp1252 too, other ones",
    "a column renamed": "a column that no layout needs is absent as it is in other files",
    "a column there twice": "which of two columns of one name is meant, the file does not say",
    "rows there twice": "a release that occurs twice is one release",
    "cut in a cell": "a text that ends early is a text",
    "zero bytes at the end": "blanks after the last record are not a record",
    "an extra sheet": "a sheet that is not a table of contracts is passed over, by name",
    "columns moved by one": "where all columns hold texts, none says which it is",
    "a cell of 20 MiB": "a long text is a text",
    "lines end with CR": "a line break inside a cell belongs to its text",
    "lines end with CR LF": "a line break inside a cell belongs to its text",
    "a cell too many": "where cells without a column name are data, one more is data",
    "NaN": "in a text it is a word",
    "1e400": "in a text it is a word",
}


def damage(name: str, *forms: str):
    """Register a damage; it concerns layouts of some forms only, if they are named."""

    def registered(work):
        DAMAGES[name] = lambda layout: work(layout) if not forms or layout.form in forms else None
        return work

    return registered


def _records(layout: Layout, change: Callable[[list[list[str]]], list[list[str]] | None]) -> bytes | None:
    changed = change([list(cells) for cells in layout.records]) if layout.records else None
    return None if changed is None or changed == layout.records else layout.content(changed)


def _named_records(layout: Layout, change: Callable[[list[list[str]]], list[list[str]] | None]) -> bytes | None:
    return _records(layout, change) if layout.named else None


_TABLES = ("text", "workbook", "zip", "gz")


@damage("cut short")
def _(layout):
    return layout.sound[: len(layout.sound) * 2 // 3 - 9]


@damage("cut between rows", "text", "json")
def _(layout):
    lines = layout.sound.splitlines(keepends=True)
    return b"".join(lines[:-2]) if len(lines) > 3 else None


@damage("cut in a cell", *_TABLES)
def _(layout):
    return _records(layout, lambda records: [*records[:-1], [*records[-1][:-1], records[-1][-1][:2]]])


def _encoded(encoding):
    return lambda layout: layout.sound.decode(layout.encoding).encode(encoding, "replace")


for _name, _encoding in (("cp1252", "cp1252"), ("UTF-16", "utf-16"), ("Latin-1 of DOS", "cp850")):
    damage(f"in {_name}", "text", "json")(_encoded(_encoding))


@damage("a byte order mark", "text", "json")
def _(layout):
    return b"\xef\xbb\xbf" + layout.sound


@damage("two byte order marks", "text", "json")
def _(layout):
    return b"\xef\xbb\xbf" * 2 + layout.sound


@damage("lines end with CR", "text", "json")
def _(layout):
    return layout.sound.replace(b"\n", b"\r") if b"\n" in layout.sound else None


@damage("lines end with CR LF", "text", "json")
def _(layout):
    return layout.sound.replace(b"\n", b"\r\n") if b"\n" in layout.sound else None


@damage("column names further down", *_TABLES)
def _(layout):
    return _named_records(layout, lambda records: [["Reporte"], [""], *records])


@damage("column names twice", *_TABLES)
def _(layout):
    return _named_records(layout, lambda records: [records[0], *records])


@damage("column names again in the middle", *_TABLES)
def _(layout):
    return _named_records(layout, lambda records: [*records[:3], records[0], *records[3:]])


@damage("without column names", *_TABLES)
def _(layout):
    return _named_records(layout, lambda records: records[1:])


@damage("a column renamed", *_TABLES)
def _(layout):
    return _named_records(layout, lambda records: [[*records[0][:-1], "otra cosa"], *records[1:]])


@damage("a column there twice", *_TABLES)
def _(layout):
    return _records(layout, lambda records: [[*cells, cells[0]] for cells in records])


@damage("columns moved by one", *_TABLES)
def _(layout):
    return _records(layout, lambda records: [records[0], *([*cells[1:], cells[0]] for cells in records[1:])])


@damage("another delimiter", "text")
def _(layout):
    other = "|" if layout.delimiter == ";" else ";"
    return as_text(layout.records, other).decode().encode(layout.encoding) if layout.records else None


@damage("a quotation mark that opens and never closes", "text")
def _(layout):
    lines = layout.sound.split(b"\n")
    at = layout.before + 2
    if len(lines) <= at:
        return None
    lines[at] = lines[at].removesuffix(b'"')
    return b"\n".join(lines)


@damage("a quotation mark in a text", "json")
def _(layout):
    word = layout.word.encode()
    return _instead(layout, word, word[:2] + b'"' + word[2:])


def _instead(layout: Layout, old: bytes, new: bytes) -> bytes | None:
    """Return the file with a text or number in it replaced where it first stands; None if it is not in it."""
    return layout.sound.replace(old, new, 1) if old and old in layout.sound else None


def _within_word(layout: Layout, sign: bytes) -> bytes | None:
    word = layout.word.encode(layout.encoding)
    return _instead(layout, word, word[:1] + sign + word[1:])


def _each_cell(layout, pattern, new):
    return _records(layout, lambda records: [records[0], *([re.sub(pattern, new, c) for c in r] for r in records[1:])])


@damage("thousands and decimal marks swapped", *_TABLES)
def _(layout):
    return _each_cell(layout, r"^(\d+)(\d{3})\.(\d\d)$", r"\1.\2,\3")


@damage("days and months swapped", *_TABLES)
def _(layout):
    return _each_cell(layout, r"^(\d\d)/(\d\d)/(\d{4})$", r"\2/\1/\3")


@damage("rows there twice")
def _(layout):
    if layout.kind == "ocds":
        text = layout.sound
        return text * 2 if text.endswith(b"\n") else None
    return _records(layout, lambda records: [*records, *records[1:]])


@damage("a cell too many", *_TABLES)
def _(layout):
    return _records(layout, lambda records: [*records[:2], [*records[2], "x"], *records[3:]])


@damage("a cell too few", "text", "zip", "gz")
def _(layout):
    return _records(layout, lambda records: [*records[:2], records[2][:-1], *records[3:]])


def _sheet(change):
    return lambda layout: layout.content(layout.records, change)


def _extra(book):
    book.create_sheet("Notas").append(["nota"])


def _formula(book):
    book.active["B2"] = "=1+1"


damage("an extra sheet", "workbook")(_sheet(_extra))
damage("a formula without its result", "workbook")(_sheet(_formula))


@damage("a sheet without rows", "workbook")
def _(layout):
    return layout.content([])


for _place in ("A1048576", "ZZ1048576"):
    damage(f"a stray cell at {_place}", "workbook")(
        lambda layout, place=_place: layout.content(layout.records, lambda book: book.active.__setitem__(place, "x"))
    )


@damage("zero bytes in a text", "text", "json", "yaml")
def _(layout):
    return _within_word(layout, b"\0")


@damage("zero bytes at the end")
def _(layout):
    return layout.sound + bytes(512)


@damage("control characters", "text", "json", "yaml")
def _(layout):
    return _within_word(layout, b"\x07")


@damage("a page of the web")
def _(layout):
    return b"<!DOCTYPE html><html><body>403 Forbidden</body></html>\n"


@damage("empty")
def _(layout):
    return b""


@damage("blanks only")
def _(layout):
    return b" \n\n"


@damage("a zip that leads out of its folder", "zip")
def _(layout):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        made.writestr("../fuera.csv", as_text(layout.records))
    return stream.getvalue()


@damage("a zip bomb", "zip")
def _(layout):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as made:
        made.writestr("bomba.csv", as_text(layout.records) + b'"x"\n' * (20 * 2**20))
    return stream.getvalue()


@damage("nested 1,000 deep", "json")
def _(layout):
    return _instead(layout, b'"' + layout.word.encode() + b'"' if layout.word else b"", b"[" * 1000 + b"]" * 1000)


@damage("a key twice", "json", "yaml")
def _(layout):
    member = layout.member.encode()
    between = b", " if layout.form == "json" else b"\n"
    return _instead(layout, member, member.replace(layout.word.encode(), b"Mesas") + between + member)


def _number(new: str):
    def damaged(layout):
        if layout.form == "json":
            return _instead(layout, layout.number.encode(), new.encode())
        return _each_cell(layout, f"^{re.escape(layout.number)}$", new) if layout.number else None

    return damaged


damage("NaN")(_number("NaN"))
damage("1e400")(_number("1e400"))


@damage("a cell of 20 MiB", "text", "json", "yaml")
def _(layout):
    return _instead(layout, layout.word.encode(layout.encoding), b"x" * (20 * 2**20))


@damage("random bytes")
def _(layout):
    return bytes((n * 7919 + n // 256 * 104729) % 256 for n in range(4096))
