"""Texts in CSV files that a spreadsheet takes as text: the rule of every CSV file written for readers.

A spreadsheet runs what begins like a formula, whoever wrote it: a supplier's name, a title, a cell that was set aside.
OWASP's advice on "CSV injection" is an apostrophe before it. Here it goes

- to the beginning of a cell and behind each ``;``, tab and line break inside it, where a program that takes another
  separator than the comma lets a cell begin,
- if what follows is a sign of a formula (``=``, ``+``, ``-``, ``@`` or their full-width forms), with nothing but
  apostrophes and blanks before it;
- and to the beginning of a cell that has nothing but apostrophes before a first tab or line break.

Apostrophes before a sign count as well and get one more, so that taking one away everywhere gives back the text as it
was, any text. Numbers, dates and truth values are not text and stay as they are. Parquet files, JSON and the embedded
extracts hold texts as they are.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Mapping
from html import escape

#: Where a cell may begin for a program that takes another separator than the comma.
_BREAKS = ";\t\r\n"
_BREAKING = frozenset(_BREAKS)
_SIGNS = r"=+\-@＝＋－＠"
#: What programs skip at the beginning of a cell, and is not a break.
_BLANKS = " \x0b\x0c\x1c-\x1f\x85\xa0\u1680\u2000-\u200b\u2028\u2029\u202f\u205f\u3000\ufeff"
#: What a text that may be changed begins with, or holds.
_MAYBE = f"^['{_SIGNS}{_BLANKS}]|[{_BREAKS}]"
# Written so that Python's engine and that of Arrow read them alike.
_RULES = (f"(^|[{_BREAKS}])('*[{_BLANKS}]*[{_SIGNS}])", "^()('*[\t\r\n])")
_COMPILED = [re.compile(rule) for rule in _RULES]


def guarded(text: str) -> str:
    """Return a text as it is written to a CSV file."""
    if text[:1].isalnum() and _BREAKING.isdisjoint(text):  # most texts, and none that a rule changes
        return text
    for rule in _COMPILED:
        text = rule.sub(r"\1'\2", text)
    return text


def unguarded(text: str) -> str:
    """Return a text as it was before :func:`guarded` wrote it.

    Examples
    --------
    >>> unguarded(guarded("=1+1"))
    '=1+1'
    """
    for places, sign in zip(("^()", f"(^|[{_BREAKS}])"), (_RULES[1], _RULES[0]), strict=True):
        text = re.sub(places + "'" + sign[sign.index("('*") :], r"\1\2", text)
    return text


def guarded_table(table):
    """Return an Arrow table with its texts as :func:`guarded` makes them; of dictionaries, the values."""
    import pyarrow as pa

    made = [pa.chunked_array(map(_guarded_array, one.chunks), one.type) for one in table.columns]
    return pa.table(made, table.schema)


def lines(rows: Iterable[Iterable]) -> bytes:
    r"""Return rows as CSV: UTF-8, commas, ``\n``, texts guarded; ``None`` is an empty cell."""
    written, row_of = [], io.StringIO()
    # The writer puts only those line breaks into quotation marks that are in its own end of a line.
    writer = csv.writer(row_of, lineterminator="\r\n")
    for row in rows:
        writer.writerow([guarded(value) if isinstance(value, str) else value for value in row])
        written.append(row_of.getvalue().removesuffix("\r\n"))
        row_of.seek(0)
        row_of.truncate()
    return "".join(f"{line}\n" for line in written).encode()


#: Most signs that a cell of a workbook holds.
_CELL = 32_767
#: Signs that XML has not.
_NO_XML = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SPREADSHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def workbook(sheets: Mapping[str, Iterable[Iterable]]) -> bytes:
    """Return rows as a workbook (xlsx): texts guarded and never formulas, numbers as such, ``None`` an empty cell.

    The first row of each sheet stays in sight. Nothing else is in the file: no author, no time, no program; so the same
    rows are the same bytes.

    Parameters
    ----------
    sheets : mapping of str to iterable of iterable
        Rows by the name of their sheet.
    """
    names = list(sheets)
    listed = "".join(f'<sheet name="{escape(name)}" sheetId="{n}" r:id="s{n}"/>' for n, name in enumerate(names, 1))
    related = "".join(
        f'<Relationship Id="s{n}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, len(names) + 1)
    )
    parts = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_TYPES}.worksheet+xml"/>'
        for n in range(1, len(names) + 1)
    )
    files = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPES}.sheet.main+xml"/>{parts}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="w" Type="{_OFFICE}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_SPREADSHEET}" xmlns:r="{_OFFICE}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_RELATIONS}">{related}</Relationships>',
    }
    files |= {f"xl/worksheets/sheet{n}.xml": _sheet(rows) for n, rows in enumerate(sheets.values(), 1)}
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in files.items():
            entry = zipfile.ZipInfo(name)  # of 1980, whatever the clock says
            entry.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(entry, (_HEAD + text).encode())
    return written.getvalue()


def _sheet(rows: Iterable[Iterable]) -> str:
    written = "".join(f"<row>{''.join(map(_cell, row))}</row>" for row in rows)
    pane = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    view = f'<sheetViews><sheetView workbookViewId="0">{pane}</sheetView></sheetViews>'
    return f'<worksheet xmlns="{_SPREADSHEET}">{view}<sheetData>{written}</sheetData></worksheet>'


def _cell(value) -> str:
    if value is None or value == "":
        return "<c/>"
    if isinstance(value, str):
        text = escape(guarded(_NO_XML.sub("", value))[:_CELL], quote=False)
        return f'<c t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
    return f"<c><v>{value!r}</v></c>"


def _guarded_array(array):
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_dictionary(array.type):
        return pa.DictionaryArray.from_arrays(array.indices, _guarded_array(array.dictionary))
    if not (pa.types.is_string(array.type) or pa.types.is_large_string(array.type)):
        return array
    # Few texts begin like a formula: the rules are tried where a first sign or a break makes that possible.
    found = pc.fill_null(pc.match_substring_regex(array, _MAYBE), False)
    if not pc.any(found).as_py():
        return array
    texts = array.filter(found)
    for rule in _RULES:
        texts = pc.replace_substring_regex(texts, rule, r"\1'\2")
    return pc.replace_with_mask(array, found, texts)
