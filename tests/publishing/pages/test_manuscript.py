"""What a manuscript takes from a report."""

from __future__ import annotations

import json
import re

import pandas as pd
import pytest

from ogp_analysis.base.words.sentence import PROVENANCE_MIME, share
from ogp_analysis.display.table import PAGE_LINES, SIDE_LINES, Heading, as_latex, table
from ogp_analysis.publishing.pages.manuscript import columns
from ogp_analysis.publishing.pages.render import render
from ogp_analysis.statistics.regression import ols
from tests.publishing.pages.latex import faults, overfull, typeset


def files_of(make, nb: dict) -> dict[str, str]:
    made, texts = render(nb, make.identity()).files, (".tex", ".html", ".csv", ".json")
    return {name: content.decode() for name, content in made.items() if name.endswith(texts)}


def parts(tex: str) -> dict[tuple[str, str], str]:
    """Read numbers.tex line by line."""
    return {(n, p): v for n, p, v in re.findall(r"^\\ogp@set\{([^{}]*)\}\{(\w+)\}\{(.*)\}$", tex, re.M)}


def test_every_number_of_the_json_is_in_the_macro_raw_and_as_it_is_written(make):
    files = files_of(make, make.full())
    named, told = json.loads(files["numbers.json"]), parts(files["numbers.tex"])
    assert {name for name, _ in told} == {*named, "output"} and len(named) > 5
    assert {n: float(told[n, "value"]) for n in named} == {n: number["value"] for n, number in named.items()}
    assert {p: v for (n, p), v in told.items() if n == "sample.now.value"} == {
        "written": "0.64", "value": "0.6441", "unit": "index", "decimals": "2", "low": "0.58", "high": "0.70",
        "interval": "0.58 to 0.70", "level": r"68\%", "lowvalue": "0.58", "highvalue": "0.7",
    }  # fmt: skip
    assert {p: v for (n, p), v in told.items() if n == "sample.rank.n"} == {
        "written": "177", "value": "177", "unit": "count", "decimals": "0",
    }  # fmt: skip
    assert told["output", "written"] == "3f9c0a7be1d2"
    assert "@misc{" + told["output", "cite"] + "," in render(make.full(), make.identity()).files["cite.bib"].decode()


def test_a_spanish_report_writes_its_numbers_in_spanish(spanish):
    told = parts(files_of(spanish, spanish.full())["numbers.tex"])
    assert told["sample.now.value", "interval"] == "0.58 a 0.70" and told["sample.now.value", "level"] == r"68~\%"
    assert told["sample.coverage.n", "written"] == "4,187" and told["sample.coverage.n", "value"] == "4187"


def test_a_number_with_one_end_or_none_has_no_interval(make):
    half = make.shown(sentence_of(share(0.25, low=0.1)))
    told = parts(files_of(make, make.notebook(make.code("a", half)))["numbers.tex"])
    assert told["sample.now.value", "low"] == r"10\%" and told["sample.now.value", "written"] == r"25\%"
    assert ("sample.now.value", "interval") not in told and ("sample.now.value", "high") not in told


def sentence_of(number):
    from ogp_analysis.base.words.sentence import sentence, year

    return sentence("sample.now", country="A", value=number, low="", high="", last_year=year(2024))


@pytest.fixture
def manuscript(make, tmp_path):
    """Return the first error of LaTeX in a document with the numbers of a report, and the folder of its files."""
    for name, text in files_of(make, make.full()).items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return lambda body, preamble=r"\input{numbers.tex}": typeset(tmp_path, preamble, body)


def test_latex_takes_numbers_and_tables(manuscript):
    body = r"\ogpnum{sample.now.value}, \ogpnum[interval]{sample.now.value}, $\ogpnum{sample.now.low}$"
    expanded = r"\edef\x{\ogpnum[value]{sample.now.value}}\ifdim\x pt=0.6441pt\else\errmessage{odd}\fi"
    cited = r"\edef\x{\ogpnum[cite]{output}}\cite{\ogpnum[cite]{output}}\input{tables/peers.tex}\ref{tab:peers}"
    assert manuscript(body + expanded + cited) == ""
    spanish = r"\usepackage[spanish]{babel}\input{numbers.tex}"
    assert (
        manuscript(r"\catcode`_=13 \catcode`.=13 \ogpnum{sample.now.value} \edef\x{\ogpnum[cite]{output}}", spanish)
        == ""
    )


