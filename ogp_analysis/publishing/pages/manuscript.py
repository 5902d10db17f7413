"""What a manuscript takes from a report: its numbers as a LaTeX macro, its tables as LaTeX and HTML, their columns."""

from __future__ import annotations

import html

from ogp_analysis.base import beside
from ogp_analysis.base.latex import escaped
from ogp_analysis.base.spreadsheet import lines
from ogp_analysis.base.words.catalogue import word
from ogp_analysis.base.words.sentence import Measure, decimal, flat, rounded, written
from ogp_analysis.display.table import WHOLE, as_latex
from ogp_analysis.publishing.citation import Identity, label, output_key
from ogp_analysis.publishing.pages.carried import Carried
from ogp_analysis.publishing.pages.outputs import CarriedTable

# The macro is expandable, so that \num{\ogpnum[value]{...}} of siunitx works; names are taken letter by letter, so that
# packages that make a command of "_" or "." do not matter.
#: What a column of a unit holds, of those that hold no number.
_TYPES = {"date": "date", "link": "string", "code": "string"}


def numbers(carried: Carried, identity: Identity) -> bytes:
    r"""Return every number of a report as a part of the macro ``\ogpnum``, written in its language.

    A name or a part that does not exist is an error of LaTeX, and so is a second report whose numbers would take the
    names of the first. It takes LaTeX of October 2020 or later; names in other scripts than Latin take LuaLaTeX.
    """
    spoken = carried.language
    parts = {"output": {"written": escaped(identity.id), "cite": output_key(identity)}}
    for name, number in carried.numbers.items():
        measure = Measure(number["unit"], number["decimals"], number["signed"])
        ends = {end: number[end] for end in ("low", "high") if number[end] is not None}
        said = {end: _tex(written(value, measure, spoken)) for end, value in ends.items()}
        if len(said) == 2:
            said["interval"] = word("report.manuscript.interval", spoken).format(**said)
        if number["level"] is not None:
            said["level"] = _tex(written(number["level"], Measure("share"), spoken))
        parts[name] = {"written": _tex(number["written"]), "value": _raw(number["value"]), "unit": number["unit"]}
        parts[name] |= {"decimals": number["decimals"], **said}
        parts[name] |= {f"{end}value": _raw(value) for end, value in ends.items()}
    head = f"% Numbers of the output {label(identity)}\n"
    head += beside.text(__file__, "ogpnum.tex")
    text = "".join(
        rf"\ogp@set{{{name}}}{{{part}}}{{{value}}}" + "\n" for name, all in parts.items() for part, value in all.items()
    )
    return (head + text + "\\def\\ogpreport{}\n\\makeatother\n").encode()


def _tex(number: str) -> str:
    """Return a written number as LaTeX that no line is broken in."""
    return escaped(number).replace(" ", "~")


def _raw(value: float) -> str:
    return str(rounded(value) if isinstance(value, float) else value)


def tables(carried: Carried, identity: Identity) -> dict[str, bytes]:
    """Return each table of a report as LaTeX and as HTML, and ``columns.csv``, which says what their columns hold.

    Below a table stand its rows, the versions of the data that it rests on, where it names them, and the id of the
    output, whose references name all of the report.
    """
    if not carried.tables:
        return {}
    files = {"columns.csv": lines([COLUMNS, *(row for it in carried.tables.values() for row in columns(it))])}
    sources = [(str(s["source"]), f"{s['source']} {s['version']}".strip()) for s in carried.provenance["sources"]]
    shown = {one.name: one.html for cell in carried.cells for one in cell.shown if isinstance(one, CarriedTable)}
    for name, payload in carried.tables.items():
        spoken = payload["language"]
        # A table of one report rests on few of its sources: those that it names, or the only one.
        named = set(payload.get("data") or [])
        data = [one for id, one in sources if len(sources) == 1 or not named.isdisjoint((id, one))]
        about = {"rows": decimal(len(payload["rows"]), 0, spoken), "data": ", ".join(data), "id": identity.id}
        about |= {"software": identity.software_title, "version": identity.software_version}
        note = flat(word("report.manuscript.note" if data else "report.manuscript.note_alone", spoken).format(**about))
        files[f"tables/{name}.tex"] = f"% A table of the output {label(identity)}\n{as_latex(payload, note)}".encode()
        files[f"tables/{name}.html"] = (
            f'<!DOCTYPE html>\n<html lang="{spoken}">\n<head>\n<meta charset="utf-8">\n'
            f'<meta name="DC.identifier" content="{label(identity)}">\n'
            f"<title>{html.escape(payload['caption'])}</title>\n</head>\n<body>\n{shown[name]}\n"
            f"<p>{html.escape(note)}</p>\n</body>\n</html>\n"
        ).encode()
    return files


#: Head of ``columns.csv``.
COLUMNS = ("table", "column", "label", "unit", "decimals", "type")


def columns(payload: dict):
    """Return what is said of each column of a table: where it is, its heading, unit, decimals written and type."""
    for number, column in enumerate(payload["columns"]):
        values = [row[number] for row in payload["rows"] if not isinstance(row[number], str)]
        kind = _TYPES.get(column["unit"]) or ("number" if column["unit"] else "string")
        if kind == "number" and column["unit"] in WHOLE and all(v is None or v == int(v) for v in values):
            kind = "integer"
        decimals = column["decimals"] if kind in ("number", "integer") else None
        yield payload["name"], column["name"], column["label"], column["unit"], decimals, kind
