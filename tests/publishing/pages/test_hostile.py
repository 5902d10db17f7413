"""What stands in data is text in every file of a report, whatever it says."""

from __future__ import annotations

import csv
import io
import json

import pandas as pd
import pytest
import rispy
from lxml import html as parser
from pybtex.database import parse_string
from pypdf import PdfReader

from ogp_analysis.base.spreadsheet import guarded
from ogp_analysis.publishing.pages.render import render
from tests.publishing.pages.latex import faults, typeset

HOSTILE = {
    "script": "<script>alert(1)</script>",
    "image": "<img src=x onerror=alert(1)>",
    "style": "</style><style>*{display:none}",
    "override": "abc\u202egpj.exe\u2066",
    "formula": '=HYPERLINK("https://x.example","click")',
    "command": r"\write18{rm -rf /}\input{/etc/passwd} $x$ 50% #1 a_b ~ ^ & }{",
    "typst": '#read("/etc/passwd") #eval("1+1") *bold* _it_ $x$ @ref <label> `raw` \\u{41} // gone',
    "ris": "x\nER  - \nTY  - BOOK",
    "bibtex": "x}, author = {Evil},\n}\n@misc{evil, title = {y}",
}


@pytest.fixture(params=sorted(HOSTILE))
def report(request, make):
    """The text, and the files of a report whose every text from data says it."""
    text = HOSTILE[request.param]
    source = dict.fromkeys(("version", "title", "publisher", "citation", "licence", "accessed", "doi"), text)
    source |= {"source": "s", "urls": [text], "authors": [text], "redistribute": True, "tables": ["t"]}
    counts = dict.fromkeys(("rows_in", "kept", "set_aside", "merged", "changed_values"), 1)
    end = make.provenance(
        sources=[source], balance=[{"dataset": text, "file": text, **counts}],
        tables=[{"dataset": "s", "table": "t", "sha256": "0" * 64, "rows": 1}],
    )  # fmt: skip
    nb = make.only(
        make.prose(f"# Is it so?\n\n## Evidence\n\n{text}"),
        make.code("a", make.headline(text), make.now(country=text), make.printed(text)),
        make.code("b", make.drawn(caption=text, alt=text),
                  make.tabled(caption=text, frame=pd.DataFrame({"country": [text, text], "value": [0.5, None]}))),
        make.code("p", end),
    )  # fmt: skip
    identity = make.identity(parameters={"country": text}, authors=(text,), software_title=text)
    return text, render(nb, identity).files


def shown(text: str) -> str:
    """The text as any file may show it: without marks of direction, on one line."""
    return " ".join(text.replace("\u202e", " ").replace("\u2066", " ").split())


def squeezed(text: str) -> str:
    return "".join(text.split())


def test_in_html(report):
    text, files = report
    for name in ("index.html", "tables/peers.html"):
        page = parser.fromstring(files[name].decode())
        assert not page.xpath(
            "//script[not(@type='application/ld+json')] | //@onerror | //img[not(starts-with(@src, 'data:'))]"
        )
        assert len(page.xpath("//style")) <= 1
        assert squeezed(shown(text)) in squeezed(page.text_content()) and "\u202e" not in files[name].decode()


def test_in_pdf(report):
    text, files = report
    reader = PdfReader(io.BytesIO(files["report.pdf"]))
    said = squeezed("".join(page.extract_text() for page in reader.pages))
    assert "root:" not in said and "\u202e" not in said
    assert squeezed(shown(text))[:12] in said
    assert squeezed(reader.metadata.title).endswith("isnarrowed") and squeezed(shown(text)) in squeezed(
        reader.metadata.title
    )
    assert "/JavaScript" not in str(reader.trailer["/Root"]) and list(reader.attachments) == ["notebook.ipynb"]


def test_in_latex(report, tmp_path):
    _, files = report
    table = files["tables/peers.tex"].decode()
    assert faults(table) == [] and "\u202e" not in table
    (tmp_path / "numbers.tex").write_bytes(files["numbers.tex"])
    assert typeset(tmp_path, r"\input{numbers.tex}", r"\ogpnum{sample.now.value}" + table) == ""


def test_in_csv(report):
    text, files = report
    rows = list(csv.reader(io.StringIO(files["tables/peers.csv"].decode(), newline="")))
    assert rows[1][0] == guarded(text)
    assert all(line[:1] not in ("=", "+", "@", "\t") for row in rows for cell in row for line in cell.splitlines())


def test_in_references(report):
    text, files = report
    read = parse_string(files["cite.bib"].decode(), "bibtex").entries
    assert len(read) == 3 and "evil" not in read
    listed = rispy.loads(files["cite.ris"].decode())
    assert [one["type_of_reference"] for one in listed] == ["RPRT", "COMP", "DATA"]
    assert squeezed(shown(text)) in squeezed(listed[2]["title"])
    items = json.loads(files["cite.json"])
    assert len(items) == 3 and "\u202e" not in files["cite.json"].decode() + files["cite.ris"].decode()