@pytest.mark.parametrize("asked", [r"\ogpnum{sample.now.valu}", r"\ogpnum[low]{sample.rank.n}", r"\ogpnum[x]{output}"])
def test_a_name_or_part_that_does_not_exist_is_an_error_of_latex(manuscript, asked):
    assert "Package ogpnum Error: No number '" in manuscript(asked)


def test_numbers_of_two_reports_have_to_be_told_apart(manuscript):
    assert "is there already" in manuscript("x", r"\input{numbers.tex}\input{numbers.tex}")
    named = r"\def\ogpreport{mex/}\input{numbers.tex}\def\ogpreport{ken/}\input{numbers.tex}"
    assert manuscript(r"\ogpnum{mex/sample.now.value}\ogpnum[low]{ken/sample.now.value}", named) == ""


def test_a_table_has_rules_and_a_note_with_rows_data_and_output(make):
    text = files_of(make, make.full())["tables/peers.tex"]
    named, *lines = text.splitlines()
    assert named == "% A table of the output ogp_analysis:3f9c0a7be1d2"
    assert lines[3] == r"\caption{Peers}\label{tab:peers}"
    assert lines[4:8] == [r"\begin{tabular}{lrr}", r"\toprule", r"Country & Year & Index \\", r"\midrule"]
    assert lines[8] == r"México & 2024 & 0.64 \\"
    assert lines[10:12] == [r"\bottomrule", r"\end{tabular}"]
    note = r"Rows: 2. Data: vdem 15. Output 3f9c0a7be1d2 of ogp\_analysis, version 0.1.0."
    assert lines[12] == rf"\par\smallskip{{\footnotesize\raggedright {note}\par}}"
    assert faults(text) == []


def test_a_regression_table_has_errors_below_estimates_and_says_which_and_its_clusters(make, tmp_path):
    frame = pd.DataFrame({"y": [1.0, 2, 2, 4, 5, 5, 7, 8], "x": [1.0, 2, 3, 4, 5, 6, 7, 9], "g": list("aabbccdd")})
    made = ols(frame, "y", ["x"], clusters="g").table()
    text = files_of(make, make.notebook(make.code("a", make.shown(made))))["tables/models.tex"]
    at = text.splitlines().index(r"\midrule")
    below = text.splitlines()[at + 1 : at + 3]
    assert re.fullmatch(r"x & [\d.]+ \\\\", below[0]) and re.fullmatch(r" & \([\d.]+\) \\\\", below[1])
    assert r"Clusters: g & 4 \\" in text and text.count(r"\midrule") == 2
    assert r"\raggedright Standard errors in brackets. Standard errors: clustered" in text and "Rows: " in text
    assert faults(text) == [] and typeset(tmp_path, "", text) == ""


