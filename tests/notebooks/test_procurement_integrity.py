"""The notebook on public contracts: what its pages say on the repository's data and on the published files."""

from __future__ import annotations

import csv
import html
import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

from .. import cells
from ..reports import BUYER, REFUSED, Site

from ogp_analysis.base.errors import MessageError
from ogp_analysis.base.words import Sentence
from ogp_analysis.data.datasets.procurement import persons
from ogp_analysis.data.datasets.procurement.compranet import dataset as compranet
from ogp_analysis.data.datasets.procurement.folding import folded
from ogp_analysis.display.figure import FIGURE_MIME
from ogp_analysis.data.sources import raw
from ogp_analysis.display.table import TABLE_MIME

ROOT = Path(__file__).resolve().parents[2]
MIME = "application/vnd.ogp-analysis.sentence+json"
NOTEBOOK = "procurement_integrity"
GACM, INAI = "ocds_mexico_gacm", "ocds_mexico_inai"
#: Words of judgement, which no page about signals uses; the index is called after what it is about.
VERDICTS = re.compile(
    r"\b(guilty|fraud\w*|crim\w+|illegal\w*|culpab\w+|delit\w+|ilegal\w*|banderas?|red flags?)\b", re.I
)
PERSON_CODE = re.compile(r"(?<![A-ZÑ&0-9])[A-ZÑ&]{4}\d\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])[A-Z0-9]{3}(?![A-Z0-9])")


