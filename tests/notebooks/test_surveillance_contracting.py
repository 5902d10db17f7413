"""The notebooks on surveillance: what their outputs say, and that they name no person.

Every word with a capital in any output (page, alt texts, drawings, tables, citations, the notebook inside) is a word
that our own prose uses without one, or stands on a reviewed list of institutions, firms, publishers, products, places
and authors of the data. So is every address with a path. There is no list of names to be kept out.
"""

from __future__ import annotations

import csv
import io
import json
import re
import tomllib
from functools import cache
from html import unescape
from pathlib import Path

import pandas as pd
import pytest

import ogp_analysis as ogp
from ogp_analysis.base.countries import countries
from ogp_analysis.base.errors import MessageError
from ogp_analysis.data.datasets.procurement import mexico_thresholds
from ogp_analysis.display.table import Table

from .. import cells
from ..reports import ROOT
from .test_what_pages_say import text

NOTEBOOK, TRACKER, SPYWARE = "surveillance_contracting", "commitment_tracker", "spyware_and_civic_space"
FOLLOWED = "what_came_of_it"
DATA = ROOT / "tests" / "data"
ALLOWED = DATA / "names_in_surveillance_reports.txt"
#: Words of one notebook alone: names of countries are first names of people too.
MORE = {SPYWARE: DATA / "names_in_spyware_reports.txt", FOLLOWED: DATA / "names_in_what_came_of_it.txt"}
#: Files of a report that hold words; report.pdf has those of the page.
WORDED = ("index.html", "notebook.ipynb", "numbers.json", "cite.bib", "cite.json", "cite.ris", "tables/*.csv",
          "figures/*.svg", "numbers.tex", "columns.csv", "tables/*.tex", "tables/*.html")  # fmt: skip
CAPITAL = re.compile(r"(?<![\w#/&.%-])[A-ZÁÉÍÓÚÑÜ][\wáéíóúñüÁÉÍÓÚÑÜ]*")
ADDRESS = re.compile(r"https?://[^\s\"'<>)\\,;|{}]+")
#: Data in an address, long runs of signs that are not words, and the outlines of a drawing.
ENCODED = re.compile(
    r"data:[a-z/+;=\-]+base64,[A-Za-z0-9+/=]+|sha256-[A-Za-z0-9+/=]+|[A-Za-z0-9+/=]{60,}| d=\\?\"[MLHVCQZmlhvcqz0-9\s.,\-]*\\?\""
)


@pytest.fixture(params=["en", "es"])
def report(site, request):
    return site.report(NOTEBOOK, language=request.param, dataset="compranet_2017")


@pytest.fixture(params=[(notebook, language) for notebook in (NOTEBOOK, TRACKER, SPYWARE, FOLLOWED) for language in ("en", "es")],
                ids="-".join)  # fmt: skip
def either(site, request):
    notebook, language = request.param
    return site.report(notebook, language=language)


def outputs(folder: Path) -> dict[str, str]:
    """Every file of a report that holds words, as text without escapes."""
    found = {}
    for pattern in WORDED:
        for file in sorted(folder.glob(pattern)):
            content = file.read_text(encoding="utf-8")
            if file.suffix in (".ipynb", ".json"):
                content = "\n".join(strings(json.loads(content)))
            found[file.name] = ENCODED.sub(" ", re.sub(r"<(?:style|script)\b.*?</(?:style|script)>", " ", content,
                                                       flags=re.S))  # fmt: skip
    return found


def strings(value) -> list[str]:
    if isinstance(value, dict):
        return [text for one in value.values() for text in strings(one)]
    if isinstance(value, list):
        lines = value and all(isinstance(one, str) for one in value) and any(one.endswith("\n") for one in value)
        return ["".join(value)] if lines else [text for one in value for text in strings(one)]
    return [value] if isinstance(value, str) else []