def test_a_long_table_runs_over_pages_and_a_wide_one_breaks_its_text(make, tmp_path):
    frame = pd.DataFrame({"country": ["A very long name of a country " * 4] * 10, "value": [0.5] * 10})
    payload = make.tabled(frame=frame)["data"]["application/vnd.ogp-analysis.table+json"]
    wide = as_latex(payload)
    column = (
        r"\\ragged(right|left)\\arraybackslash\\hspace\{0pt\}\}p\{\\dimexpr(0\.\d+)\\linewidth-2\\tabcolsep\\relax\}"
    )
    (text, first), (number, second) = re.findall(column, wide)
    assert (text, number) == ("right", "left") and 0.7 < float(first) < 1 - float(second) < 0.95
    assert r"\begin{tabular}" in wide and "longtable" not in wide
    row = payload["rows"][:1]  # takes two lines
    assert "longtable" not in as_latex({**payload, "rows": row * (PAGE_LINES // 2 - 1)})
    long = as_latex({**payload, "rows": row * (PAGE_LINES // 2)})
    assert long.count(r"\toprule") == 2 and r"\endfirsthead" in long and r"\end{longtable}" in long
    assert faults(wide) == faults(long) == [] and typeset(tmp_path, "", wide + long) == ""
    assert overfull(tmp_path) == []


#: Headings and a cell for each column of a table that is too wide for a line.
WIDE = {
    "numbers": (["Country-years with a value", "Others in the same place"] * 4, ["+0.027", "not applicable"] * 4),
    "names of files": (
        ["Source table", "Raw file", "Rows in", "Kept", "Set aside", "Merged", "Values changed"],
        ["ogp_commitment_descriptions", "ogp_commitment_descriptions/1-extract/descriptions.csv", *["1,234,567"] * 5],
    ),
    "headings beside one another": (
        [f"Administration {n}" for n in range(1, 16)],
        ["overall civic space"] * 2 + ["0.85"] * 13,
    ),
    "per cent": (["Rate of the others"] * 9, ["Obra pública"] * 2 + ["−57.6 %"] * 5 + ["<0.001"] * 2),
    "hosts and ranges": (
        ["Kind", "Vendor", "Period", "Status on the list", "List", "Source"],
        ["Spyware", "FinFisher", "2014–2021", "documented as customer " * 5, "Inventory", "www.opengovpartnership.org"],
    ),
}


@pytest.mark.parametrize("wide", WIDE)
def test_no_cell_of_a_wide_table_runs_over_its_column(wide, tmp_path):
    labels, row = WIDE[wide]
    columns = [
        {"name": f"c{i}", "label": label, "unit": "" if i < 2 else "count", "decimals": 0, "signed": False}
        for i, label in enumerate(labels)
    ]
    payload = {"name": "wide", "caption": "Wide", "language": "en", "columns": columns, "rows": [row] * 3}
    text = as_latex(payload, "A note. " * 20)
    for speech in ("english", "spanish,es-noshorthands"):
        assert faults(text) == [] and typeset(tmp_path, rf"\usepackage[{speech}]{{babel}}", text) == ""
        assert overfull(tmp_path) == []


def test_a_table_that_is_too_wide_stands_on_its_side_and_runs_over_pages(tmp_path):
    columns = [{"name": f"c{i}", "label": f"Administration {i}", "unit": "", "decimals": 0} for i in range(12)]
    payload = {"name": "wide", "caption": "Wide", "language": "en", "columns": columns, "rows": [["institution"] * 12]}
    short, long = as_latex(payload), as_latex({**payload, "rows": payload["rows"] * (SIDE_LINES + 1)})
    assert r"\begin{sidewaystable}" in short and r"\begin{landscape}" in long and r"\end{longtable}" in long
    assert (
        faults(short) == faults(long) == [] and typeset(tmp_path, "", short + long) == "" and overfull(tmp_path) == []
    )
    assert r"\begin{table}" in as_latex(payload, turned=False)


def test_a_cell_that_runs_over_its_column_would_be_found(tmp_path):
    assert typeset(tmp_path, "", r"\begin{tabular}{p{2cm}}" + "x" * 40 + r"\end{tabular}") == ""
    assert len(overfull(tmp_path)) == 1


def test_a_table_is_a_page_of_its_own_for_a_word_processor(make):
    text = files_of(make, make.full())["tables/peers.html"]
    assert text.startswith('<!DOCTYPE html>\n<html lang="en">') and "<caption>Peers</caption>" in text
    assert "<p>Rows: 2. Data: vdem 15. Output 3f9c0a7be1d2 of" in text


def test_the_note_of_a_table_names_its_own_sources_and_not_all_of_the_report(make):
    other = {**make.provenance()["data"][PROVENANCE_MIME]["sources"][0], "source": "ogp_process", "version": "2016"}
    sources = [*make.provenance()["data"][PROVENANCE_MIME]["sources"], other]
    frame = pd.DataFrame({"country": ["A"]})
    told, untold = (
        make.shown(table(name, "Plans", frame, {"country": Heading("country")}, data))
        for name, data in (("told", ["ogp_process"]), ("untold", []))
    )
    first = make.code("ogp.say('headline')", make.headline())
    nb = make.only(first, make.code("a", told, untold), make.code("b", make.provenance(sources=sources)))
    files = files_of(make, nb)
    assert "Rows: 1. Data: ogp\\_process 2016. Output " in files["tables/told.tex"]
    assert "Data: ogp_process 2016. Output " in files["tables/told.html"]
    assert "Data:" not in files["tables/untold.tex"] and "whose references name the data" in files["tables/untold.tex"]


@pytest.mark.parametrize(("value", "kind"), [(2.0, "integer"), (2.5, "number")])
def test_a_column_of_counts_holds_integers_only_if_each_number_is_one(value, kind):
    column = {"name": "n", "label": "N", "unit": "count", "decimals": 1}
    payload = {"name": "t", "columns": [column], "rows": [[1.0], ["not_reviewed"], [None], [value]]}
    assert [described[-1] for described in columns(payload)] == [kind]