@dataclass(frozen=True)
class Reports:
    """Reports in a project folder of their own."""

    home: Path

    def run(self, *choices: dict) -> subprocess.CompletedProcess:
        """Run choices of parameters with one command."""
        return Site(self.home).run_all((NOTEBOOK, choice) for choice in choices)

    def folder(self, language: str = "en", **wanted) -> Path:
        usual = {"dataset": "compranet_2017", "buyer": None, "first_year": None, "last_year": None}
        for file in sorted((self.home / "reports" / NOTEBOOK).glob("*/run.json")):
            parameters = json.loads(file.read_text(encoding="utf-8"))["parameters"]
            if all(parameters[name] == value for name, value in {**usual, **wanted}.items()):
                return file.parent / language
        raise AssertionError(f"no report with {wanted}")

    def sentences(self, **wanted) -> list[dict]:
        notebook = json.loads((self.folder(**wanted) / "notebook.ipynb").read_text(encoding="utf-8"))
        outputs = [output.get("data", {}) for cell in notebook["cells"] for output in cell.get("outputs", [])]
        return [{**data[MIME], "text": "".join(data["text/plain"])} for data in outputs if MIME in data]

    def said(self, key: str, **wanted) -> str:
        return " ".join(one["text"] for one in self.sentences(**wanted) if key in (one["key"], one["name"]))

    def table(self, name: str, **wanted) -> list[dict]:
        with (self.folder(**wanted) / "tables" / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
            return list(csv.DictReader(handle))

    def read(self, **wanted) -> str:
        """Return what stands on a page, without code."""
        page = (self.folder(**wanted) / "index.html").read_text(encoding="utf-8").partition("<main")[2]
        page = re.sub(r"<(style|script|details|pre|code)\b.*?</\1>", " ", page, flags=re.S)
        return html.unescape(re.sub(r"<[^>]+>", " ", page))


def made(home: Path, *choices: dict) -> Reports:
    reports = Reports(home)
    done = reports.run(*choices)
    assert done.returncode == 0, done.stdout + done.stderr
    return reports


@pytest.fixture(scope="module")
def embedded(site) -> Reports:
    return Reports(site.home)


@pytest.fixture(scope="module")
def full(full_site) -> Reports:
    return Reports(full_site.home)


EVERY = [
    *({"language": language, "buyer": buyer} for language in ("en", "es") for buyer in (None, BUYER)),
    *({"language": language, "dataset": dataset} for language in ("en", "es") for dataset in (GACM, INAI)),
    {"dataset": "compranet_2018"},
]


@pytest.mark.parametrize("wanted", EVERY, ids=str)
def test_a_page_is_brief_at_a_glance_says_what_it_cannot_show_and_judges_nobody(embedded, wanted):
    said = embedded.sentences(**wanted)
    # Where methods are our reading, that stands beside what the files are.
    scope = 1 + wanted.get("dataset", "").startswith("ocds")
    assert [sum(one["role"] == role for one in said) for role in ("scope", "finding", "number")] == [scope, 1, 3]
    [shown] = [one["text"] for one in said if one["role"] == "limit"]
    limit = {"en": "not evidence of wrongdoing", "es": "no una prueba de irregularidad"}[wanted.get("language", "en")]
    assert limit in shown
    sample = not wanted.get("dataset", "").startswith("ocds")
    assert sample == ("sample" in shown or "muestra" in shown)
    assert VERDICTS.findall(embedded.read(**wanted)) == []
    assert ("alerta" if wanted.get("language") == "es" else "alert") in embedded.read(**wanted)


@pytest.mark.parametrize("dataset", ["compranet_2017", "compranet_2018"])
def test_a_sample_names_nobody_with_a_share(embedded, dataset):
    folder = embedded.folder(dataset=dataset)
    files = {file.stem for file in folder.rglob("*") if file.is_file()}
    assert not files & {"concentration_by_buyer", "largest_firms", "concentration"}
    # Nor does the largest amount stand beside a name anywhere: in text, tables, figures or numbers.
    for file in folder.rglob("*"):
        if file.suffix in (".html", ".csv", ".json", ".tex", ".ipynb", ".svg"):
            assert "MARHNOS" not in file.read_text(encoding="utf-8").upper(), file.name
    numbers = json.loads((folder / "numbers.json").read_text(encoding="utf-8"))
    assert not [name for name in numbers if re.search(r"hhi|top_\d", name)]
    # The columns of the coverage are shares of contracts that state a field.
    for file in set((folder / "tables").glob("*.csv")) - {folder / "tables" / "coverage_by_year.csv"}:
        columns = set(file.read_text(encoding="utf-8").splitlines()[0].split(","))
        assert not (columns & {"firm", "supplier", "buyer"} and columns & {"amount", "share", "amount_share"}), file
    assert "largest supplier" not in embedded.read(dataset=dataset)
    said = embedded.said("concentration_sample", dataset=dataset)
    assert "no share of any supplier" in said
    told = {
        name: numbers[f"concentration_sample.{name}"]["value"] for name in ("n", "known", "unknown")
    }
    assert told["n"] == told["known"] + told["unknown"] == {"compranet_2017": 2211, "compranet_2018": 169}[dataset]
    assert f"Of {told['n']:,} contracts with an amount, {told['known']:,} went to" in said
    assert not any("· buyer:" in row["label"] for row in embedded.table("groups_compared", dataset=dataset))
    assert (embedded.folder(dataset=GACM) / "tables" / "concentration_by_buyer.csv").exists()
    assert "share" in embedded.table("largest_firms", dataset=GACM)[0]


@pytest.mark.parametrize("dataset", [GACM, "ocds_mexico_inai"])
def test_public_bodies_that_sell_are_not_called_firms(embedded, dataset):
    """The ministry of defence and a public university are among the ten that sold most."""
    sellers = " ".join(row["firm"] for row in embedded.table("largest_firms", dataset=dataset))
    assert re.search(r"Secretar[ií]a de la Defensa|Universidad|Comisi[oó]n Federal", sellers, re.I), sellers
    for name in ("concentration", "concentration_without"):
        if name == "concentration" or dataset == GACM:
            assert not re.search(r"\bfirms?\b", embedded.said(name, dataset=dataset))
    assert not re.search(r"(largest|known|Largest) firms?|firms? with the largest", embedded.read(dataset=dataset))


#: Of each relation a line, and how one of its numbers is changed while all others stay as they are.
CHANGES = {
    "contracts by method, all": ("those[\"count\"], those[\"n\"].max()", "those[\"count\"] + 1, those[\"n\"].max()"),
    "contracts with and without a stated method": ('direct["untold"]], len(awards)', 'direct["untold"]], len(peers) + 1'),
    "reasons why .* is not computable": ("for _, count in one.reasons]", "for _, count in one.reasons[1:]]"),
    "the last step is all contracts": ("flow[-1][1]", "flow[0][1]"),
    "contracts by year": ("assign(awards=of_years.size())", "assign(awards=of_years.size() + 1)"),
    "suppliers masked, by reason": ("found.get(one, 0)}", "1}"),
    "scored contracts by method": ('[*risk["n"][1:]', '[*risk["n"]'),
    "calls below, with a shortened": ('[*said.values()][1:]', '[*said.values()]'),
    "alerts, of a sample: columns beside a name": ('("firm", "supplier", "buyer") if', '("firm", "title", "buyer") if'),
}


@pytest.mark.parametrize("relation", CHANGES)
def test_a_run_whose_numbers_contradict_one_another_is_refused(relation):
    line, other = CHANGES[relation]
    with pytest.raises(MessageError, match=f"{relation}.*: does not hold"):
        cells.run(NOTEBOOK, {line: other})


def opened(changed: dict[str, str] | None = None, **parameters) -> tuple[dict, dict[str, str], dict]:
    """Return what the cells name, their sentences by key, and their figures and tables by name."""
    names, shown = cells.run(NOTEBOOK, changed or {}, **parameters)
    said = [one for one in shown if isinstance(one, Sentence)]
    return names, {one.key: one.plain() for one in said}, {one.name: one for one in shown if hasattr(one, "caption")}


def test_a_finding_names_the_contracts_and_says_whose_reading_their_methods_are(mirror):
    files = (mirror / "ocds" / "mexico-gacm").rglob("*.json")
    codes = {code for file in files for code in re.findall(r'"procurementMethod":\s*"(\w+)"', file.read_text("utf-8"))}
    assert codes == {"open", "selective", "limited"}, "no code of the publisher is that of a direct award"
    _, said, shown = opened(dataset=GACM)
    assert said["method"].startswith("53% of contracts of the Mexico City airport group (GACM) in open data (OCDS)")
    for text in (said["method"], shown["methods"].caption):
        assert text.endswith("not by the published code: 156 of 156.")
    assert "fewer than 10 contracts: 2013 (1 contract)." in shown["methods"].caption
    assert "published under a single name" in shown["largest_firms"].caption


def test_the_highest_rate_leads_but_none_that_is_held_against_days_that_no_law_sets():
    fewer = {"fewest = 30": "fewest = 1"}
    assert "“R050 High market share” has the highest rate: 2 of 26 (" in opened(fewer, dataset=GACM)[1]["alerts_answer"]
    of_two = 'rates = rates[rates["flag"].isin(["R003", "R016"])]\ncomputed, telling = (rates['
    fewer |= {"computed, telling = (rates[": of_two}
    assert "“R003 Short submission period” has" in opened(fewer, dataset=GACM)[1]["alerts_answer"]
    fewer |= {'"submission_terms" in tables else': "False else"}
    assert "“R016 Value far from the usual one”" in opened(fewer, dataset=GACM)[1]["alerts_answer"]


def test_what_is_said_of_the_whole_is_that_of_its_tables_and_drawings():
    names, said, shown = opened()
    assert said["method"].startswith("77% of contracts of CompraNet 2017 (1% sample) were awarded directly")
    small = shown["groups_compared"].frame["q_value"] <= 0.05
    assert 0 < small.sum() < len(small) and f"With q up to 0.05: {small.sum()}." in said["groups"]
    assert "computed for 2,211 of 2,211 contracts: quartiles 0.33, 0.67 and 1.00" in said["risk"]
    # The largest contract is of an open call: all direct awards remain among one contract less.
    assert "Not drawn by year: 67 contracts of 2016, left over" in shown["methods"].caption
    assert names["bars"][2]["direct"] == pytest.approx(1708 / 2210)
    buyer, *_ = opened(buyer=BUYER)
    pd.testing.assert_frame_equal(buyer["index"], names["index"].loc[buyer["index"].index])



def days_of_calls(file: Path) -> list[dict]:
    """Read calls of the sample of 2017 by position, line by line, with nothing of the package.

    One record of the file is broken over several lines, which stand for themselves.
    """
    calls: dict[str, list] = {}
    with file.open(encoding="utf-8-sig", newline="") as lines:
        for line in lines:
            for row in csv.reader([line]):
                if len(row) == 45:
                    calls.setdefault(row[6], []).append([row[17], row[8], row[11], row[12], row[13], row[15], row[42]])
    made = []
    for rows in calls.values():
        _, template, published, opened, character, method, credit = min(rows)
        day = [pd.to_datetime(text[:10]) if text.strip() else pd.NaT for text in (published, opened)]
        kind = "open" if "Licitación" in (method or template) else "invitation" if "Invitación" in method else ""
        outside = template[:2] in ("08", "09") or credit == "1"
        made.append({"kind": kind, "days": (day[1] - day[0]).days, "character": character, "outside": outside,
                     "works": "LOPSRM" in template})  # fmt: skip
    return made


def test_the_three_answers_on_submission_periods_are_those_of_a_second_count(embedded, mirror):
    calls = pd.DataFrame(days_of_calls(mirror / "compranet" / "2017-sample" / "2017.sample.csv")).dropna()
    opened = calls[calls["kind"] == "open"]
    assert (len(opened), (opened["days"] < 15).sum(), opened["days"].between(10, 14).sum()) == (266, 72, 63)
    abroad = opened[opened["character"].str.startswith("Internacional")]["days"]
    assert (len(abroad), (abroad < 20).sum(), (abroad < 15).sum()) == (59, 26, 18)
    # The law of works of these days was not read, and the law of acquisitions knows no 40 days.
    terms = {"Nacional": 15, "Internacional": 20, "Internacional bajo TLC": 20}
    within_scope = calls[~calls["outside"] & ~calls["works"]]
    calls = within_scope[within_scope["kind"] == "open"]
    calls = calls.assign(term=calls["character"].map(terms), shortest=10)
    invited = within_scope[within_scope["kind"] == "invitation"].assign(term=5, shortest=5)
    calls = pd.concat([calls, invited]).dropna()
    below, short = calls["days"] < calls["shortest"], calls["days"] < calls["term"]
    counts = {"computed": len(calls), "below": int(below.sum()), "shortened": int((short & ~below).sum()),
              "within": int((~short).sum())}  # fmt: skip
    assert counts == {"computed": 287, "below": 10, "shortened": 56, "within": 221}
    rows = embedded.table("submission_terms")
    assert {name: sum(int(row[name]) for row in rows) for name in counts} == counts
    said = embedded.said("terms")
    assert "10 gave fewer days than the least the law allows" in said and "221 kept the full term" in said
    assert "56 gave a shortened term, which is lawful if it was justified; the reason is not published" in said
    assert "general knowledge" not in embedded.read() and "conocimiento general" not in embedded.read(language="es")
    assert "as a third party copied it, not in the official gazette" in embedded.said(
        "terms_read"
    )
    works = [row for row in rows if row["law"] == "works (LOPSRM)"]
    assert [row["computed"] for row in works] == ["0", "0"] and [row["not_computable"] for row in works] == ["66", "96"]


def test_one_buyer_is_shown_alone_and_compared_with_all(embedded):
    assert embedded.said("headline", buyer=BUYER).startswith(f"How {BUYER} bought")
    assert int(embedded.table("sample_flow", buyer=BUYER)[-1]["rows"]) == 34
    own = {row["title"].split()[0]: row for row in embedded.table("alert_answers", buyer=BUYER)}
    assert own["R013"]["n"] == "1"
    assert not (embedded.folder(buyer=BUYER) / "tables" / "units_with_alerts.csv").exists(), "it carries no alert"
    calls = [int(row["computed"]) for row in embedded.table("submission_terms", buyer=BUYER)]
    assert 0 < sum(calls) <= 34


# The published files


def test_both_editions_see_the_same_contracts(embedded, full):
    for name in ("sample_flow", "coverage_by_year"):
        assert embedded.table(name) == full.table(name)
    shares = ("group", "method", "count", "n", "share", "low", "high")
    own, other = ([[row[c] for c in shares] for row in one.table("methods_by_category")] for one in (embedded, full))
    assert own == other


def test_single_values_of_files_that_may_not_be_passed_on_are_in_no_table(full):
    closed = full.folder(dataset="comprasmx_imss_2026") / "tables"
    assert not [name for name in ("units_with_alerts", "largest_firms", "concentration_by_buyer")
                if (closed / f"{name}.csv").exists()]  # fmt: skip
    assert "do not allow individual values" in full.said("named", dataset="comprasmx_imss_2026")
    assert (full.folder() / "tables" / "units_with_alerts.csv").exists()


def test_who_stands_on_a_list_is_no_unit_that_is_named(full):
    titles = {row["title"].split()[0] for row in full.table("units_with_alerts")}
    assert titles and "R046" not in titles


@pytest.fixture(scope="module")
def people(mirror) -> set[str]:
    """Names of natural persons who sold, as the files tell them, folded; one or two words may be anybody's.

    A name without legal form is presumed to be a person's. One that a firm has with its legal form is the firm's.
    """
    found: set[str] = set()
    firms: list[str] = []
    for source, version in (("compranet", "2017-sample"), ("comprasmx", "2026-imss")):
        layout = compranet.layouts.facts()["headerless"].get(f"{source}/{version}", "")
        for chunk in raw.chunks(mirror, source, version, "*.csv", sidecars=ROOT / "data" / "raw"):
            table = compranet.clean_contracts(chunk, layout, reveal=True).tables["contracts"]
            person = persons.are_persons(table["supplier_kind"])
            found |= {folded(name) for name in table.loc[person, "supplier_name"] if len(folded(name).split()) > 2}
            firms += [f" {folded(name)} " for name in table.loc[~person, "supplier_name"].dropna()]
    together = "|".join(firms)
    return {name for name in found if f" {name} " not in together}


@pytest.mark.parametrize("dataset", ["compranet_2017", "comprasmx_imss_2026"])
def test_no_file_of_a_report_names_a_natural_person(full, people, dataset):
    assert len(people) > 300
    for file in sorted(full.folder(dataset=dataset).rglob("*")):
        if file.suffix in (".html", ".csv", ".json", ".tex", ".ipynb", ".svg", ".bib"):
            text = file.read_text(encoding="utf-8")
            assert PERSON_CODE.findall(text) == [], file.name
            words = f" {folded(html.unescape(re.sub(r'<[^>]+>', ' ', text)))} "
            assert [name for name in people if f" {name} " in words] == [], file.name


def test_the_search_of_the_front_page_holds_no_name_that_is_masked(full_site, site, people):
    for home in (full_site.home, site.home):
        page = (home / "reports" / "index.html").read_text(encoding="utf-8")
        data = page.partition('id="index">')[2].partition("</script>")[0]
        assert "procurement_integrity" in data and PERSON_CODE.findall(data) == []
        words = f" {folded(data)} "
        assert [name for name in people if f" {name} " in words] == []


def test_the_search_for_persons_would_find_one(people):
    text = f" {folded('x, ' + pd.Series(sorted(people)).iloc[0].title() + ' y')} "
    assert [name for name in people if f" {name} " in text]