@cache
def ordinary() -> frozenset[str]:
    """Words that our prose and the names of our columns write without a capital."""
    room = Path(ogp.__file__).parent
    prose = [file.read_text(encoding="utf-8") for file in room.glob("*/words/*.toml")]
    notebooks = ROOT / "notebooks"
    prose += [
        file.read_text(encoding="utf-8") for file in (*notebooks.glob("*.ipynb"), *notebooks.glob("words/*.toml"))
    ]
    prose += [file.read_text(encoding="utf-8") for file in (ROOT / "data" / "raw").glob("*/*/source.toml")]
    # The fixed words of a page name nobody, however they begin.
    fixed = [*room.glob("publishing/words/*.toml"), notebooks / "runs.toml"]
    prose += [file.read_text(encoding="utf-8").lower() for file in fixed]
    return frozenset(re.findall(r"(?<![\w])[a-záéíóúñü][\wáéíóúñü]*", "\n".join(prose)))


@cache
def allowed(notebook: str) -> frozenset[str]:
    files = [ALLOWED, *([MORE[notebook]] if notebook in MORE else [])]
    lines = [line for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


@cache
def of_countries() -> frozenset[str]:
    """Words of the names of countries, and their codes: a map leads on from each."""
    said = [text for one in countries(None) for text in (one.iso3, one.name_en, one.name_es)]
    return frozenset(CAPITAL.findall(" ".join(said)))


def names(content: str, notebook: str = NOTEBOOK) -> set[str]:
    found = CAPITAL.findall(ADDRESS.sub(" ", content).replace(r"\allowbreak{}", ""))
    reviewed = allowed(notebook) | (of_countries() if notebook == SPYWARE else set())
    return {word for word in found if word.lower() not in ordinary() and word not in reviewed}


def test_no_output_holds_a_name_that_nobody_reviewed(either):
    notebook = either.record["notebook"]
    unknown = {file: sorted(names(content, notebook)) for file, content in outputs(either.folder).items()}
    assert {file: found for file, found in unknown.items() if found} == {}


def test_the_search_for_names_sees_a_name_wherever_it_stands(report):
    page = outputs(report.folder)["index.html"]
    for hidden in ("<td>Zyxwara Pérezotl</td>", 'alt="of Zyxwara"', "<title>Zyxwara", "en Zyxwara."):
        assert "Zyxwara" in names(page + hidden)


@pytest.mark.parametrize("notebook", [NOTEBOOK, SPYWARE, FOLLOWED])
@pytest.mark.parametrize(
    ("language", "presumed"), [("en", "is presumed innocent"), ("es", "la presunción de inocencia")]
)
def test_whoever_is_named_is_presumed_innocent_and_may_ask_for_a_correction(site, notebook, language, presumed):
    said = text(site.report(notebook, language=language).page)
    assert presumed in said and "CORRECTIONS.md" in said


def test_no_row_of_the_facts_that_names_somebody_reaches_a_page_on_spyware(site):
    """Words that stand in sources and links of the compiled tables, never in what is published."""
    said = " ".join(outputs(site.report(SPYWARE).folder).values()).lower()
    for word in ("banas", "jailed", "petro", "president", "wasted", "thefederalnewswire", "stacker.news"):
        assert not re.search(rf"\b{word}\b", said), word


def test_every_address_with_a_path_is_reviewed(either):
    """A whole address stands in the reviewed rows of the clean tables, or is one of a source."""
    known = set()
    for file in (ROOT / "data" / "raw").glob("*/*-extract/*.csv"):
        known |= set(ADDRESS.findall(file.read_text(encoding="utf-8")))
    for file in (ROOT / "data" / "raw").glob("*/*/source.toml"):
        known |= set(ADDRESS.findall(file.read_text(encoding="utf-8")))
    known = {one.rstrip("/.") for one in known}
    for file, content in outputs(either.folder).items():
        found = {one.rstrip("/.") for one in ADDRESS.findall(unescape(content)) if one.count("/") > 2}
        standards = r"https?://(?:www\.w3\.org|doi\.org|creativecommons\.org|purl\.org/dc/|schema\.org)"
        odd = {one for one in found - known if not re.match(standards, one)}
        assert {one for one in odd if one.split("//")[1].partition("/")[2]} == set(), file


def test_an_address_of_the_embedded_facts_is_whole_only_if_it_was_reviewed():
    from ogp_analysis.data.datasets.surveillance import mexico_surveillance_timeline, surveillance_contracts_mexico

    facts = pd.read_csv(next((ROOT / "data/raw/surveillance_contracts_mexico").glob("*-extract/facts.csv")))
    whole = facts[facts["source_url"].str.count("/") > 3]
    assert set(whole["fact"]) <= set(surveillance_contracts_mexico.STATED["reviewed"])
    events = pd.read_csv(next((ROOT / "data/raw/mexico_surveillance_timeline").glob("*-extract/events.csv")))
    whole = events[events["source_urls"].fillna("").str.count("/") > 3]
    assert set(whole["event"]) <= set(mexico_surveillance_timeline.STATED["reviewed"])


#: What both pages say of location and of interception, and what neither says any more.
BY_MEASURE = {
    "en": (("ratif", "48 hours", "judge's prior order"), ("each use needs a judge", "each single use needs a judge")),
    "es": (("ratific", "48 horas", "orden previa"), ("cada uso necesita a una persona juzgadora",)),
}


@pytest.mark.parametrize("language", ["en", "es"])
def test_both_pages_say_the_same_of_who_must_authorise_which_measure(site, language):
    said_by_both, said_by_none = BY_MEASURE[language]
    for notebook in (NOTEBOOK, TRACKER):
        said = text(site.report(notebook, language=language).page)
        assert [one for one in said_by_both if one not in said] == [], notebook
        assert [one for one in said_by_none if one in said] == [], notebook


def test_the_first_days_of_a_page_are_days_in_force(report):
    days = {row["valid_from"] for row in report.rows("powers_basis")}
    assert days.isdisjoint({"2005-01-31", "2016-06-17", "2025-07-16", "2017-11-17", "2023-04-17"})
    assert {"2005-02-01", "2016-06-18", "2025-07-17"} <= days
    # A day that no text gives is never told as read.
    read = "leído en el texto" if report.language == "es" else "read in the text"
    assert not [row for row in report.rows("powers_basis")
                if row["first_day"].startswith(read) and row["valid_from"] in ("2016-06-18", "2016-06-15", "")]  # fmt: skip


def test_no_outcome_stands_in_the_row_of_a_purchase(report):
    english = tomllib.loads((ROOT / "ogp_analysis/surveillance/words/powers_en.toml").read_text("utf-8"))["outcome"]
    spanish = tomllib.loads((ROOT / "ogp_analysis/surveillance/words/powers_es.toml").read_text("utf-8"))["outcome"]
    outcomes = {*english.values(), *spanish.values()}
    for table in (
        "contracts",
        "contract_terms",
        "contracts_apart",
        "contracts_low",
        "other_facts",
        "relations",
        "detector_hits",
    ):
        assert not [row for row in report.rows(table) for cell in row.values() if cell in outcomes]


def test_a_page_prints_the_caveat_of_every_fact_and_says_nothing_as_done(report, mirror):
    raw = pd.read_csv(mirror / "surveillance_contracts_mexico/compiled/mexico_contracts.csv", dtype=str,
                      keep_default_na=False, encoding="utf-8-sig").set_index("id")  # fmt: skip
    language, said = report.language, text(report.page)
    none = "none beside its grade" if language == "en" else "ninguna aparte de su grado"
    told = {}
    for table in ("contracts", "contract_terms", "contracts_apart", "contracts_low", "other_facts"):
        for row in report.rows(table):
            assert row["evidence"] and row["confidence"] and row["caveat"]
            assert told.setdefault(row["fact"], row["caveat"]) == row["caveat"]
    assert set(told) == set(raw.index)
    for row in report.rows("relations"):
        with_one = [fact for fact in row["facts"].split(", ") if told[fact] != none]
        assert all(f"{fact}: {told[fact]}" in row["caveat"] for fact in with_one) and (with_one or row["caveat"] == none)
    assert not [fact for fact in raw.index[raw["caveat"] != ""] if told[fact] == none]
    assert not [caveat for caveat in told.values() if " ".join(caveat.split()) not in " ".join(said.split())]
    promised = ("Documents and press reports link 8 firms", "attributed differently by sources: FGR, Policía Federal",
                "has never found an intrusive technology", "134.5 million, not 132") if language == "en" else (
                "Documentos y notas de prensa vinculan a 8 empresas", "las fuentes difieren: FGR, Policía Federal",
                "nunca halló tecnología intrusiva", "134.5 millones, no 132")  # fmt: skip
    assert not [phrase for phrase in promised if phrase not in said]
    done = ("firms that sold", "signed after", "appendix only") if language == "en" else (
           "que vendieron", "consta con", "constan", "se firmaron después", "solo en el apéndice")  # fmt: skip
    assert not [phrase for phrase in done if phrase in said]


def by_fact(report, *tables: str) -> dict[str, dict]:
    return {row["fact"]: row for table in tables for row in report.rows(table)}


def test_a_relation_rests_on_one_buyer_and_a_named_firm_and_on_nothing_listed_apart(report):
    rows = report.rows("relations")
    facts = [fact for row in rows for fact in row["facts"].split(", ")]
    apart = by_fact(report, "contracts_apart", "contracts_low", "other_facts")
    assert len(set(facts)) == len(facts) == sum(int(row["rows"]) for row in rows) == 14 and not set(apart) & set(facts)
    left_out = set(by_fact(report, "contracts")) - set(facts)
    assert left_out == {"MX-F-013", "MX-S-016"}  # sources differ on the buyer; no supplier is named
    levels = [row["level"] for row in rows]
    assert levels == sorted(levels, key=lambda level: level != "federal") and len(set(levels)) == 2


def test_low_confidence_and_cameras_stand_in_tables_of_their_own_and_nowhere_else(report):
    low, apart = by_fact(report, "contracts_low"), by_fact(report, "contracts_apart")
    assert list(low) == ["MX-S-019", "MX-S-014", "MX-S-009"]
    assert list(apart) == ["MX-F-021", "MX-F-022", "MX-S-012", "MX-S-013"]
    drawn = "".join(report.drawings)
    assert not [name for name in ("Michoacán", "Gobierno de Veracruz", "Campeche", "SPICSA") if name in drawn]
    counted = by_fact(report, "contracts")
    assert len(counted) == 16 and not set(counted) & {*low, *apart}
    cameras = ("video", "cámara", "facial", "jamming", "bloqueo")
    assert not [row for row in counted.values() if any(word in row["technologies"] for word in cameras)]


def test_caveats_say_no_more_than_the_rows_do(report):
    """What a page does not give is not absent, and a firm that it does not name is said not to be named."""
    spanish, rows = report.language == "es", by_fact(report, "contracts", "contracts_low")
    parts = {
        "MX-F-004": ("remote monitoring of information", "monitoreo de información remota"),
        "MX-F-007": ("does not give the dates", "no da la fecha"),
        "MX-S-003": ("quotes the report of another", "cita la nota de otro"),
        "MX-S-015": ("does not name the firm", "no nombra a la empresa"),
        "MX-S-019": ("No page read ties this firm", "Ninguna página que leímos vincula a esta empresa"),
    }
    assert not [fact for fact, said in parts.items() if said[spanish] not in rows[fact]["caveat"]]
    bid = ("restricted invitation (inferred", "invitación restringida (se infiere")[spanish]
    assert by_fact(report, "contract_terms")["MX-S-011"]["procedure"].startswith(bid)
    named = ("its address names a person", "su dirección nombra a una persona")[spanish]
    assert all(named in rows[fact]["source"] for fact in ("MX-S-003", "MX-S-014", "MX-S-019"))
    possible = ("only a possible part", "solo una parte posible")[spanish]
    assert [fact for fact, row in rows.items() if possible in row["technologies"]] == ["MX-S-002"]
    assert sum(possible in row["technologies"] for row in report.rows("relations")) == 1


def test_nothing_is_summed(report):
    money = {name: number["value"] for name, number in report.numbers.items() if number["unit"] == "money"}
    assert money == {"two_facts.amount": 80}


def test_conditions_are_counted_and_without_ceilings_nothing_is_said_of_them(report):
    known = [int(row["known"]) for row in report.rows("conditions")]
    assert known == [4, 11, 2, 0]  # procedure, intermediary, budget line, reserved status
    assert [int(row["known"]) for row in report.rows("gaps")] == [3, 11, 6, 4, 12, 5]


def test_the_source_of_a_power_is_the_copy_that_was_read_and_some_laws_name_no_judge(report):
    rows, english = report.rows("powers_provisions"), report.language == "en"
    copy = ("copiada por un tercero", "as copied by a third party")[english]
    assert sum(copy in row["source"] for row in rows) == 49 and len(rows) == 50
    assert not [row for row in rows if re.search(r"diputados\.gob\.mx|dof\.gob\.mx|github", row["source"])]
    carriers = [row for row in rows if re.search("LFTR|LMTR", row["provisions"]) and row["authoriser"]]
    none = ("no se nombra|no nombra", "no judge")[english]
    located = ("localización|conservan", "location|data kept")[english]
    assert all(re.search(none, row["authoriser"]) for row in carriers if re.search(located, row["measure"]))


def test_answers_on_dates_are_of_a_body_and_a_date_and_of_no_body_whom_sources_dispute(report):
    rows = report.rows("powers_dates")
    assert len(rows) == len({(row["buyers"], row["date"]) for row in rows}) == 18
    assert not [row for row in rows if "differ" in row["buyers"]] and any(not row["date"] for row in rows)
    unknown = ("no se sabe para todo ese tiempo", "not known for all of that time")[report.language == "en"]
    assert {row["interception"] for row in rows if not row["date"]} >= {unknown}


def test_what_the_compilation_marks_of_the_military_code_is_said_and_that_the_judgment_was_not_read(site):
    said = text(site.report(NOTEBOOK).page)
    assert "278, 282, 291, 295, 296 and 299 as invalid" in said and "287 to 290 and 292 to 294" in said
    assert "have not read the Supreme Court's judgment" in said


def test_a_publication_without_words_is_searched_by_what_it_has(site):
    numbers = site.report(NOTEBOOK, dataset="ocds_mexico_inai").numbers
    assert numbers["coverage.n_text"]["value"] == 0 < numbers["coverage.n_buyer"]["value"]
    assert numbers["hits_found.probable"]["value"] == numbers["hits_found.possible"]["value"] == 0


def test_amounts_of_federal_bodies_are_held_against_the_ceilings_where_the_edition_has_them(published, monkeypatch):
    ceilings = published(mexico_thresholds.DATASET)[1].tables["ceilings"]
    has, load = ogp.has, ogp.load
    monkeypatch.setattr(ogp, "has", lambda dataset, *more: dataset == "mexico_thresholds" or has(dataset, *more))
    own = {"mexico_thresholds": ceilings}
    monkeypatch.setattr(ogp, "load", lambda name, *more: own[name] if name in own else load(name, *more))
    _, shown = cells.run(NOTEBOOK)
    (table,) = [one for one in shown if getattr(one, "name", "") == "conditions"]
    assert table.frame["known"].tolist() == [4, 3, 11, 2, 0]
    assert "above the highest ceiling of its year, whatever the body's budget (3)" in table.frame["found"].iloc[1]
    assert not [one for one in shown if getattr(one, "key", "") == "no_ceilings"]


def test_sentences_and_captions_count_what_the_tables_list():
    shown = cells.run(NOTEBOOK)[1]
    tables = {one.name: one for one in shown if isinstance(one, Table)}
    rows = {name: list(csv.DictReader(io.StringIO(one.to_csv()))) for name, one in tables.items()}
    stated = {name: {part: getattr(n, "value", n) for part, n in one.stated.items()} for name, one in tables.items()}
    (pairs,) = [one.values for one in shown if getattr(one, "key", "") == "pairs"]
    federal = {row["buyer_name"] for row in rows["relations"] if row["level"] == "federal"}
    possible = [row for row in rows["relations"] if "only a possible part" in row["technologies"]]
    assert (pairs["federal"].value, pairs["possible"].value) == (len(federal), len(possible))
    assert stated["contracts"]["federal"] == sum(row["level"] == "federal" for row in rows["contracts"])
    assert stated["other_facts"]["low_n"] == sum(row["confidence"] == "low" for row in rows["other_facts"])
    assert stated["powers"]["n"] == sum(len(row["buyers"].split(", ")) for row in rows["powers"])
    copies = sum("as copied by a third party" in row["source"] for row in rows["powers_provisions"])
    assert stated["powers_provisions"]["copies"] == copies


def test_a_provision_on_interception_without_a_judge_beforehand_stops_the_page():
    line = 'beforehand = (requests["prior_order"] == "always").sum()'
    with pytest.raises(MessageError, match="each provision on interception names a judge beforehand"):
        cells.run(NOTEBOOK, {line: 'beforehand = (requests["authoriser"] == "federal_judge").sum()'})
