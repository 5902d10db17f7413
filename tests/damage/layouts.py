"""Small files in every layout that is read, made here by hand: no value of them stands in a published file."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ogp_analysis.base import paths
from ogp_analysis.data.datasets.procurement import layouts
from ogp_analysis.data.sources import sidecar
from ogp_analysis.data.sources.sidecar import Source, SourceFile

#: Values of fields that are more than text.
_VALUES = {
    "buyer_id": "012ABC001", "buyer_name": "Unidad de Prueba", "institution": "Instituto de Prueba",
    "supplier": "SILLAS DE PRUEBA SA DE CV", "supplier_rfc": "AAA010101AA1", "currency": "MXN",
    "contract_title": "Sillas {n}", "procedure_title": "Compra {n}", "expediente": "90{n}", "contract_code": "70{n}",
    "contract_number": "C-{n}", "procedure_number": "AA-012ABC001-E{n}-2020", "amount": "{n}1234.50",
    "law": "LEY DE ADQUISICIONES, ARRENDAMIENTOS Y SERVICIOS DEL SECTOR PÚBLICO",
}  # fmt: skip
_ROWS = 6


@dataclass(frozen=True, eq=False)
class Layout:
    """A layout, with a sound file in it.

    Attributes
    ----------
    name : str
        As the table of outcomes has it.
    kind : str
        ``compranet``, ``ocds`` or ``extract``: what reads it.
    file : str
        Name of the file.
    records : list of list of str
        Column names and rows; empty for JSON.
    form : str
        ``text``, ``workbook``, ``zip``, ``gz`` or ``json``.
    content : callable
        Returns the bytes of records.
    sound : bytes
        The sound file.
    word, number : str
        A text and a number that stand in it, to be damaged; empty if it has none.
    member : str
        Of JSON: the text with its key, as it stands there.
    before : int
        Lines before the one with the column names.
    delimiter, encoding : str
        Of a text.
    named : bool
        Whether it has column names.
    """

    name: str
    kind: str
    file: str
    records: list[list[str]]
    form: str
    content: Callable[[list[list[str]]], bytes]
    sound: bytes
    word: str = "Sillas 2"
    number: str = "21234.50"
    member: str = ""
    before: int = 0
    delimiter: str = ","
    encoding: str = "utf-8"
    named: bool = True


def as_text(records: list[list[str]], delimiter: str = ",") -> bytes:
    """Return records as delimited text, every cell in quotation marks."""
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=delimiter, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(records)
    return stream.getvalue().encode()


def as_workbook(records: list[list[str]], change: Callable | None = None) -> bytes:
    """Return records as a workbook, which `change` may alter before it is saved."""
    return as_sheets({"Sheet": records}, "Sheet", change)


def as_sheets(sheets: dict[str, list[list[str]]], active: str, change: Callable | None = None) -> bytes:
    """Return sheets as a workbook, which `change` may alter in the `active` one before it is saved."""
    from openpyxl import Workbook

    book, stream = Workbook(), io.BytesIO()
    book.remove(book.active)
    for name, records in sheets.items():
        sheet = book.create_sheet()
        # Some published sheets have names that openpyxl would not give.
        sheet._WorkbookChild__title = name
        for cells in records:
            sheet.append(cells)
    book.active = list(sheets).index(active)
    if change is not None:
        change(book)
    book.save(stream)
    return stream.getvalue()


def as_zip(records: list[list[str]], name: str = "datos/contratos.csv") -> bytes:
    """Return records as a text in a zip."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr(zipfile.ZipInfo(name), as_text(records))
    return stream.getvalue()


def as_gz(records: list[list[str]]) -> bytes:
    """Return records as a packed text."""
    return gzip.compress(as_text(records), mtime=0)


FORMS = {"text": (as_text, "csv"), "workbook": (as_workbook, "xlsx"), "zip": (as_zip, "zip"), "gz": (as_gz, "csv.gz")}


def _value(field: str, row: int) -> str:
    if field.endswith("_date"):
        return f"0{row + 1}/05/2012"
    return _VALUES.get(field, "Texto").format(n=row)


def _contracts(layout: layouts.Layout) -> list[list[str]]:
    fields = {names[0]: field for field, names in layout.columns.items()}
    fields |= {name: field for field, names in layout.columns.items() for name in names}
    names = [names[0] for names in layout.columns.values()]
    return [names, *([_value(fields[name], row) for name in names] for row in range(1, _ROWS + 1))]


def releases() -> list[dict]:
    """Return releases of six processes."""
    firm = {"id": "F", "name": "Sillas de Prueba SA de CV"}
    return [
        {
            "ocid": f"o-{n}", "id": f"r-{n}", "date": f"2012-05-0{n}T00:00:00Z", "tag": ["award"],
            "parties": [{"id": "B", "name": "Secretaría de Prueba", "roles": ["buyer"]},
                        {**firm, "roles": ["supplier"]}],
            "buyer": {"id": "B", "name": "Secretaría de Prueba"},
            "tender": {"id": f"t-{n}", "title": f"Sillas {n}", "value": {"amount": 1234.5 + n, "currency": "MXN"}},
            "awards": [{"id": "a", "date": f"2012-05-0{n}T00:00:00Z", "suppliers": [firm]}],
        }
        for n in range(1, _ROWS + 1)
    ]  # fmt: skip


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _documents() -> dict[str, str]:
    some = releases()
    return {
        "package": _json({"publisher": {"name": "Prueba"}, "releases": some}),
        "records": _json({"records": [{"ocid": one["ocid"], "compiledRelease": one} for one in some]}),
        "list": _json(some),
        "lines": "".join(_json(one) + "\n" for one in some),
    }


@cache
def user_layouts() -> list[Layout]:
    """Return every layout of files of a user's own: those of CompraNet in each form of file, and forms of OCDS."""
    found = []
    for name, layout in layouts.layouts().items():
        for form, (content, ending) in FORMS.items():
            if form == "text" or name == "A":
                records = _contracts(layout)
                file = f"archivo.{ending}"
                found.append(
                    Layout(f"compranet {name} {form}", "compranet", file, records, form, content, content(records))
                )
    for form, text in _documents().items():
        member = '"title": "Sillas 2"'
        found.append(
            Layout(
                f"ocds {form}",
                "ocds",
                "archivo.json",
                [],
                "json",
                as_text,
                text.encode(),
                number="1236.5",
                member=member,
            )
        )
    return found


@cache
def extracts() -> list[tuple[Source, SourceFile, Path]]:
    """Return every table that the repository embeds, with its sidecar: one for each table of each dataset."""
    raw = paths.project().raw
    return [
        (source, file, raw / source.id / source.version / file.name)
        for source in sidecar.sources(raw)
        if source.dataset
        for file in source.files
    ]
